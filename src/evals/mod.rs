//! Evals: scripted conversations, played through the whole production path and judged by what came of them.
//!
//! Owns what a case is, how it is played on the sandbox's phone, what is looked at afterwards and how that is
//! reported. It builds no server and knows no shop: whoever runs it hands in a [`stage::Stage`].

pub mod case;
pub mod files;
pub mod grade;
pub mod observed;
pub mod play;
pub mod report;
pub mod stage;
pub mod store;
