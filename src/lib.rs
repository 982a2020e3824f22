//! Trato: a self-hosted sales agent for shops that sell in chat.
//!
//! `ARCHITECTURE.md` is the map: which module owns what, and who may name whom.

pub mod agent;
pub mod app;
pub mod base;
pub mod cart;
pub mod catalog;
pub mod channels;
pub mod checkout;
pub mod config;
pub mod conversation;
pub mod embeddings;
pub mod evals;
pub mod intake;
pub mod llm;
pub mod merchants;
pub mod outbox;
pub mod postgres;
pub mod pricing;
pub mod queue;
pub mod sandbox;
pub mod sentences;
pub mod stripe;
pub mod telemetry;
pub mod testing;
pub mod tools;
pub mod turns;
pub mod web;
pub mod workers;
