use chrono::Weekday;

use super::*;
use crate::base::clock::Time;
use crate::base::language::Language;
use crate::base::money::BasisPoints;
use crate::merchants::policies::{TaxMode, Topic};
use crate::merchants::shop_file::coupons::TakesOff;

const GOOD: &str = r#"
slug = "la-esquina"
name = "La Esquina"
currency = "MXN"
locale = "es-MX"
time_zone = "America/Mexico_City"

[policies]
order_expiry_minutes = 90
daily_model_budget = "2.50"

[policies.shipping]
flat = "99.00"
free_above = "999"

[policies.tax]
rate = "16"
mode = "included"
on_shipping = true

[policies.introduction]
es = "Hola, soy la asistente virtual de La Esquina. Escribe «persona» y te atiende alguien."

[policies.texts]
returns = "Tienes 30 días."

[policies.hours]
monday = ["10:00-14:00", "16:00-19:00"]

[[coupons]]
code = "hola10"
percent = "10"
minimum = "500.00"
valid_from = "2026-01-01"
valid_until = 2026-12-31
limit_per_shopper = 1

[[coupons]]
code = "ENVIO"
amount = "99.00"
limit_total = 50
"#;

/// The one mistake that is made when `from` is replaced by `to` in a good file.
fn mistake(from: &str, to: &str) -> String {
    assert!(GOOD.contains(from), "{from}");
    let BadShopFile(mistakes) = read_shop_file("shop.toml", &GOOD.replacen(from, to, 1)).unwrap_err();
    assert_eq!(mistakes.len(), 1, "{mistakes:?}");
    mistakes[0].to_string()
}

fn check(from: &str, to: &str, expected: &str) {
    assert_eq!(mistake(from, to), format!("shop.toml: {expected}"));
}

#[test]
fn a_good_file_becomes_a_shop() {
    let ShopFile { shop, .. } = read_shop_file("shop.toml", GOOD).unwrap();
    assert_eq!((shop.slug.as_str(), shop.name.as_str()), ("la-esquina", "La Esquina"));
    assert_eq!((shop.currency.code(), shop.locale.to_string().as_str()), ("MXN", "es-MX"));
    assert_eq!(shop.time_zone, Tz::America__Mexico_City);
    let policies = shop.policies;
    assert_eq!((policies.shipping.flat_minor(), policies.shipping.free_above_minor()), (9900, Some(99_900)));
    assert_eq!((policies.tax.rate(), policies.tax.mode()), (BasisPoints(1600), TaxMode::Included));
    assert!(policies.tax.on_shipping());
    assert_eq!(policies.order_expiry_minutes.minutes(), 90);
    assert_eq!(policies.daily_model_budget_micros, Some(2_500_000));
    assert!(policies.introduction.in_language(Language::Es).unwrap().starts_with("Hola"));
    assert_eq!(policies.texts.on(Topic::Returns), Some("Tienes 30 días."));
    assert_eq!(policies.hours.unwrap().on(Weekday::Mon).spans().len(), 2);
}

#[test]
fn coupons_count_from_midnight_to_midnight_in_the_shop() {
    let coupons = read_shop_file("shop.toml", GOOD).unwrap().coupons;
    let time = |text: &str| Some(text.parse::<Time>().unwrap());
    assert_eq!(coupons[0].code.as_str(), "HOLA10");
    assert_eq!(coupons[0].takes_off, TakesOff::Percent(BasisPoints(1000)));
    assert_eq!(coupons[0].minimum_minor, 50_000);
    assert_eq!(coupons[0].valid_from, time("2026-01-01T06:00:00Z"));
    assert_eq!(coupons[0].valid_until, time("2027-01-01T06:00:00Z"));
    assert_eq!((coupons[0].limit_total, coupons[0].limit_per_shopper), (None, Some(1)));
    assert_eq!(coupons[1].takes_off, TakesOff::AmountMinor(9900));
    assert_eq!((coupons[1].valid_from, coupons[1].limit_total), (None, Some(50)));
}

