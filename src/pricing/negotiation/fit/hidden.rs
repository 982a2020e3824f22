//! How shoppers answer, learned with an idea of why: each has a limit that is never seen and haggles in one of a few
//! ways. The limits and the ways are found by expectation and maximisation.
//!
//! What a refusal tells is only that the limit lies below the price, and what leaving tells is less than that: both
//! are read so here, which a table of acceptance rates could not do.

use crate::pricing::negotiation::fit::cases::{Case, Seen, Then, Tried};
use crate::pricing::negotiation::fit::solve::Solve;

/// What acceptance is explained by: a constant, time, limit over price, and (in some models) whether a number was
/// named, that number over the price, and the step down.
const TAKEN: usize = 6;
/// What leaving is explained by: a constant, time, its square, price over limit, how insulting, a number named.
const LEFT: usize = 6;
/// What a first number is explained by: a constant, time, price over limit.
const FIRST: usize = 3;
/// What a later number is explained by: a constant, time, the last number over the limit, price over limit, the step
/// down, the last rise.
const LATER: usize = 6;
/// A price this far above the limit (in logarithm) is an insult.
const INSULT: f64 = 0.3;
/// How often a number is named that has nothing to do with anything.
const ODD: f64 = 0.015;
/// How thick odd numbers lie.
const ODD_DENSITY: f64 = 0.5;
/// Beliefs smaller than this teach nothing.
const FAINT: f64 = 0.004;

/// A model's size.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// How many ways to haggle.
    pub ways: usize,
    /// How many limits.
    pub limits: usize,
    /// Whether acceptance may depend on more than the limit.
    pub rich: bool,
    /// How often it is improved.
    pub passes: usize,
}

/// One way to haggle.
#[derive(Clone, Debug)]
pub struct Way {
    rich: bool,
    taken: [f64; TAKEN],
    left: [f64; LEFT],
    named: [f64; 2],
    first: [f64; FIRST],
    first_spread: f64,
    later: [f64; LATER],
    later_spread: f64,
}

/// Shoppers with hidden limits.
#[derive(Clone, Debug)]
pub struct Hidden {
    lowest: f64,
    highest: f64,
    limits: usize,
    ways: Vec<Way>,
    /// How common each way with each limit is.
    common: Vec<f64>,
}

/// A limit and a way that a shopper may have, and how likely.
#[derive(Clone, Copy, Debug)]
pub struct Guess {
    /// The limit.
    pub limit: f64,
    /// Which way.
    pub way: usize,
    /// How likely.
    pub chance: f64,
}

fn chance(odds: f64) -> f64 {
    1.0 / (1.0 + (-odds).exp())
}

fn dot<const N: usize>(weights: &[f64; N], features: &[f64; N]) -> f64 {
    weights.iter().zip(features).map(|(weight, feature)| weight * feature).sum()
}

fn density(far: f64, spread: f64) -> f64 {
    let far = far / spread;
    (1.0 - ODD) * (-0.5 * far * far).exp() / (spread * std::f64::consts::TAU.sqrt()) + ODD * ODD_DENSITY
}

impl Way {
    fn taken_by(&self, seen: &Seen, price: f64, time: f64, limit: f64) -> [f64; TAKEN] {
        let named = f64::from(u8::from(self.rich && seen.number.is_some()));
        let over = if self.rich { seen.number.map_or(0.0, |number| number - price) } else { 0.0 };
        let step = if self.rich { seen.offer.map_or(0.0, |offer| offer - price) } else { 0.0 };
        [1.0, time, limit - price, named, over, step]
    }

    fn left_by(seen: &Seen, price: f64, time: f64, limit: f64) -> [f64; LEFT] {
        let over = price - limit;
        let named = f64::from(u8::from(seen.number.is_some()));
        [1.0, time, time * time, over, (over - INSULT).max(0.0), named]
    }

    fn later_by(seen: &Seen, price: f64, time: f64, limit: f64) -> [f64; LATER] {
        let step = seen.offer.map_or(0.0, |offer| offer - price);
        [1.0, time, seen.number.unwrap_or(0.0) - limit, price - limit, step, seen.rise.unwrap_or(0.0)]
    }

