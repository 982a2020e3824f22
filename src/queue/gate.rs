//! Has the places of a worker wait for jobs together.
//!
//! At each notification and each tick, `graphile_worker` has all its places ask for a job at once: with 64 places
//! one new job costs 64 statements, of which 63 find nothing, and 64 tasks that wake for it. Its own remedy, the local
//! queue, can wedge: a job taken between "cached" and "waiting" leaves it waiting over an empty cache. So the places
//! stand in line at this gate until there is something for them. One task looks, when there is a reason to: a
//! notification, a tick, a place that came free while there was more than could be taken. It asks for as many jobs as
//! there are places, and hands them out.
//!
//! Owns when the database is asked for jobs, and for how many. Must not change what is asked beyond that, nor lose a
//! job that was found.

use std::any::Any;
use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::StreamExt as _;
use graphile_worker::{
    BoxFuture, Database, DatabaseDriver, DbError, DbExecutor, DbParams, DbRow, DbTransaction, NotificationStream,
};
use sqlx::PgPool;
use tokio::sync::{Notify, oneshot};
use tokio_util::sync::{CancellationToken, DropGuard};

/// How many jobs one question may be for: few numbers, so that each stays a prepared statement.
const JOBS_AT_ONCE: [usize; 3] = [16, 4, 1];
/// What the queue's own question ends with, and where the number stands in it.
const LIMIT_ONE: &str = "limit 1";
/// After a look that found nothing, the next one waits this long: most notifications are about jobs of others, or
/// about jobs that are not due yet, and come in crowds.
const AFTER_NOTHING: Duration = Duration::from_millis(20);
/// A place waits this long at most before it is told that there is nothing, so that it can see for itself whether the
/// worker still goes on.
const PATIENCE: Duration = Duration::from_secs(1);

/// A database whose answer to "is there a job" comes when there is one.
pub struct Gate {
    shared: Arc<Shared>,
    _looking: DropGuard,
}

struct Shared {
    inner: Database,
    line: Mutex<Line>,
    /// There is a reason to look.
    reason: Notify,
}

/// Who waits, and for what.
#[derive(Default)]
struct Line {
    waiting: VecDeque<Place>,
    /// Jobs that were found for places that no longer waited. They are ours, so somebody here has to do them.
    spare: VecDeque<DbRow>,
    /// What the places ask; it is the same for all of one worker.
    question: Option<(String, DbParams)>,
    /// Whether there may be jobs that nobody was free to take.
    more: bool,
}

type Place = oneshot::Sender<Result<Option<DbRow>, DbError>>;

impl Gate {
    /// A gate before these connections. `poll` is how often it looks without a reason: jobs that become due are
    /// announced by nobody. Once stopped, it sends everybody away.
    #[must_use]
    pub fn before(connections: &PgPool, poll: Duration, stop: &CancellationToken) -> Database {
        Database::new(Self::new(Database::from(connections.clone()), poll, stop))
    }

    fn new(inner: Database, poll: Duration, stop: &CancellationToken) -> Self {
        let shared = Arc::new(Shared { inner, line: Mutex::default(), reason: Notify::new() });
        let stop = stop.child_token();
        tokio::spawn(Arc::clone(&shared).look_while_open(poll, stop.clone()));
        Self { shared, _looking: stop.drop_guard() }
    }

    async fn claim(&self, sql: &str, params: DbParams) -> Result<Vec<DbRow>, DbError> {
        let answer = self.shared.stand_in_line(sql, params);
        match tokio::time::timeout(PATIENCE, answer).await {
            Ok(Ok(answer)) => Ok(answer?.into_iter().collect()),
            // Nobody looks any more, or there was nothing for a while.
            Ok(Err(_)) | Err(_) => Ok(Vec::new()),
        }
    }

    /// A place that fails ends its worker, which waits for all the others first.
    fn send_away_after<T>(&self, done: Result<T, DbError>) -> Result<T, DbError> {
        done.inspect_err(|_| self.shared.line().send_all_away())
    }
}

impl Shared {
    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stand_in_line(&self, sql: &str, params: DbParams) -> oneshot::Receiver<Result<Option<DbRow>, DbError>> {
        let (place, answer) = oneshot::channel();
        let mut line = self.line();
        let first = line.question.is_none();
        line.question.get_or_insert_with(|| (sql.to_owned(), params));
        line.waiting.push_back(place);
        if first || line.more || !line.spare.is_empty() {
            self.reason.notify_one();
        }
        answer
    }

