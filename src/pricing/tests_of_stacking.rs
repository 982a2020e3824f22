//! Floors, deals, promotions and shipping where several of them meet.

use chrono::TimeDelta;

use crate::base::money::BasisPoints;
use crate::base::names::{CouponCode, Sku};
use crate::pricing::amount::Amount;
use crate::pricing::calculate::quote;
use crate::pricing::coupon::{Coupon, Refusal, Tried};
use crate::pricing::input::{Agreed, AgreedBy, LineInput, OrderFloor, QuoteError, QuoteInput};
use crate::pricing::measure::{Measure, Stay};
use crate::pricing::prices::{ListPrice, PriceList};
use crate::pricing::promotion::{Basis, Gives, Offered, Promotion, Strategy, Validity};
use crate::pricing::quote::{Quote, Step, Used};
use crate::pricing::scope::{Condition, Scope};
use crate::pricing::shipping::{Bracket, ShippingPolicy, ShippingRate, Zone};
use crate::pricing::tests::{coupon_of_ten_percent, flat, input, known, line, mxn, noon, percent};

fn written(minor: i64) -> Amount {
    Amount::of(mxn(minor))
}

fn off(id: &str, group: &str, percent: &str) -> Promotion {
    Promotion { group: group.to_owned(), ..Promotion::new(id, Gives::Percent(percent.parse().unwrap())) }
}

fn under(promotions: Vec<Promotion>, input: QuoteInput) -> QuoteInput {
    QuoteInput { promotions: promotions.into_iter().map(Offered::new).collect(), ..input }
}

fn agreed(by: AgreedBy, unit_minor: i64, line: LineInput) -> LineInput {
    LineInput { agreed: Some(Agreed { unit_minor, by, until: None, combines: false }), ..line }
}

fn bargained(unit_minor: i64, line: LineInput) -> LineInput {
    agreed(AgreedBy::Bargain, unit_minor, line)
}

fn listed(sku: &str, price: i64) -> Vec<PriceList> {
    let prices = vec![ListPrice { sku: Sku::new(sku).unwrap(), from: 1, price: written(price) }];
    let (id, valid) = ("market".to_owned(), Validity::default());
    vec![PriceList { id, when: None, valid, priority: 0, prices, percent: None }]
}

fn total(input: &QuoteInput) -> i64 {
    quote(input).unwrap().total().minor()
}

#[test]
fn a_bargain_does_not_lower_the_floor_of_the_order_along_with_the_price() {
    let check = |floor: OrderFloor, lines: Vec<LineInput>, expected: &[i64]| {
        let made = quote(&QuoteInput { order_floor: floor, ..input(lines) }).unwrap();
        assert_eq!(made.lines().iter().map(|line| line.net.minor()).collect::<Vec<_>>(), expected);
        made
    };
    let amount = |minor| OrderFloor { amount: Some(mxn(minor)), part: None };
    let part = |points| OrderFloor { amount: None, part: Some(BasisPoints(points)) };
    let one = |deal| vec![bargained(deal, line("A", 1, 7000, None))];

    // 70.00 bargained down to 55.00, and no order below 60.00.
    let held = check(amount(6000), one(5500), &[6000]);
    let (catalog, unit) = (mxn(7000), mxn(6000));
    let (sku, by) = (Sku::new("A").unwrap(), AgreedBy::Bargain);
    assert_eq!(held.steps()[0], Step::Agreed { sku, by, catalog, unit, held_at_floor: true });
    assert_eq!(held.steps().iter().filter(|step| **step == Step::HeldAtOrderFloor).count(), 1);
    // 85 % of 70.00 is 59.50.
    check(part(8500), one(5500), &[5950]);
    check(amount(6000), one(6500), &[6500]);
    // An order that is below its floor anyway costs what it costs, and not more.
    check(amount(9000), one(5500), &[7000]);
    // What a person of the shop says is the merchant's own word.
    check(amount(6000), vec![agreed(AgreedBy::Person, 5500, line("A", 1, 7000, None))], &[5500]);
    // 100.00 and 50.00 bargained down to 70.00 and 40.00, 40.00 off in all. At 80 % of 150.00, 10.00 of it are too
    // much: 7.50 and 2.50.
    let two = vec![bargained(7000, line("A", 1, 10_000, None)), bargained(4000, line("B", 1, 5000, None))];
    check(part(8000), two, &[7750, 4250]);
    // Three pieces at 33.33 are 99.99; three have one price, and the order comes to 100.02.
    check(amount(10_000), vec![bargained(3333, line("A", 3, 5000, None))], &[10_002]);
    // A line that was not bargained for pays its list price.
    check(amount(11_000), vec![bargained(4000, line("A", 1, 7000, None)), line("B", 1, 5000, None)], &[6000, 5000]);
}

