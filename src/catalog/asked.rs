//! What is asked, held against a shop's index: which products have which of the words, which of them are worth a
//! closer look, and what is known of each of these.
//!
//! Pure: what the index and the database said goes in.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::base::language::Language;
use crate::catalog::fold::fold;
use crate::catalog::index::entry::{Counts, NOWHERE, PARTS};
use crate::catalog::index::forms::Forms;
use crate::catalog::index::{Label, Place, ShopIndex, merged};
use crate::catalog::likeness::Trigrams;
use crate::catalog::ranking::{COVERAGE_SHARE_MIN, Features, Matched, Unwanted, rarity, worth};
use crate::catalog::search::{Part, Reason};
use crate::catalog::store::Candidate;
use crate::catalog::wish::{Mention, Sense, Word, mention};

/// How like a word is to the same said otherwise: `200 mg` to `200mg`.
const OTHERWISE: f32 = 0.95;
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
    wanted: Vec<Wanted>,
    unwanted: Vec<Thing>,
}

/// A word that is wanted, and where it is found.
#[derive(Debug)]
struct Wanted {
    word: Word,
    is_stop: bool,
    rarity: f32,
    found: Vec<(Place, Matched)>,
}

/// A thing that is not wanted, and where it is named.
#[derive(Debug)]
struct Thing {
    name: String,
    found: Vec<(Place, Counts)>,
}

impl<'i> Asked<'i> {
    /// The words of a query in a shop, as they are written and as the same is said otherwise.
    #[must_use]
    pub fn of(index: &'i ShopIndex, language: Language, query: &[AskedWord]) -> Self {
        let mut asked = Self { index, wanted: Vec::new(), unwanted: Vec::new() };
        for AskedWord { word, forms, also } in query {
            let itself = index.having(forms);
            if word.sense == Sense::Without {
                asked.unwanted.push(Thing { name: word.text.clone(), found: itself });
                continue;
            }
            let mut found = alike(itself, 1.0);
            for words in also {
                let otherwise = index.having_each(words.iter().map(|forms| &**forms));
                found = merged(found, alike(otherwise, OTHERWISE), likelier);
            }
            let is_stop = forms.stop_in.contains(&language);
            asked.wanted.push(Wanted { word: word.clone(), is_stop, rarity: asked.tells(found.len()), found });
        }
        asked
    }

    fn tells(&self, products: usize) -> f32 {
        let number = |count: usize| u32::try_from(count).map_or(f64::MAX, f64::from);
        rarity(number(products), number(self.index.len()))
    }

    /// The wanted words that nothing has, and that may have been meant otherwise.
    #[must_use]
    pub fn unknown(&self) -> Vec<String> {
        let is_unknown = |wanted: &&Wanted| {
            wanted.found.is_empty() && !wanted.is_stop && wanted.word.text.chars().count() >= GUESSED_CHARS_MIN
        };
        self.wanted.iter().filter(is_unknown).map(|wanted| wanted.word.text.clone()).collect()
    }

    /// The same with what may have been meant by words that nothing has. Such a word tells as much as a rare one.
    #[must_use]
    pub fn with_guesses(mut self, guesses: &[Meant]) -> Self {
        let rare = self.tells(1);
        for wanted in &mut self.wanted {
            for meant in guesses.iter().filter(|meant| meant.by == wanted.word.text) {
                let found = self.index.having_each(meant.words.iter().map(|forms| &**forms));
                wanted.found = merged(std::mem::take(&mut wanted.found), alike(found, meant.likeness), likelier);
                wanted.rarity = rare;
            }
        }
        self
    }

    /// How much each wanted word tells.
    #[must_use]
    pub fn rarities(&self) -> Vec<f32> {
        self.wanted.iter().map(|wanted| wanted.rarity).collect()
    }

    /// Whether texts must be read to know what they say of unwanted things.
    #[must_use]
    pub const fn names_unwanted(&self) -> bool {
        !self.unwanted.is_empty()
    }

