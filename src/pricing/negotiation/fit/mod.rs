//! Learning a policy from the shop's own past.
//!
//! Owns what worth goes with (`lean`), the models of how shoppers answer (`hidden`, `trees`), the reckoning of the best
//! prices (`reckon`), and what the result may be expected to earn (`measure`). Chances are floats here and nowhere else
//! in pricing: no amount that is charged passes through them. What comes out is a table of whole numbers.
#![expect(
    clippy::float_arithmetic,
    clippy::arithmetic_side_effects,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::indexing_slicing,
    reason = "chances are floats; sizes are bounded by the file that was read; no amount that is charged is reckoned here"
)]

mod boost;
mod cases;
mod hidden;
mod lean;
mod measure;
mod reckon;
mod solve;
mod trees;

use crate::pricing::negotiation::fit::cases::{Case, Then, Tried, cases};
use crate::pricing::negotiation::fit::hidden::{Hidden, Size, quantile};
use crate::pricing::negotiation::fit::lean::Lean;
use crate::pricing::negotiation::fit::reckon::{Frame, Models, reckon};
use crate::pricing::negotiation::fit::trees::Trees;
use crate::pricing::negotiation::history::{Negotiation, Outcome, ROUNDS_MAX, Said};
use crate::pricing::negotiation::policy::{Fitted, Learned, ONE, Policy, Rule, Sheet, VERSION};

/// The fewest negotiations.
pub const NEGOTIATIONS_MIN: usize = 300;
/// The fewest prices that were taken, and that were refused.
pub const ANSWERS_MIN: usize = 60;
/// How far apart the prices must lie, in logarithm: a tenth of them below, a tenth above.
const VARIED_MIN: f64 = 0.05;
/// Shares of cost nearer than this are one.
const SAME_COST: f64 = 0.03;
/// Tables are made for the most common numbers of rounds: at most so many, and none for fewer than one in a hundred.
const ROUNDS_KINDS_MAX: usize = 8;
const RARE_ROUNDS: usize = 100;

/// Whether prices above list may be named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AboveList {
    /// If the shop did so in the past.
    AsBefore,
    /// Yes.
    Yes,
    /// No.
    No,
}

/// How hard to try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// As well as we can: half a minute for 20,000 negotiations.
    Full,
    /// Roughly, for tests.
    Quick,
}

/// How to fit.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Whether prices above list may be named.
    pub above_list: AboveList,
    /// How hard to try.
    pub effort: Effort,
}

/// Why there is no policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TooLittle {
    /// Too few negotiations.
    #[error("{0} negotiations are too few to learn from: {NEGOTIATIONS_MIN} are needed, {missing} more", missing = NEGOTIATIONS_MIN.saturating_sub(*.0))]
    Negotiations(usize),
    /// Too few prices taken.
    #[error("shoppers took {0} of the shop's prices; {ANSWERS_MIN} are needed to see what they take")]
    Taken(usize),
    /// Too few prices refused.
    #[error("shoppers refused {0} of the shop's prices; {ANSWERS_MIN} are needed to see what they refuse")]
    Refused(usize),
    /// Always the same price.
    #[error(
        "the shop's prices hardly varied, so nothing says what another price would have done: let the opening price \
         vary by 10 % or more over {NEGOTIATIONS_MIN} negotiations, then fit again"
    )]
    Unvaried,
}

/// Learns a policy.
///
/// # Errors
/// When the past is too little, with how much is needed.
pub fn fit(past: &[Negotiation], options: Options) -> Result<Policy, TooLittle> {
    enough(past)?;
    let above_list = match options.above_list {
        AboveList::Yes => true,
        AboveList::No => false,
        AboveList::AsBefore => named_above_list(past),
    };
    let lean = Lean::learn(past);
    let cases = cases(past, &lean);
    let models = learn(&cases, options.effort);
    let mut frames = Vec::new();
    for rounds in rounds_of(&cases) {
        for cost in costs_of(&cases) {
            frames.push(frame(&cases, (rounds, cost), !above_list && lean.is_none(), options.effort));
        }
    }
    let sheets = at_once(&frames, |frame| reckon(&models, frame));
    let rule = Rule::Fitted(Fitted { reference: lean.reference(past), sheets });
    let mut policy = Policy { version: VERSION, above_list, rule, learned: None };
    let expected = measure::expected(&policy, past, &lean, options.effort);
    policy.learned = Some(Learned {
        negotiations: past.len(),
        earned_before: measure::earned_before(past),
        expected,
        notes: notes(&policy, &models, &cases, &lean),
    });
    Ok(policy)
}

