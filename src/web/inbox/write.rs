//! Writing to a shopper.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::base::cards::mask_cards;
use crate::conversation::bubble::Bubble;
use crate::conversation::store::{Conversation, ConversationError, Conversations};
use crate::conversation::window::ReplyWindow;
use crate::outbox::say::{Author, Say};
use crate::outbox::store::Outbox;
use crate::web::error::WebError;
use crate::web::inbox::InboxState;
use crate::web::inbox::pages::{self, Asked, Notice, find};
use crate::web::inbox::session::{SignedForm, SignedIn};

/// The longest text a channel carries in one message (WhatsApp: 4096 characters).
const WRITTEN_CHARACTERS_MAX: usize = 4096;
/// The longest token a form of ours has.
const TOKEN_BYTES_MAX: usize = 64;

#[derive(Deserialize)]
pub struct Written {
    text: String,
    /// One per form: the same form sent twice is one message.
    token: String,
    /// The last thing in the thread the person had before them.
    #[serde(default)]
    seen: i64,
}

pub async fn write(
    State(state): State<InboxState>,
    Path(conversation): Path<String>,
    Query(asked): Query<Asked>,
    SignedForm { signed, form }: SignedForm<Written>,
) -> Result<Response, WebError> {
    let id = find(&conversation)?;
    if form.token.is_empty() || form.token.len() > TOKEN_BYTES_MAX {
        return Err(WebError::ForeignForm);
    }
    let conversations = Conversations::of(&signed.scope);
    let held = conversations.get(id).await?;
    if let Err(mut notice) = allowed(&state, &signed, &held, &form.text) {
        notice.unsent = Some(form.text);
        return pages::render(&state, &signed, &asked, Some(id), Some(notice)).await;
    }
    let say = Say {
        conversation: id,
        turn: None,
        author: Author::Person(signed.staff.id),
        bubble: Bubble::Text { text: mask_cards(form.text.trim()) },
        dedupe_key: format!("{}:{}", signed.staff.id, form.token),
    };
    // Together: what was said without being dealt with would be answered again after the hand-back.
    let mut transaction = signed.scope.begin().await.map_err(ConversationError::from)?;
    let mine = conversations.hold(&mut transaction, id).await?.is_held_by(signed.staff.id);
    if !mine {
        let notice = Notice { unsent: Some(form.text), ..not_yours() };
        return pages::render(&state, &signed, &asked, Some(id), Some(notice)).await;
    }
    Outbox::of(&signed.scope).say_in(&mut transaction, &say).await?;
    conversations.dealt_with(&mut transaction, id, form.seen).await?;
    transaction.commit().await.map_err(ConversationError::from)?;
    Ok(Redirect::to(&asked.address_of(id)).into_response())
}

fn not_yours() -> Notice {
    let sentence = "Your message was not sent: the conversation is not yours any more. Take it over to write.";
    Notice::new(StatusCode::CONFLICT, sentence.to_owned())
}

/// Whether this person may write this now; if not, the sentence that says why.
fn allowed(state: &InboxState, signed: &SignedIn, held: &Conversation, text: &str) -> Result<(), Notice> {
    let refuse = |status, sentence: &str| Err(Notice::new(status, sentence.to_owned()));
    if !held.control.is_held_by(signed.staff.id) {
        return Err(not_yours());
    }
    if !ReplyWindow::at(held.heard_at, state.clock.now()).is_open() {
        return refuse(
            StatusCode::UNPROCESSABLE_ENTITY,
            "Your message was not sent: more than 24 hours have passed since the shopper last wrote, and WhatsApp \
             accepts only templates now.",
        );
    }
    match text.trim().chars().count() {
        0 => refuse(StatusCode::UNPROCESSABLE_ENTITY, "There was nothing to send."),
        count if count > WRITTEN_CHARACTERS_MAX => refuse(
            StatusCode::UNPROCESSABLE_ENTITY,
            "Your message was not sent: WhatsApp carries at most 4096 characters at once. Make two of it.",
        ),
        _ => Ok(()),
    }
}
