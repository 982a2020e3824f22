//! What stands before the cents: a point or a comma. Decided once for a file, by what its prices show or by what the
//! merchant says, and told in the report; a cell that says otherwise is refused, not guessed.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::base::money::{Currency, Money};
use crate::catalog::import::fault::Fault;

/// What stands before the cents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// `1299.00`.
    #[default]
    Point,
    /// `1299,00`.
    Comma,
}

impl Mark {
    /// The sign itself.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::Point => '.',
            Self::Comma => ',',
        }
    }

    const fn of(letter: char) -> Self {
        if letter == ',' { Self::Comma } else { Self::Point }
    }

    const fn other(self) -> Self {
        match self {
            Self::Point => Self::Comma,
            Self::Comma => Self::Point,
        }
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Point => "point",
            Self::Comma => "comma",
        })
    }
}

/// Stands before an amount that a machine wrote: a point before the cents and nothing between the thousands, however
/// people write amounts in the rest of the file. No text of a file has it.
pub const NUMBER: char = '\u{1f}';

/// How a file's amounts are read, and why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decimals {
    /// What stands before the cents.
    pub mark: Mark,
    /// Whether the merchant said so.
    pub asked: bool,
    /// How many amounts can only be read with a point.
    pub points: u32,
    /// How many can only be read with a comma.
    pub commas: u32,
    /// Whether more amounts have three digits behind such a mark than show that cents stand there.
    #[serde(default)]
    pub outnumbered: bool,
}

/// Counts what the amounts of a file show.
#[derive(Clone, Copy, Debug, Default)]
pub struct Evidence {
    points: u32,
    commas: u32,
    unclear_points: u32,
    unclear_commas: u32,
}

impl Evidence {
    /// Looks at one amount.
    pub fn see(&mut self, cell: &str) {
        if cell.starts_with(NUMBER) {
            return;
        }
        let Some((around, number)) = split(unmarked(cell)) else { return };
        // `1.2 mil` shows how a thousand is written, and `2.5 kg` how a weight is.
        if !is_of_money(&around) {
            return;
        }
        // Nothing at all is written as the program likes it, not as people do.
        if number.chars().all(|letter| matches!(letter, '0' | '.' | ',')) {
            return;
        }
        match shape(&number) {
            Shape::Cents(Mark::Point) => self.points += 1,
            Shape::Cents(Mark::Comma) => self.commas += 1,
            Shape::Unclear(Mark::Point) => self.unclear_points += 1,
            Shape::Unclear(Mark::Comma) => self.unclear_commas += 1,
            Shape::Whole | Shape::Nothing => {}
        }
    }

    /// What it comes to. Without any evidence a point is what our format and most exports write.
    #[must_use]
    pub fn decide(self, asked: Option<Mark>) -> Decimals {
        let Self { points, commas, unclear_points, unclear_commas } = self;
        let shown = if commas > points { Mark::Comma } else { Mark::Point };
        let outnumbered = match shown {
            Mark::Point => unclear_points > points,
            Mark::Comma => unclear_commas > commas,
        };
        let outnumbered = outnumbered && asked.is_none();
        Decimals { mark: asked.unwrap_or(shown), asked: asked.is_some(), points, commas, outnumbered }
    }
}

impl Decimals {
    /// Whether the file has said, or the merchant has, and nothing contradicts it.
    fn is_settled(self) -> bool {
        self.asked || (self.points > 0) != (self.commas > 0)
    }