    async fn look_while_open(self: Arc<Self>, poll: Duration, stop: CancellationToken) {
        while !stop.is_cancelled() {
            tokio::select! {
                () = stop.cancelled() => break,
                () = self.reason.notified() => {}
                () = tokio::time::sleep(poll) => {}
            }
            if self.look().await == Found::Nothing {
                stop.run_until_cancelled(tokio::time::sleep(AFTER_NOTHING)).await;
            }
        }
        self.line().send_all_away();
    }

    /// Asks until nobody waits or nothing is left.
    async fn look(&self) -> Found {
        let mut found = Found::Nothing;
        while let Some((sql, params, wanted)) = self.next_question() {
            let rows = self.inner.fetch_all(&sql, params).await;
            let mut line = self.line();
            match rows {
                Ok(rows) => {
                    line.more = rows.len() == wanted;
                    if !rows.is_empty() {
                        found = Found::Jobs;
                    }
                    line.spare.extend(rows);
                    line.hand_out();
                    if !line.more {
                        break;
                    }
                }
                Err(error) => {
                    line.fail(&error);
                    break;
                }
            }
        }
        found
    }

    /// What to ask, and for how many. `None` when nobody waits.
    fn next_question(&self) -> Option<(String, DbParams, usize)> {
        let mut line = self.line();
        line.hand_out();
        let waiting = line.waiting.len();
        line.more |= waiting == 0;
        let wanted = JOBS_AT_ONCE.into_iter().find(|jobs| *jobs <= waiting)?;
        let (sql, params) = line.question.as_ref()?;
        Some((sql.replace(LIMIT_ONE, &format!("limit {wanted}")), params.clone(), wanted))
    }
}

/// What came of a look.
#[derive(PartialEq, Eq)]
enum Found {
    Jobs,
    Nothing,
}

impl Line {
    /// Gives each job to the first who still waits.
    fn hand_out(&mut self) {
        self.waiting.retain(|place| !place.is_closed());
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

    fn send_all_away(&mut self) {
        for place in self.waiting.drain(..) {
            place.send(Ok(None)).ok();
        }
    }

    /// Whoever stands in line behind a question that failed does not wait as long for the same answer.
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
        Box::pin(async move { self.send_away_after(self.shared.inner.execute(sql, params).await) })
    }

    fn fetch_all<'a>(&'a self, sql: &'a str, params: DbParams) -> BoxFuture<'a, Result<Vec<DbRow>, DbError>> {
        Box::pin(async move {
            if is_claim(sql) {
                return self.claim(sql, params).await;
            }
            self.send_away_after(self.shared.inner.fetch_all(sql, params).await)
        })
    }
}

