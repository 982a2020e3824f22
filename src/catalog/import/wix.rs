//! What the rows of Wix's exports mean, in the terms of our own format (Wix Help Center, "Wix Stores: Formatting Your
//! CSV File"). A product is a row and each of its variants another one, which says what the variant costs more; what
//! the site takes off stands with the product. Variants that cost what their product does, and are not counted by
//! themselves, have no row: often none of them, and of others only those that cost more.

use std::collections::HashSet;

use crate::catalog::fold::fold;
use crate::catalog::import::adapter::{Adapter, Context};
use crate::catalog::import::assemble::VARIANTS_MAX;
use crate::catalog::import::cell;
use crate::catalog::import::decimal::Mark;
use crate::catalog::import::exact::{Exact, Reduction};
use crate::catalog::import::families::{self, HandleFamilies, categories, without_lonely};
use crate::catalog::import::fault::{Fault, Note};
use crate::catalog::import::findings::Findings;
use crate::catalog::import::format::Field;
use crate::catalog::import::html::to_text;
use crate::catalog::import::marks::Marks;
use crate::catalog::import::names_of_systems::WIX_INFO;
use crate::catalog::import::passes::FAMILY_BYTES_MAX;
use crate::catalog::import::table::Row;
use crate::catalog::import::tidy;
use crate::catalog::import::words;
use crate::catalog::product::Named;

/// Where Wix keeps the pictures that its exports name.
const MEDIA: &str = "https://static.wixstatic.com/media/";
/// What is said once, on the product's own row.
const OF_PRODUCT: [Field; 7] =
    [Field::Title, Field::Description, Field::Category, Field::Tags, Field::Brand, Field::Status, Field::Image];

/// A Wix export.
#[derive(Debug)]
pub struct Wix<'a> {
    context: Context<'a>,
    families: HandleFamilies,
    /// The products of which a row was spoilt.
    spoilt: Marks,
    /// Whether of some row nobody knows whose it is.
    is_any_lost: bool,
}

/// An option's columns and name, and what can be chosen of it, each once.
type Choice = ((Field, Field, String), Vec<String>);

/// What the row of a product says of each of its variants.
struct Product {
    /// Of each no more choices than there may be variants and one.
    options: Vec<Choice>,
    price: Option<String>,
    cost: Option<String>,
    reduction: Result<Reduction, Fault>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Product,
    Variant,
    /// One more picture of the product.
    Media,
}

impl<'a> Wix<'a> {
    /// The adapter of such a file.
    #[must_use]
    pub fn new(context: Context<'a>) -> Self {
        let (families, spoilt) = (HandleFamilies::default(), Marks::default());
        Self { context, families, spoilt, is_any_lost: false }
    }

    /// The product's own row, as far as it is not its variants'.
    fn product(&self, row: &mut Row, findings: &mut Findings<'_>) {
        tidy::names(row);
        tidy::description(row, findings);
        let paths = row.take(Field::Category).map(|cell| tidy::parts(&cell, ';')).unwrap_or_default();
        let (category, tags) = categories(&paths.into_iter().map(|name| vec![name]).collect::<Vec<_>>());
        row.set(Field::Category, category);
        row.set(Field::Tags, tidy::list(tags.into_iter()));
        if tidy::is_unpublished(row) {
            row.set(Field::Status, Some("draft".to_owned()));
            findings.notice(row.number, Note::Unpublished);
        }
        self.adapt_info(row);
        tidy::barcode(row, self.context.language, findings);
    }

    /// Titles and texts in numbered columns are attributes where the texts are short.
    fn adapt_info(&self, row: &mut Row) {
        let kept = std::mem::take(&mut row.kept);
        let numbered = |of: &str| -> Vec<(String, String)> {
            let named = kept.iter().map(|(column, text)| (self.context.layout.known_name(*column), text));
            named.filter_map(|(name, text)| Some((name.strip_prefix(of)?.to_owned(), text.clone()))).collect()
        };
        let texts = numbered(WIX_INFO.1);
        for (number, title) in numbered(WIX_INFO.0) {
            let text = texts.iter().find(|(known, _)| *known == number).map(|(_, text)| to_text(text));
            let text = text.filter(|text| !text.is_empty() && text.chars().count() <= cell::FACT_CHARS_MAX);
            if let Some(text) = text.filter(|_| !words::is_private(&title)) {
                row.facts.push(Named { name: title, value: text });
            }
        }
    }

