//! The API for a shop's own systems: stock and prices by SKU, and the search that shoppers get. `docs/api.md` describes
//! it for whoever calls.
//!
//! Owns the routes, who may call them, how often, and what a refusal looks like. Must not decide what an item does, nor
//! what is found: `catalog::changes` and `catalog::finder` do.

mod caller;
mod problem;
mod products;
mod variants;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, patch};
use tokio::sync::Semaphore;

use crate::merchants::api_keys::limit::CallLimit;
use crate::merchants::api_keys::store::ApiKeys;
use crate::web::api::problem::Problem;
use crate::web::search::SearchDesk;

/// The largest request: a thousand items with the longest SKUs fit twice.
const BODY_BYTES_MAX: usize = 1024 * 1024;
/// How much of one that is too large is still taken off the line, so that the caller listens to the answer.
const DRAINED_BYTES_MAX: usize = 8 * BODY_BYTES_MAX;
/// How many requests one server works on at once: each holds a connection, and shoppers need those too.
const WORKS_MAX: usize = 4;

/// What the API holds.
#[derive(Clone)]
pub struct ApiState {
    keys: ApiKeys,
    search: SearchDesk,
    limit: Arc<CallLimit>,
    works: Arc<Semaphore>,
}

impl ApiState {
    /// Over these keys; products are found by this search.
    #[must_use]
    pub fn new(keys: ApiKeys, search: SearchDesk) -> Self {
        Self { keys, search, limit: Arc::default(), works: Arc::new(Semaphore::new(WORKS_MAX)) }
    }
}

/// The routes under `/api`.
pub fn router(state: ApiState) -> Router {
    let routes = Router::new()
        .route("/v1/products", get(products::search).fallback(|| async { Problem::method("GET") }))
        .route("/v1/variants", patch(variants::change).fallback(|| async { Problem::method("PATCH") }))
        .fallback(|| async { Problem::nothing_here() })
        .layer(DefaultBodyLimit::max(DRAINED_BYTES_MAX))
        .with_state(state);
    Router::new().nest("/api", routes)
}
