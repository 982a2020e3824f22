//! Fetches a shop's catalog from one of its addresses, writes down what came of it, and queues the next fetch.

use std::sync::Arc;

use chrono::TimeDelta;
use tokio::sync::Semaphore;

use crate::base::clock::Clock;
use crate::base::ids::{MerchantId, SourceId};
use crate::base::store::Scope;
use crate::base::store::connections::Connections;
use crate::catalog::import::ShopDefaults;
use crate::catalog::sources::Came;
use crate::catalog::sources::client::Fetcher;
use crate::catalog::sources::fetch::fetch;
use crate::catalog::sources::store::{SourceError, Sources};
use crate::merchants::store::Merchants;

/// How many are fetched at once by one server. A fetch may last minutes, and deliveries and payments share its places
/// among the workers: with more due, the others come again a little later.
pub const FETCHES_MAX: usize = 4;
/// What is said of a failure of our own.
const OURS: &str = "Something went wrong on our side. It is tried again.";
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
    /// When the database does not answer; the job is tried again.
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
        let today = Some(self.clock.now().with_timezone(&shop.time_zone).date_naive());
        let shop = ShopDefaults { currency: shop.currency, language: shop.locale.language(), today };
        let fetched = fetch(&scope, shop, &source, &self.fetcher, &self.turns).await;
        // Said on the page and tried again as any other failure is, so that no source is ever given up.
        let (came, read) = fetched.unwrap_or_else(|error| {
            let error = format!("{:#}", anyhow::Error::new(error));
            tracing::error!(source.id = %source.id, error, "it is not known what came of a fetch");
            (Came::Failed { sentence: OURS.to_owned() }, None)
        });
        let outcome = if came.is_failure() { "failed" } else { "fetched" };
        metrics::counter!("trato_sources_fetched_total", "outcome" => outcome).increment(1);
        sources.settle(&source, &came, read.as_ref(), self.clock.now()).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use sqlx::PgPool;

    use super::*;
    use crate::catalog::sources::address::Reach;
    use crate::catalog::sources::client::Settings;
    use crate::catalog::uploads::Choices;
    use crate::merchants::sealed::Keyring;
    use crate::merchants::shop_file::read_shop_file;
    use crate::testing::fresh_database;

    const SHOP: &str = "slug = \"luna\"\nname = \"Luna\"\ncurrency = \"MXN\"\nlocale = \"es-MX\"\ntime_zone = \"UTC\"\n\
                        [policies.shipping]\nflat = \"0\"\n[policies.tax]\nrate = \"0\"\nmode = \"included\"\non_shipping = false\n";

    fn merchants(pool: &PgPool) -> Merchants {
        let key = "1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=".to_owned().into();
        Merchants::new(pool.clone(), Keyring::parse(&key).unwrap())
    }

    async fn shop(pool: &PgPool) -> Scope {
        let file = read_shop_file("shop.toml", SHOP).unwrap();
        Scope::new(pool.clone(), merchants(pool).add(&file.shop).await.unwrap())
    }

    fn worker(pool: &PgPool) -> SourceWorker {
        let second = Duration::from_secs(1);
        let settings = Settings {
            reach: Reach::default(),
            connect_timeout: second,
            silence_max: second,
            answer_timeout: second,
            bytes_max: 1,
        };
        let fetcher = Fetcher::new(settings).unwrap();
        SourceWorker::new(Connections::from(pool.clone()), merchants(pool), fetcher, Clock::machine())
    }

    #[tokio::test]
    async fn with_every_place_taken_a_source_comes_again_a_little_later() {
        let pool = fresh_database().await;
        let (scope, worker) = (shop(&pool).await, worker(&pool));
        let address = "https://localhost/feed.csv".parse().unwrap();
        let sources = Sources::of(&scope);
        let id = sources.add(&address, 6, &Choices::default(), Clock::machine().now()).await.unwrap();
        let taken = worker.places.acquire_many(4).await.unwrap();
        worker.run(scope.merchant(), id).await.unwrap();
        assert_eq!(sources.find(id).await.unwrap().fetched_at, None);
        let seconds: f64 = sqlx::query_scalar(
            "select extract(epoch from run_at - now())::float8 from graphile_worker._private_jobs",
        )
        .fetch_one(&pool)
        .await
        .unwrap();
        assert!((5.0..=15.0).contains(&seconds), "{seconds}");

        drop(taken);
        worker.run(scope.merchant(), id).await.unwrap();
        let source = sources.find(id).await.unwrap();
        assert!(source.came.unwrap().to_string().contains("inside a network"));
        assert_eq!(source.failures, 1);
        sources.remove(id).await.unwrap();
        worker.run(scope.merchant(), id).await.unwrap();
    }
}
