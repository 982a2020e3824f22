//! What is asked for, and the page of it.

use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::base::names::Handle;
use crate::catalog::store::Catalog;
use crate::merchants::staff::Role;
use crate::web::error::WebError;
use crate::web::inbox::session::SignedIn;
use crate::web::page::html;
use crate::web::products::ProductsState;
use crate::web::products::view::found::FoundPage;
use crate::web::products::view::product::ProductPage;
use crate::web::search::NotSearched;
use crate::web::search::parameters::Parameters;

pub async fn found(
    State(state): State<ProductsState>,
    signed: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, WebError> {
    let asked = Parameters::of(query.as_deref()).known();
    match state.search.search(&signed.scope, &asked).await {
        Ok(searched) => html(&FoundPage::of(&signed, &asked, searched, &state.search)),
        Err(NotSearched::Asked(wrong)) => {
            let page = html(&FoundPage::refused(&signed, &asked, &wrong))?;
            Ok((StatusCode::BAD_REQUEST, page).into_response())
        }
        Err(NotSearched::Ours(cause)) => Err(WebError::Ours(cause)),
    }
}

pub async fn product(
    State(state): State<ProductsState>,
    signed: SignedIn,
    Path(handle): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, WebError> {
    const GONE: WebError =
        WebError::Missing("This product is not on sale, or not any more. What is on sale is under Products.");
    let handle = Handle::new(&handle).map_err(|_| GONE)?;
    let product = Catalog::of(&signed.scope).by_handle(&handle).await?.ok_or(GONE)?;
    let shop = state.search.shop(&signed.scope).await.map_err(WebError::Ours)?;
    let is_owner = signed.staff.role == Role::Owner;
    let back = Parameters::of(query.as_deref()).known();
    html(&ProductPage::of(&signed, &product, |named| state.search.picture(&shop, named), (is_owner, &back)))
}
