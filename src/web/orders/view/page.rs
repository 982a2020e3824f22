//! What both pages have.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};

use crate::web::error::WebError;
use crate::web::inbox::assets::address;
use crate::web::inbox::session::SignedIn;

/// What both pages have.
pub struct Frame {
    pub shop: String,
    pub me: String,
    pub csrf: String,
    pub stylesheets: [String; 3],
    pub script: String,
    pub icon: String,
}

impl Frame {
    pub fn of(signed: &SignedIn) -> Self {
        Self {
            shop: signed.shop.name.clone(),
            me: signed.staff.name.clone(),
            csrf: signed.csrf.as_str().to_owned(),
            stylesheets: ["inbox.css", "catalog.css", "orders.css"].map(address),
            script: address("inbox.js"),
            icon: address("icon.svg"),
        }
    }
}

/// A page as an answer.
pub fn html(page: &impl Template) -> Result<Response, WebError> {
    Ok(Html(page.render()?).into_response())
}
