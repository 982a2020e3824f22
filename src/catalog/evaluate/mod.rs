//! Measuring search against people's judgments: reading a judged set, putting its products into a shop, and the
//! figures.
//!
//! Owns the measures and the files they are read from. Must not find anything itself: searches are asked of
//! [`crate::catalog::store::Catalog`] as the tool asks them, by whoever holds the clock.

pub mod bootstrap;
pub mod judged;
pub mod measure;
pub mod report;
pub mod rows;
pub mod store;
pub mod upload;

/// A count as a number that can be divided.
pub(in crate::catalog::evaluate) fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
