//! What a message can signal, and what it did.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

macro_rules! signals {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {
        /// Something that words can signal. A message may signal several; `intent` weighs them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Signal {
            $($(#[$doc])* $name),+
        }

        impl Signal {
            /// All of them.
            #[cfg(test)]
            pub const ALL: &[Self] = &[$(Self::$name),+];
        }
    };
}

signals! {
    /// "Hi".
    Greeting,
    /// "Thank you".
    Thanks,
    /// "Bye".
    Goodbye,
    /// "How are you?"
    HowAreYou,
    /// "Are you a robot?"
    Automatic,
    /// "What can you do?"
    Abilities,
    /// "Do you speak English?"
    Languages,
    /// "Okay", "cool", "haha".
    Acknowledged,
    /// "One moment."
    Wait,
    /// "Yes".
    Yes,
    /// "No".
    No,
    /// Wants to talk to a person.
    Person,
    /// An insult.
    Insult,
    /// Something went wrong with what was bought.
    Complaint,
    /// A card or a payment was turned down.
    CardDeclined,
    /// Asks for what is nothing for a shop: a poem, the weather.
    CannotDo,
    /// Cancel, refund, invoice, account: what a person has to do.
    Service,
    /// "Where is my order?"
    OrderStatus,
    /// "I have paid."
    PaidClaim,
    /// Wants to pay.
    Pay,
    /// "What is in my cart?"
    ViewCart,
    /// "Empty my cart."
    EmptyCart,
    /// "Take that out."
    Remove,
    /// "One less."
    Fewer,
    /// "If I take two …"
    Supposes,
    /// "Which is the better one?"
    Compare,
    /// "Make it three."
    Change,
    /// "Rather two", "instead".
    Rather,
    /// "One more."
    Another,
    /// "Take the coupon off."
    RemoveCoupon,
    /// Speaks of a coupon or code.
    Coupon,
    /// "Apply", said of a code.
    Apply,
    /// "Would you take …?"
    Bid,
    /// "At that price."
    ThatPrice,
    /// "How about …?"
    Suggests,
    /// "Any discounts?"
    Discount,
    /// "That is a lot of money."
    Pricey,
    /// "Something cheaper?"
    Cheaper,
    /// "The cheapest one."
    Cheapest,
    /// "Show me more."
    More,
    /// "Keep looking."
    KeepLooking,
    /// "Say that again."
    Repeat,
    /// Names an order, without asking anything.
    OrderNamed,
    /// Looks for something.
    Search,
    /// "What do you sell?"
    Catalog,
    /// Wants to have something.
    Want,
    /// "That one."
    This,
    /// "Tell me more about it."
    Details,
    /// Asks about shipping.
    Shipping,
    /// Asks about returns.
    Returns,
    /// Asks when the shop is open.
    Hours,
    /// Asks how one can pay.
    Payment,
    /// Asks where or who the shop is.
    About,
    /// Asks for a price.
    Price,
    /// Asks whether there is some.
    Stock,
    /// Asks about sizes and measures.
    Sizes,
    /// Asks about colours.
    Colors,
    /// Asks what it is made of.
    Material,
    /// Asks how to care for it.
    Care,
    /// Asks something else about the thing in view.
    AboutIt,
}

/// Where a message signals something.
#[derive(Clone, Debug, Default)]
pub struct Hit {
    places: BTreeSet<usize>,
    plainly: bool,
}

/// Everything a message signals.
#[derive(Clone, Debug, Default)]
pub struct Signals(BTreeMap<Signal, Hit>);

impl Signals {
    pub(in crate::llm::guided::lexicon) fn add(&mut self, signal: Signal, places: Vec<usize>, negated: bool) {
        let hit = self.0.entry(signal).or_default();
        hit.places.extend(places);
        hit.plainly |= !negated;
    }

    /// Whether it is signalled, and not with a "not" in front.
    #[must_use]
    pub fn has(&self, signal: Signal) -> bool {
        self.0.get(&signal).is_some_and(|hit| hit.plainly)
    }

    /// Whether it is signalled only with a "not" in front.
    #[must_use]
    pub fn refuses(&self, signal: Signal) -> bool {
        self.0.get(&signal).is_some_and(|hit| !hit.plainly)
    }

    /// Whether any of these is signalled.
    #[must_use]
    pub fn any(&self, signals: &[Signal]) -> bool {
        signals.iter().any(|signal| self.has(*signal))
    }

    /// The places of the words that signal any of these.
    #[must_use]
    pub fn places(&self, signals: &[Signal]) -> BTreeSet<usize> {
        signals.iter().filter_map(|signal| self.0.get(signal)).flat_map(|hit| hit.places.iter().copied()).collect()
    }
}
