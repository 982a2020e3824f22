//! How fast one number may write to one shopper: a burst, borrowed from the future, and then one message at a time
//! (Meta, "Pair rate limits").

use std::collections::HashMap;
use std::time::Duration;

use chrono::TimeDelta;

use crate::base::clock::Time;

/// So many messages may be sent at once.
const BURST: i32 = 45;

/// When each pair has paid back what it borrowed.
#[derive(Default)]
pub struct PairRates(HashMap<(String, String), Time>);

impl PairRates {
    /// Whether one more message may go from this number to this recipient; if so, it is counted. A `gap` of nothing
    /// sets no limit.
    pub fn allow(&mut self, number: &str, recipient: &str, gap: Duration, now: Time) -> bool {
        let gap = TimeDelta::from_std(gap).unwrap_or(TimeDelta::MAX);
        if gap.is_zero() {
            return true;
        }
        let paid_back = self.0.entry((number.to_owned(), recipient.to_owned())).or_insert(now);
        let borrowed_until = (*paid_back).max(now) + gap;
        let fits = borrowed_until - now <= gap * BURST;
        if fits {
            *paid_back = borrowed_until;
        }
        fits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_let_through_and_then_one_message_per_gap() {
        let mut rates = PairRates::default();
        let noon = Time::from_timestamp(1_793_966_400, 0).unwrap();
        let gap = Duration::from_secs(6);
        let sent = (0..60).filter(|_| rates.allow("1", "a", gap, noon)).count();
        assert_eq!(sent, 45);
        assert!(rates.allow("1", "b", gap, noon) && rates.allow("2", "a", gap, noon));
        assert!(!rates.allow("1", "a", gap, noon + TimeDelta::seconds(5)));
        assert!(rates.allow("1", "a", gap, noon + TimeDelta::seconds(6)));
        assert!(!rates.allow("1", "a", gap, noon + TimeDelta::seconds(6)));
    }

    #[test]
    fn without_a_gap_there_is_no_limit() {
        let mut rates = PairRates::default();
        let noon = Time::from_timestamp(1_793_966_400, 0).unwrap();
        assert!((0..1000).all(|_| rates.allow("1", "a", Duration::ZERO, noon)));
    }
}
