//! `POST /hooks/whatsapp`, and the GET by which Meta makes sure that the address is ours.

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};

use crate::channels::whatsapp::verification::Handshake;
use crate::channels::whatsapp::{parse, signature};
use crate::intake::event::ChannelEvent;
use crate::intake::store::{NewEvent, Source};
use crate::web::hooks::{HookState, counted, keep_raw, recorded};

const NAME: &str = "whatsapp";

/// Answers Meta's handshake.
pub async fn verify(State(state): State<HookState>, Query(handshake): Query<Handshake>) -> Response {
    match handshake.answer(&state.verify_tokens) {
        Ok(challenge) => challenge.to_owned().into_response(),
        Err(_) => StatusCode::FORBIDDEN.into_response(),
    }
}

/// Takes a batch of events.
#[tracing::instrument(name = "hook", skip_all, fields(hook.source = NAME, hook.bytes = body.len()))]
pub async fn receive(State(state): State<HookState>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let header = headers.get("x-hub-signature-256").and_then(|value| value.to_str().ok());
    if let Err(error) = signature::verify(&body, header, &state.app_secrets) {
        tracing::warn!(error = &error as &dyn std::error::Error, "a WhatsApp event was not signed by our app");
        return counted(NAME, "bad_signature", StatusCode::UNAUTHORIZED);
    }
    let events = match parse::parse(&body, state.clock.now()) {
        Ok(parsed) => parsed.events,
        Err(error) => return keep_raw(&state, Source::WhatsApp, NAME, &error.to_string(), &body).await,
    };
    let (events, strangers) = match route(&state, events).await {
        Ok(routed) => routed,
        Err(error) => {
            tracing::error!(error = error.as_ref() as &dyn std::error::Error, "events could not be routed");
            return counted(NAME, "not_stored", StatusCode::SERVICE_UNAVAILABLE);
        }
    };
    if strangers {
        let kept = keep_raw(&state, Source::WhatsApp, NAME, "no shop has connected this number", &body).await;
        if kept != StatusCode::OK {
            return kept;
        }
    }
    recorded(NAME, state.recorder.record(events).await)
}

/// The events of numbers we know, with their conversations, and whether there were others.
async fn route(state: &HookState, events: Vec<ChannelEvent>) -> anyhow::Result<(Vec<NewEvent>, bool)> {
    let mut routed = Vec::with_capacity(events.len());
    let mut strangers = false;
    for event in events {
        let Some(number) = state.routes.number(&event.channel_external_id).await? else {
            strangers = true;
            continue;
        };
        let conversation = state.routes.conversation(number, &event).await?;
        routed.push(NewEvent {
            merchant: number.merchant,
            channel: Some(number.channel),
            conversation,
            source: Source::WhatsApp,
            external_id: event.external_id,
            occurred_at: event.occurred_at,
            body: event.body,
        });
    }
    Ok((routed, strangers))
}