    /// Reads an amount in the shop's currency: `1299.00`, `$1,299.00`, `1.299,00`, `1299 MXN`.
    ///
    /// # Errors
    /// When it is none, is in another currency, or could be two amounts.
    pub fn amount(self, cell: &str, currency: Currency) -> Result<Money, Fault> {
        let wrong = || Fault::NotAnAmount { suggestion: None, mark: self.mark };
        if let Some(number) = cell.strip_prefix(NUMBER) {
            return rounded(number, currency).ok_or_else(wrong);
        }
        let (around, number) = split(unmarked(cell)).ok_or_else(wrong)?;
        check_sign(&around, currency, self.mark)?;
        let plain = match shape(&number) {
            Shape::Whole => number,
            Shape::Cents(mark) if mark == self.mark => plain(&number, mark),
            // `1.234.567` has no cents; which mark they would stand behind is shown all the same.
            Shape::Cents(_) => return Err(Fault::OtherMark { mark: self.mark }),
            // A currency without cents leaves one reading.
            Shape::Unclear(_) if currency.exponent() == 0 => number.replace(['.', ','], ""),
            // In one of three decimals, three digits behind a point are what everybody writes.
            Shape::Unclear(mark) if currency.exponent() == 3 && mark == self.mark => plain(&number, mark),
            Shape::Unclear(_) if !self.is_settled() => return Err(Fault::UnclearAmount),
            // One `4500.5` among many `12.900` is a slip, and these are thousands.
            Shape::Unclear(mark) if mark == self.mark && self.outnumbered => return Err(Fault::UnclearAmount),
            Shape::Unclear(_) => plain(&number, self.mark),
            Shape::Nothing => return Err(wrong()),
        };
        Money::parse_major(&plain, currency).map_err(|_| wrong())
    }
}

impl Decimals {
    /// Reads how many there are of something: the whole pieces, and whether there is part of one besides.
    ///
    /// # Errors
    /// When it is no number, or three digits behind a mark may be thousands or parts.
    pub fn pieces(self, number: &str) -> Result<(String, bool), Fault> {
        if let Some(number) = number.strip_prefix(NUMBER) {
            return parts(number, Mark::Point);
        }
        match shape(number) {
            Shape::Whole => Ok((number.to_owned(), false)),
            Shape::Cents(mark) => parts(number, mark),
            Shape::Unclear(_) if !self.is_settled() => Err(Fault::UnclearAmount),
            Shape::Unclear(mark) if mark != self.mark => Ok((number.replace(mark.letter(), ""), false)),
            // `1.000` in a file of `12.50`; any other three digits there are as likely thousands.
            Shape::Unclear(mark) if number.ends_with("000") && !self.outnumbered => parts(number, mark),
            Shape::Unclear(_) => Err(Fault::UnclearAmount),
            Shape::Nothing => Err(Fault::NotACount),
        }
    }
}

/// What stands before and behind the mark of a number.
fn parts(number: &str, mark: Mark) -> Result<(String, bool), Fault> {
    let plain = plain(number, mark);
    let (whole, part) = plain.split_once('.').unwrap_or((&plain, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(part) {
        return Err(Fault::NotACount);
    }
    Ok((whole.to_owned(), part.bytes().any(|byte| byte != b'0')))
}

/// A number or code without what spreadsheets put around it so that it stays as it was typed: `'12,50` and `="12,50"`.
pub(in crate::catalog::import) fn unmarked(cell: &str) -> &str {
    let quoted = cell.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    let bare = quoted.unwrap_or(cell);
    bare.strip_prefix('\'').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit())).unwrap_or(bare)
}

/// A number with a point before the cents; what a formula came to may have more of them than the currency.
fn rounded(number: &str, currency: Currency) -> Option<Money> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let kept = fraction.len().min(currency.exponent() as usize);
    let money = Money::parse_major(&format!("{whole}.{}", fraction.get(..kept)?), currency).ok()?;
    let up = fraction.as_bytes().get(kept).is_some_and(|digit| (b'5'..=b'9').contains(digit));
    if up { money.plus(Money::new(1, currency)).ok() } else { Some(money) }
}

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// Digits alone.
    Whole,
    /// It shows what stands before the cents.
    Cents(Mark),
    /// One mark and three digits behind it: thousands, or cents of a thousand.
    Unclear(Mark),
    /// No number.
    Nothing,
}

