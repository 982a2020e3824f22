//! The merchant's bounds, as data: for the shop, a category or a product; the nearer wins, setting by setting.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::base::money::{BasisPoints, Money};
use crate::base::names::{Handle, Sku};
use crate::pricing::amount::{Amount, Percent, Ratio};
use crate::pricing::negotiation::policy::{ONE, Policy};
use crate::pricing::scope::place_within;

/// Every bound of a shop.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// For everything.
    pub shop: Bounds,
    /// For a category and what is within it, by its name or path.
    pub categories: BTreeMap<String, Bounds>,
    /// For a product, by its handle.
    pub products: BTreeMap<Handle, Bounds>,
}

/// What may be set at one level; what is not set is the next level's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Bounds {
    /// Whether we bargain at all.
    pub bargain: Option<bool>,
    /// The opening price, of the list price. More than all of it needs `above_list`.
    pub opening: Option<Ratio>,
    /// Whether the opening may lie above the list price: quoted goods, services, used goods.
    pub above_list: Option<bool>,
    /// The least for one, of the list price. A variant's own floor holds beside it.
    pub floor: Option<Percent>,
    /// The margin over cost to end at, of the cost.
    pub target_margin: Option<Ratio>,
    /// Bargaining starts after so many of the shopper's messages.
    pub after_messages: Option<u32>,
    /// Bargaining starts at this quantity.
    pub quantity_min: Option<u32>,
    /// How fast to give way.
    pub pace: Option<Pace>,
    /// How many prices are named at most; the one on the label counts.
    pub offers: Option<u32>,
    /// What may be given instead of money, before money, in order. What cannot be had just now is passed over.
    pub extras: Option<Vec<Extra>>,
    /// How long an offer stands.
    pub offer_life_minutes: Option<u32>,
    /// How long what was offered is remembered of a shopper.
    pub memory_days: Option<u32>,
    /// A bid for at least this many is put to a person.
    pub person_from_quantity: Option<u32>,
}

/// How fast to give way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pace {
    /// As was learned from the shop's past; evenly, as long as nothing was.
    Learned,
    /// In even steps.
    Even,
}

/// Something instead of money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Extra {
    /// Nothing for sending it.
    FreeShipping,
    /// This for nothing.
    Gift {
        /// What.
        sku: Sku,
    },
    /// This too, for so much each.
    Bundle {
        /// What.
        sku: Sku,
        /// For how much each.
        price: Amount,
    },
}

impl Extra {
    /// What is given, unless it is delivery.
    #[must_use]
    pub const fn sku(&self) -> Option<&Sku> {
        match self {
            Self::FreeShipping => None,
            Self::Gift { sku } | Self::Bundle { sku, .. } => Some(sku),
        }
    }
}

/// The bounds that hold for one product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Whether we bargain.
    pub bargain: bool,
    /// The opening price over the list price.
    pub opening: BasisPoints,
    /// Whether it may lie above.
    pub above_list: bool,
    /// The least, of the list price.
    pub floor: BasisPoints,
    /// The margin over cost to end at.
    pub target_margin: BasisPoints,
    /// After how many messages.
    pub after_messages: u32,
    /// From what quantity.
    pub quantity_min: u32,
    /// How fast.
    pub pace: Pace,
    /// How many prices.
    pub offers: u32,
    /// Instead of money.
    pub extras: Vec<Extra>,
    /// How long an offer stands, in minutes.
    pub offer_life_minutes: u32,
    /// How long offers are remembered, in days.
    pub memory_days: u32,
    /// From what quantity a person decides.
    pub person_from_quantity: Option<u32>,
}

impl Settings {
    /// Reads what was kept of a shop file; nothing is a shop that does not bargain.
    ///
    /// # Errors
    /// When a key is not known or a value does not fit.
    pub fn read(kept: &serde_json::Value) -> Result<Self, serde_json::Error> {
        if kept.is_null() { Ok(Self::default()) } else { Self::deserialize(kept) }
    }

    /// Whether anything at all is open to bargaining.
    #[must_use]
    pub fn bargains(&self) -> bool {
        let levels = self.categories.values().chain(self.products.values()).chain([&self.shop]);
        levels.into_iter().any(|bounds| bounds.bargain == Some(true))
    }

    /// The bounds for a product in its category, which may be a path; of several of its names the last is the nearest.
    /// Without any bounds, nothing is bargained.
    #[must_use]
    pub fn terms(&self, product: &Handle, category: &str) -> Terms {
        let own = self.products.get(product).into_iter();
        let place = |name: &String| place_within(name, category);
        let mut theirs: Vec<_> =
            self.categories.iter().filter_map(|(name, bounds)| Some((place(name)?, bounds))).collect();
        theirs.sort_by_key(|(place, _)| Reverse(*place));
        let theirs = theirs.into_iter().map(|(_, bounds)| bounds);
        let levels: Vec<&Bounds> = own.chain(theirs).chain([&self.shop]).collect();
        Terms {
            bargain: nearest(&levels, |bounds| bounds.bargain).unwrap_or(false),
            opening: nearest(&levels, |bounds| bounds.opening).map_or(BasisPoints::WHOLE, |ratio| ratio.0),
            above_list: nearest(&levels, |bounds| bounds.above_list).unwrap_or(false),
            floor: nearest(&levels, |bounds| bounds.floor).map_or(BasisPoints(9_000), |percent| percent.0),
            target_margin: nearest(&levels, |bounds| bounds.target_margin)
                .map_or(BasisPoints(1_000), |ratio| ratio.0),
            after_messages: nearest(&levels, |bounds| bounds.after_messages).unwrap_or(0),
            quantity_min: nearest(&levels, |bounds| bounds.quantity_min).unwrap_or(1),
            pace: nearest(&levels, |bounds| bounds.pace).unwrap_or(Pace::Learned),
            offers: nearest(&levels, |bounds| bounds.offers).unwrap_or(4).clamp(1, OFFERS_MAX),
            extras: nearest(&levels, |bounds| bounds.extras.clone()).unwrap_or_default(),
            offer_life_minutes: nearest(&levels, |bounds| bounds.offer_life_minutes).unwrap_or(24 * 60),
            memory_days: nearest(&levels, |bounds| bounds.memory_days).unwrap_or(30),
            person_from_quantity: nearest(&levels, |bounds| bounds.person_from_quantity),
        }
    }
}

