//! The steps of a quote done again: an explanation that does not lead to the total is no explanation.

use crate::base::money::Money;
use crate::pricing::input::QuoteError;
use crate::pricing::quote::Step;
use crate::pricing::sums::{add, sub, total};

/// What the steps come to: lines, what came off each, shipping, taxes on top.
///
/// # Errors
/// When a step names a line that is not there, takes off more than there is, or says another sum than it leads to.
pub fn replay(steps: &[Step]) -> Result<i64, Contradiction> {
    let mut lines: Vec<i64> = Vec::new();
    let (mut shipping, mut taxes, mut said) = (0, 0, None);
    for (place, step) in steps.iter().enumerate() {
        let wrong = || Contradiction { step: place };
        let sum = |one: i64, other: Money| add(one, other.minor()).map_err(|_| wrong());
        match step {
            Step::Listed { subtotal, lines: listed } => {
                lines.clone_from(listed);
                if total(lines.iter().copied()) != Ok(subtotal.minor()) {
                    return Err(wrong());
                }
            }
            Step::TakenOff { amount, shares, .. } => {
                for share in shares {
                    let at = usize::try_from(share.line).ok().and_then(|line| lines.get_mut(line));
                    let line = at.ok_or_else(wrong)?;
                    *line = sub(*line, share.minor).ok().filter(|left| *left >= 0).ok_or_else(wrong)?;
                }
                if total(shares.iter().map(|share| share.minor)) != Ok(amount.minor()) {
                    return Err(wrong());
                }
            }
            Step::Shipped { amount, .. } => shipping = sum(shipping, *amount)?,
            Step::ShippedForLess { amount, .. } => {
                shipping = sub(shipping, amount.minor()).ok().filter(|left| *left >= 0).ok_or_else(wrong)?;
            }
            Step::Taxed { amount, added: true, .. } => taxes = sum(taxes, *amount)?,
            Step::Totalled { total } => said = Some((place, total.minor())),
            _ => {}
        }
    }
    let end = Contradiction { step: steps.len() };
    let done: Result<i64, QuoteError> = total(lines.into_iter().chain([shipping, taxes]));
    let (place, said) = said.ok_or(end)?;
    if done == Ok(said) { Ok(said) } else { Err(Contradiction { step: place }) }
}

/// Steps that contradict each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("step {step} says something else than the steps before it lead to")]
pub struct Contradiction {
    /// The first that does not fit.
    pub step: usize,
}
