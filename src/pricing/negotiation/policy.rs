//! A policy: which price comes next, as whole numbers that a person can read.
//!
//! A fitted policy is a table. Its columns and rows are in millionths of a reference price (see [`Reference`]), so
//! that one policy serves every product.

use serde::{Deserialize, Serialize};

use crate::pricing::negotiation::reference::Reference;

/// One, in millionths.
pub const ONE: i64 = 1_000_000;
/// What this program writes and reads.
pub const VERSION: u32 = 2;

/// How the shop answers a number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// The form of the file.
    pub version: u32,
    /// Whether a price above list may be named: the merchant's choice.
    pub above_list: bool,
    /// How prices are found.
    pub rule: Rule,
    /// What it was learned from, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub learned: Option<Learned>,
}

/// How prices are found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Rule {
    /// Even steps from the opening down to an end: what a shop without a past begins with.
    Plain(Plain),
    /// Tables learned from the shop's past.
    Fitted(Fitted),
}

/// Even steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plain {
    /// The first price, in millionths of the list price.
    pub open: i64,
    /// The last price, in millionths of the cost.
    pub end: i64,
}

/// Tables learned from the shop's past.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fitted {
    /// What the numbers are millionths of.
    pub reference: Reference,
    /// One table for each number of rounds and each share of cost; sorted by both.
    pub sheets: Vec<Sheet>,
}

/// The table for negotiations of so many rounds in which the cost is such a share of the reference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// How many prices may be named.
    pub rounds: u32,
    /// The cost.
    pub cost: i64,
    /// The opening price.
    pub open: i64,
    /// The last offers that the rows stand for, rising.
    pub offers: Vec<i64>,
    /// The shopper's last numbers that the columns stand for, rising. The column after the last one stands for
    /// shoppers who named none.
    pub numbers: Vec<i64>,
    /// Where a rise of the shopper's number stops being small, and where it starts being large.
    pub rises: [i64; 2],
    /// For each round from the second: the next price, at `(row × columns + column) × 4 + rise`.
    pub next: Vec<Vec<i64>>,
    /// Likewise: the number that is worth taking rather than going on.
    pub take: Vec<Vec<i64>>,
}

/// How many kinds of rise a table tells apart: unknown, small, middling, large.
pub const RISES: usize = 4;

/// What a policy was learned from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Learned {
    /// How many negotiations.
    pub negotiations: usize,
    /// What they earned each, in millionths of the list price.
    pub earned_before: i64,
    /// What the policy is expected to earn each, likewise: the middle and the bounds of the 90 % interval.
    pub expected: [i64; 3],
    /// What was found about shoppers, in sentences.
    pub notes: Vec<String>,
}

/// A policy file that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPolicy {
    /// Written in another form.
    #[error("the policy has version {0}; this program reads version {VERSION}: fit it again")]
    Version(u32),
    /// A table has the wrong size or order.
    #[error("the policy's tables do not fit together; fit it again")]
    Tables,
    /// No policy at all.
    #[error("this is no policy, {0}; fit one")]
    Unread(String),
}

/// Where a negotiation stands, in millionths of the reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The round to come, from 1, and how many there are.
    pub round: u32,
    /// How many rounds there are.
    pub rounds: u32,
    /// The cost.
    pub cost: i64,
    /// The lowest price named so far.
    pub offer: Option<i64>,
    /// The shopper's last number.
    pub number: Option<i64>,
    /// Their last number over the one before.
    pub rise: Option<i64>,
}

/// What a table says of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Advice {
    /// The next price.
    pub next: i64,
    /// The number worth taking rather than going on; `None` before anything was offered.
    pub take: Option<i64>,
}

impl Policy {
    /// Even steps, for a shop without a past.
    #[must_use]
    pub const fn plain(open: i64, end: i64) -> Self {
        Self { version: VERSION, above_list: open > ONE, rule: Rule::Plain(Plain { open, end }), learned: None }
    }

    /// A policy from the text it was written as.
    ///
    /// # Errors
    /// What is wrong. The version is looked at first: another one may have been written quite differently.
    pub fn read(text: &str) -> Result<Self, BadPolicy> {
        #[derive(Deserialize)]
        struct Written {
            version: u32,
        }
        let unread = |error: serde_json::Error| BadPolicy::Unread(error.to_string());
        let Written { version } = serde_json::from_str(text).map_err(unread)?;
        if version != VERSION {
            return Err(BadPolicy::Version(version));
        }
        let policy: Self = serde_json::from_str(text).map_err(unread)?;
        policy.check().map(|()| policy)
    }

    /// Whether the tables are whole.
    ///
    /// # Errors
    /// What is wrong.
    pub fn check(&self) -> Result<(), BadPolicy> {
        if self.version != VERSION {
            return Err(BadPolicy::Version(self.version));
        }
        match &self.rule {
            Rule::Plain(_) => Ok(()),
            Rule::Fitted(fitted) if fitted.whole() => Ok(()),
            Rule::Fitted(_) => Err(BadPolicy::Tables),
        }
    }
}

