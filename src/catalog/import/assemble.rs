//! Rows to products: rows of one handle belong together, what is said once is taken from its first row, and every
//! refusal is written down with its row and column.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::base::language::Language;
use crate::base::names::{Handle, Sku};
use crate::catalog::fold::fold;
use crate::catalog::import::cell;
use crate::catalog::import::cell::Reckoning;
use crate::catalog::import::doubt::{Agreed, Doubt};
use crate::catalog::import::draft::{Fields, ProductDraft, VariantDraft};
use crate::catalog::import::fault::{Fault, Note, Refusal};
use crate::catalog::import::format::{Field, Format, Layout};
use crate::catalog::import::magento;
use crate::catalog::import::report::{Noticed, REFUSALS_KEPT, Reading, Withheld};
use crate::catalog::import::shelf;
use crate::catalog::import::shopify;
use crate::catalog::import::table::{Row, Table};
use crate::catalog::import::variant::{Family, OptionColumn, carries_variant, read_variant};
use crate::catalog::import::woocommerce;
use crate::catalog::import::words;
use crate::catalog::import::{ParsedFile, ReadOptions, ShopDefaults};
use crate::catalog::product::{Named, ProductStatus};

/// The most variants of one product.
pub const VARIANTS_MAX: usize = 2_048;
/// The longest handle.
const HANDLE_CHARS_MAX: usize = 255;
/// How much of a cell a refusal repeats.
const CELL_CHARS_SHOWN: usize = 60;

/// What an adapter needs to know of the file.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// Where each field stands.
    pub layout: &'a Layout,
    /// The shop's language.
    pub language: Language,
    /// What the merchant said about reading it.
    pub options: &'a ReadOptions,
}

/// What was found on the way, row by row.
#[derive(Debug)]
pub struct Findings<'a> {
    layout: &'a Layout,
    agreed: &'a Agreed,
    families: BTreeSet<u32>,
    refused: Vec<Refusal>,
    refused_rows: BTreeSet<u32>,
    notes: BTreeMap<Note, Vec<u32>>,
    withheld: Withheld,
}

impl<'a> Findings<'a> {
    fn new(layout: &'a Layout, agreed: &'a Agreed) -> Self {
        Self {
            layout,
            agreed,
            families: BTreeSet::new(),
            refused: Vec::new(),
            refused_rows: BTreeSet::new(),
            notes: BTreeMap::new(),
            withheld: Withheld::default(),
        }
    }

    /// Whose file it is.
    #[must_use]
    pub const fn format(&self) -> Format {
        self.layout.format
    }

    /// What the file calls the field.
    #[must_use]
    pub fn column_name(&self, field: Field) -> String {
        self.layout.column_name(field)
    }

    /// Whether a person has agreed to it.
    #[must_use]
    pub fn is_agreed(&self, doubt: Doubt) -> bool {
        self.agreed.has(doubt)
    }

    /// Whether anything on the row was refused.
    #[must_use]
    pub fn is_refused(&self, row: u32) -> bool {
        self.refused_rows.contains(&row)
    }

    /// Refuses a row for one of its cells.
    pub fn refuse(&mut self, row: &Row, field: Field, fault: Fault) {
        self.write_refusal(row, field, fault, false);
    }

    /// Writes down something that was read differently from how it was written.
    pub fn notice(&mut self, row: u32, note: Note) {
        let rows = self.notes.entry(note).or_default();
        if rows.last() != Some(&row) {
            rows.push(row);
        }
    }

    /// The value of a cell that may be empty; nothing also when it is refused.
    pub fn optional<T>(
        &mut self,
        row: &Row,
        field: Field,
        read: impl FnOnce(&str) -> Result<T, Fault>,
    ) -> Option<T> {
        match read(row.get(field)?) {
            Ok(value) => Some(value),
            Err(fault) => {
                self.refuse(row, field, fault);
                None
            }
        }
    }

