//! Where a message is on its way. A lattice: reports may come twice and out of order, and never take it back.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Where a message is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageState {
    /// It waits to be sent.
    Owed,
    /// A worker is handing it to the channel.
    Sending,
    /// The channel was asked and the answer was lost: it is neither sent nor failed until the channel reports it
    /// or the deadline passes.
    Unknown,
    /// The channel took it.
    Sent,
    /// It reached the phone.
    Delivered,
    /// It was read.
    Read,
    /// It will not arrive.
    Failed,
    /// A person took over before it was sent; it stays as a suggestion.
    Withheld,
}

impl MessageState {
    /// Every state, in the order of the lattice.
    pub const ALL: [Self; 8] = [
        Self::Owed,
        Self::Sending,
        Self::Unknown,
        Self::Sent,
        Self::Delivered,
        Self::Read,
        Self::Failed,
        Self::Withheld,
    ];

    /// The word in the column.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Owed => "owed",
            Self::Sending => "sending",
            Self::Unknown => "unknown",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Failed => "failed",
            Self::Withheld => "withheld",
        }
    }

    /// The state after a report says `reported`: never back, and a failure only before delivery.
    #[must_use]
    pub fn after_report(self, reported: Self) -> Self {
        match (self, reported) {
            (Self::Failed | Self::Withheld, _) | (Self::Delivered | Self::Read, Self::Failed) => self,
            (_, Self::Failed) => Self::Failed,
            _ => self.max(reported),
        }
    }
}

/// A word that is no state of a message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a state of a message")]
pub struct UnknownState(pub String);

impl FromStr for MessageState {
    type Err = UnknownState;
    fn from_str(word: &str) -> Result<Self, UnknownState> {
        Self::ALL.into_iter().find(|state| state.word() == word).ok_or_else(|| UnknownState(word.to_owned()))
    }
}

impl fmt::Display for MessageState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORTED: [MessageState; 4] =
        [MessageState::Sent, MessageState::Delivered, MessageState::Read, MessageState::Failed];

    #[test]
    fn a_report_never_takes_a_message_back() {
        for state in MessageState::ALL {
            for reported in REPORTED {
                let after = state.after_report(reported);
                assert!(after >= state || after == MessageState::Failed, "{state} then {reported} gave {after}");
            }
        }
    }

    #[test]
    fn repeating_a_report_changes_nothing() {
        for state in MessageState::ALL {
            for reported in REPORTED {
                let once = state.after_report(reported);
                assert_eq!(once.after_report(reported), once);
            }
        }
    }

    #[test]
    fn the_order_of_reports_without_a_failure_does_not_matter() {
        let (sent, delivered, read) = (MessageState::Sent, MessageState::Delivered, MessageState::Read);
        for order in [[sent, delivered, read], [read, delivered, sent], [delivered, read, sent]] {
            assert_eq!(order.into_iter().fold(MessageState::Sending, MessageState::after_report), read);
        }
    }

    #[test]
    fn a_failure_after_delivery_is_not_believed() {
        assert_eq!(MessageState::Delivered.after_report(MessageState::Failed), MessageState::Delivered);
        assert_eq!(MessageState::Sent.after_report(MessageState::Failed), MessageState::Failed);
    }
}
