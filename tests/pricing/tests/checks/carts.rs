//! Random carts under random rules: every kind of promotion, measure, floor, tax and shipping.

use trato_pricing_checks::base::money::{BasisPoints, Currency, Money};
use trato_pricing_checks::base::names::{CouponCode, Handle, Sku};
use trato_pricing_checks::base::random::Random;
use trato_pricing_checks::pricing::amount::{Amount, Percent, Rate};
use trato_pricing_checks::pricing::coupon::Tried;
use trato_pricing_checks::pricing::input::{
    Agreed, AgreedBy, AgreedOff, Context, Deposit, Extra, GiftItem, LineInput, OrderFloor, Per, QuoteInput, Traits,
};
use trato_pricing_checks::pricing::measure::{Measure, Stay};
use trato_pricing_checks::pricing::prices::{ListPrice, PartOff, PriceList};
use trato_pricing_checks::pricing::promotion::{
    Basis, BundleItem, BuyGet, Gives, Limits, Offered, Promotion, Strategy, Tier, TierBy, Tiered, Uses, Validity,
};
use trato_pricing_checks::pricing::rounding::Rounding;
use trato_pricing_checks::pricing::scope::{Condition, Scope};
use trato_pricing_checks::pricing::shipping::{Bracket, ShippingPolicy, ShippingRate, Zone};
use trato_pricing_checks::pricing::tax::{ShippingTax, TaxDue, TaxLevel, TaxMode, TaxPolicy, TaxRule};

/// Where choices come from: bytes that a test tool can shrink, and none of them is all zeros; or a seed.
pub enum Choices<'a> {
    Bytes(&'a [u8]),
    Seed(Random),
}

impl Choices<'_> {
    /// The choices of a seed.
    pub const fn of(seed: u64) -> Self {
        Self::Seed(Random::new(seed))
    }

    /// A number below `end`, which is above nothing.
    pub fn below(&mut self, end: u64) -> u64 {
        match self {
            Self::Bytes(bytes) => {
                let mut number = 0_u64;
                let width = if end <= 256 { 1 } else { 4 };
                for _ in 0..width {
                    let (first, rest) = bytes.split_first().map_or((0, &[][..]), |(first, rest)| (*first, rest));
                    *bytes = rest;
                    number = number << 8 | u64::from(first);
                }
                number % end
            }
            Self::Seed(random) => random.bits() % end,
        }
    }

    fn one_in(&mut self, times: u64) -> bool {
        // Zeros are the plain case.
        self.below(times) == times - 1
    }

    fn amount(&mut self) -> i64 {
        let most = [20, 500, 5_000, 200_000][self.below(4) as usize];
        self.below(most) as i64
    }

    fn small(&mut self, most: u64) -> u32 {
        self.below(most) as u32 + 1
    }
}

const SKUS: [&str; 6] = ["A", "B", "C", "D", "E", "F"];

pub fn currency() -> Currency {
    "MXN".parse().unwrap()
}

pub fn money(minor: i64) -> Money {
    Money::new(minor, currency())
}

fn written(minor: i64) -> Amount {
    Amount::of(money(minor))
}

fn percent(choices: &mut Choices<'_>) -> Percent {
    Percent(BasisPoints([1000, 5000, 1250, 3333, 10_000, 700][choices.below(6) as usize]))
}

/// A thing of the shop: its price, floor and traits are the same on each line that has it.
fn line(choices: &mut Choices<'_>, sku: usize) -> LineInput {
    let product = Handle::new(["shirt", "mug"][sku % 2]).unwrap();
    let quantity = choices.small(6);
    let unit = choices.amount();
    let mut line =
        LineInput::new(Sku::new(SKUS[sku]).unwrap(), product, format!("Thing {sku}"), quantity, money(unit));
    line.traits = Traits {
        category: ["food", "Home > clothes", "gifts > For her"][sku % 3].to_owned(),
        brand: ["one", "two"][sku / 3].to_owned(),
        tags: if sku.is_multiple_of(2) { vec!["sale".to_owned()] } else { Vec::new() },
        attributes: Vec::new(),
    };
    line.grams = 100 * sku as u32;
    if choices.one_in(3) {
        // Now and then above the catalog's price, where a price list may reach it.
        let most = if choices.one_in(3) { 2 * unit } else { unit };
        line.floor = Some(money(choices.below(most as u64 + 20) as i64));
    }
    match choices.below(12) {
        9 => line.measure = Measure::Weight { grams: choices.small(3000) },
        10 => line.measure = Measure::Hours { minutes: choices.small(300) },
        11 => {
            let from = "2026-06-15".parse().unwrap();
            let rates = vec![("2026-06-16".parse().unwrap(), choices.amount())];
            line.measure = Measure::Nights(Stay { from, until: "2026-06-18".parse().unwrap(), rates });
        }
        _ => {}
    }
    if choices.one_in(8) {
        let per = if choices.one_in(2) { Per::Line } else { Per::Piece };
        line.extras = vec![Extra { name: "Engraving".to_owned(), amount: money(choices.amount()), per }];
    }
    if choices.one_in(7) {
        let by = if choices.one_in(3) { AgreedBy::Person } else { AgreedBy::Bargain };
        let combines = choices.one_in(2);
        line.agreed = Some(Agreed { unit_minor: choices.amount(), by, until: None, combines });
    }
    line.discountable = !choices.one_in(12);
    line
}

