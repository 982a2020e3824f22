//! The Graph API's addresses, who may call them, and what goes wrong on request.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};

use crate::sandbox::calls::ApiCall;
use crate::sandbox::faults::{Fault, Service};
use crate::sandbox::graph::check::{self, Accepted};
use crate::sandbox::graph::errors::GraphError;
use crate::sandbox::graph::send;
use crate::sandbox::listener::Scissors;
use crate::sandbox::settings::SandboxNumber;
use crate::sandbox::world::{World, lock};

/// The routes of the Graph API.
pub fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/{version}/{id}/messages", post(messages))
        .route("/{version}/{id}", get(look_up))
        .route("/media/{id}", get(download))
        .layer(DefaultBodyLimit::max(3 * 1024 * 1024))
}

async fn messages(
    State(world): State<Arc<World>>,
    Path((version, id)): Path<(String, String)>,
    ConnectInfo(scissors): ConnectInfo<Scissors>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let request = read(&world, (&version, &id), &headers, &body);
    let sends = matches!(request, Ok((_, Accepted::Message(_))));
    let outcome = request.and_then(|(number, accepted)| {
        let refused = if sends { refused_by_fault(&world) } else { None };
        match refused {
            Some(error) => Err(error),
            None => send::carry_out(&world, &number, accepted),
        }
    });
    let accepted = outcome.is_ok();
    let (status, answer) = match outcome {
        Ok(answer) => (200, answer),
        Err(error) => (error.status(), error.body()),
    };
    world.note_call(ApiCall {
        at: world.clock.now(),
        service: Service::Graph,
        request: format!("POST /{version}/{id}/messages"),
        body: String::from_utf8_lossy(&body).into_owned(),
        idempotency_key: None,
        status,
        answer: answer.clone(),
    });
    if sends {
        disturb(&world, &scissors, accepted).await;
    }
    answered(status, answer)
}

fn read(
    world: &World,
    (version, id): (&str, &str),
    headers: &HeaderMap,
    body: &[u8],
) -> Result<(SandboxNumber, Accepted), GraphError> {
    let number = authorised(world, version, id, headers)?;
    let body: Value = serde_json::from_slice(body).map_err(|_| GraphError::parameter("Invalid JSON payload."))?;
    check::request(&body).map(|accepted| (number, accepted))
}

fn authorised(world: &World, version: &str, id: &str, headers: &HeaderMap) -> Result<SandboxNumber, GraphError> {
    let numeric = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !version.strip_prefix('v').and_then(|rest| rest.strip_suffix(".0")).is_some_and(numeric) {
        return Err(GraphError { code: 2500, message: "Unknown path components".to_owned(), details: None });
    }
    let token = bearer(headers);
    if !lock(&world.directory).numbers.iter().any(|number| Some(number.access_token.as_str()) == token) {
        return Err(GraphError::of(190));
    }
    let number = world.number(id).filter(|number| Some(number.access_token.as_str()) == token);
    number.ok_or_else(|| {
        GraphError::parameter(format!(
            "Unsupported post request. Object with ID '{id}' does not exist, cannot be loaded due to missing \
             permissions, or does not support this operation."
        ))
    })
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

fn refused_by_fault(world: &World) -> Option<GraphError> {
    world.draw(|fault| match fault {
        Fault::GraphError { code } => Some(GraphError::of(*code)),
        Fault::ServerError { service: Service::Graph } => Some(GraphError::of(131_000)),
        _ => None,
    })
}

async fn disturb(world: &World, scissors: &Scissors, accepted: bool) {
    let slow = world.draw(|fault| match fault {
        Fault::SlowAnswer { service: Service::Graph, milliseconds } => Some(*milliseconds),
        _ => None,
    });
    if let Some(milliseconds) = slow {
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
    }
    let lost = |fault: &Fault| matches!(fault, Fault::AnswerLost { service: Service::Graph }).then_some(());
    if accepted && world.draw(lost).is_some() {
        scissors.cut();
    }
}

/// A number, or a picture that a shopper sent.
async fn look_up(
    State(world): State<Arc<World>>,
    Path((version, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    if let Some(media) = lock(&world.media).get(&id) {
        if !is_known_token(&world, &headers) {
            return refused(&GraphError::of(190));
        }
        return Json(json!({
            "messaging_product": "whatsapp",
            "url": format!("{}/media/{id}", world.base_url),
            "mime_type": media.mime_type,
            "sha256": media.sha256_hex(),
            "file_size": media.bytes.len().to_string(),
            "id": id,
        }))
        .into_response();
    }
    match authorised(&world, &version, &id, &headers) {
        Ok(number) => Json(json!({
            "id": number.phone_number_id,
            "verified_name": number.shop_name,
            "display_phone_number": number.display_number,
            "quality_rating": "GREEN",
        }))
        .into_response(),
        Err(error) => refused(&error),
    }
}

async fn download(State(world): State<Arc<World>>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    match lock(&world.media).get(&id) {
        Some(media) if is_known_token(&world, &headers) => {
            ([(header::CONTENT_TYPE, media.mime_type)], media.bytes).into_response()
        }
        Some(_) => StatusCode::UNAUTHORIZED.into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn is_known_token(world: &World, headers: &HeaderMap) -> bool {
    let token = bearer(headers);
    lock(&world.directory).numbers.iter().any(|number| Some(number.access_token.as_str()) == token)
}

fn refused(error: &GraphError) -> Response {
    answered(error.status(), error.body())
}

fn answered(status: u16, body: Value) -> Response {
    (StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), Json(body)).into_response()
}
