//! A catalog file on its way to an import: it arrives in pieces, is looked at, and is applied as it was shown.
//!
//! The pieces and everything that is known of the file lie in the database, so that any server can go on with it: the
//! next piece, the page after a reload, the import. Must not read the file or write products: `import` does.
//!
//! [`Upload::stage`] says where it stands. An upload is its person's: nobody else sees it, not even in the same shop. A
//! file that was fetched for the shop (`catalog::sources`) is nobody's own, and every owner sees it.

pub mod kind;
pub mod store;
pub mod work;

use serde::{Deserialize, Serialize};

use crate::base::clock::Time;
use crate::base::fingerprint::{Fingerprint, Running};
use crate::base::ids::UploadId;
use crate::catalog::import::decimal::Mark;
use crate::catalog::import::doubt::{Agreed, Doubt};
use crate::catalog::import::report::Report;
use crate::catalog::import::{Absent, ImportOptions, Partial, ReadOptions, Run};

/// The largest file: what the import reads.
pub const FILE_BYTES_MAX: i64 = 64 * 1024 * 1024;
/// The largest piece.
pub const CHUNK_BYTES_MAX: usize = 1024 * 1024;
/// How many files one person may have lying here that were not imported.
pub const OPEN_MAX: i64 = 10;
/// The longest name of a file that is kept.
const NAME_CHARS_MAX: usize = 120;

/// What a person says of the file they uploaded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Choices {
    /// What stands before the cents, where they say so.
    pub decimal: Option<Mark>,
    /// What of the file's oddities is meant.
    pub agreed: Vec<Doubt>,
    /// Where pictures are that the file names by paths alone.
    pub pictures_at: Option<String>,
    /// What the columns mean; `None` while nobody has said anything of them.
    pub mapping: Option<Vec<(String, String)>>,
    /// Whether the good rows are imported although others are refused.
    pub skip_refused: bool,
    /// Whether what the shop has and the file has not is archived.
    pub replace: bool,
}

impl Choices {
    /// The same for the import.
    #[must_use]
    pub fn options(&self, run: Run) -> ImportOptions {
        ImportOptions {
            reading: ReadOptions {
                decimal: self.decimal,
                agreed: Agreed::to(self.agreed.clone()),
                pictures_at: self.pictures_at.clone(),
                mapping: self.mapping.clone().unwrap_or_default(),
            },
            run,
            partial: if self.skip_refused { Partial::Allow } else { Partial::Refuse },
            absent: if self.replace { Absent::Archive } else { Absent::Keep },
        }
    }
}

/// What was found in a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "found")]
pub enum Found {
    /// It is a catalog; this is what importing it would do, or did.
    Catalog {
        /// In full.
        report: Box<Report>,
    },
    /// It is a table, but what its columns mean is not known, or not enough of them.
    Columns {
        /// What is missing.
        sentence: String,
    },
    /// It is nothing that can be imported.
    Unreadable {
        /// What it is, and what to do.
        sentence: String,
    },
    /// It could not be looked at, or not be applied, for reasons of ours. Nothing was changed.
    Failed,
}

impl Found {
    /// What exactly is shown of this file under these choices; only of a catalog.
    #[must_use]
    pub fn shown(&self, choices: &Choices) -> Option<Fingerprint> {
        let Self::Catalog { report } = self else { return None };
        let mut shown = Running::default();
        shown.add(report.fingerprint.bytes());
        shown.add(report.plan?.bytes());
        shown.add(format!("{choices:?}").as_bytes());
        Some(shown.finish())
    }
}

/// What is done with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// It is read and compared with the shop.
    Look,
    /// It is imported.
    Apply,
}

impl Work {
    /// The word in the column.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Look => "look",
            Self::Apply => "apply",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Look, Self::Apply].into_iter().find(|work| work.word() == word)
    }
}

/// A file that somebody uploaded, or is uploading.
#[derive(Clone, Debug, PartialEq)]
pub struct Upload {
    /// Which.
    pub id: UploadId,
    /// The file's name.
    pub name: String,
    /// How large it is; `None` while a plain form is sending it.
    pub bytes_total: Option<i64>,
    /// How much of it has arrived.
    pub bytes_received: i64,
    /// What the person says of it.
    pub choices: Choices,
    /// What was found.
    pub found: Option<Found>,
    /// What the person is shown and may apply.
    pub shown: Option<Fingerprint>,
    /// What is being done with it by a server that lives.
    pub working: Option<Working>,
    /// What a server was doing with it that has died, or was stopped; until another one takes it up.
    pub left: Option<Work>,
    /// Whether a server was stopped while it imported it; what is found since is what was left to do.
    pub interrupted: bool,
    /// When it was imported.
    pub applied_at: Option<Time>,
    /// When it was begun.
    pub created_at: Time,
}

/// What is being done with an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Working {
    /// What.
    pub work: Work,
    /// Products and variants written.
    pub done: i32,
    /// Products and variants to write; zero while it is not known.
    pub total: i32,
}

/// Where an upload stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stage<'u> {
    /// Not all of it has arrived.
    Arriving,
    /// A server is at work on it.
    Working(Working),
    /// Nobody has looked at it under these choices.
    Unseen,
    /// It was looked at.
    Seen(&'u Found),
    /// It was imported.
    Applied(&'u Found),
}

impl Upload {
    /// Where it stands.
    #[must_use]
    pub fn stage(&self) -> Stage<'_> {
        if self.bytes_total != Some(self.bytes_received) {
            return Stage::Arriving;
        }
        match (self.working, &self.found) {
            (Some(working), _) => Stage::Working(working),
            (None, None) => Stage::Unseen,
            (None, Some(found)) if self.applied_at.is_some() => Stage::Applied(found),
            (None, Some(found)) => Stage::Seen(found),
        }
    }
}

/// A file's name as it is kept: without folders and what cannot be seen, and not endless.
#[must_use]
pub fn kept_name(name: &str) -> String {
    let bare = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let seen: String = bare.chars().filter(|letter| !letter.is_control()).take(NAME_CHARS_MAX).collect();
    let seen = seen.trim();
    if seen.is_empty() { "file".to_owned() } else { seen.to_owned() }
}

#[cfg(test)]
mod tests;
