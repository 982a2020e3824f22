//! Reads a `shop.toml`: what a shop is called, what it sells in, its policies and its coupons.
//!
//! People write this file by hand. So amounts and percentages are written as people write them, a key that is not
//! known is a mistake and not ignored, and all mistakes are told at once: each in one sentence with the file, the
//! key, and what to write instead. Opens no file; the caller has read it.

pub mod coupons;
mod policies;
mod section;
#[cfg(test)]
mod tests;

use std::fmt;

use chrono_tz::Tz;
use toml::Table;

use crate::base::language::Locale;
use crate::base::money::{Currency, Money};
use crate::base::names::Slug;
use crate::merchants::merchant::NewMerchant;
use crate::merchants::policies::Policies;
use crate::merchants::shop_file::coupons::{CouponRule, read_coupons};
use crate::merchants::shop_file::policies::read_policies;
use crate::merchants::shop_file::section::{Notes, Section};

/// What a shop file says.
#[derive(Clone, Debug, PartialEq)]
pub struct ShopFile {
    /// The shop.
    pub shop: NewMerchant,
    /// Its coupons, in the order of the file.
    pub coupons: Vec<CouponRule>,
}

/// One mistake in a shop file. Prints as one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The file, as the caller named it.
    pub file: String,
    /// The key, with the sections it is in: `policies.tax.rate`. Empty when the file as a whole cannot be read.
    pub key: String,
    /// What is wrong, and what to write instead.
    pub what: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.key.as_str() {
            "" => write!(f, "{}: {}", self.file, self.what),
            key => write!(f, "{}: `{key}` {}", self.file, self.what),
        }
    }
}

/// A shop file with mistakes: at least one. Prints one line for each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadShopFile(pub Vec<Mistake>);

impl fmt::Display for BadShopFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, mistake) in self.0.iter().enumerate() {
            let line_break = if index == 0 { "" } else { "\n" };
            write!(f, "{line_break}{mistake}")?;
        }
        Ok(())
    }
}

impl std::error::Error for BadShopFile {}

/// Where and in what a shop counts: what amounts and dates in its file mean.
#[derive(Clone, Copy, Debug)]
struct Country {
    currency: Currency,
    time_zone: Tz,
}

impl Country {
    /// Reads an amount of zero or more, in minor units.
    fn amount(self, text: &str) -> Option<i64> {
        Money::parse_major(text, self.currency).ok().map(Money::minor)
    }
}

/// Reads the text of a shop file. `file` is what mistakes call it.
///
/// # Errors
/// With every mistake in it.
pub fn read_shop_file(file: &str, text: &str) -> Result<ShopFile, BadShopFile> {
    let notes = Notes::new(file);
    let table = text.parse::<Table>().map_err(|error| {
        let line = error.span().map_or(1, |span| text[..span.start].lines().count().max(1));
        BadShopFile(vec![Mistake {
            file: file.to_owned(),
            key: String::new(),
            what: format!("line {line} is not TOML: {}", error.message().replace('\n', ", ")),
        }])
    })?;
    let read = read_shop(&Section::whole(&table, KEYS, &notes));
    match (read, notes.into_mistakes()) {
        (Some(shop), mistakes) if mistakes.is_empty() => Ok(shop),
        (_, mistakes) => Err(BadShopFile(mistakes)),
    }
}

const KEYS: &[&str] =
    &["slug", "name", "currency", "locale", "time_zone", "policies", "pricing", "bargaining", "search", "coupons"];

fn read_shop(file: &Section<'_>) -> Option<ShopFile> {
    let slug = file.required("slug", "a short name for addresses, such as \"my-shop\"", read_slug);
    let name = file.required("name", "the name shoppers know, in at most 100 characters", read_name);
    let currency =
        file.required("currency", "a code such as \"MXN\", \"USD\" or \"BRL\"", |text| text.parse().ok());
    let locale = file.required("locale", "a locale such as \"es-MX\", \"en-US\" or \"pt-BR\"", read_locale);
    let time_zone =
        file.required("time_zone", "a time zone such as \"America/Mexico_City\"", |text| text.parse::<Tz>().ok());
    // The rest of the file cannot be read without these two: a guess would make false mistakes out of good amounts.
    let country = Country { currency: currency?, time_zone: time_zone? };
    let policies = read_policies(file, country);
    let coupons = read_coupons(file, country);
    let shop = NewMerchant {
        slug: slug?,
        name: name?,
        currency: country.currency,
        locale: locale?,
        time_zone: country.time_zone,
        policies: Policies {
            pricing: file.whole_section("pricing"),
            bargaining: file.whole_section("bargaining"),
            search: file.whole_section("search"),
            ..policies?
        },
    };
    Some(ShopFile { shop, coupons })
}

/// Letters, digits and hyphens: a slug stands in addresses and on command lines, where anything else must be quoted.
fn read_slug(text: &str) -> Option<Slug> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (text.bytes().all(plain) && !text.starts_with('-')).then(|| Slug::new(text).ok()).flatten()
}

fn read_name(text: &str) -> Option<String> {
    let name = text.trim();
    let fits = name.chars().count() <= 100 && !name.chars().any(char::is_control);
    (fits && name.chars().any(char::is_alphanumeric)).then(|| name.to_owned())
}

fn read_locale(text: &str) -> Option<Locale> {
    text.parse::<Locale>().ok().filter(|locale| locale.region().is_some())
}
