//! Finding products: what is asked, what is found, and which variants of a product the shopper meant.

use crate::base::language::Language;
use crate::base::money::Money;
use crate::base::names::Sku;
use crate::catalog::cursor::Cursor;
use crate::catalog::facets::Facet;
use crate::catalog::fold::{fold, key, words};
use crate::catalog::index::entry::{Counts, PARTS};
use crate::catalog::product::{Named, Product, Variant};
use crate::catalog::store::Candidate;
use crate::catalog::wish::{Sense, Word};

/// How many products are found unless asked otherwise.
pub const LIMIT_DEFAULT: usize = 6;
/// The most products one search gives.
pub const LIMIT_MAX: usize = 10;
/// How many products are looked at closely, and so how far a shopper can page.
pub const CANDIDATES_MAX: usize = 60;

/// What comes first in a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// What answers the words best.
    #[default]
    Best,
    /// What costs least.
    PriceUp,
    /// What costs most.
    PriceDown,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// The shopper's words; empty lists what fits the filters.
    pub text: String,
    /// The language of the words.
    pub language: Language,
    /// Another that they may be in: the shopper's where they should be in the shop's, or the other way round.
    pub other_language: Option<Language>,
    /// The lowest price.
    pub price_min: Option<Money>,
    /// The highest price.
    pub price_max: Option<Money>,
    /// Option names and the values they must have: `("Color", "azul")`.
    pub options: Vec<(String, String)>,
    /// A category: its name, or names of its path that follow each other, such as `Ropa > Camisas`.
    pub category: Option<String>,
    /// The brand, as it is called.
    pub brand: Option<String>,
    /// Tags, all of which a product must have.
    pub tags: Vec<String>,
    /// Whether only variants that can be sold now count.
    pub in_stock_only: bool,
    /// What comes first.
    pub sort: Sort,
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
            other_language: None,
            price_min: None,
            price_max: None,
            options: Vec::new(),
            category: None,
            brand: None,
            tags: Vec::new(),
            in_stock_only: false,
            sort: Sort::Best,
            limit: LIMIT_DEFAULT,
            offset: 0,
        }
    }

    /// The category to look in, if there is one.
    #[must_use]
    pub fn category(&self) -> Option<&str> {
        self.category.as_deref().map(str::trim).filter(|category| !category.is_empty())
    }

    /// The brand to look for, if there is one.
    #[must_use]
    pub fn brand(&self) -> Option<&str> {
        self.brand.as_deref().map(str::trim).filter(|brand| !brand.is_empty())
    }

    /// Tells whether a category is the one to look in, or within it: whole names are compared, so that `Men` is not
    /// `Women`.
    pub fn takes_category(&self) -> impl Fn(&str) -> bool + use<> {
        let names = |path: &str| -> Vec<String> {
            path.split('>').map(|name| fold(name.trim())).filter(|name| !name.is_empty()).collect()
        };
        let wanted = self.category().map(names).unwrap_or_default();
        move |category| wanted.is_empty() || names(category).windows(wanted.len()).any(|some| some == wanted)
    }

    /// How many products are shown.
    #[must_use]
    pub fn page(&self) -> usize {
        self.limit.clamp(1, LIMIT_MAX)
    }

    /// Whether anything beside the words decides.
    #[must_use]
    pub fn has_filters(&self) -> bool {
        self.price_min.is_some()
            || self.price_max.is_some()
            || !self.options.is_empty()
            || self.category().is_some()
            || self.brand().is_some()
            || !self.tags.is_empty()
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
    /// Whether there may be more that were not looked at.
    pub is_cut: bool,
    /// What to ask about where there are more than the first page shows, the best question first.
    pub facets: Vec<Facet>,
    /// Where the list goes on; nothing at its end.
    pub next: Option<Cursor>,
}

/// A part of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Its title.
    Title,
    /// Brand, category, tags, option values, SKUs.
    Labels,
    /// Its facts.
    Facts,
    /// Its description.
    Description,
}

impl Part {
    /// Its name, for staff and for programs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Labels => "labels",
            Self::Facts => "facts",
            Self::Description => "description",
        }
    }

    /// The foremost part in which something stands.
    #[must_use]
    pub fn foremost(counts: Counts) -> Option<Self> {
        const ALL: [Part; PARTS] = [Part::Title, Part::Labels, Part::Facts, Part::Description];
        ALL.into_iter().zip(counts).find(|(_, count)| *count > 0).map(|(part, _)| part)
    }
}

/// Why a product answers a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It has a word of the query.
    Word {
        /// The word as it was asked.
        word: String,
        /// The foremost part that has it.
        part: Part,
        /// Whether it has another word instead: a likely slip, or the same said otherwise.
        otherwise: bool,
    },
    /// It is near the query in meaning.
    Meaning,
    /// The merchant wants it first.
    Pinned,
}

/// A product that answers the query.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// The product with all its variants.
    pub product: Product,
    /// The SKUs of the variants that the filters and the words mean, in the product's order; never empty.
    pub matching: Vec<Sku>,
    /// Why it is here.
    pub reasons: Vec<Reason>,
}

impl Hit {
    /// The variants that the filters and the words mean.
    pub fn variants(&self) -> impl Iterator<Item = &Variant> + Clone {
        self.product.variants.iter().filter(|variant| self.matching.contains(&variant.sku))
    }
}

/// The variants that are meant: those that passed the filters, of these the ones with exactly the value asked for
/// where there is one, and of these the ones that most words of the query name.
pub(in crate::catalog) fn choose(
    product: &Product,
    candidate: &Candidate,
    query: &Query,
    wish: &[Word],
) -> Vec<Sku> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_category_is_known_by_whole_names_of_its_path() {
        let takes = |wanted: &str, category: &str| {
            Query { category: Some(wanted.to_owned()), ..Query::new("", Language::Es) }.takes_category()(category)
        };
        for wanted in ["Men", "men > shoes", "Shoes", "Clothing > Men", " ", ">"] {
            assert!(takes(wanted, "Clothing > Men > Shoes"), "{wanted}");
        }
        for wanted in ["Shoes > Men", "Clothing > Shoes", "Sho", "Clothing > Men > Shoes > Boots"] {
            assert!(!takes(wanted, "Clothing > Men > Shoes"), "{wanted}");
        }
        assert!(!takes("Men", "Women > Shoes") && !takes("Té", "Teclados") && takes("te", "Té"));
    }
}
