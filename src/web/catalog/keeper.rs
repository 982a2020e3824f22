//! Who may change the catalog: owners. A handler that takes one of these cannot be reached by anybody else.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::HeaderName;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::catalog::uploads::store::Uploads;
use crate::merchants::staff::Role;
use crate::merchants::staff::store::Staff;
use crate::web::catalog::CatalogState;
use crate::web::error::WebError;
use crate::web::inbox::session::{SignedForm, SignedIn};

/// Where the script puts what every form carries.
const CSRF: HeaderName = HeaderName::from_static("x-csrf-token");

/// A signed-in owner.
#[derive(Debug)]
pub struct Keeper(pub SignedIn);

/// A form that an owner sent from one of our pages.
#[derive(Debug)]
pub struct KeeperForm<T> {
    pub signed: SignedIn,
    pub form: T,
}

/// A request that our script made for an owner. No page of somebody else's can send this header.
#[derive(Debug)]
pub struct KeeperScript(pub SignedIn);

impl FromRequestParts<CatalogState> for Keeper {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, state: &CatalogState) -> Result<Self, WebError> {
        let signed = SignedIn::from_request_parts(parts, state).await?;
        allowed(&signed).await?;
        Ok(Self(signed))
    }
}

impl FromRequestParts<CatalogState> for KeeperScript {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, state: &CatalogState) -> Result<Self, WebError> {
        let Keeper(signed) = Keeper::from_request_parts(parts, state).await?;
        let shown = parts.headers.get(CSRF).and_then(|token| token.to_str().ok());
        if shown.is_some_and(|token| signed.csrf.is(token)) { Ok(Self(signed)) } else { Err(WebError::ForeignForm) }
    }
}

impl<T: DeserializeOwned + Send> FromRequest<CatalogState> for KeeperForm<T> {
    type Rejection = WebError;

    async fn from_request(request: Request, state: &CatalogState) -> Result<Self, WebError> {
        let SignedForm { signed, form } = SignedForm::from_request(request, state).await?;
        allowed(&signed).await?;
        Ok(Self { signed, form })
    }
}

/// The uploads of whoever is signed in.
pub fn uploads(signed: &SignedIn) -> Uploads {
    Uploads::of(&signed.scope, signed.staff.id)
}

async fn allowed(signed: &SignedIn) -> Result<(), WebError> {
    if signed.staff.role == Role::Owner {
        return Ok(());
    }
    let owners = Staff::of(&signed.scope).owners().await.map_err(|error| WebError::Ours(error.into()))?;
    let whom = match owners.as_slice() {
        [] => "the person who runs this server to make somebody an owner".to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    };
    Err(WebError::NotTheirs(format!("The catalog is changed by the shop's owners. Ask {whom}.")))
}
