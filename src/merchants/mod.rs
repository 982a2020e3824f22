//! Merchants: the shops of a deployment.
//!
//! Owns shops, their policies as plain values, their connected numbers and payment accounts, and the sealing of
//! the credentials that go with them, and the file a shop is described in. Must not touch what a policy means to the
//! feature it is for: the shipping rule is two numbers here, and only pricing makes an amount of them.

pub mod api_keys;
pub mod channel;
pub mod credentials;
pub mod hours;
pub mod merchant;
pub mod policies;
pub mod reseal;
pub mod sealed;
pub mod shop_file;
pub mod staff;
pub mod store;
