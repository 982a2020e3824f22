//! Has the places of a worker ask the database for jobs together.
//!
//! At each notification and each tick, `graphile_worker` has all its places ask for a job at once: with 64 places
//! one new job costs 64 statements, of which 63 find nothing. Its own remedy, the local queue, can wedge: a job taken
//! between "cached" and "waiting" leaves it waiting over an empty cache. So the places stand in line at this gate: one
//! of them asks for as many jobs as there are places waiting, and hands them out; and once it has found nothing, the
//! others believe it until something may have changed.
//!
//! Owns when a question is passed on and for how many. Must not change what is asked beyond that, nor lose a job that
//! was found.

use std::any::Any;
use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures::StreamExt as _;
use graphile_worker::{
    BoxFuture, Database, DatabaseDriver, DbError, DbExecutor, DbParams, DbRow, DbTransaction, NotificationStream,
};
use sqlx::PgPool;
use tokio::sync::oneshot;

/// How many jobs one question may be for: few numbers, so that each stays a prepared statement.
const JOBS_AT_ONCE: [usize; 3] = [16, 4, 1];
/// What the queue's own question ends with, and where the number stands in it.
const LIMIT_ONE: &str = "limit 1";

/// A database that is asked once for all who wait, and answers "no job" from memory while it must still be true.
pub struct Gate(Arc<Shared>);

struct Shared {
    inner: Database,
    line: Mutex<Line>,
    /// Grows with everything after which there may be a job.
    changes: Arc<AtomicU64>,
    believed_for: Duration,
}

/// Who waits, and what is known.
#[derive(Default)]
struct Line {
    waiting: VecDeque<Place>,
    /// Jobs that were found for places that no longer waited. They are ours, so somebody here has to do them.
    spare: VecDeque<DbRow>,
    /// Whether somebody is asking for those who wait.
    asking: bool,
    /// Nothing was found by a question that began after so many changes, at this time.
    found_nothing: Option<(u64, Instant)>,
}

type Place = oneshot::Sender<Result<Option<DbRow>, DbError>>;

impl Gate {
    /// A gate before these connections. `poll` is how often the worker looks by itself: jobs that become due are
    /// announced by nobody, so what was found is believed for half of that.
    #[must_use]
    pub fn before(connections: &PgPool, poll: Duration) -> Database {
        Database::new(Self::new(Database::from(connections.clone()), poll))
    }

    fn new(inner: Database, poll: Duration) -> Self {
        let (line, changes) = (Mutex::default(), Arc::default());
        Self(Arc::new(Shared { inner, line, changes, believed_for: poll / 2 }))
    }

    async fn claim(&self, sql: &str, params: DbParams) -> Result<Vec<DbRow>, DbError> {
        let (place, answer) = oneshot::channel();
        let leads = {
            let mut line = self.0.line();
            line.waiting.push_back(place);
            !std::mem::replace(&mut line.asking, true)
        };
        if leads {
            // A task of its own: a place that stops waiting must not take with it what was found for the others.
            let (shared, sql) = (Arc::clone(&self.0), sql.to_owned());
            tokio::spawn(async move { shared.ask_for_all(&sql, &params).await });
        }
        let gone = |_| DbError::new("whoever asked for jobs is gone");
        Ok(answer.await.map_err(gone)??.into_iter().collect())
    }

    /// A job that ended may have been what another one waited for.
    fn changed(&self) {
        self.0.changes.fetch_add(1, Ordering::AcqRel);
    }
}

impl Shared {
    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks until nobody waits.
    async fn ask_for_all(&self, sql: &str, params: &DbParams) {
        loop {
            let changes = self.changes.load(Ordering::Acquire);
            let Some(wanted) = self.wanted(changes) else { return };
            let sql = sql.replace(LIMIT_ONE, &format!("limit {wanted}"));
            let found = self.inner.fetch_all(&sql, params.clone()).await;
            let mut line = self.line();
            match found {
                Ok(rows) => {
                    line.found_nothing = (rows.len() < wanted).then(|| (changes, Instant::now()));
                    line.spare.extend(rows);
                    line.hand_out();
                }
                Err(error) => line.fail(&error),
            }
        }
    }

    /// For how many jobs to ask now. `None` when nobody waits any more: whoever comes next asks anew.
    fn wanted(&self, changes: u64) -> Option<usize> {
        let mut line = self.line();
        line.hand_out();
        if line.there_is_nothing(changes, self.believed_for) {
            line.send_all_away();
        }
        let waiting = line.waiting.len();
        let wanted = JOBS_AT_ONCE.into_iter().find(|jobs| *jobs <= waiting);
        line.asking = wanted.is_some();
        wanted
    }
}

impl Line {
    /// Gives each job to the first who still waits.
    fn hand_out(&mut self) {
        while let Some(row) = self.spare.pop_front() {
            let Some(place) = self.waiting.pop_front() else {
                self.spare.push_front(row);
                return;
            };
            if let Err(Ok(Some(row))) = place.send(Ok(Some(row))) {
                self.spare.push_front(row);
            }
        }
    }

