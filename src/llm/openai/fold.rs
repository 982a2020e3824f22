//! The pieces of an answer, or the whole of one, folded into a reply.
//!
//! Servers that nearly speak OpenAI's format differ most here, so nothing is taken on trust: calls are found by their
//! presence and not by the finish reason; fragments are joined by index, or a new id, or their position; an answer that
//! was cut off is an error and not an answer.

use serde_json::Value;

use crate::agent::entry::{Call, ModelReply, Usage};
use crate::llm::model::ModelError;
use crate::llm::openai::echo::Reasoning;
use crate::llm::openai::errors;
use crate::llm::openai::leak;
use crate::llm::openai::settings::Prices;

/// The most an answer may grow to, in bytes.
const ANSWER_BYTES_MAX: usize = 1 << 20;
/// The most calls in one answer.
const CALLS_MAX: usize = 64;

/// An answer as far as it has come.
#[derive(Debug, Default)]
pub(in crate::llm::openai) struct Fold {
    text: String,
    refusal: String,
    reasoning: Reasoning,
    calls: Vec<Fragments>,
    finish: Option<String>,
    whole: bool,
    answered: bool,
    /// Whether pieces came that are none of Chat Completions.
    foreign: bool,
    tokens: Option<(u32, u32)>,
    model: Option<String>,
    bytes: usize,
}

/// A call as far as it has come.
#[derive(Debug, Default)]
struct Fragments {
    index: Option<u64>,
    position: usize,
    id: String,
    tool: String,
    arguments: String,
    extra: Option<Value>,
}

impl Fold {
    /// Takes the next piece, or a whole answer.
    ///
    /// # Errors
    /// When the piece is an error, or the answer grows without end.
    pub(in crate::llm::openai) fn take(&mut self, piece: &Value) -> Result<(), ModelError> {
        if let Some(error) = errors::in_answer(piece) {
            return Err(error);
        }
        if let Some(model) = piece.get("model").and_then(Value::as_str).filter(|model| !model.is_empty()) {
            self.model = Some(model.to_owned());
        }
        if let Some(usage) = piece.get("usage").filter(|usage| usage.is_object()) {
            let count = |name: &str| usage.get(name).and_then(Value::as_u64).map(saturated);
            self.tokens = count("prompt_tokens").zip(count("completion_tokens")).or(self.tokens);
        }
        let Some(choices) = piece.get("choices").and_then(Value::as_array) else {
            self.foreign = true;
            return Ok(());
        };
        let Some(choice) = choices.first() else { return Ok(()) };
        self.answered = true;
        self.whole |= choice.get("message").is_some();
        if let Some(said) = choice.get("delta").or_else(|| choice.get("message")).filter(|said| said.is_object()) {
            self.said(said);
        }
        let finish = choice.get("finish_reason").and_then(Value::as_str).filter(|reason| !reason.is_empty());
        self.finish = finish.map(str::to_lowercase).or(self.finish.take());
        if self.bytes > ANSWER_BYTES_MAX || self.calls.len() > CALLS_MAX {
            return Err(ModelError::Garbage("it does not end".to_owned()));
        }
        Ok(())
    }

    fn said(&mut self, said: &Value) {
        let words = words(said.get("content"));
        self.bytes += words.len();
        self.text.push_str(&words);
        self.refusal.push_str(said.get("refusal").and_then(Value::as_str).unwrap_or_default());
        self.bytes += self.reasoning.take(said);
        if let Some(calls) = said.get("tool_calls").and_then(Value::as_array) {
            for (position, fragment) in calls.iter().enumerate() {
                self.fragment(position, fragment);
            }
        }
        if let Some(function) = said.get("function_call").filter(|function| function.is_object()) {
            // The oldest servers know one call only, without an id.
            self.fragment(0, &serde_json::json!({ "index": 0, "function": function }));
        }
    }

