//! Taking over and handing back.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use crate::conversation::control::Taken;
use crate::conversation::store::Conversations;
use crate::web::error::WebError;
use crate::web::inbox::InboxState;
use crate::web::inbox::pages::{self, Asked, Notice, find};
use crate::web::inbox::session::{Pressed, SignedForm};

pub async fn take_over(
    State(state): State<InboxState>,
    Path(conversation): Path<String>,
    Query(asked): Query<Asked>,
    SignedForm { signed, .. }: SignedForm<Pressed>,
) -> Result<Response, WebError> {
    let id = find(&conversation)?;
    match Conversations::of(&signed.scope).take_over(id, signed.staff.id).await? {
        Taken::Now { .. } | Taken::Already => Ok(Redirect::to(&asked.address_of(id)).into_response()),
        Taken::HeldBy(holder) => {
            let sentence = format!("{} was faster: the conversation is theirs.", holder.name);
            let notice = Notice::new(StatusCode::CONFLICT, sentence);
            pages::render(&state, &signed, &asked, Some(id), Some(notice)).await
        }
    }
}

pub async fn hand_back(
    Path(conversation): Path<String>,
    Query(asked): Query<Asked>,
    SignedForm { signed, .. }: SignedForm<Pressed>,
) -> Result<Response, WebError> {
    let id = find(&conversation)?;
    Conversations::of(&signed.scope).hand_back(id).await?;
    Ok(Redirect::to(&asked.address_of(id)).into_response())
}
