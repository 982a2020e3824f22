//! A model behind any endpoint that speaks OpenAI's Chat Completions, and the many that nearly do.
//!
//! Owns that wire format and its deviations, and what a provider's failure means for the operator. Must not know what
//! a tool does. Reading and writing are pure; only `client.rs` talks to anybody.

pub mod client;
mod echo;
mod errors;
mod fold;
mod leak;
mod markup;
mod request;
pub mod settings;
#[cfg(test)]
mod tests;
