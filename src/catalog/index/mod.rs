//! What a shop's products are found by: for each lexeme, which products have it and how often in which part.
//!
//! An inverted index in memory, made from what PostgreSQL stemmed when the products were imported. It holds the
//! products on sale and nothing that changes without an import: no price, no stock. Owns how it is laid out and how
//! long it is kept; must not know what a shopper asked or how answers are ranked.

pub mod entry;
pub mod forms;
pub mod kept;
pub mod postings;
mod runs;
pub mod store;
pub mod vocabulary;

use std::collections::{HashMap, HashSet};
use std::fmt;

use crate::base::ids::ProductId;
use crate::catalog::index::entry::{Counts, Lexemes, NOWHERE, PARTS};
use crate::catalog::index::forms::Forms;
use crate::catalog::index::postings::{List, Postings};
use crate::catalog::index::runs::Runs;
use crate::catalog::index::vocabulary::{Guess, Vocabulary};

/// Where a product stands in an index. Places follow the order of handles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place(pub(in crate::catalog::index) u32);

/// The state of a shop's products that an index was made of: goes up with each change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub i64);

/// The index of one shop.
pub struct ShopIndex {
    version: Version,
    products: Vec<ProductId>,
    /// The places in the order of the products' ids.
    by_id: Vec<Place>,
    labels: Labels,
    lengths: Vec<Counts>,
    usual_lengths: [f32; PARTS],
    /// Ascending.
    lexemes: Runs,
    /// For each lexeme, see [`postings`].
    postings: Runs,
    vocabulary: Vocabulary,
}

/// What each product is called, by place.
#[derive(Debug, Default)]
struct Labels {
    handles: Runs,
    titles: Runs,
    brands: Runs,
    /// Which of the categories each is in.
    category_of: Vec<Shelf>,
    categories: Runs,
}

/// A category of a shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Shelf(u32);

/// What a product is called, as it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label<'l> {
    /// Its name in addresses.
    pub handle: &'l str,
    /// Its title.
    pub title: &'l str,
    /// Its brand; empty if it has none.
    pub brand: &'l str,
    /// Its category.
    pub category: &'l str,
}

impl fmt::Debug for ShopIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (products, lexemes) = (self.products.len(), self.lexemes.len());
        f.debug_struct("ShopIndex").field("products", &products).field("lexemes", &lexemes).finish_non_exhaustive()
    }
}

impl ShopIndex {
    /// What it was made of.
    #[must_use]
    pub const fn version(&self) -> Version {
        self.version
    }

    /// Every place, in the order of handles.
    pub fn places(&self) -> impl Iterator<Item = Place> + use<> {
        Place::first(self.products.len())
    }

