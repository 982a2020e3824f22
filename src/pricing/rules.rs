//! A merchant's pricing as they write it, in the `[pricing]` of a shop file, and as quotes use it.

use std::sync::Arc;

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::base::money::{Currency, Money};
use crate::pricing::amount::{Amount, Percent};
use crate::pricing::input::OrderFloor;
use crate::pricing::prices::PriceList;
use crate::pricing::promotion::{Gives, Promotion, Strategy, TierBy};
use crate::pricing::rounding::Rounding;
use crate::pricing::scope::{Condition, Place};
use crate::pricing::shipping::{Bracket, ShippingPolicy, ShippingRate, Zone};
use crate::pricing::tax::TaxPolicy;

/// What a merchant writes. All of it may be left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RulesFile {
    /// How promotions are picked.
    pub strategy: Strategy,
    /// What becomes of half a minor unit; up, when left out.
    pub rounding: Option<Rounding>,
    /// The least for all lines together.
    pub order_floor: OrderFloorRule,
    /// The least for a variant that has no floor of its own, as a part of its price.
    pub floor_part: Option<Percent>,
    /// Promotions.
    pub promotions: Vec<Promotion>,
    /// Price lists.
    pub price_lists: Vec<PriceList>,
    /// What sending costs, by place, in place of the shop's one rate.
    pub shipping: Vec<ZoneRule>,
    /// Taxes, in place of the shop's one rate.
    pub tax: Option<TaxPolicy>,
}

/// The least for all lines together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OrderFloorRule {
    /// An amount.
    pub amount: Option<Amount>,
    /// A part of the list prices.
    pub part: Option<Percent>,
}

/// What sending costs to some places: one of the four.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ZoneRule {
    /// Where; anywhere when empty.
    pub places: Vec<Place>,
    /// Always the same.
    pub flat: Option<Amount>,
    /// By kilograms.
    pub by_weight: Vec<BracketRule>,
    /// By what the lines come to.
    pub by_amount: Vec<BracketRule>,
    /// By how many pieces there are.
    pub by_quantity: Vec<BracketRule>,
    /// Free from here.
    pub free_from: Option<Amount>,
}

/// One row of a shipping table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BracketRule {
    /// Up to here; without an end when left out.
    #[serde(default)]
    pub up_to: Option<Amount>,
    /// What it costs.
    pub costs: Amount,
}

/// A shop's pricing, ready for quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShopRules {
    /// The merchant's zone.
    pub zone: Tz,
    /// How promotions are picked.
    pub strategy: Strategy,
    /// What becomes of half a minor unit.
    pub rounding: Rounding,
    /// The least for all lines together.
    pub order_floor: OrderFloor,
    /// The least for a variant that has no floor of its own.
    pub floor_part: Option<Percent>,
    /// Promotions.
    pub promotions: Vec<Arc<Promotion>>,
    /// Price lists.
    pub price_lists: Vec<PriceList>,
    /// What sending costs.
    pub shipping: ShippingPolicy,
    /// Taxes.
    pub tax: TaxPolicy,
}

/// Pricing that cannot be used: each mistake in a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the pricing cannot be used: {}", .0.join("; "))]
pub struct BadRules(pub Vec<String>);

impl RulesFile {
    /// Reads what was kept of a shop file; nothing is rules without anything in them.
    ///
    /// # Errors
    /// When a key is not known or a value does not fit, in a sentence that names it.
    pub fn read(kept: &serde_json::Value) -> Result<Self, BadRules> {
        if kept.is_null() {
            return Ok(Self::default());
        }
        Self::deserialize(kept).map_err(|error| BadRules(vec![error.to_string()]))
    }

    /// The rules of a shop that sells in this currency. `shipping` and `tax` are its own simple ones, and count where
    /// these rules say nothing.
    ///
    /// # Errors
    /// With every mistake that can be found without a cart.
    pub fn of_shop(
        self,
        currency: Currency,
        zone: Tz,
        shipping: ShippingPolicy,
        tax: TaxPolicy,
    ) -> Result<ShopRules, BadRules> {
        let mut check = Check { currency, mistakes: Vec::new() };
        self.check(&mut check);
        let zones: Vec<Zone> = self.shipping.iter().filter_map(|zone| check.zone(zone)).collect();
        let amount = self.order_floor.amount.map(|amount| check.amount("order_floor.amount", amount));
        if !check.mistakes.is_empty() {
            return Err(BadRules(check.mistakes));
        }
        Ok(ShopRules {
            zone,
            strategy: self.strategy,
            rounding: self.rounding.unwrap_or(Rounding::HalfUp),
            order_floor: OrderFloor { amount, part: self.order_floor.part.map(|part| part.0) },
            floor_part: self.floor_part,
            promotions: self.promotions.into_iter().map(Arc::new).collect(),
            price_lists: self.price_lists,
            shipping: if zones.is_empty() { shipping } else { ShippingPolicy { zones } },
            tax: self.tax.unwrap_or(tax),
        })
    }

