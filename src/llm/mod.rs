//! The models: requests to a provider, token counts, and a scripted stand-in for tests.

pub mod model;
pub mod tokens;
