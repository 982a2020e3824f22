//! Amounts and percentages as a merchant writes them: decimal text without a currency, exact, and turned into minor
//! units only beside the currency they are meant in.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::base::money::{BasisPoints, Currency, Money};

/// An amount of zero or more as it is written: `150.00`. It is meant in the shop's currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Amount {
    /// The number without its mark.
    digits: i64,
    /// How many of the digits stand after the mark.
    places: u8,
}

/// Text that is not an amount.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an amount; write it like 150.00, in quotes")]
pub struct NotAnAmount(pub String);

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self { digits: 0, places: 0 };

    /// An amount of money, written out. Below nothing counts as nothing.
    #[must_use]
    pub fn of(money: Money) -> Self {
        let places = u8::try_from(money.currency().exponent()).unwrap_or(0);
        Self { digits: money.minor().max(0), places }
    }

    /// So many minor units of this currency; `None` when it has more decimals than the currency, or does not fit.
    #[must_use]
    pub fn minor(self, currency: Currency) -> Option<i64> {
        self.scaled(currency.exponent())
    }

    /// The number in units of which ten to the power of `exponent` make one; `None` when it is finer.
    #[must_use]
    pub fn scaled(self, exponent: u32) -> Option<i64> {
        let places = u32::from(self.places);
        let factor = 10_i64.checked_pow(places.abs_diff(exponent))?;
        if places <= exponent {
            return self.digits.checked_mul(factor);
        }
        (self.digits.checked_rem(factor)? == 0).then(|| self.digits.checked_div(factor)).flatten()
    }
}

impl FromStr for Amount {
    type Err = NotAnAmount;
    fn from_str(text: &str) -> Result<Self, NotAnAmount> {
        let bad = || NotAnAmount(text.to_owned());
        let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(fraction) {
            return Err(bad());
        }
        let places = u8::try_from(fraction.len()).map_err(|_| bad())?;
        Ok(Self { digits: format!("{whole}{fraction}").parse().map_err(|_| bad())?, places })
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = usize::from(self.places);
        let width = places.saturating_add(1);
        let digits = format!("{:0>width$}", self.digits);
        let (whole, fraction) = digits.split_at(digits.len().saturating_sub(places));
        if fraction.is_empty() { f.write_str(whole) } else { write!(f, "{whole}.{fraction}") }
    }
}

impl TryFrom<String> for Amount {
    type Error = NotAnAmount;
    fn try_from(text: String) -> Result<Self, NotAnAmount> {
        text.parse()
    }
}

impl From<Amount> for String {
    fn from(amount: Amount) -> Self {
        amount.to_string()
    }
}

/// A percentage of 0 to 100 as it is written: `12.5`, with at most two decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Percent(pub BasisPoints);

/// A tax rate of 0 to 100 %, exact to a ten-thousandth of a percent: states write 8.875 and 9.975.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Rate(u32);

/// A percentage that may be more than all: 0 to 1000, with at most two decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Ratio(pub BasisPoints);

/// Text that is not a percentage.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a percentage from 0 to {most}; write it like 12.5, in quotes")]
pub struct NotAPercentage {
    /// What was written.
    pub text: String,
    /// The most it may say.
    pub most: u32,
}

impl Percent {
    /// All of it.
    pub const WHOLE: Self = Self(BasisPoints::WHOLE);
}

impl Rate {
    /// No tax.
    pub const ZERO: Self = Self(0);
    /// What all of it is in [`Rate::millionths`].
    pub const WHOLE: u32 = 1_000_000;

    /// So many basis points; `None` above 100 %.
    #[must_use]
    pub fn of(rate: BasisPoints) -> Option<Self> {
        rate.0.checked_mul(100).filter(|millionths| *millionths <= Self::WHOLE).map(Self)
    }

    /// So many millionths; `None` above 100 %.
    #[must_use]
    pub fn from_millionths(millionths: u32) -> Option<Self> {
        (millionths <= Self::WHOLE).then_some(Self(millionths))
    }

    /// 16 % is 160000.
    #[must_use]
    pub const fn millionths(self) -> u32 {
        self.0
    }

    /// In whole basis points; `None` when it is finer.
    #[must_use]
    pub fn basis_points(self) -> Option<BasisPoints> {
        (self.0.checked_rem(100)? == 0).then(|| self.0.checked_div(100).map(BasisPoints)).flatten()
    }
}

