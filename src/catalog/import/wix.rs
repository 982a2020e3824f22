//! What the rows of Wix's exports mean, in the terms of our own format (Wix Help Center, "Wix Stores: Formatting Your
//! CSV File"). A product is a row and each of its variants another one, which says what the variant costs more; what
//! the site takes off stands with the product. A product whose variants all cost the same has none of their rows.

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
use crate::catalog::import::names_of_systems::WIX_INFO;
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
}

/// What the row of a product says of each of its variants.
struct Product {
    names: Vec<(Field, String)>,
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
        Self { context, families: HandleFamilies::default() }
    }

    /// The product's own row, as far as it is not its variants'.
    fn product(&self, row: &mut Row, findings: &mut Findings<'_>) {
        tidy::names(row);
        tidy::description(row, findings);
        let paths = row.take(Field::Category).map(|cell| tidy::parts(&cell, ';')).unwrap_or_default();
        let (category, tags) = categories(&paths.into_iter().map(|name| vec![name]).collect::<Vec<_>>());
        row.set(Field::Category, category);
        row.set(Field::Tags, tidy::list(tags.into_iter()));
        if row.take(Field::Published).as_deref().and_then(words::yes) == Some(false) {
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
        self.families.see(row, families::handle(row).as_ref());
    }

    fn family(&mut self, row: &Row) -> u32 {
        self.families.family(row, families::handle(row).as_ref())
    }

    fn adapt(&mut self, rows: Vec<Row>, findings: &mut Findings<'_>) -> Vec<Row> {
        let has_variants = rows.iter().any(|row| kind(row) == Kind::Variant);
        let product = rows.iter().find(|row| kind(row) == Kind::Product).map(Product::of);
        let mut adapted = Vec::with_capacity(rows.len());
        for mut row in rows {
            let kind = kind(&row);
            row.clear(&[Field::Type, Field::DiscountMode, Field::DiscountValue]);
            self.images(&mut row, findings);
            match kind {
                Kind::Media => {
                    let kept = [Field::Handle, Field::Image].map(|field| (field, row.take(field)));
                    adapted.push(only(&row, kept));
                }
                Kind::Variant => adapted.extend(variant(row, product.as_ref(), findings)),
                Kind::Product => {
                    self.product(&mut row, findings);
                    if has_variants {
                        adapted.push(without_variant(row));
                    } else {
                        adapted.extend(all_variants(row, product.as_ref(), findings));
                    }
                }
            }
        }
        let handles = adapted.iter().filter_map(|row| row.get(Field::Handle)).map(str::to_owned);
        let with_variants: HashSet<String> = if has_variants { handles.collect() } else { HashSet::new() };
        if has_variants { without_lonely(adapted, &with_variants, findings) } else { adapted }
    }
}

impl Product {
    fn of(row: &Row) -> Self {
        let names = Field::OPTIONS.iter().filter_map(|(name, value)| {
            let said = row.get(*name)?;
            row.get(*value).map(|_| (*name, said.to_owned()))
        });
        let text = |field| row.get(field).map(str::to_owned);
        let reduction = Reduction::said(row.get(Field::DiscountMode), row.get(Field::DiscountValue));
        Self { names: names.collect(), price: text(Field::Price), cost: text(Field::Cost), reduction }
    }
}

fn kind(row: &Row) -> Kind {
    match fold(row.get(Field::Type).unwrap_or_default()).as_str() {
        "variant" => Kind::Variant,
        "media" => Kind::Media,
        _ => Kind::Product,
    }
}

/// A row of a few cells of another one.
fn only(row: &Row, cells: impl IntoIterator<Item = (Field, Option<String>)>) -> Row {
    let mut other = row.clone();
    other.kept.clear();
    other.clear(Field::ALL);
    for (field, text) in cells {
        other.set(field, text);
    }
    other
}

