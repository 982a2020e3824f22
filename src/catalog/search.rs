//! Finding products: what is asked, what is found, and which variants of a product the shopper meant.

use std::collections::HashSet;

use crate::base::ids::ProductId;
use crate::base::language::Language;
use crate::base::money::Money;
use crate::base::names::Sku;
use crate::base::store::Scope;
use crate::base::store::connections::Connections;
use crate::catalog::asked::{Asked, AskedWord, Meant};
use crate::catalog::fold::{fold, key, words};
use crate::catalog::index::kept::Indexes;
use crate::catalog::index::vocabulary::Guess;
use crate::catalog::index::{Place, ShopIndex, Version};
use crate::catalog::product::{Named, Product, Variant};
use crate::catalog::ranking::{Features, rank};
use crate::catalog::store::{Candidate, Catalog, CatalogError, Fitting};
use crate::catalog::vectors::meaning::Meaning;
use crate::catalog::vectors::store::ProductVectors;
use crate::catalog::wish::{Sense, Word, read_wish};

/// How many products are found unless asked otherwise.
pub const LIMIT_DEFAULT: usize = 6;
/// The most products one search gives.
pub const LIMIT_MAX: usize = 10;
/// How many products are looked at closely, and so how far a shopper can page.
pub const CANDIDATES_MAX: usize = 100;
/// How many are looked at closely enough to see whether they pass the filters.
const FILTERED_MAX: usize = 20_000;
/// How many of these are tried first.
const TRIED_FIRST: usize = 500;
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

    /// The category to look in, if there is one.
    #[must_use]
    pub fn category(&self) -> Option<&str> {
        self.category.as_deref().map(str::trim).filter(|category| !category.is_empty())
    }

    fn has_filters(&self) -> bool {
        self.price_min.is_some()
            || self.price_max.is_some()
            || !self.options.is_empty()
            || self.category().is_some()
            || self.in_stock_only
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

/// Finds products; one for all shops of a process.
#[derive(Clone, Debug, Default)]
pub struct Finder {
    indexes: Indexes,
    meaning: Option<Meaning>,
}

/// A closer look at what may answer a query.
struct Looked {
    /// How much each wanted word tells.
    rarities: Vec<f32>,
    /// The candidates with what is known of each.
    judged: Vec<(Candidate, Features)>,
}

impl Finder {
    /// Finds products by their words, and by meaning too where there is somebody who knows what queries mean.
    #[must_use]
    pub fn new(meaning: Option<Meaning>) -> Self {
        Self { indexes: Indexes::default(), meaning }
    }

    /// Makes ready for searches in large shops. What fails is tried again by the searches themselves.
    pub async fn warm(self, connections: Connections) {
        if let Err(error) = self.indexes.warm(&connections).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "large shops are not ready to be searched yet"
            );
        }
    }

    /// Finds products. Two round trips: one for what the filters leave of the products that have the words, one for the
    /// products shown. Words that were not asked before are one more. Where there are
    /// vectors, one more for what is nearest in meaning and one for how near all of them are.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn search(&self, scope: &Scope, query: &Query) -> Result<Found, CatalogError> {
        let wish = read_wish(&query.text, query.language);
        let meant = match &self.meaning {
            Some(meaning) => meaning.of(&query.text, query.language).await.map(|vector| (meaning, vector)),
            None => None,
        };
        let near = match &meant {
            Some((meaning, vector)) => {
                ProductVectors::of(scope, meaning.space()).nearest(vector, NEAREST_MAX).await?
            }
            None => Vec::new(),
        };
        let Looked { rarities, mut judged } = self.look(scope, query, &wish, &near).await?;
        if let Some((meaning, vector)) = &meant {
            let ids: Vec<ProductId> = judged.iter().map(|(candidate, _)| candidate.product).collect();
            let nearness = ProductVectors::of(scope, meaning.space()).nearness(vector, &ids).await?;
            for (candidate, features) in &mut judged {
                features.meaning = nearness.get(&candidate.product).copied();
            }
        }
        show(scope, query, &wish, rank(&rarities, judged)).await
    }

    async fn look(
        &self,
        scope: &Scope,
        query: &Query,
        wish: &[Word],
        near: &[ProductId],
    ) -> Result<Looked, CatalogError> {
        let words = self.with_forms(scope, wish).await?;
        let mut index = self.indexes.of(scope).await?;
        let looked = self.look_in(&index, scope, query, (&words, near)).await?;
        if looked.0 == index.version() {
            return Ok(looked.1);
        }
        // The shop has changed since it was searched last.
        index = self.indexes.newer(scope, looked.0, index).await?;
        Ok(self.look_in(&index, scope, query, (&words, near)).await?.1)
    }

    async fn look_in(
        &self,
        index: &ShopIndex,
        scope: &Scope,
        query: &Query,
        (words, near): (&[AskedWord], &[ProductId]),
    ) -> Result<(Version, Looked), CatalogError> {
        let mut asked = Asked::of(index, query.language, words);
        let unknown = asked.unknown();
        if !unknown.is_empty() {
            asked = asked.with_guesses(&self.guesses(scope, index, &unknown).await?);
        }
        let collected_max = if query.has_filters() { FILTERED_MAX } else { CANDIDATES_MAX };
        let mut places: Vec<Place> = near.iter().filter_map(|product| index.place_of(*product)).collect();
        let by_words = asked.collect(collected_max);
        places.sort_unstable();
        let known: HashSet<Place> = places.iter().copied().collect();
        places.extend(by_words.into_iter().filter(|place| !known.contains(place)));
        let products: Vec<ProductId> = places.iter().filter_map(|place| index.product(*place)).collect();
        let most = CANDIDATES_MAX * if asked.names_unwanted() { 2 } else { 1 } + known.len();
        let fitting = fitting(scope, query, &products, (most, asked.names_unwanted())).await?;
        let written = asked.written();
        let judge = |candidate: Candidate| {
            let place = index.place_of(candidate.product)?;
            let features = asked.judge(place, &candidate, &written);
            Some((candidate, features))
        };
        let judged = fitting.candidates.into_iter().filter_map(judge).collect();
        Ok((fitting.version, Looked { rarities: asked.rarities(), judged }))
    }

    async fn with_forms(&self, scope: &Scope, wish: &[Word]) -> Result<Vec<AskedWord>, CatalogError> {
        let parts = |word: &Word| word.also.iter().flat_map(|also| also.split(' ')).map(str::to_owned).collect();
        let also: Vec<Vec<String>> = wish.iter().map(parts).collect();
        let texts: Vec<String> =
            wish.iter().map(|word| word.text.clone()).chain(also.iter().flatten().cloned()).collect();
        let mut forms = self.indexes.forms(scope, &texts).await?;
        let mut others = forms.split_off(wish.len()).into_iter();
        let words = wish.iter().zip(forms).zip(also).map(|((word, forms), also)| AskedWord {
            word: word.clone(),
            forms,
            also: others.by_ref().take(also.len()).collect(),
        });
        Ok(words.collect())
    }

    async fn guesses(
        &self,
        scope: &Scope,
        index: &ShopIndex,
        unknown: &[String],
    ) -> Result<Vec<Meant>, CatalogError> {
        let mut meant = Vec::new();
        for word in unknown {
            for Guess { words, likeness } in index.guesses(word) {
                meant.push(Meant { by: word.clone(), words: self.indexes.forms(scope, &words).await?, likeness });
            }
        }
        Ok(meant)
    }
}

