//! What shoppers' words mean, per language: data in `en.toml`, `es.toml`, `pt.toml`, read once.
//!
//! Holds everyday words only. What a shop sells is never in here: it comes from the evidence of the conversation.

pub mod signal;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;

use crate::base::language::Language;
use crate::llm::guided::lexicon::signal::{Signal, Signals};
use crate::llm::guided::numbers::Bound;
use crate::llm::guided::pattern::Pattern;
use crate::llm::guided::text::{Word, plain, same_thing};

static LEXICONS: LazyLock<[Lexicon; 3]> =
    LazyLock::new(|| Language::ALL.map(|language| Lexicon::new(&file(language))));

/// The words of one language.
#[derive(Debug, Default)]
pub struct Lexicon {
    abbreviations: BTreeMap<String, String>,
    numbers: BTreeMap<String, u32>,
    ordinals: BTreeMap<String, i32>,
    lists: BTreeMap<List, BTreeSet<String>>,
    bounds: Vec<(Bound, Pattern)>,
    signals: Vec<(Signal, Pattern)>,
    concepts: BTreeMap<String, String>,
    facts: BTreeMap<Signal, Vec<String>>,
    vocabulary: BTreeSet<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
enum List {
    Stop,
    Articles,
    Pointers,
    Of,
    Sizes,
    Currency,
    Thousand,
    RangeOpen,
    RangeJoin,
    Join,
    Measures,
    Negation,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    abbreviations: BTreeMap<String, String>,
    numbers: BTreeMap<String, String>,
    ordinals: BTreeMap<String, String>,
    words: BTreeMap<List, String>,
    bounds: Bounds,
    signals: BTreeMap<Signal, Vec<String>>,
    concepts: BTreeMap<String, String>,
    facts: BTreeMap<Signal, String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Bounds {
    at_most: Vec<String>,
    at_least: Vec<String>,
    around: Vec<String>,
}

/// The lexicon of a language.
#[must_use]
pub fn of(language: Language) -> &'static Lexicon {
    &LEXICONS[language as usize]
}

/// The colour or size a word stands for, in whichever language: `blue` for `azul`, `size_m` for `M` and `mediana`.
#[must_use]
pub fn concept(plain: &str) -> Option<&'static str> {
    let known = |lexicon: &'static Lexicon| {
        let exact = lexicon.concepts.get(plain);
        let inflected = || lexicon.concepts.iter().find(|(word, _)| word.len() > 3 && same_thing(word, plain));
        exact.or_else(|| inflected().map(|(_, concept)| concept)).map(String::as_str)
    };
    LEXICONS.iter().find_map(known)
}

/// Whether a concept is a size; all others are colours.
#[must_use]
pub fn is_size(concept: &str) -> bool {
    concept.contains("size")
}

/// Words by which a shelf fact answers such a question, in every language.
pub fn fact_words(question: Signal) -> impl Iterator<Item = &'static str> {
    LEXICONS.iter().filter_map(move |lexicon| lexicon.facts.get(&question)).flatten().map(String::as_str)
}

/// A language's file. What cannot be read is empty; a test sees to it that everything can.
fn file(language: Language) -> File {
    toml::from_str(source(language)).unwrap_or_default()
}

fn source(language: Language) -> &'static str {
    match language {
        Language::En => include_str!("en.toml"),
        Language::Es => include_str!("es.toml"),
        Language::Pt => include_str!("pt.toml"),
    }
}

fn split(text: &str) -> impl Iterator<Item = String> {
    text.split_whitespace().map(str::to_owned)
}

impl Lexicon {
    fn new(file: &File) -> Self {
        // Nobody is taken to task for "moon", which is a letter away from "moron".
        let patterns = |signal: Signal, texts: &[String]| {
            let read = if signal == Signal::Insult { Pattern::exact } else { Pattern::new };
            texts.iter().map(|text| read(text)).collect::<Vec<_>>()
        };
        let bounds = [
            (Bound::AtMost, &file.bounds.at_most),
            (Bound::AtLeast, &file.bounds.at_least),
            (Bound::Around, &file.bounds.around),
        ];
        let mut lexicon = Self {
            abbreviations: file.abbreviations.clone(),
            numbers: turned(&file.numbers).collect(),
            ordinals: turned(&file.ordinals).collect(),
            lists: file.words.iter().map(|(list, words)| (*list, split(words).collect())).collect(),
            bounds: bounds
                .into_iter()
                // A bound counts only where it stands right before an amount: at the end of what comes before it.
                .flat_map(|(bound, texts)| texts.iter().map(move |text| (bound, Pattern::new(&format!("{text}$")))))
                .collect(),
            signals: file
                .signals
                .iter()
                .flat_map(|(signal, texts)| patterns(*signal, texts).into_iter().map(|pattern| (*signal, pattern)))
                .collect(),
            concepts: file
                .concepts
                .iter()
                .flat_map(|(concept, words)| split(words).map(|word| (word, concept.clone())))
                .collect(),
            facts: file.facts.iter().map(|(question, words)| (*question, split(words).collect())).collect(),
            vocabulary: BTreeSet::new(),
        };
        lexicon.vocabulary = lexicon.every_word();
        lexicon
    }

