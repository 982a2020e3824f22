//! What is asked, held against a shop's index: which products have which of the words, which of them are worth a
//! closer look, and what is known of each of these.
//!
//! Pure: what the index and the database said goes in.

pub mod collect;
mod found;

use std::sync::Arc;

use crate::base::language::Language;
use crate::catalog::asked::found::Found;
use crate::catalog::complement::{is_for_it, is_mark};
use crate::catalog::denial;
use crate::catalog::fold::{each_word, fold, key};
use crate::catalog::index::forms::Forms;
use crate::catalog::index::postings::List;
use crate::catalog::index::{Label, Place, ShopIndex};
use crate::catalog::likeness::Trigrams;
use crate::catalog::ranking::{Features, Matched, Unwanted, rarity};
use crate::catalog::search::{Part, Reason};
use crate::catalog::store::Candidate;
use crate::catalog::wish::{Sense, Word};

/// The shortest word, in characters, that may have been meant otherwise than it was written.
const GUESSED_CHARS_MIN: usize = 4;

/// A word of a query with its forms.
#[derive(Clone, Debug)]
pub struct AskedWord {
    /// The word.
    pub word: Word,
    /// Its forms.
    pub forms: Arc<Forms>,
    /// Other ways to say the same: for each, the forms of its words.
    pub also: Vec<Vec<Arc<Forms>>>,
}

/// What may have been meant by a word that nothing has.
#[derive(Clone, Debug)]
pub struct Meant {
    /// By which word.
    pub by: String,
    /// The forms of each of the words it may stand for.
    pub words: Vec<Arc<Forms>>,
    /// How like they are, from 0 to 1.
    pub likeness: f32,
}

/// What is asked of one shop.
#[derive(Debug)]
pub struct Asked<'i> {
    index: &'i ShopIndex,
    wanted: Vec<Wanted<'i>>,
    /// How much all wanted words tell together.
    whole: f32,
    unwanted: Vec<Thing<'i>>,
    /// The keys of the words that name the thing; none where the query itself says what for.
    keys: Vec<String>,
}

/// A word that is wanted, and where it is found.
#[derive(Debug)]
struct Wanted<'i> {
    text: String,
    is_stop: bool,
    rarity: f32,
    found: Found<'i>,
}

/// A thing that is not wanted, and where it is named.
#[derive(Debug)]
struct Thing<'i> {
    name: String,
    found: Found<'i>,
    /// Those that say that they have none of it.
    lacking: Vec<List<'i>>,
}

impl<'i> Thing<'i> {
    fn of(index: &'i ShopIndex, name: &str, forms: &Forms) -> Self {
        let lacking = denial::lexemes(name).iter().map(|lexeme| index.list(lexeme)).collect();
        Self { name: name.to_owned(), found: Found::itself(index, forms), lacking }
    }

    /// What a product says of it.
    fn at(&self, index: &ShopIndex, place: Place) -> Unwanted {
        if self.lacking.iter().any(|list| list.at(place).is_some()) {
            return Unwanted::Free;
        }
        let [title, labels, facts, description] = self.found.counts(place);
        // Most things have no gender, and then no title is read.
        let is_called = || {
            denial::gender(&self.name).is_none()
                || index.label(place).is_some_and(|label| each_word(&fold(label.title)).any(|word| self.is(&word)))
        };
        if labels > 0 || facts > 0 || (title > 0 && is_called()) {
            Unwanted::Named
        } else if description > 0 {
            Unwanted::InPassing
        } else {
            Unwanted::Silent
        }
    }

    /// Whether a word of a title that stems like it is one of its forms: `manga` is no `mango`.
    fn is(&self, word: &str) -> bool {
        let differs = denial::gender(word).zip(denial::gender(&self.name)).is_some_and(|(one, other)| one != other);
        !differs && key(word) == key(&self.name)
    }
}

impl<'i> Asked<'i> {
    /// The words of a query in a shop, as they are written and as the same is said otherwise.
    #[must_use]
    pub fn of(index: &'i ShopIndex, language: Language, query: &[AskedWord]) -> Self {
        let mut asked = Self { index, wanted: Vec::new(), whole: 0.0, unwanted: Vec::new(), keys: Vec::new() };
        for word in query {
            let AskedWord { word: Word { text, sense, .. }, forms, .. } = word;
            if *sense == Sense::Without {
                asked.unwanted.push(Thing::of(index, text, forms));
                continue;
            }
            let found = Found::of(index, word);
            let (text, is_stop) = (text.clone(), forms.stop_in.contains(&language));
            asked.wanted.push(Wanted { text, is_stop, rarity: asked.tells(found.len()), found });
        }
        asked.weighed()
    }

