//! What the ledger remembers and the merchant's bounds open. What must hold of every negotiation, and what a fitted
//! policy earns, is tried in `tests/pricing`, which is optimised.

#![expect(clippy::arithmetic_side_effects, reason = "a test that overflows has failed")]

use chrono::TimeDelta;

use crate::base::clock::Time;
use crate::base::money::{BasisPoints, Money};
use crate::base::names::Handle;
use crate::pricing::amount::{Percent, Ratio};
use crate::pricing::negotiation::ledger::{Ask, Closed, Ledger, Reply, Table};
use crate::pricing::negotiation::policy::{ONE, Policy};
use crate::pricing::negotiation::settings::{Bounds, Extra, Settings, Terms};

fn money(minor: i64) -> Money {
    Money::new(minor, "USD".parse().unwrap())
}

fn at(minutes: i64) -> Time {
    let start: Time = "2026-11-20T12:00:00Z".parse().unwrap();
    start + TimeDelta::minutes(minutes)
}

fn terms(bounds: Bounds) -> Terms {
    Settings { shop: bounds, ..Settings::default() }.terms(&Handle::new("lamp").unwrap(), "")
}

fn open() -> Bounds {
    Bounds { bargain: Some(true), floor: Some(Percent(BasisPoints(8000))), offers: Some(4), ..Bounds::default() }
}

fn table<'a>(terms: &'a Terms, policy: &'a Policy, quantity: u32) -> Table<'a> {
    Table {
        terms,
        policy,
        list: money(10_000),
        cost: Some(money(6000)),
        floor: None,
        quantity,
        struck: 1,
        messages: 9,
    }
}

fn unit(reply: &Reply) -> i64 {
    match reply {
        Reply::Offer { unit, .. } | Reply::LastOffer { unit, .. } => unit.minor(),
        Reply::Accepted(agreed) => agreed.unit.minor(),
        other => panic!("no price in {other:?}"),
    }
}

#[test]
fn splitting_a_cart_coming_back_and_another_conversation_find_the_same_ledger() {
    let terms = terms(open());
    let policy = terms.policy(None);
    let (first, ledger) = Ledger::default().answer(&table(&terms, &policy, 10), Ask::Better, at(0));
    let (second, ledger) = ledger.answer(&table(&terms, &policy, 10), Ask::Number(money(7900)), at(1));
    assert!(unit(&second) < unit(&first));
    // The same number again, for one piece, tomorrow: the same price, and it is not called new.
    let (split, ledger) = ledger.answer(&table(&terms, &policy, 1), Ask::Number(money(7900)), at(24 * 60));
    assert!(matches!(split, Reply::LastOffer { .. }), "{split:?}");
    assert_eq!(unit(&split), unit(&second));
    // As many times as they like, the offers are used up and never pass the floor.
    let mut ledger = ledger;
    let mut lowest = unit(&second);
    for day in 2..30 {
        let (reply, next) = ledger.answer(&table(&terms, &policy, 1), Ask::Better, at(day * 24 * 60));
        assert!(unit(&reply) <= lowest && unit(&reply) >= 8000);
        lowest = unit(&reply);
        ledger = next;
    }
    let offers = ledger.entries().iter().filter(|entry| format!("{entry:?}").contains("Offered")).count();
    assert!(offers <= 4, "{offers}");
}

#[test]
fn offers_are_prices_that_a_person_would_name_and_never_below_the_floor() {
    let bounds = Bounds { floor: Some(Percent(BasisPoints(8111))), offers: Some(5), ..open() };
    let terms = terms(bounds);
    let policy = terms.policy(None);
    let mut ledger = Ledger::default();
    let mut named = Vec::new();
    for minute in 0..6 {
        let (reply, next) = ledger.answer(&table(&terms, &policy, 1), Ask::Better, at(minute));
        named.push(unit(&reply));
        ledger = next;
    }
    // 100.00 on the label and even steps down to the floor of 81.11, of which there is no rounder one above.
    assert_eq!(named, [9150, 8300, 8150, 8111, 8111, 8111]);
}

