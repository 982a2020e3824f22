//! Sessions, payments, refunds and idempotency keys.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::sandbox::stripe::ledger::PayAction;
use crate::sandbox::stripe::session::Stage;
use crate::sandbox::tests::support::{Heard, Setting, VERSION, request, setting};

pub const FORM: &str = "mode=payment&success_url=https%3A%2F%2Fshop.example%2Fthanks%3Fs%3D%7BCHECKOUT_SESSION_ID%7D\
    &cancel_url=https%3A%2F%2Fshop.example%2Fback&client_reference_id=order_1&locale=es\
    &metadata[order]=order_1&payment_intent_data[metadata][order]=order_1_pi\
    &line_items[0][quantity]=2&line_items[0][price_data][currency]=mxn\
    &line_items[0][price_data][unit_amount]=64900&line_items[0][price_data][product_data][name]=Lentes";

fn id(session: &Value) -> &str {
    session["id"].as_str().unwrap()
}

async fn create(it: &Setting, key: &str, form: &str) -> crate::sandbox::tests::support::Answer {
    it.stripe(("POST", "/v1/checkout/sessions"), Some(key), form).await.unwrap()
}

fn object(heard: &[Heard], kind: &str) -> Value {
    let found = heard.iter().find(|heard| heard.kind() == kind);
    found.unwrap_or_else(|| panic!("no {kind}")).json()["data"]["object"].clone()
}

#[tokio::test]
async fn a_new_session_is_open_and_has_no_payment_yet() {
    let it = setting().await;
    let session = it.session(FORM).await;
    assert_eq!((&session["status"], &session["payment_status"]), (&json!("open"), &json!("unpaid")));
    assert_eq!((&session["payment_intent"], &session["amount_total"]), (&Value::Null, &json!(129_800)));
    assert_eq!(session["metadata"], json!({"order": "order_1"}));
    let url = session["url"].as_str().unwrap();
    assert!(url.starts_with(it.sandbox.base_url()) && url.contains("#fid"), "{url}");
    assert_eq!(
        session["expires_at"].as_i64(),
        Some(crate::sandbox::tests::support::noon().timestamp() + 24 * 3600)
    );
}

#[tokio::test]
async fn paying_completes_the_session_and_keeps_both_metadata_apart() {
    let it = setting().await;
    let session = it.session(FORM).await;
    it.control().pay(id(&session)).unwrap();
    let heard = it.heard(&["payment_intent.succeeded", "checkout.session.completed"]).await;
    let completed = object(&heard, "checkout.session.completed");
    assert_eq!((&completed["status"], &completed["payment_status"]), (&json!("complete"), &json!("paid")));
    assert_eq!((&completed["metadata"]["order"], &completed["url"]), (&json!("order_1"), &Value::Null));
    let intent = object(&heard, "payment_intent.succeeded");
    assert_eq!(completed["payment_intent"], intent["id"]);
    assert_eq!((&intent["metadata"]["order"], &intent["amount_received"]), (&json!("order_1_pi"), &json!(129_800)));
    assert!(it.control().pay(id(&session)).is_err(), "paid twice");
    let path = format!("/v1/checkout/sessions/{}?expand[]=payment_intent", id(&session));
    let read = it.stripe(("GET", &path), None, "").await.unwrap().json();
    assert_eq!(read["payment_intent"]["status"], "succeeded");
}

#[tokio::test]
async fn a_declined_card_leaves_the_session_open() {
    let it = setting().await;
    let session = it.session(FORM).await;
    it.control().act(id(&session), PayAction::DeclineCard).unwrap();
    let heard = it.heard(&["payment_intent.payment_failed"]).await;
    let failed = object(&heard, "payment_intent.payment_failed");
    assert_eq!(failed["last_payment_error"]["code"], "card_declined");
    assert_eq!(it.control().sessions()[0].stage, Stage::Open);
    it.control().pay(id(&session)).unwrap();
    let kinds = ["payment_intent.payment_failed", "payment_intent.succeeded", "checkout.session.completed"];
    let heard = it.heard(&kinds).await;
    assert_eq!(object(&heard, "payment_intent.succeeded")["id"], failed["id"]);
}

