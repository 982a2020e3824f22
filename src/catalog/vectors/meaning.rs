//! What a query means: its vector, kept for a while, or nothing in time.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;

use crate::base::language::Language;
use crate::catalog::fold::fold;
use crate::catalog::vectors::embedder::{EmbedError, Embedder, Purpose, Space};

/// How many queries are kept, and how long.
const KEPT_MAX: u64 = 10_000;
const KEPT: Duration = Duration::from_hours(1);
/// How long nobody asks again after a failure: a search waits for an endpoint that hangs once, not every time.
const LEFT_ALONE: Duration = Duration::from_secs(10);

/// Says what queries mean.
#[derive(Clone)]
pub struct Meaning {
    embedder: Arc<dyn Embedder>,
    patience: Duration,
    kept: Cache<String, Arc<[f32]>>,
    away: Cache<(), ()>,
}

impl fmt::Debug for Meaning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meaning").field("space", self.embedder.space()).finish_non_exhaustive()
    }
}

impl Meaning {
    /// By this embedder, which may take so long while a shopper waits.
    #[must_use]
    pub fn new(embedder: Arc<dyn Embedder>, patience: Duration) -> Self {
        let kept = Cache::builder().max_capacity(KEPT_MAX).time_to_live(KEPT).build();
        let away = Cache::builder().max_capacity(1).time_to_live(LEFT_ALONE).build();
        Self { embedder, patience, kept, away }
    }

    /// Who makes the vectors.
    #[must_use]
    pub fn embedder(&self) -> &dyn Embedder {
        &*self.embedder
    }

    /// The space of the vectors.
    #[must_use]
    pub fn space(&self) -> &Space {
        self.embedder.space()
    }

    /// The vector of what is asked; nothing when there are no words, the model does
    /// not know the language, or there is no answer in time. The search goes on then.
    pub async fn of(&self, text: &str, language: Language) -> Option<Arc<[f32]>> {
        // Case and accents are no meaning, and one spelling for all is kept once.
        let text = fold(text.trim());
        let knows = self.embedder.language().is_none_or(|known| known == language);
        if text.is_empty() || !knows || self.away.contains_key(&()) {
            return None;
        }
        if let Some(vector) = self.kept.get(&text) {
            return directed(vector);
        }
        match self.ask(&text).await {
            Ok(vector) => {
                self.kept.insert(text, Arc::clone(&vector));
                directed(vector)
            }
            Err(error) => {
                self.away.insert((), ());
                metrics::counter!("trato_search_without_meaning_total").increment(1);
                tracing::warn!(error = &error as &dyn std::error::Error, "searching by words alone for a while");
                None
            }
        }
    }

    async fn ask(&self, text: &str) -> Result<Arc<[f32]>, EmbedError> {
        let asked = self.embedder.embed(Purpose::Query, Arc::from([text.to_owned()]));
        let late = |_| EmbedError::Away(format!("no answer within {} ms", self.patience.as_millis()));
        let answer = tokio::time::timeout(self.patience, asked).await.map_err(late)??;
        let vector = answer.vectors.into_iter().next();
        vector.map(Arc::from).ok_or_else(|| EmbedError::Away("it gave no vector".to_owned()))
    }
}

/// A vector that points nowhere is near to nothing.
fn directed(vector: Arc<[f32]>) -> Option<Arc<[f32]>> {
    vector.iter().any(|number| *number != 0.0).then_some(vector)
}
