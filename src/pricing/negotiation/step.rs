//! One state in, one move out, as JSON: so that other programs can try a policy.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::base::money::{Currency, Money};
use crate::pricing::negotiation::amount::{self, Towards};
use crate::pricing::negotiation::decide::{Heard, Move, Standing, decide};
use crate::pricing::negotiation::history::{Entry, ROUNDS_MAX, Said, from_json, rounds, said};
use crate::pricing::negotiation::policy::Policy;

/// The state as it is written.
#[derive(Debug, Deserialize)]
struct State {
    #[serde(default)]
    episode_id: Value,
    #[serde(default)]
    round: Value,
    max_rounds: Value,
    #[serde(default)]
    currency: Option<String>,
    cost: Value,
    #[serde(default)]
    floor: Value,
    list_price: Value,
    #[serde(default)]
    last_response: Option<String>,
    /// Null is as good as none.
    #[serde(default)]
    history: Option<Vec<Entry>>,
}

/// The move as it is written.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer {
    /// Whatever the state was called.
    #[serde(skip_serializing_if = "Value::is_null")]
    pub episode_id: Value,
    /// `offer`, `accept` or `walk`.
    #[serde(rename = "move")]
    pub kind: &'static str,
    /// Which price; null when walking away.
    pub price: Value,
    /// A sentence.
    pub why: &'static str,
}

/// Answers one state.
///
/// # Errors
/// A sentence that says what is wrong with the state.
pub fn answer(policy: &Policy, text: &str) -> Result<Answer, String> {
    let state: State = from_json(text).map_err(|why| format!("this is not a state: {why}"))?;
    let standing = standing(&state)?;
    let (kind, price, why) = match decide(policy, &standing) {
        Move::Offer(price, why) => ("offer", amount::write(price), why),
        Move::Accept(price, why) => ("accept", amount::write(price), why),
        Move::Walk(why) => ("walk", Value::Null, why),
    };
    Ok(Answer { episode_id: state.episode_id, kind, price, why: why.sentence() })
}

fn standing(state: &State) -> Result<Standing, String> {
    let currency: Currency =
        state.currency.as_deref().unwrap_or("USD").parse().map_err(|bad| format!("currency: {bad}"))?;
    let price = |name: &str, value: &Value, towards| {
        amount::read(value, currency, towards).map_err(|bad| format!("{name}: {bad}"))
    };
    let round = if state.round.is_null() { 0 } else { rounds("round", &state.round)? };
    let rounds = rounds("max_rounds", &state.max_rounds)?;
    if rounds == 0 || rounds > ROUNDS_MAX {
        return Err(format!("max_rounds is {rounds}; it must be between 1 and {ROUNDS_MAX}"));
    }
    let cost = price("cost", &state.cost, Towards::Up)?;
    let floor = if state.floor.is_null() { cost } else { price("floor", &state.floor, Towards::Up)? };
    let list = price("list_price", &state.list_price, Towards::Nearest)?;
    if list.minor() <= 0 {
        return Err("list_price must be above nothing".to_owned());
    }
    let said = said(state.history.as_deref().unwrap_or_default(), currency)?;
    let heard = heard(state.last_response.as_deref(), &said);
    Ok(Standing { round, rounds, cost, floor, list, heard, said })
}

/// What was heard last: what `last_response` says, or, when it says nothing or is a word we do not know, what the
/// history ends with.
fn heard(last: Option<&str>, said: &[Said]) -> Heard {
    let number: Option<Money> = match said.last() {
        Some(Said::Buyer(number)) => *number,
        _ => None,
    };
    let word = last.unwrap_or_default().trim().to_ascii_lowercase();
    match word.as_str() {
        "accept" | "accepted" | "deal" | "yes" => Heard::Yes,
        "leave" | "left" | "walk" | "walkaway" | "walk_away" | "quit" | "timeout" => Heard::Gone,
        _ => match (said.last(), number) {
            (Some(Said::Buyer(_)), Some(number)) => Heard::Number(number),
            (Some(_), _) => Heard::Refusal,
            (None, _) => Heard::Nothing,
        },
    }
}
