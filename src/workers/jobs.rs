//! The jobs as the queue runs them: each hands its row to a worker and reports how long it took.

use std::sync::Arc;
use std::time::Duration;

use graphile_worker::{IntoTaskHandlerResult, TaskHandler, Worker, WorkerContext, WorkerOptions};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use crate::base::ids::{ConversationId, JobId, MerchantId, SourceId};
use crate::queue::gate::Gate;
use crate::queue::{DeliverJob, FetchSourceJob, PaymentJob, ReportsJob, TurnJob, VectorsJob};
use crate::workers::delivery::Deliveries;
use crate::workers::payment::Payments;
use crate::workers::reports::Reports;
use crate::workers::sources::SourceWorker;
use crate::workers::turn::{Attempt, TurnWorker};
use crate::workers::vectors::Vectors;

/// Everybody who works.
#[derive(Clone, Debug)]
pub struct Crew {
    /// Takes turns.
    pub turns: Arc<TurnWorker>,
    /// Sends what is owed.
    pub deliveries: Arc<Deliveries>,
    /// Acts on payment notices.
    pub payments: Arc<Payments>,
    /// Applies delivery reports.
    pub reports: Arc<Reports>,
    /// Makes vectors of products.
    pub vectors: Arc<Vectors>,
    /// Fetches catalogs.
    pub sources: Arc<SourceWorker>,
}

/// How the crew works.
#[derive(Clone, Copy, Debug)]
pub struct Shift {
    /// Turns at once.
    pub turns: usize,
    /// Other jobs at once.
    pub deliveries: usize,
    /// How often due jobs are looked for.
    pub poll: Duration,
    /// How often a worker says that it lives.
    pub heartbeat: Duration,
    /// After how long a silent worker's jobs are given to others.
    pub dead_after: Duration,
}

/// After how long a job that was waiting for a dead worker may run again.
const RECOVERY_DELAY: Duration = Duration::from_millis(100);
/// How long running jobs may still take when the server stops; then they are given back.
pub const GRACE: Duration = Duration::from_secs(20);

/// One of the two workers of a server. Turns wait long for models, so they have places of their own: a slow model
/// must not keep receipts from going out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Post {
    /// Takes turns.
    Turns,
    /// Does everything else.
    Others,
}

/// Hires the worker of a post.
///
/// # Errors
/// When the queue's tables cannot be read.
pub async fn hire(
    pool: &PgPool,
    crew: &Crew,
    shift: Shift,
    post: Post,
    stop: &CancellationToken,
) -> anyhow::Result<Worker> {
    let options = WorkerOptions::default()
        .database(Gate::before(pool, shift.poll, stop))
        .schema("graphile_worker")
        .poll_interval(shift.poll)
        .heartbeat_interval(shift.heartbeat)
        .sweep_interval(shift.heartbeat)
        .sweep_threshold(shift.dead_after)
        .recovery_delay(RECOVERY_DELAY)
        .listen_os_shutdown_signals(false)
        .shutdown_grace_period(GRACE)
        .add_extension(crew.clone());
    let options = match post {
        Post::Turns => options.concurrency(shift.turns).define_job::<TurnJob>(),
        Post::Others => options
            .concurrency(shift.deliveries)
            .define_job::<DeliverJob>()
            .define_job::<PaymentJob>()
            .define_job::<ReportsJob>()
            .define_job::<VectorsJob>()
            .define_job::<FetchSourceJob>(),
    };
    Ok(options.init().await?)
}

/// A post is empty this long at least before somebody is hired for it again.
const VACANCY: Duration = Duration::from_millis(500);

/// Keeps a post filled until told to stop. The queue's workers end at the first answer the database owes them, so
/// after each outage somebody new is hired; what the one before had begun is given to others when it counts as dead.
pub async fn keep_at_work(first: Worker, vacancy: (PgPool, Crew, Shift, Post), stop: CancellationToken) {
    let (pool, crew, shift, post) = vacancy;
    let mut hired = Some(first);
    loop {
        if let Some(worker) = hired.take() {
            work(&worker, &stop).await;
        }
        if stop.run_until_cancelled(tokio::time::sleep(VACANCY)).await.is_none() {
            return;
        }
        match hire(&pool, &crew, shift, post, &stop).await {
            Ok(worker) => hired = Some(worker),
            Err(error) => {
                tracing::warn!(
                    worker.post = ?post,
                    error = error.as_ref() as &dyn std::error::Error,
                    "a worker could not be hired yet"
                );
            }
        }
    }
}

