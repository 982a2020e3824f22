//! Makes the vectors that a shop's products lack, a slice at a time, so that a place among the workers is free again
//! soon.

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
/// How much later a shop comes again while vectors are made for another.
const LATER: TimeDelta = TimeDelta::seconds(15);

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
        let scope = Scope::new(self.connections.clone(), merchant);
        let again = match self.turn.try_lock() {
            // Whoever waits here keeps a place among the workers, which payments and deliveries need.
            Err(_) => self.clock.now() + LATER,
            Ok(_turn) => {
                let made = |count: usize| metrics::counter!("trato_vectors_made_total").increment(count as u64);
                match fill(&scope, &**embedder, BATCHES, &made).await? {
                    Filled::Whole => return Ok(()),
                    Filled::More => self.clock.now(),
                    Filled::Later(pause) => self.clock.now() + TimeDelta::from_std(pause)?,
                }
            }
        };
        let mut transaction = scope.begin().await?;
        queue_vectors(&mut transaction, merchant, again).await?;
        transaction.commit().await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use sqlx::PgPool;

    use super::*;
    use crate::base::language::Language;
    use crate::catalog::import::{ImportOptions, ShopDefaults, Upload, run_import};
    use crate::catalog::vectors::embedder::{EmbedError, Embedded, Embedding, Purpose, Space};
    use crate::testing::fresh_database;

    /// Answers as told, else with one direction for all.
    #[derive(Debug)]
    struct Told(Space, std::sync::Mutex<Option<EmbedError>>);

    impl Embedder for Told {
        fn space(&self) -> &Space {
            &self.0
        }

        fn language(&self) -> Option<Language> {
            None
        }

        fn embed(&self, _: Purpose, texts: Arc<[String]>) -> Embedding<'_> {
            let instead = self.1.lock().unwrap().take();
            let vectors = texts.iter().map(|_| vec![1.0, 0.0]).collect();
            Box::pin(async move { instead.map_or(Ok(Embedded { vectors, tokens: 1 }), Err) })
        }
    }

    async fn shop(pool: &PgPool, products: usize) -> MerchantId {
        let id = MerchantId::generate();
        sqlx::query(
            "insert into merchants (id, slug, name, currency, locale, time_zone, policies)
             values ($1, $2, $2, 'USD', 'en-US', 'UTC', '{}')",
        )
        .bind(id)
        .bind(id.to_string())
        .execute(pool)
        .await
        .unwrap();
        let rows = (0..products).map(|n| format!("mug-{n},Mug {n},M-{n},5.00\n"));
        let file = rows.fold("handle,title,sku,price\n".to_owned(), |file, row| file + &row);
        let defaults = ShopDefaults { currency: "USD".parse().unwrap(), language: Language::En, today: None };
        let upload = Upload { name: "shop.csv", bytes: file.as_bytes() };
        let scope = Scope::new(pool.clone(), id);
        run_import(&scope, defaults, upload, ImportOptions::default(), &|_| {}).await.unwrap();
        id
    }

    fn worker(pool: &PgPool, instead: Option<EmbedError>) -> Vectors {
        let space = Space { model: "told".to_owned(), dimension: 2 };
        let embedder: Arc<dyn Embedder> = Arc::new(Told(space, std::sync::Mutex::new(instead)));
        Vectors::new(pool.clone().into(), Some(embedder), Clock::machine())
    }

    /// How many jobs wait, and for how many seconds the first of them.
    async fn waiting(pool: &PgPool) -> (i64, f64) {
        sqlx::query_as(
            "select count(*), coalesce(extract(epoch from min(j.run_at) - now()), 0)::float8
             from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
             where t.identifier = 'vectors'",
        )
        .fetch_one(pool)
        .await
        .unwrap()
    }

    async fn forget_jobs(pool: &PgPool) {
        sqlx::query("delete from graphile_worker._private_jobs").execute(pool).await.unwrap();
    }

    async fn made(pool: &PgPool) -> i64 {
        sqlx::query_scalar("select count(*) from product_vectors").fetch_one(pool).await.unwrap()
    }

    #[tokio::test]
    async fn an_import_calls_for_vectors_and_each_slice_for_the_next_until_none_lack() {
        let pool = fresh_database().await;
        let id = shop(&pool, 330).await;
        assert_eq!(waiting(&pool).await.0, 1);
        forget_jobs(&pool).await;
        worker(&pool, None).run(id).await.unwrap();
        assert_eq!((made(&pool).await, waiting(&pool).await.0), (320, 1));
        forget_jobs(&pool).await;
        worker(&pool, None).run(id).await.unwrap();
        assert_eq!((made(&pool).await, waiting(&pool).await.0), (330, 0));
    }

    #[tokio::test]
    async fn an_endpoint_that_wants_a_pause_gets_it() {
        let pool = fresh_database().await;
        let id = shop(&pool, 3).await;
        forget_jobs(&pool).await;
        worker(&pool, Some(EmbedError::Busy(Duration::from_secs(100)))).run(id).await.unwrap();
        let (jobs, seconds) = waiting(&pool).await;
        assert!(jobs == 1 && (80.0..=100.0).contains(&seconds), "{jobs} {seconds}");
    }

    #[tokio::test]
    async fn while_another_shop_has_its_turn_a_shop_comes_again_a_little_later() {
        let pool = fresh_database().await;
        let id = shop(&pool, 3).await;
        forget_jobs(&pool).await;
        let worker = worker(&pool, None);
        let turn = worker.turn.lock().await;
        worker.run(id).await.unwrap();
        let (jobs, seconds) = waiting(&pool).await;
        assert!(jobs == 1 && (5.0..=15.0).contains(&seconds), "{jobs} {seconds}");
        drop(turn);
        forget_jobs(&pool).await;
        worker.run(id).await.unwrap();
        assert_eq!((made(&pool).await, waiting(&pool).await.0), (3, 0));
    }

    #[tokio::test]
    async fn a_failure_is_the_jobs_failure_and_without_an_embedder_there_is_none() {
        let pool = fresh_database().await;
        let id = shop(&pool, 3).await;
        let refused = EmbedError::Refused("401".to_owned());
        assert!(worker(&pool, Some(refused)).run(id).await.is_err());
        Vectors::new(pool.clone().into(), None, Clock::machine()).run(id).await.unwrap();
        assert_eq!(made(&pool).await, 0);
    }
}