    /// The value of a cell that must not be empty.
    pub fn required<T>(
        &mut self,
        row: &Row,
        field: Field,
        read: impl FnOnce(&str) -> Result<T, Fault>,
    ) -> Option<T> {
        if row.get(field).is_none() {
            self.refuse(row, field, Fault::Missing);
        }
        self.optional(row, field, read)
    }

    fn write_refusal(&mut self, row: &Row, field: Field, fault: Fault, whole_product: bool) {
        let cell = row.get(field).unwrap_or_default();
        let mut shown: String = cell.chars().take(CELL_CHARS_SHOWN).collect();
        if shown.len() < cell.len() {
            shown.push('…');
        }
        self.refused_rows.insert(row.number);
        self.withheld.handles.extend(row.get(Field::Handle).and_then(|text| Handle::new(text).ok()));
        self.withheld.skus.extend(row.get(Field::Sku).and_then(|text| cell::sku(text).ok()));
        let column = self.column_name(field);
        self.refused.push(Refusal { row: row.number, column, cell: shown, fault, whole_product });
    }

    fn into_reading(mut self, table: &Table, rows: u32, products: &[ProductDraft]) -> Reading {
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        self.refused.sort_by_key(|refusal| refusal.row);
        let refusals = number(self.refused.len());
        let reasons = reasons(&self.refused);
        let count = |wanted: fn(&Fault) -> bool| {
            number(self.refused.iter().filter(|refusal| wanted(&refusal.fault)).count())
        };
        let doubts = vec![
            (Doubt::ZeroPrice, count(|fault| matches!(fault, Fault::ZeroPrice))),
            (Doubt::DuplicateSku, count(|fault| matches!(fault, Fault::SkuTwice { .. }))),
        ];
        self.refused.truncate(REFUSALS_KEPT);
        Reading {
            format: table.layout.format,
            written: table.written,
            delimiter: table.delimiter.map(char::from),
            decimals: table.decimals,
            unused: table.unused.clone(),
            doubts: doubts.into_iter().filter(|(_, count)| *count > 0).collect(),
            reasons,
            families: self.families,
            rows,
            products: number(products.len()),
            variants: number(products.iter().map(|product| product.variants.len()).sum()),
            refused_rows: number(self.refused_rows.len()),
            refusals,
            refused: self.refused,
            notes: self.notes.into_iter().map(|(note, rows)| Noticed::new(note, &rows)).collect(),
            withheld: self.withheld,
        }
    }
}

/// Every reason for which a row was refused, in one text for each row.
fn reasons(refused: &[Refusal]) -> BTreeMap<u32, String> {
    let mut reasons: BTreeMap<u32, String> = BTreeMap::new();
    for Refusal { row, column, fault, .. } in refused {
        let said = reasons.entry(*row).or_default();
        let separator = if said.is_empty() { "" } else { "; " };
        *said = format!("{said}{separator}{column}: {fault}");
    }
    reasons
}

/// Makes products of a table's rows.
#[must_use]
pub fn assemble(mut table: Table, shop: ShopDefaults, options: &ReadOptions) -> ParsedFile {
    let layout = table.layout.clone();
    let mut findings = Findings::new(&layout, &options.agreed);
    let context = Context { layout: &layout, language: shop.language, options };
    let count = u32::try_from(table.rows.len()).unwrap_or(u32::MAX);
    let rows = adapt(std::mem::take(&mut table.rows), context, &mut findings);
    let money = Reckoning { currency: shop.currency, decimals: table.decimals };
    let mut skus = HashMap::new();
    let mut products = Vec::new();
    for (handle, rows) in by_handle(&rows, &mut findings) {
        products.extend(read_product(&handle, &rows, (shop, money), &mut skus, &mut findings));
        if rows.iter().any(|row| findings.is_refused(row.number)) {
            findings.families.extend(rows.iter().map(|row| row.number));
        }
    }
    findings.families.extend(findings.refused_rows.iter().copied());
    ParsedFile { reading: findings.into_reading(&table, count, &products), products }
}

