//! The street between the server and the world: everything the server says to the model, to Meta and to Stripe, and
//! everything they say to it, passes here, and here is known what is happening when. So a process can be killed at a
//! step without the product knowing of it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;
use tokio::net::TcpListener;

use crate::kill::model;
use crate::kill::process::Process;

/// What passes along the street.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Traffic {
    /// The model is asked.
    Model,
    /// A pay page is opened.
    Session,
    /// A message is sent to the shopper.
    Send,
    /// The shopper's message is reported to us.
    Message,
    /// A delivery report comes.
    Report,
    /// A payment notice comes.
    Payment,
    /// Anything else: read receipts, looking up, closing.
    Other,
}

/// How far a call has got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It has arrived and nothing was done.
    Arrived,
    /// What it asks for is done; the answer is not given, and never will be.
    Done,
    /// The answer is given.
    Answered,
}

/// Where a process is to be killed: at the n-th call of a kind, counted from 1; a call that is repeated keeps its
/// number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trap {
    pub traffic: Traffic,
    pub number: usize,
    pub stage: Stage,
}

/// The street.
pub struct Street {
    sandbox: String,
    http: reqwest::Client,
    servers: Vec<Arc<Process>>,
    state: Mutex<Walked>,
    hold: tokio::sync::watch::Sender<bool>,
}

#[derive(Default)]
struct Walked {
    /// What has passed, each once, by what makes it the same call when it is repeated.
    passed: Vec<(Traffic, String)>,
    traps: Vec<Trap>,
    sprung: Vec<Trap>,
    next_server: usize,
    /// Which server asked the model what.
    asked: Vec<(usize, String)>,
    loses_reports: bool,
}

/// After an answer was given the process gets this long before it is killed, in turn: it dies while reading it,
/// while storing what it says, and after.
const AFTER_ANSWER: [u64; 3] = [0, 3, 12];

impl Street {
    /// A street on this listener, between these servers and the sandbox, with these traps.
    pub fn open(listener: TcpListener, sandbox: String, servers: Vec<Arc<Process>>, traps: Vec<Trap>) -> Arc<Self> {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let state = Mutex::new(Walked { traps, ..Walked::default() });
        let hold = tokio::sync::watch::Sender::new(false);
        let street = Arc::new(Self { sandbox, http, servers, state, hold });
        let router = Router::new().fallback(walk).with_state(Arc::clone(&street));
        tokio::spawn(async move { axum::serve(listener, router).await });
        street
    }

    /// The traps that have sprung.
    pub fn sprung(&self) -> Vec<Trap> {
        self.state.lock().unwrap().sprung.clone()
    }

    /// The traps still waiting.
    pub fn waiting(&self) -> Vec<Trap> {
        self.state.lock().unwrap().traps.clone()
    }

    /// How many calls of this kind there were, repeats not counted.
    pub fn passed(&self, traffic: Traffic) -> usize {
        self.state.lock().unwrap().passed.iter().filter(|(kind, _)| *kind == traffic).count()
    }

    /// Which server asked the model how often.
    pub fn asked_by(&self, server: usize) -> usize {
        self.state.lock().unwrap().asked.iter().filter(|(who, _)| *who == server).count()
    }

    /// Every question to the model, in order.
    pub fn questions(&self) -> Vec<String> {
        self.state.lock().unwrap().asked.iter().map(|(_, question)| question.clone()).collect()
    }

    /// Holds the model's answers back, or lets them go.
    pub fn hold_the_model(&self, held: bool) {
        self.hold.send_replace(held);
    }

    /// From now on delivery reports are lost on the way.
    pub fn lose_reports(&self) {
        self.state.lock().unwrap().loses_reports = true;
    }

    /// The number of a call, new or repeated.
    fn number(&self, traffic: Traffic, key: &str) -> usize {
        let mut state = self.state.lock().unwrap();
        if !state.passed.iter().any(|(kind, known)| *kind == traffic && *known == key) {
            state.passed.push((traffic, key.to_owned()));
        }
        let same = state.passed.iter().filter(|(kind, _)| *kind == traffic);
        same.enumerate().find(|(_, (_, known))| *known == key).unwrap().0 + 1
    }

    /// Whether a trap springs here. Each springs once.
    fn springs(&self, traffic: Traffic, number: usize, stage: Stage) -> Option<usize> {
        let here = Trap { traffic, number, stage };
        let mut held = self.state.lock().unwrap();
        let place = held.traps.iter().position(|trap| *trap == here)?;
        let trap = held.traps.remove(place);
        held.sprung.push(trap);
        Some(held.sprung.len())
    }

    /// Where a webhook goes: to the servers in turn.
    fn next_server(&self) -> usize {
        let mut state = self.state.lock().unwrap();
        state.next_server += 1;
        state.next_server % self.servers.len()
    }
}

async fn walk(State(street): State<Arc<Street>>, request: Request) -> Response {
    // On a task of its own: whoever is killed closes the connection, and the rest has to happen all the same.
    tokio::spawn(async move { pass(&street, request).await }).await.unwrap()
}

