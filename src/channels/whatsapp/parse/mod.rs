//! A webhook body into events in our words. Nothing in a body can stop the rest of it from being understood.
//!
//! Owns the mapping from Meta's changes to [`ChannelEvent`]. Must not check signatures, and knows no conversation.

use std::borrow::Cow;

use serde_json::Value;

use crate::base::clock::Time;
use crate::base::fingerprint::Fingerprint;
use crate::base::json::{self, Node, masked_document};
use crate::channels::whatsapp::content;
use crate::channels::whatsapp::person::{Person, person};
use crate::channels::whatsapp::wire::{self, Change, GraphError, MACHINE_MADE};
use crate::intake::event::{Carrier, ChannelEvent, DeliveryReport, EventBody, ReportState, Said};

/// What a body held.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// The events, in the order of the body; which is not the order in which they happened.
    pub events: Vec<ChannelEvent>,
}

/// Why a signed body could not be read. The caller keeps it raw.
#[derive(Debug, thiserror::Error)]
pub enum NotUnderstood {
    /// Not JSON, or not UTF-8.
    #[error("the body is not JSON")]
    NotJson(#[source] serde_json::Error),
    /// JSON, but not a webhook of WhatsApp's.
    #[error("the body is not a WhatsApp webhook")]
    NotWhatsApp,
}

/// Reads a webhook body. An event without a readable time of its own gets `received_at`.
///
/// # Errors
/// When the body as a whole is not what WhatsApp sends; a part that is not becomes [`EventBody::Unknown`].
pub fn parse(raw: &[u8], received_at: Time) -> Result<Parsed, NotUnderstood> {
    let body = json::read(raw).map_err(NotUnderstood::NotJson)?;
    let body = Node::root(&body);
    let object = body.at("object").word();
    let ours = object.is_none_or(|object| object == "whatsapp_business_account");
    if !ours || !body.at("entry").value().is_some_and(Value::is_array) {
        return Err(NotUnderstood::NotWhatsApp);
    }
    let events = wire::changes(body).flat_map(|change| Reader::new(change, received_at).events()).collect();
    Ok(Parsed { events })
}

/// Reads one change.
struct Reader<'a> {
    change: Change<'a>,
    /// The number's id; for events about the account, the account's.
    channel: String,
    received_at: Time,
}

impl<'a> Reader<'a> {
    fn new(change: Change<'a>, received_at: Time) -> Self {
        let channel = change.number_id().or_else(|| change.account()).unwrap_or_default().into_owned();
        Self { change, channel, received_at }
    }

    fn events(&self) -> Vec<ChannelEvent> {
        let field = self.change.field().unwrap_or(Cow::Borrowed("entry"));
        let mut events = Vec::new();
        match &*field {
            "messages" => {
                events.extend(self.change.messages().map(|message| self.message(message)));
                events.extend(self.change.statuses().map(|status| self.status(status)));
                let errors = self.change.errors();
                events.extend(errors.is_there().then(|| self.about_account("errors", errors)));
            }
            "smb_message_echoes" => events.extend(self.change.echoes().map(|echo| self.echo(echo))),
            _ => {}
        }
        if events.is_empty() {
            events.push(self.about_account(&field, self.change.whole()));
        }
        events
    }

    /// Something a shopper did.
    fn message(&self, message: Node<'a>) -> ChannelEvent {
        let who = person(message.at("from"), message.at("from_user_id"), self.change.contacts());
        let kind = message.at("type").word().unwrap_or(Cow::Borrowed("message"));
        // A group is not a conversation with one shopper.
        if message.at("group_id").is_there() {
            return self.event(message, who, unknown("group_message", message));
        }
        if kind == "system" {
            return self.system(message, who);
        }
        let body = match &*kind {
            "reaction" => reaction(message.at("reaction")),
            "revoke" => revoke(message.at("revoke")),
            _ => content::said(message).map(EventBody::Said).or_else(|| withheld(message)),
        };
        self.event(message, who, body.unwrap_or_else(|| unknown(&full_kind(message), message)))
    }

    /// The person's number or id changed. The sentence beside it names both, but holds the person's own name too,
    /// and whoever chooses a name must not choose whose conversation is carried on: only the fields count.
    fn system(&self, message: Node<'a>, sender: Person) -> ChannelEvent {
        let system = message.at("system");
        let kind = system.at("type").word();
        if !matches!(kind.as_deref(), Some("user_changed_user_id" | "user_changed_number")) {
            return self.event(message, sender, unknown(&full_kind(message), message));
        }
        let number = if system.at("wa_id").is_there() { system.at("wa_id") } else { system.at("new_wa_id") };
        let now = person(number, system.at("user_id"), self.change.contacts());
        let Some(contact) = now.contact else {
            return self.event(message, sender, unknown(&full_kind(message), message));
        };
        let former =
            [system.at("previous_user_id"), system.at("customer"), message.at("from_user_id"), message.at("from")];
        let is_new =
            |id: &str| contact.user_id() == Some(id) || contact.phone() == Some(id.trim_start_matches('+'));
        let previous = former.into_iter().filter_map(Node::word).find(|id| !is_new(id)).map(Cow::into_owned);
        let who = Person { contact: Some(contact), name: now.name.or(sender.name) };
        self.event(message, who, EventBody::ContactChanged { previous })
    }

