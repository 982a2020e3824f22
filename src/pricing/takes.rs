//! What one promotion takes off a cart by itself: an amount for each row.
//!
//! Units that are free or cheaper are the cheapest there are; ties go by SKU. A promotion that counts pieces passes
//! over what is sold by weight, length or time. None takes more off a row than its floor leaves room for.

use crate::base::money::BasisPoints;
use crate::base::names::Sku;
use crate::pricing::input::QuoteError;
use crate::pricing::promotion::{BundleItem, BuyGet, Gives, Promotion, Tier, TierBy, Tiered};
use crate::pricing::rounding::Rounding;
use crate::pricing::rows::{Places, Row};
use crate::pricing::scope::Judged;
use crate::pricing::share::{by_largest_remainder, within_room};
use crate::pricing::sums::{add, list, mul, sub, total};

/// What a promotion takes off.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::pricing) struct Take {
    /// Off each row.
    pub(in crate::pricing) shares: Vec<i64>,
    /// What it was worked out on.
    pub(in crate::pricing) basis: i64,
    /// What it would take off if there were no floors.
    pub(in crate::pricing) wanted: i64,
    /// Its percentage, when it is one.
    pub(in crate::pricing) percent: Option<BasisPoints>,
    /// The most it takes off shipping.
    pub(in crate::pricing) off_shipping: i64,
    /// What it gives on top.
    pub(in crate::pricing) gift: Option<(Sku, u32)>,
}

/// What is there to take from: what each row comes to, and how much of that may come off.
#[derive(Clone, Copy, Debug)]
pub(in crate::pricing) struct Sheet<'a> {
    pub(in crate::pricing) nets: &'a [i64],
    pub(in crate::pricing) rooms: &'a [i64],
    pub(in crate::pricing) rounding: Rounding,
}

/// What a promotion takes off rows in its scope (`hit`).
///
/// # Errors
/// When an amount does not fit.
pub(in crate::pricing) fn take(
    promotion: &Promotion,
    hit: Places,
    cart: &Judged<'_>,
    sheet: Sheet<'_>,
) -> Result<Take, QuoteError> {
    let basis = total(masked(sheet.nets, hit))?;
    let rounding = sheet.rounding;
    let plain = |shares: Vec<i64>| -> Result<Take, QuoteError> {
        let wanted = total(shares.iter().copied())?;
        let shares = shares.iter().zip(sheet.rooms).map(|(share, room)| *share.min(room)).collect();
        Ok(Take { shares, basis, wanted, ..Take::default() })
    };
    let units = Units { rows: cart.rows, hit };
    match &promotion.gives {
        Gives::Percent(percent) => part(percent.0, hit, basis, sheet),
        Gives::Amount(amount) => off(cart.amount(*amount)?, hit, basis, sheet),
        Gives::AmountEach(amount) => {
            let each = cart.amount(*amount)?;
            plain(units.each(|row| mul(each.min(row.unit), i64::from(row.quantity)))?)
        }
        Gives::FixedPrice(price) => {
            let price = cart.amount(*price)?;
            plain(per_row(cart.rows, hit, |row| {
                if row.unit <= price {
                    return Ok(0);
                }
                sub(row.list, row.line.measure.price_flat(price, row.parts, rounding)?).map(|off| off.max(0))
            })?)
        }
        Gives::BuyGet(rule) => buy_get(rule, &units, basis, sheet),
        Gives::CheapestFree { from } => {
            let free = i64::from(units.count() >= i64::from(*from) && *from > 0);
            plain(units.cheapest(free)?)
        }
        Gives::Multibuy { take, pay } => {
            let times = units.count().checked_div(i64::from(*take)).unwrap_or(0);
            plain(units.cheapest(mul(times, i64::from(take.saturating_sub(*pay)))?)?)
        }
        Gives::Tiered(tiered) => match reached(tiered, &units, cart)? {
            Some(Tier { percent: Some(percent), .. }) => part(percent.0, hit, basis, sheet),
            Some(Tier { amount: Some(amount), .. }) => off(cart.amount(amount)?, hit, basis, sheet),
            _ => plain(vec![0; cart.rows.len()]),
        },
        Gives::FreeShipping { up_to } => {
            let off_shipping = up_to.map_or(Ok(i64::MAX), |up_to| cart.amount(up_to))?;
            Ok(Take { shares: vec![0; cart.rows.len()], basis, off_shipping, ..Take::default() })
        }
        Gives::Gift { sku, quantity } => Ok(Take {
            shares: vec![0; cart.rows.len()],
            basis,
            gift: Some((sku.clone(), *quantity)),
            ..Take::default()
        }),
        Gives::Bundle { items, price } => plain(bundle(items, cart.amount(*price)?, &units)?),
    }
}