impl Fitted {
    fn whole(&self) -> bool {
        !self.sheets.is_empty() && self.sheets.iter().all(Sheet::whole) && self.reference.whole()
    }

    /// What the tables say. Between two shares of cost, what lies between.
    #[must_use]
    pub fn advice(&self, place: &Place) -> Option<Advice> {
        let rounds =
            self.sheets.iter().map(|sheet| sheet.rounds).min_by_key(|rounds| rounds.abs_diff(place.rounds))?;
        let mut below: Option<&Sheet> = None;
        let mut above: Option<&Sheet> = None;
        for sheet in self.sheets.iter().filter(|sheet| sheet.rounds == rounds) {
            if sheet.cost <= place.cost {
                below = Some(sheet);
            } else if above.is_none() {
                above = Some(sheet);
            }
        }
        match (below, above) {
            (Some(below), Some(above)) => {
                let (low, high) = (below.advice(place)?, above.advice(place)?);
                let mix = |low: i64, high: i64| between(low, high, place.cost, below.cost, above.cost);
                let take = low.take.zip(high.take).and_then(|(low, high)| mix(low, high));
                Some(Advice { next: mix(low.next, high.next)?, take })
            }
            (Some(only), None) | (None, Some(only)) => only.advice(place),
            (None, None) => None,
        }
    }
}

impl Sheet {
    fn whole(&self) -> bool {
        let rising = |knots: &[i64]| knots.len() >= 2 && knots.windows(2).all(|pair| pair[0] < pair[1]);
        let cells = self.numbers.len().checked_add(1).and_then(|columns| columns.checked_mul(self.offers.len()));
        let cells = cells.and_then(|cells| cells.checked_mul(RISES));
        let full = |table: &Vec<Vec<i64>>| {
            u32::try_from(table.len()).ok().and_then(|length| length.checked_add(1)) == Some(self.rounds)
                && table.iter().all(|round| Some(round.len()) == cells)
        };
        self.rounds >= 1 && rising(&self.offers) && rising(&self.numbers) && full(&self.next) && full(&self.take)
    }

    /// Which of the table's rounds a place is in: with other numbers of rounds, as many before the end.
    fn round(&self, place: &Place) -> u32 {
        let left = place.rounds.saturating_sub(place.round);
        let round = if self.rounds == place.rounds { place.round } else { self.rounds.saturating_sub(left) };
        round.clamp(2, self.rounds.max(2))
    }

    fn advice(&self, place: &Place) -> Option<Advice> {
        let Some(offer) = place.offer else {
            return Some(Advice { next: self.open, take: None });
        };
        let round = usize::try_from(self.round(place).saturating_sub(2)).ok()?;
        let (Some(next), Some(take)) = (self.next.get(round), self.take.get(round)) else {
            // A table of one round says nothing of a second.
            return Some(Advice { next: offer, take: Some(self.cost) });
        };
        let cell = |table: &[i64]| self.blend(table, offer, place.number, place.rise);
        Some(Advice { next: cell(next)?, take: Some(cell(take)?) })
    }

    fn blend(&self, table: &[i64], offer: i64, number: Option<i64>, rise: Option<i64>) -> Option<i64> {
        let rise = match (number, rise) {
            (Some(_), Some(rise)) if rise < self.rises[0] => 1,
            (Some(_), Some(rise)) if rise < self.rises[1] => 2,
            (Some(_), Some(_)) => 3,
            _ => 0,
        };
        let columns = self.numbers.len().checked_add(1)?;
        let at = |row: usize, column: usize| {
            let cell = row.checked_mul(columns)?.checked_add(column)?.checked_mul(RISES)?.checked_add(rise)?;
            table.get(cell).copied()
        };
        let row = knot(&self.offers, offer, |knot| *knot)?;
        let down = |column: usize| {
            let (low, high) = (at(row, column)?, at(row.checked_add(1)?, column)?);
            between(low, high, offer, *self.offers.get(row)?, *self.offers.get(row.checked_add(1)?)?)
        };
        let Some(number) = number else { return down(self.numbers.len()) };
        let column = knot(&self.numbers, number, |knot| *knot)?;
        let right = column.checked_add(1)?;
        between(down(column)?, down(right)?, number, *self.numbers.get(column)?, *self.numbers.get(right)?)
    }
}

/// The knot at or below a number, such that there is one above it.
pub(super) fn knot<T>(knots: &[T], number: i64, at: impl Fn(&T) -> i64) -> Option<usize> {
    let above = knots.partition_point(|knot| at(knot) <= number);
    Some(above.saturating_sub(1).min(knots.len().checked_sub(2)?))
}

/// What lies between two values as `x` lies between `from` and `to`; outside, the nearer of the two.
pub(super) fn between(low: i64, high: i64, x: i64, from: i64, to: i64) -> Option<i64> {
    let width = i128::from(to.checked_sub(from)?);
    if width <= 0 {
        return Some(low);
    }
    let along = i128::from(x.clamp(from, to).checked_sub(from)?);
    let rise = i128::from(high.checked_sub(low)?).checked_mul(along)?.checked_div(width)?;
    low.checked_add(i64::try_from(rise).ok()?)
}
