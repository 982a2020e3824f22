//! The catalog at a secret address, for Meta and Google to fetch: always as it is, a page of the database at a time.
//!
//! Owns the route. Must not decide what a feed says: `catalog::export` does.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures::{Stream, TryStreamExt as _, stream};

use crate::base::names::Handle;
use crate::base::store::Scope;
use crate::catalog::export::store::{Exports, Feeds};
use crate::catalog::export::{Kind, Place, Writer};
use crate::merchants::merchant::Merchant;
use crate::merchants::store::Merchants;

/// What feeds are made from.
#[derive(Clone)]
pub struct FeedsState {
    /// Who may fetch what.
    pub feeds: Feeds,
    /// The shops.
    pub merchants: Merchants,
    /// Our own address, with a slash at the end.
    pub public_url: String,
}

/// The route.
pub fn router(feeds: FeedsState) -> Router {
    Router::new().route("/feeds/{file}", get(feed)).with_state(feeds)
}

/// What a feed says of a shop in every row.
#[must_use]
pub fn place(shop: &Merchant, public_url: &str, link: String) -> Place {
    let media = format!("{public_url}media/{}", shop.slug);
    Place { currency: shop.currency, language: shop.locale.language(), media, link }
}

async fn feed(State(state): State<FeedsState>, Path(file): Path<String>) -> Response {
    let (token, ending) = file.split_once('.').unwrap_or((&file, ""));
    let (feed, scope) = match state.feeds.of_token(token).await {
        Ok(Some((feed, scope))) if feed.kind.ending() == ending => (feed, scope),
        Ok(_) => return StatusCode::NOT_FOUND.into_response(),
        Err(error) => return unavailable(&error),
    };
    let shop = match state.merchants.by_id(feed.merchant).await {
        Ok(Some(shop)) => shop,
        Ok(None) => return StatusCode::NOT_FOUND.into_response(),
        Err(error) => return unavailable(&error),
    };
    let writer = Writer::new(feed.kind, place(&shop, &state.public_url, feed.link));
    let kind = match feed.kind {
        Kind::Google => "text/tab-separated-values; charset=utf-8",
        Kind::Ours | Kind::Meta => "text/csv; charset=utf-8",
    };
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "private, no-store")];
    let pages = pages(scope, writer).inspect_err(|error| {
        tracing::error!(error = format!("{error:#}"), "a feed broke off");
    });
    (headers, Body::from_stream(pages)).into_response()
}

fn unavailable(error: &(dyn std::error::Error + 'static)) -> Response {
    tracing::error!(error, "a feed could not be written");
    StatusCode::SERVICE_UNAVAILABLE.into_response()
}

/// The header, then page after page. An error ends the answer in the middle, so that nobody takes a part for the whole.
pub fn pages(scope: Scope, writer: Writer) -> impl Stream<Item = anyhow::Result<Bytes>> {
    stream::try_unfold(At::Header, move |at| {
        let (scope, writer) = (scope.clone(), writer.clone());
        async move {
            let after = match at {
                At::Header => return Ok(Some((writer.header()?.into(), At::After(None)))),
                At::After(handle) => handle,
            };
            let page = Exports::of(&scope).page(writer.kind(), after.as_ref()).await?;
            let Some(last) = page.last() else { return Ok(None) };
            Ok(Some((writer.products(&page)?.into(), At::After(Some(last.fields.handle.clone())))))
        }
    })
}

/// How far a feed is written.
enum At {
    Header,
    After(Option<Handle>),
}
