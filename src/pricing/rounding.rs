//! Rounding, which has a name: the merchant's choice, carried by every quote.

use serde::{Deserialize, Serialize};

use crate::base::money::BasisPoints;

/// What becomes of half a minor unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// Half goes to the even neighbour, so that many halves do not add up in one direction.
    #[default]
    HalfEven,
    /// Half goes up, as most receipts and tax offices do it.
    HalfUp,
}

impl Rounding {
    /// So much of an amount: 10 % of 199 is 20. `None` when the answer does not fit.
    pub(in crate::pricing) fn part(self, amount: i64, rate: BasisPoints) -> Option<i64> {
        let whole = i128::from(BasisPoints::WHOLE.0);
        self.divide(i128::from(amount).checked_mul(i128::from(rate.0))?, whole)
    }

    /// How much of an amount is the percentage that was put on top of something to reach it: 116 contains 16 at
    /// 16 %. `None` when the answer does not fit.
    pub(in crate::pricing) fn contained(self, amount: i64, rate: BasisPoints) -> Option<i64> {
        let whole = i128::from(BasisPoints::WHOLE.0).checked_add(i128::from(rate.0))?;
        self.divide(i128::from(amount).checked_mul(i128::from(rate.0))?, whole)
    }

    /// The one place where an amount is rounded. The denominator is above nothing.
    fn divide(self, numerator: i128, denominator: i128) -> Option<i64> {
        let below = numerator.checked_div_euclid(denominator)?;
        let twice_rest = numerator.checked_rem_euclid(denominator)?.checked_mul(2)?;
        let goes_up = match twice_rest.cmp(&denominator) {
            std::cmp::Ordering::Less => false,
            std::cmp::Ordering::Greater => true,
            std::cmp::Ordering::Equal => match self {
                Self::HalfEven => below.checked_rem_euclid(2)? == 1,
                Self::HalfUp => true,
            },
        };
        i64::try_from(below.checked_add(i128::from(goes_up))?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_exact_half_depends_on_the_name_of_the_rounding() {
        let check = |numerator: i128, denominator: i128, even: i64, up: i64| {
            assert_eq!(Rounding::HalfEven.divide(numerator, denominator), Some(even), "{numerator}/{denominator}");
            assert_eq!(Rounding::HalfUp.divide(numerator, denominator), Some(up), "{numerator}/{denominator}");
        };
        check(1, 2, 0, 1);
        check(3, 2, 2, 2);
        check(5, 2, 2, 3);
        check(7, 3, 2, 2);
        check(8, 3, 3, 3);
        check(0, 7, 0, 0);
    }

    #[test]
    fn an_answer_that_does_not_fit_is_none() {
        assert_eq!(Rounding::HalfUp.part(i64::MAX, BasisPoints(u32::MAX)), None);
        assert_eq!(Rounding::HalfUp.part(i64::MAX, BasisPoints::WHOLE), Some(i64::MAX));
    }
}
