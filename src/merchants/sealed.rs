//! Sealing credentials at rest: AES-256-GCM (NIST SP 800-38D) under keys that only the settings hold.
//!
//! A sealed value is `version (1) ‖ key id (4, big endian) ‖ nonce (12) ‖ ciphertext and tag`. Its associated data
//! are that header, the purpose and the merchant, so that a value copied to another row, column or merchant does not
//! open. Nonces are random: one key may seal 2³² values, far beyond the credentials of any deployment.

use std::fmt;
use std::sync::Arc;

use aes_gcm::aead::{Aead as _, KeyInit as _, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use crate::base::ids::MerchantId;
use crate::base::secret::random_bytes;

const VERSION: u8 = 1;
const KEY_ID_BYTES: usize = 4;
const NONCE_BYTES: usize = 12;
const HEADER_BYTES: usize = 1 + KEY_ID_BYTES;

/// One key, as settings name it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeySetting {
    /// The number that sealed values carry. Never used for another key again.
    pub id: u32,
    /// 32 bytes in base64.
    pub key: SecretString,
}

/// The keys that seal and open. The first one seals; all of them open.
#[derive(Clone)]
pub struct Keyring(Arc<[(u32, Aes256Gcm)]>);

/// Settings that make no keyring.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadKeyring {
    /// There is no key.
    #[error("there is no sealing key; write one as `1:` and the output of `openssl rand -base64 32`")]
    Empty,
    /// A key without a number in front.
    #[error("sealing key number {position} has no id; write `1:` in front of the key")]
    NoId {
        /// Which one, counted from one.
        position: usize,
    },
    /// A key that is not 32 bytes.
    #[error("sealing key {id} is not 32 bytes in base64; make one with `openssl rand -base64 32`")]
    NotAKey {
        /// Which one.
        id: u32,
    },
    /// Two keys with one id.
    #[error("there are two sealing keys with the id {id}; give the new one the next number")]
    Twice {
        /// Which id.
        id: u32,
    },
}

/// What a credential is for. A value sealed for one purpose does not open for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Sending on a channel.
    ChannelToken,
    /// Calling Stripe.
    StripeApiKey,
    /// Verifying what Stripe sends.
    StripeWebhookSecrets,
}

impl Purpose {
    const fn label(self) -> &'static str {
        match self {
            Self::ChannelToken => "channel_token",
            Self::StripeApiKey => "stripe_api_key",
            Self::StripeWebhookSecrets => "stripe_webhook_secrets",
        }
    }
}

/// The value is too long to be sealed: 64 GiB, which no credential is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the credential is too long to be sealed")]
pub struct TooLongToSeal;

/// Bytes that do not open.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// These are not bytes that we sealed.
    #[error("this is not a sealed credential of a version we know")]
    Unreadable,
    /// The key that sealed it is not in the settings.
    #[error("the credential was sealed with key {0}, which is not among the sealing keys")]
    UnknownKey(u32),
    /// It was changed, or it was sealed for another merchant or purpose, or with another key of that id.
    #[error("the credential does not open here: it was changed, belongs elsewhere, or its key was replaced")]
    Refused,
}

impl Keyring {
    /// The keys of these settings, the sealing one first.
    ///
    /// # Errors
    /// When there is none, one is not 32 bytes, or two share an id.
    pub fn new(settings: &[KeySetting]) -> Result<Self, BadKeyring> {
        if settings.is_empty() {
            return Err(BadKeyring::Empty);
        }
        let mut keys: Vec<(u32, Aes256Gcm)> = Vec::with_capacity(settings.len());
        for KeySetting { id, key } in settings {
            if keys.iter().any(|(known, _)| known == id) {
                return Err(BadKeyring::Twice { id: *id });
            }
            let not_a_key = BadKeyring::NotAKey { id: *id };
            let bytes = STANDARD.decode(key.expose_secret().trim()).map_err(|_| not_a_key.clone())?;
            keys.push((*id, Aes256Gcm::new_from_slice(&bytes).map_err(|_| not_a_key)?));
        }
        Ok(Self(keys.into()))
    }

    /// The keys as one setting writes them: `2:BASE64,1:BASE64`, the sealing one first.
    ///
    /// # Errors
    /// As [`Keyring::new`], and when a key has no id.
    pub fn parse(text: &SecretString) -> Result<Self, BadKeyring> {
        let parts = text.expose_secret().split(',').map(str::trim).filter(|part| !part.is_empty());
        let settings: Result<Vec<_>, _> = parts
            .enumerate()
            .map(|(index, part)| {
                let no_id = BadKeyring::NoId { position: index + 1 };
                let (id, key) = part.split_once(':').ok_or_else(|| no_id.clone())?;
                Ok(KeySetting { id: id.trim().parse().map_err(|_| no_id)?, key: key.into() })
            })
            .collect();
        Self::new(&settings?)
    }

    /// Seals a credential of this merchant.
    ///
    /// # Errors
    /// When it is longer than any credential is.
    pub fn seal(
        &self,
        merchant: MerchantId,
        purpose: Purpose,
        secret: &SecretString,
    ) -> Result<Vec<u8>, TooLongToSeal> {
        let (id, cipher) = self.0.first().ok_or(TooLongToSeal)?;
        let nonce = random_bytes::<NONCE_BYTES>();
        let mut sealed = vec![VERSION];
        sealed.extend(id.to_be_bytes());
        let bound = bound_to(&sealed, merchant, purpose);
        let payload = Payload { msg: secret.expose_secret().as_bytes(), aad: &bound };
        let ciphertext = cipher.encrypt(&Nonce::from(nonce), payload).map_err(|_| TooLongToSeal)?;
        sealed.extend(nonce);
        sealed.extend(ciphertext);
        Ok(sealed)
    }