    /// The products that are worth a closer look, the best first by their words alone: as many as asked for, and where
    /// something is not wanted, as many of those that name it, for some of them say that they have none of it.
    ///
    /// Words that only hold a sentence together ask for nothing in particular: then the others follow in order.
    #[must_use]
    pub fn collect(&self, most: usize) -> Vec<Place> {
        let mut ranked = self.by_worth();
        if self.wanted.iter().all(|wanted| wanted.is_stop) {
            let worthless = |place: Place| (place, 0.0);
            let named = self.unwanted.iter().flat_map(|thing| thing.found.iter().map(|(place, _)| *place));
            let mut others: Vec<Place> = self.index.places().take(most).chain(named).collect();
            others.sort_unstable();
            others.dedup();
            ranked = merged(ranked, others.into_iter().map(worthless).collect(), f32::max);
        }
        let is_named = |(place, _): &(Place, f32)| self.unwanted.iter().any(|thing| thing.at(*place) != NOWHERE);
        let (named, others): (Vec<_>, Vec<_>) =
            if self.unwanted.is_empty() { (Vec::new(), ranked) } else { ranked.into_iter().partition(is_named) };
        let mut collected = best(named, most);
        collected.extend(best(others, most));
        collected.sort_unstable_by(|one, other| better_first(*one, *other));
        collected.into_iter().map(|(place, _)| place).collect()
    }

    /// What the words are worth in each product that may be an answer, ascending by place.
    fn by_worth(&self) -> Vec<(Place, f32)> {
        let whole: f32 = self.wanted.iter().map(|wanted| wanted.rarity).sum();
        let mut rarest_first: Vec<&Wanted> = self.wanted.iter().filter(|wanted| !wanted.found.is_empty()).collect();
        rarest_first.sort_by(|one, other| other.rarity.total_cmp(&one.rarity));
        let most = rarest_first.first().map_or(0.0, |wanted| wanted.rarity);
        let mut left_over: f32 = rarest_first.iter().map(|wanted| wanted.rarity).sum();
        let mut ranked: Vec<(Place, f32)> = Vec::new();
        for wanted in rarest_first {
            let worth_of = |&(place, word): &(Place, Matched)| {
                let (lengths, usual) = (self.index.lengths(place), self.index.usual_lengths());
                (place, worth(wanted.rarity / whole, word, lengths, &usual))
            };
            if left_over >= COVERAGE_SHARE_MIN * most {
                let worths: Vec<(Place, f32)> = wanted.found.iter().map(worth_of).collect();
                ranked = merged(ranked, worths, |one, other| one + other);
            } else {
                // What has only the words from here on has too little of the query to be an answer.
                for (place, worth) in &mut ranked {
                    if let Some(found) = wanted.at(*place) {
                        *worth += worth_of(&(*place, found)).1;
                    }
                }
            }
            left_over -= wanted.rarity;
        }
        ranked
    }

    /// What is known of a candidate that stands at a place and is called so.
    #[must_use]
    pub fn judge(&self, place: Place, label: Label<'_>, candidate: &Candidate, written: &Trigrams) -> Features {
        Features {
            words: self.wanted.iter().map(|wanted| wanted.at(place).unwrap_or_default()).collect(),
            lengths: self.index.lengths(place),
            title_likeness: written.likeness(&Trigrams::of(label.title)),
            category: label.category.split('>').map(|name| fold(name.trim())).collect(),
            unwanted: self.unwanted_in(place, candidate),
            in_stock: candidate.in_stock,
            meaning: None,
        }
    }

    /// Which of the wanted words a product has, and where.
    #[must_use]
    pub fn reasons(&self, place: Place) -> Vec<Reason> {
        let reason = |wanted: &Wanted| {
            let Matched { counts, likeness } = wanted.at(place)?;
            let part = Part::foremost(counts)?;
            Some(Reason::Word { word: wanted.word.text.clone(), part, otherwise: likeness < 1.0 })
        };
        self.wanted.iter().filter_map(reason).collect()
    }

    /// The wanted words as they were written.
    #[must_use]
    pub fn written(&self) -> Trigrams {
        Trigrams::of(&self.wanted.iter().map(|wanted| wanted.word.text.as_str()).collect::<Vec<_>>().join(" "))
    }

    /// What a candidate says of the things that are not wanted: having one of them outweighs lacking another. Texts are
    /// read only where the index says that they name the thing.
    fn unwanted_in(&self, place: Place, candidate: &Candidate) -> Unwanted {
        let mut said = Unwanted::Silent;
        for thing in &self.unwanted {
            let [labels @ .., description] = thing.at(place);
            let labels =
                if labels == [0; PARTS - 1] { Mention::Silent } else { mention(&candidate.labels, &thing.name) };
            let description =
                if description == 0 { Mention::Silent } else { mention(&candidate.description, &thing.name) };
            match (labels, description) {
                (Mention::Free, _) | (_, Mention::Free) if said == Unwanted::Silent => said = Unwanted::Free,
                (Mention::Free, _) | (_, Mention::Free) | (Mention::Silent, Mention::Silent) => {}
                (Mention::Named, _) => return Unwanted::Named,
                (Mention::Silent, Mention::Named) => said = Unwanted::InPassing,
            }
        }
        said
    }
}

