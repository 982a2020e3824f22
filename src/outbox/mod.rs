//! The outbox: the one door out. Whatever is said to a shopper is a row here first, whoever said it.
//!
//! Owns saying once, the order of messages within a conversation, and delivery state. Must not decide what to say.

pub mod say;
pub mod state;
pub mod store;
