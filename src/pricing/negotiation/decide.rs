//! The shop's next move: a pure function of the policy and of what was said.
//!
//! Whatever the policy's tables say, these hold here: a price never rises after an offer, is never below the floor,
//! and a number the shop would itself have named is taken at once.

use crate::base::money::Money;
use crate::pricing::negotiation::history::Said;
use crate::pricing::negotiation::policy::{Fitted, ONE, Place, Plain, Policy, Rule};

/// What was last heard from the shopper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Nothing yet.
    Nothing,
    /// A number, which they would pay.
    Number(Money),
    /// No, without a number.
    Refusal,
    /// Yes to the last price.
    Yes,
    /// They are gone.
    Gone,
}

/// Where a negotiation stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The round to come, from 1.
    pub round: u32,
    /// How many prices may be named in all.
    pub rounds: u32,
    /// What the thing costs the shop.
    pub cost: Money,
    /// The lowest price the merchant accepts; the cost, when none is set.
    pub floor: Money,
    /// What it is listed at.
    pub list: Money,
    /// What was heard last.
    pub heard: Heard,
    /// What was said so far, in order.
    pub said: Vec<Said>,
}

/// What the shop does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// Names a price.
    Offer(Money, Why),
    /// Agrees to a price.
    Accept(Money, Why),
    /// Ends it.
    Walk(Why),
}

/// Why a move was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It is the first price.
    Opening,
    /// It is the next step down.
    Step,
    /// There is no lower price: the last one stands, and is not a new offer.
    Stands,
    /// The shopper took the price.
    Taken,
    /// Their number is at least what would have been named next.
    AsGood,
    /// Their number is worth more than going on.
    Enough,
    /// The rounds are used up.
    NoRoundLeft,
    /// The shopper left.
    Gone,
    /// Amounts that make no negotiation.
    Senseless,
}

impl Why {
    /// A sentence for the merchant; it contains no amount.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Opening => "The opening price.",
            Self::Step => "The next price down that earns most in expectation.",
            Self::Stands => "There is no lower price to give: the last offer stands.",
            Self::Taken => "The shopper took our price.",
            Self::AsGood => "Their number is at least what we would have named next.",
            Self::Enough => "Their number is worth more than going on.",
            Self::NoRoundLeft => "The rounds are used up.",
            Self::Gone => "The shopper left.",
            Self::Senseless => "The amounts make no negotiation.",
        }
    }
}

/// The least a new offer goes down: a five-hundredth of the last one, and at least one minor unit.
const STEP: i64 = 500;

/// What was said, boiled down.
struct Known {
    /// How many prices were named.
    named: u32,
    /// The lowest of them.
    offer: Option<i64>,
    number: Option<i64>,
    before: Option<i64>,
}

/// The shop's next move.
#[must_use]
pub fn decide(policy: &Policy, standing: &Standing) -> Move {
    let known = known(&standing.said);
    let floor = standing.floor.minor();
    if standing.heard == Heard::Gone {
        return Move::Walk(Why::Gone);
    }
    if !sensible(standing) {
        return Move::Walk(Why::Senseless);
    }
    // Where the floor has risen above what was offered, that can no longer be had; the new floor stands instead.
    let offered = known.offer.map(|offer| offer.max(floor));
    if let (Heard::Yes, Some(offer)) = (standing.heard, known.offer.filter(|offer| *offer >= floor)) {
        return Move::Accept(money(standing, offer), Why::Taken);
    }
    // A shopper who names more than we asked pays what we asked: a price never rises after an offer, and before the
    // first one it is the list price that was asked.
    let asked = offered.unwrap_or(if policy.above_list { i64::MAX } else { standing.list.minor().max(floor) });
    let on_table = match standing.heard {
        Heard::Number(number) if number.minor() >= floor => Some(number.minor().min(asked)),
        _ => None,
    };
    // A caller that counts rounds from 0 means the same as one that counts from 1.
    let round = standing.round.max(known.named.saturating_add(1));
    if round > standing.rounds {
        return match on_table {
            Some(number) => Move::Accept(money(standing, number), Why::Enough),
            None => Move::Walk(Why::NoRoundLeft),
        };
    }
    let Some((wanted, take)) = wanted(policy, standing, &known, round) else {
        return Move::Walk(Why::Senseless);
    };
    let (next, why) = bounded(policy, standing, &known, wanted);
    match on_table {
        Some(number) if number >= next => Move::Accept(money(standing, number), Why::AsGood),
        Some(number) if take.is_some_and(|take| number >= take) => {
            Move::Accept(money(standing, number), Why::Enough)
        }
        _ => Move::Offer(money(standing, next), why),
    }
}

