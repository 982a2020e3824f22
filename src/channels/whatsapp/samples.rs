//! Webhook bodies in the shape WhatsApp sends, with people, numbers and shops of our own invention.

use serde_json::{Value, json};

/// A card number that passes the Luhn check, as a shopper might type it.
pub const CARD: &str = "4242 4242 4242 4242";

/// A body with one change of this field.
pub fn body(field: &str, mut value: Value) -> Value {
    value["messaging_product"] = json!("whatsapp");
    value["metadata"] = json!({"display_phone_number": "525550001111", "phone_number_id": "700100200300"});
    json!({
        "object": "whatsapp_business_account",
        "entry": [{"id": "800900100", "changes": [{"field": field, "value": value}]}],
    })
}

/// A body with one message of Lucía's, whose number is known.
pub fn message(kind: &str, content: Value) -> Value {
    let mut message = json!({
        "from": "5215550002222", "from_user_id": "MX.8f3kLucia", "id": "wamid.M1", "timestamp": "1780000000",
        "type": kind,
    });
    message[kind] = content;
    from_lucia(&message)
}

/// A body with this message beside Lucía's contact.
pub fn from_lucia(message: &Value) -> Value {
    let lucia = json!({"profile": {"name": "Lucía"}, "wa_id": "5215550002222", "user_id": "MX.8f3kLucia"});
    body("messages", json!({"contacts": [lucia], "messages": [message]}))
}

/// A body with one delivery report.
pub fn status(status: &Value) -> Value {
    body("messages", json!({"statuses": [status]}))
}

/// A body with one message that staff wrote in the WhatsApp Business app.
pub fn echo(echo: &Value) -> Value {
    body("smb_message_echoes", json!({"message_echoes": [echo]}))
}

/// One body of every kind, for tests that take them apart.
pub fn every_kind() -> Vec<Value> {
    let mut bodies = said();
    bodies.extend(done());
    bodies.extend(reported());
    bodies
}

fn said() -> Vec<Value> {
    let photo = json!({"id": "31", "mime_type": "image/jpeg", "sha256": "b4", "caption": CARD});
    let text = json!({"type": "text", "text": {"body": CARD}, "context": {"id": "wamid.M0"}});
    let answers = format!("{{\"card\":\"{CARD}\",\"size\":41}}");
    vec![
        message("text", json!({"body": format!("cobra a {CARD} porfa")})),
        message("image", photo.clone()),
        message("video", photo.clone()),
        message("document", json!({"id": "32", "filename": "pago.pdf", "caption": "mi recibo"})),
        message("audio", json!({"id": "33", "voice": true})),
        message("sticker", json!({"id": "34", "animated": false})),
        message("location", json!({"latitude": 19.43, "longitude": -99.13, "name": "Zócalo", "address": "Centro"})),
        message("contacts", json!([{"name": {"formatted_name": "Tía Rosa"}, "phones": [{"phone": "+52 55 1"}]}])),
        message("interactive", json!({"type": "button_reply", "button_reply": {"id": "pay", "title": "Pagar"}})),
        message("interactive", json!({"type": "list_reply", "list_reply": {"id": "sku_9", "title": "Talla 41"}})),
        message(
            "interactive",
            json!({"type": "nfm_reply", "nfm_reply": {"response_json": answers, "name": "flow"}}),
        ),
        message("button", json!({"payload": "order_status", "text": "¿Dónde está?"})),
        message(
            "order",
            json!({"catalog_id": "55", "text": CARD, "product_items": [
                {"product_retailer_id": "BOTA-41", "quantity": 2, "item_price": 1, "currency": "MXN"},
            ]}),
        ),
        message("edit", json!({"original_message_id": "wamid.M0", "message": text})),
        message("unsupported", json!({"type": "poll"})),
        message("poll", json!({"question": CARD, "options": [{"text": CARD}]})),
    ]
}

fn done() -> Vec<Value> {
    let system = |content: &Value| {
        let message = json!({
            "id": "wamid.S1", "timestamp": "1780000000", "from": "5215550002222", "type": "system", "system": content,
        });
        body("messages", json!({"messages": [message]}))
    };
    vec![
        message("reaction", json!({"message_id": "wamid.O1", "emoji": "👍"})),
        message("reaction", json!({"message_id": "wamid.O1"})),
        message("revoke", json!({"original_message_id": "wamid.M0"})),
        system(&json!({"type": "user_changed_user_id", "user_id": "MX.9new", "wa_id": "5215550003333"})),
        system(&json!({"type": "user_changed_number", "new_wa_id": "5215550003333", "customer": "5215550002222"})),
        system(&json!({"type": "customer_identity_changed", "body": "changed"})),
        from_lucia(
            &json!({"from_user_id": "MX.8f3kLucia", "id": "wamid.M3", "type": "text", "text": {"body": "hola"}}),
        ),
    ]
}

fn reported() -> Vec<Value> {
    let failed = json!({
        "id": "wamid.O1", "status": "failed", "timestamp": "1780000000", "recipient_user_id": "MX.8f3kLucia",
        "errors": [{"code": 131_047, "title": "Re-engagement message", "error_data": {"details": "24 hours passed"}}],
    });
    let delivered = json!({
        "id": "wamid.O1", "status": "delivered", "timestamp": "1780000000", "recipient_id": "5215550002222",
        "biz_opaque_callback_data": "message_1", "pricing": {"billable": true, "pricing_model": "PMP"},
    });
    let payment = json!({"id": "g1", "type": "payment", "status": "captured", "recipient_id": "919900000000"});
    let echoed = json!({
        "from": "525550001111", "to": "5215550002222", "id": "wamid.E1", "timestamp": "1780000000",
        "type": "text", "text": {"body": CARD},
    });
    vec![
        status(&delivered),
        status(&failed),
        status(&payment),
        echo(&echoed),
        body("messages", json!({"errors": [{"code": 130_429, "title": "Rate limit hit"}]})),
        body("account_update", json!({"event": "DISABLED_UPDATE"})),
        body("history", json!({"history": [{"threads": [{"messages": [{"text": {"body": CARD}}]}]}]})),
    ]
}
