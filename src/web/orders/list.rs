//! The list of orders, with what was sold above it.

use axum::extract::{RawQuery, State};
use axum::response::Response;

use crate::checkout::list::store::PAGE_ROWS;
use crate::checkout::store::Orders;
use crate::web::error::WebError;
use crate::web::inbox::InboxState;
use crate::web::inbox::session::SignedIn;
use crate::web::orders::view::list::{Found, ListPage};
use crate::web::orders::wanted::Wanted;
use crate::web::page;

pub async fn page(
    State(state): State<InboxState>,
    signed: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, WebError> {
    let (now, wanted) = (state.clock().now(), Wanted::read(query.as_deref()));
    let orders = Orders::of(&signed.scope);
    let filter = wanted.filter(&signed, now);
    let (found, counts, sales) = tokio::try_join!(
        orders.list(&filter, wanted.before(), PAGE_ROWS),
        orders.counts(&filter),
        orders.sales(signed.shop.currency, signed.shop.zone, now),
    )?;
    page::html(&ListPage::of(&signed, &wanted, &Found { page: found, counts, sales }, now)?)
}
