//! What the Graph API accepts on `POST /{phone_number_id}/messages`, by Meta's documented limits.
//!
//! Meta does not say in which unit it counts; UTF-16 units are counted here, the strictest plausible reading
//! short of bytes. Interactive messages are in [`crate::sandbox::graph::interactive`].

use serde_json::{Map, Value};
use url::Url;

use crate::sandbox::graph::errors::GraphError;
use crate::sandbox::graph::interactive;
use crate::sandbox::phone::chat::Content;

/// A request that Meta would accept.
#[derive(Debug, PartialEq)]
pub enum Accepted {
    /// A message to deliver.
    Message(Outgoing),
    /// The shop has read up to this message, and perhaps is typing.
    Read {
        /// The shopper's message.
        message: String,
        /// Whether to show typing.
        typing: bool,
    },
}

/// A message to deliver.
#[derive(Debug, PartialEq)]
pub struct Outgoing {
    /// To whom, as written.
    pub to: Address,
    /// What to do.
    pub action: Action,
    /// The message it answers.
    pub reply_to: Option<String>,
    /// `biz_opaque_callback_data`.
    pub callback_data: Option<String>,
}

/// What a message does.
#[derive(Debug, PartialEq)]
pub enum Action {
    /// Shows something new.
    Show(Content),
    /// Puts an emoji on a message; `None` takes it away.
    React {
        /// The shopper's message.
        message: String,
        /// The emoji.
        emoji: Option<String>,
    },
}

/// To whom a message goes.
#[derive(Debug, PartialEq, Eq)]
pub enum Address {
    /// A phone number, as written in `to`.
    Phone(String),
    /// A business-scoped user id, from `recipient`.
    UserId(String),
}

/// Reads a request body.
///
/// # Errors
/// What Meta would answer.
pub fn request(body: &Value) -> Result<Accepted, GraphError> {
    let fields = body.as_object().ok_or_else(|| GraphError::parameter("Invalid JSON payload."))?;
    match text_of(fields, "messaging_product") {
        Some("whatsapp") => {}
        Some(_) => return Err(GraphError::parameter("Param messaging_product must be one of {WHATSAPP}.")),
        None => return Err(GraphError::parameter("The parameter messaging_product is required.")),
    }
    if fields.contains_key("status") {
        return status(fields);
    }
    message(fields).map(Accepted::Message)
}

fn status(fields: &Map<String, Value>) -> Result<Accepted, GraphError> {
    only(fields, "", &["messaging_product", "status", "message_id", "typing_indicator"])?;
    if text_of(fields, "status") != Some("read") {
        return Err(GraphError::parameter("Param status must be one of {READ}."));
    }
    let message = required(fields, "message_id", "status")?.to_owned();
    let typing = match fields.get("typing_indicator") {
        None => false,
        Some(indicator) if indicator["type"] == "text" => true,
        Some(_) => return Err(GraphError::value("typing_indicator.type must be text")),
    };
    Ok(Accepted::Read { message, typing })
}

const KINDS: [&str; 11] = [
    "text",
    "image",
    "interactive",
    "reaction",
    "template",
    "audio",
    "video",
    "document",
    "sticker",
    "location",
    "contacts",
];

fn message(fields: &Map<String, Value>) -> Result<Outgoing, GraphError> {
    let kind = text_of(fields, "type").unwrap_or("text");
    if !KINDS.contains(&kind) {
        let kinds = KINDS.map(str::to_uppercase).join(", ");
        return Err(GraphError::parameter(format!("Param type must be one of {{{kinds}}}.")));
    }
    let around =
        ["messaging_product", "recipient_type", "to", "recipient", "type", "context", "biz_opaque_callback_data"];
    let allowed: Vec<&str> = around.into_iter().chain([kind]).collect();
    only(fields, "", &allowed)?;
    if text_of(fields, "recipient_type").is_some_and(|kind| kind != "individual") {
        return Err(GraphError::parameter("Param recipient_type must be one of {INDIVIDUAL}."));
    }
    let to = address(fields)?;
    let callback_data = optional(fields, "biz_opaque_callback_data", "", 512)?;
    let reply_to = match fields.get("context") {
        None => None,
        Some(context) => Some(required(object(context, "context")?, "message_id", "context")?.to_owned()),
    };
    let held = fields
        .get(kind)
        .ok_or_else(|| GraphError::missing(format!("Parameter '{kind}' is mandatory for type '{kind}'")))?;
    let action = action(kind, object(held, kind)?)?;
    Ok(Outgoing { to, action, reply_to, callback_data })
}

fn action(kind: &str, held: &Map<String, Value>) -> Result<Action, GraphError> {
    match kind {
        "text" => text(held).map(Action::Show),
        "image" => image(held).map(Action::Show),
        "interactive" => interactive::content(held).map(Action::Show),
        "reaction" => reaction(held),
        "template" => Err(GraphError {
            details: Some("The sandbox's account has no approved templates.".to_owned()),
            ..GraphError::of(132_001)
        }),
        other => Err(GraphError {
            details: Some(format!("The sandbox does not show messages of type '{other}'.")),
            ..GraphError::of(131_051)
        }),
    }
}

