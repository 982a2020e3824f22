use serde_json::json;
use uuid::Uuid;
use wiremock::matchers::{body_string_contains, header, method, path};
use wiremock::{Mock, MockServer, Respond, ResponseTemplate};

use super::*;
use crate::base::clock::Time;
use crate::base::fingerprint::Fingerprint;
use crate::base::ids::{ConversationId, OrderId, QuoteId};
use crate::base::money::Money;
use crate::checkout::payments::SessionLine;
use crate::stripe::samples::session;

fn account(base_url: &str) -> Account {
    let settings = Settings {
        base_url: base_url.to_owned(),
        answer_timeout: Duration::from_millis(500),
        wait_min: Duration::from_millis(1),
        wait_max: Duration::from_millis(20),
        ..Settings::default()
    };
    Stripe::new(settings).unwrap().account(SecretString::from("sk_test_key"))
}

fn request() -> SessionRequest {
    let unit = Money::new(134_900, "MXN".parse().unwrap());
    SessionRequest {
        order: OrderId::from_uuid(Uuid::from_u128(1)),
        order_number: 1042,
        conversation: ConversationId::from_uuid(Uuid::from_u128(2)),
        quote: QuoteId::from_uuid(Uuid::from_u128(3)),
        fingerprint: Fingerprint::of(b"quote"),
        lines: vec![SessionLine { title: "Botas".to_owned(), quantity: 1, unit, image: None }],
        total: unit,
        expires_at: Time::from_timestamp(1_790_001_800, 0).unwrap(),
        success_url: "https://shop.example/thanks?s={CHECKOUT_SESSION_ID}".to_owned(),
        cancel_url: "https://shop.example/cart".to_owned(),
        locale: "es".to_owned(),
        idempotency_key: "cart_1:9f3c:1".to_owned(),
    }
}

fn opened() -> ResponseTemplate {
    let mut open = session("open", "unpaid");
    open["url"] = json!("https://checkout.example/c/pay/cs_test_b1Botas#fidkdWxO");
    ResponseTemplate::new(200).set_body_json(open)
}

fn failed(status: u16, code: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_json(json!({"error": {"code": code, "message": "no"}}))
}

/// Answers each call with the next of these, and the last one for ever.
struct InTurn(std::sync::Mutex<Vec<ResponseTemplate>>);

impl Respond for InTurn {
    fn respond(&self, _: &wiremock::Request) -> ResponseTemplate {
        let mut left = self.0.lock().unwrap();
        if left.len() > 1 { left.remove(0) } else { left[0].clone() }
    }
}

async fn open_with(answers: Vec<ResponseTemplate>, calls: u64) -> Result<Session, PaymentsError> {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/v1/checkout/sessions"))
        .and(header("Idempotency-Key", "cart_1:9f3c:1"))
        .respond_with(InTurn(std::sync::Mutex::new(answers)))
        .expect(calls)
        .mount(&server)
        .await;
    account(&server.uri()).open(&request()).await
}

#[tokio::test]
async fn a_session_is_opened_under_our_key_and_the_pinned_version() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/v1/checkout/sessions"))
        .and(header("Authorization", "Bearer sk_test_key"))
        .and(header("Stripe-Version", "2026-10-28.endive"))
        .and(header("Idempotency-Key", "cart_1:9f3c:1"))
        .and(header("Content-Type", "application/x-www-form-urlencoded"))
        .and(body_string_contains(
            "success_url=https%3A%2F%2Fshop.example%2Fthanks%3Fs%3D%7BCHECKOUT_SESSION_ID%7D",
        ))
        .respond_with(opened())
        .expect(1)
        .mount(&server)
        .await;
    let opened = account(&server.uri()).open(&request()).await.unwrap();
    assert_eq!(opened.id, "cs_test_b1Botas");
    assert_eq!(opened.url.as_deref(), Some("https://checkout.example/c/pay/cs_test_b1Botas#fidkdWxO"));
    assert_eq!((opened.livemode, opened.expires_at.timestamp()), (false, 1_790_001_800));
    assert_eq!(opened.notice, None);
}

#[tokio::test]
async fn what_may_pass_is_repeated_with_the_same_key() {
    for passing in [
        failed(409, "lock_timeout"),
        failed(429, "rate_limit"),
        failed(503, "api_error"),
        failed(400, "odd").insert_header("Stripe-Should-Retry", "true"),
        ResponseTemplate::new(502).set_body_string("<html>"),
        ResponseTemplate::new(200).set_body_string("<html>"),
        opened().set_delay(Duration::from_secs(5)),
    ] {
        assert!(open_with(vec![passing, opened()], 2).await.is_ok());
    }
}

#[tokio::test]
async fn repeats_are_bounded() {
    let busy = open_with(vec![failed(429, "rate_limit")], 4).await;
    assert!(matches!(busy, Err(PaymentsError::Away(_))), "{busy:?}");
}

#[tokio::test]
async fn a_wait_longer_than_ours_is_not_waited_for() {
    let busy = failed(429, "rate_limit").insert_header("Retry-After", "60");
    assert!(matches!(open_with(vec![busy], 1).await, Err(PaymentsError::Away(_))));
    let now = failed(429, "rate_limit").insert_header("Retry-After", "0");
    assert!(open_with(vec![now, opened()], 2).await.is_ok());
}

#[tokio::test]
async fn who_is_asked_to_stop_stops() {
    let stop = failed(429, "rate_limit").insert_header("Stripe-Should-Retry", "false");
    assert!(matches!(open_with(vec![stop], 1).await, Err(PaymentsError::Away(_))));
}

