//! Pricing: the only arithmetic on money.
//!
//! Owns what a cart costs: lines, coupons, shipping, tax, rounding, and the quote that says it. Must not touch the
//! database (outside [`store`]), the clock or floats. Everything is whole minor units, every operation is checked,
//! and an amount that comes from a percentage is rounded in one place, [`rounding::Rounding::divide`], once over the
//! whole quote and never per line.

#![deny(clippy::float_arithmetic, clippy::arithmetic_side_effects)]

pub mod calculate;
pub mod coupon;
pub mod input;
pub mod negotiation;
pub mod quote;
pub mod rounding;
pub mod store;

mod share;

#[cfg(test)]
mod tests;