fn address(fields: &Map<String, Value>) -> Result<Address, GraphError> {
    if let Some(to) = fields.get("to") {
        let written = to.as_str().unwrap_or_default();
        let digits: String = written.chars().filter(|c| !matches!(c, '+' | ' ' | '-' | '(' | ')')).collect();
        let is_phone = (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        return if is_phone {
            Ok(Address::Phone(written.to_owned()))
        } else {
            Err(GraphError::value("Recipient phone number is not valid"))
        };
    }
    let Some(recipient) = text_of(fields, "recipient") else {
        return Err(GraphError::parameter("The parameter to is required."));
    };
    let is_user_id = recipient.split_once('.').is_some_and(|(country, id)| {
        country.len() == 2
            && country.bytes().all(|byte| byte.is_ascii_uppercase())
            && (1..=128).contains(&id.len())
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
    });
    if is_user_id {
        Ok(Address::UserId(recipient.to_owned()))
    } else {
        Err(GraphError::value("Recipient user id is not valid"))
    }
}

fn text(held: &Map<String, Value>) -> Result<Content, GraphError> {
    only(held, "text", &["body", "preview_url"])?;
    if held.get("preview_url").is_some_and(|preview| !preview.is_boolean()) {
        return Err(GraphError::parameter("Param text['preview_url'] must be a boolean."));
    }
    let body = required(held, "body", "text")?;
    if length(body) > 4096 {
        return Err(GraphError::parameter("Param text['body'] must be at most 4096 characters long."));
    }
    Ok(Content::Text { body: body.to_owned() })
}

fn image(held: &Map<String, Value>) -> Result<Content, GraphError> {
    only(held, "image", &["link", "id", "caption"])?;
    let caption = optional(held, "caption", "image", 1024)?;
    let url = picture(held, "image")?;
    Ok(Content::Picture { url, caption })
}

/// The address of a picture given by link. Pictures uploaded before (`id`) are not modelled.
pub fn picture(held: &Map<String, Value>, place: &str) -> Result<String, GraphError> {
    match (text_of(held, "link"), held.contains_key("id")) {
        (Some(_), true) => Err(GraphError::parameter(format!("Only one of id and link may be given in {place}."))),
        (Some(link), false) if is_web_address(link) => Ok(link.to_owned()),
        (Some(_), false) => Err(GraphError::parameter(format!("Param {place}['link'] is not a valid URL."))),
        (None, true) => Err(GraphError::value(format!("{place}: the sandbox holds no uploaded media of this id"))),
        (None, false) => Err(GraphError::missing(format!("{place}: one of id and link is required"))),
    }
}

/// Whether a picture's address ends as one of a kind that Meta does not take: it takes JPEG and PNG, accepts a link to
/// anything, and reports the failure later. What an address does not tell (type, size) is not looked at.
pub fn is_of_another_kind(link: &str) -> bool {
    let Ok(link) = Url::parse(link) else { return false };
    let extension = link.path().rsplit('/').next().and_then(|file| file.rsplit_once('.')).map(|(_, end)| end);
    extension.is_some_and(|end| {
        ["webp", "gif", "svg", "avif", "heic", "heif", "bmp", "tif", "tiff"]
            .iter()
            .any(|kind| end.eq_ignore_ascii_case(kind))
    })
}

fn reaction(held: &Map<String, Value>) -> Result<Action, GraphError> {
    only(held, "reaction", &["message_id", "emoji"])?;
    let message = required(held, "message_id", "reaction")?.to_owned();
    let emoji = text_of(held, "emoji").unwrap_or_default();
    // One emoji of several code points still fits; words do not.
    if length(emoji) > 16 || emoji.chars().any(|c| c.is_ascii_alphanumeric()) {
        return Err(GraphError::value("reaction.emoji must be one emoji"));
    }
    Ok(Action::React { message, emoji: (!emoji.is_empty()).then(|| emoji.to_owned()) })
}

/// How long Meta takes a text to be.
pub fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Whether it is an absolute http or https address.
pub fn is_web_address(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// The text under a key, if it is text.
pub fn text_of<'a>(fields: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    fields.get(key).and_then(Value::as_str)
}

/// The text under a key that must hold some.
pub fn required<'a>(fields: &'a Map<String, Value>, key: &str, place: &str) -> Result<&'a str, GraphError> {
    let found = text_of(fields, key).filter(|text| !text.trim().is_empty());
    found.ok_or_else(|| GraphError::missing(format!("{place}['{key}'] is required and must not be empty")))
}

/// The text under a key that may be missing but not longer than `max`.
pub fn optional(
    fields: &Map<String, Value>,
    key: &str,
    place: &str,
    max: usize,
) -> Result<Option<String>, GraphError> {
    match fields.get(key) {
        None => Ok(None),
        Some(Value::String(text)) if (1..=max).contains(&length(text)) => Ok(Some(text.clone())),
        Some(_) => Err(bounds(&format!("{place} {key}"), max)),
    }
}

/// The text under a key that must hold some, but not more than `max`.
pub fn bounded(fields: &Map<String, Value>, key: &str, place: &str, max: usize) -> Result<String, GraphError> {
    let text = required(fields, key, place)?;
    if length(text) <= max { Ok(text.to_owned()) } else { Err(bounds(&format!("{place} {key}"), max)) }
}

fn bounds(what: &str, max: usize) -> GraphError {
    GraphError::value(format!("{} length invalid. Min length: 1, Max length: {max}", what.trim()))
}

/// The fields of a nested object.
pub fn object<'a>(value: &'a Value, place: &str) -> Result<&'a Map<String, Value>, GraphError> {
    value.as_object().ok_or_else(|| GraphError::parameter(format!("Param {place} must be a JSON object.")))
}

/// Refuses keys that Meta does not know here.
pub fn only(fields: &Map<String, Value>, place: &str, allowed: &[&str]) -> Result<(), GraphError> {
    match fields.keys().find(|key| !allowed.contains(&key.as_str())) {
        None => Ok(()),
        Some(key) if place.is_empty() => Err(GraphError::parameter(format!("Unexpected key \"{key}\"."))),
        Some(key) => Err(GraphError::parameter(format!("Unexpected key \"{key}\" on param \"{place}\"."))),
    }
}
