//! A bubble as WhatsApp takes it: the JSON of one or more sends, every limit of Meta's kept by construction.
//!
//! Owns Meta's limits on outgoing messages. What may be cut (labels) is cut on a grapheme border with an ellipsis;
//! what the shopper must read (words) is never cut but goes into a further message; what must come back or lead
//! somewhere (ids, addresses) is never touched. Meta does not say what a character is: UTF-16 code units are
//! counted, see [`crate::base::text`].

use std::collections::HashSet;

use serde::Serialize;

use crate::base::contact::ContactPoint;
use crate::base::ids::MessageId;
use crate::base::text::{cut, fits};
use crate::channels::whatsapp::split::{split, split_end};
use crate::conversation::bubble::{Bubble, Choice};

const TEXT_MAX: usize = 4096;
const CAPTION_MAX: usize = 1024;
const BUTTONS_BODY_MAX: usize = 1024;
const LIST_BODY_MAX: usize = 4096;
const BUTTON_TITLE_MAX: usize = 20;
const BUTTON_ID_MAX: usize = 256;
const BUTTONS_MAX: usize = 3;
const ROW_TITLE_MAX: usize = 24;
const ROW_DESCRIPTION_MAX: usize = 72;
const ROW_ID_MAX: usize = 200;
const ROWS_MAX: usize = 10;
/// More parts than this are a mistake of ours, not a message.
const PARTS_MAX: usize = 8;

/// Why a bubble cannot be sent on WhatsApp: a mistake of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsendable {
    /// There are no words where words must be.
    #[error("the bubble has no words")]
    NoWords,
    /// The words fill more messages than one bubble may.
    #[error("the words fill more than {PARTS_MAX} messages")]
    TooLong,
    /// No choices, or more than three buttons or ten rows.
    #[error("a bubble has 1 to {max} choices of this kind, not {given}")]
    Choices {
        /// How many there were.
        given: usize,
        /// How many there may be.
        max: usize,
    },
    /// The id of a choice is empty, too long or there twice.
    #[error("the id of a choice is empty, too long or not unique")]
    ChoiceId,
    /// A choice, or the button that opens a list or a page, says nothing.
    #[error("a label is empty")]
    NoLabel,
    /// An address does not begin with `https://` or `http://`.
    #[error("an address is not absolute")]
    Address,
}

/// The body of one send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Payload {
    messaging_product: &'static str,
    recipient_type: &'static str,
    #[serde(flatten)]
    recipient: Recipient,
    #[serde(flatten)]
    content: Content,
    biz_opaque_callback_data: String,
}

