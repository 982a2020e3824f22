//! Undoing an import: what would come back, the button that does exactly that, and what was done.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::base::fingerprint::Fingerprint;
use crate::base::ids::ImportId;
use crate::catalog::import::Run;
use crate::catalog::import::report::Outcome;
use crate::catalog::undo::standing::Standing;
use crate::catalog::undo::store::{UndoError, Undos};
use crate::web::catalog::CatalogState;
use crate::web::catalog::keeper::{Keeper, KeeperForm};
use crate::web::catalog::view::undo::{UndoPage, address};
use crate::web::error::WebError;
use crate::web::inbox::session::SignedIn;
use crate::web::page;

/// What the address says happened.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// What was to be undone was not what was shown any more.
    stale: Option<String>,
}

/// What is to be done.
#[derive(Debug, Deserialize)]
pub struct Shown {
    shown: String,
}

pub async fn page(
    State(state): State<CatalogState>,
    Keeper(signed): Keeper,
    Path(import): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    let id = find(&import)?;
    let undos = undos(&signed);
    let candidate = undos.find(Some(id)).await?;
    let report = match candidate.standing {
        Standing::Open(_) => {
            let _turn = state.works.acquire().await.map_err(|_| WebError::Busy)?;
            Some(undos.run(id, Run::Dry, None).await?)
        }
        Standing::Undone => undos.done(id).await?,
        _ => None,
    };
    page::html(&UndoPage::of(&signed, &candidate, report, asked.stale.is_some()))
}

/// It goes on when the browser has gone.
pub async fn undo(
    State(state): State<CatalogState>,
    Path(import): Path<String>,
    KeeperForm { signed, form }: KeeperForm<Shown>,
) -> Result<Response, WebError> {
    let id = find(&import)?;
    let shown = form.shown.parse::<Fingerprint>().map_err(|_| WebError::ForeignForm)?;
    let undos = undos(&signed);
    let task = tokio::spawn(async move {
        let _turn = state.works.acquire().await.map_err(|_| WebError::Busy)?;
        Ok::<_, WebError>(undos.run(id, Run::Apply, Some(shown)).await?.outcome)
    });
    let outcome = task.await.map_err(|error| WebError::Ours(error.into()))??;
    let old = if outcome == Outcome::Changed { "?stale=yes" } else { "" };
    Ok(Redirect::to(&format!("{}{old}", address(id))).into_response())
}

fn undos(signed: &SignedIn) -> Undos {
    Undos::of(&signed.scope).by(signed.staff.id)
}

fn find(import: &str) -> Result<ImportId, WebError> {
    import.parse().map_err(|_| UndoError::NoSuch.into())
}
