//! Changing stock and prices.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use crate::base::fingerprint::Fingerprint;
use crate::catalog::changes::ITEMS_MAX;
use crate::catalog::changes::store::{Answered, ChangeError, Changes, Request};
use crate::web::api::caller::Known;
use crate::web::api::problem::Problem;
use crate::web::api::{ApiState, BODY_BYTES_MAX};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const IDEMPOTENCY_REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// The longest key by which a repeat is known.
const KEY_BYTES_MAX: usize = 255;
/// How often a request asks for the shop's catalog while somebody else has it: for five seconds in all.
const TRIES_MAX: usize = 11;
const BETWEEN_TRIES: Duration = Duration::from_millis(500);

pub async fn change(
    State(state): State<ApiState>,
    Known(caller): Known,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let key = key(&headers)?;
    let body = whole(body)?;
    let items = items(&body)?;
    let request = Request { key, fingerprint: Fingerprint::of(&body), items: &items };
    let answered = apply(&state, &Changes::of(&caller.scope, caller.key, caller.currency), request).await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    let mut response = (headers, answered.text).into_response();
    if answered.repeated {
        response.headers_mut().insert(IDEMPOTENCY_REPLAYED, HeaderValue::from_static("true"));
    }
    Ok(response)
}

/// Does what is asked as soon as nobody else has the shop's catalog. Whoever waits for that holds no place meanwhile: an
/// import of one shop is no reason to keep the others waiting.
async fn apply(state: &ApiState, changes: &Changes, request: Request<'_>) -> Result<Answered, Problem> {
    for _ in 1..TRIES_MAX {
        match attempt(state, changes, request).await? {
            Err(ChangeError::Busy) => tokio::time::sleep(BETWEEN_TRIES).await,
            answered => return Ok(answered?),
        }
    }
    Ok(attempt(state, changes, request).await??)
}

async fn attempt(
    state: &ApiState,
    changes: &Changes,
    request: Request<'_>,
) -> Result<Result<Answered, ChangeError>, Problem> {
    let _place = state.works.acquire().await.map_err(|error| Problem::ours(&error.into()))?;
    Ok(changes.apply(request).await)
}

/// By which a repeat is known. Required: a request that was lost and is sent again hours later would put back what
/// was sold meanwhile.
fn key(headers: &HeaderMap) -> Result<&str, Problem> {
    let missing = || {
        Problem::bad_request(
            "idempotency-key-missing",
            "No Idempotency-Key",
            "give each request a key of its own, such as a UUID, in the header Idempotency-Key, and send the same one \
             when you send the request again",
        )
    };
    let key = headers.get(IDEMPOTENCY_KEY).ok_or_else(missing)?.to_str().unwrap_or_default().trim();
    if key.is_empty() || key.len() > KEY_BYTES_MAX {
        let detail = format!("an Idempotency-Key has 1 to {KEY_BYTES_MAX} visible letters and digits");
        return Err(Problem::bad_request("idempotency-key-bad", "Not an Idempotency-Key", detail));
    }
    Ok(key)
}

fn items(body: &[u8]) -> Result<Vec<Value>, Problem> {
    let no_list = |detail: String| Problem::bad_request("not-a-list", "Not a list of items", detail);
    let items: Vec<Value> = serde_json::from_slice(body).map_err(|error| {
        no_list(format!(
            "send a JSON array of items such as [{{\"sku\": \"CUP\", \"stock\": 4}}]; reading stopped at line {}, \
             column {}",
            error.line(),
            error.column()
        ))
    })?;
    match items.len() {
        0 => Err(no_list("the list is empty; send at least one item".to_owned())),
        count if count > ITEMS_MAX => {
            let detail = format!(
                "the list has {count} items, more than {ITEMS_MAX}; send it in parts, each with its own key"
            );
            Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-many-items", "Too many items", detail))
        }
        _ => Ok(items),
    }
}

/// The request, unless it is too large or was cut.
fn whole(body: Result<Bytes, BytesRejection>) -> Result<Bytes, Problem> {
    match body {
        Ok(body) if body.len() <= BODY_BYTES_MAX => Ok(body),
        Err(refused) if refused.status() != StatusCode::PAYLOAD_TOO_LARGE => {
            let detail = "the request did not arrive whole; send it again";
            Err(Problem::bad_request("cut", "The request was cut", detail))
        }
        _ => {
            let detail =
                format!("a request has at most {BODY_BYTES_MAX} bytes; send it in parts, each with its own key");
            Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "Too large", detail))
        }
    }
}

impl From<ChangeError> for Problem {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::KeyReused => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "idempotency-key-reused",
                "The Idempotency-Key was used for something else",
                "another request had this key within the last 24 hours; give this one a key of its own",
            ),
            ChangeError::Busy => Self::busy(),
            other => Self::ours(&other.into()),
        }
    }
}
