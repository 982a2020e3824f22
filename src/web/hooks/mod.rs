//! Hooks: where Meta and Stripe knock.
//!
//! Each checks the signature over the raw bytes, reads, stores every event in one transaction and answers. 200
//! means stored. What cannot be read or belongs to nobody is kept raw and answered 200 as well: the sender would
//! only repeat it. 503 means it could not be stored and should come again.

pub mod routes;
pub mod stripe;
pub mod whatsapp;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::routing::{get, post};
use secrecy::SecretString;

use crate::base::clock::Clock;
use crate::intake::recorder::Recorder;
use crate::intake::store::{Intake, RecordError, Source};
use crate::web::hooks::routes::Routes;

/// The largest body: WhatsApp batches up to 3 MB ("Webhooks: payload size").
pub const BODY_BYTES_MAX: usize = 3 * 1024 * 1024;

/// What hooks work with.
#[derive(Clone)]
pub struct HookState {
    /// Records events.
    pub recorder: Recorder,
    /// Keeps what belongs to nobody.
    pub intake: Intake,
    /// Whose number it is, and which conversation.
    pub routes: Routes,
    /// The Meta app's secrets; any may have signed.
    pub app_secrets: Arc<[SecretString]>,
    /// The words Meta may verify the webhook with.
    pub verify_tokens: Arc<[SecretString]>,
    /// The time.
    pub clock: Clock,
}

/// The routes.
pub fn router(state: HookState) -> Router {
    Router::new()
        .route("/hooks/whatsapp", get(whatsapp::verify).post(whatsapp::receive))
        .route("/hooks/stripe/{merchant}", post(stripe::receive))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(state)
}

/// Counts a delivery and says what to answer.
fn counted(source: &'static str, outcome: &'static str, status: StatusCode) -> StatusCode {
    metrics::counter!("trato_hooks_total", "source" => source, "outcome" => outcome).increment(1);
    status
}

/// The answer after recording: 200 once it is stored, 503 so that it comes again.
fn recorded(source: &'static str, result: Result<(), RecordError>) -> StatusCode {
    match result {
        Ok(()) => counted(source, "stored", StatusCode::OK),
        Err(error) => {
            tracing::error!(
                hook.source = source,
                error = &error as &dyn std::error::Error,
                "events were not stored"
            );
            counted(source, "not_stored", StatusCode::SERVICE_UNAVAILABLE)
        }
    }
}

/// Keeps a signed body raw, card numbers masked, and answers 200 once it is kept.
async fn keep_raw(state: &HookState, source: Source, name: &'static str, reason: &str, raw: &[u8]) -> StatusCode {
    tracing::error!(hook.source = name, hook.reason = reason, "a signed event was kept raw");
    let raw = crate::base::cards::mask_cards(&String::from_utf8_lossy(raw));
    match state.intake.keep_unrouted(source, reason, &raw).await {
        Ok(()) => counted(name, "kept_raw", StatusCode::OK),
        Err(error) => recorded(name, Err(error)),
    }
}
