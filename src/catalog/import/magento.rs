//! What Magento's rows mean, in the terms of our own format (Adobe Commerce documentation, "Product attributes data
//! reference"). A configurable product is a row that names its variants and what they differ by; the variants are
//! simple products of their own, elsewhere in the file. Attributes are packed into one cell.

use std::collections::{HashMap, HashSet};

use crate::catalog::fold::fold;
use crate::catalog::import::adapter::{Adapter, Context};
use crate::catalog::import::families::{Handles, categories, reduce, without_lonely};
use crate::catalog::import::fault::{Fault, Note};
use crate::catalog::import::findings::Findings;
use crate::catalog::import::format::Field;
use crate::catalog::import::marks::Firsts;
use crate::catalog::import::table::Row;
use crate::catalog::import::tidy;
use crate::catalog::import::words::{self, readable};
use crate::catalog::product::Named;

/// Attributes that say how Magento works, and nothing of the product.
const MACHINERY: [&str; 12] = [
    "has_options",
    "required_options",
    "tax_class_id",
    "url_path",
    "options_container",
    "msrp_enabled",
    "gift_message_available",
    "page_layout",
    "links_exist",
    "links_purchased_separately",
    "samples_title",
    "links_title",
];
const OF_PRODUCT: [Field; 8] = [
    Field::Title,
    Field::Description,
    Field::Category,
    Field::Tags,
    Field::Brand,
    Field::Status,
    Field::Image,
    Field::Language,
];

/// What a configurable product says of one of its variants.
#[derive(Clone, Debug)]
struct Claim {
    handle: String,
    /// Option names with values.
    options: Vec<Named>,
    /// The attributes that these options are, by their own names.
    codes: Vec<String>,
}

/// A Magento export.
#[derive(Debug)]
pub struct Magento<'a> {
    context: Context<'a>,
    /// Products by their names.
    firsts: Firsts,
    /// By the SKU of a variant: the family of the first configurable product that names it.
    claimed_by: Firsts,
    handles: Handles,
}

impl<'a> Magento<'a> {
    /// The adapter of such a file.
    #[must_use]
    pub fn new(context: Context<'a>) -> Self {
        Self { context, firsts: Firsts::default(), claimed_by: Firsts::default(), handles: Handles::default() }
    }

    /// Of a row that is a variant: the family of the product it is one of.
    fn claimed(&self, row: &Row) -> Option<u32> {
        row.get(Field::Sku).and_then(|sku| self.claimed_by.get(&fold(sku)))
    }
}

impl Adapter for Magento<'_> {
    fn see(&mut self, row: &Row) {
        if left_out(row).is_some() {
            return;
        }
        let name = own_name(row);
        self.handles.claim(&name);
        let family = self.firsts.of(&name, row.number);
        for (sku, _) in claims(row, "") {
            self.claimed_by.of(&sku, family);
        }
    }

    fn family(&mut self, row: &Row) -> u32 {
        if left_out(row).is_some() {
            return row.number;
        }
        self.claimed(row).or_else(|| self.firsts.get(&own_name(row))).unwrap_or(row.number)
    }

    fn adapt(&mut self, rows: Vec<Row>, findings: &mut Findings<'_>) -> Vec<Row> {
        let rows: Vec<Row> = rows.into_iter().filter(|row| is_product(row, findings)).collect();
        let skus: HashSet<String> = rows.iter().filter_map(|row| row.get(Field::Sku)).map(fold).collect();
        let mut known: HashMap<String, Claim> = HashMap::new();
        let mut families: HashSet<String> = HashSet::new();
        for row in &rows {
            let handle = self.handles.of(&own_name(row));
            for (sku, claim) in claims(row, &handle) {
                if skus.contains(&sku) {
                    families.insert(handle.clone());
                    known.entry(sku).or_insert(claim);
                }
            }
        }
        let mut adapted = Vec::with_capacity(rows.len());
        for mut row in rows {
            let handle = self.handles.of(&own_name(&row));
            let claim = row.get(Field::Sku).and_then(|sku| known.get(&fold(sku)));
            if claim.is_none() && self.claimed(&row).is_some() {
                // By itself it would be a product of its own.
                row.set(Field::Handle, Some(handle));
                findings.refuse(&row, Field::Sku, Fault::ProductRefused);
                continue;
            }
            adapted.extend(match (claim, is_configurable(&row)) {
                (Some(claim), _) => variant(row, claim, self.context, findings),
                (None, true) => Some(parent(row, handle, self.context, findings)),
                (None, false) => alone(row, handle, self.context, findings),
            });
        }
        without_lonely(adapted, &families, findings)
    }
}

