//! Language models: requests to a provider, and the guided seller that needs none.
//!
//! Owns how a model is asked and what it answered. Must not touch tools' code nor the rules of a history.

pub mod guided;
pub mod model;
pub mod openai;
pub mod scripted;
pub mod tokens;
