//! The whole server against Postgres and the sandbox, over HTTP. One binary, so that all tests share one server of
//! the database.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod commands;
mod flows;
mod hooks;
mod invariants;
mod kill;
mod negotiate;
mod support;
