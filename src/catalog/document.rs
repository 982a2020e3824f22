//! What is indexed of a product: the texts of each weight, the exact lexemes, and the text that typing errors are
//! compared with. Built here so that importing and searching agree on it; written to the table by the importer.

use serde::{Deserialize, Serialize};

use crate::base::language::Language;
use crate::base::names::Sku;
use crate::catalog::denial::lacked;
use crate::catalog::fold::{fold, singular_apart, words};
use crate::catalog::product::Named;

/// The longest text that typing errors are compared with, in characters; more makes every comparison slower.
pub const FUZZY_CHARS_MAX: usize = 4_000;

/// What is indexed of one product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Weight A.
    pub title: String,
    /// Weight B: brand, category, tags, option values; and part by part what PostgreSQL leaves whole (`Negro/Blanco`).
    pub labels: String,
    /// Weight C.
    pub facts: String,
    /// Weight D.
    pub description: String,
    /// Found only when asked for exactly, never stemmed: SKUs, and option values of one word such as `S` and `1/2`,
    /// which a language's list of stop words would lose; tags whole, marked; singulars that no stemmer brings together
    /// with their plurals; and what the product says that it does not have.
    pub exact: Vec<String>,
    /// Folded words, for trigrams.
    pub fuzzy: String,
}

/// The parts of a product that are indexed.
#[derive(Clone, Copy, Debug)]
pub struct Indexed<'a> {
    /// What it is written in.
    pub language: Language,
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
    let lacked = lacked(&product, &values);
    let facts =
        product.facts.iter().map(|fact| format!("{}: {}", fact.name, fact.value)).collect::<Vec<_>>().join(" | ");
    let labels = labels.join(" | ");
    let texts = [product.title, &labels, &facts];
    let mut parts: Vec<String> = texts.iter().flat_map(|text| text.split_whitespace()).flat_map(parted).collect();
    parts.sort();
    parts.dedup();
    let skus = variants.map(|(sku, _)| sku.as_str());
    let mut exact: Vec<String> = skus.clone().map(fold).collect();
    exact.extend(values.iter().filter_map(|value| <[String; 1]>::try_from(words(value)).ok()).map(|[word]| word));
    // English brings its own together: "laces" is no plural of "laz".
    if product.language != Language::En {
        exact.extend(texts.iter().flat_map(|text| words(text)).filter_map(|word| singular_apart(&word)));
    }
    let fuzzy: Vec<String> = texts.into_iter().chain(skus).flat_map(words).collect();
    let labels = std::iter::once(labels).chain(parts.iter().cloned()).collect::<Vec<_>>().join(" | ");
    exact.extend(parts);
    exact.extend(product.tags.iter().map(|known| tag(known)));
    exact.extend(lacked);
    exact.sort();
    exact.dedup();
    Document {
        title: product.title.to_owned(),
        labels,
        facts,
        description: product.description.to_owned(),
        exact,
        fuzzy: fuzzy.join(" ").chars().take(FUZZY_CHARS_MAX).collect(),
    }
}

/// The lexeme of a tag: no word of a query begins as it does.
#[must_use]
pub fn tag(tag: &str) -> String {
    /// PostgreSQL takes no lexeme of more than 2,046 bytes.
    const CHARS_MAX: usize = 200;
    std::iter::once('#').chain(fold(tag.trim()).chars()).take(CHARS_MAX).collect()
}

/// The parts of a token that PostgreSQL takes for the path of a file, or for a host: `negro/blanco`, `12/13/14`,
/// `suave.ideal`. A fraction stays one.
fn parted(token: &str) -> Vec<String> {
    let token = fold(token.trim_matches(|character: char| !character.is_alphanumeric()));
    let parts: Vec<&str> = token.split(['/', '.']).collect();
    let is_number = |part: &&str| part.chars().all(|digit| digit.is_ascii_digit());
    let is_whole = |part: &&str| {
        !part.is_empty() && part.chars().all(|character| character.is_alphanumeric() || character == '-')
    };
    let numbers = parts.iter().filter(|part| is_number(part)).count();
    let is_amount = match parts[..] {
        [above, below] if numbers == 2 => {
            !token.contains('/') || (above.len() < 2 || DENOMINATORS.contains(&below))
        }
        _ => numbers > 0 && token.contains('.'),
    };
    if parts.len() < 2 || is_amount || token == "w/o" || !parts.iter().all(is_whole) {
        return Vec::new();
    }
    parts.into_iter().flat_map(words).collect()
}

/// What is behind the stroke of a fraction of an inch.
const DENOMINATORS: &[&str] = &["2", "3", "4", "8", "16", "32", "64"];

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
            language: Language::Es,
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
        assert_eq!(document.exact, ["#basicos", "azul", "cam-az-m", "cam-az-s", "m", "s"]);
        assert_eq!(document.fuzzy, "camiseta nube ropa basicos azul s m material algodon cam az s cam az m");
    }

    fn documented(title: &str, facts: &[Named]) -> Document {
        let product =
            Indexed { language: Language::Es, title, description: "", category: "", brand: "", tags: &[], facts };
        document(product, std::iter::empty())
    }

    fn exact(title: &str, facts: &[Named]) -> Vec<String> {
        documented(title, facts).exact
    }

    #[test]
    fn what_a_stroke_joins_is_found_by_each_of_its_parts() {
        for (title, expected) in [
            ("Tenis Negro/Blanco", vec!["blanco", "negro"]),
            ("Funda iPhone 12/13/14", vec!["12", "13", "14"]),
            ("Router (WiFi/Bluetooth)", vec!["bluetooth", "wifi"]),
            ("Crema suave.Ideal", vec!["ideal", "suave"]),
            ("Camisa S/M/L", vec!["l", "m", "s"]),
            ("Botas 38/39", vec!["38", "39"]),
            ("Codo PVC 1/2 10.5 13/16 3.5mm 12/", vec![]),
            ("Ref. 10.20.30 https://ejemplo", vec![]),
        ] {
            assert_eq!(exact(title, &[]), expected, "{title}");
        }
        let router = documented("", &[Named::new("Red", "WiFi/Bluetooth")]);
        assert_eq!(router.labels, " |  | bluetooth | wifi", "where they are stemmed");
        assert_eq!(router.exact, ["bluetooth", "wifi"]);
    }

    #[test]
    fn a_plural_is_found_by_a_singular_that_no_stemmer_makes_of_it() {
        assert_eq!(exact("Luces y botões", &[]), ["botao", "luz"]);
        assert_eq!(exact("Luz", &[]), ["luz"]);
    }

    #[test]
    fn what_a_product_does_not_have_stands_apart() {
        assert_eq!(exact("Camiseta sin mangas", &[]), ["-mang-a"]);
        assert_eq!(exact("Hub", &[Named::new("HDMI", "No")]), ["-hdmi"]);
    }
}