    fn there_is_nothing(&self, changes: u64, believed_for: Duration) -> bool {
        self.found_nothing.is_some_and(|(since, at)| since == changes && at.elapsed() < believed_for)
    }

    fn send_all_away(&mut self) {
        for place in self.waiting.drain(..) {
            place.send(Ok(None)).ok();
        }
    }

    /// Whoever stood in line behind a question that failed does not wait as long for the same answer.
    fn fail(&mut self, error: &DbError) {
        for place in self.waiting.drain(..) {
            place.send(Err(DbError::new(error.to_string()))).ok();
        }
    }
}

/// Whether this asks for one job. Were it worded otherwise one day, the gate would stand open.
fn is_claim(sql: &str) -> bool {
    sql.contains("jobs.is_available = true") && sql.contains(LIMIT_ONE)
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate").finish_non_exhaustive()
    }
}

impl DbExecutor for Gate {
    fn execute<'a>(&'a self, sql: &'a str, params: DbParams) -> BoxFuture<'a, Result<u64, DbError>> {
        Box::pin(async move {
            let done = self.0.inner.execute(sql, params).await;
            self.changed();
            done
        })
    }

    fn fetch_all<'a>(&'a self, sql: &'a str, params: DbParams) -> BoxFuture<'a, Result<Vec<DbRow>, DbError>> {
        Box::pin(async move {
            if is_claim(sql) {
                return self.claim(sql, params).await;
            }
            let rows = self.0.inner.fetch_all(sql, params).await;
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
        Box::pin(self.0.inner.begin())
    }

    fn listen<'a>(&'a self, channel: &'a str) -> BoxFuture<'a, Result<Option<NotificationStream>, DbError>> {
        Box::pin(async move {
            let changes = Arc::clone(&self.0.changes);
            let heard = self.0.inner.listen(channel).await?;
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
        /// Jobs that are there. A question takes as many as it is for.
        jobs: AtomicU64,
    }

    impl DbExecutor for Counting {
        fn execute<'a>(&'a self, _: &'a str, _: DbParams) -> BoxFuture<'a, Result<u64, DbError>> {
            Box::pin(async { Ok(0) })
        }

        fn fetch_all<'a>(&'a self, sql: &'a str, _: DbParams) -> BoxFuture<'a, Result<Vec<DbRow>, DbError>> {
            Box::pin(async move {
                self.asked.fetch_add(1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(20)).await;
                if self.away {
                    return Err(DbError::new("away"));
                }
                let (_, limit) = sql.split_once("limit ").unwrap();
                let limit: u64 = limit.split_whitespace().next().unwrap().parse().unwrap();
                let there = self.jobs.load(Ordering::SeqCst);
                self.jobs.store(there.saturating_sub(limit), Ordering::SeqCst);
                Ok((0..there.min(limit)).map(|_| DbRow::default()).collect())
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
        let counting = Counting { asked: Arc::clone(&asked), away, jobs: AtomicU64::new(0) };
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
        assert_eq!(asked.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn after_a_notification_or_a_finished_job_it_is_asked_again() {
        let (database, asked) = gate(false, Duration::from_mins(1));
        all_ask(&database).await;
        let heard = database.listen("jobs:insert").await.unwrap().unwrap();
        assert_eq!(heard.count().await, 1);
        all_ask(&database).await;
        assert_eq!(asked.load(Ordering::SeqCst), 2);
        database.execute("finishing a job", DbParams::from(Vec::new())).await.unwrap();
        all_ask(&database).await;
        assert_eq!(asked.load(Ordering::SeqCst), 3);
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

    const QUESTION: &str = "select where jobs.is_available = true limit 1 for update";

    fn gate_with(jobs: u64) -> (Gate, Arc<AtomicU64>) {
        let asked = Arc::new(AtomicU64::new(0));
        let counting = Counting { asked: Arc::clone(&asked), away: false, jobs: AtomicU64::new(jobs) };
        (Gate::new(Database::new(counting), Duration::from_mins(1)), asked)
    }

    #[tokio::test]
    async fn one_question_finds_jobs_for_all_who_wait() {
        let (gate, asked) = gate_with(40);
        let places = (0..64).map(|_| gate.claim(QUESTION, DbParams::default()));
        let found = futures::future::join_all(places).await.into_iter().map(|rows| rows.unwrap().len());
        assert_eq!(found.sum::<usize>(), 40);
        // Sixteen, sixteen, and the eight that are left.
        assert_eq!(asked.load(Ordering::SeqCst), 3);
    }

    #[tokio::test]
    async fn a_job_found_for_a_place_that_no_longer_waits_is_given_to_another() {
        let (gate, _) = gate_with(1);
        let impatient = tokio::time::timeout(Duration::from_millis(5), gate.claim(QUESTION, DbParams::default()));
        assert!(impatient.await.is_err());
        let patient = gate.claim(QUESTION, DbParams::default());
        assert_eq!(patient.await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn a_database_that_is_away_is_waited_for_once() {
        let (database, asked) = gate(true, Duration::from_mins(1));
        assert_eq!(all_ask(&database).await, 0);
        assert_eq!(asked.load(Ordering::SeqCst), 1);
    }
}
