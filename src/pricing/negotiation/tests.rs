//! What must hold of every negotiation, and what the fitted policy earns.

#![expect(clippy::arithmetic_side_effects, reason = "a test that overflows has failed")]

use std::sync::LazyLock;

use chrono::TimeDelta;
use proptest::prelude::*;

use crate::base::clock::Time;
use crate::base::money::{BasisPoints, Money};
use crate::base::names::Handle;
use crate::base::random::Random;
use crate::pricing::amount::Percent;
use crate::pricing::negotiation::decide::{Heard, Move, Standing, Why, decide};
use crate::pricing::negotiation::fit::{AboveList, Effort, Options, TooLittle, fit};
use crate::pricing::negotiation::history::{self, Said};
use crate::pricing::negotiation::ledger::{Ask, Ledger, Reply, Table};
use crate::pricing::negotiation::policy::{BadPolicy, ONE, Policy, Rule};
use crate::pricing::negotiation::settings::{Bounds, Settings, Terms};
use crate::pricing::negotiation::simulate::buyers::Kind;
use crate::pricing::negotiation::simulate::market::{Market, comes_down, follows, interval, take_it_or_leave_it};
use crate::pricing::negotiation::step;

const FIVE: [Kind; 5] = [Kind::Patient, Kind::Hurried, Kind::Bluffing, Kind::Mirroring, Kind::Copying];

fn market(kinds: &[Kind]) -> Market {
    Market {
        kinds: kinds.to_vec(),
        worth: (1.15, 0.18),
        // One share of cost needs one table, and tables are what takes time.
        cost: (0.7, 0.7),
        rounds: 6,
        currency: "USD".parse().unwrap(),
    }
}

/// Learned once, roughly, from a shop where all five kinds come.
static FITTED: LazyLock<Policy> = LazyLock::new(|| {
    let options = Options { above_list: AboveList::AsBefore, effort: Effort::Quick };
    fit(&market(&FIVE).past(1500, 11), options).unwrap()
});

fn money(minor: i64) -> Money {
    Money::new(minor, "USD".parse().unwrap())
}

fn at(minutes: i64) -> Time {
    let start: Time = "2026-11-20T12:00:00Z".parse().unwrap();
    start + TimeDelta::minutes(minutes)
}

#[test]
fn the_fitted_policy_earns_more_of_every_kind_than_coming_down_evenly_and_than_one_price() {
    for kind in FIVE {
        let market = market(&[kind]);
        // A policy for such shoppers, as a shop where they come would have it.
        let options = Options { above_list: AboveList::AsBefore, effort: Effort::Quick };
        let policy = fit(&market.past(1500, 3), options).unwrap();
        let ours = market.earned(&mut follows(&policy, market.currency), 3000, 5);
        let rules = [
            market.earned(&mut comes_down(1.4, 1.05), 3000, 5),
            market.earned(&mut take_it_or_leave_it(1.0), 3000, 5),
            market.earned(&mut take_it_or_leave_it(1.1), 3000, 5),
        ];
        for theirs in rules {
            let more: Vec<f64> = ours.iter().zip(&theirs).map(|(ours, theirs)| ours - theirs).collect();
            let [middle, low, high] = interval(&more, 1);
            assert!(low > 0.0, "{kind:?}: {middle} more, between {low} and {high}");
        }
    }
}

#[test]
fn a_hundred_thousand_random_buyers_never_get_below_the_floor_or_a_price_that_rises() {
    let mut random = Random::new(1);
    let plain = Policy::plain(ONE * 3 / 2, ONE);
    for number in 0..100_000_u32 {
        let policy = if number.is_multiple_of(2) { &*FITTED } else { &plain };
        let list = 1 + i64::try_from(random.below(1_000_000)).unwrap();
        let cost = 1 + i64::try_from(random.below(usize::try_from(list).unwrap() * 2)).unwrap();
        let floor = cost.max(i64::try_from(random.below(usize::try_from(list).unwrap() * 2)).unwrap());
        let rounds = 1 + u32::try_from(random.below(12)).unwrap();
        let mut standing = Standing {
            round: 1,
            rounds,
            cost: money(cost),
            floor: money(floor),
            list: money(list),
            heard: Heard::Nothing,
            said: Vec::new(),
        };
        let mut before: Option<i64> = None;
        for round in 1..=rounds + 2 {
            standing.round = round;
            match decide(policy, &standing) {
                Move::Offer(price, why) => {
                    assert!(price.minor() >= floor, "{standing:?}");
                    match before {
                        Some(before) if why == Why::Stands => assert_eq!(price.minor(), before),
                        Some(before) => assert!(price.minor() < before, "{standing:?}"),
                        None => assert_eq!(why, Why::Opening),
                    }
                    before = Some(price.minor());
                    standing.said.push(Said::Seller(price));
                }
                Move::Accept(price, _) => {
                    assert!(price.minor() >= floor, "{standing:?}");
                    assert_eq!(standing.heard, Heard::Number(price));
                    break;
                }
                Move::Walk(_) => break,
            }
            let number = money(i64::try_from(random.below(usize::try_from(list).unwrap() * 2)).unwrap());
            let named = random.chance(0.7);
            standing.said.push(Said::Buyer(named.then_some(number)));
            standing.heard = if named { Heard::Number(number) } else { Heard::Refusal };
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 5_000 } else { 100_000 }))]

    #[test]
    fn what_it_would_have_offered_it_accepts_at_once(
        list in 100_i64..1_000_000, cost_percent in 20_i64..100, fall in 1_i64..40, round in 2_u32..8, more in 0_i64..500,
    ) {
        let offer = money(list * (100 - fall) / 100 + list / 2);
        let mut standing = Standing {
            round,
            rounds: 8,
            cost: money(list * cost_percent / 100),
            floor: money(list * cost_percent / 100),
            list: money(list),
            heard: Heard::Refusal,
            said: vec![Said::Seller(offer); usize::try_from(round).unwrap() - 1],
        };
        standing.said.push(Said::Buyer(None));
        if let Move::Offer(would, Why::Step) = decide(&FITTED, &standing) {
            let bid = money(would.minor() + more);
            // The bid changes what is known; but whatever is then wanted, a bid at that price or above is taken.
            standing.said.pop();
            standing.said.push(Said::Buyer(Some(bid)));
            standing.heard = Heard::Number(bid);
            match decide(&FITTED, &standing) {
                Move::Accept(price, _) => prop_assert_eq!(price, bid),
                Move::Offer(price, _) => prop_assert!(price.minor() > bid.minor(), "{:?} asked after {:?}", price, bid),
                Move::Walk(why) => prop_assert!(false, "walked: {:?}", why),
            }
        }
    }

    #[test]
    fn the_same_state_gets_the_same_answer_and_scale_does_not_matter(
        list in 10_000_i64..1_000_000, ask in 1_i64..100, rounds in 1_u32..12,
    ) {
        let standing = |times: i64| Standing {
            round: 2,
            rounds: rounds + 1,
            cost: money(list * times * 7 / 10),
            floor: money(list * times * 7 / 10),
            list: money(list * times),
            heard: Heard::Number(money(list * times * ask / 100)),
            said: vec![Said::Seller(money(list * times * 5 / 4)), Said::Buyer(Some(money(list * times * ask / 100)))],
        };
        prop_assert_eq!(decide(&FITTED, &standing(1)), decide(&FITTED, &standing(1)));
        let price = |it: Move| match it {
            Move::Offer(price, _) | Move::Accept(price, _) => price.minor(),
            Move::Walk(_) => 0,
        };
        let (one, ten) = (price(decide(&FITTED, &standing(1))), price(decide(&FITTED, &standing(10))));
        prop_assert!((one * 10 - ten).abs() <= 40, "{} and {}", one, ten);
    }

    #[test]
    fn no_line_makes_the_program_stumble(text in "\\PC{0,200}") {
        let read = history::read(&text);
        prop_assert!(read.past.is_empty());
        prop_assert!(step::answer(&FITTED, &text).is_err());
    }
}

