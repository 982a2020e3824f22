//! What a policy may be expected to earn: played against models that were fitted to parts of the past.
//!
//! The past is dealt into five parts and a model is fitted to each alone, so the spread between them shows what luck
//! in the data does. It is still the word of a model: what counts is a share of conversations with the policy and a
//! share without (`truth`).

use crate::base::money::{Currency, Money};
use crate::base::random::Random;
use crate::pricing::negotiation::decide::{Heard, Move, Standing, decide};
use crate::pricing::negotiation::fit::cases::{Case, Seen, Then, after, cases, time};
use crate::pricing::negotiation::fit::hidden::{Hidden, Size};
use crate::pricing::negotiation::fit::lean::Lean;
use crate::pricing::negotiation::fit::{Effort, at_once, earned};
use crate::pricing::negotiation::history::{Negotiation, Said};
use crate::pricing::negotiation::policy::{ONE, Policy};

const PARTS: usize = 5;
/// Student's t for four degrees of freedom: half of the 90 % interval.
const T90: f64 = 2.132;

/// What the past earned each, in millionths of the list price.
pub fn earned_before(past: &[Negotiation]) -> i64 {
    let sum: f64 = past.iter().map(|past| earned(past) as f64 / past.list.minor().max(1) as f64).sum();
    (sum / past.len().max(1) as f64 * ONE as f64).round() as i64
}

/// What a policy would earn each, in millionths of the list price: the middle and the bounds of the 90 % interval.
pub fn expected(policy: &Policy, past: &[Negotiation], lean: &Lean, effort: Effort) -> [i64; 3] {
    let (passes, plays) = match effort {
        Effort::Full => (15, 1500),
        Effort::Quick => (6, 300),
    };
    let parts: Vec<usize> = (0..PARTS).collect();
    let means = at_once(&parts, |number| {
        let number = *number;
        let own: Vec<Negotiation> = past.iter().skip(number).step_by(PARTS).cloned().collect();
        let cases = cases(&own, lean);
        let hidden = Hidden::learn(&cases, Size { ways: 2, limits: 40, rich: false, passes });
        let mut random = Random::new(number as u64 + 1);
        let mut sum = 0.0;
        for _ in 0..plays {
            let at = random.below(own.len());
            sum += play(policy, &hidden, &own[at], &cases[at], &mut random);
        }
        sum / f64::from(plays)
    });
    let mean = means.iter().sum::<f64>() / PARTS as f64;
    let square: f64 = means.iter().map(|one| (one - mean) * (one - mean)).sum();
    let error = (square / (PARTS - 1) as f64 / PARTS as f64).sqrt() * T90;
    [mean, mean - error, mean + error].map(|share| (share * ONE as f64).round() as i64)
}

/// One past negotiation played again with a shopper like the one it was: what it earns over the list price.
fn play(policy: &Policy, hidden: &Hidden, past: &Negotiation, case: &Case, random: &mut Random) -> f64 {
    let guesses = hidden.guesses(&case.tried);
    let mut left = random.share();
    let Some(shopper) = guesses.iter().find(|guess| {
        left -= guess.chance;
        left <= 0.0
    }) else {
        return 0.0;
    };
    let way = hidden.way(shopper.way);
    let list = past.list.minor() as f64;
    // The reference price over the list price: the case's logarithms are shares of the reference.
    let unit = past.cost.minor() as f64 / case.cost.exp();
    let currency: Currency = past.list.currency();
    let mut standing = Standing {
        round: 1,
        rounds: past.rounds,
        cost: past.cost,
        floor: past.cost,
        list: past.list,
        heard: Heard::Nothing,
        said: Vec::new(),
    };
    let mut seen = Seen::default();
    for round in 1..=past.rounds {
        standing.round = round;
        let price = match decide(policy, &standing) {
            Move::Offer(price, _) => price,
            Move::Accept(price, _) => return (price.minor() - past.cost.minor()) as f64 / list,
            Move::Walk(_) => return 0.0,
        };
        standing.said.push(Said::Seller(price));
        let (offer, time) = ((price.minor().max(1) as f64 / unit).ln(), time(round, past.rounds));
        if random.chance(way.taken(&seen, offer, time, shopper.limit)) {
            return (price.minor() - past.cost.minor()) as f64 / list;
        }
        if random.chance(way.left(&seen, offer, time, shopper.limit)) {
            return 0.0;
        }
        let then = if random.chance(way.named(time)) {
            let (middle, spread) = way.number(&seen, offer, time, shopper.limit);
            Then::Named((middle + spread * random.bell()).min(offer - 0.001))
        } else {
            Then::Refused
        };
        seen = after(&seen, offer, then);
        let number = match then {
            Then::Named(number) => Some(Money::new((number.exp() * unit).round() as i64, currency)),
            _ => None,
        };
        standing.said.push(Said::Buyer(number));
        standing.heard = number.map_or(Heard::Refusal, Heard::Number);
    }
    0.0
}
