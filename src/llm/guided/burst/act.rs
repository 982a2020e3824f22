//! What a stretch of a message does by itself, as far as it decides what belongs together.

use crate::llm::guided::heard::Heard;
use crate::llm::guided::intent::{Intent, LineAction, Talk};
use crate::llm::guided::lexicon::signal::Signal;

/// What a stretch does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Nothing that could be answered for itself: it belongs to its neighbour.
    Piece,
    /// Looks for something, or at something in view.
    Finds,
    /// Asks something about a thing in view.
    Asks(Signal),
    /// Asks about the shop.
    AsksRule(&'static str),
    /// Asks about an order.
    AsksOrder,
    /// Puts something in the cart.
    Puts,
    /// Changes what is in the cart, by taking out or not.
    Changes {
        /// Whether something comes out.
        out: bool,
    },
    /// A coupon.
    Coupon,
    /// Looks at the cart.
    SeesCart,
    /// Pays.
    Pays,
    /// Bargains.
    Bargains,
    /// Something only a person does.
    Service,
}

impl Act {
    /// What a stretch does that was understood so.
    #[must_use]
    pub fn of(intent: &Intent, heard: &Heard<'_>) -> Self {
        match intent {
            Intent::Policy(topic) => Self::AsksRule(topic),
            Intent::Orders(_) | Intent::CardDeclined => Self::AsksOrder,
            Intent::Search(_) => {
                let says_so =
                    heard.signals.any(&[Signal::Search, Signal::Want, Signal::Stock, Signal::Price, Signal::More]);
                if says_so && !heard.nouns.is_empty() { Self::Finds } else { Self::Piece }
            }
            Intent::Show(_) | Intent::Others { .. } | Intent::Rest(_) => Self::Finds,
            Intent::Suppose { .. } => Self::Asks(Signal::Price),
            Intent::Compare { .. } => Self::Asks(Signal::Compare),
            // "How much is it all together?" beside an order is about the cart.
            Intent::Question { about: Signal::Price, .. } if heard.has(Signal::ViewCart) => Self::SeesCart,
            Intent::Question { about, .. } => Self::Asks(*about),
            Intent::Add(_) | Intent::AddSeveral(_) => Self::Puts,
            // "Add two" of a list.
            Intent::WhichProduct if heard.has(Signal::Want) => Self::Puts,
            Intent::Line(change) => Self::Changes { out: matches!(change.action, LineAction::Remove(_)) },
            Intent::EmptyCart => Self::Changes { out: true },
            Intent::Coupon { .. } | Intent::RemoveCoupon => Self::Coupon,
            Intent::ViewCart => Self::SeesCart,
            Intent::Pay | Intent::Agree(_) => Self::Pays,
            Intent::Discount | Intent::Bid { .. } | Intent::TakeOffer(_) => Self::Bargains,
            Intent::Service => Self::Service,
            _ => Self::Piece,
        }
    }

    /// Whether it changes something, so that it must not be read out of a mere part of a question.
    #[must_use]
    pub const fn is_command(&self) -> bool {
        matches!(self, Self::Puts | Self::Changes { .. } | Self::Pays | Self::Coupon)
    }
}

/// Whether a whole message is one thing, whatever its parts look like: an address has commas, who wants a person gets
/// one, and several things are put in the cart at once.
#[must_use]
pub const fn is_one(intent: &Intent) -> bool {
    takes_all(intent)
        || matches!(
            intent,
            Intent::AddSeveral(_)
                | Intent::Suppose { .. }
                | Intent::Compare { .. }
                | Intent::Others { .. }
                | Intent::Rest(_)
        )
}

/// Whether one part of a message decides for all of it: who wants a person gets one, whatever else is asked.
#[must_use]
pub const fn takes_all(intent: &Intent) -> bool {
    matches!(
        intent,
        Intent::Person(_)
            | Intent::ForTeam { .. }
            | Intent::Deliver(_)
            | Intent::Unreadable(_)
            | Intent::Talk(Talk::Insult)
    )
}
