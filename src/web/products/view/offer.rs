//! Prices and stock in words.

use crate::base::language::Locale;
use crate::catalog::product::{Variant, WhenOut};

/// How much there is, and how that is to be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockShown {
    pub text: String,
    /// `out`, `few` or nothing.
    pub mood: &'static str,
}

/// So few are worth a second look before somebody promises one.
const FEW: u32 = 3;

/// `$10.00`, or `$10.00 to $15.00`.
pub fn price<'v>(variants: impl Iterator<Item = &'v Variant> + Clone, locale: Locale) -> String {
    let prices = variants.map(|variant| variant.offer.price);
    let Some(least) = prices.clone().min_by_key(|price| price.minor()) else { return String::new() };
    let most = prices.max_by_key(|price| price.minor()).unwrap_or(least);
    if least == most {
        least.display(locale)
    } else {
        format!("{} to {}", least.display(locale), most.display(locale))
    }
}

/// How much there is of one variant.
pub fn stock_of_one(variant: &Variant) -> StockShown {
    let (text, mood) = match (variant.offer.available, variant.offer.when_out) {
        (None, _) => ("Not counted".to_owned(), ""),
        (Some(0), WhenOut::Continue) => ("Sold on when out".to_owned(), "few"),
        (Some(0), WhenOut::Deny) => ("Sold out".to_owned(), "out"),
        (Some(left), _) => (format!("{left} left"), if left <= FEW { "few" } else { "" }),
    };
    StockShown { text, mood }
}

/// How much there is of several.
pub fn stock<'v>(variants: impl Iterator<Item = &'v Variant> + Clone) -> StockShown {
    let mut each = variants.clone();
    if let (Some(one), None) = (each.next(), each.next()) {
        return stock_of_one(one);
    }
    let all = variants.clone().count();
    let sold_out = variants.clone().filter(|variant| !variant.offer.in_stock()).count();
    if sold_out == all {
        return StockShown { text: "Sold out".to_owned(), mood: "out" };
    }
    let counted = variants
        .map(|variant| variant.offer.available)
        .try_fold(0_u32, |sum, left| left.map(|left| sum.saturating_add(left)));
    let left = counted.map_or_else(|| "In stock".to_owned(), |left| format!("{left} left"));
    match sold_out {
        0 => StockShown { text: left, mood: "" },
        some => StockShown { text: format!("{left}, {some} of {all} sold out"), mood: "few" },
    }
}
