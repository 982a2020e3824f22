//! The stand-in for Stripe: Checkout Sessions, refunds, their webhooks and the hosted pay page.

mod amounts;
mod answers;
pub(in crate::sandbox) mod errors;
pub(in crate::sandbox) mod form;
mod idempotency;
pub mod ledger;
pub(in crate::sandbox) mod notify;
mod parameters;
pub(in crate::sandbox) mod pay;
pub(in crate::sandbox) mod routes;
pub(in crate::sandbox) mod rules;
mod schema;
pub mod session;
mod wire;
