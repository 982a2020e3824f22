//! The way of a search: words into places of the index, filters and stock from the database, the order, the page.
//!
//! Owns the order of these steps and what is looked at how closely; every rule is elsewhere.

use std::cmp::Reverse;
use std::sync::Arc;

use crate::base::ids::ProductId;
use crate::base::store::Scope;
use crate::base::store::connections::Connections;
use crate::catalog::asked::collect::{Collected, DecidedBy};
use crate::catalog::asked::{Asked, AskedWord, Meant};
use crate::catalog::cursor::{Cursor, mark};
use crate::catalog::document::tag;
use crate::catalog::facets::{Differs, facets};
use crate::catalog::fold::fold;
use crate::catalog::index::forms::Forms;
use crate::catalog::index::kept::Indexes;
use crate::catalog::index::postings::List;
use crate::catalog::index::vocabulary::Guess;
use crate::catalog::index::{Place, ShopIndex, Version};
use crate::catalog::lists::Lists;
use crate::catalog::merchandising::Merchandising;
use crate::catalog::ranking::{Features, Unwanted, rank, some_lack};
use crate::catalog::search::{CANDIDATES_MAX, Found, Hit, Query, Reason, Sort, choose};
use crate::catalog::store::{Candidate, Catalog, CatalogError, Fitting};
use crate::catalog::vectors::meaning::Meaning;
use crate::catalog::vectors::store::ProductVectors;
use crate::catalog::wish::{Sense, Word, read_wish};

/// How many are looked at closely enough to see whether they pass the filters.
const FILTERED_MAX: usize = 20_000;
/// How many of these are tried at once, one after another while there are too few: then all the others.
const TRIED: [usize; 3] = [500, 2_000, 6_000];
/// How many products are looked at for being nearest in meaning.
const NEAREST_MAX: i32 = 50;

/// Finds products; one for all shops of a process.
#[derive(Clone, Debug, Default)]
pub struct Finder {
    indexes: Indexes,
    lists: Lists,
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
    /// Whether there may be more than these.
    is_cut: bool,
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

impl Search<'_> {
    /// Whether nothing but the price says what comes first of all that the filters leave.
    fn lists_by_price(&self) -> bool {
        self.query.sort != Sort::Best && self.words.iter().all(|asked| asked.word.sense == Sense::Without)
    }
}

impl Finder {
    /// Finds products by their words, and by meaning too where there is somebody who knows what queries mean.
    #[must_use]
    pub fn new(meaning: Option<Meaning>) -> Self {
        Self { meaning, ..Self::default() }
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
        let wish = read_wish(&query.text, query.language, query.other_language);
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
        let Looked { index, rarities, mut judged, is_cut } = self.look(search).await?;
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
        let mut ranked = rank_with_pins(&rarities, judged, &pinned);
        by_price(&mut ranked, query.sort);
        let product = |because: &Because| because.candidate.product;
        let mut asked_about = Vec::new();
        let placed = if query.offset > 0 {
            self.lists.places(scope.merchant(), mark(query), ranked, product)
        } else {
            // Nobody goes on where the first page is all there is.
            if ranked.len() > query.page() {
                asked_about = facets(ranked.iter().filter_map(|because| differs(&index, &because.candidate)));
                self.lists.begin(scope.merchant(), mark(query), ranked.iter().map(product));
            }
            ranked.into_iter().enumerate().collect()
        };
        Ok(Found { is_cut, facets: asked_about, ..show(scope, query, &wish, placed).await? })
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
        let Collected { mut others, mut in_passing } = collected(&asked, search, &may_be);
        others.retain(|place| known.binary_search(place).is_err());
        in_passing.retain(|place| known.binary_search(place).is_err());
        let mut most = CANDIDATES_MAX + known.len();
        others.splice(..0, known);
        let lacks = |place: &Place| asked.unwanted_at(*place) == Unwanted::Free;
        if !query.has_filters() && !in_passing.is_empty() && !others.iter().any(lacks) {
            // Nothing says that it lacks it, so what may have it is looked at too, and at once.
            others.append(&mut in_passing);
            most += CANDIDATES_MAX;
        }
        let written = asked.written();
        let judge = |candidate: Candidate| {
            let place = index.place_of(candidate.product)?;
            let features = asked.judge(place, index.label(place)?, &candidate, &written);
            Some((Because { candidate, reasons: asked.reasons(place) }, features))
        };
        let Fitting { version, candidates } = fitting(search, index, &others, most).await?;
        let is_cut = candidates.len() >= CANDIDATES_MAX;
        let mut judged: Vec<_> = candidates.into_iter().filter_map(judge).collect();
        let rarities = asked.rarities();
        if !in_passing.is_empty() && !some_lack(&rarities, judged.iter().map(|(_, features)| features)) {
            let more = fitting(search, index, &in_passing, CANDIDATES_MAX).await?;
            judged.extend(more.candidates.into_iter().filter_map(judge));
        }
        Ok((version, Looked { index: Arc::clone(index), rarities, judged, is_cut }))
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

/// Whether a product may be shown: what the merchant hides may not, nor what is of another category or brand than was
/// asked for, or lacks one of the tags.
fn may_be<'s>(
    index: &'s ShopIndex,
    Search { merchandising, query, .. }: Search<'s>,
) -> impl Fn(Place) -> bool + use<'s> {
    let shelves = query.category().map(|_| index.shelves(query.takes_category()));
    let brand = query.brand().map(fold);
    let tags: Vec<List<'_>> = query.tags.iter().map(|wanted| index.list(&tag(wanted))).collect();
    let is_hidden = |handle: &str| merchandising.hide.iter().any(|hidden| hidden.as_str() == handle);
    move |place| {
        let is_elsewhere = shelves
            .as_ref()
            .is_some_and(|shelves| !index.shelf(place).is_some_and(|shelf| shelves.contains(&shelf)));
        let is_of = |brand: &String| index.label(place).is_some_and(|label| fold(label.brand.trim()) == *brand);
        let is_tagged = tags.iter().all(|list| list.at(place).is_some());
        !is_elsewhere
            && is_tagged
            && brand.as_ref().is_none_or(is_of)
            && (merchandising.hide.is_empty() || !index.handle(place).is_some_and(is_hidden))
    }
}

