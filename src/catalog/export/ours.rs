//! Our own format: every cell as `catalog/README.md` describes it.

use crate::base::money::Money;
use crate::catalog::import::cell::{is_formula, joined_facts, joined_tags};
use crate::catalog::import::draft::{ProductDraft, VariantDraft};
use crate::catalog::import::format::Field;

const COLUMNS: [Field; 24] = [
    Field::Handle,
    Field::Title,
    Field::Description,
    Field::Category,
    Field::Brand,
    Field::Tags,
    Field::Status,
    Field::Language,
    Field::Sku,
    Field::Option1Name,
    Field::Option1Value,
    Field::Option2Name,
    Field::Option2Value,
    Field::Option3Name,
    Field::Option3Value,
    Field::Price,
    Field::CompareAtPrice,
    Field::Cost,
    Field::Floor,
    Field::Currency,
    Field::Stock,
    Field::WhenOut,
    Field::Image,
    Field::Facts,
];

/// The names of the columns.
pub fn header() -> [&'static str; 24] {
    COLUMNS.map(Field::name)
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
    COLUMNS
        .into_iter()
        .map(|field| of_product(product, field, first).or_else(|| of_variant(product, variant, field, first)))
        .map(|cell| disarmed(cell.unwrap_or_default()))
        .collect()
}

fn disarmed(cell: String) -> String {
    if is_formula(&cell) { format!("'{cell}") } else { cell }
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
        Field::Option1Name => option(0),
        Field::Option2Name => option(1),
        Field::Option3Name => option(2),
        _ => return None,
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
        Field::Option1Value => option(0),
        Field::Option2Value => option(1),
        Field::Option3Value => option(2),
        Field::Price => Some(variant.price.major()),
        Field::CompareAtPrice => variant.compare_at.map(Money::major),
        Field::Cost => variant.cost.map(Money::major),
        Field::Floor => variant.floor.map(Money::major),
        Field::Currency => Some(variant.price.currency().to_string()),
        Field::Stock => variant.stock.map(|stock| stock.to_string()),
        Field::WhenOut => Some(variant.when_out.word().to_owned()),
        Field::Image => Some(pictures(variant.image.as_ref())),
        _ => None,
    }
}
