//! Coupons: what a code takes off, and why it may be refused.

use serde::{Deserialize, Serialize};

use crate::base::clock::Time;
use crate::base::money::{BasisPoints, Money};
use crate::base::names::CouponCode;

/// A promotion that needs a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coupon {
    /// The code.
    pub code: CouponCode,
    /// What it takes off.
    pub reduction: Reduction,
    /// The least the lines must come to, before anything is taken off; zero when there is none.
    pub minimum: Money,
    /// The first moment it is good.
    pub valid_from: Option<Time>,
    /// The last moment it is good.
    pub valid_until: Option<Time>,
    /// How many orders may use it.
    pub limit_total: Option<u32>,
    /// How many orders of one shopper may use it.
    pub limit_per_shopper: Option<u32>,
}

/// What a coupon takes off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reduction {
    /// A part of every line: more than nothing, at most all.
    Percent(BasisPoints),
    /// An amount off the lines together: more than nothing.
    Amount(Money),
}

impl Reduction {
    /// The percentage, when it is one.
    #[must_use]
    pub const fn percent(self) -> Option<BasisPoints> {
        match self {
            Self::Percent(percent) => Some(percent),
            Self::Amount(_) => None,
        }
    }

    /// The amount, when it is one.
    #[must_use]
    pub const fn amount(self) -> Option<Money> {
        match self {
            Self::Percent(_) => None,
            Self::Amount(amount) => Some(amount),
        }
    }

    /// Whether it takes off something, and not more than all.
    pub(in crate::pricing) const fn is_sound(self) -> bool {
        match self {
            Self::Percent(percent) => percent.0 > 0 && percent.0 <= BasisPoints::WHOLE.0,
            Self::Amount(amount) => amount.minor() > 0,
        }
    }
}

/// How often a coupon has been used by orders of other carts. A cart's own orders do not count against it: else a
/// shopper who opened the pay page could not look at the same cart again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CouponUses {
    /// In all.
    pub total: u32,
    /// By this shopper.
    pub by_shopper: u32,
}

impl CouponUses {
    /// Whether one more use is within the limits.
    pub(in crate::pricing) fn check(self, total: Option<u32>, per_shopper: Option<u32>) -> Result<(), Refusal> {
        if per_shopper.is_some_and(|limit| self.by_shopper >= limit) {
            Err(Refusal::UsedByYou)
        } else if total.is_some_and(|limit| self.total >= limit) {
            Err(Refusal::UsedUp)
        } else {
            Ok(())
        }
    }
}

/// A code the shopper gave, and what the shop knows of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tried {
    /// The shop has no such coupon.
    Unknown(CouponCode),
    /// The shop has it.
    Known {
        /// The coupon.
        coupon: Coupon,
        /// How often it was used.
        uses: CouponUses,
    },
}

impl Tried {
    /// The code.
    #[must_use]
    pub const fn code(&self) -> &CouponCode {
        match self {
            Self::Unknown(code) => code,
            Self::Known { coupon, .. } => &coupon.code,
        }
    }
}

/// Why a code takes nothing off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case", tag = "refusal")]
pub enum Refusal {
    /// The shop has no such coupon.
    #[error("there is no such code")]
    UnknownCode,
    /// It is not good yet.
    #[error("the code is not valid yet")]
    NotYet,
    /// It is no longer good.
    #[error("the code is no longer valid")]
    Over,
    /// The lines come to too little.
    #[error("the lines come to less than {minimum:?}")]
    BelowMinimum {
        /// What they must come to.
        minimum: Money,
    },
    /// It has been used as often as it may be.
    #[error("the code has been used as often as it may be")]
    UsedUp,
    /// This shopper has used it as often as one may.
    #[error("this shopper has used the code as often as one may")]
    UsedByYou,
    /// Its amounts are in another currency than the cart.
    #[error("the code is for another currency")]
    WrongCurrency,
    /// Another code already took something off, and the two do not go together.
    #[error("only one code can be used at a time")]
    OneAtATime,
    /// It is good, but there is nothing it could take off these lines: they are free or at their lowest.
    #[error("there is nothing the code could take off these lines")]
    TakesNothingOff,
}

impl Coupon {
    /// Whether it is good for lines that come to `subtotal`.
    ///
    /// # Errors
    /// Why it is not.
    pub fn check(&self, subtotal: Money, uses: CouponUses, now: Time) -> Result<(), Refusal> {
        let one_currency = self.minimum.currency() == subtotal.currency()
            && self.reduction.amount().is_none_or(|amount| amount.currency() == subtotal.currency());
        if !one_currency {
            Err(Refusal::WrongCurrency)
        } else if self.valid_from.is_some_and(|from| now < from) {
            Err(Refusal::NotYet)
        } else if self.valid_until.is_some_and(|until| now > until) {
            Err(Refusal::Over)
        } else if let Err(used_up) = uses.check(self.limit_total, self.limit_per_shopper) {
            Err(used_up)
        } else if subtotal.minor() < self.minimum.minor() {
            Err(Refusal::BelowMinimum { minimum: self.minimum })
        } else {
            Ok(())
        }
    }
}
