//! One message bubble.

use crate::base::clock::Time;
use crate::conversation::bubble::{Bubble, Choice};
use crate::conversation::thread::column::Heard;
use crate::conversation::thread::{Delivery, Marks, Said, Voice};
use crate::web::inbox::view::failure::Failure;
use crate::web::inbox::view::when::Reader;

#[derive(Default)]
pub struct BubbleView {
    /// `shopper`, `agent`, `person` or `shop`.
    pub voice: &'static str,
    pub who: String,
    /// What the message carried, or that a button was pressed.
    pub label: Option<String>,
    pub text: String,
    pub image: Option<String>,
    pub buttons: Vec<String>,
    pub list: Option<ListShown>,
    pub link: Option<(String, String)>,
    pub time: String,
    pub full: String,
    pub tick: Option<Tick>,
    pub reaction: Option<String>,
    pub failure: Option<Failure>,
    pub is_withheld: bool,
    pub is_gone: bool,
    /// What names the message when its words are put into the box.
    pub key: String,
    pub use_address: Option<String>,
}

pub struct ListShown {
    pub button: String,
    pub rows: Vec<(String, String)>,
}

/// Where a message is on its way.
#[derive(Clone, Copy)]
pub struct Tick {
    pub class: &'static str,
    pub label: &'static str,
}

impl BubbleView {
    /// What a shopper, or a colleague in another app, said; `None` for what is no message.
    pub fn heard(heard: &Heard, wire_id: &str, marks: &Marks) -> Option<Self> {
        let reaction = marks.reactions.get(wire_id).cloned();
        match heard {
            Heard::Said { text, pressed, carrier, .. } => Some(Self {
                voice: "shopper",
                text: text.clone(),
                label: if pressed.is_some() { Some("Pressed".to_owned()) } else { carried(carrier) },
                is_gone: marks.unsent.contains(wire_id),
                reaction,
                ..Self::default()
            }),
            Heard::StaffWrote { text } => Some(Self {
                voice: "person",
                who: "A colleague, in the WhatsApp app".to_owned(),
                text: text.clone(),
                reaction,
                ..Self::default()
            }),
            _ => None,
        }
    }

    /// What the shop said.
    pub fn said(said: &Said, marks: &Marks) -> Self {
        let (voice, who) = match &said.voice {
            Voice::Agent => ("agent", "Assistant".to_owned()),
            Voice::Person { name } => ("person", name.clone()),
            Voice::Shop => ("shop", "Automatic notice".to_owned()),
        };
        let mut view = Self {
            voice,
            who,
            tick: tick(&said.delivery),
            is_withheld: said.delivery == Delivery::Withheld,
            reaction: said.wire_id.as_ref().and_then(|id| marks.reactions.get(id)).cloned(),
            key: said.message.to_string(),
            ..Self::default()
        };
        if let Delivery::Failed { code, error } = &said.delivery {
            view.failure = Some(Failure::of(*code, error.as_deref()));
        }
        view.fill(said.bubble.as_ref());
        view
    }

    pub fn at(mut self, at: Time, reader: &Reader) -> Self {
        self.time = reader.clock(at);
        self.full = reader.full(at);
        self
    }

    fn fill(&mut self, bubble: Option<&Bubble>) {
        let Some(bubble) = bubble else {
            self.label = Some("A message that this version cannot show".to_owned());
            return;
        };
        bubble.text().clone_into(&mut self.text);
        match bubble {
            Bubble::Text { .. } => {}
            Bubble::Picture { url, .. } => self.image = Some(url.clone()),
            Bubble::Buttons { image, buttons, .. } => {
                self.image.clone_from(image);
                self.buttons = buttons.iter().map(|choice| choice.title.clone()).collect();
            }
            Bubble::List { button, rows, .. } => {
                let line = |row: &Choice| (row.title.clone(), row.description.clone().unwrap_or_default());
                self.list = Some(ListShown { button: button.clone(), rows: rows.iter().map(line).collect() });
            }
            Bubble::Link { label, url, .. } => self.link = Some((label.clone(), url.clone())),
        }
    }
}

fn carried(carrier: &str) -> Option<String> {
    let word = match carrier {
        "" | "text" | "press" => return None,
        "image" => "Picture",
        "audio" => "Voice message",
        "video" => "Video",
        "document" => "File",
        "sticker" => "Sticker",
        "location" => "Place",
        "contact" => "Contact",
        "order" => "Cart from the WhatsApp catalog",
        "form" => "Form",
        "edit" => "Edited",
        _ => "Something WhatsApp does not pass on",
    };
    Some(word.to_owned())
}

const fn tick(delivery: &Delivery) -> Option<Tick> {
    Some(match delivery {
        Delivery::OnItsWay => Tick { class: "waiting", label: "on its way" },
        Delivery::Unknown => Tick { class: "waiting", label: "sent, not confirmed" },
        Delivery::Sent => Tick { class: "one", label: "sent" },
        Delivery::Delivered => Tick { class: "two", label: "delivered" },
        Delivery::Read => Tick { class: "read", label: "read" },
        Delivery::Failed { .. } => Tick { class: "failed", label: "not delivered" },
        Delivery::Withheld => return None,
    })
}
