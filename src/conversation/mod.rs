//! Conversations: one shopper with one merchant on one channel.
//!
//! Owns threads, what a message looks like before any channel's wire format, who is in control, the reply
//! window, what counts as unread, and in which language a shopper writes. Must not touch channels, models or
//! sending.

pub mod address;
pub mod bubble;
pub mod changes;
pub mod control;
pub mod language;
pub mod list;
pub mod store;
pub mod thread;
pub mod waiting;
pub mod window;

#[cfg(test)]
mod tests;
