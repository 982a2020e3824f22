//! A message to a shopper as we think of it, before any channel's wire format and its limits.

use serde::{Deserialize, Serialize};

/// One message bubble. Channels cut what is too long for them, on grapheme borders; nothing here is cut.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "bubble")]
pub enum Bubble {
    /// Words.
    Text {
        /// The words.
        text: String,
    },
    /// A picture with words under it.
    Picture {
        /// Where the picture is: absolute, JPEG or PNG.
        url: String,
        /// The words.
        text: String,
    },
    /// Words with up to three buttons, under a picture if there is one.
    Buttons {
        /// The words.
        text: String,
        /// A picture above them.
        image: Option<String>,
        /// One to three.
        buttons: Vec<Choice>,
    },
    /// Words with a list to choose from.
    List {
        /// The words.
        text: String,
        /// What opens the list.
        button: String,
        /// One to ten.
        rows: Vec<Choice>,
    },
    /// Words with one button that opens a page.
    Link {
        /// The words.
        text: String,
        /// What the button says.
        label: String,
        /// Where it leads: absolute, unchanged to the last character.
        url: String,
    },
}

/// Something to press.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// What comes back when it is pressed.
    pub id: String,
    /// What it says.
    pub title: String,
    /// A second line, in lists only.
    pub description: Option<String>,
}

impl Bubble {
    /// The words, for the thread, the history and the guard.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Text { text }
            | Self::Picture { text, .. }
            | Self::Buttons { text, .. }
            | Self::List { text, .. }
            | Self::Link { text, .. } => text,
        }
    }
}
