//! What WooCommerce's rows mean, in the terms of our own format (WooCommerce documentation, "Product CSV Importer
//! and Exporter"). A product with variations is a row of its own; its variations name it by SKU or by `id:741`.

use std::collections::HashMap;

use crate::catalog::fold::fold;
use crate::catalog::import::adapter::{Adapter, Context};
use crate::catalog::import::cell;
use crate::catalog::import::families::{Handles, categories, reduce, without_lonely};
use crate::catalog::import::fault::{Fault, Note};
use crate::catalog::import::findings::Findings;
use crate::catalog::import::format::Field;
use crate::catalog::import::marks::{Firsts, Marks};
use crate::catalog::import::presence;
use crate::catalog::import::table::Row;
use crate::catalog::import::tidy;
use crate::catalog::import::words::{self, Part, Term, numbered_attribute, readable, term};
use crate::catalog::product::Named;

/// What only a variant has.
const OF_VARIANT: [Field; 8] = [
    Field::Sku,
    Field::Price,
    Field::CompareAtPrice,
    Field::SalePrice,
    Field::Cost,
    Field::Stock,
    Field::WhenOut,
    Field::Barcode,
];
/// What only a product has.
const OF_PRODUCT: [Field; 9] = [
    Field::Title,
    Field::Description,
    Field::Summary,
    Field::Category,
    Field::Tags,
    Field::Brand,
    Field::Status,
    Field::Image,
    Field::Visibility,
];

/// An attribute of a row: its name, its values, and whether shoppers see it.
#[derive(Clone, Debug, Default)]
struct Attribute {
    name: String,
    values: Vec<String>,
    hidden: bool,
}

/// What is said of how many there are of a whole product.
#[derive(Clone, Debug, Default)]
struct Counted {
    stock: Option<String>,
    /// Whether it is sold when there is none.
    backorders: Option<String>,
}

/// A product that variations may name.
#[derive(Clone, Debug)]
struct Parent {
    handle: String,
    counted: Counted,
    /// Then the exporter says of each of its variations that it is unpublished.
    unpublished: bool,
    attributes: Vec<Attribute>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Simple,
    Variable,
    Variation,
    Grouped,
    External,
}

/// A WooCommerce export.
#[derive(Debug)]
pub struct WooCommerce<'a> {
    context: Context<'a>,
    /// What variations call the products they belong to.
    named: Marks,
    /// Products by their names.
    firsts: Firsts,
    /// By what a variation may call it, a product's family.
    parents: Firsts,
    handles: Handles,
}

impl<'a> WooCommerce<'a> {
    /// The adapter of such a file.
    #[must_use]
    pub fn new(context: Context<'a>) -> Self {
        Self {
            context,
            named: Marks::default(),
            firsts: Firsts::default(),
            parents: Firsts::default(),
            handles: Handles::default(),
        }
    }
}

impl Adapter for WooCommerce<'_> {
    fn see(&mut self, row: &Row) {
        if let Some(parent) = row.get(Field::Parent) {
            self.named.insert(&fold(parent));
        }
        if !is_variation(row) {
            let name = own_name(row);
            self.handles.claim(&name);
            let family = self.firsts.of(&name, row.number);
            for key in keys(row) {
                self.parents.of(&key, family);
            }
        }
    }

    fn family(&mut self, row: &Row) -> u32 {
        if !is_variation(row) {
            return self.firsts.of(&own_name(row), row.number);
        }
        let key = parent_key(row);
        self.parents.get(&key).unwrap_or_else(|| {
            // Its product is not in the file, so those that name it are a family by themselves.
            self.handles.claim(&key);
            self.firsts.of(&key, row.number)
        })
    }

    fn adapt(&mut self, mut rows: Vec<Row>, findings: &mut Findings<'_>) -> Vec<Row> {
        rows.iter_mut().for_each(adapt_words);
        let mut parents: HashMap<String, Parent> = HashMap::new();
        for row in rows.iter().filter(|row| !is_variation(row)) {
            let parent = Parent {
                handle: self.handles.of(&own_name(row)),
                counted: Counted {
                    stock: row.get(Field::Stock).map(str::to_owned),
                    backorders: row.get(Field::Backorders).map(str::to_owned),
                },
                unpublished: tidy::is_unpublished(row),
                attributes: attributes(row, self.context),
            };
            for key in keys(row) {
                parents.entry(key).or_insert_with(|| parent.clone());
            }
        }
        let options = options(&rows, self.context);
        let (context, handles, seen) = (self.context, &self.handles, &self.parents);
        let shop = Shop { context, parents, seen, options, handles };
        let with_variants = rows.iter().filter(|row| is_variation(row)).map(|row| shop.handle(row)).collect();
        let mut adapted = Vec::with_capacity(rows.len());
        for row in rows {
            adapted.extend(shop.row(row, &self.named, findings));
        }
        without_lonely(adapted, &with_variants, findings)
    }
}

