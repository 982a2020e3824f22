//! The system prompt: Markdown files built into the binary, rendered strictly. A mistake in a file stops the server at
//! start, never a turn.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use crate::agent::entry::{Entry, ModelRequest};
use crate::base::fingerprint::Fingerprint;
use crate::base::language::Language;
use crate::base::money::Currency;

const SYSTEM: &str = include_str!("../../prompts/system.md");
const PARTIALS: [(&str, &str); 5] = [
    ("bargaining", include_str!("../../prompts/partials/bargaining.md")),
    ("boundaries", include_str!("../../prompts/partials/boundaries.md")),
    ("facts", include_str!("../../prompts/partials/facts.md")),
    ("paying", include_str!("../../prompts/partials/paying.md")),
    ("selling", include_str!("../../prompts/partials/selling.md")),
];
const NO_POLICIES: &str = "The shop has written none.";

/// The prompt files, checked.
#[derive(Clone, Debug)]
pub struct Prompts {
    pieces: Vec<Piece>,
    fingerprint: Fingerprint,
}

/// What differs from shop to shop and from conversation to conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PromptValues {
    /// What the shop calls itself.
    pub shop_name: String,
    /// The conversation's language.
    pub language: Language,
    /// What prices are in.
    pub currency: Currency,
    /// The shop's own words by topic.
    pub policies: Vec<(String, String)>,
}