    /// How many products it has.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.products.len()
    }

    /// Whether it has none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.products.is_empty()
    }

    /// The product at a place of this index.
    #[must_use]
    pub fn product(&self, place: Place) -> Option<ProductId> {
        self.products.get(place.index()).copied()
    }

    /// What the product at a place is called.
    #[must_use]
    pub fn label(&self, place: Place) -> Option<Label<'_>> {
        let Labels { handles, titles, brands, category_of, categories } = &self.labels;
        let category = *category_of.get(place.index())?;
        Some(Label {
            handle: text(handles, place)?,
            title: text(titles, place)?,
            brand: text(brands, place)?,
            category: text(categories, Place(category.0))?,
        })
    }

    /// The handle of the product at a place.
    #[must_use]
    pub fn handle(&self, place: Place) -> Option<&str> {
        text(&self.labels.handles, place)
    }

    /// The categories whose names pass.
    #[must_use]
    pub fn shelves(&self, passes: impl Fn(&str) -> bool) -> HashSet<Shelf> {
        let categories = &self.labels.categories;
        let named = Place::first(categories.len()).filter(|place| text(categories, *place).is_some_and(&passes));
        named.map(|place| Shelf(place.0)).collect()
    }

    /// The category that the product at a place is in.
    #[must_use]
    pub fn shelf(&self, place: Place) -> Option<Shelf> {
        self.labels.category_of.get(place.index()).copied()
    }

    /// Where a product stands; nothing if it is not on sale.
    #[must_use]
    pub fn place_of(&self, product: ProductId) -> Option<Place> {
        let found = self.by_id.binary_search_by_key(&Some(product), |place| self.product(*place));
        found.ok().and_then(|at| self.by_id.get(at)).copied()
    }

    /// How many words each part of a product has.
    #[must_use]
    pub fn lengths(&self, place: Place) -> Counts {
        self.lengths.get(place.index()).copied().unwrap_or(NOWHERE)
    }

    /// How many words each part has in the mean, and no less than one.
    #[must_use]
    pub const fn usual_lengths(&self) -> [f32; PARTS] {
        self.usual_lengths
    }

    /// The products that have exactly this lexeme.
    #[must_use]
    pub fn list(&self, lexeme: &str) -> List<'_> {
        let found = self.lexemes.find(lexeme.as_bytes());
        found.and_then(|at| self.postings.get(at)).map(List::of).unwrap_or_default()
    }

    /// The products that have a word, if the shop has it in one form only and that is one lexeme: they can be read
    /// without making anything.
    #[must_use]
    pub fn listed(&self, forms: &Forms) -> Option<List<'_>> {
        let mut known = forms.either.iter().filter(|all| all.iter().all(|lexeme| !self.list(lexeme).is_empty()));
        match (known.next().map(Vec::as_slice), known.next()) {
            (None, _) => Some(List::default()),
            (Some([lexeme]), None) => Some(self.list(lexeme)),
            (Some(_), _) => None,
        }
    }

    /// The products that have a word in one of its forms, ascending; of several forms in one part the commonest counts.
    #[must_use]
    pub fn having(&self, forms: &Forms) -> Vec<(Place, Counts)> {
        let each = forms.either.iter().map(|all| self.having_all(all));
        each.reduce(|one, other| merged(one, other, most)).unwrap_or_default()
    }

    /// The products that have all of some words, ascending. Words that only hold a sentence together may be missing:
    /// they are not indexed in the languages in which they do.
    #[must_use]
    pub fn having_each<'f>(&self, words: impl Iterator<Item = &'f Forms>) -> Vec<(Place, Counts)> {
        let found = words.map(|forms| (forms, self.having(forms)));
        let told = found.filter(|(forms, found)| !found.is_empty() || forms.stop_in.is_empty());
        told.map(|(_, found)| found).reduce(|one, other| in_both(&one, &other)).unwrap_or_default()
    }

    /// What may have been meant by a word that nothing in the shop has.
    #[must_use]
    pub fn guesses(&self, word: &str) -> Vec<Guess> {
        self.vocabulary.guesses(word)
    }

    /// How much memory it takes, in bytes.
    #[must_use]
    pub const fn memory(&self) -> usize {
        self.products.capacity() * size_of::<ProductId>()
            + self.by_id.capacity() * size_of::<Place>()
            + self.lengths.capacity() * size_of::<Counts>()
            + self.labels.handles.memory()
            + self.labels.titles.memory()
            + self.labels.brands.memory()
            + self.labels.category_of.capacity() * size_of::<Shelf>()
            + self.labels.categories.memory()
            + self.lexemes.memory()
            + self.postings.memory()
            + self.vocabulary.memory()
    }

    fn having_all(&self, lexemes: &[String]) -> Vec<(Place, Counts)> {
        let each = lexemes.iter().map(|lexeme| self.list(lexeme).iter().collect::<Vec<_>>());
        each.reduce(|one, other| in_both(&one, &other)).unwrap_or_default()
    }
}

fn text(runs: &Runs, place: Place) -> Option<&str> {
    runs.get(place.index()).and_then(|text| std::str::from_utf8(text).ok())
}

impl Place {
    /// So many places from the first on.
    pub(in crate::catalog) fn first(count: usize) -> impl Iterator<Item = Self> {
        (0..u32::try_from(count).unwrap_or(u32::MAX)).map(Self)
    }

    /// How many stand before it.
    pub(in crate::catalog) const fn index(self) -> usize {
        self.0 as usize
    }
}

