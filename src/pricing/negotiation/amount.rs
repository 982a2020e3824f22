//! Prices as other programs write them in JSON: a decimal text or a number, in major units.

use serde_json::Value;

use crate::base::money::{Currency, Money};
use crate::pricing::rounding::Rounding;

/// A value that is no price.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a price; write it like 1299.00")]
pub struct BadPrice(pub String);

/// More digits than any price has.
const DIGITS_MAX: usize = 30;

/// Where decimals beyond the currency's go: other programs reckon in floats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Towards {
    /// To the nearest, half to even.
    Nearest,
    /// Up: a floor or a cost is not to be undercut.
    Up,
    /// Down: a shopper is not to be held to more than they said.
    Down,
}

/// Reads a price.
///
/// # Errors
/// When it is no number, is below nothing or does not fit.
pub fn read(value: &Value, currency: Currency, towards: Towards) -> Result<Money, BadPrice> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        other => return Err(BadPrice(other.to_string().chars().take(40).collect())),
    };
    minor(&text, currency.exponent(), towards)
        .map(|minor| Money::new(minor, currency))
        .ok_or_else(|| BadPrice(text.chars().take(40).collect()))
}

/// Writes a price as a decimal text.
#[must_use]
pub fn write(price: Money) -> Value {
    Value::String(price.major())
}

fn minor(text: &str, exponent: u32, towards: Towards) -> Option<i64> {
    let (number, power) = match text.split_once(['e', 'E']) {
        Some((number, power)) => (number, power.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || digits.len() > DIGITS_MAX || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let value: i128 = digits.parse().ok()?;
    // How many places the digits stand left of the minor unit.
    let shift =
        i32::try_from(exponent).ok()?.checked_add(power)?.checked_sub(i32::try_from(fraction.len()).ok()?)?;
    let ten = |places: u32| 10_i128.checked_pow(places);
    let scaled = if shift >= 0 {
        value.checked_mul(ten(shift.unsigned_abs())?)?
    } else {
        // What is finer than any number of ours is nothing, or next to it.
        let divisor = ten(shift.unsigned_abs()).unwrap_or(i128::MAX);
        match towards {
            Towards::Nearest => return Rounding::HalfEven.divide(value, divisor),
            Towards::Down => value.checked_div(divisor)?,
            Towards::Up => value.checked_div(divisor)?.checked_add(i128::from(value.checked_rem(divisor)? > 0))?,
        }
    };
    i64::try_from(scaled).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_and_numbers_are_read_to_the_minor_unit() {
        let check = |value: Value, currency: &str, minor: i64| {
            let read = read(&value, currency.parse().unwrap(), Towards::Nearest).unwrap();
            assert_eq!(read.minor(), minor, "{value}");
        };
        check(json!("1299.00"), "USD", 129_900);
        check(json!(1299), "USD", 129_900);
        check(json!(16321.125), "USD", 1_632_112);
        check(json!(16321.135), "USD", 1_632_114);
        check(json!(0.1), "KWD", 100);
        check(json!(1299.5), "JPY", 1300);
        check(json!(1e5), "USD", 10_000_000);
        check(json!("1.5e3"), "JPY", 1500);
    }

    #[test]
    fn a_price_between_two_minor_units_goes_where_it_harms_nobody() {
        let read = |value: Value, towards| read(&value, "USD".parse().unwrap(), towards).unwrap().minor();
        for (value, down, up) in [
            (json!(72.004), 7200, 7201),
            (json!("71.996"), 7199, 7200),
            (json!("72.00"), 7200, 7200),
            (json!("1e-60"), 0, 1),
            (json!("0e-60"), 0, 0),
        ] {
            assert_eq!(
                (read(value.clone(), Towards::Down), read(value.clone(), Towards::Up)),
                (down, up),
                "{value}"
            );
        }
    }

    #[test]
    fn what_is_no_price_is_refused() {
        let bad =
            [json!(-1), json!("ten"), json!(""), json!("1,299"), json!(null), json!([1]), json!(1e40), json!(".")];
        for value in bad {
            assert!(read(&value, "USD".parse().unwrap(), Towards::Nearest).is_err(), "{value}");
        }
    }
}
