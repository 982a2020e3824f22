//! A server: the parts built from settings, started in order, stopped in the opposite order.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::PgPool;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tower_http::services::ServeDir;

use crate::agent::prompt::Prompts;
use crate::agent::turn::Limits;
use crate::app::vectors;
use crate::base::clock::Clock;
use crate::base::store::connections::Connections;
use crate::catalog::export::store::Feeds;
use crate::catalog::finder::Finder;
use crate::catalog::sources::address::Reach;
use crate::catalog::sources::client as sources;
use crate::catalog::sources::client::Fetcher;
use crate::catalog::sources::store::queue_all as queue_all_sources;
use crate::catalog::uploads::FILE_BYTES_MAX;
use crate::catalog::vectors::embedder::Embedder;
use crate::channels::whatsapp::client as whatsapp;
use crate::config::{AnswerLimit, ConfigError, Settings};
use crate::conversation::changes::Changes;
use crate::conversation::changes::store::{announce, listen};
use crate::intake::recorder::Recorder;
use crate::intake::store::{Intake, Timing};
use crate::llm::model::Model;
use crate::llm::openai;
use crate::llm::openai::client::OpenAi;
use crate::llm::openai::settings::Prices;
use crate::merchants::api_keys::store::ApiKeys;
use crate::merchants::sealed::Keyring;
use crate::merchants::staff::store::SignIns;
use crate::merchants::store::Merchants;
use crate::postgres::connect::{PoolSettings, QUEUE_CONNECTIONS, pool, queue_pool};
use crate::queue::store::queue_all_vectors;
use crate::stripe::client as stripe;
use crate::telemetry::start_metrics;
use crate::tools::registry;
use crate::web::api::ApiState;
use crate::web::catalog::CatalogState;
use crate::web::feeds::FeedsState;
use crate::web::health::Health;
use crate::web::hooks::HookState;
use crate::web::hooks::routes::Routes;
use crate::web::inbox::{InboxSettings, InboxState};
use crate::web::pay_pages::PayPages;
use crate::web::products::ProductsState;
use crate::web::search::SearchDesk;
use crate::web::{Site, router};
use crate::workers::delivery::Deliveries;
use crate::workers::jobs::{Crew, GRACE, Post, Shift, hire, keep_at_work};
use crate::workers::leftovers::keep_swept;
use crate::workers::pace::Pace;
use crate::workers::payment::Payments;
use crate::workers::reports::Reports;
use crate::workers::shops::{Links, Shops};
use crate::workers::sources::SourceWorker;
use crate::workers::sweep::Sweep;
use crate::workers::turn::{TurnSettings, TurnWorker};
use crate::workers::vectors::Vectors;

/// A server that is running.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its connections.
    pub pool: PgPool,
    connections: Connections,
    stop: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
}

/// What a server is handed beside its settings.
pub struct Given {
    /// Where the database is.
    pub database_url: SecretString,
    /// Pictures served under `/media`, beside those of the media folder.
    pub media: Router,
    /// The time.
    pub clock: Clock,
}

impl Server {
    /// Builds and starts everything.
    ///
    /// # Errors
    /// When a setting is missing or wrong, in a sentence that names it; when the address is taken; when the database
    /// does not answer.
    pub async fn start(settings: &Settings, given: Given) -> anyhow::Result<Self> {
        let pool = open_pool(settings, &given.database_url)?;
        let connections = Connections::keeping(pool.clone());
        let parts = Parts::build(settings, &pool, &connections, given.clock)?;
        let listener = TcpListener::bind(settings.server.bind).await.with_context(|| {
            format!(
                "the address {} is taken: stop what listens there or set TRATO_SERVER__BIND",
                settings.server.bind
            )
        })?;
        let address = listener.local_addr()?;
        let stop = CancellationToken::new();
        let site = parts.site(settings, &pool, stop.clone(), given.media)?;
        let mut tasks = vec![tokio::spawn(serve(listener, router(site), stop.clone()))];
        let crew = parts.crew(&pool, &connections);
        let queue = queue_pool(given.database_url.expose_secret(), limits(settings))?;
        for post in [Post::Turns, Post::Others] {
            let worker = hire(&queue, &crew, shift(settings), post, &stop).await?;
            let vacancy = (queue.clone(), crew.clone(), shift(settings), post);
            tasks.push(tokio::spawn(keep_at_work(worker, vacancy, stop.clone())));
        }
        if parts.embedder.is_some() {
            queue_all_vectors(&pool).await?;
        }
        queue_all_sources(&pool).await?;
        let sweep = Sweep::new(pool.clone(), parts.shops.clone(), parts.recorder.clone(), parts.clock.clone());
        let every = Duration::from_secs(settings.workers.order_sweep_seconds.max(1));
        tasks.push(tokio::spawn(sweep.run(every, stop.clone())));
        let (listening, changes) = (pool.clone(), parts.changes.clone());
        let stopping = stop.clone();
        tasks.push(tokio::spawn(async move {
            stopping.run_until_cancelled(listen(listening, changes)).await;
        }));
        tasks.push(tokio::spawn(announce(pool.clone(), parts.changes.clone(), stop.clone())));
        tasks.push(tokio::spawn(keep_swept(pool.clone(), stop.clone())));
        let (stopping, warmed) = (stop.clone(), parts.finder.clone().warm(connections.clone()));
        tasks.push(tokio::spawn(async move {
            stopping.run_until_cancelled(warmed).await;
        }));
        Ok(Self { address, pool, connections, stop, tasks })
    }