#[test]
fn what_is_measured_and_bargained_is_held_at_the_order_floor_too() {
    let order_floor = OrderFloor { amount: Some(mxn(900)), part: None };
    // 350 g at 30.00 are 10.50, at 20.00 they are 7.00. 9.00 for 350 g are 25.7143 a kilogram: 25.72 come to 9.002.
    let cheese = LineInput { measure: Measure::Weight { grams: 350 }, ..line("A", 1, 3000, None) };
    let made = quote(&QuoteInput { order_floor, ..input(vec![bargained(2000, cheese)]) }).unwrap();
    assert_eq!((made.lines()[0].unit, made.total()), (mxn(2572), mxn(900)));
}

#[test]
fn a_stay_that_is_bargained_for_ends_at_the_sum_of_its_nights_floors() {
    // 100.00 and 150.00, and no night below 120.00 that is not cheaper anyway: 100.00 and 120.00.
    let rates = vec![("2026-06-16".parse().unwrap(), 15_000)];
    let stay = Stay { from: "2026-06-15".parse().unwrap(), until: "2026-06-17".parse().unwrap(), rates };
    let room = LineInput { measure: Measure::Nights(stay), ..line("A", 1, 10_000, Some(12_000)) };
    assert_eq!(total(&input(vec![bargained(5000, room)])), 22_000);
}

#[test]
fn a_floor_between_the_catalogs_price_and_the_price_lists_is_kept() {
    // 130.00 by the list, 100.00 in the catalog, a floor of 120.00, and a fifth off.
    let check = |price: i64, deal: Option<i64>, expected: i64| {
        let one = line("A", 1, 10_000, Some(12_000));
        let one = deal.map_or(one.clone(), |deal| bargained(deal, one));
        let cart = QuoteInput { price_lists: listed("A", price), ..input(vec![one]) };
        assert_eq!(total(&under(vec![off("p", "", "20")], cart)), expected, "{price}");
    };
    check(13_000, None, 12_000);
    check(20_000, None, 16_000);
    check(13_000, Some(9000), 12_000);
    // A floor above both raises neither, and a price list below it ends at the catalog's price.
    check(11_000, None, 11_000);
    check(9_000, None, 10_000);
}

#[test]
fn promotions_that_reach_a_floor_together_say_that_they_did() {
    let sku = Sku::new("A").unwrap();
    // 12 % and 9 % together are 21.00, and only 17.00 may come off.
    let promotions = vec![off("a", "1", "12"), off("b", "2", "9")];
    let cart = input(vec![line("A", 1, 10_000, Some(8300)), line("B", 1, 10_000, None)]);
    let made = quote(&under(promotions, cart)).unwrap();
    assert_eq!(made.lines()[0].net, mxn(8300));
    let held: Vec<&Step> = made.steps().iter().filter(|step| matches!(step, Step::HeldAtFloor { .. })).collect();
    assert_eq!(held, [&Step::HeldAtFloor { sku }]);
    assert_eq!(made.discounts().iter().map(|discount| discount.limited).collect::<Vec<_>>(), [false, true]);
}

