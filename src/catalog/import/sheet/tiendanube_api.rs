//! Products as Tiendanube's interface for programs gives them (Tiendanube API, "Product"), written as its export would
//! have. Names come in several languages.

use serde_json::{Map, Value};

use crate::base::language::Language;

/// What the export calls the names and values of what variants differ by.
const PROPERTIES: [(&str, &str); 3] = [
    ("Nombre de propiedad 1", "Valor de propiedad 1"),
    ("Nombre de propiedad 2", "Valor de propiedad 2"),
    ("Nombre de propiedad 3", "Valor de propiedad 3"),
];

/// Whether an object is such a product: its name and its handle are said by language.
pub fn is_product(object: &Map<String, Value>) -> bool {
    let by_language = |name: &str| object.get(name).is_some_and(Value::is_object);
    by_language("name") && by_language("handle") && object.get("variants").is_some_and(Value::is_array)
}

/// A row for each variant, one after the other: each says the product's part again, so they are not held.
pub fn rows(product: &Map<String, Value>, language: Language) -> impl Iterator<Item = Vec<(String, String)>> {
    let text = |name: &str| product.get(name).map(|value| said(value, language)).unwrap_or_default();
    let list = |name: &str| product.get(name).and_then(Value::as_array).into_iter().flatten();
    let name = |thing: &Value| thing.get("name").map(|name| said(name, language)).unwrap_or_default();
    let categories = list("categories").map(|category| name(category).replace(',', "\\,"));
    let published = product.get("published") != Some(&Value::Bool(false));
    let pictures = list("images").filter_map(|image| image.get("src")?.as_str());
    let pictures = pictures.collect::<Vec<_>>().join(" ");
    let of_product = [
        ("Identificador de URL", text("handle")),
        ("Nombre", text("name")),
        ("Descripción", text("description")),
        ("Categorías", categories.collect::<Vec<_>>().join(", ")),
        ("Tags", text("tags")),
        ("Marca", text("brand")),
        ("Imágenes", pictures),
        ("Mostrar en tienda", if published { "SÍ" } else { "NO" }.to_owned()),
    ];
    let properties: Vec<String> = list("attributes").map(|property| said(property, language)).collect();
    let row = move |variant: &Value| {
        let text = |name: &str| variant.get(name).map(|value| said(value, language)).unwrap_or_default();
        let of_variant = [
            ("Precio", text("price")),
            ("Precio promocional", text("promotional_price")),
            ("Costo", text("cost")),
            ("Stock", text("stock")),
            ("SKU", text("sku")),
            ("Código de barras", text("barcode")),
        ];
        let cells = of_product.iter().cloned().chain(of_variant);
        let mut cells: Vec<(String, String)> = cells.map(|(name, text)| (name.to_owned(), text)).collect();
        let values = variant.get("values").and_then(Value::as_array).into_iter().flatten();
        for ((property, value), (name_column, value_column)) in properties.iter().zip(values).zip(PROPERTIES) {
            cells.push((name_column.to_owned(), property.clone()));
            cells.push((value_column.to_owned(), said(value, language)));
        }
        cells
    };
    list("variants").map(row)
}

/// A text; of several languages the one of this language, and else the first that says anything.
fn said(value: &Value, language: Language) -> String {
    let is_of = |name: &str| name.split(['_', '-']).next().is_some_and(|code| code == language.code());
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Object(languages) => {
            let own = languages.iter().filter(|(name, _)| is_of(name)).map(|(_, text)| text);
            let texts = own.chain(languages.values()).map(|text| text.as_str().unwrap_or_default());
            texts.filter(|text| !text.is_empty()).map(str::to_owned).next().unwrap_or_default()
        }
        _ => String::new(),
    }
}