/// Does something for each of a few, on a thread of its own: a table takes seconds.
fn at_once<A: Sync, B: Send>(all: &[A], one: impl Fn(&A) -> B + Sync) -> Vec<B> {
    std::thread::scope(|scope| {
        let one = &one;
        let running: Vec<_> = all.iter().map(|each| scope.spawn(move || one(each))).collect();
        let joined = |thread: std::thread::ScopedJoinHandle<'_, B>| {
            thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        running.into_iter().map(joined).collect()
    })
}

fn enough(past: &[Negotiation]) -> Result<(), TooLittle> {
    if past.len() < NEGOTIATIONS_MIN {
        return Err(TooLittle::Negotiations(past.len()));
    }
    let cases = cases(past, &Lean::default());
    let tried = || cases.iter().flat_map(|case| &case.tried);
    let taken = tried().filter(|tried| tried.then == Then::Taken).count();
    let refused = tried().count() - taken;
    if taken < ANSWERS_MIN {
        return Err(TooLittle::Taken(taken));
    }
    if refused < ANSWERS_MIN {
        return Err(TooLittle::Refused(refused));
    }
    if (1..=ROUNDS_MAX).all(|round| !varied(tried().filter(|tried| tried.round == round))) {
        return Err(TooLittle::Unvaried);
    }
    Ok(())
}

/// Whether the prices of one round varied. That a negotiation comes down from round to round says nothing of what
/// another price in the same place would have done.
fn varied<'a>(round: impl Iterator<Item = &'a Tried>) -> bool {
    let mut prices: Vec<f64> = round.map(|tried| tried.price).collect();
    prices.sort_by(f64::total_cmp);
    prices.len() >= ANSWERS_MIN && quantile(&prices, 0.9) - quantile(&prices, 0.1) >= VARIED_MIN
}

/// Whether the shop itself named prices above list, in one negotiation of a hundred or more.
fn named_above_list(past: &[Negotiation]) -> bool {
    let above = |past: &&Negotiation| {
        past.said.iter().any(|said| matches!(said, Said::Seller(price) if price.minor() > past.list.minor()))
    };
    past.iter().filter(above).count() * 100 >= past.len()
}

fn learn(cases: &[Case], effort: Effort) -> Models {
    let (limits, passes, trees) = match effort {
        Effort::Full => (40, 20, 80),
        Effort::Quick => (30, 8, 40),
    };
    let model = |rich: &bool| Hidden::learn(cases, Size { ways: 3, limits, rich: *rich, passes });
    Models { hidden: at_once(&[true, false], model), trees: Trees::learn(cases, trees) }
}

/// The numbers of rounds to make tables for: the most common ones, rising.
fn rounds_of(cases: &[Case]) -> Vec<u32> {
    let mut counts: std::collections::BTreeMap<u32, usize> = std::collections::BTreeMap::new();
    for case in cases {
        *counts.entry(case.rounds).or_default() += 1;
    }
    let mut kinds: Vec<(usize, u32)> = counts.into_iter().map(|(rounds, count)| (count, rounds)).collect();
    kinds.sort_unstable_by(|a, b| b.cmp(a));
    let common = kinds.into_iter().filter(|(count, _)| count * RARE_ROUNDS >= cases.len()).take(ROUNDS_KINDS_MAX);
    let mut rounds: Vec<u32> = common.map(|(_, rounds)| rounds).collect();
    rounds.sort_unstable();
    rounds
}

