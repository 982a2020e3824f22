//! The page of API keys: with what the shop's own systems change stock and prices.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::base::ids::ApiKeyId;
use crate::merchants::api_keys::store::{KeyError, ShopKeys};
use crate::web::catalog::CatalogState;
use crate::web::catalog::keeper::{Keeper, KeeperForm};
use crate::web::catalog::view::keys::Keys;
use crate::web::error::WebError;
use crate::web::inbox::session::{Pressed, SignedIn};
use crate::web::page;

/// Where they are listed.
const LIST: &str = "/inbox/catalog/keys";

/// A key that is wanted.
#[derive(Debug, Deserialize)]
pub struct Wanted {
    name: String,
}

pub async fn list(State(state): State<CatalogState>, Keeper(signed): Keeper) -> Result<Response, WebError> {
    shown(&state, &signed, None).await
}

/// The answer shows the key, once: it is kept nowhere, so there is no page to be sent on to.
pub async fn add(
    State(state): State<CatalogState>,
    KeeperForm { signed, form }: KeeperForm<Wanted>,
) -> Result<Response, WebError> {
    let key = ShopKeys::of(&signed.scope).add(&form.name).await.map_err(refusal)?;
    shown(&state, &signed, Some(key.reveal())).await
}

pub async fn revoke(
    State(_): State<CatalogState>,
    Path(key): Path<String>,
    KeeperForm { signed, .. }: KeeperForm<Pressed>,
) -> Result<Response, WebError> {
    let id: ApiKeyId = key.parse().map_err(|_| WebError::Missing("There is no such key. Go back to the list."))?;
    ShopKeys::of(&signed.scope).revoke(id).await.map_err(refusal)?;
    Ok(Redirect::to(LIST).into_response())
}

async fn shown(state: &CatalogState, signed: &SignedIn, made: Option<String>) -> Result<Response, WebError> {
    let keys = ShopKeys::of(&signed.scope).list().await.map_err(refusal)?;
    page::html(&Keys::of(signed, state.inbox.clock().now(), &keys, made))
}

fn refusal(error: KeyError) -> WebError {
    match error {
        KeyError::Name => {
            WebError::Rule("A key's name has 1 to 60 letters. Go back and write another one.".to_owned())
        }
        KeyError::TooMany => {
            WebError::Rule("There are 20 keys already. Revoke one that is not used, then make this one.".to_owned())
        }
        other @ KeyError::Store(_) => WebError::Ours(other.into()),
    }
}
