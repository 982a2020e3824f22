//! Rows to products: rows of one handle belong together, what is said once is taken from its first row, and every
//! refusal is written down with its row and column.

use std::collections::{HashMap, HashSet};

use crate::base::language::Language;
use crate::base::names::{Handle, Sku};
use crate::catalog::fold::fold;
use crate::catalog::import::ShopDefaults;
use crate::catalog::import::cell;
use crate::catalog::import::cell::Reckoning;
use crate::catalog::import::draft::{Fields, ProductDraft, VariantDraft};
use crate::catalog::import::fault::{Fault, Note};
use crate::catalog::import::findings::Findings;
use crate::catalog::import::format::{Field, Format};
use crate::catalog::import::marks::Firsts;
use crate::catalog::import::presence;
use crate::catalog::import::shared::{self, Shared};
use crate::catalog::import::table::Row;
use crate::catalog::import::variant::{Family, OptionColumn, carries_variant, read_variant};
use crate::catalog::import::words;
use crate::catalog::product::{Named, ProductStatus};

/// The most variants of one product.
pub const VARIANTS_MAX: usize = 2_048;
/// The longest handle.
const HANDLE_CHARS_MAX: usize = 255;

/// What all products of a file are made with.
#[derive(Debug)]
pub struct Maker {
    /// What the file leaves out.
    pub shop: ShopDefaults,
    /// How its amounts are read.
    pub money: Reckoning,
    /// The SKUs that several variants of the file have.
    pub shared: Shared,
    /// The SKUs of the file, each with its row.
    pub skus: Firsts,
}

impl Maker {
    /// Makes the products of a family's rows that our own format would have said, in the order in which their handles
    /// appear.
    pub fn products(&mut self, rows: &[Row], family: u64, findings: &mut Findings<'_>) -> Vec<ProductDraft> {
        let mut products = Vec::new();
        for (handle, rows) in by_handle(rows, findings) {
            products.extend(self.product((&handle, family), &rows, findings));
            findings.family(&rows);
        }
        products
    }

    fn product(
        &mut self,
        (handle, number): (&Handle, u64),
        rows: &[&Row],
        findings: &mut Findings<'_>,
    ) -> Option<ProductDraft> {
        let mut said = Said { rows, faulty: false, findings };
        let options = said.options();
        let fields = said.fields(handle, &options, self.shop);
        let whole = !said.faulty;
        let family = Family { handle, number, options: &options, money: self.money };
        let variants = self.variants(rows, family, findings);
        if !whole {
            for row in rows {
                findings.leave_out(row.number);
            }
            return None;
        }
        (!variants.is_empty()).then_some(ProductDraft { fields, variants })
    }

    fn variants(&mut self, rows: &[&Row], family: Family<'_>, findings: &mut Findings<'_>) -> Vec<VariantDraft> {
        let may_share = shared::within_products(findings.format());
        let mut seen_options: HashMap<Vec<String>, (u32, Sku)> = HashMap::new();
        let mut variants: Vec<(&Row, VariantDraft)> = Vec::new();
        let carrying = rows.iter().copied().filter(|row| carries_variant(row));
        for (row, position) in carrying.zip(1..) {
            let Some(variant) = read_variant(row, position, family, findings) else { continue };
            let values = variant.options.iter().map(|option| fold(&option.value)).collect();
            let seen = seen_options.get(&values);
            let repeated = match seen {
                _ if !may_share => self.skus.get(variant.sku.as_str()),
                Some((first, sku)) if *sku == variant.sku => Some(*first),
                _ => None,
            };
            // The same row twice is that, and not two variants that nothing tells apart.
            if let Some(first) = repeated {
                findings.leave_out_repeat(row, first);
            } else if let Some((first, _)) = seen {
                let (field, fault) = match family.options.first() {
                    Some(option) => (option.value_field, Fault::OptionsTwice { row: *first }),
                    None => (Field::Option1Value, Fault::NothingTellsApart { row: *first }),
                };
                findings.refuse(row, field, fault);
            } else {
                if !may_share {
                    self.skus.of(variant.sku.as_str(), row.number);
                }
                seen_options.insert(values, (row.number, variant.sku.clone()));
                variants.push((row, variant));
            }
        }
        if may_share {
            self.with_own_skus(variants, family, findings)
        } else {
            variants.into_iter().map(|(_, variant)| variant).collect()
        }
    }