    /// Opens a credential that was sealed for this merchant and purpose.
    ///
    /// # Errors
    /// When it was not, when it was changed, or when its key is not here.
    pub fn open(&self, merchant: MerchantId, purpose: Purpose, sealed: &[u8]) -> Result<SecretString, OpenError> {
        let (header, rest) = sealed.split_at_checked(HEADER_BYTES).ok_or(OpenError::Unreadable)?;
        let (nonce, ciphertext) = rest.split_first_chunk::<NONCE_BYTES>().ok_or(OpenError::Unreadable)?;
        let id = match header {
            [VERSION, a, b, c, d] => u32::from_be_bytes([*a, *b, *c, *d]),
            _ => return Err(OpenError::Unreadable),
        };
        let (_, cipher) = self.0.iter().find(|(known, _)| *known == id).ok_or(OpenError::UnknownKey(id))?;
        let bound = bound_to(header, merchant, purpose);
        let payload = Payload { msg: ciphertext, aad: &bound };
        let opened = cipher.decrypt(&Nonce::from(*nonce), payload).map_err(|_| OpenError::Refused)?;
        String::from_utf8(opened).map(SecretString::from).map_err(|_| OpenError::Unreadable)
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(id, _)| id)).finish()
    }
}

/// The associated data. The header has a fixed length and the label has no NUL, so no two lists of parts make the
/// same bytes.
fn bound_to(header: &[u8], merchant: MerchantId, purpose: Purpose) -> Vec<u8> {
    [header, purpose.label().as_bytes(), b"\0", merchant.uuid().as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(id: u32, byte: u8) -> KeySetting {
        KeySetting { id, key: STANDARD.encode([byte; 32]).into() }
    }

    fn ring(keys: &[KeySetting]) -> Keyring {
        Keyring::new(keys).unwrap()
    }

    fn opened(ring: &Keyring, merchant: MerchantId, sealed: &[u8]) -> Result<String, OpenError> {
        ring.open(merchant, Purpose::ChannelToken, sealed).map(|secret| secret.expose_secret().to_owned())
    }

    fn sealed(ring: &Keyring, merchant: MerchantId) -> Vec<u8> {
        ring.seal(merchant, Purpose::ChannelToken, &"a token".into()).unwrap()
    }

    #[test]
    fn what_was_sealed_opens_and_does_not_show() {
        let (ring, merchant) = (ring(&[key(1, 7)]), MerchantId::generate());
        let (once, again) = (sealed(&ring, merchant), sealed(&ring, merchant));
        assert_eq!(opened(&ring, merchant, &once), Ok("a token".to_owned()));
        assert!(!once.windows(7).any(|window| window == b"a token"));
        assert_ne!(once, again, "the nonce is drawn anew");
        assert_eq!(format!("{ring:?}"), "[1]");
    }

    #[test]
    fn after_a_rotation_old_values_open_and_new_ones_need_the_new_key() {
        let merchant = MerchantId::generate();
        let (old, rotated, new) = (ring(&[key(1, 7)]), ring(&[key(2, 8), key(1, 7)]), ring(&[key(2, 8)]));
        let before = sealed(&old, merchant);
        let after = sealed(&rotated, merchant);
        assert!(opened(&rotated, merchant, &before).is_ok());
        assert!(opened(&new, merchant, &after).is_ok());
        assert_eq!(opened(&old, merchant, &after), Err(OpenError::UnknownKey(2)));
        assert_eq!(opened(&new, merchant, &before), Err(OpenError::UnknownKey(1)));
    }

    #[test]
    fn a_value_changed_in_any_byte_does_not_open() {
        let (ring, merchant) = (ring(&[key(1, 7), key(2, 8), key(0, 9)]), MerchantId::generate());
        let sealed = sealed(&ring, merchant);
        for position in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[position] ^= 1;
            assert!(opened(&ring, merchant, &changed).is_err(), "byte {position}");
        }
        for length in 0..sealed.len() {
            assert!(opened(&ring, merchant, &sealed[..length]).is_err(), "{length} bytes");
        }
    }

    #[test]
    fn a_value_opens_only_for_its_merchant_and_purpose() {
        let (ring, merchant) = (ring(&[key(1, 7)]), MerchantId::generate());
        let sealed = sealed(&ring, merchant);
        assert_eq!(opened(&ring, MerchantId::generate(), &sealed), Err(OpenError::Refused));
        let elsewhere = ring.open(merchant, Purpose::StripeApiKey, &sealed).map(drop);
        assert_eq!(elsewhere, Err(OpenError::Refused));
    }

    #[test]
    fn another_key_under_the_same_id_does_not_open() {
        let merchant = MerchantId::generate();
        let sealed = sealed(&ring(&[key(1, 7)]), merchant);
        assert_eq!(opened(&ring(&[key(1, 8)]), merchant, &sealed), Err(OpenError::Refused));
    }

    #[test]
    fn settings_that_make_no_keyring_are_refused() {
        let check = |text: &str, wanted: BadKeyring| {
            assert_eq!(Keyring::parse(&text.into()).map(drop), Err(wanted), "{text}");
        };
        let good = STANDARD.encode([7; 32]);
        check("", BadKeyring::Empty);
        check(&good, BadKeyring::NoId { position: 1 });
        check(&format!("1:{good},x:{good}"), BadKeyring::NoId { position: 2 });
        check("3:c2hvcnQ=", BadKeyring::NotAKey { id: 3 });
        check("3:not base64!", BadKeyring::NotAKey { id: 3 });
        check(&format!("1:{good},1:{good}"), BadKeyring::Twice { id: 1 });
        assert_eq!(format!("{:?}", Keyring::parse(&format!("2:{good}, 1:{good}").into()).unwrap()), "[2, 1]");
    }
}