/// With a plus in front of the number, or Meta may put the shop's own country code there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
enum Recipient {
    #[serde(rename = "to")]
    Number(String),
    #[serde(rename = "recipient")]
    UserId(String),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Content {
    Text { text: Words },
    Image { image: Image },
    Interactive { interactive: Interactive },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Words {
    body: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Image {
    link: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    caption: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type")]
enum Interactive {
    #[serde(rename = "button")]
    Buttons {
        #[serde(skip_serializing_if = "Option::is_none")]
        header: Option<Header>,
        body: Body,
        action: Buttons,
    },
    #[serde(rename = "list")]
    List { body: Body, action: List },
    #[serde(rename = "cta_url")]
    Link { body: Body, action: Link },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Body {
    text: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Header {
    Image { image: Image },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Buttons {
    buttons: Vec<Button>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Button {
    Reply { reply: Reply },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Reply {
    id: String,
    title: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct List {
    button: String,
    sections: [Section; 1],
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Section {
    rows: Vec<Row>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Row {
    id: String,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Link {
    name: &'static str,
    parameters: LinkParameters,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct LinkParameters {
    display_text: String,
    url: String,
}

/// The sends that say this bubble, in order; nearly always one. The last carries our message's id, which comes back
/// in every delivery report; those before it carry the id and their place, `message_….1`, so that the report of a part
/// is not taken for that of the whole.
///
/// Words longer than a message are cut between paragraphs, sentences or words. A picture whose words are longer than
/// a caption goes without a caption, and the words follow as text: Meta does not keep the order of two messages, and
/// these two can be read either way round. Where Meta would not take the picture, the words go alone. Buttons and
/// links keep the end of the words, the rest goes ahead as text.
///
/// # Errors
/// When the bubble breaks a limit that cutting cannot mend.
pub fn payloads(bubble: &Bubble, to: &ContactPoint, message: MessageId) -> Result<Vec<Payload>, Unsendable> {
    let contents = match bubble {
        Bubble::Text { text } => texts(text),
        Bubble::Picture { url, text } if !is_taken(url) && !text.trim().is_empty() => texts(text),
        Bubble::Picture { url, text } => picture(url, text)?,
        Bubble::Buttons { text, image, buttons } => {
            let image = image.as_deref().filter(|url| is_taken(url));
            let header = image.map(|url| image_at(url, None)).transpose()?;
            let header = header.map(|image| Header::Image { image });
            let action = Buttons { buttons: reply_buttons(buttons)? };
            with_words(text, BUTTONS_BODY_MAX, |body| Interactive::Buttons { header, body, action })?
        }
        Bubble::List { text, button, rows } => {
            let rows = list_rows(rows)?;
            let action = List { button: label(button, BUTTON_TITLE_MAX)?, sections: [Section { rows }] };
            with_words(text, LIST_BODY_MAX, |body| Interactive::List { body, action })?
        }
        Bubble::Link { text, label: says, url } => {
            let display_text = label(says, BUTTON_TITLE_MAX)?;
            let parameters = LinkParameters { display_text, url: absolute(url)? };
            let action = Link { name: "cta_url", parameters };
            with_words(text, BUTTONS_BODY_MAX, |body| Interactive::Link { body, action })?
        }
    };
    match contents.len() {
        0 => Err(Unsendable::NoWords),
        parts @ 1..=PARTS_MAX => Ok(contents
            .into_iter()
            .zip(1..=parts)
            .map(|(content, part)| {
                let reference = if part == parts { message.to_string() } else { format!("{message}.{part}") };
                addressed(content, to, reference)
            })
            .collect()),
        _ => Err(Unsendable::TooLong),
    }
}

fn addressed(content: Content, to: &ContactPoint, reference: String) -> Payload {
    // Where both are known the number is used: Meta lets it win anyway.
    let recipient = match to.phone() {
        Some(phone) => Recipient::Number(format!("+{phone}")),
        None => Recipient::UserId(to.key().to_owned()),
    };
    Payload {
        messaging_product: "whatsapp",
        recipient_type: "individual",
        recipient,
        content,
        biz_opaque_callback_data: reference,
    }
}

fn texts(text: &str) -> Vec<Content> {
    let content = |part: &str| Content::Text { text: Words { body: part.to_owned() } };
    split(text, TEXT_MAX).into_iter().map(content).collect()
}

fn picture(url: &str, text: &str) -> Result<Vec<Content>, Unsendable> {
    let text = text.trim();
    let as_caption = fits(text, CAPTION_MAX);
    let image = image_at(url, (as_caption && !text.is_empty()).then_some(text))?;
    let mut contents = vec![Content::Image { image }];
    if !as_caption {
        contents.extend(texts(text));
    }
    Ok(contents)
}

/// Whether a picture may be of a kind that Meta takes, which are JPEG and PNG, as far as its address tells. Meta
/// accepts the link to any other and fails the whole message later, which is then paid for twice; so it goes without.
fn is_taken(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    let file = path.rsplit('/').next().unwrap_or(path);
    let extension = file.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
    !matches!(extension.as_str(), "webp" | "gif" | "svg" | "avif" | "heic" | "heif" | "bmp" | "tif" | "tiff")
}

fn image_at(url: &str, caption: Option<&str>) -> Result<Image, Unsendable> {
    Ok(Image { link: absolute(url)?, caption: caption.map(str::to_owned) })
}

fn with_words(
    text: &str,
    body_max: usize,
    interactive: impl FnOnce(Body) -> Interactive,
) -> Result<Vec<Content>, Unsendable> {
    let (ahead, body) = split_end(text, body_max);
    if body.is_empty() {
        return Err(Unsendable::NoWords);
    }
    let mut contents = texts(ahead);
    let body = Body { text: body.to_owned() };
    contents.push(Content::Interactive { interactive: interactive(body) });
    Ok(contents)
}

fn reply_buttons(choices: &[Choice]) -> Result<Vec<Button>, Unsendable> {
    let titles = checked(choices, BUTTONS_MAX, BUTTON_ID_MAX, BUTTON_TITLE_MAX)?;
    let button =
        |(choice, title): (&Choice, String)| Button::Reply { reply: Reply { id: choice.id.clone(), title } };
    Ok(choices.iter().zip(titles).map(button).collect())
}

fn list_rows(choices: &[Choice]) -> Result<Vec<Row>, Unsendable> {
    let titles = checked(choices, ROWS_MAX, ROW_ID_MAX, ROW_TITLE_MAX)?;
    let described = |choice: &Choice| {
        let description = choice.description.as_deref().map(str::trim).filter(|text| !text.is_empty())?;
        Some(cut(description, ROW_DESCRIPTION_MAX).into_owned())
    };
    let row =
        |(choice, title): (&Choice, String)| Row { id: choice.id.clone(), title, description: described(choice) };
    Ok(choices.iter().zip(titles).map(row).collect())
}

/// The titles as they fit, all different. Two that are cut to the same text (two colours of one long name) would be
/// refused, so the later one ends in its place in the list.
fn checked(
    choices: &[Choice],
    choices_max: usize,
    id_max: usize,
    title_max: usize,
) -> Result<Vec<String>, Unsendable> {
    if choices.is_empty() || choices.len() > choices_max {
        return Err(Unsendable::Choices { given: choices.len(), max: choices_max });
    }
    let mut ids = HashSet::new();
    let mut titles: Vec<String> = Vec::with_capacity(choices.len());
    for (place, choice) in choices.iter().enumerate() {
        if choice.id.trim().is_empty() || !fits(&choice.id, id_max) || !ids.insert(&choice.id) {
            return Err(Unsendable::ChoiceId);
        }
        let mut title = label(&choice.title, title_max)?;
        if titles.contains(&title) {
            let number = format!(" {}", place + 1);
            title = format!("{}{number}", cut(&choice.title, title_max.saturating_sub(number.len())));
        }
        titles.push(title);
    }
    Ok(titles)
}

fn label(text: &str, units_max: usize) -> Result<String, Unsendable> {
    let text = text.trim();
    if text.is_empty() { Err(Unsendable::NoLabel) } else { Ok(cut(text, units_max).into_owned()) }
}

fn absolute(url: &str) -> Result<String, Unsendable> {
    let web = url.starts_with("https://") || url.starts_with("http://");
    if web { Ok(url.to_owned()) } else { Err(Unsendable::Address) }
}

#[cfg(test)]
mod tests;
