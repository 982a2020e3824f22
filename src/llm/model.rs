//! What a turn needs of a model.

use std::future::Future;
use std::pin::Pin;

use crate::agent::entry::{ModelReply, ModelRequest, Usage};

/// A future that a model returns.
pub type Asked<'a> = Pin<Box<dyn Future<Output = Result<ModelReply, NoAnswer>> + Send + 'a>>;

/// Something that answers as a model does: a provider, the guided seller, a script.
pub trait Model: Send + Sync {
    /// Asks once.
    fn ask<'a>(&'a self, request: &'a ModelRequest<'_>) -> Asked<'a>;
}

/// A call without an answer. A provider bills what its model read and wrote, also where nothing of it is of use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoAnswer {
    /// Why there is none.
    pub error: ModelError,
    /// What it cost, in all attempts together.
    pub usage: Usage,
}

impl From<ModelError> for NoAnswer {
    fn from(error: ModelError) -> Self {
        Self { error, usage: Usage::default() }
    }
}

/// Why a model gave no answer. The texts are for the operator and hold nothing a shopper wrote.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// It is away, overloaded or was cut off; the same request may be tried again.
    #[error("the model is away: {0}")]
    Away(String),
    /// It refused, and will refuse again until a setting is changed.
    #[error("the model refused: {0}")]
    Refused(String),
    /// What came back is no answer.
    #[error("the model's answer cannot be read: {0}")]
    Garbage(String),
    /// The conversation or the answer is longer than the model takes.
    #[error("too long for the model: {0}")]
    TooLong(String),
    /// The provider's content filter, or the model itself, declined.
    #[error("declined: {0}")]
    Filtered(String),
    /// The account with the provider is used up.
    #[error("the account with the model's provider is used up: {0}")]
    Budget(String),
}

impl ModelError {
    /// Whether the same request may succeed in a moment.
    #[must_use]
    pub const fn may_be_tried_again(&self) -> bool {
        matches!(self, Self::Away(_))
    }
}
