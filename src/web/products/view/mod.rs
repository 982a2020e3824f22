//! What the pages of products show.

pub mod found;
pub mod offer;
pub mod product;
