//! The `[policies]` of a shop file.

use crate::base::money::BasisPoints;
use crate::merchants::hours::{OpenDay, OpeningHours};
use crate::merchants::policies::{
    Introduction, Introductions, OrderExpiry, Policies, ShippingRule, ShippingTax, TaxMode, TaxRule, Texts, Words,
    unsaid,
};
use crate::merchants::shop_file::Country;
use crate::merchants::shop_file::section::Section;

const KEYS: &[&str] =
    &["shipping", "tax", "introduction", "texts", "hours", "order_expiry_minutes", "daily_model_budget"];
const LANGUAGES: &[&str] = &["en", "es", "pt"];
const TOPICS: &[&str] = &["about", "shipping", "returns", "hours", "payment"];
const DAYS: &[&str] = &["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Reads the policies; `None` when a rule that must be there is not, or is no rule. The reason has been noted.
pub(in crate::merchants::shop_file) fn read_policies(file: &Section<'_>, country: Country) -> Option<Policies> {
    let Some(policies) = file.section("policies", KEYS) else {
        file.note("policies", "is missing; write [policies.shipping] and [policies.tax] at least".to_owned());
        return None;
    };
    let shipping = read_shipping(&policies, country);
    let tax = read_tax(&policies);
    let introduction = policies.section("introduction", LANGUAGES).map(|section| read_introductions(&section));
    let texts = policies.section("texts", TOPICS).map(|section| read_texts(&section));
    let hours = policies.section("hours", DAYS).map(|section| read_hours(&section));
    let expiry = policies.optional("order_expiry_minutes", "whole minutes from 35 to 1435", |text| {
        text.parse().ok().and_then(|minutes| OrderExpiry::new(minutes).ok())
    });
    let budget = policies.optional(
        "daily_model_budget",
        "an amount a day in the currency that the model is priced in, such as \"2.50\"",
        read_micros,
    );
    Some(Policies {
        introduction: introduction.unwrap_or_default(),
        order_expiry_minutes: expiry.unwrap_or_default(),
        texts: texts.unwrap_or_default(),
        hours,
        daily_model_budget_micros: budget,
        ..Policies::new(shipping?, tax?)
    })
}

fn read_shipping(policies: &Section<'_>, country: Country) -> Option<ShippingRule> {
    let Some(section) = policies.section("shipping", &["flat", "free_above"]) else {
        policies.note("shipping", "is missing; write what delivery costs, such as flat = \"99.00\"".to_owned());
        return None;
    };
    let flat = section
        .required("flat", "an amount such as \"99.00\", or \"0\" if delivery is free", |text| country.amount(text));
    let free_above = section.optional("free_above", "an amount such as \"999.00\"", |text| country.amount(text));
    ShippingRule::new(flat?, free_above).ok()
}

fn read_tax(policies: &Section<'_>) -> Option<TaxRule> {
    let Some(section) = policies.section("tax", &["rate", "mode", "on_shipping"]) else {
        policies
            .note("tax", "is missing; write rate, mode and on_shipping, with the rate \"0\" for no tax".to_owned());
        return None;
    };
    let rate = section.required("rate", "a percentage such as \"16\" or \"8.25\"", read_percent);
    let mode =
        section.required(
            "mode",
            "\"included\" if prices have the tax in them, else \"added\"",
            |text| match text {
                "included" => Some(TaxMode::Included),
                "added" => Some(TaxMode::Added),
                _ => None,
            },
        );
    let shipping = section.flag("on_shipping").map(|on| if on { ShippingTax::Charged } else { ShippingTax::Free });
    TaxRule::new(rate?, mode?, shipping?).ok()
}

fn read_words<const MAX: usize>(section: &Section<'_>, key: &str) -> Option<Words<MAX>> {
    let instead = format!("a sentence of at most {MAX} characters, or leave the key out");
    section.optional(key, &instead, |text| Words::new(text).ok())
}

fn read_introductions(section: &Section<'_>) -> Introductions {
    Introductions {
        en: read_introduction(section, "en"),
        es: read_introduction(section, "es"),
        pt: read_introduction(section, "pt"),
    }
}

fn read_introduction(section: &Section<'_>, language: &str) -> Option<Introduction> {
    let own: Introduction = read_words(section, language)?;
    let Some(unsaid) = unsaid(&own) else { return Some(own) };
    section.note(language, format!("does not say {unsaid}; add that, or leave the key out to say it in our words"));
    None
}

fn read_texts(section: &Section<'_>) -> Texts {
    Texts {
        about: read_words(section, "about"),
        shipping: read_words(section, "shipping"),
        returns: read_words(section, "returns"),
        hours: read_words(section, "hours"),
        payment: read_words(section, "payment"),
    }
}

fn read_hours(section: &Section<'_>) -> OpeningHours {
    OpeningHours {
        monday: read_day(section, "monday"),
        tuesday: read_day(section, "tuesday"),
        wednesday: read_day(section, "wednesday"),
        thursday: read_day(section, "thursday"),
        friday: read_day(section, "friday"),
        saturday: read_day(section, "saturday"),
        sunday: read_day(section, "sunday"),
    }
}

fn read_day(section: &Section<'_>, day: &str) -> OpenDay {
    let instead = "the hours like [\"09:00-14:00\", \"16:00-19:00\"]";
    let mut spans = Vec::new();
    for text in section.texts(day, instead) {
        match text.parse() {
            Ok(span) => spans.push(span),
            Err(_) => section
                .note(day, format!("has \"{text}\"; write {instead}, and hours past midnight on the next day")),
        }
    }
    OpenDay::new(spans).unwrap_or_else(|error| {
        section.note(day, format!("has {} and {}, which overlap; write one span instead", error.0, error.1));
        OpenDay::default()
    })
}

/// A percentage with at most two decimals, of at most 100.
pub(in crate::merchants::shop_file) fn read_percent(text: &str) -> Option<BasisPoints> {
    let number = text.trim().trim_end_matches('%').trim_end();
    decimal(number, 2)
        .and_then(|points| u32::try_from(points).ok())
        .map(BasisPoints)
        .filter(|rate| *rate <= BasisPoints::WHOLE)
}

/// An amount as millionths.
fn read_micros(text: &str) -> Option<u64> {
    decimal(text.trim().trim_start_matches('$'), 6)
}

/// A plain decimal number, as a whole number of its smallest places.
fn decimal(text: &str, places: usize) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let fits = !whole.is_empty() && digits(whole) && digits(fraction) && fraction.len() <= places;
    if fits { format!("{whole}{fraction:0<places$}").parse().ok() } else { None }
}
