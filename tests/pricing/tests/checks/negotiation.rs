//! What holds of every negotiation. Each is tried 100,000 times.

#![expect(clippy::arithmetic_side_effects, reason = "a test that overflows has failed")]

use chrono::TimeDelta;
use proptest::prelude::*;
use trato_pricing_checks::base::clock::Time;
use trato_pricing_checks::base::money::BasisPoints;
use trato_pricing_checks::base::names::Handle;
use trato_pricing_checks::base::random::Random;
use trato_pricing_checks::pricing::amount::Percent;
use trato_pricing_checks::pricing::negotiation::decide::{Heard, Move, Standing, Why, decide};
use trato_pricing_checks::pricing::negotiation::history::{self, Said};
use trato_pricing_checks::pricing::negotiation::ledger::{Ask, Ledger, Reply, Table, What};
use trato_pricing_checks::pricing::negotiation::policy::{ONE, Policy};
use trato_pricing_checks::pricing::negotiation::settings::{Bounds, Extra, Settings, Terms};
use trato_pricing_checks::pricing::negotiation::step;

use crate::fitted::{FITTED, money};

fn at(minutes: i64) -> Time {
    let start: Time = "2026-11-20T12:00:00Z".parse().unwrap();
    start + TimeDelta::minutes(minutes)
}

fn terms(floor: u32, offers: u32, above_list: bool) -> Terms {
    let shop = Bounds {
        bargain: Some(true),
        floor: Some(Percent(BasisPoints(floor * 100))),
        offers: Some(offers),
        above_list: Some(above_list),
        ..Bounds::default()
    };
    Settings { shop, ..Settings::default() }.terms(&Handle::new("lamp").unwrap(), "")
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
                    let Heard::Number(bid) = standing.heard else { panic!("took what nobody named") };
                    assert_eq!(price.minor(), before.map_or(bid.minor(), |before| bid.minor().min(before)));
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
    #![proptest_config(ProptestConfig { cases: crate::tries(100_000), failure_persistence: None, ..ProptestConfig::default() })]

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
                Move::Accept(price, _) => prop_assert_eq!(price, if bid.minor() < offer.minor() { bid } else { offer }),
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

    #[test]
    fn however_a_shopper_asks_the_price_of_one_only_falls_is_new_once_and_never_below_the_floor(
        asks in prop::collection::vec((0_u8..9, 0_i64..130, 1_u32..30, 0_i64..2_000), 1..24),
        (floor, offers, cost, above) in (40_u32..=100, 1_u32..8, 10_i64..100, any::<bool>()),
        (learned, sweetens) in any::<(bool, bool)>(),
    ) {
        let list = 10_000;
        let mut terms = terms(floor, offers, above);
        if sweetens {
            terms.extras = vec![Extra::FreeShipping, Extra::Gift { sku: "CUP".parse().unwrap() }];
        }
        let policy = terms.policy(learned.then_some(&*FITTED));
        let least = terms.least(money(list), None, Some(money(list * cost / 100))).unwrap().minor();
        let (mut ledger, mut now, mut named) = (Ledger::default(), 0, Vec::new());
        for (kind, percent, quantity, minutes) in asks {
            // Another cart, another conversation, another day: all that changes is how many, and when.
            now += minutes;
            let (list, cost) = (money(list), Some(money(list * cost / 100)));
            let table = Table { terms: &terms, policy: &policy, list, cost, floor: None, quantity, struck: 1, messages: 9 };
            let bid = money(list.minor() * percent / 100);
            let ask = match kind {
                0..=3 => Ask::Number(bid),
                4..=5 => Ask::Better,
                6 => Ask::Yes,
                7 => Ask::YesTo(bid),
                _ => Ask::WalksAway,
            };
            let standing_deal = ledger.agreed(&terms, at(now));
            let lowest = named.iter().copied().min().unwrap_or(i64::MAX);
            let (reply, next) = ledger.answer(&table, ask, at(now));
            prop_assert_eq!(&ledger.answer(&table, ask, at(now)), &(reply.clone(), next.clone()));
            match &reply {
                Reply::Offer { unit, extra: Some(extra), .. } => {
                    let on_table = if named.is_empty() { list.minor() } else { lowest };
                    prop_assert_eq!(unit.minor(), on_table, "it comes with the price that was named");
                    prop_assert!(ledger.added().all(|added| added != extra), "each once");
                }
                Reply::Offer { unit, .. } => {
                    prop_assert!(unit.minor() >= least && unit.minor() < lowest);
                    prop_assert!(!matches!(ask, Ask::Number(bid) if bid.minor() >= unit.minor()), "not taken at once");
                    named.push(unit.minor());
                }
                Reply::LastOffer { unit, .. } => {
                    prop_assert!(unit.minor() >= least && unit.minor() <= lowest);
                    prop_assert!(lowest == i64::MAX || unit.minor() == lowest, "an old price that was never named");
                }
                Reply::Accepted(deal) => {
                    // Going back to a dearer price is only for what came with it.
                    prop_assert!(deal.unit.minor() >= least);
                    prop_assert!(deal.unit.minor() <= lowest || deal.extra.is_some());
                    match (standing_deal, ask) {
                        (Some(before), _) => prop_assert_eq!(&before, deal),
                        (None, Ask::Number(bid)) => prop_assert!(deal.unit.minor() <= bid.minor()),
                        (None, _) => prop_assert!(matches!(ask, Ask::Yes | Ask::YesTo(_))),
                    }
                    named.push(deal.unit.minor());
                }
                Reply::NotOpen(_) => prop_assert!(named.is_empty()),
                Reply::AskPerson => prop_assert!(false, "no person was set"),
            }
            ledger = next;
        }
        let offered = ledger.entries().iter().filter(|entry| matches!(entry.what, What::Offered(_))).count();
        prop_assert!(offered <= usize::try_from(offers).unwrap());
    }
}
