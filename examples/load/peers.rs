//! What the server calls: a model that answers at once, and a place where sent messages end.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::post;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// Both peers.
#[derive(Clone)]
pub struct Peers {
    /// Where they listen.
    pub address: SocketAddr,
    waiting: Waiting,
}

/// Who waits for an answer, by phone.
type Waiting = Arc<Mutex<HashMap<String, oneshot::Sender<()>>>>;

#[derive(Clone)]
struct Shelf {
    words: Arc<str>,
    waiting: Waiting,
}

impl Peers {
    /// Starts both. The model searches for these words.
    pub async fn start(words: &str) -> anyhow::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let waiting = Waiting::default();
        let shelf = Shelf { words: words.into(), waiting: Arc::clone(&waiting) };
        let router = Router::new()
            .route("/v1/chat/completions", post(model))
            .route("/{version}/{number}/messages", post(channel))
            .with_state(shelf);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { address, waiting })
    }

    /// Resolves when the next message to this phone has come.
    pub fn message_to(&self, phone: String) -> oneshot::Receiver<()> {
        let (came, coming) = oneshot::channel();
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).insert(phone, came);
        coming
    }
}

/// Searches, looks into the cart, then speaks: by how many results follow the shopper's last words.
async fn model(State(shelf): State<Shelf>, body: String) -> impl IntoResponse {
    let newest = body.rfind("\"role\":\"user\"").unwrap_or_default();
    let results = body[newest..].matches("\"role\":\"tool\"").count();
    let (message, reason) = match results {
        0 => (calls("call_1", "search_catalog", &search(&shelf.words)), "tool_calls"),
        1 => (calls("call_2", "view_cart", "{}"), "tool_calls"),
        _ => ("\"content\":\"Mira lo que tengo. ¿Te gusta alguna?\"".to_owned(), "stop"),
    };
    let answer = format!(
        "{{\"id\":\"answer\",\"object\":\"chat.completion\",\"created\":1780000000,\"model\":\"instant\",\"choices\":[\
         {{\"index\":0,\"message\":{{\"role\":\"assistant\",{message}}},\"finish_reason\":\"{reason}\"}}],\
         \"usage\":{{\"prompt_tokens\":2400,\"completion_tokens\":24,\"total_tokens\":2424}}}}"
    );
    ([(CONTENT_TYPE, "application/json")], answer)
}

fn search(words: &str) -> String {
    format!(
        "{{\\\"query\\\":\\\"{words}\\\",\\\"price_min\\\":null,\\\"price_max\\\":null,\\\"options\\\":[],\
         \\\"category\\\":null,\\\"in_stock_only\\\":true}}"
    )
}

fn calls(id: &str, tool: &str, arguments: &str) -> String {
    format!(
        "\"content\":null,\"tool_calls\":[{{\"id\":\"{id}\",\"type\":\"function\",\"function\":\
         {{\"name\":\"{tool}\",\"arguments\":\"{arguments}\"}}}}]"
    )
}

/// Takes a message, or the word that one was read.
async fn channel(State(shelf): State<Shelf>, body: String) -> impl IntoResponse {
    let to = body.split_once("\"to\":\"+").and_then(|(_, after)| after.split_once('"'));
    let answer = match to {
        None => "{\"success\":true}".to_owned(),
        Some((phone, _)) => {
            let waits = shelf.waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(phone);
            if let Some(came) = waits {
                came.send(()).ok();
            }
            let id = trato::base::ids::EventId::generate();
            format!("{{\"messaging_product\":\"whatsapp\",\"messages\":[{{\"id\":\"wamid.{id}\"}}]}}")
        }
    };
    ([(CONTENT_TYPE, "application/json")], answer)
}
