//! Pricing: the only arithmetic on money.
//!
//! Owns what a cart costs: price lists, promotions, coupons, floors, what was agreed, shipping, tax, rounding, and the
//! quote that says it all. Must not touch the database (outside [`store`]), the clock or floats. Everything is whole
//! minor units, every operation is checked, and what has to be rounded is rounded in one place, `Rounding::divide`.
//!
//! # How a quote comes about
//!
//! 1. **Rows** ([`rows`]). Lines are sorted; lines alike in all that prices depend on become one row. Prices: what was
//!    agreed for the line, else the first price list that holds and knows the thing, else the catalog's. What was
//!    bargained is raised where the order would go below its floor ([`order_floor`]).
//! 2. **Who may** ([`eligible`]). Codes, validity, limits and conditions are judged at list prices, never on what other
//!    promotions left.
//! 3. **How much** ([`takes`]). Each promotion is worked out by itself: rounded once over all rows it concerns, shared
//!    out by largest remainder, ended at each row's floor. One that says `basis = "rest"` is worked out at its turn.
//! 4. **Which** ([`choose`]). As listed, or the allowed combination that costs the shopper least.
//! 5. **What was agreed** for the order comes off as far as floors leave room.
//! 6. **Shipping** on what is left, then **tax** on what is left.
//! 7. **Lines** ([`lines`]): rows are shared out to the lines of the cart; lines sum to the total.
//!
//! # What follows
//!
//! Neither the order of lines or promotions nor the splitting of a line changes an amount. Under `Best`, one more
//! promotion never makes an order dearer while at most [`choose::EXACT_MAX`] may be used at once: it adds combinations
//! and changes no other. Beyond, the answer is never dearer than `AsListed` or any one promotion, and none that is not
//! used would make it cheaper; but it may not be the cheapest there is. No row goes below its floor and no order below
//! its own, whatever stands together or was bargained; only what a person of the shop agreed to does. The steps of a
//! quote lead to its total ([`replay`]).

#![deny(clippy::float_arithmetic, clippy::arithmetic_side_effects)]

pub mod amount;
pub mod body;
pub mod booking;
pub mod calculate;
pub mod choose;
pub mod coupon;
pub mod input;
pub mod measure;
pub mod negotiation;
pub mod prices;
pub mod promotion;
pub mod quote;
pub mod refund;
pub mod replay;
pub mod rounding;
pub mod rules;
pub mod scope;
pub mod shipping;
pub mod store;
pub mod tax;

mod canonical;
mod eligible;
mod lines;
mod mistakes;
mod order_floor;
mod reach;
mod rows;
mod share;
mod sums;
mod takes;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_of_stacking;
