//! Cells that every other system writes in some way of its own, made into what our own format would have said.

use std::borrow::Cow;

use crate::base::language::Language;
use crate::catalog::fold::fold;
use crate::catalog::import::cell;
use crate::catalog::import::decimal::{self, NUMBER};
use crate::catalog::import::fault::{Fault, Note};
use crate::catalog::import::findings::Findings;
use crate::catalog::import::format::Field;
use crate::catalog::import::html::to_text;
use crate::catalog::import::presence::{self, Shown, There};
use crate::catalog::import::table::{Row, clean};
use crate::catalog::import::words::{self, Term, term};
use crate::catalog::product::Named;

/// The longest name that is cleaned; what is longer is cut, or refused where it is read.
const NAME_BYTES_MAX: usize = 16 * 1024;
/// The longest body that is cleaned; a longer one is cut to this first.
const BODY_BYTES_MAX: usize = 256 * 1024;

/// HTML to text, the short description before the long one, no longer than we keep.
pub fn description(row: &mut Row, findings: &mut Findings<'_>) {
    let text =
        |body: Option<String>| body.map(|body| to_text(beginning(&body, BODY_BYTES_MAX))).unwrap_or_default();
    let summary = text(row.take(Field::Summary));
    let body = text(row.take(Field::Description));
    let whole = match (summary.is_empty(), body.starts_with(&summary)) {
        (false, false) => format!("{summary}\n{body}"),
        _ => body,
    };
    let whole = clean(&whole);
    let kept: String = whole.chars().take(cell::DESCRIPTION_CHARS_MAX).collect();
    if kept.len() < whole.len() {
        findings.notice(row.number, Note::TextCut);
    }
    row.set(Field::Description, Some(kept));
}

/// Names as people read them: no entities, no tags, on one line.
pub fn names(row: &mut Row) {
    for field in [Field::Title, Field::Brand, Field::Category, Field::StandardCategory, Field::Tags] {
        if let Some(Cow::Owned(name)) = row.get(field).map(name) {
            row.set(field, Some(name));
        }
    }
}

/// One name as people read it.
#[must_use]
pub fn name(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<']) && !text.contains("  ") {
        return Cow::Borrowed(text);
    }
    // Magento may separate categories by lines.
    let lines: Vec<String> =
        beginning(text, NAME_BYTES_MAX).lines().map(|line| to_text(line).replace('\n', " ")).collect();
    Cow::Owned(clean(&lines.join("\n")))
}

fn beginning(text: &str, bytes_max: usize) -> &str {
    let mut end = text.len().min(bytes_max);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Pictures with the separator of their system between them. What is no address is left out and told; a path within
/// the shop's own server becomes an address when the merchant says where that is.
pub fn images(
    cells: &[String],
    separators: &[char],
    pictures_at: Option<&str>,
    row: u32,
    findings: &mut Findings<'_>,
) -> Vec<String> {
    let mut images: Vec<String> = Vec::new();
    for part in cells.iter().flat_map(|cell| addresses(cell, separators)) {
        let part = part.trim();
        if part.is_empty() || part == "no_selection" {
            continue;
        }
        let address = part.replace(' ', "%20");
        let is_path = !address.contains("://");
        let address = match pictures_at {
            Some(place) if is_path => {
                format!("{}/{}", place.trim_end_matches('/'), address.trim_start_matches('/'))
            }
            _ => address,
        };
        match cell::image(&address) {
            Ok(address) if address.contains("://") && !images.contains(&address) => images.push(address),
            Ok(address) if address.contains("://") => {}
            _ if is_path => findings.notice(row, Note::PicturePath),
            _ => findings.notice(row, Note::PictureLeftOut),
        }
    }
    images.truncate(cell::ENTRIES_MAX);
    images
}

/// The addresses of a cell. A comma or semicolon within one, as in `…/w_1000,h_1000/x.jpg`, separates nothing: the next
/// begins as an address or a path does. Nor does one behind a backslash, which goes.
fn addresses(cell: &str, separators: &[char]) -> Vec<String> {
    let begins = |text: &str| {
        let text = text.trim_start();
        ["http://", "https://", "//", "/"].iter().any(|beginning| text.starts_with(beginning))
    };
    let mut addresses = vec![String::new()];
    let mut letters = cell.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let Some(address) = addresses.last_mut() else { break };
        let rest = &cell[at + letter.len_utf8()..];
        let escaped = letter == '\\' && rest.starts_with([',', ';']);
        let within =
            matches!(letter, ',' | ';') && address.contains("://") && !rest.trim().is_empty() && !begins(rest);
        if escaped {
            address.extend(letters.next().map(|(_, letter)| letter));
        } else if separators.contains(&letter) && !within {
            addresses.push(String::new());
        } else {
            address.push(letter);
        }
    }
    addresses
}

