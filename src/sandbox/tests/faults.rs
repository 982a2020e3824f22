//! Every kind of fault, on the wire.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::sandbox::faults::{Fault, FaultRule, Service};
use crate::sandbox::tests::stripe::FORM;
use crate::sandbox::tests::support::{Answer, Heard, PHONE, Setting, request, setting};
use crate::sandbox::webhooks::postman::Fate;

fn text(to: &str) -> Value {
    json!({"messaging_product": "whatsapp", "to": to, "text": {"body": "Hola"}})
}

async fn create(it: &Setting, key: &str) -> Option<Answer> {
    it.stripe(("POST", "/v1/checkout/sessions"), Some(key), FORM).await
}

/// Posts without expecting an answer.
async fn graph_unheard(it: &Setting, body: &Value) -> Option<Answer> {
    let headers = [("authorization", "Bearer token-one"), ("content-type", "application/json")];
    let path = format!("/v26.0/{PHONE}/messages");
    request(it.sandbox.address(), ("POST", &path), &headers, &body.to_string()).await
}

#[tokio::test]
async fn chosen_error_codes_come_with_metas_http_status() {
    let it = setting().await;
    let to = it.shopper(1).await;
    for (code, status) in [(131_056, 400), (130_429, 400), (131_000, 500), (190, 401), (131_031, 403), (2, 503)] {
        it.control().fault_once(Fault::GraphError { code });
        let answer = it.graph(&text(&to)).await;
        assert_eq!((answer.status, answer.error()["code"].as_u64()), (status, Some(u64::from(code))));
        assert!(answer.error()["message"].as_str().unwrap().starts_with(&format!("(#{code})")));
    }
    it.control().fault_once(Fault::ServerError { service: Service::Graph });
    assert_eq!(it.graph(&text(&to)).await.status, 500);
    assert_eq!(it.graph(&text(&to)).await.status, 200);
    assert_eq!(it.control().received(PHONE, 1).unwrap().len(), 1);
}

#[tokio::test]
async fn an_accepted_message_may_fail_later() {
    let it = setting().await;
    let to = it.shopper(1).await;
    it.control().fault_once(Fault::StatusFailed { code: 131_026 });
    assert_eq!(it.graph(&text(&to)).await.status, 200);
    let heard = it.heard(&["statuses.failed"]).await;
    let status = heard[0].json()["entry"][0]["changes"][0]["value"]["statuses"][0].clone();
    assert_eq!(status["errors"][0]["code"], 131_026);
    assert!(it.control().received(PHONE, 1).unwrap().is_empty());
}

#[tokio::test]
async fn an_answer_may_be_lost_after_the_message_was_accepted() {
    let it = setting().await;
    let to = it.shopper(1).await;
    it.control().fault_once(Fault::AnswerLost { service: Service::Graph });
    assert!(graph_unheard(&it, &text(&to)).await.is_none());
    assert_eq!(it.control().received(PHONE, 1).unwrap().len(), 1);
    it.heard(&["statuses.sent", "statuses.delivered"]).await;
    assert!(graph_unheard(&it, &text(&to)).await.is_some());
    assert_eq!(it.control().received(PHONE, 1).unwrap().len(), 2, "Meta knows no idempotency");
}

#[tokio::test]
async fn reading_does_not_use_up_a_fault_meant_for_a_message() {
    let it = setting().await;
    let id = it.control().say(PHONE, 1, "Hola").unwrap();
    it.control().fault_once(Fault::AnswerLost { service: Service::Graph });
    let read = json!({"messaging_product": "whatsapp", "status": "read", "message_id": id});
    assert_eq!(it.graph(&read).await.status, 200);
    assert_eq!(it.control().faults().len(), 1);
}

#[tokio::test]
async fn answers_may_be_slow() {
    let it = setting().await;
    let to = it.shopper(1).await;
    it.control().fault_once(Fault::SlowAnswer { service: Service::Graph, milliseconds: 120 });
    it.control().fault_once(Fault::SlowAnswer { service: Service::Stripe, milliseconds: 120 });
    let started = Instant::now();
    it.graph(&text(&to)).await;
    create(&it, "key").await.unwrap();
    assert!(started.elapsed() >= Duration::from_millis(240));
}

#[tokio::test]
async fn webhooks_may_be_duplicated() {
    let it = setting().await;
    it.control().fault_once(Fault::WebhookDuplicated { service: Service::Graph });
    it.control().say(PHONE, 1, "Hola").unwrap();
    let heard = it.heard(&["messages.text"; 2]).await;
    assert_eq!(heard[0].body, heard[1].body);
}

#[tokio::test]
async fn statuses_may_come_in_the_wrong_order() {
    let it = setting().await;
    let to = it.shopper(1).await;
    it.control().fault_once(Fault::WebhookReordered { service: Service::Graph });
    it.graph(&text(&to)).await;
    let heard = it.heard(&["statuses.sent", "statuses.delivered"]).await;
    assert_eq!(heard.iter().map(Heard::kind).collect::<Vec<_>>(), ["statuses.delivered", "statuses.sent"]);
}

