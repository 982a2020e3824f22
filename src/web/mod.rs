//! The web: routes, extractors, pages, and the one mapping from errors to status codes.
//!
//! Must not run a turn or call a model.

pub mod error;
pub mod inbox;
