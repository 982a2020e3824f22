//! Products as WooCommerce's interface for programs gives them (WooCommerce REST API, "Products"), written as its
//! export would have: what that is read as is known already.

use serde_json::{Map, Value};

/// What a row says, by the names of its columns.
pub type Cells = Vec<(String, String)>;

/// Whether an object is such a product.
pub fn is_product(object: &Map<String, Value>) -> bool {
    let has = |name: &str| object.contains_key(name);
    has("name") && has("regular_price") && has("type") && (has("stock_status") || has("stock_quantity"))
}

/// The rows of a product, one after the other: its own, and one for each variation that is in it. Where only their
/// numbers are, there is none. Each says the product's name again, so they are not held.
pub fn rows(product: &Map<String, Value>) -> impl Iterator<Item = Cells> {
    let (parent, sku) = (format!("id:{}", text(product, "id")), text(product, "sku"));
    let variations = product.get("variations").and_then(Value::as_array).into_iter().flatten();
    let of_variation = move |variation| {
        let mut cells = row(variation, "variation");
        cells.push(("Parent".to_owned(), parent.clone()));
        // Of a variation without a SKU of its own the interface gives the product's.
        cells.retain(|(name, text)| name != "Name" && (name != "SKU" || *text != sku));
        cells.push(("Name".to_owned(), text(product, "name")));
        cells
    };
    let own = row(product, &text(product, "type"));
    std::iter::once(own).chain(variations.filter_map(Value::as_object).map(of_variation))
}

fn row(product: &Map<String, Value>, kind: &str) -> Cells {
    let said = |name: &str| text(product, name);
    let regular = said("regular_price");
    let published = matches!(said("status").as_str(), "publish" | "");
    let counted = product.get("manage_stock") != Some(&Value::Bool(false));
    let cells = [
        ("ID", said("id")),
        ("Type", kind.to_owned()),
        ("SKU", said("sku")),
        ("GTIN, UPC, EAN, or ISBN", said("global_unique_id")),
        ("Name", said("name")),
        ("Published", if published { "1" } else { "0" }.to_owned()),
        ("Visibility in catalog", said("catalog_visibility")),
        ("Short description", said("short_description")),
        ("Description", said("description")),
        ("Date sale price starts", said("date_on_sale_from")),
        ("Date sale price ends", said("date_on_sale_to")),
        ("In stock?", said("stock_status")),
        ("Stock", if counted { said("stock_quantity") } else { String::new() }),
        ("Backorders allowed?", said("backorders")),
        ("Sale price", said("sale_price")),
        ("Regular price", if regular.is_empty() && kind != "variable" { said("price") } else { regular }),
        ("Categories", names(product, "categories")),
        ("Tags", names(product, "tags")),
        ("Brands", names(product, "brands")),
        ("Images", images(product)),
    ];
    let mut cells: Cells = cells.into_iter().map(|(name, text)| (name.to_owned(), text)).collect();
    cells.extend(attributes(product));
    cells
}

/// The names of a list of things, with commas between.
fn names(product: &Map<String, Value>, of: &str) -> String {
    match product.get(of) {
        Some(Value::Array(things)) => {
            let named =
                things.iter().map(|thing| thing.as_object().map_or_else(|| said(thing), |it| text(it, "name")));
            listed(named.filter(|name| !name.is_empty()))
        }
        Some(Value::String(names)) => listed(names.split(';').map(|name| name.trim().to_owned())),
        _ => String::new(),
    }
}

fn images(product: &Map<String, Value>) -> String {
    let address = |image: &Value| image.as_object().map_or_else(|| said(image), |image| text(image, "src"));
    let several = product.get("images").or(product.get("all_images"));
    let found: Vec<String> = match several.or(product.get("image")).or(product.get("main_image")) {
        Some(Value::Array(images)) => images.iter().map(address).collect(),
        Some(Value::String(images)) => images.split([';', ' ']).map(str::to_owned).collect(),
        Some(image) => vec![address(image)],
        None => Vec::new(),
    };
    found.into_iter().filter(|address| !address.is_empty()).collect::<Vec<_>>().join(", ")
}

/// `[{"name": "Talla", "options": ["S", "M"]}]` of a product, `[{"name": "Talla", "option": "S"}]` of a variation.
fn attributes(product: &Map<String, Value>) -> Cells {
    let mut named: Vec<(String, String, bool)> = Vec::new();
    match product.get("attributes") {
        Some(Value::Array(attributes)) => {
            for attribute in attributes.iter().filter_map(Value::as_object) {
                let several =
                    attribute.get("options").and_then(Value::as_array).map(|all| listed(all.iter().map(said)));
                let values = several.unwrap_or_else(|| listed(std::iter::once(text(attribute, "option"))));
                let hidden = attribute.get("visible") == Some(&Value::Bool(false));
                named.push((text(attribute, "name"), values, hidden));
            }
        }
        Some(Value::String(said)) => {
            for (name, value) in said.split([';', '|']).filter_map(|part| part.split_once(':')) {
                named.push((name.trim().to_owned(), listed(std::iter::once(value.trim().to_owned())), false));
            }
        }
        _ => {}
    }
    let cells = named.into_iter().zip(1..).flat_map(|((name, values, hidden), number)| {
        let visible = if hidden { "0" } else { "1" };
        [
            (format!("Attribute {number} name"), name),
            (format!("Attribute {number} value(s)"), values),
            (format!("Attribute {number} visible"), visible.to_owned()),
        ]
    });
    cells.collect()
}

/// A list as the export writes it: a comma within a name has a backslash before it.
fn listed(names: impl Iterator<Item = String>) -> String {
    names.map(|name| name.replace(',', "\\,")).collect::<Vec<_>>().join(", ")
}

fn text(object: &Map<String, Value>, name: &str) -> String {
    object.get(name).map(said).unwrap_or_default()
}

fn said(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(yes) => yes.to_string(),
        _ => String::new(),
    }
}
