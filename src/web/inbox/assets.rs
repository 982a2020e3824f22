//! The stylesheets and the scripts, inside the binary. Their addresses carry a fingerprint of their content, so that a
//! browser may keep them for ever and still has the new one after an update.

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::base::fingerprint::Fingerprint;
use crate::web::error::WebError;

struct Asset {
    name: &'static str,
    kind: &'static str,
    content: &'static str,
}

const ASSETS: [Asset; 6] = [
    Asset {
        name: "inbox.css",
        kind: "text/css; charset=utf-8",
        content: include_str!("../../../static/inbox/inbox.css"),
    },
    Asset {
        name: "inbox.js",
        kind: "text/javascript; charset=utf-8",
        content: include_str!("../../../static/inbox/inbox.js"),
    },
    Asset {
        name: "catalog.css",
        kind: "text/css; charset=utf-8",
        content: include_str!("../../../static/catalog/catalog.css"),
    },
    Asset {
        name: "catalog.js",
        kind: "text/javascript; charset=utf-8",
        content: include_str!("../../../static/catalog/catalog.js"),
    },
    Asset {
        name: "orders.css",
        kind: "text/css; charset=utf-8",
        content: include_str!("../../../static/orders/orders.css"),
    },
    Asset {
        name: "icon.svg",
        kind: "image/svg+xml; charset=utf-8",
        content: include_str!("../../../static/inbox/icon.svg"),
    },
];

/// Where a page finds one of the files.
#[must_use]
pub fn address(name: &str) -> String {
    let content = ASSETS.iter().find(|asset| asset.name == name).map_or("", |asset| asset.content);
    format!("/inbox/static/{name}?v={}", Fingerprint::of(content.as_bytes()).short())
}

pub(in crate::web::inbox) async fn file(Path(name): Path<String>) -> Result<Response, WebError> {
    let asset = ASSETS.iter().find(|asset| asset.name == name).ok_or(WebError::NoSuch)?;
    let headers =
        [(header::CONTENT_TYPE, asset.kind), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Ok((headers, asset.content).into_response())
}
