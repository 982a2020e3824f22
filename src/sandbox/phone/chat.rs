//! One message in a chat, as the phone shows it, and what a shopper may do.

use serde::{Deserialize, Serialize};

use crate::base::clock::Time;

/// One message in a chat.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ChatEntry {
    /// Meta's id of it.
    pub id: String,
    /// When it was sent.
    pub at: Time,
    /// Who sent it.
    pub from: Side,
    /// What it holds.
    pub content: Content,
    /// The message it answers.
    pub reply_to: Option<String>,
    /// How far it got.
    #[serde(flatten)]
    pub progress: Progress,
    /// The emoji the shop put on it.
    pub shop_reaction: Option<String>,
    /// The emoji the shopper put on it.
    pub shopper_reaction: Option<String>,
    /// What the shop sent along to have it back with the statuses (`biz_opaque_callback_data`).
    pub callback_data: Option<String>,
}

/// Who sent a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The shop, through the Graph API.
    Shop,
    /// The shopper, on the phone.
    Shopper,
}

/// How far a message got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case", tag = "progress")]
pub enum Progress {
    /// It left; for a shopper's message: the server under test has not accepted the webhook yet.
    Sent,
    /// It arrived; for a shopper's message: the webhook was accepted.
    Delivered,
    /// It was read.
    Read,
    /// It will never arrive, and the phone does not show it.
    Failed {
        /// Meta's error code.
        code: u32,
    },
}

/// What a message holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Content {
    /// Words.
    Text {
        /// The words.
        body: String,
    },
    /// A picture.
    Picture {
        /// Where the browser finds it.
        url: String,
        /// The words under it.
        caption: Option<String>,
    },
    /// Words with up to three buttons.
    Buttons {
        /// Above the words.
        header: Option<Header>,
        /// The words.
        body: String,
        /// Small words below.
        footer: Option<String>,
        /// What can be pressed.
        buttons: Vec<Choice>,
    },
    /// Words with a list to open.
    List {
        /// Above the words.
        header: Option<Header>,
        /// The words.
        body: String,
        /// Small words below.
        footer: Option<String>,
        /// What opens the list.
        button: String,
        /// The list.
        sections: Vec<Section>,
    },
    /// Words with a button that opens a page.
    Link {
        /// Above the words.
        header: Option<Header>,
        /// The words.
        body: String,
        /// Small words below.
        footer: Option<String>,
        /// What the button says.
        label: String,
        /// Where it leads.
        url: String,
    },
    /// What a shopper pressed.
    Pressed {
        /// The id that goes back to the shop.
        id: String,
        /// What it said.
        title: String,
        /// Its second line.
        description: Option<String>,
        /// Whether it was in a list.
        in_list: bool,
    },
    /// A place.
    Location {
        /// Degrees north.
        latitude: f64,
        /// Degrees east.
        longitude: f64,
        /// The place's name.
        name: Option<String>,
        /// Its address.
        address: Option<String>,
    },
    /// Something Meta does not pass on, such as a poll.
    Unsupported,
}

/// What stands above the words of an interactive message.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Header {
    /// Words.
    Text {
        /// The words.
        text: String,
    },
    /// A picture.
    Picture {
        /// Where it is.
        url: String,
    },
}

/// Something to press.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// What goes back to the shop.
    pub id: String,
    /// What it says.
    pub title: String,
    /// A second line, in lists.
    pub description: Option<String>,
}

/// A part of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Section {
    /// Its heading.
    pub title: Option<String>,
    /// Its rows.
    pub rows: Vec<Choice>,
}

/// What a shopper does on the phone.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum ShopperMessage {
    /// Writes.
    Text {
        /// The words.
        body: String,
        /// The message it answers.
        #[serde(default)]
        reply_to: Option<String>,
    },
    /// Presses a button or picks a row.
    Press {
        /// The message it stands under.
        message: String,
        /// The id of the button or row.
        choice: String,
    },
    /// Sends a picture that was handed to the sandbox before.
    Picture {
        /// The media id.
        media: String,
        /// The words under it.
        #[serde(default)]
        caption: Option<String>,
    },
    /// Sends a place.
    Location {
        /// Degrees north.
        latitude: f64,
        /// Degrees east.
        longitude: f64,
        /// The place's name.
        #[serde(default)]
        name: Option<String>,
        /// Its address.
        #[serde(default)]
        address: Option<String>,
    },
    /// Puts an emoji on a message, or takes it away.
    React {
        /// The message.
        message: String,
        /// The emoji; `None` takes it away.
        #[serde(default)]
        emoji: Option<String>,
    },
    /// Sends something Meta does not pass on.
    Unsupported,
}

impl Content {
    /// The choices that stand under the message, and whether they are a list.
    pub fn choices(&self) -> (Vec<&Choice>, bool) {
        match self {
            Self::Buttons { buttons, .. } => (buttons.iter().collect(), false),
            Self::List { sections, .. } => (sections.iter().flat_map(|section| &section.rows).collect(), true),
            _ => (Vec::new(), false),
        }
    }

    /// The words, whatever stands around them.
    pub fn words(&self) -> &str {
        match self {
            Self::Text { body }
            | Self::Buttons { body, .. }
            | Self::List { body, .. }
            | Self::Link { body, .. } => body,
            Self::Picture { caption, .. } => caption.as_deref().unwrap_or_default(),
            Self::Pressed { title, .. } => title,
            Self::Location { name, .. } => name.as_deref().unwrap_or_default(),
            Self::Unsupported => "",
        }
    }
}