impl DatabaseDriver for Gate {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn begin(&self) -> BoxFuture<'_, Result<DbTransaction, DbError>> {
        Box::pin(self.shared.inner.begin())
    }

    fn listen<'a>(&'a self, channel: &'a str) -> BoxFuture<'a, Result<Option<NotificationStream>, DbError>> {
        Box::pin(async move {
            let shared = Arc::clone(&self.shared);
            let heard = self.shared.inner.listen(channel).await?;
            Ok(heard.map(|stream| -> NotificationStream {
                Box::pin(stream.inspect(move |_| shared.reason.notify_one()))
            }))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use graphile_worker::sql::get_job::get_job;
    use graphile_worker::sql::task_identifiers::TaskDetails;
    use tokio::time::timeout;

    use super::*;

    /// A database with so many jobs, or away, that counts how often it is asked. A question takes as many jobs as it
    /// is for.
    #[derive(Clone, Debug, Default)]
    struct Counting {
        asked: Arc<AtomicU64>,
        jobs: Arc<AtomicU64>,
        away: bool,
    }

    impl Counting {
        fn asked(&self) -> u64 {
            self.asked.load(Ordering::SeqCst)
        }
    }

    impl DbExecutor for Counting {
        fn execute<'a>(&'a self, _: &'a str, _: DbParams) -> BoxFuture<'a, Result<u64, DbError>> {
            Box::pin(async { if self.away { Err(DbError::new("away")) } else { Ok(0) } })
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

    const SELDOM: Duration = Duration::from_mins(1);
    const QUESTION: &str = "select where jobs.is_available = true limit 1 for update";

    fn gate(there: &Counting, poll: Duration) -> Gate {
        Gate::new(Database::new(there.clone()), poll, &CancellationToken::new())
    }

    fn with_jobs(jobs: u64) -> Counting {
        Counting { jobs: Arc::new(AtomicU64::new(jobs)), ..Counting::default() }
    }

    async fn sixty_four_places(gate: &Gate) -> Vec<Result<Vec<DbRow>, DbError>> {
        futures::future::join_all((0..64).map(|_| gate.claim(QUESTION, DbParams::default()))).await
    }

    fn jobs_in(answers: Vec<Result<Vec<DbRow>, DbError>>) -> usize {
        answers.into_iter().map(|rows| rows.unwrap().len()).sum()
    }

    #[tokio::test]
    async fn the_words_of_the_queue_itself_are_known() {
        let there = with_jobs(0);
        let database = Database::new(gate(&there, SELDOM));
        let tasks = TaskDetails::new();
        let ask = || get_job(&database, &tasks, "graphile_worker", "worker", &[], None);
        let (one, other) = tokio::join!(ask(), ask());
        assert!(one.unwrap().is_none() && other.unwrap().is_none());
        assert_eq!(there.asked(), 1);
    }

    #[tokio::test]
    async fn one_look_serves_all_who_wait() {
        let there = with_jobs(40);
        assert_eq!(jobs_in(sixty_four_places(&gate(&there, SELDOM)).await), 40);
        // Sixteen, sixteen, and the eight that are left.
        assert_eq!(there.asked(), 3);
    }

    #[tokio::test]
    async fn a_notification_is_a_reason_to_look() {
        let there = with_jobs(0);
        let gate = gate(&there, SELDOM);
        assert_eq!(jobs_in(sixty_four_places(&gate).await), 0);
        there.jobs.store(1, Ordering::SeqCst);
        let waiting = async { jobs_in(sixty_four_places(&gate).await) };
        let heard = async { gate.listen("jobs:insert").await.unwrap().unwrap().count().await };
        assert_eq!(tokio::join!(waiting, heard), (1, 1));
        assert_eq!(there.asked(), 2);
    }

    #[tokio::test]
    async fn a_notification_that_came_while_all_were_busy_is_not_forgotten() {
        let there = with_jobs(0);
        let gate = gate(&there, SELDOM);
        assert_eq!(gate.claim(QUESTION, DbParams::default()).await.unwrap().len(), 0);
        assert_eq!(gate.listen("jobs:insert").await.unwrap().unwrap().count().await, 1);
        tokio::time::sleep(Duration::from_millis(50)).await;
        there.jobs.store(1, Ordering::SeqCst);
        assert_eq!(gate.claim(QUESTION, DbParams::default()).await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn what_falls_due_is_found_at_the_next_tick() {
        let there = with_jobs(0);
        let gate = gate(&there, Duration::from_millis(50));
        let waiting = gate.claim(QUESTION, DbParams::default());
        let falls_due = async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            there.jobs.store(1, Ordering::SeqCst);
        };
        assert_eq!(tokio::join!(waiting, falls_due).0.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn a_job_found_for_a_place_that_no_longer_waits_is_given_to_another() {
        let gate = gate(&with_jobs(1), SELDOM);
        let impatient = timeout(Duration::from_millis(5), gate.claim(QUESTION, DbParams::default()));
        assert!(impatient.await.is_err());
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(gate.claim(QUESTION, DbParams::default()).await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn a_database_that_is_away_is_waited_for_once() {
        let there = Counting { away: true, ..Counting::default() };
        let answers = sixty_four_places(&gate(&there, SELDOM)).await;
        assert!(answers.iter().all(Result::is_err));
        assert_eq!(there.asked(), 1);
    }

    #[tokio::test]
    async fn nobody_waits_on_when_the_worker_stops_or_one_of_its_places_fails() {
        let stop = CancellationToken::new();
        let stopped = Gate::new(Database::new(with_jobs(0)), SELDOM, &stop);
        let waiting = timeout(PATIENCE / 2, sixty_four_places(&stopped));
        let stops = async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            stop.cancel();
        };
        assert_eq!(jobs_in(tokio::join!(waiting, stops).0.unwrap()), 0);

        let there = with_jobs(0);
        let failing = gate(&there, SELDOM);
        let waiting = timeout(PATIENCE / 2, sixty_four_places(&failing));
        let fails = async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            failing.send_away_after(Err::<(), _>(DbError::new("a job could not be finished")))
        };
        let (waited, failed) = tokio::join!(waiting, fails);
        assert_eq!(jobs_in(waited.unwrap()), 0);
        assert!(failed.is_err());
    }
}