    fn fragment(&mut self, position: usize, fragment: &Value) {
        let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
        let function = fragment.get("function").unwrap_or(&Value::Null);
        let index = match fragment.get("index") {
            Some(Value::Number(number)) => number.as_u64(),
            Some(Value::String(number)) => number.parse().ok(),
            _ => None,
        };
        let (id, tool) = (text(fragment.get("id")), text(function.get("name")));
        let arguments = match function.get("arguments") {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        };
        self.bytes += arguments.len();
        let place = self.place(index, position, &id, &tool);
        let call = &mut self.calls[place];
        if call.id.is_empty() {
            call.id = id;
        }
        if call.tool.is_empty() {
            call.tool = tool;
        }
        call.arguments.push_str(&arguments);
        if let Some(extra) = fragment.get("extra_content").filter(|extra| !extra.is_null()) {
            call.extra = Some(extra.clone());
        }
    }

    /// Which call a fragment belongs to; a new one where it begins one.
    fn place(&mut self, index: Option<u64>, position: usize, id: &str, tool: &str) -> usize {
        let known = match (id.is_empty(), index) {
            _ if self.whole => None,
            (false, _) => self.calls.iter().rposition(|call| call.id == id).or_else(|| {
                // An id that comes late belongs to the call of its index that has none.
                self.calls.iter().rposition(|call| {
                    index.is_some() && call.index == index && call.id.is_empty() && tool.is_empty()
                })
            }),
            (true, Some(_)) => self.calls.iter().rposition(|call| call.index == index),
            (true, None) => {
                self.calls.iter().rposition(|call| call.position == position).or(self.calls.len().checked_sub(1))
            }
        };
        // A named fragment after complete arguments begins the next call, whatever its index says.
        let begun = |call: &Fragments| {
            !tool.is_empty() && !call.tool.is_empty() && (call.tool != tool || is_complete(&call.arguments))
        };
        match known {
            Some(place) if !(id.is_empty() && begun(&self.calls[place])) => place,
            _ => {
                self.calls.push(Fragments { index, position, ..Fragments::default() });
                self.calls.len() - 1
            }
        }
    }

    /// What it cost, of use or not. `estimate` counts the tokens of an answer whose server did not say; where no part
    /// of an answer came, nothing is known to be billed.
    pub(in crate::llm::openai) fn usage(&self, prices: Prices, estimate: impl FnOnce(&str) -> (u32, u32)) -> Usage {
        let (tokens_in, tokens_out) = match self.tokens {
            Some(counted) => counted,
            None if self.answered => {
                let words = [self.text.as_str(), &self.refusal, self.reasoning.words()];
                let arguments = self.calls.iter().map(|call| call.arguments.as_str());
                estimate(&words.into_iter().chain(arguments).collect::<Vec<_>>().join("\n"))
            }
            None => (0, 0),
        };
        prices.usage(tokens_in, tokens_out)
    }

    /// The reply, once everything has come, at what it cost.
    ///
    /// # Errors
    /// When the answer was cut off, filtered, declined or too long.
    pub(in crate::llm::openai) fn finish(self, usage: Usage) -> Result<ModelReply, ModelError> {
        self.check_ended()?;
        let leak::Cleaned { words: text, calls: written, call_beside_words } = leak::clean(&self.text);
        let mut calls: Vec<Call> =
            self.calls.into_iter().filter(|call| !call.tool.is_empty()).map(Call::from).collect();
        if calls.is_empty() {
            calls.extend(written.into_iter().map(|call| Call {
                id: String::new(),
                tool: call.tool,
                arguments: arguments(call.arguments),
                extra: None,
            }));
        }
        for (position, call) in calls.iter_mut().enumerate() {
            if call.id.is_empty() {
                call.id = format!("call_{position}");
            }
        }
        if text.is_none() && calls.is_empty() && !self.refusal.is_empty() {
            return Err(ModelError::Filtered("the model declined to answer".to_owned()));
        }
        if calls.is_empty() && call_beside_words {
            return Err(ModelError::Garbage("a tool call is written into its words".to_owned()));
        }
        self.reasoning.beside(&mut calls);
        Ok(ModelReply { text, calls, usage, model: self.model.unwrap_or_default() })
    }

