//! The pages of orders: staff look through them, see what was sold, pack what is paid, and settle what waits for a
//! person.
//!
//! Owns the pages. Must not reckon: amounts are those of the stored quote, and `checkout` adds up what was sold. What a
//! person decides goes through the forms of the inbox (`web::inbox::orders`). Every person of the shop may see them.
//!
//! Pages work without JavaScript. With it they stay true by themselves, by the script of the inbox.

mod download;
mod list;
mod order;
mod sheet;
mod view;
mod wanted;

use axum::Router;
use axum::routing::get;

use crate::web::inbox::{InboxState, safety};

/// The routes under `/inbox/orders`.
pub fn router(state: InboxState) -> Router {
    Router::new()
        .route("/inbox/orders", get(list::page))
        .route("/inbox/orders/download", get(download::lines))
        .route("/inbox/orders/{number}", get(order::page))
        .layer(axum::middleware::map_response_with_state(state.clone(), safety::headers))
        .with_state(state)
}

#[cfg(test)]
mod tests;