/// The most prices a merchant may have named to one shopper.
pub const OFFERS_MAX: u32 = 20;

fn nearest<T>(levels: &[&Bounds], pick: impl Fn(&Bounds) -> Option<T>) -> Option<T> {
    levels.iter().find_map(|bounds| pick(bounds))
}

impl Terms {
    /// The least for one: the merchant's share of the list price, the variant's own floor, and the cost, whichever
    /// is highest; `None` when an amount does not fit or the currencies differ.
    #[must_use]
    pub fn least(&self, list: Money, own: Option<Money>, cost: Option<Money>) -> Option<Money> {
        let share = i128::from(list.minor()).checked_mul(i128::from(self.floor.0))?;
        // Up: a floor is never undercut by rounding.
        let whole = share.checked_add(9_999)?.checked_div(10_000)?;
        let mut least = Money::new(i64::try_from(whole).ok()?, list.currency());
        for other in [own, cost].into_iter().flatten() {
            if other.compare(least).ok()?.is_gt() {
                least = other;
            }
        }
        Some(least)
    }

    /// The policy: the learned one when there is one and the merchant wants it, else even steps.
    #[must_use]
    pub fn policy(&self, learned: Option<&Policy>) -> Policy {
        let millionths = |points: BasisPoints| i64::from(points.0).saturating_mul(ONE / 10_000);
        match learned {
            Some(learned) if self.pace == Pace::Learned => {
                Policy { above_list: learned.above_list && self.above_list, ..learned.clone() }
            }
            _ => {
                let end = ONE.saturating_add(millionths(self.target_margin));
                Policy { above_list: self.above_list, ..Policy::plain(millionths(self.opening), end) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"
        [shop]
        bargain = true
        floor = "85"
        offers = 3

        [categories.used]
        above_list = true
        opening = "120"

        [products.rebozo]
        bargain = false

        [products.lamp]
        floor = "70"
        extras = [{ kind = "free_shipping" }, { kind = "gift", sku = "BULB-1" },
                  { kind = "bundle", sku = "BULB-2", price = "4.50" }]
    "#;

    fn handle(text: &str) -> Handle {
        Handle::new(text).unwrap()
    }

    #[test]
    fn the_nearer_setting_wins_one_by_one() {
        let settings: Settings = toml::from_str(FILE).unwrap();
        assert!(!settings.terms(&handle("rebozo"), "").bargain);
        let lamp = settings.terms(&handle("lamp"), "used");
        assert_eq!((lamp.bargain, lamp.floor, lamp.offers), (true, BasisPoints(7000), 3));
        assert_eq!((lamp.above_list, lamp.opening, lamp.extras.len()), (true, BasisPoints(12_000), 3));
    }

    #[test]
    fn of_the_names_in_a_path_the_last_that_is_set_is_the_nearest() {
        let file = r#"
            categories.Home = { bargain = true, offers = 2, floor = "80" }
            categories."home > rugs" = { floor = "70" }
            categories.Garden = { floor = "50" }
        "#;
        let settings: Settings = toml::from_str(file).unwrap();
        let rug = settings.terms(&handle("rug"), "Home > Rugs > Wool");
        assert_eq!((rug.bargain, rug.floor, rug.offers), (true, BasisPoints(7000), 2));
        assert!(!settings.terms(&handle("rug"), "Homeware").bargain);
    }

    #[test]
    fn a_shop_that_set_nothing_does_not_bargain() {
        assert!(!Settings::default().terms(&handle("lamp"), "").bargain);
    }

    #[test]
    fn a_setting_nobody_knows_is_refused() {
        assert!(toml::from_str::<Settings>("[shop]\nflor = \"85\"").is_err());
    }

    #[test]
    fn a_percentage_that_cannot_be_meant_is_refused() {
        let told = toml::from_str::<Settings>("[shop]\nfloor = \"8500\"").unwrap_err().to_string();
        assert!(told.contains("`8500` is not a percentage from 0 to 100"), "{told}");
    }

    #[test]
    fn the_highest_of_the_three_floors_holds_and_is_rounded_up() {
        let settings: Settings = toml::from_str(FILE).unwrap();
        let terms = settings.terms(&handle("cup"), "");
        let money = |minor| Money::new(minor, "USD".parse().unwrap());
        assert_eq!(terms.least(money(999), None, None), Some(money(850)));
        assert_eq!(terms.least(money(999), Some(money(900)), Some(money(870))), Some(money(900)));
        assert_eq!(terms.least(money(999), Some(money(100)), Some(money(990))), Some(money(990)));
        assert_eq!(terms.least(money(999), Some(Money::new(1, "MXN".parse().unwrap())), None), None);
    }
}
