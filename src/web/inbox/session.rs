//! Who is signed in. A handler that takes [`SignedIn`] cannot be reached without; one that takes [`SignedForm`]
//! cannot be reached from somebody else's page either.

use axum::body::{Body, Bytes};
use axum::extract::{Form, FromRef, FromRequest, FromRequestParts, Request};
use axum::http::Method;
use axum::http::request::Parts;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::base::language::Locale;
use crate::base::money::Currency;
use crate::base::store::Scope;
use crate::merchants::staff::StaffMember;
use crate::merchants::staff::session::CsrfToken;
use crate::web::error::WebError;
use crate::web::inbox::InboxState;
use crate::web::inbox::cookies::Cookie;

/// A person who is signed in, and the slice of data that is theirs to see.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Who.
    pub staff: StaffMember,
    /// Their merchant's data.
    pub scope: Scope,
    /// What every form carries.
    pub csrf: CsrfToken,
    /// Where they work.
    pub shop: ShopShown,
}

/// How a shop is shown to those who work there.
#[derive(Clone, Debug)]
pub struct ShopShown {
    /// Its name.
    pub name: String,
    /// What it sells in.
    pub currency: Currency,
    /// How it writes amounts.
    pub locale: Locale,
    /// Its own time.
    pub zone: chrono_tz::Tz,
}

impl<S: Send + Sync> FromRequestParts<S> for SignedIn
where
    InboxState: FromRef<S>,
{
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, WebError> {
        let state = InboxState::from_ref(state);
        let wanted = match (&parts.method, parts.uri.path_and_query()) {
            (&Method::GET, Some(wanted)) => wanted.as_str(),
            (_, Some(sent)) if sent.path().starts_with("/inbox/catalog") => "/inbox/catalog",
            (_, Some(sent)) => conversation_of(sent.path()).unwrap_or("/inbox"),
            _ => "/inbox",
        };
        let signed_out = || WebError::SignedOut { wanted: wanted.to_owned() };
        let token = Cookie::Session.read(&parts.headers, state.settings).ok_or_else(signed_out)?;
        let found = state.sign_ins.find(&token, state.clock.now()).await;
        let session = found.map_err(|error| WebError::Ours(error.into()))?.ok_or_else(signed_out)?;
        Ok(Self {
            staff: session.staff,
            scope: session.scope,
            csrf: session.csrf,
            shop: ShopShown {
                name: session.shop_name,
                currency: session.currency,
                locale: session.locale,
                zone: session.time_zone.parse().unwrap_or(chrono_tz::UTC),
            },
        })
    }
}

/// The page of the conversation that a form is about.
fn conversation_of(path: &str) -> Option<&str> {
    const BEFORE: &str = "/inbox/c/";
    let id = path.strip_prefix(BEFORE)?.split('/').next()?;
    path.get(..BEFORE.len().checked_add(id.len())?)
}

/// A form that a signed-in person sent from one of our pages.
#[derive(Debug)]
pub struct SignedForm<T> {
    /// Who sent it.
    pub signed: SignedIn,
    /// What it says.
    pub form: T,
}

/// A form that says nothing but that it was sent.
#[derive(Debug, Deserialize)]
pub struct Pressed {}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for SignedForm<T>
where
    InboxState: FromRef<S>,
{
    type Rejection = WebError;

    async fn from_request(request: Request, state: &S) -> Result<Self, WebError> {
        let (mut parts, body) = request.into_parts();
        let signed = SignedIn::from_request_parts(&mut parts, state).await?;
        let bytes = Bytes::from_request(Request::from_parts(parts.clone(), body), state)
            .await
            .map_err(|_| WebError::Rule("That was too long to send.".to_owned()))?;
        let shown = url::form_urlencoded::parse(&bytes).find(|(name, _)| name == "csrf");
        if !shown.is_some_and(|(_, token)| signed.csrf.is(&token)) {
            return Err(WebError::ForeignForm);
        }
        let Form(form) = Form::from_request(Request::from_parts(parts, Body::from(bytes)), state)
            .await
            .map_err(|_| WebError::ForeignForm)?;
        Ok(Self { signed, form })
    }
}
