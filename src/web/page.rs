//! What every page of staff has that stands beside the conversations: catalog, products, orders.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};

use crate::web::error::WebError;
use crate::web::inbox::assets::address;
use crate::web::inbox::session::SignedIn;

/// What a kind of pages loads, by the names of the files.
pub struct Assets {
    pub stylesheets: &'static [&'static str],
    pub script: &'static str,
}

/// What every such page has.
pub struct Frame {
    pub shop: String,
    pub me: String,
    pub csrf: String,
    pub stylesheets: Vec<String>,
    pub script: String,
    pub icon: String,
}

impl Frame {
    pub fn of(signed: &SignedIn, assets: &Assets) -> Self {
        Self {
            shop: signed.shop.name.clone(),
            me: signed.staff.name.clone(),
            csrf: signed.csrf.as_str().to_owned(),
            stylesheets: assets.stylesheets.iter().map(|name| address(name)).collect(),
            script: address(assets.script),
            icon: address("icon.svg"),
        }
    }
}

/// A page as an answer.
pub fn html(page: &impl Template) -> Result<Response, WebError> {
    Ok(Html(page.render()?).into_response())
}
