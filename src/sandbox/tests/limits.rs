//! What the Graph API takes and refuses, by Meta's documented limits.

#![expect(
    clippy::needless_pass_by_value,
    reason = "what `json!` makes is a value, and a table reads better without borrows"
)]

use serde_json::{Value, json};

use crate::sandbox::graph::check;

fn code_of(body: &Value) -> Option<u32> {
    check::request(body).err().map(|error| error.code)
}

/// Accepted when `expected` is `None`, else refused with that code.
fn check(what: &str, part: Value, expected: Option<u32>) {
    let mut body = json!({"messaging_product": "whatsapp", "to": "+5215500000007"});
    for (key, value) in part.as_object().unwrap() {
        body[key] = value.clone();
    }
    assert_eq!(code_of(&body), expected, "{what}: {body}");
}

fn text(body: &str) -> Value {
    json!({"type": "text", "text": {"body": body}})
}

fn interactive(kind: &str, body: &str, action: Value) -> Value {
    json!({"type": "interactive", "interactive": {"type": kind, "body": {"text": body}, "action": action}})
}

fn button(id: &str, title: &str) -> Value {
    json!({"type": "reply", "reply": {"id": id, "title": title}})
}

fn buttons(buttons: Vec<Value>) -> Value {
    interactive("button", "Which?", json!({"buttons": buttons}))
}

fn rows(count: usize) -> Vec<Value> {
    (0..count).map(|at| json!({"id": format!("row {at}"), "title": format!("Row {at}")})).collect()
}

fn list(label: &str, sections: Value) -> Value {
    interactive("list", "Choose", json!({"button": label, "sections": sections}))
}

fn link(label: &str, url: &str) -> Value {
    let parameters = json!({"display_text": label, "url": url});
    interactive("cta_url", "Pay here", json!({"name": "cta_url", "parameters": parameters}))
}

#[test]
fn texts_have_limits() {
    check("longest", text(&"á".repeat(4096)), None);
    check("one more", text(&"á".repeat(4097)), Some(100));
    check("an emoji counts as two UTF-16 units", text(&"😀".repeat(2049)), Some(100));
    check("empty", text(""), Some(131_008));
    check("blank", text(" \n"), Some(131_008));
    check("no text", json!({"type": "text"}), Some(131_008));
    check("preview", json!({"text": {"body": "a", "preview_url": true}}), None);
    check("unknown key", json!({"text": {"body": "a", "colour": "red"}}), Some(100));
}

#[test]
fn what_stands_around_a_message_has_limits() {
    check("callback data", json!({"text": {"body": "a"}, "biz_opaque_callback_data": "x".repeat(512)}), None);
    check("too long", json!({"text": {"body": "a"}, "biz_opaque_callback_data": "x".repeat(513)}), Some(131_009));
    check("unknown key", json!({"text": {"body": "a"}, "priority": 1}), Some(100));
    check("unknown type", json!({"type": "song"}), Some(100));
    check("group", json!({"text": {"body": "a"}, "recipient_type": "group"}), Some(100));
    check("bad phone", json!({"to": "me", "text": {"body": "a"}}), Some(131_009));
    check("template", json!({"type": "template", "template": {"name": "x"}}), Some(132_001));
    check("not shown here", json!({"type": "audio", "audio": {"link": "https://a.example/a.ogg"}}), Some(131_051));
    let to_nobody = json!({"messaging_product": "whatsapp", "text": {"body": "a"}});
    assert_eq!(code_of(&to_nobody), Some(100));
    assert_eq!(code_of(&json!({"to": "+5215500000007", "text": {"body": "a"}})), Some(100));
    let by_id = json!({"messaging_product": "whatsapp", "recipient": "MX.123", "text": {"body": "a"}});
    assert_eq!(code_of(&by_id), None);
    let by_bad_id = json!({"messaging_product": "whatsapp", "recipient": "123", "text": {"body": "a"}});
    assert_eq!(code_of(&by_bad_id), Some(131_009));
}

#[test]
fn pictures_have_limits() {
    let image = |image: Value| json!({"type": "image", "image": image});
    check("link", image(json!({"link": "https://a.example/a.png", "caption": "x".repeat(1024)})), None);
    check("caption", image(json!({"link": "https://a.example/a.png", "caption": "x".repeat(1025)})), Some(131_009));
    check("relative", image(json!({"link": "/a.png"})), Some(100));
    check("other scheme", image(json!({"link": "file:///etc/passwd"})), Some(100));
    check("neither", image(json!({})), Some(131_008));
    check("both", image(json!({"link": "https://a.example/a.png", "id": "1"})), Some(100));
}

