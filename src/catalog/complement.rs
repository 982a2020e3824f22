//! Things that are for other things. Who asks for a phone is not looking for a case, though the case is called after the
//! phone: `Case for Phone 12`, `Funda para teléfono`.

use crate::catalog::fold::{key, words};

/// What stands between a thing and what it is for.
const MARKS: [&str; 6] = ["for", "fits", "compatible", "para", "pra", "compativel"];

/// Whether a folded word stands between a thing and what it is for. Who writes one asks for the thing before it.
#[must_use]
pub fn is_mark(word: &str) -> bool {
    MARKS.contains(&word)
}

/// Whether a title names what is wanted only as what the thing is for. `wanted` are keys of words.
#[must_use]
pub fn is_for_it(title: &str, wanted: &[String]) -> bool {
    let names = |words: &[String]| words.iter().any(|word| wanted.contains(&key(word)));
    let mut is_named = false;
    // What comes behind a comma is said of the thing again.
    for part in title.replace(" - ", ",").split([',', ';', '|', '(', ')', '–', '—']) {
        let words = words(part);
        let (thing, other) = words.split_at(words.iter().position(|word| is_mark(word)).unwrap_or(words.len()));
        if names(thing) {
            return false;
        }
        is_named |= names(other);
    }
    is_named
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thing_for_what_is_wanted_is_another_thing() {
        let for_it = |title: &str, wanted: &str| {
            is_for_it(title, &words(wanted).iter().map(|word| key(word)).collect::<Vec<_>>())
        };
        for (title, wanted) in [
            ("Leather case for Phone 12", "phone"),
            ("Funda para teléfono, negra", "teléfonos"),
            ("Capa compatível com celular", "celular"),
            ("Replacement blade fits Mixer 300", "mixer 300"),
        ] {
            assert!(for_it(title, wanted), "{title}: {wanted}");
        }
        for (title, wanted) in [
            ("Phone 12 with case", "phone"),
            ("Phone case for Phone 12", "phone"),
            ("Running shoes for women", "women shoes"),
            ("Leather case for Phone 12", "leather case"),
            ("Leather case for Phone 12", "kettle"),
            ("Para ti", "taza"),
            ("Cover for babies, gift for a baby shower, shower gift", "shower gift"),
            ("Warm socks for mum (a gift)", "gift"),
        ] {
            assert!(!for_it(title, wanted), "{title}: {wanted}");
        }
    }
}
