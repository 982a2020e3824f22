//! The catalog page: what is on sale, what is on its way, what the last imports did, and the form to upload a file.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use crate::catalog::history::store::History;
use crate::catalog::sources::store::Sources;
use crate::web::catalog::CatalogState;
use crate::web::catalog::keeper::{Keeper, uploads};
use crate::web::catalog::view::home::Home;
use crate::web::error::WebError;
use crate::web::page;

/// How many imports are listed.
const IMPORTS_SHOWN: i64 = 10;

pub async fn page(State(state): State<CatalogState>, Keeper(signed): Keeper) -> Result<Response, WebError> {
    let history = History::of(&signed.scope);
    let (on_sale, past) = tokio::try_join!(history.on_sale(), history.imports(IMPORTS_SHOWN))
        .map_err(|error| WebError::Ours(error.into()))?;
    let open = uploads(&signed).open().await?;
    let sources = Sources::of(&signed.scope).list().await?;
    let now = state.inbox.clock().now();
    page::html(&Home::of(&signed, now, on_sale, (past, open), &sources))
}

/// Where an upload was posted to; somebody who reloads there comes here.
pub async fn back() -> Response {
    Redirect::to("/inbox/catalog").into_response()
}
