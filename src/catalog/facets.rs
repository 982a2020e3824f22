//! How what was found can be narrowed: which values the products have, and which question would tell them apart best.

use std::collections::{HashMap, HashSet};

use crate::catalog::product::Named;

/// The most values that a question names.
const VALUES_MAX: usize = 8;
/// The most questions that are worth proposing.
const FACETS_MAX: usize = 3;

/// Something by which products differ: an option, the brand, the category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facet {
    /// What it is called: `Talla`; or the kind of label.
    pub name: FacetName,
    /// Its values with how many of the products have each, the commonest first; not more than can be asked about.
    pub values: Vec<(String, usize)>,
}

/// What a facet is called.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FacetName {
    /// By the name of the option.
    Option(String),
    /// The brand.
    Brand,
    /// The category, by its narrowest name.
    Category,
}

/// By what one product may differ from others.
#[derive(Clone, Copy, Debug)]
pub struct Differs<'p> {
    /// Its brand; empty if it has none.
    pub brand: &'p str,
    /// Its category, from the widest name to the narrowest.
    pub category: &'p str,
    /// The options of each of its variants.
    pub options: &'p [Vec<Named>],
}

/// What to ask about some products, the question first that leaves the fewest on average.
#[must_use]
pub fn facets<'p>(products: impl IntoIterator<Item = Differs<'p>>) -> Vec<Facet> {
    let mut total = 0;
    let mut counts: HashMap<(Name<'_>, &str), usize> = HashMap::new();
    let mut with_any: HashMap<Name<'_>, usize> = HashMap::new();
    for product in products {
        total += 1;
        let values = product.values();
        for name in values.iter().map(|(name, _)| *name).collect::<HashSet<_>>() {
            *with_any.entry(name).or_default() += 1;
        }
        for value in values {
            *counts.entry(value).or_default() += 1;
        }
    }
    let mut by_name: HashMap<Name<'_>, Vec<(String, usize)>> = HashMap::new();
    for ((name, value), products) in counts {
        by_name.entry(name).or_default().push((value.to_owned(), products));
    }
    let silent = |name| total - with_any.get(&name).copied().unwrap_or_default();
    best(by_name.into_iter().map(|(name, values)| (name.into(), values, silent(name))), total)
}

/// What a facet is called, while products are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Name<'p> {
    Option(&'p str),
    Brand,
    Category,
}

impl From<Name<'_>> for FacetName {
    fn from(name: Name<'_>) -> Self {
        match name {
            Name::Option(name) => Self::Option(name.to_owned()),
            Name::Brand => Self::Brand,
            Name::Category => Self::Category,
        }
    }
}

impl<'p> Differs<'p> {
    /// Its values, each once.
    fn values(self) -> HashSet<(Name<'p>, &'p str)> {
        let narrowest = self.category.rsplit('>').next().unwrap_or_default().trim();
        let options = self.options.iter().flatten();
        let options = options.map(|option| (Name::Option(option.name.as_str()), option.value.as_str()));
        let labels = [(Name::Brand, self.brand), (Name::Category, narrowest)];
        options.chain(labels).filter(|(_, value)| !value.is_empty()).collect()
    }
}

/// The best questions about `total` products, of values with their counts and of how many products have none. What all
/// of them have in common narrows nothing, and is left out.
fn best(by_name: impl Iterator<Item = (FacetName, Vec<(String, usize)>, usize)>, total: usize) -> Vec<Facet> {
    let tells = |values: &Vec<(String, usize)>| values.iter().any(|(_, products)| *products < total);
    let mut facets: Vec<(usize, Facet)> = by_name
        .filter(|(_, values, _)| values.len() > 1 && tells(values))
        .map(|(name, mut values, silent)| {
            let left = left_over(&values, silent, total);
            values.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
            values.truncate(VALUES_MAX);
            (left, Facet { name, values })
        })
        .collect();
    facets.sort_by(|one, other| one.0.cmp(&other.0).then_with(|| one.1.name.cmp(&other.1.name)));
    facets.into_iter().take(FACETS_MAX).map(|(_, facet)| facet).collect()
}

/// How many products are left after the question, summed over the products the shopper may have in mind. Products
/// without a value are left whatever the answer is.
fn left_over(values: &[(String, usize)], silent: usize, total: usize) -> usize {
    values.iter().map(|(_, products)| products * (products + silent)).sum::<usize>() + silent * total
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many products, each with what is said of it by its number.
    fn questions(count: usize, options_of: impl Fn(usize) -> Vec<Vec<Named>>) -> Vec<Facet> {
        let all: Vec<Vec<Vec<Named>>> = (0..count).map(options_of).collect();
        facets(all.iter().map(|options| Differs { brand: "", category: "", options }))
    }

    fn option(name: &str, value: &str) -> Named {
        Named { name: name.to_owned(), value: value.to_owned() }
    }

    fn names(facets: &[Facet]) -> Vec<&FacetName> {
        facets.iter().map(|facet| &facet.name).collect()
    }

    #[test]
    fn the_question_that_tells_products_apart_best_comes_first() {
        let found = questions(10, |number| {
            let mut options = vec![option("Size", ["S", "M", "L"][number % 3])];
            options.push(option("Color", if number == 0 { "Blue" } else { "Red" }));
            options.extend((number < 2).then(|| option("Engraving", ["Yes", "No"][number])));
            vec![options]
        });
        let option = |name: &str| FacetName::Option(name.to_owned());
        assert_eq!(names(&found), [&option("Size"), &option("Color"), &option("Engraving")]);
        assert_eq!(found[0].values, [("S".to_owned(), 4), ("L".to_owned(), 3), ("M".to_owned(), 3)]);
    }

    #[test]
    fn what_all_have_in_common_or_only_one_value_is_no_question() {
        let found = questions(5, |number| {
            let color = (number < 3).then(|| option("Color", "Red"));
            let variant = |size: &str| std::iter::once(option("Size", size)).chain(color.clone()).collect();
            vec![variant("S"), variant("M")]
        });
        assert!(found.is_empty() && questions(0, |_| Vec::new()).is_empty());
    }

    #[test]
    fn brands_and_the_narrowest_names_of_categories_tell_products_apart() {
        let about = [("Nube", "Ropa > Camisas"), ("Nube", "Ropa > Gorras"), ("", "Gorras"), ("Risco", "")];
        let found = facets(about.map(|(brand, category)| Differs { brand, category, options: &[] }));
        assert_eq!(names(&found), [&FacetName::Brand, &FacetName::Category]);
        assert_eq!(found[1].values, [("Gorras".to_owned(), 2), ("Camisas".to_owned(), 1)]);
    }

    #[test]
    fn only_as_many_values_as_can_be_asked_about_are_named() {
        let found = questions(20, |number| vec![vec![option("Model", &format!("v{number:02}"))]]);
        assert_eq!(found[0].values.len(), VALUES_MAX);
    }
}
