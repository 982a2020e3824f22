//! Connections for single statements.
//!
//! The pool of `sqlx` asks the server for a sign of life each time a connection comes back to it: a second round trip
//! for each statement. So some connections are kept here between statements instead. One goes back into the stock
//! only after its statement ended well; after an error, or when the caller stopped waiting, the pool gets it and sees
//! to it. Once a connection was lost, the pool gets them all: it looks at each before it hands it out again, so that a
//! database that came back costs no statement for each connection that it broke.
//!
//! Owns that stock. Opens no connection itself and knows no statement.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures::future::BoxFuture;
use futures::stream::{self, BoxStream};
use futures::{StreamExt as _, TryStreamExt as _};
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgQueryResult, PgRow, PgStatement, PgTypeInfo};
use sqlx::{Describe, Either, Error, Execute, Executor, PgPool, Postgres, SqlStr, Transaction};

/// A connection is given back to the pool after this long, so that the pool can close it when it has grown old.
const KEPT_FOR: Duration = Duration::from_mins(5);

/// Connections to the database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Connections {
    pool: PgPool,
    stock: Arc<Mutex<Vec<Kept>>>,
    kept_max: usize,
}

#[derive(Debug)]
struct Kept {
    connection: PoolConnection<Postgres>,
    since: Instant,
}

impl From<PgPool> for Connections {
    /// Keeps none.
    fn from(pool: PgPool) -> Self {
        Self { pool, stock: Arc::default(), kept_max: 0 }
    }
}

impl Connections {
    /// Keeps up to three in four of the pool's connections, until [`Connections::release`].
    #[must_use]
    pub fn keeping(pool: PgPool) -> Self {
        let kept_max = usize::try_from(pool.options().get_max_connections() / 4 * 3).unwrap_or_default();
        Self { pool, stock: Arc::default(), kept_max }
    }

    /// A transaction. It is rolled back when it is dropped before it was committed.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn begin(&self) -> Result<Transaction<'static, Postgres>, Error> {
        self.pool.begin().await
    }

    /// A connection for several statements.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn acquire(&self) -> Result<PoolConnection<Postgres>, Error> {
        self.pool.acquire().await
    }

    /// Gives all kept connections back. A pool that is being closed waits for them.
    pub fn release(&self) {
        self.stock.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    async fn take(&self) -> Result<Kept, Error> {
        let kept = self.stock.lock().unwrap_or_else(PoisonError::into_inner).pop();
        match kept {
            Some(kept) if !self.pool.is_closed() => Ok(kept),
            _ => Ok(Kept { connection: self.pool.acquire().await?, since: Instant::now() }),
        }
    }

    /// What a statement came to; its connection is kept if it may be.
    fn settled<T>(&self, kept: Kept, outcome: Result<T, Error>) -> Result<T, Error> {
        match &outcome {
            Ok(_) => self.give_back(kept),
            Err(Error::Io(_) | Error::Tls(_) | Error::Protocol(_) | Error::WorkerCrashed) => self.release(),
            // The server says this of itself as it stops: class 57P, operator intervention.
            Err(Error::Database(error)) if error.code().is_some_and(|code| code.starts_with("57P")) => {
                self.release();
            }
            Err(_) => {}
        }
        outcome
    }

    fn give_back(&self, kept: Kept) {
        let mut stock = self.stock.lock().unwrap_or_else(PoisonError::into_inner);
        if stock.len() < self.kept_max && kept.since.elapsed() < KEPT_FOR && !self.pool.is_closed() {
            stock.push(kept);
        }
    }
}

impl<'p> Executor<'p> for &'_ Connections {
    type Database = Postgres;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, Result<Either<PgQueryResult, PgRow>, Error>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        let connections = self.clone();
        let whole = async move {
            let mut kept = connections.take().await?;
            let steps = (&mut *kept.connection).fetch_many(query).try_collect::<Vec<_>>().await;
            let steps = connections.settled(kept, steps)?;
            Ok::<_, Error>(stream::iter(steps.into_iter().map(Ok)))
        };
        stream::once(whole).try_flatten().boxed()
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Option<PgRow>, Error>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        let connections = self.clone();
        Box::pin(async move {
            let mut kept = connections.take().await?;
            let row = (&mut *kept.connection).fetch_optional(query).await;
            connections.settled(kept, row)
        })
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [PgTypeInfo],
    ) -> BoxFuture<'e, Result<PgStatement, Error>>
    where
        'p: 'e,
    {
        let connections = self.clone();
        Box::pin(async move {
            let mut kept = connections.take().await?;
            let statement = (&mut *kept.connection).prepare_with(sql, parameters).await;
            connections.settled(kept, statement)
        })
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Result<Describe<Postgres>, Error>>
    where
        'p: 'e,
    {
        let connections = self.clone();
        Box::pin(async move { (&mut *connections.acquire().await?).describe(sql).await })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::fresh_database;

    async fn process_of(connections: &Connections) -> i32 {
        sqlx::query_scalar("select pg_backend_pid()").fetch_one(connections).await.unwrap()
    }

    #[tokio::test]
    async fn a_connection_is_used_again_until_a_statement_fails_on_it() {
        let connections = Connections::keeping(fresh_database().await);
        let first = process_of(&connections).await;
        assert_eq!(process_of(&connections).await, first);
        assert_eq!(connections.stock.lock().unwrap().len(), 1);
        let failed = sqlx::query("select 1 / 0").execute(&connections).await;
        assert!(failed.is_err());
        assert!(connections.stock.lock().unwrap().is_empty());
        process_of(&connections).await;
    }

    #[tokio::test]
    async fn when_one_connection_is_lost_none_of_the_others_that_were_kept_is_trusted() {
        let connections = Connections::keeping(fresh_database().await);
        let both = tokio::join!(process_of(&connections), process_of(&connections));
        assert_eq!(connections.stock.lock().unwrap().len(), 2);
        let ended = "select count(pg_terminate_backend(pid)) from pg_stat_activity
                     where datname = current_database() and pid <> pg_backend_pid()";
        let mut another = connections.pool.acquire().await.unwrap();
        sqlx::query(ended).execute(&mut *another).await.unwrap();
        let lost = sqlx::query("select 1").execute(&connections).await;
        assert!(lost.is_err());
        let now = process_of(&connections).await;
        assert!(now != both.0 && now != both.1);
    }

    #[tokio::test]
    async fn a_statement_that_nobody_waits_for_any_more_leaves_no_half_read_connection() {
        let connections = Connections::keeping(fresh_database().await);
        let slow = sqlx::query("select pg_sleep(0.2)").execute(&connections);
        assert!(tokio::time::timeout(Duration::from_millis(50), slow).await.is_err());
        assert!(connections.stock.lock().unwrap().is_empty());
        process_of(&connections).await;
    }

    #[tokio::test]
    async fn the_pool_closes_once_what_was_kept_is_released() {
        let pool = fresh_database().await;
        let connections = Connections::keeping(pool.clone());
        process_of(&connections).await;
        let closed = pool.close();
        connections.release();
        tokio::time::timeout(Duration::from_secs(5), closed).await.unwrap();
        assert!(sqlx::query("select 1").execute(&connections).await.is_err());
    }
}
