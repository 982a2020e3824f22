//! One shop, as it is kept and as it is added.

use chrono_tz::Tz;

use crate::base::clock::Time;
use crate::base::ids::MerchantId;
use crate::base::language::Locale;
use crate::base::money::Currency;
use crate::base::names::Slug;
use crate::merchants::policies::Policies;

/// One shop.
#[derive(Clone, Debug, PartialEq)]
pub struct Merchant {
    /// Every row of its data carries this.
    pub id: MerchantId,
    /// Its short name in addresses and on the command line.
    pub slug: Slug,
    /// Its name as shoppers know it.
    pub name: String,
    /// What it sells in.
    pub currency: Currency,
    /// Its language, and how its country writes numbers.
    pub locale: Locale,
    /// Where its opening hours and its days are counted.
    pub time_zone: Tz,
    /// Its rules and its own words.
    pub policies: Policies,
    /// When it was added.
    pub created_at: Time,
}

/// A shop that is to be added.
#[derive(Clone, Debug, PartialEq)]
pub struct NewMerchant {
    /// Its short name; no two shops of a deployment share one.
    pub slug: Slug,
    /// Its name as shoppers know it.
    pub name: String,
    /// What it sells in.
    pub currency: Currency,
    /// Its language, and how its country writes numbers.
    pub locale: Locale,
    /// Where its opening hours and its days are counted.
    pub time_zone: Tz,
    /// Its rules and its own words.
    pub policies: Policies,
}
