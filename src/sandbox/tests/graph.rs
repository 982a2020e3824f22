//! Messages both ways: what the shop sends is shown and reported, what a shopper does reaches the shop.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::sandbox::control::error::ControlError;
use crate::sandbox::phone::chat::{Content, Progress, ShopperMessage};
use crate::sandbox::phone::shopper::Shown;
use crate::sandbox::settings::Timings;
use crate::sandbox::tests::support::{Heard, OTHER_PHONE, PHONE, request, setting, setting_with};

fn text(to: &str, body: &str) -> Value {
    json!({
        "messaging_product": "whatsapp", "to": to, "text": {"body": body}, "biz_opaque_callback_data": "ours",
    })
}

fn value(heard: &Heard) -> Value {
    heard.json()["entry"][0]["changes"][0]["value"].clone()
}

#[tokio::test]
async fn a_message_is_shown_and_reported_as_sent_then_delivered_then_read() {
    let it = setting().await;
    let to = it.shopper(1).await;
    let answer = it.graph(&text(&to, "¡Hola!")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let id = answer.json()["messages"][0]["id"].as_str().unwrap().to_owned();
    assert!(id.starts_with("wamid."));
    assert_eq!(answer.json()["contacts"][0]["wa_id"], to[1..]);
    it.heard(&["statuses.sent", "statuses.delivered"]).await;
    it.control().look(PHONE, 1).unwrap();
    let heard = it.heard(&["statuses.sent", "statuses.delivered", "statuses.read"]).await;
    assert_eq!(
        heard.iter().map(Heard::kind).collect::<Vec<_>>(),
        ["statuses.sent", "statuses.delivered", "statuses.read"]
    );
    for heard in &heard {
        let status = &value(heard)["statuses"][0];
        assert_eq!(status["id"], id);
        assert_eq!(status["biz_opaque_callback_data"], "ours");
        assert!(status["timestamp"].is_string());
    }
    let received = it.control().received(PHONE, 1).unwrap();
    assert_eq!(received[0].content, Content::Text { body: "¡Hola!".to_owned() });
    assert_eq!(received[0].progress, Progress::Read);
}

#[tokio::test]
async fn each_number_has_its_own_token() {
    let it = setting().await;
    let to = it.shopper(1).await;
    let unknown = it.graph_as("nobody's", PHONE, &text(&to, "a")).await;
    assert_eq!((unknown.status, unknown.error()["code"].as_u64()), (401, Some(190)));
    let other = it.graph_as("token-two", PHONE, &text(&to, "a")).await;
    assert_eq!((other.status, other.error()["code"].as_u64()), (400, Some(100)));
    let headers = [("authorization", "Bearer token-one")];
    let body = text(&to, "a").to_string();
    let path = format!("/v26/{PHONE}/messages");
    let bad_version = request(it.sandbox.address(), ("POST", &path), &headers, &body).await.unwrap();
    assert_eq!(bad_version.error()["code"], 2500);
    assert!(it.control().received(PHONE, 1).unwrap().is_empty());
}

#[tokio::test]
async fn outside_the_window_a_message_is_accepted_and_then_fails() {
    let it = setting().await;
    let to = it.shopper(1).await;
    it.advance(TimeDelta::hours(24) - TimeDelta::seconds(1));
    assert_eq!(it.graph(&text(&to, "in time")).await.status, 200);
    it.heard(&["statuses.sent", "statuses.delivered"]).await;
    it.advance(TimeDelta::seconds(1));
    assert_eq!(it.graph(&text(&to, "too late")).await.status, 200);
    let heard = it.heard(&["statuses.sent", "statuses.delivered", "statuses.failed"]).await;
    let failed = value(heard.last().unwrap());
    assert_eq!(failed["statuses"][0]["errors"][0]["code"], 131_047);
    assert_eq!(it.control().received(PHONE, 1).unwrap().len(), 1);

    // A reaction does not open the window, words do.
    let message = it.control().received(PHONE, 1).unwrap()[0].id.clone();
    let react = ShopperMessage::React { message, emoji: Some("👍".to_owned()) };
    it.control().send(PHONE, 1, react).unwrap();
    it.graph(&text(&to, "still too late")).await;
    assert_eq!(it.control().received(PHONE, 1).unwrap().len(), 1);
    it.control().say(PHONE, 1, "¿Siguen ahí?").unwrap();
    it.graph(&text(&to, "yes")).await;
    assert_eq!(it.control().received(PHONE, 1).unwrap().len(), 2);
}

#[tokio::test]
async fn a_picture_that_is_neither_jpeg_nor_png_is_accepted_and_then_fails() {
    let it = setting().await;
    let to = it.shopper(1).await;
    let picture =
        |link: &str| json!({"messaging_product": "whatsapp", "to": to, "type": "image", "image": {"link": link}});
    assert_eq!(it.graph(&picture("https://a.example/a.webp?width=800")).await.status, 200);
    let heard = it.heard(&["statuses.failed"]).await;
    assert_eq!(value(&heard[0])["statuses"][0]["errors"][0]["code"], 131_053);
    assert_eq!(it.graph(&picture("https://a.example/a.JPG?width=800")).await.status, 200);
    it.heard(&["statuses.failed", "statuses.sent", "statuses.delivered"]).await;
}

#[tokio::test]
async fn a_shopper_is_not_written_to_faster_than_the_pair_rate() {
    let it = setting().await;
    let to = it.shopper(1).await;
    for _ in 0..45 {
        assert_eq!(it.graph(&text(&to, "a")).await.status, 200);
    }
    let refused = it.graph(&text(&to, "a")).await;
    assert_eq!((refused.status, refused.error()["code"].as_u64()), (400, Some(131_056)));
    it.advance(TimeDelta::seconds(6));
    assert_eq!(it.graph(&text(&to, "a")).await.status, 200);
    let unlimited = setting_with(Timings { pair_gap: Duration::ZERO, ..Timings::immediate() }).await;
    let to = unlimited.shopper(1).await;
    for _ in 0..60 {
        assert_eq!(unlimited.graph(&text(&to, "a")).await.status, 200);
    }
}

#[tokio::test]
async fn somebody_who_never_wrote_is_outside_the_window() {
    let it = setting().await;
    assert_eq!(it.graph(&text("+5215599999999", "hello?")).await.status, 200);
    let heard = it.heard(&["statuses.failed"]).await;
    let status = value(&heard[0])["statuses"][0].clone();
    assert_eq!(
        (status["recipient_id"].as_str(), status["errors"][0]["code"].as_u64()),
        (Some("5215599999999"), Some(131_047))
    );
}

#[tokio::test]
async fn a_window_at_one_shop_is_none_at_another() {
    let it = setting().await;
    let to = it.shopper(1).await;
    assert_eq!(it.graph_as("token-two", OTHER_PHONE, &text(&to, "hello?")).await.status, 200);
    it.heard(&["statuses.failed"]).await;
    assert!(it.control().received(OTHER_PHONE, 1).unwrap().is_empty());
}

#[tokio::test]
async fn what_a_shopper_does_reaches_the_shop_as_meta_tells_it() {
    let it = setting().await;
    let to = it.shopper(4).await;
    let buttons = json!({
        "messaging_product": "whatsapp", "to": to, "type": "interactive",
        "interactive": {
            "type": "button", "body": {"text": "¿Uno?"},
            "action": {"buttons": [{"type": "reply", "reply": {"id": "yes", "title": "Sí"}}]},
        },
    });
    let asked = it.graph(&buttons).await.json()["messages"][0]["id"].as_str().unwrap().to_owned();
    let mut list = buttons.clone();
    list["interactive"] = json!({
        "type": "list", "body": {"text": "¿Cuál?"},
        "action": {"button": "Ver", "sections": [{"rows": [{"id": "r", "title": "Rojo", "description": "100 $"}]}]},
    });
    it.graph(&list).await;
    let statuses = ["statuses.sent", "statuses.delivered", "statuses.sent", "statuses.delivered"];
    it.heard(&statuses).await;
    it.recorder.heard.lock().unwrap().clear();

    let control = it.control();
    control.press(PHONE, 4, "yes").unwrap();
    control.press(PHONE, 4, "r").unwrap();
    assert_eq!(control.press(PHONE, 4, "nothing"), Err(ControlError::NoSuchChoice));
    let place = ShopperMessage::Location {
        latitude: 19.43,
        longitude: -99.13,
        name: Some("Casa".to_owned()),
        address: None,
    };
    control.send(PHONE, 4, place).unwrap();
    control.send(PHONE, 4, ShopperMessage::Unsupported).unwrap();
    let on_it = ShopperMessage::React { message: asked.clone(), emoji: Some("❤️".to_owned()) };
    control.send(PHONE, 4, on_it).unwrap();
    let kinds = [
        "messages.interactive",
        "messages.interactive",
        "messages.location",
        "messages.unsupported",
        "messages.reaction",
    ];
    let told: Vec<Value> = it.heard(&kinds).await.iter().map(|heard| value(heard)["messages"][0].clone()).collect();
    let pressed = json!({"type": "button_reply", "button_reply": {"id": "yes", "title": "Sí"}});
    assert_eq!(told[0]["interactive"], pressed);
    assert_eq!(told[0]["context"]["id"], asked);
    assert_eq!(told[1]["interactive"]["list_reply"], json!({"id": "r", "title": "Rojo", "description": "100 $"}));
    assert_eq!(told[2]["location"]["name"], "Casa");
    assert_eq!(told[3]["errors"][0]["code"], 131_051);
    assert_eq!(told[4]["reaction"], json!({"message_id": asked, "emoji": "❤️"}));
    assert!(told.iter().all(|message| message["from"] == to[1..] && message["timestamp"].is_string()));
}

#[tokio::test]
async fn a_picture_can_be_fetched_with_the_token_only() {
    let it = setting().await;
    let media = it.control().keep_picture("image/png", b"not really a picture".to_vec()).unwrap();
    assert_eq!(it.control().keep_picture("text/html", Vec::new()), Err(ControlError::NotAPicture));
    let picture = ShopperMessage::Picture { media: media.clone(), caption: Some("¿Tienen este?".to_owned()) };
    it.control().send(PHONE, 1, picture).unwrap();
    let told = value(&it.heard(&["messages.image"]).await[0])["messages"][0]["image"].clone();
    assert_eq!((told["id"].as_str(), told["caption"].as_str()), (Some(media.as_str()), Some("¿Tienen este?")));
    let bearer = [("authorization", "Bearer token-one")];
    let look_up = format!("/v26.0/{media}");
    let found = request(it.sandbox.address(), ("GET", &look_up), &bearer, "").await.unwrap().json();
    let path = found["url"].as_str().unwrap().strip_prefix(it.sandbox.base_url()).unwrap().to_owned();
    let file = request(it.sandbox.address(), ("GET", &path), &bearer, "").await.unwrap();
    assert_eq!((file.status, file.body.as_str()), (200, "not really a picture"));
    assert_eq!(request(it.sandbox.address(), ("GET", &path), &[], "").await.unwrap().status, 401);
}

#[tokio::test]
async fn a_shopper_may_show_no_phone_number() {
    let it = setting().await;
    it.control().set_profile(PHONE, 5, Some("Ana"), Some(Shown::UserIdOnly)).unwrap();
    it.control().say(PHONE, 5, "Hola").unwrap();
    let told = value(&it.heard(&["messages.text"]).await[0]);
    let user_id = told["messages"][0]["from_user_id"].as_str().unwrap().to_owned();
    assert!(user_id.starts_with("MX."));
    assert_eq!(told["messages"][0].get("from"), None);
    assert_eq!(told["contacts"][0].get("wa_id"), None);
    assert_eq!(told["contacts"][0]["user_id"], user_id);
    assert_eq!(told["contacts"][0]["profile"]["username"], "@ana5");
    let body = json!({"messaging_product": "whatsapp", "recipient": user_id, "text": {"body": "Hola, Ana"}});
    let answer = it.graph(&body).await;
    assert_eq!(answer.json()["contacts"][0], json!({"input": user_id, "user_id": user_id}));
    let heard = it.heard(&["messages.text", "statuses.sent", "statuses.delivered"]).await;
    let status = value(heard.last().unwrap())["statuses"][0].clone();
    assert_eq!((status.get("recipient_id"), &status["recipient_user_id"]), (None, &json!(user_id)));
}

#[tokio::test]
async fn reading_ticks_the_message_and_shows_typing() {
    let it = setting().await;
    let id = it.control().say(PHONE, 1, "Hola").unwrap();
    it.heard(&["messages.text"]).await;
    let progress = || it.control().thread(PHONE, 1).unwrap().entries[0].progress;
    for _ in 0..200 {
        if progress() == Progress::Delivered {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    assert_eq!(progress(), Progress::Delivered);
    let read = json!({
        "messaging_product": "whatsapp", "status": "read", "message_id": id, "typing_indicator": {"type": "text"},
    });
    assert_eq!(it.graph(&read).await.json(), json!({"success": true}));
    assert_eq!(progress(), Progress::Read);
    assert!(it.control().thread(PHONE, 1).unwrap().typing_until.is_some());
    let to = format!("+{}", it.control().shopper(PHONE, 1).unwrap().phone);
    it.graph(&text(&to, "¡Hola!")).await;
    assert!(it.control().thread(PHONE, 1).unwrap().typing_until.is_none());
    let unknown = json!({"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.nothing"});
    assert_eq!(it.graph(&unknown).await.status, 400);
}

#[tokio::test]
async fn the_shops_reaction_is_put_on_the_message() {
    let it = setting().await;
    let to = it.shopper(1).await;
    let id = it.control().thread(PHONE, 1).unwrap().entries[0].id.clone();
    let body = json!({
        "messaging_product": "whatsapp", "to": to, "type": "reaction", "reaction": {"message_id": id, "emoji": "👋"},
    });
    assert_eq!(it.graph(&body).await.status, 200);
    let thread = it.control().thread(PHONE, 1).unwrap();
    assert_eq!((thread.entries.len(), thread.entries[0].shop_reaction.as_deref()), (1, Some("👋")));
}