/// The number on the package as an attribute; one that a spreadsheet rounded is none.
pub fn barcode(row: &mut Row, language: Language, findings: &mut Findings<'_>) {
    let Some(code) = row.take(Field::Barcode) else { return };
    match cell::sku(&code) {
        Ok(code) => row.facts.push(Named::new(term(Term::Barcode, language), code.as_str())),
        Err(Fault::Rounded) => findings.notice(row.number, Note::BarcodeRounded),
        Err(_) => findings.notice(row.number, Note::FactsLeftOut),
    }
}

/// A count as our format has it: words become what they say, and what stands around a number goes. What the number's
/// marks mean is known where it is read.
pub fn stock(row: &mut Row) {
    let Some(text) = row.take(Field::Stock) else { return };
    if text.contains(|letter: char| letter.is_ascii_digit()) {
        return row.set(Field::Stock, Some(bare_count(text)));
    }
    match presence::there(&text) {
        Some(said) => there(row, said),
        None => row.set(Field::Stock, Some(text)),
    }
}

/// As many as in all of these places together. One of several that is no whole number refuses the row: of a sum without
/// it nobody knows how far off it is.
pub fn stock_of_places(row: &mut Row, mut counts: Vec<String>, findings: &mut Findings<'_>) {
    let (field, whole) = (Field::Stock, counts.iter().map(|count| machine_pieces(count)));
    match whole.collect::<Option<Vec<i64>>>() {
        _ if counts.len() <= 1 => row.set(field, counts.pop()),
        Some(each) => row.set(field, Some(each.into_iter().fold(0, i64::saturating_add).to_string())),
        None => {
            row.set(field, counts.into_iter().find(|count| machine_pieces(count).is_none()));
            findings.refuse(row, field, Fault::NotACount);
            row.set(field, None);
        }
    }
    stock(row);
}

/// Whole pieces, behind which tills write three digits: `5.000`, and of what is weighed `1.250`.
fn machine_pieces(count: &str) -> Option<i64> {
    let (whole, part) = count.split_once('.').unwrap_or((count, ""));
    part.bytes().all(|byte| byte.is_ascii_digit()).then(|| whole.parse().ok()).flatten()
}

/// `12 pzas`, `10+`, `>50`, `más de 20`: at least so many.
fn bare_count(text: String) -> String {
    const AROUND: &[&str] = &[
        "+",
        ">",
        ">=",
        "≥",
        "mas de",
        "mais de",
        "more than",
        "over",
        "at least",
        "o mas",
        "ou mais",
        "or more",
        "pz",
        "pza",
        "pzas",
        "pieza",
        "piezas",
        "pc",
        "pcs",
        "piece",
        "pieces",
        "peca",
        "pecas",
        "ud",
        "uds",
        "u",
        "un",
        "und",
        "unds",
        "uni",
        "unid",
        "unids",
        "unidad",
        "unidades",
        "unidade",
        "unit",
        "units",
        "stk",
        "stuck",
        "disponibles",
        "disponible",
        "disponiveis",
        "disponivel",
        "en stock",
        "em estoque",
        "in stock",
        "available",
        "left",
    ];
    if text.starts_with(NUMBER) {
        return text;
    }
    let Some((around, number)) = decimal::split(&text) else { return text };
    let around = fold(&around);
    let around = around.trim_matches(['(', ')', '.', ' ']);
    if around.is_empty() || AROUND.contains(&around) { number } else { text }
}

/// What an archived product's status is.
pub const ARCHIVED: &str = "archived";

/// How many there are, where a word says it.
pub fn there(row: &mut Row, there: There) {
    row.set(Field::Availability, None);
    match there {
        There::Some => {}
        There::Nothing => row.set(Field::Stock, Some("0".to_owned())),
        There::ToOrder => {
            if row.get(Field::Stock).is_none() {
                row.set(Field::Stock, Some("0".to_owned()));
            }
            row.set(Field::WhenOut, Some("continue".to_owned()));
        }
        There::Never => {
            row.set(Field::Stock, Some("0".to_owned()));
            row.set(Field::Status, Some(ARCHIVED.to_owned()));
        }
    }
}

