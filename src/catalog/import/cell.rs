//! One cell's text to one value, or the fault that says what is wrong with it.

use url::Url;

use crate::base::money::{Currency, Money};
use crate::base::names::Sku;
use crate::catalog::import::decimal::{Decimals, Mark, unmarked};
use crate::catalog::import::fault::Fault;
use crate::catalog::import::tidy;
use crate::catalog::product::Named;

/// The longest title, brand, category, option name or value, tag and name of a fact, in characters.
pub const LABEL_CHARS_MAX: usize = 255;
/// The longest description.
pub const DESCRIPTION_CHARS_MAX: usize = 10_000;
/// The longest value of a fact.
pub const FACT_CHARS_MAX: usize = 1_000;
/// The most tags, facts or pictures of one product.
pub const ENTRIES_MAX: usize = 250;
/// The longest address of a picture.
pub const ADDRESS_CHARS_MAX: usize = 2_000;
/// The most of anything that is counted.
const STOCK_MAX: i32 = 1_000_000_000;

/// How the amounts of a file are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reckoning {
    /// The shop's currency.
    pub currency: Currency,
    /// What stands before the cents.
    pub decimals: Decimals,
}

/// A text no longer than allowed.
pub fn text(cell: &str, characters_max: usize) -> Result<String, Fault> {
    let characters = cell.chars().count();
    if characters > characters_max {
        return Err(Fault::TooLong { characters, characters_max });
    }
    Ok(cell.to_owned())
}

/// Whether a spreadsheet would run a cell as a formula, or would but for apostrophes before it. One more apostrophe is
/// written before such a cell and taken away from it (OWASP, "CSV Injection").
pub fn is_formula(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(['=', '+', '-', '@'])
}

/// An amount in the shop's currency.
pub fn amount(cell: &str, money: Reckoning) -> Result<Money, Fault> {
    let read = money.decimals.amount(cell, money.currency);
    read.map_err(|fault| match fault {
        Fault::NotAnAmount { mark, .. } => {
            Fault::NotAnAmount { suggestion: suggestion(cell, mark, money.currency), mark }
        }
        other => other,
    })
}

/// A price: an amount above zero.
pub fn price(cell: &str, money: Reckoning) -> Result<Money, Fault> {
    let price = amount(cell, money)?;
    if price.is_zero() { Err(Fault::ZeroPrice) } else { Ok(price) }
}

/// The plain number that an amount with too many decimals was probably meant to be, written as the file writes them.
/// Three digits behind a mark may be thousands just as well, and of two numbers nobody knows which is meant: of these
/// nothing is said.
fn suggestion(cell: &str, mark: Mark, currency: Currency) -> Option<String> {
    let (whole, cents) = cell.split_once(mark.letter()).filter(|(_, cents)| cents.len() != 3)?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let kept = cents.get(..currency.exponent() as usize).filter(|_| digits(whole) && digits(cents))?;
    Money::parse_major(&format!("{whole}.{kept}"), currency).ok()?;
    Some(format!("{whole}{}{kept}", mark.letter()))
}

/// A count from zero up. Spreadsheets like to write `12.0`.
pub fn count(cell: &str, decimals: Decimals) -> Result<i32, Fault> {
    match pieces(cell, decimals)? {
        (number, false) => Ok(number),
        (_, true) => Err(Fault::NotACount),
    }
}

/// A count from zero up, and whether there is part of a piece besides.
pub fn pieces(cell: &str, decimals: Decimals) -> Result<(i32, bool), Fault> {
    let (whole, is_broken) = decimals.pieces(cell)?;
    let number = whole.parse().ok().filter(|number: &i32| *number <= STOCK_MAX);
    Ok((number.ok_or(Fault::NotACount)?, is_broken))
}

/// A SKU. What spreadsheets put around digits so that they stay as they were typed (`'0012`, `="0012"`) is no part of
/// it, and a number that a spreadsheet rounded (`7.70212E+12`) is no SKU any more.
pub fn sku(cell: &str) -> Result<Sku, Fault> {
    const SKU_CHARS_MAX: usize = 100;
    let bare = unmarked(cell);
    if is_rounded(bare) {
        return Err(Fault::Rounded);
    }
    let characters = bare.chars().count();
    // A line break inside is the one other thing that cannot be a name.
    let one_line = bare.split_whitespace().collect::<Vec<_>>().join(" ");
    Sku::new(&one_line).map_err(|_| Fault::TooLong { characters, characters_max: SKU_CHARS_MAX })
}