/// Tables made with its interface for programs have that one's words: `publish`, `draft`.
fn adapt_words(row: &mut Row) {
    if let Some(status) = row.take(Field::Status) {
        let word = fold(&status);
        let is_published = matches!(word.as_str(), "publish" | "published") || words::yes(&word) == Some(true);
        if !is_published {
            row.set(Field::Published, Some("0".to_owned()));
        }
    }
}

/// What variations may call a product.
fn keys(row: &Row) -> impl Iterator<Item = String> {
    let number = row.get(Field::Id).map(|id| format!("id:{id}"));
    number.into_iter().chain(row.get(Field::Sku).map(fold))
}

/// What a variation calls its product.
fn parent_key(row: &Row) -> String {
    fold(row.get(Field::Parent).unwrap_or_default())
}

struct Shop<'a> {
    context: Context<'a>,
    parents: HashMap<String, Parent>,
    /// By what a variation may call it: every product of the file, those too of which the row was refused.
    seen: &'a Firsts,
    /// By what its variations call the product: what they differ by.
    options: HashMap<String, Vec<String>>,
    handles: &'a Handles,
}

impl Shop<'_> {
    fn row(&self, mut row: Row, named: &Marks, findings: &mut Findings<'_>) -> Option<Row> {
        let kind = kind(&row, named);
        if kind == Kind::Grouped {
            findings.notice(row.number, Note::Grouped);
            return None;
        }
        let attributes = attributes(&row, self.context);
        reduce(&mut row, self.context.today, findings);
        adapt_product(&mut row, kind, self.context, findings);
        if kind == Kind::Variation {
            return self.variation(row, &attributes, findings);
        }
        row.set(Field::Handle, Some(self.handles.of(&own_name(&row))));
        let options: Vec<String> = keys(&row).filter_map(|key| self.options.get(&key)).flatten().cloned().collect();
        adapt_stock(&mut row, None, findings);
        if kind == Kind::Variable {
            row.clear(&OF_VARIANT);
        } else if row.get(Field::Price).is_none() {
            findings.notice(row.number, Note::NoPrice);
            findings.withdraw_product(&row);
            findings.withdraw_variant(&row);
            return None;
        }
        tidy::barcode(&mut row, self.context.language, findings);
        let told = attributes
            .into_iter()
            .filter(|attribute| !attribute.hidden && !options.contains(&fold(&attribute.name)));
        row.facts.extend(told.map(|attribute| Named { name: attribute.name, value: attribute.values.join(", ") }));
        Some(row)
    }

    /// The handle of a variation's product.
    fn handle(&self, variation: &Row) -> String {
        let key = parent_key(variation);
        self.parents.get(&key).map_or_else(|| self.handles.of(&key), |parent| parent.handle.clone())
    }

    fn variation(&self, mut row: Row, own: &[Attribute], findings: &mut Findings<'_>) -> Option<Row> {
        let key = parent_key(&row);
        let parent = self.parents.get(&key).cloned();
        let handle = self.handle(&row);
        if let Some(id) = row.get(Field::Id).filter(|_| row.get(Field::Sku).is_none()) {
            // Its number lasts longer than what it is called.
            let sku = format!("{handle}-{id}");
            row.set(Field::Sku, Some(sku));
            findings.notice(row.number, Note::SkuMade);
        }
        row.set(Field::Handle, Some(handle));
        if parent.is_none() && self.seen.contain(&key) {
            // By itself it would take the product's texts and pictures away.
            findings.refuse(&row, Field::Parent, Fault::ProductRefused);
            return None;
        }
        let known = parent.as_ref().map_or(&[] as &[Attribute], |parent| &parent.attributes);
        self.adapt_options(&mut row, &key, (own, known), findings);
        let with_product = parent.as_ref().is_some_and(|parent| parent.unpublished);
        let off = (row.get(Field::Status) == Some("draft") && !with_product).then_some(Note::VariantOff);
        if let Some(why) = off.or_else(|| row.get(Field::Price).is_none().then_some(Note::NoPrice)) {
            findings.notice(row.number, why);
            findings.withdraw_variant(&row);
            return None;
        }
        let picture = row.get(Field::Image).and_then(|images| images.split(' ').next()).map(str::to_owned);
        row.set(Field::VariantImage, picture);
        if parent.is_some() {
            row.clear(&OF_PRODUCT);
        } else {
            findings.notice(row.number, Note::ParentMissing);
            let title = row.take(Field::Title).unwrap_or_default();
            row.set(Field::Title, title.split(" - ").next().map(str::to_owned));
        }
        adapt_stock(&mut row, parent.map(|parent| parent.counted), findings);
        tidy::barcode(&mut row, self.context.language, findings);
        Some(row)
    }

    /// The variation's own values, or those of its product, of what the variations of that one differ by.
    fn adapt_options(
        &self,
        row: &mut Row,
        key: &str,
        (own, known): (&[Attribute], &[Attribute]),
        findings: &mut Findings<'_>,
    ) {
        let options = self.options.get(key).map_or(&[] as &[String], Vec::as_slice);
        for (option, (name_field, value_field)) in options.iter().zip(Field::OPTIONS) {
            let same = |attribute: &&Attribute| fold(&attribute.name) == *option;
            let name = known.iter().find(same).or_else(|| own.iter().find(same)).map(|found| found.name.clone());
            let values = |of: &[Attribute]| {
                let found = of.iter().find(same).map(|found| found.values.join(", "));
                found.filter(|values| !values.is_empty() && values.chars().count() <= cell::LABEL_CHARS_MAX)
            };
            let mut value = values(own);
            if value.is_none() {
                // It fits every value, so it is called by all of them.
                findings.notice(row.number, Note::AnyValue);
                value = values(known);
            }
            row.set(name_field, name.or_else(|| Some(option.clone())));
            row.set(value_field, value.or_else(|| Some(term(Term::Any, self.context.language).to_owned())));
        }
    }
}

