//! Signing in and out.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use askama::Template;
use axum::extract::{ConnectInfo, Form, FromRequestParts, Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use subtle::ConstantTimeEq as _;

use crate::base::secret::random_token;
use crate::web::error::WebError;
use crate::web::inbox::InboxState;
use crate::web::inbox::assets::address;
use crate::web::inbox::cookies::Cookie;
use crate::web::inbox::session::{Pressed, SignedForm};

/// One sentence for a wrong address and a wrong password: it does not tell who works here.
const WRONG: &str = "The e-mail address or the password is not right.";
/// For a form that was open too long, or in another browser.
const STALE: &str = "The page was open too long. Please sign in again.";

#[derive(Template)]
#[template(path = "inbox/sign_in.html")]
struct Door<'a> {
    form_token: &'a str,
    next: &'a str,
    email: &'a str,
    problem: Option<&'a str>,
    /// Whether they were somewhere when they had to sign in.
    goes_on: bool,
    stylesheet: String,
    icon: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Next {
    next: String,
}

#[derive(Deserialize)]
pub struct SignIn {
    email: String,
    password: SecretString,
    form_token: String,
    #[serde(default)]
    next: String,
}

/// Where a sign-in comes from: the last address that a machine we trust has seen.
pub struct Caller(IpAddr);

impl FromRequestParts<InboxState> for Caller {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &InboxState) -> Result<Self, Self::Rejection> {
        const FORWARDED: HeaderName = HeaderName::from_static("x-forwarded-for");
        let forwarded = parts.headers.get_all(FORWARDED).iter().next_back();
        let named = forwarded
            .filter(|_| state.settings.behind_proxy)
            .and_then(|line| line.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|connection| connection.0.ip());
        Ok(Self(named.or(peer).unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))))
    }
}

pub async fn door(
    State(state): State<InboxState>,
    headers: HeaderMap,
    Query(Next { next }): Query<Next>,
) -> Result<Response, WebError> {
    if is_signed_in(&state, &headers).await? {
        return Ok(Redirect::to(inside(&next)).into_response());
    }
    show((&state, &headers), StatusCode::OK, &next, "", None)
}

async fn is_signed_in(state: &InboxState, headers: &HeaderMap) -> Result<bool, WebError> {
    let Some(token) = Cookie::Session.read(headers, state.settings) else { return Ok(false) };
    let found = state.sign_ins.find(&token, state.clock.now()).await;
    Ok(found.map_err(|error| WebError::Ours(error.into()))?.is_some())
}

pub async fn sign_in(
    State(state): State<InboxState>,
    Caller(caller): Caller,
    headers: HeaderMap,
    Form(form): Form<SignIn>,
) -> Result<Response, WebError> {
    let given = Cookie::SignInForm.read(&headers, state.settings);
    let is_ours =
        given.is_some_and(|token| bool::from(token.expose_secret().as_bytes().ct_eq(form.form_token.as_bytes())));
    if !is_ours {
        // Somebody who has signed in meanwhile in another tab is in already.
        if is_signed_in(&state, &headers).await? {
            return Ok(Redirect::to(inside(&form.next)).into_response());
        }
        return show((&state, &headers), StatusCode::FORBIDDEN, &form.next, &form.email, Some(STALE));
    }
    let Ok(email) = form.email.parse() else {
        return show((&state, &headers), StatusCode::UNPROCESSABLE_ENTITY, &form.next, &form.email, Some(WRONG));
    };
    if !state.limit.allows(caller, &email) {
        return Err(WebError::TooOften);
    }
    let Some(opened) = state.sign_ins.open(&email, form.password, state.clock.now()).await? else {
        return show((&state, &headers), StatusCode::UNPROCESSABLE_ENTITY, &form.next, &form.email, Some(WRONG));
    };
    let mut response = Redirect::to(inside(&form.next)).into_response();
    let cookies = [Cookie::Session.give(&opened.token, state.settings), Cookie::SignInForm.take(state.settings)];
    append(&mut response, cookies);
    Ok(response)
}

pub async fn sign_out(
    State(state): State<InboxState>,
    headers: HeaderMap,
    _: SignedForm<Pressed>,
) -> Result<Response, WebError> {
    if let Some(token) = Cookie::Session.read(&headers, state.settings) {
        state.sign_ins.close(&token).await.map_err(|error| WebError::Ours(error.into()))?;
    }
    let mut response = Redirect::to("/inbox/login").into_response();
    append(&mut response, [Cookie::Session.take(state.settings)]);
    Ok(response)
}

/// The door. A browser that has a form open already keeps its token, so that two tabs do not undo each other.
fn show(
    (state, headers): (&InboxState, &HeaderMap),
    status: StatusCode,
    next: &str,
    email: &str,
    problem: Option<&str>,
) -> Result<Response, WebError> {
    let token = Cookie::SignInForm.read(headers, state.settings).filter(is_one_of_ours);
    let token = token.unwrap_or_else(|| SecretString::from(random_token()));
    let form_token = token.expose_secret();
    let (stylesheet, icon) = (address("inbox.css"), address("icon.svg"));
    let goes_on = !matches!(inside(next), "/inbox");
    let page = Door { form_token, next: inside(next), email, problem, goes_on, stylesheet, icon }.render()?;
    let mut response = (status, Html(page)).into_response();
    append(&mut response, [Cookie::SignInForm.give(&token, state.settings)]);
    Ok(response)
}

/// Whether a token reads as those that we make.
fn is_one_of_ours(token: &SecretString) -> bool {
    token
        .expose_secret()
        .chars()
        .all(|character| character.is_ascii_alphanumeric() || matches!(character, '-' | '_'))
}

fn append(response: &mut Response, cookies: impl IntoIterator<Item = Option<HeaderValue>>) {
    for cookie in cookies.into_iter().flatten() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// A place inside the inbox, whatever the address says: a link in a mail must not lead a person who has just signed
/// in to somebody else's page.
fn inside(next: &str) -> &str {
    let is_plain = next.chars().all(|c| c.is_ascii_graphic() && c != '\\') && !next.contains("//");
    let is_page = next == "/inbox" || next.starts_with("/inbox?") || next.starts_with("/inbox/c/");
    let is_below =
        |page| next.strip_prefix(page).is_some_and(|rest| rest.is_empty() || rest.starts_with(['?', '/']));
    let is_page = is_page || ["/inbox/orders", "/inbox/products", "/inbox/catalog"].into_iter().any(is_below);
    if is_plain && is_page { next } else { "/inbox" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signing_in_leads_nowhere_but_into_the_inbox() {
        for good in [
            "/inbox",
            "/inbox?show=mine",
            "/inbox/c/conversation_1?show=all",
            "/inbox/catalog/uploads/upload_1",
            "/inbox/orders",
            "/inbox/orders?show=paid&q=eva",
            "/inbox/orders/12",
            "/inbox/products?q=taza",
            "/inbox/products/taza",
        ] {
            assert_eq!(inside(good), good);
        }
        for bad in [
            "",
            "//evil.example",
            "https://evil.example",
            "/inboxes",
            "/inbox/catalogs",
            "/inbox/ordersofothers",
            "/inbox/c/\\evil",
            "/inbox/c//e",
            "/\n",
        ] {
            assert_eq!(inside(bad), "/inbox", "{bad:?}");
        }
    }
}
