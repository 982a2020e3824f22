//! What the rest of the program knows of a model: it is asked, and answers or fails.
//!
//! Must not know any provider. The one who asks decides what a failure means for the turn.

use std::pin::Pin;

use crate::agent::entry::{ModelReply, ModelRequest};

/// The answer to come.
pub type Asked<'a> = Pin<Box<dyn Future<Output = Result<ModelReply, ModelError>> + Send + 'a>>;

/// Something that continues a conversation: a provider's model, or a scripted stand-in.
pub trait Model: Send + Sync {
    /// Asks for the next answer. Bounded in time by the implementation; dropping the future gives the call up.
    fn ask<'a>(&'a self, request: &'a ModelRequest) -> Asked<'a>;
}

/// Why there is no answer. What an endpoint wrote is kept in the variants for the operator; it never names what
/// a shopper wrote.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// It could not be reached, is overloaded, or took too long. Asking again later may work.
    #[error("the model is away: {reason}")]
    Away {
        /// What was seen.
        reason: String,
        /// What it came from, where there is something.
        #[source]
        cause: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
    /// The endpoint will not do this until an operator changes something. In words for the operator.
    #[error("the model endpoint refused: {0}")]
    Refused(String),
    /// The answer cannot be used: not the protocol, cut off, or empty.
    #[error("the model's answer cannot be used: {0}")]
    Garbage(String),
    /// The conversation is too long for the model.
    #[error("the conversation is too long for the model")]
    TooLong,
    /// The provider's filter, or the model itself, declined to answer.
    #[error("the model or its provider's filter declined to answer")]
    Filtered,
    /// The account has no money left.
    #[error("the model account's quota is spent")]
    Quota,
}

impl ModelError {
    /// Away, without a cause worth keeping.
    #[must_use]
    pub fn away(reason: impl Into<String>) -> Self {
        Self::Away { reason: reason.into(), cause: None }
    }

    /// Whether asking the same again may work.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        matches!(self, Self::Away { .. })
    }
}
