//! Finding products: what is asked, what is found, and which variants of a product the shopper meant.

use std::collections::HashMap;
use std::ops::Range;

use crate::base::ids::ProductId;
use crate::base::language::Language;
use crate::base::money::Money;
use crate::base::names::Sku;
use crate::catalog::fold::{fold, key, words};
use crate::catalog::index::{Counts, Entry, PARTS, Wanted};
use crate::catalog::likeness::Trigrams;
use crate::catalog::product::{Named, Product, Variant};
use crate::catalog::ranking::{Features, Matched, Unwanted, rank, rarity};
use crate::catalog::store::{Candidate, Candidates, Catalog, CatalogError, KnownWord};
use crate::catalog::vectors::store::ProductVectors;
use crate::catalog::wish::{Mention, Sense, Word, mention, read_wish};

/// How many products are found unless asked otherwise.
pub const LIMIT_DEFAULT: usize = 6;
/// The most products one search gives.
pub const LIMIT_MAX: usize = 10;
/// How many products are looked at closely, and so how far a shopper can page.
pub const CANDIDATES_MAX: usize = 100;
/// How many products are looked at for being nearest in meaning.
const NEAREST_MAX: i32 = 50;

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// The shopper's words; empty lists what fits the filters.
    pub text: String,
    /// The language of the words.
    pub language: Language,
    /// The lowest price.
    pub price_min: Option<Money>,
    /// The highest price.
    pub price_max: Option<Money>,
    /// Option names and the values they must have: `("Color", "azul")`.
    pub options: Vec<(String, String)>,
    /// A category, or part of its name.
    pub category: Option<String>,
    /// Whether only variants that can be sold now count.
    pub in_stock_only: bool,
    /// How many products, up to [`LIMIT_MAX`].
    pub limit: usize,
    /// How many of the best to leave out: for the next page.
    pub offset: usize,
}

impl Query {
    /// A query of words alone.
    #[must_use]
    pub fn new(text: &str, language: Language) -> Self {
        Self {
            text: text.to_owned(),
            language,
            price_min: None,
            price_max: None,
            options: Vec::new(),
            category: None,
            in_stock_only: false,
            limit: LIMIT_DEFAULT,
            offset: 0,
        }
    }
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// This page of it, best first.
    pub hits: Vec<Hit>,
    /// How many products answer the query: at most [`CANDIDATES_MAX`] by their words, and those near it in meaning.
    pub total: usize,
}

/// A product that answers the query.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// The product with all its variants.
    pub product: Product,
    /// The SKUs of the variants that the filters and the words mean, in the product's order; never empty.
    pub matching: Vec<Sku>,
}

impl Hit {
    /// The variants that the filters and the words mean.
    pub fn variants(&self) -> impl Iterator<Item = &Variant> {
        self.product.variants.iter().filter(|variant| self.matching.contains(&variant.sku))
    }
}

impl Catalog<'_> {
    /// Finds products. Two round trips: one for the candidates with their features, one for the products shown. Where
    /// there are vectors, one more before for what is nearest in meaning and one between for how near all of them are.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn search(&self, query: &Query) -> Result<Found, CatalogError> {
        let wish = read_wish(&query.text, query.language);
        let asked = match self.meaning {
            Some(meaning) => meaning.of(&query.text, query.language).await.map(|vector| (meaning, vector)),
            None => None,
        };
        let near = match &asked {
            Some((meaning, vector)) => {
                ProductVectors::of(self.scope, meaning.space()).nearest(vector, NEAREST_MAX).await?
            }
            None => Vec::new(),
        };
        let candidates = self.candidates(query, &wish, &near).await?;
        let nearness = match &asked {
            Some((meaning, vector)) => {
                let ids: Vec<_> = candidates.products.iter().map(|candidate| candidate.product).collect();
                ProductVectors::of(self.scope, meaning.space()).nearness(vector, &ids).await?
            }
            None => HashMap::new(),
        };
        let ranked = order(&wish, candidates, &nearness);
        let total = ranked.len();
        let page: Vec<Candidate> =
            ranked.into_iter().skip(query.offset).take(query.limit.clamp(1, LIMIT_MAX)).collect();
        let ids: Vec<_> = page.iter().map(|candidate| candidate.product).collect();
        let mut products = self.products(&ids).await?;
        let mut hits = Vec::new();
        for candidate in page {
            // A product that an import archived between the two reads is left out.
            let Some(at) = products.iter().position(|product| product.id == candidate.product) else { continue };
            let product = products.swap_remove(at);
            let matching = choose(&product, &candidate, query, &wish);
            if !matching.is_empty() {
                hits.push(Hit { product, matching });
            }
        }
        Ok(Found { hits, total })
    }
}