fn scope(choices: &mut Choices<'_>) -> Scope {
    let mut scope = Scope::default();
    match choices.below(7) {
        1 => scope.skus = vec![Sku::new(SKUS[choices.below(6) as usize]).unwrap()],
        2 => scope.categories = vec!["food".to_owned(), "Gifts".to_owned()],
        3 => scope.tags = vec!["sale".to_owned()],
        4 => scope.brands = vec!["ONE".to_owned()],
        5 => scope.products = vec![Handle::new("mug").unwrap()],
        6 => scope.except = Some(Box::new(Scope { tags: vec!["sale".to_owned()], ..Scope::default() })),
        _ => {}
    }
    scope
}

fn gives(choices: &mut Choices<'_>) -> Gives {
    match choices.below(13) {
        1 | 11 => Gives::Amount(written(choices.amount() + 1)),
        2 => Gives::AmountEach(written(choices.amount() + 1)),
        3 => Gives::FixedPrice(written(choices.amount())),
        4 => Gives::BuyGet(BuyGet {
            buy: choices.small(3),
            get: choices.small(2),
            of: choices.one_in(2).then(|| scope(choices)),
            percent: percent(choices),
            times_max: choices.one_in(3).then(|| choices.small(2)),
        }),
        5 => Gives::CheapestFree { from: choices.small(4) },
        6 => Gives::Multibuy { take: 3, pay: choices.small(2) },
        7 => {
            let by = if choices.one_in(2) { TierBy::Quantity } else { TierBy::Amount };
            let tier = |choices: &mut Choices<'_>| {
                let from = match by {
                    TierBy::Quantity => choices.small(8).to_string().parse().unwrap(),
                    TierBy::Amount => written(choices.amount()),
                };
                let whole = choices.one_in(2);
                let amount = whole.then(|| written(choices.amount()));
                Tier { from, percent: (!whole).then(|| percent(choices)), amount }
            };
            Gives::Tiered(Tiered { by, tiers: vec![tier(choices), tier(choices)] })
        }
        8 => Gives::FreeShipping { up_to: choices.one_in(2).then(|| written(choices.amount() + 1)) },
        9 => Gives::Gift { sku: Sku::new("GIFT").unwrap(), quantity: choices.small(2) },
        10 => Gives::Bundle {
            items: vec![
                BundleItem { sku: Sku::new(SKUS[choices.below(3) as usize]).unwrap(), quantity: choices.small(2) },
                BundleItem {
                    sku: Sku::new(SKUS[3 + choices.below(3) as usize]).unwrap(),
                    quantity: choices.small(2),
                },
            ],
            price: written(choices.amount()),
        },
        _ => Gives::Percent(percent(choices)),
    }
}

fn condition(choices: &mut Choices<'_>) -> Condition {
    match choices.below(8) {
        1 => Condition::Quantity { scope: scope(choices), from: choices.small(6) },
        2 => Condition::Contains(scope(choices)),
        3 => Condition::Channels(vec!["whatsapp".to_owned()]),
        4 => Condition::FirstOrder,
        5 => Condition::Not(Box::new(Condition::Minimum(written(choices.amount())))),
        6 => Condition::Any(vec![Condition::Groups(vec!["vip".to_owned()]), Condition::FirstOrder]),
        7 => Condition::All(vec![
            Condition::Channels(vec!["WhatsApp".to_owned()]),
            Condition::MinimumOf { scope: scope(choices), amount: written(choices.amount()) },
        ]),
        _ => Condition::Minimum(written(choices.amount())),
    }
}

pub fn promotion(choices: &mut Choices<'_>, number: usize) -> Offered {
    let mut promotion = Promotion::new(&format!("p{number}"), gives(choices));
    promotion.on = scope(choices);
    promotion.when = choices.one_in(4).then(|| condition(choices));
    promotion.group = ["", "season", "card"][choices.below(3) as usize].to_owned();
    promotion.alone = choices.one_in(10);
    promotion.basis = if choices.one_in(4) { Basis::Rest } else { Basis::List };
    promotion.priority = choices.below(3) as i32;
    if choices.one_in(8) {
        promotion.codes = vec![CouponCode::new(["HOLA", "NEVER"][choices.below(2) as usize]).unwrap()];
    }
    let mut uses = Uses::default();
    if choices.one_in(8) {
        promotion.limits =
            Limits { budget: Some(written(choices.amount() + 1)), total: Some(5), ..Limits::default() };
        uses = Uses { total: choices.below(6) as u32, spent: choices.below(100) as i64, ..Uses::default() };
    }
    Offered { uses, ..Offered::new(promotion) }
}

