//! What shoppers' words mean, per language: data in `en.toml`, `es.toml`, `pt.toml`, read once.
//!
//! Holds everyday words only. What a shop sells is never in here: it comes from the evidence of the conversation.

mod numerals;
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
    /// What holds a signal's word and does not mean it: a postal code is no coupon.
    unless: Vec<(Signal, Pattern)>,
    /// What holds a "no" and takes nothing back: "no problem".
    harmless: Vec<Pattern>,
    concepts: BTreeMap<String, String>,
    facts: BTreeMap<Signal, Vec<String>>,
    aspects: BTreeMap<String, Vec<String>>,
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
    /// Ends what a "no" reaches.
    Contrast,
    /// A "no" that takes back only the word right after it.
    Lacking,
    /// Leaves out what follows: "all except the red one".
    Except,
    /// Begins what only narrows down what was said before: "in blue", "for my mother".
    Narrowing,
    /// What may stand around a single word without saying more.
    Courtesies,
    /// Points at one of several when "second" or "last" follows.
    Determiners,
    /// What is counted by "first" and "two" without being a thing: times, minutes.
    Occasions,
    /// Says which of its choices a thing is wanted in: "in blue".
    Within,
    /// Says for whom or what: "for 3 people".
    Purpose,
    /// Announces a name: "my code is".
    Announcing,
    /// Says that no more are meant: "only one".
    Limiting,
    /// Leaves it open: "maybe two".
    Doubting,
    /// Only shows a feeling: "wow".
    Exclaiming,
    /// Goes before the name of a thing that has not been spoken of: "a mug".
    Indefinite,
    /// Asks: what, which, how.
    Asking,
    Dozens,
    Halves,
    /// Is a colour or a size only in another language.
    Homographs,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    harmless: Vec<String>,
    abbreviations: BTreeMap<String, String>,
    numbers: BTreeMap<String, String>,
    ordinals: BTreeMap<String, String>,
    words: BTreeMap<List, String>,
    bounds: Bounds,
    signals: BTreeMap<Signal, Vec<String>>,
    unless: BTreeMap<Signal, Vec<String>>,
    concepts: BTreeMap<String, String>,
    facts: BTreeMap<Signal, String>,
    /// What things are compared by: a name that all languages share, the words that ask for it, and those that state it.
    aspects: BTreeMap<String, String>,
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

/// The colour or size that a word of the shop's stands for, in whichever language it writes: `blue` for `azul`,
/// `size_m` for `M` and `mediana`.
#[must_use]
pub fn concept(plain: &str) -> Option<&'static str> {
    LEXICONS.iter().find_map(|lexicon| lexicon.own_concept(plain))
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