fn shape(number: &str) -> Shape {
    let marks: Vec<char> = number.chars().filter(|letter| !letter.is_ascii_digit()).collect();
    let Some(last) = marks.last().copied() else {
        return if number.is_empty() { Shape::Nothing } else { Shape::Whole };
    };
    let mark = Mark::of(last);
    let (before, after) = number.rsplit_once(last).unwrap_or((number, ""));
    let first = number.split(['.', ',']).next().unwrap_or_default();
    if first.is_empty() {
        return Shape::Nothing;
    }
    let one_kind = marks.iter().all(|letter| *letter == last);
    match (one_kind, marks.len()) {
        (true, 1) if after.len() == 3 && first.len() <= 3 && !first.starts_with('0') => Shape::Unclear(mark),
        (true, 1) => Shape::Cents(mark),
        (true, _) if is_grouped(number, last) => Shape::Cents(mark.other()),
        (false, _) if !before.contains(last) && is_grouped(before, mark.other().letter()) => Shape::Cents(mark),
        _ => Shape::Nothing,
    }
}

/// Whether the marks stand where thousands end; lakhs have two digits between them.
fn is_grouped(number: &str, mark: char) -> bool {
    let groups: Vec<&str> = number.split(mark).collect();
    let middle = &groups[1..groups.len().max(2) - 1];
    let lakhs = mark == ',' && middle.iter().all(|group| group.len() == 2);
    let thousands = middle.iter().all(|group| group.len() == 3);
    let last = groups.last().is_some_and(|group| group.len() == 3);
    let first = groups.first().is_some_and(|group| (1..=3).contains(&group.len()));
    first && last && (lakhs || thousands) && number.chars().all(|letter| letter.is_ascii_digit() || letter == mark)
}

fn plain(number: &str, mark: Mark) -> String {
    let kept = number.chars().filter(|letter| *letter != mark.other().letter());
    kept.map(|letter| if letter == mark.letter() { '.' } else { letter }).collect()
}

/// What stands around the number, and its digits and marks; nothing when there is more than one number, or a minus.
pub(in crate::catalog::import) fn split(cell: &str) -> Option<(String, String)> {
    let digit = |letter: char| letter.is_ascii_digit();
    let start = cell.find(digit)?;
    let end = cell.rfind(digit)? + 1;
    // `12.-` and `12,-` are how some people write whole amounts.
    let behind = cell[end..].trim_start_matches([',', '.']).trim_start_matches(['-', '–', '—']);
    let around = format!("{} {behind}", &cell[..start]);
    let number: String = cell[start..end]
        .chars()
        .filter(|letter| !matches!(letter, ' ' | '\'' | '’' | '\u{202f}' | '\u{a0}'))
        .collect();
    let clean = number.chars().all(|letter| digit(letter) || matches!(letter, '.' | ','));
    let negative = cell[..start].contains(['-', '−', '(']);
    // `.50` is half of something.
    let number =
        if cell[..start].ends_with(['.', ',']) { format!("0{}{number}", &cell[start - 1..start]) } else { number };
    (clean && !negative).then(|| (around.trim().trim_end_matches(['.', ',']).trim().to_owned(), number))
}

/// Whether what stands around a number is a currency, or nothing.
fn is_of_money(around: &str) -> bool {
    let bare = around.trim().trim_end_matches('.');
    let code = bare.replace('$', "");
    bare.is_empty()
        || code.trim().is_empty()
        || SIGNS.iter().any(|(sign, _)| sign.trim_end_matches('.').eq_ignore_ascii_case(bare))
        || code.split_whitespace().all(|code| code.parse::<Currency>().is_ok())
}

