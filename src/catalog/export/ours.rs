//! Our own format: every cell as `catalog/README.md` describes it.

use crate::base::money::Money;
use crate::catalog::export::disarmed;
use crate::catalog::import::cell::{joined_facts, joined_tags};
use crate::catalog::import::draft::{ProductDraft, VariantDraft};
use crate::catalog::import::format::Field;

/// The names of the columns.
pub fn header() -> Vec<&'static str> {
    columns().map(Field::name).collect()
}

fn columns() -> impl Iterator<Item = Field> {
    Field::ALL.iter().copied().take(Field::OURS)
}

/// A row for each variant, the first with what is said once for all. Where the product's pictures do not begin with
/// those of its first variant, a row without a variant comes before them and says their order.
pub fn rows(product: &ProductDraft) -> Vec<Vec<String>> {
    if product.variants.is_empty() {
        return Vec::new();
    }
    let pictures = &product.fields.images;
    let first = product.variants.first().and_then(|variant| variant.image.as_ref());
    let apart = !pictures.is_empty() && first != pictures.first();
    let leading = apart.then(|| row(product, None, true));
    let variants = product.variants.iter().enumerate();
    leading
        .into_iter()
        .chain(variants.map(|(place, variant)| row(product, Some(variant), place == 0 && !apart)))
        .collect()
}

fn row(product: &ProductDraft, variant: Option<&VariantDraft>, first: bool) -> Vec<String> {
    columns()
        .map(|field| of_product(product, field, first).or_else(|| of_variant(product, variant, field, first)))
        .map(|cell| disarmed(cell.unwrap_or_default()))
        .collect()
}

/// A cell that speaks of the whole product.
fn of_product(product: &ProductDraft, field: Field, first: bool) -> Option<String> {
    let fields = &product.fields;
    let once = |text: &str| if first { text.to_owned() } else { String::new() };
    let option = |place: usize| fields.options.get(place).map_or_else(String::new, |name| once(name));
    Some(match field {
        Field::Handle => fields.handle.to_string(),
        Field::Title => once(&fields.title),
        Field::Description => once(&fields.description),
        Field::Category => once(&fields.category),
        Field::Brand => once(&fields.brand),
        Field::Tags => once(&joined_tags(&fields.tags)),
        Field::Status => once(fields.status.word()),
        Field::Language => once(fields.language.code()),
        Field::Facts => {
            once(&joined_facts(fields.facts.iter().map(|fact| (fact.name.as_str(), fact.value.as_str()))))
        }
        name => option(Field::OPTIONS.iter().position(|(known, _)| *known == name)?),
    })
}

fn of_variant(product: &ProductDraft, variant: Option<&VariantDraft>, field: Field, first: bool) -> Option<String> {
    let pictures = |own: Option<&String>| {
        let all = product.fields.images.iter().filter(|_| first).filter(|picture| Some(*picture) != own);
        own.into_iter().chain(all).cloned().collect::<Vec<_>>().join(" ")
    };
    let Some(variant) = variant else {
        return (field == Field::Image).then(|| pictures(None));
    };
    let option = |place: usize| variant.options.get(place).map(|option| option.value.clone());
    match field {
        Field::Sku => Some(variant.sku.to_string()),
        Field::Price => Some(variant.price.major()),
        Field::CompareAtPrice => variant.compare_at.map(Money::major),
        Field::Cost => variant.cost.map(Money::major),
        Field::Floor => variant.floor.map(Money::major),
        Field::Currency => Some(variant.price.currency().to_string()),
        Field::Stock => variant.stock.map(|stock| stock.to_string()),
        Field::WhenOut => Some(variant.when_out.word().to_owned()),
        Field::Image => Some(pictures(variant.image.as_ref())),
        value => option(Field::OPTIONS.iter().position(|(_, known)| *known == value)?),
    }
}
