//! Runs every worked example of `pricing.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;
use trato_pricing_checks::base::money::{BasisPoints, Currency, Money};
use trato_pricing_checks::base::names::{CouponCode, Handle, Sku};
use trato_pricing_checks::pricing::amount::Rate;
use trato_pricing_checks::pricing::calculate::quote;
use trato_pricing_checks::pricing::coupon::Tried;
use trato_pricing_checks::pricing::input::{
    Agreed, AgreedBy, Context, Deposit, Extra, GiftItem, LineInput, Per, QuoteInput, Traits,
};
use trato_pricing_checks::pricing::measure::{Measure, Stay};
use trato_pricing_checks::pricing::promotion::{Offered, Strategy};
use trato_pricing_checks::pricing::quote::{CameOff, Quote};
use trato_pricing_checks::pricing::replay::replay;
use trato_pricing_checks::pricing::rounding::Rounding;
use trato_pricing_checks::pricing::rules::{OrderFloorRule, RulesFile, ZoneRule};
use trato_pricing_checks::pricing::scope::Place;
use trato_pricing_checks::pricing::shipping::ShippingPolicy;
use trato_pricing_checks::pricing::tax::{ShippingTax, TaxDue, TaxLevel, TaxMode, TaxPolicy, TaxRule};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    example: Vec<Example>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    title: String,
    source: String,
    arithmetic: String,
    lines: Vec<Line>,
    expect: Expected,
    currency: Option<String>,
    rounding: Option<Rounding>,
    strategy: Option<Strategy>,
    #[serde(default)]
    promotions: Vec<trato_pricing_checks::pricing::promotion::Promotion>,
    #[serde(default)]
    price_lists: Vec<trato_pricing_checks::pricing::prices::PriceList>,
    #[serde(default)]
    order_floor: OrderFloorRule,
    #[serde(default)]
    gifts: Vec<String>,
    #[serde(default)]
    codes: Vec<String>,
    shipping: Option<String>,
    free_from: Option<String>,
    #[serde(default)]
    zones: Vec<ZoneRule>,
    destination: Option<String>,
    /// `added 8.25` or `included 16`: one rate on everything.
    tax: Option<String>,
    tax_mode: Option<TaxMode>,
    #[serde(default)]
    tax_level: TaxLevel,
    #[serde(default)]
    tax_shipping: ShippingTax,
    /// Several taxes on everything.
    #[serde(default)]
    taxes: Vec<TaxDue>,
    /// Several taxes on several things.
    #[serde(default)]
    tax_rules: Vec<TaxRule>,
    deposit: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    sku: String,
    quantity: u32,
    price: String,
    floor: Option<String>,
    /// Bargained for.
    agreed: Option<String>,
    /// Approved by a person.
    approved: Option<String>,
    #[serde(default)]
    category: String,
    #[serde(default)]
    tags: Vec<String>,
    grams: Option<u32>,
    millimetres: Option<u32>,
    minutes: Option<u32>,
    nights: Option<[String; 2]>,
    #[serde(default)]
    rates: BTreeMap<String, String>,
    /// On each piece.
    engraving: Option<String>,
    /// On the line.
    wrap: Option<String>,
    #[serde(default)]
    weighs: u32,
}

/// What is not said is not looked at.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    total: String,
    discount: Option<String>,
    shipping: Option<String>,
    tax: Option<String>,
    taxes: Option<Vec<String>>,
    line_discounts: Option<Vec<String>>,
    line_taxes: Option<Vec<String>>,
    due_now: Option<String>,
    used: Option<Vec<String>>,
    passed_over: Option<Vec<String>>,
    gifts: Option<Vec<String>>,
}

impl Example {
    fn currency(&self) -> Currency {
        self.currency.as_deref().unwrap_or("USD").parse().unwrap()
    }

    fn money(&self, text: &str) -> Money {
        Money::parse_major(text, self.currency()).unwrap_or_else(|error| panic!("{}: {error}", self.title))
    }

