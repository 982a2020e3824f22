//! What a fitted policy earns, and how it is kept and asked.

use std::sync::LazyLock;

use trato_pricing_checks::base::money::Money;
use trato_pricing_checks::pricing::negotiation::decide::{Heard, Move, Standing, decide};
use trato_pricing_checks::pricing::negotiation::fit::{AboveList, Effort, Options, TooLittle, fit};
use trato_pricing_checks::pricing::negotiation::history::Said;
use trato_pricing_checks::pricing::negotiation::policy::{BadPolicy, Policy, Rule};
use trato_pricing_checks::pricing::negotiation::reference::Reference;
use trato_pricing_checks::pricing::negotiation::simulate::buyers::Kind;
use trato_pricing_checks::pricing::negotiation::simulate::market::{
    Market, comes_down, follows, interval, take_it_or_leave_it,
};
use trato_pricing_checks::pricing::negotiation::step;

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
pub static FITTED: LazyLock<Policy> = LazyLock::new(|| {
    let options = Options { above_list: AboveList::AsBefore, effort: Effort::Quick };
    fit(&market(&FIVE).past(1500, 11), options).unwrap()
});

pub fn money(minor: i64) -> Money {
    Money::new(minor, "USD".parse().unwrap())
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
fn where_the_label_exaggerates_what_dear_things_are_worth_the_prices_follow_the_worth() {
    let options = Options { above_list: AboveList::AsBefore, effort: Effort::Quick };
    // The same shoppers and prices, but a label four times as high stands on a thing worth 2.7 times as much.
    let mut past = market(&FIVE).past(3000, 7);
    for past in &mut past {
        past.list = money((2.0 * (past.list.minor() as f64).powf(1.4)) as i64);
        past.cost = money(past.list.minor() / 30);
    }
    let Rule::Fitted(fitted) = fit(&past, options).unwrap().rule else { panic!("not fitted") };
    let unit = |list: i64| fitted.reference.unit(money(list), money(list / 30)).unwrap().part(1_000_000).unwrap();
    let times = unit(4_000_000) as f64 / unit(1_000_000) as f64;
    assert!((2.4..3.0).contains(&times), "{times}");
    // Where labels and worths keep step, nothing is made of chance.
    let Rule::Fitted(fitted) = &FITTED.rule else { panic!("not fitted") };
    assert_eq!(fitted.reference, Reference::List);
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
    // A word that is not known says nothing: the history says what was heard.
    check("\"maybe\"", r#",{"who":"buyer","price":1299}"#, "accept");
    let first = r#"{"max_rounds":8,"cost":"700","list_price":1000,"history":null}"#;
    assert_eq!(step::answer(&FITTED, first).unwrap().kind, "offer");
}
