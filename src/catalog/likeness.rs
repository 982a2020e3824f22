//! How alike two texts look: the groups of three letters that they have in common, as `pg_trgm` counts them.

use crate::catalog::fold::fold;

/// The groups of three letters of some words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trigrams {
    /// Three characters in one number, ascending, each once.
    packed: Vec<u64>,
}

impl Trigrams {
    /// Those of a text's words, whatever their case and accents, each with two blanks before it and one after. Whatever
    /// is no letter and no digit parts words.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut packed = Vec::with_capacity(text.len() + 1);
        let mut last_three = BLANKS;
        let mut add = |character: char| {
            if character.is_alphanumeric() {
                last_three = ((last_three << CHARACTER_BITS) | u64::from(character)) & THREE;
                packed.push(last_three);
            } else if last_three != BLANKS {
                packed.push(((last_three << CHARACTER_BITS) | u64::from(' ')) & THREE);
                last_three = BLANKS;
            }
        };
        if text.is_ascii() {
            text.bytes().for_each(|byte| add(byte.to_ascii_lowercase().into()));
        } else {
            fold(text).chars().for_each(&mut add);
        }
        add(' ');
        packed.sort_unstable();
        packed.dedup();
        Self { packed }
    }

    /// Each as one number, ascending.
    #[must_use]
    pub fn packed(&self) -> &[u64] {
        &self.packed
    }

    /// How many two texts have in common, of all they have: from 0 to 1, and 0 when neither has any.
    #[must_use]
    pub fn likeness(&self, other: &Self) -> f32 {
        let common = self.packed.iter().filter(|trigram| other.packed.binary_search(trigram).is_ok()).count();
        let all = self.packed.len() + other.packed.len() - common;
        let number = |count| f32::from(u16::try_from(count).unwrap_or(u16::MAX));
        if all == 0 { 0.0 } else { number(common) / number(all) }
    }
}

/// A `char` has no more.
const CHARACTER_BITS: u32 = 21;
const THREE: u64 = (1 << (3 * CHARACTER_BITS)) - 1;
const BLANKS: u64 = 0x20 << CHARACTER_BITS | 0x20;

#[cfg(test)]
mod tests {
    use super::*;

    fn likeness(one: &str, other: &str) -> f32 {
        Trigrams::of(one).likeness(&Trigrams::of(other))
    }

    #[test]
    fn likeness_is_the_part_of_common_trigrams() {
        // `word` has 5 trigrams, `words` 6, and they share 4: "  w", " wo", "wor", "ord".
        assert!((likeness("word", "words") - 4.0 / 7.0).abs() < 1e-6);
        assert!((likeness("one two", "two one") - 1.0).abs() < 1e-6);
        assert!((likeness("ñu 北京", "ñu 北京") - 1.0).abs() < 1e-6);
        assert!((likeness("  Cám-3 (azul)", "cam 3 AZUL!") - 1.0).abs() < 1e-6);
        assert!(likeness("one", "xyz").abs() < f32::EPSILON);
        assert!(likeness("", "").abs() < f32::EPSILON);
    }
}
