//! The words of other systems' cells in the languages we know: yes and no, which columns are nobody's business, what
//! attributes are called.

use crate::base::language::Language;
use crate::catalog::fold::fold;

/// Spreadsheets write what is true in the language of whoever saved the file.
const YES: &[&str] = &[
    "1",
    "true",
    "yes",
    "y",
    "si",
    "s",
    "sim",
    "verdadero",
    "verdadeiro",
    "enabled",
    "visible",
    "on",
    "wahr",
    "ja",
    "vrai",
    "oui",
    "vero",
    "waar",
    "sant",
    "sann",
    "sand",
    "prawda",
    "tak",
];
/// Magento writes 2 for what is switched off.
const NO: &[&str] = &[
    "0", "false", "no", "n", "nao", "falso", "-1", "disabled", "2", "off", "falsch", "nein", "faux", "non",
    "onwaar", "nee", "falskt", "falsk", "usann", "nej", "fałsz", "falsz", "nie",
];

/// Whether a cell says yes; nothing when it says neither.
#[must_use]
pub fn yes(cell: &str) -> Option<bool> {
    let folded = fold(cell.trim());
    let word = folded.trim_end_matches(".0");
    if YES.contains(&word) { Some(true) } else { NO.contains(&word).then_some(false) }
}

/// Whether a column says what no shopper should hear: what things cost the shop, who delivers them, notes for itself.
#[must_use]
pub fn is_private(name: &str) -> bool {
    const PRIVATE: [&str; 24] = [
        "cost",
        "costo",
        "coste",
        "custo",
        "margin",
        "margen",
        "margem",
        "supplier",
        "proveedor",
        "fornecedor",
        "wholesale",
        "mayoreo",
        "atacado",
        "internal",
        "interno",
        "interna",
        "private",
        "privado",
        "ganancia",
        "profit",
        "lucro",
        "markup",
        "purchase",
        "compra",
    ];
    let folded = fold(name);
    folded.split(|letter: char| !letter.is_alphanumeric()).any(|word| PRIVATE.contains(&word))
}

/// What a numbered column says of its attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Its name.
    Name,
    /// Its values.
    Values,
    /// Whether shoppers may see it.
    Visible,
    /// Nothing we need.
    Other,
}

/// `attribute 1 value(s)`, `nombre del atributo 1`, `visibilidade do atributo 1`: the number and the part.
#[must_use]
pub fn numbered_attribute(name: &str) -> Option<(u32, Part)> {
    if !name.contains("attribute ") && !name.contains("atributo ") {
        return None;
    }
    let number = name.split(' ').find_map(|word| word.parse().ok())?;
    let has = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
    let part = match () {
        () if has(&["visib"]) => Part::Visible,
        () if has(&["global", "default", "defecto", "padrao", "predeterminado"]) => Part::Other,
        () if has(&["value", "valor"]) => Part::Values,
        () if has(&["name", "nombre", "nome"]) => Part::Name,
        () => Part::Other,
    };
    Some((number, part))
}

/// A column of sizes or weights: what it is called without its unit, and the unit: `weight (kg)`.
#[must_use]
pub fn measure(name: &str) -> Option<(&str, &str)> {
    const MEASURES: [&str; 13] = [
        "weight",
        "length",
        "width",
        "height",
        "peso",
        "longitud",
        "anchura",
        "ancho",
        "altura",
        "alto",
        "comprimento",
        "largura",
        "largo",
    ];
    let (bare, unit) = match name.split_once('(') {
        Some((bare, rest)) => (bare.trim(), rest.trim_end_matches(')').trim()),
        None => (name, ""),
    };
    MEASURES.contains(&bare).then_some((bare, unit))
}

/// A name that machines use, as people read it: `eco_collection` is `Eco collection`, `pa_color` is `Color`.
#[must_use]
pub fn readable(name: &str) -> String {
    let bare = name.trim().strip_prefix("pa_").unwrap_or(name.trim());
    let spaced = bare.replace(['_', '\n'], " ");
    let spaced = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut letters = spaced.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => spaced,
    }
}

/// What we call things ourselves where the file has no word for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term {
    /// The number on the package.
    Barcode,
    /// What it weighs.
    Weight,
    /// What tells variants apart when nothing else does.
    Variant,
    /// Every value of an option.
    Any,
    /// For adults only.
    Adults,
}

