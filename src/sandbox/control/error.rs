//! Why the sandbox did not do what its operator asked.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::sandbox::stripe::errors::StripeError;
use crate::sandbox::stripe::ledger::ActionError;

/// Why the sandbox did not do what its operator asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ControlError {
    /// No such business number is connected.
    #[error("no such business number is connected to the sandbox")]
    NoSuchNumber,
    /// The chat has no such message.
    #[error("the chat has no such message")]
    NoSuchMessage,
    /// The message has no such button or row.
    #[error("the message has no such button or row")]
    NoSuchChoice,
    /// No such picture was handed in.
    #[error("no such picture was handed to the sandbox")]
    NoSuchMedia,
    /// The message has no words.
    #[error("the message has no words")]
    NothingWritten,
    /// The picture is of no kind that phones send.
    #[error("a picture is a JPEG, PNG or WebP file")]
    NotAPicture,
    /// The session cannot do that.
    #[error("the session cannot do that")]
    Session(#[source] ActionError),
    /// The refund was refused.
    #[error("the refund was refused: {0}")]
    Refund(String),
    /// No webhook of that number is remembered.
    #[error("no such webhook is remembered, or nobody answered")]
    NoSuchWebhook,
    /// The server under test gave no answer.
    #[error("the server under test gave no answer: {0}")]
    NoAnswer(String),
}

impl From<ActionError> for ControlError {
    fn from(error: ActionError) -> Self {
        Self::Session(error)
    }
}

impl From<StripeError> for ControlError {
    fn from(error: StripeError) -> Self {
        Self::Refund(error.message)
    }
}

impl IntoResponse for ControlError {
    fn into_response(self) -> Response {
        let status = match self {
            Self::NoSuchNumber
            | Self::NoSuchMessage
            | Self::NoSuchChoice
            | Self::NoSuchMedia
            | Self::NoSuchWebhook
            | Self::Session(ActionError::NoSuchSession) => StatusCode::NOT_FOUND,
            Self::NothingWritten | Self::NotAPicture | Self::Refund(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Session(ActionError::WrongStage(_)) => StatusCode::CONFLICT,
            Self::NoAnswer(_) => StatusCode::BAD_GATEWAY,
        };
        (status, Json(json!({"error": self.to_string()}))).into_response()
    }
}