/// The places of either list, each once; where both have one, `join` says what counts.
pub(in crate::catalog) fn merged<T: Copy>(
    one: Vec<(Place, T)>,
    other: Vec<(Place, T)>,
    join: impl Fn(T, T) -> T,
) -> Vec<(Place, T)> {
    if one.is_empty() || other.is_empty() {
        return if one.is_empty() { other } else { one };
    }
    let mut merged: Vec<(Place, T)> = Vec::with_capacity(one.len() + other.len());
    let (mut left, mut right) = (one.into_iter().peekable(), other.into_iter().peekable());
    loop {
        let next = match (left.peek(), right.peek()) {
            (Some((at, _)), Some((other, _))) if at == other => left.next().zip(right.next()).map(|pair| {
                let ((place, one), (_, other)) = pair;
                (place, join(one, other))
            }),
            (Some((at, _)), Some((other, _))) if other < at => right.next(),
            (Some(_), _) => left.next(),
            (None, _) => right.next(),
        };
        match next {
            Some(next) => merged.push(next),
            None => return merged,
        }
    }
}

fn most(one: Counts, other: Counts) -> Counts {
    std::array::from_fn(|part| one[part].max(other[part]))
}

fn in_both(one: &[(Place, Counts)], other: &[(Place, Counts)]) -> Vec<(Place, Counts)> {
    let (few, many) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    let counted = |(place, counts): &(Place, Counts)| {
        let at = many.binary_search_by_key(place, |(place, _)| *place).ok()?;
        many.get(at).map(|(_, others)| (*place, together(*counts, *others)))
    };
    few.iter().filter_map(counted).collect()
}

/// Where two words stand together: in the parts that have both, else in the least part.
fn together(one: Counts, other: Counts) -> Counts {
    let both: Counts = std::array::from_fn(|part| one[part].min(other[part]));
    if both == NOWHERE { [0, 0, 0, 1] } else { both }
}

/// An index while its products are added.
#[derive(Debug, Default)]
pub struct Builder {
    products: Vec<ProductId>,
    labels: Labels,
    shelves: HashMap<Box<str>, Shelf>,
    lengths: Vec<Counts>,
    lexemes: HashMap<Box<[u8]>, Postings>,
    vocabulary: vocabulary::Builder,
}

impl Builder {
    /// Adds a product with what PostgreSQL stemmed of it and its words as they are written; products come in the order
    /// of their handles.
    pub fn add(&mut self, product: ProductId, label: Label<'_>, entry: &[u8], text: &str) {
        let Ok(place) = u32::try_from(self.products.len()).map(Place) else { return };
        let mut lengths = NOWHERE;
        for (lexeme, counts) in Lexemes::of(entry) {
            for (length, count) in lengths.iter_mut().zip(counts) {
                *length = length.saturating_add(count);
            }
            // Without a place it is a SKU or a value of one word: a label.
            let counts = if counts == NOWHERE { [0, 1, 0, 0] } else { counts };
            match self.lexemes.get_mut(lexeme) {
                Some(postings) => postings.push(place, counts),
                None => self.lexemes.entry(lexeme.into()).or_default().push(place, counts),
            }
        }
        self.labels.handles.push(label.handle.as_bytes());
        self.labels.titles.push(label.title.as_bytes());
        self.labels.brands.push(label.brand.as_bytes());
        self.put_on_shelf(label.category);
        self.vocabulary.add(text);
        self.products.push(product);
        self.lengths.push(lengths);
    }

    fn put_on_shelf(&mut self, category: &str) {
        let known = self.shelves.get(category).copied().unwrap_or_else(|| {
            let added = Shelf(u32::try_from(self.shelves.len()).unwrap_or(u32::MAX));
            self.shelves.insert(category.into(), added);
            self.labels.categories.push(category.as_bytes());
            added
        });
        self.labels.category_of.push(known);
    }

