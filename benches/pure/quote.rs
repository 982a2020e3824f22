//! What a cart costs.

use std::hint::black_box;

use criterion::Criterion;
use trato::base::money::{BasisPoints, Currency, Money};
use trato::base::names::{Handle, Sku};
use trato::pricing::amount::{Amount, Percent};
use trato::pricing::calculate::quote;
use trato::pricing::input::{Context, LineInput, QuoteInput, Traits};
use trato::pricing::promotion::{Basis, BuyGet, Gives, Offered, Promotion, Tier, TierBy, Tiered};
use trato::pricing::scope::{Condition, Scope};
use trato::pricing::shipping::ShippingPolicy;
use trato::pricing::tax::{ShippingTax, TaxMode, TaxPolicy};

/// A quote of 20 lines and 10 promotions: 20 µs. Of 100 lines and 50 promotions: 300 µs.
pub fn benchmark(criterion: &mut Criterion) -> anyhow::Result<()> {
    let (small, large) = (cart(20, 10)?, cart(100, 50)?);
    let made = quote(&small)?;
    let mut group = criterion.benchmark_group("quote");
    group.bench_function("20 lines and 10 promotions", |bencher| bencher.iter(|| quote(black_box(&small))));
    group.bench_function("100 lines and 50 promotions", |bencher| bencher.iter(|| quote(black_box(&large))));
    group.bench_function("fingerprint of 20 lines", |bencher| bencher.iter(|| black_box(&made).fingerprint()));
    group.finish();
    Ok(())
}

/// A cart of a shop that stacks: promotions of all kinds in five groups, floors on every fourth line, shipping that is
/// free from an amount that discounts may miss, tax on top.
fn cart(lines: u32, promotions: u32) -> anyhow::Result<QuoteInput> {
    let currency: Currency = "MXN".parse()?;
    let money = |minor| Money::new(minor, currency);
    let line = |number: u32| -> anyhow::Result<LineInput> {
        let (sku, product) = (Sku::new(&format!("CAM-AZ-{number:03}"))?, Handle::new("camiseta-basica")?);
        let title = format!("Camiseta básica de algodón, Azul / {number}");
        let unit = money(i64::from(19_900 + 37 * number));
        let traits = Traits {
            category: format!("category {}", number % 7),
            brand: "Taller".to_owned(),
            tags: vec!["algodón".to_owned(), format!("tag {}", number % 3)],
            attributes: Vec::new(),
        };
        let floor = number.is_multiple_of(4).then(|| money(15_900));
        Ok(LineInput { floor, traits, ..LineInput::new(sku, product, title, 1 + number % 5, unit) })
    };
    let lines: Vec<LineInput> = (0..lines).map(line).collect::<Result<_, _>>()?;
    let tax = TaxPolicy::single(BasisPoints(1600), TaxMode::Added, ShippingTax::Standard)?;
    let shipping = ShippingPolicy::flat(money(9_900), Some(money(800_000)));
    let mut input = QuoteInput::new(currency, lines, shipping, tax, Context::at("2026-11-20T12:00:00Z".parse()?));
    input.promotions = (0..promotions).map(|number| offered(number, currency)).collect();
    Ok(input)
}

fn offered(number: u32, currency: Currency) -> Offered {
    let amount = |minor| Amount::of(Money::new(minor, currency));
    let percent = |points| Percent(BasisPoints(points));
    let gives = match number % 8 {
        0 => Gives::Percent(percent(500 + 10 * number)),
        1 => Gives::Amount(amount(5_000)),
        2 => Gives::BuyGet(BuyGet { buy: 2, get: 1, of: None, percent: percent(5_000), times_max: Some(3) }),
        3 => Gives::Multibuy { take: 3, pay: 2 },
        4 => Gives::AmountEach(amount(700)),
        5 => Gives::FixedPrice(amount(19_500)),
        6 => Gives::Tiered(Tiered {
            by: TierBy::Amount,
            tiers: vec![
                Tier { from: amount(100_000), percent: Some(percent(300)), amount: None },
                Tier { from: amount(500_000), percent: Some(percent(600)), amount: None },
            ],
        }),
        _ => Gives::FreeShipping { up_to: None },
    };
    let mut promotion = Promotion::new(&format!("promotion {number:02}"), gives);
    promotion.group = format!("group {}", number % 5);
    promotion.basis = if number % 8 == 1 { Basis::Rest } else { Basis::List };
    promotion.on = match number % 4 {
        1 => Scope { categories: vec![format!("category {}", number % 7)], ..Scope::default() },
        2 => Scope { tags: vec![format!("tag {}", number % 3)], ..Scope::default() },
        _ => Scope::default(),
    };
    promotion.when = number.is_multiple_of(3).then(|| Condition::Minimum(amount(50_000)));
    Offered::new(promotion)
}