#[tokio::test]
async fn a_voucher_completes_unpaid_and_is_settled_or_fails_later() {
    let it = setting().await;
    for (ending, kinds, stage) in [
        (
            PayAction::SettleVoucher,
            ["payment_intent.succeeded", "checkout.session.async_payment_succeeded"],
            Stage::Paid,
        ),
        (
            PayAction::FailVoucher,
            ["payment_intent.payment_failed", "checkout.session.async_payment_failed"],
            Stage::VoucherFailed,
        ),
    ] {
        it.recorder.heard.lock().unwrap().clear();
        let session = it.session(FORM).await;
        assert!(it.control().act(id(&session), ending).is_err(), "no voucher yet");
        it.control().act(id(&session), PayAction::TakeVoucher).unwrap();
        let heard = it.heard(&["checkout.session.completed"]).await;
        let completed = object(&heard, "checkout.session.completed");
        assert_eq!((&completed["status"], &completed["payment_status"]), (&json!("complete"), &json!("unpaid")));
        assert!(completed["payment_intent"].is_string());
        assert_eq!(it.control().act(id(&session), ending).unwrap().stage, stage);
        let heard = it.heard(&["checkout.session.completed", kinds[0], kinds[1]]).await;
        let paid = if stage == Stage::Paid { "paid" } else { "unpaid" };
        assert_eq!(object(&heard, kinds[1])["payment_status"], paid);
    }
}

#[tokio::test]
async fn nothing_to_pay_completes_without_a_payment() {
    let it = setting().await;
    let session = it.session(&FORM.replace("=64900", "=0")).await;
    it.control().pay(id(&session)).unwrap();
    let heard = it.heard(&["checkout.session.completed"]).await;
    let completed = object(&heard, "checkout.session.completed");
    assert_eq!(completed["payment_status"], "no_payment_required");
    assert_eq!(completed["payment_intent"], Value::Null);
}

#[tokio::test]
async fn a_session_expires_by_time_and_by_call_and_only_while_open() {
    let it = setting().await;
    let session = it.session(FORM).await;
    it.advance(TimeDelta::hours(24));
    it.heard(&["checkout.session.expired"]).await;
    assert_eq!(it.control().sessions()[0].stage, Stage::Expired);
    assert!(it.control().pay(id(&session)).is_err());

    let second = it.session(FORM).await;
    let expire = format!("/v1/checkout/sessions/{}/expire", id(&second));
    let expired = it.stripe(("POST", &expire), None, "").await.unwrap();
    assert_eq!((expired.status, &expired.json()["status"]), (200, &json!("expired")));
    assert_eq!(expired.json()["url"], Value::Null);
    let again = it.stripe(("POST", &expire), None, "").await.unwrap();
    assert_eq!((again.status, &again.error()["type"]), (400, &json!("invalid_request_error")));
    it.heard(&["checkout.session.expired"; 2]).await;
}

#[tokio::test]
async fn refunds_add_up_and_cannot_exceed_the_payment() {
    let it = setting().await;
    let session = it.session(FORM).await;
    it.control().pay(id(&session)).unwrap();
    let paid = ["payment_intent.succeeded", "checkout.session.completed"];
    it.heard(&paid).await;
    let intent = it.control().sessions()[0].payment_intent.clone().unwrap();
    let refund = |amount: &str, key: &'static str| {
        let form = format!("payment_intent={intent}{amount}");
        let it = &it;
        async move { it.stripe(("POST", "/v1/refunds"), Some(key), &form).await.unwrap() }
    };
    let first = refund("&amount=50000&reason=requested_by_customer", "one").await;
    assert_eq!((first.status, &first.json()["amount"]), (200, &json!(50_000)));
    assert_eq!(refund("&amount=50000&reason=requested_by_customer", "one").await.json(), first.json());
    assert_eq!(refund("&amount=79801", "two").await.error()["code"], "amount_too_large");
    let rest = refund("", "three").await;
    assert_eq!(rest.json()["amount"], 79_800);
    assert_eq!(refund("", "four").await.error()["code"], "charge_already_refunded");
    let kinds = [&paid[..], &["refund.created", "charge.refunded"].repeat(2)].concat();
    let heard = it.heard(&kinds).await;
    let charges: Vec<Value> =
        heard.iter().filter(|heard| heard.kind() == "charge.refunded").map(Heard::json).collect();
    let of = |at: usize| &charges[at]["data"]["object"];
    assert_eq!((&of(0)["amount_refunded"], &of(0)["refunded"]), (&json!(50_000), &json!(false)));
    assert_eq!((&of(1)["amount_refunded"], &of(1)["refunded"]), (&json!(129_800), &json!(true)));
    assert_eq!(of(1)["metadata"]["order"], "order_1_pi");
}

