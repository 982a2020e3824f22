//! Checkout: orders and their payment state.
//!
//! Owns the states of an order, what each payment notice does to them, and what an order holds while it is unpaid:
//! stock and the use of a coupon. Must not touch Stripe's JSON.

pub mod apply;
pub mod begin;
pub mod decide;
pub mod list;
pub mod notice;
pub mod order;
pub mod payments;
pub mod record;
pub mod sales;
pub mod state;
pub mod stock;
pub mod store;
pub mod sweep;
