//! How fast messages may go: to one person, and from one number.
//!
//! Pure rules over times. Who keeps a [`Meter`] per person and per number, and what waits, is not decided here.
//! From Meta's "Messaging limits" and "Throughput" pages.
//!
//! Meta says of a burst to one person that it "borrows from the future", and can be read two ways: the next message
//! after a burst waits until all of it is paid off, or only until the debt is below 45 messages again. The wider
//! reading is kept here, because what it lets through too early is refused without harm (131056, [`pair_wait`]), while
//! the narrower one would let a shopper who taps quickly wait for answers that would have gone.

use std::time::Duration;

use chrono::TimeDelta;

use crate::base::clock::Time;

/// So many may go at once to the same person, on credit.
const PAIR_BURST: u32 = 45;

/// One message in each interval on average; some may go at once, on credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    interval: TimeDelta,
    credit: TimeDelta,
}

impl Rate {
    /// To one person: one message in so many seconds. None at 0: nothing is held back.
    #[must_use]
    pub fn to_one_person(seconds: u32) -> Option<Self> {
        Self::of(TimeDelta::seconds(i64::from(seconds)), PAIR_BURST)
    }

    /// From one number: so many messages in a second. None at 0: nothing is held back.
    #[must_use]
    pub fn from_one_number(per_second: u32) -> Option<Self> {
        let interval = 1_000_000_i64.checked_div(i64::from(per_second)).unwrap_or_default();
        // At once goes a tenth of a second's worth: more would come on top of the rate in the second after.
        Self::of(TimeDelta::microseconds(interval), per_second.div_ceil(10))
    }

    fn of(interval: TimeDelta, burst: u32) -> Option<Self> {
        let ahead = i32::try_from(burst.saturating_sub(1)).unwrap_or(i32::MAX);
        let credit = interval.checked_mul(ahead).unwrap_or(TimeDelta::MAX);
        (interval > TimeDelta::zero()).then_some(Self { interval, credit })
    }
}

/// What went, as one time: when all of it is paid off at the rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meter {
    paid_off_at: Time,
    /// The channel itself said: nothing before this.
    closed_until: Time,
    /// Turns to send were given out up to here.
    promised_until: Time,
}

impl Default for Meter {
    fn default() -> Self {
        Self { paid_off_at: Time::MIN_UTC, closed_until: Time::MIN_UTC, promised_until: Time::MIN_UTC }
    }
}

impl Meter {
    /// When the next message may go. Not before `now`.
    #[must_use]
    pub fn next(&self, rate: Rate, now: Time) -> Time {
        let credited = self.paid_off_at.checked_sub_signed(rate.credit).unwrap_or(Time::MIN_UTC);
        now.max(credited).max(self.closed_until)
    }

    /// When somebody who may not send now should ask again: each who asks gets a turn of their own, so that they do
    /// not all come back at once.
    pub fn turn(&mut self, rate: Rate, now: Time) -> Time {
        let turn = self.next(rate, now).max(self.promised_until);
        self.promised_until = later(turn, rate.interval);
        turn
    }

    /// One more goes now.
    pub fn went(&mut self, rate: Rate, now: Time) {
        self.paid_off_at = later(self.paid_off_at.max(now), rate.interval);
    }

    /// The last one did not go after all.
    pub fn did_not_go(&mut self, rate: Rate) {
        self.paid_off_at = self.paid_off_at.checked_sub_signed(rate.interval).unwrap_or(Time::MIN_UTC);
    }

    /// The channel refused for the rate's sake.
    pub fn close(&mut self, until: Time) {
        self.closed_until = self.closed_until.max(until);
    }

    /// Whether a new meter would say the same.
    #[must_use]
    pub fn is_idle(&self, now: Time) -> bool {
        self.paid_off_at.max(self.closed_until).max(self.promised_until) <= now
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

    /// When messages go that are all there from the start, in milliseconds.
    fn times(rate: Rate, count: usize) -> Vec<i64> {
        let (mut meter, mut now) = (Meter::default(), at(0));
        let mut send = || {
            now = meter.next(rate, now);
            meter.went(rate, now);
            (now - at(0)).num_milliseconds()
        };
        (0..count).map(|_| send()).collect()
    }

    #[test]
    fn forty_five_go_to_one_person_at_once_and_then_one_each_six_seconds() {
        let times = times(Rate::to_one_person(6).unwrap(), 48);
        assert!(times[..45].iter().all(|time| *time == 0));
        assert_eq!(times[45..], [6_000, 12_000, 18_000]);
    }

    #[test]
    fn credit_comes_back_at_the_rate() {
        let rate = Rate::to_one_person(6).unwrap();
        let mut meter = Meter::default();
        for _ in 0..45 {
            meter.went(rate, at(0));
        }
        assert_eq!(meter.next(rate, at(5_999)), at(6_000));
        assert_eq!(meter.next(rate, at(6_000)), at(6_000));
        assert!(!meter.is_idle(at(269_999)));
        assert!(meter.is_idle(at(270_000)));
    }

    #[test]
    fn the_number_never_sends_much_more_than_its_rate_in_any_second() {
        for per_second in [1, 7, 20, 80, 1000] {
            let times = times(Rate::from_one_number(per_second).unwrap(), 3_000);
            let most =
                times.iter().map(|from| times.iter().filter(|time| (*from..from + 1_000).contains(*time)).count());
            let most = u32::try_from(most.max().unwrap()).unwrap();
            assert!(most >= per_second && most <= per_second + per_second.div_ceil(10), "{most} at {per_second}");
        }
    }

    #[test]
    fn whoever_has_to_wait_gets_a_turn_of_their_own() {
        let rate = Rate::from_one_number(10).unwrap();
        let mut meter = Meter::default();
        meter.went(rate, at(0));
        let turns: Vec<Time> = (0..3).map(|_| meter.turn(rate, at(0))).collect();
        assert_eq!(turns, [at(100), at(200), at(300)]);
        assert_eq!(meter.next(rate, at(100)), at(100), "a promise keeps nobody from sending");
    }

    #[test]
    fn what_did_not_go_is_not_counted() {
        let rate = Rate::from_one_number(10).unwrap();
        let mut meter = Meter::default();
        meter.went(rate, at(0));
        meter.went(rate, at(100));
        meter.did_not_go(rate);
        assert_eq!(meter.next(rate, at(100)), at(100));
    }

    #[test]
    fn a_refusal_of_the_channels_closes_the_meter() {
        let rate = Rate::from_one_number(80).unwrap();
        let mut meter = Meter::default();
        meter.close(at(4_000));
        meter.close(at(2_000));
        assert_eq!(meter.next(rate, at(0)), at(4_000));
        assert_eq!(meter.next(rate, at(5_000)), at(5_000));
    }

    #[test]
    fn at_zero_nothing_is_held_back() {
        assert_eq!(Rate::to_one_person(0), None);
        assert_eq!(Rate::from_one_number(0), None);
    }

    #[test]
    fn each_refusal_waits_four_times_longer_up_to_a_bound() {
        assert_eq!([0, 1, 3, 6].map(|n| pair_wait(n).as_secs()), [1, 4, 64, 4096]);
        assert_eq!(pair_wait(u32::MAX).as_secs(), 4096);
    }
}
