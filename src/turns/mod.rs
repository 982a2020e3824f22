//! The log of turns: claiming a conversation with a fence, saving each step, settling in one statement.
//!
//! Owns the rows of a turn and the rule that a worker holding an old fence changes nothing. Must not touch what a
//! turn decides: that is `agent`; nor the order of its steps: that is `workers`.
//!
//! The log is the audit: what the model was asked (by fingerprint), what it answered, which tools ran with which
//! results, what the guard said, what it cost. Replaying the steps gives the turn again.

pub mod history;
pub mod store;
