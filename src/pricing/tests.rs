//! Worked examples with the arithmetic beside them, and what holds for every quote.

#![expect(clippy::arithmetic_side_effects, reason = "a test whose numbers overflow should stop")]

use chrono::TimeDelta;
use proptest::prelude::*;

use crate::base::clock::Time;
use crate::base::money::{BasisPoints, Currency, Money};
use crate::base::names::{CouponCode, Handle, Sku};
use crate::pricing::calculate::quote;
use crate::pricing::coupon::{Coupon, CouponUses, Reduction, Refusal, Tried};
use crate::pricing::input::{Context, LINES_MAX, LineInput, QuoteError, QuoteInput};
use crate::pricing::promotion::Strategy;
use crate::pricing::quote::{ChargeFor, Quote, ShippingReason, Step};
use crate::pricing::rounding::Rounding;
use crate::pricing::shipping::ShippingPolicy;
use crate::pricing::tax::{ShippingTax, TaxMode, TaxPolicy};

fn pesos() -> Currency {
    "MXN".parse().unwrap()
}

pub(in crate::pricing) fn mxn(minor: i64) -> Money {
    Money::new(minor, pesos())
}

pub(in crate::pricing) fn noon() -> Time {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

pub(in crate::pricing) fn line(sku: &str, quantity: u32, unit: i64, floor: Option<i64>) -> LineInput {
    let title = format!("Camiseta {sku}");
    let product = Handle::new("camiseta").unwrap();
    LineInput {
        floor: floor.map(mxn),
        ..LineInput::new(Sku::new(sku).unwrap(), product, title, quantity, mxn(unit))
    }
}

pub(in crate::pricing) fn flat(amount: Money, free_from: Option<Money>) -> ShippingPolicy {
    ShippingPolicy::flat(amount, free_from)
}

fn tax(rate: u32, included: bool, on_shipping: bool) -> TaxPolicy {
    let mode = if included { TaxMode::Included } else { TaxMode::Added };
    let shipping = if on_shipping { ShippingTax::Standard } else { ShippingTax::Free };
    TaxPolicy::single(BasisPoints(rate), mode, shipping).unwrap()
}

pub(in crate::pricing) fn input(lines: Vec<LineInput>) -> QuoteInput {
    QuoteInput::new(pesos(), lines, flat(mxn(0), None), tax(0, true, false), Context::at(noon()))
}

fn coupon(reduction: Reduction) -> Coupon {
    Coupon {
        code: CouponCode::new("HOLA").unwrap(),
        reduction,
        minimum: mxn(0),
        valid_from: None,
        valid_until: None,
        limit_total: None,
        limit_per_shopper: None,
    }
}

pub(in crate::pricing) fn known(coupon: Coupon) -> Tried {
    Tried::Known { coupon, uses: CouponUses::default() }
}

pub(in crate::pricing) fn percent(basis_points: u32) -> Tried {
    known(coupon(Reduction::Percent(BasisPoints(basis_points))))
}

fn amount(minor: i64) -> Tried {
    known(coupon(Reduction::Amount(mxn(minor))))
}

pub(in crate::pricing) fn coupon_of_ten_percent() -> Coupon {
    coupon(Reduction::Percent(BasisPoints(1000)))
}

pub(in crate::pricing) fn cart_of_two() -> QuoteInput {
    QuoteInput {
        codes: vec![percent(1000)],
        shipping: flat(mxn(9900), Some(mxn(99900))),
        tax: tax(1600, true, true),
        ..input(vec![line("AZUL-M", 2, 19900, None), line("ROJA-S", 1, 25050, None)])
    }
}

/// Discounts per line, shipping, tax and total, in centavos.
fn check(name: &str, input: &QuoteInput, expected: (&[i64], i64, i64, i64)) -> Quote {
    let quote = quote(input).unwrap();
    let discounts: Vec<i64> = quote.lines().iter().map(|line| line.discount.minor()).collect();
    let found = (discounts.as_slice(), quote.shipping().minor(), quote.tax().amount.minor(), quote.total().minor());
    assert_eq!(found, expected, "{name}");
    quote
}

#[test]
fn worked_examples() {
    // 2 × 199.00 + 250.50 = 648.50; 10 % of it is 64.85: 39.80 on the first line, 25.05 on the second.
    // 648.50 − 64.85 = 583.65, 415.35 short of free shipping. + 99.00 = 682.65.
    // Tax inside at 16 %: 682.65 × 16/116 = 94.1586 → 94.16.
    let quote = check("a coupon, shipping, tax inside", &cart_of_two(), (&[3980, 2505], 9900, 9416, 68265));
    assert_eq!(quote.subtotal(), mxn(64850));
    // More goods would cost a tenth less too: 415.35 more of them would not be enough.
    assert_eq!(quote.free_shipping_in(), None);
    let fixed = QuoteInput { codes: vec![amount(6485)], ..cart_of_two() };
    let quote = check("as much off by an amount", &fixed, (&[3980, 2505], 9900, 9416, 68265));
    assert_eq!(quote.free_shipping_in(), Some(mxn(41535)));

    // 3 × 0.33 = 0.99 and 0.01: 1.00. 50 % is 0.50: shares 0.495 and 0.005. One centavo is left over and the
    // remainders are equal, so the SKU that sorts first gets it.
    let halves =
        QuoteInput { codes: vec![percent(5000)], ..input(vec![line("B", 1, 1, None), line("A", 3, 33, None)]) };
    check("a centavo left over", &halves, (&[0, 50], 0, 0, 50));

    // 12.5 % of 0.20 is 0.025: half a centavo goes to the even neighbour 0.02, or up to 0.03.
    let half = QuoteInput { codes: vec![percent(1250)], ..input(vec![line("A", 1, 20, None)]) };
    check("half to even", &half, (&[2], 0, 0, 18));
    check("half up", &QuoteInput { rounding: Rounding::HalfUp, ..half }, (&[3], 0, 0, 17));

    // 100.00 and 50.00 less 20 % each: 20.00 and 10.00; the first may not go below 95.00, so it gives 5.00. What it
    // holds back is not made up on the other line.
    let held = input(vec![line("A", 1, 10000, Some(9500)), line("B", 1, 5000, None)]);
    let held = QuoteInput { codes: vec![percent(2000)], ..held };
    let quote = check("a percentage stops at a floor", &held, (&[500, 1000], 0, 0, 13500));
    assert!(quote.discounts()[0].limited);
    assert!(quote.steps().contains(&Step::HeldAtFloor { sku: Sku::new("A").unwrap() }));

    // 30.00 off 150.00 is 20.00 and 10.00; the first gives 5.00, and the second the 25.00 that are left.
    let moved = QuoteInput { codes: vec![amount(3000)], ..held };
    let quote = check("an amount moves to where there is room", &moved, (&[500, 2500], 0, 0, 12000));
    assert!(!quote.discounts()[0].limited);

    // 500.00 off 80.00 is 80.00: the lines cost nothing, shipping still does.
    let all = QuoteInput { codes: vec![amount(50000)], ..input(vec![line("A", 2, 4000, None)]) };
    let all = QuoteInput { shipping: flat(mxn(5000), Some(mxn(100_000))), ..all };
    check("an amount larger than the cart", &all, (&[8000], 5000, 0, 5000));

    // 999.00 of goods less 10 % is 899.10: the threshold of 900.00 counts after the discount, and is missed by 0.90.
    let missed = QuoteInput { codes: vec![percent(1000)], ..input(vec![line("A", 1, 99900, None)]) };
    let missed = QuoteInput { shipping: flat(mxn(9900), Some(mxn(90000))), ..missed };
    let quote = check("a discount can cost free shipping", &missed, (&[9990], 9900, 0, 99810));
    assert_eq!(quote.free_shipping_in(), None);

    // 900.00 is the threshold itself: free.
    let met = QuoteInput { codes: Vec::new(), ..input(vec![line("A", 1, 90000, None)]) };
    let met = QuoteInput { shipping: flat(mxn(9900), Some(mxn(90000))), ..met };
    let quote = check("the threshold itself is enough", &met, (&[0], 0, 0, 90000));
    assert_eq!(quote.free_shipping_in(), None);
    assert!(quote.steps().contains(&Step::Shipped { amount: mxn(0), reason: ShippingReason::FreeFromHere }));

    // (100.00 + 20.00) × 8.25 % = 9.90 on top; without tax on shipping 100.00 × 8.25 % = 8.25.
    let taxed = QuoteInput {
        shipping: flat(mxn(2000), None),
        tax: tax(825, false, true),
        ..input(vec![line("A", 4, 2500, None)])
    };
    check("tax on top, shipping taxed", &taxed, (&[0], 2000, 990, 12990));
    let goods_only = tax(825, false, false);
    check("tax on top, shipping not taxed", &QuoteInput { tax: goods_only, ..taxed }, (&[0], 2000, 825, 12825));

    // Tax is rounded once: three lines of 0.10 at 5 % are 0.015 → 0.02; per line it would be 3 × 0.00.
    let once = input(vec![line("A", 1, 10, None), line("B", 1, 10, None), line("C", 1, 10, None)]);
    let once = QuoteInput { tax: tax(500, false, false), ..once };
    check("tax is rounded once", &once, (&[0, 0, 0], 0, 2, 32));

    // A floor of 120.00 over a list price of 100.00 allows no discount, and raises nothing.
    let above = QuoteInput { codes: vec![percent(1000)], ..input(vec![line("A", 1, 10000, Some(12000))]) };
    let quote = check("a floor above the price", &above, (&[0], 0, 0, 10000));
    assert_eq!(quote.refused().map(|(_, why)| why).collect::<Vec<_>>(), [&Refusal::TakesNothingOff]);
}

#[test]
fn a_refused_code_takes_nothing_off_and_says_why() {
    let good = coupon(Reduction::Percent(BasisPoints(1000)));
    let uses = CouponUses { total: 5, by_shopper: 2 };
    let check = |coupon: Coupon, expected: Option<Refusal>| {
        let codes = vec![Tried::Known { coupon, uses }];
        let quote = quote(&QuoteInput { codes, ..input(vec![line("A", 1, 10000, None)]) }).unwrap();
        assert_eq!(quote.refused().next().map(|(_, reason)| reason.clone()), expected);
        assert_eq!(quote.total(), if expected.is_none() { mxn(9000) } else { mxn(10000) });
    };
    let second = TimeDelta::seconds(1);
    check(Coupon { valid_from: Some(noon()), ..good.clone() }, None);
    check(Coupon { valid_from: Some(noon() + second), ..good.clone() }, Some(Refusal::NotYet));
    check(Coupon { valid_until: Some(noon()), ..good.clone() }, None);
    check(Coupon { valid_until: Some(noon() - second), ..good.clone() }, Some(Refusal::Over));
    check(Coupon { limit_total: Some(6), ..good.clone() }, None);
    check(Coupon { limit_total: Some(5), ..good.clone() }, Some(Refusal::UsedUp));
    check(Coupon { limit_per_shopper: Some(3), ..good.clone() }, None);
    check(Coupon { limit_per_shopper: Some(2), ..good.clone() }, Some(Refusal::UsedByYou));
    check(Coupon { minimum: mxn(10000), ..good.clone() }, None);
    let minimum = mxn(10001);
    check(Coupon { minimum, ..good.clone() }, Some(Refusal::BelowMinimum { minimum }));
    let dollar = Money::new(100, "USD".parse().unwrap());
    check(Coupon { reduction: Reduction::Amount(dollar), ..good.clone() }, Some(Refusal::WrongCurrency));
    check(Coupon { minimum: dollar, ..good }, Some(Refusal::WrongCurrency));
}

#[test]
fn of_two_codes_the_first_is_used_as_listed_and_else_the_better() {
    let unknown = Tried::Unknown(CouponCode::new("NADA").unwrap());
    let other = Coupon { code: CouponCode::new("ADIOS").unwrap(), ..coupon(Reduction::Amount(mxn(5000))) };
    let codes = vec![unknown, percent(1000), known(other)];
    let check = |strategy, used: &str, refused: &str, total: i64| {
        let cart = QuoteInput { codes: codes.clone(), strategy, ..input(vec![line("A", 1, 10000, None)]) };
        let quote = quote(&cart).unwrap();
        let reasons: Vec<_> = quote.refused().map(|(code, reason)| (code.as_str(), reason.clone())).collect();
        let beside = Refusal::NotWith { promotion: used.to_owned() };
        assert_eq!(reasons, [("NADA", Refusal::UnknownCode), (refused, beside)]);
        assert_eq!(quote.codes_used().map(CouponCode::as_str).collect::<Vec<_>>(), [used]);
        assert_eq!(quote.total(), mxn(total));
    };
    check(Strategy::AsListed, "HOLA", "ADIOS", 9000);
    check(Strategy::Best, "ADIOS", "HOLA", 5000);
}

#[test]
fn input_outside_its_limits_is_refused() {
    let sku = |name: &str| Sku::new(name).unwrap();
    let check = |input: QuoteInput, expected: QuoteError| assert_eq!(quote(&input), Err(expected));
    let one = || vec![line("A", 1, 100, None)];
    check(input(Vec::new()), QuoteError::Empty);
    check(input((0..=LINES_MAX).map(|n| line(&n.to_string(), 1, 1, None)).collect()), QuoteError::TooMany);
    check(QuoteInput { codes: vec![percent(1); 11], ..input(one()) }, QuoteError::TooMany);
    check(input(vec![line("A", 0, 1, None)]), QuoteError::Quantity(sku("A")));
    check(input(vec![line("A", 1000, 1, None)]), QuoteError::Quantity(sku("A")));
    check(input(vec![line("A", 1, -1, None)]), QuoteError::Negative);
    check(input(vec![line("A", 1, 1, Some(-1))]), QuoteError::Negative);
    check(input(vec![line("A", 2, i64::MAX, None)]), QuoteError::TooLarge);
    check(QuoteInput { codes: vec![percent(0)], ..input(one()) }, QuoteError::Reduction);
    check(QuoteInput { codes: vec![percent(10_001)], ..input(one()) }, QuoteError::Reduction);
    check(QuoteInput { codes: vec![amount(-5)], ..input(one()) }, QuoteError::Reduction);
    assert_eq!(TaxPolicy::single(BasisPoints(10_001), TaxMode::Added, ShippingTax::Free), Err(QuoteError::Rate));
    let shipping = flat(mxn(-1), None);
    check(QuoteInput { shipping, ..input(one()) }, QuoteError::Negative);
    let (wanted, found) = (pesos(), "USD".parse().unwrap());
    let shipping = flat(Money::zero(found), None);
    check(QuoteInput { shipping, ..input(one()) }, QuoteError::WrongCurrency { wanted, found });
}

#[test]
fn the_canonical_form_is_these_bytes_on_every_machine() {
    let quote = quote(&cart_of_two()).unwrap();
    // Tax inside, 94.16, shared over 358.20, 225.45 and 99.00 of shipping: 49.41, 31.1 and 13.65.
    let expected = "quote 1:2\ncurrency 3:MXN\n\
        sku 6:AZUL-M\nproduct 8:camiseta\ntitle 15:Camiseta AZUL-M\nquantity 2\nunit 19900\namount 39800\n\
        discount 3980\ntax 4941\n\
        sku 6:ROJA-S\nproduct 8:camiseta\ntitle 15:Camiseta ROJA-S\nquantity 1\nunit 25050\namount 25050\n\
        discount 2505\ntax 3110\n\
        promotion 4:HOLA\ncode 4:HOLA\nfrom 5:lines\noff 6485\nshipping 9900\ntax_mode 8:included\n\
        tax 0:\nrate 160000\namount 9416\ntotal 68265\ndue_now 68265\n";
    assert_eq!(String::from_utf8(quote.canonical()).unwrap(), expected);
}

/// What version 1 kept for [`cart_of_two`], written down when it was the only version.
const KEPT_BY_VERSION_1: &str = include_str!("samples/kept_by_version_1.json");

#[test]
fn a_quote_kept_by_version_1_is_read_with_its_fingerprint_and_can_be_paid() {
    let kept: Quote = serde_json::from_str(KEPT_BY_VERSION_1).unwrap();
    let form = "quote 1:1\ncurrency 3:MXN\n\
        sku 6:AZUL-M\nproduct 8:camiseta\ntitle 15:Camiseta AZUL-M\nquantity 2\nunit 19900\ndiscount 3980\n\
        sku 6:ROJA-S\nproduct 8:camiseta\ntitle 15:Camiseta ROJA-S\nquantity 1\nunit 25050\ndiscount 2505\n\
        code 4:HOLA\npercent 1000\noff 6485\nshipping 9900\ntax_rate 1600\ntax 9416\ntax_included 3:yes\n\
        total 68265\n";
    assert_eq!(String::from_utf8(kept.canonical()).unwrap(), form);
    let charges: i64 = kept.charges().iter().map(|charge| charge.unit.minor() * i64::from(charge.quantity)).sum();
    assert_eq!((charges, kept.total(), kept.due_now()), (68265, mxn(68265), mxn(68265)));
    assert_eq!((kept.tax().amount, kept.tax().rate, kept.tax().included), (mxn(9416), BasisPoints(1600), true));
    assert_eq!(kept.codes_used().map(CouponCode::as_str).collect::<Vec<_>>(), ["HOLA"]);
    // Single lines of it can be given back, and sum to what was paid.
    let paid: i64 = (0..2).filter_map(|line| kept.paid_for_line(line)).map(Money::minor).sum();
    assert_eq!(paid + kept.paid_for_shipping().minor(), 68265);
    // Kept again by this version, it is still the same quote.
    let again = serde_json::to_string(&kept).unwrap();
    assert_eq!(serde_json::from_str::<Quote>(&again).unwrap(), kept);
    assert_eq!(serde_json::from_str::<Quote>(&again).unwrap().fingerprint(), kept.fingerprint());
}

#[test]
fn a_quote_kept_by_version_1_that_does_not_add_up_is_not_read() {
    let kept: serde_json::Value = serde_json::from_str(KEPT_BY_VERSION_1).unwrap();
    for (place, value) in [
        ("/total/minor", 1),
        ("/lines/0/net/minor", 1),
        ("/lines/0/quantity", 3),
        ("/tax/amount/minor", -1),
        ("/shipping/minor", -1),
    ] {
        let mut bent = kept.clone();
        *bent.pointer_mut(place).unwrap() = value.into();
        assert!(serde_json::from_value::<Quote>(bent).is_err(), "{place}");
    }
}

#[test]
fn a_fingerprint_changes_with_what_is_charged_and_not_with_what_is_advertised() {
    let base = cart_of_two();
    let fingerprint = |input: &QuoteInput| quote(input).unwrap().fingerprint();
    let further = flat(mxn(9900), Some(mxn(200_000)));
    assert_eq!(fingerprint(&base), fingerprint(&QuoteInput { shipping: further, ..base.clone() }));
    let later = noon() + TimeDelta::days(1);
    assert_eq!(fingerprint(&base), fingerprint(&QuoteInput { context: Context::at(later), ..base.clone() }));

    let mut renamed = base.clone();
    renamed.lines[0].title.push('!');
    let mut dearer = base.clone();
    dearer.lines[0].unit = mxn(19901);
    let without = QuoteInput { codes: Vec::new(), ..base.clone() };
    for changed in [renamed, dearer, without] {
        assert_ne!(fingerprint(&base), fingerprint(&changed));
    }
}

#[test]
fn a_kept_quote_that_does_not_add_up_is_not_read() {
    let quote = quote(&cart_of_two()).unwrap();
    let kept = serde_json::to_value(&quote).unwrap();
    assert_eq!(serde_json::from_value::<Quote>(kept.clone()).unwrap(), quote);
    for (place, value) in [
        ("/total/minor", 1),
        ("/subtotal/minor", 1),
        ("/lines/0/net/minor", 1),
        ("/lines/0/quantity", 3),
        ("/discounts/0/amount/minor", 1),
        ("/shipping/minor", -1),
        ("/taxes/0/amount/minor", -1),
        ("/lines/0/tax_minor", 1),
        ("/due_now/minor", 99_999_999),
        ("/version", 3),
    ] {
        let mut bent = kept.clone();
        *bent.pointer_mut(place).unwrap() = value.into();
        assert!(serde_json::from_value::<Quote>(bent).is_err(), "{place}");
    }
}

#[test]
fn a_line_that_cannot_be_divided_is_charged_as_one() {
    // 3 × 0.33 less 0.50 leaves 0.49, which is no whole amount three times; 2 × 5.00 is.
    let codes = vec![amount(50)];
    let mixed = QuoteInput { codes, ..input(vec![line("A", 3, 33, None), line("B", 2, 500, Some(500))]) };
    let quote = quote(&mixed).unwrap();
    let charges: Vec<_> = quote.charges().iter().map(|charge| (charge.quantity, charge.unit.minor())).collect();
    assert_eq!(charges, [(1, 49), (2, 500)]);
}

prop_compose! {
    fn any_line()(
        sku in 0_u32..1000,
        quantity in 1_u32..=999,
        unit in prop_oneof![0_i64..500, 0_i64..5_000_000],
        floor in proptest::option::of(0_i64..5_000_000),
    ) -> LineInput {
        line(&format!("S{sku}"), quantity, unit, floor)
    }
}

prop_compose! {
    fn any_code()(
        percent in 1_u32..=10_000,
        minor in 1_i64..100_000_000,
        by_percent: bool,
        minimum in 0_i64..1_000_000,
    ) -> Tried {
        let reduction =
            if by_percent { Reduction::Percent(BasisPoints(percent)) } else { Reduction::Amount(mxn(minor)) };
        known(Coupon { minimum: mxn(minimum), ..coupon(reduction) })
    }
}

prop_compose! {
    fn any_input()(
        mut lines in prop::collection::vec(any_line(), 1..12),
        codes in prop::collection::vec(any_code(), 0..3),
        shipping in 0_i64..100_000,
        free_from in proptest::option::of(0_i64..10_000_000),
        rate in 0_u32..=10_000,
        flags: (bool, bool, bool),
    ) -> QuoteInput {
        lines.sort_by(|one, other| one.sku.cmp(&other.sku));
        lines.dedup_by(|one, other| one.sku == other.sku);
        QuoteInput {
            codes,
            shipping: flat(mxn(shipping), free_from.map(mxn)),
            tax: tax(rate, flags.0, flags.1),
            rounding: if flags.2 { Rounding::HalfEven } else { Rounding::HalfUp },
            ..input(lines)
        }
    }
}

fn sum(amounts: impl Iterator<Item = Money>) -> i64 {
    amounts.map(Money::minor).sum()
}

proptest! {
    #[test]
    fn everything_sums_exactly_and_nothing_is_below_nothing(input in any_input()) {
        let quote = quote(&input).unwrap();
        let nets = sum(quote.lines().iter().map(|line| line.net));
        let on_top = if quote.tax().included { 0 } else { quote.tax().amount.minor() };
        prop_assert_eq!(quote.total().minor(), nets + quote.shipping().minor() + on_top);
        prop_assert_eq!(quote.subtotal().minor(), sum(quote.lines().iter().map(|line| line.amount)));
        let off = sum(quote.discounts().iter().map(|discount| discount.amount));
        prop_assert_eq!(off, sum(quote.lines().iter().map(|line| line.discount)));
        prop_assert_eq!(quote.subtotal().minor() - off, nets);
        prop_assert!(quote.lines().iter().all(|line| line.net.minor() >= 0 && line.discount.minor() >= 0));
        prop_assert!(quote.total().minor() >= 0 && quote.shipping().minor() >= 0 && quote.tax().amount.minor() >= 0);
    }

    #[test]
    fn no_line_goes_below_its_floor(input in any_input()) {
        let quote = quote(&input).unwrap();
        for (line, wanted) in quote.lines().iter().zip(&input.lines) {
            prop_assert_eq!(&line.sku, &wanted.sku);
            let floor = wanted.floor.map_or(0, Money::minor) * i64::from(wanted.quantity);
            prop_assert!(line.net.minor() >= floor.min(line.amount.minor()));
        }
    }

    #[test]
    fn an_amount_comes_off_in_full_while_floors_leave_room(lines in prop::collection::vec(any_line(), 1..8), off in 1_i64..1_000_000) {
        let mut lines = lines;
        lines.sort_by(|one, other| one.sku.cmp(&other.sku));
        lines.dedup_by(|one, other| one.sku == other.sku);
        let room: i64 = lines.iter().map(|line| {
            let floor = line.floor.map_or(0, Money::minor).min(line.unit.minor());
            (line.unit.minor() - floor) * i64::from(line.quantity)
        }).sum();
        let quote = quote(&QuoteInput { codes: vec![amount(off)], ..input(lines) }).unwrap();
        let taken = sum(quote.discounts().iter().map(|discount| discount.amount));
        prop_assert_eq!(taken, off.min(room));
    }

    #[test]
    fn the_order_of_lines_does_not_matter(input in any_input(), turn in 0_usize..12) {
        let mut turned = input.clone();
        let places = turn % turned.lines.len();
        turned.lines.rotate_left(places);
        let (one, other) = (quote(&input).unwrap(), quote(&turned).unwrap());
        prop_assert_eq!(one.canonical(), other.canonical());
        prop_assert_eq!(one.fingerprint(), other.fingerprint());
        let mut lines = one.lines().to_vec();
        lines.rotate_left(places);
        prop_assert_eq!(lines.as_slice(), other.lines());
    }

    #[test]
    fn charges_of_a_pay_page_sum_to_the_total(input in any_input()) {
        let quote = quote(&input).unwrap();
        let charged: i64 =
            quote.charges().iter().map(|charge| charge.unit.minor() * i64::from(charge.quantity)).sum();
        prop_assert_eq!(charged, quote.total().minor());
        let lines = quote.charges().iter().filter(|charge| matches!(charge.item, ChargeFor::Line(_))).count();
        prop_assert_eq!(lines, quote.lines().len());
    }

    /// Adding tax and reading it back out of the sum gives the same tax, to the centavo: for a rate above nothing
    /// the rounding of the first is less than half a unit away when it comes back.
    #[test]
    fn tax_on_top_and_tax_inside_agree(minor in 0_i64..1_000_000_000_000, rate in 0_u32..=10_000, even: bool) {
        let rounding = if even { Rounding::HalfEven } else { Rounding::HalfUp };
        let tax = self::tax(rate, false, false);
        let on_top = quote(&QuoteInput { tax, rounding, ..input(vec![line("A", 1, minor, None)]) }).unwrap();
        let gross = on_top.total().minor();
        let tax = self::tax(rate, true, false);
        let inside = quote(&QuoteInput { tax, rounding, ..input(vec![line("A", 1, gross, None)]) }).unwrap();
        prop_assert_eq!(inside.tax().amount, on_top.tax().amount);
        prop_assert_eq!(inside.total(), on_top.total());
    }

    #[test]
    fn the_largest_numbers_are_an_error_and_never_a_panic(
        units in prop::collection::vec(prop_oneof![Just(i64::MAX), Just(i64::MIN), any::<i64>()], 0..4),
        quantity: u32, floor in proptest::option::of(any::<i64>()), percents in any::<u32>(), minor: i64,
        rate: u32, shipping: (i64, Option<i64>), included: bool,
    ) {
        let quantity = if quantity % 2 == 0 { 1 } else { quantity };
        let lines = units.iter().enumerate().map(|(n, unit)| line(&n.to_string(), quantity, *unit, floor)).collect();
        let wild = QuoteInput {
            codes: vec![if included { percent(percents) } else { amount(minor) }],
            shipping: flat(mxn(shipping.0), shipping.1.map(mxn)),
            tax: tax(rate % 10_001, included, true),
            ..input(lines)
        };
        if let Ok(quote) = quote(&wild) {
            let kept = serde_json::to_string(&quote).unwrap();
            prop_assert_eq!(serde_json::from_str::<Quote>(&kept).unwrap(), quote);
        }
    }

    #[test]
    fn a_quote_reads_back_as_it_was_kept(input in any_input()) {
        let quote = quote(&input).unwrap();
        let kept = serde_json::to_string(&quote).unwrap();
        prop_assert_eq!(serde_json::from_str::<Quote>(&kept).unwrap(), quote);
    }
}
