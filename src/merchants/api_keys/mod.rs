//! API keys: with what a shop's own systems (its till, its warehouse) call us.
//!
//! A key is `trato_`, its number and a secret of 256 random bits. It is shown once; the database holds only a hash of
//! the secret, which needs no salt and no slow hash because nobody can try out 2²⁵⁶ of them.

pub mod limit;
pub mod store;

use std::fmt;
use std::str::FromStr;

use subtle::ConstantTimeEq as _;
use uuid::Uuid;

use crate::base::clock::Time;
use crate::base::fingerprint::Fingerprint;
use crate::base::ids::ApiKeyId;
use crate::base::secret::random_token;

/// What every key begins with, so that whoever finds one in a public place knows whose it is.
const BEGINS: &str = "trato_";
/// The longest name of a key.
pub const NAME_CHARS_MAX: usize = 60;

/// A key as whoever calls shows it.
#[derive(Clone)]
pub struct ApiKey {
    id: ApiKeyId,
    secret: String,
}

/// Text that is no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this is no API key")]
pub struct NotAKey;

impl ApiKey {
    /// A new one.
    #[must_use]
    pub fn generate() -> Self {
        Self { id: ApiKeyId::generate(), secret: random_token() }
    }

    /// Its number: not a secret.
    #[must_use]
    pub const fn id(&self) -> ApiKeyId {
        self.id
    }

    /// The key as text, for the one person who is shown it.
    #[must_use]
    pub fn reveal(&self) -> String {
        format!("{BEGINS}{}_{}", self.id.uuid().simple(), self.secret)
    }

    /// What is kept of its secret.
    fn hash(&self) -> Fingerprint {
        Fingerprint::of(self.secret.as_bytes())
    }

    /// Whether this is what is kept of it. Takes the same time wherever they differ.
    fn is(&self, kept: &Fingerprint) -> bool {
        self.hash().bytes().ct_eq(kept.bytes()).into()
    }
}

impl FromStr for ApiKey {
    type Err = NotAKey;
    fn from_str(text: &str) -> Result<Self, NotAKey> {
        let rest = text.trim().strip_prefix(BEGINS).ok_or(NotAKey)?;
        let (id, secret) = rest.split_once('_').ok_or(NotAKey)?;
        let id = Uuid::try_parse(id).map_err(|_| NotAKey)?;
        Ok(Self { id: ApiKeyId::from_uuid(id), secret: secret.to_owned() })
    }
}

impl fmt::Debug for ApiKey {
    /// Without the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.id, f)
    }
}

/// What is known of a key afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownKey {
    /// Which.
    pub id: ApiKeyId,
    /// What the shop calls it.
    pub name: String,
    /// When it was made.
    pub created_at: Time,
    /// When it was used last, to the minute.
    pub last_used_at: Option<Time>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_known_again_and_only_that_key() {
        let key = ApiKey::generate();
        let shown: ApiKey = key.reveal().parse().unwrap();
        assert_eq!(shown.id(), key.id());
        assert!(shown.is(&key.hash()));
        let forged = ApiKey { id: key.id, secret: ApiKey::generate().secret };
        assert!(!forged.is(&key.hash()));
    }

    #[test]
    fn what_is_no_key_is_not_looked_up() {
        for text in ["", "trato_", "trato_0198_x", "Bearer x", "trato_019a0000000070008000000000000000"] {
            assert!(text.parse::<ApiKey>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_key_in_a_log_shows_no_secret() {
        let key = ApiKey::generate();
        assert!(!format!("{key:?}").contains(&key.secret));
    }
}