    /// Whether every row of the product is among these, in an export that leaves out variants of the product's price.
    fn tells_all(&self, rows: &[Row]) -> bool {
        let is_spoilt =
            |row: &Row| families::handle(row).is_some_and(|handle| self.spoilt.contain(handle.as_str()));
        self.context.layout.column(Field::Surcharge).is_some()
            && !self.is_any_lost
            && !rows.first().is_some_and(is_spoilt)
    }

    fn images(&self, row: &mut Row, findings: &mut Findings<'_>) {
        let named = row.take(Field::Image).unwrap_or_default();
        let addresses: Vec<String> = named.split([';', '\n']).filter_map(address).collect();
        let at = self.context.options.pictures_at.as_deref();
        let images = tidy::images(&addresses, &['\n'], at, row.number, findings);
        row.set(Field::Image, Some(images.join(" ")));
    }
}

impl Adapter for Wix<'_> {
    fn see(&mut self, row: &Row) {
        let handle = families::handle(row);
        self.families.see(row, handle.as_ref());
        if let Some(handle) = handle.filter(|_| row.spoilt.is_some()) {
            self.spoilt.insert(handle.as_str());
        }
    }

    fn lost(&mut self, _number: u32) {
        self.is_any_lost = true;
    }

    fn family(&mut self, row: &Row) -> u32 {
        self.families.family(row, families::handle(row).as_ref())
    }

    fn adapt(&mut self, rows: Vec<Row>, findings: &mut Findings<'_>) -> Vec<Row> {
        let has_variants = rows.iter().any(|row| kind(row) == Kind::Variant);
        let product = rows.iter().find(|row| kind(row) == Kind::Product).map(Product::of);
        let unlisted = product.as_ref().filter(|_| has_variants && self.tells_all(&rows));
        let unlisted = unlisted.map(|product| product.unlisted(&rows)).unwrap_or_default();
        let mut adapted = Vec::with_capacity(rows.len());
        for mut row in rows {
            let kind = kind(&row);
            row.clear(&[Field::Type, Field::DiscountMode, Field::DiscountValue]);
            self.images(&mut row, findings);
            match (kind, &product) {
                (Kind::Media, _) => {
                    row.keep(&[Field::Handle, Field::Image]);
                    adapted.push(row);
                }
                (Kind::Product, Some(product)) => {
                    self.product(&mut row, findings);
                    adapted.extend(if has_variants {
                        with_unlisted(row, product, &unlisted, findings)
                    } else {
                        all_variants(row, product, findings)
                    });
                }
                (_, product) => adapted.extend(variant(row, product.as_ref(), findings)),
            }
        }
        let handles = adapted.iter().filter_map(|row| row.get(Field::Handle)).map(str::to_owned);
        let with_variants: HashSet<String> = if has_variants { handles.collect() } else { HashSet::new() };
        if has_variants { without_lonely(adapted, &with_variants, findings) } else { adapted }
    }
}

impl Product {
    fn of(row: &Row) -> Self {
        let text = |field| row.get(field).map(str::to_owned);
        let reduction = Reduction::said(row.get(Field::DiscountMode), row.get(Field::DiscountValue));
        Self { options: choices(row), price: text(Field::Price), cost: text(Field::Cost), reduction }
    }

    /// Each combination of what can be chosen; nothing where there are more than variants may be.
    fn combinations(&self) -> Option<Vec<Vec<&str>>> {
        let count = self.options.iter().try_fold(1_usize, |count, (_, values)| count.checked_mul(values.len()));
        let count = count.filter(|count| *count <= VARIANTS_MAX)?;
        let combination = |place: usize| {
            let mut times = count;
            let chosen = self.options.iter().map(|(_, values)| {
                times /= values.len();
                values[place / times % values.len()].as_str()
            });
            chosen.collect()
        };
        Some((0..count).map(combination).collect())
    }

