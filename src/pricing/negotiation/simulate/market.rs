//! A market of drawn buyers: who comes, for what, and what each seller earns of them.

use crate::base::money::{Currency, Money};
use crate::base::random::Random;
use crate::pricing::negotiation::decide::{self, Heard, Standing, decide};
use crate::pricing::negotiation::history::{Negotiation, Outcome, Said};
use crate::pricing::negotiation::policy::Policy;
use crate::pricing::negotiation::simulate::buyers::{Buyer, Kind, Thing};
use crate::pricing::negotiation::simulate::play::{self, Ending, Move, Played, Seen, play};

/// Who comes, and for what.
#[derive(Clone, Debug)]
pub struct Market {
    /// The kinds of buyers, equally common.
    pub kinds: Vec<Kind>,
    /// What the thing is worth to them, in list prices: middle, and spread.
    pub worth: (f64, f64),
    /// The share of cost in the list price, from and to.
    pub cost: (f64, f64),
    /// How many prices may be named.
    pub rounds: u32,
    /// The currency.
    pub currency: Currency,
}

/// What a seller earned of each buyer, in shares of the list price.
pub type Earned = Vec<f64>;

impl Market {
    fn draw(&self, random: &mut Random) -> (Thing, Buyer) {
        let list = (200.0 * (0.8 * random.bell()).exp()).max(10.0);
        let thing = Thing { list, cost: list * random.between(self.cost.0, self.cost.1) };
        let kind = self.kinds.get(random.below(self.kinds.len())).copied().unwrap_or(Kind::Patient);
        (thing, Buyer::draw(kind, thing, self.worth, random))
    }

    /// So many negotiations as a shop that tries different prices would have kept them.
    #[must_use]
    pub fn past(&self, count: usize, seed: u64) -> Vec<Negotiation> {
        let mut random = Random::new(seed);
        (0..count).map(|number| self.kept(number, &mut random)).collect()
    }

    fn kept(&self, number: usize, random: &mut Random) -> Negotiation {
        let (thing, mut buyer) = self.draw(random);
        let top = self.worth.0 * 1.6;
        let (open, fall) = (random.between(self.cost.1.max(0.9), top.max(1.1)), random.between(0.90, 0.995));
        let margin = random.between(1.0, 1.3);
        let mut moods = Random::new(random.bits());
        let mut last = f64::INFINITY;
        let mut seller = |seen: &Seen<'_>| {
            let steps = f64::from(seen.round - 1);
            let wanted = seen.thing.list * open * fall.powf(steps) * (0.02 * moods.bell()).exp();
            let price = wanted.max(seen.thing.cost * 1.01).min(last);
            last = price;
            match seen.counter() {
                Some(number) if number >= price => Move::Accept,
                Some(number) if number >= seen.thing.cost * margin && moods.chance(0.15) => Move::Accept,
                _ => Move::Offer(price),
            }
        };
        let played = play(&mut seller, &mut buyer, thing, self.rounds, random);
        self.written(number, &played)
    }

    fn written(&self, number: usize, played: &Played) -> Negotiation {
        let money = |major: f64| major_to_money(major, self.currency);
        Negotiation {
            id: format!("drawn-{number}"),
            cost: money(played.thing.cost),
            list: money(played.thing.list),
            rounds: played.rounds,
            said: played
                .said
                .iter()
                .map(|said| match said {
                    play::Said::Seller(price) => Said::Seller(money(*price)),
                    play::Said::Buyer(number) => Said::Buyer(number.map(money)),
                })
                .collect(),
            outcome: match played.ending {
                Ending::Accepted => Outcome::Accepted,
                Ending::CounterTaken => Outcome::CounterTaken,
                Ending::Left => Outcome::Left,
                Ending::Timeout => Outcome::Timeout,
            },
            price: played.price.map(money),
        }
    }

    /// What a seller earns of so many buyers. The same seed brings the same buyers to every seller.
    pub fn earned(&self, seller: &mut dyn FnMut(&Seen<'_>) -> Move, count: usize, seed: u64) -> Earned {
        let mut random = Random::new(seed);
        let mut earned = Vec::with_capacity(count);
        for _ in 0..count {
            let mut own = Random::new(random.bits());
            let (thing, mut buyer) = self.draw(&mut own);
            let played = play(seller, &mut buyer, thing, self.rounds, &mut own);
            earned.push(played.earned() / thing.list);
        }
        earned
    }

    /// What could be earned of them by one who knew each one's worth.
    #[must_use]
    pub fn most(&self, count: usize, seed: u64) -> f64 {
        let mut random = Random::new(seed);
        let mut sum = 0.0;
        for _ in 0..count {
            let (thing, buyer) = self.draw(&mut Random::new(random.bits()));
            sum += (buyer.worth() - thing.cost).max(0.0) / thing.list;
        }
        sum / count.max(1) as f64
    }
}

