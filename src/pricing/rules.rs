//! A merchant's pricing as they write it, in the `[pricing]` of a shop file, and as quotes use it.

use std::sync::Arc;

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::base::money::Currency;
use crate::base::names::CouponCode;
use crate::pricing::amount::{Amount, Percent};
use crate::pricing::input::OrderFloor;
use crate::pricing::mistakes::Check;
use crate::pricing::prices::PriceList;
use crate::pricing::promotion::{Promotion, Strategy};
use crate::pricing::reach;
use crate::pricing::rounding::Rounding;
use crate::pricing::scope::Place;
use crate::pricing::shipping::{ShippingPolicy, Zone};
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

impl ShopRules {
    /// Whether each of the shop's coupons has its code for itself: the uses of promotions and coupons are counted by
    /// one name each, and a shopper who writes a code means one thing.
    ///
    /// # Errors
    /// With each code that is a promotion's code or id as well.
    pub fn check_coupons<'a>(&self, coupons: impl Iterator<Item = &'a CouponCode>) -> Result<(), BadRules> {
        let other = |code: &CouponCode| {
            let same = |promotion: &&Arc<Promotion>| {
                promotion.codes.contains(code) || promotion.id.eq_ignore_ascii_case(code.as_str())
            };
            let id = &self.promotions.iter().find(same)?.id;
            Some(format!("`{code}` is a coupon and names the promotion `{id}` too; give one of them another name"))
        };
        let mistakes: Vec<String> = coupons.filter_map(other).collect();
        if mistakes.is_empty() { Ok(()) } else { Err(BadRules(mistakes)) }
    }
}

impl RulesFile {
    /// Reads what was kept of a shop file; nothing is rules without anything in them.
    ///
    /// # Errors
    /// When a key is not known or a value does not fit, in a sentence that names it.
    pub fn read(kept: &serde_json::Value) -> Result<Self, BadRules> {
        if kept.is_null() {
            return Ok(Self::default());
        }
        Self::deserialize(kept).map_err(|error| BadRules(told(kept, &error)))
    }

    /// The rules of a shop that sells in this currency. `shipping` and `tax` are its own simple ones, and count where
    /// these rules say nothing.
    ///
    /// # Errors
    /// With every mistake that can be found without a cart, and with what depends on something that no chat knows yet:
    /// it would be priced wrongly.
    pub fn of_shop(
        self,
        currency: Currency,
        zone: Tz,
        shipping: ShippingPolicy,
        tax: TaxPolicy,
    ) -> Result<ShopRules, BadRules> {
        let mut mistakes = reach::unknown_in_chats(&self);
        match self.priced(currency, zone, shipping, tax) {
            Ok(rules) if mistakes.is_empty() => Ok(rules),
            Ok(_) => Err(BadRules(mistakes)),
            Err(BadRules(others)) => {
                mistakes.extend(others);
                Err(BadRules(mistakes))
            }
        }
    }

