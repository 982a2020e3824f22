//! The three calls we make to Stripe: open a session, look at it, close it.
//!
//! Owns the HTTP calls and their bounded repeats, which are safe here because every one carries a key or changes
//! nothing twice. Must not decide what a payment means.

pub mod check;

use std::sync::Arc;
use std::time::Duration;

use anyhow::anyhow;
use backon::{ExponentialBuilder, Retryable};
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{RequestBuilder, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use url::Url;

use crate::base::json::{self, Node};
use crate::checkout::notice::{NoticeKind, PaymentNotice};
use crate::checkout::payments::{Asked, PaymentLinks, PaymentsError, Session, SessionRequest};
use crate::stripe::form::session_form;
use crate::stripe::wire::{API_VERSION, SessionObject};

/// Where the API is.
pub const STRIPE_URL: &str = "https://api.stripe.com";

const IDEMPOTENCY_KEY_MAX: usize = 255;

/// How the API is reached.
#[derive(Clone, Debug)]
pub struct Settings {
    /// [`STRIPE_URL`], or a stand-in.
    pub base_url: String,
    /// How long a connection may take.
    pub connect_timeout: Duration,
    /// How long one answer may take in all.
    pub answer_timeout: Duration,
    /// How often a call is repeated at most.
    pub repeats_max: usize,
    /// The wait before the first repeat; it doubles with each.
    pub wait_min: Duration,
    /// The longest wait. Where Stripe asks for a longer one, the call is given up instead.
    pub wait_max: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            base_url: STRIPE_URL.to_owned(),
            connect_timeout: Duration::from_secs(5),
            answer_timeout: Duration::from_secs(20),
            repeats_max: 3,
            wait_min: Duration::from_millis(500),
            wait_max: Duration::from_secs(5),
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

/// Stripe's API, for any account.
#[derive(Clone, Debug)]
pub struct Stripe {
    http: reqwest::Client,
    base_url: Url,
    settings: Arc<Settings>,
}

impl Stripe {
    /// A client with its own connections.
    ///
    /// # Errors
    /// When the base address is none, or TLS cannot be set up.
    pub fn new(settings: Settings) -> Result<Self, BadSettings> {
        let bad = || BadSettings::BaseUrl(settings.base_url.clone());
        let base_url: Url = settings.base_url.parse().map_err(|_| bad())?;
        if !matches!(base_url.scheme(), "http" | "https") {
            return Err(bad());
        }
        let http = reqwest::Client::builder()
            .connect_timeout(settings.connect_timeout)
            .timeout(settings.answer_timeout)
            // A redirect would carry the key elsewhere; the API has none.
            .redirect(Policy::none())
            .build()
            .map_err(BadSettings::Http)?;
        Ok(Self { http, base_url, settings: Arc::new(settings) })
    }

    /// One merchant's account.
    #[must_use]
    pub fn account(&self, api_key: SecretString) -> Account {
        Account { stripe: self.clone(), api_key }
    }
}

/// One merchant's account at Stripe.
#[derive(Clone, Debug)]
pub struct Account {
    stripe: Stripe,
    api_key: SecretString,
}

impl PaymentLinks for Account {
    fn open<'a>(&'a self, request: &'a SessionRequest) -> Asked<'a, Session> {
        Box::pin(self.open_session(request))
    }

    fn look_up<'a>(&'a self, session: &'a str) -> Asked<'a, Session> {
        Box::pin(async move { session_of(&self.object(session).await?) })
    }

    fn close<'a>(&'a self, session: &'a str) -> Asked<'a, Session> {
        Box::pin(self.close_session(session))
    }
}

impl Account {
    async fn open_session(&self, request: &SessionRequest) -> Result<Session, PaymentsError> {
        let key = request.idempotency_key.as_str();
        if key.is_empty() || key.len() > IDEMPOTENCY_KEY_MAX {
            return Err(PaymentsError::Refused("the idempotency key is empty or too long".to_owned()));
        }
        let form = session_form(request).map_err(|error| PaymentsError::Refused(chain(&error)))?;
        let url = self.sessions_url(&[])?;
        let call = || {
            self.stripe
                .http
                .post(url.clone())
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header("Idempotency-Key", key)
                .body(form.clone())
        };
        let object = SessionObject::read(Node::root(&self.ask(call, Keyed::Yes).await?));
        if object.total != Some(request.total) {
            let (id, total) = (object.id.unwrap_or_default(), object.total);
            let words = format!("session {id} would charge {total:?} instead of {:?}", request.total);
            return Err(PaymentsError::Refused(words));
        }
        session_of(&object)
    }

    /// What is no longer open cannot be closed, which Stripe calls an error; what it has become is the answer.
    async fn close_session(&self, session: &str) -> Result<Session, PaymentsError> {
        let url = self.sessions_url(&[session, "expire"])?;
        let closed = self.ask(|| self.stripe.http.post(url.clone()), Keyed::No).await;
        match closed {
            Ok(answer) => session_of(&SessionObject::read(Node::root(&answer))),
            Err(PaymentsError::Refused(words)) => match self.object(session).await? {
                open if open.status.as_deref() == Some("open") => Err(PaymentsError::Refused(words)),
                over => session_of(&over),
            },
            Err(error) => Err(error),
        }
    }

    async fn object(&self, session: &str) -> Result<SessionObject, PaymentsError> {
        let url = self.sessions_url(&[session])?;
        let answer = self.ask(|| self.stripe.http.get(url.clone()), Keyed::No).await?;
        Ok(SessionObject::read(Node::root(&answer)))
    }

    fn sessions_url(&self, rest: &[&str]) -> Result<Url, PaymentsError> {
        let mut url = self.stripe.base_url.clone();
        // Pushed as segments, so that no id can change the path. An empty one would name the whole list.
        match url.path_segments_mut() {
            Ok(mut path) if rest.iter().all(|part| !part.is_empty()) => {
                path.pop_if_empty().extend(["v1", "checkout", "sessions"]).extend(rest);
            }
            _ => return Err(PaymentsError::Refused("there is no such session".to_owned())),
        }
        Ok(url)
    }

    /// Asks until it is answered or the repeats are used up.
    async fn ask(&self, call: impl Fn() -> RequestBuilder, keyed: Keyed) -> Result<Value, PaymentsError> {
        let settings = &self.stripe.settings;
        let waits = ExponentialBuilder::default()
            .with_min_delay(settings.wait_min)
            .with_max_delay(settings.wait_max)
            .with_max_times(settings.repeats_max)
            .with_jitter();
        let mut server_errors = 0;
        let answer = (|| self.ask_once(call()))
            .retry(waits)
            .when(|failure| {
                server_errors += u32::from(matches!(failure, Failure::Server { .. }));
                failure.may_pass(keyed, server_errors)
            })
            .adjust(|failure, wait| failure.wait(wait, settings.wait_max))
            .await;
        answer.map_err(|failure| failure.into_error(keyed))
    }

    async fn ask_once(&self, request: RequestBuilder) -> Result<Value, Failure> {
        let request = request.bearer_auth(self.api_key.expose_secret()).header("Stripe-Version", API_VERSION);
        let lost = |error: reqwest::Error| Failure::Passing {
            after: None,
            asked_to_stop: false,
            cause: error.without_url().into(),
        };
        let response = request.send().await.map_err(lost)?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.bytes().await.map_err(lost)?;
        let body = json::read(&body).unwrap_or_default();
        if status.is_success() && body.is_object() {
            return Ok(body);
        }
        Err(Failure::read(status, &headers, Node::root(&body).at("error")))
    }
}

/// Whether Stripe keeps the first answer under a key of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keyed {
    Yes,
    No,
}

/// One call without the answer that was hoped for.
#[derive(Debug)]
enum Failure {
    /// It will be refused again.
    Refused(String),
    /// There is no such object in this account and mode.
    NoSuch,
    /// It may pass: not reached, busy, or another call with the key is under way.
    Passing { after: Option<Duration>, asked_to_stop: bool, cause: anyhow::Error },
    /// Status 500. Under a key it is kept, and every repeat gets it again.
    Server { is_kept: bool, cause: anyhow::Error },
}

impl Failure {
    fn read(status: StatusCode, headers: &HeaderMap, error: Node<'_>) -> Self {
        let words = words(status, error);
        let told = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let is_kept = told("Idempotent-Replayed") == Some("true") && status.is_server_error();
        if status == StatusCode::INTERNAL_SERVER_ERROR || is_kept {
            return Self::Server { is_kept, cause: anyhow!(words) };
        }
        let should_repeat = told("Stripe-Should-Retry");
        let passes = matches!(status, StatusCode::CONFLICT | StatusCode::TOO_MANY_REQUESTS)
            || status.is_server_error()
            || status.is_success()
            || should_repeat == Some("true");
        if status == StatusCode::NOT_FOUND && error.at("code").word().as_deref() == Some("resource_missing") {
            return Self::NoSuch;
        }
        if !passes {
            return Self::Refused(words);
        }
        let after = told(RETRY_AFTER.as_str()).and_then(|seconds| seconds.trim().parse().ok());
        Self::Passing {
            after: after.map(Duration::from_secs),
            asked_to_stop: should_repeat == Some("false"),
            cause: anyhow!(words),
        }
    }

    /// A 500 under a key is looked at once more, in case it was not kept; without a key it is like any other.
    const fn may_pass(&self, keyed: Keyed, server_errors: u32) -> bool {
        match self {
            Self::Refused(_) | Self::NoSuch => false,
            Self::Passing { asked_to_stop, .. } => !*asked_to_stop,
            Self::Server { is_kept, .. } => match keyed {
                Keyed::Yes => !*is_kept && server_errors < 2,
                Keyed::No => true,
            },
        }
    }

    fn wait(&self, planned: Option<Duration>, wait_max: Duration) -> Option<Duration> {
        match self {
            Self::Passing { after: Some(after), .. } if *after > wait_max => None,
            Self::Passing { after: Some(after), .. } => planned.map(|planned| planned.max(*after)),
            _ => planned,
        }
    }

    fn into_error(self, keyed: Keyed) -> PaymentsError {
        match self {
            Self::Refused(words) => PaymentsError::Refused(words),
            Self::NoSuch => PaymentsError::NoSuchSession,
            Self::Server { .. } if keyed == Keyed::Yes => PaymentsError::KeyIsBurnt,
            Self::Passing { cause, .. } | Self::Server { cause, .. } => PaymentsError::Away(cause),
        }
    }
}

/// `400 idempotency_error: Keys for idempotent requests can only …`
fn words(status: StatusCode, error: Node<'_>) -> String {
    let code = error.at("code").word().or_else(|| error.at("type").word()).unwrap_or_default();
    let message = error.at("message").word().unwrap_or_default();
    format!("{} {code}: {message}", status.as_u16())
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        words = format!("{words}: {cause}");
        source = cause.source();
    }
    words
}

fn session_of(object: &SessionObject) -> Result<Session, PaymentsError> {
    let unreadable = |what: &str| PaymentsError::Away(anyhow!("Stripe's answer has no {what}"));
    let livemode = object.livemode.ok_or_else(|| unreadable("livemode"))?;
    Ok(Session {
        id: object.id.clone().ok_or_else(|| unreadable("id"))?,
        url: object.url.clone(),
        livemode,
        expires_at: object.expires_at.ok_or_else(|| unreadable("expires_at"))?,
        notice: known_so_far(object, livemode),
    })
}

/// A voucher that was never paid looks like one that may still be: only the event tells those apart.
fn known_so_far(object: &SessionObject, livemode: bool) -> Option<PaymentNotice> {
    let kind = match object.status.as_deref()? {
        "complete" => object.completed_kind()?,
        "expired" => NoticeKind::Expired,
        _ => return None,
    };
    Some(object.notice(kind, livemode))
}

#[cfg(test)]
mod tests;