    /// The combinations that no row of a variant is for; none where a row is for what cannot be chosen, or where the
    /// product has no price and only its variants' rows say one.
    fn unlisted(&self, rows: &[Row]) -> Vec<Vec<&str>> {
        if self.price.as_deref().and_then(Exact::of).is_none_or(|price| price == Exact::default()) {
            return Vec::new();
        }
        let said = |row: &Row| {
            let values = self.options.iter().map(|((_, value_field, _), _)| row.get(*value_field));
            values.map(|value| fold(choice(value.unwrap_or_default()))).collect::<Vec<_>>()
        };
        let listed: HashSet<Vec<String>> = rows.iter().filter(|row| kind(row) == Kind::Variant).map(said).collect();
        let is_listed =
            |chosen: &Vec<&str>| listed.contains(&chosen.iter().map(|value| fold(value)).collect::<Vec<_>>());
        let (known, unlisted): (Vec<_>, Vec<_>) =
            self.combinations().unwrap_or_default().into_iter().partition(is_listed);
        if known.len() == listed.len() { unlisted } else { Vec::new() }
    }
}

fn kind(row: &Row) -> Kind {
    match fold(row.get(Field::Type).unwrap_or_default()).as_str() {
        "variant" => Kind::Variant,
        "media" => Kind::Media,
        _ => Kind::Product,
    }
}

/// One variant with a row of its own; nothing when it is switched off.
fn variant(mut row: Row, product: Option<&Product>, findings: &mut Findings<'_>) -> Option<Row> {
    row.clear(&OF_PRODUCT);
    row.kept.clear();
    for (_, value_field) in Field::OPTIONS {
        let value = row.take(value_field);
        row.set(value_field, value.map(|value| choice(&value).to_owned()));
    }
    if tidy::is_unpublished(&row) {
        findings.notice(row.number, Note::VariantOff);
        findings.withdraw_variant(&row);
        return None;
    }
    let surcharge = row.take(Field::Surcharge);
    if let Some(product) = product {
        for ((name_field, _, name), _) in &product.options {
            row.set(*name_field, Some(name.clone()));
        }
        if row.get(Field::Price).is_none() {
            row.set(Field::Price, product.price.clone());
        }
        if row.get(Field::Cost).is_none() {
            row.set(Field::Cost, product.cost.clone());
        }
        price(&mut row, surcharge.as_deref(), &product.reduction, findings);
    }
    tidy::stock(&mut row);
    Some(row)
}

/// The row without what is said once of a product.
fn without_product(row: &Row) -> Row {
    let mut other = row.clone();
    other.clear(&OF_PRODUCT);
    other.facts.clear();
    other.kept.clear();
    other
}

/// The row of a product, and one for each of its variants that has none and costs what the product does.
fn with_unlisted(mut row: Row, product: &Product, unlisted: &[Vec<&str>], findings: &mut Findings<'_>) -> Vec<Row> {
    let others = if unlisted.is_empty() {
        Vec::new()
    } else {
        let mut other = without_product(&row);
        other.set(Field::Sku, None);
        of_choices(other, product, unlisted, findings)
    };
    tidy::without_variant(&mut row);
    std::iter::once(row).chain(others).collect()
}

/// Each combination of a product's choices, where they all cost the same.
fn all_variants(row: Row, product: &Product, findings: &mut Findings<'_>) -> Vec<Row> {
    let Some(chosen) = product.combinations() else {
        findings.refuse_product(&row, Field::Option1Value, Fault::TooManyVariants { variants_max: VARIANTS_MAX });
        return Vec::new();
    };
    of_choices(row, product, &chosen, findings)
}

