//! Why a tool says no: a word that programs can match, and a sentence that a model can act on.

use crate::agent::evidence::Evidence;

/// A refusal.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// Which rule.
    pub reason: Reason,
    /// What to do instead, for the model.
    pub text: String,
    /// Facts that come with it.
    pub evidence: Vec<Evidence>,
}

impl Refusal {
    /// A refusal without facts.
    #[must_use]
    pub fn new(reason: Reason, text: impl Into<String>) -> Self {
        Self { reason, text: text.into(), evidence: Vec::new() }
    }

    /// The same with facts.
    #[must_use]
    pub fn with(self, evidence: Vec<Evidence>) -> Self {
        Self { evidence, ..self }
    }

    /// No variant of this SKU is on sale.
    #[must_use]
    pub fn no_such_variant(sku: &str) -> Self {
        let text = format!("There is no SKU {sku} on sale. Use a SKU from a search result or the cart.");
        Self::new(Reason::NoSuchVariant, text)
    }

    /// The shopper has not been shown the product of this title.
    #[must_use]
    pub fn not_seen(title: &str) -> Self {
        let text = format!("The shopper has not seen {title} in this conversation. Search for it first.");
        Self::new(Reason::NotSeen, text)
    }

    /// What the model is told: the word on a line of its own, then the sentence.
    #[must_use]
    pub fn told(&self) -> String {
        format!("reason:{}\n{}", self.reason.word(), self.text)
    }
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)+) => {
        /// Which rule said no.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Reason {
            $($(#[$doc])* $name,)+
        }

        impl Reason {
            /// The word that programs match.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)+
                }
            }
        }
    };
}

reasons! {
    /// The arguments do not fit the tool's schema.
    BadArguments = "bad_arguments",
    /// There is no product of this name.
    NoSuchProduct = "no_such_product",
    /// There is no variant of this SKU on sale.
    NoSuchVariant = "no_such_variant",
    /// The shopper has not been shown the product.
    NotSeen = "not_seen",
    /// There is not enough of it.
    OutOfStock = "out_of_stock",
    /// A cart or line would be too large.
    TooMany = "too_many",
    /// It is not in the cart.
    NotInCart = "not_in_cart",
    /// The cart is empty.
    EmptyCart = "empty_cart",
    /// The shop has no such code.
    UnknownCode = "unknown_code",
    /// The code is not good yet.
    NotYet = "not_yet",
    /// The code is no longer good.
    Expired = "expired",
    /// The lines come to too little for the code.
    BelowMinimum = "below_minimum",
    /// The code was used as often as it may be.
    UsedUp = "used_up",
    /// This shopper used it as often as one may.
    AlreadyUsed = "already_used",
    /// The code is for other things or other shoppers.
    NotForThis = "not_for_this",
    /// Another code is in use, or this one takes nothing off.
    NoEffect = "no_effect",
    /// The shop does not bargain over this.
    FixedPrice = "fixed_price",
    /// The shop does not bargain so early in a conversation.
    TooEarly = "too_early",
    /// The shop does not bargain for so few.
    TooFew = "too_few",
    /// A person of the shop decides.
    PersonDecides = "person_decides",
    /// No quote has been shown to the shopper yet, or not this one.
    QuoteNotShown = "quote_not_shown",
    /// What the cart costs has changed since it was shown.
    QuoteChanged = "quote_changed",
    /// There is no such order of this shopper.
    NoSuchOrder = "no_such_order",
    /// A delivery detail is missing or too long.
    BadDelivery = "bad_delivery",
    /// It changed meanwhile.
    Changed = "changed",
    /// An outside service is away.
    Away = "away",
    /// The shop cannot take payments.
    NoPayments = "no_payments",
}
