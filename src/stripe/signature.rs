//! `Stripe-Signature`: proof that an event came from Stripe, and lately.
//!
//! Owns the check over the raw bytes. The time is handed in.

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

use crate::base::clock::Time;

/// How old a signature may be. There is no bound on the other side: clocks differ, and Stripe's own libraries
/// accept times to come.
pub const TOLERANCE_SECONDS: i64 = 300;

/// More signatures than a secret being rolled can need; the rest of a longer header is not looked at.
const SIGNATURES_MAX: usize = 8;

/// Why an event is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSignature {
    /// The header is missing, or has no time or no `v1` signature.
    #[error("the signature header is missing or malformed")]
    Malformed,
    /// The signature is older than the tolerance.
    #[error("the signature is too old")]
    TooOld,
    /// No secret of ours makes any of its signatures.
    #[error("the signature was made with another secret or over other bytes")]
    Wrong,
}

/// Checks the header against the raw body. Any of several secrets may match any of several `v1` signatures: both
/// occur while a secret is rolled. Other schemes are ignored, `v0` above all, which anybody can make in test mode.
/// An empty secret proves nothing and is never accepted.
///
/// # Errors
/// When the header is missing, malformed or too old, or nothing matches.
pub fn verify(
    raw_body: &[u8],
    header: Option<&str>,
    secrets: &[SecretString],
    now: Time,
) -> Result<(), BadSignature> {
    let header = Header::read(header.ok_or(BadSignature::Malformed)?).ok_or(BadSignature::Malformed)?;
    if !secrets.iter().any(|secret| header.signed_with(secret, raw_body)) {
        return Err(BadSignature::Wrong);
    }
    // Judged last, so that only who holds the secret learns anything about our clock.
    if now.timestamp().saturating_sub(header.seconds) > TOLERANCE_SECONDS {
        return Err(BadSignature::TooOld);
    }
    Ok(())
}

struct Header<'a> {
    /// As written: it is part of what was signed.
    time: &'a str,
    seconds: i64,
    signatures: Vec<[u8; 32]>,
}

impl<'a> Header<'a> {
    fn read(header: &'a str) -> Option<Self> {
        let parts = || header.split(',').filter_map(|part| part.split_once('='));
        let time = parts().find_map(|(scheme, value)| (scheme == "t").then_some(value))?;
        let signatures: Vec<_> = parts()
            .filter(|(scheme, _)| *scheme == "v1")
            .take(SIGNATURES_MAX)
            .filter_map(|(_, digits)| digest(digits))
            .collect();
        let seconds = time.parse().ok()?;
        (!signatures.is_empty()).then_some(Self { time, seconds, signatures })
    }

    fn signed_with(&self, secret: &SecretString, raw_body: &[u8]) -> bool {
        let secret = secret.expose_secret().as_bytes();
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return false };
        mac.update(self.time.as_bytes());
        mac.update(b".");
        mac.update(raw_body);
        !secret.is_empty() && self.signatures.iter().any(|given| mac.clone().verify_slice(given).is_ok())
    }
}

fn digest(digits: &str) -> Option<[u8; 32]> {
    let mut digest = [0; 32];
    hex::decode_to_slice(digits, &mut digest).ok()?;
    Some(digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = br#"{"id":"evt_1"}"#;
    /// Made with `printf '1790000000.{"id":"evt_1"}' | openssl dgst -sha256 -hmac whsec_new`.
    const BY_NEW: &str = "a8d78c58874a6b2e5d89493e1b6dbe9f5a71790e5f2f2ce02d06c84076e09fe9";
    /// The same with `whsec_old`.
    const BY_OLD: &str = "9297351e1379fa389d9bb355e57b8c11640949b2c515967418208c369ab2b4aa";

    fn check(header: &str, secrets: &[&str], seconds_later: i64, expected: Result<(), BadSignature>) {
        let secrets: Vec<_> = secrets.iter().map(|secret| SecretString::from(*secret)).collect();
        let now = Time::from_timestamp(1_790_000_000 + seconds_later, 0).unwrap();
        assert_eq!(verify(BODY, Some(header), &secrets, now), expected, "{header} {seconds_later}");
    }

    #[test]
    fn an_event_signed_lately_is_believed() {
        let header = format!("t=1790000000,v1={BY_NEW}");
        for seconds_later in [0, 300, -3600] {
            check(&header, &["whsec_new"], seconds_later, Ok(()));
        }
        check(&header, &["whsec_new"], 301, Err(BadSignature::TooOld));
    }

    #[test]
    fn while_a_secret_is_rolled_either_side_may_hold_both() {
        check(&format!("t=1790000000,v1={BY_OLD},v1={BY_NEW}"), &["whsec_new"], 0, Ok(()));
        check(&format!("t=1790000000,v1={BY_NEW},v1={BY_OLD}"), &["whsec_new"], 0, Ok(()));
        check(&format!("t=1790000000,v1={BY_OLD}"), &["whsec_new", "whsec_old"], 0, Ok(()));
    }

    #[test]
    fn schemes_other_than_v1_count_for_nothing() {
        check(&format!("t=1790000000,v0={BY_OLD},v2=zz,v1={BY_NEW}"), &["whsec_new"], 0, Ok(()));
        check(&format!("t=1790000000,v0={BY_NEW}"), &["whsec_new"], 0, Err(BadSignature::Malformed));
    }

    #[test]
    fn another_secret_time_or_body_is_not_believed() {
        check(&format!("t=1790000000,v1={BY_NEW}"), &["whsec_old"], 0, Err(BadSignature::Wrong));
        check(&format!("t=1790000001,v1={BY_NEW}"), &["whsec_new"], 0, Err(BadSignature::Wrong));
        check(&format!("t=1790000000,v1={BY_NEW}"), &[], 0, Err(BadSignature::Wrong));
        let header = format!("t=1790000000,v1={BY_NEW}");
        let now = Time::from_timestamp(1_790_000_000, 0).unwrap();
        let verified = verify(br#"{"id":"evt_1" }"#, Some(&header), &[SecretString::from("whsec_new")], now);
        assert_eq!(verified, Err(BadSignature::Wrong));
    }

    #[test]
    fn an_empty_secret_proves_nothing() {
        let mut mac = Hmac::<Sha256>::new_from_slice(b"").unwrap();
        mac.update(b"1790000000.");
        mac.update(BODY);
        let header = format!("t=1790000000,v1={}", hex::encode(mac.finalize().into_bytes()));
        check(&header, &[""], 0, Err(BadSignature::Wrong));
    }

    #[test]
    fn a_header_of_another_shape_is_malformed() {
        let short = &BY_NEW[..32];
        for header in [
            String::new(),
            "sha256=20f7".to_owned(),
            format!("v1={BY_NEW}"),
            "t=1790000000".to_owned(),
            format!("t=soon,v1={BY_NEW}"),
            format!("t=1790000000,v1={short}"),
            format!("t=1790000000, v1={BY_NEW}"),
        ] {
            check(&header, &["whsec_new"], 0, Err(BadSignature::Malformed));
        }
        assert_eq!(verify(BODY, None, &[], Time::UNIX_EPOCH), Err(BadSignature::Malformed));
    }
}