/// What is worth a closer look. What the merchant hides is seldom all that has the rarer words; where it is, the others
/// are sought by all words.
fn collected(asked: &Asked<'_>, search: Search<'_>, may_be: impl Fn(Place) -> bool) -> Collected {
    if search.query.has_filters() || search.lists_by_price() {
        return asked.collect(FILTERED_MAX, DecidedBy::WordsAndFilters, may_be);
    }
    let collected = asked.collect(CANDIDATES_MAX, DecidedBy::Words, &may_be);
    if search.merchandising.hide.is_empty() || collected != Collected::default() {
        return collected;
    }
    asked.collect(CANDIDATES_MAX, DecidedBy::WordsAndFilters, may_be)
}

/// Of the products at these places the first `most` that the filters leave: most often a few tried are enough.
async fn fitting(
    search: Search<'_>,
    index: &ShopIndex,
    places: &[Place],
    most: usize,
) -> Result<Fitting, CatalogError> {
    let Search { scope, query, .. } = search;
    // The cheapest of all are not among the first that are tried.
    let (sort, tried) = if search.lists_by_price() { (query.sort, &[][..]) } else { (Sort::Best, &TRIED[..]) };
    let (mut left, mut sizes, mut candidates) = (places, tried.iter().copied(), Vec::new());
    loop {
        let (batch, others) = left.split_at(left.len().min(sizes.next().unwrap_or(usize::MAX)));
        let ids: Vec<ProductId> = batch.iter().filter_map(|place| index.product(*place)).collect();
        let found = Catalog::of(scope).fitting(query, &ids, (most - candidates.len(), sort)).await?;
        candidates.extend(found.candidates);
        if candidates.len() >= most || others.is_empty() {
            return Ok(Fitting { version: found.version, candidates });
        }
        left = others;
    }
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

/// Answers by price where that was asked for; what cannot be sold now comes last.
fn by_price(ranked: &mut [Because], sort: Sort) {
    let is_out = |because: &Because| !because.candidate.in_stock;
    let price = |because: &Because| because.candidate.price;
    match sort {
        Sort::Best => {}
        Sort::PriceUp => ranked.sort_by_key(|because| (is_out(because), price(because))),
        Sort::PriceDown => ranked.sort_by_key(|because| (is_out(because), Reverse(price(because)))),
    }
}

/// By what a candidate may differ from others.
fn differs<'f>(index: &'f ShopIndex, candidate: &'f Candidate) -> Option<Differs<'f>> {
    let label = index.label(index.place_of(candidate.product)?)?;
    Some(Differs { brand: label.brand, category: label.category, options: &candidate.options })
}

/// The page that is asked for of a list, with its products.
async fn show(
    scope: &Scope,
    query: &Query,
    wish: &[Word],
    placed: Vec<(usize, Because)>,
) -> Result<Found, CatalogError> {
    let total = placed.len();
    let mut left = placed.into_iter().skip_while(|(place, _)| *place < query.offset);
    let page: Vec<(usize, Because)> = left.by_ref().take(query.page()).collect();
    let end = page.last().map(|(place, _)| place + 1);
    let next = end.filter(|_| left.next().is_some()).map(|end| Cursor::after(query, end));
    let ids: Vec<ProductId> = page.iter().map(|(_, because)| because.candidate.product).collect();
    let mut products = Catalog::of(scope).products(&ids).await?;
    let mut hits = Vec::new();
    for (_, Because { candidate, reasons }) in page {
        // A product that an import archived between the two reads is left out.
        let Some(at) = products.iter().position(|product| product.id == candidate.product) else { continue };
        let product = products.swap_remove(at);
        let matching = choose(&product, &candidate, query, wish);
        if !matching.is_empty() {
            hits.push(Hit { product, matching, reasons });
        }
    }
    Ok(Found { hits, total, is_cut: false, next, facets: Vec::new() })
}
