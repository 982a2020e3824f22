//! Makes the vectors that a shop's products lack, a slice at a time, so that a place among the workers is free again soon.

use std::sync::Arc;

use chrono::TimeDelta;
use tokio::sync::Mutex;

use crate::base::clock::Clock;
use crate::base::ids::MerchantId;
use crate::base::store::Scope;
use crate::base::store::connections::Connections;
use crate::catalog::vectors::embedder::Embedder;
use crate::catalog::vectors::fill::{Filled, fill};
use crate::queue::store::queue_vectors;

/// Batches of one slice: some seconds of work for a model in the process.
const BATCHES: usize = 10;

/// The worker.
#[derive(Debug)]
pub struct Vectors {
    connections: Connections,
    embedder: Option<Arc<dyn Embedder>>,
    clock: Clock,
    /// Held by whoever makes vectors: one batch at a time on a server, whatever its number of shops.
    turn: Mutex<()>,
}

impl Vectors {
    /// A worker on this database; without an embedder there is nothing for it to do.
    #[must_use]
    pub fn new(connections: Connections, embedder: Option<Arc<dyn Embedder>>, clock: Clock) -> Self {
        Self { connections, embedder, clock, turn: Mutex::default() }
    }

    /// Makes a slice of what a merchant's products lack, and queues the next one.
    ///
    /// # Errors
    /// When the embedder or the database does not do its part; the job is tried again, and what was made is kept.
    pub async fn run(&self, merchant: MerchantId) -> anyhow::Result<()> {
        let Some(embedder) = &self.embedder else { return Ok(()) };
        let turn = self.turn.lock().await;
        let scope = Scope::new(self.connections.clone(), merchant);
        let made = |count: usize| metrics::counter!("trato_vectors_made_total").increment(count as u64);
        let again = match fill(&scope, &**embedder, BATCHES, &made).await? {
            Filled::Whole => return Ok(()),
            Filled::More => self.clock.now(),
            Filled::Later(pause) => self.clock.now() + TimeDelta::from_std(pause)?,
        };
        drop(turn);
        let mut transaction = scope.begin().await?;
        queue_vectors(&mut transaction, merchant, again).await?;
        transaction.commit().await?;
        Ok(())
    }
}
