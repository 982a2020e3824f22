//! OpenAI's JSON, and only what is needed of it.

use serde::{Deserialize, Serialize};

use crate::catalog::vectors::embedder::{EmbedError, Embedded};
use crate::catalog::vectors::vector::normalised;

#[derive(Debug, Serialize)]
pub(super) struct Request<'a> {
    pub(super) model: &'a str,
    pub(super) input: Vec<String>,
    pub(super) encoding_format: &'static str,
}

#[derive(Debug, Deserialize)]
struct Answer {
    data: Vec<Row>,
    #[serde(default)]
    usage: Option<Usage>,
}

#[derive(Debug, Deserialize)]
struct Row {
    #[serde(default)]
    index: Option<usize>,
    embedding: Vec<f32>,
}

#[derive(Debug, Default, Deserialize)]
struct Usage {
    #[serde(default)]
    prompt_tokens: u64,
    #[serde(default)]
    total_tokens: u64,
}

/// Reads an answer to so many texts. Rows are put into the order of their numbers; servers that give none keep the
/// order.
pub(super) fn read(body: &[u8], texts: usize, dimension: usize) -> Result<Embedded, EmbedError> {
    let garbage = |what: &str| EmbedError::Away(format!("its answer {what}"));
    let answer: Answer = serde_json::from_slice(body).map_err(|_| garbage("is not one of /v1/embeddings"))?;
    let mut rows = answer.data;
    if rows.len() != texts {
        return Err(garbage("has not one vector for each text"));
    }
    rows.sort_by_key(|row| row.index);
    if let Some(wrong) = rows.iter().find(|row| row.embedding.len() != dimension) {
        return Err(EmbedError::WrongDimension { expected: dimension, found: wrong.embedding.len() });
    }
    let usage = answer.usage.unwrap_or_default();
    Ok(Embedded {
        vectors: rows.into_iter().map(|row| normalised(row.embedding)).collect(),
        tokens: usage.total_tokens.max(usage.prompt_tokens),
    })
}
