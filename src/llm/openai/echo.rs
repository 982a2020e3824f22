//! What a provider wants back with the calls of its answer: Gemini's signatures, the reasoning of DeepSeek and others.
//! It is kept beside the calls, untouched. A thinking model whose reasoning does not come back refuses what is asked
//! next.

use serde_json::{Map, Value};

use crate::agent::entry::Call;

const EXTRA: &str = "extra_content";
const CONTENT: &str = "reasoning_content";
const DETAILS: &str = "reasoning_details";

/// The reasoning of one answer, as far as it has come.
#[derive(Debug, Default)]
pub(in crate::llm::openai) struct Reasoning {
    content: String,
    details: Vec<Value>,
}

impl Reasoning {
    /// Takes what a piece of an answer has of it; how many bytes that were.
    pub(in crate::llm::openai) fn take(&mut self, said: &Value) -> usize {
        let content = said.get(CONTENT).and_then(Value::as_str).unwrap_or_default();
        self.content.push_str(content);
        let details = said.get(DETAILS).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        for detail in details {
            self.detail(detail);
        }
        content.len() + details.iter().map(|detail| detail.to_string().len()).sum::<usize>()
    }

    /// Its words, as far as they came as words.
    pub(in crate::llm::openai) fn words(&self) -> &str {
        &self.content
    }

    /// A block comes in fragments: those of one index and kind are one.
    fn detail(&mut self, fragment: &Value) {
        let same = |known: &&mut Value| {
            let has = |name: &str| known.get(name) == fragment.get(name);
            fragment.get("index").is_some() && has("index") && has("type")
        };
        let Some(Value::Object(known)) = self.details.last_mut().filter(same) else {
            self.details.push(fragment.clone());
            return;
        };
        for (name, value) in fragment.as_object().into_iter().flatten() {
            match (known.get_mut(name), value) {
                (Some(Value::String(text)), Value::String(more))
                    if matches!(name.as_str(), "text" | "summary" | "data") =>
                {
                    text.push_str(more);
                }
                (_, Value::Null) => {}
                _ => {
                    known.insert(name.clone(), value.clone());
                }
            }
        }
    }

    /// Puts it beside the first of the calls it led to. Where it led to none, nobody wants it back.
    pub(in crate::llm::openai) fn beside(self, calls: &mut [Call]) {
        let Some(first) = calls.first_mut().filter(|_| !self.content.is_empty() || !self.details.is_empty()) else {
            return;
        };
        let mut kept = Map::new();
        kept.extend(first.extra.take().map(|extra| (EXTRA.to_owned(), extra)));
        if !self.content.is_empty() {
            kept.insert(CONTENT.to_owned(), self.content.into());
        }
        if !self.details.is_empty() {
            kept.insert(DETAILS.to_owned(), self.details.into());
        }
        first.extra = Some(kept.into());
    }
}

/// The `reasoning_content` and the `reasoning_details` that led to these calls.
pub(in crate::llm::openai) fn reasoning(calls: &[Call]) -> (Option<&Value>, Option<&Value>) {
    let part = |name: &str| calls.iter().find_map(|call| call.extra.as_ref()?.get(name));
    (part(CONTENT), part(DETAILS))
}

/// The `extra_content` of a call.
pub(in crate::llm::openai) fn extra_content(call: &Call) -> Option<&Value> {
    let extra = call.extra.as_ref()?;
    if extra.get(CONTENT).or_else(|| extra.get(DETAILS)).is_some() { extra.get(EXTRA) } else { Some(extra) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn calls(extra: Option<Value>) -> Vec<Call> {
        let call = |extra| Call { id: "a".to_owned(), tool: "f".to_owned(), arguments: "{}".to_owned(), extra };
        vec![call(extra), call(None)]
    }

    #[test]
    fn reasoning_is_kept_beside_the_first_call_and_with_its_signature() {
        let mut kept = Reasoning::default();
        kept.take(&json!({ "reasoning_content": "first " }));
        kept.take(&json!({ "reasoning_content": "this" }));
        let mut calls = calls(Some(json!({ "google": 1 })));
        kept.beside(&mut calls);
        assert_eq!(reasoning(&calls), (Some(&json!("first this")), None));
        assert_eq!((extra_content(&calls[0]), extra_content(&calls[1])), (Some(&json!({ "google": 1 })), None));
    }

    #[test]
    fn fragments_of_one_block_become_one() {
        let block = |text: &str, index: u32| json!({ "type": "reasoning.text", "text": text, "index": index });
        let mut kept = Reasoning::default();
        kept.take(&json!({ "reasoning_details": [block("a", 0)] }));
        kept.take(&json!({ "reasoning_details": [block("b", 0), block("c", 1)] }));
        kept.take(&json!({ "reasoning_details": [{ "type": "reasoning.text", "index": 1, "signature": "s" }] }));
        let mut calls = calls(None);
        kept.beside(&mut calls);
        let signed = json!({ "type": "reasoning.text", "text": "c", "index": 1, "signature": "s" });
        assert_eq!(reasoning(&calls), (None, Some(&json!([block("ab", 0), signed]))));
        assert_eq!(extra_content(&calls[0]), None);
    }

    #[test]
    fn without_reasoning_what_stands_beside_a_call_stays_as_it_came() {
        let mut calls = calls(Some(json!({ "google": 1 })));
        Reasoning::default().beside(&mut calls);
        assert_eq!(calls[0].extra, Some(json!({ "google": 1 })));
    }
}
