//! The way of a search: words into places of the index, filters and stock from the database, the order, the page.
//!
//! Owns the order of these steps and what is looked at how closely; every rule is elsewhere.

use std::sync::Arc;

use crate::base::ids::ProductId;
use crate::base::store::Scope;
use crate::base::store::connections::Connections;
use crate::catalog::asked::collect::{Collected, DecidedBy};
use crate::catalog::asked::{Asked, AskedWord, Meant, ToRead};
use crate::catalog::cursor::Cursor;
use crate::catalog::facets::{Differs, facets};
use crate::catalog::fold::fold;
use crate::catalog::index::forms::Forms;
use crate::catalog::index::kept::Indexes;
use crate::catalog::index::vocabulary::Guess;
use crate::catalog::index::{Place, ShopIndex, Version};
use crate::catalog::merchandising::Merchandising;
use crate::catalog::ranking::{Features, rank};
use crate::catalog::search::{CANDIDATES_MAX, Found, Hit, Query, Reason, choose};
use crate::catalog::store::{Candidate, Catalog, CatalogError, Fitting};
use crate::catalog::vectors::meaning::Meaning;
use crate::catalog::vectors::store::ProductVectors;
use crate::catalog::wish::{Sense, Word, read_wish};

/// How many are looked at closely enough to see whether they pass the filters.
const FILTERED_MAX: usize = 20_000;
/// How many of these are tried first.
const TRIED_FIRST: usize = 500;
/// How many products are looked at for being nearest in meaning.
const NEAREST_MAX: i32 = 50;

/// Finds products; one for all shops of a process.
#[derive(Clone, Debug, Default)]
pub struct Finder {
    indexes: Indexes,
    meaning: Option<Meaning>,
}

/// A closer look at what may answer a query.
struct Looked {
    /// The index that was looked in.
    index: Arc<ShopIndex>,
    /// How much each wanted word tells.
    rarities: Vec<f32>,
    /// The candidates with what is known of each.
    judged: Vec<(Because, Features)>,
}

/// A candidate, and why it is one.
struct Because {
    candidate: Candidate,
    reasons: Vec<Reason>,
}