fn by_amount(free_from: Option<i64>, rows: &[(Option<i64>, i64)]) -> ShippingPolicy {
    let row = |(up_to, minor): &(Option<i64>, i64)| Bracket { up_to: *up_to, amount: mxn(*minor) };
    let rate = ShippingRate::ByAmount(rows.iter().map(row).collect());
    ShippingPolicy { zones: vec![Zone { places: Vec::new(), rate, free_from: free_from.map(mxn) }] }
}

#[test]
fn a_table_that_ends_where_shipping_is_free_goes_on() {
    let cart = |minor| input(vec![line("A", 1, minor, None)]);
    let shipping = by_amount(Some(8000), &[(Some(8000), 700)]);
    let check = |minor, expected| {
        let made = quote(&QuoteInput { shipping: shipping.clone(), ..cart(minor) });
        assert_eq!(made.map(|made| made.total().minor()), expected);
    };
    check(7999, Ok(8699));
    check(8000, Ok(8000));
    check(9000, Ok(9000));
    // Between the two nothing says what sending costs.
    let gap = QuoteInput { shipping: by_amount(Some(10_000), &[(Some(8000), 700)]), ..cart(9000) };
    assert_eq!(quote(&gap), Err(QuoteError::NotDeliverable));
    // What weighs or counts more than a table has is not sent, whatever it comes to.
    let rate = ShippingRate::ByQuantity(vec![Bracket { up_to: Some(2), amount: mxn(700) }]);
    let shipping = ShippingPolicy { zones: vec![Zone { places: Vec::new(), rate, free_from: Some(mxn(100)) }] };
    let three = QuoteInput { shipping, ..input(vec![line("A", 3, 9000, None)]) };
    assert_eq!(quote(&three), Err(QuoteError::NotDeliverable));
}

#[test]
fn a_cart_that_can_be_sent_with_a_promotion_is_quoted_with_it() {
    let shipping = by_amount(None, &[(Some(8000), 700)]);
    // 90.00 less 15 % is 76.50, within the table; without it there is no price for sending.
    let cart = QuoteInput { shipping, ..input(vec![line("A", 1, 9000, None)]) };
    assert_eq!(total(&under(vec![off("p", "", "15")], cart.clone())), 8350);
    // Nothing else makes it smaller.
    assert_eq!(quote(&under(vec![off("p", "", "5")], cart.clone())), Err(QuoteError::NotDeliverable));
    // Also beyond what is compared exactly.
    let many = (0..20).map(|number| off(&format!("p{number:02}"), &number.to_string(), "1")).collect();
    assert_eq!(total(&under(many, cart)), 7200 + 700);
}

#[test]
fn as_listed_a_promotion_that_takes_nothing_off_keeps_no_other_from_being_used() {
    let listed = |promotions, shipping| {
        let cart = QuoteInput { shipping, strategy: Strategy::AsListed, ..input(vec![line("A", 1, 10_000, None)]) };
        quote(&under(promotions, cart)).unwrap()
    };
    let check = |first: Gives, shipping: ShippingPolicy, order_total: i64| {
        let made = listed(vec![Promotion::new("a", first), off("z", "", "10")], shipping);
        assert_eq!(made.total(), mxn(order_total));
        let passed_over: Vec<_> = made.passed_over().map(|(id, why)| (id, why.clone())).collect();
        assert_eq!(passed_over, [("a", Refusal::NotWith { promotion: "z".to_owned() })]);
    };
    check(Gives::Multibuy { take: 4, pay: 3 }, flat(mxn(0), None), 9000);
    check(Gives::FreeShipping { up_to: None }, flat(mxn(500), Some(mxn(6000))), 9000);
    // Beside others it stands, in case they make it take something off.
    let beside = vec![Promotion::new("a", Gives::FreeShipping { up_to: None }), off("z", "other", "10")];
    assert_eq!(listed(beside, flat(mxn(500), Some(mxn(9500)))).total(), mxn(9000));
    // One that takes something off comes before what is listed after it.
    let first = vec![Promotion::new("a", Gives::FreeShipping { up_to: None }), off("z", "", "10")];
    assert_eq!(listed(first, flat(mxn(500), None)).total(), mxn(10_000));
}

