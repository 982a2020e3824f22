//! Products as Tiendanube's interface for programs gives them (Tiendanube API, "Product"), written as its export would
//! have. Names come in several languages, of which the first is the shop's.

use serde_json::{Map, Value};

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

/// A row for each variant.
pub fn rows(product: &Map<String, Value>) -> Vec<Vec<(String, String)>> {
    let text = |name: &str| product.get(name).map(said).unwrap_or_default();
    let list = |name: &str| product.get(name).and_then(Value::as_array).into_iter().flatten();
    let named = |thing: &Value| thing.get("name").map(said).unwrap_or_default().replace(',', "\\,");
    let published = product.get("published") != Some(&Value::Bool(false));
    let of_product = [
        ("Identificador de URL", text("handle")),
        ("Nombre", text("name")),
        ("Descripción", text("description")),
        ("Categorías", list("categories").map(named).collect::<Vec<_>>().join(", ")),
        ("Tags", text("tags")),
        ("Marca", text("brand")),
        ("Mostrar en tienda", if published { "SÍ" } else { "NO" }.to_owned()),
    ];
    let properties: Vec<String> = list("attributes").map(said).collect();
    let row = |variant: &Value| {
        let text = |name: &str| variant.get(name).map(said).unwrap_or_default();
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
        let values = variant.get("values").and_then(Value::as_array).into_iter().flatten().map(said);
        for ((property, value), (name_column, value_column)) in properties.iter().zip(values).zip(PROPERTIES) {
            cells.push((name_column.to_owned(), property.clone()));
            cells.push((value_column.to_owned(), value));
        }
        cells
    };
    list("variants").map(row).collect()
}

/// A text, or the first of several languages that says anything.
fn said(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Object(languages) => languages.values().map(said).find(|text| !text.is_empty()).unwrap_or_default(),
        _ => String::new(),
    }
}