fn order(wish: &[Word], candidates: Candidates, nearness: &HashMap<ProductId, f32>) -> Vec<Candidate> {
    let asked = asked(wish, &candidates.words);
    let rarity: Vec<f32> = asked.words.iter().map(|word| word.rarity).collect();
    let (wanted, trigrams) = (Wanted::of(&asked.forms), Trigrams::of(&asked.written));
    let judged = candidates.products.into_iter().map(|candidate| {
        let meaning = nearness.get(&candidate.product).copied();
        let features = Features { meaning, ..asked.judge(&candidate, &wanted, &trigrams) };
        (candidate, features)
    });
    rank(&rarity, judged.collect())
}

/// What candidates are judged by.
struct Asked<'w> {
    /// The wanted words.
    words: Vec<AskedWord>,
    /// The forms of all of them and of what may have been meant instead, in one list.
    forms: Vec<&'w [String]>,
    /// The wanted words as they were written.
    written: Vec<&'w str>,
    /// What is not wanted, and where its forms stand in the list.
    unwanted: Vec<(&'w str, usize)>,
}

/// A wanted word: where its forms and its guesses' forms stand in the list.
struct AskedWord {
    rarity: f32,
    itself: usize,
    guesses: Vec<(Range<usize>, f32)>,
}

fn asked<'w>(wish: &'w [Word], known: &'w [KnownWord]) -> Asked<'w> {
    let mut asked = Asked { words: Vec::new(), forms: Vec::new(), written: Vec::new(), unwanted: Vec::new() };
    for (word, known) in wish.iter().zip(known) {
        if word.sense == Sense::Without {
            asked.unwanted.push((&word.text, asked.forms.len()));
            asked.forms.push(&known.lexemes);
            continue;
        }
        asked.written.push(&word.text);
        let itself = asked.forms.len();
        asked.forms.push(&known.lexemes);
        let mut guesses = Vec::new();
        for guess in &known.guesses {
            let from = asked.forms.len();
            asked.forms.extend(guess.lexemes.iter().map(Vec::as_slice));
            guesses.push((from..asked.forms.len(), guess.likeness));
        }
        // A word that nothing has tells nothing, unless another may have been meant: then as much as a rare one.
        let products = if guesses.is_empty() { known.products } else { known.products.max(1.0) };
        asked.words.push(AskedWord { rarity: rarity(products, known.of), itself, guesses });
    }
    asked
}