#[test]
fn thirteen_promotions_cost_no_more_than_twelve_of_them() {
    let cart = || input(vec![line("A", 1, 10_000, None)]);
    // One of 2 % and one of 60 % exclude each other; the others, of 1 % each, go with all.
    let mut promotions = vec![off("p00", "one", "2"), off("p99", "one", "60")];
    promotions.extend((1..=10).map(|number| off(&format!("p{number:02}"), &number.to_string(), "1")));
    assert_eq!(total(&under(promotions.clone(), cart())), 3000);
    promotions.push(off("p50", "fifty", "1"));
    let made = quote(&under(promotions, cart())).unwrap();
    assert_eq!(made.total(), mxn(2900));
    let passed_over: Vec<_> = made.passed_over().map(|(id, why)| (id, why.clone())).collect();
    assert_eq!(passed_over, [("p00", Refusal::NotWith { promotion: "p99".to_owned() })]);
}

#[test]
fn a_promotion_that_has_the_name_of_its_code_is_no_coupon() {
    let code = || CouponCode::new("hola").unwrap();
    let named = Promotion { codes: vec![code()], ..off("HOLA", "", "10") };
    let cart = QuoteInput { codes: vec![Tried::Unknown(code())], ..input(vec![line("A", 1, 10_000, None)]) };
    let made = quote(&under(vec![named.clone()], cart.clone())).unwrap();
    assert_eq!(made.uses().collect::<Vec<_>>(), [Used { name: "HOLA", is_coupon: false, off: mxn(1000) }]);
    let coupon = quote(&QuoteInput { codes: vec![percent(1000)], ..cart.clone() }).unwrap();
    assert_eq!(coupon.uses().collect::<Vec<_>>(), [Used { name: "HOLA", is_coupon: true, off: mxn(1000) }]);
    // Kept before that was written down, what has the name of its code is a coupon.
    let mut kept = serde_json::to_value(&coupon).unwrap();
    kept["discounts"][0].as_object_mut().unwrap().remove("is_coupon").unwrap();
    let read: Quote = serde_json::from_value(kept).unwrap();
    assert!(read.uses().all(|used| used.is_coupon));
    assert_eq!(read.fingerprint(), coupon.fingerprint());
}

#[test]
fn a_code_whose_coupon_ended_and_whose_promotion_is_used_is_not_refused() {
    let ended = Coupon { valid_until: Some(noon() - TimeDelta::days(1)), ..coupon_of_ten_percent() };
    let called = |gives| Promotion { codes: vec![ended.code.clone()], ..Promotion::new("spring", gives) };
    let check = |promotion: Promotion, expected: &[Refusal]| {
        let codes = vec![known(ended.clone())];
        let made = quote(&under(vec![promotion], QuoteInput { codes, ..input(vec![line("A", 1, 10_000, None)]) }));
        let made = made.unwrap();
        let refused: Vec<Refusal> = made.refused().map(|(_, reason)| reason.clone()).collect();
        assert_eq!(refused, expected);
    };
    check(called(Gives::Percent("5".parse().unwrap())), &[]);
    // What the shopper can do something about is told, and not that the old coupon ended.
    let many = Promotion {
        when: Some(Condition::Quantity { scope: Scope::default(), from: 2 }),
        ..called(Gives::Percent("5".parse().unwrap()))
    };
    check(many, &[Refusal::TooFew { wanted: 2 }]);
    check(Promotion { basis: Basis::Rest, ..called(Gives::Amount(written(100))) }, &[]);
}
