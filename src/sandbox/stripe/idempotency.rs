//! Idempotency keys as Stripe's API v1 keeps them: the same key gives the saved answer, 500s included; the same
//! key with other parameters is refused; what failed validation is not saved.

use std::collections::HashMap;

use chrono::TimeDelta;
use serde_json::Value;

use crate::base::clock::Time;
use crate::base::fingerprint::Fingerprint;
use crate::sandbox::stripe::errors::StripeError;

/// The answers saved under keys.
#[derive(Default)]
pub struct SavedAnswers(HashMap<(String, String), Saved>);

#[derive(Clone)]
struct Saved {
    request: Fingerprint,
    status: u16,
    answer: Value,
    at: Time,
}

/// Keys are kept this long at least; the sandbox forgets them exactly then.
const KEPT: TimeDelta = TimeDelta::hours(24);

/// Stripe's limit on a key.
const KEY_MAX: usize = 255;

impl SavedAnswers {
    /// The answer saved under the account's key, if the key was used.
    ///
    /// # Errors
    /// When the key is too long, or was used with another request.
    pub fn find(
        &mut self,
        (account, key): (&str, &str),
        request: Fingerprint,
        now: Time,
    ) -> Result<Option<(u16, Value)>, StripeError> {
        if key.is_empty() || key.chars().count() > KEY_MAX {
            return Err(idempotency_error("Idempotency keys must have between 1 and 255 characters."));
        }
        self.0.retain(|_, saved| now - saved.at < KEPT);
        match self.0.get(&(account.to_owned(), key.to_owned())) {
            None => Ok(None),
            Some(saved) if saved.request == request => Ok(Some((saved.status, saved.answer.clone()))),
            Some(_) => Err(idempotency_error(&format!(
                "Keys for idempotent requests can only be used with the same parameters they were first used with. \
                 Try using a key other than '{key}' if you meant to execute a different request."
            ))),
        }
    }

    /// Saves an answer. Refused parameters are not saved.
    pub fn save(
        &mut self,
        (account, key): (&str, &str),
        request: Fingerprint,
        (status, answer): (u16, &Value),
        at: Time,
    ) {
        if (400..500).contains(&status) {
            return;
        }
        let saved = Saved { request, status, answer: answer.clone(), at };
        self.0.insert((account.to_owned(), key.to_owned()), saved);
    }
}

fn idempotency_error(message: &str) -> StripeError {
    StripeError { kind: "idempotency_error", ..StripeError::invalid(message) }
}
