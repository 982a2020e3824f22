//! The price that earns most in expectation, for every place a negotiation can be in: reckoned backwards from the
//! last round, over what several models expect of shoppers.
//!
//! The models are averaged. The best price in one model is the one whose faults flatter it most; what is best in
//! the average of models that are wrong in different ways is best in fact more often.

use crate::pricing::negotiation::fit::cases::{Seen, Then, Tried, after, row, time};
use crate::pricing::negotiation::fit::hidden::{Guess, Hidden};
use crate::pricing::negotiation::fit::trees::Trees;
use crate::pricing::negotiation::policy::{ONE, RISES, Sheet};

/// The models.
#[derive(Debug)]
pub struct Models {
    /// Those with an idea of why.
    pub hidden: Vec<Hidden>,
    /// The one without.
    pub trees: Trees,
}

/// What a table covers, in logarithms.
#[derive(Clone, Debug)]
pub struct Frame {
    /// How many rounds.
    pub rounds: u32,
    /// The cost.
    pub cost: f64,
    /// The lowest and highest price.
    pub prices: (f64, f64),
    /// The lowest and highest number.
    pub numbers: (f64, f64),
    /// A small, a middling and a large rise.
    pub rises: [f64; 3],
    /// Where small stops and large starts.
    pub rise_cuts: [f64; 2],
    /// Whether a number can still be taken after the last round.
    pub late: bool,
    /// How many rows and columns, and how many prices are looked at.
    pub size: (usize, usize, usize),
}

/// Evenly spaced values.
#[derive(Clone, Copy, Debug)]
struct Grid {
    low: f64,
    high: f64,
    count: usize,
}

impl Grid {
    fn at(&self, place: usize) -> f64 {
        self.low + (self.high - self.low) * place as f64 / (self.count - 1) as f64
    }

    fn place(&self, value: f64) -> (usize, f64) {
        let last = (self.count - 1) as f64;
        let place = ((value - self.low) / (self.high - self.low) * last).clamp(0.0, last);
        let below = (place.floor() as usize).min(self.count - 2);
        (below, place - below as f64)
    }

    fn millionths(&self) -> Vec<i64> {
        let mut knots: Vec<i64> = Vec::with_capacity(self.count);
        for place in 0..self.count {
            let knot = millionths(self.at(place));
            knots.push(knots.last().map_or(knot, |last| knot.max(last + 1)));
        }
        knots
    }
}

fn millionths(logarithm: f64) -> i64 {
    (logarithm.exp() * ONE as f64).round() as i64
}

/// A table while it is made: values and prices for each round from the second.
struct Table<'a> {
    models: &'a Models,
    frame: &'a Frame,
    offers: Grid,
    numbers: Grid,
    value: Vec<Vec<f64>>,
    price: Vec<Vec<f64>>,
    open: (f64, f64),
}

/// A price in a place.
#[derive(Clone, Copy)]
struct Try<'a> {
    round: u32,
    seen: &'a Seen,
    price: f64,
}

/// What the models think of a shopper in one place.
type Minds = Vec<Vec<Guess>>;

/// A bell curve as three points and their weights.
const BELL: [(f64, f64); 3] = [(-1.2247, 0.295_41), (0.0, 0.409_18), (1.2247, 0.295_41)];
/// The least a price goes down.
const STEP: f64 = 0.002;
/// What is rarer than this is not looked into.
const RARE: f64 = 1e-4;

/// Reckons one table.
pub fn reckon(models: &Models, frame: &Frame) -> Sheet {
    let (rows, columns, _) = frame.size;
    let cells = rows * (columns + 1) * RISES;
    let rounds = frame.rounds as usize;
    let mut table = Table {
        models,
        frame,
        offers: Grid { low: frame.prices.0, high: frame.prices.1, count: rows },
        numbers: Grid { low: frame.numbers.0, high: frame.numbers.1, count: columns },
        value: vec![vec![0.0; cells]; rounds.saturating_sub(1)],
        price: vec![vec![0.0; cells]; rounds.saturating_sub(1)],
        open: (frame.prices.1, 0.0),
    };
    // What a shopper refused on the way depends on the opening, and the opening on the rest: twice is enough.
    let mut open = (frame.prices.0 + 3.0 * frame.prices.1) / 4.0;
    for _ in 0..2 {
        for round in (2..=frame.rounds).rev() {
            table.fill(round, open);
        }
        table.open = table.best(1, &Seen::default(), open);
        open = table.open.0;
    }
    table.sheet()
}

