//! The `[[coupons]]` of a shop file, as plain values.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;

use crate::base::clock::Time;
use crate::base::money::BasisPoints;
use crate::base::names::CouponCode;
use crate::merchants::shop_file::Country;
use crate::merchants::shop_file::policies::read_percent;
use crate::merchants::shop_file::section::Section;

const KEYS: &[&str] =
    &["code", "percent", "amount", "minimum", "valid_from", "valid_until", "limit_total", "limit_per_shopper"];

/// What a shop file says of one coupon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CouponRule {
    /// What shoppers type.
    pub code: CouponCode,
    /// What it takes off.
    pub takes_off: TakesOff,
    /// From which value of goods it counts, in minor units.
    pub minimum_minor: i64,
    /// The first moment it counts.
    pub valid_from: Option<Time>,
    /// The first moment it no longer counts: midnight after the day that the file calls its last.
    pub valid_until: Option<Time>,
    /// How often it may be used in all.
    pub limit_total: Option<u32>,
    /// How often one shopper may use it.
    pub limit_per_shopper: Option<u32>,
}

/// What a coupon takes off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakesOff {
    /// A part of the goods, never nothing.
    Percent(BasisPoints),
    /// An amount above zero, in minor units.
    AmountMinor(i64),
}

/// Reads the coupons that can be read. Mistakes in the others have been noted.
pub(in crate::merchants::shop_file) fn read_coupons(file: &Section<'_>, country: Country) -> Vec<CouponRule> {
    let sections = file.sections("coupons", KEYS);
    let mut seen = BTreeSet::new();
    let read = |section: &Section<'_>| read_coupon(section, country, &mut seen);
    sections.iter().filter_map(read).collect()
}

fn read_coupon(section: &Section<'_>, country: Country, seen: &mut BTreeSet<CouponCode>) -> Option<CouponRule> {
    let code: Option<CouponCode> = section.required("code", "what shoppers type, such as \"WELCOME10\"", read_code);
    if let Some(code) = &code
        && !seen.insert(code.clone())
    {
        section.note("code", format!("is \"{code}\", as another coupon's is; write a code of its own"));
    }
    let takes_off = read_takes_off(section, country);
    let amount = |text: &str| country.amount(text);
    let minimum = section.optional("minimum", "an amount such as \"500.00\"", amount);
    let day = "a day such as \"2026-12-31\"";
    let first = section.optional("valid_from", day, |text| midnight(text.parse().ok()?, country.time_zone));
    let last = section.optional("valid_until", day, |text| {
        midnight(text.parse::<NaiveDate>().ok()?.succ_opt()?, country.time_zone)
    });
    if first.is_some() && last.is_some() && first >= last {
        section.note("valid_until", "is before valid_from; write the later day".to_owned());
    }
    let limit = |key: &str| section.optional(key, "a whole number from 1", read_limit);
    Some(CouponRule {
        limit_total: limit("limit_total"),
        limit_per_shopper: limit("limit_per_shopper"),
        code: code?,
        takes_off: takes_off?,
        minimum_minor: minimum.unwrap_or_default(),
        valid_from: first,
        valid_until: last,
    })
}

/// A code that a person can type in a chat: no blanks inside.
fn read_code(text: &str) -> Option<CouponCode> {
    CouponCode::new(text).ok().filter(|code| !code.as_str().contains(char::is_whitespace))
}

fn read_takes_off(section: &Section<'_>, country: Country) -> Option<TakesOff> {
    let percent = section.optional("percent", "a percentage above 0 such as \"10\" or \"12.5\"", |text| {
        read_percent(text).filter(|part| part.0 > 0)
    });
    let amount = section.optional("amount", "an amount above 0 such as \"150.00\"", |text| {
        country.amount(text).filter(|minor| *minor > 0)
    });
    match (section.has("percent"), section.has("amount")) {
        (true, true) => section.note("amount", "stands beside percent; write only one of the two".to_owned()),
        (false, false) => section.note("percent", "is missing; write percent or amount".to_owned()),
        _ => return percent.map(TakesOff::Percent).or(amount.map(TakesOff::AmountMinor)),
    }
    None
}

fn read_limit(text: &str) -> Option<u32> {
    text.parse().ok().filter(|limit| *limit > 0 && i32::try_from(*limit).is_ok())
}

/// When this day begins in the shop. Where clocks are set forward at midnight, it begins an hour later.
fn midnight(day: NaiveDate, zone: Tz) -> Option<Time> {
    let start = day.and_time(NaiveTime::MIN);
    let local = zone.from_local_datetime(&start).earliest();
    let local = local.or_else(|| zone.from_local_datetime(&(start + TimeDelta::hours(1))).earliest());
    local.map(|time| time.with_timezone(&Utc))
}