    fn tax(&self) -> TaxPolicy {
        let single = self.tax.as_deref().map(|text| text.split_once(' ').unwrap());
        let mode = match single {
            Some(("added", _)) => TaxMode::Added,
            Some(_) => TaxMode::Included,
            None => self.tax_mode.unwrap_or(TaxMode::Included),
        };
        let mut rules = self.tax_rules.clone();
        let one = single.map(|(_, rate)| TaxDue { name: "tax".to_owned(), rate: rate.parse::<Rate>().unwrap() });
        let taxes: Vec<TaxDue> = one.into_iter().chain(self.taxes.clone()).collect();
        if !taxes.is_empty() {
            rules.push(TaxRule { taxes, ..TaxRule::default() });
        }
        TaxPolicy { mode, level: self.tax_level, shipping: self.tax_shipping, rules }
    }

    fn line(&self, line: &Line) -> LineInput {
        let product = Handle::new(&line.sku).unwrap();
        let sku = Sku::new(&line.sku).unwrap();
        let mut input = LineInput::new(sku, product, line.sku.clone(), line.quantity, self.money(&line.price));
        input.floor = line.floor.as_deref().map(|floor| self.money(floor));
        let agreed =
            |by, price: &String| Agreed { unit_minor: self.money(price).minor(), by, until: None, combines: false };
        let bargained = line.agreed.as_ref().map(|price| agreed(AgreedBy::Bargain, price));
        input.agreed = bargained.or(line.approved.as_ref().map(|price| agreed(AgreedBy::Person, price)));
        input.traits = Traits { category: line.category.clone(), tags: line.tags.clone(), ..Traits::default() };
        input.grams = line.weighs;
        let extra =
            |name: &str, per, amount: &String| Extra { name: name.to_owned(), amount: self.money(amount), per };
        input.extras.extend(line.engraving.as_ref().map(|amount| extra("Engraving", Per::Piece, amount)));
        input.extras.extend(line.wrap.as_ref().map(|amount| extra("Gift wrap", Per::Line, amount)));
        let rates = line.rates.iter().map(|(night, rate)| (night.parse().unwrap(), self.money(rate).minor()));
        let stay = |nights: &[String; 2]| {
            Measure::Nights(Stay {
                from: nights[0].parse().unwrap(),
                until: nights[1].parse().unwrap(),
                rates: rates.collect(),
            })
        };
        let weight = line.grams.map(|grams| Measure::Weight { grams });
        let length = line.millimetres.map(|millimetres| Measure::Length { millimetres });
        let hours = line.minutes.map(|minutes| Measure::Hours { minutes });
        input.measure = weight.or(length).or(hours).or(line.nights.as_ref().map(stay)).unwrap_or_default();
        input
    }

    fn input(&self) -> QuoteInput {
        let flat = self.shipping.as_deref().map(|flat| self.money(flat));
        let free_from = self.free_from.as_deref().map(|from| self.money(from));
        let shipping = flat.map_or_else(ShippingPolicy::default, |flat| ShippingPolicy::flat(flat, free_from));
        let file = RulesFile {
            strategy: self.strategy.unwrap_or_default(),
            rounding: self.rounding,
            order_floor: self.order_floor,
            promotions: self.promotions.clone(),
            price_lists: self.price_lists.clone(),
            shipping: self.zones.clone(),
            ..RulesFile::default()
        };
        let rules = file.priced(self.currency(), chrono_tz::Tz::UTC, shipping, self.tax());
        let rules = rules.unwrap_or_else(|error| panic!("{}: {error}", self.title));
        let context = Context {
            destination: self.destination.clone().map(Place),
            ..Context::at("2026-11-20T12:00:00Z".parse().unwrap())
        };
        let lines = self.lines.iter().map(|line| self.line(line)).collect();
        let gift = |sku: &String| GiftItem {
            sku: Sku::new(sku).unwrap(),
            product: Handle::new(sku).unwrap(),
            title: sku.clone(),
            available: None,
        };
        QuoteInput {
            codes: self.codes.iter().map(|code| Tried::Unknown(CouponCode::new(code).unwrap())).collect(),
            promotions: rules.promotions.iter().map(|promotion| Offered::new((**promotion).clone())).collect(),
            gifts: self.gifts.iter().map(gift).collect(),
            price_lists: rules.price_lists.clone(),
            strategy: rules.strategy,
            order_floor: rules.order_floor,
            rounding: rules.rounding,
            deposit: self.deposit.as_deref().map(|text| match text.strip_suffix(" %") {
                Some(percent) => Deposit::Percent(BasisPoints(percent.parse::<u32>().unwrap() * 100)),
                None => Deposit::Amount(self.money(text)),
            }),
            ..QuoteInput::new(self.currency(), lines, rules.shipping, rules.tax, context)
        }
    }

