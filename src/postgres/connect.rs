//! Connections, and the schema they expect.

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions as _, PgPool};

/// The migrations that are built into this program.
pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

/// How many connections, and how long to wait for one.
#[derive(Clone, Copy, Debug)]
pub struct PoolSettings {
    /// Connections at most.
    pub connections_max: u32,
    /// How long a caller waits for one before it is told that the database is away, in seconds.
    pub wait_seconds_max: u64,
}

/// A pool of connections that is not yet connected; the first query connects.
///
/// # Errors
/// When the address cannot be read.
pub fn pool(url: &str, settings: PoolSettings) -> Result<PgPool, sqlx::Error> {
    Ok(pool_with(options(url)?, settings.connections_max, settings))
}

/// Connections of the job queue, for its own statements.
pub const QUEUE_CONNECTIONS: u32 = 8;

/// A pool for the job queue. It may forget the last moments when the database server dies: a job is then run again,
/// which every job bears.
///
/// # Errors
/// When the address cannot be read.
pub fn queue_pool(url: &str, settings: PoolSettings) -> Result<PgPool, sqlx::Error> {
    let options = options(url)?.options([("synchronous_commit", "off")]);
    Ok(pool_with(options, QUEUE_CONNECTIONS, settings))
}

/// Every statement that runs often goes by an index. Prepared once, while its tables were empty, it would read them
/// whole until somebody analyses them; so reading whole is the last resort. It is planned once: none has values so
/// uneven that a plan for each would pay. No statement runs long enough to be worth compiling.
const PLANS: [(&str, &str); 3] =
    [("enable_seqscan", "off"), ("jit", "off"), ("plan_cache_mode", "force_generic_plan")];

fn options(url: &str) -> Result<PgConnectOptions, sqlx::Error> {
    let options: PgConnectOptions = url.parse()?;
    Ok(options.log_statements(tracing::log::LevelFilter::Off).application_name("trato").options(PLANS))
}

fn pool_with(options: PgConnectOptions, connections_max: u32, settings: PoolSettings) -> PgPool {
    PgPoolOptions::new()
        .max_connections(connections_max)
        .acquire_timeout(Duration::from_secs(settings.wait_seconds_max))
        // Testing a connection before each use would double the round trips; a broken one is an error that the
        // caller handles anyway, because the database can go away between any two statements.
        .test_before_acquire(false)
        .connect_lazy_with(options)
}

/// Brings the database to the schema this program was built with. Two servers starting at once take turns.
///
/// # Errors
/// When the database refuses, or holds a newer schema than this program knows.
pub async fn migrate(pool: &PgPool) -> Result<(), sqlx::migrate::MigrateError> {
    // What fails leaves the lock on its connection, where whoever tries next would wait for it for ever. It ends with
    // the connection, which is therefore one of its own.
    let own = PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(pool.options().get_acquire_timeout())
        .connect_lazy_with((*pool.connect_options()).clone());
    let migrated = MIGRATIONS.run(&own).await;
    own.close().await;
    migrated
}

/// Whether the database has at least as many migrations as this program: one with more was brought up to date by a
/// newer program, beside which this one still runs. Checksums are compared by [`migrate`] alone.
///
/// # Errors
/// When the database does not answer.
pub async fn is_migrated(pool: &PgPool) -> Result<bool, sqlx::Error> {
    let there: bool =
        sqlx::query_scalar("select to_regclass('_sqlx_migrations') is not null").fetch_one(pool).await?;
    if !there {
        return Ok(false);
    }
    let applied: i64 =
        sqlx::query_scalar("select count(*) from _sqlx_migrations where success").fetch_one(pool).await?;
    Ok(usize::try_from(applied).is_ok_and(|applied| applied >= MIGRATIONS.iter().count()))
}

/// Throws everything away. Only for a database of our own, such as the demo's when it starts over.
///
/// # Errors
/// When the database refuses.
pub async fn empty(pool: &PgPool) -> Result<(), sqlx::Error> {
    for statement in
        ["drop schema if exists graphile_worker cascade", "drop schema public cascade", "create schema public"]
    {
        sqlx::query(statement).execute(pool).await?;
    }
    Ok(())
}

/// The extensions that the schema needs and this server does not offer.
///
/// # Errors
/// When the database does not answer.
pub async fn missing_extensions(pool: &PgPool) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar(
        "select wanted from unnest(array['vector', 'pg_trgm', 'unaccent']) as wanted
         where not exists (select from pg_available_extensions where name = wanted)",
    )
    .fetch_all(pool)
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::fresh_database;

    #[tokio::test]
    async fn a_schema_that_could_not_be_laid_keeps_nobody_from_laying_it_after_the_database_was_emptied() {
        let pool = fresh_database().await;
        sqlx::query("update _sqlx_migrations set checksum = '\\x00'").execute(&pool).await.unwrap();
        migrate(&pool).await.unwrap_err();
        empty(&pool).await.unwrap();
        // Whichever connection comes next, it is not the one that failed.
        let held = pool.acquire().await.unwrap();
        let laid = tokio::time::timeout(Duration::from_secs(30), migrate(&pool)).await;
        laid.expect("nobody holds the lock").unwrap();
        drop(held);
        assert!(is_migrated(&pool).await.unwrap());
    }
}
