//! Times as the shop's people read them.

use chrono::{DateTime, TimeDelta};
use chrono_tz::Tz;

use crate::base::clock::Time;
use crate::base::language::Locale;

/// For whom something is written.
#[derive(Clone, Copy)]
pub struct Reader {
    pub zone: Tz,
    pub locale: Locale,
    pub now: Time,
}

impl Reader {
    /// `14:02`.
    pub fn clock(&self, at: Time) -> String {
        self.local(at).format("%H:%M").to_string()
    }

    /// `Tomorrow`, `Today`, `Yesterday`, `Friday`, `12 November`, `12 November 2025`.
    pub fn day(&self, at: Time) -> String {
        let (then, today) = (self.local(at), self.local(self.now));
        match today.date_naive().signed_duration_since(then.date_naive()).num_days() {
            0 => "Today".to_owned(),
            -1 => "Tomorrow".to_owned(),
            1 => "Yesterday".to_owned(),
            2..=6 => then.format("%A").to_string(),
            _ if then.format("%Y").to_string() == today.format("%Y").to_string() => {
                then.format("%-d %B").to_string()
            }
            _ => then.format("%-d %B %Y").to_string(),
        }
    }

    /// `14:02` today, else the day, short.
    pub fn short(&self, at: Time) -> String {
        match self.day(at).as_str() {
            "Today" => self.clock(at),
            "Yesterday" => "Yesterday".to_owned(),
            _ if (self.now - at) < TimeDelta::days(7) => self.local(at).format("%a").to_string(),
            _ => self.local(at).format("%-d %b").to_string(),
        }
    }

    /// Day and time, for a tooltip.
    pub fn full(&self, at: Time) -> String {
        self.local(at).format("%-d %B %Y, %H:%M").to_string()
    }

    /// `today at 14:02`, `tomorrow at 09:30`, `12 November at 14:02`: within a sentence.
    pub fn said(&self, at: Time) -> String {
        let day = match self.day(at).as_str() {
            near @ ("Tomorrow" | "Today" | "Yesterday") => near.to_lowercase(),
            day => day.to_owned(),
        };
        format!("{day} at {}", self.clock(at))
    }

    /// How long ago: `now`, `4 min`, `2 h`, `3 d`.
    pub fn waited(&self, since: Time) -> String {
        match (self.now - since).num_minutes() {
            ..1 => "now".to_owned(),
            minutes @ 1..60 => format!("{minutes} min"),
            minutes @ 60..1440 => format!("{} h", minutes / 60),
            minutes => format!("{} d", minutes / 1440),
        }
    }

    fn local(&self, at: Time) -> DateTime<Tz> {
        at.with_timezone(&self.zone)
    }
}

/// How long something took: `0.4 s`, `12 s`.
pub fn took(time: TimeDelta) -> String {
    let milliseconds = time.num_milliseconds().max(0);
    if milliseconds < 10_000 {
        format!("{}.{} s", milliseconds / 1000, milliseconds % 1000 / 100)
    } else {
        format!("{} s", milliseconds / 1000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_the_shops_own() {
        let now = "2026-11-20T05:30:00Z".parse().unwrap();
        let reader = Reader { zone: chrono_tz::America::Mexico_City, locale: "es-MX".parse().unwrap(), now };
        let check = |at: &str, day: &str, short: &str| {
            let at = at.parse().unwrap();
            assert_eq!((reader.day(at).as_str(), reader.short(at).as_str()), (day, short), "{at}");
        };
        // Half past eleven at night on the 19th, over there.
        check("2026-11-20T05:00:00Z", "Today", "23:00");
        check("2026-11-20T08:00:00Z", "Tomorrow", "Fri");
        check("2026-11-19T05:00:00Z", "Yesterday", "Yesterday");
        check("2026-11-15T18:00:00Z", "Sunday", "Sun");
        check("2026-03-01T18:00:00Z", "1 March", "1 Mar");
        check("2025-03-01T18:00:00Z", "1 March 2025", "1 Mar");
    }

    #[test]
    fn waiting_is_told_in_the_largest_whole_unit() {
        let now = "2026-11-20T05:30:00Z".parse().unwrap();
        let reader = Reader { zone: chrono_tz::UTC, locale: "en-US".parse().unwrap(), now };
        for (minutes, words) in [(0, "now"), (1, "1 min"), (59, "59 min"), (60, "1 h"), (1500, "1 d"), (-5, "now")]
        {
            assert_eq!(reader.waited(now - TimeDelta::minutes(minutes)), words);
        }
        assert_eq!(
            (took(TimeDelta::milliseconds(1490)), took(TimeDelta::seconds(75))),
            ("1.4 s".into(), "75 s".into())
        );
    }
}
