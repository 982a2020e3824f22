//! The catalog pages: an owner uploads the file they have, sees what importing it would do, and applies exactly that;
//! says where a file is fetched from; undoes the last import; and makes keys for the shop's own systems.
//!
//! Owns the pages, their forms and who may see them. Must not read a file, compare it with the shop or write products:
//! `catalog::uploads`, `catalog::import` and `catalog::undo` do. What is long (reading, importing) runs as a task
//! beside the request; its page says how far it is.
//!
//! Pages work without JavaScript: a form sends the whole file at once. With it the file travels in pieces, and goes on
//! where it stopped. The pieces follow the shape of tus (<https://tus.io>: `HEAD` says the offset, `PATCH` sends from
//! there, 409 when it is another) with what is used of it and no more.

mod choices;
mod columns;
mod download;
mod home;
mod keeper;
mod keys;
mod pieces;
mod review;
mod sources;
mod undo;
mod view;
mod whole;
mod work;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef};
use axum::routing::{get, post};
use tokio::sync::Semaphore;

use crate::catalog::import::ShopDefaults;
use crate::catalog::sources::address::Reach;
use crate::catalog::uploads::CHUNK_BYTES_MAX;
use crate::web::inbox::session::SignedIn;
use crate::web::inbox::{InboxState, safety};
use crate::web::pay_pages::PayPages;

/// The largest form: one select for each of 200 columns is a tenth of it.
const FORM_BYTES_MAX: usize = 64 * 1024;
/// How many files are read and imported at once by one server: each may take some hundred megabytes of memory.
const WORKS_MAX: usize = 2;

/// What the catalog pages hold.
#[derive(Clone)]
pub struct CatalogState {
    inbox: InboxState,
    shops: PayPages,
    reach: Reach,
    works: Arc<Semaphore>,
}

impl CatalogState {
    /// Beside the inbox, with whose sessions people come; `shops` knows where a shop's chat is, and `reach` where
    /// catalogs may be fetched from.
    #[must_use]
    pub fn new(inbox: InboxState, shops: PayPages, reach: Reach) -> Self {
        Self { inbox, shops, reach, works: Arc::new(Semaphore::new(WORKS_MAX)) }
    }
}

impl FromRef<CatalogState> for InboxState {
    fn from_ref(state: &CatalogState) -> Self {
        state.inbox.clone()
    }
}

/// The routes under `/inbox/catalog`.
pub fn router(state: CatalogState) -> Router {
    let forms = Router::new()
        .route("/inbox/catalog", get(home::page))
        .route("/inbox/catalog/download", get(download::catalog))
        .route("/inbox/catalog/sources", get(home::back).post(sources::add))
        .route("/inbox/catalog/sources/{source}/fetch", post(sources::fetch))
        .route("/inbox/catalog/sources/{source}/remove", post(sources::remove))
        .route("/inbox/catalog/imports/{import}/undo", get(undo::page).post(undo::undo))
        .route("/inbox/catalog/keys", get(keys::list).post(keys::add))
        .route("/inbox/catalog/keys/{key}/revoke", post(keys::revoke))
        .route("/inbox/catalog/uploads/begin", post(pieces::begin))
        .route("/inbox/catalog/uploads/{upload}", get(review::page))
        .route("/inbox/catalog/uploads/{upload}/choices", post(choices::choose))
        .route("/inbox/catalog/uploads/{upload}/again", post(choices::again))
        .route("/inbox/catalog/uploads/{upload}/apply", post(review::apply))
        .route("/inbox/catalog/uploads/{upload}/discard", post(choices::discard))
        .route("/inbox/catalog/uploads/{upload}/refused", get(review::refused))
        .route("/inbox/catalog/uploads/{upload}/columns", get(columns::page).post(columns::say))
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX));
    let pieces = Router::new()
        .route("/inbox/catalog/uploads/{upload}/pieces", get(pieces::offset).patch(pieces::append))
        .layer(DefaultBodyLimit::max(CHUNK_BYTES_MAX));
    let whole = Router::new()
        .route("/inbox/catalog/uploads", get(home::back).post(whole::upload))
        .layer(DefaultBodyLimit::disable());
    forms
        .merge(pieces)
        .merge(whole)
        .layer(axum::middleware::map_response_with_state(state.inbox.clone(), safety::headers))
        .with_state(state)
}

/// What a file leaves out because the shop settles it.
fn defaults(state: &CatalogState, signed: &SignedIn) -> ShopDefaults {
    let today = state.inbox.clock().now().with_timezone(&signed.shop.zone).date_naive();
    ShopDefaults { currency: signed.shop.currency, language: signed.shop.locale.language(), today: Some(today) }
}

#[cfg(test)]
mod tests;
