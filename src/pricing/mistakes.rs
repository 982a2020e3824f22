//! What is wrong with a merchant's pricing, as far as it can be told without a cart: each mistake in a sentence that
//! says what to write.

use crate::base::money::{Currency, Money};
use crate::base::names::CouponCode;
use crate::pricing::amount::{Amount, Rate};
use crate::pricing::input::PROMOTIONS_MAX;
use crate::pricing::promotion::{Basis, Gives, Limits, Promotion, TierBy};
use crate::pricing::rules::{BracketRule, RulesFile, ZoneRule};
use crate::pricing::scope::Condition;
use crate::pricing::shipping::{Bracket, ShippingRate, Zone};
use crate::pricing::tax::TaxMode;

/// Mistakes found so far.
pub(in crate::pricing) struct Check {
    currency: Currency,
    pub(in crate::pricing) mistakes: Vec<String>,
}

impl Check {
    /// Everything that is wrong with the rules but what zones of shipping say.
    pub(in crate::pricing) fn of(file: &RulesFile, currency: Currency) -> Self {
        let mut found = Self { currency, mistakes: Vec::new() };
        let ids = file.promotions.iter().map(|promotion| promotion.id.as_str());
        found.once("promotions", ids);
        found.once("price_lists", file.price_lists.iter().map(|list| list.id.as_str()));
        let codes = file.promotions.iter().flat_map(|promotion| &promotion.codes);
        found.once("codes", codes.map(CouponCode::as_str));
        for promotion in &file.promotions {
            found.promotion(promotion);
        }
        for list in &file.price_lists {
            for price in &list.prices {
                found.amount(&list.id, price.price);
            }
            found.condition(&list.id, list.when.as_ref());
        }
        if file.tax.as_ref().is_some_and(|tax| tax.mode == TaxMode::Before) {
            let why =
                "tax.mode is \"before\", but no pay page here adds tax by itself yet; write included or added";
            found.mistakes.push(why.to_owned());
        }
        found.not_too_many("promotions", file.promotions.len());
        found.not_too_many("price_lists", file.price_lists.len());
        for rule in file.tax.iter().flat_map(|tax| &tax.rules) {
            let sum: u64 = rule.taxes.iter().map(|tax| u64::from(tax.rate.millionths())).sum();
            if sum > u64::from(Rate::WHOLE) {
                found.mistakes.push("the taxes of one rule come to more than 100 %".to_owned());
            }
        }
        found
    }

    fn note(&mut self, place: &str, what: &str) {
        self.mistakes.push(format!("`{place}` {what}"));
    }

    pub(in crate::pricing) fn amount(&mut self, place: &str, amount: Amount) -> Money {
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

    fn not_too_many(&mut self, place: &str, count: usize) {
        if count > PROMOTIONS_MAX {
            self.note(
                place,
                &format!("has {count}, and no quote looks at more than {PROMOTIONS_MAX}; take some out"),
            );
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
        self.limits(id, &promotion.limits);
        let from_the_rest = matches!(promotion.gives, Gives::Percent(_) | Gives::Amount(_) | Gives::Tiered(_));
        if promotion.basis == Basis::Rest && !from_the_rest {
            self.note(id, "has basis = \"rest\", which is for percent, amount and tiered; leave it out");
        }
        self.condition(id, promotion.when.as_ref());
        if promotion.valid.weekdays.iter().any(|day| !(1..=7).contains(day)) {
            self.note(id, "has a weekday that is not 1 (Monday) to 7");
        }
    }

    fn limits(&mut self, id: &str, limits: &Limits) {
        for (name, limit) in
            [("total", limits.total), ("per_shopper", limits.per_shopper), ("per_day", limits.per_day)]
        {
            if limit == Some(0) {
                self.note(id, &format!("may never be used by its limits.{name}; write 1 or more, or leave it out"));
            }
        }
        if limits.budget.is_some_and(|budget| self.amount(id, budget).is_zero()) {
            self.note(id, "has a limits.budget of nothing; write what it may take off in all, or leave it out");
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
                    self.tier_from(id, tiered.by, tier.from);
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

    fn tier_from(&mut self, id: &str, by: TierBy, from: Amount) {
        if by == TierBy::Amount {
            self.amount(id, from);
        } else if from.scaled(0).is_none() {
            self.note(id, &format!("has a tier from {from} pieces; write a whole number of them"));
        }
    }

    fn condition(&mut self, place: &str, condition: Option<&Condition>) {
        let Some(condition) = condition else { return };
        condition.each_single(&mut |single| {
            if let Condition::Minimum(amount) | Condition::MinimumOf { amount, .. } = single {
                self.amount(place, *amount);
            }
        });
    }

    pub(in crate::pricing) fn zone(&mut self, rule: &ZoneRule) -> Option<Zone> {
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
