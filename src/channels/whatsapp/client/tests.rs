use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use wiremock::matchers::{body_json, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;
use crate::base::contact::ContactPoint;
use crate::base::ids::MessageId;
use crate::channels::whatsapp::payload::payloads;
use crate::conversation::bubble::Bubble;

fn client(base_url: &str) -> WhatsApp {
    let settings = Settings {
        base_url: base_url.to_owned(),
        connect_timeout: Duration::from_secs(2),
        answer_timeout: Duration::from_millis(500),
    };
    WhatsApp::new(&settings).unwrap()
}

fn hello() -> Payload {
    let to = ContactPoint::new(None, Some("5215550002222")).unwrap();
    payloads(&Bubble::Text { text: "Hola".to_owned() }, &to, MessageId::generate()).unwrap().remove(0)
}

async fn send(base_url: &str) -> Result<Accepted, SendError> {
    let token = SecretString::from("EAAG-token");
    client(base_url).send(Sender { phone_number_id: "700100", token: &token }, &hello()).await
}

async fn answered(response: ResponseTemplate) -> Result<Accepted, SendError> {
    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with(response).expect(1).mount(&server).await;
    send(&server.uri()).await
}

async fn refused_with(status: u16, error: Value) -> SendError {
    answered(ResponseTemplate::new(status).set_body_json(json!({"error": error}))).await.unwrap_err()
}

#[tokio::test]
async fn a_message_is_posted_to_its_number_and_its_id_comes_back() {
    let server = MockServer::start().await;
    let accepted = json!({"messaging_product": "whatsapp", "messages": [{"id": "wamid.O1"}]});
    Mock::given(method("POST"))
        .and(path("/v26.0/700100/messages"))
        .and(header("authorization", "Bearer EAAG-token"))
        .respond_with(ResponseTemplate::new(200).set_body_json(accepted))
        .expect(1)
        .mount(&server)
        .await;
    let sent = send(&format!("{}/v26.0/", server.uri())).await.unwrap();
    assert_eq!(sent, Accepted { wire_id: "wamid.O1".to_owned() });
}

#[tokio::test]
async fn reading_and_typing_are_shown_in_one_call() {
    let server = MockServer::start().await;
    let mark = json!({
        "messaging_product": "whatsapp", "status": "read", "message_id": "wamid.M1", "typing_indicator": {"type": "text"},
    });
    Mock::given(method("POST"))
        .and(path("/700100/messages"))
        .and(body_json(mark))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({"success": true})))
        .expect(1)
        .mount(&server)
        .await;
    let token = SecretString::from("EAAG-token");
    let sender = Sender { phone_number_id: "700100", token: &token };
    client(&server.uri()).mark_read_and_typing(sender, "wamid.M1").await.unwrap();
}

#[tokio::test]
async fn the_code_decides_and_not_the_status() {
    assert!(matches!(refused_with(400, json!({"code": 131_056})).await, SendError::RateLimitedPair));
    assert!(matches!(refused_with(400, json!({"code": 130_429})).await, SendError::RateLimitedNumber { .. }));
    assert!(matches!(refused_with(400, json!({"code": 131_047})).await, SendError::WindowClosed));
    assert!(matches!(refused_with(400, json!({"code": 131_026})).await, SendError::Undeliverable(_)));
    assert!(matches!(refused_with(400, json!({"code": 131_053})).await, SendError::Media(_)));
    assert!(matches!(refused_with(400, json!({"code": "190"})).await, SendError::TokenInvalid(_)));
    assert!(matches!(refused_with(400, json!({"code": 131_042})).await, SendError::BusinessStopped(_)));
    assert!(matches!(refused_with(500, json!({"code": 131_000})).await, SendError::Retry { .. }));
    assert!(matches!(refused_with(500, json!({"code": 100})).await, SendError::Permanent(_)));
    assert!(matches!(refused_with(400, json!({"code": 7, "is_transient": true})).await, SendError::Retry { .. }));
}

#[tokio::test]
async fn what_meta_said_is_kept_but_not_printed() {
    let error = json!({"code": 131_009, "message": "(#131009)", "error_data": {"details": "title: Pagar"}});
    let refused = refused_with(400, error).await;
    assert_eq!(refused.to_string(), "WhatsApp refused the message: error 131009");
    let SendError::Permanent(refusal) = refused else { panic!() };
    assert_eq!(refusal.words.as_deref(), Some("title: Pagar"));
}

#[tokio::test]
async fn the_wait_that_was_asked_for_is_passed_on() {
    let busy = ResponseTemplate::new(429).insert_header("Retry-After", "7").set_body_string("slow down");
    let Err(SendError::RateLimitedNumber { after }) = answered(busy).await else { panic!() };
    assert_eq!(after, Some(Duration::from_secs(7)));
}

#[tokio::test]
async fn an_answer_that_is_not_metas_is_never_taken_for_a_refusal() {
    for status in [500, 502, 503, 504, 408] {
        let gateway = ResponseTemplate::new(status).set_body_string("<html>");
        assert!(matches!(answered(gateway).await, Err(SendError::OutcomeUnknown(_))), "{status}");
    }
    let elsewhere = ResponseTemplate::new(307).insert_header("Location", "http://127.0.0.1:1/");
    assert!(matches!(answered(elsewhere).await, Err(SendError::Permanent(_))));
}

#[tokio::test]
async fn a_success_that_cannot_be_read_may_have_been_sent() {
    for body in ["", "<html>", "{}", r#"{"messages":[]}"#] {
        let answer = ResponseTemplate::new(200).set_body_string(body);
        assert!(matches!(answered(answer).await, Err(SendError::OutcomeUnknown(_))), "{body:?}");
    }
}

#[tokio::test]
async fn silence_after_the_request_leaves_the_outcome_unknown() {
    let slow = ResponseTemplate::new(200).set_delay(Duration::from_secs(5));
    assert!(matches!(answered(slow).await, Err(SendError::OutcomeUnknown(Some(_)))));
}

#[tokio::test]
async fn a_connection_lost_after_the_request_leaves_the_outcome_unknown() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 64];
        let read = stream.read(&mut request).await.unwrap();
        stream.shutdown().await.unwrap();
        read
    });
    let outcome = send(&format!("http://{address}")).await;
    assert!(matches!(outcome, Err(SendError::OutcomeUnknown(Some(_)))), "{outcome:?}");
    assert!(server.await.unwrap() > 0);
}

#[tokio::test]
async fn a_refused_connection_has_carried_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let outcome = send(&format!("http://{address}")).await;
    assert!(matches!(outcome, Err(SendError::Retry { after: None, refusal: None })), "{outcome:?}");
}

#[tokio::test]
async fn an_id_with_a_slash_stays_one_part_of_the_path() {
    let token = SecretString::from("t");
    let sender = Sender { phone_number_id: "../me", token: &token };
    let url = client("http://localhost/v26.0").messages_url(sender.phone_number_id).unwrap();
    assert_eq!(url.path(), "/v26.0/..%2Fme/messages");
}

#[test]
fn an_address_that_is_none_makes_no_client() {
    for base_url in ["", "graph", "ftp://graph"] {
        let settings = Settings { base_url: base_url.to_owned(), ..Settings::default() };
        assert!(matches!(WhatsApp::new(&settings), Err(BadSettings::BaseUrl(_))), "{base_url}");
    }
}
