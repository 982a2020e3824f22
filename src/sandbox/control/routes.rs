//! The control handle over HTTP, under `/_control`. The phone page is its first user.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use futures::Stream;
use futures::StreamExt as _;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio_stream::wrappers::BroadcastStream;

use crate::sandbox::calls::ApiCall;
use crate::sandbox::control::error::ControlError;
use crate::sandbox::control::handle::{Control, SessionView};
use crate::sandbox::faults::FaultRule;
use crate::sandbox::graph::media::PICTURE_BYTES_MAX;
use crate::sandbox::phone::chat::ShopperMessage;
use crate::sandbox::phone::chats::{ChatKey, Thread};
use crate::sandbox::phone::shopper::{Shopper, ShopperNumber, Shown};
use crate::sandbox::stripe::ledger::{ActionError, PayAction};
use crate::sandbox::webhooks::postman::WebhookRecord;
use crate::sandbox::world::{World, lock};

/// The routes under `/_control`.
pub fn routes() -> Router<Arc<World>> {
    let chat = "/_control/phones/{phone}/shoppers/{shopper}";
    Router::new()
        .route("/_control/phones/{phone}/shoppers", post(new_shopper))
        .route(chat, get(shopper).post(set_profile))
        .route(&format!("{chat}/chat"), get(thread))
        .route(&format!("{chat}/events"), get(events))
        .route(&format!("{chat}/send"), post(send))
        .route(&format!("{chat}/look"), post(look))
        .route("/_control/media", post(keep_picture))
        .route("/_control/media/{id}", get(picture))
        .route("/_control/faults", get(faults).post(add_fault).delete(clear_faults))
        .route("/_control/sessions", get(sessions))
        .route("/_control/sessions/{id}/{action}", post(act))
        .route("/_control/webhooks", get(webhooks))
        .route("/_control/webhooks/{id}/resend", post(resend))
        .route("/_control/calls", get(calls))
        .route("/_control/verify", post(verify))
        .route("/_control/app_url", post(set_app_url))
        .layer(DefaultBodyLimit::max(PICTURE_BYTES_MAX))
}

type Chat = Path<(String, ShopperNumber)>;
type Shared = State<Arc<World>>;

async fn new_shopper(State(world): Shared, Path(phone): Path<String>) -> Result<Json<Shopper>, ControlError> {
    Control::new(world).new_shopper(&phone).map(Json)
}

async fn shopper(State(world): Shared, Path((phone, shopper)): Chat) -> Result<Json<Shopper>, ControlError> {
    Control::new(world).shopper(&phone, shopper).map(Json)
}

#[derive(Deserialize)]
struct Profile {
    name: Option<String>,
    shown: Option<Shown>,
}

async fn set_profile(
    State(world): Shared,
    Path((phone, shopper)): Chat,
    Json(profile): Json<Profile>,
) -> Result<Json<Shopper>, ControlError> {
    Control::new(world).set_profile(&phone, shopper, profile.name.as_deref(), profile.shown).map(Json)
}

async fn thread(State(world): Shared, Path((phone, shopper)): Chat) -> Result<Json<Thread>, ControlError> {
    Control::new(world).thread(&phone, shopper).map(Json)
}

async fn send(
    State(world): Shared,
    Path((phone, shopper)): Chat,
    Json(message): Json<ShopperMessage>,
) -> Result<Json<Value>, ControlError> {
    Control::new(world).send(&phone, shopper, message).map(|id| Json(json!({"id": id})))
}

async fn look(State(world): Shared, Path((phone, shopper)): Chat) -> Result<StatusCode, ControlError> {
    Control::new(world).look(&phone, shopper).map(|()| StatusCode::NO_CONTENT)
}