#[test]
fn too_little_is_refused_with_how_much_is_needed() {
    let options = Options { above_list: AboveList::AsBefore, effort: Effort::Quick };
    let market = market(&[Kind::Patient]);
    let error = fit(&market.past(120, 1), options).unwrap_err();
    assert_eq!(error, TooLittle::Negotiations(120));
    assert_eq!(error.to_string(), "120 negotiations are too few to learn from: 300 are needed, 180 more");
    let mut same = market.past(400, 1);
    for past in &mut same {
        past.said = vec![Said::Seller(past.list), Said::Buyer(None)];
    }
    assert!(matches!(fit(&same, options), Err(TooLittle::Taken(_) | TooLittle::Unvaried)));
}

#[test]
fn a_policy_file_reads_back_and_a_broken_one_is_refused() {
    let text = serde_json::to_string(&*FITTED).unwrap();
    let read: Policy = serde_json::from_str(&text).unwrap();
    assert_eq!(read, *FITTED);
    assert_eq!(read.check(), Ok(()));
    let mut broken = read.clone();
    if let Rule::Fitted(fitted) = &mut broken.rule {
        fitted.sheets[0].next[0].pop();
    }
    assert_eq!(broken.check(), Err(BadPolicy::Tables));
    assert_eq!(Policy { version: 9, ..read }.check(), Err(BadPolicy::Version(9)));
}

#[test]
fn prices_above_list_are_named_only_when_the_merchant_allows_it() {
    let opening = |policy: &Policy| {
        let standing = Standing {
            round: 1,
            rounds: 8,
            cost: money(7000),
            floor: money(7000),
            list: money(10_000),
            heard: Heard::Nothing,
            said: Vec::new(),
        };
        match decide(policy, &standing) {
            Move::Offer(price, _) => price.minor(),
            other => panic!("{other:?}"),
        }
    };
    assert!(opening(&FITTED) > 10_000);
    assert_eq!(opening(&Policy { above_list: false, ..FITTED.clone() }), 10_000);
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
    assert_eq!(ledger.agreed(&terms, at(24 * 60 + 3)), None);
    assert!(ledger.past("n1", &table(&terms, &policy, 1), at(5)).is_some());
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

#[test]
fn a_state_is_answered_however_its_response_is_called() {
    let state = |last: &str, said: &str| {
        format!(
            r#"{{"episode_id":7,"round":2,"max_rounds":8,"currency":"JPY","cost":"700","floor":null,"list_price":1000,"last_response":{last},"history":[{{"who":"seller","price":1300}}{said}]}}"#
        )
    };
    let check = |last: &str, said: &str, expected: &str| {
        let answer = step::answer(&FITTED, &state(last, said)).unwrap();
        assert_eq!(answer.kind, expected, "{last} {said}: {answer:?}");
        assert_eq!(answer.episode_id, 7);
    };
    check("\"none\"", "", "offer");
    check("null", r#",{"who":"buyer","price":null}"#, "offer");
    check("\"reject\"", r#",{"who":"buyer","price":null}"#, "offer");
    check("\"counter\"", r#",{"who":"buyer","price":"710"}"#, "offer");
    check("\"counter\"", r#",{"who":"buyer","price":1299}"#, "accept");
    check("\"accept\"", "", "accept");
    check("\"left\"", "", "walk");
    assert!(step::answer(&FITTED, &state("\"maybe\"", "")).unwrap_err().contains("maybe"));
}
