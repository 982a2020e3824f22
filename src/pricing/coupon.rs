//! Coupons: what a code takes off, and why it may be refused.

use serde::{Deserialize, Serialize};

use crate::base::clock::Time;
use crate::base::money::{BasisPoints, Money};
use crate::base::names::CouponCode;
use crate::pricing::amount::{Amount, Percent};
use crate::pricing::promotion::{Gives, Limits, Moment, Offered, Promotion, Uses, Validity};
use crate::pricing::scope::Condition;

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

/// Why a code or a promotion takes nothing off.
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
    /// Another code already took something off, and the two do not go together. In quotes kept by version 1 only.
    #[error("only one code can be used at a time")]
    OneAtATime,
    /// It does not go together with a promotion that is used.
    #[error("it does not go together with {promotion}, which is used")]
    NotWith {
        /// Which.
        promotion: String,
    },
    /// The shopper would pay more with it: beside the others, or because it costs them free shipping.
    #[error("the order costs less without it")]
    DearerWith,
    /// Not at this time of day or on this day of the week.
    #[error("it is not valid at this time")]
    NotNow,
    /// There are too few pieces of what it is about.
    #[error("there are fewer than {wanted} pieces of what it is for")]
    TooFew {
        /// How many there must be.
        wanted: u32,
    },
    /// There is nothing in the cart that it is about.
    #[error("there is nothing in the cart that it is for")]
    NothingInScope,
    /// It is for others: another channel, market, group or place, a first order, a birthday.
    #[error("it is for others: {needs}")]
    NotForYou {
        /// What is missing: `channel`, `market`, `group`, `first_order`, `birthday`, `destination`.
        needs: String,
    },
    /// It has been used as often as it may be in one day.
    #[error("it has been used as often as it may be today")]
    UsedToday,
    /// What it may take off in all has been taken off.
    #[error("its budget is spent")]
    BudgetSpent,
    /// It needs a code that was not given.
    #[error("it needs a code")]
    NeedsCode,
    /// There are more promotions at once than are compared.
    #[error("there are more promotions at once than are compared")]
    OneTooMany,
    /// It is good, but there is nothing it could take off these lines: they are free or at their lowest.
    #[error("there is nothing the code could take off these lines")]
    TakesNothingOff,
}

/// How many letters a generated code has: 80 bits, which nobody guesses.
const GENERATED_LETTERS: usize = 16;

/// A code made of random bytes, for one shopper and one use: letters and digits that are not mistaken for one
/// another. The bytes come from whoever draws random numbers.
#[must_use]
pub fn generated(random: [u8; 10]) -> Option<CouponCode> {
    const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let bits = random.iter().fold(0_u128, |bits, byte| (bits << 8) | u128::from(*byte));
    let letter = |place: usize| {
        let shift = u32::try_from(place).ok()?.checked_mul(5)?;
        let index = usize::try_from(bits.checked_shr(shift)? & 31).ok()?;
        LETTERS.get(index).map(|letter| char::from(*letter))
    };
    let text: Option<String> = (0..GENERATED_LETTERS).map(letter).collect();
    CouponCode::new(&text?).ok()
}

impl Coupon {
    /// The coupon as a promotion that this code calls. `place` is where the code stands among those given: of two
    /// that do not go together, the one given first is preferred when the promotions are taken as listed.
    #[must_use]
    pub fn offered(&self, uses: CouponUses, place: i32) -> Offered {
        let gives = match self.reduction {
            Reduction::Percent(percent) => Gives::Percent(Percent(percent)),
            Reduction::Amount(amount) => Gives::Amount(Amount::of(amount)),
        };
        let when = (!self.minimum.is_zero()).then(|| Condition::Minimum(Amount::of(self.minimum)));
        let promotion = Promotion {
            when,
            valid: Validity {
                from: self.valid_from.map(Moment::At),
                until: self.valid_until.map(Moment::At),
                ..Validity::default()
            },
            limits: Limits { total: self.limit_total, per_shopper: self.limit_per_shopper, ..Limits::default() },
            codes: vec![self.code.clone()],
            priority: place,
            ..Promotion::new(self.code.as_str(), gives)
        };
        let uses = Uses { total: uses.total, by_shopper: uses.by_shopper, ..Uses::default() };
        Offered { uses, ..Offered::new(promotion) }
    }

    /// Whether its amounts are in this currency.
    #[must_use]
    pub fn is_in(&self, currency: crate::base::money::Currency) -> bool {
        self.minimum.currency() == currency
            && self.reduction.amount().is_none_or(|amount| amount.currency() == currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generated_code_says_all_of_its_random_bytes_in_letters_nobody_mistakes() {
        let code = |bytes| generated(bytes).unwrap().to_string();
        assert_eq!(code([0; 10]), "0000000000000000");
        assert_eq!(code([255; 10]), "ZZZZZZZZZZZZZZZZ");
        assert_ne!(code([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), code([1, 2, 3, 4, 5, 6, 7, 8, 9, 11]));
        for byte in 0..=255 {
            let code = code([byte, 7, byte, 1, 99, byte, 3, byte, 200, byte]);
            assert!(code.len() == 16 && !code.contains(['I', 'L', 'O', 'U']), "{code}");
        }
    }
}
