//! What the guard finds wrong with a draft, and what it decides.

use serde::{Deserialize, Serialize};

/// What the guard says of a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "verdict", content = "findings")]
pub enum Verdict {
    /// Nothing in it lacks evidence.
    Pass,
    /// These pieces of it lack evidence; never empty.
    Refuse(Vec<Finding>),
}

/// One piece of a draft that must not be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What kind of claim it is.
    pub kind: FindingKind,
    /// The piece, as the draft has it.
    pub text: String,
    /// Why it may not be said and what to do instead, for the model.
    pub reason: String,
}

/// The kinds of claims that need evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// An amount of money.
    Amount,
    /// A percentage, a fraction or a gift: something taken off the price.
    Discount,
    /// That something was done: paid, refunded, shipped, put in the cart, saved, handed over.
    Done,
    /// How many are left, or that there are none.
    Stock,
    /// A link, an e-mail address or a phone number.
    Contact,
    /// When something will arrive.
    Delivery,
    /// Text made to be read by people and not by the guard, or a guard that could not do its work.
    Unreadable,
}

impl Verdict {
    /// The reasons as one text for the model; empty for a pass.
    #[must_use]
    pub fn reasons(&self) -> String {
        match self {
            Self::Pass => String::new(),
            Self::Refuse(findings) => {
                findings.iter().map(|finding| finding.reason.as_str()).collect::<Vec<_>>().join("\n")
            }
        }
    }
}
