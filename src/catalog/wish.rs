//! What a shopper asks for, read from their words: what they want, and what they want it without.

use std::borrow::Cow;

use crate::base::language::Language;
use crate::catalog::fold::{each_word, fold, key, words};

/// The longest query that is read, in characters.
pub const QUERY_CHARS_MAX: usize = 400;
/// The most words that are searched for.
pub const WORDS_MAX: usize = 16;

/// One word of a query, folded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word.
    pub text: String,
    /// The same said otherwise, of one word or several that must all be there: `200 mg` for `200mg`, `gallon` for
    /// `gal`.
    pub also: Option<String>,
    /// Whether it is wanted, or its absence is.
    pub sense: Sense,
}

/// Whether a thing is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sense {
    /// It is.
    With,
    /// Its absence is: `sin azúcar`, `without laces`, `sem glúten`.
    Without,
}

/// Reads a query. `sin` is a word of its own in English, so it negates in the other languages only.
#[must_use]
pub fn read_wish(text: &str, language: Language) -> Vec<Word> {
    let cut: String = text.chars().take(QUERY_CHARS_MAX).collect();
    let folded = fold(&cut).replace("w/o ", "without ");
    let mut found: Vec<Word> = Vec::new();
    let mut sense = Sense::With;
    for token in folded.split_whitespace() {
        for word in words_of(token) {
            if negates(&word, language) {
                sense = Sense::Without;
            } else if sense == Sense::Without && is_determiner(&word) {
                // "sin las mangas": the noun is still to come.
            } else if !is_particle(&word, language) && !is_price_word(&word) {
                if found.iter().all(|known| known.text != word) && found.len() < WORDS_MAX {
                    let also = also(&word);
                    found.push(Word { text: word, also, sense });
                }
                if std::mem::replace(&mut sense, Sense::With) == Sense::Without {
                    // "without wi-fi": its other parts are wanted as little, and the first one tells where it is named.
                    break;
                }
            }
        }
    }
    found
}

/// The words of a token, and after its parts a compound whole: a SKU such as `cam-az-m` is only known whole.
fn words_of(token: &str) -> Vec<String> {
    let mut all = words(token);
    let whole = token.trim_matches(|character: char| !character.is_alphanumeric());
    if all.len() > 1 && whole.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '.' | '/')) {
        all.push(whole.to_owned());
    }
    all
}

fn negates(word: &str, language: Language) -> bool {
    matches!(word, "without" | "sem") || (word == "sin" && language != Language::En)
}

fn is_determiner(word: &str) -> bool {
    const DETERMINERS: [&str; 27] = [
        "a", "an", "the", "any", "un", "una", "el", "la", "los", "las", "ningun", "ninguna", "nada", "de", "mucho",
        "mucha", "tanto", "tanta", "o", "os", "as", "um", "uma", "nenhum", "nenhuma", "muito", "muita",
    ];
    DETERMINERS.contains(&word)
}

/// Words of one letter that mean nothing, in a language where sizes and models of that letter are never meant.
fn is_particle(word: &str, language: Language) -> bool {
    match language {
        Language::En => matches!(word, "a" | "i"),
        Language::Es => matches!(word, "a" | "e" | "o" | "u" | "y"),
        Language::Pt => matches!(word, "a" | "e" | "o"),
    }
}

/// Words about the price, which no product says of itself; the price is a filter.
fn is_price_word(word: &str) -> bool {
    const ABOUT_PRICE: [&str; 14] = [
        "cheap",
        "cheaper",
        "cheapest",
        "affordable",
        "inexpensive",
        "barato",
        "barata",
        "baratos",
        "baratas",
        "baratito",
        "economico",
        "economica",
        "economicos",
        "economicas",
    ];
    ABOUT_PRICE.contains(&word)
}

