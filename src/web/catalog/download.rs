//! The whole catalog as a file of ours, to edit and upload again.

use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::catalog::export::{Kind, Place, Writer};
use crate::web::catalog::keeper::Keeper;
use crate::web::catalog::review::attachment;
use crate::web::catalog::{CatalogState, defaults};
use crate::web::feeds::pages;

pub async fn catalog(State(state): State<CatalogState>, Keeper(signed): Keeper) -> Response {
    let shop = defaults(&state, &signed);
    // Our own file names pictures as they were given and links nowhere.
    let place =
        Place { currency: shop.currency, language: shop.language, media: String::new(), link: String::new() };
    let day = state.inbox.clock().now().format("%Y-%m-%d");
    let name = format!("{}-{day}.csv", signed.shop.name);
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, attachment(&name)),
    ];
    (headers, Body::from_stream(pages(signed.scope, Writer::new(Kind::Ours, place)))).into_response()
}
