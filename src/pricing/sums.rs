//! Checked sums of minor units, in one word each.

use crate::pricing::input::QuoteError;

pub(in crate::pricing) fn add(one: i64, other: i64) -> Result<i64, QuoteError> {
    one.checked_add(other).ok_or(QuoteError::TooLarge)
}

pub(in crate::pricing) fn sub(one: i64, other: i64) -> Result<i64, QuoteError> {
    one.checked_sub(other).ok_or(QuoteError::TooLarge)
}

pub(in crate::pricing) fn mul(one: i64, times: i64) -> Result<i64, QuoteError> {
    one.checked_mul(times).ok_or(QuoteError::TooLarge)
}

pub(in crate::pricing) fn total(amounts: impl IntoIterator<Item = i64>) -> Result<i64, QuoteError> {
    amounts.into_iter().try_fold(0, add)
}