/// Translations and the second lines of a product are none of their own.
fn left_out(row: &Row) -> Option<Note> {
    if row.get(Field::Translation).is_some_and(|view| !view.eq_ignore_ascii_case("admin")) {
        Some(Note::Translation)
    } else if row.get(Field::Sku).is_none() {
        Some(Note::Continued)
    } else if row.get(Field::Type).is_some_and(|kind| matches!(kind, "grouped" | "bundle")) {
        Some(Note::Grouped)
    } else {
        None
    }
}

fn is_product(row: &Row, findings: &mut Findings<'_>) -> bool {
    let note = left_out(row);
    let is_product = note.is_none();
    if let Some(note) = note {
        findings.notice(row.number, note);
    }
    is_product
}

fn is_configurable(row: &Row) -> bool {
    row.get(Field::Type).is_some_and(|kind| kind.eq_ignore_ascii_case("configurable"))
        || row.get(Field::Variations).is_some()
}

fn own_name(row: &Row) -> String {
    let name = row.get(Field::AddressName).or_else(|| row.get(Field::Sku));
    name.unwrap_or_default().to_owned()
}

/// `sku=MH01-XS,size=XS,color=Black|sku=…`: what the row says of its variants, by their SKUs.
fn claims(row: &Row, handle: &str) -> Vec<(String, Claim)> {
    let Some(cell) = row.get(Field::Variations) else { return Vec::new() };
    let labels = row.get(Field::VariationLabels).map(packed).unwrap_or_default();
    let label = |code: &str| {
        let found = labels.iter().find(|label| label.name == code).map(|label| label.value.clone());
        found.unwrap_or_else(|| readable(code))
    };
    let mut claims = Vec::new();
    for variation in cell.split('|') {
        let mut options = packed(variation);
        let Some(place) = options.iter().position(|pair| pair.name == "sku") else { continue };
        let sku = fold(&options.swap_remove(place).value);
        options.truncate(Field::OPTIONS.len());
        options.sort_by(|one, other| one.name.cmp(&other.name));
        let codes = options.iter().map(|pair| pair.name.clone()).collect();
        let options =
            options.into_iter().map(|pair| Named { name: label(&pair.name), value: pair.value }).collect();
        claims.push((sku, Claim { handle: handle.to_owned(), options, codes }));
    }
    claims
}

/// `size=XS,color=Black`, where a value may hold commas too: a comma begins a new pair only before `name=`.
fn packed(cell: &str) -> Vec<Named> {
    let mut pairs: Vec<Named> = Vec::new();
    for part in cell.split(',') {
        let part = part.trim_matches('"');
        let is_name = |name: &str| {
            !name.is_empty()
                && name.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | ' '))
        };
        match part.split_once('=').map(|(name, value)| (name.trim(), value)).filter(|(name, _)| is_name(name)) {
            Some((name, value)) => pairs.push(Named::new(name, value.trim().trim_matches('"'))),
            None => {
                if let Some(last) = pairs.last_mut() {
                    last.value = format!("{},{part}", last.value);
                }
            }
        }
    }
    pairs
}

fn variant(mut row: Row, claim: &Claim, context: Context<'_>, findings: &mut Findings<'_>) -> Option<Row> {
    adapt_row(&mut row, &claim.codes, context, findings);
    let off = (row.get(Field::Status) == Some("draft")).then_some(Note::VariantOff);
    if let Some(why) = off.or_else(|| row.get(Field::Price).is_none().then_some(Note::NoPrice)) {
        findings.notice(row.number, why);
        findings.withdraw_variant(&row);
        return None;
    }
    let picture = row.get(Field::Image).and_then(|images| images.split(' ').next()).map(str::to_owned);
    row.set(Field::VariantImage, picture);
    row.clear(&OF_PRODUCT);
    row.set(Field::Handle, Some(claim.handle.clone()));
    for (option, (name_field, value_field)) in claim.options.iter().zip(Field::OPTIONS) {
        row.set(name_field, Some(option.name.clone()));
        row.set(value_field, Some(option.value.clone()));
    }
    Some(row)
}

fn parent(mut row: Row, handle: String, context: Context<'_>, findings: &mut Findings<'_>) -> Row {
    adapt_row(&mut row, &[], context, findings);
    if row.get(Field::Status) == Some("draft") {
        findings.notice(row.number, Note::Unpublished);
    }
    row.clear(&[Field::Sku, Field::Price, Field::SalePrice, Field::Cost, Field::Stock, Field::WhenOut]);
    row.set(Field::Handle, Some(handle));
    row
}

