//! How what was found can be narrowed: which values the products have, and which question would tell them apart best.

use std::collections::HashMap;

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

/// One product's value of a facet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Valued {
    /// Of which facet.
    pub name: FacetName,
    /// The value.
    pub value: String,
    /// How many of the products have it.
    pub products: usize,
}

/// What to ask about `total` products, the question first that leaves the fewest on average. What all of them have in
/// common narrows nothing, and is left out.
#[must_use]
pub fn facets(values: Vec<Valued>, total: usize) -> Vec<Facet> {
    let mut by_name: HashMap<FacetName, Vec<(String, usize)>> = HashMap::new();
    for Valued { name, value, products } in values {
        by_name.entry(name).or_default().push((value, products));
    }
    let tells = |values: &Vec<(String, usize)>| values.iter().any(|(_, products)| *products < total);
    let mut facets: Vec<(usize, Facet)> = by_name
        .into_iter()
        .filter(|(_, values)| values.len() > 1 && tells(values))
        .map(|(name, mut values)| {
            let left = left_over(&values, total);
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
fn left_over(values: &[(String, usize)], total: usize) -> usize {
    let counted: usize = values.iter().map(|(_, products)| products).sum();
    let silent = total.saturating_sub(counted);
    values.iter().map(|(_, products)| products * (products + silent)).sum::<usize>() + silent * total
}

#[cfg(test)]
mod tests {
    use super::*;

    fn valued(name: &str, values: &[(&str, usize)]) -> Vec<Valued> {
        let name = FacetName::Option(name.to_owned());
        let of_name = |(value, products): &(&str, usize)| Valued {
            name: name.clone(),
            value: (*value).to_owned(),
            products: *products,
        };
        values.iter().map(of_name).collect()
    }

    fn names(facets: &[Facet]) -> Vec<&FacetName> {
        facets.iter().map(|facet| &facet.name).collect()
    }

    #[test]
    fn the_question_that_tells_products_apart_best_comes_first() {
        let size = valued("Size", &[("S", 4), ("M", 3), ("L", 3)]);
        let color = valued("Color", &[("Red", 9), ("Blue", 1)]);
        let rare = valued("Engraving", &[("Yes", 1), ("No", 1)]);
        let found = facets([color, rare, size].concat(), 10);
        let option = |name: &str| FacetName::Option(name.to_owned());
        assert_eq!(names(&found), [&option("Size"), &option("Color"), &option("Engraving")]);
        assert_eq!(found[0].values, [("S".to_owned(), 4), ("L".to_owned(), 3), ("M".to_owned(), 3)]);
    }

    #[test]
    fn what_all_have_in_common_or_only_one_value_is_no_question() {
        let same = valued("Size", &[("S", 5), ("M", 5)]);
        let single = valued("Color", &[("Red", 3)]);
        assert!(facets([same, single].concat(), 5).is_empty() && facets(Vec::new(), 0).is_empty());
    }

    #[test]
    fn only_as_many_values_as_can_be_asked_about_are_named() {
        let many: Vec<(String, usize)> = (0..20).map(|number| (format!("v{number:02}"), 1)).collect();
        let many: Vec<(&str, usize)> = many.iter().map(|(value, products)| (value.as_str(), *products)).collect();
        assert_eq!(facets(valued("Model", &many), 20)[0].values.len(), VALUES_MAX);
    }
}
