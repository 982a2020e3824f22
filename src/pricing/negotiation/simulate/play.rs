//! One seller against one buyer, round by round.

use crate::base::random::Random;
use crate::pricing::negotiation::simulate::buyers::{Answer, Buyer, Thing};

/// What one side said, in major units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Said {
    /// The shop's price.
    Seller(f64),
    /// The buyer's number, or a refusal without one.
    Buyer(Option<f64>),
}

/// How a negotiation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The buyer took the shop's price.
    Accepted,
    /// The shop took the buyer's number.
    CounterTaken,
    /// The buyer, or the shop, left.
    Left,
    /// The rounds were used up.
    Timeout,
}

/// What a seller sees before it moves.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// What is sold.
    pub thing: Thing,
    /// The round to come, from 1.
    pub round: u32,
    /// How many there are.
    pub rounds: u32,
    /// What was said so far.
    pub said: &'a [Said],
}

impl Seen<'_> {
    /// The buyer's last number.
    #[must_use]
    pub fn counter(&self) -> Option<f64> {
        match self.said.last() {
            Some(Said::Buyer(number)) => *number,
            _ => None,
        }
    }
}

/// What a seller does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Move {
    /// Names a price.
    Offer(f64),
    /// Takes the buyer's number.
    Accept,
    /// Ends it.
    Walk,
}

/// A played negotiation.
#[derive(Clone, Debug)]
pub struct Played {
    /// What was sold.
    pub thing: Thing,
    /// How many rounds there were.
    pub rounds: u32,
    /// What was said.
    pub said: Vec<Said>,
    /// How it ended.
    pub ending: Ending,
    /// What was agreed.
    pub price: Option<f64>,
}

impl Played {
    /// What the shop earned.
    #[must_use]
    pub fn earned(&self) -> f64 {
        self.price.map_or(0.0, |price| price - self.thing.cost)
    }
}

/// Plays one.
pub fn play(
    seller: &mut dyn FnMut(&Seen<'_>) -> Move,
    buyer: &mut Buyer,
    thing: Thing,
    rounds: u32,
    random: &mut Random,
) -> Played {
    let mut said = Vec::new();
    let mut ended = (Ending::Timeout, None);
    for round in 1..=rounds {
        let seen = Seen { thing, round, rounds, said: &said };
        let counter = seen.counter();
        match (seller(&seen), counter) {
            (Move::Offer(price), _) => {
                said.push(Said::Seller(price));
                match buyer.answer(round, rounds, price, random) {
                    Answer::Accepts => ended = (Ending::Accepted, Some(price)),
                    Answer::Leaves => ended = (Ending::Left, None),
                    Answer::Counters(number) => {
                        said.push(Said::Buyer(Some(number)));
                        continue;
                    }
                    Answer::Refuses => {
                        said.push(Said::Buyer(None));
                        continue;
                    }
                }
            }
            (Move::Accept, Some(number)) => ended = (Ending::CounterTaken, Some(number)),
            (Move::Accept | Move::Walk, _) => ended = (Ending::Left, None),
        }
        break;
    }
    Played { thing, rounds, said, ending: ended.0, price: ended.1 }
}
