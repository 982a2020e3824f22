//! `/healthz` (the process runs), `/readyz` (it can serve), `/metrics` (what it has done).

use axum::Router;
use axum::extract::State;
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusHandle;
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::PgPool;
use subtle::ConstantTimeEq as _;

use crate::queue;

/// What the answers rest on.
#[derive(Clone)]
pub struct Health {
    /// The database.
    pub pool: PgPool,
    /// The recorder of metrics.
    pub metrics: PrometheusHandle,
    /// Who may read the metrics: whoever has this token. They tell what all shops sell.
    pub metrics_token: Option<SecretString>,
}

/// The routes.
pub fn router(state: Health) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(measured))
        .with_state(state)
}

async fn ready(State(health): State<Health>) -> (StatusCode, &'static str) {
    match queue::store::depth(&health.pool).await {
        Ok(_) => (StatusCode::OK, "ready"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database is away"),
    }
}

async fn measured(State(health): State<Health>, headers: HeaderMap) -> Response {
    if !may_read(health.metrics_token.as_ref(), &headers) {
        let words = "Metrics are for whoever has the token: set TRATO_SERVER__METRICS_TOKEN and send it as `Authorization: \
                     Bearer …`.\n";
        return (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, "Bearer")], words).into_response();
    }
    if let Ok(depth) = queue::store::depth(&health.pool).await {
        #[expect(clippy::cast_precision_loss, reason = "gauges are floats; counts of jobs stay far below 2^52")]
        let gauge = |count: i64| count as f64;
        metrics::gauge!("trato_queue_ready_jobs").set(gauge(depth.ready));
        metrics::gauge!("trato_queue_dead_jobs").set(gauge(depth.dead));
        metrics::gauge!("trato_queue_oldest_seconds").set(depth.oldest_seconds);
    }
    health.metrics.render().into_response()
}

fn may_read(token: Option<&SecretString>, headers: &HeaderMap) -> bool {
    let given = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let given = given.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    let token = token.map_or("", |token| token.expose_secret());
    !token.is_empty() && given.as_bytes().ct_eq(token.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_are_for_whoever_has_the_token_and_without_one_for_nobody() {
        let with = |value: &'static str| HeaderMap::from_iter([(AUTHORIZATION, value.parse().unwrap())]);
        let token = SecretString::from("s3cret");
        assert!(may_read(Some(&token), &with("Bearer s3cret")));
        for given in [HeaderMap::new(), with("Bearer s3cre"), with("s3cret"), with("Bearer ")] {
            assert!(!may_read(Some(&token), &given) && !may_read(None, &given), "{given:?}");
            assert!(!may_read(Some(&SecretString::from("")), &given), "{given:?}");
        }
    }
}
