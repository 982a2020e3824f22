//! Opening hours as data, and whether a shop is open at a moment.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike as _, Timelike as _, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::base::clock::Time;

/// When people are in the shop, per weekday, in the shop's time zone. A day left out is a closed day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OpeningHours {
    /// Monday.
    pub monday: OpenDay,
    /// Tuesday.
    pub tuesday: OpenDay,
    /// Wednesday.
    pub wednesday: OpenDay,
    /// Thursday.
    pub thursday: OpenDay,
    /// Friday.
    pub friday: OpenDay,
    /// Saturday.
    pub saturday: OpenDay,
    /// Sunday.
    pub sunday: OpenDay,
}

impl OpeningHours {
    /// The spans of one weekday.
    #[must_use]
    pub const fn on(&self, day: Weekday) -> &OpenDay {
        match day {
            Weekday::Mon => &self.monday,
            Weekday::Tue => &self.tuesday,
            Weekday::Wed => &self.wednesday,
            Weekday::Thu => &self.thursday,
            Weekday::Fri => &self.friday,
            Weekday::Sat => &self.saturday,
            Weekday::Sun => &self.sunday,
        }
    }

    /// Whether the shop is open at `now`. The end of a span is the first moment it is closed.
    #[must_use]
    pub fn is_open(&self, now: Time, zone: &Tz) -> bool {
        let local = now.with_timezone(zone);
        let minute = local.hour() * 60 + local.minute();
        self.on(local.weekday()).spans().iter().any(|span| span.contains(minute))
    }
}

/// The spans of one day, in order and apart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<OpenSpan>", into = "Vec<OpenSpan>")]
pub struct OpenDay(Vec<OpenSpan>);

/// Two spans of one day share a moment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} and {1} overlap; write one span, or two that do not touch each other's hours")]
pub struct OverlappingSpans(pub OpenSpan, pub OpenSpan);

impl OpenDay {
    /// A day with these spans, in any order.
    ///
    /// # Errors
    /// When two of them overlap.
    pub fn new(mut spans: Vec<OpenSpan>) -> Result<Self, OverlappingSpans> {
        spans.sort();
        match spans.windows(2).find(|pair| pair[1].from < pair[0].to) {
            Some(pair) => Err(OverlappingSpans(pair[0], pair[1])),
            None => Ok(Self(spans)),
        }
    }

    /// The spans, in order. Empty on a closed day.
    #[must_use]
    pub fn spans(&self) -> &[OpenSpan] {
        &self.0
    }
}

impl TryFrom<Vec<OpenSpan>> for OpenDay {
    type Error = OverlappingSpans;
    fn try_from(spans: Vec<OpenSpan>) -> Result<Self, OverlappingSpans> {
        Self::new(spans)
    }
}

impl From<OpenDay> for Vec<OpenSpan> {
    fn from(day: OpenDay) -> Self {
        day.0
    }
}

/// From one minute of a day to another. Prints, and is read, as `09:00-18:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OpenSpan {
    from: u32,
    to: u32,
}

/// Text that is not a span of a day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a span of one day; write it like 09:00-18:00, and hours past midnight on the next day")]
pub struct BadSpan(pub String);

impl OpenSpan {
    const DAY_MINUTES: u32 = 24 * 60;

    const fn contains(self, minute: u32) -> bool {
        self.from <= minute && minute < self.to
    }

    fn minute(text: &str) -> Option<u32> {
        let (hours, minutes) = text.trim().split_once(':')?;
        let digits = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        let two_digits = |part: &str| part.parse::<u32>().ok().filter(|_| digits(part));
        let (hours, minutes) = (two_digits(hours)?, two_digits(minutes)?);
        let minute = hours * 60 + minutes;
        (minutes < 60 && minute <= Self::DAY_MINUTES).then_some(minute)
    }
}

