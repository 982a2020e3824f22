//! How fast messages may go: to one person, and from one number.
//!
//! Pure rules over the times at which messages went. Who keeps those times, and waits, is not decided here.
//! From Meta's "Messaging limits" and "Throughput" pages.

use std::time::Duration;

use chrono::TimeDelta;

use crate::base::clock::Time;

/// One message to the same person in this time, on average.
const PAIR_SECONDS: i64 = 6;
/// So many may go at once to the same person; the time they would have taken is waited out afterwards.
const PAIR_BURST_MAX: usize = 45;
/// How far back the pair rule looks: a full burst is paid off after this time.
pub const PAIR_HISTORY: TimeDelta = TimeDelta::seconds(PAIR_SECONDS * 45);
/// Messages per second from a number of the usual kind.
pub const NUMBER_PER_SECOND: usize = 80;
/// Messages per second from a number that is also used in the WhatsApp Business app.
pub const SHARED_NUMBER_PER_SECOND: usize = 20;

/// When the next message to the same person may go, given when earlier ones went (within [`PAIR_HISTORY`],
/// in any order). Not before `now`.
///
/// A burst may borrow from the future: up to 45 within six seconds, and then nothing until as much time has passed
/// as they would have taken one by one.
#[must_use]
pub fn pair_next(sent: &[Time], now: Time) -> Time {
    let mut sent: Vec<Time> = sent.to_vec();
    sent.sort_unstable();
    let interval = TimeDelta::seconds(PAIR_SECONDS);
    let mut burst: Option<Burst> = None;
    for time in sent {
        burst = Some(match burst {
            Some(burst) if time < burst.paid_at => {
                Burst { count: burst.count.saturating_add(1), paid_at: later(burst.paid_at, interval), ..burst }
            }
            _ => Burst { began_at: time, count: 1, paid_at: later(time, interval) },
        });
    }
    match burst {
        Some(burst) if now < burst.paid_at => {
            let may_borrow = now < later(burst.began_at, interval) && burst.count < PAIR_BURST_MAX;
            if may_borrow { now } else { burst.paid_at }
        }
        _ => now,
    }
}

/// Messages that went closer together than the rate, and when their time is paid off.
struct Burst {
    began_at: Time,
    count: usize,
    paid_at: Time,
}

/// When the next message from the number may go, given when earlier ones went (in any order) and how many it may
/// send per second. Not before `now`.
#[must_use]
pub fn number_next(sent: &[Time], per_second: usize, now: Time) -> Time {
    let second = TimeDelta::seconds(1);
    let mut recent: Vec<Time> = sent.iter().copied().filter(|time| later(*time, second) > now).collect();
    recent.sort_unstable();
    match recent.len().checked_sub(per_second.max(1)) {
        Some(oldest_that_counts) => recent.get(oldest_that_counts).map_or(now, |time| later(*time, second)),
        None => now,
    }
}

/// How long to wait after the channel itself refused the `refusals`-th time in a row for pair rate: 4ⁿ seconds,
/// at most 4⁶ (68 minutes).
#[must_use]
pub fn pair_wait(refusals: u32) -> Duration {
    const EXPONENT_MAX: u32 = 6;
    Duration::from_secs(4_u64.pow(refusals.min(EXPONENT_MAX)))
}

fn later(time: Time, by: TimeDelta) -> Time {
    time.checked_add_signed(by).unwrap_or(Time::MAX_UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(milliseconds: i64) -> Time {
        Time::from_timestamp_millis(1_790_000_000_000 + milliseconds).unwrap()
    }

    fn check_pair(sent: &[i64], now: i64, next: i64) {
        let times: Vec<Time> = sent.iter().map(|ms| at(*ms)).collect();
        assert_eq!(pair_next(&times, at(now)), at(next), "{sent:?} at {now}");
    }

    #[test]
    fn one_message_each_six_seconds_is_never_held() {
        check_pair(&[], 0, 0);
        check_pair(&[0], 6_000, 6_000);
        check_pair(&[0, 6_000, 12_000], 18_000, 18_000);
    }

    #[test]
    fn a_burst_goes_at_once_and_is_waited_out_afterwards() {
        check_pair(&[0], 1_000, 1_000);
        check_pair(&[0, 1_000, 2_000], 3_000, 3_000);
        check_pair(&[0, 1_000, 2_000], 7_000, 18_000);
        check_pair(&[2_000, 0, 1_000], 18_000, 18_000);
    }

    #[test]
    fn no_more_than_forty_five_can_be_borrowed() {
        check_pair(&[0; 44], 1_000, 1_000);
        check_pair(&[0; 45], 1_000, 270_000);
        check_pair(&[0; 45], 270_000, 270_000);
    }

    #[test]
    fn the_number_sends_so_many_in_any_second() {
        let times: Vec<Time> = (0..80).map(|n| at(n * 10)).collect();
        assert_eq!(number_next(&times[..79], NUMBER_PER_SECOND, at(800)), at(800));
        assert_eq!(number_next(&times, NUMBER_PER_SECOND, at(800)), at(1_000));
        assert_eq!(number_next(&times, NUMBER_PER_SECOND, at(1_000)), at(1_000));
        assert_eq!(number_next(&times, SHARED_NUMBER_PER_SECOND, at(800)), at(1_600));
    }

    #[test]
    fn each_refusal_waits_four_times_longer_up_to_a_bound() {
        assert_eq!([0, 1, 3, 6].map(|n| pair_wait(n).as_secs()), [1, 4, 64, 4096]);
        assert_eq!(pair_wait(u32::MAX).as_secs(), 4096);
    }
}
