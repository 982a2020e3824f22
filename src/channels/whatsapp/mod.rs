//! The WhatsApp Cloud API, graph version 26.0.
//!
//! In: [`signature`] and [`verification`] guard the door, [`parse`] turns a body into events. Out: [`payload`] turns
//! a bubble into what is posted, [`client`] posts it, [`codes`] says what a refusal means, [`pacing`] when the
//! next may go. Must not touch conversations' rules, the database or the clock.
//!
//! Facts about the wire are from Meta's "WhatsApp Business Platform" documentation unless a comment says otherwise.

pub mod client;
pub mod codes;
mod content;
pub mod pacing;
pub mod parse;
pub mod payload;
mod person;
pub mod signature;
mod split;
pub mod verification;
mod wire;

#[cfg(test)]
mod samples;
