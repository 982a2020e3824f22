//! Money: whole minor units and a currency, together, always. No floats come near it.
//!
//! Text becomes money and money becomes text at the edges only: [`Money::parse_major`], [`Money::display`].

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::base::language::Locale;

/// An ISO 4217 currency.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

/// Text that is not a currency code of ISO 4217.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a currency code of ISO 4217; use one such as USD, MXN or BRL")]
pub struct UnknownCurrency(pub String);

impl Currency {
    /// The three capital letters.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// How many digits stand after the decimal mark: 0, 2, 3 (ISO 4217, "minor unit").
    #[must_use]
    pub fn exponent(self) -> u32 {
        iso_currency::Currency::from_code(self.code())
            .and_then(iso_currency::Currency::exponent)
            .map_or(2, u32::from)
    }

    /// The sign shoppers know, such as `$` or `R$`; the code where there is no common one.
    #[must_use]
    pub fn sign(self) -> String {
        match self.code() {
            "USD" | "MXN" | "COP" | "CLP" | "ARS" => "$".to_owned(),
            "BRL" => "R$".to_owned(),
            "EUR" => "€".to_owned(),
            "GBP" => "£".to_owned(),
            "JPY" => "¥".to_owned(),
            "INR" => "₹".to_owned(),
            code => code.to_owned(),
        }
    }
}

impl FromStr for Currency {
    type Err = UnknownCurrency;
    fn from_str(text: &str) -> Result<Self, UnknownCurrency> {
        let upper = text.trim().to_ascii_uppercase();
        let known = iso_currency::Currency::from_code(&upper).is_some();
        match <[u8; 3]>::try_from(upper.as_bytes()) {
            Ok(code) if known => Ok(Self(code)),
            _ => Err(UnknownCurrency(text.to_owned())),
        }
    }
}

impl TryFrom<String> for Currency {
    type Error = UnknownCurrency;
    fn try_from(text: String) -> Result<Self, UnknownCurrency> {
        text.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> String {
        currency.code().to_owned()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// An amount of money: minor units (cents, centavos, whole yen) in one currency.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

/// Arithmetic on money that has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Two currencies met.
    #[error("{0} and {1} cannot be added or compared")]
    Currencies(Currency, Currency),
    /// The amount does not fit.
    #[error("the amount is too large")]
    TooLarge,
}

/// Text that is not an amount in the currency.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not an amount in {currency}; write it like {example}")]
pub struct BadAmount {
    /// What was read.
    pub text: String,
    /// The currency it should have been in.
    pub currency: Currency,
    /// A text that would have been read.
    pub example: &'static str,
}

impl Money {
    /// So many minor units.
    #[must_use]
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing, in this currency.
    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// Minor units.
    #[must_use]
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// Whether the amount is exactly nothing.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// The sum.
    ///
    /// # Errors
    /// When the currencies differ or the sum does not fit.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        self.minor.checked_add(other.minor).map(|minor| Self { minor, ..self }).ok_or(MoneyError::TooLarge)
    }

    /// The difference; may be below nothing.
    ///
    /// # Errors
    /// When the currencies differ or the difference does not fit.
    pub fn minus(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        self.minor.checked_sub(other.minor).map(|minor| Self { minor, ..self }).ok_or(MoneyError::TooLarge)
    }

    /// So many times the amount.
    ///
    /// # Errors
    /// When the product does not fit.
    pub fn times(self, count: u32) -> Result<Self, MoneyError> {
        self.minor.checked_mul(i64::from(count)).map(|minor| Self { minor, ..self }).ok_or(MoneyError::TooLarge)
    }

    /// Which is larger, when they can be compared.
    ///
    /// # Errors
    /// When the currencies differ.
    pub fn compare(self, other: Self) -> Result<Ordering, MoneyError> {
        self.same_currency(other).map(|()| self.minor.cmp(&other.minor))
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            Ok(())
        } else {
            Err(MoneyError::Currencies(self.currency, other.currency))
        }
    }

    /// Reads a plain decimal number with a point and no grouping, such as `1299.00`, as files and APIs write it.
    ///
    /// # Errors
    /// When it is no such number, is negative, or has more decimals than the currency.
    pub fn parse_major(text: &str, currency: Currency) -> Result<Self, BadAmount> {
        let bad = || BadAmount { text: text.to_owned(), currency, example: "1299.00" };
        let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
        let exponent = currency.exponent() as usize;
        let significant = fraction.trim_end_matches('0');
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(fraction) || significant.len() > exponent {
            return Err(bad());
        }
        let minor = format!("{whole}{significant:0<exponent$}");
        minor.parse().map(|minor| Self { minor, currency }).map_err(|_| bad())
    }

