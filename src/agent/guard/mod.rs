//! The reply guard: nothing leaves that no tool gave.
//!
//! Owns the comparison of a draft with the evidence: amounts, percentages, claims that something was done, stock
//! figures, delivery promises, links and addresses. Must not know who drafted, nor decide what happens to a refused
//! draft. It fails closed: whatever it cannot read, or cannot check, is refused.
//!
//! It is a reader of numbers and set phrases in English, Spanish and Portuguese, not of meaning. It does not see
//! which product an amount is said of, nor claims put in words it does not list.

mod amount;
mod claim;
mod contact;
mod delivery;
pub mod finding;
mod gift;
mod known;
mod money;
mod pattern;
mod reading;
mod stock;
#[cfg(test)]
mod tests;
mod token;
mod vocabulary;

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::agent::evidence::Evidence;
use crate::agent::guard::finding::{Finding, FindingKind, Verdict};
use crate::agent::guard::known::Known;
use crate::agent::guard::pattern::Broken;
use crate::agent::guard::reading::Reading;
use crate::base::money::{Currency, Money};

/// The longest draft that is read, in bytes.
const DRAFT_BYTES_MAX: usize = 16_384;
/// The most findings that are told.
const FINDINGS_MAX: usize = 8;

/// Compares a draft with the evidence of the conversation, oldest first (the shop's policies among it), and with what
/// the shopper wrote in it.
#[must_use]
pub fn check(draft: &str, evidence: &[&Evidence], heard: &[&str]) -> Verdict {
    if draft.len() > DRAFT_BYTES_MAX {
        return unreadable("the draft is too long. Write one short message.");
    }
    // A mistake of ours must not let a draft out.
    match catch_unwind(AssertUnwindSafe(|| examine(draft, evidence, heard))) {
        Ok(Ok(findings)) if findings.is_empty() => Verdict::Pass,
        Ok(Ok(findings)) => Verdict::Refuse(findings),
        Ok(Err(_)) | Err(_) => unreadable("the draft could not be checked. Write it in other words."),
    }
}

/// Whether a text says this amount, however it is written.
#[must_use]
pub fn says(text: &str, amount: Money) -> bool {
    let fits = |mention: &amount::Mention| {
        mention.unit.fits(amount.currency().code())
            && mention.number.is_some_and(|number| number.equals(amount.minor(), amount.currency().exponent()))
    };
    amount::mentions(&Reading::of(text)).iter().any(fits)
}

/// Every amount in a text that has this currency beside it.
#[must_use]
pub fn amounts(text: &str, currency: Currency) -> Vec<Money> {
    let mentions = amount::mentions(&Reading::of(text));
    let ours = mentions.iter().filter(|mention| mention.has_currency() && mention.unit.fits(currency.code()));
    let minor = ours.filter_map(|mention| mention.number?.minor(currency.exponent()));
    minor.map(|minor| Money::new(minor, currency)).collect()
}

/// Whether a text has this amount among its numbers, with or without a currency; "2k" and "2.000" are two thousand too.
#[must_use]
pub fn names(text: &str, amount: Money) -> bool {
    let is_amount = |number: token::Decimal| number.equals(amount.minor(), amount.currency().exponent());
    known::names(&Reading::of(text), &is_amount)
}

fn examine(draft: &str, evidence: &[&Evidence], heard: &[&str]) -> Result<Vec<Finding>, Broken> {
    let reading = Reading::of(draft);
    if let Some(character) = reading.unreadable {
        return Ok(vec![Finding {
            kind: FindingKind::Unreadable,
            text: character.escape_unicode().to_string(),
            reason: "The draft has characters that hide or stand for numbers. Write numbers in plain digits."
                .to_owned(),
        }]);
    }
    let known = Known::new(evidence, heard);
    let mut findings = Vec::new();
    let amounts = amount::mentions(&reading);
    money::examine(&reading, &known, &amounts, &mut findings)?;
    claim::examine(&reading, &known, &mut findings)?;
    gift::examine(&reading, &known, &mut findings)?;
    stock::examine(&reading, &known, &mut findings)?;
    contact::examine(&reading, &known, &amounts, &mut findings)?;
    delivery::examine(&reading, &known, &mut findings)?;
    findings.dedup_by(|later, earlier| later.text == earlier.text && later.kind == earlier.kind);
    findings.truncate(FINDINGS_MAX);
    Ok(findings)
}

fn unreadable(reason: &str) -> Verdict {
    Verdict::Refuse(vec![Finding {
        kind: FindingKind::Unreadable,
        text: String::new(),
        reason: format!("Not sent: {reason}"),
    }])
}