    /// The index.
    #[must_use]
    pub fn build(mut self, version: Version) -> ShopIndex {
        let mut sorted: Vec<(Box<[u8]>, Postings)> = self.lexemes.into_iter().collect();
        sorted.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        let (mut lexemes, mut postings) = (Runs::default(), Runs::default());
        for (lexeme, found) in sorted {
            lexemes.push(&lexeme);
            postings.push(&found.bytes());
        }
        self.labels.handles.shrink();
        self.labels.titles.shrink();
        self.labels.brands.shrink();
        self.labels.category_of.shrink_to_fit();
        self.labels.categories.shrink();
        lexemes.shrink();
        postings.shrink();
        self.products.shrink_to_fit();
        self.lengths.shrink_to_fit();
        let mut index = ShopIndex {
            version,
            usual_lengths: usual_lengths(&self.lengths),
            by_id: Vec::new(),
            products: self.products,
            labels: self.labels,
            lengths: self.lengths,
            lexemes,
            postings,
            vocabulary: self.vocabulary.build(),
        };
        let mut by_id: Vec<Place> = index.places().collect();
        by_id.sort_unstable_by_key(|place| index.product(*place));
        index.by_id = by_id;
        index
    }
}

#[expect(clippy::cast_precision_loss, reason = "a mean of lengths needs no more than a float has")]
fn usual_lengths(lengths: &[Counts]) -> [f32; PARTS] {
    let sum = |part: usize| lengths.iter().map(|lengths| u64::from(lengths[part])).sum::<u64>();
    std::array::from_fn(|part| (sum(part) as f32 / lengths.len().max(1) as f32).max(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::index::entry::sent;

    const TITLE: u16 = 0xc000;
    const TEXT: u16 = 0x0000;

    fn index(entries: &[&[(&str, &[u16])]]) -> ShopIndex {
        let mut builder = Builder::default();
        for entry in entries {
            let label = Label { handle: "a", title: "A", brand: "", category: "" };
            builder.add(ProductId::generate(), label, &sent(entry), "");
        }
        builder.build(Version(1))
    }

    fn forms(either: &[&[&str]]) -> Forms {
        let either = either.iter().map(|all| all.iter().map(|lexeme| (*lexeme).to_owned()).collect());
        Forms { either: either.collect(), stop_in: Vec::new() }
    }

    fn having(index: &ShopIndex, either: &[&[&str]]) -> Vec<(u32, Counts)> {
        index.having(&forms(either)).into_iter().map(|(place, counts)| (place.0, counts)).collect()
    }

    #[test]
    fn the_products_that_have_any_form_of_a_word_are_found() {
        let index = index(&[
            &[("camiset", &[TITLE | 1]), ("rojo", &[TEXT | 2])],
            &[("azul", &[TITLE | 1])],
            &[("camiset", &[TEXT | 4]), ("camisetas", &[TITLE | 1, TEXT | 4])],
        ]);
        let found = having(&index, &[&["camisetas"], &["camiset"]]);
        assert_eq!(found, [(0, [1, 0, 0, 0]), (2, [1, 0, 0, 1])]);
        assert!(having(&index, &[&["verde"]]).is_empty() && having(&index, &[]).is_empty());
    }

    #[test]
    fn of_a_compound_all_parts_must_be_there() {
        let index = index(&[
            &[("az", &[TITLE | 2]), ("cam", &[TITLE | 1])],
            &[("cam", &[TITLE | 1])],
            &[("az", &[TEXT | 9]), ("cam", &[TITLE | 1])],
            &[("cam-az", &[])],
        ]);
        let found = having(&index, &[&["cam-az"], &["cam", "az"]]);
        assert_eq!(found, [(0, [1, 0, 0, 0]), (2, [0, 0, 0, 1]), (3, [0, 1, 0, 0])]);
    }

    #[test]
    fn a_product_is_found_again_by_its_id() {
        let index = index(&[&[("a", &[])], &[("b", &[])], &[("c", &[])]]);
        for place in index.places() {
            assert_eq!(index.place_of(index.product(place).unwrap()), Some(place));
        }
        assert_eq!((index.place_of(ProductId::generate()), index.len()), (None, 3));
    }

    #[test]
    fn usual_lengths_are_means_and_never_nothing() {
        let index =
            index(&[&[("a", &[TITLE | 1, TITLE | 2])], &[("b", &[TITLE | 1, TITLE | 2, TITLE | 3, TITLE | 4])]]);
        let is = |index: &ShopIndex, expected: [f32; PARTS]| {
            index.usual_lengths().iter().zip(expected).all(|(length, expected)| (length - expected).abs() < 1e-6)
        };
        assert!(is(&index, [3.0, 1.0, 1.0, 1.0]));
        assert!(is(&self::index(&[]), [1.0; PARTS]));
    }
}
