//! Amounts are read as they were written, in twenty locales.

use proptest::prelude::*;
use trato_pricing_checks::base::language::Locale;
use trato_pricing_checks::base::money::{Currency, Money};

const LOCALES: [&str; 24] = [
    "es-MX", "es-ES", "es-AR", "es-CO", "es-CL", "es-PE", "es-UY", "es-EC", "es-GT", "es-CR", "es-DO", "es-PA",
    "es-BO", "es-PY", "es-HN", "pt-BR", "pt-PT", "pt-AO", "en-US", "en-GB", "en-CA", "en-AU", "en-IN", "en-ZA",
];

const CURRENCIES: [&str; 14] =
    ["USD", "MXN", "BRL", "EUR", "GBP", "INR", "COP", "CLP", "JPY", "KRW", "KWD", "BHD", "ISK", "UGX"];

proptest! {
    #![proptest_config(ProptestConfig { cases: crate::tries(100_000), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_amount_is_read_as_it_was_written(
        minor in prop_oneof![-10_000_i64..10_000, -1_000_000_000_000_i64..1_000_000_000_000],
        locale in 0..LOCALES.len(),
        currency in 0..CURRENCIES.len(),
    ) {
        let locale: Locale = LOCALES[locale].parse().unwrap();
        let currency: Currency = CURRENCIES[currency].parse().unwrap();
        let money = Money::new(minor, currency);
        let text = money.display(locale);
        prop_assert_eq!(Money::parse(&text, currency, locale), Ok(money), "{}", text);
    }

    /// Whatever is read was written so, or plainly: nothing is guessed.
    #[test]
    fn text_that_is_read_says_that_amount(text in "[-0-9.,$ ]{0,12}", locale in 0..LOCALES.len()) {
        let locale: Locale = LOCALES[locale].parse().unwrap();
        let currency: Currency = "USD".parse().unwrap();
        if let Ok(money) = Money::parse(&text, currency, locale) {
            let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
            let (read, written) = (digits(&text), digits(&money.major()));
            prop_assert!(written.trim_start_matches('0').starts_with(read.trim_start_matches('0').trim_end_matches('0')));
        }
    }
}
