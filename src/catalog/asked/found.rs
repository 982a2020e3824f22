//! Where a word of a query is found: read from the index where that is enough, made where it is said in several ways.

use std::sync::Arc;

use crate::catalog::asked::AskedWord;
use crate::catalog::index::entry::{Counts, NOWHERE};
use crate::catalog::index::forms::Forms;
use crate::catalog::index::postings::List;
use crate::catalog::index::{Place, ShopIndex, merged};
use crate::catalog::ranking::Matched;

/// How like a word is to the same said otherwise: `200 mg` to `200mg`.
const OTHERWISE: f32 = 0.95;

/// The products that have a word.
#[derive(Debug)]
pub(super) enum Found<'i> {
    /// As the index has them.
    Listed(List<'i>),
    /// Ascending.
    Made(Vec<(Place, Matched)>),
}

impl Default for Found<'_> {
    fn default() -> Self {
        Self::Listed(List::default())
    }
}

impl<'i> Found<'i> {
    /// Those that have a word as it is written or as the same is said otherwise.
    pub(super) fn of(index: &'i ShopIndex, AskedWord { forms, also, .. }: &AskedWord) -> Self {
        if also.is_empty() {
            return Self::itself(index, forms);
        }
        let itself = alike(index.having(forms), 1.0);
        Self::Made(also.iter().fold(itself, |found, words| {
            merged(found, alike(index.having_each(words.iter().map(Arc::as_ref)), OTHERWISE), likelier)
        }))
    }

    /// Those that have a word as it is written.
    pub(super) fn itself(index: &'i ShopIndex, forms: &Forms) -> Self {
        let listed = index.listed(forms).map(Self::Listed);
        listed.unwrap_or_else(|| Self::Made(alike(index.having(forms), 1.0)))
    }

    /// These and those that have all of some words, which are so like the word.
    pub(super) fn or(self, index: &ShopIndex, words: &[Arc<Forms>], likeness: f32) -> Self {
        let meant = alike(index.having_each(words.iter().map(Arc::as_ref)), likeness);
        let found = match self {
            Self::Listed(list) => alike(list.iter().collect(), 1.0),
            Self::Made(found) => found,
        };
        Self::Made(merged(found, meant, likelier))
    }

    pub(super) const fn len(&self) -> usize {
        match self {
            Self::Listed(list) => list.len(),
            Self::Made(found) => found.len(),
        }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How one product has the word; nothing, if it does not.
    pub(super) fn at(&self, place: Place) -> Option<Matched> {
        match self {
            Self::Listed(list) => list.at(place).map(itself),
            Self::Made(found) => {
                let at = found.binary_search_by_key(&place, |(place, _)| *place).ok()?;
                found.get(at).map(|(_, matched)| *matched)
            }
        }
    }

    /// Where it stands in one product.
    pub(super) fn counts(&self, place: Place) -> Counts {
        self.at(place).map_or(NOWHERE, |matched| matched.counts)
    }

    /// Shows all of them, ascending.
    pub(super) fn each(&self, mut see: impl FnMut(Place, Matched)) {
        match self {
            Self::Listed(list) => list.iter().for_each(|(place, counts)| see(place, itself(counts))),
            Self::Made(found) => found.iter().for_each(|(place, matched)| see(*place, *matched)),
        }
    }
}

const fn itself(counts: Counts) -> Matched {
    Matched { counts, likeness: 1.0 }
}

fn alike(found: Vec<(Place, Counts)>, likeness: f32) -> Vec<(Place, Matched)> {
    found.into_iter().map(|(place, counts)| (place, Matched { counts, likeness })).collect()
}

fn likelier(one: Matched, other: Matched) -> Matched {
    if other.likeness > one.likeness { other } else { one }
}
