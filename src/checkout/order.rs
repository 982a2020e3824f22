//! The order: what a checkout became.

use crate::base::clock::Time;
use crate::base::fingerprint::Fingerprint;
use crate::base::ids::{CartId, ConversationId, OrderId, QuoteId};
use crate::base::money::Money;
use crate::cart::delivery::Delivery;
use crate::checkout::state::OrderState;

/// One attempt to have one quote paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Its id.
    pub id: OrderId,
    /// What the shopper calls it; counts up within a merchant.
    pub number: i64,
    /// Whose it is.
    pub conversation: ConversationId,
    /// The cart it was made of.
    pub cart: CartId,
    /// The quote it charges.
    pub quote: QuoteId,
    /// The quote's fingerprint.
    pub fingerprint: Fingerprint,
    /// 1 for the first pay page of this quote; one more after each that ended unpaid.
    pub attempt: i32,
    /// Its payment state.
    pub state: OrderState,
    /// What it comes to.
    pub total: Money,
    /// What has been given back.
    pub refunded: Money,
    /// Whether real money moves.
    pub livemode: bool,
    /// Its pay page at the provider.
    pub session: Option<String>,
    /// Where to pay.
    pub session_url: Option<String>,
    /// The provider's id of the payment.
    pub payment_intent: Option<String>,
    /// When its pay page closes: as planned, and once it is open as the provider said.
    pub expires_at: Option<Time>,
    /// Whether its pay page is not to be paid any more: what the shopper saw last costs something else, a newer page
    /// took its place, or the cart is paid.
    pub outdated: bool,
    /// Why a person was called to it last: a word of [`crate::checkout::state::PersonReason`].
    pub needs_person: Option<String>,
    /// Where to send it, once known.
    pub delivery: Option<Delivery>,
    /// When it was made.
    pub created_at: Time,
}

impl Order {
    /// The key under which its pay page is opened: the same for every retry of this attempt, another one for a
    /// changed quote or a new attempt. Everything else in the request must then be the same too, so the request
    /// asks for the order's own `expires_at`.
    #[must_use]
    pub fn idempotency_key(&self) -> String {
        format!("{}-{}-{}", self.cart, self.fingerprint, self.attempt)
    }
}
