//! Search by meaning: a vector for each product, and one for what is asked.
//!
//! Owns the table `product_vectors` and what it costs to fill it (`embedding_usage`), which text of a product is made
//! into a vector, and what is done when there is none. Must not know how vectors are made: that is
//! [`embedder::Embedder`], implemented in `embeddings`. A shop without vectors is searched by words alone, exactly as
//! if this folder were not there.

pub mod embedder;
pub mod fill;
pub mod meaning;
pub mod store;
pub mod vector;

use crate::catalog::vectors::embedder::EmbedError;

/// Vectors that could not be made.
#[derive(Debug, thiserror::Error)]
pub enum FillError {
    /// They were not made.
    #[error("vectors of products were not made")]
    Embedding(#[from] EmbedError),
    /// They were not stored.
    #[error("vectors of products could not be read or stored")]
    Database(#[from] sqlx::Error),
}

#[cfg(test)]
mod tests;
