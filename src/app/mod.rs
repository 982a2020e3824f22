//! The application: builds every part from the settings, starts and stops it, and holds what each command does.
//!
//! May name everything; nothing may name it.

pub mod api_keys;
pub mod catalog;
pub mod commands;
pub mod demo;
pub mod doctor;
pub mod eval;
pub mod merchant;
pub mod negotiate;
pub mod negotiations;
pub mod output;
pub mod promotions;
pub mod rig;
pub mod search;
pub mod serve;
pub mod sources;
pub mod staff;
pub mod undo;
pub mod vectors;
