//! Stripe's own rules about amounts: smallest charges, and the minor units it counts in, which are not always
//! those of ISO 4217 (docs.stripe.com/currencies).

use crate::base::language::Locale;
use crate::base::money::{Currency, Money};

/// The smallest amount that can be charged, in the units Stripe counts in; `None` where it publishes none.
pub fn smallest_charge(currency: &str) -> Option<i64> {
    match currency {
        "usd" | "ars" | "aud" | "brl" | "cad" | "chf" | "cop" | "eur" | "idr" | "ils" | "inr" | "nzd" | "php"
        | "rub" | "sgd" | "zar" | "jpy" | "krw" => Some(50),
        "aed" | "myr" | "pln" | "ron" => Some(200),
        "gbp" => Some(30),
        "dkk" => Some(250),
        "nok" | "sek" => Some(300),
        "hkd" => Some(400),
        "mxn" | "thb" => Some(1_000),
        "czk" => Some(1_500),
        "huf" => Some(17_500),
        _ => None,
    }
}

/// The largest amount a card can be charged: twelve digits.
pub const LARGEST_CHARGE: i64 = 999_999_999_999;

/// What every amount in this currency must be a multiple of: króna and shilling are sent with two decimals that
/// must be 00, three-decimal currencies with a last digit of 0.
pub fn step(currency: &str) -> i64 {
    match currency {
        "isk" | "ugx" => 100,
        "bhd" | "jod" | "kwd" | "omr" | "tnd" => 10,
        _ => 1,
    }
}

/// The amount as the payer reads it.
pub fn display(amount: i64, currency: &str, locale: Locale) -> String {
    let Ok(known) = currency.parse::<Currency>() else { return format!("{amount} {currency}") };
    let minor = match currency {
        "isk" | "ugx" => amount / 100,
        "mga" => amount.saturating_mul(100),
        _ => amount,
    };
    Money::new(minor, known).display(locale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_shown_in_the_units_stripe_counts_in() {
        let check = |amount, currency, locale: &str, expected: &str| {
            assert_eq!(display(amount, currency, locale.parse().unwrap()), expected);
        };
        check(134_900, "mxn", "es-MX", "$1,349.00 MXN");
        check(1_990, "brl", "pt-BR", "R$ 19,90");
        check(500, "jpy", "en-US", "¥500");
        check(500_000, "isk", "en-US", "ISK 5,000");
    }
}
