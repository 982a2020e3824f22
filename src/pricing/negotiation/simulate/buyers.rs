//! Buyers of our own making, each kind with its way to haggle. A policy is tried on them before it meets a person.
//!
//! They know what the thing is worth to them and nothing of the seller. What is drawn for a buyer is drawn once;
//! nothing of it is an attribute of a person.

use crate::base::random::Random;

/// How a buyer haggles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Names rising numbers for many rounds and takes the first price they can bear.
    Patient,
    /// Takes a bearable price at once, seldom names a number, and is soon gone.
    Hurried,
    /// Names low numbers, calls them final, and gives way only towards the end.
    Bluffing,
    /// Gives as much as they are given.
    Mirroring,
    /// Never names a number.
    Silent,
    /// Judges the first price: it moves what they think the thing is worth.
    Anchored,
    /// Takes prices near their limit by mood.
    Moody,
    /// Names the price somebody else got, and goes up from there only a little.
    Copying,
    /// Takes only the price that beats going on: the more rounds are left, the more they want.
    Strategic,
}

impl Kind {
    /// Every kind, in a fixed order.
    pub const ALL: [Self; 9] = [
        Self::Patient,
        Self::Hurried,
        Self::Bluffing,
        Self::Mirroring,
        Self::Silent,
        Self::Anchored,
        Self::Moody,
        Self::Copying,
        Self::Strategic,
    ];

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Patient => "patient",
            Self::Hurried => "hurried",
            Self::Bluffing => "bluffing",
            Self::Mirroring => "mirroring",
            Self::Silent => "silent",
            Self::Anchored => "anchored",
            Self::Moody => "moody",
            Self::Copying => "copying",
            Self::Strategic => "strategic",
        }
    }
}

/// What is bought, in major units.
#[derive(Clone, Copy, Debug)]
pub struct Thing {
    /// What it costs the shop.
    pub cost: f64,
    /// What it is listed at.
    pub list: f64,
}

/// What a buyer answers to a price.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Answer {
    /// Taken.
    Accepts,
    /// Another number.
    Counters(f64),
    /// No, and no number.
    Refuses,
    /// Gone.
    Leaves,
}

/// One buyer.
#[derive(Clone, Debug)]
pub struct Buyer {
    kind: Kind,
    worth: f64,
    /// Where their numbers start and end, as shares of what it is worth.
    first: f64,
    last: f64,
    /// How many rounds they bear.
    patience: f64,
    /// How noisy their numbers are.
    noise: f64,
    seen: Option<(f64, f64)>,
    counter: Option<f64>,
}

impl Buyer {
    /// Draws one for a thing. `worth` is what such things are worth to buyers: middle, in list prices, and spread.
    pub fn draw(kind: Kind, thing: Thing, worth: (f64, f64), random: &mut Random) -> Self {
        let (middle, spread) = worth;
        let (first, last, patience, noise) = match kind {
            Kind::Patient => {
                (random.between(0.70, 0.85), random.between(0.92, 0.99), random.between(6.0, 14.0), 0.02)
            }
            Kind::Hurried => {
                (random.between(0.80, 0.92), random.between(0.90, 0.98), random.between(2.0, 4.0), 0.03)
            }
            Kind::Bluffing => {
                (random.between(0.40, 0.60), random.between(0.60, 0.75), random.between(6.0, 12.0), 0.02)
            }
            Kind::Mirroring => (random.between(0.55, 0.75), 1.0, random.between(5.0, 12.0), 0.01),
            Kind::Silent => (1.0, 1.0, random.between(5.0, 12.0), 0.0),
            Kind::Anchored => {
                (random.between(0.70, 0.80), random.between(0.90, 0.97), random.between(5.0, 10.0), 0.03)
            }
            Kind::Moody => (random.between(0.60, 0.90), random.between(0.85, 1.0), random.between(4.0, 12.0), 0.05),
            Kind::Copying => {
                (random.between(0.75, 0.80), random.between(0.80, 0.85), random.between(4.0, 9.0), 0.0)
            }
            Kind::Strategic => {
                (random.between(0.60, 0.80), random.between(0.85, 0.95), random.between(5.0, 12.0), 0.03)
            }
        };
        Self {
            kind,
            worth: thing.list * middle * (spread * random.bell()).exp(),
            first,
            last,
            patience,
            noise,
            seen: None,
            counter: None,
        }
    }

    /// What it is worth to them.
    #[must_use]
    pub const fn worth(&self) -> f64 {
        self.worth
    }

    /// What they answer to a price in a round (from 1) of so many.
    pub fn answer(&mut self, round: u32, rounds: u32, price: f64, random: &mut Random) -> Answer {
        let before = self.seen.map(|(_, last)| last);
        let opening = self.seen.map_or(price, |(first, _)| first);
        self.seen = Some((opening, price));
        if self.accepts(round, rounds, price, random) {
            return Answer::Accepts;
        }
        if random.chance(self.leaving(round, price)) {
            return Answer::Leaves;
        }
        self.number(round, price, before, random)
    }

    fn limit(&self, round: u32, rounds: u32) -> f64 {
        let time = f64::from(round) / f64::from(rounds.max(1));
        match self.kind {
            Kind::Bluffing => self.worth * (0.80 + 0.20 * time.min(1.0)),
            Kind::Strategic => self.worth * (0.90 + 0.10 * time.min(1.0)),
            Kind::Anchored => {
                let opening = self.seen.map_or(self.worth, |(first, _)| first);
                self.worth * (opening / self.worth).clamp(0.7, 1.5).powf(0.15)
            }
            _ => self.worth,
        }
    }

    fn accepts(&self, round: u32, rounds: u32, price: f64, random: &mut Random) -> bool {
        let limit = self.limit(round, rounds);
        match self.kind {
            Kind::Moody => random.chance(1.0 / (1.0 + (-25.0 * (limit / price).ln()).exp())),
            Kind::Mirroring => price <= limit && self.counter.is_none_or(|mine| price <= mine * 1.08),
            _ => price <= limit,
        }
    }

    fn leaving(&self, round: u32, price: f64) -> f64 {
        let tired = f64::from(round) / self.patience;
        let insult = ((price / self.worth) - 1.4).max(0.0);
        let base = match self.kind {
            Kind::Hurried => 0.15,
            Kind::Moody | Kind::Silent => 0.06,
            _ => 0.01,
        };
        if tired >= 1.0 { 0.9 } else { (base + 0.1 * tired * tired + 0.8 * insult).min(0.9) }
    }

    fn number(&mut self, round: u32, price: f64, before: Option<f64>, random: &mut Random) -> Answer {
        let silent = match self.kind {
            Kind::Silent => 1.0,
            Kind::Hurried => 0.6,
            Kind::Moody => 0.2,
            _ => 0.0,
        };
        if random.chance(silent) {
            return Answer::Refuses;
        }
        let time = (f64::from(round) / self.patience).min(1.0);
        let wanted = match (self.kind, self.counter, before) {
            (Kind::Mirroring, Some(mine), Some(before)) => mine + 0.8 * (before - price).max(0.0),
            _ => self.worth * (self.first + (self.last - self.first) * time),
        };
        let noisy = wanted * (self.noise * random.bell()).exp();
        let mine = noisy.max(self.counter.unwrap_or(0.0)).min(self.worth).min(price * 0.995);
        self.counter = Some(mine);
        Answer::Counters(mine)
    }
}
