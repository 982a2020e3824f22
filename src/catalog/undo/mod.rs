//! Undoing an import: what it created is archived, and what it changed or archived gets back the fields that it
//! changed, but for those that somebody else changed since, which are left and told.
//!
//! Owns what is kept for that ([`past`]) and what comes back of it ([`standing`] says whether anything may). Nothing is
//! kept of what an import created: the rows say which import made them. An undo is shown first, is one transaction, and
//! is listed like an import. Why it is so: `docs/decisions/2026-11-21-an-import-is-undone-by-its-fields.md`.

pub mod past;
pub mod report;
pub mod standing;
pub mod store;

#[cfg(test)]
mod tests;

/// How long what was there before an import is kept.
pub const KEPT_DAYS: i32 = 30;
/// For how many imports of a shop it is kept, the newest.
pub const IMPORTS_KEPT: i64 = 10;
/// How much of it is kept for one import; one that changes more cannot be undone, and says so before. Setting other
/// prices for a million variants takes less.
pub const BYTES_MAX: usize = if cfg!(test) { 1024 * 1024 } else { 384 * 1024 * 1024 };
