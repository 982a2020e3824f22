//! Listens for the news that triggers send.

use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::PgListener;

use crate::conversation::changes::{Changes, News, read};

/// The name the triggers notify under.
const CHANNEL: &str = "trato_changed";
/// How long to wait before connecting again after the database refused.
const RETRY_AFTER: Duration = Duration::from_secs(2);

/// Passes news on until the future is dropped. Holds one connection beside the pool's.
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
