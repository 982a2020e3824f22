//! What is said, and by whom.

use crate::base::ids::{ConversationId, StaffId, TurnId};
use crate::conversation::bubble::Bubble;

/// Who says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Author {
    /// The agent, in a turn. Withheld while a person is in control.
    Agent,
    /// A person of the shop, from the inbox.
    Person(StaffId),
    /// The shop itself, by rule: a receipt, the end of a pay page. A fact about money, so it goes out whoever is
    /// in control.
    Shop,
}

impl Author {
    /// The word in the column.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Person(_) => "person",
            Self::Shop => "shop",
        }
    }

    /// Which person, if one.
    #[must_use]
    pub const fn staff(self) -> Option<StaffId> {
        match self {
            Self::Person(staff) => Some(staff),
            Self::Agent | Self::Shop => None,
        }
    }
}

/// One message to say.
#[derive(Clone, Debug)]
pub struct Say {
    /// To whom.
    pub conversation: ConversationId,
    /// The turn it came from, for the agent's.
    pub turn: Option<TurnId>,
    /// Who says it.
    pub author: Author,
    /// What is said.
    pub bubble: Bubble,
    /// Two sayings with one key are one message: `receipt:order_…`, `turn_…:0`, a form's token.
    pub dedupe_key: String,
}