async fn pass(street: &Street, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 8 << 20).await.unwrap();
    let path = parts.uri.path_and_query().unwrap().as_str().to_owned();
    let call = Call { method: parts.method, headers: parts.headers, body };
    if path.starts_with("/hooks/") {
        let kind = call.arriving(&path);
        if kind.0 == Traffic::Report && street.state.lock().unwrap().loses_reports {
            return StatusCode::OK.into_response();
        }
        let server = street.next_server();
        return guarded(street, server, &kind, async |_| {
            let mut answer = forward(street, &street.servers[server].url(), &path, &call).await;
            for other in 0..street.servers.len() {
                if answer.status() == StatusCode::BAD_GATEWAY && other != server {
                    answer = forward(street, &street.servers[other].url(), &path, &call).await;
                }
            }
            answer
        })
        .await;
    }
    let (server, whom, rest) = outgoing(&path);
    let kind = call.leaving(whom, &rest);
    guarded(street, server, &kind, async |number| {
        if whom != "model" {
            return forward(street, &street.sandbox, &rest, &call).await;
        }
        let question = String::from_utf8_lossy(&call.body).into_owned();
        street.state.lock().unwrap().asked.push((server, question));
        let mut held = street.hold.subscribe();
        held.wait_for(|held| !held).await.ok();
        axum::Json(model::answer(&serde_json::from_slice(&call.body).unwrap(), number)).into_response()
    })
    .await
}

/// Does the work of a call, and kills the process where a trap is set.
async fn guarded(
    street: &Street,
    server: usize,
    (traffic, key): &(Traffic, String),
    work: impl AsyncFnOnce(usize) -> Response,
) -> Response {
    let (process, number) = (&street.servers[server], street.number(*traffic, key));
    if street.springs(*traffic, number, Stage::Arrived).is_some() {
        process.kill_and_start().await;
        return StatusCode::BAD_GATEWAY.into_response();
    }
    let answer = work(number).await;
    let went_well = answer.status().is_success();
    if went_well && street.springs(*traffic, number, Stage::Done).is_some() {
        process.kill_and_start().await;
        return StatusCode::BAD_GATEWAY.into_response();
    }
    let answered = if went_well { street.springs(*traffic, number, Stage::Answered) } else { None };
    if let Some(kills) = answered {
        let process = Arc::clone(process);
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(AFTER_ANSWER[kills % AFTER_ANSWER.len()])).await;
            process.kill_and_start().await;
        });
    }
    answer
}

/// `/0/graph/v26.0/…`: which server calls whom for what.
fn outgoing(path: &str) -> (usize, &str, String) {
    let mut parts = path.splitn(4, '/').skip(1);
    let server = parts.next().unwrap().parse().unwrap();
    let whom = parts.next().unwrap();
    (server, whom, format!("/{}", parts.next().unwrap_or_default()))
}

struct Call {
    method: Method,
    headers: HeaderMap,
    body: Bytes,
}

impl Call {
    /// What a webhook is, and what makes a repeat of it the same.
    fn arriving(&self, path: &str) -> (Traffic, String) {
        let text = String::from_utf8_lossy(&self.body).into_owned();
        let traffic = match text.as_str() {
            _ if path.starts_with("/hooks/stripe") => Traffic::Payment,
            text if text.contains("\"statuses\"") => Traffic::Report,
            _ => Traffic::Message,
        };
        (traffic, text)
    }

    /// What a call of the server's is, and what makes a repeat of it the same.
    fn leaving(&self, whom: &str, rest: &str) -> (Traffic, String) {
        let text = || String::from_utf8_lossy(&self.body).into_owned();
        let json = || serde_json::from_slice::<Value>(&self.body).unwrap_or_default();
        match whom {
            "model" => (Traffic::Model, model::place(&json())),
            "stripe" if self.method == Method::POST && rest == "/v1/checkout/sessions" => {
                (Traffic::Session, text())
            }
            "graph" => match json()["biz_opaque_callback_data"].as_str() {
                Some(_) => (Traffic::Send, text()),
                None => (Traffic::Other, text()),
            },
            _ => (Traffic::Other, format!("{} {rest} {}", self.method, text())),
        }
    }
}

async fn forward(street: &Street, to: &str, path: &str, call: &Call) -> Response {
    let mut headers = call.headers.clone();
    for name in [header::HOST, header::CONTENT_LENGTH, header::CONNECTION, header::ACCEPT_ENCODING] {
        headers.remove(name);
    }
    let request = street.http.request(call.method.clone(), format!("{to}{path}")).headers(headers);
    let Ok(answer) = request.body(call.body.clone()).send().await else {
        return StatusCode::BAD_GATEWAY.into_response();
    };
    let (status, mut headers) = (answer.status(), answer.headers().clone());
    for name in [header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::CONNECTION] {
        headers.remove(name);
    }
    let Ok(body) = answer.bytes().await else { return StatusCode::BAD_GATEWAY.into_response() };
    (status, headers, Body::from(body)).into_response()
}