fn adapt(mut rows: Vec<Row>, context: Context<'_>, findings: &mut Findings<'_>) -> Vec<Row> {
    let columns = context.layout.header.len();
    // An adapter moves cells, so a row whose cells have slipped is refused before.
    rows.retain(|row| {
        let fits = row.cells <= columns;
        if !fits {
            findings.refuse(row, Field::Handle, Fault::TooManyCells { cells: row.cells, columns });
        }
        fits
    });
    match context.layout.format {
        Format::Trato => rows,
        Format::Shopify => {
            for row in &mut rows {
                shopify::adapt(row, context, findings);
            }
            rows
        }
        Format::WooCommerce => woocommerce::adapt(rows, context, findings),
        Format::Magento => magento::adapt(rows, context, findings),
        Format::Meta | Format::Google | Format::Plain => shelf::adapt(rows, context, findings),
    }
}

/// The rows of each handle, in the order in which the handles first appear.
fn by_handle<'t>(rows: &'t [Row], findings: &mut Findings<'_>) -> Vec<(Handle, Vec<&'t Row>)> {
    let mut groups: Vec<(Handle, Vec<&Row>)> = Vec::new();
    let mut places: HashMap<Handle, usize> = HashMap::new();
    for row in rows {
        let Some(handle) = findings.required(row, Field::Handle, read_handle) else { continue };
        let place = *places.entry(handle.clone()).or_insert_with(|| {
            groups.push((handle, Vec::new()));
            groups.len() - 1
        });
        groups[place].1.push(row);
    }
    groups
}

fn read_handle(text: &str) -> Result<Handle, Fault> {
    let characters = text.chars().count();
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    Handle::new(&one_line).map_err(|_| Fault::TooLong { characters, characters_max: HANDLE_CHARS_MAX })
}

fn read_product(
    handle: &Handle,
    rows: &[&Row],
    (shop, money): (ShopDefaults, Reckoning),
    skus: &mut HashMap<Sku, u32>,
    findings: &mut Findings<'_>,
) -> Option<ProductDraft> {
    let mut said = Said { rows, faulty: false, findings };
    let options = said.options();
    let fields = said.fields(handle, &options, shop);
    let whole = !said.faulty;
    let family = Family { handle, options: &options, money };
    let variants = read_variants(rows, family, skus, findings);
    if !whole {
        findings.refused_rows.extend(rows.iter().map(|row| row.number));
        return None;
    }
    if variants.is_empty() {
        return None;
    }
    Some(ProductDraft { fields, variants })
}

fn read_variants(
    rows: &[&Row],
    family: Family<'_>,
    skus: &mut HashMap<Sku, u32>,
    findings: &mut Findings<'_>,
) -> Vec<VariantDraft> {
    let mut seen_options: HashMap<Vec<String>, u32> = HashMap::new();
    let mut variants = Vec::new();
    let carrying = rows.iter().filter(|row| carries_variant(row));
    for (row, position) in carrying.zip(1..) {
        let Some(variant) = read_variant(row, position, family, findings) else { continue };
        let values = variant.options.iter().map(|option| fold(&option.value)).collect();
        if let Some(first) = seen_options.get(&values) {
            let (field, fault) = match family.options.first() {
                Some(option) => (option.value_field, Fault::OptionsTwice { row: *first }),
                None => (Field::Option1Value, Fault::NothingTellsApart { row: *first }),
            };
            findings.refuse(row, field, fault);
        } else if let Some(first) = skus.get(&variant.sku) {
            if findings.is_agreed(Doubt::DuplicateSku) {
                findings.notice(row.number, Note::SkuTwiceLeftOut);
            } else {
                findings.refuse(row, Field::Sku, Fault::SkuTwice { row: *first });
            }
        } else {
            seen_options.insert(values, row.number);
            skus.insert(variant.sku.clone(), row.number);
            variants.push(variant);
        }
    }
    variants
}