/// The row of a product whose variants have rows of their own.
fn without_variant(mut row: Row) -> Row {
    row.clear(&Field::AMOUNTS);
    row.clear(&[Field::Sku, Field::Stock, Field::Surcharge]);
    row.clear(&Field::OPTIONS.map(|(_, value)| value));
    row
}

/// One variant with a row of its own; nothing when it is switched off.
fn variant(mut row: Row, product: Option<&Product>, findings: &mut Findings<'_>) -> Option<Row> {
    row.clear(&OF_PRODUCT);
    row.kept.clear();
    if row.take(Field::Published).as_deref().and_then(words::yes) == Some(false) {
        findings.notice(row.number, Note::VariantOff);
        findings.withdraw_variant(&row);
        return None;
    }
    let surcharge = row.take(Field::Surcharge);
    if let Some(product) = product {
        for (field, name) in &product.names {
            row.set(*field, Some(name.clone()));
        }
        if row.get(Field::Price).is_none() {
            row.set(Field::Price, product.price.clone());
        }
        if row.get(Field::Cost).is_none() {
            row.set(Field::Cost, product.cost.clone());
        }
        price(&mut row, surcharge.as_deref(), &product.reduction, findings);
    }
    for (_, value_field) in Field::OPTIONS {
        let value = row.take(value_field);
        row.set(value_field, value.map(|value| choice(&value).to_owned()));
    }
    stock(&mut row);
    Some(row)
}

/// Each combination of a product's choices, where they all cost the same.
fn all_variants(mut row: Row, product: Option<&Product>, findings: &mut Findings<'_>) -> Vec<Row> {
    row.set(Field::Surcharge, None);
    if let Some(product) = product {
        price(&mut row, None, &product.reduction, findings);
    }
    stock(&mut row);
    let options = choices(&mut row);
    let count = options.iter().try_fold(1_usize, |count, (_, values)| count.checked_mul(values.len()));
    if count.is_none_or(|count| count > VARIANTS_MAX) {
        findings.refuse_product(&row, Field::Option1Value, Fault::TooManyVariants { variants_max: VARIANTS_MAX });
        return Vec::new();
    }
    let mut rows = vec![row];
    for ((name_field, value_field, name), values) in options {
        let of_each = |row: Row| {
            let of = |value: &String| {
                let mut row = row.clone();
                row.set(name_field, Some(name.clone()));
                row.set(value_field, Some(value.clone()));
                row
            };
            values.iter().map(of).collect::<Vec<_>>()
        };
        rows = rows.into_iter().flat_map(of_each).collect();
    }
    if rows.len() > 1 {
        // It is the product's, and each variant needs its own.
        for row in &mut rows {
            row.set(Field::Sku, None);
        }
        for row in &mut rows[1..] {
            row.clear(&OF_PRODUCT);
            row.facts.clear();
        }
    }
    rows
}

/// The options of a product and what can be chosen of each, each once.
type Choices = Vec<((Field, Field, String), Vec<String>)>;

fn choices(row: &mut Row) -> Choices {
    let mut options = Choices::new();
    for (name_field, value_field) in Field::OPTIONS {
        let (Some(name), Some(said)) = (row.take(name_field), row.take(value_field)) else { continue };
        let mut values: Vec<String> = Vec::new();
        for value in tidy::parts(&said, ';') {
            let value = choice(&value);
            if !value.is_empty() && !values.iter().any(|known| fold(known) == fold(value)) {
                values.push(value.to_owned());
            }
        }
        if !values.is_empty() {
            options.push(((name_field, value_field, name), values));
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

/// `InStock` is there without being counted.
fn stock(row: &mut Row) {
    let said = row.take(Field::Stock);
    let counted = said.and_then(|said| match fold(&said).replace([' ', '_'], "").as_str() {
        "instock" => None,
        "outofstock" => Some("0".to_owned()),
        _ => Some(said),
    });
    row.set(Field::Stock, counted);
    tidy::stock(row);
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