/// What one search looks at, beside the index.
#[derive(Clone, Copy)]
struct Search<'s> {
    scope: &'s Scope,
    merchandising: &'s Merchandising,
    query: &'s Query,
    words: &'s [AskedWord],
    /// Products to look at whatever words they have.
    also: &'s [ProductId],
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
    /// products shown. Words that were not asked before are one more, and so are pinned products. Where there are
    /// vectors, one for what is nearest in meaning and one for how near all of them are.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn search(
        &self,
        scope: &Scope,
        merchandising: &Merchandising,
        query: &Query,
    ) -> Result<Found, CatalogError> {
        let wish = read_wish(&query.text, query.language);
        let meant = match &self.meaning {
            Some(meaning) => meaning.of(&query.text, query.language).await.map(|vector| (meaning, vector)),
            None => None,
        };
        let pinned = pinned(scope, merchandising, &wish).await?;
        let mut also = pinned.clone();
        if let Some((meaning, vector)) = &meant {
            also.extend(ProductVectors::of(scope, meaning.space()).nearest(vector, NEAREST_MAX).await?);
        }
        let words = self.with_forms(scope, merchandising, &wish).await?;
        let search = Search { scope, merchandising, query, words: &words, also: &also };
        let Looked { index, rarities, mut judged } = self.look(search).await?;
        if let Some((meaning, vector)) = &meant {
            let ids: Vec<ProductId> = judged.iter().map(|(because, _)| because.candidate.product).collect();
            let nearness = ProductVectors::of(scope, meaning.space()).nearness(vector, &ids).await?;
            for (because, features) in &mut judged {
                features.meaning = nearness.get(&because.candidate.product).copied();
                if features.meaning.is_some() && because.reasons.is_empty() {
                    because.reasons.push(Reason::Meaning);
                }
            }
        }
        let ranked = rank_with_pins(&rarities, judged, &pinned);
        let facets = if query.offset == 0 && ranked.len() > query.page() {
            facets(ranked.iter().filter_map(|because| differs(&index, &because.candidate)))
        } else {
            Vec::new()
        };
        Ok(Found { facets, ..show(scope, query, &wish, ranked).await? })
    }

    async fn look(&self, search: Search<'_>) -> Result<Looked, CatalogError> {
        let index = self.indexes.of(search.scope).await?;
        let (version, looked) = self.look_in(&index, search).await?;
        if version == looked.index.version() {
            return Ok(looked);
        }
        // The shop has changed since it was searched last.
        match self.indexes.newer(search.scope, version).await? {
            Some(index) => Ok(self.look_in(&index, search).await?.1),
            None => Ok(looked),
        }
    }

    async fn look_in(&self, index: &Arc<ShopIndex>, search: Search<'_>) -> Result<(Version, Looked), CatalogError> {
        let Search { scope, query, words, also, .. } = search;
        let mut asked = Asked::of(index, query.language, words);
        let unknown = asked.unknown();
        if !unknown.is_empty() {
            asked = asked.with_guesses(&self.guesses(scope, index, &unknown).await?);
        }
        let may_be = may_be(index, search);
        let mut known: Vec<Place> = also.iter().filter_map(|product| index.place_of(*product)).collect();
        known.retain(|place| may_be(*place));
        known.sort_unstable();
        known.dedup();
        let narrows = query.has_filters() || !search.merchandising.hide.is_empty();
        let decided_by = if narrows { DecidedBy::WordsAndFilters } else { DecidedBy::Words };
        let most = if query.has_filters() { FILTERED_MAX } else { CANDIDATES_MAX };
        let Collected { mut named, mut others } = asked.collect(most, decided_by, may_be);
        named.retain(|place| known.binary_search(place).is_err());
        others.retain(|place| known.binary_search(place).is_err());
        let most = CANDIDATES_MAX + known.len();
        let product = |place: Place| index.product(place).map(|product| (product, asked.to_read(place)));
        let products = |places: Vec<Place>| places.into_iter().filter_map(product).collect::<Vec<_>>();
        let others = products(known.into_iter().chain(others).collect());
        let named = products(named);
        let fitting = if query.has_filters() && !named.is_empty() {
            // The first that fit may all name it, so each kind is asked for by itself.
            let mut fitting = fitting(scope, query, &others, most).await?;
            fitting.candidates.extend(self::fitting(scope, query, &named, CANDIDATES_MAX).await?.candidates);
            fitting
        } else {
            fitting(scope, query, &[others, named].concat(), most + CANDIDATES_MAX).await?
        };
        let written = asked.written();
        let judge = |candidate: Candidate| {
            let place = index.place_of(candidate.product)?;
            let features = asked.judge(place, index.label(place)?, &candidate, &written);
            Some((Because { candidate, reasons: asked.reasons(place) }, features))
        };
        let judged = fitting.candidates.into_iter().filter_map(judge).collect();
        Ok((fitting.version, Looked { index: Arc::clone(index), rarities: asked.rarities(), judged }))
    }

    async fn with_forms(
        &self,
        scope: &Scope,
        merchandising: &Merchandising,
        wish: &[Word],
    ) -> Result<Vec<AskedWord>, CatalogError> {
        let otherwise = |word: &Word| -> Vec<Vec<String>> {
            let also = word.also.iter().map(|also| also.split(' ').map(str::to_owned).collect());
            also.chain(merchandising.synonyms(&word.text)).collect()
        };
        let otherwise: Vec<Vec<Vec<String>>> = wish.iter().map(otherwise).collect();
        let itself = |word: &Word| vec![word.text.clone()];
        let groups: Vec<Vec<String>> = wish.iter().map(itself).chain(otherwise.iter().flatten().cloned()).collect();
        let mut forms = self.forms(scope, &groups).await?;
        let mut others = forms.split_off(wish.len()).into_iter();
        let words = wish.iter().zip(forms.into_iter().flatten()).zip(otherwise);
        let words = words.map(|((word, forms), otherwise)| AskedWord {
            word: word.clone(),
            forms,
            also: others.by_ref().take(otherwise.len()).collect(),
        });
        Ok(words.collect())
    }

    async fn guesses(
        &self,
        scope: &Scope,
        index: &ShopIndex,
        unknown: &[String],
    ) -> Result<Vec<Meant>, CatalogError> {
        let guesses =
            unknown.iter().flat_map(|word| index.guesses(word).into_iter().map(move |guess| (word, guess)));
        let (by, groups): (Vec<_>, Vec<_>) =
            guesses.map(|(word, Guess { words, likeness })| ((word.clone(), likeness), words)).unzip();
        let forms = self.forms(scope, &groups).await?;
        let meant = by.into_iter().zip(forms).map(|((by, likeness), words)| Meant { by, words, likeness });
        Ok(meant.collect())
    }

    /// The forms of groups of words, asked for at once.
    async fn forms(&self, scope: &Scope, groups: &[Vec<String>]) -> Result<Vec<Vec<Arc<Forms>>>, CatalogError> {
        let mut forms = self.indexes.forms(scope, &groups.concat()).await?.into_iter();
        Ok(groups.iter().map(|group| forms.by_ref().take(group.len()).collect()).collect())
    }
}

