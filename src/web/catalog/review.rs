//! The page of one upload: what importing it would do, the button that does exactly that, and what was done.

use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::base::fingerprint::Fingerprint;
use crate::catalog::import::{Run, refused_rows};
use crate::catalog::uploads::{Found, Stage, Upload, Work};
use crate::web::catalog::keeper::{Keeper, KeeperForm, uploads};
use crate::web::catalog::pieces::{address, find};
use crate::web::catalog::view::review::Review;
use crate::web::catalog::work::{Start, start};
use crate::web::catalog::{CatalogState, defaults};
use crate::web::error::WebError;
use crate::web::inbox::session::SignedIn;
use crate::web::page;

/// What the address says happened.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// What was to be applied was not what was shown any more.
    stale: Option<String>,
}

/// What is to be applied.
#[derive(Debug, Deserialize)]
pub struct Applied {
    shown: String,
}

pub async fn page(
    State(state): State<CatalogState>,
    Keeper(signed): Keeper,
    Path(upload): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    let id = find(&upload)?;
    let uploads = uploads(&signed);
    let mut upload = uploads.find(id).await?;
    if upload.left == Some(Work::Apply) || upload.stage() == Stage::Unseen {
        start(&state, &signed, id, Work::Look, None).await?;
        upload = uploads.find(id).await?;
    }
    if let Stage::Seen(Found::Columns { .. }) = upload.stage() {
        return Ok(Redirect::to(&format!("{}/columns", address(id))).into_response());
    }
    let chat = match upload.stage() {
        Stage::Applied(_) => state.shops.chat_link(signed.scope.merchant()).await,
        _ => None,
    };
    let mut review = Review::of(&signed, &upload, chat);
    if asked.stale.is_some() {
        review
            .warn("Nothing was imported: what you saw was not up to date any more. This is what it would do now.");
    }
    page::html(&review)
}

pub async fn apply(
    State(state): State<CatalogState>,
    Path(upload): Path<String>,
    KeeperForm { signed, form }: KeeperForm<Applied>,
) -> Result<Response, WebError> {
    let id = find(&upload)?;
    let upload = uploads(&signed).find(id).await?;
    let shown = form.shown.parse::<Fingerprint>().map_err(|_| WebError::ForeignForm)?;
    let started = start(&state, &signed, id, Work::Apply, Some(shown)).await?;
    let was_done = upload.applied_at.is_some() || upload.working.is_some();
    let old = if started == Start::NotOurs && !was_done { "?stale=yes" } else { "" };
    Ok(Redirect::to(&format!("{}{old}", address(id))).into_response())
}

/// The same file with only the rows that were refused, and one more column that says why.
pub async fn refused(
    State(state): State<CatalogState>,
    Keeper(signed): Keeper,
    Path(upload): Path<String>,
) -> Result<Response, WebError> {
    let upload = uploads(&signed).find(find(&upload)?).await?;
    let rows = mended_rows(&state, &signed, &upload).await?;
    let Some(rows) = rows else { return Err(WebError::Rule("No row of this file is refused.".to_owned())) };
    let name = format!("refused-{}.csv", upload.name.rsplit_once('.').map_or(&*upload.name, |(name, _)| name));
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, attachment(&name)),
    ];
    Ok((headers, rows).into_response())
}

/// A file to be kept, whatever letters its name has (RFC 6266).
pub fn attachment(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() || ".-_ ".contains(letter) { letter } else { '_' })
        .collect();
    let encoded: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", encoded.replace('+', "%20"))
}

async fn mended_rows(
    state: &CatalogState,
    signed: &SignedIn,
    upload: &Upload,
) -> Result<Option<Vec<u8>>, WebError> {
    let _turn = state.works.acquire().await.map_err(|_| WebError::Busy)?;
    let file = uploads(signed).source(upload.id).await?;
    let (shop, options) = (defaults(state, signed), upload.choices.options(Run::Dry).reading);
    let made = tokio::task::spawn_blocking(move || {
        let mut rows = Vec::new();
        refused_rows(&file, shop, &options, &mut rows).map(|any| any.then_some(rows))
    });
    let rows = made.await.map_err(|error| WebError::Ours(error.into()))?;
    rows.map_err(|unreadable| WebError::Rule(format!("The file cannot be read: {unreadable}.")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_cannot_break_out_of_its_header() {
        assert_eq!(
            attachment("refused-a\"\r\nb ñ.csv"),
            "attachment; filename=\"refused-a___b _.csv\"; filename*=UTF-8''refused-a%22%0D%0Ab%20%C3%B1.csv"
        );
    }
}
