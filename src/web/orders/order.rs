//! The page of one order.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;

use crate::checkout::store::Orders;
use crate::conversation::store::Conversations;
use crate::web::error::WebError;
use crate::web::inbox::InboxState;
use crate::web::inbox::session::SignedIn;
use crate::web::orders::view::order::{Opened, OrderPage};
use crate::web::page;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Not empty when somebody was faster to settle it.
    late: String,
}

pub async fn page(
    State(state): State<InboxState>,
    signed: SignedIn,
    Path(number): Path<String>,
    Query(Asked { late }): Query<Asked>,
) -> Result<Response, WebError> {
    let number: i64 = number.parse().map_err(|_| WebError::NoSuch)?;
    let orders = Orders::of(&signed.scope);
    let record = orders.recorded(number).await?.ok_or(WebError::NoSuch)?;
    let conversation = Conversations::of(&signed.scope).get(record.order.conversation).await?;
    let waiting = orders.waiting_for_a_person(conversation.id).await?;
    let held = waiting.into_iter().find(|order| order.id == record.order.id);
    let opened = Opened { record, conversation, held, is_late: !late.is_empty() };
    page::html(&OrderPage::of(&signed, &opened, state.clock().now()))
}
