//! The stream that tells an open page that something changed. It carries no content: the page fetches itself.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::Stream;
use futures::stream;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::conversation::changes::{Change, Watcher};
use crate::web::error::WebError;
use crate::web::inbox::InboxState;
use crate::web::inbox::session::SignedIn;

/// After one change the rest of a burst is waited for, so that it is one reload.
const GATHER: Duration = Duration::from_millis(250);
/// A stream ends after this long and the browser opens another: the session is then looked at again.
const STREAM_LASTS: Duration = Duration::from_mins(10);
/// How often an idle stream says that it is alive; proxies close those that do not.
const KEEP_ALIVE: Duration = Duration::from_secs(20);

pub async fn events(
    State(state): State<InboxState>,
    signed: SignedIn,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, WebError> {
    let permit = Arc::clone(&state.watchers).try_acquire_owned().map_err(|_| WebError::Busy)?;
    let watching = Watching {
        watcher: state.changes.watch(signed.scope.merchant()),
        stopping: state.stopping.clone(),
        ends: Instant::now() + STREAM_LASTS,
        _permit: permit,
    };
    let events = stream::unfold(watching, async |mut watching| {
        let event = watching.next().await?;
        Some((Ok(event), watching))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

struct Watching {
    watcher: Watcher,
    stopping: CancellationToken,
    ends: Instant,
    _permit: OwnedSemaphorePermit,
}

impl Watching {
    async fn next(&mut self) -> Option<Event> {
        let first = tokio::select! {
            change = self.watcher.next() => change?,
            () = self.stopping.cancelled() => return None,
            () = tokio::time::sleep_until(self.ends) => return None,
        };
        let mut changed = vec![first];
        let gathered = Instant::now() + GATHER;
        while let Ok(Some(change)) = tokio::time::timeout_at(gathered, self.watcher.next()).await {
            if !changed.contains(&change) {
                changed.push(change);
            }
        }
        let words: Vec<String> = changed.into_iter().map(word).collect();
        Some(Event::default().event("changed").data(words.join(" ")))
    }
}

fn word(change: Change) -> String {
    match change {
        Change::Conversation(id) => id.to_string(),
        Change::Anything => "anything".to_owned(),
    }
}
