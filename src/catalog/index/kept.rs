//! The indexes of the shops that were searched lately, each as new as the searches ask for.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use moka::{future, sync};
use tokio::time::Instant;

use crate::base::ids::MerchantId;
use crate::base::store::Scope;
use crate::base::store::connections::Connections;
use crate::catalog::index::forms::Forms;
use crate::catalog::index::store::{Indexed, NotRead, large_shops};
use crate::catalog::index::{ShopIndex, Version};

/// An index that nobody asked for so long is let go.
const IDLE: Duration = Duration::from_hours(1);
/// For how long from when its making begins searches wait for a newer index, before they make do with the one there is.
/// A small shop's is made in a fraction of this.
const PATIENCE: Duration = Duration::from_millis(500);
/// From how many products on an index takes long enough to be made before anybody asks.
const LARGE_MIN: i64 = 5_000;
/// How many words' forms are kept, whatever shop they were asked in.
const WORDS_MAX: u64 = 50_000;

/// The indexes of shops. Cheap to clone; one for all searches of a process.
#[derive(Clone)]
pub struct Indexes {
    latest: sync::Cache<MerchantId, Arc<ShopIndex>>,
    /// Those that are being made, so that one is made once however many wait for it.
    making: future::Cache<(MerchantId, Option<Version>), Arc<ShopIndex>>,
    /// Until when searches wait for one that is being made: together, not one after the other.
    deadlines: sync::Cache<(MerchantId, Version), Instant>,
    forms: sync::Cache<String, Arc<Forms>>,
}

impl fmt::Debug for Indexes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Indexes").field("shops", &self.latest.entry_count()).finish_non_exhaustive()
    }
}

impl Default for Indexes {
    fn default() -> Self {
        Self {
            latest: sync::Cache::builder().time_to_idle(IDLE).build(),
            making: future::Cache::builder().time_to_live(PATIENCE).build(),
            deadlines: sync::Cache::builder().time_to_idle(IDLE).build(),
            forms: sync::Cache::builder().max_capacity(WORDS_MAX).build(),
        }
    }
}

impl Indexes {
    /// The index of a shop as it was searched last, or a new one.
    ///
    /// # Errors
    /// When it has to be made and the database fails.
    pub async fn of(&self, scope: &Scope) -> Result<Arc<ShopIndex>, NotRead> {
        match self.latest.get(&scope.merchant()) {
            Some(index) => Ok(index),
            None => self.make(scope, None).await,
        }
    }

    /// The index of a shop whose products are of this version, not of the one before; nothing where making it takes long.
    /// It comes all the same.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn newer(&self, scope: &Scope, version: Version) -> Result<Option<Arc<ShopIndex>>, NotRead> {
        if let Some(index) = self.latest.get(&scope.merchant())
            && index.version() >= version
        {
            return Ok(Some(index));
        }
        let deadline = self.deadlines.get_with((scope.merchant(), version), || Instant::now() + PATIENCE);
        let (this, owned) = (self.clone(), scope.clone());
        let made = tokio::spawn(async move { this.make(&owned, Some(version)).await });
        match tokio::time::timeout_at(deadline, made).await {
            Ok(Ok(made)) => made.map(Some),
            // Late, or the server is stopping.
            Ok(Err(_)) | Err(_) => Ok(None),
        }
    }

    /// Makes the indexes of large shops, the largest first, so that no shopper has to wait for one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn warm(&self, connections: &Connections) -> Result<(), NotRead> {
        for merchant in large_shops(connections, LARGE_MIN).await? {
            self.of(&Scope::new(connections.clone(), merchant)).await?;
        }
        Ok(())
    }

    async fn make(&self, scope: &Scope, version: Option<Version>) -> Result<Arc<ShopIndex>, NotRead> {
        let key = (scope.merchant(), version);
        let made = self.making.try_get_with(key, async {
            let index = Arc::new(Indexed::of(scope).read().await?);
            let (products, bytes) = (index.len(), index.memory());
            tracing::info!(merchant.id = %scope.merchant(), products, bytes, "a shop can be searched");
            self.latest.insert(scope.merchant(), Arc::clone(&index));
            Ok(index)
        });
        let index = made.await;
        self.making.invalidate(&key).await;
        if let Some(version) = version {
            self.deadlines.invalidate(&(scope.merchant(), version));
        }
        index.map_err(|error| NotRead::clone(&error))
    }

    /// How words stand in every index, in the order asked.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forms(&self, scope: &Scope, words: &[String]) -> Result<Vec<Arc<Forms>>, NotRead> {
        let mut forms: Vec<Option<Arc<Forms>>> = words.iter().map(|word| self.forms.get(word)).collect();
        let missing = words.iter().zip(&forms).filter(|(_, forms)| forms.is_none());
        let missing: Vec<String> = missing.map(|(word, _)| word.clone()).collect();
        if !missing.is_empty() {
            let read = Indexed::of(scope).forms(&missing).await?.into_iter().map(Arc::new);
            for ((word, read), unknown) in
                missing.into_iter().zip(read).zip(forms.iter_mut().filter(|forms| forms.is_none()))
            {
                self.forms.insert(word, Arc::clone(&read));
                *unknown = Some(read);
            }
        }
        Ok(forms.into_iter().map(Option::unwrap_or_default).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::fresh_database;

    #[tokio::test]
    async fn searches_wait_for_a_new_index_together_and_not_one_after_the_other() {
        let pool = fresh_database().await;
        let scope = Scope::new(pool.clone(), MerchantId::generate());
        let indexes = Indexes::default();
        indexes.of(&scope).await.unwrap();
        let mut held = pool.begin().await.unwrap();
        sqlx::query("lock table products in access exclusive mode").execute(&mut *held).await.unwrap();
        // Nobody can read the products now.
        assert!(indexes.newer(&scope, Version(1)).await.unwrap().is_none());
        let deadline = indexes.deadlines.get(&(scope.merchant(), Version(1))).unwrap();
        assert!(deadline <= Instant::now());
        assert!(indexes.newer(&scope, Version(1)).await.unwrap().is_none());
        assert_eq!(indexes.deadlines.get(&(scope.merchant(), Version(1))), Some(deadline));
        held.rollback().await.unwrap();
        while indexes.deadlines.get(&(scope.merchant(), Version(1))).is_some() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert!(indexes.newer(&scope, Version(1)).await.unwrap().is_some());
    }
}
