//! Stripe: signatures, events, amounts and the three calls we make.
//!
//! Owns Stripe's wire format, pinned to one version of its API. Must not decide what a payment means for an order.
//!
//! Facts about the wire are from docs.stripe.com and Stripe's own libraries unless a comment says otherwise.

pub mod amounts;
pub mod client;
pub mod form;
pub mod parse;
pub mod signature;
mod wire;

#[cfg(test)]
mod samples;