#[test]
fn each_mistake_says_where_it_is_and_what_to_write() {
    check(
        "\"la-esquina\"",
        "\"La Esquina\"",
        "`slug` is \"La Esquina\"; write a short name for addresses, such as \"my-shop\"",
    );
    check(
        "locale = \"es-MX\"",
        "",
        "`locale` is missing; write a locale such as \"es-MX\", \"en-US\" or \"pt-BR\"",
    );
    check(
        "\"99.00\"\nfree",
        "\"99,00\"\nfree",
        "`policies.shipping.flat` is \"99,00\"; write an amount such as \"99.00\", or \"0\" if delivery is free",
    );
    check(
        "\"99.00\"\nfree",
        "99.00\nfree",
        "`policies.shipping.flat` is a number without quotes; write an amount such as \"99.00\", or \"0\" if delivery is free, with its quotes",
    );
    check(
        "\"16\"",
        "\"sixteen\"",
        "`policies.tax.rate` is \"sixteen\"; write a percentage such as \"16\" or \"8.25\"",
    );
    check("= true", "= \"yes\"", "`policies.tax.on_shipping` is a text; write true or false, without quotes");
    check("90", "20", "`policies.order_expiry_minutes` is \"20\"; write whole minutes from 35 to 1435");
    check(
        "returns",
        "refunds",
        "`policies.texts.refunds` is not a key that belongs here; the keys are about, shipping, returns, hours, payment",
    );
    check(
        "\"10:00-14:00\"",
        "\"10-14\"",
        "`policies.hours.monday` has \"10-14\"; write the hours like [\"09:00-14:00\", \"16:00-19:00\"], and hours past midnight on the next day",
    );
    check(
        "\"16:00-19:00\"",
        "\"13:00-19:00\"",
        "`policies.hours.monday` has 10:00-14:00 and 13:00-19:00, which overlap; write one span instead",
    );
    check("limit_total = 50", "limit_total = 0", "`coupons[2].limit_total` is \"0\"; write a whole number from 1");
    check(
        "\"ENVIO\"",
        "\"Hola10\"",
        "`coupons[2].code` is \"HOLA10\", as another coupon's is; write a code of its own",
    );
    check("amount = \"99.00\"", "", "`coupons[2].percent` is missing; write percent or amount");
    check(
        "amount = \"99.00\"",
        "amount = \"99.00\"\npercent = \"5\"",
        "`coupons[2].amount` stands beside percent; write only one of the two",
    );
    check("2026-12-31", "\"2025-12-31\"", "`coupons[1].valid_until` is before valid_from; write the later day");
}

#[test]
fn an_introduction_may_be_changed_and_not_emptied() {
    let said =
        mistake("Hola, soy la asistente virtual de La Esquina. Escribe «persona» y te atiende alguien.", " ");
    assert!(said.contains("`policies.introduction.es` is \" \"; write a sentence"), "{said}");
    let said = mistake("la asistente virtual de La Esquina. Escribe «persona» y te atiende alguien.", "Lola.");
    assert!(said.contains("`policies.introduction.es` does not say that an assistant writes"), "{said}");
}

#[test]
fn rules_that_cost_money_have_no_default() {
    let without = |section: &str| {
        let start = GOOD.find(section).unwrap();
        let end = start + GOOD[start..].find("\n\n").unwrap();
        mistake(&GOOD[start..end], "")
    };
    assert!(without("[policies.shipping]").contains("`policies.shipping` is missing"));
    assert!(without("[policies.tax]").contains("`policies.tax` is missing"));
}

#[test]
fn all_mistakes_are_told_at_once() {
    let bad = GOOD.replace("\"16\"", "\"x\"").replace("slug", "slog").replace("\"10\"", "\"200\"");
    let BadShopFile(mistakes) = read_shop_file("a.toml", &bad).unwrap_err();
    let keys: Vec<&str> = mistakes.iter().map(|mistake| mistake.key.as_str()).collect();
    assert_eq!(keys, ["slog", "slug", "policies.tax.rate", "coupons[1].percent"]);
    assert_eq!(BadShopFile(mistakes).to_string().lines().count(), 4);
}

#[test]
fn a_file_that_is_not_toml_is_told_by_its_line() {
    let BadShopFile(mistakes) = read_shop_file("shop.toml", "slug = \"a\"\nname = La Esquina\n").unwrap_err();
    let said = mistakes[0].to_string();
    assert!(said.starts_with("shop.toml: line 2 is not TOML: ") && said.lines().count() == 1, "{said}");
}

#[test]
fn an_amount_has_the_decimals_of_its_currency() {
    let yen = GOOD.replace("MXN", "JPY");
    let BadShopFile(mistakes) = read_shop_file("shop.toml", &yen.replace("\"99.00\"", "\"99.50\"")).unwrap_err();
    assert!(mistakes.iter().any(|mistake| mistake.key == "policies.shipping.flat"), "{mistakes:?}");
    assert_eq!(read_shop_file("shop.toml", &yen).unwrap().shop.policies.shipping.flat_minor(), 99);
}
