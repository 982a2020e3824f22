//! Keeps a worker from asking the database the same thing sixty times.
//!
//! At each notification and each tick, `graphile_worker` has all its places ask for a job at once: with 64 places
//! one new job costs 64 statements, of which 63 find nothing. Its own remedy, the local queue, can wedge: a job taken
//! between "cached" and "waiting" leaves it waiting over an empty cache. So the places ask through this gate: a few
//! at a time, and once one has found nothing, the others believe it until something may have changed.
//!
//! Owns when a question is passed on. Must not change what is asked, nor hold back an answer that has a job in it.

use std::any::Any;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures::StreamExt as _;
use graphile_worker::{
    BoxFuture, Database, DatabaseDriver, DbError, DbExecutor, DbParams, DbRow, DbTransaction, NotificationStream,
};
use sqlx::PgPool;
use tokio::sync::Semaphore;

/// Questions under way at once. Each change costs at most so many that find nothing.
const ASKING_MAX: usize = 2;

/// A database that answers "no job" from memory while it must still be true.
pub struct Gate {
    inner: Database,
    asking: Semaphore,
    /// Grows with everything after which there may be a job.
    changes: Arc<AtomicU64>,
    /// Nothing was found by a question that began after so many changes, at this time.
    found_nothing: Mutex<Option<(u64, Instant)>>,
    /// How many questions were not answered.
    failures: AtomicU64,
    believed_for: Duration,
}

impl Gate {
    /// A gate before these connections. `poll` is how often the worker looks by itself: jobs that become due are
    /// announced by nobody, so what was found is believed for half of that.
    #[must_use]
    pub fn before(connections: &PgPool, poll: Duration) -> Database {
        Database::new(Self::new(Database::from(connections.clone()), poll))
    }

    fn new(inner: Database, poll: Duration) -> Self {
        Self {
            inner,
            asking: Semaphore::new(ASKING_MAX),
            changes: Arc::default(),
            found_nothing: Mutex::new(None),
            failures: AtomicU64::new(0),
            believed_for: poll / 2,
        }
    }

    async fn claim(&self, sql: &str, params: DbParams) -> Result<Vec<DbRow>, DbError> {
        let failures = self.failures.load(Ordering::Acquire);
        let asking = self.asking.acquire().await.map_err(|error| DbError::new(error.to_string()))?;
        // Whoever stood in line behind a question that failed does not wait as long for the same answer.
        if self.failures.load(Ordering::Acquire) != failures {
            return Err(DbError::new("the database did not answer the question before this one"));
        }
        let changes = self.changes.load(Ordering::Acquire);
        if self.there_is_nothing(changes) {
            return Ok(Vec::new());
        }
        let answer = self.inner.fetch_all(sql, params).await;
        let rows = answer.inspect_err(|_| {
            self.failures.fetch_add(1, Ordering::AcqRel);
        })?;
        *self.found_nothing.lock().unwrap_or_else(PoisonError::into_inner) =
            rows.is_empty().then(|| (changes, Instant::now()));
        drop(asking);
        Ok(rows)
    }

    fn there_is_nothing(&self, changes: u64) -> bool {
        let found = *self.found_nothing.lock().unwrap_or_else(PoisonError::into_inner);
        found.is_some_and(|(since, at)| since == changes && at.elapsed() < self.believed_for)
    }

    /// A job that ended may have been what another of its queue waited for.
    fn changed(&self) {
        self.changes.fetch_add(1, Ordering::AcqRel);
    }
}

/// Whether this asks for one job. Were it worded otherwise one day, the gate would stand open.
fn is_claim(sql: &str) -> bool {
    sql.contains("jobs.is_available = true") && sql.contains("limit 1")
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate").finish_non_exhaustive()
    }
}

impl DbExecutor for Gate {
    fn execute<'a>(&'a self, sql: &'a str, params: DbParams) -> BoxFuture<'a, Result<u64, DbError>> {
        Box::pin(async move {
            let done = self.inner.execute(sql, params).await;
            self.changed();
            done
        })
    }

    fn fetch_all<'a>(&'a self, sql: &'a str, params: DbParams) -> BoxFuture<'a, Result<Vec<DbRow>, DbError>> {
        Box::pin(async move {
            if is_claim(sql) {
                return self.claim(sql, params).await;
            }
            let rows = self.inner.fetch_all(sql, params).await;
            self.changed();
            rows
        })
    }
}