#[test]
fn a_bid_above_what_we_asked_costs_no_more_than_we_asked() {
    let terms = terms(open());
    let policy = terms.policy(None);
    let (first, ledger) = Ledger::default().answer(&table(&terms, &policy, 1), Ask::Better, at(0));
    let (deal, _) = ledger.answer(&table(&terms, &policy, 1), Ask::Number(money(9900)), at(1));
    assert!(matches!(deal, Reply::Accepted(_)));
    assert_eq!(unit(&deal), unit(&first));
}

#[test]
fn a_bid_above_the_label_costs_what_the_label_says_wherever_the_shop_would_have_opened() {
    let terms = terms(Bounds { opening: Some(Ratio(BasisPoints(9500))), ..open() });
    let policy = terms.policy(None);
    let (deal, _) = Ledger::default().answer(&table(&terms, &policy, 1), Ask::Number(money(12_000)), at(0));
    assert!(matches!(deal, Reply::Accepted(_)) && unit(&deal) == 10_000, "{deal:?}");
}

#[test]
fn the_last_price_is_the_last_one_however_many_higher_bids_follow() {
    let terms = terms(open());
    let policy = terms.policy(None);
    // Without a cost the policy ends above the floor.
    let now = Table { cost: None, ..table(&terms, &policy, 1) };
    let mut ledger = Ledger::default();
    let mut last = i64::MAX;
    for (minute, bid) in (0..).zip((6000..8500).step_by(100)) {
        let (reply, next) = ledger.answer(&now, Ask::Number(money(bid)), at(minute));
        if matches!(reply, Reply::LastOffer { .. }) {
            last = unit(&reply);
        }
        assert!(!matches!(reply, Reply::Accepted(_)) || bid >= last, "{bid} was taken after {last} was the last");
        ledger = next;
    }
    assert!(last > 8000, "the floor was never offered: {last}");
    let (reply, _) = ledger.answer(&now, Ask::Number(money(last)), at(99));
    assert!(matches!(reply, Reply::Accepted(_)));
}

#[test]
fn where_the_label_is_no_more_than_the_least_the_price_is_fixed() {
    let terms = terms(open());
    let policy = terms.policy(None);
    let clearance = Table { list: money(5000), ..table(&terms, &policy, 1) };
    for ask in [Ask::Better, Ask::Number(money(5500)), Ask::Yes] {
        let (reply, _) = Ledger::default().answer(&clearance, ask, at(0));
        assert_eq!(reply, Reply::NotOpen(Closed::FixedPrice), "{ask:?}");
    }
}

#[test]
fn a_bid_said_again_is_taken_once_the_shop_would_name_no_more_than_it() {
    let terms = terms(Bounds { offers: Some(10), ..open() });
    let policy = terms.policy(None);
    let table = table(&terms, &policy, 1);
    let (_, mut ledger) = Ledger::default().answer(&table, Ask::Number(money(8500)), at(0));
    for minute in 1..9 {
        let (named, _) = ledger.answer(&table, Ask::Better, at(minute));
        let (again, after) = ledger.answer(&table, Ask::Number(money(8500)), at(minute));
        if unit(&named) <= 8500 {
            assert!(matches!(again, Reply::Accepted(_)), "{named:?}: {again:?}");
            return;
        }
        assert!(!matches!(again, Reply::Accepted(_)), "{named:?}: {again:?}");
        (_, ledger) = after.answer(&table, Ask::Better, at(minute));
    }
    panic!("the shop never came down to the bid");
}

