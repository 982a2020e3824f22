//! The operator's side of the sandbox: what tests and the phone page do to it, in process and over HTTP.

pub mod error;
pub mod handle;
pub(in crate::sandbox) mod routes;
