//! What the pages of products show.

pub mod found;
pub mod offer;
pub mod product;

use crate::web::page::Assets;

/// What the pages of products load.
pub const ASSETS: Assets = Assets { stylesheets: &["inbox.css", "catalog.css"], script: "catalog.js" };
