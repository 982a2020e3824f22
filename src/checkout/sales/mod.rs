//! What a shop has sold: today, in the last 7 and in the last 30 days, by the shop's own calendar.
//!
//! A sale is an order whose money has come, on the day on which we heard of it; what was given back of it since is
//! taken off on that same day. An order that is held for a person counts once they have decided. Test money and money
//! of another currency than the shop's are not counted.

pub mod store;

use chrono::{Days, NaiveDate, NaiveTime, TimeDelta, TimeZone as _};
use chrono_tz::Tz;

use crate::base::clock::Time;
use crate::base::money::{Money, MoneyError};

/// How long after midnight a day may begin: where clocks are put forward at midnight there is no midnight.
const MIDNIGHT_AT_MOST_LATER: i64 = 3;

/// Days up to and with today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// Today alone.
    Today,
    /// The last 7 days.
    Week,
    /// The last 30 days.
    Month,
}

impl Period {
    /// Every period, the shortest first.
    pub const ALL: [Self; 3] = [Self::Today, Self::Week, Self::Month];

    /// How many days it has, today among them.
    #[must_use]
    pub const fn days(self) -> u64 {
        match self {
            Self::Today => 1,
            Self::Week => 7,
            Self::Month => 30,
        }
    }

    /// The period of so many days.
    #[must_use]
    pub fn of_days(days: u64) -> Option<Self> {
        Self::ALL.into_iter().find(|period| period.days() == days)
    }

    /// When its first day began, there.
    #[must_use]
    pub fn since(self, zone: Tz, now: Time) -> Time {
        let today = now.with_timezone(&zone).date_naive();
        begin_of(today.checked_sub_days(Days::new(self.days().saturating_sub(1))).unwrap_or(today), zone)
    }
}

fn begin_of(day: NaiveDate, zone: Tz) -> Time {
    let midnight = day.and_time(NaiveTime::MIN);
    let begun = (0..=MIDNIGHT_AT_MOST_LATER)
        .find_map(|later| zone.from_local_datetime(&(midnight + TimeDelta::hours(later))).earliest());
    begun.map_or_else(|| midnight.and_utc(), |begun| begun.to_utc())
}

/// What was sold in a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sold {
    /// How many orders.
    pub orders: i64,
    /// What they came to.
    pub taken: Money,
    /// What was given back of that.
    pub refunded: Money,
}

impl Sold {
    /// What is left of it.
    ///
    /// # Errors
    /// When the amounts cannot be subtracted.
    pub fn kept(&self) -> Result<Money, MoneyError> {
        self.taken.minus(self.refunded)
    }
}

/// What was sold in each period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sales {
    /// Today.
    pub today: Sold,
    /// In the last 7 days.
    pub week: Sold,
    /// In the last 30 days.
    pub month: Sold,
}

impl Sales {
    /// What was sold in a period.
    #[must_use]
    pub const fn of(&self, period: Period) -> &Sold {
        match period {
            Period::Today => &self.today,
            Period::Week => &self.week,
            Period::Month => &self.month,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_when_it_does_in_the_shop() {
        let check = |zone: &str, now: &str, expected: [&str; 3]| {
            let (zone, now): (Tz, Time) = (zone.parse().unwrap(), now.parse().unwrap());
            for (period, begun) in Period::ALL.into_iter().zip(expected) {
                assert_eq!(period.since(zone, now), begun.parse::<Time>().unwrap(), "{zone} {period:?}");
            }
        };
        // Still the 19th, over there.
        let mexico = ["2026-11-19T06:00:00Z", "2026-11-13T06:00:00Z", "2026-10-21T06:00:00Z"];
        check("America/Mexico_City", "2026-11-20T05:59:59Z", mexico);
        let mexico = ["2026-11-20T06:00:00Z", "2026-11-14T06:00:00Z", "2026-10-22T06:00:00Z"];
        check("America/Mexico_City", "2026-11-20T06:00:00Z", mexico);
        // The clocks went back in between.
        let york = ["2026-11-03T05:00:00Z", "2026-10-28T04:00:00Z", "2026-10-05T04:00:00Z"];
        check("America/New_York", "2026-11-03T15:00:00Z", york);
        // No midnight on the 6th of September: the clocks went from 23:59 to 01:00.
        let santiago = ["2026-09-06T04:00:00Z", "2026-08-31T04:00:00Z", "2026-08-08T04:00:00Z"];
        check("America/Santiago", "2026-09-06T15:00:00Z", santiago);
    }
}