impl DatabaseDriver for Gate {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn begin(&self) -> BoxFuture<'_, Result<DbTransaction, DbError>> {
        Box::pin(self.inner.begin())
    }

    fn listen<'a>(&'a self, channel: &'a str) -> BoxFuture<'a, Result<Option<NotificationStream>, DbError>> {
        Box::pin(async move {
            let changes = Arc::clone(&self.changes);
            let heard = self.inner.listen(channel).await?;
            Ok(heard.map(|stream| -> NotificationStream {
                Box::pin(stream.inspect(move |_| {
                    changes.fetch_add(1, Ordering::AcqRel);
                }))
            }))
        })
    }
}

#[cfg(test)]
mod tests {
    use graphile_worker::sql::get_job::get_job;
    use graphile_worker::sql::task_identifiers::TaskDetails;

    use super::*;

    /// A database that has nothing to do, or is away, and counts how often it is asked.
    #[derive(Debug, Default)]
    struct Counting {
        asked: Arc<AtomicU64>,
        away: bool,
    }

    impl DbExecutor for Counting {
        fn execute<'a>(&'a self, _: &'a str, _: DbParams) -> BoxFuture<'a, Result<u64, DbError>> {
            Box::pin(async { Ok(0) })
        }

        fn fetch_all<'a>(&'a self, _: &'a str, _: DbParams) -> BoxFuture<'a, Result<Vec<DbRow>, DbError>> {
            Box::pin(async {
                self.asked.fetch_add(1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(20)).await;
                if self.away { Err(DbError::new("away")) } else { Ok(Vec::new()) }
            })
        }
    }

    impl DatabaseDriver for Counting {
        fn as_any(&self) -> &dyn Any {
            self
        }

        fn begin(&self) -> BoxFuture<'_, Result<DbTransaction, DbError>> {
            Box::pin(async { Err(DbError::new("no transactions")) })
        }

        fn listen<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<Option<NotificationStream>, DbError>> {
            let word = graphile_worker::Notification { channel: String::new(), payload: String::new() };
            Box::pin(async move {
                let heard: NotificationStream = Box::pin(futures::stream::iter([Ok(word)]));
                Ok(Some(heard))
            })
        }
    }

    fn gate(away: bool, poll: Duration) -> (Database, Arc<AtomicU64>) {
        let asked = Arc::new(AtomicU64::new(0));
        let counting = Counting { asked: Arc::clone(&asked), away };
        (Database::new(Gate::new(Database::new(counting), poll)), asked)
    }

    /// Sixty-four places ask at once, in the words of the queue itself. Returns how many were answered.
    async fn all_ask(database: &Database) -> usize {
        let tasks = TaskDetails::new();
        let places = (0..64).map(|_| get_job(database, &tasks, "graphile_worker", "worker", &[], None));
        futures::future::join_all(places).await.into_iter().flatten().count()
    }

    #[tokio::test]
    async fn places_that_find_nothing_believe_each_other() {
        let (database, asked) = gate(false, Duration::from_mins(1));
        assert_eq!(all_ask(&database).await, 64);
        assert_eq!(all_ask(&database).await, 64);
        assert_eq!(asked.load(Ordering::SeqCst), ASKING_MAX as u64);
    }

    #[tokio::test]
    async fn after_a_notification_or_a_finished_job_it_is_asked_again() {
        let (database, asked) = gate(false, Duration::from_mins(1));
        all_ask(&database).await;
        let heard = database.listen("jobs:insert").await.unwrap().unwrap();
        assert_eq!(heard.count().await, 1);
        all_ask(&database).await;
        assert_eq!(asked.load(Ordering::SeqCst), 2 * ASKING_MAX as u64);
        database.execute("finishing a job", DbParams::from(Vec::new())).await.unwrap();
        all_ask(&database).await;
        assert_eq!(asked.load(Ordering::SeqCst), 3 * ASKING_MAX as u64);
    }

    #[tokio::test]
    async fn what_falls_due_is_found_at_the_next_look() {
        let (database, asked) = gate(false, Duration::from_millis(100));
        all_ask(&database).await;
        let before = asked.load(Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(100)).await;
        all_ask(&database).await;
        assert!(asked.load(Ordering::SeqCst) > before);
    }

    #[tokio::test]
    async fn a_database_that_is_away_is_waited_for_once() {
        let (database, asked) = gate(true, Duration::from_mins(1));
        assert_eq!(all_ask(&database).await, 0);
        assert_eq!(asked.load(Ordering::SeqCst), ASKING_MAX as u64);
    }
}