    /// What a person of the shop did in the WhatsApp Business app.
    fn echo(&self, echo: Node<'a>) -> ChannelEvent {
        let own = self.change.display_number();
        // An echo has been seen with its two numbers the other way round (pywa's sample of an edit).
        let reversed = own.is_some() && echo.at("to").word() == own;
        let (number, user_id) = if reversed { ("from", "from_user_id") } else { ("to", "to_user_id") };
        let who = person(echo.at(number), echo.at(user_id), self.change.contacts());
        let wrote = |said: Said| EventBody::StaffWrote { text: said.text };
        let body = content::said(echo).filter(|said| said.carrier != Carrier::Unsupported).map(wrote);
        let body = body.unwrap_or_else(|| unknown(&format!("echo.{}", full_kind(echo)), echo));
        self.event(echo, who, body)
    }

    /// What became of a message of ours.
    fn status(&self, status: Node<'a>) -> ChannelEvent {
        let who = person(status.at("recipient_id"), status.at("recipient_user_id"), self.change.contacts());
        let word = status.at("status").word().unwrap_or(Cow::Borrowed("status"));
        let is_payment = status.at("type").word().as_deref() == Some("payment");
        let kind = if is_payment { Cow::Owned(format!("payment.{word}")) } else { word };
        let body = match (report_state(&kind), status.at("id").word()) {
            (Some(state), Some(wire_id)) => EventBody::Report(report(status, state, &wire_id)),
            _ => unknown(&kind, status),
        };
        let mut event = self.event(status, who, body);
        event.external_id = match status.at("id").word() {
            Some(id) => format!("{id}:{kind}"),
            None => self.invented_id(&kind, status),
        };
        event
    }

    /// An event about the number or the account, not about a person.
    fn about_account(&self, kind: &str, what: Node<'a>) -> ChannelEvent {
        ChannelEvent {
            channel_external_id: self.channel.clone(),
            external_id: self.invented_id(kind, what),
            contact: None,
            contact_name: None,
            occurred_at: self.change.time().time().unwrap_or(self.received_at),
            body: unknown(kind, what),
        }
    }

    fn event(&self, what: Node<'a>, who: Person, body: EventBody) -> ChannelEvent {
        ChannelEvent {
            channel_external_id: self.channel.clone(),
            external_id: self.event_id(what, &body),
            contact: who.contact,
            contact_name: who.name,
            occurred_at: what.at("timestamp").time().unwrap_or(self.received_at),
            body,
        }
    }

    /// Meta's id. Should something done to a message carry that message's own id, it gets a suffix, so that it is
    /// not taken for a repeat of the message.
    fn event_id(&self, what: Node<'a>, body: &EventBody) -> String {
        let target = match body {
            EventBody::Unsent { message } | EventBody::Reacted { message, .. } => Some(message),
            EventBody::Said(Said { carrier: Carrier::Edit, reply_to, .. }) => reply_to.as_ref(),
            _ => None,
        };
        match what.at("id").word() {
            Some(id) if target.is_some_and(|target| *target == id) => format!("{id}:{}", full_kind(what)),
            Some(id) => id.into_owned(),
            None => self.invented_id(&full_kind(what), what),
        }
    }

    /// An id for what has none: the same bytes in the same entry give the same id, so a repeat is still dropped.
    fn invented_id(&self, kind: &str, what: Node<'a>) -> String {
        let write = |node: Node<'a>| node.value().map(Value::to_string).unwrap_or_default();
        let canonical = format!("{}\n{}\n{}", self.channel, write(self.change.time()), write(what));
        format!("{kind}:{}", Fingerprint::of(canonical.as_bytes()))
    }
}

/// Content that Meta itself kept back, with an error in its place: the shopper said something and waits.
fn withheld(message: Node<'_>) -> Option<EventBody> {
    message.at("errors").is_there().then(|| {
        EventBody::Said(Said {
            text: String::new(),
            unsent: false,
            pressed: None,
            carrier: Carrier::Unsupported,
            reply_to: message.at("context").at("id").word().map(Cow::into_owned),
            media: None,
            about: None,
        })
    })
}

fn reaction(reaction: Node<'_>) -> Option<EventBody> {
    let message = reaction.at("message_id").word()?.into_owned();
    let emoji = reaction.at("emoji").word().map(|emoji| json::masked(&emoji));
    Some(EventBody::Reacted { message, emoji })
}

fn revoke(revoke: Node<'_>) -> Option<EventBody> {
    let message = revoke.at("original_message_id").word()?.into_owned();
    Some(EventBody::Unsent { message })
}

fn report_state(status: &str) -> Option<ReportState> {
    match status {
        "sent" => Some(ReportState::Sent),
        "delivered" => Some(ReportState::Delivered),
        "read" | "played" => Some(ReportState::Read),
        "failed" => Some(ReportState::Failed),
        _ => None,
    }
}

fn report(status: Node<'_>, state: ReportState, wire_id: &str) -> DeliveryReport {
    let error = GraphError::read(status.at("errors").first());
    DeliveryReport {
        wire_id: wire_id.to_owned(),
        message: status.at("biz_opaque_callback_data").word().map(Cow::into_owned),
        state,
        error_code: error.code,
        error: error.words,
    }
}

fn unknown(kind: &str, what: Node<'_>) -> EventBody {
    let raw = what.value().map_or(Value::Null, |value| masked_document(value, MACHINE_MADE));
    EventBody::Unknown { kind: kind.to_owned(), raw }
}

/// `system.customer_identity_changed`, `interactive.payment_method`, `poll`.
fn full_kind(message: Node<'_>) -> String {
    let kind = message.at("type").word().unwrap_or(Cow::Borrowed("message"));
    match message.at(&kind).at("type").word() {
        Some(inner) => format!("{kind}.{inner}"),
        None => kind.into_owned(),
    }
}

#[cfg(test)]
mod tests;
