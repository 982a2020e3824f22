//! What was heard, as it lies in the `body` column of `intake`, read as far as a thread shows it.
//!
//! Reads leniently: a row that an older or newer version of the program wrote never keeps a thread from opening.

use serde::Deserialize;
use serde_json::Value;

use crate::base::money::Money;

/// Something that came in.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case", tag = "event")]
pub enum Heard {
    /// The shopper said something, or pressed something of ours.
    Said {
        /// The words; empty when there were none, or when they were taken back.
        #[serde(default)]
        text: String,
        /// The id of the button or row that was pressed.
        #[serde(default)]
        pressed: Option<String>,
        /// What kind of message carried it: `text`, `image`, `audio`, …
        #[serde(default)]
        carrier: String,
        /// The channel's id of the message this answers.
        #[serde(default)]
        reply_to: Option<String>,
    },
    /// The shopper took something back.
    Unsent {
        /// The channel's id of the message.
        message: String,
    },
    /// The shopper put an emoji on a message, or took it off.
    Reacted {
        /// The channel's id of the message.
        message: String,
        /// The emoji; `None` when taken off.
        #[serde(default)]
        emoji: Option<String>,
    },
    /// A person of the shop wrote to the shopper in another app.
    StaffWrote {
        /// The words.
        #[serde(default)]
        text: String,
    },
    /// The shopper's id or number changed.
    ContactChanged {},
    /// Stripe told us something about a payment.
    Payment {
        /// What: `completed_paid`, `expired`, …
        #[serde(default)]
        kind: String,
        /// The amount it is about.
        #[serde(default)]
        amount: Option<Money>,
    },
    /// Something a thread has no picture for.
    #[serde(other)]
    Other,
}

impl Heard {
    /// What lies in the column.
    #[must_use]
    pub fn read(body: &Value) -> Self {
        Self::deserialize(body).unwrap_or(Self::Other)
    }

    /// The same with its content gone, as the shopper wanted it.
    #[must_use]
    pub fn taken_back(self) -> Self {
        match self {
            Self::Said { .. } => {
                Self::Said { text: String::new(), pressed: None, carrier: String::new(), reply_to: None }
            }
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_row_that_cannot_be_read_does_not_keep_the_thread_from_opening() {
        for body in [json!(null), json!({}), json!({"event": "sung"}), json!({"event": "unsent"}), json!([1])] {
            assert_eq!(Heard::read(&body), Heard::Other, "{body}");
        }
    }

    #[test]
    fn what_was_taken_back_has_no_content() {
        let said = Heard::read(&json!({"event": "said", "text": "secreto", "carrier": "text", "media": "1"}));
        assert!(matches!(&said, Heard::Said { text, .. } if text == "secreto"));
        assert!(matches!(said.taken_back(), Heard::Said { text, .. } if text.is_empty()));
    }
}
