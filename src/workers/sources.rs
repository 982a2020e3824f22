//! Fetches a shop's catalog from one of its addresses, writes down what came of it, and queues the next fetch.

use std::sync::Arc;

use chrono::TimeDelta;
use tokio::sync::Semaphore;

use crate::base::clock::Clock;
use crate::base::ids::{MerchantId, SourceId};
use crate::base::store::Scope;
use crate::base::store::connections::Connections;
use crate::catalog::import::ShopDefaults;
use crate::catalog::sources::client::Fetcher;
use crate::catalog::sources::fetch::fetch;
use crate::catalog::sources::store::{SourceError, Sources};
use crate::merchants::store::Merchants;

/// How many are fetched at once by one server. A fetch may last minutes, and deliveries and payments share its places
/// among the workers: with more due, the others come again a little later.
pub const FETCHES_MAX: usize = 4;
/// How much later.
const LATER: TimeDelta = TimeDelta::seconds(15);

/// The worker.
#[derive(Debug)]
pub struct SourceWorker {
    connections: Connections,
    merchants: Merchants,
    fetcher: Fetcher,
    clock: Clock,
    places: Arc<Semaphore>,
    /// Held by whoever reads and imports a file: each may take some hundred megabytes of memory.
    turns: Semaphore,
}

impl SourceWorker {
    /// A worker on this database that fetches by this.
    #[must_use]
    pub fn new(connections: Connections, merchants: Merchants, fetcher: Fetcher, clock: Clock) -> Self {
        let places = Arc::new(Semaphore::new(FETCHES_MAX));
        Self { connections, merchants, fetcher, clock, places, turns: Semaphore::new(1) }
    }

    /// Fetches a source, if it is still there.
    ///
    /// # Errors
    /// When it is not known what came of it, for reasons of ours; the job is tried again.
    pub async fn run(&self, merchant: MerchantId, source: SourceId) -> anyhow::Result<()> {
        let scope = Scope::new(self.connections.clone(), merchant);
        let sources = Sources::of(&scope);
        let Ok(_place) = self.places.try_acquire() else {
            return Ok(sources.later(source, self.clock.now() + LATER).await?);
        };
        let source = match sources.find(source).await {
            Ok(source) => source,
            Err(SourceError::NoSuch) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let Some(shop) = self.merchants.by_id(merchant).await? else { return Ok(()) };
        let shop = ShopDefaults { currency: shop.currency, language: shop.locale.language() };
        let (came, read) = fetch(&scope, shop, &source, &self.fetcher, &self.turns).await?;
        let outcome = if came.is_failure() { "failed" } else { "fetched" };
        metrics::counter!("trato_sources_fetched_total", "outcome" => outcome).increment(1);
        sources.settle(&source, &came, read.as_ref(), self.clock.now()).await?;
        Ok(())
    }
}
