//! HTTP to us: hooks for Meta and Stripe, the inbox for staff, an API for a shop's own systems, and a few pages for
//! shoppers and machines.
//!
//! Owns routes, extractors, pages and the one mapping from errors to status codes. Must not run a turn or call a
//! model: what needs doing is queued by what is stored.

pub mod api;
#[cfg(test)]
mod browser;
pub mod catalog;
pub mod error;
pub mod feeds;
pub mod health;
pub mod hooks;
pub mod inbox;
pub mod orders;
mod page;
pub mod pay_pages;
pub mod products;
pub mod search;
mod words;

use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::response::Redirect;
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;

/// No answer of ours takes longer; a sender that waits would come again anyway.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(30);

/// The parts of the site, each with its own state.
pub struct Site {
    /// Where Meta and Stripe knock.
    pub hooks: hooks::HookState,
    /// The pages for staff.
    pub inbox: inbox::InboxState,
    /// The pages where owners import their catalog.
    pub catalog: catalog::CatalogState,
    /// The pages where staff find products.
    pub products: products::ProductsState,
    /// Where the browser lands after the pay page.
    pub pay_pages: pay_pages::PayPages,
    /// Stock, prices and searches by a shop's own systems.
    pub api: api::ApiState,
    /// Catalogs for others to fetch.
    pub feeds: feeds::FeedsState,
    /// For load balancers and metrics.
    pub health: health::Health,
    /// Pictures of shops whose catalogs name them by file.
    pub media: Router,
}

/// Everything that is served on the main listener.
pub fn router(site: Site) -> Router {
    let staff = Router::new()
        .merge(inbox::router(site.inbox.clone()))
        .merge(orders::router(site.inbox))
        .merge(catalog::router(site.catalog))
        .merge(products::router(site.products));
    let quick = Router::new()
        .merge(hooks::router(site.hooks))
        .merge(pay_pages::router(site.pay_pages))
        .merge(api::router(site.api))
        .merge(feeds::router(site.feeds))
        .merge(health::router(site.health))
        .nest("/media", site.media)
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, ANSWER_TIME_MAX));
    quick
        .merge(staff)
        .route("/", get(|| async { Redirect::temporary("/inbox") }))
        .fallback(|| async { (StatusCode::NOT_FOUND, "There is nothing at this address.\n") })
        .layer(CatchPanicLayer::new())
}