    fn check_ended(&self) -> Result<(), ModelError> {
        match self.finish.as_deref() {
            Some("length" | "max_tokens" | "model_length") => Err(ModelError::TooLong(
                "the answer reached its limit of tokens; raise it in the model's settings".to_owned(),
            )),
            Some("content_filter" | "safety" | "recitation" | "prohibited_content" | "blocklist") => {
                Err(ModelError::Filtered("the provider's content filter cut the answer".to_owned()))
            }
            Some("error") => Err(ModelError::Away("the provider broke off".to_owned())),
            None if self.foreign && !self.answered => Err(ModelError::Garbage(
                "nothing in it is an answer of Chat Completions; check the model's base URL".to_owned(),
            )),
            None if !self.whole => Err(ModelError::Away("the answer was cut off".to_owned())),
            Some(_) | None => Ok(()),
        }
    }
}

impl From<Fragments> for Call {
    fn from(call: Fragments) -> Self {
        Self { id: call.id, tool: call.tool, arguments: arguments(call.arguments), extra: call.extra }
    }
}

/// The arguments as JSON text: nothing is an empty object, and an object inside a string is taken out of it. What is no
/// JSON stays as it is; the turn tells the model.
fn arguments(text: String) -> String {
    if text.trim().is_empty() {
        return "{}".to_owned();
    }
    match serde_json::from_str::<Value>(&text) {
        Ok(Value::String(inside))
            if serde_json::from_str::<Value>(&inside).is_ok_and(|value| value.is_object()) =>
        {
            inside
        }
        Ok(Value::Null) => "{}".to_owned(),
        _ => text,
    }
}

fn is_complete(arguments: &str) -> bool {
    serde_json::from_str::<Value>(arguments).is_ok_and(|value| value.is_object())
}

/// The words of a message: a text, or parts of which some are text.
fn words(content: Option<&Value>) -> String {
    match content {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(parts)) => {
            let is_said = |part: &&Value| match part.get("type").and_then(Value::as_str) {
                Some(kind) => matches!(kind, "text" | "output_text"),
                None => true,
            };
            parts.iter().filter(is_said).filter_map(|part| part.get("text").and_then(Value::as_str)).collect()
        }
        _ => String::new(),
    }
}

