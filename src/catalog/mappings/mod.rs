//! What a shop said that the columns of a file mean, kept for its next file with columns of the same names.

pub mod store;