/// A mistake in the prompt files.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PromptError {
    /// A file uses a variable that does not exist.
    #[error("the prompts use the variable `{0}`, which does not exist")]
    UnknownVariable(String),
    /// A variable is used nowhere.
    #[error("the prompts do not use the variable `{0}`")]
    UnusedVariable(&'static str),
    /// A file includes a partial that does not exist, or that is included already.
    #[error("the prompts include the partial `{0}`, which does not exist or is included before")]
    UnknownPartial(String),
    /// A partial is included nowhere.
    #[error("the prompts do not include the partial `{0}`")]
    UnusedPartial(String),
    /// Braces are opened and not closed.
    #[error("the prompts open braces that they do not close: `{0}`")]
    Unclosed(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Words(String),
    Value(Variable),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Variable {
    ShopName,
    Language,
    Currency,
    Policies,
}

impl Variable {
    const ALL: [Self; 4] = [Self::ShopName, Self::Language, Self::Currency, Self::Policies];

    const fn name(self) -> &'static str {
        match self {
            Self::ShopName => "shop_name",
            Self::Language => "language",
            Self::Currency => "currency",
            Self::Policies => "policies",
        }
    }

    fn value(self, values: &PromptValues) -> String {
        match self {
            Self::ShopName => values.shop_name.clone(),
            Self::Language => match values.language {
                Language::En => "English".to_owned(),
                Language::Es => "Spanish".to_owned(),
                Language::Pt => "Portuguese".to_owned(),
            },
            Self::Currency => values.currency.to_string(),
            Self::Policies if values.policies.is_empty() => NO_POLICIES.to_owned(),
            Self::Policies => {
                let one = |(topic, text): &(String, String)| format!("## {topic}\n\n{}", text.trim());
                values.policies.iter().map(one).collect::<Vec<_>>().join("\n\n")
            }
        }
    }
}

impl Prompts {
    /// Reads and checks the files.
    ///
    /// # Errors
    /// When one of them has a mistake.
    pub fn load() -> Result<Self, PromptError> {
        Self::read(SYSTEM, &PARTIALS.into())
    }

    fn read(system: &str, partials: &BTreeMap<&str, &str>) -> Result<Self, PromptError> {
        let pieces = pieces(system, partials)?;
        let used: BTreeSet<Variable> = pieces
            .iter()
            .filter_map(|piece| match piece {
                Piece::Value(variable) => Some(*variable),
                Piece::Words(_) => None,
            })
            .collect();
        match Variable::ALL.into_iter().find(|variable| !used.contains(variable)) {
            Some(unused) => Err(PromptError::UnusedVariable(unused.name())),
            None => Ok(Self { pieces, fingerprint: fingerprint(system, partials) }),
        }
    }

    /// The system prompt with these values, and the fingerprint of the files it was made from.
    #[must_use]
    pub fn system(&self, values: &PromptValues) -> (String, Fingerprint) {
        let text = self.pieces.iter().map(|piece| match piece {
            Piece::Words(words) => words.clone(),
            Piece::Value(variable) => variable.value(values),
        });
        (text.collect(), self.fingerprint)
    }

    /// The fingerprint of everything a model is asked: prompt, conversation, tools and limit. The digest has taken in
    /// what the same conversation held before, or nothing.
    #[must_use]
    pub fn request_fingerprint(&self, request: &ModelRequest<'_>, digest: &mut EntriesDigest) -> Fingerprint {
        let mut whole = Sha256::new();
        take_in(&mut whole, request.prompt_fingerprint.bytes());
        take_in(&mut whole, request.system.as_bytes());
        take_in(&mut whole, &digest.grown_to(&request.entries));
        for tool in request.tools.iter() {
            take_in(&mut whole, tool.name.as_bytes());
            take_in(&mut whole, tool.description.as_bytes());
            take_in(&mut whole, tool.schema.get().as_bytes());
        }
        take_in(&mut whole, &request.answer_tokens_max.to_be_bytes());
        Fingerprint::of(&whole.finalize())
    }
}

/// The digest of a conversation that only grows: what it has taken in is not written out again.
#[derive(Clone, Debug, Default)]
pub struct EntriesDigest {
    digest: Sha256,
    entries: usize,
}

impl EntriesDigest {
    fn grown_to(&mut self, entries: &[Entry]) -> Vec<u8> {
        for entry in entries.iter().skip(self.entries) {
            // Entries can always be written; were it not so, the fingerprint would still be one of the rest.
            take_in(&mut self.digest, &serde_json::to_vec(entry).unwrap_or_default());
        }
        self.entries = entries.len();
        self.digest.clone().finalize().to_vec()
    }
}

/// The length stands before each part, so that no two ways to part the same bytes are alike.
fn take_in(digest: &mut Sha256, part: &[u8]) {
    digest.update((part.len() as u64).to_be_bytes());
    digest.update(part);
}

/// The pieces of a file and of what it includes.
fn pieces(system: &str, partials: &BTreeMap<&str, &str>) -> Result<Vec<Piece>, PromptError> {
    let mut left = partials.clone();
    let mut pieces = Vec::new();
    for (words, name) in tags(system)? {
        pieces.push(Piece::Words(words.to_owned()));
        let Some(name) = name else { continue };
        match name.strip_prefix('>').map(str::trim) {
            None => pieces.push(Piece::Value(variable(name)?)),
            Some(partial) => {
                let text = left.remove(partial).ok_or_else(|| PromptError::UnknownPartial(partial.to_owned()))?;
                for (words, name) in tags(text.trim_end())? {
                    pieces.push(Piece::Words(words.to_owned()));
                    // A partial includes no other: what is said where stands in one file.
                    pieces.extend(name.map(variable).transpose()?.map(Piece::Value));
                }
            }
        }
    }
    match left.keys().next() {
        Some(unused) => Err(PromptError::UnusedPartial((*unused).to_owned())),
        None => Ok(pieces),
    }
}

/// A text cut at its tags: words, and the name in the braces after them.
fn tags(text: &str) -> Result<Vec<(&str, Option<&str>)>, PromptError> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((words, after)) = rest.split_once("{{") {
        let unclosed = || PromptError::Unclosed(after.chars().take(40).collect());
        let (name, after) = after.split_once("}}").ok_or_else(unclosed)?;
        found.push((words, Some(name.trim())));
        rest = after;
    }
    found.push((rest, None));
    Ok(found)
}

fn variable(name: &str) -> Result<Variable, PromptError> {
    let known = Variable::ALL.into_iter().find(|variable| variable.name() == name);
    known.ok_or_else(|| PromptError::UnknownVariable(name.to_owned()))
}

