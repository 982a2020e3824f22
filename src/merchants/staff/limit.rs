//! How often somebody may try to sign in.
//!
//! Counted in the memory of each process: with several replicas a guesser gets each replica's share, so the limit
//! is multiplied by their number. That stays far below what guessing a password of ten characters takes, and
//! signing in does not depend on one more shared thing. Who runs many replicas puts a limit in front of them.

use std::net::IpAddr;
use std::num::NonZeroU32;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::merchants::staff::Email;

/// Tries from one network address at once, and again each minute. A shop's whole staff may share an address.
const PER_ADDRESS: NonZeroU32 = NonZeroU32::new(20).expect("not zero");
/// Tries for one e-mail address at once, and again each minute.
const PER_EMAIL: NonZeroU32 = NonZeroU32::new(5).expect("not zero");
/// How many keys are remembered before those that are free again are forgotten.
const KEYS_MAX: usize = 10_000;

/// Counts tries.
#[derive(Debug)]
pub struct SignInLimit {
    by_address: DefaultKeyedRateLimiter<IpAddr>,
    by_email: DefaultKeyedRateLimiter<Email>,
}

impl Default for SignInLimit {
    fn default() -> Self {
        Self {
            by_address: RateLimiter::keyed(Quota::per_minute(PER_ADDRESS)),
            by_email: RateLimiter::keyed(Quota::per_minute(PER_EMAIL)),
        }
    }
}

impl SignInLimit {
    /// Whether one more try is allowed; counts it.
    #[must_use]
    pub fn allows(&self, address: IpAddr, email: &Email) -> bool {
        if self.by_address.len() > KEYS_MAX || self.by_email.len() > KEYS_MAX {
            self.by_address.retain_recent();
            self.by_email.retain_recent();
        }
        self.by_address.check_key(&network(address)).is_ok() && self.by_email.check_key(email).is_ok()
    }
}

/// A person on IPv6 has a whole /64 of addresses.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() >> 64 << 64).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_limited_from_wherever_it_is_tried() {
        let limit = SignInLimit::default();
        let email: Email = "ana@example.com".parse().unwrap();
        let tries = (0..10u8).filter(|n| limit.allows([10, 0, 0, *n].into(), &email)).count();
        assert_eq!(tries, 5);
        assert!(limit.allows([10, 0, 0, 1].into(), &"ben@example.com".parse().unwrap()));
    }

    #[test]
    fn an_address_is_limited_whoever_it_tries_to_be() {
        let limit = SignInLimit::default();
        let tries = (0..40).filter(|n| {
            let address: IpAddr = format!("2001:db8::{n:x}").parse().unwrap();
            limit.allows(address, &format!("a{n}@example.com").parse().unwrap())
        });
        assert_eq!(tries.count(), 20);
    }
}
