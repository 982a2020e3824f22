//! Our money in Stripe's units and back.
//!
//! Owns where Stripe differs from ISO 4217, and what it will charge at least and at most. Must not round: an amount
//! that Stripe cannot charge exactly is refused. From docs.stripe.com/currencies.

use crate::base::money::{Currency, Money};

/// Charged in whole units. UGX and ISK belong here in spirit, but Stripe wants them times 100.
const ZERO_DECIMAL: [&str; 15] =
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"];

/// Charged in thousandths, of which the last digit must be 0.
const THREE_DECIMAL: [&str; 5] = ["BHD", "JOD", "KWD", "OMR", "TND"];

/// The least that is charged, in Stripe's units. The rule is about the currency that is paid out, after conversion;
/// held against the currency charged it is right for a shop that sells in its own.
const MINIMUM: [(&str, i64); 31] = [
    ("USD", 50),
    ("ARS", 50),
    ("AUD", 50),
    ("BRL", 50),
    ("CAD", 50),
    ("CHF", 50),
    ("COP", 50),
    ("EUR", 50),
    ("IDR", 50),
    ("ILS", 50),
    ("INR", 50),
    ("NZD", 50),
    ("PHP", 50),
    ("RUB", 50),
    ("SGD", 50),
    ("ZAR", 50),
    ("AED", 200),
    ("MYR", 200),
    ("PLN", 200),
    ("RON", 200),
    ("GBP", 30),
    ("DKK", 250),
    ("NOK", 300),
    ("SEK", 300),
    ("HKD", 400),
    ("MXN", 1000),
    ("THB", 1000),
    ("CZK", 1500),
    ("JPY", 50),
    ("KRW", 50),
    ("HUF", 17_500),
];

/// Cards take twelve digits. Other methods take fewer, and Stripe does not offer those where they do not fit.
const MAXIMUM: i64 = 999_999_999_999;

/// Why Stripe cannot charge an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountRefused {
    /// Below nothing.
    #[error("an amount to charge cannot be negative")]
    Negative,
    /// The currency's smallest unit is larger at Stripe than in the amount.
    #[error("Stripe cannot charge {0:?} exactly")]
    Inexact(Money),
    /// Less than is worth charging.
    #[error("Stripe charges at least {0:?}")]
    TooSmall(Money),
    /// More than fits.
    #[error("the amount has more digits than Stripe takes")]
    TooLarge,
}

/// The amount in Stripe's units: for one line, which may be nothing.
///
/// # Errors
/// When it is negative, cannot be charged exactly, or is too large.
pub fn to_stripe(amount: Money) -> Result<i64, AmountRefused> {
    if amount.minor() < 0 {
        return Err(AmountRefused::Negative);
    }
    let (ours, theirs) = (amount.currency().exponent(), exponent(amount.currency()));
    let units = shifted(amount.minor(), ours, theirs).map_err(|off| off.refused(amount))?;
    let ends_in_zero = !THREE_DECIMAL.contains(&amount.currency().code()) || units % 10 == 0;
    match units {
        _ if !ends_in_zero => Err(AmountRefused::Inexact(amount)),
        0..=MAXIMUM => Ok(units),
        _ => Err(AmountRefused::TooLarge),
    }
}

/// Whether a whole session of this total can be charged. Nothing at all can: there is no charge then.
///
/// # Errors
/// As [`to_stripe`], and when it is more than nothing but less than the currency's minimum.
pub fn check_total(total: Money) -> Result<(), AmountRefused> {
    let units = to_stripe(total)?;
    let code = total.currency();
    let minimum = MINIMUM.iter().find(|(known, _)| *known == code.code()).map_or(0, |(_, minimum)| *minimum);
    if units == 0 || units >= minimum {
        return Ok(());
    }
    from_stripe(minimum, code).map_or(Ok(()), |least| Err(AmountRefused::TooSmall(least)))
}