    /// The chance that a price is taken.
    pub fn taken(&self, seen: &Seen, price: f64, time: f64, limit: f64) -> f64 {
        0.002 + 0.996 * chance(dot(&self.taken, &self.taken_by(seen, price, time, limit)))
    }

    /// The chance that the shopper leaves, if it is not.
    pub fn left(&self, seen: &Seen, price: f64, time: f64, limit: f64) -> f64 {
        0.001 + 0.998 * chance(dot(&self.left, &Self::left_by(seen, price, time, limit)))
    }

    /// The chance of a number, if they stay.
    pub fn named(&self, time: f64) -> f64 {
        0.001 + 0.998 * chance(dot(&self.named, &[1.0, time]))
    }

    /// The expected number, and how far numbers lie from it.
    pub fn number(&self, seen: &Seen, price: f64, time: f64, limit: f64) -> (f64, f64) {
        if seen.number.is_some() {
            (limit + dot(&self.later, &Self::later_by(seen, price, time, limit)), self.later_spread)
        } else {
            (limit + dot(&self.first, &[1.0, time, price - limit]), self.first_spread)
        }
    }

    fn likely(&self, tried: &Tried, limit: f64) -> f64 {
        let (seen, price, time) = (&tried.seen, tried.price, tried.time);
        let taken = self.taken(seen, price, time, limit);
        if tried.then == Then::Taken {
            return taken;
        }
        let left = self.left(seen, price, time, limit);
        let stayed = (1.0 - taken) * (1.0 - left);
        match tried.then {
            Then::Left => (1.0 - taken) * left,
            Then::Named(number) => {
                let (expected, spread) = self.number(seen, price, time, limit);
                stayed * self.named(time) * density(number - expected, spread)
            }
            Then::Refused | Then::Taken => stayed * (1.0 - self.named(time)),
        }
    }
}

impl Hidden {
    /// Learns from cases.
    pub fn learn(cases: &[Case], size: Size) -> Self {
        let mut hidden = Self::start(cases, size);
        for _ in 0..size.passes {
            hidden.improve(cases);
        }
        hidden
    }

    /// One of the limits.
    pub fn limit(&self, at: usize) -> f64 {
        self.lowest + (self.highest - self.lowest) * at as f64 / (self.limits - 1) as f64
    }

    /// One of the ways.
    pub fn way(&self, at: usize) -> &Way {
        &self.ways[at]
    }

    /// How well cases are explained, each.
    pub fn explains(&self, cases: &[Case]) -> f64 {
        let mut belief = vec![0.0; self.common.len()];
        let sum: f64 = cases.iter().map(|case| self.believe(&case.tried, &mut belief)).sum();
        sum / cases.len().max(1) as f64
    }

    /// Where a shopper's limit is expected after what was tried.
    pub fn expects(&self, tried: &[Tried]) -> f64 {
        self.guesses(tried).iter().map(|guess| guess.chance * guess.limit).sum()
    }

    /// What to think of a shopper after what was tried; faint guesses are left out.
    pub fn guesses(&self, tried: &[Tried]) -> Vec<Guess> {
        let mut belief = vec![0.0; self.common.len()];
        self.believe(tried, &mut belief);
        let mut guesses = Vec::new();
        for (at, chance) in belief.into_iter().enumerate().filter(|(_, chance)| *chance > FAINT) {
            guesses.push(Guess { limit: self.limit(at % self.limits), way: at / self.limits, chance });
        }
        let sum: f64 = guesses.iter().map(|guess| guess.chance).sum();
        for guess in &mut guesses {
            guess.chance /= sum;
        }
        guesses
    }

    /// The limit that so many shoppers stay below.
    pub fn limit_of(&self, share: f64) -> f64 {
        let mut below = 0.0;
        for at in 0..self.limits {
            below += self.ways.iter().enumerate().map(|(way, _)| self.common[way * self.limits + at]).sum::<f64>();
            if below >= share {
                return self.limit(at);
            }
        }
        self.highest
    }

