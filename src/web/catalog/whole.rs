//! A file that arrives at once, in a plain form: for browsers without JavaScript.

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::multipart::{Field, Multipart};
use axum::response::{IntoResponse, Redirect, Response};

use crate::base::ids::UploadId;
use crate::catalog::uploads::kind::refusal;
use crate::catalog::uploads::store::{Appended, NewUpload, Uploads};
use crate::catalog::uploads::{CHUNK_BYTES_MAX, FILE_BYTES_MAX, kept_name};
use crate::web::catalog::CatalogState;
use crate::web::catalog::keeper::{Keeper, uploads};
use crate::web::catalog::pieces::address;
use crate::web::catalog::view::words::too_large;
use crate::web::error::WebError;

/// How much of what is too large is still taken off the line, so that the browser listens to the answer.
const DRAINED_BYTES_MAX: i64 = 1024 * 1024 * 1024;

/// More than any token has.
const TOKEN_BYTES_MAX: usize = 1024;

pub async fn upload(
    State(_): State<CatalogState>,
    Keeper(signed): Keeper,
    mut form: Multipart,
) -> Result<Response, WebError> {
    let cut = |_| WebError::Rule("The file did not arrive whole. Choose it again.".to_owned());
    let csrf = form.next_field().await.map_err(cut)?.ok_or(WebError::ForeignForm)?;
    // The token stands before the file, so that nothing is stored for a page of somebody else's.
    if csrf.name() != Some("csrf") || !signed.csrf.is(&token(csrf).await?) {
        return Err(WebError::ForeignForm);
    }
    let file = form.next_field().await.map_err(cut)?;
    let Some(file) = file.filter(|file| file.name() == Some("file") && file.file_name() != Some("")) else {
        return Err(WebError::Rule("No file was chosen. Go back and choose one.".to_owned()));
    };
    let uploads = uploads(&signed);
    let name = kept_name(file.file_name().unwrap_or_default());
    let id = uploads.begin(&NewUpload { name: &name, mark: "", bytes: None }).await?;
    match store(&uploads, id, file).await {
        Ok(()) => {
            uploads.end(id).await?;
            Ok(Redirect::to(&address(id)).into_response())
        }
        Err(error) => {
            uploads.discard(id).await?;
            Err(error)
        }
    }
}

/// What stands where the token should; a form may be as large as a file, and a token is not.
async fn token(mut field: Field<'_>) -> Result<String, WebError> {
    let mut bytes = Vec::new();
    let cut = |_| WebError::Rule("The file did not arrive whole. Choose it again.".to_owned());
    while let Some(piece) = field.chunk().await.map_err(cut)? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > TOKEN_BYTES_MAX {
            return Err(WebError::ForeignForm);
        }
    }
    String::from_utf8(bytes).map_err(|_| WebError::ForeignForm)
}

/// Stores a file as it comes.
async fn store(uploads: &Uploads, id: UploadId, mut file: Field<'_>) -> Result<(), WebError> {
    let (mut offset, mut piece) = (0, Vec::with_capacity(CHUNK_BYTES_MAX));
    loop {
        let next = file.chunk().await;
        let next =
            next.map_err(|_| WebError::Rule("The file did not arrive whole. Choose it again.".to_owned()))?;
        let is_end = next.is_none();
        piece.extend_from_slice(&next.unwrap_or_default());
        if piece.len() < CHUNK_BYTES_MAX && !is_end {
            continue;
        }
        if offset == 0
            && let Some(sentence) = refusal(&piece)
        {
            drain(&mut file).await;
            return Err(WebError::Rule(sentence.to_owned()));
        }
        if !piece.is_empty() {
            offset = match uploads.append(id, offset, &piece).await? {
                Appended::Next(offset) => offset,
                Appended::Elsewhere(_) => {
                    drain(&mut file).await;
                    return Err(WebError::TooLarge(too_large(None)));
                }
            };
        }
        if is_end {
            return if offset == 0 {
                Err(WebError::Rule(
                    "The file is empty. Export it again with its header row and products.".to_owned(),
                ))
            } else {
                Ok(())
            };
        }
        piece.clear();
    }
}

/// A browser reads no answer while it sends.
async fn drain(file: &mut Field<'_>) {
    let mut drained = FILE_BYTES_MAX;
    while let Ok(Some(piece)) = file.chunk().await {
        drained += i64::try_from(Bytes::len(&piece)).unwrap_or(i64::MAX);
        if drained > DRAINED_BYTES_MAX {
            return;
        }
    }
}
