//! News for live pages: which conversation looks different now.
//!
//! Triggers of the schema notify of what people do and of what goes wrong (its section "live pages"). What workers do
//! all day they report here after it is committed, and [`store`] notifies of it, many conversations at once: commits
//! that notify take turns in the whole server, so a turn of the agent must not be one. [`store`] also listens, on one
//! connection per process, and [`Changes`] passes the news on to whoever watches. News carries ids only. A watcher that
//! falls behind, or a connection that was lost, is told that anything may have changed; so is everybody when a process
//! starts, because one that was killed may have had something to tell.

pub mod store;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Notify, broadcast};
use uuid::Uuid;

use crate::base::ids::{ConversationId, MerchantId};

/// How many pieces of news a slow watcher may lag behind before it is told to look at everything.
const BACKLOG_MAX: usize = 1024;

/// The news of one process.
#[derive(Clone, Debug)]
pub struct Changes {
    sender: broadcast::Sender<News>,
    reported: Arc<Reported>,
}

/// What happened in this process and other processes do not know yet.
#[derive(Debug, Default)]
struct Reported {
    conversations: Mutex<BTreeSet<(MerchantId, ConversationId)>>,
    some: Notify,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum News {
    Conversation(MerchantId, ConversationId),
    Anything,
}

/// What a watcher is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// This conversation looks different.
    Conversation(ConversationId),
    /// Any of them may: some news was lost.
    Anything,
}

/// Somebody who watches one merchant's conversations.
#[derive(Debug)]
pub struct Watcher {
    merchant: MerchantId,
    receiver: broadcast::Receiver<News>,
}

impl Default for Changes {
    fn default() -> Self {
        Self { sender: broadcast::channel(BACKLOG_MAX).0, reported: Arc::default() }
    }
}

impl Changes {
    /// Starts watching: everything that changes from now on is told.
    #[must_use]
    pub fn watch(&self, merchant: MerchantId) -> Watcher {
        Watcher { merchant, receiver: self.sender.subscribe() }
    }

    /// Reports that a conversation looks different, after that was committed. Pages hear of it a moment later.
    pub fn happened(&self, merchant: MerchantId, conversation: ConversationId) {
        let first = {
            let mut waiting = self.reported.conversations.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.insert((merchant, conversation)) && waiting.len() == 1
        };
        if first {
            self.reported.some.notify_one();
        }
    }

    /// What was reported since this was asked last.
    fn take_reported(&self) -> BTreeSet<(MerchantId, ConversationId)> {
        std::mem::take(&mut *self.reported.conversations.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn tell(&self, news: News) {
        // Nobody watching is no failure.
        let _ = self.sender.send(news);
    }
}

impl Watcher {
    /// The next change; `None` when there will be no more.
    pub async fn next(&mut self) -> Option<Change> {
        loop {
            match self.receiver.recv().await {
                Ok(News::Conversation(merchant, id)) if merchant == self.merchant => {
                    return Some(Change::Conversation(id));
                }
                Ok(News::Conversation(..)) => {}
                Ok(News::Anything) | Err(broadcast::error::RecvError::Lagged(_)) => return Some(Change::Anything),
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    }
}

fn written(merchant: MerchantId, conversation: ConversationId) -> String {
    format!("{}:{}", merchant.uuid(), conversation.uuid())
}

/// `merchant_uuid:conversation_uuid`; anything else is news that we do not understand, so anything may have changed.
fn read(payload: &str) -> News {
    let ids = payload.split_once(':').and_then(|(merchant, conversation)| {
        Some((Uuid::try_parse(merchant).ok()?, Uuid::try_parse(conversation).ok()?))
    });
    ids.map_or(News::Anything, |(merchant, conversation)| {
        News::Conversation(MerchantId::from_uuid(merchant), ConversationId::from_uuid(conversation))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_watcher_hears_of_its_own_merchant_only() {
        let changes = Changes::default();
        let (ours, theirs) = (MerchantId::generate(), MerchantId::generate());
        let (mine, other) = (ConversationId::generate(), ConversationId::generate());
        let mut watcher = changes.watch(ours);
        changes.tell(News::Conversation(theirs, other));
        changes.tell(News::Conversation(ours, mine));
        assert_eq!(watcher.next().await, Some(Change::Conversation(mine)));
    }

    #[tokio::test]
    async fn a_watcher_that_lags_is_told_to_look_at_everything() {
        let changes = Changes::default();
        let merchant = MerchantId::generate();
        let mut watcher = changes.watch(merchant);
        for _ in 0..=BACKLOG_MAX {
            changes.tell(News::Conversation(merchant, ConversationId::generate()));
        }
        assert_eq!(watcher.next().await, Some(Change::Anything));
    }

    #[test]
    fn news_that_cannot_be_read_may_be_about_anything() {
        assert_eq!(read("x"), News::Anything);
        let (merchant, conversation) = (MerchantId::generate(), ConversationId::generate());
        assert_eq!(read(&written(merchant, conversation)), News::Conversation(merchant, conversation));
    }
}