/// A row for each of these combinations, the first of which says what is said once.
fn of_choices(mut row: Row, product: &Product, chosen: &[Vec<&str>], findings: &mut Findings<'_>) -> Vec<Row> {
    row.set(Field::Surcharge, None);
    price(&mut row, None, &product.reduction, findings);
    tidy::stock(&mut row);
    row.clear(&Field::OPTIONS.map(|(_, value)| value));
    if chosen.len() > 1 {
        // It is the product's, and each variant needs its own.
        row.set(Field::Sku, None);
    }
    let other = without_product(&row);
    let longest = |values: &[String]| values.iter().map(String::len).max().unwrap_or(0);
    let of_options = product.options.iter().map(|((.., name), values)| name.len() + longest(values));
    if (other.bytes() + of_options.sum::<usize>()).saturating_mul(chosen.len()) > FAMILY_BYTES_MAX {
        let megabytes_max = FAMILY_BYTES_MAX / 1024 / 1024;
        findings.refuse_product(&row, Field::Price, Fault::TooLargeProduct { megabytes_max });
        return Vec::new();
    }
    let others = std::iter::repeat_n(other, chosen.len().saturating_sub(1));
    let mut rows: Vec<Row> = std::iter::once(row).chain(others).collect();
    for (row, chosen) in rows.iter_mut().zip(chosen) {
        for (((name_field, value_field, name), _), value) in product.options.iter().zip(chosen) {
            row.set(*name_field, Some(name.clone()));
            row.set(*value_field, Some((*value).to_owned()));
        }
    }
    rows
}

fn choices(row: &Row) -> Vec<Choice> {
    let mut options = Vec::new();
    for (name_field, value_field) in Field::OPTIONS {
        let (Some(name), Some(said)) = (row.get(name_field), row.get(value_field)) else { continue };
        let (mut values, mut known) = (Vec::new(), HashSet::new());
        for value in tidy::parts(said, ';') {
            let value = choice(&value);
            if !value.is_empty() && values.len() <= VARIANTS_MAX && known.insert(fold(value)) {
                values.push(value.to_owned());
            }
        }
        if !values.is_empty() {
            options.push(((name_field, value_field, name.to_owned()), values));
        }
    }
    options
}

/// `#ff0000:Rojo`, `rgb(255, 0, 0):Rojo`: what people call a colour.
fn choice(value: &str) -> &str {
    let is_code = |code: &str| code.starts_with('#') || code.starts_with("rgb");
    match value.split_once(':') {
        Some((code, name)) if is_code(code.trim()) && !name.trim().is_empty() => name.trim(),
        _ => value.trim(),
    }
}

/// What it costs with what the variant costs more, and what shoppers pay when the site takes something off.
fn price(
    row: &mut Row,
    surcharge: Option<&str>,
    reduction: &Result<Reduction, Fault>,
    findings: &mut Findings<'_>,
) {
    // Some variants cost less than their product.
    let less = surcharge.and_then(|surcharge| surcharge.strip_prefix('-'));
    let more = less.or(surcharge).map_or(Some(Exact::default()), Exact::of);
    let reduction = match reduction {
        Ok(reduction) => *reduction,
        Err(fault) => return findings.refuse(row, Field::DiscountValue, fault.clone()),
    };
    if more == Some(Exact::default()) && reduction.is_nothing() {
        return;
    }
    let Some(said) = row.get(Field::Price) else { return };
    let whole = Exact::of(said)
        .zip(more)
        .and_then(|(price, more)| if less.is_some() { price.minus(more) } else { price.plus(more) });
    let reduced = whole.and_then(|whole| reduction.of(whole));
    let (Some(whole), Some(reduced)) = (whole, reduced) else {
        return findings.refuse(row, Field::Price, Fault::NotAnAmount { suggestion: None, mark: Mark::Point });
    };
    if reduced == Exact::default() {
        row.set(Field::Price, Some("0".to_owned()));
    } else {
        row.set(Field::Price, Some(whole.cell()));
        row.set(Field::SalePrice, (reduced != whole).then(|| reduced.cell()));
    }
}

/// The address of a picture that Wix names by its number alone, as in `a1b2c3_d4e5~mv2.jpg`.
fn address(named: &str) -> Option<String> {
    let named = named.trim();
    let number = named.strip_prefix("wix:image://v1/").map(|rest| rest.split('/').next().unwrap_or(rest));
    match number {
        Some(number) => Some(format!("{MEDIA}{number}")),
        None if named.is_empty() => None,
        None if named.contains("://") => Some(named.to_owned()),
        None => Some(format!("{MEDIA}{}", named.trim_start_matches('/'))),
    }
}
