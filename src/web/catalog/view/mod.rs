//! What the catalog pages show, as plain values: templates only lay them out.

pub mod columns;
pub mod home;
pub mod keys;
pub mod looked;
pub mod review;
pub mod sources;
pub mod undo;
pub mod words;

use crate::web::page::Assets;

/// What the pages about the catalog load.
pub const ASSETS: Assets = Assets { stylesheets: &["inbox.css", "catalog.css"], script: "catalog.js" };
