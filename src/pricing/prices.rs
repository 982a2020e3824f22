//! Price lists: another list price by market, channel, group or date, and for larger quantities.

use serde::{Deserialize, Serialize};

use crate::base::names::Sku;
use crate::pricing::amount::{Amount, Percent};
use crate::pricing::input::QuoteError;
use crate::pricing::promotion::Validity;
use crate::pricing::scope::{Condition, Judged, Scope};

/// Prices that take the place of the catalog's, for whom and when they hold. Of several that hold and know a thing,
/// the one of the lowest priority number counts, then the one whose id sorts first. It may be higher than the
/// catalog's price; where it is lower, it ends at the floor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceList {
    /// Its name in the merchant's files.
    pub id: String,
    /// For whom; everybody when left out.
    #[serde(default)]
    pub when: Option<Condition>,
    /// When it is good.
    #[serde(default)]
    pub valid: Validity,
    /// Lower comes first.
    #[serde(default)]
    pub priority: i32,
    /// Its prices.
    #[serde(default)]
    pub prices: Vec<ListPrice>,
    /// A part off the catalog's price of what is in its scope and has no price in it.
    #[serde(default)]
    pub percent: Option<PartOff>,
}

/// One price of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListPrice {
    /// Of what.
    pub sku: Sku,
    /// From how many pieces, kilograms, metres or hours in the cart; the highest that is reached counts for all.
    #[serde(default = "one")]
    pub from: u32,
    /// What one costs.
    pub price: Amount,
}

/// A part off the catalog's prices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartOff {
    /// Off what.
    #[serde(default)]
    pub on: Scope,
    /// From how many in the cart.
    #[serde(default = "one")]
    pub from: u32,
    /// How much; each unit price is rounded.
    pub percent: Percent,
}

const fn one() -> u32 {
    1
}

/// The lists that hold for this cart, in the order they are asked.
///
/// # Errors
/// When an amount in a condition does not fit the currency.
pub(in crate::pricing) fn holding<'a>(
    lists: &'a [PriceList],
    cart: &Judged<'_>,
) -> Result<Vec<&'a PriceList>, QuoteError> {
    let mut holding = Vec::new();
    for list in lists {
        let good = list.valid.check(cart.context.now, cart.context.zone).is_ok();
        let met = match &list.when {
            Some(condition) if good => condition.check(cart)?.is_ok(),
            _ => good,
        };
        if met {
            holding.push(list);
        }
    }
    holding.sort_by(|one, other| (one.priority, &one.id).cmp(&(other.priority, &other.id)));
    Ok(holding)
}

impl PriceList {
    /// What one costs by this list when there are so many in the cart; `None` when it does not know the thing.
    ///
    /// # Errors
    /// When the price does not fit the currency.
    pub(in crate::pricing) fn unit(
        &self,
        line: &crate::pricing::input::LineInput,
        count: i64,
        cart: &Judged<'_>,
        rounding: crate::pricing::rounding::Rounding,
    ) -> Result<Option<i64>, QuoteError> {
        let reached = |price: &&ListPrice| price.sku == line.sku && i64::from(price.from) <= count;
        if let Some(price) = self.prices.iter().filter(reached).max_by_key(|price| price.from) {
            return cart.amount(price.price).map(Some);
        }
        let part = self.percent.as_ref().filter(|part| i64::from(part.from) <= count && part.on.holds(line));
        let Some(part) = part else { return Ok(None) };
        let off = rounding.part(line.unit.minor(), part.percent.0).ok_or(QuoteError::TooLarge)?;
        crate::pricing::sums::sub(line.unit.minor(), off).map(Some)
    }
}
