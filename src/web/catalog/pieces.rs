//! A file that arrives in pieces, sent by the page's script. What is stored stays: after a lost connection, a reload or
//! a new sign-in the script asks where to go on.

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use crate::base::ids::UploadId;
use crate::catalog::uploads::kind::refusal;
use crate::catalog::uploads::store::{Appended, NewUpload, UploadError};
use crate::catalog::uploads::{CHUNK_BYTES_MAX, FILE_BYTES_MAX, kept_name};
use crate::web::catalog::CatalogState;
use crate::web::catalog::keeper::{Keeper, KeeperForm, KeeperScript, uploads};
use crate::web::catalog::view::words::{megabytes, too_large};
use crate::web::error::WebError;

/// Where the next piece begins; tus calls it so too.
const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
/// The longest mark of a file.
const MARK_BYTES_MAX: usize = 400;

/// A file that is about to arrive.
#[derive(Deserialize)]
pub struct Announced {
    name: String,
    size: i64,
    /// What tells this file from another of the same name and size: when it was changed last.
    #[serde(default)]
    changed: String,
}

/// Where its pieces go.
#[derive(Serialize)]
pub struct Begun {
    page: String,
    pieces: String,
    offset: i64,
    piece_bytes_max: usize,
}

pub async fn begin(
    State(_): State<CatalogState>,
    KeeperForm { signed, form }: KeeperForm<Announced>,
) -> Result<Json<Begun>, WebError> {
    let Announced { name, size, changed } = form;
    if size > FILE_BYTES_MAX {
        return Err(WebError::TooLarge(too_large(Some(size))));
    }
    if size <= 0 {
        return Err(WebError::Rule(
            "The file is empty. Export it again with its header row and products.".to_owned(),
        ));
    }
    let name = kept_name(&name);
    let mark = format!("{name}/{size}/{changed}");
    let mark = if mark.len() > MARK_BYTES_MAX { "" } else { &mark };
    let uploads = uploads(&signed);
    let id = uploads.begin(&NewUpload { name: &name, mark, bytes: Some(size) }).await?;
    let offset = uploads.find(id).await?.bytes_received;
    Ok(Json(Begun {
        page: address(id),
        pieces: format!("{}/pieces", address(id)),
        offset,
        piece_bytes_max: CHUNK_BYTES_MAX,
    }))
}

/// The page of an upload.
pub fn address(id: UploadId) -> String {
    format!("/inbox/catalog/uploads/{id}")
}

/// The id in an address.
pub fn find(upload: &str) -> Result<UploadId, WebError> {
    upload.parse().map_err(|_| UploadError::NoSuch.into())
}

pub async fn offset(Keeper(signed): Keeper, Path(upload): Path<String>) -> Result<Response, WebError> {
    let upload = uploads(&signed).find(find(&upload)?).await?;
    Ok(at(StatusCode::NO_CONTENT, upload.bytes_received))
}

pub async fn append(
    State(_): State<CatalogState>,
    KeeperScript(signed): KeeperScript,
    Path(upload): Path<String>,
    headers: HeaderMap,
    piece: Result<Bytes, BytesRejection>,
) -> Result<Response, WebError> {
    let id = find(&upload)?;
    let piece = piece.map_err(|_| WebError::Rule(format!("A piece is at most {} long.", megabytes(1 << 20))))?;
    let offset = headers.get(UPLOAD_OFFSET).and_then(|offset| offset.to_str().ok()?.parse::<i64>().ok());
    let Some(offset) = offset.filter(|offset| *offset >= 0) else { return Err(WebError::ForeignForm) };
    let uploads = uploads(&signed);
    if offset == 0
        && let Some(sentence) = refusal(&piece)
    {
        // Of another shop's there is nothing to discard, and nothing to be learned.
        uploads.discard(id).await?;
        return Err(WebError::Rule(sentence.to_owned()));
    }
    Ok(match uploads.append(id, offset, &piece).await? {
        Appended::Next(offset) => at(StatusCode::NO_CONTENT, offset),
        Appended::Elsewhere(offset) => at(StatusCode::CONFLICT, offset),
    })
}

fn at(status: StatusCode, offset: i64) -> Response {
    (status, [(UPLOAD_OFFSET, HeaderValue::from(offset))]).into_response()
}
