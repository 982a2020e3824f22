//! What a fitted policy's numbers are shares of.
//!
//! The list price, unless the past showed that what shoppers pay does not keep step with it: then the list price times
//! one factor for the share of cost in it and another for how dear the thing is. Both are short curves of whole
//! numbers, so that no logarithm is taken where prices are named.

use serde::{Deserialize, Serialize};

use crate::base::money::Money;
use crate::pricing::negotiation::policy::{ONE, between, knot};

/// What a table's numbers are millionths of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reference {
    /// The list price.
    List,
    /// The list price times two factors.
    Leaning(Leaning),
}

/// Factors to the list price, in millionths, as points of two curves; outside a curve its nearer end holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leaning {
    /// By the share of cost in the list price, in millionths, rising.
    pub costs: Vec<[i64; 2]>,
    /// By the list price in minor units of `currency`, rising; empty when dear things are like cheap ones.
    pub lists: Vec<[i64; 2]>,
    /// What `lists` are in. For a list price in another currency they say nothing.
    pub currency: String,
}

/// The amount that shares are taken of, in millionths of a minor unit.
#[derive(Clone, Copy, Debug)]
pub struct Unit(i128);

impl Reference {
    /// Whether the curves can be used.
    pub(super) fn whole(&self) -> bool {
        let Self::Leaning(leaning) = self else { return true };
        let rising = |curve: &[[i64; 2]]| curve.windows(2).all(|pair| pair[0][0] < pair[1][0]);
        let curves = [&leaning.costs, &leaning.lists];
        curves.iter().all(|curve| curve.len() != 1 && rising(curve) && curve.iter().all(|point| point[1] > 0))
    }

    /// The amount for one thing; `None` when it does not fit.
    #[must_use]
    pub fn unit(&self, list: Money, cost: Money) -> Option<Unit> {
        let whole = i128::from(list.minor()).checked_mul(i128::from(ONE)).filter(|whole| *whole > 0)?;
        let Self::Leaning(leaning) = self else { return Some(Unit(whole)) };
        let share = Unit(whole).share(cost.minor())?;
        let mut unit = times(whole, factor(&leaning.costs, share)?)?;
        if list.currency().code() == leaning.currency {
            unit = times(unit, factor(&leaning.lists, list.minor())?)?;
        }
        Some(Unit(unit))
    }
}

impl Unit {
    /// An amount in millionths of this one.
    #[must_use]
    pub fn share(self, minor: i64) -> Option<i64> {
        let wide = i128::from(minor).checked_mul(i128::from(ONE))?.checked_mul(i128::from(ONE))?;
        i64::try_from(wide.checked_div(self.0)?).ok()
    }

    /// So many millionths of this, to the nearest minor unit.
    #[must_use]
    pub fn part(self, millionths: i64) -> Option<i64> {
        let wide = times(self.0, millionths)?;
        let half = i128::from(ONE).checked_div(2)?;
        i64::try_from(wide.checked_add(half)?.checked_div(i128::from(ONE))?).ok()
    }
}

fn times(amount: i128, millionths: i64) -> Option<i128> {
    amount.checked_mul(i128::from(millionths))?.checked_div(i128::from(ONE))
}

fn factor(curve: &[[i64; 2]], x: i64) -> Option<i64> {
    if curve.is_empty() {
        return Some(ONE);
    }
    let at = knot(curve, x, |point| point[0])?;
    let ([from, low], [to, high]) = (*curve.get(at)?, *curve.get(at.checked_add(1)?)?);
    between(low, high, x, from, to)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(minor: i64, currency: &str) -> Money {
        Money::new(minor, currency.parse().unwrap())
    }

    fn leaning() -> Reference {
        Reference::Leaning(Leaning {
            costs: vec![[500_000, 900_000], [700_000, 1_100_000]],
            lists: vec![[10_000, 1_200_000], [20_000, 800_000]],
            currency: "USD".to_owned(),
        })
    }

    #[test]
    fn a_unit_is_the_list_price_moved_by_both_curves() {
        let unit = |list, cost, currency| leaning().unit(money(list, currency), money(cost, currency)).unwrap();
        assert_eq!(unit(15_000, 9000, "USD").part(ONE), Some(15_000));
        assert_eq!(unit(10_000, 7000, "USD").part(ONE), Some(13_200));
        // Beyond a curve its end holds, and in another currency the curve of list prices says nothing.
        assert_eq!(unit(99_000, 99_000, "USD").part(ONE), Some(87_120));
        assert_eq!(unit(10_000, 7000, "EUR").part(ONE), Some(11_000));
        assert_eq!(unit(10_000, 7000, "EUR").share(5500), Some(500_000));
    }

    #[test]
    fn a_curve_that_falls_back_or_gives_nothing_is_refused() {
        assert!(leaning().whole() && Reference::List.whole());
        let bad = |costs: Vec<[i64; 2]>| {
            !Reference::Leaning(Leaning { costs, lists: Vec::new(), currency: "USD".to_owned() }).whole()
        };
        assert!(bad(vec![[2, 1], [1, 1]]) && bad(vec![[1, 1]]) && bad(vec![[1, 0], [2, 1]]));
    }
}
