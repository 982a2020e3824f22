//! Talks to a provider through `async-openai`, whose types are bypassed because too few servers keep to them.
//!
//! It makes and sends the request. Its own retries are replaced by ours, which are few and end with the call's time.
//! No body ever reaches its reader, which logs what it cannot read, and that may hold what a shopper wrote: an answer
//! is read here, as JSON or as a stream of events, whichever was sent.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_openai::Client;
use async_openai::config::OpenAIConfig;
use async_openai::error::OpenAIError;
use async_openai::middleware::HttpRequestFactory;
use secrecy::ExposeSecret;
use serde_json::Value;

use crate::agent::entry::{ModelReply, ModelRequest, Usage};
use crate::agent::history::tokens_of;
use crate::llm::model::{Asked, Model, ModelError, NoAnswer};
use crate::llm::openai::errors;
use crate::llm::openai::fold::Fold;
use crate::llm::openai::request::Body;
use crate::llm::openai::settings::{AnswerLimit, Settings};
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
    /// Whether the endpoint turned out to take the other name for the answer's limit than the settings say.
    takes_other_limit: Arc<AtomicBool>,
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

/// What our part of the HTTP stack hands on in place of a response.
#[derive(Debug, thiserror::Error)]
enum Instead {
    #[error("an answer")]
    Answer(Vec<Value>),
    #[error("a failure")]
    Failed(Failed),
}

/// An attempt that gave no answer.
#[derive(Debug)]
struct Failed {
    error: ModelError,
    /// How long the provider asks to be left alone.
    wait: Option<Duration>,
    /// Whether the answer's limit under its other name may be taken.
    about_the_limit: bool,
}

impl From<ModelError> for Failed {
    fn from(error: ModelError) -> Self {
        Self { error, wait: None, about_the_limit: false }
    }
}

/// What the attempts of one call that gave no answer have cost. It outlives a call whose time is up.
#[derive(Default)]
struct Lost(Mutex<Usage>);

impl Lost {
    fn add(&self, usage: Usage) {
        let mut lost = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *lost = lost.plus(usage);
    }

    fn total(&self) -> Usage {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
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
        Ok(Self {
            client: Client::with_config(config).with_http_service(service),
            settings,
            takes_other_limit: Arc::default(),
        })
    }

    async fn ask_within_time(&self, request: &ModelRequest<'_>) -> Result<ModelReply, NoAnswer> {
        let lost = Lost::default();
        let late = |_| Err(ModelError::Away("it did not answer in time".to_owned()));
        let asking = self.ask_until_answered(request, &lost);
        let answer = tokio::time::timeout(self.settings.timeout, asking).await.unwrap_or_else(late);
        let lost = lost.total();
        match answer {
            Ok(reply) => Ok(ModelReply { usage: reply.usage.plus(lost), ..reply }),
            Err(error) => Err(NoAnswer { error, usage: lost }),
        }
    }

    /// Asks; and once more under the other name of the answer's limit, where that may be why it was refused. The name
    /// that worked is remembered.
    async fn ask_until_answered(&self, request: &ModelRequest<'_>, lost: &Lost) -> Result<ModelReply, ModelError> {
        let other = self.takes_other_limit.load(Ordering::Relaxed);
        match self.ask_with_limit(other, request, lost).await {
            Err(failed) if failed.about_the_limit => {
                let reply = self.ask_with_limit(!other, request, lost).await.map_err(|failed| failed.error)?;
                self.takes_other_limit.store(!other, Ordering::Relaxed);
                Ok(reply)
            }
            done => done.map_err(|failed| failed.error),
        }
    }

    async fn ask_with_limit(
        &self,
        other: bool,
        request: &ModelRequest<'_>,
        lost: &Lost,
    ) -> Result<ModelReply, Failed> {
        let answer_limit = match (self.settings.answer_limit, other) {
            (limit, false) => limit,
            (AnswerLimit::MaxCompletionTokens, true) => AnswerLimit::MaxTokens,
            (AnswerLimit::MaxTokens, true) => AnswerLimit::MaxCompletionTokens,
        };
        let body = Body { request, settings: &self.settings, answer_limit };
        let mut pause = PAUSE;
        for _ in 1..self.settings.attempts_max {
            let failed = match self.attempt(&body, lost).await {
                Err(failed) if failed.error.may_be_tried_again() => failed,
                done => return done,
            };
            if failed.wait.is_some_and(|wait| wait > PAUSE_MAX) {
                return Err(failed);
            }
            tokio::time::sleep(failed.wait.unwrap_or(pause)).await;
            pause *= 2;
        }
        self.attempt(&body, lost).await
    }