/// Stripe's units as our money; `None` when they are finer than the currency.
#[must_use]
pub fn from_stripe(units: i64, currency: Currency) -> Option<Money> {
    let minor = shifted(units, exponent(currency), currency.exponent()).ok()?;
    Some(Money::new(minor, currency))
}

/// How many decimals Stripe gives the currency.
fn exponent(currency: Currency) -> u32 {
    match currency.code() {
        code if ZERO_DECIMAL.contains(&code) => 0,
        code if THREE_DECIMAL.contains(&code) => 3,
        _ => 2,
    }
}

enum Off {
    Inexact,
    TooLarge,
}

impl Off {
    const fn refused(&self, amount: Money) -> AmountRefused {
        match self {
            Self::Inexact => AmountRefused::Inexact(amount),
            Self::TooLarge => AmountRefused::TooLarge,
        }
    }
}

fn shifted(units: i64, from: u32, to: u32) -> Result<i64, Off> {
    let factor = 10_i64.checked_pow(from.abs_diff(to)).ok_or(Off::TooLarge)?;
    if to >= from {
        return units.checked_mul(factor).ok_or(Off::TooLarge);
    }
    if units.checked_rem(factor) == Some(0) { Ok(units / factor) } else { Err(Off::Inexact) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(text: &str) -> Money {
        let (amount, currency) = text.split_once(' ').unwrap();
        Money::parse_major(amount, currency.parse().unwrap()).unwrap()
    }

    #[test]
    fn each_currency_has_stripes_own_units() {
        for (amount, units) in [
            ("12.99 USD", 1299),
            ("1349.00 MXN", 134_900),
            ("50000 COP", 5_000_000),
            ("500 JPY", 500),
            ("15000 CLP", 15_000),
            ("7 MGA", 7),
            ("500 ISK", 50_000),
            ("500 UGX", 50_000),
            ("175 HUF", 17_500),
            ("10 TWD", 1000),
            ("1.230 KWD", 1230),
            ("0 USD", 0),
            ("9999999999.99 USD", 999_999_999_999),
        ] {
            assert_eq!(to_stripe(money(amount)), Ok(units), "{amount}");
            assert_eq!(from_stripe(units, money(amount).currency()), Some(money(amount)), "{amount}");
        }
    }

    #[test]
    fn an_amount_that_cannot_be_charged_exactly_is_refused() {
        for amount in ["1.234 KWD", "7.50 MGA"] {
            assert_eq!(to_stripe(money(amount)), Err(AmountRefused::Inexact(money(amount))), "{amount}");
        }
        assert_eq!(from_stripe(50_050, "ISK".parse().unwrap()), None);
        assert_eq!(to_stripe(Money::new(-1, "USD".parse().unwrap())), Err(AmountRefused::Negative));
    }

    #[test]
    fn an_amount_beyond_twelve_digits_is_refused() {
        for minor in [1_000_000_000_000, i64::MAX] {
            assert_eq!(to_stripe(Money::new(minor, "USD".parse().unwrap())), Err(AmountRefused::TooLarge));
            assert_eq!(to_stripe(Money::new(minor, "ISK".parse().unwrap())), Err(AmountRefused::TooLarge));
        }
    }

    #[test]
    fn a_total_is_nothing_or_at_least_the_minimum() {
        for (below, minimum) in [
            ("0.49 USD", "0.50 USD"),
            ("9.99 MXN", "10 MXN"),
            ("0.49 BRL", "0.50 BRL"),
            ("0.29 GBP", "0.30 GBP"),
            ("49 JPY", "50 JPY"),
            ("174.99 HUF", "175 HUF"),
            ("14.99 CZK", "15 CZK"),
        ] {
            assert_eq!(check_total(money(below)), Err(AmountRefused::TooSmall(money(minimum))), "{below}");
            assert_eq!(check_total(money(minimum)), Ok(()), "{minimum}");
        }
        assert_eq!(check_total(money("0 USD")), Ok(()));
        assert_eq!(check_total(money("1 CLP")), Ok(()));
    }
}
