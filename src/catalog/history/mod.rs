//! What a shop sells now and what its last imports did, in numbers: for the page that begins an import.

pub mod store;

use crate::base::clock::Time;
use crate::base::ids::ImportId;
use crate::catalog::import::report::{Counts, Outcome};
use crate::catalog::undo;
use crate::catalog::undo::standing::Standing;

/// How much a shop sells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OnSale {
    /// Products that can be found.
    pub products: i64,
    /// Their variants.
    pub variants: i64,
}

/// An import that was run, or undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// Which.
    pub id: ImportId,
    /// The file's name.
    pub file: String,
    /// When.
    pub at: Time,
    /// Who, when it was imported in the browser.
    pub by: Option<String>,
    /// What it did.
    pub did: Did,
    /// Whether it can be undone.
    pub standing: Standing,
}

/// What an import did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Did {
    /// It compared a file with the shop, and may have applied it.
    Import {
        /// How it ended; `None` when an older program wrote it in words we no longer know.
        outcome: Option<Outcome>,
        /// How many of each kind of change.
        counts: Counts,
        /// Rows left out.
        refused_rows: u32,
    },
    /// It undid another.
    Undo {
        /// How many of each kind came back.
        counts: undo::report::Counts,
    },
}
