//! Orders that nobody has told us about for too long.

pub mod store;
