//! What is indexed of a product: the texts of each weight, the exact lexemes, and the text that typing errors are
//! compared with. Built here so that importing and searching agree on it; written to the table by the importer.

use serde::{Deserialize, Serialize};

use crate::base::names::Sku;
use crate::catalog::fold::{fold, words};
use crate::catalog::product::Named;

/// The longest text that typing errors are compared with, in characters; more makes every comparison slower.
pub const FUZZY_CHARS_MAX: usize = 4_000;

/// What is indexed of one product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Weight A.
    pub title: String,
    /// Weight B: brand, category, tags, option values.
    pub labels: String,
    /// Weight C.
    pub facts: String,
    /// Weight D.
    pub description: String,
    /// Found only when asked for exactly, never stemmed: SKUs, and option values of one word such as `S` and `1/2`,
    /// which a language's list of stop words would lose.
    pub exact: Vec<String>,
    /// Folded words, for trigrams.
    pub fuzzy: String,
}

/// The parts of a product that are indexed.
#[derive(Clone, Copy, Debug)]
pub struct Indexed<'a> {
    /// Its title.
    pub title: &'a str,
    /// Its description.
    pub description: &'a str,
    /// Its category.
    pub category: &'a str,
    /// Its brand.
    pub brand: &'a str,
    /// Its tags.
    pub tags: &'a [String],
    /// Its facts.
    pub facts: &'a [Named],
}

/// The document of a product and its living variants.
pub fn document<'v>(
    product: Indexed<'_>,
    variants: impl Iterator<Item = (&'v Sku, &'v [Named])> + Clone,
) -> Document {
    let mut values: Vec<&str> = Vec::new();
    for (_, options) in variants.clone() {
        for option in options {
            if !values.contains(&option.value.as_str()) {
                values.push(&option.value);
            }
        }
    }
    let mut labels = vec![product.brand, product.category];
    labels.extend(product.tags.iter().map(String::as_str));
    labels.extend(&values);
    let labels = labels.join(" | ");
    let facts =
        product.facts.iter().map(|fact| format!("{}: {}", fact.name, fact.value)).collect::<Vec<_>>().join(" | ");
    let skus = variants.map(|(sku, _)| sku.as_str());
    let mut exact: Vec<String> = skus.clone().map(fold).collect();
    exact.extend(values.iter().filter_map(|value| <[String; 1]>::try_from(words(value)).ok()).map(|[word]| word));
    exact.sort();
    exact.dedup();
    let fuzzy = [product.title, &labels, &facts].into_iter().chain(skus).flat_map(words).collect::<Vec<_>>();
    Document {
        title: product.title.to_owned(),
        labels,
        facts,
        description: product.description.to_owned(),
        exact,
        fuzzy: fuzzy.join(" ").chars().take(FUZZY_CHARS_MAX).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_holds_every_word_a_shopper_may_ask_for() {
        let (sku, other) = ("CAM-AZ-S".parse().unwrap(), "CAM-AZ-M".parse().unwrap());
        let small = [Named::new("Color", "Azul"), Named::new("Talla", "S")];
        let medium = [Named::new("Color", "Azul"), Named::new("Talla", "M")];
        let tags = ["Básicos".to_owned()];
        let facts = [Named::new("Material", "Algodón")];
        let product = Indexed {
            title: "Camiseta",
            description: "Suave.",
            category: "Ropa",
            brand: "Nube",
            tags: &tags,
            facts: &facts,
        };
        let variants = [(&sku, small.as_slice()), (&other, medium.as_slice())];
        let document = document(product, variants.into_iter());
        assert_eq!(document.labels, "Nube | Ropa | Básicos | Azul | S | M");
        assert_eq!(document.exact, ["azul", "cam-az-m", "cam-az-s", "m", "s"]);
        assert_eq!(document.fuzzy, "camiseta nube ropa basicos azul s m material algodon cam az s cam az m");
    }
}
