//! Random bytes: tokens nobody can guess. The only place that draws random numbers.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// So many random bytes from the operating system's generator.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one place that draws random numbers")]
pub fn random_bytes<const LENGTH: usize>() -> [u8; LENGTH] {
    rand::random()
}

/// A token of 256 random bits, as text for cookies and addresses.
#[must_use]
pub fn random_token() -> String {
    URL_SAFE_NO_PAD.encode(random_bytes::<32>())
}
