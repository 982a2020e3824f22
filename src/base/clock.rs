//! The time, handed in. A function that decides takes a time as an argument; this is where it comes from.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};

/// A point in time, in UTC.
pub type Time = DateTime<Utc>;

/// Tells the time: the machine's, or in tests a fixed one that moves when told.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    Machine,
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub const fn machine() -> Self {
        Self(Source::Machine)
    }

    /// A clock that stands still at `time` until [`Clock::advance`] is called.
    #[must_use]
    pub fn fixed(time: Time) -> Self {
        Self(Source::Fixed(Arc::new(AtomicI64::new(time.timestamp_micros()))))
    }

    /// Now.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one reader of the machine's clock")]
    pub fn now(&self) -> Time {
        match &self.0 {
            Source::Machine => Utc::now(),
            Source::Fixed(micros) => {
                DateTime::from_timestamp_micros(micros.load(Ordering::SeqCst)).unwrap_or_default()
            }
        }
    }

    /// Moves a fixed clock forward. The machine's clock does not move.
    pub fn advance(&self, by: TimeDelta) {
        if let Source::Fixed(micros) = &self.0 {
            micros.fetch_add(by.num_microseconds().unwrap_or(i64::MAX), Ordering::SeqCst);
        }
    }
}
