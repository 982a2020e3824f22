//! Who speaks in a conversation: the agent, or a person.

use crate::base::ids::StaffId;

/// Who speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Control {
    /// The agent.
    Agent,
    /// A person; the agent is silent.
    Person(Holder),
    /// Somebody of the shop who answered in the channel's own app, which does not tell who; the agent is silent.
    Elsewhere,
}

/// The person who has a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Who.
    pub staff: StaffId,
    /// As colleagues call them.
    pub name: String,
}

/// What came of taking over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is theirs from now on.
    Now {
        /// The fence that every worker before it fails on.
        fence: i64,
        /// How many messages of the agent's were stopped before they left.
        withheld: u64,
    },
    /// It was theirs already; nothing changed.
    Already,
    /// A colleague has it; nothing changed.
    HeldBy(Holder),
}

impl Control {
    /// The person in control, if it is one whose name is known.
    #[must_use]
    pub const fn holder(&self) -> Option<&Holder> {
        match self {
            Self::Agent | Self::Elsewhere => None,
            Self::Person(holder) => Some(holder),
        }
    }

    /// Whether this person may write now.
    #[must_use]
    pub fn is_held_by(&self, staff: StaffId) -> bool {
        self.holder().is_some_and(|holder| holder.staff == staff)
    }

    /// What taking over would come to without any change, or `None` when control has to move. From somebody in the
    /// channel's own app anyone may take it: it is most often the same person, who now sits at the inbox.
    #[must_use]
    pub fn taken_already(&self, staff: StaffId) -> Option<Taken> {
        match self {
            Self::Agent | Self::Elsewhere => None,
            Self::Person(holder) if holder.staff == staff => Some(Taken::Already),
            Self::Person(holder) => Some(Taken::HeldBy(holder.clone())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_named_person_has_cannot_be_taken() {
        let (ana, ben) = (StaffId::generate(), StaffId::generate());
        let held = Control::Person(Holder { staff: ana, name: "Ana".to_owned() });
        assert_eq!(Control::Agent.taken_already(ana), None);
        assert_eq!(Control::Elsewhere.taken_already(ana), None);
        assert_eq!(held.taken_already(ana), Some(Taken::Already));
        assert!(matches!(held.taken_already(ben), Some(Taken::HeldBy(holder)) if holder.name == "Ana"));
    }

    #[test]
    fn nobody_may_write_without_having_taken_over() {
        assert!(!Control::Agent.is_held_by(StaffId::generate()));
        assert!(!Control::Elsewhere.is_held_by(StaffId::generate()));
    }
}
