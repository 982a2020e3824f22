//! Past negotiations as numbers to learn from: each price with what was known when it was named and what came of it.
//! Every amount is the logarithm of its share of the reference price, so that size and currency drop out.

use crate::base::money::Money;
use crate::pricing::negotiation::fit::boost::Row;
use crate::pricing::negotiation::fit::lean::Lean;
use crate::pricing::negotiation::history::{Negotiation, Outcome, Said};

/// What is known before a price is named.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Seen {
    /// The lowest price named so far.
    pub offer: Option<f64>,
    /// The shopper's last number.
    pub number: Option<f64>,
    /// How much it rose.
    pub rise: Option<f64>,
}

/// What came of a price.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Then {
    /// It was taken.
    Taken,
    /// The shopper left.
    Left,
    /// No, without a number.
    Refused,
    /// No, and a number.
    Named(f64),
}

/// One price and what came of it.
#[derive(Clone, Copy, Debug)]
pub struct Tried {
    /// How far into the negotiation: 0 in the first round, 1 in the last.
    pub time: f64,
    /// The round, from 1.
    pub round: u32,
    /// The price.
    pub price: f64,
    /// What was known.
    pub seen: Seen,
    /// What came of it.
    pub then: Then,
}

/// One negotiation.
#[derive(Clone, Debug)]
pub struct Case {
    /// How many rounds there were.
    pub rounds: u32,
    /// The cost.
    pub cost: f64,
    /// The prices, in order.
    pub tried: Vec<Tried>,
    /// Whether the shopper's number was taken after the last price of the last round.
    pub taken_late: bool,
}

/// How far into a negotiation a round is.
pub fn time(round: u32, rounds: u32) -> f64 {
    f64::from(round.saturating_sub(1)) / f64::from(rounds.max(2) - 1)
}

/// The cases of a past.
pub fn cases(past: &[Negotiation], lean: &Lean) -> Vec<Case> {
    past.iter().map(|past| case(past, lean)).collect()
}

fn case(past: &Negotiation, lean: &Lean) -> Case {
    let unit = lean.unit(past);
    let scale = |amount: Money| (amount.minor().max(1) as f64).ln() - unit;
    let last = past.said.iter().rposition(|said| matches!(said, Said::Seller(_))).unwrap_or(0);
    let mut seen = Seen::default();
    let mut tried = Vec::new();
    for (at, said) in past.said.iter().enumerate() {
        let Said::Seller(price) = said else { continue };
        let price = scale(*price);
        let answer = past.said.get(at + 1);
        let then = match (at == last, past.outcome, answer) {
            (true, Outcome::Accepted, _) => Then::Taken,
            (true, Outcome::Left, _) => Then::Left,
            (_, _, Some(Said::Buyer(Some(number)))) => Then::Named(scale(*number)),
            _ => Then::Refused,
        };
        let round = tried.len() as u32 + 1;
        tried.push(Tried { time: time(round, past.rounds), round, price, seen, then });
        seen = after(&seen, price, then);
    }
    let taken_late = past.outcome == Outcome::CounterTaken && tried.len() as u32 >= past.rounds;
    Case { rounds: past.rounds, cost: scale(past.cost), tried, taken_late }
}

/// What is known after a price and its answer.
pub fn after(seen: &Seen, price: f64, then: Then) -> Seen {
    let offer = Some(seen.offer.map_or(price, |offer| offer.min(price)));
    match then {
        Then::Named(number) => {
            Seen { offer, number: Some(number), rise: seen.number.map(|before| number - before) }
        }
        _ => Seen { offer, ..*seen },
    }
}

/// What the trees learn from: the price, what it is over the shopper's number, how far down it is, and the rest of
/// what is known.
pub fn row(seen: &Seen, price: f64, round: u32, rounds: u32, cost: f64) -> Row {
    let known = |number: Option<f64>| number.map_or(f32::NAN, |number| number as f32);
    [
        price as f32,
        known(seen.number.map(|number| price - number)),
        known(seen.offer.map(|offer| offer - price)),
        known(seen.rise),
        round as f32,
        rounds.saturating_sub(round) as f32,
        cost as f32,
        known(seen.number),
    ]
}
