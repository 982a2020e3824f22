//! A server that speaks Chat Completions and says what a test's script tells it to.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use trato::config::Settings;

use crate::support::PATIENCE;

/// One request to the model, for a script to answer.
#[derive(Clone, Debug)]
pub struct Question {
    /// The body, as it came.
    pub body: Value,
}

/// What the model answers.
#[derive(Clone)]
pub enum Answer {
    /// Words.
    Says(String),
    /// Calls of tools: names and arguments.
    Calls(Vec<(String, Value)>),
    /// Another status, with this body.
    Fails(u16, String),
    /// Nothing, ever.
    Hangs,
    /// The answer, once the gate is opened.
    After(Arc<Gate>, Box<Self>),
}

/// Words.
pub fn says(words: &str) -> Answer {
    Answer::Says(words.to_owned())
}

/// One call.
pub fn calls(tool: &str, arguments: Value) -> Answer {
    Answer::Calls(vec![(tool.to_owned(), arguments)])
}

/// A search for these words.
pub fn searches(query: &str) -> Answer {
    let arguments = json!({
        "query": query, "price_min": null, "price_max": null, "options": [], "category": null, "in_stock_only": false,
    });
    calls("search_catalog", arguments)
}

/// So many of this SKU into the cart.
pub fn adds(sku: &str, quantity: u32) -> Answer {
    calls("change_cart", json!({ "changes": [{ "action": "add", "sku": sku, "quantity": quantity }] }))
}

/// The pay page of this quote.
pub fn checks_out(quote: &str) -> Answer {
    calls("create_checkout_session", json!({ "quote": quote }))
}

/// Holds the model's answer back until a test has done what it wants to do meanwhile.
pub struct Gate {
    reached: Semaphore,
    open: Semaphore,
}

impl Gate {
    /// A closed gate.
    pub fn closed() -> Arc<Self> {
        Arc::new(Self { reached: Semaphore::new(0), open: Semaphore::new(0) })
    }

    /// Waits until the model was asked and stands before the gate.
    pub async fn reached(&self) {
        let reached = tokio::time::timeout(PATIENCE, self.reached.acquire()).await;
        reached.expect("the model to be asked").unwrap().forget();
    }

    /// Lets it answer.
    pub fn open(&self) {
        self.open.add_permits(1);
    }
}

type Script = dyn Fn(&Question) -> Answer + Send + Sync;

struct Stage {
    script: Box<Script>,
    asked: Mutex<Vec<Value>>,
}

/// The model.
pub struct FakeModel {
    address: SocketAddr,
    stage: Arc<Stage>,
}

impl FakeModel {
    /// A model that answers by this script.
    pub async fn start(script: impl Fn(&Question) -> Answer + Send + Sync + 'static) -> Self {
        let stage = Arc::new(Stage { script: Box::new(script), asked: Mutex::default() });
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(answer).with_state(Arc::clone(&stage));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, stage }
    }

    /// The settings with this model.
    pub fn serving(&self, settings: Settings) -> Settings {
        let mut settings = settings;
        settings.model.base_url = Some(format!("http://{}/v1", self.address).parse().unwrap());
        settings.model.name = Some("scripted-1".to_owned());
        settings.model.timeout_seconds = 20;
        settings
    }

    /// How often it was asked.
    pub fn asked(&self) -> usize {
        self.stage.asked.lock().unwrap().len()
    }

    /// Everything it was asked, oldest first.
    pub fn questions(&self) -> Vec<Question> {
        self.stage.asked.lock().unwrap().iter().map(|body| Question { body: body.clone() }).collect()
    }
}

impl Question {
    fn messages(&self) -> &[Value] {
        self.body["messages"].as_array().map(Vec::as_slice).unwrap_or_default()
    }

    fn role(message: &Value) -> &str {
        message["role"].as_str().unwrap_or_default()
    }

    /// The last thing the shopper, or a note of ours, said.
    pub fn said(&self) -> String {
        let last = self.messages().iter().rev().find(|message| Self::role(message) == "user");
        last.and_then(|message| message["content"].as_str()).unwrap_or_default().to_owned()
    }

    /// All that was ever said in it.
    pub fn messages_text(&self) -> String {
        self.body["messages"].to_string()
    }

    /// What the tools answered since.
    pub fn results(&self) -> Vec<String> {
        let since = self.messages().iter().rev().take_while(|message| Self::role(message) != "user");
        let tools = since.filter(|message| Self::role(message) == "tool");
        let mut results: Vec<String> =
            tools.map(|message| message["content"].as_str().unwrap_or_default().to_owned()).collect();
        results.reverse();
        results
    }

    /// The name of the newest quote a tool gave.
    pub fn quote(&self) -> String {
        let mut tools = self.messages().iter().rev().filter(|message| Self::role(message) == "tool");
        let named = tools.find_map(|message| message["content"].as_str()?.split("(quote ").nth(1));
        named.map(|rest| rest.chars().take(8).collect()).unwrap_or_default()
    }

    /// Whether the draft before was refused.
    pub fn is_rewrite(&self) -> bool {
        self.said().contains("was not sent")
    }
}

async fn answer(State(stage): State<Arc<Stage>>, Json(body): Json<Value>) -> Response {
    stage.asked.lock().unwrap().push(body.clone());
    let mut answer = (stage.script)(&Question { body });
    while let Answer::After(gate, then) = answer {
        gate.reached.add_permits(1);
        gate.open.acquire().await.unwrap().forget();
        answer = *then;
    }
    match answer {
        Answer::Says(words) => completion(&json!({ "role": "assistant", "content": words }), "stop"),
        Answer::Calls(calls) => {
            let calls: Vec<Value> = calls.into_iter().enumerate().map(call).collect();
            completion(&json!({ "role": "assistant", "content": null, "tool_calls": calls }), "tool_calls")
        }
        Answer::Fails(status, body) => (StatusCode::from_u16(status).unwrap(), body).into_response(),
        Answer::Hangs | Answer::After(..) => {
            tokio::time::sleep(Duration::from_mins(10)).await;
            StatusCode::GATEWAY_TIMEOUT.into_response()
        }
    }
}

fn call((place, (tool, arguments)): (usize, (String, Value))) -> Value {
    let function = json!({ "name": tool, "arguments": arguments.to_string() });
    json!({ "id": format!("call_{place}"), "type": "function", "function": function })
}

fn completion(message: &Value, finish: &str) -> Response {
    Json(json!({
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1_790_000_000, "model": "scripted-1",
        "choices": [{ "index": 0, "message": message, "finish_reason": finish }],
        "usage": { "prompt_tokens": 900, "completion_tokens": 30, "total_tokens": 930 },
    }))
    .into_response()
}
