//! The page where an owner says what a file's columns mean.

use std::collections::HashMap;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use crate::catalog::import::format::Field;
use crate::catalog::import::glance;
use crate::catalog::import::glance::{Glance, Meaning};
use crate::catalog::mappings::store::Mappings;
use crate::catalog::uploads::{Choices, Found, Stage, Upload};
use crate::web::catalog::CatalogState;
use crate::web::catalog::keeper::{Keeper, KeeperForm, uploads};
use crate::web::catalog::pieces::{address, find};
use crate::web::catalog::view::columns::{Columns, called};
use crate::web::error::WebError;
use crate::web::inbox::session::SignedIn;
use crate::web::page;

pub async fn page(
    State(state): State<CatalogState>,
    Keeper(signed): Keeper,
    Path(upload): Path<String>,
) -> Result<Response, WebError> {
    let upload = uploads(&signed).find(find(&upload)?).await?;
    if upload.stage() == Stage::Arriving || upload.applied_at.is_some() {
        return Ok(Redirect::to(&address(upload.id)).into_response());
    }
    let seen = look(&state, &signed, &upload).await?;
    let problem = match &upload.found {
        Some(Found::Columns { sentence }) => Some(sentence.clone()),
        _ => None,
    };
    let guesses = seen.columns.iter().map(|column| column.guess).collect::<Vec<_>>();
    page::html(&Columns::of(&signed, &upload, &seen, (&guesses, problem)))
}

pub async fn say(
    State(state): State<CatalogState>,
    Path(upload): Path<String>,
    KeeperForm { signed, form }: KeeperForm<HashMap<String, String>>,
) -> Result<Response, WebError> {
    let uploads = uploads(&signed);
    let upload = uploads.find(find(&upload)?).await?;
    let seen = look(&state, &signed, &upload).await?;
    let said = |place: usize| form.get(&format!("c{place}")).map(String::as_str);
    let meanings: Vec<Meaning> =
        (0..seen.columns.len()).map(|place| meaning(said(place), seen.columns[place].guess)).collect();
    if let Err(problem) = fits(&seen, &meanings) {
        return page::html(&Columns::of(&signed, &upload, &seen, (&meanings, Some(problem))));
    }
    let mapping = seen.mapping(&meanings);
    uploads.choose(upload.id, &Choices { mapping: Some(mapping.clone()), ..upload.choices }).await?;
    let remembered = Mappings::of(&signed.scope).remember(seen.key, &mapping).await;
    remembered.map_err(|error| WebError::Ours(error.into()))?;
    Ok(Redirect::to(&address(upload.id)).into_response())
}

/// The file's columns under what was said of them.
async fn look(state: &CatalogState, signed: &SignedIn, upload: &Upload) -> Result<Glance, WebError> {
    let _turn = state.works.acquire().await.map_err(|_| WebError::Busy)?;
    let file = uploads(signed).source(upload.id).await?;
    let mapping = upload.choices.mapping.clone().unwrap_or_default();
    let seen = tokio::task::spawn_blocking(move || glance(&file, &mapping)).await;
    let seen = seen.map_err(|error| WebError::Ours(error.into()))?;
    seen.map_err(|unreadable| WebError::Rule(format!("The file cannot be read: {unreadable}.")))
}

/// What a select says; a column that the form does not have stays as it was.
fn meaning(said: Option<&str>, before: Meaning) -> Meaning {
    match said {
        None => before,
        Some("") => Meaning::LeftOut,
        Some("fact") => Meaning::Attribute,
        Some("trait") => Meaning::Trait,
        Some(word) => Field::ALL.iter().copied().find(|field| field.name() == word).map_or(before, Meaning::Field),
    }
}

/// Whether a file can be read whose columns mean this; if not, the sentence that says why.
fn fits(seen: &Glance, meanings: &[Meaning]) -> Result<(), String> {
    for (place, meaning) in meanings.iter().enumerate() {
        let Meaning::Field(field) = meaning else { continue };
        if let Some(earlier) = meanings[..place].iter().position(|earlier| earlier == meaning) {
            let (one, other) = (&seen.columns[earlier].name, &seen.columns[place].name);
            return Err(format!(
                "Two columns are the {}: `{one}` and `{other}`. Leave one of them out.",
                called(*field).to_lowercase()
            ));
        }
    }
    let missing: Vec<String> = seen
        .required()
        .iter()
        .filter(|field| !meanings.contains(&Meaning::Field(**field)))
        .map(|field| called(*field).to_lowercase())
        .collect();
    if missing.is_empty() {
        Ok(())
    } else {
        Err(format!(
            "Say which column is the {}: no product can be imported without.",
            missing.join(", and which the ")
        ))
    }
}