    /// The variants of one product, each under a SKU that no other has.
    fn with_own_skus(
        &mut self,
        variants: Vec<(&Row, VariantDraft)>,
        family: Family<'_>,
        findings: &mut Findings<'_>,
    ) -> Vec<VariantDraft> {
        // Of those that were made, several may be the same too.
        let mut counts: HashMap<Sku, u32> = HashMap::new();
        for (_, variant) in &variants {
            *counts.entry(variant.sku.clone()).or_default() += 1;
        }
        let mut kept = Vec::with_capacity(variants.len());
        for (row, mut variant) in variants {
            let is_said = row.get(Field::Sku).is_some();
            let across = is_said && self.shared.is_across(&variant.sku);
            let within = is_said && self.shared.is_within(&variant.sku, family.number);
            if within && variant.options.is_empty() {
                // What tells it apart from its siblings is known beside them alone, and those were not read.
                findings.refuse(row, Field::Sku, Fault::ProductRefused);
                continue;
            }
            if across || within || counts.get(&variant.sku).is_some_and(|count| *count > 1) {
                let own = shared::told_apart(&variant.sku, across.then_some(family.handle), &variant.options);
                variant.sku = own.unwrap_or(variant.sku);
                findings.notice(row.number, Note::SkuShared);
            }
            if let Some(first) = self.skus.get(variant.sku.as_str()) {
                findings.leave_out_repeat(row, first);
            } else {
                self.skus.of(variant.sku.as_str(), row.number);
                kept.push(variant);
            }
        }
        kept
    }
}

/// The rows of each handle, in the order in which the handles first appear.
fn by_handle<'t>(rows: &'t [Row], findings: &mut Findings<'_>) -> Vec<(Handle, Vec<&'t Row>)> {
    let mut groups: Vec<(Handle, Vec<&Row>)> = Vec::new();
    for row in rows {
        let Some(handle) = findings.required(row, Field::Handle, read_handle) else { continue };
        // A family has one handle, but for rows of the same number.
        match groups.iter_mut().rfind(|(known, _)| *known == handle) {
            Some((_, rows)) => rows.push(row),
            None => groups.push((handle, vec![row])),
        }
    }
    groups
}

/// The name of a product.
pub fn read_handle(text: &str) -> Result<Handle, Fault> {
    let characters = text.chars().count();
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    Handle::new(&one_line).map_err(|_| Fault::TooLong { characters, characters_max: HANDLE_CHARS_MAX })
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
        self.check_published();
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

    /// A word of which nobody knows whether it publishes the product does not.
    fn check_published(&mut self) {
        let is_unknown =
            |row: &&&Row| row.get(Field::Published).is_some_and(|word| presence::shown(word).is_none());
        if let Some(row) = self.rows.iter().find(is_unknown) {
            self.refuse(row, Field::Published, Fault::NotOneOf { words: "TRUE or FALSE".to_owned() });
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

    /// The language, where we have it. A feed in another one is the shop's all the same; in our own format it is a
    /// slip.
    fn language(&mut self) -> Option<Language> {
        let ours = self.findings.format() == Format::Trato;
        self.read(Field::Language, |text| {
            let read = |word: &str| {
                let code = word.split(['-', '_']).next().unwrap_or(word);
                Language::ALL.into_iter().find(|known| known.code().eq_ignore_ascii_case(code))
            };
            let known = cell::word(text, read, "`en`, `es` or `pt`").map(Some);
            if ours { known } else { Ok(known.unwrap_or_default()) }
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
        self.findings.refuse_product(row, field, fault);
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
