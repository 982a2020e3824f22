//! The vocabulary every other module speaks: identifiers, money, names, times, languages, contact points.
//!
//! Owns values and their parsers. Must not touch anything that can fail for reasons outside the process:
//! no files, no sockets, no environment. The one exception in shape is [`store`], which maps these types
//! to database columns and opens nothing.

pub mod cards;
pub mod clock;
pub mod contact;
pub mod fingerprint;
pub mod ids;
pub mod json;
pub mod language;
pub mod money;
pub mod names;
pub mod random;
pub mod secret;
pub mod store;
pub mod text;
