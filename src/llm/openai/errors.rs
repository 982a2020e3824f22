//! What a provider's failure means, in words that tell the operator what to do.
//!
//! Providers may repeat what a shopper wrote in their messages, so those are recognised and never passed on.

use serde_json::Value;

use crate::llm::model::ModelError;

/// A failure as the provider wrote it.
struct Failure {
    message: String,
    code: String,
    kind: String,
}

/// What an answer with this status and body means.
pub(in crate::llm::openai) fn of_response(status: u16, body: &str) -> ModelError {
    let failure = serde_json::from_str(body).ok().and_then(|body| failure(&body));
    match failure {
        Some(failure) => classify(Some(status), &failure),
        None => of_status(status),
    }
}

/// Whether a refusal speaks of the name that the answer's limit has: the other name may do.
pub(in crate::llm::openai) fn is_about_the_limit(status: u16, body: &str) -> bool {
    matches!(status, 400 | 422)
        && ["max_completion_tokens", "max_tokens"].iter().any(|name| body.contains(name))
        && matches!(of_response(status, body), ModelError::Refused(_))
}

/// What an error inside an answer means (`{"error": …}` in the middle of a stream), if there is one.
pub(in crate::llm::openai) fn in_answer(body: &Value) -> Option<ModelError> {
    let wrapped = match body {
        Value::Array(items) => items.first()?,
        other => other,
    };
    let error = wrapped.get("error").filter(|error| !error.is_null())?;
    let status = error.get("code").and_then(Value::as_u64).and_then(|code| u16::try_from(code).ok());
    failure(body).map(|failure| classify(status, &failure))
}

