//! Past negotiations as the shop kept them: JSON Lines, one negotiation a line.
//!
//! The format has no field for anything about the shopper. A field it does not know is left unread.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::base::money::{Currency, Money};
use crate::pricing::negotiation::amount::{self, Towards};

/// The most rounds of one negotiation.
pub const ROUNDS_MAX: u32 = 40;
/// The most entries of one negotiation.
const SAID_MAX: usize = 200;

/// Who said something, and what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// The shop's price.
    Seller(Money),
    /// The shopper's number, or a refusal without one.
    Buyer(Option<Money>),
}

/// How a negotiation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The shopper took the shop's price.
    Accepted,
    /// The shop took the shopper's number.
    CounterTaken,
    /// The shopper left.
    Left,
    /// The rounds were used up.
    Timeout,
}

/// One past negotiation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Negotiation {
    /// Whatever the shop calls it.
    pub id: String,
    /// What the thing costs the shop.
    pub cost: Money,
    /// What it is listed at.
    pub list: Money,
    /// How many prices the shop could name.
    pub rounds: u32,
    /// What was said, in order.
    pub said: Vec<Said>,
    /// How it ended.
    pub outcome: Outcome,
    /// What was agreed.
    pub price: Option<Money>,
}

/// One line as it is written.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    #[serde(default)]
    id: Value,
    currency: String,
    cost: Value,
    list_price: Value,
    max_rounds: Value,
    history: Vec<Entry>,
    outcome: Outcome,
    #[serde(default)]
    price: Value,
}

/// One thing that was said, as it is written.
#[derive(Debug, Serialize, Deserialize)]
pub struct Entry {
    /// Who.
    pub who: Who,
    /// What; null for a refusal without a number.
    #[serde(default)]
    pub price: Value,
}

/// Who said something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// The shop.
    Seller,
    /// The shopper.
    Buyer,
}

/// A line that is not used, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct BadLine {
    /// Which, from 1.
    pub line: usize,
    /// Why, in a sentence.
    pub why: String,
}

/// What a file held: every line is in one of the two.
#[derive(Clone, Debug, Default)]
pub struct Read {
    /// The negotiations.
    pub past: Vec<Negotiation>,
    /// The lines that are not used.
    pub bad: Vec<BadLine>,
}

/// Reads a whole file. Empty lines are passed over.
#[must_use]
pub fn read(text: &str) -> Read {
    let mut read = Read::default();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim_start_matches('\u{feff}').trim();
        if line.is_empty() {
            continue;
        }
        match negotiation(line) {
            Ok(past) => read.past.push(past),
            Err(why) => read.bad.push(BadLine { line: number, why }),
        }
    }
    read
}

/// Writes a negotiation as one line, without the line's end.
#[must_use]
pub fn write(past: &Negotiation) -> String {
    let entry = |said: &Said| match said {
        Said::Seller(price) => Entry { who: Who::Seller, price: amount::write(*price) },
        Said::Buyer(price) => Entry { who: Who::Buyer, price: price.map_or(Value::Null, amount::write) },
    };
    let line = Line {
        id: Value::String(past.id.clone()),
        currency: past.list.currency().code().to_owned(),
        cost: amount::write(past.cost),
        list_price: amount::write(past.list),
        max_rounds: past.rounds.into(),
        history: past.said.iter().map(entry).collect(),
        outcome: past.outcome,
        price: past.price.map_or(Value::Null, amount::write),
    };
    serde_json::to_string(&line).unwrap_or_default()
}

/// Reads JSON; what is wrong is said with its place.
///
/// # Errors
/// A sentence.
pub fn from_json<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, String> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let at_the_top = error.path().iter().next().is_none();
        if at_the_top { error.inner().to_string() } else { format!("{}: {}", error.path(), error.inner()) }
    })?;
    reader.end().map_err(|error| error.to_string())?;
    Ok(read)
}

/// A number of rounds. Programs that reckon in floats write `4.0`.
///
/// # Errors
/// A sentence, when it is none.
pub fn rounds(name: &str, value: &Value) -> Result<u32, String> {
    let whole = value.as_u64().or_else(|| {
        let text = value.as_f64()?.to_string();
        text.parse().ok()
    });
    let rounds = whole.and_then(|whole| u32::try_from(whole).ok());
    rounds.ok_or_else(|| format!("{name} is {value}; write a whole number such as 4"))
}

/// What was said, as values.
///
/// # Errors
/// A sentence, when a price is none or the shop said nothing where it must have.
pub fn said(entries: &[Entry], currency: Currency) -> Result<Vec<Said>, String> {
    if entries.len() > SAID_MAX {
        return Err(format!("more than {SAID_MAX} entries"));
    }
    let one = |(number, entry): (usize, &Entry)| {
        let read = |towards| {
            amount::read(&entry.price, currency, towards)
                .map_err(|bad| format!("entry {number} of the history: {bad}"))
        };
        match (entry.who, &entry.price) {
            (Who::Seller, Value::Null) => {
                Err(format!("entry {number} of the history is the seller's and has no price"))
            }
            (Who::Seller, _) => read(Towards::Nearest).map(Said::Seller),
            (Who::Buyer, Value::Null) => Ok(Said::Buyer(None)),
            (Who::Buyer, _) => read(Towards::Down).map(|price| Said::Buyer(Some(price))),
        }
    };
    (1..).zip(entries).map(one).collect()
}

