//! The phone: what shoppers see and do. The chats, the shoppers, and the page that shows them.
//!
//! Must not know how anything looks on Meta's wire; `graph` does.

pub mod chat;
pub mod chats;
pub(in crate::sandbox) mod page;
pub mod shopper;
