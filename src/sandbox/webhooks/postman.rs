//! The postman: carries webhooks in lanes, one after the other within a lane, and retries what is not answered
//! with success. Every webhook and every answer is written down for tests to read.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::Serialize;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::base::clock::{Clock, Time};
use crate::sandbox::faults::{Fault, Faults, Service};
use crate::sandbox::webhooks::client::HookClient;
use crate::sandbox::webhooks::signature;
use crate::sandbox::world::lock;

/// One webhook to be carried.
pub(in crate::sandbox) struct Envelope {
    /// Who sends it; decides the signature and which faults strike.
    pub service: Service,
    /// What it is about, for whoever reads the list: `messages.text`, `statuses.sent`, an event type.
    pub kind: String,
    /// Where it goes.
    pub url: String,
    /// The raw body.
    pub body: String,
    /// Signs it.
    pub secret: String,
    /// How long to wait before it goes.
    pub after: Duration,
    /// What to do when it has been answered with success for the first time.
    pub on_accepted: Option<Box<dyn FnOnce() + Send + Sync>>,
}

/// A webhook as it was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WebhookRecord {
    /// Numbers them in the order of what happened.
    pub id: u64,
    /// Who sent it.
    pub service: Service,
    /// What it is about.
    pub kind: String,
    /// Where it goes.
    pub url: String,
    /// The raw body.
    pub body: String,
    /// What became of it.
    pub fate: Fate,
    /// Every time it was sent, with the answer.
    pub attempts: Vec<Attempt>,
    #[serde(skip)]
    secret: String,
}

/// What became of a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// Not yet answered with success.
    OnItsWay,
    /// Answered with success.
    Accepted,
    /// Every retry failed.
    GivenUp,
    /// A fault lost it: it was never sent.
    Lost,
}

/// One sending of a webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Attempt {
    /// When.
    pub at: Time,
    /// The signature header it carried.
    pub signature: String,
    /// The status of the answer; `None` when none came.
    pub status: Option<u16>,
}

/// How many webhooks are remembered, and how many may wait in one lane.
const RECORDS_MAX: usize = 5_000;

/// Carries webhooks.
#[derive(Clone)]
pub(in crate::sandbox) struct Postman(Arc<Office>);

struct Office {
    client: HookClient,
    clock: Clock,
    retry_gaps: Vec<Duration>,
    faults: Arc<Mutex<Faults>>,
    lanes: Mutex<HashMap<String, mpsc::Sender<Parcel>>>,
    book: Mutex<Book>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

#[derive(Default)]
struct Book {
    next: u64,
    records: VecDeque<WebhookRecord>,
}

struct Parcel {
    record: u64,
    envelope: Envelope,
    copies: u8,
}

impl Postman {
    /// A postman who stops when told.
    pub fn new(
        client: HookClient,
        clock: Clock,
        retry_gaps: Vec<Duration>,
        faults: Arc<Mutex<Faults>>,
        stop: CancellationToken,
    ) -> Self {
        Self(Arc::new(Office {
            client,
            clock,
            retry_gaps,
            faults,
            lanes: Mutex::default(),
            book: Mutex::default(),
            tasks: TaskTracker::new(),
            stop,
        }))
    }

    /// Takes the webhooks of one happening, in their true order. Within a lane they arrive in that order, unless a
    /// fault strikes or the first try fails.
    pub fn carry(&self, lane: &str, mut envelopes: Vec<Envelope>) {
        let Some(service) = envelopes.first().map(|envelope| envelope.service) else { return };
        let reordered =
            |fault: &Fault| matches!(fault, Fault::WebhookReordered { service: whose } if *whose == service);
        if envelopes.len() > 1 && self.strikes(reordered) {
            envelopes.reverse();
        }
        for envelope in envelopes {
            self.post_one(lane, envelope);
        }
    }

    fn post_one(&self, lane: &str, envelope: Envelope) {
        let service = envelope.service;
        let record = self.enter(&envelope);
        if self.strikes(|fault| matches!(fault, Fault::WebhookLost { service: whose } if *whose == service)) {
            self.note(record, |entry| entry.fate = Fate::Lost);
            return;
        }
        let twice =
            |fault: &Fault| matches!(fault, Fault::WebhookDuplicated { service: whose } if *whose == service);
        let copies = if self.strikes(twice) { 2 } else { 1 };
        let delay = lock(&self.0.faults).draw(|fault| match fault {
            Fault::WebhookDelayed { service: whose, milliseconds } if *whose == service => Some(*milliseconds),
            _ => None,
        });
        let parcel = Parcel { record, envelope, copies };
        match delay {
            Some(milliseconds) => self.carry_late(Duration::from_millis(milliseconds), parcel),
            None => self.queue(lane, parcel),
        }
    }

    fn strikes(&self, wanted: impl Fn(&Fault) -> bool) -> bool {
        lock(&self.0.faults).draw(|fault| wanted(fault).then_some(())).is_some()
    }

