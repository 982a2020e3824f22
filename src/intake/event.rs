//! Events as they are kept: what a channel or Stripe told us, in our words.

use serde::{Deserialize, Serialize};

use crate::base::clock::Time;
use crate::base::contact::ContactPoint;
use crate::checkout::notice::PaymentNotice;

/// An event of a channel, understood but not yet tied to a merchant: its route says whose it is.
#[derive(Clone, Debug, PartialEq)]
pub struct ChannelEvent {
    /// The channel's id of the number or account that received it: WhatsApp's phone-number id.
    pub channel_external_id: String,
    /// The channel's id of the event, made unique per kind: `wamid…` for a message, `wamid…:delivered` for a
    /// report. A repeat of the same id is dropped.
    pub external_id: String,
    /// Who it is about; `None` for events about the account itself.
    pub contact: Option<ContactPoint>,
    /// The person's name as the channel gives it.
    pub contact_name: Option<String>,
    /// When it happened, by the channel's clock.
    pub occurred_at: Time,
    /// What happened.
    pub body: EventBody,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "event")]
pub enum EventBody {
    /// The shopper said something.
    Said(Said),
    /// The shopper took something back: its content is deleted.
    Unsent {
        /// The channel's id of the message taken back.
        message: String,
    },
    /// The shopper put an emoji on a message, or took it off. Opens no turn.
    Reacted {
        /// The channel's id of the message.
        message: String,
        /// The emoji; `None` when taken off.
        emoji: Option<String>,
    },
    /// What became of a message of ours.
    Report(DeliveryReport),
    /// A person of the shop wrote to the shopper outside Trato (in the WhatsApp Business app): the conversation is
    /// theirs from the commit of this event on (a trigger of `intake` sees to it).
    StaffWrote {
        /// The words.
        text: String,
    },
    /// The person's id on the channel changed.
    ContactChanged {
        /// The id or number it replaces, when known.
        previous: Option<String>,
    },
    /// A payment notice of Stripe's.
    Payment(PaymentNotice),
    /// Signed and well-formed, but of a kind we do nothing with; the raw object, card numbers masked.
    Unknown {
        /// The kind as the sender names it.
        kind: String,
        /// The raw object.
        raw: serde_json::Value,
    },
}

impl EventBody {
    /// The word kept in the `kind` column.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Said(_) => "said",
            Self::Unsent { .. } => "unsent",
            Self::Reacted { .. } => "reacted",
            Self::Report(_) => "report",
            Self::StaffWrote { .. } => "staff_wrote",
            Self::ContactChanged { .. } => "contact_changed",
            Self::Payment(_) => "payment",
            Self::Unknown { .. } => "unknown",
        }
    }
}

/// Something a shopper said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The words, card numbers masked (an empty text when there were none).
    pub text: String,
    /// Whether the shopper has taken it back: nothing of it is kept, and nobody answers it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unsent: bool,
    /// The id of the button or list row of ours that was pressed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pressed: Option<String>,
    /// What kind of message carried it.
    pub carrier: Carrier,
    /// The channel's id of the message this answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// The channel's id of the media that came with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media: Option<String>,
    /// What it was said about, when the channel tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<About>,
}

/// What the shopper had before them when they wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// A product of the channel's own catalog.
    Product {
        /// The shop's id of it there.
        id: String,
    },
    /// An advertisement of the shop's that led them here.
    Ad {
        /// Its title.
        headline: String,
        /// What it says.
        body: String,
    },
}

/// What kind of message carried what was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Carrier {
    /// Words.
    Text,
    /// A button or list row of ours was pressed.
    Press,
    /// A picture.
    Image,
    /// A recording.
    Audio,
    /// A video.
    Video,
    /// A file.
    Document,
    /// A sticker.
    Sticker,
    /// A place; the text is its name and address or coordinates.
    Location,
    /// Contact cards; the text is their names.
    Contact,
    /// A cart from the channel's own catalog; the text lists ids and quantities, never the client's prices.
    Order,
    /// A filled form; the text is its answers as JSON.
    Form,
    /// The sender edited an earlier message; the text is the new one.
    Edit,
    /// Something the channel does not pass on.
    Unsupported,
}

/// What became of a message of ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryReport {
    /// The channel's id of our message.
    pub wire_id: String,
    /// Our own id, when the channel gave it back (`biz_opaque_callback_data`).
    pub message: Option<String>,
    /// What became of it.
    pub state: ReportState,
    /// The channel's error code, for `Failed`.
    pub error_code: Option<i32>,
    /// The channel's words for it.
    pub error: Option<String>,
}

/// What became of a message, from the channel's point of view. A lattice: a later state never goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportState {
    /// The channel took it.
    Sent,
    /// It reached the phone.
    Delivered,
    /// It was read (or played).
    Read,
    /// It will not be delivered.
    Failed,
}