fn major_to_money(major: f64, currency: Currency) -> Money {
    let scale = 10_f64.powi(currency.exponent().try_into().unwrap_or(2));
    Money::new((major * scale).round().max(1.0) as i64, currency)
}

/// A seller that follows a policy.
pub fn follows(policy: &Policy, currency: Currency) -> impl FnMut(&Seen<'_>) -> Move {
    let scale = 10_f64.powi(currency.exponent().try_into().unwrap_or(2));
    move |seen| {
        let money = |major: f64| major_to_money(major, currency);
        let said: Vec<Said> = seen
            .said
            .iter()
            .map(|said| match said {
                play::Said::Seller(price) => Said::Seller(money(*price)),
                play::Said::Buyer(number) => Said::Buyer(number.map(money)),
            })
            .collect();
        let heard = match (said.last(), seen.counter()) {
            (None, _) => Heard::Nothing,
            (Some(_), Some(number)) => Heard::Number(money(number)),
            (Some(_), None) => Heard::Refusal,
        };
        let cost = money(seen.thing.cost);
        let standing = Standing {
            round: seen.round,
            rounds: seen.rounds,
            cost,
            floor: cost,
            list: money(seen.thing.list),
            heard,
            said,
        };
        match decide(policy, &standing) {
            decide::Move::Offer(price, _) => Move::Offer(price.minor() as f64 / scale),
            decide::Move::Accept(..) => Move::Accept,
            decide::Move::Walk(_) => Move::Walk,
        }
    }
}

/// A seller that names one price, takes it or leaves it: so many list prices.
pub fn take_it_or_leave_it(price: f64) -> impl FnMut(&Seen<'_>) -> Move {
    move |seen| if seen.round == 1 { Move::Offer(seen.thing.list * price) } else { Move::Walk }
}

/// A seller that comes down evenly from an opening, in list prices, to an end, in costs, and takes a number that is
/// as good as its next price.
pub fn comes_down(open: f64, end: f64) -> impl FnMut(&Seen<'_>) -> Move {
    move |seen| {
        let (from, to) = (seen.thing.list * open, seen.thing.cost * end);
        let along = f64::from(seen.round - 1) / f64::from(seen.rounds.max(2) - 1);
        let price = from + (to - from) * along;
        if seen.counter().is_some_and(|number| number >= price) { Move::Accept } else { Move::Offer(price) }
    }
}

/// A mean with the bounds of its 95 % interval, from a thousand resamples.
#[must_use]
pub fn interval(values: &[f64], seed: u64) -> [f64; 3] {
    const RESAMPLES: usize = 1000;
    let mean = |sum: f64| sum / values.len().max(1) as f64;
    let mut random = Random::new(seed);
    let mut means: Vec<f64> = (0..RESAMPLES)
        .map(|_| mean((0..values.len()).filter_map(|_| values.get(random.below(values.len()))).sum()))
        .collect();
    means.sort_by(f64::total_cmp);
    let at = |place: usize| means.get(place).copied().unwrap_or_default();
    [mean(values.iter().sum()), at(25), at(974)]
}
