//! Sends to WhatsApp's Graph API, and says exactly what is known afterwards.
//!
//! Owns the HTTP calls. Must not repeat a call: the API has no idempotency key, so whether a repeat is safe is part
//! of the error, and the queue decides.

pub mod check;

use std::time::Duration;

use reqwest::header::RETRY_AFTER;
use reqwest::redirect::Policy;
use reqwest::{Response, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::Value;
use url::Url;

use crate::base::json::{self, Node};
use crate::channels::whatsapp::codes::{Class, class_of};
use crate::channels::whatsapp::payload::Payload;
use crate::channels::whatsapp::wire::{GraphError, accepted_id};

/// Where the API is, and its version: v26.0 since July 2026; Meta keeps a version for about two years.
pub const GRAPH_URL: &str = "https://graph.facebook.com/v26.0";

/// How the API is reached.
#[derive(Clone, Debug)]
pub struct Settings {
    /// [`GRAPH_URL`], or a stand-in.
    pub base_url: String,
    /// How long a connection may take.
    pub connect_timeout: Duration,
    /// How long an answer may take in all; after it the outcome is unknown.
    pub answer_timeout: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            base_url: GRAPH_URL.to_owned(),
            connect_timeout: Duration::from_secs(5),
            answer_timeout: Duration::from_secs(20),
        }
    }
}

/// The settings make no client.
#[derive(Debug, thiserror::Error)]
pub enum BadSettings {
    /// The base address is not one.
    #[error("`{0}` is not an absolute http address")]
    BaseUrl(String),
    /// TLS could not be set up.
    #[error("the HTTP client could not be built")]
    Http(#[source] reqwest::Error),
}

/// The number that sends, and the right to.
#[derive(Clone, Copy, Debug)]
pub struct Sender<'a> {
    /// WhatsApp's id of the number.
    pub phone_number_id: &'a str,
    /// Its access token.
    pub token: &'a SecretString,
}

/// WhatsApp took the message. Whether it arrives, a report tells later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// WhatsApp's id of the message, `wamid.…`.
    pub wire_id: String,
}

/// Why a message was not taken, and so what may be done next. All but [`SendError::OutcomeUnknown`] mean that
/// nothing was sent.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// WhatsApp stumbled or was not reached: the same message may go again.
    #[error("WhatsApp could not take the message now")]
    Retry {
        /// How long it asked to be left alone.
        after: Option<Duration>,
        /// What it said, if it was reached.
        refusal: Option<Refusal>,
    },
    /// Too many messages to this person: wait 4ⁿ seconds.
    #[error("too many messages to one person")]
    RateLimitedPair,
    /// Too many messages from this number: everything it sends must slow down.
    #[error("too many messages from this number")]
    RateLimitedNumber {
        /// How long it asked to be left alone.
        after: Option<Duration>,
    },
    /// The shopper last wrote more than 24 hours ago.
    #[error("the reply window is closed")]
    WindowClosed,
    /// This person cannot be reached with it.
    #[error("the message cannot reach this person: {0}")]
    Undeliverable(Refusal),
    /// The picture could not be fetched; the words may go without it.
    #[error("the picture could not be used: {0}")]
    Media(Refusal),
    /// The token is dead or lacks the permission.
    #[error("the access token is not valid: {0}")]
    TokenInvalid(Refusal),
    /// Meta stopped the business or its number: a person must act.
    #[error("Meta stopped the business: {0}")]
    BusinessStopped(Refusal),
    /// The message is wrong and will be refused again.
    #[error("WhatsApp refused the message: {0}")]
    Permanent(Refusal),
    /// It may have been sent: the connection broke or went silent after the request was written, or the answer could
    /// not be read. Only a report with our id, or its absence for long, tells.
    #[error("it is not known whether the message was sent")]
    OutcomeUnknown(#[source] Option<reqwest::Error>),
}

/// What WhatsApp said. Only the code prints: the words may quote the message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusal {
    /// The error code, if there was one.
    pub code: Option<i32>,
    /// The words, for the operator's page.
    pub words: Option<String>,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.code {
            Some(code) => write!(f, "error {code}"),
            None => f.write_str("no error code"),
        }
    }
}

/// The Cloud API.
#[derive(Clone, Debug)]
pub struct WhatsApp {
    http: reqwest::Client,
    base_url: Url,
}

impl WhatsApp {
    /// A client with its own connections.
    ///
    /// # Errors
    /// When the base address is none, or TLS cannot be set up.
    pub fn new(settings: &Settings) -> Result<Self, BadSettings> {
        let bad = || BadSettings::BaseUrl(settings.base_url.clone());
        let base_url: Url = settings.base_url.parse().map_err(|_| bad())?;
        if !matches!(base_url.scheme(), "http" | "https") {
            return Err(bad());
        }
        let http = reqwest::Client::builder()
            .connect_timeout(settings.connect_timeout)
            .timeout(settings.answer_timeout)
            // A redirect would carry the token elsewhere; the API has none.
            .redirect(Policy::none())
            .build()
            .map_err(BadSettings::Http)?;
        Ok(Self { http, base_url })
    }

