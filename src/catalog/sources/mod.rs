//! Sources: addresses from which a shop's catalog is fetched now and then.
//!
//! Owns what an address may be ([`address`]), which machines may be reached ([`reach`]), fetching one ([`client`]),
//! when it is fetched again ([`due`]) and what came of it. Must not read a file or write products: what was fetched is
//! an upload like one of a person's, and `import` reads it.
//!
//! An address may have a token in it, so it is written whole nowhere but in its own row: not in a log, not in an error.

pub mod address;
pub mod client;
pub mod fetch;
pub mod reach;
pub mod store;

#[cfg(test)]
mod tests;

use std::fmt;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::base::clock::Time;
use crate::base::ids::{SourceId, UploadId};
use crate::catalog::import::report::Counts;
use crate::catalog::sources::address::Address;
use crate::catalog::sources::client::Seen;
use crate::catalog::uploads::Choices;

/// How often a source may be fetched, in hours.
pub const EVERY_HOURS: std::ops::RangeInclusive<i32> = 1..=168;
/// How often it is fetched unless somebody says otherwise.
pub const EVERY_HOURS_USUAL: i32 = 6;
/// How many a shop may have.
pub const SOURCES_MAX: i64 = 10;
/// How long after the first failure it is tried again; twice as long after each further one.
const FIRST_PAUSE: TimeDelta = TimeDelta::minutes(5);

/// An address from which a shop's catalog is fetched.
#[derive(Clone, Debug)]
pub struct Source {
    /// Which.
    pub id: SourceId,
    /// Where.
    pub address: Address,
    /// How often.
    pub every_hours: i32,
    /// What the shop says of this file each time.
    pub choices: Choices,
    /// What the server said of the file that was read last.
    pub seen: Seen,
    /// When it was fetched last.
    pub fetched_at: Option<Time>,
    /// What came of that.
    pub came: Option<Came>,
    /// How often in a row it went wrong.
    pub failures: i32,
    /// When it is fetched next.
    pub next_at: Time,
}

/// What came of a fetch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "came")]
pub enum Came {
    /// The file was imported.
    Applied {
        /// What changed.
        counts: Counts,
        /// Rows that were left out.
        refused_rows: u32,
    },
    /// The shop was as the file says.
    Unchanged,
    /// The file is the one that was read last.
    SameFile,
    /// A person has to decide.
    Waits {
        /// The file.
        upload: UploadId,
        /// What about.
        why: Why,
    },
    /// It could not be fetched, or cannot be imported. The shop stays as it was.
    Failed {
        /// What happened, and what to do.
        sentence: String,
    },
}

/// What a person has to decide about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// What its columns mean.
    Columns,
    /// Rows were refused.
    Refused {
        /// How many.
        rows: u32,
    },
    /// Something in it is more often a mistake than meant.
    Doubt,
}

impl Came {
    /// Whether it went wrong, so that it is tried again soon.
    #[must_use]
    pub const fn is_failure(&self) -> bool {
        matches!(self, Self::Failed { .. })
    }
}

impl fmt::Display for Came {
    /// One sentence without a full stop at its end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Applied { counts, refused_rows } => {
                let new = |count: u32, one: &'static str, many| (count, if count == 1 { one } else { many });
                let said = [
                    new(counts.products_created, "new product", "new products"),
                    new(counts.variants_created, "new variant", "new variants"),
                    (counts.changed, "changed"),
                    (counts.archived, "archived"),
                    (*refused_rows, "left out"),
                ];
                let said =
                    said.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}"));
                write!(f, "Imported: {}", said.collect::<Vec<_>>().join(", "))
            }
            Self::Unchanged => f.write_str("The shop is as the file says"),
            Self::SameFile => f.write_str("The file is the same as last time"),
            Self::Waits { why: Why::Columns, .. } => {
                f.write_str("Nothing was changed: somebody has to say what the file's columns mean")
            }
            Self::Waits { why: Why::Refused { rows: 1 }, .. } => {
                f.write_str("Nothing was changed: 1 row is refused")
            }
            Self::Waits { why: Why::Refused { rows }, .. } => {
                write!(f, "Nothing was changed: {rows} rows are refused")
            }
            Self::Waits { why: Why::Doubt, .. } => {
                f.write_str("Nothing was changed: something in the file waits for somebody's yes")
            }
            Self::Failed { sentence } => write!(f, "Nothing was changed. {}", sentence.trim_end_matches('.')),
        }
    }
}

/// When a source is fetched again: after its hours, or sooner the first times it went wrong in a row.
#[must_use]
pub fn due(now: Time, every_hours: i32, failures: i32) -> Time {
    let usual = TimeDelta::hours(i64::from(every_hours));
    let pause = match failures {
        ..=0 => usual,
        // Longer than a week from the twelfth on.
        failures => FIRST_PAUSE * 2_i32.pow(failures.unsigned_abs().min(12) - 1),
    };
    now + pause.min(usual)
}
