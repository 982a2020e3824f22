//! Stripe's names for things, in the shapes of every API version an endpoint may have been made with.

use std::borrow::Cow;

use crate::base::clock::Time;
use crate::base::ids::OrderId;
use crate::base::json::Node;
use crate::base::money::{Currency, Money};
use crate::checkout::notice::{NoticeKind, PaymentNotice};
use crate::stripe::amounts::from_stripe;

/// The version our calls are written for. An event has its endpoint's version instead.
pub const API_VERSION: &str = "2026-10-28.endive";

/// Under these names our ids stand in `metadata`.
pub const METADATA_ORDER: &str = "order";
/// The conversation the order came from.
pub const METADATA_CONVERSATION: &str = "conversation";
/// The quote that is charged.
pub const METADATA_QUOTE: &str = "quote";
/// The quote's fingerprint.
pub const METADATA_FINGERPRINT: &str = "fingerprint";

/// Fields that Stripe's machines fill. Nobody types them.
pub const MACHINE_MADE: &[&str] =
    &["id", "charge", "payment_intent", "customer", "balance_transaction", "client_reference_id", "created"];

/// A checkout session, in an event or in an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionObject {
    /// `cs_…`.
    pub id: Option<String>,
    /// Where to pay; null once closed.
    pub url: Option<String>,
    /// `open`, `complete` or `expired`.
    pub status: Option<String>,
    /// `paid`, `unpaid` or `no_payment_required`.
    pub payment_status: Option<String>,
    /// Whether it takes one payment, as ours do; a subscription or a saved card is not ours.
    pub is_payment: bool,
    /// When it closes.
    pub expires_at: Option<Time>,
    /// The total, shipping and tax in it.
    pub total: Option<Money>,
    /// Null until the shopper confirms.
    pub payment_intent: Option<String>,
    /// Our order.
    pub order: Option<OrderId>,
    /// Whether real money moves.
    pub livemode: Option<bool>,
    /// The expired session that this one replaces.
    pub recovered_from: Option<String>,
}

impl SessionObject {
    /// Reads the object at this place.
    pub fn read(session: Node<'_>) -> Self {
        let owned = |name: &str| session.at(name).word().map(Cow::into_owned);
        Self {
            id: owned("id"),
            url: owned("url"),
            status: owned("status"),
            payment_status: owned("payment_status"),
            is_payment: session.at("mode").word().is_none_or(|mode| mode == "payment"),
            expires_at: session.at("expires_at").time(),
            total: money(session.at("amount_total"), session.at("currency")),
            payment_intent: reference(session.at("payment_intent")),
            order: order(session),
            livemode: session.at("livemode").truth(),
            recovered_from: reference(session.at("recovered_from")),
        }
    }

    /// A notice about this session.
    pub fn notice(&self, kind: NoticeKind, livemode: bool) -> PaymentNotice {
        PaymentNotice {
            kind,
            session: self.id.clone(),
            payment_intent: self.payment_intent.clone(),
            order: self.order,
            amount: self.total,
            livemode,
        }
    }

    /// What a completed session says of its payment; `None` for a word we do not know, because only `paid` is paid.
    pub fn completed_kind(&self) -> Option<NoticeKind> {
        match self.payment_status.as_deref()? {
            "paid" => Some(NoticeKind::CompletedPaid),
            "unpaid" => Some(NoticeKind::CompletedUnpaid),
            "no_payment_required" => Some(NoticeKind::CompletedFree),
            _ => None,
        }
    }
}

/// An amount and its currency, when both can be read.
pub fn money(amount: Node<'_>, currency: Node<'_>) -> Option<Money> {
    let currency: Currency = currency.word()?.parse().ok()?;
    from_stripe(amount.integer()?, currency)
}

/// The id of another object, which may stand here whole.
pub fn reference(node: Node<'_>) -> Option<String> {
    node.word().or_else(|| node.at("id").word()).map(Cow::into_owned)
}

/// Our order, from our metadata or from the reference beside it.
pub fn order(object: Node<'_>) -> Option<OrderId> {
    let named = [object.at("metadata").at(METADATA_ORDER), object.at("client_reference_id")];
    named.into_iter().filter_map(Node::word).find_map(|id| id.parse().ok())
}
