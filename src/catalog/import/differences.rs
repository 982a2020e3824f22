//! What two products, or two variants, differ in: field by field, as texts for a person. Pure.

use crate::base::money::Money;
use crate::catalog::import::draft::{Fields, VariantDraft};
use crate::catalog::product::{Named, options_text};

/// What the count of a variant is called.
pub const STOCK: &str = "stock";

/// A field that says something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Which.
    pub field: &'static str,
    /// What it says in the one.
    pub from: String,
    /// What it says in the other.
    pub to: String,
}

impl Difference {
    /// That of one field.
    #[must_use]
    pub fn new(field: &'static str, from: &str, to: &str) -> Self {
        Self { field, from: from.to_owned(), to: to.to_owned() }
    }
}

/// The fields of which the text differs.
fn differences<const FIELDS: usize>(
    before: [(&'static str, String); FIELDS],
    after: [(&'static str, String); FIELDS],
) -> Vec<Difference> {
    let pairs = before.into_iter().zip(after).filter(|((_, from), (_, to))| from != to);
    pairs.map(|((field, from), (_, to))| Difference { field, from, to }).collect()
}

/// What two products differ in.
#[must_use]
pub fn field_differences(before: &Fields, after: &Fields) -> Vec<Difference> {
    if before == after {
        return Vec::new();
    }
    let texts = |fields: &Fields| {
        [
            ("title", fields.title.clone()),
            ("description", fields.description.clone()),
            ("category", fields.category.clone()),
            ("brand", fields.brand.clone()),
            ("tags", fields.tags.join("; ")),
            ("status", fields.status.word().to_owned()),
            ("language", fields.language.to_string()),
            ("options", fields.options.join(" | ")),
            ("images", fields.images.join(" ")),
            ("facts", named_text(&fields.facts)),
        ]
    };
    differences(texts(before), texts(after))
}

/// What two variants differ in.
#[must_use]
pub fn variant_differences(before: &VariantDraft, after: &VariantDraft) -> Vec<Difference> {
    if before == after {
        return Vec::new();
    }
    let amount = |money: Option<Money>| money.map(Money::major).unwrap_or_default();
    let texts = |variant: &VariantDraft| {
        [
            ("options", options_text(&variant.options)),
            ("option names", named_text(&variant.options)),
            ("price", format!("{:?}", variant.price)),
            ("compare_at_price", amount(variant.compare_at)),
            ("cost", amount(variant.cost)),
            ("floor", amount(variant.floor)),
            (STOCK, variant.stock.map_or_else(|| "not counted".to_owned(), |stock| stock.to_string())),
            ("when_out", variant.when_out.word().to_owned()),
            ("image", variant.image.clone().unwrap_or_default()),
            ("position", variant.position.to_string()),
        ]
    };
    let mut found = differences(texts(before), texts(after));
    // Changed values change "option names" too; it is only worth a line when nothing but the names changed.
    if found.iter().any(|difference| difference.field == "options") {
        found.retain(|difference| difference.field != "option names");
    }
    found
}

fn named_text(named: &[Named]) -> String {
    named.iter().map(|entry| format!("{}: {}", entry.name, entry.value)).collect::<Vec<_>>().join(" | ")
}
