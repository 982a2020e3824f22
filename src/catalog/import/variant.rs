//! One row to one variant.

use crate::base::fingerprint::Fingerprint;
use crate::base::money::{Currency, Money};
use crate::base::names::{Handle, Sku};
use crate::catalog::fold::fold;
use crate::catalog::import::cell;
use crate::catalog::import::cell::Reckoning;
use crate::catalog::import::decimal::{Decimals, NUMBER};
use crate::catalog::import::doubt::Doubt;
use crate::catalog::import::draft::VariantDraft;
use crate::catalog::import::fault::{Fault, Note};
use crate::catalog::import::findings::Findings;
use crate::catalog::import::format::{Field, Format};
use crate::catalog::import::table::Row;
use crate::catalog::product::{Named, WhenOut};

/// What a row needs to know of its product to be read as a variant.
#[derive(Clone, Copy, Debug)]
pub struct Family<'a> {
    /// The product.
    pub handle: &'a Handle,
    /// The number by which its rows were brought together.
    pub number: u64,
    /// Its options: where they stand in the file, and what they are called.
    pub options: &'a [OptionColumn],
    /// How amounts are read.
    pub money: Reckoning,
}

/// One option of a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionColumn {
    /// Where names stand.
    pub name_field: Field,
    /// Where values stand.
    pub value_field: Field,
    /// The name on the product's first row.
    pub name: String,
}

/// Whether the row describes a variant. Rows that do not only add pictures or texts to their product.
#[must_use]
pub fn carries_variant(row: &Row) -> bool {
    let own = [Field::Sku, Field::Price, Field::CompareAtPrice, Field::SalePrice, Field::Stock];
    own.into_iter().chain(Field::OPTIONS.map(|(_, value)| value)).any(|field| row.get(field).is_some())
}

/// Reads the row. Every fault is found at once, so that a merchant mends a row in one go; with any, there is no
/// variant.
pub fn read_variant(
    row: &Row,
    position: i32,
    family: Family<'_>,
    findings: &mut Findings<'_>,
) -> Option<VariantDraft> {
    check_currency(row, family.money.currency, findings);
    let options = read_options(row, family.options, findings);
    let price = read_price(row, family, findings);
    let sale = findings.optional(row, Field::SalePrice, |text| cell::amount(text, family.money));
    let compare_at = findings.optional(row, Field::CompareAtPrice, |text| cell::amount(text, family.money));
    let cost = findings.optional(row, Field::Cost, |text| cell::amount(text, family.money));
    let floor = findings.optional(row, Field::Floor, |text| cell::amount(text, family.money));
    let stock = read_stock(row, family.money.decimals, findings);
    let when_out =
        findings.optional(row, Field::WhenOut, |text| cell::word(text, WhenOut::from_word, "`deny` or `continue`"));
    let image = read_image(row, findings);
    let sku = read_sku(row, family.handle, &options, findings);
    if findings.is_refused(row.number) {
        return None;
    }
    let (price, compare_at) = reduced(price?, sale, compare_at);
    Some(VariantDraft {
        sku: sku?,
        position,
        options,
        price,
        compare_at: compare_at.and_then(|before| above(before, price, row, findings)),
        cost: cost.filter(|cost| !cost.is_zero()),
        floor: floor.filter(|floor| !floor.is_zero()),
        stock,
        when_out: when_out.unwrap_or_default(),
        image,
    })
}

/// A price of zero is read only when a person agreed to it.
fn read_price(row: &Row, family: Family<'_>, findings: &mut Findings<'_>) -> Option<Money> {
    let agreed = findings.is_agreed(Doubt::ZeroPrice);
    let price = findings.required(row, Field::Price, |text| match cell::price(text, family.money) {
        Err(Fault::ZeroPrice) if agreed => Ok(Money::zero(family.money.currency)),
        read => read,
    });
    if price.is_some_and(Money::is_zero) {
        findings.notice(row.number, Note::ZeroPriceAgreed);
    }
    price
}

/// A count; in our own format a whole one from zero up.
fn read_stock(row: &Row, decimals: Decimals, findings: &mut Findings<'_>) -> Option<i32> {
    if findings.format() == Format::Trato {
        return findings.optional(row, Field::Stock, |text| cell::count(text, decimals));
    }
    let mut note = None;
    let stock = findings.optional(row, Field::Stock, |text| {
        let bare = text.trim_start_matches(NUMBER);
        if let Some(missing) = bare.strip_prefix(['-', '−']) {
            note = Some(Note::StockBelowZero);
            return cell::pieces(missing.trim(), decimals).map(|_| 0);
        }
        let (pieces, is_broken) = cell::pieces(text, decimals)?;
        note = is_broken.then_some(Note::StockRounded);
        Ok(pieces)
    });
    if let Some(note) = note.filter(|_| stock.is_some()) {
        findings.notice(row.number, note);
    }
    stock
}