fn saturated(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fold(pieces: &[Value]) -> Result<ModelReply, ModelError> {
        folded(pieces).0
    }

    fn folded(pieces: &[Value]) -> (Result<ModelReply, ModelError>, Usage) {
        let mut fold = Fold::default();
        let read = pieces.iter().try_for_each(|piece| fold.take(piece));
        let prices = Prices { input_micros_per_million: 1_000_000, output_micros_per_million: 2_000_000 };
        let usage = fold.usage(prices, |_| (7, 5));
        (read.and_then(|()| fold.finish(usage)), usage)
    }

    fn delta(delta: &Value) -> Value {
        json!({ "model": "m-1", "choices": [{ "index": 0, "delta": delta, "finish_reason": null }] })
    }

    fn end(reason: &str) -> Value {
        json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": reason }] })
    }

    fn call(fragment: &Value) -> Value {
        delta(&json!({ "tool_calls": [fragment] }))
    }

    fn whole(message: &Value, reason: &Value) -> Value {
        json!({ "model": "m-1", "choices": [{ "message": message, "finish_reason": reason }] })
    }

    fn calls(reply: &ModelReply) -> Vec<(&str, &str, &str)> {
        reply.calls.iter().map(|call| (call.id.as_str(), call.tool.as_str(), call.arguments.as_str())).collect()
    }

    #[test]
    fn words_and_usage_come_in_pieces() {
        let reply = fold(&[
            json!({ "choices": [], "model": "", "prompt_filter_results": [] }),
            delta(&json!({ "role": "assistant", "content": "" })),
            delta(&json!({ "content": "¡Ho" })),
            delta(&json!({ "content": "la!", "reasoning_content": "secreto" })),
            end("stop"),
            json!({ "choices": [], "usage": { "prompt_tokens": 10, "completion_tokens": 4 } }),
        ])
        .unwrap();
        assert_eq!((reply.text.as_deref(), reply.model.as_str()), (Some("¡Hola!"), "m-1"));
        assert_eq!((reply.usage.tokens_in, reply.usage.tokens_out, reply.usage.cost_micros), (10, 4, 18));
    }

    #[test]
    fn tokens_are_estimated_when_the_server_does_not_count() {
        let reply = fold(&[delta(&json!({ "content": "Hola" })), end("stop")]).unwrap();
        assert_eq!((reply.usage.tokens_in, reply.usage.tokens_out, reply.usage.cost_micros), (7, 5, 17));
    }

    #[test]
    fn fragments_that_interleave_are_joined_by_index() {
        let reply = fold(&[
            call(&json!({ "index": 0, "id": "a", "function": { "name": "f", "arguments": "" } })),
            call(&json!({ "index": 1, "id": "b", "function": { "name": "g", "arguments": "{\"y\"" } })),
            call(&json!({ "index": 0, "function": { "arguments": "{\"x\":" } })),
            call(&json!({ "index": 1, "id": "", "function": { "name": "", "arguments": ":2}" } })),
            call(&json!({ "index": 0, "function": { "arguments": "1}" } })),
            end("tool_calls"),
        ])
        .unwrap();
        assert_eq!(calls(&reply), [("a", "f", "{\"x\":1}"), ("b", "g", "{\"y\":2}")]);
    }

    #[test]
    fn a_new_id_or_a_new_name_begins_a_call_whatever_its_index() {
        let with_ids = fold(&[
            call(&json!({ "index": 0, "id": "a", "function": { "name": "f", "arguments": "{\"a\":1}" } })),
            call(&json!({ "index": 0, "id": "b", "function": { "name": "f", "arguments": "{\"b\":2}" } })),
            end("stop"),
        ]);
        assert_eq!(calls(&with_ids.unwrap()), [("a", "f", "{\"a\":1}"), ("b", "f", "{\"b\":2}")]);
        let without = fold(&[
            call(&json!({ "index": 0, "function": { "name": "f", "arguments": "{\"a\":1}" } })),
            call(&json!({ "index": 0, "function": { "name": "f", "arguments": "{\"b\":2}" } })),
            call(&json!({ "index": 0, "function": { "name": "g", "arguments": {} } })),
            end("stop"),
        ]);
        assert_eq!(
            calls(&without.unwrap()),
            [("call_0", "f", "{\"a\":1}"), ("call_1", "f", "{\"b\":2}"), ("call_2", "g", "{}")]
        );
    }

    #[test]
    fn calls_without_index_are_told_apart_by_position_and_continued_by_it() {
        let reply = fold(&[
            delta(&json!({ "tool_calls": [
                { "function": { "name": "f", "arguments": "{\"a\"" } },
                { "function": { "name": "g", "arguments": "{\"b\"" } },
            ] })),
            delta(&json!({ "tool_calls": [{ "function": { "arguments": ":1}" } }, { "function": { "arguments": ":2}" } }] })),
            end("stop"),
        ])
        .unwrap();
        assert_eq!(calls(&reply), [("call_0", "f", "{\"a\":1}"), ("call_1", "g", "{\"b\":2}")]);
    }

    #[test]
    fn a_server_that_repeats_id_and_name_in_each_fragment_makes_one_call() {
        let reply = fold(&[
            call(&json!({ "index": 0, "id": "a", "function": { "name": "f", "arguments": "{\"a\"" } })),
            call(&json!({ "index": 0, "id": "a", "function": { "name": "f", "arguments": ":1}" } })),
            end("stop"),
        ])
        .unwrap();
        assert_eq!(calls(&reply), [("a", "f", "{\"a\":1}")]);
    }

    #[test]
    fn what_a_provider_wants_back_is_kept() {
        let signed = json!({ "google": { "thought_signature": "abc==" } });
        let fragment = json!({ "id": "", "function": { "name": "f", "arguments": "{}" }, "extra_content": signed });
        let reply = fold(&[call(&fragment), end("stop")]).unwrap();
        assert_eq!(reply.calls[0].extra, Some(signed));
        assert_eq!(reply.calls[0].id, "call_0");
    }

    #[test]
    fn arguments_may_be_nothing_an_object_a_string_in_a_string_or_broken() {
        let check = |given: Value, expected: &str| {
            let message = json!({ "content": null, "tool_calls": [{ "id": "a", "function": { "name": "f", "arguments": given } }] });
            let reply = fold(&[whole(&message, &json!("tool_calls"))]).unwrap();
            assert_eq!(reply.calls[0].arguments, expected);
        };
        check(json!(""), "{}");
        check(json!(null), "{}");
        check(json!({ "a": 1 }), "{\"a\":1}");
        check(json!("{\"a\":1}"), "{\"a\":1}");
        check(json!("\"{\\\"a\\\":1}\""), "{\"a\":1}");
        check(json!("{\"a\": 1,}"), "{\"a\": 1,}");
    }

    #[test]
    fn several_whole_calls_stay_apart_even_with_one_id() {
        let one = json!({ "id": "a", "function": { "name": "f", "arguments": "{}" } });
        let reply = fold(&[whole(&json!({ "tool_calls": [one, one] }), &json!(null))]).unwrap();
        assert_eq!(reply.calls.len(), 2);
    }

    #[test]
    fn an_answer_that_was_cut_off_is_an_error() {
        let cut = delta(&json!({ "content": "El precio es $1" }));
        assert!(matches!(fold(std::slice::from_ref(&cut)), Err(ModelError::Away(_))));
        assert!(matches!(fold(&[cut.clone(), end("")]), Err(ModelError::Away(_))));
        assert!(matches!(fold(&[cut.clone(), end("error")]), Err(ModelError::Away(_))));
        assert!(matches!(
            fold(&[cut.clone(), json!({ "error": { "code": 502, "message": "x" } })]),
            Err(ModelError::Away(_))
        ));
        assert!(matches!(fold(&[cut.clone(), end("length")]), Err(ModelError::TooLong(_))));
        assert!(matches!(fold(&[cut.clone(), end("content_filter")]), Err(ModelError::Filtered(_))));
        assert!(matches!(fold(&[cut, end("SAFETY")]), Err(ModelError::Filtered(_))));
        assert!(fold(&[]).is_err());
    }

    #[test]
    fn what_another_protocol_sends_is_no_cut_off_answer() {
        let created = json!({ "type": "response.created", "response": { "id": "r", "output": [] } });
        assert!(matches!(fold(&[created]), Err(ModelError::Garbage(_))));
        assert!(matches!(fold(&[json!({ "status": "ok" })]), Err(ModelError::Garbage(_))));
        let pinged = [json!({ "type": "ping" }), delta(&json!({ "content": "Hola" })), end("stop")];
        assert_eq!(fold(&pinged).unwrap().text.as_deref(), Some("Hola"));
    }

    #[test]
    fn at_its_limit_no_call_is_taken() {
        let begun = call(&json!({ "index": 0, "id": "a", "function": { "name": "f", "arguments": "{}" } }));
        assert!(matches!(fold(&[begun, end("length")]), Err(ModelError::TooLong(_))));
    }

    #[test]
    fn an_answer_of_no_use_costs_what_it_cost() {
        let said = delta(&json!({ "content": "El precio es $1" }));
        let counted = json!({ "choices": [], "usage": { "prompt_tokens": 10, "completion_tokens": 4 } });
        let cost = |pieces: &[Value]| {
            let (reply, usage) = folded(pieces);
            assert!(reply.is_err(), "{reply:?}");
            usage.cost_micros
        };
        assert_eq!(cost(&[said.clone(), end("length"), counted.clone()]), 18);
        assert_eq!(cost(&[said.clone(), end("content_filter"), counted.clone()]), 18);
        assert_eq!(cost(&[delta(&json!({ "refusal": "I can't" })), end("stop"), counted]), 18);
        // A stream that was cut off has told no count.
        assert_eq!(cost(&[said]), 17);
        // Where nobody answered, nothing was billed.
        assert_eq!(cost(&[json!({ "status": "ok" })]), 0);
        assert_eq!(cost(&[]), 0);
    }

    #[test]
    fn the_reasoning_that_led_to_calls_is_kept_with_them() {
        let message = json!({
            "content": null,
            "reasoning_content": "look first",
            "tool_calls": [{ "id": "a", "function": { "name": "f", "arguments": "{}" } }],
        });
        let reply = fold(&[whole(&message, &json!("tool_calls"))]).unwrap();
        assert_eq!(reply.calls[0].extra, Some(json!({ "reasoning_content": "look first" })));
        let words = whole(&json!({ "content": "Hola", "reasoning_content": "x" }), &json!("stop"));
        assert_eq!(fold(&[words]).unwrap().text.as_deref(), Some("Hola"));
    }

    #[test]
    fn a_refusal_is_no_answer() {
        let reply = fold(&[delta(&json!({ "content": null, "refusal": "I can't" })), end("stop")]);
        assert!(matches!(reply, Err(ModelError::Filtered(_))));
    }

    #[test]
    fn reasoning_and_written_calls_are_taken_out_of_the_words() {
        let thought = whole(&json!({ "content": "<think>x</think>\nClaro." }), &json!("stop"));
        assert_eq!(fold(&[thought]).unwrap().text.as_deref(), Some("Claro."));
        let written = whole(
            &json!({ "content": "<tool_call>{\"name\":\"f\",\"arguments\":{\"a\":1}}</tool_call>" }),
            &json!("stop"),
        );
        let reply = fold(&[written]).unwrap();
        assert_eq!((reply.text.as_deref(), calls(&reply)), (None, vec![("call_0", "f", "{\"a\":1}")]));
    }

    #[test]
    fn words_with_a_call_written_into_them_are_no_answer() {
        let message = json!({ "content": "Déjame ver: <tool_call>{\"name\":\"f\"}</tool_call>" });
        assert!(matches!(fold(&[whole(&message, &json!("stop"))]), Err(ModelError::Garbage(_))));
        let beside_a_real_one = json!({
            "content": "Déjame ver: <tool_call>{\"name\":\"f\"}</tool_call>",
            "tool_calls": [{ "id": "a", "function": { "name": "f", "arguments": "{}" } }],
        });
        let reply = fold(&[whole(&beside_a_real_one, &json!("tool_calls"))]).unwrap();
        assert_eq!((reply.text.as_deref(), calls(&reply)), (Some("Déjame ver:"), vec![("a", "f", "{}")]));
    }

    #[test]
    fn parts_and_the_oldest_form_of_a_call_are_read_too() {
        let parts = json!({ "content": [
            { "type": "reasoning", "text": "secreto" }, { "type": "text", "text": "Ho" }, { "type": "text", "text": "la" },
        ] });
        assert_eq!(fold(&[whole(&parts, &json!("stop"))]).unwrap().text.as_deref(), Some("Hola"));
        let old = whole(&json!({ "function_call": { "name": "f", "arguments": "{}" } }), &json!("function_call"));
        assert_eq!(calls(&fold(&[old]).unwrap()), [("call_0", "f", "{}")]);
    }

    #[test]
    fn an_answer_without_end_is_given_up() {
        let long = delta(&json!({ "content": "a".repeat(ANSWER_BYTES_MAX) }));
        assert!(matches!(fold(&[long.clone(), long]), Err(ModelError::Garbage(_))));
        let calls: Vec<_> =
            (0..70).map(|n| json!({ "id": format!("c{n}"), "function": { "name": "f" } })).collect();
        assert!(matches!(fold(&[delta(&json!({ "tool_calls": calls }))]), Err(ModelError::Garbage(_))));
    }

    proptest::proptest! {
        #[test]
        fn cutting_arguments_anywhere_gives_the_same_call(text in "[a-z\"{}:,é ]{0,30}", cut in 0..30_usize) {
            let arguments = json!({ "query": text }).to_string();
            let cut = (0..=cut.min(arguments.len())).rev().find(|at| arguments.is_char_boundary(*at)).unwrap_or(0);
            let reply = fold(&[
                call(&json!({ "index": 0, "id": "a", "function": { "name": "f", "arguments": arguments[..cut] } })),
                call(&json!({ "index": 0, "function": { "arguments": arguments[cut..] } })),
                end("tool_calls"),
            ])
            .unwrap();
            proptest::prop_assert_eq!(calls(&reply), vec![("a", "f", arguments.as_str())]);
        }
    }
}
