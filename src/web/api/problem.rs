//! What a request is answered of which nothing was done: problem details (RFC 9457).

use std::time::Duration;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::base::secret::random_bytes;

/// Why nothing was done.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    /// One word for machines, and the same for people.
    code: &'static str,
    title: &'static str,
    /// What to do.
    detail: String,
    /// After how many seconds it is worth another try.
    retry_after: Option<u64>,
    /// By which method it could be asked.
    allowed: Option<&'static str>,
}

#[derive(Serialize)]
struct Body<'p> {
    r#type: String,
    title: &'p str,
    status: u16,
    code: &'p str,
    detail: &'p str,
}

impl Problem {
    /// A problem of this status.
    #[must_use]
    pub fn new(status: StatusCode, code: &'static str, title: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, title, detail: detail.into(), retry_after: None, allowed: None }
    }

    /// The same, to be tried again after this.
    fn after(self, wait: Duration) -> Self {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        Self { retry_after: Some(seconds.max(1)), ..self }
    }

    /// What the caller sent cannot be taken.
    #[must_use]
    pub fn bad_request(code: &'static str, title: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, title, detail)
    }

    /// No key, or none of ours.
    #[must_use]
    pub fn who(detail: &'static str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "no-key", "Who calls?", detail)
    }

    /// One more call is allowed after this.
    #[must_use]
    pub fn too_often(wait: Duration) -> Self {
        let detail = "this key has called too often; wait as long as Retry-After says, and send more items at once";
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too-often", "Too many calls", detail).after(wait)
    }

    /// Somebody else changes the catalog for a while.
    #[must_use]
    pub fn busy() -> Self {
        let detail = "the catalog is being imported; nothing was done. Send the same request with the same \
                      Idempotency-Key again";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "catalog-busy", "The catalog is busy", detail)
            .after(Duration::from_secs(10))
    }

    /// Our mistake, or the database's. The reference stands beside the cause in the log.
    #[must_use]
    pub fn ours(cause: &anyhow::Error) -> Self {
        let reference = hex::encode(random_bytes::<4>());
        tracing::error!(%reference, error = format!("{cause:#}"), "a call of the API could not be answered");
        let detail = format!(
            "it is our mistake. Send the same request with the same Idempotency-Key again, and it is done once; if that \
             does not help, tell whoever runs this server the reference {reference}"
        );
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Something went wrong", detail)
            .after(Duration::from_secs(10))
    }

    /// Another method than the one there is.
    #[must_use]
    pub fn method(allowed: &'static str) -> Self {
        let detail = format!("ask with {allowed}");
        let problem = Self::new(StatusCode::METHOD_NOT_ALLOWED, "method", "Not by this method", detail);
        Self { allowed: Some(allowed), ..problem }
    }

    /// An address that is none.
    #[must_use]
    pub fn nothing_here() -> Self {
        let detail = "the API has two addresses: /api/v1/products and /api/v1/variants";
        Self::new(StatusCode::NOT_FOUND, "nothing-here", "There is nothing here", detail)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = Body {
            r#type: format!("urn:trato:problem:{}", self.code),
            title: self.title,
            status: self.status.as_u16(),
            code: self.code,
            detail: &self.detail,
        };
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"trato\""));
        }
        if let Some(allowed) = self.allowed {
            headers.insert(header::ALLOW, HeaderValue::from_static(allowed));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
