//! Passwords: argon2id, off the threads that serve requests.

use std::sync::LazyLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

use crate::base::secret::random_bytes;

/// The shortest password.
pub const PASSWORD_CHARACTERS_MIN: usize = 10;
/// The longest; a limit on the work a stranger can cause.
pub const PASSWORD_BYTES_MAX: usize = 512;

/// Memory of one hash. With the two below, the first choice of OWASP's password storage page (2025).
const MEMORY_KIB: u32 = 19 * 1024;
/// Passes over the memory.
const PASSES: u32 = 2;
/// Lanes; one, because hashing runs on one thread.
const LANES: u32 = 1;
/// Hashes computed at the same time; the rest wait, so that a burst of sign-ins takes neither all the memory nor
/// all the processors.
const HASHES_AT_ONCE: usize = 4;

static HASHING: Semaphore = Semaphore::const_new(HASHES_AT_ONCE);

/// The hash of a password that nobody knows. Checked when there is no such person, so that the answer takes as long
/// as for a wrong password and does not tell who works here.
static NOBODYS: LazyLock<Result<String, PasswordError>> = LazyLock::new(|| hash_now(&random_bytes::<32>()));

/// Why a password could not be taken or checked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum PasswordError {
    /// Too short or too long.
    #[error("a password has at least {PASSWORD_CHARACTERS_MIN} characters and at most {PASSWORD_BYTES_MAX} bytes")]
    Length,
    /// The hash could not be computed or read.
    #[error("the password could not be hashed")]
    Hash,
}

/// The hash of a new password, as a PHC string.
///
/// # Errors
/// When its length is not allowed.
pub async fn hash(password: SecretString) -> Result<String, PasswordError> {
    let text = password.expose_secret();
    if text.chars().count() < PASSWORD_CHARACTERS_MIN || text.len() > PASSWORD_BYTES_MAX {
        return Err(PasswordError::Length);
    }
    off_thread(move || hash_now(password.expose_secret().as_bytes())).await
}

/// Whether the password is the one behind `hash`. Without a hash it is not, after the same time.
///
/// # Errors
/// When the stored hash cannot be read.
pub async fn matches(password: SecretString, hash: Option<String>) -> Result<bool, PasswordError> {
    if password.expose_secret().len() > PASSWORD_BYTES_MAX {
        return Ok(false);
    }
    off_thread(move || {
        let known = hash.is_some();
        let text = hash.map_or_else(|| NOBODYS.clone(), Ok)?;
        let parsed = PasswordHash::new(&text).map_err(|_| PasswordError::Hash)?;
        let verified = argon2()?.verify_password(password.expose_secret().as_bytes(), &parsed).is_ok();
        Ok(known && verified)
    })
    .await
}

async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, PasswordError> + Send + 'static,
) -> Result<T, PasswordError> {
    let _turn = HASHING.acquire().await.map_err(|_| PasswordError::Hash)?;
    tokio::task::spawn_blocking(work).await.map_err(|_| PasswordError::Hash)?
}

fn hash_now(password: &[u8]) -> Result<String, PasswordError> {
    argon2()?
        .hash_password_with_salt(password, &random_bytes::<16>())
        .map(|hash: PasswordHash| hash.to_string())
        .map_err(|_| PasswordError::Hash)
}

fn argon2() -> Result<Argon2<'static>, PasswordError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|_| PasswordError::Hash)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> SecretString {
        SecretString::from(text.to_owned())
    }

    #[tokio::test]
    async fn only_the_password_itself_matches_its_hash() {
        let stored = hash(password("correct horse")).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(matches(password("correct horse"), Some(stored.clone())).await.unwrap());
        assert!(!matches(password("correct horsf"), Some(stored)).await.unwrap());
        assert!(!matches(password("correct horse"), None).await.unwrap());
    }

    #[tokio::test]
    async fn equal_passwords_have_different_hashes() {
        let (one, two) = (hash(password("correct horse")).await, hash(password("correct horse")).await);
        assert_ne!(one.unwrap(), two.unwrap());
    }

    #[tokio::test]
    async fn a_short_or_endless_password_is_refused() {
        for bad in ["too short", &"x".repeat(PASSWORD_BYTES_MAX + 1)] {
            assert!(matches!(hash(password(bad)).await, Err(PasswordError::Length)));
        }
    }
}