/// What the variations of each product differ by, in the order in which the first of them says it.
fn options(rows: &[Row], context: Context<'_>) -> HashMap<String, Vec<String>> {
    let mut options: HashMap<String, Vec<String>> = HashMap::new();
    for row in rows.iter().filter(|row| is_variation(row)) {
        let known = options.entry(parent_key(row)).or_default();
        for attribute in attributes(row, context) {
            let name = fold(&attribute.name);
            if !known.contains(&name) && known.len() < Field::OPTIONS.len() {
                known.push(name);
            }
        }
    }
    options
}

fn is_variation(row: &Row) -> bool {
    let kind = fold(row.get(Field::Type).unwrap_or_default());
    kind.contains("variation")
        || kind.split(',').any(|part| matches!(part.trim(), "variacion" | "variacao"))
        || (kind.is_empty() && row.get(Field::Parent).is_some())
}

fn kind(row: &Row, named: &Marks) -> Kind {
    let kind = fold(row.get(Field::Type).unwrap_or_default());
    let says = |word: &str| kind.split(',').any(|part| part.trim() == word);
    match () {
        () if is_variation(row) => Kind::Variation,
        () if says("grouped") || says("agrupado") => Kind::Grouped,
        () if says("external") || says("externo") || says("affiliate") => Kind::External,
        () if kind.contains("variable") || kind.contains("variavel") => Kind::Variable,
        () if keys(row).any(|key| named.contain(&key)) => Kind::Variable,
        () => Kind::Simple,
    }
}

/// What names the product for good: its SKU, else its number, else its name.
fn own_name(row: &Row) -> String {
    let number = || row.get(Field::Id).map(|id| format!("product {id}"));
    let name = row.get(Field::Sku).map(str::to_owned).or_else(number);
    name.unwrap_or_else(|| row.get(Field::Title).unwrap_or_default().to_owned())
}

/// The numbered attributes, and the sizes and weights.
fn attributes(row: &Row, context: Context<'_>) -> Vec<Attribute> {
    let mut numbered: Vec<(u32, Attribute)> = Vec::new();
    for (column, text) in &row.kept {
        let Some((number, part)) = numbered_attribute(context.layout.known_name(*column)) else { continue };
        let place = numbered.iter().position(|(known, _)| *known == number).unwrap_or_else(|| {
            numbered.push((number, Attribute::default()));
            numbered.len() - 1
        });
        let attribute = &mut numbered[place].1;
        match part {
            Part::Name => attribute.name = readable(text),
            Part::Values => attribute.values = tidy::parts(text, ','),
            Part::Visible => attribute.hidden = words::yes(text) == Some(false),
            Part::Other => {}
        }
    }
    numbered.sort_by_key(|(number, _)| *number);
    let named = numbered.into_iter().map(|(_, attribute)| attribute);
    named.filter(|attribute| !attribute.name.is_empty() && !words::is_private(&attribute.name)).collect()
}

