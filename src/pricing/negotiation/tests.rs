//! What the ledger remembers and the merchant's bounds open. What must hold of every negotiation, and what a fitted policy
//! earns, is tried in `tests/pricing`, which is optimised.

#![expect(clippy::arithmetic_side_effects, reason = "a test that overflows has failed")]

use chrono::TimeDelta;

use crate::base::clock::Time;
use crate::base::money::{BasisPoints, Money};
use crate::base::names::Handle;
use crate::pricing::amount::Percent;
use crate::pricing::negotiation::ledger::{Ask, Ledger, Reply, Table};
use crate::pricing::negotiation::policy::{ONE, Policy};
use crate::pricing::negotiation::settings::{Bounds, Settings, Terms};

fn money(minor: i64) -> Money {
    Money::new(minor, "USD".parse().unwrap())
}

fn at(minutes: i64) -> Time {
    let start: Time = "2026-11-20T12:00:00Z".parse().unwrap();
    start + TimeDelta::minutes(minutes)
}

fn terms(bounds: Bounds) -> Terms {
    Settings { shop: bounds, ..Settings::default() }.terms(&Handle::new("lamp").unwrap(), &[])
}

fn open() -> Bounds {
    Bounds { bargain: Some(true), floor: Some(Percent(BasisPoints(8000))), offers: Some(4), ..Bounds::default() }
}

fn table<'a>(terms: &'a Terms, policy: &'a Policy, quantity: u32) -> Table<'a> {
    Table { terms, policy, list: money(10_000), cost: Some(money(6000)), floor: None, quantity, messages: 9 }
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
