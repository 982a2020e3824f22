//! What a played case left behind: in the database, and on the shopper's phone.

use crate::agent::turn::Step;
use crate::base::ids::TurnId;
use crate::base::money::Money;
use crate::base::names::CouponCode;
use crate::evals::case::ExpectedLine;

/// The end of a case, as stored.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    /// The lines of the open cart, sorted.
    pub cart: Vec<ExpectedLine>,
    /// The coupons on it.
    pub coupons: Vec<CouponCode>,
    /// The total the shopper was shown last.
    pub shown_total: Option<Money>,
    /// Orders, oldest first.
    pub orders: Vec<ObservedOrder>,
    /// Why a person was called, if one was.
    pub person: Option<String>,
    /// Turns, oldest first.
    pub turns: Vec<ObservedTurn>,
    /// The places in the thread of everything the shopper said.
    pub said: Vec<i64>,
}

/// An order.
#[derive(Clone, Debug)]
pub struct ObservedOrder {
    /// In the database's word.
    pub state: String,
    /// What it costs.
    pub total: Money,
    /// Whether it is known where to send it.
    pub delivery: bool,
}

/// A turn.
#[derive(Clone, Debug)]
pub struct ObservedTurn {
    /// Which.
    pub id: TurnId,
    /// In the database's word.
    pub state: String,
    /// What it answered, by place in the thread.
    pub events: Vec<i64>,
    /// How many messages it sent.
    pub bubbles: usize,
    /// What it did.
    pub steps: Vec<Step>,
    /// Tokens read and written.
    pub tokens: u64,
    /// Millionths of the accounting currency.
    pub cost_micros: u64,
}

/// One message as the phone shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spoken {
    /// Whether the shopper said it.
    pub by_shopper: bool,
    /// The words.
    pub words: String,
    /// What could be pressed, in words.
    pub choices: Vec<String>,
}

impl ObservedTurn {
    /// The tools it called, in order.
    pub fn tools(&self) -> impl Iterator<Item = &str> {
        let replies = self.steps.iter().filter_map(|step| match step {
            Step::Model { reply } => Some(reply),
            _ => None,
        });
        replies.flat_map(|reply| reply.calls.iter().map(|call| call.tool.as_str()))
    }

    /// Who answered, in order; a name each time.
    pub fn models(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().filter_map(|step| match step {
            Step::Model { reply } => Some(reply.model.as_str()),
            _ => None,
        })
    }
}