    /// The plain decimal number with a point: `1299.00`. For files and interfaces, not for people.
    #[must_use]
    pub fn major(self) -> String {
        self.written('.', None, false)
    }

    /// Reads an amount as people of this locale write it, with its sign or code before or behind it or without one:
    /// `$1,299.00 MXN`, `R$ 1.299,00`, `1.299,00 €`. Gives back what [`Money::display`] wrote.
    ///
    /// # Errors
    /// When it is no such number, stands beside another currency's code, or has more decimals than the currency.
    pub fn parse(text: &str, currency: Currency, locale: Locale) -> Result<Self, BadAmount> {
        let bad = || BadAmount { text: text.to_owned(), currency, example: "1299.00" };
        let (decimal, group) = locale.marks();
        let is_number = |character: char| character.is_ascii_digit() || [decimal, group, '-'].contains(&character);
        let start = text.find(is_number).ok_or_else(bad)?;
        let end = text.rfind(is_number).ok_or_else(bad)?;
        let around = [text.get(..start), text.get(end..).map(|rest| rest.trim_start_matches(is_number))];
        for mark in around.into_iter().flatten().map(str::trim).filter(|mark| !mark.is_empty()) {
            if mark != currency.sign() && !mark.eq_ignore_ascii_case(currency.code()) {
                return Err(bad());
            }
        }
        let number = text.get(start..end).zip(text.get(end..)).ok_or_else(bad)?;
        let last = number.1.chars().next().filter(|character| is_number(*character));
        let number: String = number.0.chars().chain(last).collect();
        let (negative, number) = number.strip_prefix('-').map_or((false, number.as_str()), |rest| (true, rest));
        let (whole, fraction) = number.split_once(decimal).unwrap_or((number, ""));
        if !is_grouped(whole, group, locale) || fraction.contains(group) {
            return Err(bad());
        }
        let plain = format!("{}.{fraction}", whole.replace(group, ""));
        let money = Self::parse_major(&plain, currency).map_err(|_| bad())?;
        Ok(if negative { Self { minor: -money.minor, ..money } } else { money })
    }

    /// The amount as a shopper of this locale reads it: `$1,299.00 MXN`, `R$ 1.299,00`, `1.299,00 €`.
    /// Whole amounts keep their decimals. Dollar-sign currencies other than the locale's own carry their code.
    #[must_use]
    pub fn display(self, locale: Locale) -> String {
        let (decimal, group) = locale.marks();
        let number = self.written(decimal, Some(group), locale.groups_by_lakh());
        let sign = self.currency.sign();
        match self.currency.code() {
            "EUR" if locale.decimal_comma() => format!("{number} €"),
            "BRL" => format!("R$ {number}"),
            "USD" if matches!(locale.region(), Some("US") | None) => format!("${number}"),
            "USD" | "MXN" | "COP" | "CLP" | "ARS" => format!("${number} {}", self.currency),
            _ if sign.len() == 3 && sign.is_ascii() => format!("{sign} {number}"),
            _ => format!("{sign}{number}"),
        }
    }

    fn written(self, decimal: char, group: Option<char>, by_lakh: bool) -> String {
        let exponent = self.currency.exponent() as usize;
        let digits = format!("{:0>width$}", self.minor.unsigned_abs(), width = exponent + 1);
        let (whole, fraction) = digits.split_at(digits.len() - exponent);
        let mut text = if self.minor < 0 { "-".to_owned() } else { String::new() };
        for (place, digit) in whole.chars().enumerate() {
            if let Some(group) = group
                && place > 0
                && stands_before_group(whole.len() - place, by_lakh)
            {
                text.push(group);
            }
            text.push(digit);
        }
        if exponent > 0 {
            text.push(decimal);
            text.push_str(fraction);
        }
        text
    }
}

/// Whether so many digits to the right of a place make it the start of a group: three, then threes; in India twos.
const fn stands_before_group(right: usize, by_lakh: bool) -> bool {
    if by_lakh { right == 3 || (right > 3 && right % 2 == 1) } else { right.is_multiple_of(3) }
}

