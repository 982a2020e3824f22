use std::borrow::Cow;
use std::time::Duration;

use secrecy::SecretString;
use serde_json::json;
use wiremock::matchers::{body_partial_json, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::agent::entry::{Entry, ModelReply, ModelRequest, ShopperSaid, ToolSpec, Usage};
use crate::base::fingerprint::Fingerprint;
use crate::llm::model::{Model, ModelError, NoAnswer};
use crate::llm::openai::client::{BadSettings, OpenAi};
use crate::llm::openai::settings::{AnswerLimit, Prices, Settings};

const EVENTS: &str = ": waiting\n\n\
    data: {\"model\":\"m-1\",\"choices\":[{\"delta\":{\"content\":\"¡Ho\"}}]}\r\n\r\n\
    event: message\ndata:{\"choices\":[{\"delta\":{\"content\":\"la!\"},\"finish_reason\":\"stop\"}]}\n\n\
    data: [DONE]\n\n";

fn whole() -> serde_json::Value {
    json!({
        "model": "m-1",
        "choices": [{ "message": { "content": "¡Hola!" }, "finish_reason": "stop" }],
        "usage": { "prompt_tokens": 9, "completion_tokens": 3 },
    })
}

fn events() -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(EVENTS, "text/event-stream; charset=utf-8")
}

fn request() -> ModelRequest<'static> {
    let at = "2026-11-20T10:00:00Z".parse().unwrap();
    let said = ShopperSaid::words("hola", at);
    ModelRequest {
        system: "You sell.".to_owned(),
        prompt_fingerprint: Fingerprint::of(b""),
        entries: vec![Entry::Shopper(said)].into(),
        tools: Cow::default(),
        answer_tokens_max: 300,
    }
}

fn settings(server: &MockServer) -> Settings {
    let mut settings = Settings::new(&format!("{}/v1", server.uri()), SecretString::from("secret-key"), "m-1");
    settings.timeout = Duration::from_secs(5);
    settings
}

/// What a server that answers so, in this order and then no more, makes of a request; and how often it was asked.
async fn asked(
    answers: Vec<ResponseTemplate>,
    change: impl FnOnce(&mut Settings),
) -> (Result<ModelReply, ModelError>, usize) {
    let (reply, times) = billed(answers, request(), change).await;
    (reply.map_err(|failed| failed.error), times)
}

/// The same of any request, with what it cost where there was no answer.
async fn billed(
    answers: Vec<ResponseTemplate>,
    request: ModelRequest<'static>,
    change: impl FnOnce(&mut Settings),
) -> (Result<ModelReply, NoAnswer>, usize) {
    let server = MockServer::start().await;
    for answer in answers {
        Mock::given(method("POST")).respond_with(answer).up_to_n_times(1).mount(&server).await;
    }
    let mut settings = settings(&server);
    change(&mut settings);
    let reply = OpenAi::new(settings).unwrap().ask(&request).await;
    (reply, server.received_requests().await.unwrap_or_default().len())
}

#[tokio::test]
async fn a_request_goes_to_the_endpoint_with_its_key() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/v1/chat/completions"))
        .and(header("authorization", "Bearer secret-key"))
        .and(body_partial_json(json!({ "model": "m-1", "max_completion_tokens": 300, "stream": false })))
        .respond_with(ResponseTemplate::new(200).set_body_json(whole()))
        .expect(1)
        .mount(&server)
        .await;
    let reply = OpenAi::new(settings(&server)).unwrap().ask(&request()).await.unwrap();
    assert_eq!((reply.text.as_deref(), reply.usage.tokens_in), (Some("¡Hola!"), 9));
}

#[tokio::test]
async fn an_answer_is_read_whole_or_as_events_whichever_was_asked_for() {
    let undeclared = ResponseTemplate::new(200).set_body_raw(EVENTS, "text/plain");
    for stream in [false, true] {
        let whole = ResponseTemplate::new(200).set_body_json(whole());
        for answer in [whole, events(), undeclared.clone()] {
            let (reply, _) = asked(vec![answer], |settings| settings.stream = stream).await;
            assert_eq!(reply.unwrap().text.as_deref(), Some("¡Hola!"));
        }
    }
}

#[tokio::test]
async fn a_stream_that_breaks_off_is_tried_once_more_and_is_never_an_answer() {
    let cut = "data: {\"choices\":[{\"delta\":{\"content\":\"El precio es $1\"}}]}\n\n";
    let broken = || ResponseTemplate::new(200).set_body_raw(cut, "text/event-stream");
    let (reply, times) = asked(vec![broken(), broken(), events()], |_| {}).await;
    assert!(matches!(reply, Err(ModelError::Away(_))), "{reply:?}");
    assert_eq!(times, 2);
    let (reply, _) = asked(vec![broken(), events()], |_| {}).await;
    assert_eq!(reply.unwrap().text.as_deref(), Some("¡Hola!"));
}