    /// Sends one payload, once.
    ///
    /// # Errors
    /// When it was not accepted, or nobody can tell.
    pub async fn send(&self, sender: Sender<'_>, payload: &Payload) -> Result<Accepted, SendError> {
        let answer = self.post(sender, payload).await?;
        // Accepted, but without an id there is nothing a later report could be matched by but our own id.
        let wire_id = accepted_id(Node::root(&answer)).ok_or(SendError::OutcomeUnknown(None))?;
        Ok(Accepted { wire_id })
    }

    /// Marks the shopper's message (and all before it) read, and shows that somebody is typing until the reply comes
    /// or 25 seconds have passed. Harmless to repeat.
    ///
    /// # Errors
    /// When it was not accepted, or nobody can tell; none of it matters to the sale.
    pub async fn mark_read_and_typing(&self, sender: Sender<'_>, wamid: &str) -> Result<(), SendError> {
        let mark = serde_json::json!({
            "messaging_product": "whatsapp",
            "status": "read",
            "message_id": wamid,
            "typing_indicator": {"type": "text"},
        });
        self.post(sender, &mark).await.map(|_| ())
    }

    async fn post(&self, sender: Sender<'_>, body: &impl Serialize) -> Result<Value, SendError> {
        let request = self
            .http
            .post(self.messages_url(sender.phone_number_id)?)
            .bearer_auth(sender.token.expose_secret())
            .json(body);
        let response = request.send().await.map_err(not_answered)?;
        let status = response.status();
        let after = retry_after(&response);
        // The status line came, so the request was dealt with; what is lost now is only the answer.
        let bytes = response.bytes().await;
        if status.is_success() {
            let bytes = bytes.map_err(|error| SendError::OutcomeUnknown(Some(error.without_url())))?;
            return json::read(&bytes).map_err(|_| SendError::OutcomeUnknown(None));
        }
        let error = bytes.ok().and_then(|bytes| json::read(&bytes).ok());
        let error = error.map(|body| GraphError::read(Node::root(&body).at("error"))).unwrap_or_default();
        Err(refused(status, after, error))
    }

    fn messages_url(&self, phone_number_id: &str) -> Result<Url, SendError> {
        let mut url = self.base_url.clone();
        // Pushed as segments, so that no id can change the path.
        match url.path_segments_mut() {
            Ok(mut path) => path.pop_if_empty().push(phone_number_id).push("messages"),
            Err(()) => return Err(SendError::Permanent(Refusal::default())),
        };
        Ok(url)
    }
}

/// A connection that was never made has carried nothing; of anything later nobody knows.
fn not_answered(error: reqwest::Error) -> SendError {
    if error.is_connect() {
        return SendError::Retry { after: None, refusal: None };
    }
    if error.is_builder() {
        return SendError::Permanent(Refusal::default());
    }
    SendError::OutcomeUnknown(Some(error.without_url()))
}

fn retry_after(response: &Response) -> Option<Duration> {
    let seconds = response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

fn refused(status: StatusCode, after: Option<Duration>, error: GraphError) -> SendError {
    let refusal = Refusal { code: error.code, words: error.words };
    let Some(code) = error.code else { return refused_without_code(status, after, refusal) };
    match class_of(code) {
        Class::Retry => SendError::Retry { after, refusal: Some(refusal) },
        Class::PairRate => SendError::RateLimitedPair,
        Class::NumberRate => SendError::RateLimitedNumber { after },
        Class::WindowClosed => SendError::WindowClosed,
        Class::Undeliverable => SendError::Undeliverable(refusal),
        Class::Media => SendError::Media(refusal),
        Class::TokenInvalid => SendError::TokenInvalid(refusal),
        Class::BusinessStopped => SendError::BusinessStopped(refusal),
        Class::Permanent if error.is_transient => SendError::Retry { after, refusal: Some(refusal) },
        Class::Permanent => SendError::Permanent(refusal),
    }
}

/// No error of Meta's: something between us answered. A gateway that gave up may have passed the request on.
fn refused_without_code(status: StatusCode, after: Option<Duration>, refusal: Refusal) -> SendError {
    match status {
        StatusCode::UNAUTHORIZED => SendError::TokenInvalid(refusal),
        StatusCode::TOO_MANY_REQUESTS => SendError::RateLimitedNumber { after },
        StatusCode::REQUEST_TIMEOUT => SendError::OutcomeUnknown(None),
        status if status.is_server_error() => SendError::OutcomeUnknown(None),
        _ => SendError::Permanent(refusal),
    }
}

#[cfg(test)]
mod tests;
