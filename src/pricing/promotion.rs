//! Promotions as data: what a merchant writes in a file, without code and without a currency.
//!
//! A promotion says what it gives, on what, under which conditions, how often, and what it goes together with. What
//! it takes off a given cart is for [`crate::pricing::takes`], whether it is used for [`crate::pricing::choose`].

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use crate::base::clock::Time;
use crate::base::names::{CouponCode, Sku};
use crate::pricing::amount::{Amount, Percent};
use crate::pricing::scope::{Condition, Scope};

/// A rule the merchant set that changes a quote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Promotion {
    /// Its name in the merchant's files and in explanations; one promotion each.
    pub id: String,
    /// What it gives.
    pub gives: Gives,
    /// What it is worked out on; everything when left out.
    #[serde(default)]
    pub on: Scope,
    /// What must hold beside; nothing when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// When it is good, in the merchant's zone.
    #[serde(default)]
    pub valid: Validity,
    /// How often and for how much in all.
    #[serde(default)]
    pub limits: Limits,
    /// The codes that call it; none means that it needs no code.
    #[serde(default)]
    pub codes: Vec<CouponCode>,
    /// Of two promotions of one group that concern the same line, only one is used. Everything is in one group
    /// unless the merchant says otherwise, so that nothing is given twice by accident.
    #[serde(default)]
    pub group: String,
    /// Lower comes first. Ties go by id.
    #[serde(default)]
    pub priority: i32,
    /// Goes together with nothing.
    #[serde(default)]
    pub alone: bool,
    /// What it is reckoned from.
    #[serde(default)]
    pub basis: Basis,
    /// The share of shoppers who never get it, so that what it brings can be told. Not for one that is called by a
    /// code: who has a code was promised something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold_out: Option<Percent>,
}

/// What a promotion is reckoned from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// From list prices, whatever else comes off: 10 % and 5 % together are 15 %.
    #[default]
    List,
    /// From what the others before it left: 10 % and then 5 % are 14.5 %.
    Rest,
}

/// What a promotion gives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Gives {
    /// A part of everything in scope.
    Percent(Percent),
    /// An amount off everything in scope together.
    Amount(Amount),
    /// An amount off each piece in scope.
    AmountEach(Amount),
    /// Each piece in scope for this price, where it costs more.
    FixedPrice(Amount),
    /// For so many pieces in scope, so many others for less.
    BuyGet(BuyGet),
    /// The cheapest piece in scope, once there are so many.
    CheapestFree {
        /// How many there must be.
        from: u32,
    },
    /// So many pieces in scope for the price of fewer; the cheapest are free.
    Multibuy {
        /// How many are taken.
        take: u32,
        /// How many are paid.
        pay: u32,
    },
    /// More comes off the more there is; the highest step that is reached counts for all.
    Tiered(Tiered),
    /// Delivery costs nothing, or less.
    FreeShipping {
        /// The most it takes off; all when left out.
        #[serde(default)]
        up_to: Option<Amount>,
    },
    /// Something on top, for nothing.
    Gift {
        /// What.
        sku: Sku,
        /// How many.
        quantity: u32,
    },
    /// A set for one price, as often as it is complete.
    Bundle {
        /// How many of what make a set.
        items: Vec<BundleItem>,
        /// What a set costs.
        price: Amount,
    },
}

/// Buy so many, get so many for less.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BuyGet {
    /// How many are bought.
    pub buy: u32,
    /// How many more are got for less; the cheapest.
    pub get: u32,
    /// Among what they are got; the promotion's own scope when left out.
    #[serde(default)]
    pub of: Option<Scope>,
    /// How much comes off those; all when left out.
    #[serde(default = "whole")]
    pub percent: Percent,
    /// How often in one order; as often as it fits when left out.
    #[serde(default)]
    pub times_max: Option<u32>,
}

const fn whole() -> Percent {
    Percent::WHOLE
}

/// Steps by amount or by quantity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tiered {
    /// What is counted in the scope.
    pub by: TierBy,
    /// The steps; their order does not matter.
    pub tiers: Vec<Tier>,
}