fn at_one_micro_a_token(settings: &mut Settings) {
    settings.prices = Prices { input_micros_per_million: 1_000_000, output_micros_per_million: 1_000_000 };
}

#[tokio::test]
async fn what_failed_attempts_cost_is_told_with_the_answer_or_without_one() {
    let cut = "data: {\"choices\":[{\"delta\":{\"content\":\"El precio\"}}],\"usage\":{\"prompt_tokens\":9,\
         \"completion_tokens\":2}}\n\n";
    let broken = || ResponseTemplate::new(200).set_body_raw(cut, "text/event-stream");
    let (failed, _) = billed(vec![broken(), broken()], request(), at_one_micro_a_token).await;
    assert_eq!(failed.unwrap_err().usage, Usage { tokens_in: 18, tokens_out: 4, cost_micros: 22 });
    let answer = ResponseTemplate::new(200).set_body_json(whole());
    let (reply, _) = billed(vec![broken(), answer], request(), at_one_micro_a_token).await;
    assert_eq!(reply.unwrap().usage, Usage { tokens_in: 18, tokens_out: 5, cost_micros: 23 });
    // A call whose time is up has still cost what its earlier attempts did.
    let slow = events().set_delay(Duration::from_secs(30));
    let soon = |settings: &mut Settings| {
        at_one_micro_a_token(settings);
        settings.timeout = Duration::from_secs(2);
    };
    let (failed, _) = billed(vec![broken(), slow], request(), soon).await;
    assert_eq!(failed.unwrap_err().usage.cost_micros, 11);
}

#[tokio::test]
async fn where_the_server_does_not_count_the_tools_are_counted_too() {
    let uncounted = || {
        let answer = json!({ "choices": [{ "message": { "content": "Hola" }, "finish_reason": "stop" }] });
        vec![ResponseTemplate::new(200).set_body_json(answer)]
    };
    let without = billed(uncounted(), request(), |_| {}).await.0.unwrap().usage;
    let schema = serde_json::value::to_raw_value(&json!({ "type": "object", "properties": {} })).unwrap();
    let spec = ToolSpec { name: "view_cart", description: "Shows the open cart with all its lines.", schema };
    let with = billed(uncounted(), ModelRequest { tools: vec![spec].into(), ..request() }, |_| {}).await;
    assert!(with.0.unwrap().usage.tokens_in > without.tokens_in + 10);
}

#[tokio::test]
async fn only_what_may_pass_is_tried_again() {
    let limited = |wait: &str| {
        ResponseTemplate::new(429)
            .insert_header("retry-after", wait)
            .set_body_json(json!({ "error": { "code": "rate_limit_exceeded", "message": "slow" } }))
    };
    let quota = ResponseTemplate::new(429)
        .set_body_json(json!({ "error": { "code": "insufficient_quota", "message": "" } }));
    let refused =
        ResponseTemplate::new(400).set_body_json(json!({ "error": { "message": "x does not support tools" } }));
    let (reply, times) = asked(vec![limited("0"), events()], |_| {}).await;
    assert!(reply.is_ok() && times == 2);
    let (reply, times) = asked(vec![limited("0"), limited("0"), events()], |_| {}).await;
    assert!(matches!(reply, Err(ModelError::Away(_))) && times == 2, "{reply:?}");
    let (reply, times) = asked(vec![limited("0"), limited("0"), events()], |s| s.attempts_max = 3).await;
    assert!(reply.is_ok() && times == 3);
    let (reply, times) = asked(vec![limited("3600"), events()], |_| {}).await;
    assert!(matches!(reply, Err(ModelError::Away(_))) && times == 1, "{reply:?}");
    let (reply, times) = asked(vec![quota, events()], |_| {}).await;
    assert!(matches!(reply, Err(ModelError::Budget(_))) && times == 1, "{reply:?}");
    let (reply, times) = asked(vec![refused, events()], |_| {}).await;
    assert!(matches!(reply, Err(ModelError::Refused(_))) && times == 1, "{reply:?}");
    let (reply, times) =
        asked(vec![ResponseTemplate::new(502), ResponseTemplate::new(503), events()], |s| s.attempts_max = 3).await;
    assert!(reply.is_ok() && times == 3);
}

