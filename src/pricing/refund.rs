//! Giving back: what a part of a quote was paid with.
//!
//! Each line was paid with what is left of it and, when taxes are added, its share of them; shipping with its own.
//! Together these are the total. Of a line of several pieces, the first `n` pieces given back come to `n` parts of
//! what it was paid with, rounded down; so whatever is given back piece by piece sums to exactly what was paid.

use crate::base::money::Money;
use crate::pricing::quote::Quote;
use crate::pricing::tax::TaxMode;

/// What is given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Returned {
    /// Which line, by its place from 0.
    pub line: usize,
    /// How many pieces have been given back before.
    pub before: u32,
    /// How many now.
    pub pieces: u32,
}

/// Why something cannot be given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NothingToReturn {
    /// The quote has no such line.
    #[error("the quote has no line {0}")]
    NoSuchLine(usize),
    /// The line has fewer pieces.
    #[error("the line has only {0} pieces")]
    TooMany(u32),
}

impl Quote {
    /// What a line was paid with, taxes on top included.
    #[must_use]
    pub fn paid_for_line(&self, line: usize) -> Option<Money> {
        let line = self.lines().get(line)?;
        let tax = if self.tax_mode == TaxMode::Added { line.tax_minor } else { 0 };
        line.net.minor().checked_add(tax).map(|minor| Money::new(minor, self.currency()))
    }

    /// What shipping was paid with, taxes on top included.
    #[must_use]
    pub fn paid_for_shipping(&self) -> Money {
        let tax = if self.tax_mode == TaxMode::Added { self.shipping_tax.minor() } else { 0 };
        Money::new(self.shipping.minor().saturating_add(tax), self.currency())
    }

    /// What these pieces were paid with.
    ///
    /// # Errors
    /// When there is no such line, or it has fewer pieces.
    pub fn paid_for(&self, returned: Returned) -> Result<Money, NothingToReturn> {
        let missing = NothingToReturn::NoSuchLine(returned.line);
        let paid = self.paid_for_line(returned.line).ok_or(missing)?;
        let quantity = self.lines().get(returned.line).ok_or(missing)?.quantity;
        let after = returned.before.checked_add(returned.pieces).filter(|after| *after <= quantity);
        let after = after.ok_or(NothingToReturn::TooMany(quantity))?;
        let first = |pieces: u32| {
            let parts = i128::from(paid.minor()).checked_mul(i128::from(pieces))?;
            i64::try_from(parts.checked_div(i128::from(quantity))?).ok()
        };
        let minor = first(after).zip(first(returned.before)).and_then(|(all, before)| all.checked_sub(before));
        Ok(Money::new(minor.unwrap_or(0), self.currency()))
    }
}
