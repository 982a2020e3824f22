//! `/healthz` (the process runs), `/readyz` (it can serve), `/metrics` (what it has done).

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusHandle;
use sqlx::PgPool;

use crate::queue;

/// What the answers rest on.
#[derive(Clone)]
pub struct Health {
    /// The database.
    pub pool: PgPool,
    /// The recorder of metrics.
    pub metrics: PrometheusHandle,
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

async fn measured(State(health): State<Health>) -> String {
    if let Ok(depth) = queue::store::depth(&health.pool).await {
        #[expect(clippy::cast_precision_loss, reason = "gauges are floats; counts of jobs stay far below 2^52")]
        let gauge = |count: i64| count as f64;
        metrics::gauge!("trato_queue_ready_jobs").set(gauge(depth.ready));
        metrics::gauge!("trato_queue_dead_jobs").set(gauge(depth.dead));
        metrics::gauge!("trato_queue_oldest_seconds").set(depth.oldest_seconds);
    }
    health.metrics.render()
}
