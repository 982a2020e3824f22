//! What the choices of a product cost, as short as it can be told.

use crate::agent::evidence::{ProductCard, VariantCard};
use crate::base::money::Money;
use crate::llm::guided::compose::product::{option_names, values_of};

/// What a group of variants costs.
pub enum Prices {
    /// None can be had.
    SoldOut,
    /// All cost the same.
    One(Money),
    /// The least of several prices.
    From(Money),
}

impl Prices {
    /// The prices of the variants that can be had.
    pub fn of<'v>(variants: impl Iterator<Item = &'v VariantCard>) -> Self {
        let mut prices: Vec<_> =
            variants.filter(|variant| variant.stock.covers(1)).map(|variant| variant.price).collect();
        prices.sort_by_key(|price| price.minor());
        match (prices.first(), prices.last()) {
            (Some(least), Some(most)) if least == most => Self::One(*least),
            (Some(least), Some(_)) => Self::From(*least),
            _ => Self::SoldOut,
        }
    }
}

/// The prices of several variants, each with the choices that have it.
#[derive(Debug, PartialEq, Eq)]
pub struct PriceList {
    /// The option that alone decides the price, where one does.
    pub option: Option<String>,
    /// Choices of the same price and that price, the lowest first.
    pub groups: Vec<(String, Money)>,
}

/// What the choices cost; `None` where all cost the same. Where one option decides, only its values are told.
pub fn price_list(card: &ProductCard, variants: &[&VariantCard]) -> Option<PriceList> {
    let first = variants.first()?.price;
    if variants.iter().all(|variant| variant.price == first) {
        return None;
    }
    let deciding = option_names(card).into_iter().find(|name| decides(name, variants));
    let mut groups: Vec<(Vec<String>, Money)> = Vec::new();
    for variant in variants {
        let value = |name: &str| {
            let own = variant.options.iter().find(|option| option.name == name);
            own.map_or_else(String::new, |option| option.value.clone())
        };
        let label = deciding.map_or_else(|| variant.options_text(), value);
        match groups.iter_mut().find(|(_, price)| *price == variant.price) {
            Some((labels, _)) if labels.contains(&label) => {}
            Some((labels, _)) => labels.push(label),
            None => groups.push((vec![label], variant.price)),
        }
    }
    groups.sort_by_key(|(_, price)| price.minor());
    let groups = groups.into_iter().map(|(labels, price)| (labels.join(", "), price)).collect();
    Some(PriceList { option: deciding.map(str::to_owned), groups })
}

/// Whether every value of an option has one price.
fn decides(name: &str, variants: &[&VariantCard]) -> bool {
    let has = |variant: &VariantCard, value: &str| {
        variant.options.iter().any(|option| option.name == name && option.value == value)
    };
    variants.iter().all(|variant| variant.options.iter().any(|option| option.name == name))
        && values_of(name, variants).iter().all(|value| {
            let mut prices = variants.iter().filter(|variant| has(variant, value)).map(|variant| variant.price);
            let first = prices.next();
            prices.all(|price| Some(price) == first)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::evidence::Named;
    use crate::base::language::Language::En;
    use crate::llm::guided::tests::shop::{money, shirt};

    fn told(prices: &[&str]) -> Option<(Option<String>, Vec<String>)> {
        let mut card = shirt(En);
        for (variant, price) in card.variants.iter_mut().zip(prices) {
            variant.price = money(En, price);
        }
        let list = price_list(&card, &card.variants.iter().collect::<Vec<_>>())?;
        let groups = list.groups.iter().map(|(label, price)| format!("{label}: {}", price.major()));
        Some((list.option, groups.collect()))
    }

    #[test]
    fn choices_of_one_price_are_told_together_by_the_option_that_decides() {
        assert_eq!(told(&["250", "250", "250", "250"]), None);
        let (option, groups) = told(&["300", "300", "300", "250"]).unwrap();
        assert_eq!((option.as_deref(), groups), (Some("Color"), vec!["Red: 250.00".into(), "Blue: 300.00".into()]));
        let (option, groups) = told(&["250", "300", "250", "300"]).unwrap();
        assert_eq!((option.as_deref(), groups), (Some("Size"), vec!["S, L: 250.00".into(), "M: 300.00".into()]));
        let (option, groups) = told(&["250", "300", "250", "250"]).unwrap();
        assert_eq!(option, None);
        assert_eq!(groups, ["Blue / S, Blue / L, Red / M: 250.00", "Blue / M: 300.00"]);
    }

    #[test]
    fn an_option_that_some_variants_lack_does_not_decide() {
        let mut card = shirt(En);
        card.variants[0].price = money(En, "10");
        card.variants[0].options.clear();
        card.variants[1].options.push(Named { name: "Set".to_owned(), value: "2".to_owned() });
        let list = price_list(&card, &card.variants.iter().collect::<Vec<_>>()).unwrap();
        assert_eq!(list.option, None);
    }
}