#[test]
fn a_deal_for_ten_is_none_for_one_and_no_is_no() {
    let terms = terms(open());
    let policy = terms.policy(None);
    let (offer, ledger) = Ledger::default().answer(&table(&terms, &policy, 10), Ask::Better, at(0));
    let (deal, ledger) = ledger.answer(&table(&terms, &policy, 10), Ask::Yes, at(1));
    assert!(matches!(deal, Reply::Accepted(_)));
    let now = |quantity| Table { struck: 10, ..table(&terms, &policy, quantity) };
    let (reply, ledger) = ledger.answer(&now(1), Ask::Better, at(2));
    assert_eq!(reply, Reply::NotOpen(Closed::HoldsFrom(10)));
    let (reply, ledger) = ledger.answer(&now(12), Ask::Better, at(3));
    assert_eq!(reply, deal);
    let (reply, ledger) = ledger.answer(&now(10), Ask::WalksAway, at(4));
    assert!(matches!(reply, Reply::LastOffer { .. }) && unit(&reply) == unit(&offer), "{reply:?}");
    assert_eq!(ledger.agreed(&terms, at(5)), None);
}

fn sweet() -> Terms {
    terms(Bounds { extras: Some(vec![Extra::FreeShipping, Extra::Gift { sku: "CUP".parse().unwrap() }]), ..open() })
}

fn extra(reply: &Reply) -> Option<Extra> {
    match reply {
        Reply::Offer { extra, .. } | Reply::LastOffer { extra, .. } => extra.clone(),
        Reply::Accepted(agreed) => agreed.extra.clone(),
        other => panic!("no price in {other:?}"),
    }
}

#[test]
fn extras_come_before_money_one_by_one_and_a_lower_price_comes_without() {
    let terms = sweet();
    let policy = terms.policy(None);
    let mut ledger = Ledger::default();
    let mut heard = Vec::new();
    for minute in 0..4 {
        let (reply, next) = ledger.answer(&table(&terms, &policy, 1), Ask::Better, at(minute));
        heard.push((unit(&reply), extra(&reply).is_some()));
        ledger = next;
    }
    assert_eq!(heard[..2], [(10_000, true), (10_000, true)]);
    assert!(heard[2].0 < 10_000 && heard[3].0 < heard[2].0, "{heard:?}");
    assert!(!heard[2].1 && !heard[3].1, "{heard:?}");
}

#[test]
fn who_takes_a_price_has_what_was_named_with_it_and_may_go_back_to_an_earlier_one_for_that() {
    let terms = sweet();
    let policy = terms.policy(None);
    let now = table(&terms, &policy, 1);
    let (sweetened, ledger) = Ledger::default().answer(&now, Ask::Better, at(0));
    let (deal, agreed) = ledger.answer(&now, Ask::Yes, at(1));
    assert_eq!((unit(&deal), extra(&deal)), (10_000, extra(&sweetened)));
    assert_eq!(agreed.agreed(&terms, at(2)).unwrap().extra, extra(&sweetened));
    let (_, ledger) = ledger.answer(&now, Ask::Better, at(1));
    let (lower, ledger) = ledger.answer(&now, Ask::Better, at(2));
    let (deal, _) = ledger.answer(&now, Ask::Yes, at(3));
    assert_eq!((unit(&deal), extra(&deal)), (unit(&lower), None));
    let (deal, _) = ledger.answer(&now, Ask::YesTo(money(10_000)), at(3));
    assert_eq!((unit(&deal), extra(&deal)), (10_000, Some(Extra::Gift { sku: "CUP".parse().unwrap() })));
    // A price that nothing came with is no reason to pay more.
    let (deal, _) = ledger.answer(&now, Ask::YesTo(money(9900)), at(3));
    assert_eq!(unit(&deal), unit(&lower));
}

#[test]
fn a_bid_that_is_good_enough_needs_no_extra() {
    let terms = sweet();
    let policy = terms.policy(None);
    let (deal, _) = Ledger::default().answer(&table(&terms, &policy, 1), Ask::Number(money(9900)), at(0));
    assert!(matches!(deal, Reply::Accepted(_)) && extra(&deal).is_none(), "{deal:?}");
}

