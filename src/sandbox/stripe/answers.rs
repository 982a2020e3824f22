//! What stands around every call of Stripe's API: keys, versions, idempotency, faults and headers.

use std::time::Duration;

use axum::Json;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;

use crate::base::fingerprint::Fingerprint;
use crate::sandbox::calls::ApiCall;
use crate::sandbox::faults::{Fault, Service};
use crate::sandbox::listener::Scissors;
use crate::sandbox::settings::SandboxStripeAccount;
use crate::sandbox::stripe::errors::StripeError;
use crate::sandbox::stripe::form::Param;
use crate::sandbox::tokens;
use crate::sandbox::world::{World, lock};

/// A call as it came in.
pub struct Call {
    /// `GET` or `POST`.
    pub method: String,
    /// From `/v1` on, without the query.
    pub path: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its parameters as written: the body, or for `GET` the query.
    pub form: Vec<u8>,
}

/// A call that may be carried out.
pub struct Admitted<'a> {
    /// Who calls.
    pub account: &'a SandboxStripeAccount,
    /// Which version they speak.
    pub version: &'a str,
    /// What they sent.
    pub params: &'a Param,
}

struct Outcome {
    status: u16,
    answer: Value,
    replayed: bool,
}

impl From<StripeError> for Outcome {
    fn from(error: StripeError) -> Self {
        Self { status: error.status, answer: error.body(), replayed: false }
    }
}