fn alone(mut row: Row, handle: String, context: Context<'_>, findings: &mut Findings<'_>) -> Option<Row> {
    // Part of something that is not in the file, or that we leave out.
    let unseen = row.get(Field::Visibility).is_some_and(|word| {
        let word = fold(word);
        word == "not visible individually" || word == "1"
    });
    adapt_row(&mut row, &[], context, findings);
    row.set(Field::Handle, Some(handle));
    if row.get(Field::Price).is_none() {
        findings.notice(row.number, Note::NoPrice);
        findings.withdraw_product(&row);
        findings.withdraw_variant(&row);
        return None;
    }
    if unseen {
        row.set(Field::Status, Some("draft".to_owned()));
    }
    if row.get(Field::Status) == Some("draft") {
        findings.notice(row.number, Note::Unpublished);
    }
    Some(row)
}

/// What is the same for every kind of row. `options` are attributes that are told as options.
fn adapt_row(row: &mut Row, options: &[String], context: Context<'_>, findings: &mut Findings<'_>) {
    reduce(row, context.today, findings);
    tidy::names(row);
    tidy::description(row, findings);
    adapt_categories(row);
    adapt_attributes(row, options, context);
    adapt_stock(row, findings);
    let images: Vec<String> = [row.take(Field::Image), row.take(Field::MoreImages)].into_iter().flatten().collect();
    let images = tidy::images(&images, &[',', ';'], context.options.pictures_at.as_deref(), row.number, findings);
    row.set(Field::Image, Some(images.join(" ")));
    tidy::barcode(row, context.language, findings);
    let off = tidy::is_unpublished(row);
    row.clear(&[Field::Visibility, Field::Type]);
    row.set(Field::Status, off.then(|| "draft".to_owned()));
}

/// `Default Category/Men/Tops,Default Category/Sale`, or a line for each.
fn adapt_categories(row: &mut Row) {
    let Some(cell) = row.take(Field::Category) else { return };
    let roots = ["default category", "root catalog"];
    let path = |path: &str| -> Vec<String> {
        let names =
            path.split('/').map(str::trim).filter(|name| !name.is_empty() && !roots.contains(&fold(name).as_str()));
        names.map(str::to_owned).collect()
    };
    let paths: Vec<Vec<String>> = cell.split([',', '\n']).map(path).filter(|path| !path.is_empty()).collect();
    let (category, tags) = categories(&paths);
    row.set(Field::Category, category);
    row.set(Field::Tags, tidy::list(tags.into_iter()));
}

fn adapt_attributes(row: &mut Row, options: &[String], context: Context<'_>) {
    let mut pairs = row.take(Field::Attributes).map(|cell| packed(&cell)).unwrap_or_default();
    for (column, text) in &row.kept {
        pairs.push(Named::new(context.layout.known_name(*column), &text.replace('\n', "|")));
    }
    for Named { name, value } in pairs {
        let code = name.to_lowercase();
        let skipped = MACHINERY.contains(&code.as_str()) || options.contains(&name);
        if value.is_empty() || skipped {
            continue;
        }
        let value = value.split('|').map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
        match code.as_str() {
            "manufacturer" | "brand" | "marca" if row.get(Field::Brand).is_none() => {
                row.set(Field::Brand, Some(value));
            }
            "cost" if row.get(Field::Cost).is_none() => {
                row.set(Field::Cost, Some(value));
            }
            "ean" | "gtin" | "upc" | "barcode" if row.get(Field::Barcode).is_none() => {
                row.set(Field::Barcode, Some(value));
            }
            _ if words::is_private(&code) => {}
            _ => row.facts.push(Named { name: readable(&name), value }),
        }
    }
}

/// Stock is counted unless the row, and not the shop, says otherwise.
fn adapt_stock(row: &mut Row, findings: &mut Findings<'_>) {
    let says_no = |row: &mut Row, field| row.take(field).is_some_and(|word| words::yes(&word) == Some(false));
    let by_row = says_no(row, Field::StockCounted);
    let not_by_shop = says_no(row, Field::StockCountedByShop);
    if by_row && not_by_shop {
        row.set(Field::Stock, None);
    }
    tidy::stock(row);
    tidy::availability(row, "1 or 0", findings);
    let by_row = row.take(Field::Backorders).is_some_and(|word| !word.starts_with('0'));
    if says_no(row, Field::BackordersByShop) && by_row {
        row.set(Field::WhenOut, Some("continue".to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_values_may_hold_commas() {
        let pairs = packed("size=XS,\"note=suave, ligera\",url=https://a.example/?x=1,climate=Cool|Indoor");
        let said: Vec<_> = pairs.iter().map(|pair| (pair.name.as_str(), pair.value.as_str())).collect();
        assert_eq!(
            said,
            [
                ("size", "XS"),
                ("note", "suave, ligera"),
                ("url", "https://a.example/?x=1"),
                ("climate", "Cool|Indoor")
            ]
        );
        assert!(packed("nothing").is_empty());
    }
}