/// Whether a whole number has its group marks where they belong, or none at all.
fn is_grouped(whole: &str, group: char, locale: Locale) -> bool {
    let digits = whole.chars().filter(|character| *character != group).count();
    if digits == whole.chars().count() {
        return true;
    }
    let mut left = digits;
    let mut marked = false;
    for character in whole.chars() {
        let belongs = left < digits && left > 0 && stands_before_group(left, locale.groups_by_lakh());
        match (character == group, marked) {
            (true, false) if belongs => marked = true,
            (true, _) => return false,
            (false, false) if belongs => return false,
            (false, _) => {
                left -= 1;
                marked = false;
            }
        }
    }
    !marked
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.major(), self.currency)
    }
}

/// A percentage in whole basis points: 1250 is 12.5 %.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BasisPoints(pub u32);

impl BasisPoints {
    /// All of it.
    pub const WHOLE: Self = Self(10_000);

    /// The percentage as people write it: `12.5 %` or `12,5 %`, without needless zeros.
    #[must_use]
    pub fn display(self, locale: Locale) -> String {
        let (whole, rest) = (self.0 / 100, self.0 % 100);
        let mark = if locale.decimal_comma() { ',' } else { '.' };
        match (rest, rest % 10) {
            (0, _) => format!("{whole}%"),
            (_, 0) => format!("{whole}{mark}{}%", rest / 10),
            _ => format!("{whole}{mark}{rest:02}%"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(text: &str, currency: &str) -> Money {
        Money::parse_major(text, currency.parse().unwrap()).unwrap()
    }

    #[test]
    fn shoppers_read_amounts_as_their_country_writes_them() {
        let check = |amount: Money, locale: &str, expected: &str| {
            assert_eq!(amount.display(locale.parse().unwrap()), expected);
        };
        check(money("1299", "MXN"), "es-MX", "$1,299.00 MXN");
        check(money("1299.5", "BRL"), "pt-BR", "R$ 1.299,50");
        check(money("0.05", "USD"), "en-US", "$0.05");
        check(money("1234567", "JPY"), "en-US", "¥1,234,567");
        check(money("1234.567", "KWD"), "en-US", "KWD 1,234.567");
        check(money("1299.99", "EUR"), "es-ES", "1.299,99 €");
    }

    #[test]
    fn what_shoppers_write_is_read_as_their_country_writes_it() {
        let read = |text: &str, currency: &str, locale: &str| {
            Money::parse(text, currency.parse().unwrap(), locale.parse().unwrap()).ok().map(Money::minor)
        };
        assert_eq!(read("$1,299.00 MXN", "MXN", "es-MX"), Some(129_900));
        assert_eq!(read("1.299,5", "BRL", "pt-BR"), Some(129_950));
        assert_eq!(read("R$ 1299", "BRL", "pt-BR"), Some(129_900));
        assert_eq!(read("INR 12,34,567.00", "INR", "en-IN"), Some(123_456_700));
        assert_eq!(read("¥1,234", "JPY", "en-US"), Some(1234));
        for (bad, currency, locale) in [
            ("1.299", "USD", "en-US"),
            ("1,2,99.00", "USD", "en-US"),
            (",299.00", "USD", "en-US"),
            ("1,299,.00", "USD", "en-US"),
            ("1299.00 USD", "MXN", "es-MX"),
            ("12.34,56", "EUR", "es-ES"),
            ("--1", "USD", "en-US"),
            ("", "USD", "en-US"),
            ("MXN", "MXN", "es-MX"),
        ] {
            assert_eq!(read(bad, currency, locale), None, "{bad:?}");
        }
    }

    #[test]
    fn amounts_in_files_are_plain_decimals() {
        for bad in ["", "-1", "1,299.00", "1.299", "12.345", "a", "1e3", ".5", "99999999999999999999"] {
            assert!(Money::parse_major(bad, "USD".parse().unwrap()).is_err(), "{bad:?}");
        }
        assert_eq!(money("12.500", "USD").minor(), 1250);
        assert_eq!(money("7", "JPY").minor(), 7);
    }

    #[test]
    fn currencies_do_not_mix() {
        assert!(matches!(money("1", "USD").plus(money("1", "MXN")), Err(MoneyError::Currencies(..))));
        assert_eq!(Money::new(i64::MAX, "USD".parse().unwrap()).plus(money("1", "USD")), Err(MoneyError::TooLarge));
    }

    #[test]
    fn percentages_drop_needless_zeros() {
        let en = "en-US".parse().unwrap();
        assert_eq!(BasisPoints(1000).display(en), "10%");
        assert_eq!(BasisPoints(1250).display("pt-BR".parse().unwrap()), "12,5%");
        assert_eq!(BasisPoints(825).display(en), "8.25%");
        assert_eq!(BasisPoints(805).display(en), "8.05%");
    }
}
