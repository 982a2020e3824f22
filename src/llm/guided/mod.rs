//! The guided seller: a deterministic replacement for a model.
//!
//! Sees the same history as a model and answers like one, with tool calls or with words. It is asked when no model
//! is configured, when the model fails, and in tests. Pure: no clock, no chance, nothing but the entries; whatever
//! it says of products, prices and orders comes from evidence in them. Knows no shop: its lexicons hold everyday
//! words only.
//!
//! Reading: [`view`] takes the history apart, `burst` what came into the things that are asked for, `heard` and
//! `lexicon` each of them, `intent` decides what is wanted, `plan` what to do about it, `compose` writes it down.

mod address;
mod burst;
mod compose;
mod coupon;
mod heard;
mod intent;
mod lexicon;
mod numbers;
mod pattern;
mod plan;
mod question;
mod refer;
mod refusal;
mod text;
mod view;
mod wish;

use serde_json::Value;

use crate::agent::entry::{Call, Entry, ModelReply, Usage};
use crate::base::language::{Language, Locale};
use crate::base::money::Currency;

/// The name under which its replies are recorded.
pub const MODEL: &str = "guided";

/// What the guided seller has to know of a shop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShopFacts {
    /// The shop's name.
    pub name: String,
    /// The language of this conversation.
    pub language: Language,
    /// How amounts are written.
    pub locale: Locale,
    /// What prices are in.
    pub currency: Currency,
    /// The shop's rules in the merchant's words: topic (`shipping`, `returns`, `hours`, `payment`, `about`) and text.
    pub policies: Vec<(String, String)>,
    /// Whether anything is open to bargaining.
    pub bargains: bool,
}

/// What the guided seller does next: asks for a tool, or says something. Never neither, never both.
#[must_use]
pub fn answer(shop: &ShopFacts, entries: &[Entry]) -> ModelReply {
    let (view, now) = view::read(entries);
    let (text, calls) = match burst::next_step(shop, &view, &now) {
        Step::Say(text) => (Some(text), Vec::new()),
        Step::Ask { tool, arguments } => {
            let id = format!("g{}", now.calls_made + 1);
            (None, vec![Call { id, tool: tool.to_owned(), arguments: arguments.to_string(), extra: None }])
        }
    };
    ModelReply { text, calls, usage: Usage::default(), model: MODEL.to_owned() }
}

/// What to do next.
#[derive(Clone, Debug, PartialEq)]
enum Step {
    /// Ask a tool.
    Ask {
        /// Its name.
        tool: &'static str,
        /// Its arguments.
        arguments: Value,
    },
    /// Say this; the turn is over.
    Say(String),
}

impl Step {
    fn ask(tool: &'static str, arguments: Value) -> Self {
        Self::Ask { tool, arguments }
    }
}

#[cfg(test)]
mod tests;