/// Reads a failure: wrapped in `error`, in an array (Gemini), bare (older vLLM), or a mere text.
fn failure(body: &Value) -> Option<Failure> {
    let body = match body {
        Value::Array(items) => items.first()?,
        other => other,
    };
    let error = body.get("error").filter(|error| !error.is_null()).unwrap_or(body);
    let text = |name: &str| match error.get(name) {
        Some(Value::String(text)) => text.to_lowercase(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    match error {
        Value::String(message) => {
            Some(Failure { message: message.to_lowercase(), code: String::new(), kind: String::new() })
        }
        Value::Object(_) => Some(Failure {
            message: if text("message").is_empty() { detail(error) } else { text("message") },
            code: text("code"),
            kind: if text("type").is_empty() { text("status") } else { text("type") },
        }),
        _ => None,
    }
}

/// What frameworks of older servers write in place of a message: a text, or a list of what is wrong.
fn detail(error: &Value) -> String {
    match error.get("detail") {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.to_lowercase(),
        Some(other) => other.to_string().to_lowercase(),
    }
}

fn classify(status: Option<u16>, failure: &Failure) -> ModelError {
    let says = |words: &[&str]| words.iter().any(|word| failure.message.contains(word));
    let is = |codes: &[&str]| codes.iter().any(|code| failure.code == *code || failure.kind == *code);
    if is(&["insufficient_quota", "billing_hard_limit_reached", "insufficient_user_quota"])
        || status == Some(402)
        || says(&["insufficient credits", "insufficient balance"])
        // Gemini says so of the limit per minute, too.
        || (says(&["exceeded your current quota"]) && !is(&["resource_exhausted"]))
    {
        return ModelError::Budget("add credit or raise the limit in the provider's billing page".to_owned());
    }
    if is(&["content_filter", "responsibleaipolicyviolation"])
        || says(&["content management policy", "content filter"])
    {
        return ModelError::Filtered("the provider's content filter stopped the request".to_owned());
    }
    // At 429 it is the tokens per minute that are too many.
    let is_limited = status == Some(429);
    if is(&["context_length_exceeded", "exceed_context_size_error"])
        || !is_limited
            && says(&[
                "maximum context length",
                "context length",
                "context size",
                "context window",
                "too many tokens",
                "prompt is too long",
                "input is too long",
            ])
    {
        return ModelError::TooLong(
            "the conversation does not fit the model's context; lower the history limit, or set a model (or, for a \
             local server, a context size) that is larger"
                .to_owned(),
        );
    }
    setting(failure)
        .map_or_else(|| of_status(status.unwrap_or(500)), |advice| ModelError::Refused(advice.to_owned()))
}

/// What to set when the message is one of those that a setting answers.
fn setting(failure: &Failure) -> Option<&'static str> {
    let all = |words: &[&str]| words.iter().all(|word| failure.message.contains(word));
    let advice: [(&[&str], &str); 15] = [
        (
            &["reasoning_content"],
            "the provider misses the reasoning of an earlier answer; switch thinking off among the model's extra settings, and report this as a fault of Trato",
        ),
        (
            &["tool", "reasoning_effort"],
            "this model takes no tools while it reasons; set `reasoning_effort` to \"none\" among the model's extra settings, or choose another model",
        ),
        (
            &["tool", "reasoning"],
            "this model takes no tools while it reasons; set `reasoning_effort` to \"none\" among the model's extra settings, or choose another model",
        ),
        (
            &["enable-auto-tool-choice"],
            "start vLLM with --enable-auto-tool-choice and a --tool-call-parser that fits the model",
        ),
        (
            &["tool-call-parser"],
            "start vLLM with --enable-auto-tool-choice and a --tool-call-parser that fits the model",
        ),
        (&["--jinja"], "start llama.cpp's server with --jinja"),
        (&["does not support tools"], "this model takes no tools; choose one that does"),
        (&["thought_signature"], "the provider misses a thought signature; report this as a fault of Trato"),
        (
            &["max_completion_tokens", "max_tokens"],
            "the name of the answer's limit is not the one this model takes; switch between `max_completion_tokens` and `max_tokens` in the model's settings",
        ),
        (
            &["max_tokens"],
            "the answer's limit is not one this model takes; switch between `max_completion_tokens` and `max_tokens` in the model's settings",
        ),
        (
            &["max_completion_tokens"],
            "the answer's limit is not one this model takes; switch between `max_completion_tokens` and `max_tokens` in the model's settings",
        ),
        (
            &["parallel_tool_calls"],
            "this server does not know `parallel_tool_calls`; switch one call at a time off in the model's settings",
        ),
        (&["strict"], "this server does not take strict tools; switch them off in the model's settings"),
        (&["temperature"], "this model takes no `temperature`; take it out of the model's extra settings"),
        (
            &["stream_options"],
            "this server does not know `stream_options`; switch streaming off in the model's settings",
        ),
    ];
    let found = advice.into_iter().find(|(words, _)| all(words)).map(|(_, advice)| advice);
    found.or_else(|| {
        let missing =
            failure.code == "model_not_found" || all(&["model", "not found"]) || all(&["model", "does not exist"]);
        missing
            .then_some("there is no such model at the provider, or the key may not use it; check the model's name")
    })
}

fn of_status(status: u16) -> ModelError {
    match status {
        401 | 403 => ModelError::Refused("the provider does not take the key; check the model's key".to_owned()),
        402 => ModelError::Budget("add credit or raise the limit in the provider's billing page".to_owned()),
        404 => ModelError::Refused(
            "there is nothing at the address, or no such model; check the model's base URL (it usually ends in /v1) and \
             name"
            .to_owned(),
        ),
        408 | 409 | 425 | 429 | 500.. => ModelError::Away(format!("it answered with status {status}")),
        413 => ModelError::TooLong("the request is larger than the provider takes".to_owned()),
        200..300 => ModelError::Garbage("it is neither JSON nor an event stream; check the model's base URL".to_owned()),
        _ => ModelError::Refused(format!(
            "it answered with status {status} and a reason we do not know; try the same request by hand to see it"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(status: u16, body: &str, expected: fn(String) -> ModelError, words: &str) {
        let error = of_response(status, body);
        assert_eq!(
            std::mem::discriminant(&error),
            std::mem::discriminant(&expected(String::new())),
            "{body}: {error}"
        );
        assert!(error.to_string().contains(words), "{error} does not contain {words}");
    }

    #[test]
    fn each_failure_is_one_of_a_kind() {
        check(
            429,
            r#"{"error":{"message":"Rate limit","type":"requests","code":"rate_limit_exceeded"}}"#,
            ModelError::Away,
            "429",
        );
        check(
            429,
            r#"{"error":{"message":"no more","type":"insufficient_quota","code":"insufficient_quota"}}"#,
            ModelError::Budget,
            "credit",
        );
        check(402, r#"{"error":{"message":"Insufficient credits","code":402}}"#, ModelError::Budget, "credit");
        check(502, "<html>Bad Gateway</html>", ModelError::Away, "502");
        check(200, "<html>Welcome</html>", ModelError::Garbage, "base URL");
        check(
            400,
            r#"{"error":{"message":"filtered","code":"content_filter","innererror":{}}}"#,
            ModelError::Filtered,
            "filter",
        );
        check(
            400,
            r#"{"error":{"message":"This model's maximum context length is 8192 tokens","code":"context_length_exceeded"}}"#,
            ModelError::TooLong,
            "history limit",
        );
    }

    #[test]
    fn a_failure_that_a_setting_answers_names_the_setting() {
        check(
            400,
            r#"[{"error":{"code":400,"message":"Function call is missing a thought_signature","status":"INVALID_ARGUMENT"}}]"#,
            ModelError::Refused,
            "signature",
        );
        check(
            400,
            r#"{"error":{"message":"Function tools with reasoning_effort are not supported","param":"reasoning_effort"}}"#,
            ModelError::Refused,
            "reasoning_effort",
        );
        check(
            400,
            r#"{"object":"error","message":"\"auto\" tool choice requires --enable-auto-tool-choice","code":400}"#,
            ModelError::Refused,
            "vLLM",
        );
        check(
            500,
            r#"{"error":{"code":500,"message":"tools param requires --jinja flag","type":"server_error"}}"#,
            ModelError::Refused,
            "--jinja",
        );
        check(
            400,
            r#"{"error":{"message":"x:latest does not support tools"}}"#,
            ModelError::Refused,
            "choose one that does",
        );
        check(
            400,
            r#"{"error":{"message":"Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."}}"#,
            ModelError::Refused,
            "switch",
        );
        check(401, r#"{"error":{"message":"Incorrect API key provided: sk-x"}}"#, ModelError::Refused, "key");
        check(404, "", ModelError::Refused, "base URL");
        check(
            404,
            r#"{"error":{"message":"The model `x` does not exist","code":"model_not_found"}}"#,
            ModelError::Refused,
            "name",
        );
        check(503, r#"{"error":"overloaded"}"#, ModelError::Away, "503");
        check(
            429,
            r#"[{"error":{"code":429,"message":"You exceeded your current quota","status":"RESOURCE_EXHAUSTED"}}]"#,
            ModelError::Away,
            "429",
        );
        check(429, r#"{"message":"Too many tokens, please wait"}"#, ModelError::Away, "429");
        check(
            422,
            r#"{"detail":[{"type":"extra_forbidden","loc":["body","parallel_tool_calls"],"msg":"Extra inputs"}]}"#,
            ModelError::Refused,
            "one call at a time",
        );
        check(400, r#"{"detail":"This model's maximum context length is 4096"}"#, ModelError::TooLong, "context");
    }

    #[test]
    fn reasoning_that_did_not_go_back_is_told_as_such() {
        check(
            400,
            r#"{"error":{"message":"The `reasoning_content` in the thinking mode must be passed back to the API."}}"#,
            ModelError::Refused,
            "reasoning of an earlier answer",
        );
    }

    #[test]
    fn a_refusal_about_the_name_of_the_limit_is_told_from_others() {
        let unknown = r#"{"detail":[{"type":"extra_forbidden","loc":["body","max_completion_tokens"]}]}"#;
        assert!(is_about_the_limit(422, unknown));
        let renamed =
            r#"{"error":{"message":"Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens'."}}"#;
        assert!(is_about_the_limit(400, renamed));
        let long = r#"{"error":{"message":"max_tokens is too large: the maximum context length is 4096"}}"#;
        assert!(!is_about_the_limit(400, long));
        assert!(!is_about_the_limit(500, renamed));
        assert!(!is_about_the_limit(400, r#"{"error":{"message":"x does not support tools"}}"#));
    }

    #[test]
    fn what_a_provider_repeats_of_a_shopper_is_not_passed_on() {
        let body = r#"{"error":{"message":"cannot read 'my card is 4242 4242'","type":"invalid_request_error"}}"#;
        assert!(!of_response(400, body).to_string().contains("4242"));
    }

    #[test]
    fn an_error_inside_an_answer_is_found() {
        let error = |text: &str| in_answer(&serde_json::from_str(text).unwrap());
        assert!(matches!(
            error(r#"{"error":{"code":502,"message":"gone"},"choices":[]}"#),
            Some(ModelError::Away(_))
        ));
        assert!(matches!(error(r#"{"error":"upstream reset"}"#), Some(ModelError::Away(_))));
        assert!(matches!(error(r#"[{"error":{"code":503,"message":"x"}}]"#), Some(ModelError::Away(_))));
        assert_eq!(error(r#"{"error":null,"choices":[]}"#), None);
        assert_eq!(error(r#"{"choices":[]}"#), None);
    }
}
