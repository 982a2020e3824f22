//! What a cart costs.

use std::hint::black_box;

use criterion::Criterion;
use trato::base::money::{BasisPoints, Currency, Money};
use trato::base::names::{CouponCode, Handle, Sku};
use trato::pricing::calculate::quote;
use trato::pricing::coupon::{Coupon, CouponUses, Reduction, Tried};
use trato::pricing::input::{LineInput, QuoteInput, ShippingRule, TaxRule};
use trato::pricing::rounding::Rounding;

/// A quote of 20 lines with a coupon, floors, shipping and tax: 20 µs.
pub fn benchmark(criterion: &mut Criterion) -> anyhow::Result<()> {
    let input = cart_of_twenty()?;
    let made = quote(&input)?;
    let mut group = criterion.benchmark_group("quote");
    group.bench_function("20 lines with a coupon", |bencher| bencher.iter(|| quote(black_box(&input))));
    group.bench_function("fingerprint of 20 lines", |bencher| bencher.iter(|| black_box(&made).fingerprint()));
    group.finish();
    Ok(())
}

fn cart_of_twenty() -> anyhow::Result<QuoteInput> {
    let currency: Currency = "MXN".parse()?;
    let money = |minor| Money::new(minor, currency);
    let line = |number: u32| -> anyhow::Result<LineInput> {
        Ok(LineInput {
            sku: Sku::new(&format!("CAM-AZ-{number:03}"))?,
            product: Handle::new("camiseta-basica")?,
            title: format!("Camiseta básica de algodón, Azul / {number}"),
            quantity: 1 + number % 5,
            unit: money(i64::from(19_900 + 37 * number)),
            floor: number.is_multiple_of(4).then(|| money(18_900)),
        })
    };
    let coupon = Coupon {
        code: CouponCode::new("HOLA")?,
        reduction: Reduction::Percent(BasisPoints(1250)),
        minimum: money(50_000),
        valid_from: None,
        valid_until: None,
        limit_total: Some(1000),
        limit_per_shopper: Some(1),
    };
    Ok(QuoteInput {
        currency,
        lines: (0..20).map(line).collect::<Result<_, _>>()?,
        codes: vec![Tried::Known { coupon, uses: CouponUses::default() }],
        shipping: ShippingRule { amount: money(9_900), free_from: Some(money(2_000_000)) },
        tax: TaxRule { rate: BasisPoints(1600), included: true, on_shipping: true },
        rounding: Rounding::HalfEven,
        now: "2026-11-20T12:00:00Z".parse()?,
    })
}
