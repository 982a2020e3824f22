//! Adding jobs by hand, installing the queue's own tables, and seeing what gave up.

use sqlx::{PgConnection, PgPool};

use crate::base::clock::Time;
use crate::base::ids::{ConversationId, MerchantId};

/// A job that used up its attempts: nobody will try it again by itself.
#[derive(Clone, Debug)]
pub struct DeadJob {
    /// The queue's number of the job.
    pub id: i64,
    /// What it was to do.
    pub task: String,
    /// When it was first added.
    pub created_at: Time,
    /// Why it failed last.
    pub last_error: Option<String>,
}

/// What waits in the queue.
#[derive(Clone, Debug, Default)]
pub struct Depth {
    /// Jobs that could run now.
    pub ready: i64,
    /// Jobs that used up their attempts.
    pub dead: i64,
    /// Seconds the oldest ready job has waited.
    pub oldest_seconds: f64,
}

/// Queues a turn for a conversation; one already queued moves to the new time.
///
/// # Errors
/// When the database does not answer.
pub async fn queue_turn(
    connection: &mut PgConnection,
    merchant: MerchantId,
    conversation: ConversationId,
    at: Time,
) -> Result<(), sqlx::Error> {
    sqlx::query!("select queue_turn($1, $2, $3)", merchant.uuid(), conversation.uuid(), at)
        .execute(connection)
        .await
        .map(|_| ())
}

/// Queues delivery for a conversation.
///
/// # Errors
/// When the database does not answer.
pub async fn queue_delivery(
    connection: &mut PgConnection,
    merchant: MerchantId,
    conversation: ConversationId,
    at: Time,
) -> Result<(), sqlx::Error> {
    sqlx::query!("select queue_delivery($1, $2, $3)", merchant.uuid(), conversation.uuid(), at)
        .execute(connection)
        .await
        .map(|_| ())
}

/// Queues the making of vectors for a shop; one already queued moves to the new time.
///
/// # Errors
/// When the database does not answer.
pub async fn queue_vectors(
    connection: &mut PgConnection,
    merchant: MerchantId,
    at: Time,
) -> Result<(), sqlx::Error> {
    sqlx::query!("select queue_vectors($1, $2)", merchant.uuid(), at).execute(connection).await.map(|_| ())
}

/// Queues the making of vectors for every shop: the model may be another than when the server ran last.
///
/// # Errors
/// When the database does not answer.
pub async fn queue_all_vectors(pool: &PgPool) -> Result<(), sqlx::Error> {
    sqlx::query!("select queue_vectors(id, now()) from merchants").execute(pool).await.map(|_| ())
}

/// Installs or upgrades the queue's own tables.
///
/// # Errors
/// When the database refuses.
pub async fn install(pool: &PgPool) -> anyhow::Result<()> {
    graphile_worker::WorkerOptions::default()
        .pg_pool(pool.clone())
        .schema("graphile_worker")
        .init()
        .await
        .map_err(|error| anyhow::anyhow!("installing the job queue's tables: {error}"))?;
    Ok(())
}

/// Jobs that used up their attempts, newest first, at most a hundred. Those that a newer job has taken the place of
/// while they ran are not among them: what they did not finish, the newer one does.
///
/// # Errors
/// When the database does not answer.
pub async fn dead(pool: &PgPool) -> Result<Vec<DeadJob>, sqlx::Error> {
    sqlx::query_as!(
        DeadJob,
        r#"select j.id, t.identifier as task, j.created_at, j.last_error
           from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
           where j.attempts >= j.max_attempts and j.locked_at is null
             and not exists (select from graphile_worker._private_job_retirements r where r.id = j.id)
           order by j.id desc limit 100"#
    )
    .fetch_all(pool)
    .await
}

/// How much waits, for the metrics page.
///
/// # Errors
/// When the database does not answer.
pub async fn depth(pool: &PgPool) -> Result<Depth, sqlx::Error> {
    sqlx::query_as!(
        Depth,
        r#"select count(*) filter (where is_available and run_at <= now()) as "ready!",
                  count(*) filter (where attempts >= max_attempts and locked_at is null and not exists (
                      select from graphile_worker._private_job_retirements r where r.id = j.id)) as "dead!",
                  coalesce(extract(epoch from now() - min(run_at) filter (where is_available and run_at <= now())),
                           0)::float8 as "oldest_seconds!"
           from graphile_worker._private_jobs j"#
    )
    .fetch_one(pool)
    .await
}
