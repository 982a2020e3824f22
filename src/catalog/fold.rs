//! Folding: how two texts are compared when case, accents, plurals and punctuation should not matter.
//!
//! Postgres folds by the same rule (`trato_unaccent(lower(…))`); this is the same thing without a database.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Lower case, no accents: `Básica` becomes `basica`.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii() {
            folded.push(character.to_ascii_lowercase());
        } else {
            // Marks are left out, so their order does not matter and each character can be taken by itself.
            let parts = std::iter::once(character).nfd().filter(|part| !is_combining_mark(*part));
            folded.extend(parts.flat_map(char::to_lowercase));
        }
    }
    folded
}

/// What apostrophes are written with.
const APOSTROPHES: [char; 4] = ['\'', '’', '‘', '`'];

/// The words of a text, folded. A word with a digit keeps its inner marks (`1/2`, `10.5`, `ab-123`); others are
/// cut at them, as Postgres does (`t-shirt` is `t` and `shirt`). An English `'s` is dropped.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    each_word(&fold(text)).map(Cow::into_owned).collect()
}

/// The words of a text that is folded already.
pub fn each_word(folded: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let parts = |character: char| {
        !character.is_alphanumeric()
            && !matches!(character, '.' | '-' | '/' | ',')
            && !APOSTROPHES.contains(&character)
    };
    folded.split(parts).flat_map(split_marks)
}

fn split_marks(raw: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let trimmed = raw.trim_matches(|character: char| !character.is_alphanumeric());
    let bare = trimmed.strip_suffix('s').and_then(|word| word.strip_suffix(APOSTROPHES)).unwrap_or(trimmed);
    let has_digit = bare.bytes().any(|byte| byte.is_ascii_digit());
    let without_apostrophes = || {
        if bare.contains(APOSTROPHES) { bare.replace(APOSTROPHES, "").into() } else { Cow::Borrowed(bare) }
    };
    let whole = has_digit.then(without_apostrophes);
    let parts = bare.split(move |character: char| has_digit || !character.is_alphanumeric());
    whole.into_iter().chain(parts.filter(move |part| !has_digit && !part.is_empty()).map(Cow::Borrowed))
}

/// A key under which the forms of one word meet: `rojas` and `rojo`, `azules` and `azul`, `azuis` and `azul`,
/// `botoes` and `botao`, `luces` and `luz`, `shoes` and `shoe`. Expects a folded word. Rough on purpose: it is only
/// ever compared with another key.
#[must_use]
pub fn key(word: &str) -> String {
    const LETTERS_MIN: usize = 4;
    if word.chars().any(|character| character.is_ascii_digit()) {
        return word.to_owned();
    }
    let letters = word.chars().count();
    let singular = if letters < LETTERS_MIN { word.to_owned() } else { singular(word) };
    let is_long = |stem: &&str| letters >= LETTERS_MIN && stem.chars().count() >= LETTERS_MIN - 1;
    match singular.strip_suffix(['a', 'o']).filter(is_long) {
        Some(stem) => stem.to_owned(),
        None => soft(singular.strip_suffix('e').filter(is_long).unwrap_or(&singular)),
    }
}

/// `luz` and `luces`, `battery` and `batteries` differ in how the same sound is written.
fn soft(stem: &str) -> String {
    const LETTERS_MIN: usize = 3;
    if stem.chars().count() < LETTERS_MIN {
        return stem.to_owned();
    }
    let written = |last: char, other: char| stem.strip_suffix(last).map(|stem| format!("{stem}{other}"));
    written('z', 'c').or_else(|| written('y', 'i')).unwrap_or_else(|| stem.to_owned())
}

fn singular(word: &str) -> String {
    // Portuguese plurals of words in -al, -el, -ul, -ão.
    for (plural, ending) in [("ais", "al"), ("eis", "el"), ("uis", "ul"), ("oes", "ao"), ("aes", "ao")] {
        if let Some(stem) = word.strip_suffix(plural).filter(|_| !ENGLISH_IN_OES.contains(&word)) {
            return format!("{stem}{ending}");
        }
    }
    if word.ends_with("ss") {
        return word.to_owned();
    }
    word.strip_suffix("es").or_else(|| word.strip_suffix('s')).unwrap_or(word).to_owned()
}

