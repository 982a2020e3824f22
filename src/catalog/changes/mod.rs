//! Stock and prices that a shop's own systems change by SKU, without a file.
//!
//! Owns what one item of such a request may say ([`item`]), what becomes of it ([`judge`]), what is answered
//! ([`answer`]), and writing it once however often it is sent ([`store`]). What is a price, a count or a SKU, and what
//! waits for a person's yes, is the import's to say; it is asked here and not decided anew. Must not touch carts or
//! quotes: the next quote reads the variant as it is then.

pub mod answer;
pub mod item;
pub mod judge;
pub mod store;

#[cfg(test)]
mod tests;

/// The most items of one request.
pub const ITEMS_MAX: usize = 1_000;