/// First the whole chat, then every change as it happens. A reader who falls behind gets the whole chat again.
async fn events(
    State(world): Shared,
    Path((phone, shopper)): Chat,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, ControlError> {
    let control = Control::new(Arc::clone(&world));
    let changes = BroadcastStream::new(world.live.subscribe());
    let whole = control.thread(&phone, shopper)?;
    let key = ChatKey { phone_number_id: phone.clone(), shopper };
    let first = futures::stream::iter(event("chat", &whole));
    let rest = changes.filter_map(move |change| {
        let told = match change {
            Ok(live) if live.key == key => event("news", &live.news),
            Ok(_) => None,
            Err(_) => control.thread(&phone, shopper).ok().and_then(|whole| event("chat", &whole)),
        };
        futures::future::ready(told)
    });
    let stopped = world.stop.clone().cancelled_owned();
    let stream = first.chain(rest).map(Ok).take_until(stopped);
    Ok(Sse::new(stream).keep_alive(KeepAlive::default()))
}

fn event(name: &str, data: &impl serde::Serialize) -> Option<Event> {
    Event::default().event(name).json_data(data).ok()
}

async fn keep_picture(State(world): Shared, headers: HeaderMap, bytes: Bytes) -> Result<Json<Value>, ControlError> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Control::new(world).keep_picture(kind, bytes.to_vec()).map(|id| Json(json!({"id": id})))
}

async fn picture(State(world): Shared, Path(id): Path<String>) -> Response {
    let found = lock(&world.media).get(&id);
    match found {
        Some(media) => ([(header::CONTENT_TYPE, media.mime_type)], media.bytes).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn faults(State(world): Shared) -> Json<Vec<FaultRule>> {
    Json(Control::new(world).faults())
}

async fn add_fault(State(world): Shared, Json(rule): Json<FaultRule>) -> StatusCode {
    Control::new(world).add_fault(rule);
    StatusCode::NO_CONTENT
}

async fn clear_faults(State(world): Shared) -> StatusCode {
    Control::new(world).clear_faults();
    StatusCode::NO_CONTENT
}

async fn sessions(State(world): Shared) -> Json<Vec<SessionView>> {
    Json(Control::new(world).sessions())
}

#[derive(Deserialize, Default)]
struct Amount {
    amount: Option<i64>,
}

async fn act(
    State(world): Shared,
    Path((id, action)): Path<(String, String)>,
    body: Bytes,
) -> Result<Json<Value>, ControlError> {
    let control = Control::new(world);
    let acted = |action| control.act(&id, action).map(|session| Json(json!(session)));
    match action.as_str() {
        "pay" => acted(PayAction::PayByCard),
        "decline" => acted(PayAction::DeclineCard),
        "voucher" => acted(PayAction::TakeVoucher),
        "settle" => acted(PayAction::SettleVoucher),
        "fail" => acted(PayAction::FailVoucher),
        "expire" => acted(PayAction::Expire),
        "abandon" => control.abandon(&id).map(|cancel_url| Json(json!({"cancel_url": cancel_url}))),
        "refund" => {
            let amount: Amount = serde_json::from_slice(&body).unwrap_or_default();
            control.refund(&id, amount.amount).map(|refund| Json(json!({"id": refund})))
        }
        _ => Err(ControlError::Session(ActionError::NoSuchSession)),
    }
}

async fn webhooks(State(world): Shared) -> Json<Vec<WebhookRecord>> {
    Json(Control::new(world).webhooks())
}

async fn resend(State(world): Shared, Path(id): Path<u64>) -> Result<Json<Value>, ControlError> {
    Control::new(world).resend(id).await.map(|status| Json(json!({"status": status})))
}

async fn calls(State(world): Shared) -> Json<Vec<ApiCall>> {
    Json(Control::new(world).calls())
}

#[derive(Deserialize)]
struct VerifyToken {
    token: String,
}

async fn verify(State(world): Shared, Json(asked): Json<VerifyToken>) -> Result<Json<Value>, ControlError> {
    Control::new(world).verify_webhook(&asked.token).await.map(|verified| Json(json!({"verified": verified})))
}

#[derive(Deserialize)]
struct AppUrl {
    url: String,
}

async fn set_app_url(State(world): Shared, Json(app): Json<AppUrl>) -> StatusCode {
    Control::new(world).set_app_url(&app.url);
    StatusCode::NO_CONTENT
}
