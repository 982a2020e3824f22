//! Trato: a self-hosted sales agent for shops that sell in chat.
//!
//! The modules stand in reading order; `ARCHITECTURE.md` is the map.

pub mod agent;
pub mod base;
pub mod checkout;
pub mod conversation;
pub mod intake;
pub mod llm;
pub mod sentences;