impl Asked<'_> {
    fn judge(&self, candidate: &Candidate, wanted: &Wanted<'_>, trigrams: &Trigrams) -> Features {
        let entry = wanted.read(&candidate.index);
        let counts = |at: usize| entry.words.get(at).copied().unwrap_or_default();
        Features {
            words: self.words.iter().map(|word| word.found(counts)).collect(),
            lengths: entry.lengths,
            title_likeness: trigrams.likeness(&Trigrams::of(&words(&candidate.title))),
            category: candidate.category.split('>').map(|name| fold(name.trim())).collect(),
            unwanted: self.unwanted_in(candidate, &entry),
            in_stock: candidate.in_stock,
            meaning: None,
        }
    }

    /// What a candidate says of the things that are not wanted: having one of them outweighs lacking another. Texts are
    /// read only where the index says that they name the thing.
    fn unwanted_in(&self, candidate: &Candidate, entry: &Entry) -> Unwanted {
        let mut said = Unwanted::Silent;
        for (thing, at) in &self.unwanted {
            let counts = entry.words.get(*at).copied().unwrap_or_default();
            let [labels @ .., description] = counts;
            let labels = if labels == [0; PARTS - 1] { Mention::Silent } else { mention(&candidate.labels, thing) };
            let description =
                if description == 0 { Mention::Silent } else { mention(&candidate.description, thing) };
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

impl AskedWord {
    /// How the word was found: as itself, else as the likest of what may have been meant.
    fn found(&self, counts: impl Fn(usize) -> Counts) -> Matched {
        let itself = Matched { counts: counts(self.itself), likeness: 1.0 };
        let guessed = self.guesses.iter().map(|(all, likeness)| {
            let counts = all.clone().map(&counts).reduce(together).unwrap_or_default();
            Matched { counts, likeness: *likeness }
        });
        let found = std::iter::once(itself).chain(guessed).filter(|found| found.counts != NOWHERE);
        found.max_by(|one, other| one.likeness.total_cmp(&other.likeness)).unwrap_or_default()
    }
}

const NOWHERE: Counts = [0; PARTS];

/// Where two words stand together: in the parts that have both, else in the least part that has either.
fn together(one: Counts, other: Counts) -> Counts {
    let both: Counts = std::array::from_fn(|part| one[part].min(other[part]));
    if both != NOWHERE || one == NOWHERE || other == NOWHERE { both } else { [0, 0, 0, 1] }
}

/// The variants that are meant: those that passed the filters, of these the ones with exactly the value asked for
/// where there is one, and of these the ones that most words of the query name.
fn choose(product: &Product, candidate: &Candidate, query: &Query, wish: &[Word]) -> Vec<Sku> {
    let mut variants: Vec<&Variant> =
        product.variants.iter().filter(|variant| candidate.variants.contains(&variant.id)).collect();
    for (_, value) in &query.options {
        let exactly = |variant: &&&Variant| variant.options.iter().any(|option| fold(&option.value) == fold(value));
        if variants.iter().any(|variant| exactly(&variant)) {
            variants.retain(|variant| exactly(&variant));
        }
    }
    let wanted: Vec<&str> =
        wish.iter().filter(|word| word.sense == Sense::With).map(|word| word.text.as_str()).collect();
    let meant = meant_values(product, &wanted);
    let named = |variant: &Variant| variant.options.iter().filter(|option| meant.contains(option)).count();
    let most = variants.iter().map(|variant| named(variant)).max().unwrap_or(0);
    variants.into_iter().filter(|variant| named(variant) == most).map(|variant| variant.sku.clone()).collect()
}

/// Which option values of a product the words name. A value named whole (`azul marino`) rules out one named in part.
fn meant_values<'p>(product: &'p Product, wanted: &[&str]) -> Vec<&'p Named> {
    let mut meant = Vec::new();
    for name in &product.options {
        let values = product.variants.iter().flat_map(|variant| &variant.options);
        let values: Vec<&Named> = values.filter(|option| option.name == *name).collect();
        let best = values.iter().map(|option| closeness(&option.value, wanted)).max().unwrap_or(0);
        if best > 0 {
            meant.extend(values.into_iter().filter(|option| closeness(&option.value, wanted) == best));
        }
    }
    meant
}

/// How much of a value the words name: nothing, a part, or the whole of so many words.
fn closeness(value: &str, wanted: &[&str]) -> usize {
    const PART_LETTERS_MIN: usize = 3;
    const PART: usize = 1;
    let named = |word: &String| wanted.iter().any(|asked| key(asked) == key(word));
    let parts = words(value);
    if !parts.is_empty() && parts.iter().all(named) {
        return PART + parts.len();
    }
    let telling =
        |word: &&String| word.chars().count() >= PART_LETTERS_MIN && word.chars().all(char::is_alphabetic);
    if parts.iter().filter(telling).any(named) { PART } else { 0 }
}