    fn check(&self, check: &mut Check) {
        let ids = self.promotions.iter().map(|promotion| promotion.id.as_str());
        check.once("promotions", ids);
        check.once("price_lists", self.price_lists.iter().map(|list| list.id.as_str()));
        let codes = self.promotions.iter().flat_map(|promotion| &promotion.codes);
        check.once("codes", codes.map(crate::base::names::CouponCode::as_str));
        for promotion in &self.promotions {
            check.promotion(promotion);
        }
        for list in &self.price_lists {
            for price in &list.prices {
                check.amount(&list.id, price.price);
            }
            check.condition(&list.id, list.when.as_ref());
        }
        if self.tax.as_ref().is_some_and(|tax| tax.mode == crate::pricing::tax::TaxMode::Before) {
            let why =
                "tax.mode is \"before\", but no pay page here adds tax by itself yet; write included or added";
            check.mistakes.push(why.to_owned());
        }
        for rule in self.tax.iter().flat_map(|tax| &tax.rules) {
            let sum: u64 = rule.taxes.iter().map(|tax| u64::from(tax.rate.millionths())).sum();
            if sum > u64::from(crate::pricing::amount::Rate::WHOLE) {
                check.mistakes.push("the taxes of one rule come to more than 100 %".to_owned());
            }
        }
    }
}

/// Mistakes found so far.
struct Check {
    currency: Currency,
    mistakes: Vec<String>,
}

impl Check {
    fn note(&mut self, place: &str, what: &str) {
        self.mistakes.push(format!("`{place}` {what}"));
    }

    fn amount(&mut self, place: &str, amount: Amount) -> Money {
        let minor = amount.minor(self.currency);
        if minor.is_none() {
            let what = format!("has {amount}, which {} cannot express", self.currency);
            self.note(place, &what);
        }
        Money::new(minor.unwrap_or(0), self.currency)
    }

