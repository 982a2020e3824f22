//! `X-Hub-Signature-256`: proof that a body came from Meta.
//!
//! Owns the check over the raw bytes. A body parsed and written again is a different body: Meta escapes slashes and
//! everything outside ASCII.

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// Why a body is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSignature {
    /// The header is missing or is not `sha256=` and 64 hex digits.
    #[error("the signature header is missing or malformed")]
    Malformed,
    /// No secret of ours makes this signature.
    #[error("the signature was made with another secret or over other bytes")]
    Wrong,
}

/// Checks the header against the raw body. Several secrets are tried, so that one can be rolled; each comparison
/// takes the same time whatever the signature. An empty secret proves nothing and is never accepted.
///
/// # Errors
/// When the header is missing or malformed, or no secret matches.
pub fn verify(raw_body: &[u8], header: Option<&str>, secrets: &[SecretString]) -> Result<(), BadSignature> {
    let digits = header.and_then(|text| text.trim().strip_prefix("sha256=")).ok_or(BadSignature::Malformed)?;
    let mut given = [0; 32];
    hex::decode_to_slice(digits, &mut given).map_err(|_| BadSignature::Malformed)?;
    let genuine = secrets.iter().any(|secret| signs(secret, raw_body, &given));
    if genuine { Ok(()) } else { Err(BadSignature::Wrong) }
}

fn signs(secret: &SecretString, raw_body: &[u8], given: &[u8; 32]) -> bool {
    let secret = secret.expose_secret().as_bytes();
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return false };
    mac.update(raw_body);
    !secret.is_empty() && mac.verify_slice(given).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made with `printf '{"a":1}' | openssl dgst -sha256 -hmac app-secret`.
    const SIGNED: &str = "sha256=a2ac6607a24977f9757e6d78319ae1660ad42ffeee0ee3f0dff30a92bcf85448";
    const BODY: &[u8] = br#"{"a":1}"#;

    fn secrets(of: &[&str]) -> Vec<SecretString> {
        of.iter().map(|secret| SecretString::from(*secret)).collect()
    }

    #[test]
    fn a_body_signed_with_any_of_our_secrets_is_believed() {
        assert_eq!(verify(BODY, Some(SIGNED), &secrets(&["app-secret"])), Ok(()));
        assert_eq!(verify(BODY, Some(SIGNED), &secrets(&["new-secret", "app-secret"])), Ok(()));
    }

    #[test]
    fn another_body_or_another_secret_is_not() {
        assert_eq!(verify(br#"{"a":2}"#, Some(SIGNED), &secrets(&["app-secret"])), Err(BadSignature::Wrong));
        assert_eq!(verify(BODY, Some(SIGNED), &secrets(&["new-secret"])), Err(BadSignature::Wrong));
        assert_eq!(verify(BODY, Some(SIGNED), &[]), Err(BadSignature::Wrong));
    }

    #[test]
    fn an_empty_secret_proves_nothing() {
        let mut mac = Hmac::<Sha256>::new_from_slice(b"").unwrap();
        mac.update(BODY);
        let header = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
        assert_eq!(verify(BODY, Some(&header), &secrets(&[""])), Err(BadSignature::Wrong));
    }

    #[test]
    fn a_header_of_another_shape_is_malformed() {
        for header in [None, Some(""), Some("sha256="), Some("sha1=a2ac"), Some(&SIGNED[..70]), Some("sha256=zz")] {
            assert_eq!(verify(BODY, header, &secrets(&["app-secret"])), Err(BadSignature::Malformed), "{header:?}");
        }
    }
}
