//! What a shop sells now and what its last imports did, in numbers: for the page that begins an import.

pub mod store;

use crate::base::clock::Time;
use crate::catalog::import::report::{Counts, Outcome};

/// How much a shop sells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OnSale {
    /// Products that can be found.
    pub products: i64,
    /// Their variants.
    pub variants: i64,
}

/// An import that was run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// The file's name.
    pub file: String,
    /// When.
    pub at: Time,
    /// Who, when it was imported in the browser.
    pub by: Option<String>,
    /// How it ended; `None` when an older program wrote it in words we no longer know.
    pub outcome: Option<Outcome>,
    /// How many of each kind of change.
    pub counts: Counts,
    /// Rows left out.
    pub refused_rows: u32,
}