fn is_rounded(text: &str) -> bool {
    let Some((number, exponent)) = text.split_once(['E', 'e']) else { return false };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let Some(exponent) = exponent.strip_prefix('+') else { return false };
    digits(exponent) && digits(&number.replacen(['.', ','], "", 1))
}

/// One of a few words, in any case.
pub fn word<T>(cell: &str, known: impl Fn(&str) -> Option<T>, words: &str) -> Result<T, Fault> {
    known(cell).ok_or_else(|| Fault::NotOneOf { words: words.to_owned() })
}

/// Texts with `;` between them, each once; `\;` is part of a text.
pub fn tags(cell: &str) -> Result<Vec<String>, Fault> {
    let mut tags: Vec<String> = Vec::new();
    for tag in tidy::parts(cell, ';').iter().map(|tag| tag.trim()).filter(|tag| !tag.is_empty()) {
        let tag = text(tag, LABEL_CHARS_MAX)?;
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    bounded(tags)
}

/// `Material: algodón | Cuidado: lavar a 30°`; `\|` is part of a text, and `\:` of a name.
pub fn facts(cell: &str) -> Result<Vec<Named>, Fault> {
    let mut facts = Vec::new();
    for part in tidy::parts(cell, '|').iter().map(|part| part.trim()).filter(|part| !part.is_empty()) {
        let (name, value) = named(part).ok_or(Fault::NotAFact)?;
        let (name, value) = (text(&name, LABEL_CHARS_MAX)?, text(value, FACT_CHARS_MAX)?);
        if name.is_empty() || value.is_empty() {
            return Err(Fault::NotAFact);
        }
        facts.push(Named { name, value });
    }
    bounded(facts)
}

/// A fact's name and value: the first colon without a backslash before it is between them.
fn named(fact: &str) -> Option<(String, &str)> {
    let ends = |(at, _): &(usize, &str)| !fact[..*at].ends_with('\\');
    let (at, _) = fact.match_indices(':').find(ends)?;
    Some((fact[..at].trim().replace("\\:", ":"), fact[at + 1..].trim()))
}

/// The cell that [`tags`] reads.
pub fn joined_tags(tags: &[String]) -> String {
    tags.iter().map(|tag| tag.replace(';', "\\;")).collect::<Vec<_>>().join(" ; ")
}

/// The cell that [`facts`] reads.
pub fn joined_facts<'f>(facts: impl Iterator<Item = (&'f str, &'f str)>) -> String {
    let fact = |(name, value): (&str, &str)| {
        let blank = if name.ends_with('\\') { " " } else { "" };
        format!("{}{blank}: {value}", name.replace(':', "\\:")).replace('|', "\\|")
    };
    facts.map(fact).collect::<Vec<_>>().join(" | ")
}

/// Addresses of pictures with a space or `;` between them.
pub fn images(cell: &str) -> Result<Vec<String>, Fault> {
    let mut images = Vec::new();
    for address in cell.split(|character: char| character.is_whitespace() || character == ';') {
        if !address.is_empty() {
            images.push(image(address)?);
        }
    }
    bounded(images)
}

/// One address of a picture: on the web, or a file among the pictures that this server serves for the shop, such as
/// `pictures/taza.png`.
pub fn image(cell: &str) -> Result<String, Fault> {
    let address = text(cell, ADDRESS_CHARS_MAX)?;
    let on_the_web =
        Url::parse(&address).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if on_the_web || is_own_file(&address) { Ok(address) } else { Err(Fault::NotAnAddress) }
}

/// Whether it names a JPEG or PNG in a folder below the shop's own, and nothing outside it.
fn is_own_file(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    let picture = [".png", ".jpg", ".jpeg"].iter().any(|ending| name.to_ascii_lowercase().ends_with(ending));
    let inside = name.split('/').all(|part| !part.is_empty() && !part.starts_with('.'));
    name.contains('/') && picture && inside && name.chars().all(plain)
}