fn adapt_product(row: &mut Row, kind: Kind, context: Context<'_>, findings: &mut Findings<'_>) {
    // The exporter writes line breaks as a backslash and an n.
    for field in [Field::Description, Field::Summary] {
        let text = row.take(field).map(|text| text.replace("\\n", "\n"));
        row.set(field, text);
    }
    tidy::names(row);
    tidy::description(row, findings);
    let tags = row.take(Field::Tags).map(|tags| tidy::parts(&tags, ',')).unwrap_or_default();
    let paths = row.take(Field::Category).map(|cell| tidy::parts(&cell, ',')).unwrap_or_default();
    let paths: Vec<Vec<String>> = paths.iter().map(|path| tidy::parts(path, '>')).collect();
    let nameless = ["uncategorized", "sin categoria", "sin categorizar", "sem categoria"];
    let sorted = |path: &Vec<String>| !path.iter().any(|name| nameless.contains(&fold(name).as_str()));
    let (category, others) = categories(&paths.into_iter().filter(sorted).collect::<Vec<_>>());
    row.set(Field::Category, category);
    row.set(Field::Tags, tidy::list(tags.into_iter().chain(others)));
    let images: Vec<String> = row.take(Field::Image).into_iter().collect();
    let images =
        tidy::images(&images, &[',', '\n', '|'], context.options.pictures_at.as_deref(), row.number, findings);
    row.set(Field::Image, Some(images.join(" ")));
    for (column, text) in &row.kept {
        if let Some((name, unit)) = words::measure(context.layout.known_name(*column)) {
            row.facts.push(Named::new(&readable(name), format!("{text} {unit}").trim()));
        }
    }
    adapt_status(row, kind, findings);
}

fn adapt_status(row: &mut Row, kind: Kind, findings: &mut Findings<'_>) {
    let unpublished = tidy::is_unpublished(row);
    let hidden =
        row.take(Field::Visibility).is_some_and(|word| presence::shown(&word) == Some(presence::Shown::Nobody));
    if kind == Kind::External {
        findings.notice(row.number, Note::SoldElsewhere);
    } else if unpublished || (hidden && kind != Kind::Variation) {
        if kind != Kind::Variation {
            findings.notice(row.number, Note::Unpublished);
        }
    } else {
        return;
    }
    row.set(Field::Status, Some("draft".to_owned()));
}

/// A number where somebody counts, and nothing where nobody does. Where the whole product is counted, its number stands
/// with the product, and its variations say `parent` or, as the exporter writes them, nothing.
fn adapt_stock(row: &mut Row, of_parent: Option<Counted>, findings: &mut Findings<'_>) {
    let own = row.take(Field::Stock);
    let said = own.filter(|stock| !matches!(fold(stock).as_str(), "parent" | "superior" | "ascendente"));
    match (said, of_parent) {
        (None, Some(Counted { stock: Some(stock), backorders })) => {
            row.set(Field::Stock, Some(stock));
            row.set(Field::Backorders, backorders);
        }
        (said, _) => row.set(Field::Stock, said),
    }
    tidy::stock(row);
    adapt_availability(row, findings);
    let allowed = row.take(Field::Backorders).is_some_and(|word| {
        words::yes(&word) == Some(true) || ["notify", "notificar", "avisar"].contains(&fold(&word).as_str())
    });
    if allowed {
        row.set(Field::WhenOut, Some("continue".to_owned()));
    }
}

/// Whether there is any: 1, 0, `backorder`, or the words of other exporters.
fn adapt_availability(row: &mut Row, findings: &mut Findings<'_>) {
    match row.get(Field::Availability).and_then(presence::pieces).filter(|pieces| *pieces > 1) {
        Some(pieces) => {
            row.set(Field::Availability, None);
            if row.get(Field::Stock).is_none() {
                row.set(Field::Stock, Some(pieces.to_string()));
            }
        }
        None => tidy::availability(row, "`1`, `0` or `backorder`", findings),
    }
}