/// Whether a product may be shown: what the merchant hides may not, nor what is of another category than was asked for.
fn may_be<'s>(
    index: &'s ShopIndex,
    Search { merchandising, query, .. }: Search<'s>,
) -> impl Fn(Place) -> bool + use<'s> {
    let category = query.category().map(fold);
    let shelves = category.map(|wanted| index.shelves(|name| fold(name).contains(wanted.as_str())));
    let is_hidden = |handle: &str| merchandising.hide.iter().any(|hidden| hidden.as_str() == handle);
    move |place| {
        let is_elsewhere = shelves
            .as_ref()
            .is_some_and(|shelves| !index.shelf(place).is_some_and(|shelf| shelves.contains(&shelf)));
        !is_elsewhere && (merchandising.hide.is_empty() || !index.handle(place).is_some_and(is_hidden))
    }
}

/// Of these products the first `most` that the filters leave: most often a few tried are enough.
async fn fitting(
    scope: &Scope,
    query: &Query,
    products: &[(ProductId, ToRead)],
    most: usize,
) -> Result<Fitting, CatalogError> {
    let (first, others) = products.split_at(products.len().min(TRIED_FIRST));
    let mut fitting = Catalog::of(scope).fitting(query, first, most).await?;
    if fitting.candidates.len() < most && !others.is_empty() {
        let left = most - fitting.candidates.len();
        fitting.candidates.extend(Catalog::of(scope).fitting(query, others, left).await?.candidates);
    }
    Ok(fitting)
}

/// The products that the merchant wants first for these words, in order.
async fn pinned(
    scope: &Scope,
    merchandising: &Merchandising,
    wish: &[Word],
) -> Result<Vec<ProductId>, CatalogError> {
    let wanted = wish.iter().filter(|word| word.sense == Sense::With);
    let handles = merchandising.pinned(&wanted.map(|word| word.text.as_str()).collect::<Vec<_>>());
    if handles.is_empty() { Ok(Vec::new()) } else { Catalog::of(scope).ids(&handles).await }
}

/// What is pinned, in the merchant's order, and then the others by what they are worth.
fn rank_with_pins(rarities: &[f32], judged: Vec<(Because, Features)>, pinned: &[ProductId]) -> Vec<Because> {
    let at = |because: &Because| pinned.iter().position(|product| *product == because.candidate.product);
    let (mut first, others): (Vec<_>, Vec<_>) = judged.into_iter().partition(|(because, _)| at(because).is_some());
    first.sort_by_key(|(because, _)| at(because));
    let first = first.into_iter().map(|(because, _)| Because { reasons: vec![Reason::Pinned], ..because });
    first.chain(rank(rarities, others)).collect()
}

/// By what a candidate may differ from others.
fn differs<'f>(index: &'f ShopIndex, candidate: &'f Candidate) -> Option<Differs<'f>> {
    let label = index.label(index.place_of(candidate.product)?)?;
    Some(Differs { brand: label.brand, category: label.category, options: &candidate.options })
}

/// The page that is asked for, with its products.
async fn show(scope: &Scope, query: &Query, wish: &[Word], ranked: Vec<Because>) -> Result<Found, CatalogError> {
    let total = ranked.len();
    let page: Vec<Because> = ranked.into_iter().skip(query.offset).take(query.page()).collect();
    let ids: Vec<ProductId> = page.iter().map(|because| because.candidate.product).collect();
    let mut products = Catalog::of(scope).products(&ids).await?;
    let mut hits = Vec::new();
    for Because { candidate, reasons } in page {
        // A product that an import archived between the two reads is left out.
        let Some(at) = products.iter().position(|product| product.id == candidate.product) else { continue };
        let product = products.swap_remove(at);
        let matching = choose(&product, &candidate, query, wish);
        if !matching.is_empty() {
            hits.push(Hit { product, matching, reasons });
        }
    }
    let shown = query.offset + ids.len();
    let next = (shown < total).then(|| Cursor::after(query, shown));
    Ok(Found { hits, total, next, facets: Vec::new() })
}
