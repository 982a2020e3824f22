//! `POST /hooks/stripe/{merchant}`: payment events of one merchant's account.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};

use crate::base::names::Slug;
use crate::intake::event::EventBody;
use crate::intake::store::{NewEvent, Source};
use crate::stripe::{parse, signature};
use crate::web::hooks::{HookState, counted, keep_raw, recorded};

const NAME: &str = "stripe";

/// Takes one event.
#[tracing::instrument(name = "hook", skip_all, fields(hook.source = NAME, hook.bytes = body.len()))]
pub async fn receive(
    State(state): State<HookState>,
    Path(merchant): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let account = match Slug::new(&merchant) {
        Ok(slug) => state.routes.account(&slug).await,
        Err(_) => Ok(None),
    };
    let account = match account {
        Ok(Some(account)) => account,
        Ok(None) => return counted(NAME, "no_such_account", StatusCode::NOT_FOUND),
        Err(error) => {
            tracing::error!(error = error.as_ref() as &dyn std::error::Error, "the payment account was not read");
            return counted(NAME, "not_stored", StatusCode::SERVICE_UNAVAILABLE);
        }
    };
    let now = state.clock.now();
    let header = headers.get("stripe-signature").and_then(|value| value.to_str().ok());
    if let Err(error) = signature::verify(&body, header, &account.secrets, now) {
        tracing::warn!(error = &error as &dyn std::error::Error, "a Stripe event was not signed with our secret");
        return counted(NAME, "bad_signature", StatusCode::UNAUTHORIZED);
    }
    let event = match parse::parse(&body) {
        Ok(event) => event,
        Err(error) => return keep_raw(&state, Source::Stripe, NAME, &error.to_string(), &body).await,
    };
    let body = match event.notice {
        Some(notice) => EventBody::Payment(notice),
        None => EventBody::Unknown { kind: event.kind, raw: event.raw },
    };
    let event = NewEvent {
        merchant: account.merchant,
        channel: None,
        conversation: None,
        source: Source::Stripe,
        external_id: event.id,
        occurred_at: event.created.unwrap_or(now),
        body,
    };
    recorded(NAME, state.recorder.record(vec![event]).await)
}
