//! Feeds for Meta and Google: a row for each variant on sale (Meta Business Help, "Data feed fields and specifications
//! for catalogs"; Google Merchant Center Help, "Product data specification").

use url::form_urlencoded::byte_serialize;

use crate::base::fingerprint::Fingerprint;
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

/// The longest names of rows and of groups.
const GOOGLE_ID_CHARS_MAX: usize = 50;
const META_ID_CHARS_MAX: usize = 100;

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
        "gtin",
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
    // A comma parts these addresses, and may stand in one.
    let more = pictures.take(MORE_PICTURES_MAX).map(|image| address(image, place).replace(',', "%2C"));
    let more: Vec<String> = more.collect();
    let gtin = if product.variants.len() == 1 { gtin(&fields.facts) } else { None };
    let named = |names: &[&str]| option(&variant.options, names);
    vec![
        short(kind, variant.sku.as_str()),
        if product.variants.len() > 1 { short(kind, fields.handle.as_str()) } else { String::new() },
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
        gtin.unwrap_or_default().to_owned(),
        last(kind, variant, gtin),
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
fn last(kind: Kind, variant: &VariantDraft, gtin: Option<&str>) -> String {
    match kind {
        Kind::Meta => variant.stock.map(|stock| stock.to_string()).unwrap_or_default(),
        _ => if gtin.is_some() { "yes" } else { "no" }.to_owned(),
    }
}

/// The barcode among a product's facts. Variants have barcodes of their own, and a fact says one for all: so it is that
/// of a product of one variant only.
fn gtin(facts: &[Named]) -> Option<&str> {
    const NAMES: [&str; 8] =
        ["gtin", "ean", "upc", "isbn", "barcode", "codigo de barras", "codigo de barra", "code-barres"];
    const LENGTHS: [usize; 4] = [8, 12, 13, 14];
    let named = facts.iter().filter(|fact| NAMES.contains(&fold(fact.name.trim()).as_str()));
    let mut codes = named.map(|fact| fact.value.trim());
    codes.find(|code| LENGTHS.contains(&code.len()) && code.bytes().all(|digit| digit.is_ascii_digit()))
}

/// A name as it is, or where a kind takes no name so long, its beginning with a mark of the whole: the same in each row
/// and each time.
fn short(kind: Kind, name: &str) -> String {
    let most = if kind == Kind::Google { GOOGLE_ID_CHARS_MAX } else { META_ID_CHARS_MAX };
    if name.chars().count() <= most {
        return name.to_owned();
    }
    let mark = Fingerprint::of(name.as_bytes()).short();
    format!("{}-{mark}", cut(name, most - mark.len() - 1))
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