fn masked(amounts: &[i64], hit: Places) -> impl Iterator<Item = i64> {
    amounts.iter().zip(hit.each()).map(|(amount, is_in)| if is_in { *amount } else { 0 })
}

fn per_row(
    rows: &[Row<'_>],
    hit: Places,
    amount: impl Fn(&Row<'_>) -> Result<i64, QuoteError>,
) -> Result<Vec<i64>, QuoteError> {
    let mut is_in = hit.each();
    list(rows.iter().map(|row| if is_in.next() == Some(true) { amount(row) } else { Ok(0) }))
}

/// A percentage is a promise on each row: what a floor holds back on one is not made up on another.
fn part(percent: BasisPoints, hit: Places, basis: i64, sheet: Sheet<'_>) -> Result<Take, QuoteError> {
    let wanted = sheet.rounding.part(basis, percent).ok_or(QuoteError::TooLarge)?;
    let nets: Vec<i64> = masked(sheet.nets, hit).collect();
    let mut shares = by_largest_remainder(wanted, &nets).ok_or(QuoteError::TooLarge)?;
    for (share, room) in shares.iter_mut().zip(sheet.rooms) {
        *share = (*share).min(*room);
    }
    Ok(Take { shares, basis, wanted, percent: Some(percent), ..Take::default() })
}

/// An amount is a promise on all rows together: it goes where there is room.
fn off(amount: i64, hit: Places, basis: i64, sheet: Sheet<'_>) -> Result<Take, QuoteError> {
    let wanted = amount.min(basis);
    let nets: Vec<i64> = masked(sheet.nets, hit).collect();
    let rooms: Vec<i64> = masked(sheet.rooms, hit).collect();
    let shares = within_room(wanted, &nets, &rooms).ok_or(QuoteError::TooLarge)?;
    Ok(Take { shares, basis, wanted, ..Take::default() })
}

/// The highest step that is reached.
fn reached(tiered: &Tiered, units: &Units<'_>, cart: &Judged<'_>) -> Result<Option<Tier>, QuoteError> {
    let mut best: Option<(i64, Tier)> = None;
    for tier in &tiered.tiers {
        let (there, from) = match tiered.by {
            TierBy::Amount => {
                let lists = cart
                    .rows
                    .iter()
                    .enumerate()
                    .filter(|(place, _)| units.hit.holds(*place))
                    .map(|(_, row)| row.list);
                (total(lists)?, cart.amount(tier.from)?)
            }
            TierBy::Quantity => (units.count(), tier.from.scaled(0).ok_or(QuoteError::Amount(tier.from))?),
        };
        if there >= from && best.as_ref().is_none_or(|(highest, _)| from > *highest) {
            best = Some((from, *tier));
        }
    }
    Ok(best.map(|(_, tier)| tier))
}

/// The pieces in a scope.
struct Units<'a> {
    rows: &'a [Row<'a>],
    hit: Places,
}