fn negotiation(text: &str) -> Result<Negotiation, String> {
    let line: Line = from_json(text).map_err(|why| format!("this is not a negotiation: {why}"))?;
    let currency: Currency = line.currency.parse().map_err(|bad| format!("{bad}"))?;
    let price = |name: &str, value: &Value| {
        amount::read(value, currency, Towards::Nearest).map_err(|bad| format!("{name}: {bad}"))
    };
    let past = Negotiation {
        id: line.id.as_str().map_or_else(|| line.id.to_string(), str::to_owned),
        cost: price("cost", &line.cost)?,
        list: price("list_price", &line.list_price)?,
        rounds: rounds("max_rounds", &line.max_rounds)?,
        said: said(&line.history, currency)?,
        outcome: line.outcome,
        price: if line.price.is_null() { None } else { Some(price("price", &line.price)?) },
    };
    check(past)
}

fn check(mut past: Negotiation) -> Result<Negotiation, String> {
    if past.cost.minor() <= 0 || past.list.minor() <= 0 {
        return Err("cost and list_price must be above nothing".to_owned());
    }
    if past.rounds == 0 || past.rounds > ROUNDS_MAX {
        return Err(format!("max_rounds is {}; it must be between 1 and {ROUNDS_MAX}", past.rounds));
    }
    let offers = past.said.iter().filter(|said| matches!(said, Said::Seller(_))).count();
    if offers == 0 {
        return Err("the seller named no price, so there is nothing to learn".to_owned());
    }
    if past.said.iter().any(|said| matches!(said, Said::Seller(price) if price.minor() <= 0)) {
        return Err("the seller named a price of nothing".to_owned());
    }
    past.rounds = past.rounds.max(u32::try_from(offers).unwrap_or(ROUNDS_MAX));
    if past.rounds > ROUNDS_MAX {
        return Err(format!("the seller named more than {ROUNDS_MAX} prices"));
    }
    let agreed = matches!(past.outcome, Outcome::Accepted | Outcome::CounterTaken);
    match (agreed, past.price) {
        (true, None) => past.price = Some(implied(&past).ok_or("the outcome is a deal and no price says which")?),
        (false, Some(_)) => past.price = None,
        _ => {}
    }
    Ok(past)
}

/// What was agreed, when only the conversation says it.
fn implied(past: &Negotiation) -> Option<Money> {
    let last = |pick: fn(&Said) -> Option<Money>| past.said.iter().rev().find_map(pick);
    match past.outcome {
        Outcome::Accepted => last(|said| if let Said::Seller(price) = said { Some(*price) } else { None }),
        Outcome::CounterTaken => last(|said| if let Said::Buyer(price) = said { *price } else { None }),
        Outcome::Left | Outcome::Timeout => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{"id":"n1","currency":"USD","cost":"40.00","list_price":60,"max_rounds":5,"history":[{"who":"seller","price":"70"},{"who":"buyer","price":null},{"who":"seller","price":65.5},{"who":"buyer","price":"50"}],"outcome":"counter_taken","price":"50.00"}"#;

    #[test]
    fn a_line_is_read_and_written_back() {
        let found = read(GOOD);
        assert_eq!(found.bad, []);
        let past = &found.past[0];
        assert_eq!(past.said.len(), 4);
        assert_eq!(read(&write(past)).past, found.past);
    }

    #[test]
    fn every_bad_line_gets_one_sentence_with_its_number_and_no_good_one_is_lost() {
        let bad = [
            "not json".to_owned(),
            GOOD.replace("USD", "XYZ"),
            GOOD.replace("\"40.00\"", "\"-3\""),
            GOOD.replace("\"40.00\"", "0"),
            GOOD.replace("\"max_rounds\":5", "\"max_rounds\":0"),
            GOOD.replace("counter_taken", "won"),
            GOOD.replace("\"who\":\"seller\",\"price\":\"70\"", "\"who\":\"seller\",\"price\":null"),
            "{}".to_owned(),
        ];
        for line in bad {
            let text = format!("{GOOD}\n\n{line}\n{GOOD}\n");
            let read = read(&text);
            assert_eq!(read.past.len(), 2, "{line}");
            assert_eq!(read.bad.len(), 1, "{line}");
            assert_eq!(read.bad[0].line, 3);
            assert!(!read.bad[0].why.is_empty() && !read.bad[0].why.contains('\n'));
        }
    }

    #[test]
    fn a_deal_without_a_price_takes_the_last_one_named() {
        let read = read(&GOOD.replace(",\"price\":\"50.00\"}", "}"));
        assert_eq!(read.past[0].price.unwrap().minor(), 5000);
    }
}
