//! Events with any one part missing or of another type.

use serde_json::{Value, json};
use trato::base::clock::Clock;

use crate::support::hooks::batch;
use crate::support::{World, quick};

const PHONE: &str = "5215550007777";

fn message(kind: &str, content: Value) -> Value {
    let mut message = json!({ "from": PHONE, "from_user_id": "MX.7nora", "id": format!("wamid.{kind}"), "timestamp": "1790000000", "type": kind });
    message[kind] = content;
    message
}

/// Bodies of WhatsApp's of many kinds, about a shop of our own.
fn whatsapp(number: &str) -> Vec<Value> {
    let messages = [
        message("text", json!({ "body": "hola" })),
        message("image", json!({ "id": "m1", "mime_type": "image/jpeg", "caption": "esta" })),
        message("audio", json!({ "id": "m2", "voice": true })),
        message("location", json!({ "latitude": 19.4, "longitude": -99.1, "name": "Casa" })),
        message("interactive", json!({ "type": "button_reply", "button_reply": { "id": "more", "title": "Más" } })),
        message("interactive", json!({ "type": "list_reply", "list_reply": { "id": "pick:x", "title": "X" } })),
        message("button", json!({ "payload": "p", "text": "t" })),
        message("reaction", json!({ "message_id": "wamid.0", "emoji": "👍" })),
        message("unsupported", json!({ "type": "poll" })),
    ];
    let mut bodies: Vec<Value> =
        messages.iter().map(|message| batch(number, PHONE, std::slice::from_ref(message))).collect();
    for status in ["sent", "delivered", "read", "failed"] {
        let mut body = batch(number, PHONE, &[]);
        body["entry"][0]["changes"][0]["value"]["statuses"] = json!([{
            "id": "wamid.o1", "status": status, "timestamp": "1790000001", "recipient_id": PHONE,
            "biz_opaque_callback_data": "message_01990000000070008000000000000001",
            "errors": [{ "code": 131_047, "title": "late", "error_data": { "details": "24 hours" } }],
        }]);
        bodies.push(body);
    }
    bodies
}

/// Events of Stripe's of many kinds.
fn stripe() -> Vec<Value> {
    let now = Clock::machine().now().timestamp();
    let event = |id: &str, kind: &str, object: Value| json!({ "id": id, "object": "event", "created": now, "livemode": false, "type": kind, "data": { "object": object } });
    let session = json!({
        "id": "cs_test_1", "object": "checkout.session", "status": "complete", "payment_status": "paid",
        "livemode": false, "amount_total": 5904, "currency": "usd", "payment_intent": "pi_1",
        "client_reference_id": "order_01990000000070008000000000000001", "expires_at": now,
        "metadata": { "order": "order_01990000000070008000000000000001" },
    });
    let charge = json!({
        "id": "ch_1", "object": "charge", "amount": 5904, "amount_refunded": 100, "currency": "usd",
        "refunded": false, "payment_intent": "pi_1", "livemode": false,
        "metadata": { "order": "order_01990000000070008000000000000001" },
    });
    let dispute = json!({ "id": "du_1", "object": "dispute", "amount": 1, "currency": "usd", "charge": "ch_1", "payment_intent": "pi_1" });
    vec![
        event("evt_1", "checkout.session.completed", session.clone()),
        event("evt_2", "checkout.session.expired", session.clone()),
        event("evt_3", "checkout.session.async_payment_failed", session.clone()),
        event("evt_4", "checkout.session.async_payment_succeeded", session),
        event("evt_5", "charge.refunded", charge),
        event("evt_6", "charge.dispute.created", dispute),
        event("evt_7", "customer.created", json!({ "id": "cus_1" })),
    ]
}

/// The value with each of its parts, one at a time, taken away or put into another type.
fn mutations(value: &Value) -> Vec<Value> {
    let mut mutated = Vec::new();
    let mut paths = Vec::new();
    walk(value, "", &mut paths);
    for path in paths {
        let (parent, key) = path.rsplit_once('/').unwrap();
        let mut without = value.clone();
        match without.pointer_mut(parent) {
            Some(Value::Object(object)) => drop(object.remove(key)),
            Some(Value::Array(items)) => drop(items.remove(key.parse().unwrap())),
            _ => {}
        }
        mutated.push(without);
        let here = value.pointer(&path).unwrap();
        let others = match here {
            Value::Number(number) => vec![json!(number.to_string()), json!(-1), json!(1e300)],
            Value::String(_) => vec![json!(7), json!(""), Value::Null, json!("\u{0}"), json!("x".repeat(5000))],
            Value::Bool(_) => vec![json!("true"), Value::Null],
            _ => vec![Value::Null, json!("text"), json!([]), json!({}), json!([null])],
        };
        for other in others {
            let mut changed = value.clone();
            *changed.pointer_mut(&path).unwrap() = other;
            mutated.push(changed);
        }
    }
    mutated
}

fn walk(value: &Value, path: &str, paths: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            for (key, inner) in object {
                paths.push(format!("{path}/{key}"));
                walk(inner, &format!("{path}/{key}"), paths);
            }
        }
        Value::Array(items) => {
            for (place, inner) in items.iter().enumerate() {
                paths.push(format!("{path}/{place}"));
                walk(inner, &format!("{path}/{place}"), paths);
            }
        }
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_mutilated_event_of_whatsapps_is_answered_with_an_error_of_ours() {
    let world = World::with(quick()).await;
    let number = world.shopper("es").phone;
    let mut posted = 0;
    for sample in whatsapp(&number) {
        assert_eq!(world.whatsapp(sample.to_string().as_bytes()).await, 200, "{sample}");
        for mutated in mutations(&sample) {
            let body = mutated.to_string();
            assert_eq!(world.whatsapp(body.as_bytes()).await, 200, "{body}");
            posted += 1;
        }
    }
    assert!(posted > 500, "{posted}");
    world
        .until_count(0, "select count(*) from conversations where unread_since is not null and control = 'agent'")
        .await;
    world.stop_with_nothing_left().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_mutilated_event_of_stripes_is_answered_with_an_error_of_ours() {
    let world = World::with(quick()).await;
    let mut posted = 0;
    for sample in stripe() {
        assert_eq!(world.stripe("porch", sample.to_string().as_bytes()).await, 200, "{sample}");
        for mutated in mutations(&sample) {
            let body = mutated.to_string();
            assert_eq!(world.stripe("porch", body.as_bytes()).await, 200, "{body}");
            posted += 1;
        }
    }
    assert!(posted > 300, "{posted}");
    world.stop_with_nothing_left().await;
}
