//! The stand-in for Meta's Graph API and its WhatsApp webhooks.

pub mod check;
pub mod errors;
pub mod inbound;
pub mod interactive;
pub mod media;
pub mod pace;
pub mod routes;
pub mod send;
pub mod wire;