/// Works until the worker ends by itself or, told to stop, has ended its jobs or given them back.
async fn work(worker: &Worker, stop: &CancellationToken) {
    let running = worker.run();
    tokio::pin!(running);
    let ended = tokio::select! {
        ended = &mut running => ended,
        () = stop.cancelled() => {
            worker.request_shutdown();
            running.await
        }
    };
    if let Err(error) = ended {
        tracing::error!(%error, "a worker stopped");
    }
}

impl TaskHandler for TurnJob {
    const IDENTIFIER: &'static str = "turn";
    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let Some(crew) = context.get_ext::<Crew>().cloned() else { return Err(nobody()) };
        let (merchant, conversation) = named(self.merchant, self.conversation);
        let span = tracing::info_span!("turn", merchant.id = %merchant, conversation.id = %conversation);
        let job = Attempt { id: job_id(&context), number: *context.job().attempts() };
        let turn = async {
            let claimed = crew.turns.run(merchant, conversation, job).await?;
            crew.deliveries.run(merchant, conversation, job.id, claimed).await
        };
        done("turn", turn.instrument(span).await)
    }
}

impl TaskHandler for DeliverJob {
    const IDENTIFIER: &'static str = "deliver";
    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let Some(crew) = context.get_ext::<Crew>().cloned() else { return Err(nobody()) };
        let (merchant, conversation) = named(self.merchant, self.conversation);
        let span = tracing::info_span!("delivery", merchant.id = %merchant, conversation.id = %conversation);
        let job = job_id(&context);
        done("deliver", crew.deliveries.run(merchant, conversation, job, None).instrument(span).await)
    }
}

impl TaskHandler for PaymentJob {
    const IDENTIFIER: &'static str = "payment";
    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let Some(crew) = context.get_ext::<Crew>().cloned() else { return Err(nobody()) };
        let merchant = MerchantId::from_uuid(self.merchant);
        let span = tracing::info_span!("payment", merchant.id = %merchant, event.seq = self.event);
        done("payment", crew.payments.run(merchant, self.event).instrument(span).await)
    }
}

impl TaskHandler for ReportsJob {
    const IDENTIFIER: &'static str = "reports";
    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let Some(crew) = context.get_ext::<Crew>().cloned() else { return Err(nobody()) };
        let merchant = MerchantId::from_uuid(self.merchant);
        let span = tracing::info_span!("reports", merchant.id = %merchant);
        done("reports", crew.reports.run(merchant).instrument(span).await)
    }
}

impl TaskHandler for VectorsJob {
    const IDENTIFIER: &'static str = "vectors";
    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let Some(crew) = context.get_ext::<Crew>().cloned() else { return Err(nobody()) };
        let merchant = MerchantId::from_uuid(self.merchant);
        let span = tracing::info_span!("vectors", merchant.id = %merchant);
        done("vectors", crew.vectors.run(merchant).instrument(span).await)
    }
}

impl TaskHandler for FetchSourceJob {
    const IDENTIFIER: &'static str = "fetch_source";
    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let Some(crew) = context.get_ext::<Crew>().cloned() else { return Err(nobody()) };
        let (merchant, source) = (MerchantId::from_uuid(self.merchant), SourceId::from_uuid(self.source));
        let span = tracing::info_span!("fetch_source", merchant.id = %merchant, source.id = %source);
        done("fetch_source", crew.sources.run(merchant, source).instrument(span).await)
    }
}

fn job_id(context: &WorkerContext) -> JobId {
    JobId::new(*context.job().id())
}

const fn named(merchant: uuid::Uuid, conversation: uuid::Uuid) -> (MerchantId, ConversationId) {
    (MerchantId::from_uuid(merchant), ConversationId::from_uuid(conversation))
}

/// A job that failed, in words for the queue's table: the chain of causes, no shopper's text.
#[derive(Debug, Serialize, Deserialize, thiserror::Error)]
#[error("{0}")]
struct JobError(String);

fn nobody() -> JobError {
    JobError("no crew is there to do the job".to_owned())
}

fn done(task: &'static str, result: anyhow::Result<()>) -> Result<(), JobError> {
    let outcome = if result.is_ok() { "done" } else { "failed" };
    metrics::counter!("trato_jobs_total", "task" => task, "outcome" => outcome).increment(1);
    result.map_err(|error| {
        tracing::error!(job.task = task, error = error.as_ref() as &dyn std::error::Error, "a job failed");
        JobError(format!("{error:#}"))
    })
}