/// What a product's rows say once for all of its variants.
struct Said<'r, 'f, 'l> {
    rows: &'r [&'r Row],
    faulty: bool,
    findings: &'f mut Findings<'l>,
}

impl<'r> Said<'r, '_, '_> {
    fn fields(&mut self, handle: &Handle, options: &[OptionColumn], shop: ShopDefaults) -> Fields {
        let variants = self.rows.iter().filter(|row| carries_variant(row)).count();
        if variants == 0 {
            self.refuse_first(Field::Price, Fault::NoVariant);
        } else if variants > VARIANTS_MAX {
            self.refuse_first(Field::Handle, Fault::TooManyVariants { variants_max: VARIANTS_MAX });
        }
        if self.first(Field::Title).is_none() {
            self.refuse_first(Field::Title, Fault::Missing);
        }
        let statuses = "`active`, `draft` or `archived`";
        Fields {
            handle: handle.clone(),
            title: self.label(Field::Title),
            description: self.read(Field::Description, |text| cell::text(text, cell::DESCRIPTION_CHARS_MAX)),
            category: self.label(Field::Category),
            brand: self.label(Field::Brand),
            tags: self.read(Field::Tags, cell::tags),
            status: self.read(Field::Status, |text| cell::word(text, ProductStatus::from_word, statuses)),
            language: self.language().unwrap_or(shop.language),
            options: options.iter().map(|option| option.name.clone()).collect(),
            images: self.images(),
            facts: self.facts(),
        }
    }

    /// A title, category or brand. What another system let grow longer than we keep is cut; in our own format it is
    /// refused.
    fn label(&mut self, field: Field) -> String {
        let ours = self.findings.format() == Format::Trato;
        let mut cut = false;
        let label = self.read(field, |text| match cell::text(text, cell::LABEL_CHARS_MAX) {
            Err(Fault::TooLong { characters_max, .. }) if !ours => {
                cut = true;
                Ok(text.chars().take(characters_max).collect())
            }
            read => read,
        });
        if let Some((row, _)) = self.first(field).filter(|_| cut) {
            self.findings.notice(row.number, Note::TextCut);
        }
        label
    }

    /// The facts the rows tell, and the attributes that an adapter found: said once when all variants share them,
    /// else with the variant behind each value.
    fn facts(&mut self) -> Vec<Named> {
        let mut facts = self.read(Field::Facts, cell::facts);
        let mut found: Vec<(Named, Vec<(String, String)>)> = Vec::new();
        for row in self.rows {
            let values = Field::OPTIONS.iter().filter_map(|(_, value)| row.get(*value)).collect::<Vec<_>>();
            let label = values.join(" / ");
            for fact in &row.facts {
                match found.iter_mut().find(|(known, _)| fold(&known.name) == fold(&fact.name)) {
                    Some((_, said)) => said.push((fact.value.clone(), label.clone())),
                    None => found.push((fact.clone(), vec![(fact.value.clone(), label.clone())])),
                }
            }
        }
        let variants = self.rows.iter().filter(|row| carries_variant(row)).count();
        let mut left_out = false;
        for (fact, said) in found {
            let of_some = words::is_of_variant(&fact.name) && said.len() < variants;
            let value = told(&said, of_some);
            let fits = fact.name.chars().count() <= cell::LABEL_CHARS_MAX && facts.len() < cell::ENTRIES_MAX;
            left_out |= !fits
                || value.chars().count() < said.iter().map(|(value, _)| value.chars().count()).min().unwrap_or(0);
            if fits && !value.is_empty() {
                facts.push(Named { name: fact.name, value });
            }
        }
        if let Some(row) = self.rows.first().filter(|_| left_out) {
            self.findings.notice(row.number, Note::FactsLeftOut);
        }
        facts
    }

