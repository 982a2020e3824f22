//! How Meta and Stripe sign what they send.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::base::clock::Time;

/// `X-Hub-Signature-256`: over the raw body.
pub fn meta(secret: &str, body: &str) -> String {
    format!("sha256={}", hmac_hex(secret, &[body]))
}

/// `Stripe-Signature`: over the time, a point and the raw body.
pub fn stripe(secret: &str, body: &str, at: Time) -> String {
    let seconds = at.timestamp().to_string();
    format!("t={seconds},v1={}", hmac_hex(secret, &[&seconds, ".", body]))
}

fn hmac_hex(secret: &str, parts: &[&str]) -> String {
    // HMAC takes keys of any length; the empty text that could never verify stands for "impossible".
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    for part in parts {
        mac.update(part.as_bytes());
    }
    hex::encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::Digest as _;

    /// HMAC by its definition (RFC 2104), without the crate that the sandbox uses.
    fn by_definition(key: &[u8], message: &[u8]) -> String {
        let mut block = [0u8; 64];
        if key.len() > 64 {
            block[..32].copy_from_slice(&Sha256::digest(key));
        } else {
            block[..key.len()].copy_from_slice(key);
        }
        let pad = |byte: u8| block.iter().map(|b| b ^ byte).collect::<Vec<u8>>();
        let inner = Sha256::digest([pad(0x36).as_slice(), message].concat());
        hex::encode(Sha256::digest([pad(0x5c).as_slice(), inner.as_slice()].concat()))
    }

    #[test]
    fn a_known_answer_is_found() {
        // RFC 4231, test case 2.
        let expected = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(meta("Jefe", "what do ya want for nothing?"), expected);
    }

    #[test]
    fn signatures_are_those_of_the_definition() {
        let body = r#"{"a":"\u00e1\/b"}"#;
        for secret in ["s", "whsec_0123456789", &"long ".repeat(40)] {
            let expected = by_definition(secret.as_bytes(), body.as_bytes());
            assert_eq!(meta(secret, body), format!("sha256={expected}"));
            let at = crate::base::clock::Time::from_timestamp(1_793_980_800, 0).unwrap();
            let expected = by_definition(secret.as_bytes(), format!("1793980800.{body}").as_bytes());
            assert_eq!(stripe(secret, body, at), format!("t=1793980800,v1={expected}"));
        }
    }
}
