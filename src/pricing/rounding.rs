//! Rounding, which has a name: the merchant's choice, carried by every quote.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::base::money::BasisPoints;
use crate::pricing::amount::Rate;

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

    /// At least so much of an amount: rounded up whatever the name says, because a floor is not to be undercut.
    #[must_use]
    pub fn up(amount: i64, rate: BasisPoints) -> Option<i64> {
        let whole = i128::from(BasisPoints::WHOLE.0);
        let exact = i128::from(amount).checked_mul(i128::from(rate.0))?;
        i64::try_from(exact.checked_add(whole.checked_sub(1)?)?.checked_div_euclid(whole)?).ok()
    }

    /// So much tax on an amount, at a rate in millionths. `None` when the answer does not fit.
    pub(in crate::pricing) fn added(self, amount: i64, millionths: u32) -> Option<i64> {
        let whole = i128::from(Rate::WHOLE);
        self.divide(i128::from(amount).checked_mul(i128::from(millionths))?, whole)
    }

    /// How much of an amount is the tax that was put on top of something to reach it: 116 contains 16 at 16 %. The
    /// rate is in millionths. `None` when the answer does not fit.
    pub(in crate::pricing) fn contained(self, amount: i64, millionths: u32) -> Option<i64> {
        let whole = i128::from(Rate::WHOLE).checked_add(i128::from(millionths))?;
        self.divide(i128::from(amount).checked_mul(i128::from(millionths))?, whole)
    }

    /// What so many parts cost when a unit of so many parts has this price: 350 g at 12.90 the kilogram are 4.515.
    /// `None` when the answer does not fit.
    pub(in crate::pricing) fn ratio(self, unit: i64, parts: i64, parts_of_unit: i64) -> Option<i64> {
        self.divide(i128::from(unit).checked_mul(i128::from(parts))?, i128::from(parts_of_unit))
    }

    /// The one place where an amount is rounded. The denominator is above nothing.
    pub(in crate::pricing) fn divide(self, numerator: i128, denominator: i128) -> Option<i64> {
        // Nearly every amount fits in 64 bits, where dividing is several times faster.
        if let (Ok(numerator), Ok(denominator)) = (i64::try_from(numerator), i64::try_from(denominator)) {
            let below = numerator.checked_div_euclid(denominator)?;
            let rest = numerator.checked_rem_euclid(denominator)?;
            let goes_up =
                self.goes_up(rest.cmp(&denominator.checked_sub(rest)?), below.checked_rem_euclid(2)? == 1);
            return below.checked_add(i64::from(goes_up));
        }
        let below = numerator.checked_div_euclid(denominator)?;
        let rest = numerator.checked_rem_euclid(denominator)?;
        let goes_up = self.goes_up(rest.cmp(&denominator.checked_sub(rest)?), below.checked_rem_euclid(2)? == 1);
        i64::try_from(below.checked_add(i128::from(goes_up))?).ok()
    }

    /// Whether what is left over, compared with what is missing to the next whole, makes it a whole.
    const fn goes_up(self, rest: Ordering, below_is_odd: bool) -> bool {
        match rest {
            Ordering::Less => false,
            Ordering::Greater => true,
            Ordering::Equal => match self {
                Self::HalfEven => below_is_odd,
                Self::HalfUp => true,
            },
        }
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
