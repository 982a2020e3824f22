//! Conversations: one shopper with one merchant on one channel.
//!
//! Owns threads, what a message looks like before any channel's wire format, who is in control, the reply
//! window, what counts as unread, and in which language a shopper writes. Must not touch channels, models or
//! sending.

pub mod bubble;
pub mod language;