    /// The rules as quotes use them, wherever carts come from.
    ///
    /// # Errors
    /// With every mistake that can be found without a cart.
    pub fn priced(
        self,
        currency: Currency,
        zone: Tz,
        shipping: ShippingPolicy,
        tax: TaxPolicy,
    ) -> Result<ShopRules, BadRules> {
        let mut check = Check::of(&self, currency);
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
}

/// Every mistake in single promotions and price lists, by their ids; else the one that was found.
fn told(kept: &serde_json::Value, error: &serde_json::Error) -> Vec<String> {
    fn each<'a, T: Deserialize<'a>>(kept: &'a serde_json::Value, place: &str) -> Vec<String> {
        let all = kept.get(place).and_then(serde_json::Value::as_array).into_iter().flatten();
        let id = |one: &'a serde_json::Value| one.get("id").and_then(|id| id.as_str());
        all.filter_map(|one| {
            let error = T::deserialize(one).err()?;
            Some(match id(one) {
                Some(id) => format!("`{id}` of `{place}` cannot be read: {error}"),
                None => format!("one of `{place}` cannot be read: {error}"),
            })
        })
        .collect()
    }
    let mut mistakes = each::<Promotion>(kept, "promotions");
    mistakes.extend(each::<PriceList>(kept, "price_lists"));
    if mistakes.is_empty() { vec![error.to_string()] } else { mistakes }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::pricing::scope::Condition;
    use crate::pricing::shipping::ShippingRate;

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
            "shipping": [{ "by_quantity": [{ "up_to": "3", "costs": "5.00" }, { "costs": "9.00" }] }],
        }))
        .unwrap();
        let summer = &rules.promotions[0];
        assert_eq!((summer.codes[0].as_str(), summer.limits.per_day), ("VERANO", Some(5)));
        assert!(matches!(&summer.when, Some(Condition::All(all)) if all.len() == 3));
        let ShippingRate::ByQuantity(table) = &rules.shipping.zones[0].rate else { panic!("{:?}", rules.shipping) };
        assert_eq!((table[0].up_to, table[0].amount.minor()), (Some(3), 500));
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

    #[test]
    fn what_would_fail_later_is_told_when_the_file_is_read() {
        let check = |promotion: serde_json::Value, expected: &str| {
            let error = read(&json!({ "promotions": [promotion] })).unwrap_err();
            assert!(error.contains(expected), "{error}");
        };
        let ten = json!({ "percent": "10" });
        let tiers = |from: &str| {
            let tiered = json!({ "by": "quantity", "tiers": [{ "from": from, "percent": "5" }] });
            json!({ "id": "p", "gives": { "tiered": tiered } })
        };
        check(tiers("2.5"), "`p` has a tier from 2.5 pieces; write a whole number of them");
        assert!(read(&json!({ "promotions": [tiers("2.0")] })).is_ok());
        let rest = |gives: serde_json::Value| json!({ "id": "p", "basis": "rest", "gives": gives });
        check(rest(json!({ "fixed_price": "80.00" })), "`p` has basis = \"rest\", which is for percent, amount");
        check(rest(json!({ "multibuy": { "take": 3, "pay": 2 } })), "`p` has basis = \"rest\"");
        assert!(read(&json!({ "promotions": [rest(ten.clone())] })).is_ok());
        for name in ["total", "per_shopper", "per_day"] {
            let limited = json!({ "id": "p", "gives": ten, "limits": { name: 0 } });
            check(limited, &format!("`p` may never be used by its limits.{name}; write 1 or more"));
        }
        let broke = json!({ "id": "p", "gives": ten, "limits": { "budget": "0.00" } });
        check(broke, "`p` has a limits.budget of nothing");
        let many: Vec<_> = (0..501).map(|number| json!({ "id": format!("p{number}"), "gives": ten })).collect();
        let error = read(&json!({ "promotions": many })).unwrap_err();
        assert_eq!(
            error,
            "the pricing cannot be used: `promotions` has 501, and no quote looks at more than 500; take some out"
        );
    }

    #[test]
    fn a_rule_that_depends_on_what_no_chat_knows_is_refused_for_a_shop_and_priced_elsewhere() {
        let check = |pricing: serde_json::Value, expected: &str| {
            let error = read(&pricing).unwrap_err();
            assert!(error.contains(expected), "{error}");
            let file = RulesFile::read(&pricing).unwrap();
            let currency = "USD".parse().unwrap();
            assert!(file.priced(currency, Tz::UTC, ShippingPolicy::default(), TaxPolicy::none()).is_ok());
        };
        let weighed =
            json!({ "shipping": [{ "by_weight": [{ "up_to": "1", "costs": "5.00" }, { "costs": "9.00" }] }] });
        check(weighed, "nobody says yet what things weigh");
        check(json!({ "shipping": [{ "places": ["US"], "flat": "5.00" }] }), "write one zone without places");
        let taxed = json!({ "destinations": ["US-TX"], "taxes": [{ "name": "tax", "rate": "8.25" }] });
        check(json!({ "tax": { "mode": "added", "rules": [taxed] } }), "`tax.rules` has destinations");
        for (name, condition) in [
            ("groups", json!({ "groups": ["vip"] })),
            ("birthday", json!({ "not": { "birthday": { "days": 3 } } })),
            ("markets", json!({ "any": ["first_order", { "markets": ["mx"] }] })),
            ("destinations", json!({ "all": [{ "destinations": ["MX"] }] })),
        ] {
            let expected = format!("`p` depends on {name}, which no chat asks for yet");
            let promotion = json!({ "id": "p", "gives": { "percent": "10" }, "when": condition });
            check(json!({ "promotions": [promotion] }), &expected);
            check(json!({ "price_lists": [{ "id": "p", "when": condition }] }), &expected);
        }
    }

    #[test]
    fn what_cannot_be_read_is_told_by_the_promotion_it_stands_in() {
        let promotion =
            |id: &str, from: &str| json!({ "id": id, "gives": { "percent": "10" }, "valid": { "from": from } });
        let file = json!({ "promotions": [promotion("good", "2026-11-20"), promotion("day", "20.11.2026")] });
        let error = read(&file).unwrap_err();
        assert!(error.contains("`day` of `promotions` cannot be read: `20.11.2026` is neither a day nor a moment"));
        assert!(error.contains("write `from` and `until` like \"2026-11-20\""), "{error}");
        let moments = ["2026-11-20T18:00:00Z", "2026-11-20T18:00:00-06:00"];
        assert!(moments.iter().all(|moment| read(&json!({ "promotions": [promotion("p", moment)] })).is_ok()));
        let list = json!({ "price_lists": [{ "id": "vip", "price": "1.00" }] });
        assert!(read(&list).unwrap_err().contains("`vip` of `price_lists` cannot be read: unknown field `price`"));
    }

    #[test]
    fn a_coupon_and_a_promotion_of_one_name_are_refused() {
        let promotion = json!({ "id": "Spring", "gives": { "percent": "10" }, "codes": ["HOLA"] });
        let rules = read(&json!({ "promotions": [promotion] })).unwrap();
        let check = |code: &str| {
            let code = CouponCode::new(code).unwrap();
            rules.check_coupons(std::iter::once(&code)).map_err(|error| error.to_string())
        };
        assert_eq!(check("ADIOS"), Ok(()));
        for code in ["HOLA", "SPRING"] {
            let error = check(code).unwrap_err();
            assert!(error.contains("names the promotion `Spring` too; give one of them another name"), "{error}");
        }
    }
}