fn money(standing: &Standing, minor: i64) -> Money {
    Money::new(minor, standing.list.currency())
}

fn sensible(standing: &Standing) -> bool {
    let currency = standing.list.currency();
    let same = |amount: Money| amount.currency() == currency;
    let heard = !matches!(standing.heard, Heard::Number(number) if !same(number));
    let said = standing.said.iter().all(|said| match said {
        Said::Seller(price) | Said::Buyer(Some(price)) => same(*price),
        Said::Buyer(None) => true,
    });
    let amounts = same(standing.cost) && same(standing.floor) && heard && said;
    amounts && standing.list.minor() > 0 && standing.cost.minor() >= 0 && standing.floor.minor() >= 0
}

fn known(said: &[Said]) -> Known {
    let mut known = Known { named: 0, offer: None, number: None, before: None };
    for one in said {
        match one {
            Said::Seller(price) => {
                known.named = known.named.saturating_add(1);
                known.offer = Some(known.offer.map_or(price.minor(), |offer| offer.min(price.minor())));
            }
            Said::Buyer(Some(number)) => {
                known.before = known.number;
                known.number = Some(number.minor());
            }
            Said::Buyer(None) => {}
        }
    }
    known
}

/// The price within its bounds: below the last offer, at or above the floor, and above list only when allowed.
fn bounded(policy: &Policy, standing: &Standing, known: &Known, wanted: i64) -> (i64, Why) {
    let floor = standing.floor.minor();
    let list = standing.list.minor();
    let Some(offer) = known.offer else {
        let top = if policy.above_list { wanted } else { wanted.min(list) };
        return (top.max(floor), Why::Opening);
    };
    let step = offer.checked_div(STEP).unwrap_or(0).max(1);
    let next = wanted.min(offer.saturating_sub(step)).max(floor);
    if next < offer { (next, Why::Step) } else { (offer.max(floor), Why::Stands) }
}

/// The price the policy wants, and the number worth taking instead, in minor units.
fn wanted(policy: &Policy, standing: &Standing, known: &Known, round: u32) -> Option<(i64, Option<i64>)> {
    match &policy.rule {
        Rule::Plain(plain) => Some((even_step(plain, standing, round)?, None)),
        Rule::Fitted(fitted) => from_tables(fitted, standing, known, round),
    }
}

fn even_step(plain: &Plain, standing: &Standing, round: u32) -> Option<i64> {
    let open = part(standing.list.minor(), plain.open)?;
    let end = part(standing.cost.minor(), plain.end)?.min(open);
    let steps = i64::from(standing.rounds.saturating_sub(1).max(1));
    let done = i64::from(round.saturating_sub(1)).min(steps);
    let way = i128::from(open.checked_sub(end)?).checked_mul(i128::from(done))?.checked_div(i128::from(steps))?;
    open.checked_sub(i64::try_from(way).ok()?)
}

fn from_tables(fitted: &Fitted, standing: &Standing, known: &Known, round: u32) -> Option<(i64, Option<i64>)> {
    let unit = fitted.reference.unit(standing.list, standing.cost)?;
    let share = |minor: Option<i64>| minor.map_or(Some(None), |minor| unit.share(minor).map(Some));
    let rise = match (known.number, known.before) {
        (Some(number), Some(before)) => Some(ratio(number, before)?),
        _ => None,
    };
    let place = Place {
        round,
        rounds: standing.rounds,
        cost: unit.share(standing.cost.minor())?,
        offer: share(known.offer)?,
        number: share(known.number)?,
        rise,
    };
    let advice = fitted.advice(&place)?;
    let take = match advice.take {
        Some(take) => Some(unit.part(take)?),
        None => None,
    };
    Some((unit.part(advice.next)?, take))
}

/// An amount in millionths of another.
fn ratio(amount: i64, of: i64) -> Option<i64> {
    if of <= 0 {
        return None;
    }
    let millionths = i128::from(amount).checked_mul(i128::from(ONE))?.checked_div(i128::from(of))?;
    i64::try_from(millionths).ok()
}

/// So many millionths of an amount, to the nearest minor unit.
fn part(amount: i64, millionths: i64) -> Option<i64> {
    let product = i128::from(amount).checked_mul(i128::from(millionths))?;
    let half = i128::from(ONE).checked_div(2)?;
    i64::try_from(product.checked_add(half)?.checked_div(i128::from(ONE))?).ok()
}