#[tokio::test]
async fn the_same_key_gives_the_same_session_and_another_body_is_refused() {
    let it = setting().await;
    let first = create(&it, "key", FORM).await;
    let second = create(&it, "key", FORM).await;
    assert_eq!(first.json(), second.json());
    assert_eq!((first.header("idempotent-replayed"), second.header("idempotent-replayed")), (None, Some("true")));
    let other = create(&it, "key", &FORM.replace("64900", "60000")).await;
    assert_eq!((other.status, &other.error()["type"]), (400, &json!("idempotency_error")));
    assert_eq!(it.control().sessions().len(), 1);
    let long = create(&it, &"k".repeat(256), FORM).await;
    assert_eq!((long.status, &long.error()["type"]), (400, &json!("idempotency_error")));
    it.advance(TimeDelta::hours(25));
    assert_ne!(create(&it, "key", FORM).await.json()["id"], first.json()["id"]);
}

#[tokio::test]
async fn refused_parameters_do_not_use_up_a_key() {
    let it = setting().await;
    assert_eq!(create(&it, "key", &FORM.replace("mode=payment", "mode=gift")).await.status, 400);
    assert_eq!(create(&it, "key", FORM).await.status, 200);
}

#[tokio::test]
async fn keys_of_two_accounts_do_not_meet() {
    let it = setting().await;
    let first = create(&it, "key", FORM).await.json();
    let headers = [
        ("authorization", "Bearer sk_test_two"),
        ("stripe-version", VERSION),
        ("idempotency-key", "key"),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    let address = it.sandbox.address();
    let second = request(address, ("POST", "/v1/checkout/sessions"), &headers, FORM).await.unwrap().json();
    assert_ne!(first["id"], second["id"]);
    let path = format!("/v1/checkout/sessions/{}", id(&first));
    let foreign = request(address, ("GET", &path), &headers[..2], "").await.unwrap();
    assert_eq!((foreign.status, &foreign.error()["code"]), (404, &json!("resource_missing")));
}

#[tokio::test]
async fn a_call_needs_a_key_and_a_version() {
    let it = setting().await;
    let call = |headers: Vec<(&'static str, &'static str)>| {
        let address = it.sandbox.address();
        async move { request(address, ("GET", "/v1/account"), &headers, "").await.unwrap() }
    };
    assert_eq!(call(vec![("stripe-version", VERSION)]).await.status, 401);
    assert_eq!(
        call(vec![("authorization", "Bearer sk_test_nobody"), ("stripe-version", VERSION)]).await.status,
        401
    );
    let unversioned = call(vec![("authorization", "Bearer sk_test_one")]).await;
    assert_eq!(unversioned.status, 400);
    assert!(unversioned.error()["message"].as_str().unwrap().contains("Stripe-Version"));
    assert_eq!(call(vec![("authorization", "Bearer sk_test_one"), ("stripe-version", "newest")]).await.status, 400);
    let right = call(vec![("authorization", "Bearer sk_test_one"), ("stripe-version", VERSION)]).await;
    assert_eq!((right.status, &right.json()["object"]), (200, &json!("account")));
    assert!(right.header("request-id").is_some());
}

#[tokio::test]
async fn the_newest_sessions_are_listed_and_only_the_accounts_own() {
    let it = setting().await;
    let (_, second) = (it.session(FORM).await, it.session(FORM).await);
    let listed = it.stripe(("GET", "/v1/checkout/sessions?limit=1"), None, "").await.unwrap();
    assert_eq!(listed.status, 200);
    let listed = listed.json();
    assert_eq!((&listed["data"][0]["id"], &listed["has_more"]), (&second["id"], &json!(true)));
    assert_eq!(listed["data"].as_array().unwrap().len(), 1);
    let headers = [("authorization", "Bearer sk_test_two"), ("stripe-version", VERSION)];
    let path = ("GET", "/v1/checkout/sessions");
    let foreign = request(it.sandbox.address(), path, &headers, "").await.unwrap().json();
    assert_eq!(foreign["data"], json!([]));
    let bad = it.stripe(("GET", "/v1/checkout/sessions?limit=0"), None, "").await.unwrap();
    assert_eq!(bad.status, 400);
}
