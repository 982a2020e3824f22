//! The reply window: how long after a shopper wrote the channel still carries free words to them.

use chrono::TimeDelta;

use crate::base::clock::Time;

/// How long a channel's window stays open after the shopper last wrote. WhatsApp counts 24 hours.
pub const REPLY_WINDOW: TimeDelta = TimeDelta::hours(24);

/// Whether free words reach the shopper now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplyWindow {
    /// Yes, before this time.
    Open {
        /// The first moment at which it is closed, unless the shopper writes again.
        until: Time,
    },
    /// No: only templates the channel has approved.
    Closed {
        /// Since when; `None` when the shopper never wrote.
        since: Option<Time>,
    },
}

impl ReplyWindow {
    /// The window as it is `now`, for a shopper who last wrote at `heard_at`.
    #[must_use]
    pub fn at(heard_at: Option<Time>, now: Time) -> Self {
        match heard_at.map(|heard| heard + REPLY_WINDOW) {
            Some(until) if now < until => Self::Open { until },
            since => Self::Closed { since },
        }
    }

    /// Whether free words reach the shopper.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Open { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_is_open_for_less_than_a_day_after_the_shopper_wrote() {
        let heard = Time::from_timestamp(1_790_000_000, 0).unwrap();
        let check = |after: TimeDelta, open: bool| {
            assert_eq!(ReplyWindow::at(Some(heard), heard + after).is_open(), open, "{after:?}");
        };
        check(TimeDelta::zero(), true);
        check(TimeDelta::hours(24) - TimeDelta::milliseconds(1), true);
        check(TimeDelta::hours(24), false);
        check(TimeDelta::days(40), false);
        // A message that the channel's clock dates a little ahead of ours.
        check(TimeDelta::seconds(-5), true);
    }

    #[test]
    fn the_window_is_closed_for_a_shopper_who_never_wrote() {
        let now = Time::from_timestamp(1_790_000_000, 0).unwrap();
        assert_eq!(ReplyWindow::at(None, now), ReplyWindow::Closed { since: None });
    }
}
