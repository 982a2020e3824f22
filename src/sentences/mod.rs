//! Our own sentences to shoppers: what the guided seller, the receipts, the buttons and the pages after paying say.
//!
//! Owns the words (`en.ftl`, `es.ftl`, `pt.ftl`) and the list of what can be said ([`id`]). Must not touch when
//! anything is said, nor arithmetic: amounts arrive written out.
//!
//! A sentence may have several wordings (the attributes of a Fluent message). Which one is said follows from a
//! number handed in, so that a conversation does not repeat itself and yet always comes out the same.

pub mod id;

use std::borrow::Cow;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::langid;

use crate::base::language::Language;

/// Stands for every argument when a text is compared with a sentence; no shopper or merchant types it.
const ANYTHING: &str = "\u{1}";

static BUNDLES: LazyLock<[FluentBundle<FluentResource>; 3]> = LazyLock::new(|| Language::ALL.map(bundle));

/// Something that can be said, with the names of its `N` arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sentence<const N: usize> {
    id: &'static str,
    arguments: [&'static str; N],
}

impl<const N: usize> Sentence<N> {
    /// The message's id in the Fluent files.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        self.id
    }
}

/// What is filled into a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument<'a> {
    /// Words, or an amount written out.
    Text(Cow<'a, str>),
    /// How many; decides between singular and plural.
    Count(u64),
}

impl<'a> From<&'a str> for Argument<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Argument<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Argument<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<u32> for Argument<'_> {
    fn from(count: u32) -> Self {
        Self::Count(u64::from(count))
    }
}

impl From<usize> for Argument<'_> {
    fn from(count: usize) -> Self {
        Self::Count(u64::try_from(count).unwrap_or(u64::MAX))
    }
}

impl<'a> Argument<'a> {
    fn value(self) -> FluentValue<'a> {
        match self {
            Self::Text(text) => FluentValue::String(text),
            Self::Count(count) => FluentValue::from(count),
        }
    }
}

/// Our sentences in one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sentences {
    language: Language,
    wording: usize,
}

impl Sentences {
    /// The sentences of a language, in their first wording.
    #[must_use]
    pub const fn in_language(language: Language) -> Self {
        Self { language, wording: 0 }
    }

    /// The same sentences; those with several wordings use the one of this number, counted around.
    #[must_use]
    pub const fn worded(self, wording: usize) -> Self {
        Self { wording, ..self }
    }

    /// Which language they are in.
    #[must_use]
    pub const fn language(&self) -> Language {
        self.language
    }

    /// Says it. The arguments are named as in [`id`]; how many there are is checked when compiling, their names in
    /// every build with debug assertions.
    #[must_use]
    pub fn say<const N: usize>(&self, sentence: Sentence<N>, arguments: [(&str, Argument<'_>); N]) -> String {
        debug_assert!(
            arguments.iter().all(|(name, _)| sentence.arguments.contains(name)),
            "`{}` takes {:?}",
            sentence.id,
            sentence.arguments
        );
        let mut args = FluentArgs::with_capacity(N);
        for (name, argument) in arguments {
            args.set(name.to_owned(), argument.value());
        }
        let wordings = wordings(self.language, sentence.id, &args);
        let chosen = self.wording.checked_rem(wordings.len()).unwrap_or_default();
        wordings.into_iter().nth(chosen).unwrap_or_default()
    }
}

/// What a sentence looks like in every language and wording, whatever is filled in. With it an answer such as "yes"
/// can be tied to what we asked, from the words that were sent.
#[derive(Clone, Debug)]
pub struct Shape(Vec<Vec<String>>);

impl Shape {
    /// The shape of a sentence.
    #[must_use]
    pub fn of<const N: usize>(sentence: Sentence<N>) -> Self {
        let mut args = FluentArgs::with_capacity(N);
        for name in sentence.arguments {
            args.set(name, ANYTHING);
        }
        let wordings = Language::ALL.into_iter().flat_map(|language| wordings(language, sentence.id, &args));
        let fixed_parts = |wording: String| {
            let parts = wording.split(ANYTHING).map(str::trim).filter(|part| !part.is_empty());
            parts.map(str::to_owned).collect()
        };
        Self(wordings.map(fixed_parts).collect())
    }

    /// The byte where the sentence ends, if `text` contains it.
    #[must_use]
    pub fn end_within(&self, text: &str) -> Option<usize> {
        self.0.iter().filter_map(|parts| ends_at(parts, text)).max()
    }
}

/// Where these parts end when they occur in `text` in order.
fn ends_at(parts: &[String], text: &str) -> Option<usize> {
    let mut from = 0;
    for part in parts {
        let found = text.get(from..)?.find(part.as_str())?;
        from += found + part.len();
    }
    (from > 0).then_some(from)
}

/// Every wording of a sentence, the message's own first; empty for an id the file does not have.
fn wordings(language: Language, id: &str, args: &FluentArgs<'_>) -> Vec<String> {
    let bundle = &BUNDLES[language as usize];
    let Some(message) = bundle.get_message(id) else { return Vec::new() };
    let own = message.value();
    let others = message.attributes().map(|attribute| attribute.value());
    own.into_iter()
        .chain(others)
        .map(|pattern| bundle.format_pattern(pattern, Some(args), &mut Vec::new()).into_owned())
        .collect()
}

fn source(language: Language) -> &'static str {
    match language {
        Language::En => include_str!("en.ftl"),
        Language::Es => include_str!("es.ftl"),
        Language::Pt => include_str!("pt.ftl"),
    }
}

/// A language's file as a bundle. What the parser could not read is left out; a test sees to it that it is nothing.
fn bundle(language: Language) -> FluentBundle<FluentResource> {
    let locale = match language {
        Language::En => langid!("en"),
        Language::Es => langid!("es"),
        Language::Pt => langid!("pt"),
    };
    let mut bundle = FluentBundle::new_concurrent(vec![locale]);
    // Isolation marks are invisible characters that break searching and copying in chat apps.
    bundle.set_use_isolating(false);
    let resource = FluentResource::try_new(source(language).to_owned()).unwrap_or_else(|(readable, _)| readable);
    bundle.add_resource_overriding(resource);
    bundle
}

#[cfg(test)]
mod tests;
