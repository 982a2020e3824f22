//! How often a key may call.
//!
//! Counted in the memory of each process, as tries to sign in are: several replicas allow several times as much.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::base::ids::ApiKeyId;

/// Calls of one key at once, and again each minute.
pub const CALLS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(120).expect("not zero");
/// How many keys are remembered before those that are free again are forgotten.
const KEYS_MAX: usize = 10_000;

/// Counts calls.
#[derive(Debug)]
pub struct CallLimit {
    by_key: DefaultKeyedRateLimiter<ApiKeyId>,
    clock: DefaultClock,
}

impl Default for CallLimit {
    fn default() -> Self {
        let clock = DefaultClock::default();
        Self { by_key: RateLimiter::keyed(Quota::per_minute(CALLS_PER_MINUTE)), clock }
    }
}

impl CallLimit {
    /// Counts a call, if one more is allowed.
    ///
    /// # Errors
    /// When none is: with how long to wait.
    pub fn count(&self, key: ApiKeyId) -> Result<(), Duration> {
        if self.by_key.len() > KEYS_MAX {
            self.by_key.retain_recent();
        }
        self.by_key.check_key(&key).map_err(|until| until.wait_time_from(self.clock.now()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_calls_too_often_waits_and_others_do_not() {
        let (limit, key) = (CallLimit::default(), ApiKeyId::generate());
        let allowed = (0..500).filter(|_| limit.count(key).is_ok()).count();
        assert!((120..130).contains(&allowed), "{allowed}");
        let wait = limit.count(key).unwrap_err();
        assert!(wait > Duration::ZERO && wait <= Duration::from_secs(1), "{wait:?}");
        assert_eq!(limit.count(ApiKeyId::generate()), Ok(()));
    }
}
