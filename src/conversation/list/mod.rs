//! The list of conversations as staff see it: who waits for a person first, longest first; then the rest, the
//! latest first.

pub mod store;

use std::fmt;
use std::str::FromStr;

use crate::base::clock::Time;
use crate::base::contact::ContactPoint;
use crate::base::ids::{ConversationId, StaffId};
use crate::conversation::control::{Control, Holder};
use crate::conversation::waiting::Waiting;
use crate::conversation::window::ReplyWindow;

/// The longest text that is searched for, in characters.
const SEARCH_CHARACTERS_MAX: usize = 100;
/// Fewer digits than this are not looked for in phone numbers: nearly all of them would match.
const SEARCH_DIGITS_MIN: usize = 3;

/// Which conversations are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListFilter {
    /// Which of them.
    pub show: Show,
    /// Only those whose name or phone contains this.
    pub search: Option<Search>,
}

/// Which conversations are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Show {
    /// Those in which somebody waits for a person.
    Waiting,
    /// Those this person has.
    Mine(StaffId),
    /// All of them.
    All,
}

/// Part of a name or of a phone number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    text: String,
    digits: Option<String>,
}

impl Search {
    /// What somebody typed, or `None` when nothing is left of it.
    #[must_use]
    pub fn new(typed: &str) -> Option<Self> {
        let text: String = typed.trim().chars().take(SEARCH_CHARACTERS_MAX).collect();
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let only_a_number = text.chars().all(|c| c.is_ascii_digit() || " +-().".contains(c));
        let digits = (only_a_number && digits.len() >= SEARCH_DIGITS_MIN).then_some(digits);
        (!text.is_empty()).then_some(Self { text, digits })
    }

    /// What is looked for in names.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Where a page of the list ends; the next one starts behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    key: i64,
    id: ConversationId,
}

/// Text that is no cursor.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a place in the list")]
pub struct NotACursor;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.key, self.id)
    }
}

impl FromStr for Cursor {
    type Err = NotACursor;
    fn from_str(text: &str) -> Result<Self, NotACursor> {
        let (key, id) = text.split_once('.').ok_or(NotACursor)?;
        Ok(Self { key: key.parse().map_err(|_| NotACursor)?, id: id.parse().map_err(|_| NotACursor)? })
    }
}

/// One page of the list.
#[derive(Clone, Debug)]
pub struct ListPage {
    /// The conversations, in order.
    pub rows: Vec<Listed>,
    /// Where the next page starts, if there is one.
    pub next: Option<Cursor>,
}

/// One line of the list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Which conversation.
    pub id: ConversationId,
    /// The shopper's name.
    pub name: Option<String>,
    /// The shopper's address.
    pub contact: ContactPoint,
    /// Who speaks.
    pub control: Control,
    /// Who waits, since when.
    pub waiting: Waiting,
    /// Why a person is asked for.
    pub needs_person_reason: Option<String>,
    /// Whether the channel carries free words now.
    pub window: ReplyWindow,
    /// What was said last.
    pub last: Option<LastLine>,
}

/// What was said last, as one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastLine {
    /// By whom.
    pub voice: LastVoice,
    /// The words; empty for a picture without any, or one taken back.
    pub text: String,
    /// When.
    pub at: Time,
    /// Whether it is a message of ours that will not arrive.
    pub is_undelivered: bool,
}

/// Who said the last line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LastVoice {
    /// The shopper.
    Shopper,
    /// The agent.
    Agent,
    /// A person of the shop; nobody is named when they wrote in another app.
    Person(Option<Holder>),
    /// The shop, by rule.
    Shop,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_what_it_printed() {
        let cursor = Cursor { key: -1_790_000_000_000_000, id: ConversationId::generate() };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for bad in ["", "1", "1.2", "x.conversation_1", "1.order_00000000000000000000000000000000"] {
            assert_eq!(bad.parse::<Cursor>(), Err(NotACursor), "{bad:?}");
        }
    }

    #[test]
    fn only_what_looks_like_a_number_is_looked_for_in_phones() {
        let digits = |typed: &str| Search::new(typed).and_then(|search| search.digits);
        assert_eq!(digits("+52 (55) 12-34"), Some("52551234".to_owned()));
        assert_eq!(digits("12"), None);
        assert_eq!(digits("Ana 1234"), None);
        assert_eq!(Search::new("   "), None);
    }
}
