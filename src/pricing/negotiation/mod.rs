//! Negotiation: what the shop says to a number, worked out by rule.
//!
//! Owns the merchant's bounds ([`settings`]), the next move ([`decide`]), what was offered so far to whom ([`ledger`]),
//! the policy learned from the shop's own past ([`fit`]), trying it on buyers of our own making ([`simulate`]), and
//! whether discounts bring anything ([`truth`]). Must not touch the clock or a language model, nor, but for [`store`],
//! the database. Prices are whole minor units and ratios are whole millionths; only [`fit`] and [`simulate`], which
//! deal in chances, use floats, and what leaves them is whole numbers again.

pub mod amount;
pub mod decide;
pub mod fit;
pub mod history;
pub mod ledger;
pub mod policy;
pub mod reference;
pub mod settings;
pub mod simulate;
pub mod step;
pub mod store;
pub mod truth;

#[cfg(test)]
mod tests;