/// The shares of cost to make tables for.
fn costs_of(cases: &[Case]) -> Vec<f64> {
    let mut costs: Vec<f64> = cases.iter().map(|case| case.cost).collect();
    costs.sort_by(f64::total_cmp);
    let at = |share| quantile(&costs, share);
    if at(0.98) - at(0.02) < SAME_COST { vec![at(0.5)] } else { vec![at(0.05), at(0.5), at(0.95)] }
}

fn frame(cases: &[Case], at: (u32, f64), capped: bool, effort: Effort) -> Frame {
    let (rounds, cost) = at;
    let (mut prices, mut numbers, mut rises) = (Vec::new(), Vec::new(), Vec::new());
    for tried in cases.iter().flat_map(|case| &case.tried) {
        prices.push(tried.price);
        if let Then::Named(number) = tried.then {
            numbers.push(number);
            rises.extend(tried.seen.number.map(|before| number - before));
        }
    }
    for list in [&mut prices, &mut numbers, &mut rises] {
        list.sort_by(f64::total_cmp);
    }
    let top = quantile(&prices, 0.995);
    let top = if capped { top.min(0.0) } else { top }.max(cost + 0.02);
    let bottom = quantile(&prices, 0.002).max(cost).min(top - 0.02);
    let low = quantile(&numbers, 0.01);
    Frame {
        rounds,
        cost,
        prices: (bottom, top),
        numbers: (low, quantile(&numbers, 0.99).max(low + 0.02)),
        rises: [0.17, 0.5, 0.83].map(|share| quantile(&rises, share)),
        rise_cuts: [quantile(&rises, 0.33), quantile(&rises, 0.67) + 1e-6],
        late: cases.iter().any(|case| case.taken_late),
        size: match effort {
            Effort::Full => (24, 20, 90),
            Effort::Quick => (10, 8, 30),
        },
    }
}

/// What was found, in sentences that a merchant can check against their own sense.
fn notes(policy: &Policy, models: &Models, cases: &[Case], lean: &Lean) -> Vec<String> {
    let Rule::Fitted(fitted) = &policy.rule else { return Vec::new() };
    let percent = |logarithm: f64| format!("{:.0} %", logarithm.exp() * 100.0);
    let mut notes = lean.notes();
    if let Some(hidden) = models.hidden.first() {
        notes.push(format!(
            "Half of the shoppers would pay {} of the list price; a tenth would pay no more than {}, a tenth {} or more.",
            percent(hidden.limit_of(0.5)),
            percent(hidden.limit_of(0.1)),
            percent(hidden.limit_of(0.9)),
        ));
    }
    let tried = || cases.iter().flat_map(|case| &case.tried);
    let (all, share) = (tried().count() as f64, |count: usize, of: f64| 100.0 * count as f64 / of.max(1.0));
    let count = |is: fn(&Then) -> bool| tried().filter(|tried| is(&tried.then)).count();
    let left = count(|then| matches!(then, Then::Left));
    let named = count(|then| matches!(then, Then::Named(_)));
    notes.push(format!(
        "To a price, {:.0} in a hundred said yes, {:.0} named a number and {:.0} left.",
        share(count(|then| matches!(then, Then::Taken)), all),
        share(named, all),
        share(left, all),
    ));
    let middle: Option<&Sheet> = fitted.sheets.get(fitted.sheets.len() / 2);
    if let Some(sheet) = middle {
        notes.push(format!(
            "With {} rounds and a cost of {:.0} % of the list price, the opening price is {:.0} %.",
            sheet.rounds,
            sheet.cost as f64 * 100.0 / ONE as f64,
            sheet.open as f64 * 100.0 / ONE as f64,
        ));
    }
    let deals = cases.len() as f64;
    let lost = cases.iter().filter(|case| case.tried.last().is_some_and(|tried| tried.then == Then::Left)).count();
    notes.push(format!("{:.0} of a hundred past negotiations ended with the shopper gone.", share(lost, deals)));
    notes
}

/// What a past negotiation earned.
fn earned(past: &Negotiation) -> i64 {
    match past.outcome {
        Outcome::Accepted | Outcome::CounterTaken => {
            past.price.map_or(0, |price| price.minor().saturating_sub(past.cost.minor()))
        }
        Outcome::Left | Outcome::Timeout => 0,
    }
}
