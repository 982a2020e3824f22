//! The words that a shop's products are found by, as they are written: what a word that nothing has is compared with.

use std::collections::{BTreeSet, HashMap};

use crate::catalog::index::Place;
use crate::catalog::index::entry::NOWHERE;
use crate::catalog::index::postings::{List, Postings};
use crate::catalog::index::runs::Runs;
use crate::catalog::likeness::Trigrams;

/// The longest word that is worth comparing, in bytes; also keeps what is no word out.
const BYTES_MAX: usize = 40;
/// Words less alike than this have nothing to do with each other (`pg_trgm`'s usual threshold). It lets in most words
/// that a large shop does not know, so that they are slips of each other counts too, unless they are this much alike.
const LIKENESS_MIN: f32 = 0.3;
const LIKENESS_ENOUGH: f32 = 0.6;
/// From how many letters on a word may have two slips.
const TWO_SLIPS_CHARS_MIN: usize = 9;
/// From how many letters on the slip may be in the first.
const FIRST_SLIP_CHARS_MIN: usize = 6;
/// How many words like one are looked at, and how many pairs it may be made of.
const ALIKE_MAX: usize = 3;
const PAIRS_MAX: usize = 2;
/// How like a word is to the two it may be made of.
const PAIR_LIKENESS: f32 = 0.9;
/// The shortest second word of a pair, in characters.
const SECOND_CHARS_MIN: usize = 3;

/// What may have been meant by a word that nothing in the shop has.
#[derive(Clone, Debug, PartialEq)]
pub struct Guess {
    /// The words it may stand for, all of them together.
    pub words: Vec<String>,
    /// How like it is to what was written, from 0 to 1.
    pub likeness: f32,
}

/// The words of a shop.
#[derive(Debug, Default)]
pub struct Vocabulary {
    /// Ascending.
    words: Runs,
    /// Ascending, and for each the words that have it.
    trigrams: Vec<u64>,
    having: Runs,
}

impl Vocabulary {
    /// What may have been meant: the words likest to it, then words it may be made of.
    #[must_use]
    pub fn guesses(&self, word: &str) -> Vec<Guess> {
        let mut guesses = self.alike(word);
        guesses.extend(self.pairs(word));
        guesses
    }

    /// How much memory it takes, in bytes.
    #[must_use]
    pub const fn memory(&self) -> usize {
        self.words.memory() + self.trigrams.capacity() * size_of::<u64>() + self.having.memory()
    }

    fn alike(&self, word: &str) -> Vec<Guess> {
        let written = Trigrams::of(word);
        let mut common = vec![0_u16; self.words.len()];
        for trigram in written.packed() {
            let Ok(at) = self.trigrams.binary_search(trigram) else { continue };
            for (place, _) in List::of(self.having.get(at).unwrap_or_default()).iter() {
                if let Some(common) = common.get_mut(place.index()) {
                    *common += 1;
                }
            }
        }
        let all = f32::from(u16::try_from(written.packed().len()).unwrap_or(u16::MAX));
        // A word of more trigrams is less alike than its common ones allow, so most need no closer look.
        let may_be = |(_, common): &(Place, u16)| f32::from(*common) / all >= LIKENESS_MIN;
        let known = Place::first(common.len()).zip(common).filter(may_be).filter_map(|(place, _)| self.word(place));
        let judged = known.map(|known| (written.likeness(&Trigrams::of(known)), known));
        let mut alike: Vec<(f32, &str)> =
            judged.filter(|(likeness, known)| is_meant(word, known, *likeness)).collect();
        alike.sort_unstable_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(other.1)));
        alike.truncate(ALIKE_MAX);
        alike.into_iter().map(|(likeness, word)| Guess { words: vec![word.to_owned()], likeness }).collect()
    }

    fn pairs(&self, word: &str) -> impl Iterator<Item = Guess> {
        let cuts = word.char_indices().skip(1).map(|(at, _)| word.split_at(at));
        let long_enough = cuts.filter(|(_, second)| second.chars().count() >= SECOND_CHARS_MIN);
        let known = long_enough.filter(|(one, other)| self.has(one) && self.has(other));
        known
            .take(PAIRS_MAX)
            .map(|(one, other)| Guess { words: vec![one.to_owned(), other.to_owned()], likeness: PAIR_LIKENESS })
    }

    fn has(&self, word: &str) -> bool {
        self.words.find(word.as_bytes()).is_some()
    }

    fn word(&self, place: Place) -> Option<&str> {
        self.words.get(place.index()).and_then(|word| std::str::from_utf8(word).ok())
    }
}

/// Whether a word may have been written for another: it is much like it, or a slip or two away.
fn is_meant(written: &str, known: &str, likeness: f32) -> bool {
    let letters = written.chars().count();
    let begins_alike = written.chars().next() == known.chars().next();
    // The first letter of a short word is seldom a slip.
    let most = match letters {
        TWO_SLIPS_CHARS_MIN.. if begins_alike => 2,
        FIRST_SLIP_CHARS_MIN.. => 1,
        _ => usize::from(begins_alike),
    };
    likeness >= LIKENESS_ENOUGH || (likeness >= LIKENESS_MIN && slips(written, known) <= most)
}

