//! What a shopper does on the phone, and the webhook that Meta makes of it.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::sandbox::control::error::ControlError;
use crate::sandbox::faults::Service;
use crate::sandbox::graph::wire::{self, Contact, Frame};
use crate::sandbox::phone::chat::{ChatEntry, Content, Progress, ShopperMessage, Side};
use crate::sandbox::phone::chats::{ChatKey, Chats};
use crate::sandbox::settings::SandboxNumber;
use crate::sandbox::tokens;
use crate::sandbox::webhooks::meta_json;
use crate::sandbox::webhooks::postman::Envelope;
use crate::sandbox::world::{World, lock};

/// What Meta's webhook says of a message.
struct Told {
    kind: &'static str,
    held: Option<Value>,
    answers: Option<String>,
    /// What the chat shows; a reaction shows no message of its own.
    shown: Option<Content>,
}

/// Lets a shopper do something; gives Meta's id of it. The webhook is on its way when this returns.
///
/// # Errors
/// When it names something that is not there.
pub fn receive(
    world: &Arc<World>,
    number: &SandboxNumber,
    key: &ChatKey,
    done: ShopperMessage,
) -> Result<String, ControlError> {
    let id = tokens::wamid();
    let at = world.clock.now();
    let (told, contact) = {
        let mut chats = lock(&world.chats);
        let contact = Contact::of(chats.shopper(key.shopper, number.locale), number);
        let told = tell(world, &mut chats, key, done)?;
        if let Some(content) = told.shown.clone() {
            let entry = ChatEntry {
                id: id.clone(),
                at,
                from: Side::Shopper,
                content,
                reply_to: told.answers.clone(),
                progress: Progress::Sent,
                shop_reaction: None,
                shopper_reaction: None,
                callback_data: None,
            };
            chats.add(key, entry.clone());
            world.show(key, [entry]);
        }
        (told, contact)
    };
    let frame = Frame { id: &id, at, kind: told.kind, answers: told.answers.as_deref() };
    let body = meta_json::written(&wire::message(number, &contact, &frame, told.held));
    let envelope = Envelope {
        service: Service::Graph,
        kind: format!("messages.{}", told.kind),
        url: world.app("/hooks/whatsapp"),
        body,
        secret: world.whatsapp_app_secret.clone(),
        after: world.timings.webhook_delay,
        on_accepted: Some(tick_when_accepted(world, key, &id)),
    };
    world.postman.carry(&format!("messages/{}/{}", key.phone_number_id, key.shopper), vec![envelope]);
    Ok(id)
}

/// The second tick: the server under test has the message.
fn tick_when_accepted(world: &Arc<World>, key: &ChatKey, id: &str) -> Box<dyn FnOnce() + Send + Sync> {
    let (world, key, id) = (Arc::downgrade(world), key.clone(), id.to_owned());
    Box::new(move || {
        if let Some(world) = world.upgrade() {
            let moved = lock(&world.chats).advance(&key, &id, Progress::Delivered);
            world.show(&key, moved);
        }
    })
}

fn tell(world: &World, chats: &mut Chats, key: &ChatKey, done: ShopperMessage) -> Result<Told, ControlError> {
    match done {
        ShopperMessage::Text { body, .. } if body.trim().is_empty() => Err(ControlError::NothingWritten),
        ShopperMessage::Text { body, reply_to } => Ok(Told {
            kind: "text",
            held: Some(json!({"body": body})),
            answers: reply_to,
            shown: Some(Content::Text { body }),
        }),
        ShopperMessage::Press { message, choice } => pressed(chats, key, message, &choice),
        ShopperMessage::Picture { media, caption } => pictured(world, &media, caption),
        ShopperMessage::Location { latitude, longitude, name, address } => {
            let mut held = json!({"latitude": latitude, "longitude": longitude});
            for (field, text) in [("name", &name), ("address", &address)] {
                if let Some(text) = text {
                    held[field] = json!(text);
                }
            }
            let shown = Some(Content::Location { latitude, longitude, name, address });
            Ok(Told { kind: "location", held: Some(held), answers: None, shown })
        }
        ShopperMessage::React { message, emoji } => reacted(world, chats, key, &message, emoji),
        ShopperMessage::Unsupported => {
            Ok(Told { kind: "unsupported", held: None, answers: None, shown: Some(Content::Unsupported) })
        }
    }
}

fn pressed(chats: &Chats, key: &ChatKey, message: String, choice: &str) -> Result<Told, ControlError> {
    let entry = chats.entry(key, &message).ok_or(ControlError::NoSuchMessage)?;
    let (choices, in_list) = entry.content.choices();
    let found = choices.into_iter().find(|known| known.id == choice).ok_or(ControlError::NoSuchChoice)?.clone();
    let kind = if in_list { "list_reply" } else { "button_reply" };
    let mut reply = json!({"id": found.id, "title": found.title});
    if let Some(description) = &found.description {
        reply["description"] = json!(description);
    }
    let held = Some(json!({"type": kind, kind: reply}));
    let (id, title, description) = (found.id, found.title, found.description);
    let shown = Some(Content::Pressed { id, title, description, in_list });
    Ok(Told { kind: "interactive", held, answers: Some(message), shown })
}

fn pictured(world: &World, media: &str, caption: Option<String>) -> Result<Told, ControlError> {
    let media = lock(&world.media).get(media).ok_or(ControlError::NoSuchMedia)?;
    let fetched_from = format!("{}/media/{}", world.base_url, media.id);
    let held = Some(wire::image(&media, &fetched_from, caption.as_deref()));
    let shown = Some(Content::Picture { url: format!("/_control/media/{}", media.id), caption });
    Ok(Told { kind: "image", held, answers: None, shown })
}

fn reacted(
    world: &World,
    chats: &mut Chats,
    key: &ChatKey,
    message: &str,
    emoji: Option<String>,
) -> Result<Told, ControlError> {
    let changed = chats.change(key, message, |entry| entry.shopper_reaction.clone_from(&emoji));
    world.show(key, [changed.ok_or(ControlError::NoSuchMessage)?]);
    // A reaction taken away comes without the key; some payloads have it empty instead.
    let mut held = json!({"message_id": message});
    if let Some(emoji) = emoji {
        held["emoji"] = json!(emoji);
    }
    Ok(Told { kind: "reaction", held: Some(held), answers: None, shown: None })
}
