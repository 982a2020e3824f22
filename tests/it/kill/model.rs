//! A model that sells one lantern. It looks only at what it is sent, as a model does, so that a question asked again
//! after a kill gets the same answer; only the ids of its calls are new each time.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

static CALLS: AtomicUsize = AtomicUsize::new(1);

/// Where in the conversation the model is asked: what was said last, and how many tools have answered since.
pub fn place(request: &Value) -> String {
    let (said, tools) = asked(request);
    format!("{said} / {tools}")
}

/// Its answer.
pub fn answer(request: &Value, number: usize) -> Value {
    let (said, tools) = asked(request);
    let (calls, words) = reply(&said, request);
    let message = match calls {
        Some((tool, arguments)) if tools == 0 => {
            let id = format!("call_{}_{number}", CALLS.fetch_add(1, Ordering::Relaxed));
            let function = json!({ "name": tool, "arguments": arguments.to_string() });
            json!({ "role": "assistant", "content": null,
                    "tool_calls": [{ "id": id, "type": "function", "function": function }] })
        }
        _ => json!({ "role": "assistant", "content": words }),
    };
    json!({
        "id": format!("chatcmpl-{number}"),
        "object": "chat.completion",
        "created": 1,
        "model": "lantern-1",
        "choices": [{ "index": 0, "message": message, "finish_reason": "stop" }],
        "usage": { "prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110 },
    })
}

/// What was said last, and how many tools have answered since.
fn asked(request: &Value) -> (String, usize) {
    let messages = request["messages"].as_array().unwrap();
    let last = messages.iter().rposition(|message| message["role"] == "user").unwrap();
    let tools = messages[last..].iter().filter(|message| message["role"] == "tool").count();
    (messages[last]["content"].as_str().unwrap_or_default().to_owned(), tools)
}

fn reply(said: &str, request: &Value) -> (Option<(&'static str, Value)>, String) {
    let with = |tool, arguments, words: &str| (Some((tool, arguments)), words.to_owned());
    if said.contains("Payment notice") {
        return with("order_status", json!({ "number": null }), "Thank you! Where may we send your lanterns?");
    }
    match said {
        "hi there" => (None, "Hello! What are you looking for?".to_owned()),
        "do you have a lantern?" => with(
            "search_catalog",
            json!({ "query": "lantern", "price_min": null, "price_max": null, "options": [], "category": null,
                    "in_stock_only": false }),
            "This is our lantern. Which size would you like?",
        ),
        "2 of the small" => with(
            "change_cart",
            json!({ "changes": [{ "action": "add", "sku": "LAN-S", "quantity": 2 }] }),
            "The small lantern is in your cart.",
        ),
        "PORCH15" => with("apply_discount", json!({ "code": "PORCH15" }), "That is what it costs with your code."),
        "I want to pay" => {
            with("create_checkout_session", json!({ "quote": newest_quote(request) }), "You can pay here.")
        }
        "tell me everything" => (None, everything()),
        said if said.contains("Elm Street") => with(
            "save_delivery_details",
            json!({ "name": "Sam Reed", "address": "41 Elm Street", "city": "Austin", "postal_code": "78701",
                    "note": null }),
            "Thank you, Sam.",
        ),
        _ => (None, "I did not understand.".to_owned()),
    }
}

/// More words than one message holds.
fn everything() -> String {
    (1..=130).map(|_| "A lantern is a light that you can carry with you.").collect::<Vec<_>>().join(" ")
}

/// The quote a tool told of last.
fn newest_quote(request: &Value) -> String {
    let text = request["messages"].to_string();
    let (_, after) = text.rsplit_once("Cart (quote ").unwrap_or_default();
    after.chars().take(8).collect()
}
