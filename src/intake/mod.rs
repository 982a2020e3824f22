//! Intake: the one door in. Whatever happens outside is a row here before anything else happens.
//!
//! Owns event types, recording each event once, and marking events read. Must not act on events.

pub mod event;
pub mod recorder;
pub mod store;