/// The same of the word in the row's cell; one that we do not know refuses the row. `words` are what may stand there.
pub fn availability(row: &mut Row, words: &str, findings: &mut Findings<'_>) {
    match row.get(Field::Availability).map(presence::there) {
        Some(Some(said)) => there(row, said),
        Some(None) => findings.refuse(row, Field::Availability, Fault::NotOneOf { words: words.to_owned() }),
        None => {}
    }
}

/// Takes away what makes the row a variant; what it says of its product stays.
pub fn without_variant(row: &mut Row) {
    row.clear(&Field::AMOUNTS);
    row.clear(&[Field::Sku, Field::Stock, Field::Surcharge, Field::Barcode]);
    row.clear(&Field::OPTIONS.map(|(_, value)| value));
}

/// Whether a cell says yes; a word that says neither refuses its row.
pub fn yes(row: &Row, field: Field, findings: &mut Findings<'_>) -> Option<bool> {
    findings.optional(row, field, |word| {
        words::yes(word).ok_or_else(|| Fault::NotOneOf { words: "yes or no".to_owned() })
    })
}

/// Whether a product is hidden where it comes from. A word that says neither is left to stand, and refused with its
/// product.
#[must_use]
pub fn is_unpublished(row: &Row) -> bool {
    let shown = row.get(Field::Published).and_then(presence::shown);
    matches!(shown, Some(Shown::Nobody | Shown::Never))
}

/// A list with something else than `;` between its entries.
#[must_use]
pub fn list(entries: impl Iterator<Item = String>) -> Option<String> {
    let kept = entries.map(|entry| entry.replace(';', ",").trim().to_owned()).filter(|entry| !entry.is_empty());
    Some(kept.collect::<Vec<_>>().join(";")).filter(|list| !list.is_empty())
}

/// Parts of a cell between separators; one behind a backslash separates nothing.
#[must_use]
pub fn parts(cell: &str, separator: char) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut letters = cell.chars().peekable();
    while let Some(letter) = letters.next() {
        let escaped = letter == '\\' && letters.peek() == Some(&separator);
        if letter == separator {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(if escaped { letters.next().unwrap_or(letter) } else { letter });
        }
    }
    parts.into_iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_separator_behind_a_backslash_separates_nothing() {
        assert_eq!(parts(r"Rojo\, claro, Azul ,", ','), ["Rojo, claro", "Azul"]);
        assert_eq!(parts(r"a\b", ','), [r"a\b"]);
    }

    #[test]
    fn a_count_may_have_a_unit_or_say_that_there_are_more() {
        let check = |cell: &str, expected: Option<&str>| {
            let mut row = Row::with(2, &[(Field::Stock, cell)]);
            stock(&mut row);
            assert_eq!(row.get(Field::Stock), expected, "{cell}");
        };
        for (cell, count) in [("12 pzas", "12"), ("10+", "10"), (">50", "50"), ("Más de 20", "20"), ("3 uds.", "3")]
        {
            check(cell, Some(count));
        }
        for some in ["InStock", "Disponible", "Unlimited", "Sí"] {
            check(some, None);
        }
        for none in ["OutOfStock", "Agotado", "No"] {
            check(none, Some("0"));
        }
        for unknown in ["12 kg", "5 de 8", "pocos", "<5", "-3"] {
            check(unknown, Some(unknown));
        }
    }

    #[test]
    fn an_address_may_hold_what_else_stands_between_two() {
        let wix = "https://static.example/m/v1/fill/w_1000,h_1000,q_80/x.jpg";
        let check = |cell: &str, expected: &[&str]| {
            let found = addresses(cell, &[',', ';', ' ', '\n']);
            let found: Vec<&str> = found.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
            assert_eq!(found, expected, "{cell}");
        };
        check(wix, &[wix]);
        check(&format!("{wix}, {wix},"), &[wix, wix]);
        check(&format!("{wix};/b/o/y.jpg"), &[wix, "/b/o/y.jpg"]);
        check("uno.jpg,dos.jpg;tres.jpg", &["uno.jpg", "dos.jpg", "tres.jpg"]);
        check(
            "https://a.example/1.jpg\nhttps://a.example/2.jpg",
            &["https://a.example/1.jpg", "https://a.example/2.jpg"],
        );
        check(
            r"https://a.example/w_1\,h_1/1.jpg, https://a.example/2.jpg",
            &["https://a.example/w_1,h_1/1.jpg", "https://a.example/2.jpg"],
        );
    }

    #[test]
    fn a_text_is_cut_between_letters() {
        assert_eq!(beginning("aé", 2), "a");
        assert_eq!(beginning("aé", 3), "aé");
    }
}
