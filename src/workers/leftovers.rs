//! What the catalog keeps for a while and no longer: uploads and answers to changes over the API for a day,
//! what was there before an import for as long as that can be undone.

use std::time::Duration;

use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use crate::catalog::{changes, undo, uploads};

/// How often they are looked for.
const EVERY: Duration = Duration::from_hours(1);

/// Throws away what is older than that, now and then, until told to stop.
pub async fn keep_swept(pool: PgPool, stop: CancellationToken) {
    loop {
        told("uploads", uploads::store::sweep(&pool).await);
        told("answers", changes::store::sweep(&pool).await);
        told("pasts of imports", undo::store::sweep(&pool).await);
        if stop.run_until_cancelled(tokio::time::sleep(EVERY)).await.is_none() {
            return;
        }
    }
}

fn told(what: &'static str, swept: Result<u64, sqlx::Error>) {
    match swept {
        Ok(0) => {}
        Ok(count) => tracing::info!(what, count, "what was kept long enough was thrown away"),
        Err(error) => tracing::warn!(what, %error, "what was kept long enough could not be thrown away"),
    }
}
