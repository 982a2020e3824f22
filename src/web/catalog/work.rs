//! Work beside a request: it goes on when the browser has gone.

use std::sync::Arc;
use std::time::Duration;

use crate::base::fingerprint::Fingerprint;
use crate::base::ids::UploadId;
use crate::catalog::uploads::Work;
use crate::catalog::uploads::work::perform;
use crate::web::catalog::keeper::uploads;
use crate::web::catalog::{CatalogState, defaults};
use crate::web::error::WebError;
use crate::web::inbox::session::SignedIn;

/// Most files are read within this time; the page of the others says how far they are.
const ANSWERED_WITHIN: Duration = Duration::from_millis(1500);

/// Whether the work was begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// It was, and may have ended already.
    Begun,
    /// Somebody is at it, it was done, or what is to be applied is not what was shown.
    NotOurs,
}

/// Begins work on an upload and waits a moment for its end.
pub async fn start(
    state: &CatalogState,
    signed: &SignedIn,
    id: UploadId,
    work: Work,
    shown: Option<Fingerprint>,
) -> Result<Start, WebError> {
    let uploads = uploads(signed);
    let Some(claimed) = uploads.claim(id, work, shown).await? else { return Ok(Start::NotOurs) };
    let (shop, turns) = (defaults(state, signed), Arc::clone(&state.works));
    let task = tokio::spawn(async move {
        if let Err(error) = perform(&uploads, claimed, shop, &turns).await {
            let error = format!("{:#}", anyhow::Error::new(error));
            tracing::error!(upload.id = %id, error, "what was found in an upload could not be written down");
        }
    });
    // It is not over when the time is: only the waiting ends.
    let _ = tokio::time::timeout(ANSWERED_WITHIN, task).await;
    Ok(Start::Begun)
}
