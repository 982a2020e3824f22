//! The products of a judged set as catalog files, so that they come into the shop as a merchant's do.

use crate::catalog::evaluate::judged::JudgedProduct;

/// How many products one file holds: well within what an import takes.
const PRODUCTS_PER_FILE: usize = 10_000;
/// Longer texts than the catalog takes are cut.
const LABEL_CHARS_MAX: usize = 255;
const DESCRIPTION_CHARS_MAX: usize = 10_000;

/// The files. The SKU is the product's id; a product without a price costs 1.00, since everything in a shop has one.
#[must_use]
pub fn uploads(products: &[JudgedProduct]) -> Vec<String> {
    const HEADER: [&str; 10] = [
        "handle",
        "title",
        "description",
        "category",
        "brand",
        "sku",
        "option1_name",
        "option1_value",
        "price",
        "stock",
    ];
    let mut files = Vec::new();
    for (file, chunk) in products.chunks(PRODUCTS_PER_FILE).enumerate() {
        let mut text = line(&HEADER.map(str::to_owned));
        for (place, product) in chunk.iter().enumerate() {
            let color = label(&product.color);
            let cells = [
                format!("judged-{}", file * PRODUCTS_PER_FILE + place),
                label(&product.title),
                cut(&product.description, DESCRIPTION_CHARS_MAX),
                label(&product.category),
                label(&product.brand),
                product.id.clone(),
                if color.is_empty() { String::new() } else { "Color".to_owned() },
                color,
                format!("{:.2}", product.price.filter(|price| *price >= 0.01).unwrap_or(1.0)),
                String::new(),
            ];
            text.push_str(&line(&cells));
        }
        files.push(text);
    }
    files
}

fn line(cells: &[String; 10]) -> String {
    let quoted = cells.each_ref().map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")));
    quoted.join(",") + "\n"
}

/// A text on one line.
fn label(text: &str) -> String {
    cut(&text.split_whitespace().collect::<Vec<_>>().join(" "), LABEL_CHARS_MAX)
}

fn cut(text: &str, characters_max: usize) -> String {
    let visible = text.chars().filter(|character| *character == '\n' || !character.is_control());
    visible.take(characters_max).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::language::Language;
    use crate::catalog::import::{ReadOptions, ShopDefaults, read};

    #[test]
    fn whatever_the_texts_are_the_catalog_takes_them() {
        let product = JudgedProduct {
            id: "B0 7".to_owned(),
            title: "A \"5\" pipe,\tlong\u{7}".repeat(40),
            description: "one\ntwo \u{0}".repeat(2_000),
            color: "Red | blue: =1".to_owned(),
            category: "X > Y".to_owned(),
            price: Some(0.0),
            ..JudgedProduct::default()
        };
        let files = uploads(&[product]);
        let defaults = ShopDefaults { currency: "USD".parse().unwrap(), language: Language::En, today: None };
        let parsed = read(files[0].as_bytes(), defaults, &ReadOptions::default()).unwrap();
        assert_eq!((parsed.reading.refused_rows, parsed.products.len()), (0, 1));
        assert_eq!(parsed.products[0].variants[0].sku.as_str(), "B0 7");
    }
}