    fn believe(&self, tried: &[Tried], belief: &mut [f64]) -> f64 {
        let mut total = 0.0;
        for (at, slot) in belief.iter_mut().enumerate() {
            let (way, limit) = (&self.ways[at / self.limits], self.limit(at % self.limits));
            let mut likely = self.common[at];
            if likely > 1e-9 {
                for one in tried {
                    likely *= way.likely(one, limit);
                    if likely < 1e-14 {
                        break;
                    }
                }
            }
            *slot = likely;
            total += likely;
        }
        let total: f64 = total.max(1e-200);
        for slot in belief.iter_mut() {
            *slot /= total;
        }
        total.ln()
    }

    fn start(cases: &[Case], size: Size) -> Self {
        let (middles, firsts) = rough(cases);
        let middle = quantile(&middles, 0.5);
        let spread = ((quantile(&middles, 0.84) - quantile(&middles, 0.16)) / 2.0).max(0.05);
        let (lowest, highest) = (middle - 4.0 * spread - 0.15, middle + 4.5 * spread + 0.15);
        let mut hidden = Self { lowest, highest, limits: size.limits, ways: Vec::new(), common: Vec::new() };
        for way in 0..size.ways {
            let share = (way as f64 + 0.5) / size.ways as f64;
            let low = if firsts.is_empty() { -0.2 } else { quantile(&firsts, share) + 0.1 }.min(-0.02);
            hidden.ways.push(Way {
                rich: size.rich,
                taken: [0.0, 0.0, 15.0, 0.0, 0.0, 0.0],
                left: [-3.0, 2.0, 0.0, 1.0, 0.0, 0.0],
                named: [if way == 0 { 0.0 } else { 2.0 }, 0.0],
                first: [low, 0.0, 0.0],
                first_spread: 0.15,
                later: [low * 0.3, 0.0, 0.7, 0.0, 0.0, 0.0],
                later_spread: 0.1,
            });
            for at in 0..size.limits {
                let far = (hidden.limit(at) - middle) / (1.3 * spread);
                hidden.common.push((-0.5 * far * far).exp());
            }
        }
        let total: f64 = hidden.common.iter().sum();
        for common in &mut hidden.common {
            *common /= total;
        }
        hidden
    }

    fn improve(&mut self, cases: &[Case]) {
        let mut lessons: Vec<Lessons> = self.ways.iter().map(|_| Lessons::new(self.limits)).collect();
        let mut belief = vec![0.0; self.common.len()];
        for case in cases {
            self.believe(&case.tried, &mut belief);
            for (at, chance) in belief.iter().enumerate().filter(|(_, chance)| **chance >= FAINT) {
                let (way, place) = (at / self.limits, at % self.limits);
                let limit = self.limit(place);
                lessons[way].common[place] += chance;
                for tried in &case.tried {
                    lessons[way].add(&self.ways[way], tried, limit, *chance);
                }
            }
        }
        let count = cases.len().max(1) as f64;
        for (at, lessons) in lessons.into_iter().enumerate() {
            for (place, common) in smooth(&lessons.common).into_iter().enumerate() {
                self.common[at * self.limits + place] = common / count;
            }
            lessons.teach(&mut self.ways[at]);
        }
    }
}

/// Where limits roughly lie, and how far first numbers lie from the price; both sorted.
fn rough(cases: &[Case]) -> (Vec<f64>, Vec<f64>) {
    let (mut middles, mut firsts) = (Vec::new(), Vec::new());
    for case in cases {
        let (mut low, mut high) = (case.cost - 0.2, f64::INFINITY);
        for tried in &case.tried {
            match tried.then {
                Then::Taken => low = f64::max(low, tried.price),
                Then::Named(number) => {
                    low = f64::max(low, number);
                    high = f64::min(high, tried.price);
                    if tried.seen.number.is_none() {
                        firsts.push(number - tried.price);
                    }
                }
                Then::Left | Then::Refused => high = f64::min(high, tried.price),
            }
        }
        middles.push(if high.is_finite() { f64::midpoint(low.min(high), high) } else { low + 0.1 });
    }
    middles.sort_by(f64::total_cmp);
    firsts.sort_by(f64::total_cmp);
    (middles, firsts)
}

