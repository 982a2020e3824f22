//! The marks with which some models part reasoning, calls and words, where their server passes them on as text: Harmony
//! of gpt-oss (`<|channel|>final<|message|>`), the calls of DeepSeek (`<｜tool▁call▁begin｜>`) and of Kimi.

use crate::llm::openai::leak::WrittenCall;

const CHANNEL: &str = "<|channel|>";
const MESSAGE: &str = "<|message|>";
const CALL: &str = "<|tool_call_begin|>";
const CALL_ENDS: &str = "<|tool_call_end|>";

/// The marks of DeepSeek, which are written with full-width bars and low blocks, as those of the others are.
pub(in crate::llm::openai) fn with_plain_marks(text: &str) -> String {
    let mut plain = text.to_owned();
    while let Some(start) = plain.find("<\u{FF5C}") {
        let end = plain[start..].find('>').map_or(plain.len(), |length| start + length);
        let mark = plain[start..end].replace('\u{FF5C}', "|").replace('\u{2581}', "_");
        plain.replace_range(start..end, &mark);
    }
    plain
}

/// What a text in Harmony says in its last `final` channel, and the calls in the others; `None` for any other text.
/// Without a final channel nothing was said: the rest is reasoning.
pub(in crate::llm::openai) fn harmony(text: &str) -> Option<(String, Vec<WrittenCall>)> {
    if !text.contains(CHANNEL) {
        return without_its_marks(text).map(|words| (words.to_owned(), Vec::new()));
    }
    let mut words = String::new();
    let mut calls = Vec::new();
    for part in text.split(CHANNEL).skip(1) {
        let (head, body) = part.split_once(MESSAGE).unwrap_or((part, ""));
        let body = ["<|end|>", "<|call|>", "<|return|>", "<|start|>"]
            .iter()
            .filter_map(|mark| body.find(mark))
            .min()
            .map_or(body, |end| &body[..end]);
        if let Some(tool) = head.split_once("to=").map(|(_, to)| tool_name(to)) {
            calls.push(WrittenCall { tool, arguments: body.trim().to_owned() });
        } else if head.trim() == "final" {
            body.clone_into(&mut words);
        }
    }
    Some((words, calls))
}

/// A server that drops the marks leaves their names: `analysisThe floor is …assistantfinalHola`.
fn without_its_marks(text: &str) -> Option<&str> {
    let rest = text.trim_start().strip_prefix("analysis")?;
    rest.chars().next().filter(|next| next.is_uppercase())?;
    Some(rest.rsplit_once("assistantfinal").map_or("", |(_, words)| words))
}

/// The calls between marks of DeepSeek or Kimi.
pub(in crate::llm::openai) fn marked_calls(text: &str) -> Vec<WrittenCall> {
    text.split(CALL).skip(1).filter_map(|part| marked_call(part.split(CALL_ENDS).next().unwrap_or(part))).collect()
}

/// `function<|tool_sep|>NAME` and a block of JSON, `NAME<|tool_sep|>{…}`, or `functions.NAME:0<|…_begin|>{…}`.
fn marked_call(part: &str) -> Option<WrittenCall> {
    let (head, rest) =
        part.split_once("<|tool_sep|>").or_else(|| part.split_once("<|tool_call_argument_begin|>"))?;
    let (tool, arguments) = match head.trim() {
        "function" => rest.split_once('\n')?,
        name => (name, rest),
    };
    let arguments = arguments.trim().trim_start_matches("```json").trim_matches('`').trim();
    Some(WrittenCall { tool: tool_name(tool), arguments: arguments.to_owned() })
}

/// `functions.search:0 <|constrain|>json` is `search`.
fn tool_name(text: &str) -> String {
    let name = text.trim().split([' ', '<', ':', '\n']).next().unwrap_or_default();
    name.strip_prefix("functions.").unwrap_or(name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn called(tool: &str, arguments: &str) -> Vec<WrittenCall> {
        vec![WrittenCall { tool: tool.to_owned(), arguments: arguments.to_owned() }]
    }

    #[test]
    fn of_harmony_only_the_last_final_channel_is_said() {
        let thought = "<|channel|>analysis<|message|>The floor is not known.<|end|>";
        let said = format!("{thought}<|start|>assistant<|channel|>final<|message|>Hola<|return|>");
        assert_eq!(harmony(&said), Some(("Hola".to_owned(), Vec::new())));
        assert_eq!(harmony(thought), Some((String::new(), Vec::new())));
        assert_eq!(harmony("analysisThe floor is low.assistantfinalHola"), Some(("Hola".to_owned(), Vec::new())));
        assert_eq!(harmony("analysisThe floor is low."), Some((String::new(), Vec::new())));
        assert_eq!(harmony("Hola, ¿qué buscas?"), None);
        assert_eq!(harmony("analysis of colours"), None);
    }

    #[test]
    fn a_call_in_harmony_is_a_call() {
        let text =
            "<|channel|>commentary to=functions.search <|constrain|>json<|message|>{\"query\":\"a\"}<|call|>";
        assert_eq!(harmony(text), Some((String::new(), called("search", "{\"query\":\"a\"}"))));
    }

    #[test]
    fn calls_between_marks_are_read_in_each_of_their_forms() {
        let deepseek = with_plain_marks(
            "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>search\n```json\n{\"query\":\"a\"}\n```\
             <｜tool▁call▁end｜><｜tool▁calls▁end｜>",
        );
        assert_eq!(marked_calls(&deepseek), called("search", "{\"query\":\"a\"}"));
        let newer = with_plain_marks("<｜tool▁call▁begin｜>search<｜tool▁sep｜>{}<｜tool▁call▁end｜>");
        assert_eq!(marked_calls(&newer), called("search", "{}"));
        let kimi = "<|tool_call_begin|>functions.search:0<|tool_call_argument_begin|>{}<|tool_call_end|>";
        assert_eq!(marked_calls(kimi), called("search", "{}"));
    }
}