/// English plurals that end as Portuguese ones of words in -ão do.
const ENGLISH_IN_OES: &[&str] = &[
    "shoes",
    "horseshoes",
    "overshoes",
    "snowshoes",
    "toes",
    "tiptoes",
    "hoes",
    "foes",
    "does",
    "goes",
    "canoes",
    "tomatoes",
    "potatoes",
    "heroes",
    "superheroes",
    "mangoes",
    "avocadoes",
    "echoes",
    "dominoes",
    "volcanoes",
    "mosquitoes",
    "buffaloes",
    "torpedoes",
    "mementoes",
    "tuxedoes",
    "cargoes",
    "halloes",
    "zeroes",
];

/// The singular of a folded word, where no stemmer brings it together with its plurals: `luz` of `luces` and of `luz`,
/// `botao` of `botoes` and of `botao`.
#[must_use]
pub fn singular_apart(word: &str) -> Option<String> {
    const LETTERS_MIN: usize = 3;
    let is_telling = |singular: &String| singular.chars().count() >= LETTERS_MIN;
    let of = |ending: &str, singular: &str| word.strip_suffix(ending).map(|stem| format!("{stem}{singular}"));
    if ENGLISH_IN_OES.contains(&word) || word.chars().any(|character| character.is_ascii_digit()) {
        return None;
    }
    let made = of("oes", "ao").or_else(|| of("aes", "ao")).or_else(|| of("ces", "z"));
    made.or_else(|| (word.ends_with("ao") || word.ends_with('z')).then(|| word.to_owned())).filter(is_telling)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_accents_do_not_matter() {
        assert_eq!(fold("BÁSICA niño São"), "basica nino sao");
    }

    #[test]
    fn sizes_and_part_numbers_stay_whole_and_compounds_are_cut() {
        let check = |text: &str, expected: &[&str]| assert_eq!(words(text), expected, "{text:?}");
        check("1/2 PVC coupling, 10.5", &["1/2", "pvc", "coupling", "10.5"]);
        check("T-shirt AB-123!", &["t", "shirt", "ab-123"]);
        check("women’s faucet w/ handshower", &["women", "faucet", "w", "handshower"]);
        check("¿Tienes (azul)?", &["tienes", "azul"]);
        check("--- '' ...", &[]);
        check("6'2 o’clock rock`n`roll", &["62", "o", "clock", "rock", "n", "roll"]);
    }

    #[test]
    fn the_forms_of_one_word_share_a_key() {
        for (one, other) in [
            ("rojas", "rojo"),
            ("azules", "azul"),
            ("azuis", "azul"),
            ("shoes", "shoe"),
            ("mangas", "manga"),
            ("glasses", "glass"),
            ("grandes", "grande"),
            ("botoes", "botao"),
            ("paes", "pao"),
            ("luces", "luz"),
            ("luzes", "luz"),
            ("nueces", "nuez"),
            ("laces", "lace"),
            ("sizes", "size"),
            ("potatoes", "potato"),
            ("batteries", "battery"),
            ("series", "serie"),
            ("reyes", "rey"),
        ] {
            assert_eq!(key(one), key(other));
        }
    }

    #[test]
    fn words_that_only_begin_alike_have_other_keys() {
        for (one, other) in [("botao", "bota"), ("taza", "taco"), ("limao", "lima")] {
            assert_ne!(key(one), key(other), "{one} {other}");
        }
    }

    #[test]
    fn a_singular_that_stands_apart_from_its_plural_is_the_same_for_both() {
        for (word, expected) in [
            ("luces", Some("luz")),
            ("luz", Some("luz")),
            ("nueces", Some("nuez")),
            ("cartoes", Some("cartao")),
            ("cartao", Some("cartao")),
            ("paes", Some("pao")),
            ("shoes", None),
            ("camisetas", None),
            ("z", None),
        ] {
            assert_eq!(singular_apart(word).as_deref(), expected, "{word}");
        }
    }

    #[test]
    fn short_words_and_numbers_are_their_own_keys() {
        for word in ["gas", "xs", "36s", "mes"] {
            assert_eq!(key(word), word);
        }
        assert_ne!(key("negro"), key("negra marca"));
    }
}
