//! Turning texts into vectors: a small model in the process, or an endpoint that speaks OpenAI's `/v1/embeddings`.
//!
//! Owns the model's arithmetic and the endpoint's wire format. Must not touch what is done with the vectors; that is
//! `catalog::vectors`, whose [`crate::catalog::vectors::embedder::Embedder`] both are.

pub mod endpoint;
pub mod local;
