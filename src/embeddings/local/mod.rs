//! A small language model in the process: sentence-transformers' all-MiniLM-L6-v2 with its weights in six bits.
//!
//! English, 384 numbers for a text, nothing to download and nothing kept in memory but the vocabulary: the weights are
//! read out of the binary as they are needed. `models/NOTICE` says where they come from and how they were packed.

mod encoder;
mod layout;
mod matrix;
mod wordpiece;

#[cfg(test)]
mod tests;

use std::sync::{Arc, OnceLock};

use crate::base::language::Language;
use crate::catalog::vectors::embedder::{EmbedError, Embedded, Embedder, Embedding, Purpose, Space};
use crate::embeddings::local::encoder::Encoder;

/// The model's name, as it is recorded with each vector. A change to the packed weights changes it.
const NAME: &str = "local/all-minilm-l6-v2-q6";

static WEIGHTS: &[u8] = include_bytes!("../../../models/all-minilm-l6-v2.bin");

static ENCODER: OnceLock<Option<Encoder>> = OnceLock::new();

/// The model in the process.
#[derive(Clone, Debug)]
pub struct LocalModel {
    space: Space,
    encoder: &'static Encoder,
}

/// The packed weights cannot be read: the file in the repository is not whole.
#[derive(Debug, thiserror::Error)]
#[error("the weights of the local model cannot be read: the program was built from a checkout that is not whole")]
pub struct BrokenWeights;

impl LocalModel {
    /// The model, read once for the whole process.
    ///
    /// # Errors
    /// When the weights it was built with are not whole.
    pub fn load() -> Result<Self, BrokenWeights> {
        let encoder = ENCODER.get_or_init(|| Encoder::read(WEIGHTS)).as_ref().ok_or(BrokenWeights)?;
        Ok(Self { space: Space { model: NAME.to_owned(), dimension: encoder.dimension() }, encoder })
    }
}

impl Embedder for LocalModel {
    fn space(&self) -> &Space {
        &self.space
    }

    fn language(&self) -> Option<Language> {
        Some(Language::En)
    }

    fn embed(&self, _: Purpose, texts: Arc<[String]>) -> Embedding<'_> {
        let encoder = self.encoder;
        Box::pin(async move {
            // Milliseconds of arithmetic for each text: not on a thread that others wait for.
            let told = tokio::task::spawn_blocking(move || encoder.embed(&texts)).await;
            let (vectors, tokens) = told.map_err(|_| EmbedError::Away("it was stopped".to_owned()))?;
            Ok(Embedded { vectors, tokens })
        })
    }
}