    fn every_word(&self) -> BTreeSet<String> {
        let lists = self.lists.values().flatten().cloned();
        let patterns = self.signals.iter().map(|(_, pattern)| pattern).chain(self.bounds.iter().map(|(_, p)| p));
        lists
            .chain(patterns.flat_map(Pattern::vocabulary).map(str::to_owned))
            .chain(self.numbers.keys().chain(self.ordinals.keys()).chain(self.concepts.keys()).cloned())
            .collect()
    }

    /// The words of a text, abbreviations written out.
    #[must_use]
    pub fn words(&self, text: &str) -> Vec<Word> {
        let mut words = crate::llm::guided::text::words(text);
        for word in &mut words {
            if let Some(whole) = self.abbreviations.get(&word.plain) {
                word.plain.clone_from(whole);
            }
        }
        words
    }

    /// What the words signal.
    #[must_use]
    pub fn signals(&self, words: &[Word]) -> Signals {
        let mut signals = Signals::default();
        for (signal, pattern) in &self.signals {
            if let Some(places) = pattern.find(words, &self.vocabulary) {
                let negated = self.is_negated(words, places.first().copied().unwrap_or_default());
                signals.add(*signal, places, negated);
            }
        }
        signals
    }

    /// Whether "not" stands within three words before, in the same part of the sentence.
    fn is_negated(&self, words: &[Word], place: usize) -> bool {
        (1..=3).any(|back| {
            let same_part = words.iter().take(place + 1).rev().take(back).all(|word| !word.after_mark);
            let before = place.checked_sub(back).and_then(|at| words.get(at));
            same_part && before.is_some_and(|word| self.has(List::Negation, &word.plain))
        })
    }

    fn has(&self, list: List, plain: &str) -> bool {
        self.lists.get(&list).is_some_and(|words| words.contains(plain))
    }

    /// A number word: `dos`, `twelve`.
    #[must_use]
    pub fn number(&self, plain: &str) -> Option<u32> {
        self.numbers.get(plain).copied()
    }

    /// A place in a row: 1 for `first`, -1 for `last`.
    #[must_use]
    pub fn ordinal(&self, plain: &str) -> Option<i32> {
        self.ordinals.get(plain).copied()
    }

    /// Says nothing about what is looked for: articles, courtesies, verbs of asking.
    #[must_use]
    pub fn is_stop(&self, plain: &str) -> bool {
        self.has(List::Stop, plain)
    }

    /// Points at one thing when a number follows: `the`, `el`, `o`.
    #[must_use]
    pub fn is_article(&self, plain: &str) -> bool {
        self.has(List::Articles, plain)
    }

    /// Points at one thing of a list, number words too: `number`, `opción`, `#`.
    #[must_use]
    pub fn is_pointer(&self, plain: &str) -> bool {
        self.has(List::Pointers, plain)
    }

    /// Says that the number before it is how many: `of`, `de`.
    #[must_use]
    pub fn is_of(&self, plain: &str) -> bool {
        self.has(List::Of, plain)
    }

    /// Announces a size: `talla`, `size`, `tamanho`.
    #[must_use]
    pub fn is_size_word(&self, plain: &str) -> bool {
        self.has(List::Sizes, plain)
    }

    /// A currency's name or nickname.
    #[must_use]
    pub fn is_currency(&self, plain: &str) -> bool {
        self.has(List::Currency, plain)
    }

    /// Says that the number before it counts something else than money: `stars`, `cm`, `%`.
    #[must_use]
    pub fn is_measure(&self, plain: &str) -> bool {
        self.has(List::Measures, plain)
    }

    /// `mil`, `thousand`.
    #[must_use]
    pub fn is_thousand(&self, plain: &str) -> bool {
        self.has(List::Thousand, plain)
    }

    /// Opens a price range: `between`.
    #[must_use]
    pub fn opens_range(&self, plain: &str) -> bool {
        self.has(List::RangeOpen, plain)
    }

    /// Stands between the ends of a price range: `and`.
    #[must_use]
    pub fn joins_range(&self, plain: &str) -> bool {
        self.has(List::RangeJoin, plain)
    }

