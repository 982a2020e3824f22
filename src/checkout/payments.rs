//! What checkout needs of a payment provider; implemented in `stripe`, and by a fake in tests.

use std::future::Future;
use std::pin::Pin;

use crate::base::clock::Time;
use crate::base::fingerprint::Fingerprint;
use crate::base::ids::{ConversationId, OrderId, QuoteId};
use crate::base::money::Money;
use crate::checkout::notice::PaymentNotice;

/// What a pay page is to charge.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionRequest {
    /// The order it is for.
    pub order: OrderId,
    /// Its number, for the page.
    pub order_number: i64,
    /// The conversation it came from, for metadata.
    pub conversation: ConversationId,
    /// The quote it charges.
    pub quote: QuoteId,
    /// The quote's fingerprint, for metadata.
    pub fingerprint: Fingerprint,
    /// What is charged, per line, discounts already taken off; the sum is `total`.
    pub lines: Vec<SessionLine>,
    /// The sum.
    pub total: Money,
    /// When the page closes: 30 minutes to 24 hours from now.
    pub expires_at: Time,
    /// Where the browser goes after paying; contains `{CHECKOUT_SESSION_ID}`.
    pub success_url: String,
    /// Where the browser goes when the shopper turns back.
    pub cancel_url: String,
    /// The language of the page, such as `es`.
    pub locale: String,
    /// The same key gives the same session: derived from cart, quote fingerprint and attempt.
    pub idempotency_key: String,
}

/// One line of a pay page.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionLine {
    /// What it says.
    pub title: String,
    /// How many; 1 when the amount cannot be divided evenly.
    pub quantity: u32,
    /// What one costs.
    pub unit: Money,
    /// A picture of it.
    pub image: Option<String>,
}

/// A pay page as the provider made it.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// The provider's id.
    pub id: String,
    /// Where to pay; `None` once it has closed.
    pub url: Option<String>,
    /// Whether real money moves.
    pub livemode: bool,
    /// When it closes.
    pub expires_at: Time,
    /// What the provider knows of its payment now; `None` while it is open and unpaid.
    pub notice: Option<PaymentNotice>,
}

/// Why the provider did not answer as hoped.
#[derive(Debug, thiserror::Error)]
pub enum PaymentsError {
    /// It refused, and will refuse again: a setting or a bug of ours. Operator's words.
    #[error("the payment provider refused: {0}")]
    Refused(String),
    /// It knows no such pay page: it is of another account, or of its other mode.
    #[error("the payment provider knows no such pay page")]
    NoSuchSession,
    /// The same key was answered with a saved failure (Stripe saves 500s): use a new attempt.
    #[error("the payment provider saved a failure under this key")]
    KeyIsBurnt,
    /// It could not be reached or is overloaded; the same key may be tried again.
    #[error("the payment provider is away")]
    Away(#[source] anyhow::Error),
}

/// A future that a trait object returns.
pub type Asked<'a, T> = Pin<Box<dyn Future<Output = Result<T, PaymentsError>> + Send + 'a>>;

/// A payment provider, for one merchant.
pub trait PaymentLinks: Send + Sync {
    /// Opens a pay page, or returns the one the key already made.
    fn open<'a>(&'a self, request: &'a SessionRequest) -> Asked<'a, Session>;
    /// Asks what became of a pay page.
    fn look_up<'a>(&'a self, session: &'a str) -> Asked<'a, Session>;
    /// Closes an open pay page, so that it can no longer be paid.
    fn close<'a>(&'a self, session: &'a str) -> Asked<'a, Session>;
}