/// How many letters must be put in, left out, changed, or changed with their neighbour, to make one word of another.
fn slips(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut rows: [Vec<usize>; 3] = [Vec::new(), Vec::new(), (0..=other.len()).collect()];
    for (at, letter) in one.iter().enumerate() {
        rows.rotate_left(1);
        let mut row = vec![at + 1];
        for (beside, known) in other.iter().enumerate() {
            let changed = rows[1][beside] + usize::from(letter != known);
            let put_in_or_left_out = row[beside].min(rows[1][beside + 1]) + 1;
            let mut least = changed.min(put_in_or_left_out);
            if at > 0 && beside > 0 && one[at - 1] == *known && *letter == other[beside - 1] {
                least = least.min(rows[0][beside - 1] + 1);
            }
            row.push(least);
        }
        rows[2] = row;
    }
    rows[2][other.len()]
}

/// A vocabulary while its words are added.
#[derive(Debug, Default)]
pub struct Builder {
    words: BTreeSet<Box<str>>,
}

impl Builder {
    /// Adds the words of a text, which is folded and has one blank between them.
    pub fn add(&mut self, text: &str) {
        for word in text.split(' ').filter(|word| (1..=BYTES_MAX).contains(&word.len())) {
            if !self.words.contains(word) {
                self.words.insert(word.into());
            }
        }
    }

    /// The vocabulary.
    #[must_use]
    pub fn build(self) -> Vocabulary {
        let mut vocabulary = Vocabulary::default();
        let mut having: HashMap<u64, Postings> = HashMap::new();
        for (place, word) in (0..).map(Place).zip(self.words) {
            vocabulary.words.push(word.as_bytes());
            for trigram in Trigrams::of(&word).packed() {
                having.entry(*trigram).or_default().push(place, NOWHERE);
            }
        }
        let mut sorted: Vec<(u64, Postings)> = having.into_iter().collect();
        sorted.sort_unstable_by_key(|(trigram, _)| *trigram);
        for (trigram, words) in sorted {
            vocabulary.trigrams.push(trigram);
            vocabulary.having.push(&words.bytes());
        }
        vocabulary.words.shrink();
        vocabulary.having.shrink();
        vocabulary
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary(texts: &[&str]) -> Vocabulary {
        let mut builder = Builder::default();
        for text in texts {
            builder.add(text);
        }
        builder.build()
    }

    fn guesses(vocabulary: &Vocabulary, word: &str) -> Vec<String> {
        vocabulary.guesses(word).into_iter().map(|guess| guess.words.join("+")).collect()
    }

    #[test]
    fn the_words_likest_to_one_are_guessed_the_likest_first() {
        let known = vocabulary(&["camiseta camisa camion", "camiseta zapato taza"]);
        assert_eq!(guesses(&known, "camizeta"), ["camiseta"]);
        assert_eq!(guesses(&known, "zapatto"), ["zapato"]);
        assert!(guesses(&known, "xyz").is_empty() && guesses(&vocabulary(&[]), "xyz").is_empty());
    }

    #[test]
    fn what_a_large_shop_does_not_know_is_no_slip_of_what_it_knows() {
        let known = vocabulary(&[
            "cloth crossbody vine vineyard insulate insulated lawn lawns port ports portable passing helicoidal vacuum \
             planter painter telescopic microwave micro accord guitarra pianista violeta bicicletero motor moto",
        ]);
        for word in [
            "vaccine",
            "insulin",
            "lawnmower",
            "passport",
            "helicopter",
            "plane",
            "piano",
            "accordion",
            "microscope",
        ] {
            assert!(guesses(&known, word).is_empty(), "{word}: {:?}", guesses(&known, word));
        }
        for (word, meant) in [
            ("guitara", "guitarra"),
            ("microvave", "microwave"),
            ("vacum", "vacuum"),
            ("portble", "portable"),
            ("ecloth", "cloth"),
        ] {
            assert_eq!(guesses(&known, word).first().map(String::as_str), Some(meant));
        }
    }

    #[test]
    fn slips_are_letters_too_many_too_few_other_ones_and_two_changed_about() {
        for (one, other, expected) in [
            ("taza", "taza", 0),
            ("taza", "tasa", 1),
            ("taza", "taz", 1),
            ("taza", "tzaa", 1),
            ("", "abc", 3),
            ("ñu", "nu", 1),
        ] {
            assert_eq!((slips(one, other), slips(other, one)), (expected, expected), "{one} {other}");
        }
    }

    #[test]
    fn a_word_may_be_made_of_two() {
        let known = vocabulary(&["fire stick", "ñu tv"]);
        assert_eq!(guesses(&known, "firestick").last().map(String::as_str), Some("fire+stick"));
        assert!(!guesses(&known, "ñutv").contains(&"ñu+tv".to_owned()), "tv is too short to tell");
    }

    #[test]
    fn likeness_is_that_of_the_trigrams_they_have_in_common() {
        let guess = vocabulary(&["words"]).guesses("word").remove(0);
        assert!((guess.likeness - 4.0 / 7.0).abs() < 1e-6, "{guess:?}");
    }

    #[test]
    fn what_is_no_word_is_not_kept() {
        let known = vocabulary(&["  ", &"x".repeat(41)]);
        assert_eq!(known.words.len(), 0);
    }
}
