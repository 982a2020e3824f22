//! What the pages of orders show, as plain values: templates only lay them out.

pub mod list;
pub mod order;

use crate::web::page::Assets;

/// What the pages of orders load.
pub const ASSETS: Assets = Assets { stylesheets: &["inbox.css", "catalog.css", "orders.css"], script: "inbox.js" };