/// A reduced price that is one becomes the price, and the price the one before.
fn reduced(price: Money, sale: Option<Money>, compare_at: Option<Money>) -> (Money, Option<Money>) {
    match sale {
        Some(sale) if !sale.is_zero() && sale.minor() < price.minor() => (sale, compare_at.or(Some(price))),
        _ => (price, compare_at),
    }
}

/// A price "before" that is not higher would be a false claim; exports are full of them.
fn above(before: Money, price: Money, row: &Row, findings: &mut Findings<'_>) -> Option<Money> {
    if before.minor() > price.minor() {
        return Some(before);
    }
    if !before.is_zero() {
        findings.notice(row.number, Note::CompareAtNotAbove);
    }
    None
}

fn check_currency(row: &Row, shop: Currency, findings: &mut Findings<'_>) {
    findings.optional(row, Field::Currency, |text| {
        let text = text.trim();
        if text.parse() == Ok(shop) { Ok(()) } else { Err(Fault::OtherCurrency { shop }) }
    });
}

fn read_options(row: &Row, options: &[OptionColumn], findings: &mut Findings<'_>) -> Vec<Named> {
    for (name_field, value_field) in Field::OPTIONS {
        let known = options.iter().find(|option| option.value_field == value_field);
        match known {
            None if row.get(value_field).is_some() => {
                let column = findings.column_name(name_field);
                findings.refuse(row, value_field, Fault::OptionNameMissing { column });
            }
            Some(option) if row.get(name_field).is_some_and(|name| fold(name) != fold(&option.name)) => {
                findings.refuse(row, name_field, Fault::OptionRenamed { name: option.name.clone() });
            }
            _ => {}
        }
    }
    let mut values = Vec::new();
    for option in options {
        if row.get(option.value_field).is_none() {
            findings.refuse(row, option.value_field, Fault::OptionValueMissing { option: option.name.clone() });
        }
        let value = findings.optional(row, option.value_field, |text| cell::text(text, cell::LABEL_CHARS_MAX));
        values.push(Named { name: option.name.clone(), value: value.unwrap_or_default() });
    }
    values
}

fn read_image(row: &Row, findings: &mut Findings<'_>) -> Option<String> {
    match findings.format() {
        Format::Trato => findings.optional(row, Field::Image, cell::images)?.into_iter().next(),
        _ => findings.optional(row, Field::VariantImage, cell::image),
    }
}

fn read_sku(row: &Row, handle: &Handle, options: &[Named], findings: &mut Findings<'_>) -> Option<Sku> {
    let ours = findings.format() == Format::Trato;
    if row.get(Field::Sku).is_none() && !ours {
        findings.notice(row.number, Note::SkuMade);
        return made_sku(handle, options);
    }
    let mut is_long = false;
    let sku = findings.required(row, Field::Sku, |text| match cell::sku(text) {
        Err(Fault::TooLong { .. }) if !ours => {
            is_long = true;
            made_sku(handle, options).ok_or(Fault::Missing)
        }
        read => read,
    });
    if is_long {
        findings.notice(row.number, Note::SkuTooLong);
    }
    sku
}

/// A SKU from the handle and the option values: `camiseta-azul-m`. The same product gives the same one each time.
/// Where letters and digits do not say all (`A+` and `A-`), or are too many, a fingerprint of the whole follows.
#[must_use]
pub fn made_sku(handle: &Handle, options: &[Named]) -> Option<Sku> {
    const READABLE_CHARS_MAX: usize = 80;
    let mut parts = vec![handle.as_str().to_owned()];
    let mut whole = true;
    for option in options {
        let folded = fold(&option.value);
        whole &= folded.chars().all(|character| character.is_alphanumeric() || matches!(character, ' ' | '-'));
        let words = folded.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
        parts.extend(words.map(str::to_owned));
    }
    let name = parts.join("-");
    if whole && name.chars().count() <= READABLE_CHARS_MAX {
        return Sku::new(&name).ok();
    }
    let said: Vec<&str> =
        std::iter::once(handle.as_str()).chain(options.iter().map(|o| o.value.as_str())).collect();
    let mark = Fingerprint::of(said.join("\n").as_bytes()).short();
    let readable: String = name.chars().take(READABLE_CHARS_MAX).collect();
    Sku::new(&format!("{readable}-{mark}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(values: &[&str]) -> String {
        let options: Vec<Named> = values.iter().map(|value| Named::new("Option", value)).collect();
        made_sku(&"camiseta".parse().unwrap(), &options).unwrap().as_str().to_owned()
    }

    #[test]
    fn a_made_sku_says_handle_and_options() {
        assert_eq!(made(&["Azul marino", "M"]), "camiseta-azul-marino-m");
        assert_eq!(made(&[]), "camiseta");
    }

    #[test]
    fn options_that_differ_only_in_marks_get_different_skus() {
        assert_ne!(made(&["A+"]), made(&["A-"]));
        assert_ne!(made(&["1.5"]), made(&["1 5"]));
        let (long, longer) = ("x".repeat(200), "x".repeat(201));
        assert_ne!(made(&[&long]), made(&[&longer]));
    }
}
