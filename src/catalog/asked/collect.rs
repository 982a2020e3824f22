//! Which products are worth a closer look: the best by what the words of a query are worth in them.
//!
//! Where nothing but the words decides, only what has one of the rarer words can be an answer. These are read whole and
//! added up; the others are looked up in the products that can still be among the best with them. Where filters decide
//! too, they may leave nothing that has the rarer ones, and all words are read whole.

use std::cmp::Ordering;

use crate::catalog::asked::{Asked, Wanted};
use crate::catalog::index::{Place, merged};
use crate::catalog::ranking::{COVERAGE_SHARE_MIN, LACKING_WORTH, Matched, Unwanted, worth, worth_max};

/// A product and what the words are worth in it.
type Worth = (Place, f32);

/// What decides which products can be an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecidedBy {
    /// Nothing but the words.
    Words,
    /// Filters too: what has the rarer words may be left out by them.
    WordsAndFilters,
}

/// The products that are worth a closer look, the best first by their words alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Collected {
    /// Those that an answer is sought among. What says that it has none of what is not wanted comes before its equals.
    pub others: Vec<Place>,
    /// Those that name something that is not wanted in their descriptions: they may have it, and are answers only where
    /// nothing says that it has not.
    pub in_passing: Vec<Place>,
}

impl Asked<'_> {
    /// The products that are worth a closer look and may be shown: as many as asked for, and where something is not
    /// wanted, as many of those that name it in passing. What has it is none.
    ///
    /// Words that only hold a sentence together ask for nothing in particular: then the others follow in order.
    #[must_use]
    pub fn collect(&self, most: usize, decided_by: DecidedBy, may_be: impl Fn(Place) -> bool) -> Collected {
        let (rarer, common) = self.rarer_and_common(decided_by);
        let mut worths = Worths::none(self.index.len());
        for wanted in rarer {
            wanted.found.each(|place, word| worths.add(place, self.worth_of(wanted, place, word)));
        }
        let asks_nothing = self.wanted.iter().all(|wanted| wanted.is_stop);
        let (mut in_passing, mut named): (Vec<Worth>, Vec<Place>) = (Vec::new(), Vec::new());
        for place in self.speaking_of_unwanted(|place| asks_nothing || worths.has(place)) {
            match self.unwanted_at(place) {
                Unwanted::Silent => {}
                Unwanted::Free => worths.add(place, LACKING_WORTH),
                Unwanted::InPassing => in_passing.push((place, worths.take(place))),
                Unwanted::Named => {
                    worths.take(place);
                    named.push(place);
                }
            }
        }
        let is_elsewhere = |place: &Place| {
            named.binary_search(place).is_ok()
                || in_passing.binary_search_by_key(place, |(place, _)| *place).is_ok()
        };
        let mut first = Vec::new();
        if asks_nothing {
            let others = self.index.places().filter(|place| may_be(*place) && !is_elsewhere(place));
            first.extend(others.take(most).map(|place| (place, 0.0)));
        }
        let mut others = merged(worths.left(), first, f32::max);
        others.retain(|(place, _)| may_be(*place));
        in_passing.retain(|(place, _)| may_be(*place));
        Collected { others: self.best(others, &common, most), in_passing: self.best(in_passing, &common, most) }
    }

    /// The places, ascending, of the products that name something that is not wanted or say that they have none of it.
    fn speaking_of_unwanted(&self, counts: impl Fn(Place) -> bool) -> Vec<Place> {
        let mut places = Vec::new();
        for thing in &self.unwanted {
            thing.found.each(|place, _| places.push(place));
            places.extend(thing.lacking.iter().flat_map(|list| list.iter()).map(|(place, _)| place));
        }
        places.retain(|place| counts(*place));
        places.sort_unstable();
        places.dedup();
        places
    }

    /// The words that an answer has one of, the rarest first, and those that are too common: what has only these has
    /// too little of the query.
    fn rarer_and_common(&self, decided_by: DecidedBy) -> (Vec<&Wanted<'_>>, Vec<&Wanted<'_>>) {
        let mut rarest_first: Vec<&Wanted<'_>> =
            self.wanted.iter().filter(|wanted| !wanted.found.is_empty()).collect();
        rarest_first.sort_by(|one, other| other.rarity.total_cmp(&one.rarity));
        let most = rarest_first.first().map_or(0.0, |wanted| wanted.rarity);
        let mut left_over: f32 = rarest_first.iter().map(|wanted| wanted.rarity).sum();
        let is_rarer = |wanted: &&&Wanted<'_>| {
            let is_rarer = decided_by == DecidedBy::WordsAndFilters || left_over >= COVERAGE_SHARE_MIN * most;
            left_over -= wanted.rarity;
            is_rarer
        };
        let rarer = rarest_first.iter().take_while(is_rarer).count();
        let common = rarest_first.split_off(rarer);
        (rarest_first, common)
    }

    /// The best of some products, with what the common words are worth in them.
    fn best(&self, mut some: Vec<Worth>, common: &[&Wanted<'_>], most: usize) -> Vec<Place> {
        if !common.is_empty()
            && let Some(bar) = nth_best(&some, most)
        {
            some.retain(|(place, worth)| {
                let lengths = self.index.lengths(*place);
                let more: f32 = common.iter().map(|wanted| worth_max(self.share_of(wanted), lengths)).sum();
                worth + more >= bar
            });
        }
        for wanted in common {
            for (place, worth) in &mut some {
                if let Some(word) = wanted.found.at(*place) {
                    *worth += self.worth_of(wanted, *place, word);
                }
            }
        }
        if some.len() > most {
            some.select_nth_unstable_by(most, |one, other| better_first(*one, *other));
            some.truncate(most);
        }
        some.sort_unstable_by(|one, other| better_first(*one, *other));
        some.into_iter().map(|(place, _)| place).collect()
    }

    fn worth_of(&self, wanted: &Wanted<'_>, place: Place, word: Matched) -> f32 {
        worth(self.share_of(wanted), word, self.index.lengths(place), &self.index.usual_lengths())
    }
}

/// What the words are worth in each product of a shop: nothing at first.
struct Worths(Vec<f32>);

impl Worths {
    fn none(products: usize) -> Self {
        Self(vec![0.0; products])
    }

    fn add(&mut self, place: Place, worth: f32) {
        if let Some(all) = self.0.get_mut(place.index()) {
            *all += worth;
        }
    }

    fn has(&self, place: Place) -> bool {
        self.0.get(place.index()).is_some_and(|worth| *worth > 0.0)
    }

    fn take(&mut self, place: Place) -> f32 {
        self.0.get_mut(place.index()).map(std::mem::take).unwrap_or_default()
    }

    /// Those in which they are worth something, ascending.
    fn left(self) -> Vec<Worth> {
        Place::first(self.0.len()).zip(self.0).filter(|(_, worth)| *worth > 0.0).collect()
    }
}

/// What the one at place `n` of the best is worth, where there are more.
fn nth_best(some: &[Worth], n: usize) -> Option<f32> {
    let at = n.checked_sub(1).filter(|_| some.len() > n)?;
    let mut worths: Vec<f32> = some.iter().map(|(_, worth)| *worth).collect();
    let (_, nth, _) = worths.select_nth_unstable_by(at, |one, other| other.total_cmp(one));
    Some(*nth)
}

fn better_first(one: Worth, other: Worth) -> Ordering {
    other.1.total_cmp(&one.1).then(one.0.cmp(&other.0))
}
