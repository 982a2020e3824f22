//! The shop's catalog: products and their variants, how a merchant's file becomes rows, and how shoppers find things.
//!
//! Owns the catalog tables (`products`, `variants`, `imports`, `import_pasts`; `uploads`, `upload_chunks`,
//! `catalog_mappings`; `catalog_sources`, `api_answers`; `catalog_feeds`; and `catalogs`, which triggers keep), the
//! reading of catalog files, where they come from, and the order of search results. Must not touch carts, or prices
//! after a discount.

pub mod asked;
pub mod changes;
pub mod complement;
pub mod cursor;
pub mod denial;
pub mod document;
pub mod evaluate;
pub mod export;
pub mod facets;
pub mod finder;
pub mod fold;
pub mod history;
pub mod import;
pub mod index;
pub mod likeness;
pub mod lists;
pub mod mappings;
pub mod merchandising;
pub mod product;
pub mod ranking;
pub mod search;
pub mod sources;
pub mod statements;
pub mod store;
pub mod undo;
pub mod uploads;
pub mod vectors;
pub mod wish;

#[cfg(test)]
mod tests;
