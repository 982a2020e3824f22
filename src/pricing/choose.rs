//! Which promotions are used.
//!
//! `AsListed` goes through them in the order of (priority, basis, id) and uses each that may stand beside those used
//! before it. One that takes nothing off this cart keeps no other from being used.
//!
//! `Best` finds the allowed combination that costs the shopper least, everything counted: floors, the order's floor,
//! shipping that is free from some amount, tax. It looks at every combination, in that same order and with each
//! promotion used before it is left out, and skips only those that cannot be cheaper than the best found: the lower
//! bound supposes that all promotions that may still come take off what they would take off alone. So it is exact, and
//! of equally cheap combinations the one that comes first in the order is taken.
//!
//! Beyond [`EXACT_MAX`] candidates at most [`NODES_MAX`] combinations are begun. Before, what `AsListed` would use is
//! tried, and each candidate alone; after, the best is changed as long as one more candidate in it, or a larger one in
//! the place of those it does not go with, makes it cheaper. So the answer is never dearer than any of these, and of a
//! candidate that is not used and could be, it is true that the order costs less without it.

use crate::pricing::input::QuoteError;
use crate::pricing::promotion::{Basis, Promotion, Strategy};
use crate::pricing::rows::Places;
use crate::pricing::scope::Judged;
use crate::pricing::share::by_largest_remainder;
use crate::pricing::sums::{add, left, sub, total};
use crate::pricing::takes::{Sheet, Take, take};

/// Up to so many candidates the best combination is found exactly.
pub const EXACT_MAX: usize = 12;
/// So many combinations are begun when there are more candidates.
pub const NODES_MAX: usize = 100;
/// So many changes of the best of these are tried.
pub const TRIES_MAX: usize = 512;
/// More candidates are not compared.
pub const CANDIDATES_MAX: usize = 64;

/// A promotion whose conditions hold.
pub(in crate::pricing) struct Candidate<'a> {
    pub(in crate::pricing) promotion: &'a Promotion,
    /// Whether it is a coupon of the shop's, written as a promotion.
    pub(in crate::pricing) is_coupon: bool,
    /// Which rows it is worked out on.
    pub(in crate::pricing) hit: Places,
    /// Which rows it concerns: those, and where it gives others for less, these too.
    pub(in crate::pricing) concerns: Places,
    /// What it takes off by itself.
    pub(in crate::pricing) take: Take,
    /// The most its budget still allows.
    pub(in crate::pricing) budget: i64,
    /// Its group, by a number.
    pub(in crate::pricing) group: usize,
    /// Those it does not go together with, as bits.
    pub(in crate::pricing) against: u64,
}

/// What does not change while promotions are picked.
pub(in crate::pricing) struct Cart<'a> {
    pub(in crate::pricing) judged: Judged<'a>,
    pub(in crate::pricing) rounding: crate::pricing::rounding::Rounding,
    /// What each row comes to.
    pub(in crate::pricing) lists: Vec<i64>,
    /// What may come off each row.
    pub(in crate::pricing) rooms: Vec<i64>,
    /// What may come off all rows together.
    pub(in crate::pricing) order_room: i64,
    /// What all rows come to.
    pub(in crate::pricing) subtotal: i64,
}

/// Promotions that are used, and what is off so far.
#[derive(Clone, Debug, Default)]
pub(in crate::pricing) struct Picked {
    /// The places of those used, as bits.
    pub(in crate::pricing) used: u64,
    /// Off each row.
    pub(in crate::pricing) off: Vec<i64>,
    /// Off all rows.
    pub(in crate::pricing) off_sum: i64,
    /// What may still come off the order.
    pub(in crate::pricing) order_left: i64,
    /// Off shipping, at most.
    pub(in crate::pricing) off_shipping: i64,
}

impl Picked {
    /// A copy that keeps the list it has.
    fn become_like(&mut self, other: &Self) {
        let mut off = std::mem::take(&mut self.off);
        off.clone_from(&other.off);
        *self = Self { off, ..*other };
    }

    /// Nothing off, in the list it has.
    fn begin(&mut self, cart: &Cart<'_>) {
        let mut off = std::mem::take(&mut self.off);
        off.clear();
        off.resize(cart.lists.len(), 0);
        *self = Self { off, order_left: cart.order_room, ..Self::default() };
    }
}

/// What one promotion took off at its turn.
#[derive(Clone, Debug)]
pub(in crate::pricing) struct Turn {
    pub(in crate::pricing) place: usize,
    pub(in crate::pricing) shares: Vec<i64>,
    pub(in crate::pricing) basis: i64,
    /// Whether a floor or a budget kept it from taking off all that it promises.
    pub(in crate::pricing) limited: bool,
}