    async fn attempt(&self, body: &Body<'_>, lost: &Lost) -> Result<ModelReply, Failed> {
        let mut fold = Fold::default();
        let read = self.pieces(body).await?.iter().try_for_each(|piece| fold.take(piece));
        let usage = fold.usage(self.settings.prices, |answer| estimate(body.request, answer));
        let mut reply = read.and_then(|()| fold.finish(usage)).inspect_err(|_| lost.add(usage))?;
        if reply.model.is_empty() {
            reply.model.clone_from(&self.settings.model);
        }
        Ok(reply)
    }

    async fn pieces(&self, body: &Body<'_>) -> Result<Vec<Value>, Failed> {
        match self.client.chat().create_byot::<_, Value>(body).await {
            Ok(whole) => Ok(vec![whole]),
            Err(OpenAIError::Boxed(instead)) => match instead.downcast::<Instead>().map(|instead| *instead) {
                Ok(Instead::Answer(pieces)) => Ok(pieces),
                Ok(Instead::Failed(failed)) => Err(failed),
                Err(_) => Err(ModelError::Away("the request could not be sent".to_owned()).into()),
            },
            Err(error) => Err(in_sending(&error).into()),
        }
    }
}

impl Model for OpenAi {
    fn ask<'a>(&'a self, request: &'a ModelRequest<'_>) -> Asked<'a> {
        Box::pin(self.ask_within_time(request))
    }
}

/// Sends one request, once, and reads what comes back. Nothing goes on as a response.
async fn send(http: &reqwest::Client, request: HttpRequestFactory) -> Result<reqwest::Response, OpenAIError> {
    let response = http.execute(request.build().await?).await.map_err(OpenAIError::Reqwest)?;
    let status = response.status();
    let header = |name: reqwest::header::HeaderName| {
        response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_ascii_lowercase)
    };
    let wait =
        header(reqwest::header::RETRY_AFTER).and_then(|seconds| seconds.parse().ok()).map(Duration::from_secs);
    let body = read(response).await?;
    let body = String::from_utf8_lossy(&body);
    let answer = if status.is_success() { pieces(&body) } else { None };
    let instead = answer.map_or_else(
        || {
            let about_the_limit = errors::is_about_the_limit(status.as_u16(), &body);
            Instead::Failed(Failed { error: errors::of_response(status.as_u16(), &body), wait, about_the_limit })
        },
        Instead::Answer,
    );
    Err(OpenAIError::Boxed(Box::new(instead)))
}

async fn read(mut response: reqwest::Response) -> Result<Vec<u8>, OpenAIError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(OpenAIError::Reqwest)? {
        body.extend_from_slice(&chunk);
        if body.len() > BODY_BYTES_MAX {
            let failed = ModelError::Garbage("it does not end".to_owned()).into();
            return Err(OpenAIError::Boxed(Box::new(Instead::Failed(failed))));
        }
        // Some servers say that they are done and keep the connection open.
        if body.trim_ascii_end().ends_with(b"[DONE]") {
            break;
        }
    }
    Ok(body)
}

/// A whole answer, or the data of a stream's events. What servers declare is not to be relied on.
fn pieces(body: &str) -> Option<Vec<Value>> {
    if let Ok(whole) = serde_json::from_str(body) {
        return Some(vec![whole]);
    }
    let mut pieces = Vec::new();
    let mut data = String::new();
    for line in body.lines() {
        if line.is_empty() && !data.is_empty() {
            pieces.extend(piece(&std::mem::take(&mut data))?);
        }
        if let Some(more) = line.strip_prefix("data:") {
            data.push_str(more);
            data.push('\n');
        }
    }
    // The last event may lack its empty line; or it was cut off, and with it the end of the answer.
    pieces.extend(piece(&data).flatten());
    (!pieces.is_empty()).then_some(pieces)
}

/// The data of one event: JSON, or the mark of the end. Anything else is `None`.
#[expect(clippy::option_option, reason = "the mark of the end is right, and no piece")]
fn piece(data: &str) -> Option<Option<Value>> {
    match data.trim() {
        "" | "[DONE]" => Some(None),
        data => serde_json::from_str(data).ok().map(Some),
    }
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

/// The tokens of a call whose server did not count them.
fn estimate(request: &ModelRequest<'_>, answer: &str) -> (u32, u32) {
    let entries = request.entries.iter().map(|entry| tokens_of(entry, &tokens::count));
    let tools = request.tools.iter().flat_map(|tool| [tool.name, tool.description, tool.schema.get()]);
    let read = tokens::count(&request.system) + entries.sum::<usize>() + tools.map(tokens::count).sum::<usize>();
    let saturated = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    (saturated(read), saturated(tokens::count(answer)))
}
