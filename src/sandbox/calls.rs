//! What the server under test asked of the stand-ins.

use serde::Serialize;
use serde_json::Value;

use crate::base::clock::Time;
use crate::sandbox::faults::Service;

/// One call that the server under test made.
#[derive(Clone, Debug, Serialize)]
pub struct ApiCall {
    /// When.
    pub at: Time,
    /// Whom it called.
    pub service: Service,
    /// `POST /v1/…`.
    pub request: String,
    /// What it sent, as text.
    pub body: String,
    /// Its `Idempotency-Key`.
    pub idempotency_key: Option<String>,
    /// The status of the answer, whether or not the answer got through.
    pub status: u16,
    /// The answer.
    pub answer: Value,
}