/// Of these products the first `most` that the filters leave: most often a few tried are enough.
async fn fitting(
    scope: &Scope,
    query: &Query,
    products: &[ProductId],
    (most, with_texts): (usize, bool),
) -> Result<Fitting, CatalogError> {
    let (first, others) = products.split_at(products.len().min(TRIED_FIRST));
    let mut fitting = Catalog::of(scope).fitting(query, first, most, with_texts).await?;
    if fitting.candidates.len() < most && !others.is_empty() {
        let left = most - fitting.candidates.len();
        fitting.candidates.extend(Catalog::of(scope).fitting(query, others, left, with_texts).await?.candidates);
    }
    Ok(fitting)
}

/// The page that is asked for, with its products.
async fn show(scope: &Scope, query: &Query, wish: &[Word], ranked: Vec<Candidate>) -> Result<Found, CatalogError> {
    let total = ranked.len();
    let page: Vec<Candidate> =
        ranked.into_iter().skip(query.offset).take(query.limit.clamp(1, LIMIT_MAX)).collect();
    let ids: Vec<ProductId> = page.iter().map(|candidate| candidate.product).collect();
    let mut products = Catalog::of(scope).products(&ids).await?;
    let mut hits = Vec::new();
    for candidate in page {
        // A product that an import archived between the two reads is left out.
        let Some(at) = products.iter().position(|product| product.id == candidate.product) else { continue };
        let product = products.swap_remove(at);
        let matching = choose(&product, &candidate, query, wish);
        if !matching.is_empty() {
            hits.push(Hit { product, matching });
        }
    }
    Ok(Found { hits, total })
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