#[test]
fn who_walks_away_hears_the_last_price_again_and_who_pauses_goes_on() {
    let terms = terms(open());
    let policy = terms.policy(None);
    let (first, ledger) = Ledger::default().answer(&table(&terms, &policy, 1), Ask::Better, at(0));
    let (_, gone) = ledger.answer(&table(&terms, &policy, 1), Ask::WalksAway, at(1));
    let (back, _) = gone.answer(&table(&terms, &policy, 1), Ask::Better, at(300));
    assert!(matches!(back, Reply::LastOffer { .. }));
    assert_eq!(unit(&back), unit(&first));
    let (resumed, _) = ledger.answer(&table(&terms, &policy, 1), Ask::Better, at(300));
    assert!(matches!(resumed, Reply::Offer { .. }));
    assert!(unit(&resumed) < unit(&first));
}

#[test]
fn a_deal_holds_for_its_life_and_is_not_haggled_over_again() {
    let terms = terms(open());
    let policy = terms.policy(None);
    let (offer, ledger) = Ledger::default().answer(&table(&terms, &policy, 1), Ask::Better, at(0));
    let (deal, ledger) = ledger.answer(&table(&terms, &policy, 1), Ask::Yes, at(2));
    assert!(matches!(deal, Reply::Accepted(_)));
    assert_eq!(unit(&deal), unit(&offer));
    let (again, _) = ledger.answer(&table(&terms, &policy, 1), Ask::Number(money(8000)), at(3));
    assert_eq!(again, deal);
    let late = at(24 * 60 + 3);
    assert_eq!(ledger.agreed(&terms, late), None);
    // Once it has passed, the price still stands: it is not a higher one, and not one more to come down from.
    let (again, ledger) = ledger.answer(&table(&terms, &policy, 1), Ask::Better, late);
    assert!(matches!(again, Reply::LastOffer { .. }) && unit(&again) == unit(&deal), "{again:?}");
    let (again, ledger) = ledger.answer(&table(&terms, &policy, 1), Ask::Yes, late);
    assert!(matches!(again, Reply::Accepted(_)) && unit(&again) == unit(&deal), "{again:?}");
    assert!(ledger.past("n1", &table(&terms, &policy, 1), late).is_some());
}

#[test]
fn the_merchant_says_for_what_when_and_for_how_many() {
    let policy = Policy::plain(ONE, ONE);
    let check = |bounds: Bounds, expected: &str| {
        let terms = terms(bounds);
        let table = Table { messages: 1, ..table(&terms, &policy, 2) };
        let (reply, ledger) = Ledger::default().answer(&table, Ask::Number(money(9900)), at(0));
        assert!(format!("{reply:?}").contains(expected), "{reply:?}");
        assert!(ledger.entries().is_empty());
    };
    check(Bounds::default(), "FixedPrice");
    check(Bounds { after_messages: Some(3), ..open() }, "TooEarly");
    check(Bounds { quantity_min: Some(5), ..open() }, "TooFew");
    check(Bounds { person_from_quantity: Some(2), ..open() }, "AskPerson");
}

/// The same bounds with another floor, in percent.
fn floored(percent: u32) -> Terms {
    terms(Bounds { floor: Some(Percent(BasisPoints(percent * 100))), ..open() })
}

#[test]
fn a_floor_that_rose_above_an_offer_holds_and_a_bid_above_it_is_taken() {
    let (before, after) = (floored(80), floored(95));
    let policy = before.policy(None);
    let (offered, ledger) = Ledger::default().answer(&table(&before, &policy, 1), Ask::Better, at(0));
    assert!(unit(&offered) < 9500);
    let now = table(&after, &policy, 1);
    for (ask, expected) in
        [(Ask::Yes, 9500), (Ask::Better, 9500), (Ask::WalksAway, 9500), (Ask::Number(money(9000)), 9500)]
    {
        let (reply, _) = ledger.answer(&now, ask, at(1));
        assert!(matches!(reply, Reply::LastOffer { .. }), "{ask:?}: {reply:?}");
        assert_eq!(unit(&reply), expected);
    }
    let (reply, _) = ledger.answer(&now, Ask::Number(money(9700)), at(1));
    assert!(matches!(reply, Reply::Accepted(_)) && unit(&reply) == 9500, "{reply:?}");
}

