//! Webhooks on their way to the server under test: signed, in order per lane, retried, written down.
//!
//! Must not know what a webhook says; `graph` and `stripe` write the bodies.

pub(in crate::sandbox) mod client;
pub(in crate::sandbox) mod meta_json;
pub mod postman;
mod signature;