/// What is known of a promotion's turn beside its shares.
struct Put {
    basis: i64,
    limited: bool,
}

/// What a combination costs, and no more than what any that goes on from one costs.
pub(in crate::pricing) trait Costs {
    /// What is paid when this is off.
    fn total(&self, picked: &Picked) -> Result<i64, QuoteError>;
    /// No more than is paid when rows come to `goods` in all, and so much may be off shipping.
    fn least(&self, goods: i64, picked: &Picked, off_shipping: i64) -> Result<i64, QuoteError>;
    /// Whether sending costs nothing when this is off.
    fn ships_for_free(&self, picked: &Picked) -> Result<bool, QuoteError>;
}

impl<'a> Cart<'a> {
    fn start(&self) -> Picked {
        let mut picked = Picked::default();
        picked.begin(self);
        picked
    }

    /// Uses one more promotion. Its shares end at the rows' floors, at the order's floor and at its budget. They are
    /// written to `shares`, so that a search does not need a new list for each combination.
    fn put(
        &self,
        picked: &mut Picked,
        place: usize,
        one: &Candidate<'a>,
        shares: &mut Vec<i64>,
    ) -> Result<Put, QuoteError> {
        let rest;
        let take_now = match one.promotion.basis {
            Basis::List => &one.take,
            Basis::Rest => {
                rest = self.take_of_rest(picked, one)?;
                &rest
            }
        };
        shares.clear();
        for ((share, room), off) in take_now.shares.iter().zip(&self.rooms).zip(&picked.off) {
            shares.push((*share).min(sub(*room, *off)?));
        }
        let sum = total(shares.iter().copied())?;
        let allowed = sum.min(picked.order_left).min(one.budget);
        if allowed < sum {
            *shares = by_largest_remainder(allowed, shares).ok_or(QuoteError::TooLarge)?;
        }
        for (off, share) in picked.off.iter_mut().zip(shares.iter()) {
            *off = add(*off, *share)?;
        }
        picked.order_left = sub(picked.order_left, allowed)?;
        picked.off_sum = add(picked.off_sum, allowed)?;
        picked.off_shipping = picked.off_shipping.saturating_add(take_now.off_shipping.min(one.budget));
        picked.used |= bit(place);
        Ok(Put { basis: take_now.basis, limited: allowed < take_now.wanted })
    }

    fn take_of_rest(&self, picked: &Picked, one: &Candidate<'a>) -> Result<Take, QuoteError> {
        let (nets, rooms) = (left(&self.lists, &picked.off)?, left(&self.rooms, &picked.off)?);
        let sheet = Sheet { nets: &nets, rooms: &rooms, rounding: self.rounding };
        take(one.promotion, one.hit, &self.judged, sheet)
    }

    /// The promotions that are used, and what each takes off, in their order.
    ///
    /// # Errors
    /// When an amount does not fit.
    pub(in crate::pricing) fn choose(
        &self,
        candidates: &[Candidate<'a>],
        strategy: Strategy,
        costs: &impl Costs,
    ) -> Result<(Picked, Vec<Turn>), QuoteError> {
        let used = match strategy {
            Strategy::AsListed => self.as_listed(candidates, costs)?,
            Strategy::Best => Search::over(self, candidates, costs)?.run()?,
        };
        let mut picked = self.start();
        let mut turns = Vec::new();
        for (place, one) in candidates.iter().enumerate().filter(|(place, _)| used & bit(*place) != 0) {
            let mut shares = Vec::with_capacity(self.lists.len());
            let Put { basis, limited } = self.put(&mut picked, place, one, &mut shares)?;
            turns.push(Turn { place, shares, basis, limited });
        }
        Ok((picked, turns))
    }

    /// Each that goes together with those before it; first those that take something off this cart, so that the others
    /// bar none of them.
    fn as_listed(&self, candidates: &[Candidate<'a>], costs: &impl Costs) -> Result<u64, QuoteError> {
        let ships = candidates.iter().any(|one| one.take.off_shipping > 0);
        let free = ships && costs.ships_for_free(&self.start())?;
        let gives = |one: &Candidate<'_>| {
            let off_rows = self.order_room > 0 && one.take.shares.iter().any(|share| *share > 0);
            off_rows || one.take.gift.is_some() || (one.take.off_shipping > 0 && !free)
        };
        let used = joined(candidates, 0, gives);
        Ok(joined(candidates, used, |_| true))
    }
}

pub(in crate::pricing) fn bit(place: usize) -> u64 {
    // There are at most 64 candidates.
    u32::try_from(place).ok().and_then(|place| 1_u64.checked_shl(place)).unwrap_or(0)
}

/// These, and each of those wanted that goes together with all before it.
fn joined(candidates: &[Candidate<'_>], used: u64, wanted: impl Fn(&Candidate<'_>) -> bool) -> u64 {
    let each = candidates.iter().enumerate().filter(|(_, one)| wanted(one));
    each.fold(used, |used, (place, one)| if used & one.against == 0 { used | bit(place) } else { used })
}

/// A search for the cheapest combination.
struct Search<'s, 'a, C> {
    cart: &'s Cart<'a>,
    candidates: &'s [Candidate<'a>],
    costs: &'s C,
    /// For each candidate and row: the most that it and those after it take off the row.
    coming: Vec<Vec<i64>>,
    /// For each candidate: the most that it and those after it take off what others left.
    coming_rest: Vec<i64>,
    /// For each candidate: the most that it and those after it take off shipping.
    coming_shipping: Vec<i64>,
    nodes_left: usize,
    best: Option<(i64, u64)>,
    /// What combinations that were left again leave to be written over.
    spare: Vec<Picked>,
    /// The shares of the promotion that is put on.
    shares: Vec<i64>,
}

