//! What every catalog page has.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};

use crate::web::error::WebError;
use crate::web::inbox::assets::address;
use crate::web::inbox::session::SignedIn;

/// What every catalog page has.
pub struct Frame {
    pub shop: String,
    pub me: String,
    pub csrf: String,
    pub stylesheets: [String; 2],
    pub script: String,
    pub icon: String,
}

impl Frame {
    pub fn of(signed: &SignedIn) -> Self {
        Self {
            shop: signed.shop.name.clone(),
            me: signed.staff.name.clone(),
            csrf: signed.csrf.as_str().to_owned(),
            stylesheets: [address("inbox.css"), address("catalog.css")],
            script: address("catalog.js"),
            icon: address("icon.svg"),
        }
    }
}

/// A page as an answer.
pub fn html(page: &impl Template) -> Result<Response, WebError> {
    Ok(Html(page.render()?).into_response())
}
