//! What a message says: each kind of Meta's as [`Said`], card numbers masked before anybody keeps them.
//!
//! Owns the reading of message kinds. Who wrote it and what becomes of it is not decided here.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde_json::Value;

use crate::base::json::{Node, masked, masked_document};
use crate::channels::whatsapp::wire::MACHINE_MADE;
use crate::intake::event::{About, Carrier, Said};

/// A retailer's id has at most a hundred characters at Meta.
const PRODUCT_ID_MAX: usize = 100;
/// So much of an advertisement is enough to know what it is about.
const AD_CHARACTERS_MAX: usize = 500;

/// What the message says, or `None` for a kind we do not know or one without its content.
pub fn said(message: Node<'_>) -> Option<Said> {
    let kind = message.at("type").word()?;
    let body = message.at(&kind);
    let mut said = match &*kind {
        "text" => words(body.at("body").text()?.as_ref(), Carrier::Text),
        "image" => media(body, Carrier::Image)?,
        "audio" => media(body, Carrier::Audio)?,
        "video" => media(body, Carrier::Video)?,
        "document" => media(body, Carrier::Document)?,
        "sticker" => media(body, Carrier::Sticker)?,
        "location" => words(&place(body)?, Carrier::Location),
        "contacts" => words(&names(body)?, Carrier::Contact),
        "interactive" => interactive(body)?,
        "button" => press(body.at("payload"), body.at("text"))?,
        "order" => Said { text: order(body)?, ..words("", Carrier::Order) },
        "edit" => edit(body)?,
        "unsupported" => words("", Carrier::Unsupported),
        _ => return None,
    };
    if said.reply_to.is_none() {
        said.reply_to = message.at("context").at("id").word().map(Cow::into_owned);
    }
    said.about = about(message);
    Some(said)
}

/// The product card or the advertisement that the message answers. Ids of products are the shop's own: not masked.
fn about(message: Node<'_>) -> Option<About> {
    if let Some(id) = message.at("context").at("referred_product").at("product_retailer_id").word() {
        let id: String = id.chars().filter(|character| !character.is_control()).take(PRODUCT_ID_MAX).collect();
        return (!id.trim().is_empty()).then_some(About::Product { id });
    }
    let referral = message.at("referral");
    let part = |name: &str| {
        let text = referral.at(name).text().unwrap_or_default();
        masked(text.trim()).chars().take(AD_CHARACTERS_MAX).collect::<String>()
    };
    let (headline, body) = (part("headline"), part("body"));
    (!headline.is_empty() || !body.is_empty()).then_some(About::Ad { headline, body })
}

/// Words typed by a person.
fn words(text: &str, carrier: Carrier) -> Said {
    Said { text: masked(text), unsent: false, pressed: None, carrier, reply_to: None, media: None, about: None }
}

fn media(body: Node<'_>, carrier: Carrier) -> Option<Said> {
    if !body.value().is_some_and(Value::is_object) {
        return None;
    }
    let caption = body.at("caption").text().unwrap_or_default();
    let media = body.at("id").word().map(Cow::into_owned);
    Some(Said { media, ..words(&caption, carrier) })
}

fn place(body: Node<'_>) -> Option<String> {
    let named: Vec<_> = [body.at("name"), body.at("address")].into_iter().filter_map(Node::word).collect();
    if named.is_empty() {
        return Some(format!("{}, {}", body.at("latitude").word()?, body.at("longitude").word()?));
    }
    Some(named.join(", "))
}

/// The names on the cards; a card without a name (the answer to a request for the phone number) gives its number.
fn names(cards: Node<'_>) -> Option<String> {
    let label = |card: Node<'_>| {
        let name = card.at("name");
        let parts: Vec<_> = ["first_name", "last_name"].into_iter().filter_map(|p| name.at(p).word()).collect();
        let joined = (!parts.is_empty()).then(|| parts.join(" ").into());
        name.at("formatted_name")
            .word()
            .or(joined)
            .or_else(|| card.at("org").at("company").word())
            .or_else(|| card.at("phones").first().at("phone").word())
            .map(Cow::into_owned)
    };
    (cards.items().len() > 0).then(|| cards.items().filter_map(label).collect::<Vec<_>>().join(", "))
}

fn interactive(body: Node<'_>) -> Option<Said> {
    let kind = body.at("type").word()?;
    let reply = body.at(&kind);
    match &*kind {
        "button_reply" | "list_reply" => press(reply.at("id"), reply.at("title")),
        "nfm_reply" => form(reply.at("response_json")),
        _ => None,
    }
}

fn press(id: Node<'_>, title: Node<'_>) -> Option<Said> {
    let pressed = id.word().map(Cow::into_owned);
    let title = title.text();
    if pressed.is_none() && title.is_none() {
        return None;
    }
    Some(Said { pressed, ..words(&title.unwrap_or_default(), Carrier::Press) })
}

/// The answers come as text that holds JSON; whatever JSON it is, and even when it is none, it is kept as text.
fn form(answers: Node<'_>) -> Option<Said> {
    let text = match answers.value()? {
        Value::String(text) => text.clone(),
        Value::Null => return None,
        other => other.to_string(),
    };
    let safe = serde_json::from_str::<Value>(&text)
        .map_or_else(|_| masked(&text), |parsed| masked_document(&parsed, MACHINE_MADE).to_string());
    Some(Said { text: safe, ..words("", Carrier::Form) })
}

/// The shopper's words, then a line per item. The client's prices are left behind on purpose: they are what a
/// phone claims, and the only price is ours. Item ids are the shop's own, often barcodes: they are not masked.
fn order(body: Node<'_>) -> Option<String> {
    let mut text = body.at("text").word().map(|text| masked(&text)).unwrap_or_default();
    let items = body.at("product_items").items();
    if items.len() == 0 && text.is_empty() {
        return None;
    }
    for item in items {
        let Some(id) = item.at("product_retailer_id").word() else { continue };
        let id: String = id.chars().filter(|character| !character.is_control()).collect();
        let separator = if text.is_empty() { "" } else { "\n" };
        // Writing to a String cannot fail.
        let _ = match item.at("quantity").integer() {
            Some(quantity) => write!(text, "{separator}{quantity} × {id}"),
            None => write!(text, "{separator}{id}"),
        };
    }
    Some(text)
}

/// The new words. `reply_to` names the message they replace.
fn edit(body: Node<'_>) -> Option<Said> {
    let new = body.at("message");
    // An edit of an edit does not exist, and without this rule a nest of them would be walked.
    if new.at("type").word().as_deref() == Some("edit") {
        return None;
    }
    let original = body.at("original_message_id").word().map(Cow::into_owned);
    said(new).map(|said| Said { carrier: Carrier::Edit, reply_to: original, pressed: None, ..said })
}
