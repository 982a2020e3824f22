//! The indexes of the shops that were searched lately, each as new as the searches ask for.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use moka::{Expiry, future, sync};

use crate::base::ids::MerchantId;
use crate::base::store::Scope;
use crate::base::store::connections::Connections;
use crate::catalog::index::forms::Forms;
use crate::catalog::index::store::{Indexed, NotRead, large_shops};
use crate::catalog::index::{ShopIndex, Version};

/// An index that nobody asked for so long is let go; one that takes long to make only after days, for the next shopper
/// would wait until it is made again.
const IDLE: Duration = Duration::from_hours(1);
const IDLE_IF_SLOW: Duration = Duration::from_hours(72);
/// How long a search waits for a newer index, before it makes do with the one there is. Where the last one took longer
/// to make, nobody waits for the next.
const PATIENCE: Duration = Duration::from_millis(500);
/// From how many products on an index takes long enough to be made before anybody asks.
const LARGE_MIN: i64 = 5_000;
/// How many words' forms are kept, whatever shop they were asked in.
const WORDS_MAX: u64 = 50_000;

/// The indexes of shops. Cheap to clone; one for all searches of a process.
#[derive(Clone)]
pub struct Indexes {
    latest: sync::Cache<MerchantId, Made>,
    /// Those that are being made: of one shop one at a time, however many wait for it and whatever they have seen.
    making: future::Cache<MerchantId, Made>,
    forms: sync::Cache<String, Arc<Forms>>,
}

/// An index that was made.
#[derive(Clone)]
struct Made {
    index: Arc<ShopIndex>,
    took: Duration,
}

/// When an index that nobody asks for is let go.
struct LetGo;

impl LetGo {
    fn idle(made: &Made) -> Duration {
        if made.took > PATIENCE { IDLE_IF_SLOW } else { IDLE }
    }
}

impl Expiry<MerchantId, Made> for LetGo {
    fn expire_after_create(&self, _: &MerchantId, made: &Made, _: Instant) -> Option<Duration> {
        Some(Self::idle(made))
    }

    fn expire_after_read(
        &self,
        _: &MerchantId,
        made: &Made,
        _: Instant,
        _: Option<Duration>,
        _: Instant,
    ) -> Option<Duration> {
        Some(Self::idle(made))
    }

    fn expire_after_update(
        &self,
        _: &MerchantId,
        made: &Made,
        _: Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        Some(Self::idle(made))
    }
}

impl fmt::Debug for Indexes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Indexes").field("shops", &self.latest.entry_count()).finish_non_exhaustive()
    }
}

impl Default for Indexes {
    fn default() -> Self {
        Self {
            latest: sync::Cache::builder().expire_after(LetGo).build(),
            making: future::Cache::builder().time_to_live(PATIENCE).build(),
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
            Some(latest) => Ok(latest.index),
            None => Ok(self.make(scope, None).await?.index),
        }
    }

    /// The index of a shop whose products are of this version, not of the one before; nothing where making it takes
    /// long. It comes all the same.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn newer(&self, scope: &Scope, version: Version) -> Result<Option<Arc<ShopIndex>>, NotRead> {
        let latest = self.latest.get(&scope.merchant());
        if let Some(latest) = latest.as_ref().filter(|latest| latest.index.version() >= version) {
            return Ok(Some(Arc::clone(&latest.index)));
        }
        let (this, owned) = (self.clone(), scope.clone());
        let made = tokio::spawn(async move { this.make(&owned, Some(version)).await });
        if latest.is_some_and(|latest| latest.took > PATIENCE) {
            return Ok(None);
        }
        match tokio::time::timeout(PATIENCE, made).await {
            Ok(Ok(made)) => Ok(Some(made?.index).filter(|index| index.version() >= version)),
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

    /// Makes an index, or waits for the one that is being made. That may have begun before this version, and is not
    /// made once more then: the next search sees to it.
    async fn make(&self, scope: &Scope, version: Option<Version>) -> Result<Made, NotRead> {
        let merchant = scope.merchant();
        let made = self.making.try_get_with(merchant, async {
            let latest = self.latest.get(&merchant);
            let is_new = |made: &Made| version.is_none_or(|version| made.index.version() >= version);
            if let Some(made) = latest.filter(is_new) {
                return Ok(made);
            }
            let begun = Instant::now();
            let index = Arc::new(Indexed::of(scope).read().await?);
            let took = begun.elapsed();
            let (products, bytes) = (index.len(), index.memory());
            tracing::info!(merchant.id = %merchant, products, bytes, ?took, "a shop can be searched");
            let made = Made { index, took };
            self.latest.insert(merchant, made.clone());
            Ok(made)
        });
        let made = made.await;
        self.making.invalidate(&merchant).await;
        made.map_err(|error| NotRead::clone(&error))
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
    use futures::FutureExt as _;

    use super::*;
    use crate::testing::fresh_database;

    #[tokio::test]
    async fn nobody_waits_for_the_next_index_where_the_last_one_took_long() {
        let pool = fresh_database().await;
        let scope = Scope::new(pool, MerchantId::generate());
        let indexes = Indexes::default();
        let index = indexes.of(&scope).await.unwrap();
        let version = Version(index.version().0 + 1);
        for (took, waits) in [(PATIENCE / 2, true), (PATIENCE * 2, false)] {
            indexes.latest.insert(scope.merchant(), Made { index: Arc::clone(&index), took });
            // What does not wait for anything is there at once.
            assert_eq!(indexes.newer(&scope, version).now_or_never().is_none(), waits);
        }
    }

    #[tokio::test]
    async fn an_index_that_takes_long_to_make_is_kept_longer() {
        let index =
            Indexes::default().of(&Scope::new(fresh_database().await, MerchantId::generate())).await.unwrap();
        let idle = |took| LetGo::idle(&Made { index: Arc::clone(&index), took });
        assert_eq!((idle(PATIENCE / 2), idle(PATIENCE * 2)), (IDLE, IDLE_IF_SLOW));
    }

    #[tokio::test]
    async fn an_index_that_is_new_enough_is_not_made_again() {
        let pool = fresh_database().await;
        let scope = Scope::new(pool, MerchantId::generate());
        let indexes = Indexes::default();
        let index = indexes.of(&scope).await.unwrap();
        let again = indexes.make(&scope, Some(index.version())).await.unwrap();
        assert!(Arc::ptr_eq(&again.index, &index));
    }
}
