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

#[cfg(test)]
mod tests;
