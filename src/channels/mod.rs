//! Channels: signatures, wire formats, sending, and the limits of each.
//!
//! Owns how a message looks on somebody's wire. Must not touch what a conversation is or who may speak in it.

pub mod whatsapp;
