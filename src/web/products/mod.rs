//! The products as staff find them: what a shopper who asks is shown, and one product with all that is known of it.
//!
//! Owns the pages. Must not find or change anything: `catalog::finder` finds, files and the API change. Costs and floors
//! are for owners alone.

mod pages;
mod view;

use axum::Router;
use axum::extract::FromRef;
use axum::routing::get;

use crate::web::inbox::{InboxState, safety};
use crate::web::search::SearchDesk;

/// Where products are found.
const HOME: &str = "/inbox/products";

/// What the pages hold.
#[derive(Clone, Debug)]
pub struct ProductsState {
    inbox: InboxState,
    search: SearchDesk,
}

impl ProductsState {
    /// Beside the inbox, with whose sessions people come.
    #[must_use]
    pub const fn new(inbox: InboxState, search: SearchDesk) -> Self {
        Self { inbox, search }
    }
}

impl FromRef<ProductsState> for InboxState {
    fn from_ref(state: &ProductsState) -> Self {
        state.inbox.clone()
    }
}

/// The routes under `/inbox/products`.
pub fn router(state: ProductsState) -> Router {
    Router::new()
        .route(HOME, get(pages::found))
        .route("/inbox/products/{handle}", get(pages::product))
        .layer(axum::middleware::map_response_with_state(state.inbox.clone(), safety::headers))
        .with_state(state)
}

#[cfg(test)]
mod tests;