/// The word for it.
#[must_use]
pub const fn term(term: Term, language: Language) -> &'static str {
    match (term, language) {
        (Term::Barcode, Language::En) => "Barcode",
        (Term::Barcode, _) => "Código de barras",
        (Term::Weight, Language::En) => "Weight",
        (Term::Weight, _) => "Peso",
        (Term::Variant, Language::En) => "Variant",
        (Term::Variant, Language::Es) => "Variante",
        (Term::Variant, Language::Pt) => "Variação",
        (Term::Any, Language::En) => "Any",
        (Term::Any, Language::Es) => "Cualquiera",
        (Term::Any, Language::Pt) => "Qualquer",
        (Term::Adults, Language::En) => "Adults only",
        (Term::Adults, Language::Es) => "Solo para adultos",
        (Term::Adults, Language::Pt) => "Só para adultos",
    }
}

/// Whether an attribute is each variant's own, so that what one of them says is not said of all.
#[must_use]
pub fn is_of_variant(name: &str) -> bool {
    Language::ALL
        .into_iter()
        .any(|language| [Term::Barcode, Term::Weight].iter().any(|of| term(*of, language) == name))
}

/// What Google's attributes are called in the shop's language.
#[must_use]
pub fn attribute(name: &str, language: Language) -> String {
    let translated = match (name, language) {
        ("size", Language::Es) => "Talla",
        ("size", Language::Pt) => "Tamanho",
        ("color", Language::Pt) => "Cor",
        ("pattern", Language::Es) => "Estampado",
        ("pattern", Language::Pt) => "Estampa",
        ("gender", Language::Es) => "Género",
        ("gender", Language::Pt) => "Gênero",
        ("age group", Language::Es) => "Edad",
        ("age group", Language::Pt) => "Idade",
        ("condition", Language::Es) => "Estado",
        ("condition", Language::Pt) => "Condição",
        _ => return readable(name),
    };
    translated.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yes_and_no_are_known_in_three_languages() {
        for word in ["TRUE", "1", "1.0", "sí", "Sim", "Yes"] {
            assert_eq!(yes(word), Some(true), "{word}");
        }
        for word in ["false", "0", "-1", "Não"] {
            assert_eq!(yes(word), Some(false), "{word}");
        }
        assert_eq!(yes("backorder"), None);
    }

    #[test]
    fn what_a_spreadsheet_of_another_language_writes_for_false_is_no() {
        for word in ["FALSCH", "FAUX", "FALSO", "ONWAAR", "FALSKT", "FALSK", "FAŁSZ"] {
            assert_eq!(yes(word), Some(false), "{word}");
        }
        for word in ["WAHR", "VRAI", "VERO", "WAAR", "SANT", "PRAWDA"] {
            assert_eq!(yes(word), Some(true), "{word}");
        }
    }

    #[test]
    fn numbered_attributes_are_known_in_three_languages() {
        assert_eq!(numbered_attribute("attribute 2 value(s)"), Some((2, Part::Values)));
        assert_eq!(numbered_attribute("nombre del atributo 1"), Some((1, Part::Name)));
        assert_eq!(numbered_attribute("atributo visible 1"), Some((1, Part::Visible)));
        assert_eq!(numbered_attribute("visibilidade do atributo 3"), Some((3, Part::Visible)));
        assert_eq!(numbered_attribute("valores do atributo 10"), Some((10, Part::Values)));
        assert_eq!(numbered_attribute("atributo por defecto 1"), Some((1, Part::Other)));
        assert_eq!(numbered_attribute("attributes"), None);
    }

    #[test]
    fn what_a_thing_costs_the_shop_is_private() {
        for name in ["Cost per item", "meta: _supplier_name", "Precio de compra", "margen_%"] {
            assert!(is_private(name), "{name}");
        }
        for name in ["Material", "costume", "Color"] {
            assert!(!is_private(name), "{name}");
        }
    }

    #[test]
    fn names_of_machines_become_readable() {
        assert_eq!(
            (readable("pa_color").as_str(), readable("eco_collection").as_str()),
            ("Color", "Eco collection")
        );
        assert_eq!(measure("weight (kg)"), Some(("weight", "kg")));
        assert_eq!(measure("shipping"), None);
    }
}
