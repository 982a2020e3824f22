//! Stripe's addresses and what each does.

use std::sync::Arc;

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use serde_json::{Value, json};

use crate::sandbox::listener::Scissors;
use crate::sandbox::stripe::answers::{Admitted, Call, answer};
use crate::sandbox::stripe::errors::StripeError;
use crate::sandbox::stripe::form::Param;
use crate::sandbox::stripe::ledger::{ActionError, PayAction, RefundDraft, Refunded};
use crate::sandbox::stripe::session::Session;
use crate::sandbox::stripe::{notify, parameters, rules, schema, wire};
use crate::sandbox::world::{World, lock};

/// The routes of Stripe's API.
pub fn routes() -> Router<Arc<World>> {
    Router::new().route("/v1/{*rest}", any(api))
}

/// Larger than any request Stripe takes.
const BODY_MAX: usize = 1024 * 1024;

async fn api(
    State(world): State<Arc<World>>,
    ConnectInfo(scissors): ConnectInfo<Scissors>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_MAX).await else { return StatusCode::PAYLOAD_TOO_LARGE.into_response() };
    let form = match parts.method.as_str() {
        "POST" => body.to_vec(),
        _ => parts.uri.query().unwrap_or_default().as_bytes().to_vec(),
    };
    let call = Call {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        headers: parts.headers,
        form,
    };
    let (method, path) = (call.method.clone(), call.path.clone());
    answer(&world, &scissors, call, |world, admitted| dispatch(world, admitted, &method, &path)).await
}

fn dispatch(world: &World, call: &Admitted<'_>, method: &str, path: &str) -> Result<Value, StripeError> {
    notify::expire_overdue(world);
    let segments: Vec<&str> = path.trim_start_matches("/v1/").split('/').collect();
    match (method, segments.as_slice()) {
        ("POST", ["checkout", "sessions"]) => create(world, call),
        ("GET", ["checkout", "sessions"]) => list(world, call),
        ("POST", ["checkout", "sessions", id, "expire"]) => expire(world, call, id),
        ("GET", ["checkout", "sessions", id]) => {
            schema::check(call.params, parameters::PLAIN)?;
            expanded(world, call, &owned(world, call, id)?)
        }
        ("GET", ["checkout", "sessions", id, "line_items"]) => Ok(wire::line_items(&owned(world, call, id)?)),
        ("GET", ["payment_intents", id]) => payment_intent(world, call, id),
        ("POST", ["refunds"]) => refund(world, call),
        ("GET", ["account"]) => Ok(wire::account(call.account)),
        _ => Err(StripeError {
            status: 404,
            ..StripeError::invalid(format!("Unrecognized request URL ({method}: {path})."))
        }),
    }
}

fn create(world: &World, call: &Admitted<'_>) -> Result<Value, StripeError> {
    let now = world.clock.now();
    let draft = rules::read_session(call.params, call.version, now)?;
    check_expand(call.params)?;
    let session = lock(&world.ledger).open(&call.account.merchant_path, draft, now);
    expanded(world, call, &session)
}

/// The account's newest sessions; without the parameters that page through older ones.
fn list(world: &World, call: &Admitted<'_>) -> Result<Value, StripeError> {
    schema::check(call.params, parameters::LIST)?;
    let limit = call.params.text(&["limit"]).and_then(|limit| limit.parse().ok()).unwrap_or(10);
    if !(1..=100).contains(&limit) {
        return Err(StripeError::invalid("Invalid limit: it must be between 1 and 100.").at("limit"));
    }
    let ledger = lock(&world.ledger);
    let own = ledger.sessions().iter().rev().filter(|session| session.account == call.account.merchant_path);
    let mut newest: Vec<Value> =
        own.take(limit + 1).map(|session| wire::session(session, &world.base_url)).collect();
    let has_more = newest.len() > limit;
    newest.truncate(limit);
    Ok(json!({"object": "list", "url": "/v1/checkout/sessions", "has_more": has_more, "data": newest}))
}

fn expire(world: &World, call: &Admitted<'_>, id: &str) -> Result<Value, StripeError> {
    schema::check(call.params, parameters::PLAIN)?;
    owned(world, call, id)?;
    match notify::act(world, id, PayAction::Expire) {
        Ok(session) => expanded(world, call, &session),
        Err(ActionError::WrongStage(stage)) => Err(StripeError::invalid(format!(
            "Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout Session has a status \
             of `{}`.",
            stage.status()
        ))),
        Err(ActionError::NoSuchSession) => Err(no_such_session(id)),
    }
}

/// The caller's own session; somebody else's is as good as none.
fn owned(world: &World, call: &Admitted<'_>, id: &str) -> Result<Session, StripeError> {
    let ledger = lock(&world.ledger);
    let session = ledger.session(id).filter(|session| session.account == call.account.merchant_path);
    session.cloned().ok_or_else(|| no_such_session(id))
}

fn no_such_session(id: &str) -> StripeError {
    StripeError::missing("checkout.session", id, "session")
}

fn expanded(world: &World, call: &Admitted<'_>, session: &Session) -> Result<Value, StripeError> {
    check_expand(call.params)?;
    let mut value = wire::session(session, &world.base_url);
    for wanted in call.params.list(&["expand"]) {
        match (wanted, &session.intent) {
            (Param::Text(name), Some(intent)) if name == "payment_intent" && !value["payment_intent"].is_null() => {
                value["payment_intent"] = wire::intent(session, intent);
            }
            (Param::Text(name), _) if name == "line_items" => value["line_items"] = wire::line_items(session),
            _ => {}
        }
    }
    Ok(value)
}

fn check_expand(params: &Param) -> Result<(), StripeError> {
    for wanted in params.list(&["expand"]) {
        if let Param::Text(name) = wanted
            && !matches!(name.as_str(), "payment_intent" | "line_items")
        {
            return Err(StripeError::invalid(format!("This property cannot be expanded ({name}).")).at("expand"));
        }
    }
    Ok(())
}

fn payment_intent(world: &World, call: &Admitted<'_>, id: &str) -> Result<Value, StripeError> {
    schema::check(call.params, parameters::PLAIN)?;
    let ledger = lock(&world.ledger);
    let session = ledger.by_payment(&call.account.merchant_path, &Refunded::Intent(id));
    let value = session.and_then(|session| Some(wire::intent(session, session.intent.as_ref()?)));
    value.ok_or_else(|| StripeError::missing("payment_intent", id, "intent"))
}

fn refund(world: &World, call: &Admitted<'_>) -> Result<Value, StripeError> {
    let params = call.params;
    schema::check(params, parameters::REFUND)?;
    let payment = match (params.text(&["payment_intent"]), params.text(&["charge"])) {
        (Some(intent), None) => Refunded::Intent(intent),
        (None, Some(charge)) => Refunded::Charge(charge),
        _ => {
            let message =
                "One of the following params should be provided for this request: payment_intent or charge.";
            return Err(StripeError::invalid(message).coded("parameter_missing"));
        }
    };
    let draft = RefundDraft {
        amount: params.number(&["amount"]),
        reason: params.text(&["reason"]).map(str::to_owned),
        metadata: params.pairs(&["metadata"]),
    };
    let (session, refund) = notify::refund(world, &call.account.merchant_path, &payment, draft)?;
    let intent = session.intent.as_ref().ok_or_else(|| StripeError::invalid("The payment is gone."))?;
    Ok(wire::refund(&session, intent, &refund))
}
