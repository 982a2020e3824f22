//! Records events in groups: while statements are being written, the requests that arrive meanwhile gather and share
//! the next one. A caller is answered only after the commit that holds its events.
//!
//! Alone, an event costs one round trip; under load, hundreds share it. That is what lets one database take ten
//! thousand messages a second without a second kind of storage in front of it.

use std::sync::Arc;

use tokio::sync::{Mutex, mpsc, oneshot};

use crate::intake::store::{Intake, NewEvent, RecordError, Timing};

/// Requests that may wait to be written; beyond it callers wait.
const REQUESTS_WAITING_MAX: usize = 4096;
/// How many statements are written at once. With one, most requests wait for the rest of another's commit first; with
/// more than two, groups are small when many come.
const WRITERS: usize = 2;
/// Events in one statement.
const EVENTS_PER_STATEMENT_MAX: usize = 1000;

struct Request {
    events: Vec<NewEvent>,
    answer: oneshot::Sender<Result<(), RecordError>>,
}

/// Takes events from every hook and writes them in groups.
#[derive(Clone, Debug)]
pub struct Recorder {
    requests: mpsc::Sender<Request>,
}

impl Recorder {
    /// Starts the writers. They end by themselves when the last `Recorder` is dropped and all requests are answered.
    #[must_use]
    pub fn start(intake: Intake, timing: Timing) -> Self {
        let (requests, waiting) = mpsc::channel(REQUESTS_WAITING_MAX);
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..WRITERS {
            tokio::spawn(write_groups(intake.clone(), timing, Arc::clone(&waiting)));
        }
        Self { requests }
    }

    /// Records events in one transaction, together with whatever else is waiting.
    ///
    /// # Errors
    /// When they could not be stored; then none of them was, and the sender should come again.
    pub async fn record(&self, events: Vec<NewEvent>) -> Result<(), RecordError> {
        if events.is_empty() {
            return Ok(());
        }
        let (answer, answered) = oneshot::channel();
        self.requests.send(Request { events, answer }).await.map_err(|_| RecordError::Stopped)?;
        answered.await.map_err(|_| RecordError::Stopped)?
    }
}

async fn write_groups(intake: Intake, timing: Timing, waiting: Arc<Mutex<mpsc::Receiver<Request>>>) {
    loop {
        let group = gather(&mut *waiting.lock().await).await;
        if group.is_empty() {
            return;
        }
        write(&intake, timing, group).await;
    }
}

/// The next request and all that wait behind it, up to the bound; none when no more will come.
async fn gather(waiting: &mut mpsc::Receiver<Request>) -> Vec<Request> {
    let Some(first) = waiting.recv().await else { return Vec::new() };
    let mut events = first.events.len();
    let mut group = vec![first];
    while events < EVENTS_PER_STATEMENT_MAX
        && let Ok(next) = waiting.try_recv()
    {
        events += next.events.len();
        group.push(next);
    }
    group
}

/// Writes the group in one statement. If the database refuses it, each request is tried alone, so that one that
/// cannot be stored does not take its neighbours down.
async fn write(intake: &Intake, timing: Timing, group: Vec<Request>) {
    let (requests, answers): (Vec<_>, Vec<_>) =
        group.into_iter().map(|request| (request.events, request.answer)).unzip();
    let all = requests.concat();
    metrics::histogram!("trato_intake_group_events").record(u32::try_from(all.len()).unwrap_or(u32::MAX));
    let together = intake.record(&all, timing).await;
    for (events, answer) in requests.iter().zip(answers) {
        let result = match &together {
            Ok(()) => Ok(()),
            Err(RecordError::Refused(_)) if requests.len() > 1 => intake.record(events, timing).await,
            Err(error) => Err(error.again()),
        };
        // A caller that hung up has lost its answer, not its events.
        drop(answer.send(result));
    }
}
