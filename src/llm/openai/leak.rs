//! What servers let slip into the words of an answer: reasoning, tool calls written as text, control tokens. None of it
//! may reach a shopper.

use serde_json::Value;

use crate::llm::openai::markup;

/// A tool call that was written as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::llm::openai) struct WrittenCall {
    /// The tool's name.
    pub(in crate::llm::openai) tool: String,
    /// Its arguments.
    pub(in crate::llm::openai) arguments: String,
}

const REASONING: [(&str, &str); 12] = [
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<thought>", "</thought>"),
    ("<reasoning>", "</reasoning>"),
    ("<reflection>", "</reflection>"),
    ("<scratchpad>", "</scratchpad>"),
    ("<seed:think>", "</seed:think>"),
    ("[THINK]", "[/THINK]"),
    ("<|START_THINKING|>", "<|END_THINKING|>"),
    ("<|begin_of_thought|>", "<|end_of_thought|>"),
    ("\u{25C1}think\u{25B7}", "\u{25C1}/think\u{25B7}"),
    ("<|think|>", "<|/think|>"),
];
const CALLS: [(&str, &str); 6] = [
    ("<tool_call>", "</tool_call>"),
    ("<tool_calls>", "</tool_calls>"),
    ("<function_call>", "</function_call>"),
    ("<|tool_call|>", "<|/tool_call|>"),
    ("<|START_ACTION|>", "<|END_ACTION|>"),
    ("<function_calls>", "</function_calls>"),
];
/// From here on a text is a call that its server did not recognise.
const CALLS_TO_THE_END: [&str; 8] = [
    "[TOOL_CALLS]",
    "<|python_tag|>",
    "<function=",
    "<|tool_calls_section_begin|>",
    "<|tool_calls_begin|>",
    "<|tool_call_begin|>",
    "<|DSML|",
    "<invoke name=",
];

/// A text without what slipped in.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::llm::openai) struct Cleaned {
    /// The words, if any are left.
    pub(in crate::llm::openai) words: Option<String>,
    /// The calls that were written as text. They count only when nothing else was written: words around them may be
    /// quoting somebody.
    pub(in crate::llm::openai) calls: Vec<WrittenCall>,
    /// Whether a call was written among words. Such words are not finished: they wait for what the call brings.
    pub(in crate::llm::openai) call_beside_words: bool,
}

/// Takes out what slipped in.
pub(in crate::llm::openai) fn clean(text: &str) -> Cleaned {
    let plain = markup::with_plain_marks(text);
    let (mut words, mut calls) = markup::harmony(&plain).unwrap_or((plain, Vec::new()));
    for (open, close) in REASONING {
        // Some templates begin inside the reasoning, so that only its end is seen.
        if let Some(end) = words.find(close)
            && words.find(open).is_none_or(|start| end < start)
        {
            words.drain(..end + close.len());
        }
        while let Some((start, end, _)) = block(&words, open, close) {
            words.drain(start..end);
        }
    }
    for (open, close) in CALLS {
        while let Some((start, end, inside)) = block(&words, open, close) {
            calls.extend(read_calls(&inside));
            words.drain(start..end);
        }
        words = words.replace(close, "");
    }
    for mark in CALLS_TO_THE_END {
        if let Some(start) = words.find(mark) {
            calls.extend(read_calls(&words[start + mark.len()..]));
            calls.extend(markup::marked_calls(&words[start..]));
            words.truncate(start);
        }
    }
    let words = without_control_tokens(&words);
    let words = words.trim();
    if words.is_empty() {
        Cleaned { words: None, calls, call_beside_words: false }
    } else {
        Cleaned { words: Some(words.to_owned()), calls: Vec::new(), call_beside_words: !calls.is_empty() }
    }
}

/// The first block between two marks; to the end of the text if it is not closed.
fn block(text: &str, open: &str, close: &str) -> Option<(usize, usize, String)> {
    let start = text.find(open)?;
    let inside = start + open.len();
    let (until, end) = text[inside..]
        .find(close)
        .map_or((text.len(), text.len()), |length| (inside + length, inside + length + close.len()));
    Some((start, end, text[inside..until].to_owned()))
}

