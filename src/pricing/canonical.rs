//! The canonical form of a quote, as bytes. Two quotes have the same bytes exactly when the shopper gets and pays
//! the same. A version's form never changes: orders were made on its fingerprints.

use std::fmt::Write as _;

use crate::base::names::CouponCode;
use crate::pricing::input::Per;
use crate::pricing::measure::Measure;
use crate::pricing::quote::{CameOff, Quote, QuoteLine};
use crate::pricing::tax::TaxMode;

/// One field of the canonical form. The length in front makes it unambiguous whatever the text contains.
fn field(text: &mut String, name: &str, value: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{name} {}:{value}", value.len());
}

fn number(text: &mut String, name: &str, value: i64) {
    let _ = writeln!(text, "{name} {value}");
}

/// The form of version 1, for quotes it kept.
pub(in crate::pricing) fn version_1(quote: &Quote) -> Vec<u8> {
    let mut lines: Vec<&QuoteLine> = quote.lines.iter().collect();
    lines.sort_by(|one, other| one.sku.cmp(&other.sku));
    let mut text = beginning(quote, "1");
    for line in lines {
        field(&mut text, "sku", line.sku.as_str());
        field(&mut text, "product", line.product.as_str());
        field(&mut text, "title", &line.title);
        number(&mut text, "quantity", i64::from(line.quantity));
        number(&mut text, "unit", line.unit.minor());
        number(&mut text, "discount", line.discount.minor());
    }
    for discount in &quote.discounts {
        field(&mut text, "code", discount.code.as_ref().map_or("", CouponCode::as_str));
        number(&mut text, "percent", discount.percent.map_or(0, |percent| i64::from(percent.0)));
        number(&mut text, "off", discount.amount.minor());
    }
    let tax = quote.tax();
    number(&mut text, "shipping", quote.shipping.minor());
    number(&mut text, "tax_rate", i64::from(tax.rate.0));
    number(&mut text, "tax", tax.amount.minor());
    field(&mut text, "tax_included", if tax.included { "yes" } else { "no" });
    number(&mut text, "total", quote.total.minor());
    text.into_bytes()
}

/// Today's form.
pub(in crate::pricing) fn version_2(quote: &Quote) -> Vec<u8> {
    let mut lines: Vec<String> = quote.lines.iter().map(line).collect();
    lines.sort_unstable();
    let mut text = beginning(quote, "2");
    for line in lines {
        text.push_str(&line);
    }
    for discount in &quote.discounts {
        field(&mut text, "promotion", discount.promotion.as_deref().unwrap_or_default());
        field(&mut text, "code", discount.code.as_ref().map_or("", CouponCode::as_str));
        field(
            &mut text,
            "from",
            match discount.from {
                CameOff::Lines => "lines",
                CameOff::Shipping => "shipping",
                CameOff::Gift => "gift",
            },
        );
        number(&mut text, "off", discount.amount.minor());
    }
    number(&mut text, "shipping", quote.shipping.minor());
    field(
        &mut text,
        "tax_mode",
        match quote.tax_mode {
            TaxMode::Included => "included",
            TaxMode::Added => "added",
            TaxMode::Before => "before",
        },
    );
    for tax in &quote.taxes {
        field(&mut text, "tax", &tax.name);
        number(&mut text, "rate", i64::from(tax.rate.millionths()));
        number(&mut text, "amount", tax.amount.minor());
    }
    number(&mut text, "total", quote.total.minor());
    number(&mut text, "due_now", quote.due_now.minor());
    text.into_bytes()
}

fn beginning(quote: &Quote, version: &str) -> String {
    // A line takes about 150 bytes.
    let mut text = String::with_capacity(quote.lines.len().saturating_add(3).saturating_mul(150));
    field(&mut text, "quote", version);
    field(&mut text, "currency", quote.currency().code());
    text
}

fn line(line: &QuoteLine) -> String {
    let mut text = String::with_capacity(150);
    field(&mut text, "sku", line.sku.as_str());
    field(&mut text, "product", line.product.as_str());
    field(&mut text, "title", &line.title);
    number(&mut text, "quantity", i64::from(line.quantity));
    measure(&mut text, &line.measure);
    number(&mut text, "unit", line.unit.minor());
    for extra in &line.extras {
        field(&mut text, "extra", &extra.name);
        number(&mut text, if extra.per == Per::Piece { "each" } else { "once" }, extra.amount.minor());
    }
    number(&mut text, "amount", line.amount.minor());
    number(&mut text, "discount", line.discount.minor());
    number(&mut text, "tax", line.tax_minor);
    if let Some(promotion) = &line.gift_of {
        field(&mut text, "gift_of", promotion);
    }
    text
}

fn measure(text: &mut String, measure: &Measure) {
    match measure {
        Measure::Piece => {}
        Measure::Weight { grams } => number(text, "grams", i64::from(*grams)),
        Measure::Length { millimetres } => number(text, "millimetres", i64::from(*millimetres)),
        Measure::Hours { minutes } => number(text, "minutes", i64::from(*minutes)),
        Measure::Nights(stay) => {
            let _ = writeln!(text, "nights {} {}", stay.from, stay.until);
            for (night, rate) in &stay.rates {
                let _ = writeln!(text, "night {night} {rate}");
            }
        }
    }
}
