//! The hosted pay page: what a payer sees and presses. Our own design, and plainly marked as a sandbox.

pub mod page;
pub mod words;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};

use crate::base::language::Locale;
use crate::sandbox::settings::SandboxStripeAccount;
use crate::sandbox::stripe::ledger::PayAction;
use crate::sandbox::stripe::notify;
use crate::sandbox::stripe::session::{Session, Stage};
use crate::sandbox::world::{World, lock};

/// The routes of the pay page.
pub fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/pay/{session}", get(show))
        .route("/pay/{session}/{action}", post(act))
        .route("/_assets/pay.css", get(|| async { asset("text/css", include_str!("pay.css")) }))
        .route("/_assets/pay.js", get(|| async { asset("text/javascript", include_str!("pay.js")) }))
}

fn asset(kind: &'static str, body: &'static str) -> Response {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")], body).into_response()
}

async fn show(State(world): State<Arc<World>>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    notify::expire_overdue(&world);
    let session = lock(&world.ledger).session(&id).cloned();
    let found = session.and_then(|session| Some((account(&world, &session)?, session)));
    let Some((account, session)) = found else {
        return (StatusCode::NOT_FOUND, Html(page::unknown(accepted_language(&headers)))).into_response();
    };
    let locale = locale(&session, &account, &headers);
    let tried = session.stage == Stage::Open && session.intent.is_some();
    Html(page::render(&session, &account, locale, tried)).into_response()
}

async fn act(State(world): State<Arc<World>>, Path((id, action)): Path<(String, String)>) -> Response {
    let action = match action.as_str() {
        "card" => PayAction::PayByCard,
        "decline" => PayAction::DeclineCard,
        "voucher" => PayAction::TakeVoucher,
        "settle" => PayAction::SettleVoucher,
        "fail" => PayAction::FailVoucher,
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    let Ok(session) = notify::act(&world, &id, action) else {
        // Pressed twice, or expired meanwhile: the page says how it stands.
        return match lock(&world.ledger).session(&id) {
            Some(session) => back(&world, session),
            None => StatusCode::NOT_FOUND.into_response(),
        };
    };
    match (action, session.stage) {
        (PayAction::PayByCard, _) | (PayAction::TakeVoucher, Stage::Free) => {
            Redirect::to(&session.success_url()).into_response()
        }
        _ => back(&world, &session),
    }
}

/// To the page again, with the fragment that browsers would drop on the way.
fn back(world: &World, session: &Session) -> Response {
    Redirect::to(&session.url(&world.base_url)).into_response()
}

fn account(world: &World, session: &Session) -> Option<SandboxStripeAccount> {
    let directory = lock(&world.directory);
    directory.accounts.iter().find(|account| account.merchant_path == session.account).cloned()
}

/// The session's own language, else the browser's, else the shop's; numbers look as in the shop's country.
fn locale(session: &Session, account: &SandboxStripeAccount, headers: &HeaderMap) -> Locale {
    let own = session.draft.locale.as_deref().filter(|locale| *locale != "auto");
    let language = match own {
        Some(tag) => tag.parse().ok(),
        None => headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()?.parse().ok()),
    };
    account.locale.speaking(language.unwrap_or(account.locale.language()))
}

fn accepted_language(headers: &HeaderMap) -> Locale {
    let language = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()?.parse().ok());
    Locale::of(language.unwrap_or(crate::base::language::Language::En))
}
