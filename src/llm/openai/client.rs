//! Talks to a provider through `async-openai`, whose types are bypassed because too few servers keep to them.
//!
//! Its own retries are replaced by ours, which are few and end with the call's time; its logging of bodies is
//! avoided, because they hold what shoppers wrote; and an answer is read as JSON or as a stream of events, whichever
//! was sent.

use std::time::Duration;

use async_openai::Client;
use async_openai::config::OpenAIConfig;
use async_openai::error::OpenAIError;
use async_openai::middleware::HttpRequestFactory;
use futures::StreamExt;
use secrecy::ExposeSecret;
use serde_json::Value;

use crate::agent::entry::{ModelReply, ModelRequest};
use crate::agent::history::tokens_of;
use crate::llm::model::{Asked, Model, ModelError};
use crate::llm::openai::errors;
use crate::llm::openai::fold::Fold;
use crate::llm::openai::request;
use crate::llm::openai::settings::Settings;
use crate::llm::tokens;

/// Whole answers and error pages longer than this are not read.
const BODY_BYTES_MAX: usize = 4 << 20;
/// The first pause before another attempt; it doubles.
const PAUSE: Duration = Duration::from_millis(300);
/// A provider that wants a longer pause than this counts as away.
const PAUSE_MAX: Duration = Duration::from_secs(5);

/// A model behind an endpoint.
#[derive(Clone, Debug)]
pub struct OpenAi {
    client: Client<OpenAIConfig>,
    settings: Settings,
}

/// Settings that no client can be made from.
#[derive(Debug, thiserror::Error)]
pub enum BadSettings {
    /// The key or the address has characters that a request cannot carry.
    #[error("the model's key has characters that no header can carry")]
    Key,
    /// The address is none.
    #[error("the model's base URL is not a web address")]
    BaseUrl,
    /// The HTTP client could not be made.
    #[error("the HTTP client could not be made")]
    Http(#[source] reqwest::Error),
}

/// What our part of the HTTP stack hands on in place of a response: `async-openai` reads streams only.
#[derive(Debug, thiserror::Error)]
enum Instead {
    #[error("a whole answer")]
    Whole(Vec<Value>),
    #[error("a failure")]
    Failed { error: ModelError, wait: Option<Duration> },
}

impl OpenAi {
    /// A model with these settings.
    ///
    /// # Errors
    /// When they cannot make a request.
    pub fn new(settings: Settings) -> Result<Self, BadSettings> {
        let key = settings.key.expose_secret();
        if !key.bytes().all(|byte| (0x20..0x7F).contains(&byte)) {
            return Err(BadSettings::Key);
        }
        let address = url::Url::parse(&settings.base_url).map_err(|_| BadSettings::BaseUrl)?;
        if !matches!(address.scheme(), "http" | "https") {
            return Err(BadSettings::BaseUrl);
        }
        let config = OpenAIConfig::new()
            .with_api_base(settings.base_url.clone())
            .with_api_key(key)
            .with_org_id("")
            .with_project_id("");
        let http = reqwest::Client::builder()
            .timeout(settings.timeout)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(BadSettings::Http)?;
        let service = tower::service_fn(move |request: HttpRequestFactory| {
            let http = http.clone();
            async move { send(&http, request).await }
        });
        Ok(Self { client: Client::with_config(config).with_http_service(service), settings })
    }

    async fn ask_within_time(&self, request: &ModelRequest) -> Result<ModelReply, ModelError> {
        let late = |_| ModelError::Away("it did not answer in time".to_owned());
        tokio::time::timeout(self.settings.timeout, self.ask_until_answered(request)).await.map_err(late)?
    }

    async fn ask_until_answered(&self, request: &ModelRequest) -> Result<ModelReply, ModelError> {
        let body = request::body(request, &self.settings);
        let mut pause = PAUSE;
        for _ in 1..self.settings.attempts_max {
            let (error, wait) = match self.attempt(&body, request).await {
                Err((error, wait)) if error.may_be_tried_again() => (error, wait),
                done => return done.map_err(|(error, _)| error),
            };
            if wait.is_some_and(|wait| wait > PAUSE_MAX) {
                return Err(error);
            }
            tokio::time::sleep(wait.unwrap_or(pause)).await;
            pause *= 2;
        }
        self.attempt(&body, request).await.map_err(|(error, _)| error)
    }