/// Another way to write a word: a number apart from its unit, a unit by its other name.
fn also(word: &str) -> Option<String> {
    let digits = word.find(|character: char| !character.is_ascii_digit() && !matches!(character, '.' | '/' | ','));
    match digits {
        Some(0) => other_unit(word).map(str::to_owned),
        Some(at) => {
            let (number, unit) = word.split_at(at);
            // Part numbers such as `3m-101` and `10x12` are no number with a unit.
            let unit = unit.trim_start_matches('-');
            let is_unit = !unit.is_empty() && unit.chars().all(char::is_alphabetic);
            is_unit.then(|| format!("{number} {}", full_unit(unit)))
        }
        None => None,
    }
}

const UNITS: [(&str, &str); 10] = [
    ("oz", "ounce"),
    ("lb", "pound"),
    ("lbs", "pound"),
    ("gal", "gallon"),
    ("qt", "quart"),
    ("ft", "feet"),
    ("pk", "pack"),
    ("pc", "piece"),
    ("pcs", "piece"),
    ("pza", "pieza"),
];

fn other_unit(word: &str) -> Option<&'static str> {
    let other = |(short, long): &(&'static str, &'static str)| {
        if *short == word {
            Some(*long)
        } else if *long == word || word.strip_suffix('s') == Some(long) {
            Some(*short)
        } else {
            None
        }
    };
    UNITS.iter().find_map(other)
}

fn full_unit(unit: &str) -> &str {
    UNITS.iter().find(|(short, _)| *short == unit).map_or(unit, |(_, long)| long)
}

/// What a product's text says about a thing the shopper does not want.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mention {
    /// Nothing.
    Silent,
    /// That it does not have it: `sin azúcar`, `sugar-free`.
    Free,
    /// It names it otherwise.
    Named,
}

/// How a text mentions a thing. One sentence that says it is absent outweighs any that names it: a label says
/// "sin azúcar" once and lists sugars in its table all the same.
#[must_use]
pub fn mention(text: &str, thing: &str) -> Mention {
    let folded = fold(text);
    let thing = Noun::of(thing);
    let mut before = [const { Cow::Borrowed("") }; WORDS_BEFORE];
    let mut found = Mention::Silent;
    let mut is_just_named = false;
    for word in each_word(&folded) {
        if is_just_named && word == "free" {
            return Mention::Free;
        }
        is_just_named = thing.is(&word);
        if is_just_named {
            if is_denied(&before) {
                return Mention::Free;
            }
            found = Mention::Named;
        }
        before.rotate_left(1);
        before[WORDS_BEFORE - 1] = word;
    }
    found
}

/// How many words before a thing may deny it.
const WORDS_BEFORE: usize = 3;

/// A noun in any of its forms.
struct Noun<'t> {
    first: Option<&'t u8>,
    key: String,
    ending: Option<char>,
}

impl<'t> Noun<'t> {
    fn of(word: &'t str) -> Self {
        Self { first: word.as_bytes().first(), key: key(word), ending: ending(word) }
    }

    /// Whether a word is one of its forms. Gender tells nouns apart: `manga` is no `mango`.
    fn is(&self, word: &str) -> bool {
        // Forms of a word begin alike, and most words of a text do not begin like the thing.
        word.as_bytes().first() == self.first
            && key(word) == self.key
            && !matches!((ending(word), self.ending), (Some('a'), Some('o')) | (Some('o'), Some('a')))
    }
}

fn ending(word: &str) -> Option<char> {
    word.trim_end_matches('s').chars().last()
}

