//! Making an order of a quote: at most one open one per cart, and never a second sale of the same cart.

use chrono::TimeDelta;

use crate::base::clock::Time;
use crate::base::fingerprint::Fingerprint;
use crate::base::ids::{ConversationId, OrderId, QuoteId};
use crate::checkout::order::Order;
use crate::checkout::state::OrderState;
use crate::checkout::stock::OutOfStock;
use crate::pricing::coupon::Refusal;
use crate::pricing::store::PricingStoreError;

pub mod store;

/// What an order is made of. Everything else is read from the quote, as it was kept and shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewOrder {
    /// Who buys; from the channel event, never from a tool's argument.
    pub conversation: ConversationId,
    /// The quote they agreed to.
    pub quote: QuoteId,
    /// Whether real money is to move.
    pub livemode: bool,
    /// Now.
    pub now: Time,
    /// When the pay page is to close. Providers want it half an hour to a day ahead at the moment the page is
    /// opened, so leave room for a retry.
    pub expires_at: Time,
}

/// Why no order was made. Nothing is written then.
#[derive(Debug, thiserror::Error)]
pub enum BeginError {
    /// The conversation has no such quote.
    #[error("there is no quote {0}")]
    NoSuchQuote(QuoteId),
    /// The cart is sold already, or its payment is under way or under review.
    #[error("the cart is order {number} already, which is {state}")]
    AlreadyOrdered {
        /// That order.
        order: OrderId,
        /// Its number.
        number: i64,
        /// Its state.
        state: OrderState,
    },
    /// There is not enough of something any more.
    #[error("something is out of stock")]
    OutOfStock(#[from] OutOfStock),
    /// A coupon or promotion in the quote cannot be used any more.
    #[error("the coupon or promotion {code} cannot be used any more")]
    CouponRefused {
        /// The coupon's code, or the promotion's id.
        code: String,
        /// Why.
        reason: Refusal,
    },
    /// A coupon could not be read or written.
    #[error("the coupon could not be used")]
    Coupon(#[from] PricingStoreError),
    /// The database did not answer as hoped.
    #[error("the database could not make an order")]
    Database(#[from] sqlx::Error),
}

/// What the cart's orders so far mean for a new one.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::checkout) enum Course<'a> {
    /// The cart is sold: this is the order.
    Sold(&'a Order),
    /// The latest order is of this very quote and can still be paid.
    Reuse(&'a Order),
    /// A new one, with this attempt; what these open ones hold passes to it.
    Make {
        /// Its attempt.
        attempt: i32,
        /// The open orders it takes the place of.
        supersedes: Vec<OrderId>,
    },
}

/// Chooses the course; `orders` are all orders of the cart by number. Only the latest order is used again: an older
/// one has passed what it held to a newer, and its page is being closed.
pub(in crate::checkout) fn course<'a>(
    orders: &'a [Order],
    fingerprint: &Fingerprint,
    livemode: bool,
    now: Time,
) -> Course<'a> {
    if let Some(sold) = orders.iter().rev().find(|order| order.state.takes_the_cart()) {
        return Course::Sold(sold);
    }
    let payable = |order: &&Order| {
        order.fingerprint == *fingerprint
            && order.livemode == livemode
            && order.state.is_open()
            && !order.outdated
            && order.expires_at.is_some_and(|expires_at| now + time_needed(order.state) < expires_at)
    };
    if let Some(latest) = orders.last().filter(payable) {
        return Course::Reuse(latest);
    }
    let attempts = orders.iter().filter(|order| order.fingerprint == *fingerprint).map(|order| order.attempt);
    Course::Make {
        attempt: attempts.max().unwrap_or(0).saturating_add(1),
        supersedes: orders.iter().filter(|order| order.state.is_open()).map(|order| order.id).collect(),
    }
}

/// How long the page of an order must still be open, so that it is worth handing out. One that is not made yet has to
/// be made: providers want it open for half an hour from then on (Stripe, "Create a Session": `expires_at`).
const fn time_needed(state: OrderState) -> TimeDelta {
    match state {
        OrderState::Creating => TimeDelta::minutes(31),
        _ => TimeDelta::minutes(2),
    }
}
