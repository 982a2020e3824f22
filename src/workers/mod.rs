//! The loops that do things: turns, deliveries, payment notices, delivery reports, the sweep over orders.
//!
//! Owns the order of steps, and when transactions begin and end. Must not hold rules of any kind: those are in the
//! feature folders. No transaction is open while a model, Stripe or Meta is answering.

pub mod delivery;
pub mod jobs;
pub mod leftovers;
pub mod pace;
pub mod payment;
pub mod reports;
pub mod shops;
pub mod sources;
pub mod sweep;
pub mod turn;
pub mod vectors;
