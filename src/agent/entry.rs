//! One line of the conversation as the model sees it, and what passes between a turn and a model.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::agent::evidence::Evidence;
use crate::base::clock::Time;
use crate::base::fingerprint::Fingerprint;

/// One thing that happened in the conversation, oldest first in a history.
// The content has its own key because a list (of results) has no place for a tag.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "entry", content = "content")]
pub enum Entry {
    /// The shopper said something.
    Shopper(ShopperSaid),
    /// The agent said something that was sent.
    Agent {
        /// The words.
        text: String,
    },
    /// A person of the shop said something while in control.
    Person {
        /// Who.
        name: String,
        /// The words.
        text: String,
    },
    /// Something happened that the shopper did not say: a payment cleared, a session ended.
    Notice {
        /// In plain words, for the model.
        text: String,
        /// What the sentence rests on.
        evidence: Vec<Evidence>,
    },
    /// The model asked for tools.
    Calls {
        /// What it wrote beside the calls; never sent.
        text: Option<String>,
        /// The calls, in order.
        calls: Vec<Call>,
    },
    /// The tools answered: one result per call, in order.
    Results(Vec<ToolResult>),
    /// Older turns, summarised by rule.
    Summary {
        /// The summary.
        text: String,
        /// Cards that stay usable: products seen, the open cart, quotes, orders.
        evidence: Vec<Evidence>,
    },
    /// The draft before this was not sent; the model is told why.
    Rewrite {
        /// What it had written.
        draft: String,
        /// What was wrong with it, in words the model can act on.
        reason: String,
    },
}

/// What a shopper said, as text, whatever kind of message carried it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShopperSaid {
    /// The words, card numbers masked. For a picture, its caption; for a place, its name and address.
    pub text: String,
    /// The id of a button or list row of ours that was pressed, such as `pick:camiseta-basica`.
    pub pressed: Option<String>,
    /// What the message carried besides words.
    pub attachment: Option<Attachment>,
    /// What it was said about, when the channel tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<About>,
    /// Whether it takes the place of an earlier message, which has been answered already.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub corrects: bool,
    /// When the shopper said it.
    pub at: Time,
}

impl ShopperSaid {
    /// Words and nothing else.
    #[must_use]
    pub fn words(text: impl Into<String>, at: Time) -> Self {
        Self { text: text.into(), pressed: None, attachment: None, about: None, corrects: false, at }
    }
}

/// What the shopper had before them when they wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// A product of the channel's own catalog, by the shop's id of it: a SKU, or a product's handle.
    Product(String),
    /// An advertisement of the shop's that led them here.
    Ad {
        /// Its title.
        headline: String,
        /// What it says.
        body: String,
    },
}

/// What a shopper's message carried besides words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attachment {
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
    /// A place.
    Location,
    /// A contact card.
    Contact,
    /// Something the channel does not pass on to us.
    Unsupported,
}

/// A tool that the model asks to have run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// The provider's id of the call, or one we made; unique within the turn.
    pub id: String,
    /// The tool's name as the model wrote it; may be one that does not exist.
    pub tool: String,
    /// The arguments as the model wrote them; may not be JSON.
    pub arguments: String,
    /// What a provider wants echoed with the call (Gemini's `thought_signature`, an answer's reasoning), untouched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extra: Option<serde_json::Value>,
}

/// What a tool answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolResult {
    /// Which call this answers.
    pub call: String,
    /// The tool's name.
    pub tool: String,
    /// How it went.
    pub status: ToolStatus,
    /// Text for the model.
    pub text: String,
    /// What the guard may rest on; empty for a refusal without facts.
    pub evidence: Vec<Evidence>,
}

/// How a tool call went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToolStatus {
    /// It did what was asked.
    Answered,
    /// A rule said no; the text says which and what to do instead.
    Refused,
}

/// What the model is asked.
#[derive(Clone, Debug)]
pub struct ModelRequest<'a> {
    /// The system prompt, rendered.
    pub system: String,
    /// Fingerprint of the prompt files that made it, recorded with each step.
    pub prompt_fingerprint: Fingerprint,
    /// The conversation, oldest first.
    pub entries: Cow<'a, [Entry]>,
    /// The tools on offer, in a fixed order; empty when none may be called any more.
    pub tools: Cow<'a, [ToolSpec]>,
    /// The most tokens the answer may have.
    pub answer_tokens_max: u32,
}

impl ModelRequest<'_> {
    /// The request with nothing borrowed, to be kept.
    #[must_use]
    pub fn into_owned(self) -> ModelRequest<'static> {
        ModelRequest {
            entries: Cow::Owned(self.entries.into_owned()),
            tools: Cow::Owned(self.tools.into_owned()),
            system: self.system,
            prompt_fingerprint: self.prompt_fingerprint,
            answer_tokens_max: self.answer_tokens_max,
        }
    }
}

/// A tool as it is described to a model.
#[derive(Clone, Debug)]
pub struct ToolSpec {
    /// Its name.
    pub name: &'static str,
    /// What it is for, from `prompts/tools/`.
    pub description: &'static str,
    /// JSON Schema (draft 2020-12) of its arguments, strict: all properties required, none additional.
    /// Kept as it is sent: it goes into each request.
    pub schema: Box<RawValue>,
}

/// What the model answered: words, calls, or both.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelReply {
    /// The words, or none. Reasoning (`<think>`) is already taken out.
    pub text: Option<String>,
    /// The tools it asks for. Not empty means the words are not an answer yet.
    pub calls: Vec<Call>,
    /// What it cost.
    pub usage: Usage,
    /// Which model answered: the provider's model name, or `guided`.
    pub model: String,
}

/// Tokens and money of one model call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Tokens read.
    pub tokens_in: u32,
    /// Tokens written.
    pub tokens_out: u32,
    /// Millionths of the deployment's accounting currency.
    pub cost_micros: u64,
}

impl Usage {
    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            tokens_in: self.tokens_in.saturating_add(other.tokens_in),
            tokens_out: self.tokens_out.saturating_add(other.tokens_out),
            cost_micros: self.cost_micros.saturating_add(other.cost_micros),
        }
    }
}
