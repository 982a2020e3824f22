//! What the pages of orders show, as plain values: templates only lay them out.

pub mod list;
pub mod order;
pub mod page;