/// What steps count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TierBy {
    /// What the pieces come to at list prices.
    Amount,
    /// How many pieces there are.
    Quantity,
}

/// One step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// From here: an amount, or a whole number of pieces.
    pub from: Amount,
    /// A part that comes off.
    #[serde(default)]
    pub percent: Option<Percent>,
    /// An amount that comes off everything together.
    #[serde(default)]
    pub amount: Option<Amount>,
}

/// So many of one thing in a set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleItem {
    /// What.
    pub sku: Sku,
    /// How many.
    pub quantity: u32,
}

/// When something is good. Days begin and end in the merchant's zone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Validity {
    /// The first moment, or the first day.
    pub from: Option<Moment>,
    /// The last moment, or the last day.
    pub until: Option<Moment>,
    /// Only on these days of the week; any day when empty. 1 is Monday. Hours past midnight belong to the day before.
    pub weekdays: Vec<u8>,
    /// Not before this time of day.
    pub opens: Option<NaiveTime>,
    /// No longer at this time of day. Before `opens`, it means the next morning.
    pub closes: Option<NaiveTime>,
}

/// A day, or a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, try_from = "String")]
pub enum Moment {
    /// A whole day in the merchant's zone.
    Day(NaiveDate),
    /// A moment anywhere.
    At(Time),
}

/// Text that is neither a day nor a moment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is neither a day nor a moment; write `from` and `until` like \"2026-11-20\", or with the time and its zone \
     like \"2026-11-20T18:00:00-06:00\""
)]
pub struct NotAMoment(pub String);

impl TryFrom<String> for Moment {
    type Error = NotAMoment;
    fn try_from(text: String) -> Result<Self, NotAMoment> {
        let day = text.parse().map(Self::Day);
        day.or_else(|_| text.parse().map(Self::At)).map_err(|_| NotAMoment(text))
    }
}

/// How often a promotion may be used. What is left out is not limited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// By how many orders.
    pub total: Option<u32>,
    /// By how many orders of one shopper.
    pub per_shopper: Option<u32>,
    /// By how many orders in one day of the merchant's.
    pub per_day: Option<u32>,
    /// What all orders together may take off by it.
    pub budget: Option<Amount>,
}

/// How often a promotion has been used by orders of other carts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Uses {
    /// In all.
    pub total: u32,
    /// By this shopper.
    pub by_shopper: u32,
    /// Today, in the merchant's zone.
    pub today: u32,
    /// What it took off in all, in minor units.
    pub spent: i64,
}

/// A promotion that may be on offer, and how often it was used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// The promotion. Shared, because it is the merchant's and not the cart's.
    pub promotion: std::sync::Arc<Promotion>,
    /// Its uses.
    pub uses: Uses,
    /// Whether this shopper bargained for it: it then goes with lines whose price was agreed, which no other does.
    pub is_agreed: bool,
}

impl Offered {
    /// A promotion nobody has used.
    #[must_use]
    pub fn new(promotion: Promotion) -> Self {
        Self { promotion: std::sync::Arc::new(promotion), uses: Uses::default(), is_agreed: false }
    }

    /// One that this shopper bargained for.
    #[must_use]
    pub fn agreed(promotion: Promotion) -> Self {
        Self { is_agreed: true, ..Self::new(promotion) }
    }
}

/// How promotions are picked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// In the order of their priority: each that may be used beside those before it is used.
    AsListed,
    /// Whichever of the allowed combinations costs the shopper least.
    #[default]
    Best,
}

impl Promotion {
    /// A promotion that gives this on everything, always, to everybody, and goes together with nothing else of its
    /// kind.
    #[must_use]
    pub fn new(id: &str, gives: Gives) -> Self {
        Self {
            id: id.to_owned(),
            gives,
            on: Scope::default(),
            when: None,
            valid: Validity::default(),
            limits: Limits::default(),
            codes: Vec::new(),
            group: String::new(),
            priority: 0,
            alone: false,
            basis: Basis::List,
            hold_out: None,
        }
    }
}