#[test]
fn a_deal_that_passed_is_not_had_again_below_a_floor_that_rose() {
    let (before, after) = (floored(80), floored(95));
    let policy = before.policy(None);
    let (deal, ledger) = Ledger::default().answer(&table(&before, &policy, 1), Ask::Number(money(9000)), at(0));
    let (deal, ledger) = match deal {
        Reply::Accepted(_) => (deal, ledger),
        _ => ledger.answer(&table(&before, &policy, 1), Ask::Yes, at(1)),
    };
    assert!(matches!(deal, Reply::Accepted(_)) && unit(&deal) < 9500, "{deal:?}");
    let (reply, _) = ledger.answer(&table(&after, &policy, 1), Ask::Yes, at(2 * 24 * 60));
    assert!(matches!(reply, Reply::LastOffer { .. }) && unit(&reply) == 9500, "{reply:?}");
}

#[test]
fn prices_named_in_another_currency_are_forgotten() {
    let terms = terms(open());
    let policy = terms.policy(None);
    let (_, ledger) = Ledger::default().answer(&table(&terms, &policy, 1), Ask::Better, at(0));
    let pesos = |minor: i64| Money::new(minor, "MXN".parse().unwrap());
    let now = Table { list: pesos(200_000), cost: Some(pesos(120_000)), ..table(&terms, &policy, 1) };
    let (reply, _) = ledger.answer(&now, Ask::Yes, at(1));
    // Yes to the label, for nothing else was said in this currency.
    let Reply::Accepted(agreed) = reply else { panic!("{reply:?}") };
    assert_eq!(agreed.unit, pesos(200_000));
}

#[test]
fn a_ledger_that_is_full_forgets_what_the_shopper_said_first_and_no_deal() {
    let terms = terms(open());
    let policy = terms.policy(None);
    let mut ledger = Ledger::default();
    for minute in 0..200 {
        ledger = ledger.answer(&table(&terms, &policy, 1), Ask::Better, at(minute)).1;
    }
    let (reply, ledger) = ledger.answer(&table(&terms, &policy, 1), Ask::Yes, at(200));
    let Reply::Accepted(agreed) = reply else { panic!("{reply:?}") };
    assert_eq!(ledger.agreed(&terms, at(201)), Some(agreed));
    assert!(ledger.entries().len() < 150);
}

#[test]
fn a_rounder_price_is_not_above_the_label() {
    let bounds = Bounds { opening: Some(Ratio(BasisPoints(9991))), ..open() };
    let terms = terms(bounds);
    let policy = terms.policy(None);
    let odd = Table { list: money(9999), ..table(&terms, &policy, 1) };
    let (reply, _) = Ledger::default().answer(&odd, Ask::Better, at(0));
    assert!(unit(&reply) <= 9999, "{reply:?}");
}

#[test]
fn a_policy_of_another_version_says_so_whatever_else_it_says() {
    let told =
        Policy::read(r#"{"version":1,"rule":{"kind":"fitted","reference":"cost"}}"#).unwrap_err().to_string();
    assert!(told.contains("version 1") && told.contains("fit it again"), "{told}");
    assert!(Policy::read("{}").is_err() && Policy::read("nonsense").is_err());
    let plain = Policy::plain(ONE, ONE);
    assert_eq!(Policy::read(&serde_json::to_string(&plain).unwrap()), Ok(plain));
}
