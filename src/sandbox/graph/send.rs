//! What Meta does with a request it accepts: shows the message on the phone and reports how far it got.

use std::sync::Arc;

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::sandbox::faults::{Fault, Service};
use crate::sandbox::graph::check::{self, Accepted, Action, Address, Outgoing};
use crate::sandbox::graph::errors::GraphError;
use crate::sandbox::graph::wire::{self, Contact, Status};
use crate::sandbox::phone::chat::{ChatEntry, Content, Header, Progress, Side};
use crate::sandbox::phone::chats::ChatKey;
use crate::sandbox::settings::SandboxNumber;
use crate::sandbox::tokens;
use crate::sandbox::webhooks::meta_json;
use crate::sandbox::webhooks::postman::Envelope;
use crate::sandbox::world::{Live, News, World, lock};

/// Does what was asked; gives the answer.
///
/// # Errors
/// When it names something that is not there.
pub fn carry_out(world: &Arc<World>, number: &SandboxNumber, request: Accepted) -> Result<Value, GraphError> {
    match request {
        Accepted::Read { message, typing } => read(world, number, &message, typing),
        Accepted::Message(outgoing) => message(world, number, &outgoing),
    }
}

/// Typing is shown until the reply, but no longer than this (Meta, "Typing indicators").
const TYPING: TimeDelta = TimeDelta::seconds(25);

fn read(world: &World, number: &SandboxNumber, message: &str, typing: bool) -> Result<Value, GraphError> {
    let mut chats = lock(&world.chats);
    let key = chats
        .find(&number.phone_number_id, message)
        .ok_or_else(|| GraphError::value("message_id does not name a message this number received"))?;
    let read = chats.read_by_shop(&key, message);
    world.show(&key, read);
    if typing {
        let until = world.clock.now() + TYPING;
        chats.type_until(&key, until);
        let _ = world.live.send(Live { key, news: News::Typing { until } });
    }
    Ok(json!({"success": true}))
}

struct Recipient {
    key: Option<ChatKey>,
    contact: Contact,
    answer: Value,
}

fn message(world: &Arc<World>, number: &SandboxNumber, outgoing: &Outgoing) -> Result<Value, GraphError> {
    let recipient = resolve(world, number, &outgoing.to)?;
    keep_pace(world, number, outgoing)?;
    let id = tokens::wamid();
    let failure = failure(world, &recipient, &outgoing.action);
    if let Some(key) = &recipient.key {
        match (&outgoing.action, &failure) {
            (Action::React { message, emoji }, None) => react(world, key, message, emoji.as_ref())?,
            (Action::React { .. }, Some(_)) => {}
            (Action::Show(content), failure) => {
                show(world, key, &id, (content.clone(), outgoing), failure.as_ref());
            }
        }
    }
    let reported = outgoing.callback_data.as_deref();
    report(world, number, &recipient, (&id, reported), failure.as_ref());
    Ok(wire::accepted(&recipient.answer, &id))
}

fn resolve(world: &World, number: &SandboxNumber, to: &Address) -> Result<Recipient, GraphError> {
    let chats = lock(&world.chats);
    let (shopper, input, by_user_id) = match to {
        Address::Phone(written) => {
            let digits: String = written.chars().filter(char::is_ascii_digit).collect();
            if digits == wire::plain_number(number) {
                return Err(GraphError::of(131_021));
            }
            (chats.by_phone(&digits), written, false)
        }
        Address::UserId(user_id) => (chats.by_user_id(user_id, &number.shop_slug), user_id, true),
    };
    if shopper.is_none() && by_user_id {
        return Err(GraphError::value("recipient is not a user id of this business"));
    }
    let contact = shopper.map_or_else(|| Contact::stranger(input), |shopper| Contact::of(shopper, number));
    let key =
        shopper.map(|shopper| ChatKey { phone_number_id: number.phone_number_id.clone(), shopper: shopper.number });
    let answer = contact.in_answer(input, by_user_id);
    Ok(Recipient { key, contact, answer })
}

