//! A running sandbox, a server under test that records what it is sent, and an HTTP client of a few lines.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use chrono::TimeDelta;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::base::clock::{Clock, Time};
use crate::sandbox::control::handle::Control;
use crate::sandbox::settings::{SandboxNumber, SandboxSettings, SandboxStripeAccount, Timings};
use crate::sandbox::{RunningSandbox, Sandbox};

pub const PHONE: &str = "100000000000001";
pub const OTHER_PHONE: &str = "100000000000002";
pub const APP_SECRET: &str = "app secret";
pub const WEBHOOK_SECRET: &str = "whsec_one";
pub const VERSION: &str = "2026-10-28.endive";

/// A webhook as the server under test got it.
#[derive(Clone, Debug)]
pub struct Heard {
    pub path: String,
    pub signature: String,
    pub body: String,
}

impl Heard {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// `statuses.sent`, `messages.text` or the type of Stripe's event.
    pub fn kind(&self) -> String {
        let json = self.json();
        let value = &json["entry"][0]["changes"][0]["value"];
        let text = |value: &Value| value.as_str().map(str::to_owned);
        text(&json["type"])
            .or_else(|| Some(format!("messages.{}", text(&value["messages"][0]["type"])?)))
            .or_else(|| Some(format!("statuses.{}", text(&value["statuses"][0]["status"])?)))
            .unwrap()
    }
}

#[derive(Default)]
pub struct Recorder {
    pub heard: Mutex<Vec<Heard>>,
    pub answers: Mutex<VecDeque<u16>>,
}

async fn record(
    State(recorder): State<Arc<Recorder>>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, String) {
    let query = uri.query().unwrap_or_default();
    if query.contains("hub.mode=subscribe") {
        let part = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name)).unwrap_or_default();
        return match part("hub.verify_token=") {
            "right" => (StatusCode::OK, part("hub.challenge=").to_owned()),
            _ => (StatusCode::FORBIDDEN, String::new()),
        };
    }
    let header = |name: &str| headers.get(name).map(|value| value.to_str().unwrap().to_owned());
    let signature = header("x-hub-signature-256").or_else(|| header("stripe-signature")).unwrap_or_default();
    let body = String::from_utf8(body.to_vec()).unwrap();
    recorder.heard.lock().unwrap().push(Heard { path: uri.path().to_owned(), signature, body });
    let status = recorder.answers.lock().unwrap().pop_front().unwrap_or(200);
    (StatusCode::from_u16(status).unwrap(), String::new())
}

pub struct Setting {
    pub sandbox: RunningSandbox,
    pub recorder: Arc<Recorder>,
    pub clock: Clock,
}

pub fn noon() -> Time {
    Time::from_timestamp(1_793_966_400, 0).unwrap()
}

pub async fn setting() -> Setting {
    setting_with(Timings::immediate()).await
}

pub async fn setting_with(timings: Timings) -> Setting {
    let recorder = Arc::new(Recorder::default());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let app = listener.local_addr().unwrap();
    let router = Router::new().fallback(record).with_state(Arc::clone(&recorder));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let clock = Clock::fixed(noon());
    let number = |id: &str, token: &str, slug: &str| SandboxNumber {
        phone_number_id: id.to_owned(),
        display_number: "+52 55 5000 1001".to_owned(),
        shop_name: format!("Shop {slug}"),
        access_token: token.to_owned(),
        locale: "es-MX".parse().unwrap(),
        shop_slug: slug.to_owned(),
    };
    let account = |path: &str| SandboxStripeAccount {
        merchant_path: path.to_owned(),
        api_key: format!("sk_test_{path}"),
        webhook_secret: format!("whsec_{path}"),
        shop_name: format!("Shop {path}"),
        locale: "es-MX".parse().unwrap(),
    };
    let sandbox = Sandbox::start(SandboxSettings {
        bind: "127.0.0.1:0".parse().unwrap(),
        public_base_url: None,
        app_url: format!("http://{app}/"),
        whatsapp_app_secret: APP_SECRET.to_owned(),
        phones: vec![number(PHONE, "token-one", "one"), number(OTHER_PHONE, "token-two", "two")],
        stripe_accounts: vec![account("one"), account("two")],
        timings,
        clock: clock.clone(),
    })
    .await
    .unwrap();
    Setting { sandbox, recorder, clock }
}

impl Setting {
    pub fn control(&self) -> Control {
        self.sandbox.control()
    }

    pub fn advance(&self, by: TimeDelta) {
        self.clock.advance(by);
    }

    /// Sends a body to the Graph API as the first shop.
    pub async fn graph(&self, body: &Value) -> Answer {
        self.graph_as("token-one", PHONE, body).await
    }

    pub async fn graph_as(&self, token: &str, phone: &str, body: &Value) -> Answer {
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        let path = format!("/v26.0/{phone}/messages");
        request(self.sandbox.address(), ("POST", &path), &headers, &body.to_string()).await.unwrap()
    }

    /// Calls Stripe as the first shop.
    pub async fn stripe(&self, call: (&str, &str), key: Option<&str>, form: &str) -> Option<Answer> {
        let mut headers = vec![("authorization", "Bearer sk_test_one"), ("stripe-version", VERSION)];
        headers.push(("content-type", "application/x-www-form-urlencoded"));
        headers.extend(key.map(|key| ("idempotency-key", key)));
        request(self.sandbox.address(), call, &headers, form).await
    }

    pub async fn session(&self, form: &str) -> Value {
        let answer = self.stripe(("POST", "/v1/checkout/sessions"), None, form).await.unwrap();
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }

    /// Waits until the server under test heard webhooks of these kinds, in any order, and no others.
    pub async fn heard(&self, expected: &[&str]) -> Vec<Heard> {
        let mut expected: Vec<String> = expected.iter().map(|kind| (*kind).to_owned()).collect();
        expected.sort();
        let mut kinds = Vec::new();
        for _ in 0..400 {
            let heard = self.recorder.heard.lock().unwrap().clone();
            kinds = heard.iter().map(Heard::kind).collect();
            kinds.sort();
            if kinds == expected {
                return heard;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("wanted {expected:?}, heard {kinds:?}");
    }

    /// Lets the next webhooks be answered so.
    pub fn answer_with(&self, statuses: &[u16]) {
        self.recorder.answers.lock().unwrap().extend(statuses);
    }

    /// A shopper who has just written, so that the window is open; gives the phone number with a plus.
    pub async fn shopper(&self, number: u32) -> String {
        self.control().say(PHONE, number, "Hola").unwrap();
        self.heard(&["messages.text"]).await;
        self.recorder.heard.lock().unwrap().clear();
        format!("+{}", self.control().shopper(PHONE, number).unwrap().phone)
    }
}

/// What a server answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.body))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }

    pub fn error(&self) -> Value {
        self.json()["error"].clone()
    }
}

/// One HTTP exchange on a connection of its own; `None` when the connection closed without an answer.
pub async fn request(
    address: SocketAddr,
    (method, path): (&str, &str),
    headers: &[(&str, &str)],
    body: &str,
) -> Option<Answer> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let mut head = format!("{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n");
    for (name, value) in headers {
        head += &[name, ": ", value, "\r\n"].concat();
    }
    head += &["content-length: ", &body.len().to_string(), "\r\n\r\n"].concat();
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some(Answer { status, head: head.to_owned(), body: body.to_owned() })
}
