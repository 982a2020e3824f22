//! Feeds for Meta and Google: a row for each variant on sale (Meta Business Help, "Data feed fields and specifications
//! for catalogs"; Google Merchant Center Help, "Product data specification").

use url::form_urlencoded::byte_serialize;

use crate::base::money::Money;
use crate::catalog::export::{Kind, Place};
use crate::catalog::fold::fold;
use crate::catalog::import::draft::{ProductDraft, VariantDraft};
use crate::catalog::product::{Named, ProductStatus, WhenOut, options_text};

/// The longest title that both take.
const TITLE_CHARS_MAX: usize = 150;
/// The longest description that both take.
const DESCRIPTION_CHARS_MAX: usize = 5_000;
/// The most further pictures that both take.
const MORE_PICTURES_MAX: usize = 10;

/// The names of the columns.
pub fn header(kind: Kind) -> Vec<String> {
    let own = if kind == Kind::Meta { "quantity_to_sell_on_facebook" } else { "identifier_exists" };
    let names = [
        "id",
        "item_group_id",
        "title",
        "description",
        "availability",
        "condition",
        "price",
        "sale_price",
        "link",
        "image_link",
        "additional_image_link",
        "brand",
        "product_type",
        "color",
        "size",
        "material",
        "pattern",
        own,
    ];
    names.map(str::to_owned).to_vec()
}

/// The rows of a product; none unless it is on sale.
pub fn rows(kind: Kind, product: &ProductDraft, place: &Place) -> Vec<Vec<String>> {
    if product.fields.status != ProductStatus::Active {
        return Vec::new();
    }
    product.variants.iter().map(|variant| row(kind, product, variant, place)).collect()
}

fn row(kind: Kind, product: &ProductDraft, variant: &VariantDraft, place: &Place) -> Vec<String> {
    let fields = &product.fields;
    let options = options_text(&variant.options);
    let title = if options.is_empty() { fields.title.clone() } else { format!("{} ({options})", fields.title) };
    let title = cut(&one_line(&title), TITLE_CHARS_MAX);
    // Both refuse a row without one.
    let description = if fields.description.is_empty() { title.clone() } else { fields.description.clone() };
    let (price, sale) = prices(variant);
    let mut pictures =
        variant.image.iter().chain(fields.images.iter().filter(|image| Some(*image) != variant.image.as_ref()));
    let first = pictures.next().map(|image| address(image, place)).unwrap_or_default();
    let more: Vec<String> = pictures.take(MORE_PICTURES_MAX).map(|image| address(image, place)).collect();
    let named = |names: &[&str]| option(&variant.options, names);
    vec![
        variant.sku.to_string(),
        if product.variants.len() > 1 { fields.handle.to_string() } else { String::new() },
        title,
        cut(&one_line(&description), DESCRIPTION_CHARS_MAX),
        availability(kind, variant).to_owned(),
        "new".to_owned(),
        price,
        sale,
        link(product, variant, place),
        first,
        more.join(","),
        fields.brand.clone(),
        fields.category.clone(),
        named(&["color", "colour", "cor"]),
        named(&["talla", "size", "tamano", "tamanho", "numero"]),
        named(&["material", "tela", "tecido"]),
        named(&["pattern", "patron", "estampado", "estampa", "diseno"]),
        last(kind, variant),
    ]
}

/// A reduced price stands apart from the price before it.
fn prices(variant: &VariantDraft) -> (String, String) {
    let said = |money: Money| format!("{} {}", money.major(), money.currency());
    match variant.compare_at {
        Some(before) => (said(before), said(variant.price)),
        None => (said(variant.price), String::new()),
    }
}

fn availability(kind: Kind, variant: &VariantDraft) -> &'static str {
    let has = variant.stock.is_none_or(|stock| stock > 0);
    match (kind, has, variant.when_out) {
        (Kind::Meta, true, _) => "in stock",
        (Kind::Meta, false, WhenOut::Continue) => "available for order",
        (Kind::Meta, false, WhenOut::Deny) => "out of stock",
        (_, true, _) => "in_stock",
        // Google asks for a day from which a backorder is delivered, and a catalog has none.
        (_, false, _) => "out_of_stock",
    }
}

/// Meta may be told how many there are; Google wants to know that goods without a barcode have none.
fn last(kind: Kind, variant: &VariantDraft) -> String {
    match kind {
        Kind::Meta => variant.stock.map(|stock| stock.to_string()).unwrap_or_default(),
        _ => "no".to_owned(),
    }
}

fn link(product: &ProductDraft, variant: &VariantDraft, place: &Place) -> String {
    let part = |text: &str| byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20");
    let known = [
        ("{handle}", product.fields.handle.as_str()),
        ("{sku}", variant.sku.as_str()),
        ("{title}", product.fields.title.as_str()),
    ];
    known.into_iter().fold(place.link.clone(), |link, (name, text)| link.replace(name, &part(text)))
}

fn address(image: &str, place: &Place) -> String {
    if image.starts_with("https://") || image.starts_with("http://") {
        image.to_owned()
    } else {
        format!("{}/{}", place.media, image)
    }
}

fn option(options: &[Named], names: &[&str]) -> String {
    let found = options.iter().find(|option| names.contains(&fold(&option.name).as_str()));
    found.map(|option| option.value.clone()).unwrap_or_default()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn cut(text: &str, characters: usize) -> String {
    text.chars().take(characters).collect()
}