impl FromStr for OpenSpan {
    type Err = BadSpan;
    fn from_str(text: &str) -> Result<Self, BadSpan> {
        let bad = || BadSpan(text.to_owned());
        let (from, to) = text.split_once(['-', '–']).ok_or_else(bad)?;
        let (from, to) = (Self::minute(from).ok_or_else(bad)?, Self::minute(to).ok_or_else(bad)?);
        if from < to { Ok(Self { from, to }) } else { Err(bad()) }
    }
}

impl TryFrom<String> for OpenSpan {
    type Error = BadSpan;
    fn try_from(text: String) -> Result<Self, BadSpan> {
        text.parse()
    }
}

impl From<OpenSpan> for String {
    fn from(span: OpenSpan) -> Self {
        span.to_string()
    }
}

impl fmt::Display for OpenSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, to } = self;
        write!(f, "{:02}:{:02}-{:02}:{:02}", from / 60, from % 60, to / 60, to % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weekdays() -> OpeningHours {
        serde_json::from_str(
            r#"{"monday": ["15:00-19:00", "09:00-14:00"], "friday": ["20:00-24:00"], "saturday": ["00:00-02:00"]}"#,
        )
        .unwrap()
    }

    fn check(at: &str, expected: bool) {
        let now = at.parse::<Time>().unwrap();
        assert_eq!(weekdays().is_open(now, &Tz::America__Mexico_City), expected, "{at}");
    }

    #[test]
    fn hours_are_read_in_the_time_zone_of_the_shop() {
        // Mexico City is six hours behind UTC all year; 16 March 2026 is a Monday there.
        check("2026-03-16T14:59:00Z", false);
        check("2026-03-16T15:00:00Z", true);
        check("2026-03-16T19:59:59Z", true);
        check("2026-03-16T20:00:00Z", false);
        check("2026-03-16T21:30:00Z", true);
        check("2026-03-17T15:00:00Z", false);
    }

    #[test]
    fn a_night_is_written_on_two_days() {
        check("2026-03-21T05:59:00Z", true);
        check("2026-03-21T06:00:00Z", true);
        check("2026-03-21T08:00:00Z", false);
    }

    #[test]
    fn summer_time_moves_the_doors() {
        let hours: OpeningHours = serde_json::from_str(r#"{"monday": ["09:00-17:00"]}"#).unwrap();
        let open = |at: &str| hours.is_open(at.parse().unwrap(), &Tz::America__New_York);
        assert!(open("2026-03-02T14:00:00Z") && !open("2026-03-02T13:30:00Z"));
        assert!(open("2026-03-09T13:30:00Z") && !open("2026-03-09T21:00:00Z"));
    }

    #[test]
    fn spans_that_are_no_spans_are_refused() {
        for bad in
            ["", "9:00-18:00", "09:00", "18:00-09:00", "09:00-09:00", "09:60-10:00", "20:00-24:01", "+1:00-02:00"]
        {
            assert_eq!(bad.parse::<OpenSpan>(), Err(BadSpan(bad.to_owned())));
        }
    }

    #[test]
    fn spans_that_overlap_are_refused() {
        let read = |text: &str| serde_json::from_str::<OpeningHours>(text);
        let error = read(r#"{"sunday": ["10:00-14:00", "13:00-15:00"]}"#).unwrap_err().to_string();
        assert!(error.contains("10:00-14:00 and 13:00-15:00 overlap"), "{error}");
        assert!(read(r#"{"sunday": ["10:00-14:00", "14:00-15:00"]}"#).is_ok());
        assert!(read(r#"{"domingo": []}"#).is_err());
    }

    #[test]
    fn hours_read_back_as_they_were_written() {
        let text = serde_json::to_string(&weekdays()).unwrap();
        assert!(text.contains(r#""monday":["09:00-14:00","15:00-19:00"]"#), "{text}");
        assert_eq!(serde_json::from_str::<OpeningHours>(&text).unwrap(), weekdays());
    }
}
