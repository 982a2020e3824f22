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

/// Amounts in a list of the right size from the start: collecting results cannot know how many there will be.
pub(in crate::pricing) fn list(
    amounts: impl ExactSizeIterator<Item = Result<i64, QuoteError>>,
) -> Result<Vec<i64>, QuoteError> {
    let mut list = Vec::with_capacity(amounts.len());
    for amount in amounts {
        list.push(amount?);
    }
    Ok(list)
}

/// What is left of amounts.
pub(in crate::pricing) fn left(amounts: &[i64], off: &[i64]) -> Result<Vec<i64>, QuoteError> {
    list(amounts.iter().zip(off).map(|(amount, off)| sub(*amount, *off)))
}