impl Units<'_> {
    fn each(&self, amount: impl Fn(&Row<'_>) -> Result<i64, QuoteError>) -> Result<Vec<i64>, QuoteError> {
        per_row(self.rows, self.hit, |row| if row.is_pieces() { amount(row) } else { Ok(0) })
    }

    /// Places of the rows that count, the cheapest first.
    fn by_price(&self) -> Vec<usize> {
        let counts = |place: &usize| self.hit.holds(*place) && self.rows.get(*place).is_some_and(Row::is_pieces);
        let mut places: Vec<usize> = (0..self.rows.len()).filter(counts).collect();
        // Rows stand in the order of their SKUs, and the sort keeps it among equals.
        places.sort_by_key(|place| self.rows.get(*place).map_or(0, |row| row.unit));
        places
    }

    fn quantity(&self, place: usize) -> i64 {
        self.rows.get(place).map_or(0, |row| i64::from(row.quantity))
    }

    fn unit(&self, place: usize) -> i64 {
        self.rows.get(place).map_or(0, |row| row.unit)
    }

    fn count(&self) -> i64 {
        let rows = self.rows.iter().zip(self.hit.each()).filter(|(row, is_in)| *is_in && row.is_pieces());
        rows.fold(0, |sum, (row, _)| sum.saturating_add(i64::from(row.quantity)))
    }

    /// What the cheapest so many cost, on each row.
    fn cheapest(&self, mut free: i64) -> Result<Vec<i64>, QuoteError> {
        let mut shares = vec![0; self.rows.len()];
        for place in self.by_price() {
            let here = free.min(self.quantity(place));
            free = sub(free, here)?;
            if let Some(share) = shares.get_mut(place) {
                *share = mul(here, self.unit(place))?;
            }
        }
        Ok(shares)
    }
}

/// For so many bought, the cheapest others for less; no piece is both. As often as it fits: with `a` pieces to buy,
/// `b` to get and `u` in either, `t` times fits if `t × buy ≤ a`, `t × get ≤ b` and `t × (buy + get) ≤ u`.
fn buy_get(rule: &BuyGet, buys: &Units<'_>, basis: i64, sheet: Sheet<'_>) -> Result<Take, QuoteError> {
    let rows = buys.rows;
    let hit = rule.of.as_ref().map_or(buys.hit, |of| Places::of(rows, |row| row.open && of.holds(row.line)));
    let gets = Units { rows, hit };
    let all = Units { rows, hit: buys.hit.or(hit) };
    let (buy, get) = (i64::from(rule.buy), i64::from(rule.get));
    let fits = |there: i64, needed: i64| there.checked_div(needed).unwrap_or(0);
    let often = fits(buys.count(), buy).min(fits(gets.count(), get)).min(fits(all.count(), add(buy, get)?));
    let times = often.min(rule.times_max.map_or(i64::MAX, i64::from));
    let mut wanted = mul(times, get)?;
    // So many of the pieces that count as bought may be got; the others have to stay.
    let mut spare = sub(buys.count(), mul(times, buy)?)?;
    let mut prices = vec![0; rows.len()];
    for place in gets.by_price() {
        let counts_as_bought = buys.hit.holds(place);
        let here = wanted.min(gets.quantity(place)).min(if counts_as_bought { spare } else { i64::MAX });
        wanted = sub(wanted, here)?;
        if counts_as_bought {
            spare = sub(spare, here)?;
        }
        if let Some(price) = prices.get_mut(place) {
            *price = mul(here, gets.unit(place))?;
        }
    }
    let got = Sheet { nets: &prices, ..sheet };
    let take = part(rule.percent.0, gets.hit, total(prices.iter().copied())?, got)?;
    Ok(Take { basis, percent: None, ..take })
}

/// What complete sets cost less than their pieces; the difference is shared out by what the pieces cost.
fn bundle(items: &[BundleItem], price: i64, units: &Units<'_>) -> Result<Vec<i64>, QuoteError> {
    let of = |item: &BundleItem| -> Vec<usize> {
        let holds = |place: &usize| units.rows.get(*place).is_some_and(|row| row.line.sku == item.sku);
        units.by_price().into_iter().filter(holds).collect()
    };
    let mut sets = if items.is_empty() { 0 } else { i64::MAX };
    for item in items {
        let there = total(of(item).into_iter().map(|place| units.quantity(place)))?;
        sets = sets.min(there.checked_div(i64::from(item.quantity)).unwrap_or(0));
    }
    let mut prices = vec![0; units.rows.len()];
    for item in items {
        let mut left = mul(sets, i64::from(item.quantity))?;
        for place in of(item) {
            let here = left.min(units.quantity(place));
            left = sub(left, here)?;
            if let Some(sum) = prices.get_mut(place) {
                *sum = add(*sum, mul(here, units.unit(place))?)?;
            }
        }
    }
    let saved = sub(total(prices.iter().copied())?, mul(sets, price)?)?.max(0);
    by_largest_remainder(saved, &prices).ok_or(QuoteError::TooLarge)
}
