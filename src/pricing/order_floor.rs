//! The least for all rows together.
//!
//! It is worked out on what the rows cost before anything was bargained: else each bargain would lower the floor along
//! with the price. What a person of the shop agreed to is the merchant's own word and counts as a list price.

use crate::base::money::Money;
use crate::pricing::input::{OrderFloor, QuoteError, QuoteInput};
use crate::pricing::rounding::Rounding;
use crate::pricing::rows::Row;
use crate::pricing::share::by_largest_remainder;
use crate::pricing::sums::{add, sub, total};

/// What may come off all rows together, which come to `subtotal`.
///
/// # Errors
/// When an amount does not fit.
pub(in crate::pricing) fn room(rows: &[Row<'_>], floor: OrderFloor, subtotal: i64) -> Result<i64, QuoteError> {
    sub(subtotal, least(floor, before(rows)?)?).map(|room| room.max(0))
}

/// Raises what was bargained to where the order does not go below its floor, and says whether it had to. Each bargain
/// gives way in proportion to what it took off, and none ends above the list price.
///
/// # Errors
/// When an amount does not fit.
pub(in crate::pricing) fn hold(rows: &mut [Row<'_>], input: &QuoteInput) -> Result<bool, QuoteError> {
    if rows.iter().all(|row| row.bargained.is_none()) {
        return Ok(false);
    }
    let before = before(rows)?;
    let missing = sub(least(input.order_floor, before)?.min(before), total(rows.iter().map(|row| row.list))?)?;
    if missing <= 0 {
        return Ok(false);
    }
    let off: Vec<i64> = rows.iter().map(|row| row.before_bargain().saturating_sub(row.list).max(0)).collect();
    let shares = by_largest_remainder(missing, &off).ok_or(QuoteError::TooLarge)?;
    for (row, share) in rows.iter_mut().zip(shares).filter(|(_, share)| *share > 0) {
        raise(row, share, input.rounding)?;
    }
    Ok(true)
}

fn before(rows: &[Row<'_>]) -> Result<i64, QuoteError> {
    total(rows.iter().map(Row::before_bargain))
}

fn least(floor: OrderFloor, lists: i64) -> Result<i64, QuoteError> {
    let part = floor.part.map_or(Some(0), |part| Rounding::up(lists, part)).ok_or(QuoteError::TooLarge)?;
    Ok(part.max(floor.amount.map_or(0, Money::minor)))
}

/// Raises the price of one until the row comes to so much more. Pieces have a whole price each, so it may be a few
/// minor units beyond.
fn raise(row: &mut Row<'_>, by: i64, rounding: Rounding) -> Result<(), QuoteError> {
    let Some(listed) = row.bargained else { return Ok(()) };
    let measure = &row.line.measure;
    let unit = measure.unit_reaching(add(row.list, by)?, row.parts)?;
    let list = measure.price_flat(unit, row.parts, rounding)?;
    (row.unit, row.list) = if list < listed.list { (unit, list) } else { (listed.unit, listed.list) };
    if row.line.agreed.is_none_or(|agreed| !agreed.combines) {
        row.floor = row.list;
    }
    Ok(())
}
