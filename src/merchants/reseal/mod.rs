//! Changing the key that seals: everything that is sealed is opened with the key it names and sealed with the first.
//!
//! Until then the old key has to stay among the settings; afterwards it can go.

pub mod store;

/// What was sealed anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Resealed {
    /// Tokens of channels.
    pub channels: usize,
    /// Stripe accounts, each a key and its webhook secrets.
    pub payment_accounts: usize,
}