/// Answers a call: admits it, replays or carries out `work`, saves, and lets faults have their way.
pub async fn answer(
    world: &World,
    scissors: &Scissors,
    call: Call,
    work: impl FnOnce(&World, &Admitted<'_>) -> Result<Value, StripeError>,
) -> Response {
    let outcome = outcome(world, &call, work).unwrap_or_else(Outcome::from);
    world.note_call(ApiCall {
        at: world.clock.now(),
        service: Service::Stripe,
        request: format!("{} {}", call.method, call.path),
        body: String::from_utf8_lossy(&call.form).into_owned(),
        idempotency_key: text(&call.headers, "idempotency-key").map(str::to_owned),
        status: outcome.status,
        answer: outcome.answer.clone(),
    });
    disturb(world, scissors, &call, outcome.status).await;
    respond(&call, outcome)
}

fn outcome(
    world: &World,
    call: &Call,
    work: impl FnOnce(&World, &Admitted<'_>) -> Result<Value, StripeError>,
) -> Result<Outcome, StripeError> {
    let account = account(world, &call.headers)?;
    let version = version(&call.headers)?;
    refused_by_fault(world, call)?;
    if call.method == "POST" && !call.form.is_empty() && !is_form(&call.headers) {
        return Err(StripeError::invalid(
            "Invalid request (check that your POST content type is application/x-www-form-urlencoded).",
        ));
    }
    let params = Param::read(&call.form)?;
    let admitted = Admitted { account: &account, version, params: &params };
    let key = text(&call.headers, "idempotency-key").filter(|_| call.method == "POST");
    let carried_out = |result: Result<Value, StripeError>| match result {
        Ok(answer) => Outcome { status: 200, answer, replayed: false },
        Err(error) => Outcome::from(error),
    };
    let Some(key) = key else { return Ok(carried_out(work(world, &admitted))) };
    let _alone = lock(&world.keyed_call);
    let key = (account.merchant_path.as_str(), key);
    let request = Fingerprint::of(format!("{} {}\n{params:?}", call.method, call.path).as_bytes());
    let now = world.clock.now();
    if let Some((status, answer)) = lock(&world.ledger).saved.find(key, request, now)? {
        return Ok(Outcome { status, answer, replayed: true });
    }
    let saved_failure = world.draw(|fault| matches!(fault, Fault::SavedServerError).then_some(()));
    let outcome = match saved_failure {
        Some(()) => Outcome::from(server_error()),
        None => carried_out(work(world, &admitted)),
    };
    lock(&world.ledger).saved.save(key, request, (outcome.status, &outcome.answer), now);
    Ok(outcome)
}

fn account(world: &World, headers: &HeaderMap) -> Result<SandboxStripeAccount, StripeError> {
    let key = text(headers, "authorization").and_then(|value| value.strip_prefix("Bearer "));
    let Some(key) = key.filter(|key| !key.is_empty()) else {
        return Err(StripeError::unauthorised(
            "You did not provide an API key. Provide it in the Authorization header, using Bearer auth.",
        ));
    };
    world.account(key).ok_or_else(|| {
        let shown: String = key.chars().take(8).collect();
        StripeError::unauthorised(format!("Invalid API Key provided: {shown}****"))
    })
}

/// Stripe falls back to the account's version; here a missing version is an error, so that nobody forgets it.
fn version(headers: &HeaderMap) -> Result<&str, StripeError> {
    let Some(version) = text(headers, "stripe-version") else {
        return Err(StripeError::invalid(
            "SANDBOX: send `Stripe-Version`; without it the account's default applies.",
        ));
    };
    let digit_places = [0, 1, 2, 3, 5, 6, 8, 9];
    let bytes = version.as_bytes();
    let dated = bytes.len() >= 10
        && digit_places.iter().all(|place| bytes[*place].is_ascii_digit())
        && bytes[4] == b'-'
        && bytes[7] == b'-'
        && (bytes.len() == 10 || bytes[10] == b'.');
    if dated && version.is_ascii() {
        Ok(version)
    } else {
        Err(StripeError::invalid(format!("Invalid Stripe API version: {version}")))
    }
}

fn refused_by_fault(world: &World, call: &Call) -> Result<(), StripeError> {
    let has_key = call.method == "POST" && call.headers.contains_key("idempotency-key");
    let struck = world.draw(|fault| match fault {
        Fault::ServerError { service: Service::Stripe } => Some(StripeError { status: 503, ..server_error() }),
        Fault::RateLimited => Some(StripeError {
            status: 429,
            ..StripeError::invalid("Request rate limit exceeded.").coded("rate_limit")
        }),
        Fault::KeyInUse if has_key => Some(StripeError {
            status: 409,
            kind: "idempotency_error",
            ..StripeError::invalid(
                "There is currently another in-progress request using this Stripe-Idempotency-Key.",
            )
            .coded("idempotency_key_in_use")
        }),
        _ => None,
    });
    struck.map_or(Ok(()), Err)
}

fn server_error() -> StripeError {
    let message = "An unknown error occurred";
    StripeError { status: 500, kind: "api_error", ..StripeError::invalid(message) }
}

async fn disturb(world: &World, scissors: &Scissors, call: &Call, status: u16) {
    let slow = world.draw(|fault| match fault {
        Fault::SlowAnswer { service: Service::Stripe, milliseconds } => Some(*milliseconds),
        _ => None,
    });
    if let Some(milliseconds) = slow {
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
    }
    let lost = |fault: &Fault| matches!(fault, Fault::AnswerLost { service: Service::Stripe }).then_some(());
    if call.method == "POST" && status == 200 && world.draw(lost).is_some() {
        scissors.cut();
    }
}

fn respond(call: &Call, outcome: Outcome) -> Response {
    let status = StatusCode::from_u16(outcome.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, Json(outcome.answer)).into_response();
    let headers = response.headers_mut();
    let mut put = |name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    put("request-id", &tokens::letters("req_", 14));
    for name in ["stripe-version", "idempotency-key"] {
        if let Some(value) = text(&call.headers, name) {
            put(name, value);
        }
    }
    if outcome.replayed {
        put("idempotent-replayed", "true");
    }
    match outcome.status {
        409 | 503 => put("stripe-should-retry", "true"),
        500 => put("stripe-should-retry", "false"),
        _ => {}
    }
    response
}

fn is_form(headers: &HeaderMap) -> bool {
    text(headers, header::CONTENT_TYPE.as_str())
        .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