/// The words that ask for an aspect or state it, in every language.
pub fn aspect_words(aspect: &str) -> impl Iterator<Item = &'static str> {
    LEXICONS.iter().filter_map(move |lexicon| lexicon.aspects.get(aspect)).flatten().map(String::as_str)
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
            unless: file
                .unless
                .iter()
                .flat_map(|(signal, texts)| texts.iter().map(|text| (*signal, Pattern::exact(text))))
                .collect(),
            harmless: file.harmless.iter().map(|text| Pattern::exact(text)).collect(),
            concepts: file
                .concepts
                .iter()
                .flat_map(|(concept, words)| split(words).map(|word| (word, concept.clone())))
                .collect(),
            facts: file.facts.iter().map(|(question, words)| (*question, split(words).collect())).collect(),
            aspects: file.aspects.iter().map(|(aspect, words)| (aspect.clone(), split(words).collect())).collect(),
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

    /// The words of a text, abbreviations written out and numbers of several words made one.
    #[must_use]
    pub fn words(&self, text: &str) -> Vec<Word> {
        let mut words = crate::llm::guided::text::words(text);
        for word in &mut words {
            if let Some(whole) = self.abbreviations.get(&word.plain) {
                word.plain.clone_from(whole);
            }
        }
        self.with_whole_numbers(&words)
    }

    /// What the words signal.
    #[must_use]
    pub fn signals(&self, words: &[Word]) -> Signals {
        let mut signals = Signals::default();
        let negations = self.negations(words);
        let meant = self.without_what_only_looks_so(words);
        for (signal, pattern) in &self.signals {
            let read = meant.get(signal).map_or(words, Vec::as_slice);
            if let Some(places) = pattern.find(read, &self.vocabulary) {
                let negated = is_negated(words, &negations, places.first().copied().unwrap_or_default());
                signals.add(*signal, places, negated);
            }
        }
        signals
    }

    /// The words as they are read for a signal, where some of them mean something else.
    fn without_what_only_looks_so(&self, words: &[Word]) -> BTreeMap<Signal, Vec<Word>> {
        let mut read: BTreeMap<Signal, Vec<Word>> = BTreeMap::new();
        for (signal, pattern) in &self.unless {
            for place in pattern.find(words, &self.vocabulary).unwrap_or_default() {
                read.entry(*signal).or_insert_with(|| words.to_vec())[place].plain.clear();
            }
        }
        read
    }

    /// The places of the words that say "no" and mean it.
    #[must_use]
    pub fn negations(&self, words: &[Word]) -> BTreeSet<usize> {
        let says_no = |place: &usize| self.is_negation(&words[*place].plain);
        let leaves_out = |place: &usize| self.leaves_out(words, *place);
        let negations: BTreeSet<usize> = (0..words.len()).filter(|at| says_no(at) || leaves_out(at)).collect();
        if negations.is_empty() { negations } else { &negations - &self.idioms(words) }
    }

    /// "All except the red one", "todas menos la roja": only before a thing, for "two less" leaves out none.
    fn leaves_out(&self, words: &[Word], place: usize) -> bool {
        let next = words.get(place + 1).filter(|next| !next.after_mark);
        self.has(List::Except, &words[place].plain)
            && next.is_some_and(|next| self.is_determiner(&next.plain) || self.concept(&next.plain).is_some())
    }

    /// The places of the words that hold a "no" and take nothing back: "no problem", "por qué no".
    #[must_use]
    pub fn idioms(&self, words: &[Word]) -> BTreeSet<usize> {
        self.harmless.iter().filter_map(|pattern| pattern.find(words, &self.vocabulary)).flatten().collect()
    }

    /// Whether the words begin with one of these signals.
    #[must_use]
    pub fn opens_with(&self, words: &[Word], signals: &[Signal]) -> bool {
        let patterns = self.signals.iter().filter(|(signal, _)| signals.contains(signal));
        patterns.filter_map(|(_, pattern)| pattern.find(words, &self.vocabulary)).any(|at| at.first() == Some(&0))
    }

    fn has(&self, list: List, plain: &str) -> bool {
        self.lists.get(&list).is_some_and(|words| words.contains(plain))
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

    /// Says "no": `not`, `ni`, `sem`.
    #[must_use]
    pub fn is_negation(&self, plain: &str) -> bool {
        self.has(List::Negation, plain)
    }

    /// Ends what a "no" before it takes back: `but`, `sino`.
    #[must_use]
    pub fn contrasts(&self, plain: &str) -> bool {
        self.has(List::Contrast, plain)
    }

    /// Takes back only the word right after it: `without`, `sem`.
    #[must_use]
    pub fn is_lacking(&self, plain: &str) -> bool {
        self.has(List::Lacking, plain)
    }

    /// Begins what only narrows down what was said before: `in`, `para`.
    #[must_use]
    pub fn narrows(&self, plain: &str) -> bool {
        self.has(List::Narrowing, plain)
    }

    /// May stand beside a single word without saying more: `please`.
    #[must_use]
    pub fn is_courtesy(&self, plain: &str) -> bool {
        self.has(List::Courtesies, plain)
    }

    /// Points at one of several when an ordinal follows: `the`, `del`, `na`.
    #[must_use]
    pub fn is_determiner(&self, plain: &str) -> bool {
        self.has(List::Determiners, plain)
    }

    /// Is counted without being a thing: `time`, `minutos`.
    #[must_use]
    pub fn is_occasion(&self, plain: &str) -> bool {
        self.has(List::Occasions, plain)
    }

    /// Says in which choice: `in`, `en`, `em`.
    #[must_use]
    pub fn is_within(&self, plain: &str) -> bool {
        self.has(List::Within, plain)
    }

    /// Says for whom or what: `for`, `para`.
    #[must_use]
    pub fn is_purpose(&self, plain: &str) -> bool {
        self.has(List::Purpose, plain)
    }

    /// Announces a name: `is`, `es`, `é`.
    #[must_use]
    pub fn announces(&self, plain: &str) -> bool {
        self.has(List::Announcing, plain)
    }

    /// Leaves it open: `maybe`, `quizá`.
    #[must_use]
    pub fn doubts(&self, plain: &str) -> bool {
        self.has(List::Doubting, plain)
    }

    /// Only shows a feeling: `wow`, `jaja`.
    #[must_use]
    pub fn exclaims(&self, plain: &str) -> bool {
        self.has(List::Exclaiming, plain)
    }

    /// Goes before the name of a thing that has not been spoken of: `a`, `un`, `uma`.
    #[must_use]
    pub fn is_indefinite(&self, plain: &str) -> bool {
        self.has(List::Indefinite, plain)
    }

    /// Says that no more are meant: `only`, `solo`, `só`.
    #[must_use]
    pub fn limits(&self, plain: &str) -> bool {
        self.has(List::Limiting, plain)
    }

    /// Asks: `what`, `cuál`, `como`.
    #[must_use]
    pub fn is_asking(&self, plain: &str) -> bool {
        self.has(List::Asking, plain)
    }

    /// The colour or size that a shopper's word stands for. Words of another language count where they are written
    /// as they are there and mean nothing else here: Portuguese `café` is a drink, and Spanish `medias` are no size.
    #[must_use]
    pub fn concept(&self, typed: &str) -> Option<&str> {
        let elsewhere = || {
            let known = || LEXICONS.iter().find_map(|lexicon| lexicon.concepts.get(typed)).map(String::as_str);
            let word_of_size = |found: &&str| is_size(found) && typed.chars().count() > 3;
            (!self.has(List::Homographs, typed)).then(known).flatten().filter(|found| !word_of_size(found))
        };
        self.own_concept(typed).or_else(elsewhere)
    }

    fn own_concept(&self, plain: &str) -> Option<&str> {
        let inflected = || self.concepts.iter().find(|(word, _)| word.len() > 3 && same_thing(word, plain));
        self.concepts.get(plain).or_else(|| inflected().map(|(_, concept)| concept)).map(String::as_str)
    }

    /// Whether a shopper's word names an option value of the shop's: the same word, or the same colour or size.
    #[must_use]
    pub fn names(&self, value: &str, typed: &str) -> bool {
        let short = value.chars().count() <= 2 || typed.chars().count() <= 2;
        let same = if short { value == typed } else { same_thing(value, typed) };
        same || self.concept(typed).is_some_and(|named| concept(value) == Some(named))
    }

    /// Whether a question names by this word what it asks about, as in "which size?".
    #[must_use]
    pub fn is_topic(&self, question: Signal, plain: &str) -> bool {
        self.is_size_word(plain)
            || self.facts.get(&question).is_some_and(|words| words.iter().any(|word| word == plain))
    }

    /// What things are compared by with this word: `weight` for `lighter`.
    #[must_use]
    pub fn aspect(&self, plain: &str) -> Option<&str> {
        let says = |words: &Vec<String>| words.iter().any(|word| same_thing(word, plain));
        self.aspects.iter().find(|(_, words)| says(words)).map(|(aspect, _)| aspect.as_str())
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

/// Whether "not" stands within three words before, in the same part of the sentence.
fn is_negated(words: &[Word], negations: &BTreeSet<usize>, place: usize) -> bool {
    (1..=3).any(|back| {
        let same_part = words.iter().take(place + 1).rev().take(back).all(|word| !word.after_mark);
        same_part && place.checked_sub(back).is_some_and(|at| negations.contains(&at))
    })
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
            assert_eq!(file.words.len(), 30, "{language}");
            assert_eq!(file.facts.len(), 4, "{language}");
            assert_eq!(file.aspects.len(), 5, "{language}");
            let items = file.signals.values().flatten().flat_map(|pattern| pattern.split_whitespace());
            for item in items {
                assert!(!item.trim_end_matches(['$', '~', '?']).contains(['?', '$', '~']), "{language} `{item}`");
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
        use Language::{En, Es, Pt};
        let rows = [(Es, "blue", "azul"), (Es, "vermelho", "rojas"), (Es, "m", "mediana"), (Es, "black", "negros")];
        for (language, value, typed) in rows.into_iter().chain([(En, "g", "large"), (Pt, "azul", "blue")]) {
            assert!(of(language).names(value, typed), "{value} {typed}");
        }
        for (value, typed) in [("blue", "rojo"), ("m", "s"), ("27", "28"), ("l", "xl")] {
            assert!(!of(Es).names(value, typed), "{value} {typed}");
        }
    }

    #[test]
    fn a_word_that_is_a_colour_or_size_only_next_door_is_none_here() {
        assert_eq!(of(Language::Pt).concept("medias"), Some("size_m"));
        assert_eq!(of(Language::Es).concept("medias"), None);
        assert_eq!(of(Language::Es).concept("cafe"), Some("brown"));
        assert_eq!(of(Language::Pt).concept("cafe"), None);
    }

    #[test]
    fn a_no_in_front_turns_a_signal_around_unless_a_comma_parts_them() {
        let spanish = of(Language::Es);
        let pays = |text: &str| spanish.signals(&spanish.words(text)).has(Signal::Pay);
        assert!(pays("no hay problema pago ahora"));
        assert!(pays("quiero pagar"));
        assert!(pays("no, quiero pagar ya"));
        assert!(!pays("no quiero pagar"));
        assert!(!pays("todavía no pago"));
    }
}