    fn check(&self, quote: &Quote) {
        let expect = &self.expect;
        let about = format!("{} ({}): {}", self.title, self.source, self.arithmetic);
        let amounts = |amounts: &mut dyn Iterator<Item = Money>| amounts.map(Money::major).collect::<Vec<_>>();
        let all = |texts: &[String]| texts.iter().map(|text| self.money(text).major()).collect::<Vec<_>>();
        let same = |what: &str, found: Money, wanted: Option<&String>| {
            if let Some(wanted) = wanted {
                assert_eq!(found, self.money(wanted), "{what} of {about}\n{:#?}", quote.steps());
            }
        };
        let off = quote.lines().iter().map(|line| line.discount.minor()).sum();
        same("discount", Money::new(off, self.currency()), expect.discount.as_ref());
        same("shipping", quote.shipping(), expect.shipping.as_ref());
        same("tax", quote.tax().amount, expect.tax.as_ref());
        same("total", quote.total(), Some(&expect.total));
        same("due now", quote.due_now(), expect.due_now.as_ref());
        if let Some(taxes) = &expect.taxes {
            assert_eq!(amounts(&mut quote.taxes().iter().map(|tax| tax.amount)), all(taxes), "taxes of {about}");
        }
        if let Some(discounts) = &expect.line_discounts {
            let found = amounts(&mut quote.lines().iter().map(|line| line.discount));
            assert_eq!(found, all(discounts), "discounts on the lines of {about}");
        }
        if let Some(taxes) = &expect.line_taxes {
            assert_eq!(amounts(&mut quote.lines().iter().map(|line| line.tax())), all(taxes), "taxes of {about}");
        }
        if let Some(used) = &expect.used {
            let mut found: Vec<_> = quote.discounts().iter().filter_map(|one| one.promotion.clone()).collect();
            found.sort();
            assert_eq!(&found, used, "promotions used by {about}");
        }
        if let Some(passed_over) = &expect.passed_over {
            let found: Vec<_> = quote.passed_over().map(|(id, _)| id.to_owned()).collect();
            assert_eq!(&found, passed_over, "promotions passed over by {about}");
        }
        if let Some(gifts) = &expect.gifts {
            let given = quote.lines().iter().filter(|line| line.gift_of.is_some());
            let found: Vec<_> = given.map(|line| line.sku.to_string()).collect();
            let said = quote.discounts().iter().filter(|discount| discount.from == CameOff::Gift).count();
            assert_eq!((&found, said), (gifts, gifts.len()), "gifts of {about}");
        }
        assert_eq!(replay(quote.steps()), Ok(quote.total().minor()), "the steps of {about}");
    }
}

#[test]
fn every_worked_example_comes_out_as_written() {
    let table: Table = toml::from_str(include_str!("pricing.toml")).unwrap();
    for example in &table.example {
        let quote = quote(&example.input()).unwrap_or_else(|error| panic!("{}: {error}", example.title));
        example.check(&quote);
    }
}

#[test]
fn there_are_at_least_120_examples_each_with_its_source_and_arithmetic() {
    let table: Table = toml::from_str(include_str!("pricing.toml")).unwrap();
    let with_source = table.example.iter().filter(|example| !example.source.starts_with("our own")).count();
    assert!(table.example.len() >= 120 && with_source >= 60, "{} and {with_source}", table.example.len());
    for example in &table.example {
        let says = |text: &str| text.chars().any(char::is_alphanumeric);
        assert!(says(&example.title) && says(&example.source), "{}", example.title);
        assert!(example.arithmetic.chars().any(|character| character.is_ascii_digit()), "{}", example.title);
    }
    let mut titles: Vec<&str> = table.example.iter().map(|example| example.title.as_str()).collect();
    titles.sort_unstable();
    titles.dedup();
    assert_eq!(titles.len(), table.example.len(), "two examples have one title");
}
