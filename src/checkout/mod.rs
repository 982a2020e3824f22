//! Checkout: orders and their payment state.
//!
//! Owns the states of an order and what each payment notice does to them. Must not touch Stripe's JSON.

pub mod notice;
pub mod payments;