/// A number from 0 to `most` in units of which `whole` make 100.
fn part(text: &str, whole: u32, most: u32) -> Option<u32> {
    let places = whole.checked_ilog10()?.saturating_sub(2);
    let amount: Amount = text.trim().trim_end_matches('%').trim_end().parse().ok()?;
    let factor = |by: u32| 10_i64.checked_pow(by);
    let written = u32::from(amount.places);
    let units = if written <= places {
        amount.digits.checked_mul(factor(places.checked_sub(written)?)?)?
    } else {
        let cut = factor(written.checked_sub(places)?)?;
        (amount.digits.checked_rem(cut)? == 0).then(|| amount.digits.checked_div(cut)).flatten()?
    };
    let units_max = most.checked_div(100)?.checked_mul(whole)?;
    u32::try_from(units).ok().filter(|units| *units <= units_max)
}

/// The percentage as text, without needless zeros.
fn written(units: u32, whole: u32) -> String {
    let places = u8::try_from(whole.checked_ilog10().unwrap_or(2).saturating_sub(2)).unwrap_or(0);
    let text = Amount { digits: i64::from(units), places }.to_string();
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

macro_rules! percentages {
    ($($name:ident, $most:expr, $whole:expr, $make:expr, $units:expr;)+) => {$(
        impl FromStr for $name {
            type Err = NotAPercentage;
            fn from_str(text: &str) -> Result<Self, NotAPercentage> {
                part(text, $whole, $most)
                    .map($make)
                    .ok_or_else(|| NotAPercentage { text: text.to_owned(), most: $most })
            }
        }

        impl TryFrom<String> for $name {
            type Error = NotAPercentage;
            fn try_from(text: String) -> Result<Self, NotAPercentage> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(percentage: $name) -> Self {
                written($units(percentage), $whole)
            }
        }
    )+};
}

percentages! {
    Percent, 100, BasisPoints::WHOLE.0, |units| Percent(BasisPoints(units)), |percent: Percent| percent.0.0;
    Ratio, 1_000, BasisPoints::WHOLE.0, |units| Ratio(BasisPoints(units)), |ratio: Ratio| ratio.0.0;
    Rate, 100, Rate::WHOLE, Rate, |rate: Rate| rate.0;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_exact_in_the_currency_it_is_meant_in() {
        let check = |text: &str, currency: &str, minor: Option<i64>| {
            let amount: Amount = text.parse().unwrap();
            assert_eq!(amount.minor(currency.parse().unwrap()), minor, "{text} {currency}");
            assert_eq!(amount.to_string(), text);
        };
        check("150.00", "MXN", Some(15_000));
        check("150", "MXN", Some(15_000));
        check("150.0", "JPY", Some(150));
        check("0.5", "JPY", None);
        check("1.234", "KWD", Some(1234));
        check("1.234", "USD", None);
        check("1.230", "USD", Some(123));
    }

    #[test]
    fn text_that_is_no_amount_is_refused() {
        for bad in ["", "-1", "1,5", "1e3", ".5", "99999999999999999999", "a"] {
            assert!(bad.parse::<Amount>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn percentages_have_two_decimals_and_rates_four() {
        let percent = |text: &str| text.parse::<Percent>().ok().map(|percent| percent.0.0);
        assert_eq!(percent("12.5"), Some(1250));
        assert_eq!(percent("100 %"), Some(10_000));
        assert_eq!(percent("100.01"), None);
        let ratio = |text: &str| text.parse::<Ratio>().map(|ratio| ratio.0.0);
        assert_eq!(ratio("120"), Ok(12_000));
        assert!(ratio("1000.01").unwrap_err().to_string().contains("from 0 to 1000"));
        assert_eq!(percent("0.001"), None);
        let rate = |text: &str| text.parse::<Rate>().ok().map(Rate::millionths);
        assert_eq!(rate("8.875"), Some(88_750));
        assert_eq!(rate("9.5625"), Some(95_625));
        assert_eq!(rate("101"), None);
        assert_eq!(String::from("8.875".parse::<Rate>().unwrap()), "8.875");
        assert_eq!(String::from("10".parse::<Percent>().unwrap()), "10");
        assert_eq!("8.875".parse::<Rate>().unwrap().basis_points(), None);
        assert_eq!("16".parse::<Rate>().unwrap().basis_points(), Some(BasisPoints(1600)));
    }
}