    fn tells(&self, products: usize) -> f32 {
        let number = |count: usize| u32::try_from(count).map_or(f64::MAX, f64::from);
        rarity(number(products), number(self.index.len()))
    }

    fn weighed(mut self) -> Self {
        self.whole = self.wanted.iter().map(|wanted| wanted.rarity).sum();
        if !self.wanted.iter().any(|wanted| is_mark(&wanted.text)) {
            let telling = self.wanted.iter().filter(|wanted| !wanted.is_stop);
            self.keys = telling.map(|wanted| key(&wanted.text)).collect();
        }
        self
    }

    /// How much of the whole query a word tells.
    fn share_of(&self, wanted: &Wanted<'_>) -> f32 {
        wanted.rarity / self.whole
    }

    /// The wanted words that nothing has, and that may have been meant otherwise.
    #[must_use]
    pub fn unknown(&self) -> Vec<String> {
        let is_unknown = |wanted: &&Wanted<'_>| {
            wanted.found.is_empty() && !wanted.is_stop && wanted.text.chars().count() >= GUESSED_CHARS_MIN
        };
        self.wanted.iter().filter(is_unknown).map(|wanted| wanted.text.clone()).collect()
    }

    /// The same with what may have been meant by words that nothing has. Such a word tells as much as a rare one.
    #[must_use]
    pub fn with_guesses(mut self, guesses: &[Meant]) -> Self {
        let rare = self.tells(1);
        for Meant { by, words, likeness } in guesses {
            for wanted in self.wanted.iter_mut().filter(|wanted| wanted.text == *by) {
                let found = std::mem::take(&mut wanted.found);
                wanted.found = found.or(self.index, words, *likeness);
                wanted.rarity = rare;
            }
        }
        self.weighed()
    }

    /// How much each wanted word tells.
    #[must_use]
    pub fn rarities(&self) -> Vec<f32> {
        self.wanted.iter().map(|wanted| wanted.rarity).collect()
    }

    /// What a product says of the things that are not wanted: having one of them outweighs lacking another.
    #[must_use]
    pub fn unwanted_at(&self, place: Place) -> Unwanted {
        let mut said = Unwanted::Silent;
        for thing in &self.unwanted {
            match thing.at(self.index, place) {
                Unwanted::Named => return Unwanted::Named,
                Unwanted::InPassing => said = Unwanted::InPassing,
                Unwanted::Free if said == Unwanted::Silent => said = Unwanted::Free,
                Unwanted::Free | Unwanted::Silent => {}
            }
        }
        said
    }

    /// What is known of a candidate that stands at a place and is called so.
    #[must_use]
    pub fn judge(&self, place: Place, label: Label<'_>, candidate: &Candidate, written: &Trigrams) -> Features {
        Features {
            words: self.wanted.iter().map(|wanted| wanted.found.at(place).unwrap_or_default()).collect(),
            lengths: self.index.lengths(place),
            title_likeness: written.likeness(&Trigrams::of(label.title)),
            category: label.category.split('>').map(|name| fold(name.trim())).collect(),
            unwanted: self.unwanted_at(place),
            is_for_it: is_for_it(label.title, &self.keys),
            in_stock: candidate.in_stock,
            meaning: None,
        }
    }

    /// Which of the wanted words a product has, and where.
    #[must_use]
    pub fn reasons(&self, place: Place) -> Vec<Reason> {
        let reason = |wanted: &Wanted<'_>| {
            let Matched { counts, likeness } = wanted.found.at(place)?;
            let part = Part::foremost(counts)?;
            Some(Reason::Word { word: wanted.text.clone(), part, otherwise: likeness < 1.0 })
        };
        self.wanted.iter().filter_map(reason).collect()
    }

    /// The wanted words as they were written.
    #[must_use]
    pub fn written(&self) -> Trigrams {
        Trigrams::of(&self.wanted.iter().map(|wanted| wanted.text.as_str()).collect::<Vec<_>>().join(" "))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::base::ids::ProductId;
    use crate::catalog::asked::collect::{Collected, DecidedBy};
    use crate::catalog::index::entry::sent;
    use crate::catalog::index::{Builder, Version};
    use crate::catalog::ranking::worth;

    const TITLE: u16 = 0xc000;
    const TEXT: u16 = 0x0000;

    /// Products whose titles and descriptions have these words, in order.
    fn index(products: &[(&str, &str)]) -> ShopIndex {
        let mut builder = Builder::default();
        for (title, description) in products {
            let mut words: BTreeMap<&str, Vec<u16>> = BTreeMap::new();
            for (text, at) in [(title, TITLE | 1), (description, TEXT | 9)] {
                text.split_whitespace().for_each(|word| words.entry(word).or_default().push(at));
            }
            let entry: Vec<(&str, &[u16])> = words.iter().map(|(word, at)| (*word, at.as_slice())).collect();
            let label = Label { handle: title, title, brand: "", category: "" };
            builder.add(ProductId::generate(), label, &sent(&entry), &format!("{title} {description}"));
        }
        builder.build(Version(1))
    }

    fn forms(word: &str) -> Arc<Forms> {
        let stems = || vec![word.to_owned()];
        Arc::new(if word == "the" {
            Forms::of(word, [Vec::new(), stems(), stems()])
        } else {
            Forms::of(word, [stems(), stems(), stems()])
        })
    }

    /// Words; one behind a minus is not wanted.
    fn query(text: &str) -> Vec<AskedWord> {
        let word = |word: &str| {
            let sense = if word.starts_with('-') { Sense::Without } else { Sense::With };
            let text = word.trim_start_matches('-');
            AskedWord {
                word: Word { text: text.to_owned(), also: Vec::new(), sense },
                forms: forms(text),
                also: Vec::new(),
            }
        };
        text.split_whitespace().map(word).collect()
    }

    /// Which products are collected, by their number.
    fn collected(index: &ShopIndex, text: &str, most: usize) -> Vec<usize> {
        collected_of(index, text, most, DecidedBy::Words, |_| true)
    }

    /// The same where filters decide too, and where not all may be shown; those that name what is not wanted in passing
    /// come last.
    fn collected_of(
        index: &ShopIndex,
        text: &str,
        most: usize,
        decided_by: DecidedBy,
        may_be: impl Fn(usize) -> bool,
    ) -> Vec<usize> {
        let Collected { others, in_passing } =
            Asked::of(index, Language::En, &query(text)).collect(most, decided_by, |place| may_be(place.index()));
        others.into_iter().chain(in_passing).map(Place::index).collect()
    }

    #[test]
    fn what_has_more_of_the_query_in_a_better_part_is_collected_first() {
        let index = index(&[("mug", "blue"), ("mug blue", ""), ("plate", "mug"), ("spoon", "")]);
        assert_eq!(collected(&index, "blue mug", 10), [1, 0, 2]);
        assert_eq!(collected(&index, "blue mug", 2), [1, 0]);
        assert!(collected(&index, "fork", 10).is_empty());
    }

    #[test]
    fn a_word_that_nearly_all_have_brings_nobody_in_beside_rare_ones() {
        let mut products = vec![("cup", ""); 60];
        products.push(("cup unicorn", ""));
        let index = index(&products);
        assert_eq!(collected(&index, "unicorn cup", 10), [60]);
        assert_eq!(collected(&index, "cup", 3), [0, 1, 2]);
    }

    #[test]
    fn where_filters_decide_too_a_word_that_nearly_all_have_brings_them_in() {
        let mut products = vec![("cup", ""); 60];
        products.push(("cup unicorn", ""));
        let index = index(&products);
        let found = collected_of(&index, "unicorn cup", 100, DecidedBy::WordsAndFilters, |_| true);
        assert_eq!((found.len(), found[0]), (61, 60));
        assert_eq!(
            collected_of(&index, "unicorn cup", 2, DecidedBy::WordsAndFilters, |number| number < 60),
            [0, 1]
        );
    }

    #[test]
    fn what_may_not_be_shown_takes_nobodys_place() {
        let index = index(&[("mug", ""), ("mug", ""), ("mug", "hdmi"), ("mug", "hdmi"), ("plate", "")]);
        for (text, expected) in [("mug -hdmi", vec![1, 3]), ("", vec![1]), ("mug", vec![1])] {
            assert_eq!(
                collected_of(&index, text, 1, DecidedBy::Words, |number| number % 2 == 1),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn who_asks_for_nothing_in_particular_sees_the_shop_in_order() {
        let index = index(&[("mug", ""), ("plate", ""), ("spoon the", "")]);
        assert_eq!(collected(&index, "", 2), [0, 1]);
        assert_eq!(collected(&index, "the", 10), [2, 0, 1], "what has the word all the same comes first");
    }

    proptest! {
        #[test]
        fn what_is_collected_is_the_best_that_adding_up_every_word_finds(
            products in prop::collection::vec(("[a-e]( [a-e]){0,3}", "[a-i]( [a-i]){0,6}"), 1..150),
            words in "[a-j]( [a-j]){0,4}( -[e-i]){0,1}",
            most in 1_usize..20,
        ) {
            let products: Vec<(&str, &str)> =
                products.iter().map(|(title, text)| (title.as_str(), text.as_str())).collect();
            let index = index(&products);
            let asked = Asked::of(&index, Language::En, &query(&words));
            let worth_at = |place: Place| -> f32 {
                let found = asked.wanted.iter().filter_map(|wanted| Some((wanted, wanted.found.at(place)?)));
                let (lengths, usual) = (index.lengths(place), index.usual_lengths());
                found.map(|(wanted, word)| worth(asked.share_of(wanted), word, lengths, &usual)).sum()
            };
            let Collected { others, in_passing } = asked.collect(most, DecidedBy::Words, |_| true);
            // The rarest word makes an answer of whatever has it.
            let rarest = asked.wanted.iter().max_by(|one, other| one.rarity.total_cmp(&other.rarity)).unwrap();
            let rare: Vec<Place> = index.places().filter(|place| rarest.found.at(*place).is_some()).collect();
            let named = |place: &Place| asked.unwanted_at(*place) == Unwanted::Named;
            prop_assert!(others.iter().chain(&in_passing).all(|place| !named(place)));
            for (group, said) in [(others, Unwanted::Silent), (in_passing, Unwanted::InPassing)] {
                prop_assert!(group.len() <= most);
                prop_assert!(group.iter().all(|place| asked.unwanted_at(*place) == said));
                let worst = group.iter().map(|place| worth_at(*place)).fold(f32::MAX, f32::min);
                let of_group = rare.iter().filter(|place| asked.unwanted_at(**place) == said);
                for missed in of_group.filter(|place| !group.contains(place)) {
                    prop_assert!(group.len() == most && worth_at(*missed) <= worst + 1e-5);
                }
                prop_assert!(group.is_sorted_by(|one, other| worth_at(*one) >= worth_at(*other) - 1e-5));
            }
        }
    }

    #[test]
    fn what_has_an_unwanted_thing_is_left_out_and_what_names_it_in_passing_stands_apart() {
        let index =
            index(&[("hub hdmi", ""), ("hub", "hdmi"), ("hub", "hdmi"), ("hub", ""), ("hub", "hdmi -hdmi")]);
        assert_eq!(collected(&index, "hub -hdmi", 10), [4, 3, 1, 2], "what says that it lacks it first");
        assert_eq!(collected(&index, "hub -hdmi", 1), [4, 1], "as many of each");
        assert_eq!(collected(&index, "-hdmi", 10), [4, 3, 1, 2]);
    }

    #[test]
    fn a_title_that_names_another_thing_of_the_same_stem_names_nothing() {
        let index = index(&[("pan mango", "mang"), ("pan manga", "")]);
        let mut asked = query("pan -manga");
        asked[1].forms = Arc::new(Forms::of("manga", [vec!["mango".to_owned()], Vec::new(), Vec::new()]));
        let asked = Asked::of(&index, Language::Es, &asked);
        let said: Vec<Unwanted> = index.places().map(|place| asked.unwanted_at(place)).collect();
        assert_eq!(said, [Unwanted::Silent, Unwanted::Named]);
    }

    #[test]
    fn a_word_that_nothing_has_counts_as_what_was_meant_by_it() {
        let index = index(&[("camiseta", ""), ("taza", "")]);
        let asked = Asked::of(&index, Language::Es, &query("camizeta"));
        assert_eq!((asked.unknown(), asked.rarities()), (vec!["camizeta".to_owned()], vec![0.0]));
        let meant = Meant { by: "camizeta".to_owned(), words: vec![forms("camiseta")], likeness: 0.5 };
        let asked = asked.with_guesses(&[meant]);
        let [place] = asked.collect(10, DecidedBy::Words, |_| true).others[..] else { panic!("one product") };
        assert!(asked.rarities()[0] > 0.0);
        let word = "camizeta".to_owned();
        assert_eq!(asked.reasons(place), [Reason::Word { word, part: Part::Title, otherwise: true }]);
    }
}