/// The value that so large a share of a sorted list stays below.
pub fn quantile(sorted: &[f64], share: f64) -> f64 {
    let at = (sorted.len().saturating_sub(1) as f64 * share) as usize;
    sorted.get(at).copied().unwrap_or(0.0)
}

fn smooth(common: &[f64]) -> Vec<f64> {
    let last = common.len() - 1;
    let at = |place: usize| common[place.min(last)];
    (0..common.len())
        .map(|place| 0.25 * at(place.saturating_sub(1)) + 0.5 * at(place) + 0.25 * at(place + 1))
        .collect()
}

/// What one pass over the cases teaches about one way to haggle.
struct Lessons {
    common: Vec<f64>,
    taken: Solve<TAKEN>,
    left: Solve<LEFT>,
    named: Solve<2>,
    first: Solve<FIRST>,
    later: Solve<LATER>,
    /// Weight and squared distance of first numbers, and of later ones.
    far: [(f64, f64); 2],
}

impl Lessons {
    fn new(limits: usize) -> Self {
        Self {
            common: vec![1e-3; limits],
            taken: Solve::new(1.0),
            left: Solve::new(1.0),
            named: Solve::new(1.0),
            first: Solve::new(0.3),
            later: Solve::new(0.3),
            far: [(1e-6, 0.0); 2],
        }
    }

    fn add(&mut self, way: &Way, tried: &Tried, limit: f64, weight: f64) {
        let (seen, price, time) = (&tried.seen, tried.price, tried.time);
        let is = |then: bool| f64::from(u8::from(then));
        let features = way.taken_by(seen, price, time, limit);
        self.taken.lean(&features, chance(dot(&way.taken, &features)), is(tried.then == Then::Taken), weight);
        if tried.then == Then::Taken {
            return;
        }
        let features = Way::left_by(seen, price, time, limit);
        self.left.lean(&features, chance(dot(&way.left, &features)), is(tried.then == Then::Left), weight);
        if tried.then == Then::Left {
            return;
        }
        let features = [1.0, time];
        self.named.lean(&features, chance(dot(&way.named, &features)), is(tried.then != Then::Refused), weight);
        let Then::Named(number) = tried.then else { return };
        let (expected, spread) = way.number(seen, price, time, limit);
        let far = number - expected;
        let meant = weight * (1.0 - ODD * ODD_DENSITY / density(far, spread));
        let later = seen.number.is_some();
        if later {
            self.later.add(&Way::later_by(seen, price, time, limit), meant, meant * (number - limit));
        } else {
            self.first.add(&[1.0, time, price - limit], meant, meant * (number - limit));
        }
        let slot = &mut self.far[usize::from(later)];
        *slot = (slot.0 + meant, slot.1 + meant * far * far);
    }

    fn teach(self, way: &mut Way) {
        let step = |weights: &mut [f64], steps: &[f64], most: f64| {
            weights.iter_mut().zip(steps).for_each(|(weight, step)| *weight += step.clamp(-most, most));
        };
        step(&mut way.taken, &self.taken.solve(), 3.0);
        step(&mut way.left, &self.left.solve(), 1.0);
        step(&mut way.named, &self.named.solve(), 3.0);
        way.taken[2] = way.taken[2].clamp(2.0, 90.0);
        way.taken[4] = way.taken[4].max(0.0);
        way.left[3] = way.left[3].max(0.0);
        way.left[4] = way.left[4].max(0.0);
        let spread = |(weight, far): (f64, f64), least: f64| (far / weight).sqrt().clamp(least, 0.5);
        if self.far[0].0 > 5.0 {
            way.first = self.first.solve();
            way.first_spread = spread(self.far[0], 0.012);
        }
        if self.far[1].0 > 5.0 {
            way.later = self.later.solve();
            way.later_spread = spread(self.far[1], 0.008);
        }
    }
}