    /// Stands between two things that are both wanted: `and`.
    #[must_use]
    pub fn joins(&self, plain: &str) -> bool {
        self.has(List::Join, plain)
    }

    /// Whether the word means anything by itself here.
    #[must_use]
    pub fn knows(&self, plain: &str) -> bool {
        self.vocabulary.contains(plain)
    }

    /// The bound said right before the word at `place`: `under`, `no más de`.
    #[must_use]
    pub fn bound_before(&self, words: &[Word], place: usize) -> Option<(Bound, Vec<usize>)> {
        let before = words.get(..place)?;
        let hits = self
            .bounds
            .iter()
            .filter_map(|(bound, pattern)| pattern.find(before, &self.vocabulary).map(|places| (*bound, places)));
        // The longest wins: "no more than" holds "more than".
        hits.max_by_key(|(_, places)| places.len())
    }
}

fn turned<N: std::str::FromStr + Copy>(table: &BTreeMap<String, String>) -> impl Iterator<Item = (String, N)> {
    table
        .iter()
        .filter_map(|(number, words)| number.parse().ok().map(|number: N| (number, words)))
        .flat_map(|(number, words)| split(words).map(move |word| (word, number)))
}

/// Whether two words name the same option value: the same word, or the same colour or size in two languages.
#[must_use]
pub fn same_value(left: &str, right: &str) -> bool {
    let short = left.chars().count() <= 2 || right.chars().count() <= 2;
    let same = if short { left == right } else { same_thing(left, right) };
    same || concept(left).is_some_and(|one| concept(right) == Some(one))
}

/// The words of a text of the shop's (a title, an option), without marks.
#[must_use]
pub fn title_words(text: &str) -> Vec<String> {
    crate::llm::guided::text::words(text).iter().map(|word| plain(&word.raw)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_read_and_says_something_for_every_signal_list_and_fact() {
        for language in Language::ALL {
            let file: File = toml::from_str(source(language)).unwrap();
            for signal in Signal::ALL {
                assert!(
                    file.signals.get(signal).is_some_and(|patterns| !patterns.is_empty()),
                    "{language} {signal:?}"
                );
            }
            assert_eq!(file.words.len(), 12, "{language}");
            assert_eq!(file.facts.len(), 4, "{language}");
            let items = file.signals.values().flatten().flat_map(|pattern| pattern.split_whitespace());
            for item in items {
                assert!(!item.trim_end_matches(['$', '?']).contains(['?', '$']), "{language} `{item}`");
            }
            assert!(!file.bounds.at_most.is_empty() && !file.bounds.around.is_empty());
        }
    }

    #[test]
    fn the_files_are_written_without_accents_and_capitals_so_that_they_can_match() {
        for language in Language::ALL {
            for word in of(language).vocabulary.iter().filter(|word| word.chars().all(char::is_alphabetic)) {
                assert_eq!(*word, plain(word), "{language}");
            }
        }
    }

    #[test]
    fn no_pattern_waits_for_an_abbreviation_that_is_written_out_before() {
        for language in Language::ALL {
            let lexicon = of(language);
            for (signal, pattern) in &lexicon.signals {
                for word in pattern.vocabulary() {
                    let whole = lexicon.abbreviations.get(word);
                    assert!(whole.is_none_or(|whole| whole == word), "{language} {signal:?} {word}");
                }
            }
        }
    }

    #[test]
    fn every_language_knows_the_same_concepts() {
        let concepts = |language| of(language).concepts.values().cloned().collect::<BTreeSet<_>>();
        assert_eq!(concepts(Language::En), concepts(Language::Es));
        assert_eq!(concepts(Language::En), concepts(Language::Pt));
    }

    #[test]
    fn values_are_the_same_across_languages_and_genders() {
        for (left, right) in
            [("blue", "azul"), ("rojas", "vermelho"), ("m", "mediana"), ("negros", "black"), ("g", "large")]
        {
            assert!(same_value(left, right), "{left} {right}");
        }
        for (left, right) in [("blue", "rojo"), ("m", "s"), ("27", "28"), ("l", "xl")] {
            assert!(!same_value(left, right), "{left} {right}");
        }
    }

    #[test]
    fn a_no_in_front_turns_a_signal_around_unless_a_comma_parts_them() {
        let spanish = of(Language::Es);
        let pays = |text: &str| spanish.signals(&spanish.words(text)).has(Signal::Pay);
        assert!(pays("quiero pagar"));
        assert!(pays("no, quiero pagar ya"));
        assert!(!pays("no quiero pagar"));
        assert!(!pays("todavía no pago"));
    }
}
