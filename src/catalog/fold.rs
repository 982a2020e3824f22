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
/// `shoes` and `shoe`. Expects a folded word. Rough on purpose: it is only ever compared with another key.
#[must_use]
pub fn key(word: &str) -> String {
    const LETTERS_MIN: usize = 4;
    if word.chars().count() < LETTERS_MIN || word.chars().any(|character| character.is_ascii_digit()) {
        return word.to_owned();
    }
    let singular = singular(word);
    let stem = singular.strip_suffix(['a', 'o', 'e']).filter(|stem| stem.chars().count() >= LETTERS_MIN - 1);
    stem.unwrap_or(&singular).to_owned()
}

fn singular(word: &str) -> String {
    // Portuguese plurals of words in -al, -el, -ul.
    for (plural, ending) in [("ais", "al"), ("eis", "el"), ("uis", "ul")] {
        if let Some(stem) = word.strip_suffix(plural) {
            return format!("{stem}{ending}");
        }
    }
    if word.ends_with("ss") {
        return word.to_owned();
    }
    word.strip_suffix("es").or_else(|| word.strip_suffix('s')).unwrap_or(word).to_owned()
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
        ] {
            assert_eq!(key(one), key(other));
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
