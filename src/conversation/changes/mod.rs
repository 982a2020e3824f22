//! News for live pages: which conversation looks different now.
//!
//! Triggers of the schema notify (its section "live pages" says when, and why never on incoming messages);
//! [`store`] listens on one connection per process and [`Changes`] passes the news on to whoever watches. News
//! carries ids only. A watcher that falls behind, or a connection that was lost, is told that anything may have
//! changed: nobody misses a change, they only look once more.

pub mod store;

use tokio::sync::broadcast;
use uuid::Uuid;

use crate::base::ids::{ConversationId, MerchantId};

/// How many pieces of news a slow watcher may lag behind before it is told to look at everything.
const BACKLOG_MAX: usize = 1024;

/// The news of one process.
#[derive(Clone, Debug)]
pub struct Changes {
    sender: broadcast::Sender<News>,
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
        Self { sender: broadcast::channel(BACKLOG_MAX).0 }
    }
}

impl Changes {
    /// Starts watching: everything that changes from now on is told.
    #[must_use]
    pub fn watch(&self, merchant: MerchantId) -> Watcher {
        Watcher { merchant, receiver: self.sender.subscribe() }
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
        let payload = format!("{}:{}", merchant.uuid(), conversation.uuid());
        assert_eq!(read(&payload), News::Conversation(merchant, conversation));
    }
}