#[test]
fn buttons_have_limits() {
    check("three", buttons(vec![button("a", "A"), button("b", "B"), button("c", &"C".repeat(20))]), None);
    check("none", buttons(vec![]), Some(131_009));
    let four = ["a", "b", "c", "d"].map(|id| button(id, id)).to_vec();
    check("four", buttons(four), Some(131_009));
    check("long title", buttons(vec![button("a", &"A".repeat(21))]), Some(131_009));
    check("no title", buttons(vec![button("a", "")]), Some(131_008));
    check("long id", buttons(vec![button(&"a".repeat(257), "A")]), Some(131_009));
    check("same ids", buttons(vec![button("a", "A"), button("a", "B")]), Some(131_009));
    check("same titles", buttons(vec![button("a", "A"), button("b", "A")]), Some(131_009));
    let body = |length| interactive("button", &"x".repeat(length), json!({"buttons": [button("a", "A")]}));
    check("longest body", body(1024), None);
    check("longer body", body(1025), Some(131_009));
    let mut footed = buttons(vec![button("a", "A")]);
    footed["interactive"]["footer"] = json!({"text": "x".repeat(61)});
    check("long footer", footed, Some(131_009));
    let mut headed = buttons(vec![button("a", "A")]);
    headed["interactive"]["header"] = json!({"type": "image", "image": {"link": "https://a.example/a.png"}});
    check("picture above", headed.clone(), None);
    headed["interactive"]["header"] = json!({"type": "text", "text": "x".repeat(61)});
    check("long header", headed, Some(131_009));
}

#[test]
fn lists_have_limits() {
    check("ten rows", list("See", json!([{"rows": rows(10)}])), None);
    check("eleven rows", list("See", json!([{"rows": rows(11)}])), Some(131_009));
    let two = json!([
        {"title": "A", "rows": rows(6)},
        {"title": "B", "rows": rows(11).split_off(6)},
    ]);
    check("eleven rows in two sections", list("See", two), Some(131_009));
    check("no rows", list("See", json!([{"rows": []}])), Some(131_009));
    check("long button", list(&"x".repeat(21), json!([{"rows": rows(1)}])), Some(131_009));
    let untitled = json!([{"title": "A", "rows": rows(1)}, {"rows": [{"id": "z", "title": "Z"}]}]);
    check("two sections, one untitled", list("See", untitled), Some(131_008));
    check("long section title", list("See", json!([{"title": "x".repeat(25), "rows": rows(1)}])), Some(131_009));
    let row = |id: usize, title: usize, description: usize| {
        let row = json!({
            "id": "i".repeat(id), "title": "t".repeat(title), "description": "d".repeat(description),
        });
        list("See", json!([{"rows": [row]}]))
    };
    check("longest row", row(200, 24, 72), None);
    check("long id", row(201, 24, 72), Some(131_009));
    check("long title", row(200, 25, 72), Some(131_009));
    check("long description", row(200, 24, 73), Some(131_009));
    let same = json!([{"rows": [{"id": "a", "title": "A"}, {"id": "a", "title": "B"}]}]);
    check("same ids", list("See", same), Some(131_009));
    let long = |length| {
        interactive("list", &"x".repeat(length), json!({"button": "See", "sections": [{"rows": rows(1)}]}))
    };
    check("longest body", long(4096), None);
    check("longer body", long(4097), Some(131_009));
}

#[test]
fn links_have_limits() {
    check("longest label", link(&"x".repeat(20), "https://a.example/p#x"), None);
    check("longer label", link(&"x".repeat(21), "https://a.example/p"), Some(131_009));
    check("plain http", link("Pay", "http://127.0.0.1:7070/pay/1"), None);
    for bad in ["/pay/1", "a.example/pay", "javascript:alert(1)", "https://"] {
        check(bad, link("Pay", bad), Some(131_009));
    }
}

#[test]
fn reading_and_reacting_have_a_form() {
    let read = json!({"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.1"});
    assert_eq!(code_of(&read), None);
    let mut typing = read.clone();
    typing["typing_indicator"] = json!({"type": "text"});
    assert_eq!(code_of(&typing), None);
    typing["typing_indicator"] = json!({"type": "voice"});
    assert_eq!(code_of(&typing), Some(131_009));
    let unread = json!({"messaging_product": "whatsapp", "status": "unread", "message_id": "wamid.1"});
    assert_eq!(code_of(&unread), Some(100));
    check("reaction", json!({"type": "reaction", "reaction": {"message_id": "wamid.1", "emoji": "👍🏽"}}), None);
    check("taken away", json!({"type": "reaction", "reaction": {"message_id": "wamid.1", "emoji": ""}}), None);
    check(
        "words",
        json!({"type": "reaction", "reaction": {"message_id": "wamid.1", "emoji": "ok"}}),
        Some(131_009),
    );
}