impl<'s, 'a, C: Costs> Search<'s, 'a, C> {
    fn over(cart: &'s Cart<'a>, candidates: &'s [Candidate<'a>], costs: &'s C) -> Result<Self, QuoteError> {
        let mut search = Self {
            cart,
            candidates,
            costs,
            coming: Vec::new(),
            coming_rest: Vec::new(),
            coming_shipping: Vec::new(),
            nodes_left: if candidates.len() <= EXACT_MAX { usize::MAX } else { NODES_MAX },
            best: None,
            spare: Vec::new(),
            shares: Vec::with_capacity(cart.lists.len()),
        };
        search.look_ahead()?;
        Ok(search)
    }

    /// Sums from the last candidate to the first. On one row at most one of a group is used, and one that goes
    /// together with nothing is used alone: so on each row it is the largest of each group that counts.
    fn look_ahead(&mut self) -> Result<(), QuoteError> {
        let rows = self.cart.lists.len();
        let mut groups: Vec<Vec<i64>> = Vec::new();
        let (mut together, mut alone) = (vec![0_i64; rows], vec![0_i64; rows]);
        let (mut rest, mut shipping) = (0_i64, 0_i64);
        let (mut coming, mut coming_rest, mut coming_shipping) = (Vec::new(), Vec::new(), Vec::new());
        for one in self.candidates.iter().rev() {
            shipping = shipping.saturating_add(one.take.off_shipping);
            let shares = &one.take.shares;
            if one.promotion.basis == Basis::Rest {
                let within = |(place, room): (usize, &i64)| one.concerns.holds(place).then_some(*room);
                let rooms = self.cart.rooms.iter().enumerate().filter_map(within);
                rest = add(rest, one.take.wanted.min(total(rooms)?))?;
            } else if one.promotion.alone {
                raise(&mut alone, shares);
            } else {
                while groups.len() <= one.group {
                    groups.push(vec![0; rows]);
                }
                if let Some(highest) = groups.get_mut(one.group) {
                    for ((sum, highest), share) in together.iter_mut().zip(highest.iter_mut()).zip(shares) {
                        *sum = add(*sum, share.saturating_sub(*highest).max(0))?;
                        *highest = (*highest).max(*share);
                    }
                }
            }
            let mut most = together.clone();
            raise(&mut most, &alone);
            coming.push(most);
            coming_rest.push(rest);
            coming_shipping.push(shipping);
        }
        coming.reverse();
        coming_rest.reverse();
        coming_shipping.reverse();
        (self.coming, self.coming_rest, self.coming_shipping) = (coming, coming_rest, coming_shipping);
        Ok(())
    }

    fn run(mut self) -> Result<u64, QuoteError> {
        let many = self.candidates.len() > EXACT_MAX;
        if many {
            self.begin()?;
        }
        let start = self.cart.start();
        self.go(0, &start, 0)?;
        if many {
            self.improve()?;
        }
        self.best.map(|(_, used)| used).ok_or(QuoteError::NotDeliverable)
    }

    /// Combinations to beat: what would be used as listed, and each candidate alone.
    fn begin(&mut self) -> Result<(), QuoteError> {
        self.try_these(self.cart.as_listed(self.candidates, self.costs)?)?;
        (0..self.candidates.len()).try_for_each(|place| self.try_these(bit(place)))
    }

    /// Whether a candidate takes more off by itself than these together. What is off shipping is known only later.
    fn is_larger(&self, one: &Candidate<'_>, than: u64) -> bool {
        let alone = |one: &Candidate<'_>| one.take.shares.iter().fold(0, |sum, share| share.saturating_add(sum));
        let those = self.candidates.iter().enumerate().filter(|(place, _)| than & bit(*place) != 0);
        one.take.off_shipping > 0 || alone(one) > those.fold(0, |sum, (_, other)| alone(other).saturating_add(sum))
    }

    /// One more candidate as long as that makes the best cheaper, or a larger one in the place of those it does not go
    /// with; until each was tried since the last that did. What did not go with those others is given another chance.
    fn improve(&mut self) -> Result<(), QuoteError> {
        let mut since = 0_usize;
        for (place, one) in self.candidates.iter().enumerate().cycle().take(TRIES_MAX) {
            let before = self.best;
            if let Some((_, used)) = before.filter(|(_, used)| used & bit(place) == 0) {
                if used & one.against == 0 {
                    self.try_these(used | bit(place))?;
                } else if self.is_larger(one, used & one.against) {
                    let instead = (used & !one.against) | bit(place);
                    self.try_these(joined(self.candidates, instead, |_| true))?;
                }
            }
            since = if self.best == before { since.saturating_add(1) } else { 0 };
            if since >= self.candidates.len() {
                break;
            }
        }
        Ok(())
    }

    fn try_these(&mut self, used: u64) -> Result<(), QuoteError> {
        let mut picked = self.spare.pop().unwrap_or_default();
        picked.begin(self.cart);
        let each = self.candidates.iter().enumerate().filter(|(place, _)| used & bit(*place) != 0);
        for (place, one) in each {
            self.cart.put(&mut picked, place, one, &mut self.shares)?;
        }
        let weighed = self.weigh(&picked);
        self.spare.push(picked);
        weighed
    }

    /// Keeps what is cheaper than the best so far, or as cheap and only adds to it. What cannot be sent is no answer:
    /// with more or less off, it may be.
    fn weigh(&mut self, picked: &Picked) -> Result<(), QuoteError> {
        let total = match self.costs.total(picked) {
            Err(QuoteError::NotDeliverable) => return Ok(()),
            total => total?,
        };
        let adds = |used: u64| used != picked.used && used & picked.used == used;
        if self.best.is_none_or(|(best, used)| total < best || (total == best && adds(used))) {
            self.best = Some((total, picked.used));
        }
        Ok(())
    }

    /// Tries everything from this candidate on, where those in `barred` may not be used any more.
    fn go(&mut self, place: usize, picked: &Picked, barred: u64) -> Result<(), QuoteError> {
        let Some(one) = self.candidates.get(place) else { return self.weigh(picked) };
        let next = place.saturating_add(1);
        if barred & bit(place) != 0 {
            return self.go(next, picked, barred);
        }
        if self.nodes_left == 0 || (self.best.is_some() && !self.may_be_cheaper(place, picked)?) {
            return Ok(());
        }
        self.nodes_left = self.nodes_left.saturating_sub(1);
        let mut with = self.spare.pop().unwrap_or_default();
        with.become_like(picked);
        self.cart.put(&mut with, place, one, &mut self.shares)?;
        self.go(next, &with, barred | one.against)?;
        self.spare.push(with);
        self.go(next, picked, barred)
    }

    fn may_be_cheaper(&self, place: usize, picked: &Picked) -> Result<bool, QuoteError> {
        let (Some((best, _)), Some(coming)) = (self.best, self.coming.get(place)) else { return Ok(true) };
        let cart = self.cart;
        let mut goods = 0_i64;
        let rows = cart.lists.iter().zip(&cart.rooms).zip(picked.off.iter().zip(coming));
        for ((list, room), (off, coming)) in rows {
            goods = add(goods, sub(*list, off.saturating_add(*coming).min(*room))?)?;
        }
        let goods = sub(goods, self.coming_rest.get(place).copied().unwrap_or(0))?;
        let lowest = sub(cart.subtotal, cart.order_room)?;
        let off_shipping =
            picked.off_shipping.saturating_add(self.coming_shipping.get(place).copied().unwrap_or(0));
        Ok(self.costs.least(goods.max(lowest), picked, off_shipping)? < best)
    }
}

fn raise(highest: &mut [i64], shares: &[i64]) {
    for (highest, share) in highest.iter_mut().zip(shares) {
        *highest = (*highest).max(*share);
    }
}
