//! The handshake by which Meta makes sure that a webhook address is ours: a GET with a token we chose.
//!
//! Pure: the route hands in the query and the tokens it accepts.

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use subtle::ConstantTimeEq;

/// The query of the handshake.
#[derive(Debug, Default, Deserialize)]
pub struct Handshake {
    #[serde(default, rename = "hub.mode")]
    mode: String,
    #[serde(default, rename = "hub.verify_token")]
    token: String,
    #[serde(default, rename = "hub.challenge")]
    challenge: String,
}

/// The handshake was not Meta's, or the token is not ours: answer 403.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the verify token is not ours")]
pub struct Refused;

impl Handshake {
    /// The bare body to answer with, as `text/plain`.
    ///
    /// # Errors
    /// When the mode is not `subscribe`, the token is none of ours, or the challenge holds anything but letters,
    /// digits, `-`, `_` and `.`: it is echoed, and must not become a page.
    pub fn answer(&self, tokens: &[SecretString]) -> Result<&str, Refused> {
        const CHALLENGE_BYTES_MAX: usize = 256;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        let harmless = !self.challenge.is_empty()
            && self.challenge.len() <= CHALLENGE_BYTES_MAX
            && self.challenge.bytes().all(plain);
        let known = tokens.iter().any(|token| self.carries(token));
        if self.mode == "subscribe" && known && harmless { Ok(&self.challenge) } else { Err(Refused) }
    }

    fn carries(&self, token: &SecretString) -> bool {
        let token = token.expose_secret().as_bytes();
        !token.is_empty() && bool::from(token.ct_eq(self.token.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(query: &str, token: &str) -> Result<String, Refused> {
        let pairs: std::collections::HashMap<_, _> = url::form_urlencoded::parse(query.as_bytes()).collect();
        let handshake: Handshake = serde_json::from_value(serde_json::to_value(pairs).unwrap()).unwrap();
        handshake.answer(&[SecretString::from(token)]).map(str::to_owned)
    }

    #[test]
    fn the_challenge_is_returned_to_who_knows_the_token() {
        let query = "hub.mode=subscribe&hub.verify_token=s3cret&hub.challenge=1158201444";
        assert_eq!(answer(query, "s3cret"), Ok("1158201444".to_owned()));
    }

    #[test]
    fn anything_else_is_refused() {
        for (query, token) in [
            ("hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=1", "s3cret"),
            ("hub.mode=unsubscribe&hub.verify_token=s3cret&hub.challenge=1", "s3cret"),
            ("hub.mode=subscribe&hub.verify_token=s3cret", "s3cret"),
            ("hub.mode=subscribe&hub.verify_token=&hub.challenge=1", ""),
            ("hub.mode=subscribe&hub.verify_token=s3cret&hub.challenge=%3Cscript%3E", "s3cret"),
            ("", "s3cret"),
        ] {
            assert_eq!(answer(query, token), Err(Refused), "{query}");
        }
    }
}
