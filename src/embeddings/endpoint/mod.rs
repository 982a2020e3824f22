//! Vectors from any endpoint that speaks OpenAI's `/v1/embeddings`: theirs, or a server of your own with a model of
//! many languages.
//!
//! Owns that wire format and what a refusal means for the operator. Only `client.rs` talks to anybody.

pub mod client;
mod wire;

#[cfg(test)]
mod tests;
