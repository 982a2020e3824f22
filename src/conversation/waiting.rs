//! Who waits, and for whom.

use chrono::TimeDelta;

use crate::base::clock::Time;

/// How long the agent may take over a message before a person is told that nobody answers.
pub const AGENT_PATIENCE: TimeDelta = TimeDelta::minutes(2);

/// Whether somebody waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// Nobody does.
    Nobody,
    /// The shopper wrote and the agent is at it.
    ForAgent {
        /// Since when.
        since: Time,
    },
    /// A person has to look: one was asked for, one is in control and has not answered, or the agent does not.
    ForPerson {
        /// Since when.
        since: Time,
    },
}

/// What waiting is decided from.
#[derive(Clone, Copy, Debug)]
pub struct Signs {
    /// Whether a person is in control.
    pub person_in_control: bool,
    /// When the oldest event nobody has dealt with arrived.
    pub unread_since: Option<Time>,
    /// Since when a person is asked for.
    pub needs_person_since: Option<Time>,
}

impl Waiting {
    /// Who waits `now`. [`crate::conversation::list::store`] says the same in SQL.
    #[must_use]
    pub fn at(signs: Signs, now: Time) -> Self {
        match (signs.needs_person_since, signs.unread_since) {
            (None, None) => Self::Nobody,
            (Some(asked), unread) => Self::ForPerson { since: unread.map_or(asked, |unread| asked.min(unread)) },
            (None, Some(since)) if signs.person_in_control || now - since >= AGENT_PATIENCE => {
                Self::ForPerson { since }
            }
            (None, Some(since)) => Self::ForAgent { since },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Time {
        Time::from_timestamp(1_790_000_000 + minute * 60, 0).unwrap()
    }

    #[test]
    fn a_shopper_waits_for_a_person_when_one_is_asked_for_or_in_control_or_the_agent_is_slow() {
        let check = |person_in_control, unread: Option<i64>, needs: Option<i64>, now, expected| {
            let signs =
                Signs { person_in_control, unread_since: unread.map(at), needs_person_since: needs.map(at) };
            assert_eq!(Waiting::at(signs, at(now)), expected, "{signs:?}");
        };
        check(false, None, None, 9, Waiting::Nobody);
        check(true, None, None, 9, Waiting::Nobody);
        check(false, Some(8), None, 9, Waiting::ForAgent { since: at(8) });
        check(false, Some(7), None, 9, Waiting::ForPerson { since: at(7) });
        check(true, Some(9), None, 9, Waiting::ForPerson { since: at(9) });
        check(false, None, Some(9), 9, Waiting::ForPerson { since: at(9) });
        check(false, Some(5), Some(8), 9, Waiting::ForPerson { since: at(5) });
        check(true, Some(8), Some(5), 9, Waiting::ForPerson { since: at(5) });
    }
}