    fn carry_late(&self, by: Duration, parcel: Parcel) {
        let postman = self.clone();
        self.spawn(async move {
            tokio::time::sleep(by).await;
            postman.deliver(parcel).await;
        });
    }

    fn queue(&self, lane: &str, parcel: Parcel) {
        let sender = lock(&self.0.lanes)
            .entry(lane.to_owned())
            .or_insert_with(|| {
                let (sender, mut parcels) = mpsc::channel::<Parcel>(RECORDS_MAX);
                let postman = self.clone();
                self.spawn(async move {
                    while let Some(parcel) = parcels.recv().await {
                        postman.deliver(parcel).await;
                    }
                });
                sender
            })
            .clone();
        if let Err(refused) = sender.try_send(parcel) {
            let record = refused.into_inner().record;
            tracing::warn!(webhook.id = record, "the sandbox's webhook lane is full; the webhook is lost");
            self.note(record, |entry| entry.fate = Fate::Lost);
        }
    }

    /// Sends it once or twice; what fails is retried off the lane, so that later ones are not held up.
    async fn deliver(&self, mut parcel: Parcel) {
        tokio::time::sleep(parcel.envelope.after).await;
        let mut accepted = false;
        for _ in 0..parcel.copies {
            accepted |= self.attempt(parcel.record, &parcel.envelope).await;
        }
        if accepted {
            self.accept(&mut parcel);
        } else {
            let postman = self.clone();
            self.spawn(async move { postman.retry(parcel).await });
        }
    }

    async fn retry(&self, mut parcel: Parcel) {
        for gap in &self.0.retry_gaps {
            tokio::time::sleep(*gap).await;
            if self.attempt(parcel.record, &parcel.envelope).await {
                self.accept(&mut parcel);
                return;
            }
        }
        self.note(parcel.record, |entry| entry.fate = Fate::GivenUp);
    }

    fn accept(&self, parcel: &mut Parcel) {
        self.note(parcel.record, |entry| entry.fate = Fate::Accepted);
        if let Some(act) = parcel.envelope.on_accepted.take() {
            act();
        }
    }

    async fn attempt(&self, record: u64, envelope: &Envelope) -> bool {
        self.send(record, envelope.service, &envelope.url, (&envelope.secret, &envelope.body)).await
    }

    async fn send(&self, record: u64, service: Service, url: &str, (secret, body): (&str, &str)) -> bool {
        let at = self.0.clock.now();
        let (header, signed) = match service {
            Service::Graph => ("x-hub-signature-256", signature::meta(secret, body)),
            Service::Stripe => ("stripe-signature", signature::stripe(secret, body, at)),
        };
        let answer = self.0.client.post(url, (header, &signed), body.to_owned()).await;
        if let Err(reason) = &answer {
            tracing::debug!(webhook.id = record, %reason, "a sandbox webhook got no answer");
        }
        let status = answer.ok();
        self.note(record, |entry| entry.attempts.push(Attempt { at, signature: signed, status }));
        match service {
            Service::Graph => status == Some(200),
            Service::Stripe => status.is_some_and(|status| (200..300).contains(&status)),
        }
    }

    /// Sends a remembered webhook once more, as the resend button of Stripe's dashboard does: the same event id.
    /// Gives the status of the answer, or `None` when nothing is remembered under `id` or no answer came.
    pub async fn send_again(&self, id: u64) -> Option<u16> {
        let old = lock(&self.0.book).records.iter().find(|record| record.id == id).cloned()?;
        self.send(id, old.service, &old.url, (&old.secret, &old.body)).await;
        lock(&self.0.book).records.iter().find(|record| record.id == id)?.attempts.last()?.status
    }

    /// Every webhook remembered, in the order of what happened.
    pub fn records(&self) -> Vec<WebhookRecord> {
        lock(&self.0.book).records.iter().cloned().collect()
    }

    /// Asks the server under test for something, as Meta does when a webhook is set up.
    pub fn client(&self) -> &HookClient {
        &self.0.client
    }

    /// Waits until every task has noticed the stop.
    pub async fn stopped(&self) {
        self.0.tasks.close();
        self.0.tasks.wait().await;
    }

    fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let stop = self.0.stop.clone();
        self.0.tasks.spawn(async move { stop.run_until_cancelled(work).await });
    }

    fn enter(&self, envelope: &Envelope) -> u64 {
        let mut book = lock(&self.0.book);
        let id = book.next;
        book.next += 1;
        if book.records.len() >= RECORDS_MAX {
            book.records.pop_front();
        }
        book.records.push_back(WebhookRecord {
            id,
            service: envelope.service,
            kind: envelope.kind.clone(),
            url: envelope.url.clone(),
            body: envelope.body.clone(),
            fate: Fate::OnItsWay,
            attempts: Vec::new(),
            secret: envelope.secret.clone(),
        });
        id
    }

    fn note(&self, id: u64, change: impl FnOnce(&mut WebhookRecord)) {
        if let Some(record) = lock(&self.0.book).records.iter_mut().find(|record| record.id == id) {
            change(record);
        }
    }
}