fn bounded<T>(entries: Vec<T>) -> Result<Vec<T>, Fault> {
    if entries.len() > ENTRIES_MAX { Err(Fault::TooMany { entries_max: ENTRIES_MAX }) } else { Ok(entries) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::import::decimal::Evidence;

    fn mxn() -> Currency {
        "MXN".parse().unwrap()
    }

    fn money() -> Reckoning {
        Reckoning { currency: mxn(), decimals: Decimals::default() }
    }

    #[test]
    fn a_price_is_more_than_nothing() {
        assert_eq!(price("0.00", money()), Err(Fault::ZeroPrice));
        assert_eq!(
            price("199.5", Reckoning { decimals: Evidence::default().decide(None), ..money() }),
            Ok(Money::new(19_950, mxn()))
        );
        assert_eq!(amount("0", money()), Ok(Money::zero(mxn())));
        let suggestion = Some("199.99".to_owned());
        let mark = Mark::Point;
        assert_eq!(price("199.9951", money()), Err(Fault::NotAnAmount { suggestion, mark }));
        let points = Reckoning { decimals: Evidence::default().decide(Some(Mark::Point)), ..money() };
        assert_eq!(price("1.299", points), Err(Fault::NotAnAmount { suggestion: None, mark }));
    }

    #[test]
    fn only_a_number_of_which_the_cents_alone_are_too_many_gets_a_suggestion() {
        let suggested = |cell: &str, mark: Mark| match price(
            cell,
            Reckoning { decimals: Evidence::default().decide(Some(mark)), ..money() },
        ) {
            Err(Fault::NotAnAmount { suggestion, .. }) => suggestion,
            other => panic!("{cell}: {other:?}"),
        };
        assert_eq!(suggested("12.5051", Mark::Point).as_deref(), Some("12.50"));
        assert_eq!(suggested("12,5051", Mark::Comma).as_deref(), Some("12,50"));
        for cell in ["3.150,00XYZ2.700,00XYZ", "1.450,00$990,00$", "1.2 mil", "1.2345 o 3"] {
            assert_eq!((suggested(cell, Mark::Point), suggested(cell, Mark::Comma)), (None, None), "{cell}");
        }
    }

    #[test]
    fn a_count_is_whole_and_not_negative() {
        let count = |cell: &str| count(cell, Decimals::default());
        assert_eq!((count("12"), count("12.0"), count("0")), (Ok(12), Ok(12), Ok(0)));
        for bad in ["", "-1", "1.5", "+3", "ocho", "9999999999", ".0"] {
            assert_eq!(count(bad), Err(Fault::NotACount), "{bad:?}");
        }
    }

    #[test]
    fn what_spreadsheets_do_to_codes_is_undone_or_refused() {
        assert_eq!(sku("'7702123456789").unwrap().as_str(), "7702123456789");
        assert_eq!(sku("=\"0012\"").unwrap().as_str(), "0012");
        assert_eq!(sku("7.70212E+12"), Err(Fault::Rounded));
        assert_eq!(sku("7,70212E+12"), Err(Fault::Rounded));
        assert_eq!(sku("12E5").unwrap().as_str(), "12E5");
        assert_eq!(sku("'n' roll").unwrap().as_str(), "'n' roll");
        assert!(matches!(sku(&"x".repeat(101)), Err(Fault::TooLong { .. })));
    }

    #[test]
    fn lists_are_split_trimmed_and_bounded() {
        assert_eq!(tags(" a ;b;; a ").unwrap(), ["a", "b"]);
        let read = facts("Material: algodón | Cuidado: lavar a 30°").unwrap();
        assert_eq!(read, [Named::new("Material", "algodón"), Named::new("Cuidado", "lavar a 30°")]);
        assert_eq!(facts("solo texto"), Err(Fault::NotAFact));
        assert_eq!(facts("Material:"), Err(Fault::NotAFact));
        assert_eq!(images("https://a.example/1.jpg; https://a.example/2.jpg").unwrap().len(), 2);
        assert_eq!(images("pictures/taza.png").unwrap(), ["pictures/taza.png"]);
        for bad in [
            "foto.jpg",
            "ftp://a.example/x",
            "javascript:alert(1)",
            "https://",
            "../x/taza.png",
            "/etc/taza.png",
            "pictures/../../taza.png",
            "pictures/taza.svg",
        ] {
            assert_eq!(images(bad), Err(Fault::NotAnAddress), "{bad:?}");
        }
        assert!(matches!(
            tags(&(0..=250).map(|n| n.to_string()).collect::<Vec<_>>().join(";")),
            Err(Fault::TooMany { .. })
        ));
    }
}
