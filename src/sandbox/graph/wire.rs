//! Meta's JSON: webhooks that come from WhatsApp, and answers of the Graph API.

use serde_json::{Value, json};

use crate::base::clock::Time;
use crate::sandbox::graph::errors::GraphError;
use crate::sandbox::graph::media::Media;
use crate::sandbox::phone::shopper::{Shopper, Shown};
use crate::sandbox::settings::SandboxNumber;
use crate::sandbox::tokens;

/// A shopper as one shop sees them.
#[derive(Clone, Debug)]
pub struct Contact {
    name: String,
    phone: Option<String>,
    user_id: Option<String>,
    username: Option<String>,
}

impl Contact {
    /// What this shop sees of the shopper.
    pub fn of(shopper: &Shopper, number: &SandboxNumber) -> Self {
        Self {
            name: shopper.name.clone(),
            phone: (shopper.shown == Shown::PhoneAndUserId).then(|| shopper.phone.clone()),
            user_id: Some(shopper.user_id(&number.shop_slug)),
            username: shopper.username(),
        }
    }

    /// Somebody who never wrote: only the number that was sent to.
    pub fn stranger(phone: &str) -> Self {
        let phone = phone.chars().filter(char::is_ascii_digit).collect();
        Self { name: String::new(), phone: Some(phone), user_id: None, username: None }
    }

    fn in_webhook(&self) -> Value {
        let mut contact = json!({"profile": {"name": self.name}});
        put(&mut contact["profile"], "username", self.username.as_ref());
        put(&mut contact, "wa_id", self.phone.as_ref());
        put(&mut contact, "user_id", self.user_id.as_ref());
        contact
    }

    /// The entry in `contacts` of the answer to a send.
    pub fn in_answer(&self, input: &str, addressed_by_user_id: bool) -> Value {
        let mut contact = json!({"input": input});
        if !addressed_by_user_id {
            put(&mut contact, "wa_id", self.phone.as_ref());
        }
        put(&mut contact, "user_id", self.user_id.as_ref());
        contact
    }
}

/// The answer to an accepted message.
pub fn accepted(contact: &Value, id: &str) -> Value {
    json!({"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": id}]})
}

/// A webhook with one shopper's message. `held` is the part named like its type.
pub fn message(number: &SandboxNumber, contact: &Contact, frame: &Frame<'_>, held: Option<Value>) -> Value {
    let mut message = json!({"id": frame.id, "timestamp": seconds(frame.at), "type": frame.kind});
    put(&mut message, "from", contact.phone.as_ref());
    put(&mut message, "from_user_id", contact.user_id.as_ref());
    if let Some(answered) = frame.answers {
        message["context"] = json!({"from": plain_number(number), "id": answered});
    }
    if let Some(held) = held {
        message[frame.kind] = held;
    } else {
        let error = GraphError::of(131_051);
        message["errors"] = json!([{
            "code": error.code,
            "title": "Message type unknown",
            "message": "Message type unknown",
            "error_data": {"details": error.details},
        }]);
    }
    webhook(number, json!({"contacts": [contact.in_webhook()], "messages": [message]}))
}

/// What every message of a shopper has.
pub struct Frame<'a> {
    /// Its id.
    pub id: &'a str,
    /// When it was sent.
    pub at: Time,
    /// Its type.
    pub kind: &'a str,
    /// The message it answers.
    pub answers: Option<&'a str>,
}

/// A picture in a shopper's message.
pub fn image(media: &Media, url: &str, caption: Option<&str>) -> Value {
    let mut image =
        json!({"id": media.id, "mime_type": media.mime_type, "sha256": media.sha256_base64(), "url": url});
    put(&mut image, "caption", caption.map(str::to_owned).as_ref());
    image
}

/// What a status says.
pub enum Status<'a> {
    Sent,
    Delivered,
    Read,
    Failed(&'a GraphError),
}

impl Status<'_> {
    /// Meta's word.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Failed(_) => "failed",
        }
    }
}

/// A webhook with one status of one of the shop's messages.
pub fn status(
    number: &SandboxNumber,
    contact: &Contact,
    (id, callback_data): (&str, Option<&str>),
    status: &Status<'_>,
    at: Time,
) -> Value {
    let mut entry = json!({"id": id, "status": status.word(), "timestamp": seconds(at)});
    put(&mut entry, "recipient_id", contact.phone.as_ref());
    put(&mut entry, "recipient_user_id", contact.user_id.as_ref());
    put(&mut entry, "biz_opaque_callback_data", callback_data.map(str::to_owned).as_ref());
    if let Status::Failed(error) = status {
        entry["errors"] = json!([error.in_status()]);
    } else {
        entry["pricing"] = json!({
            "billable": false,
            "pricing_model": "PMP",
            "type": "free_customer_service",
            "category": "service",
        });
    }
    let mut value = json!({"statuses": [entry]});
    if matches!(status, Status::Delivered | Status::Read) && !contact.name.is_empty() {
        value["contacts"] = json!([contact.in_webhook()]);
    }
    webhook(number, value)
}

fn webhook(number: &SandboxNumber, mut value: Value) -> Value {
    value["messaging_product"] = json!("whatsapp");
    value["metadata"] =
        json!({"display_phone_number": plain_number(number), "phone_number_id": number.phone_number_id});
    let account = tokens::digits_of(&number.shop_slug, 15);
    json!({
        "object": "whatsapp_business_account",
        "entry": [{"id": account, "changes": [{"value": value, "field": "messages"}]}],
    })
}

/// The business number, digits only.
pub fn plain_number(number: &SandboxNumber) -> String {
    number.display_number.chars().filter(char::is_ascii_digit).collect()
}

/// Meta's timestamps are texts.
fn seconds(at: Time) -> String {
    at.timestamp().to_string()
}

fn put(value: &mut Value, key: &str, text: Option<&String>) {
    if let Some(text) = text {
        value[key] = json!(text);
    }
}
