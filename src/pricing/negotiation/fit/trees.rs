//! How shoppers answer, learned without an idea of why: trees over what was seen.
//!
//! Good where shoppers do what no idea of ours foresaw; poor where few rows lie, which is why it is only one of the
//! voices in `reckon`.

use crate::pricing::negotiation::fit::boost::{Boost, Recipe, Row, Target, WIDTH};
use crate::pricing::negotiation::fit::cases::{Case, Then, row};

/// The answers to expect.
#[derive(Clone, Debug)]
pub struct Trees {
    taken: Boost,
    left: Boost,
    named: Boost,
    number: Boost,
    /// How far numbers lie from the expected one: first numbers, and later ones.
    spread: [Vec<f64>; 2],
}

/// What to expect of a price.
#[derive(Clone, Debug)]
pub struct Expected {
    /// The chance that it is taken.
    pub taken: f64,
    /// The chance that the shopper leaves, if it is not.
    pub left: f64,
    /// The chance of a number, if they stay.
    pub named: f64,
    /// The expected number.
    pub number: f64,
}

#[derive(Default)]
struct Rows {
    rows: Vec<Row>,
    answers: Vec<f64>,
}

impl Rows {
    fn push(&mut self, row: Row, answer: f64) {
        self.rows.push(row);
        self.answers.push(answer);
    }

    fn learn(&self, target: Target, slopes: [i8; WIDTH], trees: usize, depth: usize) -> Boost {
        Boost::learn(&self.rows, &self.answers, &Recipe { target, slopes, trees, depth, rate: 0.1, leaf: 40.0 })
    }
}

/// A price is taken less often the higher it is, the higher over their number, and the smaller the step down.
const TAKEN: [i8; WIDTH] = [-1, -1, 1, 0, 0, 0, 0, 0];
/// A high price drives away.
const LEFT: [i8; WIDTH] = [1, 1, 0, 0, 0, 0, 0, 0];
const EITHER: [i8; WIDTH] = [0; WIDTH];
const SPREAD: usize = 5;

impl Trees {
    /// Learns from cases, with so many trees.
    pub fn learn(cases: &[Case], trees: usize) -> Self {
        let (mut taken, mut left, mut named, mut number) =
            (Rows::default(), Rows::default(), Rows::default(), Rows::default());
        let yes = |is: bool| f64::from(u8::from(is));
        for case in cases {
            for tried in &case.tried {
                let row = row(&tried.seen, tried.price, tried.round, case.rounds, case.cost);
                taken.push(row, yes(tried.then == Then::Taken));
                if tried.then == Then::Taken {
                    continue;
                }
                left.push(row, yes(tried.then == Then::Left));
                if tried.then == Then::Left {
                    continue;
                }
                named.push(row, yes(tried.then != Then::Refused));
                if let Then::Named(said) = tried.then {
                    number.push(row, said - tried.seen.number.unwrap_or(tried.price));
                }
            }
        }
        let numbers = number.learn(Target::Average, EITHER, trees, 4);
        let mut spread = [Vec::new(), Vec::new()];
        for (row, answer) in number.rows.iter().zip(&number.answers) {
            spread[usize::from(!row[WIDTH - 1].is_nan())].push(answer - numbers.answer(row));
        }
        Self {
            taken: taken.learn(Target::Chance, TAKEN, trees, 4),
            left: left.learn(Target::Chance, LEFT, trees / 2, 3),
            named: named.learn(Target::Chance, EITHER, trees / 2, 3),
            number: numbers,
            spread: spread.map(points),
        }
    }

    /// What to expect of a price.
    pub fn expected(&self, row: &Row, base: f64) -> Expected {
        Expected {
            taken: self.taken.answer(row),
            left: self.left.answer(row),
            named: self.named.answer(row),
            number: base + self.number.answer(row),
        }
    }

    /// The chance alone that a price is taken.
    pub fn taken(&self, row: &Row) -> f64 {
        self.taken.answer(row)
    }

    /// How far numbers lie from the expected one, as a few points that weigh the same.
    pub fn spread(&self, first: bool) -> &[f64] {
        &self.spread[usize::from(!first)]
    }
}

/// A few points that stand for a heap of numbers.
fn points(mut numbers: Vec<f64>) -> Vec<f64> {
    numbers.sort_by(f64::total_cmp);
    let count = numbers.len();
    if count < SPREAD {
        return vec![0.0];
    }
    let mean = |part: &[f64]| part.iter().sum::<f64>() / part.len() as f64;
    (0..SPREAD).map(|part| mean(&numbers[count * part / SPREAD..count * (part + 1) / SPREAD])).collect()
}