/// `{"name": …, "arguments": …}`, one, several in an array, or one per line.
fn read_calls(text: &str) -> Vec<WrittenCall> {
    let text = text.trim().trim_start_matches("```json").trim_matches('`').trim();
    let values: Vec<Value> = serde_json::Deserializer::from_str(text).into_iter().map_while(Result::ok).collect();
    let items = values.into_iter().flat_map(|value| match value {
        Value::Array(items) => items,
        one => vec![one],
    });
    let call = |item: Value| {
        let tool = item.get("name").or_else(|| item.get("tool_name")).and_then(Value::as_str)?.to_owned();
        let arguments = match item.get("arguments").or_else(|| item.get("parameters")) {
            None | Some(Value::Null) => "{}".to_owned(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        };
        Some(WrittenCall { tool, arguments })
    };
    items.filter_map(call).collect()
}

/// Without `<|im_end|>` and its like.
fn without_control_tokens(text: &str) -> String {
    let mut words = text.to_owned();
    while let Some(start) = words.find("<|") {
        let Some(length) = words[start..].find("|>") else { break };
        // A token is short and has no spaces; anything else was meant.
        if length > 40 || words[start..start + length].contains(' ') {
            break;
        }
        words.drain(start..start + length + 2);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, words: Option<&str>, calls: &[(&str, &str)]) {
        let found = clean(text);
        assert_eq!(found.words.as_deref(), words, "{text:?}");
        let found_calls: Vec<_> =
            found.calls.iter().map(|call| (call.tool.as_str(), call.arguments.as_str())).collect();
        assert_eq!(found_calls, calls, "{text:?}");
    }

    #[test]
    fn reasoning_never_reaches_the_words() {
        check("<think>no le digo el costo</think>\nClaro.", Some("Claro."), &[]);
        check("pensando…</think> Claro.", Some("Claro."), &[]);
        check("Claro.<think>y ahora", Some("Claro."), &[]);
        check("<think>a</think>Uno<think>b</think> dos", Some("Uno dos"), &[]);
        check("<think>solo esto", None, &[]);
        check("<reasoning>x</reasoning>Hola<|im_end|>", Some("Hola"), &[]);
        check("[THINK]no le digo el costo[/THINK]Claro.", Some("Claro."), &[]);
        check("<|START_THINKING|>x<|END_THINKING|><|START_RESPONSE|>Hola<|END_RESPONSE|>", Some("Hola"), &[]);
        check("\u{25C1}think\u{25B7}x\u{25C1}/think\u{25B7}Hola", Some("Hola"), &[]);
        check(
            "<|channel|>analysis<|message|>The floor is not known.<|end|><|start|>assistant<|channel|>final<|message|>Hola",
            Some("Hola"),
            &[],
        );
        check("<|channel|>analysis<|message|>The floor is not known.", None, &[]);
    }

    #[test]
    fn calls_between_marks_never_reach_the_words() {
        let call =
            "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>a<｜tool▁sep｜>{}<｜tool▁call▁end｜><｜tool▁calls▁end｜>";
        check(call, None, &[("a", "{}")]);
        check(&format!("Mira: {call}"), Some("Mira:"), &[]);
        check("Listo.<｜end▁of▁sentence｜>", Some("Listo."), &[]);
        check("Listo. <｜DSML｜function_calls><｜DSML｜invoke name=\"a\">", Some("Listo."), &[]);
        check("<|START_ACTION|>[{\"tool_name\":\"a\",\"parameters\":{}}]<|END_ACTION|>", None, &[("a", "{}")]);
        check("<|channel|>commentary to=functions.a <|constrain|>json<|message|>{}<|call|>", None, &[("a", "{}")]);
    }

    #[test]
    fn calls_written_as_text_are_calls_when_nothing_else_is_written() {
        check(
            "<tool_call>\n{\"name\": \"search\", \"arguments\": {\"query\": \"a\"}}\n</tool_call>",
            None,
            &[("search", r#"{"query":"a"}"#)],
        );
        check(
            "<think>x</think><tool_call>{\"name\":\"a\"}</tool_call><tool_call>{\"name\":\"b\",\"arguments\":\"{}\"}",
            None,
            &[("a", "{}"), ("b", "{}")],
        );
        check("[TOOL_CALLS][{\"name\":\"a\",\"arguments\":{}}]", None, &[("a", "{}")]);
        check("<tool_call>nonsense</tool_call>", None, &[]);
        check("Mira: <tool_call>{\"name\":\"a\"}</tool_call>", Some("Mira:"), &[]);
        assert!(clean("Mira: <tool_call>{\"name\":\"a\"}</tool_call>").call_beside_words);
        assert!(!clean("Mira: una camiseta").call_beside_words);
    }

    #[test]
    fn ordinary_words_stay_as_they_are() {
        for text in ["Hola, ¿qué buscas?", "5 < 6 y 7 > 3", "una <| barra", "a </b> c"] {
            check(text, Some(text), &[]);
        }
    }
}