impl Wanted {
    fn at(&self, place: Place) -> Option<Matched> {
        let at = self.found.binary_search_by_key(&place, |(place, _)| *place).ok()?;
        self.found.get(at).map(|(_, matched)| *matched)
    }
}

impl Thing {
    fn at(&self, place: Place) -> Counts {
        let at = self.found.binary_search_by_key(&place, |(place, _)| *place).ok();
        at.and_then(|at| self.found.get(at)).map_or(NOWHERE, |(_, counts)| *counts)
    }
}

fn alike(found: Vec<(Place, Counts)>, likeness: f32) -> Vec<(Place, Matched)> {
    found.into_iter().map(|(place, counts)| (place, Matched { counts, likeness })).collect()
}

fn likelier(one: Matched, other: Matched) -> Matched {
    if other.likeness > one.likeness { other } else { one }
}

fn better_first(one: (Place, f32), other: (Place, f32)) -> Ordering {
    other.1.total_cmp(&one.1).then(one.0.cmp(&other.0))
}

/// The best of them, in no order.
fn best(mut ranked: Vec<(Place, f32)>, most: usize) -> Vec<(Place, f32)> {
    if ranked.len() > most {
        ranked.select_nth_unstable_by(most, |one, other| better_first(*one, *other));
        ranked.truncate(most);
    }
    ranked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ids::ProductId;
    use crate::catalog::index::entry::sent;
    use crate::catalog::index::{Builder, Version};

    const TITLE: u16 = 0xc000;
    const TEXT: u16 = 0x0000;

    /// Products whose titles and descriptions have these words, in order.
    fn index(products: &[(&str, &str)]) -> ShopIndex {
        let mut builder = Builder::default();
        for (title, description) in products {
            let mut words: Vec<(&str, [u16; 1])> =
                title.split_whitespace().map(|word| (word, [TITLE | 1])).collect();
            words.extend(description.split_whitespace().map(|word| (word, [TEXT | 9])));
            words.sort_unstable();
            let entry: Vec<(&str, &[u16])> =
                words.iter().map(|(word, places)| (*word, places.as_slice())).collect();
            let label = Label { handle: title, title, category: "" };
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
                word: Word { text: text.to_owned(), also: None, sense },
                forms: forms(text),
                also: Vec::new(),
            }
        };
        text.split_whitespace().map(word).collect()
    }

    /// Which products are collected, by their number.
    fn collected(index: &ShopIndex, text: &str, most: usize) -> Vec<usize> {
        let places: Vec<Place> = index.places().collect();
        let asked = Asked::of(index, Language::En, &query(text));
        let number = |place: Place| places.iter().position(|known| *known == place).unwrap();
        asked.collect(most).into_iter().map(number).collect()
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
    fn who_asks_for_nothing_in_particular_sees_the_shop_in_order() {
        let index = index(&[("mug", ""), ("plate", ""), ("spoon the", "")]);
        assert_eq!(collected(&index, "", 2), [0, 1]);
        assert_eq!(collected(&index, "the", 10), [2, 0, 1], "what has the word all the same comes first");
    }

    #[test]
    fn of_what_names_an_unwanted_thing_as_many_are_looked_at_as_of_the_others() {
        let index = index(&[("hub hdmi", ""), ("hub hdmi", ""), ("hub hdmi", ""), ("hub", ""), ("hub", "")]);
        let found = collected(&index, "hub -hdmi", 2);
        assert_eq!((found.len(), found.iter().filter(|number| **number >= 3).count()), (4, 2));
    }

    #[test]
    fn a_word_that_nothing_has_counts_as_what_was_meant_by_it() {
        let index = index(&[("camiseta", ""), ("taza", "")]);
        let asked = Asked::of(&index, Language::Es, &query("camizeta"));
        assert_eq!((asked.unknown(), asked.rarities()), (vec!["camizeta".to_owned()], vec![0.0]));
        let meant = Meant { by: "camizeta".to_owned(), words: vec![forms("camiseta")], likeness: 0.5 };
        let asked = asked.with_guesses(&[meant]);
        let [place] = asked.collect(10)[..] else { panic!("one product") };
        assert!(asked.rarities()[0] > 0.0);
        let word = "camizeta".to_owned();
        assert_eq!(asked.reasons(place), [Reason::Word { word, part: Part::Title, otherwise: true }]);
    }
}