#[tokio::test]
async fn a_late_webhook_is_overtaken() {
    let it = setting().await;
    it.control().fault_once(Fault::WebhookDelayed { service: Service::Graph, milliseconds: 300 });
    let late = it.control().say(PHONE, 1, "first").unwrap();
    it.control().say(PHONE, 1, "second").unwrap();
    it.heard(&["messages.text"]).await;
    let heard = it.heard(&["messages.text"; 2]).await;
    assert_eq!(heard[1].json()["entry"][0]["changes"][0]["value"]["messages"][0]["id"], late);
}

#[tokio::test]
async fn a_lost_webhook_never_comes() {
    let it = setting().await;
    it.control().fault_once(Fault::WebhookLost { service: Service::Graph });
    it.control().say(PHONE, 1, "lost").unwrap();
    it.control().say(PHONE, 1, "found").unwrap();
    let heard = it.heard(&["messages.text"]).await;
    assert!(heard[0].body.contains("found"));
    let fates: Vec<_> = it.control().webhooks().iter().map(|webhook| webhook.fate).collect();
    assert_eq!(fates[0], Fate::Lost);
}

#[tokio::test]
async fn faults_of_one_service_leave_the_other_alone() {
    let it = setting().await;
    it.control().fault_once(Fault::WebhookLost { service: Service::Stripe });
    it.control().fault_once(Fault::ServerError { service: Service::Stripe });
    let to = it.shopper(1).await;
    assert_eq!(it.graph(&text(&to)).await.status, 200);
    assert_eq!(it.control().faults().len(), 2);
    it.control().clear_faults();
    assert!(it.control().faults().is_empty());
}

#[tokio::test]
async fn a_saved_500_comes_again_under_its_key_only() {
    let it = setting().await;
    it.control().fault_once(Fault::SavedServerError);
    let first = create(&it, "burnt").await.unwrap();
    assert_eq!((first.status, &first.error()["type"]), (500, &json!("api_error")));
    let again = create(&it, "burnt").await.unwrap();
    assert_eq!((again.status, again.header("idempotent-replayed")), (500, Some("true")));
    assert!(it.control().sessions().is_empty());
    assert_eq!(create(&it, "fresh").await.unwrap().status, 200);
}

#[tokio::test]
async fn a_lost_answer_is_found_again_under_its_key() {
    let it = setting().await;
    it.control().fault_once(Fault::AnswerLost { service: Service::Stripe });
    assert!(create(&it, "key").await.is_none());
    let found = create(&it, "key").await.unwrap();
    assert_eq!((found.status, found.header("idempotent-replayed")), (200, Some("true")));
    assert_eq!(it.control().sessions().len(), 1);
    assert_eq!(found.json()["id"], it.control().sessions()[0].id);
}

#[tokio::test]
async fn passing_failures_of_stripe_save_nothing() {
    let it = setting().await;
    for (fault, status) in
        [(Fault::ServerError { service: Service::Stripe }, 503), (Fault::RateLimited, 429), (Fault::KeyInUse, 409)]
    {
        it.control().add_fault(FaultRule::once(fault));
        assert_eq!(create(&it, "key").await.unwrap().status, status);
    }
    assert!(it.control().sessions().is_empty());
    assert_eq!(create(&it, "key").await.unwrap().status, 200);
}

#[tokio::test]
async fn stripes_webhooks_may_be_reordered_duplicated_and_lost() {
    let it = setting().await;
    let pay = async || {
        let session = it.session(FORM).await;
        it.control().pay(session["id"].as_str().unwrap()).unwrap();
    };
    it.control().fault_once(Fault::WebhookReordered { service: Service::Stripe });
    pay().await;
    let paid = ["checkout.session.completed", "payment_intent.succeeded"];
    let heard = it.heard(&paid).await;
    assert_eq!(heard.iter().map(Heard::kind).collect::<Vec<_>>(), paid);
    it.recorder.heard.lock().unwrap().clear();
    it.control().fault_once(Fault::WebhookLost { service: Service::Stripe });
    it.control().fault_once(Fault::WebhookDuplicated { service: Service::Stripe });
    pay().await;
    it.heard(&["checkout.session.completed"; 2]).await;
}

#[tokio::test]
async fn what_was_asked_is_written_down_even_when_the_answer_was_lost() {
    let it = setting().await;
    it.control().fault_once(Fault::AnswerLost { service: Service::Stripe });
    create(&it, "key").await;
    let calls = it.control().calls();
    assert_eq!((calls.len(), calls[0].status, calls[0].request.as_str()), (1, 200, "POST /v1/checkout/sessions"));
    assert_eq!(calls[0].idempotency_key.as_deref(), Some("key"));
}