    /// Stops claiming, lets running jobs finish or gives them back, answers what is being answered, closes.
    pub async fn stop(self) {
        self.stop.cancel();
        let ended = futures::future::join_all(self.tasks);
        if tokio::time::timeout(GRACE + Duration::from_secs(5), ended).await.is_err() {
            tracing::warn!("some work did not end in time; another worker will resume it");
        }
        // The pool counts as closed from here on, so nothing is kept any more that it would wait for.
        let closed = self.pool.close();
        self.connections.release();
        closed.await;
    }
}

/// Connections by the settings; the first query connects.
///
/// # Errors
/// When the address cannot be read.
pub fn open_pool(settings: &Settings, url: &SecretString) -> anyhow::Result<PgPool> {
    pool(url.expose_secret(), limits(settings))
        .context("DATABASE_URL is not an address such as postgres://user:password@host/database")
}

/// What is left for the program's own statements of all the connections that it may have: the job queue has the others.
const fn limits(settings: &Settings) -> PoolSettings {
    PoolSettings {
        connections_max: settings.database.connections_max.saturating_sub(QUEUE_CONNECTIONS),
        wait_seconds_max: settings.database.wait_seconds_max,
    }
}

/// The shops of a deployment, with the keys that open their credentials.
///
/// # Errors
/// When no sealing key is set, or one is malformed.
pub fn merchants(settings: &Settings, pool: &PgPool) -> anyhow::Result<Merchants> {
    let keys = settings.security.sealing_keys.as_ref().ok_or(ConfigError::Missing {
        name: "TRATO_SECURITY__SEALING_KEYS",
        how: "it seals tokens and keys in the database; make one with: echo 1:$(openssl rand -base64 32)",
    })?;
    let keyring = Keyring::parse(keys).context("TRATO_SECURITY__SEALING_KEYS is wrong")?;
    Ok(Merchants::new(pool.clone(), keyring))
}

/// The parts that others are built from.
struct Parts {
    clock: Clock,
    merchants: Merchants,
    shops: Shops,
    recorder: Recorder,
    intake: Intake,
    changes: Changes,
    whatsapp: Arc<whatsapp::WhatsApp>,
    turns: Arc<TurnWorker>,
    pace: Arc<Pace>,
    unknown_seconds: u32,
    finder: Finder,
    embedder: Option<Arc<dyn Embedder>>,
    fetcher: Fetcher,
}

