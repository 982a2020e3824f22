//! Who makes vectors of texts, as a trait.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use crate::base::language::Language;

/// The space that vectors lie in. Only vectors of one space can be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Space {
    /// The model's name.
    pub model: String,
    /// How many numbers a vector has.
    pub dimension: usize,
}

/// What a text is: some models want to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Something asked.
    Query,
    /// Something that may be found.
    Product,
}

/// What came of some texts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Embedded {
    /// A vector of length 1 for each text, in their order.
    pub vectors: Vec<Vec<f32>>,
    /// How many tokens were read, for what it costs.
    pub tokens: u64,
}

/// Texts that were made into no vectors. No message repeats a text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmbedError {
    /// It will not work until an operator changes something; the words say what.
    #[error("the embedding endpoint refuses: {0}")]
    Refused(String),
    /// It may work later.
    #[error("the embedding endpoint does not serve now: {0}")]
    Away(String),
    /// It asks to be left alone for a while.
    #[error("the embedding endpoint wants a pause of {} s", .0.as_secs())]
    Busy(Duration),
    /// Its vectors have another dimension than the settings say.
    #[error(
        "the embedding model gives vectors of {found} numbers, the setting says {expected}: set TRATO_SEARCH__DIMENSION={found}"
    )]
    WrongDimension {
        /// What the settings say.
        expected: usize,
        /// What came.
        found: usize,
    },
}

/// An answer that is on its way.
pub type Embedding<'a> = Pin<Box<dyn Future<Output = Result<Embedded, EmbedError>> + Send + 'a>>;

/// Makes vectors of texts.
pub trait Embedder: Send + Sync + fmt::Debug {
    /// The space of its vectors.
    fn space(&self) -> &Space;

    /// The one language it knows; none when it knows many.
    fn language(&self) -> Option<Language>;

    /// The vectors of texts.
    fn embed(&self, purpose: Purpose, texts: Arc<[String]>) -> Embedding<'_>;
}