/// Whether what stands around a number is the shop's currency, or says nothing of one.
fn check_sign(around: &str, shop: Currency, mark: Mark) -> Result<(), Fault> {
    let bare = around.trim().trim_end_matches('.');
    if bare.is_empty() || bare.eq_ignore_ascii_case(shop.code()) || bare == shop.sign() {
        return Ok(());
    }
    let said = SIGNS.iter().find(|(sign, _)| sign.trim_end_matches('.').eq_ignore_ascii_case(bare));
    // `$` stands beside many codes, as in `MXN$`.
    let code = bare.replace('$', "").trim().to_owned();
    match said {
        Some((_, codes)) if codes.split(' ').any(|code| code == shop.code()) => Ok(()),
        Some(_) => Err(Fault::OtherCurrency { shop }),
        None if code.parse() == Ok(shop) => Ok(()),
        None if code.parse::<Currency>().is_ok() => Err(Fault::OtherCurrency { shop }),
        None => Err(Fault::NotAnAmount { suggestion: None, mark }),
    }
}

/// What stands for a currency, or for several, where people write no code.
const SIGNS: [(&str, &str); 45] = [
    (
        "$",
        "ARS AUD BBD BMD BND BSD BZD CAD CLP COP CUP DOP FJD GYD HKD JMD KYD LRD MXN NAD NIO NZD SBD SGD SRD TTD TWD \
         USD UYU XCD",
    ),
    ("US$", "USD"),
    ("U$S", "USD"),
    ("U$D", "USD"),
    ("MX$", "MXN"),
    ("Mex$", "MXN"),
    ("AR$", "ARS"),
    ("CL$", "CLP"),
    ("CLP$", "CLP"),
    ("COL$", "COP"),
    ("CA$", "CAD"),
    ("C$", "NIO CAD"),
    ("A$", "AUD"),
    ("NZ$", "NZD"),
    ("$U", "UYU"),
    ("RD$", "DOP"),
    ("R$", "BRL"),
    ("€", "EUR"),
    ("£", "GBP"),
    ("¥", "JPY CNY"),
    ("₹", "INR"),
    ("Rs", "INR PKR LKR NPR"),
    ("S/", "PEN"),
    ("B/", "PAB"),
    ("Bs", "BOB VES"),
    ("Bs.F", "VES"),
    ("₡", "CRC"),
    ("¢", "CRC"),
    ("Q", "GTQ"),
    ("L", "HNL"),
    ("₲", "PYG"),
    ("Gs", "PYG"),
    ("zł", "PLN"),
    ("kr", "SEK NOK DKK ISK"),
    ("Kč", "CZK"),
    ("Ft", "HUF"),
    ("lei", "RON MDL"),
    ("Fr", "CHF"),
    ("₺", "TRY"),
    ("₴", "UAH"),
    ("₪", "ILS"),
    ("₩", "KRW"),
    ("₱", "PHP"),
    ("฿", "THB"),
    ("₫", "VND"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn mxn() -> Currency {
        "MXN".parse().unwrap()
    }

    fn decided(cells: &[&str]) -> Decimals {
        let mut evidence = Evidence::default();
        for cell in cells {
            evidence.see(cell);
        }
        evidence.decide(None)
    }

    #[test]
    fn three_digits_behind_the_point_are_decimals_where_the_currency_has_three() {
        let read = |cell: &str, code: &str| Evidence::default().decide(None).amount(cell, code.parse().unwrap());
        assert_eq!(read("2.450", "KWD").unwrap().minor(), 2_450);
        assert!(matches!(read("2.450", "USD"), Err(Fault::UnclearAmount)));
        assert!(matches!(read("2,450", "KWD"), Err(Fault::UnclearAmount)));
    }

    #[test]
    fn the_file_decides_by_what_its_prices_show() {
        assert_eq!(decided(&["1299.00", "5", "1,299"]).mark, Mark::Point);
        assert_eq!(decided(&["1.299,00", "5", "1.299"]).mark, Mark::Comma);
        assert_eq!(decided(&["1.234.567"]).mark, Mark::Comma);
        assert_eq!(
            decided(&["12,50", "12,5", "3.50"]),
            Decimals { mark: Mark::Comma, points: 1, commas: 2, ..Decimals::default() }
        );
        // Thousands or cents of a thousand: these show nothing.
        let shown = decided(&["1.299", "12,990"]);
        assert_eq!((shown.points, shown.commas), (0, 0));
        assert_eq!(decided(&["0,500"]).mark, Mark::Comma);
    }

    #[test]
    fn a_slip_among_thousands_does_not_make_cents_of_them() {
        for slip in ["0.00", "4500.5"] {
            let file = decided(&["12.900", "45.000", "8.500", slip]);
            assert_eq!(file.amount("12.900", mxn()), Err(Fault::UnclearAmount), "{slip}");
        }
        let file = decided(&["12,900", "45,000", "8.50"]);
        assert_eq!(file.amount("12,900", mxn()).map(Money::minor), Ok(1_290_000));
        let file = decided(&["12.90", "45.00", "1.555"]);
        assert_eq!(file.amount("12.000", mxn()).map(Money::minor), Ok(1_200));
    }

    #[test]
    fn amounts_are_read_as_the_file_writes_them() {
        let check = |file: &[&str], cell: &str, expected: Result<i64, Fault>| {
            assert_eq!(decided(file).amount(cell, mxn()).map(Money::minor), expected, "{cell} in {file:?}");
        };
        let wrong = || Err(Fault::NotAnAmount { suggestion: None, mark: Mark::Point });
        check(&["1.00"], "$1,299.00", Ok(129_900));
        check(&["1.00"], "1,299", Ok(129_900));
        check(&["1.00"], "34.0000", Ok(3_400));
        check(&["1.00"], "12.000", Ok(1_200));
        check(&["1,00"], "12.000", Ok(1_200_000));
        check(&["1,00"], "1.299,00", Ok(129_900));
        check(&["1,00"], "1 299,50", Ok(129_950));
        check(&["1,00"], "12.-", Ok(1_200));
        check(&[], "1299 MXN", Ok(129_900));
        check(&[], "MXN$ 15", Ok(1_500));
        check(&[".50"], ".50", Ok(50));
        check(&["1.00", "1.00", "1,50"], "1,50", Err(Fault::OtherMark { mark: Mark::Point }));
        // A file that contradicts itself settles nothing.
        check(&["1.00", "1.00", "1,50"], "1,500", Err(Fault::UnclearAmount));
        check(&[], "12.000", Err(Fault::UnclearAmount));
        check(&["1.00"], "15 USD", Err(Fault::OtherCurrency { shop: mxn() }));
        check(&["1.00"], "€15", Err(Fault::OtherCurrency { shop: mxn() }));
        check(&["1.00"], "US$ 15", Err(Fault::OtherCurrency { shop: mxn() }));
        for none in ["gratis", "-5.00", "1e3", "10-20", "", "1.2.3,4", "5 kg", "(5)", "1.555"] {
            check(&["1.00"], none, wrong());
        }
    }

    #[test]
    fn a_number_of_a_machine_has_a_point_and_is_rounded_to_the_currency() {
        let file = decided(&["12,50", "1.299,00"]);
        let read = |number: &str, code: &str| {
            file.amount(&format!("{NUMBER}{number}"), code.parse().unwrap()).map(Money::minor)
        };
        assert_eq!(
            (read("850.5", "MXN"), read("220.284", "MXN"), read("220.285", "MXN")),
            (Ok(85_050), Ok(22_028), Ok(22_029))
        );
        assert_eq!(
            (read("12990", "CLP"), read("12990.6", "CLP"), read("0.999", "MXN")),
            (Ok(12_990), Ok(12_991), Ok(100))
        );
        assert_eq!(read("-5", "MXN"), Err(Fault::NotAnAmount { suggestion: None, mark: Mark::Comma }));
        // And it is no evidence of how people write.
        assert_eq!(decided(&[&format!("{NUMBER}850.5")]), Decimals::default());
    }

    #[test]
    fn a_sign_is_that_of_the_currencies_that_people_write_with_it() {
        let read = |cell: &str, code: &str| {
            let money = Evidence::default().decide(Some(Mark::Point)).amount(cell, code.parse().unwrap());
            money.map(Money::major)
        };
        for (cell, code) in [
            ("₡19.50", "CRC"),
            ("Q19.50", "GTQ"),
            ("Q. 19.50", "GTQ"),
            ("RD$19.50", "DOP"),
            ("C$ 19.50", "NIO"),
            ("Bs. 19.50", "BOB"),
            ("19.50 zł", "PLN"),
            ("19.50 kr.", "SEK"),
            ("$19.50", "COP"),
            ("$19.50", "UYU"),
            ("S/. 19.50", "PEN"),
            ("B/. 19.50", "PAB"),
            ("$ 19.50 USD", "USD"),
            ("L 19.50", "HNL"),
        ] {
            assert_eq!(read(cell, code).as_deref(), Ok("19.50"), "{cell} in {code}");
        }
        assert_eq!(read("₲ 12.000", "PYG").as_deref(), Ok("12000"));
        for (cell, code) in
            [("$19.99", "EUR"), ("$19.99", "GBP"), ("$19.99", "BRL"), ("R$ 19.99", "USD"), ("kr 5", "EUR")]
        {
            let shop = code.parse().unwrap();
            assert_eq!(read(cell, code), Err(Fault::OtherCurrency { shop }), "{cell} in {code}");
        }
    }

    #[test]
    fn a_number_of_something_else_is_no_evidence_of_how_prices_are_written() {
        assert_eq!(decided(&["1.2 mil", "2.5 kg", "3.5 x 2", "12,50"]).points, 0);
        let shown = decided(&["$1.50", "MXN$ 2.50", "3.50 MXN", "$ 4.50 USD", "5.50.-", "'6.50"]);
        assert_eq!(shown.points, 6);
    }

    #[test]
    fn what_a_spreadsheet_puts_around_an_amount_is_no_part_of_it() {
        for cell in ["'12,50", "=\"12,50\""] {
            assert_eq!(decided(&["1,00"]).amount(cell, mxn()).map(Money::minor), Ok(1_250), "{cell}");
        }
    }

    #[test]
    fn three_noughts_are_thousands_where_commas_stand_before_cents() {
        let check = |file: &[&str], cell: &str, expected: Result<(&str, bool), Fault>| {
            let read = decided(file).pieces(cell);
            assert_eq!(read, expected.map(|(whole, part)| (whole.to_owned(), part)), "{cell} in {file:?}");
        };
        let (comma, point): (&[&str], &[&str]) = (&["12,50"], &["12.50"]);
        check(comma, "1.000", Ok(("1000", false)));
        check(comma, "10.000", Ok(("10000", false)));
        check(comma, "1.250", Ok(("1250", false)));
        check(comma, "5,00", Ok(("5", false)));
        check(comma, "2.000,00", Ok(("2000", false)));
        check(comma, "12,5", Ok(("12", true)));
        check(comma, "12.0", Ok(("12", false)));
        check(point, "1,000", Ok(("1000", false)));
        check(point, "1.000", Ok(("1", false)));
        check(point, "100.0000", Ok(("100", false)));
        check(point, "1.250", Err(Fault::UnclearAmount));
        check(&[], "1.000", Err(Fault::UnclearAmount));
        check(&[], "1.000.000", Ok(("1000000", false)));
        check(comma, &format!("{NUMBER}2.125"), Ok(("2", true)));
        check(&[], "1.2.3", Err(Fault::NotACount));
    }

    #[test]
    fn what_the_merchant_says_counts() {
        let asked = Evidence::default().decide(Some(Mark::Comma));
        assert_eq!(asked.amount("12.990", mxn()).map(Money::minor), Ok(1_299_000));
        let pesos = "CLP".parse().unwrap();
        assert_eq!(Decimals::default().amount("$12.990", pesos), Ok(Money::new(12_990, pesos)));
        let asked = Evidence::default().decide(Some(Mark::Point));
        assert_eq!(asked.amount("12.990", mxn()).map(Money::minor), Ok(1_299));
    }
}