/// Refuses what is sent faster to one shopper than Meta lets it.
fn keep_pace(world: &World, number: &SandboxNumber, outgoing: &Outgoing) -> Result<(), GraphError> {
    let recipient = match &outgoing.to {
        Address::Phone(written) => written.chars().filter(char::is_ascii_digit).collect(),
        Address::UserId(user_id) => user_id.clone(),
    };
    let (gap, now) = (world.timings.pair_gap, world.clock.now());
    let allowed = lock(&world.pairs).allow(&number.phone_number_id, &recipient, gap, now);
    if allowed { Ok(()) } else { Err(GraphError::of(131_056)) }
}

/// Why an accepted message will not arrive, if it will not. Somebody who never wrote has no open window.
fn failure(world: &World, recipient: &Recipient, action: &Action) -> Option<GraphError> {
    let now = world.clock.now();
    let open = recipient.key.as_ref().is_some_and(|key| lock(&world.chats).window_is_open(key, now));
    if !open {
        return Some(GraphError::of(131_047));
    }
    if let Action::Show(content) = action
        && picture_of(content).is_some_and(check::is_of_another_kind)
    {
        return Some(GraphError::of(131_053));
    }
    world.draw(|fault| match fault {
        Fault::StatusFailed { code } => Some(GraphError::of(*code)),
        _ => None,
    })
}

/// The picture that a message shows, if it shows one.
const fn picture_of(content: &Content) -> Option<&str> {
    match content {
        Content::Picture { url, .. }
        | Content::Buttons { header: Some(Header::Picture { url }), .. }
        | Content::List { header: Some(Header::Picture { url }), .. }
        | Content::Link { header: Some(Header::Picture { url }), .. } => Some(url.as_str()),
        _ => None,
    }
}

fn react(world: &World, key: &ChatKey, message: &str, emoji: Option<&String>) -> Result<(), GraphError> {
    let changed = lock(&world.chats).change(key, message, |entry| entry.shop_reaction = emoji.cloned());
    let entry = changed.ok_or_else(|| GraphError::value("reaction.message_id names no message of this chat"))?;
    world.show(key, [entry]);
    Ok(())
}

fn show(
    world: &World,
    key: &ChatKey,
    id: &str,
    (content, outgoing): (Content, &Outgoing),
    failure: Option<&GraphError>,
) {
    let entry = ChatEntry {
        id: id.to_owned(),
        at: world.clock.now(),
        from: Side::Shop,
        content,
        reply_to: outgoing.reply_to.clone(),
        progress: failure.map_or(Progress::Delivered, |error| Progress::Failed { code: error.code }),
        shop_reaction: None,
        shopper_reaction: None,
        callback_data: outgoing.callback_data.clone(),
    };
    lock(&world.chats).add(key, entry.clone());
    world.show(key, [entry]);
}

fn report(
    world: &World,
    number: &SandboxNumber,
    recipient: &Recipient,
    message: (&str, Option<&str>),
    failure: Option<&GraphError>,
) {
    let statuses = match failure {
        Some(error) => vec![Status::Failed(error)],
        None => vec![Status::Sent, Status::Delivered],
    };
    let envelopes =
        statuses.iter().map(|status| envelope(world, number, &recipient.contact, message, status)).collect();
    let chat = recipient.key.as_ref().map_or(0, |key| key.shopper);
    world.postman.carry(&lane(number, chat), envelopes);
}

/// Reports to the shop that the shopper has seen these messages.
pub fn report_read(world: &World, number: &SandboxNumber, contact: &Contact, shopper: u32, read: &[ChatEntry]) {
    let envelope = |entry: &ChatEntry| {
        let message = (entry.id.as_str(), entry.callback_data.as_deref());
        envelope(world, number, contact, message, &Status::Read)
    };
    for entry in read {
        world.postman.carry(&lane(number, shopper), vec![envelope(entry)]);
    }
}

fn lane(number: &SandboxNumber, shopper: u32) -> String {
    format!("statuses/{}/{shopper}", number.phone_number_id)
}

fn envelope(
    world: &World,
    number: &SandboxNumber,
    contact: &Contact,
    message: (&str, Option<&str>),
    status: &Status<'_>,
) -> Envelope {
    let body = wire::status(number, contact, message, status, world.clock.now());
    Envelope {
        service: Service::Graph,
        kind: format!("statuses.{}", status.word()),
        url: world.app("/hooks/whatsapp"),
        body: meta_json::written(&body),
        secret: world.whatsapp_app_secret.clone(),
        after: world.timings.status_delay,
        on_accepted: None,
    }
}
