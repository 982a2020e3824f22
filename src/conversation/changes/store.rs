//! Listens for news, and notifies of what this process reported.

use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::PgListener;
use tokio_util::sync::CancellationToken;

use crate::conversation::changes::{Changes, News, read, written};

/// The name that is notified under; the triggers know it too.
const CHANNEL: &str = "trato_changed";
/// How long to wait before connecting again after the database refused.
const RETRY_AFTER: Duration = Duration::from_secs(2);

/// Passes news on until the future is dropped. Holds one of the pool's connections.
pub async fn listen(pool: PgPool, changes: Changes) {
    loop {
        if let Err(error) = pass_on(&pool, &changes).await {
            tracing::warn!(%error, "live pages lost their connection to the database");
        }
        changes.tell(News::Anything);
        tokio::time::sleep(RETRY_AFTER).await;
    }
}

async fn pass_on(pool: &PgPool, changes: &Changes) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    changes.tell(News::Anything);
    // `None` says that the connection was lost and what came meanwhile with it.
    while let Some(notification) = listener.try_recv().await? {
        changes.tell(read(notification.payload()));
    }
    Ok(())
}

/// After one report the rest of a burst is waited for: a turn, its reply and its delivery are one piece of news.
const GATHER: Duration = Duration::from_millis(150);

/// Notifies of what this process reports, until it stops; what was reported by then is still told.
pub async fn announce(pool: PgPool, changes: Changes, stop: CancellationToken) {
    // Whoever was killed here before may have left something untold: an empty word says that anything may be new.
    let mut news = vec![String::new()];
    loop {
        if let Err(error) = notify(&pool, &news).await {
            tracing::warn!(%error, "live pages could not be told what changed");
            stop.run_until_cancelled(tokio::time::sleep(RETRY_AFTER)).await;
        } else {
            news.clear();
        }
        if news.is_empty() && stop.run_until_cancelled(changes.reported.some.notified()).await.is_some() {
            stop.run_until_cancelled(tokio::time::sleep(GATHER)).await;
        }
        news.extend(
            changes.take_reported().into_iter().map(|(merchant, conversation)| written(merchant, conversation)),
        );
        if stop.is_cancelled() {
            // Nobody waits for a database that is away.
            notify(&pool, &news).await.ok();
            return;
        }
    }
}

async fn notify(pool: &PgPool, news: &[String]) -> Result<(), sqlx::Error> {
    sqlx::query!("select pg_notify($1, news) from unnest($2::text[]) as news", CHANNEL, news).execute(pool).await?;
    Ok(())
}
