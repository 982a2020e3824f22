//! The reply guard: nothing leaves that no tool gave.

pub mod finding;
