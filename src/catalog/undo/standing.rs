//! Whether an import can be undone, and why not. Pure.

use crate::base::clock::Time;
use crate::catalog::undo::{BYTES_MAX, IMPORTS_KEPT, KEPT_DAYS};

/// How an import stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It can be undone until then, as long as none comes after it.
    Open(Time),
    /// Others came after it, and build on it.
    Covered,
    /// It was undone.
    Undone,
    /// It is an undo.
    Undo,
    /// It changed nothing.
    Nothing,
    /// It changed more than is kept.
    TooMuch,
    /// What was there before is no longer kept.
    Over,
}

/// What the tables say of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is what a column says")]
pub struct Facts {
    /// Whether it changed anything.
    pub applied: bool,
    /// Whether it is an undo.
    pub is_undo: bool,
    /// Whether there is an undo of it.
    pub undone: bool,
    /// Whether none that was applied and not undone came after it.
    pub newest: bool,
    /// Until when what was there before is kept, if it is.
    pub until: Option<Time>,
    /// Whether it still is.
    pub kept: bool,
}

impl Standing {
    /// The one that follows.
    #[must_use]
    pub const fn of(facts: Facts) -> Self {
        match facts {
            Facts { is_undo: true, .. } => Self::Undo,
            Facts { undone: true, .. } => Self::Undone,
            Facts { applied: false, .. } => Self::Nothing,
            Facts { until: None, .. } => Self::TooMuch,
            Facts { kept: false, .. } => Self::Over,
            Facts { newest: false, .. } => Self::Covered,
            Facts { until: Some(until), .. } => Self::Open(until),
        }
    }

    /// Why it cannot be undone, and what to do; nothing when it can.
    #[must_use]
    pub fn why_not(self) -> Option<String> {
        Some(match self {
            Self::Open(_) => return None,
            Self::Covered => {
                "Only the newest import can be undone, because later ones build on it. Undo the later ones first."
                    .to_owned()
            }
            Self::Undone => "This import was undone already.".to_owned(),
            Self::Undo => "This is an undo itself. Import the file again to have its changes back.".to_owned(),
            Self::Nothing => "This import changed nothing, so there is nothing to undo.".to_owned(),
            Self::TooMuch => format!(
                "This import changed more than the {} MB that are kept for undoing one. Import an older file instead.",
                BYTES_MAX / 1024 / 1024
            ),
            Self::Over => format!(
                "What was there before this import is no longer kept: it is for {KEPT_DAYS} days and the newest \
                 {IMPORTS_KEPT} imports. Import an older file instead."
            ),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_newest_import_that_changed_something_and_is_kept_can_be_undone() {
        let until: Time = "2026-12-20T18:00:00Z".parse().unwrap();
        let open =
            Facts { applied: true, is_undo: false, undone: false, newest: true, until: Some(until), kept: true };
        let check = |facts, standing| assert_eq!(Standing::of(facts), standing, "{facts:?}");
        check(open, Standing::Open(until));
        check(Facts { newest: false, ..open }, Standing::Covered);
        check(Facts { kept: false, ..open }, Standing::Over);
        check(Facts { until: None, kept: false, ..open }, Standing::TooMuch);
        check(Facts { undone: true, newest: false, kept: false, ..open }, Standing::Undone);
        check(Facts { is_undo: true, newest: false, until: None, kept: false, ..open }, Standing::Undo);
        check(Facts { applied: false, newest: false, until: None, kept: false, ..open }, Standing::Nothing);
    }

    #[test]
    fn whoever_cannot_undo_is_told_why_in_a_sentence_and_whoever_can_is_not() {
        use Standing::{Covered, Nothing, Over, TooMuch, Undo, Undone};
        assert_eq!(Standing::Open("2026-12-20T18:00:00Z".parse().unwrap()).why_not(), None);
        for standing in [Covered, Undone, Undo, Nothing, TooMuch, Over] {
            let why = standing.why_not().unwrap();
            assert!(why.starts_with(char::is_uppercase) && why.ends_with('.'), "{why}");
        }
    }
}
