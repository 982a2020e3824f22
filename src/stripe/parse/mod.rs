//! An event's body into a payment notice in our words.
//!
//! Owns the mapping from Stripe's event types to [`NoticeKind`]. What a notice does to an order is `checkout`'s.

use std::borrow::Cow;

use serde_json::Value;

use crate::base::clock::Time;
use crate::base::fingerprint::Fingerprint;
use crate::base::json::{self, Node, masked_document};
use crate::checkout::notice::{NoticeKind, PaymentNotice};
use crate::stripe::wire::{MACHINE_MADE, SessionObject, money, order, reference};

/// An event as Stripe sent it, and what it means to us.
#[derive(Clone, Debug, PartialEq)]
pub struct ParsedEvent {
    /// Stripe's id of the event; the same in every repeat.
    pub id: String,
    /// Its type, such as `charge.refunded`.
    pub kind: String,
    /// When it was made.
    pub created: Option<Time>,
    /// Whether it is about real money; `None` when it does not say, which must not be taken for live.
    pub livemode: Option<bool>,
    /// What it says about a payment, if it is of a type we act on.
    pub notice: Option<PaymentNotice>,
    /// The expired session that the notice's session replaces: whoever knows only that one finds the order by it.
    pub recovered_from: Option<String>,
    /// The whole event, card numbers masked.
    pub raw: Value,
}

/// Why a signed body could not be read. The caller keeps it raw.
#[derive(Debug, thiserror::Error)]
pub enum NotUnderstood {
    /// Not JSON, or not UTF-8.
    #[error("the body is not JSON")]
    NotJson(#[source] serde_json::Error),
    /// JSON, but without a type.
    #[error("the body is not an event of Stripe's")]
    NotAnEvent,
}

/// Reads an event. A type we do nothing with, and an object that is not what its type promises, give no notice.
///
/// # Errors
/// When the body is not an event at all.
pub fn parse(raw: &[u8]) -> Result<ParsedEvent, NotUnderstood> {
    let body = json::read(raw).map_err(NotUnderstood::NotJson)?;
    let event = Node::root(&body);
    let kind = event.at("type").word().ok_or(NotUnderstood::NotAnEvent)?.into_owned();
    // `invoice.upcoming` has no id: nothing happened yet. Its content stands for it.
    let invented = || format!("{kind}:{}", Fingerprint::of(body.to_string().as_bytes()));
    let id = event.at("id").word().map_or_else(invented, Cow::into_owned);
    // A thin event has no object; its notice would have to be fetched, and none of our types comes thin.
    let object = event.at("data").at("object");
    let livemode = event.at("livemode").truth().or_else(|| object.at("livemode").truth());
    let notice = notice(&kind, object, livemode.unwrap_or(false));
    let recovered_from = reference(object.at("recovered_from"));
    let created = event.at("created").time();
    let raw = masked_document(&body, MACHINE_MADE);
    Ok(ParsedEvent { id, kind, created, livemode, notice, recovered_from, raw })
}

fn notice(kind: &str, object: Node<'_>, livemode: bool) -> Option<PaymentNotice> {
    if !object.value().is_some_and(Value::is_object) {
        return None;
    }
    let of_session = |wanted: fn(&SessionObject) -> Option<NoticeKind>| {
        let session = SessionObject::read(object);
        let kind = if session.is_payment { wanted(&session) } else { None };
        kind.map(|kind| session.notice(kind, livemode))
    };
    match kind {
        "checkout.session.completed" => of_session(SessionObject::completed_kind),
        "checkout.session.async_payment_succeeded" => of_session(|_| Some(NoticeKind::AsyncSucceeded)),
        "checkout.session.async_payment_failed" => of_session(|_| Some(NoticeKind::AsyncFailed)),
        "checkout.session.expired" => of_session(|_| Some(NoticeKind::Expired)),
        "charge.refunded" => refund_kind(object).map(|kind| of_charge(kind, object, "amount_refunded", livemode)),
        "refund.failed" => Some(of_charge(NoticeKind::RefundFailed, object, "amount", livemode)),
        "refund.updated" => {
            // One that failed says so itself (`refund.failed`); taken twice, its amount would be taken off twice.
            let canceled = object.at("status").word().as_deref() == Some("canceled");
            canceled.then(|| of_charge(NoticeKind::RefundFailed, object, "amount", livemode))
        }
        // A dispute that was lost has taken the money.
        "charge.dispute.closed" if object.at("status").word().as_deref() == Some("lost") => {
            Some(of_charge(NoticeKind::Disputed, object, "amount", livemode))
        }
        // An inquiry (`warning_needs_response`) moves no money yet, but a person must answer it as well.
        "charge.dispute.created" | "radar.early_fraud_warning.created" => {
            Some(of_charge(NoticeKind::Disputed, object, "amount", livemode))
        }
        _ => None,
    }
}

/// A charge, a dispute or a warning: none knows the session, all know the payment intent.
fn of_charge(kind: NoticeKind, object: Node<'_>, amount: &str, livemode: bool) -> PaymentNotice {
    PaymentNotice {
        kind,
        session: None,
        payment_intent: reference(object.at("payment_intent")),
        order: order(object),
        amount: money(object.at(amount), object.at("currency")),
        livemode,
    }
}

/// The event comes for part of the sum too, and counts up.
fn refund_kind(charge: Node<'_>) -> Option<NoticeKind> {
    let given_back = charge.at("amount_refunded").integer();
    let whole = match charge.at("refunded").truth() {
        Some(whole) => whole,
        None => given_back? >= charge.at("amount").integer()?,
    };
    Some(if whole { NoticeKind::Refunded } else { NoticeKind::PartlyRefunded })
}

#[cfg(test)]
mod tests;
