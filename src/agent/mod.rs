//! The agent's turn as a value: what the model sees, what it may ask for, what it may say.
//!
//! Owns the turn state machine, the history and prompt as the model sees them, tool calls and results as data,
//! the limits of a turn, the reply guard and how a reply is presented. Pure: no async, no SQL, no provider, and
//! nothing of the shop's domain beyond the words of [`crate::base`].

pub mod entry;
pub mod evidence;
pub mod guard;
pub mod history;
pub mod present;
pub mod prompt;
pub mod turn;