fn tax(choices: &mut Choices<'_>) -> TaxPolicy {
    let rate = |choices: &mut Choices<'_>| {
        Rate::from_millionths([160_000, 82_500, 0, 88_750, 210_000, 500_000][choices.below(6) as usize]).unwrap()
    };
    let due = |choices: &mut Choices<'_>, name: &str| TaxDue { name: name.to_owned(), rate: rate(choices) };
    let mut rules = Vec::new();
    if choices.one_in(2) {
        let categories = vec!["food".to_owned()];
        rules.push(TaxRule { categories, taxes: vec![due(choices, "low")], ..TaxRule::default() });
    }
    let mut taxes = vec![due(choices, "tax")];
    if choices.one_in(3) {
        taxes.push(due(choices, "more"));
    }
    rules.push(TaxRule { taxes, ..TaxRule::default() });
    TaxPolicy {
        mode: [TaxMode::Included, TaxMode::Added, TaxMode::Added, TaxMode::Before][choices.below(4) as usize],
        level: if choices.one_in(2) { TaxLevel::Line } else { TaxLevel::Total },
        shipping: [ShippingTax::Free, ShippingTax::Standard, ShippingTax::AsGoods][choices.below(3) as usize],
        rules,
    }
}

fn shipping(choices: &mut Choices<'_>) -> ShippingPolicy {
    let table = |choices: &mut Choices<'_>, step: i64| {
        let bracket = |up_to, choices: &mut Choices<'_>| Bracket { up_to, amount: money(choices.amount()) };
        // Not every table goes on for ever.
        let end = choices.one_in(3).then_some(8 * step);
        vec![bracket(Some(step), choices), bracket(Some(3 * step), choices), bracket(end, choices)]
    };
    let rate = match choices.below(5) {
        1 => ShippingRate::ByAmount(table(choices, 2000)),
        2 => ShippingRate::ByWeight(table(choices, 500)),
        3 => ShippingRate::ByQuantity(table(choices, 3)),
        _ => ShippingRate::Flat(money(choices.amount())),
    };
    let free_from = choices.one_in(2).then(|| money(choices.amount() * 3));
    ShippingPolicy { zones: vec![Zone { places: Vec::new(), rate, free_from }] }
}

fn price_list(choices: &mut Choices<'_>) -> PriceList {
    let price = |choices: &mut Choices<'_>| ListPrice {
        sku: Sku::new(SKUS[choices.below(6) as usize]).unwrap(),
        from: choices.small(5),
        price: written(choices.amount()),
    };
    let part = |choices: &mut Choices<'_>| PartOff {
        on: scope(choices),
        from: choices.small(3),
        percent: percent(choices),
    };
    PriceList {
        id: "wholesale".to_owned(),
        when: choices.one_in(2).then(|| condition(choices)),
        valid: Validity::default(),
        priority: 0,
        prices: vec![price(choices), price(choices)],
        percent: choices.one_in(2).then(|| part(choices)),
    }
}

/// A cart with at most so many promotions.
pub fn cart(choices: &mut Choices<'_>, promotions_max: u64) -> QuoteInput {
    let things: Vec<LineInput> = (0..SKUS.len()).map(|sku| line(choices, sku)).collect();
    let mut lines = Vec::new();
    for _ in 0..=choices.below(6) {
        let thing = &things[choices.below(6) as usize];
        lines.push(LineInput { quantity: choices.small(5), ..thing.clone() });
    }
    let context = Context {
        channel: Some("whatsapp".to_owned()),
        groups: if choices.one_in(2) { vec!["vip".to_owned()] } else { Vec::new() },
        first_order: choices.one_in(2),
        ..Context::at("2026-11-20T12:00:00Z".parse().unwrap())
    };
    let (shipping, tax) = (shipping(choices), tax(choices));
    let mut input = QuoteInput::new(currency(), lines, shipping, tax, context);
    input.codes = vec![Tried::Unknown(CouponCode::new("HOLA").unwrap())];
    let count = choices.below(promotions_max + 1) as usize;
    input.promotions = (0..count).map(|number| promotion(choices, number)).collect();
    let (sku, product) = (Sku::new("GIFT").unwrap(), Handle::new("gift").unwrap());
    input.gifts = vec![GiftItem { sku, product, title: "Gift".to_owned(), available: Some(1) }];
    if choices.one_in(4) {
        input.price_lists = vec![price_list(choices)];
    }
    input.strategy = if choices.one_in(4) { Strategy::AsListed } else { Strategy::Best };
    input.rounding = if choices.one_in(2) { Rounding::HalfEven } else { Rounding::HalfUp };
    if choices.one_in(4) {
        let part = choices.one_in(2).then(|| BasisPoints(choices.below(10_001) as u32));
        input.order_floor = OrderFloor { amount: Some(money(choices.amount())), part };
    }
    if choices.one_in(6) {
        input.agreed_off = Some(AgreedOff { amount: money(choices.amount()), until: None });
    }
    if choices.one_in(6) {
        let part = BasisPoints(choices.below(10_001) as u32);
        input.deposit =
            Some(if choices.one_in(2) { Deposit::Amount(money(choices.amount())) } else { Deposit::Percent(part) });
    }
    input
}