/// Whether the words before a thing say that it is absent: `sin`, `no lleva`, `libre de`, `without any`.
fn is_denied(before: &[Cow<'_, str>]) -> bool {
    const BETWEEN: [&str; 20] = [
        "lleva",
        "llevan",
        "contiene",
        "contienen",
        "tiene",
        "tienen",
        "necesita",
        "necesitan",
        "leva",
        "contem",
        "tem",
        "precisa",
        "need",
        "needs",
        "contain",
        "contains",
        "has",
        "have",
        "added",
        "of",
    ];
    let is_between = |word: &str| is_determiner(word) || BETWEEN.contains(&word);
    let mut nearest = before.iter().rev().map(AsRef::<str>::as_ref);
    let passed = nearest.by_ref().take(WORDS_BEFORE).find(|word| !is_between(word));
    let follows_of = before.last().is_some_and(|word| matches!(word.as_ref(), "de" | "of" | "from"));
    passed.is_some_and(|word| denies(word) || (follows_of && is_free(word)))
}

fn denies(word: &str) -> bool {
    matches!(word, "sin" | "without" | "sem" | "no" | "not" | "nao" | "non" | "zero" | "cero" | "ni" | "nem")
}

fn is_free(word: &str) -> bool {
    matches!(word, "libre" | "libres" | "livre" | "livres" | "free")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(text: &str, language: Language) -> Vec<(String, bool)> {
        read_wish(text, language).into_iter().map(|word| (word.text, word.sense == Sense::With)).collect()
    }

    fn check(text: &str, language: Language, expected: &[(&str, bool)]) {
        let expected: Vec<_> = expected.iter().map(|(word, with)| ((*word).to_owned(), *with)).collect();
        assert_eq!(wish(text, language), expected, "{text:?}");
    }

    #[test]
    fn the_word_after_without_is_not_wanted() {
        check("camiseta sin mangas azul", Language::Es, &[("camiseta", true), ("mangas", false), ("azul", true)]);
        check("Sapato SEM os cadarços", Language::Pt, &[("sapato", true), ("cadarcos", false)]);
        check("shoes w/o laces", Language::En, &[("shoes", true), ("laces", false)]);
        check("lights without any wiring", Language::En, &[("lights", true), ("wiring", false)]);
        check("without", Language::En, &[]);
        check("camera without wi-fi black", Language::En, &[("camera", true), ("wi", false), ("black", true)]);
    }

    #[test]
    fn sin_is_an_ordinary_word_in_english() {
        check("sin city poster", Language::En, &[("sin", true), ("city", true), ("poster", true)]);
    }

    #[test]
    fn compounds_are_searched_in_parts_and_whole() {
        check("CAM-AZ-M", Language::Es, &[("cam", true), ("az", true), ("m", true), ("cam-az-m", true)]);
        check("ab-123", Language::Es, &[("ab-123", true)]);
    }

    #[test]
    fn numbers_and_units_are_known_apart_together_and_by_their_other_names() {
        let check = |word: &str, other: Option<&str>| assert_eq!(also(word).as_deref(), other, "{word}");
        check("200mg", Some("200 mg"));
        check("2-pack", Some("2 pack"));
        check("5gal", Some("5 gallon"));
        check("1/2in", Some("1/2 in"));
        check("gal", Some("gallon"));
        check("ounces", Some("oz"));
        for whole in ["200", "1/2", "mg", "ab-123", "10x12", "3m-101", "iphone"] {
            check(whole, None);
        }
    }

    #[test]
    fn words_about_the_price_are_not_looked_for() {
        check("cheap red dress", Language::En, &[("red", true), ("dress", true)]);
        check("algo barato", Language::Es, &[("algo", true)]);
    }

    #[test]
    fn a_query_has_a_limit() {
        let many = (0..100).map(|n| format!("w{n}")).collect::<Vec<_>>().join(" ");
        assert_eq!(wish(&many, Language::En).len(), WORDS_MAX);
        assert!(wish(&"x".repeat(1_000), Language::En)[0].0.len() <= QUERY_CHARS_MAX);
    }

    #[test]
    fn texts_say_whether_a_thing_is_absent() {
        let check = |text: &str, thing: &str, expected| assert_eq!(mention(text, thing), expected, "{text:?}");
        check("Camiseta sin mangas", "manga", Mention::Free);
        check("Camiseta de manga larga", "mangas", Mention::Named);
        check("Sugar-free gum", "sugar", Mention::Free);
        check("Libre de gluten", "gluten", Mention::Free);
        check("No lleva azúcar añadido", "azucar", Mention::Free);
        check("Con azúcar. Guardar en lugar seco", "azucar", Mention::Named);
        check("Camiseta azul", "mangas", Mention::Silent);
        check("Camiseta sin cuello, manga larga", "mangas", Mention::Named);
        check("Sin mango", "manga", Mention::Silent);
        check("Needs no batteries, no added sugar", "sugar", Mention::Free);
    }
}