impl Parts {
    fn build(settings: &Settings, pool: &PgPool, connections: &Connections, clock: Clock) -> anyhow::Result<Self> {
        let merchants = merchants(settings, pool)?;
        let links = Links {
            stripe: stripe::Stripe::new(stripe::Settings {
                base_url: without_slash(settings.stripe.base_url.as_str()),
                answer_timeout: Duration::from_secs(settings.stripe.timeout_seconds),
                ..stripe::Settings::default()
            })?,
            public_url: without_slash(settings.server.public_url.as_str()),
        };
        let embedder = vectors::embedder(&settings.search)?;
        let meaning = embedder.clone().map(|embedder| vectors::meaning(&settings.search, embedder));
        let finder = Finder::new(meaning);
        let shops = Shops::new(connections.clone(), merchants.clone(), links, finder.clone());
        let graph = without_slash(settings.whatsapp.base_url.as_str());
        let whatsapp = Arc::new(whatsapp::WhatsApp::new(&whatsapp::Settings {
            base_url: format!("{graph}/{}", settings.whatsapp.api_version),
            answer_timeout: Duration::from_secs(settings.whatsapp.timeout_seconds),
            ..whatsapp::Settings::default()
        })?);
        let intake = Intake::new(connections.clone());
        let timing = Timing {
            quiet_seconds: f64::from(settings.agent.quiet_ms) / 1000.0,
            wait_seconds_max: f64::from(settings.agent.wait_ms_max) / 1000.0,
        };
        let changes = Changes::default();
        let sending = &settings.whatsapp;
        let pace = Arc::new(Pace::new(sending.seconds_per_message, sending.messages_per_second));
        Ok(Self {
            turns: Arc::new(turn_worker(settings, &shops, &whatsapp, (&changes, &pace), &clock)?),
            recorder: Recorder::start(&intake, timing),
            changes,
            pace,
            finder,
            embedder,
            fetcher: fetcher(settings)?,
            unknown_seconds: settings.workers.unknown_seconds,
            clock,
            merchants,
            shops,
            intake,
            whatsapp,
        })
    }

    fn crew(&self, pool: &PgPool, connections: &Connections) -> Crew {
        let (shops, clock) = (self.shops.clone(), self.clock.clone());
        let deliveries = Deliveries {
            shops: shops.clone(),
            pool: pool.clone(),
            whatsapp: Arc::clone(&self.whatsapp),
            changes: self.changes.clone(),
            pace: Arc::clone(&self.pace),
            clock: clock.clone(),
            unknown_seconds: f64::from(self.unknown_seconds),
        };
        Crew {
            turns: Arc::clone(&self.turns),
            deliveries: Arc::new(deliveries),
            payments: Arc::new(Payments::new(shops, clock.clone())),
            vectors: Arc::new(Vectors::new(connections.clone(), self.embedder.clone(), clock.clone())),
            sources: Arc::new(SourceWorker::new(
                connections.clone(),
                self.merchants.clone(),
                self.fetcher.clone(),
                clock,
            )),
            reports: Arc::new(Reports::new(connections.clone())),
        }
    }

    fn site(
        &self,
        settings: &Settings,
        pool: &PgPool,
        stop: CancellationToken,
        media: Router,
    ) -> anyhow::Result<Site> {
        let https = settings.server.public_url.scheme() == "https";
        let inbox = InboxSettings { https, behind_proxy: settings.server.behind_proxy };
        let inbox =
            InboxState::new(SignIns::new(pool.clone()), self.changes.clone(), self.clock.clone(), inbox, stop);
        let pay_pages = PayPages {
            merchants: self.merchants.clone(),
            chat_url: without_slash(settings.whatsapp.chat_url.as_str()),
        };
        let search =
            SearchDesk::new(self.finder.clone(), self.merchants.clone(), settings.server.public_url.as_str());
        let folder = settings.server.media_dir.clone().unwrap_or_else(|| PathBuf::from("media"));
        Ok(Site {
            hooks: HookState {
                recorder: self.recorder.clone(),
                intake: self.intake.clone(),
                routes: Routes::new(pool.clone(), self.merchants.clone()),
                app_secrets: listed(settings.whatsapp.app_secrets.as_ref()).into(),
                verify_tokens: listed(settings.whatsapp.verify_token.as_ref()).into(),
                clock: self.clock.clone(),
            },
            catalog: CatalogState::new(inbox.clone(), pay_pages.clone(), reach(settings)),
            products: ProductsState::new(inbox.clone(), search.clone()),
            inbox,
            pay_pages,
            api: ApiState::new(ApiKeys::new(pool.clone()), search),
            feeds: FeedsState {
                feeds: Feeds::new(pool.clone()),
                merchants: self.merchants.clone(),
                public_url: settings.server.public_url.to_string(),
            },
            health: Health {
                pool: pool.clone(),
                metrics: start_metrics()?,
                metrics_token: settings.server.metrics_token.clone(),
            },
            media: media.fallback_service(ServeDir::new(folder)),
        })
    }
}

/// Where catalogs may be fetched from.
#[must_use]
pub fn reach(settings: &Settings) -> Reach {
    Reach::allowing(&settings.catalog.feed_hosts_allowed)
}