impl Table<'_> {
    fn cell(&self, offer: usize, number: usize, rise: usize) -> usize {
        (offer * (self.numbers.count + 1) + number) * RISES + rise
    }

    fn fill(&mut self, round: u32, open: f64) {
        let slot = round as usize - 2;
        for offer in 0..self.offers.count {
            for number in 0..=self.numbers.count {
                for rise in 0..RISES {
                    let known = number < self.numbers.count;
                    if rise > 0 && (!known || round == 2) {
                        continue;
                    }
                    let seen = Seen {
                        offer: Some(self.offers.at(offer)),
                        number: known.then(|| self.numbers.at(number)),
                        rise: (rise > 0).then(|| self.frame.rises[rise - 1]),
                    };
                    let (price, value) = self.in_place(round, &seen, open);
                    let cell = self.cell(offer, number, rise);
                    self.price[slot][cell] = price;
                    self.value[slot][cell] = value;
                }
            }
        }
        self.fill_unreached(slot);
    }

    /// Places that cannot be reached get what stands in the place without a known rise.
    fn fill_unreached(&mut self, slot: usize) {
        for offer in 0..self.offers.count {
            for number in 0..=self.numbers.count {
                let from = self.cell(offer, number, 0);
                for rise in 1..RISES {
                    let cell = self.cell(offer, number, rise);
                    if slot == 0 || number == self.numbers.count {
                        self.price[slot][cell] = self.price[slot][from];
                        self.value[slot][cell] = self.value[slot][from];
                    }
                }
            }
        }
    }

    fn in_place(&self, round: u32, seen: &Seen, open: f64) -> (f64, f64) {
        let offer = seen.offer.unwrap_or(self.offers.high);
        // A shopper who named more than we asked is not haggling.
        if seen.number.is_some_and(|number| number > offer + 0.03) {
            return (offer, offer.exp() - self.frame.cost.exp());
        }
        self.best(round, seen, open)
    }

    /// The best price and what it earns: looked for in wide steps, then in finer ones.
    fn best(&self, round: u32, seen: &Seen, open: f64) -> (f64, f64) {
        let minds = self.minds(round, seen, open);
        let top = seen.offer.map_or(self.offers.high, |offer| offer - STEP);
        let bottom = seen.number.unwrap_or(f64::NEG_INFINITY).max(self.offers.low).min(top);
        let step = (self.offers.high - self.offers.low) / (self.frame.size.2 - 1) as f64;
        let mut best = (top, self.earns(round, seen, &minds, top));
        let better = |price: f64, best: &mut (f64, f64)| {
            let value = self.earns(round, seen, &minds, price);
            if value > best.1 {
                *best = (price, value);
            }
        };
        let mut price = self.offers.low;
        while price < top {
            if price >= bottom {
                better(price, &mut best);
            }
            price += 3.0 * step;
        }
        for width in [1.5, 0.75, 0.35] {
            for side in [-width, width] {
                better((best.0 + side * step).clamp(bottom, top), &mut best);
            }
        }
        best
    }

    /// What each model thinks of a shopper here, had the prices come down evenly.
    fn minds(&self, round: u32, seen: &Seen, open: f64) -> Minds {
        let mut tried = Vec::new();
        if let Some(offer) = seen.offer {
            let done = round - 1;
            let open = open.max(offer);
            let mut known = Seen::default();
            for past in 1..=done {
                let along = if done == 1 { 1.0 } else { f64::from(past - 1) / f64::from(done - 1) };
                let price = open + (offer - open) * along;
                let then = match (seen.number, seen.rise) {
                    (Some(number), Some(rise)) => {
                        Then::Named((number - rise * f64::from(done - past)).min(price - STEP))
                    }
                    (Some(number), None) if past == done => Then::Named(number),
                    _ => Then::Refused,
                };
                let time = time(past, self.frame.rounds);
                tried.push(Tried { time, round: past, price, seen: known, then });
                known = after(&known, price, then);
            }
        }
        self.models.hidden.iter().map(|hidden| hidden.guesses(&tried)).collect()
    }

    /// What a price earns here, in the average of the models.
    fn earns(&self, round: u32, seen: &Seen, minds: &Minds, price: f64) -> f64 {
        let hidden = self.models.hidden.iter().zip(minds);
        let tried = Try { round, seen, price };
        let sum: f64 = hidden.map(|(hidden, mind)| self.earns_with(hidden, mind, tried)).sum();
        (sum + self.earns_with_trees(round, seen, price)) / (self.models.hidden.len() + 1) as f64
    }

    fn earns_with(&self, hidden: &Hidden, mind: &[Guess], tried: Try<'_>) -> f64 {
        let Try { round, seen, price } = tried;
        let gain = price.exp() - self.frame.cost.exp();
        let over = round == self.frame.rounds;
        let time = time(round, self.frame.rounds);
        let (mut earned, mut refused) = (0.0, 0.0);
        for guess in mind {
            let way = hidden.way(guess.way);
            let taken = way.taken(seen, price, time, guess.limit);
            earned += guess.chance * taken * gain;
            if over && !self.frame.late {
                continue;
            }
            let stays = guess.chance * (1.0 - taken) * (1.0 - way.left(seen, price, time, guess.limit));
            let named = way.named(time);
            refused += stays * (1.0 - named);
            if stays * named < RARE {
                continue;
            }
            let (middle, spread) = way.number(seen, price, time, guess.limit);
            for (far, weight) in BELL {
                earned += stays * named * weight * self.after_number(round, seen, price, middle + far * spread);
            }
        }
        earned + if refused > RARE && !over { refused * self.after_refusal(round, seen, price) } else { 0.0 }
    }

    fn earns_with_trees(&self, round: u32, seen: &Seen, price: f64) -> f64 {
        let row = row(seen, price, round, self.frame.rounds, self.frame.cost);
        let gain = price.exp() - self.frame.cost.exp();
        let over = round == self.frame.rounds;
        if over && !self.frame.late {
            return self.models.trees.taken(&row) * gain;
        }
        let expected = self.models.trees.expected(&row, seen.number.unwrap_or(price));
        let stays = (1.0 - expected.taken) * (1.0 - expected.left);
        let spread = self.models.trees.spread(seen.number.is_none());
        let numbers: f64 =
            spread.iter().map(|far| self.after_number(round, seen, price, expected.number + far)).sum();
        let refused = if over { 0.0 } else { self.after_refusal(round, seen, price) };
        let next = expected.named * numbers / spread.len() as f64 + (1.0 - expected.named) * refused;
        expected.taken * gain + stays * next
    }

    /// What can still be had once a number was named: the number, or going on.
    fn after_number(&self, round: u32, seen: &Seen, price: f64, number: f64) -> f64 {
        let number = number.min(price - 0.001);
        let take = number.exp() - self.frame.cost.exp();
        let seen = after(seen, price, Then::Named(number));
        let go_on = if round == self.frame.rounds { 0.0 } else { self.worth(round + 1, &seen) };
        take.max(go_on).max(0.0)
    }

    fn after_refusal(&self, round: u32, seen: &Seen, price: f64) -> f64 {
        self.worth(round + 1, &after(seen, price, Then::Refused)).max(0.0)
    }

    /// What naming a price in a place is worth, between the table's places.
    fn worth(&self, round: u32, seen: &Seen) -> f64 {
        let values = &self.value[round as usize - 2];
        let (offer, along) = self.offers.place(seen.offer.unwrap_or(self.offers.high));
        let rise = match (seen.number, seen.rise) {
            (Some(_), Some(rise)) if rise < self.frame.rise_cuts[0] => 1,
            (Some(_), Some(rise)) if rise < self.frame.rise_cuts[1] => 2,
            (Some(_), Some(_)) => 3,
            _ => 0,
        };
        let column = |number: usize| {
            let (low, high) = (self.cell(offer, number, rise), self.cell(offer + 1, number, rise));
            values[low] * (1.0 - along) + values[high] * along
        };
        seen.number.map_or_else(
            || column(self.numbers.count),
            |number| {
                let (number, along) = self.numbers.place(number);
                column(number) * (1.0 - along) + column(number + 1) * along
            },
        )
    }

    fn sheet(&self) -> Sheet {
        let whole = |value: &f64| (value * ONE as f64).round() as i64;
        let cost = millionths(self.frame.cost);
        let next = |round: &Vec<f64>| round.iter().map(|price| millionths(*price)).collect();
        let take = |round: &Vec<f64>| round.iter().map(|value| cost + whole(value)).collect();
        Sheet {
            rounds: self.frame.rounds,
            cost,
            open: millionths(self.open.0),
            offers: self.offers.millionths(),
            numbers: self.numbers.millionths(),
            rises: self.frame.rise_cuts.map(millionths),
            next: self.price.iter().map(next).collect(),
            take: self.value.iter().map(take).collect(),
        }
    }
}