fn fingerprint(system: &str, partials: &BTreeMap<&str, &str>) -> Fingerprint {
    let files = std::iter::once((&"system", &system)).chain(partials);
    let named: Vec<String> = files.map(|(name, text)| format!("{name} {}\n{text}", text.len())).collect();
    Fingerprint::of(named.concat().as_bytes())
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::agent::entry::{Entry, ToolSpec};

    const TOOLS: [(&str, &str); 12] = [
        ("search_catalog", include_str!("../../prompts/tools/search_catalog.md")),
        ("get_product", include_str!("../../prompts/tools/get_product.md")),
        ("ask_about_products", include_str!("../../prompts/tools/ask_about_products.md")),
        ("view_cart", include_str!("../../prompts/tools/view_cart.md")),
        ("change_cart", include_str!("../../prompts/tools/change_cart.md")),
        ("apply_discount", include_str!("../../prompts/tools/apply_discount.md")),
        ("negotiate_price", include_str!("../../prompts/tools/negotiate_price.md")),
        ("remove_discount", include_str!("../../prompts/tools/remove_discount.md")),
        ("create_checkout_session", include_str!("../../prompts/tools/create_checkout_session.md")),
        ("order_status", include_str!("../../prompts/tools/order_status.md")),
        ("save_delivery_details", include_str!("../../prompts/tools/save_delivery_details.md")),
        ("hand_off_to_person", include_str!("../../prompts/tools/hand_off_to_person.md")),
    ];
    /// Arguments with an underscore that the descriptions name.
    const ARGUMENTS: [&str; 5] = ["price_min", "price_max", "price_asc", "price_desc", "postal_code"];

    fn values() -> PromptValues {
        PromptValues {
            shop_name: "Sol {{policies}}".to_owned(),
            language: Language::Es,
            currency: "MXN".parse().unwrap(),
            policies: vec![
                ("shipping".to_owned(), "En 3 días.\n".to_owned()),
                ("returns".to_owned(), "Sí.".to_owned()),
            ],
        }
    }

    fn read(system: &str, partials: &[(&str, &str)]) -> Result<Prompts, PromptError> {
        Prompts::read(system, &partials.iter().copied().collect())
    }

    const WHOLE: &str = "{{shop_name}} {{language}} {{currency}} {{policies}}";

    #[test]
    fn the_files_have_no_mistake_and_are_filled_in() {
        let (text, _) = Prompts::load().unwrap().system(&values());
        assert!(text.contains("called Sol {{policies}}. Its prices are in MXN."), "{text}");
        assert!(text.contains("## shipping\n\nEn 3 días.\n\n## returns\n\nSí."));
        assert!(text.contains("# Facts come from tools") && text.contains("language seems to be Spanish"));
        assert!(!text.contains("{{>"));
        let without = PromptValues { policies: Vec::new(), ..values() };
        assert!(Prompts::load().unwrap().system(&without).0.ends_with("The shop has written none.\n"));
    }

    #[test]
    fn stable_parts_come_first() {
        let prompts = Prompts::load().unwrap();
        let first = prompts.pieces.iter().position(|piece| matches!(piece, Piece::Value(_))).unwrap();
        let tail: usize = prompts.pieces[first..]
            .iter()
            .map(|piece| if let Piece::Words(words) = piece { words.len() } else { 0 })
            .sum();
        assert!(tail < 600, "{tail} bytes of fixed text stand after the first variable");
    }

    #[test]
    fn mistakes_in_the_files_are_found_at_start() {
        let check = |system: &str, partials: &[(&str, &str)], expected: PromptError| {
            assert_eq!(read(system, partials).err(), Some(expected));
        };
        check(&format!("{WHOLE} {{{{shop}}}}"), &[], PromptError::UnknownVariable("shop".to_owned()));
        check("{{shop_name}} {{currency}} {{policies}}", &[], PromptError::UnusedVariable("language"));
        check(&format!("{WHOLE} {{{{> a}}}}"), &[], PromptError::UnknownPartial("a".to_owned()));
        check(
            &format!("{WHOLE} {{{{> a}}}}{{{{> a}}}}"),
            &[("a", "x")],
            PromptError::UnknownPartial("a".to_owned()),
        );
        check(WHOLE, &[("a", "x")], PromptError::UnusedPartial("a".to_owned()));
        check(&format!("{WHOLE} {{{{> a}}}}"), &[("a", "{{b}}")], PromptError::UnknownVariable("b".to_owned()));
        check(&format!("{WHOLE} {{{{oh"), &[], PromptError::Unclosed("oh".to_owned()));
        assert!(read("{{> a}}!", &[("a", WHOLE)]).is_ok());
    }

    #[test]
    fn the_fingerprint_is_of_the_files_and_not_of_the_values() {
        let print = |system: &str, partials: &[(&str, &str)]| read(system, partials).unwrap().fingerprint;
        assert_eq!(print(WHOLE, &[]), print(WHOLE, &[]));
        assert_ne!(print(WHOLE, &[]), print(&format!("{WHOLE} "), &[]));
        let including = format!("{WHOLE}{{{{> a}}}}");
        assert_ne!(print(&including, &[("a", "x")]), print(&including, &[("a", "y")]));
        let prompts = Prompts::load().unwrap();
        let other = PromptValues { language: Language::Pt, ..values() };
        assert_eq!(prompts.system(&values()).1, prompts.system(&other).1);
    }

    #[test]
    fn a_requests_fingerprint_changes_with_each_part_of_it() {
        let prompts = Prompts::load().unwrap();
        let (system, prompt_fingerprint) = prompts.system(&values());
        let entries = vec![Entry::Agent { text: "hola".to_owned() }];
        let request = ModelRequest {
            system,
            prompt_fingerprint,
            entries: entries.into(),
            tools: Cow::default(),
            answer_tokens_max: 9,
        };
        let print = |change: fn(&mut ModelRequest<'_>)| {
            let mut changed = request.clone();
            change(&mut changed);
            prompts.request_fingerprint(&changed, &mut EntriesDigest::default())
        };
        let prints: BTreeSet<Fingerprint> = [
            print(|_| {}),
            print(|request| request.system.push('x')),
            print(|request| request.entries = Cow::default()),
            print(|request| request.answer_tokens_max = 10),
            print(|request| {
                let schema = serde_json::value::RawValue::NULL.to_owned();
                request.tools = vec![ToolSpec { name: "a", description: "b", schema }].into();
            }),
        ]
        .into();
        assert_eq!(prints.len(), 5);
    }

    #[test]
    fn a_conversation_that_grew_has_the_fingerprint_of_one_that_was_read_at_once() {
        let prompts = Prompts::load().unwrap();
        let (system, prompt_fingerprint) = prompts.system(&values());
        let all: Vec<Entry> = ["a", "b", "c"].map(|text| Entry::Agent { text: text.to_owned() }).into();
        let print = |entries: &[Entry], digest: &mut EntriesDigest| {
            let (system, entries) = (system.clone(), entries.to_vec().into());
            let tools = Cow::default();
            let request = ModelRequest { system, prompt_fingerprint, entries, tools, answer_tokens_max: 9 };
            prompts.request_fingerprint(&request, digest)
        };
        let mut growing = EntriesDigest::default();
        let first = print(&all[..1], &mut growing);
        let grown = print(&all, &mut growing);
        assert_ne!(first, grown);
        assert_eq!(grown, print(&all, &mut EntriesDigest::default()));
    }

    #[test]
    fn every_tool_the_prompts_name_exists() {
        let tools: BTreeSet<&str> = TOOLS.iter().map(|(name, _)| *name).chain(ARGUMENTS).collect();
        let variables: BTreeSet<&str> = Variable::ALL.iter().map(|variable| variable.name()).collect();
        let texts = PARTIALS.iter().chain(&TOOLS).map(|(_, text)| *text).chain([SYSTEM]);
        for text in texts {
            let quoted = text.split('`').skip(1).step_by(2);
            let named = quoted
                .filter(|word| word.contains('_') && word.chars().all(|c| c.is_ascii_lowercase() || c == '_'));
            for word in named {
                assert!(tools.contains(word) || variables.contains(word), "`{word}` is no tool");
            }
        }
    }

    #[test]
    fn every_tool_is_described_in_a_few_sentences() {
        for (name, text) in TOOLS {
            assert!((80..1200).contains(&text.len()), "{name} has {} bytes", text.len());
        }
    }
}