    async fn attempt(
        &self,
        body: &Value,
        request: &ModelRequest,
    ) -> Result<ModelReply, (ModelError, Option<Duration>)> {
        let at_once = |error: ModelError| (error, None);
        let mut fold = Fold::default();
        match self.client.chat().create_stream_byot::<_, Value>(body).await {
            Ok(mut pieces) => {
                while let Some(piece) = pieces.next().await {
                    fold.take(&piece.map_err(|error| at_once(in_stream(&error)))?).map_err(at_once)?;
                }
            }
            Err(OpenAIError::Boxed(instead)) => match instead.downcast::<Instead>() {
                Ok(instead) => match *instead {
                    Instead::Whole(pieces) => {
                        pieces.iter().try_for_each(|piece| fold.take(piece)).map_err(at_once)?;
                    }
                    Instead::Failed { error, wait } => return Err((error, wait)),
                },
                Err(_) => return Err(at_once(ModelError::Away("the request could not be sent".to_owned()))),
            },
            Err(error) => return Err(at_once(in_sending(&error))),
        }
        fold.finish(self.settings.prices, |answer| estimate(request, answer)).map_err(at_once)
    }
}

impl Model for OpenAi {
    fn ask<'a>(&'a self, request: &'a ModelRequest) -> Asked<'a> {
        Box::pin(self.ask_within_time(request))
    }
}

/// Sends one request, once. Only a stream of events goes on as a response.
async fn send(http: &reqwest::Client, request: HttpRequestFactory) -> Result<reqwest::Response, OpenAIError> {
    let instead = |instead: Instead| OpenAIError::Boxed(Box::new(instead));
    let response = http.execute(request.build().await?).await.map_err(OpenAIError::Reqwest)?;
    let status = response.status();
    let header = |name: reqwest::header::HeaderName| {
        response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_ascii_lowercase)
    };
    let wait =
        header(reqwest::header::RETRY_AFTER).and_then(|seconds| seconds.parse().ok()).map(Duration::from_secs);
    let events = header(reqwest::header::CONTENT_TYPE).is_some_and(|kind| kind.starts_with("text/event-stream"));
    if status.is_success() && events {
        return Ok(response);
    }
    let body = read(response).await?;
    let body = String::from_utf8_lossy(&body);
    if !status.is_success() {
        return Err(instead(Instead::Failed { error: errors::of_response(status.as_u16(), &body), wait }));
    }
    Err(instead(pieces(&body).map_or_else(
        || Instead::Failed { error: errors::of_response(status.as_u16(), &body), wait },
        Instead::Whole,
    )))
}

async fn read(mut response: reqwest::Response) -> Result<Vec<u8>, OpenAIError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(OpenAIError::Reqwest)? {
        body.extend_from_slice(&chunk);
        if body.len() > BODY_BYTES_MAX {
            let error = ModelError::Garbage("it does not end".to_owned());
            return Err(OpenAIError::Boxed(Box::new(Instead::Failed { error, wait: None })));
        }
    }
    Ok(body)
}

/// A body that was not declared as a stream: a whole answer, or a stream all the same.
fn pieces(body: &str) -> Option<Vec<Value>> {
    if let Ok(whole) = serde_json::from_str(body) {
        return Some(vec![whole]);
    }
    let data = body.lines().filter_map(|line| line.strip_prefix("data:")).map(str::trim);
    let pieces: Result<Vec<Value>, _> = data.filter(|data| *data != "[DONE]").map(serde_json::from_str).collect();
    pieces.ok().filter(|pieces| !pieces.is_empty())
}

fn in_sending(error: &OpenAIError) -> ModelError {
    match error {
        OpenAIError::Reqwest(error) if error.is_timeout() => {
            ModelError::Away("it did not answer in time".to_owned())
        }
        OpenAIError::Reqwest(error) if error.is_connect() => {
            ModelError::Away("no connection to the model's base URL".to_owned())
        }
        OpenAIError::Reqwest(_) => ModelError::Away("the connection broke".to_owned()),
        _ => ModelError::Refused("the request could not be made; check the model's settings".to_owned()),
    }
}

fn in_stream(error: &OpenAIError) -> ModelError {
    match error {
        OpenAIError::JSONDeserialize(..) => ModelError::Garbage("a piece of it is not JSON".to_owned()),
        _ => ModelError::Away("the answer was cut off".to_owned()),
    }
}

/// The tokens of a call whose server did not count them.
fn estimate(request: &ModelRequest, answer: &str) -> (u32, u32) {
    let entries = request.entries.iter().map(|entry| tokens_of(entry, &tokens::count));
    let read = tokens::count(&request.system) + entries.sum::<usize>();
    let saturated = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    (saturated(read), saturated(tokens::count(answer)))
}
