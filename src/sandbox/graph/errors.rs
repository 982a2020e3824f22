//! Meta's refusals: code, HTTP status and wording.
//!
//! Rate limits really come with HTTP 400 (Meta, "Cloud API error codes"), so callers must branch on the code.

use serde_json::{Value, json};

use crate::sandbox::tokens;

/// A refusal of the Graph API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphError {
    /// Meta's code.
    pub code: u32,
    /// The words after `(#code)`.
    pub message: String,
    /// `error_data.details`, where Meta says what it did not like.
    pub details: Option<String>,
}

impl GraphError {
    /// The refusal of this code, in Meta's words for it.
    pub fn of(code: u32) -> Self {
        let (title, details) = explained(code);
        Self { code, message: title.to_owned(), details: Some(details.to_owned()) }
    }

    /// 100: the request is not of the right form.
    pub fn parameter(message: impl Into<String>) -> Self {
        Self { code: 100, message: message.into(), details: None }
    }

    /// 131008: something is missing.
    pub fn missing(details: impl Into<String>) -> Self {
        Self { details: Some(details.into()), ..Self::of(131_008) }
    }

    /// 131009: a value is outside its limits.
    pub fn value(details: impl Into<String>) -> Self {
        Self { details: Some(details.into()), ..Self::of(131_009) }
    }

    /// The HTTP status it comes with.
    pub const fn status(&self) -> u16 {
        match self.code {
            0 | 190 => 401,
            10 | 200..=299 | 368 | 130_497 | 131_005 | 131_031 => 403,
            132_001 => 404,
            3 | 131_000 | 131_016 | 131_045 | 131_057 => 500,
            2 => 503,
            _ => 400,
        }
    }

    /// The body of the answer.
    pub fn body(&self) -> Value {
        let kind =
            if self.code == 100 && self.details.is_none() { "GraphMethodException" } else { "OAuthException" };
        let mut error = json!({
            "message": format!("(#{}) {}", self.code, self.message),
            "type": kind,
            "code": self.code,
            "fbtrace_id": tokens::letters("A", 22),
        });
        if let Some(details) = &self.details {
            error["error_data"] = json!({"messaging_product": "whatsapp", "details": details});
        }
        json!({ "error": error })
    }

    /// The entry in `errors` of a failed status.
    pub fn in_status(&self) -> Value {
        json!({
            "code": self.code,
            "title": self.message,
            "message": self.message,
            "error_data": {"details": self.details.as_deref().unwrap_or(&self.message)},
            "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
        })
    }
}

const fn explained(code: u32) -> (&'static str, &'static str) {
    match code {
        4 => ("Application request limit reached", "The app has reached its API call rate limit."),
        80_007 => ("Rate limit issues", "The WhatsApp Business Account has reached its rate limit."),
        130_429 => ("Rate limit hit", "Cloud API message throughput has been reached."),
        130_472 => ("User's number is part of an experiment", "Message was not sent as part of an experiment."),
        131_000 => ("Something went wrong", "Message failed to send due to an unknown error."),
        131_005 => ("Access denied", "Permission is either not granted or has been removed."),
        131_008 => ("Required parameter is missing", "The request is missing a required parameter."),
        131_009 => ("Parameter value is not valid", "One or more parameter values are invalid."),
        131_016 => ("Service unavailable", "A service is temporarily unavailable."),
        131_021 => ("Recipient cannot be sender", "Sender and recipient phone number is the same."),
        131_026 => ("Message undeliverable", "Unable to deliver message to this recipient."),
        131_031 => ("Account has been locked", "The business account has been disabled for a policy violation."),
        131_042 => ("Business eligibility payment issue", "There was an error related to your payment method."),
        131_047 => (
            "Re-engagement message",
            "Message failed to send because more than 24 hours have passed since the customer last replied to this number.",
        ),
        131_048 => ("Spam rate limit hit", "Message failed to send because of restrictions on this phone number."),
        131_049 => ("Meta chose not to deliver", "This message was not delivered to maintain healthy engagement."),
        131_051 => ("Unsupported message type", "Message type is currently not supported."),
        131_053 => ("Media upload error", "Unable to upload the media used in the message."),
        131_056 => (
            "(Business Account, Consumer Account) pair rate limit hit",
            "Too many messages sent from this phone number to the same phone number in a short period of time.",
        ),
        131_057 => ("Account in maintenance mode", "The business account is in maintenance mode."),
        132_001 => ("Template name does not exist in the translation", "There is no such template."),
        190 => ("Authentication Error", "The access token is not valid."),
        2 => ("API Service", "Temporary issue due to downtime or due to being overloaded."),
        _ => ("Something went wrong", "The request could not be handled."),
    }
}