    fn once<'a>(&mut self, place: &str, names: impl Iterator<Item = &'a str>) {
        let mut names: Vec<&str> = names.collect();
        names.sort_unstable();
        for pair in names.windows(2) {
            if let [one, other] = pair
                && one == other
            {
                self.note(place, &format!("has `{one}` twice"));
            }
        }
    }

    fn promotion(&mut self, promotion: &Promotion) {
        let id = promotion.id.as_str();
        if id.trim().is_empty() {
            self.note("promotions", "has one without an id");
        }
        self.gives(id, &promotion.gives);
        if promotion.hold_out.is_some() && !promotion.codes.is_empty() {
            self.note(id, "holds shoppers out and is called by a code; leave one of the two out");
        }
        if let Some(budget) = promotion.limits.budget {
            self.amount(id, budget);
        }
        self.condition(id, promotion.when.as_ref());
        if promotion.valid.weekdays.iter().any(|day| !(1..=7).contains(day)) {
            self.note(id, "has a weekday that is not 1 (Monday) to 7");
        }
    }

    fn gives(&mut self, id: &str, gives: &Gives) {
        let empty = match gives {
            Gives::Percent(percent) => percent.0.0 == 0,
            Gives::Amount(amount) | Gives::AmountEach(amount) => self.amount(id, *amount).is_zero(),
            Gives::FixedPrice(price) => {
                self.amount(id, *price);
                false
            }
            Gives::BuyGet(rule) => rule.buy == 0 || rule.get == 0 || rule.percent.0.0 == 0,
            Gives::CheapestFree { from } => *from == 0,
            Gives::Multibuy { take, pay } => *take == 0 || pay >= take,
            Gives::Tiered(tiered) => {
                for tier in &tiered.tiers {
                    if tiered.by == TierBy::Amount {
                        self.amount(id, tier.from);
                    }
                    tier.amount.map(|amount| self.amount(id, amount));
                    if tier.amount.is_some() == tier.percent.is_some() {
                        self.note(id, "has a tier that takes off not one of percent and amount");
                    }
                }
                tiered.tiers.is_empty()
            }
            Gives::FreeShipping { up_to } => up_to.is_some_and(|up_to| self.amount(id, up_to).is_zero()),
            Gives::Gift { quantity, .. } => *quantity == 0,
            Gives::Bundle { items, price } => {
                self.amount(id, *price);
                self.once(id, items.iter().map(|item| item.sku.as_str()));
                items.is_empty() || items.iter().any(|item| item.quantity == 0)
            }
        };
        if empty {
            self.note(id, "gives nothing");
        }
    }

    fn condition(&mut self, place: &str, condition: Option<&Condition>) {
        match condition {
            Some(Condition::All(conditions) | Condition::Any(conditions)) => {
                for condition in conditions {
                    self.condition(place, Some(condition));
                }
            }
            Some(Condition::Not(condition)) => self.condition(place, Some(condition)),
            Some(Condition::Minimum(amount) | Condition::MinimumOf { amount, .. }) => {
                self.amount(place, *amount);
            }
            _ => {}
        }
    }

    fn zone(&mut self, rule: &ZoneRule) -> Option<Zone> {
        let tables = [&rule.by_weight, &rule.by_amount, &rule.by_quantity];
        let said = tables.iter().filter(|table| !table.is_empty()).count();
        if said.saturating_add(usize::from(rule.flat.is_some())) != 1 {
            self.note("shipping", "needs exactly one of flat, by_weight, by_amount and by_quantity");
            return None;
        }
        let rate = match (rule.flat, said) {
            (Some(flat), _) => ShippingRate::Flat(self.amount("shipping", flat)),
            _ if !rule.by_weight.is_empty() => ShippingRate::ByWeight(self.table(&rule.by_weight, Some(3))),
            _ if !rule.by_amount.is_empty() => ShippingRate::ByAmount(self.table(&rule.by_amount, None)),
            _ => ShippingRate::ByQuantity(self.table(&rule.by_quantity, Some(0))),
        };
        let free_from = rule.free_from.map(|from| self.amount("shipping", from));
        Some(Zone { places: rule.places.clone(), rate, free_from })
    }

    /// A table whose rows end at amounts of money, or at numbers with so many decimals.
    fn table(&mut self, rows: &[BracketRule], decimals: Option<u32>) -> Vec<Bracket> {
        let mut table = Vec::with_capacity(rows.len());
        for row in rows {
            let up_to = row.up_to.map(|up_to| match decimals {
                None => Some(self.amount("shipping", up_to).minor()),
                Some(places) => up_to.scaled(places),
            });
            if up_to == Some(None) {
                self.note("shipping", "has a row whose end is too fine or too large");
            }
            table.push(Bracket { up_to: up_to.flatten(), amount: self.amount("shipping", row.costs) });
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(pricing: &serde_json::Value) -> Result<ShopRules, String> {
        let of_shop = |file: RulesFile| {
            let currency = "USD".parse().unwrap();
            file.of_shop(currency, Tz::UTC, ShippingPolicy::default(), TaxPolicy::none())
        };
        RulesFile::read(pricing).and_then(of_shop).map_err(|error| error.to_string())
    }

    #[test]
    fn a_shop_that_writes_nothing_has_its_simple_rules() {
        let rules = read(&serde_json::Value::Null).unwrap();
        assert_eq!((rules.promotions.len(), rules.strategy), (0, Strategy::Best));
        assert_eq!((rules.rounding, rules.tax), (Rounding::HalfUp, TaxPolicy::none()));
    }

    #[test]
    fn what_a_merchant_writes_is_read_whole() {
        let rules = read(&json!({
            "strategy": "as_listed",
            "floor_part": "70",
            "order_floor": { "amount": "10.00" },
            "promotions": [{
                "id": "summer", "gives": { "percent": "15" }, "on": { "categories": ["Ropa"], "except": { "tags": ["sale"] } },
                "when": { "all": [{ "minimum": "50.00" }, { "not": { "channels": ["web"] } }, "first_order"] },
                "valid": { "from": "2026-06-01", "until": "2026-06-30", "weekdays": [5], "opens": "18:00:00" },
                "limits": { "total": 100, "per_day": 5, "budget": "500.00" }, "codes": ["verano"], "group": "season",
            }],
            "shipping": [{ "places": ["US"], "by_weight": [{ "up_to": "1.5", "costs": "5.00" }, { "costs": "9.00" }] }],
        }))
        .unwrap();
        let summer = &rules.promotions[0];
        assert_eq!((summer.codes[0].as_str(), summer.limits.per_day), ("VERANO", Some(5)));
        assert!(matches!(&summer.when, Some(Condition::All(all)) if all.len() == 3));
        let ShippingRate::ByWeight(table) = &rules.shipping.zones[0].rate else { panic!("{:?}", rules.shipping) };
        assert_eq!((table[0].up_to, table[0].amount.minor()), (Some(1500), 500));
        assert_eq!(rules.floor_part, Some("70".parse().unwrap()));
    }

    #[test]
    fn each_mistake_is_told() {
        let check = |pricing: serde_json::Value, expected: &str| {
            let error = read(&pricing).unwrap_err();
            assert!(error.contains(expected), "{error}");
        };
        let promotion = |gives: serde_json::Value| json!({ "promotions": [{ "id": "p", "gives": gives }] });
        check(promotion(json!({ "percent": "0" })), "`p` gives nothing");
        check(promotion(json!({ "percent": "120" })), "`120` is not a percentage from 0 to 100");
        check(promotion(json!({ "amount": "1.005" })), "`p` has 1.005, which USD cannot express");
        check(promotion(json!({ "multibuy": { "take": 2, "pay": 2 } })), "`p` gives nothing");
        check(promotion(json!({ "discount": "10" })), "unknown variant `discount`");
        check(json!({ "promotion": [] }), "unknown field `promotion`");
        let twice = json!({ "id": "p", "gives": { "percent": "10" }, "codes": ["A"] });
        check(json!({ "promotions": [twice, twice] }), "`promotions` has `p` twice; `codes` has `A` twice");
        check(
            json!({ "shipping": [{ "flat": "1.00", "by_weight": [{ "costs": "1.00" }] }] }),
            "exactly one of flat",
        );
        check(json!({ "tax": { "mode": "before" } }), "no pay page here adds tax by itself yet");
    }
}
