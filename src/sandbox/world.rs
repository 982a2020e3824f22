//! Everything the sandbox remembers while it runs, in memory only, and the ways its parts reach one another.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

use crate::base::clock::{Clock, Time};
use crate::sandbox::calls::ApiCall;
use crate::sandbox::faults::{Fault, Faults};
use crate::sandbox::graph::media::MediaShelf;
use crate::sandbox::graph::pace::PairRates;
use crate::sandbox::phone::chat::ChatEntry;
use crate::sandbox::phone::chats::{ChatKey, Chats};
use crate::sandbox::settings::{SandboxNumber, SandboxStripeAccount, Timings};
use crate::sandbox::stripe::ledger::Ledger;
use crate::sandbox::webhooks::postman::Postman;

/// What handlers, the control handle and background work share.
pub struct World {
    pub clock: Clock,
    pub timings: Timings,
    pub whatsapp_app_secret: String,
    pub base_url: String,
    pub directory: Mutex<Directory>,
    pub chats: Mutex<Chats>,
    pub media: Mutex<MediaShelf>,
    pub pairs: Mutex<PairRates>,
    pub ledger: Mutex<Ledger>,
    /// Held while a call with an idempotency key is carried out, so that two of the same key cannot both work.
    pub keyed_call: Mutex<()>,
    pub faults: Arc<Mutex<Faults>>,
    pub postman: Postman,
    pub calls: Mutex<VecDeque<ApiCall>>,
    pub live: broadcast::Sender<Live>,
    pub stop: CancellationToken,
}

/// Who is connected, and where the server under test lives. Tests add to it while the sandbox runs.
pub struct Directory {
    pub app_url: String,
    pub numbers: Vec<SandboxNumber>,
    pub accounts: Vec<SandboxStripeAccount>,
}

/// Something that an open phone page has to show at once.
#[derive(Clone, Debug)]
pub struct Live {
    pub key: ChatKey,
    pub news: News,
}

/// What changed in a chat.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case", tag = "news")]
pub enum News {
    /// A message is new or changed.
    Entry { entry: Box<ChatEntry> },
    /// The shop is typing.
    Typing { until: Time },
}

/// How many calls are remembered.
const CALLS_MAX: usize = 5_000;

impl World {
    /// The business number, when it is connected here.
    pub fn number(&self, phone_number_id: &str) -> Option<SandboxNumber> {
        lock(&self.directory).numbers.iter().find(|number| number.phone_number_id == phone_number_id).cloned()
    }

    /// The account a Stripe key belongs to.
    pub fn account(&self, api_key: &str) -> Option<SandboxStripeAccount> {
        lock(&self.directory).accounts.iter().find(|account| account.api_key == api_key).cloned()
    }

    /// An address at the server under test.
    pub fn app(&self, path: &str) -> String {
        format!("{}{path}", lock(&self.directory).app_url.trim_end_matches('/'))
    }

    /// Tells open phone pages about changed messages. Nobody listening is fine.
    pub fn show(&self, key: &ChatKey, entries: impl IntoIterator<Item = ChatEntry>) {
        for entry in entries {
            let news = News::Entry { entry: Box::new(entry) };
            let _ = self.live.send(Live { key: key.clone(), news });
        }
    }

    /// Writes down a call.
    pub fn note_call(&self, call: ApiCall) {
        let mut calls = lock(&self.calls);
        if calls.len() >= CALLS_MAX {
            calls.pop_front();
        }
        calls.push_back(call);
    }

    /// Whether a fault strikes now, and with what.
    pub fn draw<T>(&self, wanted: impl Fn(&Fault) -> Option<T>) -> Option<T> {
        lock(&self.faults).draw(wanted)
    }
}

/// The guarded value. A panic elsewhere leaves nothing half-done that would matter to a stand-in.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
