//! Makes the vectors that are missing, a batch at a time; what was made stays, so whoever comes next goes on from
//! there.

use std::sync::Arc;
use std::time::Duration;

use crate::base::store::Scope;
use crate::catalog::vectors::FillError;
use crate::catalog::vectors::embedder::{EmbedError, Embedder, Purpose};
use crate::catalog::vectors::store::{Made, ProductVectors};

/// How many texts are made into vectors together.
const BATCH: usize = 32;

/// What came of filling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filled {
    /// No product lacks its vector.
    Whole,
    /// There is more to do.
    More,
    /// There is more to do, but not before so long.
    Later(Duration),
}

/// Makes vectors for products that have none of this space, or one of a text that has changed; at most so many batches.
/// `told` hears after each batch how many were made.
///
/// # Errors
/// When the embedder or the database fails; what was made before is kept.
pub async fn fill(
    scope: &Scope,
    embedder: &dyn Embedder,
    batches_max: usize,
    told: &(dyn Fn(usize) + Send + Sync),
) -> Result<Filled, FillError> {
    let vectors = ProductVectors::of(scope, embedder.space());
    let mut after = None;
    for _ in 0..batches_max {
        let missing = vectors.missing(embedder.language(), after, BATCH).await?;
        let Some(last) = missing.last() else { return Ok(Filled::Whole) };
        after = Some(last.product);
        let texts: Arc<[String]> =
            missing.iter().map(|product| text(&product.title, &product.brand, &product.category)).collect();
        let made = match embedder.embed(Purpose::Product, texts).await {
            Err(EmbedError::Busy(pause)) => return Ok(Filled::Later(pause)),
            made => made?,
        };
        if made.vectors.len() != missing.len() {
            return Err(EmbedError::Away("it gave fewer vectors than texts".to_owned()).into());
        }
        let count = missing.len();
        let rows: Vec<Made> =
            missing.into_iter().zip(made.vectors).map(|(of, vector)| Made { of, vector }).collect();
        vectors.save(&rows, made.tokens).await?;
        told(count);
    }
    Ok(Filled::More)
}

/// What of a product is made into its vector: title, brand and the two narrowest names of its category. Descriptions
/// speak of much else; `docs/search.md` has what was measured.
#[must_use]
pub fn text(title: &str, brand: &str, category: &str) -> String {
    const LEVELS: usize = 2;
    let levels: Vec<&str> = category.split('>').map(str::trim).filter(|name| !name.is_empty()).collect();
    let narrowest = &levels[levels.len().saturating_sub(LEVELS)..];
    let parts = [title, brand].into_iter().chain(narrowest.iter().copied()).map(str::trim);
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}