#[tokio::test]
async fn a_limit_refused_under_one_name_is_sent_under_the_other_from_then_on() {
    for (first, second) in [("max_completion_tokens", "max_tokens"), ("max_tokens", "max_completion_tokens")] {
        let server = MockServer::start().await;
        let unknown = json!({ "detail": [{ "type": "extra_forbidden", "loc": ["body", first] }] });
        Mock::given(body_partial_json(json!({ first: 300 })))
            .respond_with(ResponseTemplate::new(422).set_body_json(unknown))
            .expect(1)
            .mount(&server)
            .await;
        Mock::given(body_partial_json(json!({ second: 300 })))
            .respond_with(ResponseTemplate::new(200).set_body_json(whole()))
            .expect(2)
            .mount(&server)
            .await;
        let mut settings = settings(&server);
        if first == "max_tokens" {
            settings.answer_limit = AnswerLimit::MaxTokens;
        }
        let model = OpenAi::new(settings).unwrap();
        for _ in 0..2 {
            assert_eq!(model.ask(&request()).await.unwrap().text.as_deref(), Some("¡Hola!"));
        }
    }
}

#[tokio::test]
async fn a_server_that_refuses_both_names_of_the_limit_is_asked_twice_and_no_more() {
    let refused = || {
        ResponseTemplate::new(400)
            .set_body_json(json!({ "error": { "message": "Unsupported parameter: max_completion_tokens" } }))
    };
    let (reply, times) = asked(vec![refused(), refused(), events()], |_| {}).await;
    assert!(matches!(reply, Err(ModelError::Refused(_))) && times == 2, "{reply:?}");
}

#[tokio::test]
async fn an_answer_is_said_to_be_of_the_asked_model_when_the_server_does_not_say() {
    let unnamed = json!({ "choices": [{ "message": { "content": "Hola" }, "finish_reason": "stop" }] });
    let (reply, _) = asked(vec![ResponseTemplate::new(200).set_body_json(unnamed)], |_| {}).await;
    assert_eq!(reply.unwrap().model, "m-1");
}

#[tokio::test]
async fn a_stream_without_its_last_empty_line_is_whole_and_one_cut_inside_an_event_is_not() {
    let stream = |body: &str| ResponseTemplate::new(200).set_body_raw(body, "text/event-stream");
    let said = "data: {\"choices\":[{\"delta\":{\"content\":\"Hola\"}}]}\n\n";
    let whole = format!("{said}data: {{\"choices\":[{{\"delta\":{{}},\ndata: \"finish_reason\":\"stop\"}}]}}");
    let (reply, _) = asked(vec![stream(&whole)], |_| {}).await;
    assert_eq!(reply.unwrap().text.as_deref(), Some("Hola"));
    let cut = stream(&format!("{said}data: {{\"choices\":[{{\"del"));
    let (reply, times) = asked(vec![cut.clone(), cut], |_| {}).await;
    assert!(matches!(reply, Err(ModelError::Away(_))) && times == 2, "{reply:?}");
}

#[tokio::test]
async fn a_page_in_place_of_an_answer_is_no_answer() {
    let page = ResponseTemplate::new(200).set_body_raw("<html>Welcome</html>", "text/html");
    let (reply, times) = asked(vec![page], |_| {}).await;
    assert!(matches!(reply, Err(ModelError::Garbage(_))) && times == 1, "{reply:?}");
    let nonsense = ResponseTemplate::new(200).set_body_raw("data: {nonsense}\n\n", "text/event-stream");
    assert!(matches!(asked(vec![nonsense], |_| {}).await.0, Err(ModelError::Garbage(_))));
}

#[tokio::test]
async fn a_call_ends_with_its_time() {
    let slow = events().set_delay(Duration::from_secs(30));
    let (reply, _) = asked(vec![slow], |settings| settings.timeout = Duration::from_millis(200)).await;
    assert!(matches!(reply, Err(ModelError::Away(_))), "{reply:?}");
}

#[tokio::test]
async fn nobody_there_is_away() {
    let mut settings = Settings::new("http://127.0.0.1:9/v1", SecretString::from(""), "m-1");
    settings.attempts_max = 1;
    let failed = OpenAi::new(settings).unwrap().ask(&request()).await.unwrap_err();
    assert!(matches!(failed.error, ModelError::Away(_)));
    assert_eq!(failed.usage, Usage::default());
}

#[test]
fn settings_that_make_no_request_are_refused() {
    let made = |url: &str, key: &str| OpenAi::new(Settings::new(url, SecretString::from(key), "m")).err();
    assert!(matches!(made("https://a.example/v1", "a\nb"), Some(BadSettings::Key)));
    assert!(matches!(made("models", "key"), Some(BadSettings::BaseUrl)));
    assert!(matches!(made("file:///etc", "key"), Some(BadSettings::BaseUrl)));
}
