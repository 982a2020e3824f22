//! Identifiers in the shapes that Meta and Stripe give them. Random, so that a sandbox started again never
//! repeats one that the server under test has already stored.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::base::fingerprint::Fingerprint;
use crate::base::secret::random_bytes;

const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// `prefix` and so many random letters and digits, at most 64.
pub fn letters(prefix: &str, length: usize) -> String {
    let random = random_bytes::<64>();
    let tail = random.iter().take(length).map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()]));
    prefix.chars().chain(tail).collect()
}

/// A message id of Meta's. Its Base64 often holds `/` and `=`, as theirs does.
pub fn wamid() -> String {
    format!("wamid.{}", STANDARD.encode(random_bytes::<37>()))
}

/// A random number of so many decimal digits, the first not zero.
pub fn digits(length: usize) -> String {
    let random = random_bytes::<64>();
    let digit = |(place, byte): (usize, &u8)| match place {
        0 => char::from(b'1' + byte % 9),
        _ => char::from(b'0' + byte % 10),
    };
    random.iter().take(length).enumerate().map(digit).collect()
}

/// A random number below `bound`.
pub fn below(bound: u32) -> u32 {
    u32::from_le_bytes(random_bytes::<4>()) % bound.max(1)
}

/// So many decimal digits that follow from `text`: the same text gives the same digits.
pub fn digits_of(text: &str, length: usize) -> String {
    Fingerprint::of(text.as_bytes()).bytes().iter().map(|byte| char::from(b'0' + byte % 10)).take(length).collect()
}

/// So many letters and digits that follow from `text`.
pub fn letters_of(text: &str, length: usize) -> String {
    let digest = Fingerprint::of(text.as_bytes());
    let letter = |byte: &u8| char::from(LETTERS[usize::from(*byte) % LETTERS.len()]);
    digest.bytes().iter().map(letter).take(length).collect()
}
