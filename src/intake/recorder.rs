//! Records events in groups: while statements are being written, the requests that arrive meanwhile gather and share
//! the next one. A caller is answered only after the commit that holds its events.
//!
//! Alone, an event costs one round trip; under load, hundreds share it. That is what lets one database take ten
//! thousand messages a second without a second kind of storage in front of it.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use tokio::sync::{mpsc, oneshot};

use crate::intake::store::{Intake, NewEvent, RecordError, Timing};

/// Requests that may wait to be written; beyond it callers wait.
const REQUESTS_WAITING_MAX: usize = 4096;
/// How many statements are written at once. With one, most requests wait for the rest of another's commit first; with
/// more than two, groups are small when many come. What belongs to one conversation always goes to the same writer, so
/// that it is written in the order in which it came.
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
    writers: [mpsc::Sender<Request>; WRITERS],
}

impl Recorder {
    /// Starts the writers. They end by themselves when the last `Recorder` is dropped and all requests are answered.
    #[must_use]
    pub fn start(intake: &Intake, timing: Timing) -> Self {
        let writer = |_| {
            let (requests, waiting) = mpsc::channel(REQUESTS_WAITING_MAX);
            tokio::spawn(write_groups(intake.clone(), timing, waiting));
            requests
        };
        Self { writers: std::array::from_fn(writer) }
    }

    /// Records events in one transaction, together with whatever else is waiting.
    ///
    /// # Errors
    /// When they could not be stored; then none of them was, and the sender should come again.
    pub async fn record(&self, events: Vec<NewEvent>) -> Result<(), RecordError> {
        let Some(writer) = events.first().and_then(|event| self.writers.get(place(event))) else { return Ok(()) };
        let (answer, answered) = oneshot::channel();
        writer.send(Request { events, answer }).await.map_err(|_| RecordError::Stopped)?;
        answered.await.map_err(|_| RecordError::Stopped)?
    }
}

/// Whose writer takes a request that begins with this event.
fn place(event: &NewEvent) -> usize {
    let mut hasher = DefaultHasher::new();
    (event.merchant, event.conversation).hash(&mut hasher);
    usize::try_from(hasher.finish() % WRITERS as u64).unwrap_or_default()
}

async fn write_groups(intake: Intake, timing: Timing, mut waiting: mpsc::Receiver<Request>) {
    while let Some(first) = waiting.recv().await {
        let group = gather(first, &mut waiting);
        write(&intake, timing, group).await;
    }
}

/// The first request and all that wait behind it, up to the bound.
fn gather(first: Request, waiting: &mut mpsc::Receiver<Request>) -> Vec<Request> {
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