/// What fetches catalogs.
///
/// # Errors
/// When TLS cannot be set up.
pub fn fetcher(settings: &Settings) -> anyhow::Result<Fetcher> {
    Ok(Fetcher::new(sources::Settings {
        reach: reach(settings),
        connect_timeout: Duration::from_secs(10),
        silence_max: Duration::from_secs(30),
        answer_timeout: Duration::from_secs(settings.catalog.feed_seconds_max),
        bytes_max: FILE_BYTES_MAX.unsigned_abs(),
    })?)
}

fn turn_worker(
    settings: &Settings,
    shops: &Shops,
    whatsapp: &Arc<whatsapp::WhatsApp>,
    (changes, pace): (&Changes, &Arc<Pace>),
    clock: &Clock,
) -> anyhow::Result<TurnWorker> {
    Ok(TurnWorker {
        shops: shops.clone(),
        model: model(settings)?,
        prompts: Prompts::load()?,
        tools: registry::specs(),
        limits: Limits {
            tools: registry::kinds(),
            model_calls_max: settings.agent.model_calls_max,
            tool_calls_max: settings.agent.tool_calls_max,
            seconds_max: settings.agent.turn_seconds_max,
            cost_micros_max: settings.agent.turn_micros_max,
            ..Limits::default()
        },
        settings: TurnSettings {
            day_micros_max: settings.agent.day_micros_max,
            history_tokens_max: settings.agent.history_tokens_max as usize,
            answer_tokens_max: settings.model.answer_tokens_max,
        },
        whatsapp: Arc::clone(whatsapp),
        changes: changes.clone(),
        pace: Arc::clone(pace),
        clock: clock.clone(),
    })
}

/// The configured model; `None` lets the guided seller serve.
///
/// # Errors
/// When the settings make no client.
pub fn model(settings: &Settings) -> anyhow::Result<Option<Arc<dyn Model>>> {
    let (Some(base_url), Some(name)) = (&settings.model.base_url, &settings.model.name) else { return Ok(None) };
    let key = settings.model.api_key.clone().unwrap_or_default();
    let model = OpenAi::new(openai::settings::Settings {
        timeout: Duration::from_secs(settings.model.timeout_seconds),
        stream: settings.model.stream,
        strict_tools: settings.model.strict_tools,
        one_call_at_a_time: settings.model.one_call_at_a_time,
        answer_limit: match settings.model.answer_limit {
            AnswerLimit::MaxCompletionTokens => openai::settings::AnswerLimit::MaxCompletionTokens,
            AnswerLimit::MaxTokens => openai::settings::AnswerLimit::MaxTokens,
        },
        more: settings.model_extra()?,
        prices: Prices {
            input_micros_per_million: settings.model.micros_per_million_in,
            output_micros_per_million: settings.model.micros_per_million_out,
        },
        ..openai::settings::Settings::new(&without_slash(base_url.as_str()), key, name)
    })?;
    Ok(Some(Arc::new(model)))
}

fn shift(settings: &Settings) -> Shift {
    Shift {
        turns: settings.workers.turns,
        deliveries: settings.workers.deliveries,
        poll: Duration::from_millis(settings.workers.poll_ms.max(1)),
        heartbeat: Duration::from_millis(settings.workers.heartbeat_ms.max(50)),
        dead_after: Duration::from_millis(settings.workers.dead_after_ms.max(100)),
    }
}

async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    if let Err(error) = axum::serve(listener, service).with_graceful_shutdown(stop.cancelled_owned()).await {
        tracing::error!(error = &error as &dyn std::error::Error, "the server stopped listening");
    }
}

/// Several secrets in one setting, separated by commas.
fn listed(secrets: Option<&SecretString>) -> Vec<SecretString> {
    let text = secrets.map(|secrets| secrets.expose_secret().to_owned()).unwrap_or_default();
    text.split(',').map(str::trim).filter(|secret| !secret.is_empty()).map(SecretString::from).collect()
}

fn without_slash(url: &str) -> String {
    url.trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_two_pools_of_a_server_have_no_more_connections_together_than_the_setting_says() {
        let settings = Settings::default();
        let url = "postgres://nobody@127.0.0.1:9/nothing";
        let own = open_pool(&settings, &url.into()).unwrap();
        let queue = queue_pool(url, limits(&settings)).unwrap();
        let together = own.options().get_max_connections() + queue.options().get_max_connections();
        assert_eq!(together, settings.database.connections_max);
    }
}