#[tokio::test]
async fn a_500_is_looked_at_once_more_and_then_the_key_is_burnt() {
    assert!(open_with(vec![failed(500, "api_error"), opened()], 2).await.is_ok());
    let burnt = open_with(vec![failed(500, "api_error")], 2).await;
    assert!(matches!(burnt, Err(PaymentsError::KeyIsBurnt)), "{burnt:?}");
}

#[tokio::test]
async fn a_saved_failure_burns_the_key_at_once() {
    let kept = failed(500, "api_error").insert_header("Idempotent-Replayed", "true");
    assert!(matches!(open_with(vec![kept], 1).await, Err(PaymentsError::KeyIsBurnt)));
}

#[tokio::test]
async fn a_refusal_is_told_to_the_operator_and_not_repeated() {
    for status in [400, 401, 402, 403, 404] {
        let Err(PaymentsError::Refused(words)) = open_with(vec![failed(status, "bad_key")], 1).await else {
            panic!()
        };
        assert_eq!(words, format!("{status} bad_key: no"));
    }
}

#[tokio::test]
async fn a_session_that_would_charge_something_else_is_not_handed_out() {
    let mut other = session("open", "unpaid");
    other["amount_total"] = json!(134_901);
    let answer = open_with(vec![ResponseTemplate::new(200).set_body_json(other)], 1).await;
    assert!(matches!(answer, Err(PaymentsError::Refused(_))), "{answer:?}");
}

#[tokio::test]
async fn a_request_that_makes_no_sense_is_not_sent() {
    let account = account("http://127.0.0.1:1");
    for wrong in [
        SessionRequest { idempotency_key: String::new(), ..request() },
        SessionRequest { lines: vec![], ..request() },
    ] {
        assert!(matches!(account.open(&wrong).await, Err(PaymentsError::Refused(_))));
    }
}

#[tokio::test]
async fn who_cannot_be_reached_is_away() {
    let away = account("http://127.0.0.1:1").look_up("cs_test_b1Botas").await;
    assert!(matches!(away, Err(PaymentsError::Away(_))), "{away:?}");
}

async fn looked_up(status: &str, payment_status: &str) -> Option<NoticeKind> {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .and(path("/v1/checkout/sessions/cs_test_b1Botas"))
        .and(header("Stripe-Version", "2026-10-28.endive"))
        .respond_with(ResponseTemplate::new(200).set_body_json(session(status, payment_status)))
        .mount(&server)
        .await;
    let found = account(&server.uri()).look_up("cs_test_b1Botas").await.unwrap();
    found.notice.map(|notice| notice.kind)
}

#[tokio::test]
async fn looking_up_tells_what_became_of_the_payment() {
    assert_eq!(looked_up("open", "unpaid").await, None);
    assert_eq!(looked_up("complete", "paid").await, Some(NoticeKind::CompletedPaid));
    assert_eq!(looked_up("complete", "unpaid").await, Some(NoticeKind::CompletedUnpaid));
    assert_eq!(looked_up("complete", "no_payment_required").await, Some(NoticeKind::CompletedFree));
    assert_eq!(looked_up("complete", "something_new").await, None);
    assert_eq!(looked_up("expired", "unpaid").await, Some(NoticeKind::Expired));
}

#[tokio::test]
async fn a_500_without_a_key_burns_nothing() {
    let server = MockServer::start().await;
    Mock::given(method("GET")).respond_with(failed(500, "api_error")).expect(4).mount(&server).await;
    let away = account(&server.uri()).look_up("cs_1").await;
    assert!(matches!(away, Err(PaymentsError::Away(_))), "{away:?}");
}

async fn closed(found: Value) -> Result<Session, PaymentsError> {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/v1/checkout/sessions/cs_1/expire"))
        .respond_with(failed(400, "not_open"))
        .mount(&server)
        .await;
    Mock::given(method("GET")).respond_with(ResponseTemplate::new(200).set_body_json(found)).mount(&server).await;
    account(&server.uri()).close("cs_1").await
}

#[tokio::test]
async fn closing_what_is_already_over_tells_what_it_became() {
    let paid = closed(session("complete", "paid")).await.unwrap();
    assert_eq!(paid.notice.map(|notice| notice.kind), Some(NoticeKind::CompletedPaid));
    let expired = closed(session("expired", "unpaid")).await.unwrap();
    assert_eq!(expired.notice.map(|notice| notice.kind), Some(NoticeKind::Expired));
    assert!(matches!(closed(session("open", "unpaid")).await, Err(PaymentsError::Refused(_))));
}

#[tokio::test]
async fn an_open_session_is_closed() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/v1/checkout/sessions/cs_1/expire"))
        .respond_with(ResponseTemplate::new(200).set_body_json(session("expired", "unpaid")))
        .expect(1)
        .mount(&server)
        .await;
    let closed = account(&server.uri()).close("cs_1").await.unwrap();
    assert_eq!((closed.url, closed.notice.map(|notice| notice.kind)), (None, Some(NoticeKind::Expired)));
}

#[tokio::test]
async fn an_id_cannot_change_the_path() {
    let account = account("http://localhost/");
    assert_eq!(account.sessions_url(&["../charges"]).unwrap().path(), "/v1/checkout/sessions/..%2Fcharges");
    assert!(account.sessions_url(&[""]).is_err());
}
