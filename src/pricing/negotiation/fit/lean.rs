//! Whether what shoppers would pay keeps step with the list price, or leans: towards the cost where the label says
//! little, or falling behind where things get dearer.
//!
//! A limit is never seen, so this is learned as the rest is: a small model of hidden limits is fitted, what it thinks
//! of each shopper is regressed on what was for sale, and the slopes are taken out before the next turn.

use crate::pricing::negotiation::fit::cases::cases;
use crate::pricing::negotiation::fit::hidden::{Hidden, Size};
use crate::pricing::negotiation::fit::solve::Solve;
use crate::pricing::negotiation::history::Negotiation;
use crate::pricing::negotiation::policy::ONE;
use crate::pricing::negotiation::reference::{Leaning, Reference};

/// How the reference price leans away from the list price, in logarithms.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Lean {
    /// How much of a larger share of cost goes into it.
    cost: f64,
    /// How much of a higher list price goes into it, beyond the list price itself.
    list: f64,
    /// The middle share of cost, and the middle list price in minor units, where nothing is leaned.
    middle: [f64; 2],
}

/// How many negotiations are looked at: slopes are plain to see in this many.
const SAMPLE: usize = 5000;
const TURNS: usize = 4;
/// How much better each negotiation must be explained, so that leaning is worth its trouble.
const BETTER: f64 = 0.004;
/// How much better all of them together: two slopes bring a little by luck alone, and one time in thousands so much.
const BETTER_IN_ALL: f64 = 8.0;
/// The steepest slope that is believed.
const STEEPEST: f64 = 1.2;
/// The points of each curve.
const POINTS: usize = 12;

impl Lean {
    /// Learns from the past; nothing leans unless that explains the past clearly better.
    pub fn learn(past: &[Negotiation]) -> Self {
        let sample = &past[..past.len().min(SAMPLE)];
        let straight = Self { middle: middle(sample), ..Self::default() };
        let better = BETTER.max(BETTER_IN_ALL / sample.len().max(1) as f64);
        let (explains, mut limits) = straight.explains(sample);
        let (mut best, mut explained) = (Self::default(), explains + better);
        let one_currency = sample.windows(2).all(|pair| pair[0].list.currency() == pair[1].list.currency());
        let mut lean = straight;
        for _ in 0..TURNS {
            lean = lean.turned(sample, &limits, one_currency);
            let explains;
            (explains, limits) = lean.explains(sample);
            if explains > explained {
                (best, explained) = (lean, explains);
            }
        }
        best
    }

    /// Whether nothing leans.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// The logarithm of a negotiation's reference price in minor units.
    pub fn unit(&self, past: &Negotiation) -> f64 {
        let [cost, list] = what(past);
        list + self.cost * (cost - self.middle[0]) + self.list * (list - self.middle[1])
    }

    /// The same for the policy, over what was sold in the past.
    pub fn reference(&self, past: &[Negotiation]) -> Reference {
        let Some(first) = past.first().filter(|_| !self.is_none()) else { return Reference::List };
        let curve = |which: usize, slope: f64, scale: f64| {
            let mut knots: Vec<f64> = past.iter().map(|past| what(past)[which]).collect();
            knots.sort_by(f64::total_cmp);
            let (low, high) = (knots[0], knots[knots.len() - 1]);
            let mut curve: Vec<[i64; 2]> = Vec::new();
            for point in (0..POINTS).map(|at| low + (high - low) * at as f64 / (POINTS - 1) as f64) {
                let knot = (point.exp() * scale).round() as i64;
                if curve.last().is_none_or(|last| last[0] < knot) {
                    let factor = (slope * (point - self.middle[which])).exp();
                    curve.push([knot, (factor * ONE as f64).round() as i64]);
                }
            }
            if curve.len() < 2 || slope == 0.0 { Vec::new() } else { curve }
        };
        Reference::Leaning(Leaning {
            costs: curve(0, self.cost, ONE as f64),
            lists: curve(1, self.list, 1.0),
            currency: first.list.currency().code().to_owned(),
        })
    }

    /// What was found, in sentences.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let times = |slope: f64| 2.0_f64.powf(slope);
        if self.list != 0.0 {
            notes.push(format!(
                "Of two things, the one with a list price twice as high is worth {:.2} times as much to shoppers.",
                times(1.0 + self.list),
            ));
        }
        if self.cost != 0.0 {
            notes.push(format!(
                "Of two things with the same list price, the one that costs a tenth more is worth {:+.1} % to shoppers.",
                (1.1_f64.powf(self.cost) - 1.0) * 100.0,
            ));
        }
        notes
    }

    /// How well a small model then explains negotiations, and where it thinks each shopper's limit lies.
    fn explains(&self, sample: &[Negotiation]) -> (f64, Vec<f64>) {
        let cases = cases(sample, self);
        let hidden = Hidden::learn(&cases, Size { ways: 1, limits: 30, rich: false, passes: 8 });
        (hidden.explains(&cases), cases.iter().map(|case| hidden.expects(&case.tried)).collect())
    }

    /// With the slopes that are still left in the limits.
    fn turned(&self, sample: &[Negotiation], limits: &[f64], lists: bool) -> Self {
        let mut solve = Solve::<3>::new(1e-6);
        for (past, limit) in sample.iter().zip(limits) {
            let [cost, list] = what(past);
            let list = if lists { list - self.middle[1] } else { 0.0 };
            solve.add(&[1.0, cost - self.middle[0], list], 1.0, *limit);
        }
        let [_, cost, list] = solve.solve();
        let bounded = |slope: f64| if slope.is_finite() { slope.clamp(-STEEPEST, STEEPEST) } else { 0.0 };
        Self { cost: bounded(self.cost + cost), list: bounded(self.list + list), ..*self }
    }
}

/// What was for sale: the logarithms of its share of cost and of its list price.
fn what(past: &Negotiation) -> [f64; 2] {
    let [cost, list] = [past.cost, past.list].map(|amount| (amount.minor().max(1) as f64).ln());
    [cost - list, list]
}

fn middle(sample: &[Negotiation]) -> [f64; 2] {
    let count = sample.len().max(1) as f64;
    [0, 1].map(|which| sample.iter().map(|past| what(past)[which]).sum::<f64>() / count)
}