    fn language(&mut self) -> Option<Language> {
        self.read(Field::Language, |text| {
            let read = |word: &str| {
                let code = word.split(['-', '_']).next().unwrap_or(word);
                Language::ALL.into_iter().find(|known| known.code().eq_ignore_ascii_case(code))
            };
            cell::word(text, read, "`en`, `es` or `pt`").map(Some)
        })
    }

    fn options(&mut self) -> Vec<OptionColumn> {
        let mut options: Vec<OptionColumn> = Vec::new();
        for (name_field, value_field) in Field::OPTIONS {
            let Some((row, name)) = self.first(name_field) else { continue };
            match cell::text(name, cell::LABEL_CHARS_MAX) {
                Err(fault) => self.refuse(row, name_field, fault),
                Ok(name) if options.iter().any(|option| fold(&option.name) == fold(&name)) => {
                    self.refuse(row, name_field, Fault::OptionNameTwice);
                }
                // A name without any value below it is a leftover column, not an option.
                Ok(_) if self.first(value_field).is_none() => {}
                Ok(name) => options.push(OptionColumn { name_field, value_field, name }),
            }
        }
        options
    }

    /// All pictures of the product's rows, each once. One that is no address refuses its own row elsewhere when the
    /// row is a variant, and here when it is not.
    fn images(&mut self) -> Vec<String> {
        let mut images = Vec::new();
        let mut seen = HashSet::new();
        for row in self.rows {
            let Some(text) = row.get(Field::Image) else { continue };
            match cell::images(text) {
                Ok(found) => images.extend(found.into_iter().filter(|address| seen.insert(address.clone()))),
                Err(_) if carries_variant(row) && self.findings.format() == Format::Trato => {}
                Err(fault) => self.findings.refuse(row, Field::Image, fault),
            }
        }
        images.truncate(cell::ENTRIES_MAX);
        images
    }

    fn first(&self, field: Field) -> Option<(&'r Row, &'r str)> {
        self.rows.iter().find_map(|row| row.get(field).map(|text| (*row, text)))
    }

    /// Reads a field from the first row that has it; later rows that say otherwise are noticed.
    fn read<T: Default>(&mut self, field: Field, read: impl FnOnce(&str) -> Result<T, Fault>) -> T {
        let Some((first, text)) = self.first(field) else { return T::default() };
        for row in self.rows {
            if row.get(field).is_some_and(|other| other != text) {
                let column = self.findings.column_name(field);
                self.findings.notice(row.number, Note::EarlierRowUsed { column });
            }
        }
        read(text).unwrap_or_else(|fault| {
            self.refuse(first, field, fault);
            T::default()
        })
    }

    fn refuse_first(&mut self, field: Field, fault: Fault) {
        if let Some(row) = self.rows.first() {
            self.refuse(row, field, fault);
        }
    }

    fn refuse(&mut self, row: &Row, field: Field, fault: Fault) {
        self.faulty = true;
        self.findings.write_refusal(row, field, fault, true);
    }
}

/// What the variants say of one attribute, no longer than a fact may be; with the variant behind the value where only
/// some of them say it.
fn told(said: &[(String, String)], of_some: bool) -> String {
    let Some((first, _)) = said.first() else { return String::new() };
    if !of_some && said.iter().all(|(value, _)| value == first) {
        return first.chars().take(cell::FACT_CHARS_MAX).collect();
    }
    let mut text = String::new();
    for (value, label) in said {
        let entry = if label.is_empty() { value.clone() } else { format!("{value} ({label})") };
        let separator = if text.is_empty() { "" } else { ", " };
        if text.chars().count() + entry.chars().count() + separator.len() > cell::FACT_CHARS_MAX {
            break;
        }
        text.push_str(separator);
        text.push_str(&entry);
    }
    text
}
