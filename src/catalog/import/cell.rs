//! One cell's text to one value, or the fault that says what is wrong with it.

use url::Url;

use crate::base::money::{Currency, Money};
use crate::base::names::Sku;
use crate::catalog::import::fault::Fault;
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

/// A text no longer than allowed.
pub fn text(cell: &str, characters_max: usize) -> Result<String, Fault> {
    let characters = cell.chars().count();
    if characters > characters_max {
        return Err(Fault::TooLong { characters, characters_max });
    }
    Ok(cell.to_owned())
}

/// An amount in the shop's currency: a plain decimal with a point.
pub fn amount(cell: &str, currency: Currency) -> Result<Money, Fault> {
    Money::parse_major(cell, currency).map_err(|_| Fault::NotAnAmount { suggestion: suggestion(cell, currency) })
}

/// A price: an amount above zero.
pub fn price(cell: &str, currency: Currency) -> Result<Money, Fault> {
    let price = amount(cell, currency)?;
    if price.is_zero() { Err(Fault::ZeroPrice) } else { Ok(price) }
}

/// The plain number that `$1,299.00`, `1.299,00` or `1299 MXN` was meant to be; nothing where it could be two.
fn suggestion(cell: &str, currency: Currency) -> Option<String> {
    let bare = cell.trim_matches(|character: char| !character.is_ascii_digit());
    let number: String = bare.chars().filter(|character| !matches!(character, ' ' | '\'')).collect();
    if !number.chars().all(|character| character.is_ascii_digit() || matches!(character, '.' | ',')) {
        return None;
    }
    let negative = cell.contains('-');
    let (points, commas) = (number.matches('.').count(), number.matches(',').count());
    let decimal = match (points, commas) {
        (0, 0) => None,
        (_, 0) | (0, _) => {
            let separator = if points > 0 { '.' } else { ',' };
            let after = number.rsplit(separator).next().map_or(0, str::len);
            match (points + commas, after) {
                (1, 1 | 2) => Some(separator),
                (1, _) => return None,
                _ => None,
            }
        }
        _ => number.chars().rev().find(|character| matches!(character, '.' | ',')),
    };
    let (whole, cents) = match decimal {
        Some(separator) => number.rsplit_once(separator).unwrap_or((&number, "")),
        None => (number.as_str(), ""),
    };
    let whole: String = whole.chars().filter(char::is_ascii_digit).collect();
    let plain = if cents.is_empty() { whole } else { format!("{whole}.{cents}") };
    let understood = !negative && plain != cell && Money::parse_major(&plain, currency).is_ok();
    understood.then_some(plain)
}

/// A count from zero up. Spreadsheets like to write `12.0`.
pub fn count(cell: &str) -> Result<i32, Fault> {
    let whole =
        cell.split_once('.').filter(|(_, rest)| rest.bytes().all(|byte| byte == b'0')).map_or(cell, |at| at.0);
    let digits = !whole.is_empty() && whole.bytes().all(|byte| byte.is_ascii_digit());
    let number = whole.parse().ok().filter(|number: &i32| *number <= STOCK_MAX);
    number.filter(|_| digits).ok_or(Fault::NotACount)
}

/// A SKU. The apostrophe with which spreadsheets mark digits as text is no part of it, and a number that a
/// spreadsheet rounded (`7.70212E+12`) is no SKU any more.
pub fn sku(cell: &str) -> Result<Sku, Fault> {
    const SKU_CHARS_MAX: usize = 100;
    let marked = cell.strip_prefix('\'').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let bare = marked.unwrap_or(cell);
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

/// Texts with `;` between them, each once.
pub fn tags(cell: &str) -> Result<Vec<String>, Fault> {
    let mut tags: Vec<String> = Vec::new();
    for tag in cell.split(';').map(str::trim).filter(|tag| !tag.is_empty()) {
        let tag = text(tag, LABEL_CHARS_MAX)?;
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    bounded(tags)
}

/// `Material: algodón | Cuidado: lavar a 30°`.
pub fn facts(cell: &str) -> Result<Vec<Named>, Fault> {
    let mut facts = Vec::new();
    for part in cell.split('|').map(str::trim).filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once(':').ok_or(Fault::NotAFact)?;
        let (name, value) = (text(name.trim(), LABEL_CHARS_MAX)?, text(value.trim(), FACT_CHARS_MAX)?);
        if name.is_empty() || value.is_empty() {
            return Err(Fault::NotAFact);
        }
        facts.push(Named { name, value });
    }
    bounded(facts)
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

    fn mxn() -> Currency {
        "MXN".parse().unwrap()
    }

    #[test]
    fn prices_of_other_countries_are_refused_with_the_number_they_meant() {
        let check = |cell: &str, expected: Option<&str>| {
            let fault = Fault::NotAnAmount { suggestion: expected.map(str::to_owned) };
            assert_eq!(price(cell, mxn()), Err(fault), "{cell:?}");
        };
        check("1.299,00", Some("1299.00"));
        check("$1,299.00", Some("1299.00"));
        check("1299 MXN", Some("1299"));
        check("12,5", Some("12.5"));
        check("1.234.567", Some("1234567"));
        // One thousand, or one and a bit: nobody can tell.
        check("1.299", None);
        check("1,299", None);
        check("1e3", None);
        check("10-20", None);
        check("-5.00", None);
        check("gratis", None);
    }

    #[test]
    fn a_price_is_more_than_nothing() {
        assert_eq!(price("0.00", mxn()), Err(Fault::ZeroPrice));
        assert_eq!(price("199.5", mxn()), Ok(Money::new(19_950, mxn())));
        assert_eq!(amount("0", mxn()), Ok(Money::zero(mxn())));
    }

    #[test]
    fn a_count_is_whole_and_not_negative() {
        assert_eq!((count("12"), count("12.0"), count("0")), (Ok(12), Ok(12), Ok(0)));
        for bad in ["", "-1", "1.5", "+3", "ocho", "9999999999", ".0"] {
            assert_eq!(count(bad), Err(Fault::NotACount), "{bad:?}");
        }
    }

    #[test]
    fn what_spreadsheets_do_to_codes_is_undone_or_refused() {
        assert_eq!(sku("'7702123456789").unwrap().as_str(), "7702123456789");
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
