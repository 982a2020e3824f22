//! Webhooks on the wire: signatures by an independent computation, retries, order, and what is written down.

use sha2::{Digest as _, Sha256};

use crate::sandbox::settings::Timings;
use crate::sandbox::tests::support::{APP_SECRET, Heard, PHONE, WEBHOOK_SECRET, noon, setting, setting_with};
use crate::sandbox::webhooks::postman::Fate;

/// HMAC-SHA256 by its definition (RFC 2104), without the crate that the sandbox uses.
fn hmac(key: &str, message: &str) -> String {
    let mut block = [0u8; 64];
    block[..key.len()].copy_from_slice(key.as_bytes());
    let pad = |byte: u8| block.iter().map(|b| b ^ byte).collect::<Vec<u8>>();
    let inner = Sha256::digest([pad(0x36).as_slice(), message.as_bytes()].concat());
    hex::encode(Sha256::digest([pad(0x5c).as_slice(), inner.as_slice()].concat()))
}

#[tokio::test]
async fn meta_signs_the_raw_escaped_bytes() {
    let it = setting().await;
    it.control().say(PHONE, 1, "¿Cuánto cuesta? 10/15 😀").unwrap();
    let heard = it.heard(&["messages.text"]).await;
    let Heard { path, signature, body } = &heard[0];
    assert_eq!(path, "/hooks/whatsapp");
    assert_eq!(*signature, format!("sha256={}", hmac(APP_SECRET, body)));
    assert!(body.is_ascii(), "{body}");
    assert!(body.contains(r"\u00bfCu\u00e1nto cuesta? 10\/15 \ud83d\ude00"), "{body}");
}

#[tokio::test]
async fn stripe_signs_time_and_body_and_prints_with_two_spaces() {
    let it = setting().await;
    let session = it.session(crate::sandbox::tests::stripe::FORM).await;
    it.control().pay(session["id"].as_str().unwrap()).unwrap();
    let heard = it.heard(&["payment_intent.succeeded", "checkout.session.completed"]).await;
    for Heard { path, signature, body } in &heard {
        assert_eq!(path, "/hooks/stripe/one");
        let seconds = noon().timestamp();
        assert_eq!(*signature, format!("t={seconds},v1={}", hmac(WEBHOOK_SECRET, &format!("{seconds}.{body}"))));
        assert!(body.starts_with("{\n  \""), "{body}");
    }
}

#[tokio::test]
async fn a_webhook_comes_again_until_it_is_accepted() {
    let it = setting().await;
    it.answer_with(&[500, 302, 503]);
    it.control().say(PHONE, 1, "Hola").unwrap();
    let heard = it.heard(&["messages.text"; 4]).await;
    assert!(heard.iter().all(|one| one.body == heard[0].body));
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    let record = it.control().webhooks().remove(0);
    assert_eq!(record.fate, Fate::Accepted);
    let statuses: Vec<_> = record.attempts.iter().map(|attempt| attempt.status).collect();
    assert_eq!(statuses, [Some(500), Some(302), Some(503), Some(200)]);
}

#[tokio::test]
async fn a_webhook_nobody_accepts_is_given_up() {
    let gaps = vec![std::time::Duration::ZERO; 2];
    let it = setting_with(Timings { retry_gaps: gaps, ..Timings::immediate() }).await;
    it.answer_with(&[500; 3]);
    it.control().say(PHONE, 1, "Hola").unwrap();
    it.heard(&["messages.text"; 3]).await;
    for _ in 0..200 {
        if it.control().webhooks()[0].fate == Fate::GivenUp {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    panic!("{:?}", it.control().webhooks());
}

#[tokio::test]
async fn quick_messages_arrive_in_the_order_they_were_written() {
    let it = setting().await;
    for at in 0..20 {
        it.control().say(PHONE, 1, &format!("{at}")).unwrap();
    }
    let heard = it.heard(&["messages.text"; 20]).await;
    for (at, heard) in heard.iter().enumerate() {
        let body = heard.json()["entry"][0]["changes"][0]["value"]["messages"][0]["text"]["body"].clone();
        assert_eq!(body, at.to_string());
    }
}

#[tokio::test]
async fn a_webhook_can_be_sent_again_with_the_same_event_id() {
    let it = setting().await;
    let session = it.session(crate::sandbox::tests::stripe::FORM).await;
    it.control().act(session["id"].as_str().unwrap(), crate::sandbox::stripe::ledger::PayAction::Expire).unwrap();
    it.heard(&["checkout.session.expired"]).await;
    let id = it.control().webhooks()[0].id;
    assert_eq!(it.control().resend(id).await, Ok(200));
    let heard = it.heard(&["checkout.session.expired"; 2]).await;
    assert_eq!(heard[0].json()["id"], heard[1].json()["id"]);
}

#[tokio::test]
async fn meta_verifies_the_webhook_address_on_request() {
    let it = setting().await;
    assert_eq!(it.control().verify_webhook("right").await, Ok(true));
    assert_eq!(it.control().verify_webhook("wrong").await, Ok(false));
}

#[tokio::test]
async fn a_stopped_sandbox_listens_no_more() {
    let it = setting().await;
    let address = it.sandbox.address();
    it.sandbox.stop().await;
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}
