//! Addresses from which the catalog is fetched: adding one, fetching it now, taking it out.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::base::ids::SourceId;
use crate::catalog::sources::address::Address;
use crate::catalog::sources::store::{SourceError, Sources};
use crate::catalog::uploads::Choices;
use crate::web::catalog::CatalogState;
use crate::web::catalog::keeper::KeeperForm;
use crate::web::error::WebError;
use crate::web::inbox::session::Pressed;

/// Where they are listed.
const LIST: &str = "/inbox/catalog#sources";

/// The form: a box that is not ticked is not sent.
#[derive(Debug, Deserialize)]
pub struct Wanted {
    address: String,
    every_hours: i32,
    skip_refused: Option<String>,
    replace: Option<String>,
}

pub async fn add(
    State(state): State<CatalogState>,
    KeeperForm { signed, form }: KeeperForm<Wanted>,
) -> Result<Response, WebError> {
    let address: Result<Address, _> = form.address.parse();
    let address = address.and_then(|address| state.reach.check(&address).map(|()| address));
    let address =
        address.map_err(|why| WebError::Rule(format!("It was not added: {why}. Go back and write it again.")))?;
    let choices = Choices {
        skip_refused: form.skip_refused.is_some(),
        replace: form.replace.is_some(),
        ..Choices::default()
    };
    let now = state.inbox.clock().now();
    Sources::of(&signed.scope).add(&address, form.every_hours, &choices, now).await?;
    Ok(Redirect::to(LIST).into_response())
}

pub async fn fetch(
    State(state): State<CatalogState>,
    Path(source): Path<String>,
    KeeperForm { signed, .. }: KeeperForm<Pressed>,
) -> Result<Response, WebError> {
    Sources::of(&signed.scope).fetch_now(find(&source)?, state.inbox.clock().now()).await?;
    Ok(Redirect::to(LIST).into_response())
}

pub async fn remove(
    State(_): State<CatalogState>,
    Path(source): Path<String>,
    KeeperForm { signed, .. }: KeeperForm<Pressed>,
) -> Result<Response, WebError> {
    Sources::of(&signed.scope).remove(find(&source)?).await?;
    Ok(Redirect::to(LIST).into_response())
}

fn find(source: &str) -> Result<SourceId, WebError> {
    source.parse().map_err(|_| SourceError::NoSuch.into())
}
