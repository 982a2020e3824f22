//! What the catalog keeps for a day and no longer: uploads, and answers to changes over the REST interface.

use std::time::Duration;

use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use crate::catalog::{changes, uploads};

/// How often they are looked for.
const EVERY: Duration = Duration::from_hours(1);

/// Throws away what is older than a day, now and then, until told to stop.
pub async fn keep_swept(pool: PgPool, stop: CancellationToken) {
    loop {
        told("uploads", uploads::store::sweep(&pool).await);
        told("answers", changes::store::sweep(&pool).await);
        if stop.run_until_cancelled(tokio::time::sleep(EVERY)).await.is_none() {
            return;
        }
    }
}

fn told(what: &'static str, swept: Result<u64, sqlx::Error>) {
    match swept {
        Ok(0) => {}
        Ok(count) => tracing::info!(what, count, "what was more than a day old was thrown away"),
        Err(error) => tracing::warn!(what, %error, "what is more than a day old could not be thrown away"),
    }
}
