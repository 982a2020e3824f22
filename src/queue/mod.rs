//! The queue: jobs over Postgres rows, by `graphile_worker`.
//!
//! Owns what a job is called, how it is keyed and queued, and which jobs gave up. Must not touch what the rows a
//! job works on mean; the handlers are in `workers`.
//!
//! The job's key coalesces a burst into one run, and whoever runs a conversation's job claims the conversation first,
//! so that one runs at a time. A job may run twice (a worker that was thought dead and was not), so whoever runs one
//! holds a fence.

pub mod gate;
pub mod store;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Answer a conversation's unread events.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TurnJob {
    /// Whose shop.
    pub merchant: Uuid,
    /// Which conversation.
    pub conversation: Uuid,
}

/// Send what is owed in a conversation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeliverJob {
    /// Whose shop.
    pub merchant: Uuid,
    /// Which conversation.
    pub conversation: Uuid,
}

/// Act on a payment notice.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PaymentJob {
    /// Whose shop.
    pub merchant: Uuid,
    /// Which event, by its place in the thread sequence.
    pub event: i64,
}

/// Make the vectors that a shop's products lack.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct VectorsJob {
    /// Whose shop.
    pub merchant: Uuid,
}

/// Fetch a shop's catalog from an address.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FetchSourceJob {
    /// Whose shop.
    pub merchant: Uuid,
    /// Which address.
    pub source: Uuid,
}

/// Apply delivery reports.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReportsJob {
    /// Whose shop.
    pub merchant: Uuid,
}
