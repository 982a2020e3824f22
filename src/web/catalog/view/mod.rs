//! What the catalog pages show, as plain values: templates only lay them out.

pub mod columns;
pub mod home;
pub mod keys;
pub mod looked;
pub mod page;
pub mod review;
pub mod sources;
pub mod undo;
pub mod words;
