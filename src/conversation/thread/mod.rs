//! A thread: what was heard and what was said in one conversation, in one order.
//!
//! Heard are the rows of `intake` that belong to the conversation, said are the rows of `outbox`; both draw their
//! numbers from one sequence. What the agent did in between is [`Work`].

pub mod column;
pub mod store;

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::base::clock::Time;
use crate::base::ids::{MessageId, TurnId};
use crate::conversation::bubble::Bubble;
use crate::conversation::thread::column::Heard;

/// Part of a thread, oldest first.
#[derive(Clone, Debug)]
pub struct ThreadPage {
    /// What happened.
    pub items: Vec<Item>,
    /// What was done to messages afterwards, whichever page they are on.
    pub marks: Marks,
    /// Pass this as `before_seq` for the part before, if there is one.
    pub earlier: Option<i64>,
}

/// One thing that happened.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its place in the thread.
    pub seq: i64,
    /// When: by the channel's clock for what was heard, by ours for what was said.
    pub at: Time,
    /// What.
    pub body: ItemBody,
}

/// What happened.
#[derive(Clone, Debug)]
pub enum ItemBody {
    /// Something came in.
    Heard {
        /// The channel's id of it; marks name it.
        wire_id: String,
        /// What.
        heard: Heard,
    },
    /// Something was said to the shopper.
    Said(Said),
}

/// A message of ours.
#[derive(Clone, Debug)]
pub struct Said {
    /// Our id.
    pub message: MessageId,
    /// The channel's id, once it has one.
    pub wire_id: Option<String>,
    /// The turn it came from.
    pub turn: Option<TurnId>,
    /// Who said it.
    pub voice: Voice,
    /// What; `None` when a newer version of the program wrote it.
    pub bubble: Option<Bubble>,
    /// Where it is on its way.
    pub delivery: Delivery,
}

/// Who said something to the shopper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Voice {
    /// The agent.
    Agent,
    /// A person of the shop.
    Person {
        /// As colleagues call them.
        name: String,
    },
    /// The shop, by rule: a receipt, the end of a pay page.
    Shop,
}

/// Where a message of ours is on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// It has not left, or the channel has not answered.
    OnItsWay,
    /// The channel's answer was lost; it settles by itself.
    Unknown,
    /// The channel took it.
    Sent,
    /// It reached the phone.
    Delivered,
    /// It was read.
    Read,
    /// It will not arrive.
    Failed {
        /// The channel's code.
        code: Option<i32>,
        /// The channel's words.
        error: Option<String>,
    },
    /// A person took over before it was sent.
    Withheld,
}

/// What was done to messages afterwards.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// The channel's ids of messages that were taken back.
    pub unsent: HashSet<String>,
    /// The emoji each message has now.
    pub reactions: HashMap<String, String>,
}

impl Marks {
    /// Folds what happened, oldest first.
    #[must_use]
    pub fn of(heard: impl IntoIterator<Item = Heard>) -> Self {
        let mut marks = Self::default();
        for event in heard {
            match event {
                Heard::Unsent { message } => {
                    marks.unsent.insert(message);
                }
                Heard::Reacted { message, emoji: Some(emoji) } => {
                    marks.reactions.insert(message, emoji);
                }
                Heard::Reacted { message, emoji: None } => {
                    marks.reactions.remove(&message);
                }
                _ => {}
            }
        }
        marks
    }
}

/// What the agent did in one turn, for staff to read.
#[derive(Clone, Debug)]
pub struct Work {
    /// The turn.
    pub turn: TurnId,
    /// The place in the thread of the last event it answers.
    pub after: i64,
    /// How it stands or ended.
    pub state: WorkState,
    /// What the agent was about to say when it was stopped.
    pub draft: Option<String>,
    /// What went wrong.
    pub error: Option<String>,
    /// When it began.
    pub started_at: Time,
    /// When it ended.
    pub finished_at: Option<Time>,
    /// What it did, in order.
    pub steps: Vec<Step>,
}

/// How a turn stands or ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkState {
    /// It is under way.
    Running,
    /// It ended with a reply.
    Replied,
    /// It called a person.
    HandedOff,
    /// It had nothing to say.
    Silent,
    /// A person took over; the draft is a suggestion.
    Suggested,
    /// It went wrong.
    Failed,
}

impl WorkState {
    fn of_word(word: &str) -> Self {
        match word {
            "running" => Self::Running,
            "replied" => Self::Replied,
            "handed_off" => Self::HandedOff,
            "silent" => Self::Silent,
            "suggested" => Self::Suggested,
            _ => Self::Failed,
        }
    }
}

/// One step of a turn, as it was logged.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// `model`, `tools`, `heard` or `guard`.
    pub kind: String,
    /// As JSON, in the agent's own form.
    pub body: Value,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reaction_that_is_taken_off_is_gone() {
        let on = |message: &str, emoji: Option<&str>| Heard::Reacted {
            message: message.to_owned(),
            emoji: emoji.map(str::to_owned),
        };
        let marks = Marks::of([on("a", Some("👍")), on("b", Some("❤️")), on("a", Some("😡")), on("b", None)]);
        assert_eq!(marks.reactions, HashMap::from([("a".to_owned(), "😡".to_owned())]));
    }
}
