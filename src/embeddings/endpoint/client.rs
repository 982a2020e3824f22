//! Asks the endpoint. No retries here: a search does not wait for them, and the job that fills a shop has its own.

use std::sync::Arc;
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::RETRY_AFTER;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::base::language::Language;
use crate::catalog::vectors::embedder::{EmbedError, Embedded, Embedder, Embedding, Purpose, Space};
use crate::embeddings::endpoint::wire::{Request, read};

/// Answers longer than this are not read: 64 vectors of 4,096 numbers as text are shorter.
const BODY_BYTES_MAX: usize = 16 << 20;
/// How long to leave an endpoint alone that asks for a pause and does not say how long.
const PAUSE: Duration = Duration::from_secs(10);
/// No endpoint is left alone for longer than this, whatever it asks.
const PAUSE_MAX: Duration = Duration::from_mins(10);

/// What an operator sets about an endpoint.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where it is, up to `/v1`.
    pub base_url: Url,
    /// Its key; empty for a server that wants none.
    pub key: SecretString,
    /// The space of its vectors: the model's name there, and their dimension.
    pub space: Space,
    /// How long one call may take.
    pub timeout: Duration,
    /// What the model wants before something asked, such as `query: `.
    pub query_prefix: String,
    /// What the model wants before something that may be found, such as `passage: `.
    pub product_prefix: String,
}

/// An endpoint.
#[derive(Clone, Debug)]
pub struct Endpoint {
    http: reqwest::Client,
    address: Url,
    settings: Settings,
}

/// The HTTP client could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client for the embedding endpoint could not be made")]
pub struct NoClient(#[source] reqwest::Error);

impl Endpoint {
    /// An endpoint with these settings.
    ///
    /// # Errors
    /// When no HTTP client can be made.
    pub fn new(settings: Settings) -> Result<Self, NoClient> {
        let http = reqwest::Client::builder()
            .timeout(settings.timeout)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(NoClient)?;
        let mut address = settings.base_url.clone();
        address.set_path(&format!("{}/embeddings", address.path().trim_end_matches('/')));
        Ok(Self { http, address, settings })
    }

    async fn ask(&self, purpose: Purpose, texts: &[String]) -> Result<Embedded, EmbedError> {
        let Space { model, dimension } = &self.settings.space;
        let prefix = match purpose {
            Purpose::Query => &self.settings.query_prefix,
            Purpose::Product => &self.settings.product_prefix,
        };
        let input = texts.iter().map(|text| format!("{prefix}{text}")).collect();
        let mut request =
            self.http.post(self.address.clone()).json(&Request { model, input, encoding_format: "float" });
        let key = self.settings.key.expose_secret();
        if !key.is_empty() {
            request = request.bearer_auth(key);
        }
        let mut response = request.send().await.map_err(|error| away(&error))?;
        let status = response.status();
        if !status.is_success() {
            let wait = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
            let wait = wait.and_then(|seconds| seconds.trim().parse().ok()).map(Duration::from_secs);
            return Err(refusal(status, wait));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| away(&error))? {
            body.extend_from_slice(&chunk);
            if body.len() > BODY_BYTES_MAX {
                return Err(EmbedError::Away("its answer does not end".to_owned()));
            }
        }
        read(&body, texts.len(), *dimension)
    }
}

impl Embedder for Endpoint {
    fn space(&self) -> &Space {
        &self.settings.space
    }

    fn language(&self) -> Option<Language> {
        None
    }

    fn embed(&self, purpose: Purpose, texts: Arc<[String]>) -> Embedding<'_> {
        Box::pin(async move { self.ask(purpose, &texts).await })
    }
}

fn away(error: &reqwest::Error) -> EmbedError {
    let why = if error.is_timeout() {
        "it did not answer in time"
    } else if error.is_connect() {
        "no connection to TRATO_SEARCH__BASE_URL"
    } else {
        "the connection broke"
    };
    EmbedError::Away(why.to_owned())
}

/// What a status means. The body is not looked at: it may repeat what a shopper wrote.
fn refusal(status: StatusCode, wait: Option<Duration>) -> EmbedError {
    let refused = |why: &str| EmbedError::Refused(format!("{}: {why}", status.as_u16()));
    match status.as_u16() {
        429 | 503 if wait.is_some() || status.as_u16() == 429 => {
            EmbedError::Busy(wait.unwrap_or(PAUSE).min(PAUSE_MAX))
        }
        401 | 403 => refused("is TRATO_SEARCH__API_KEY right?"),
        404 => refused("are TRATO_SEARCH__BASE_URL and __MODEL right?"),
        400..=499 => refused("does TRATO_SEARCH__MODEL make embeddings?"),
        other => EmbedError::Away(format!("it answered {other}")),
    }
}
