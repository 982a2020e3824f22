//! The orders of the list as a file, to pack and to reckon with: a row for each line, a page of the database at a time.

use axum::body::{Body, Bytes};
use axum::extract::{RawQuery, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono_tz::Tz;
use futures::{Stream, TryStreamExt as _, stream};

use crate::checkout::list::OrderFilter;
use crate::checkout::store::Orders;
use crate::web::inbox::InboxState;
use crate::web::inbox::session::SignedIn;
use crate::web::orders::sheet;
use crate::web::orders::wanted::Wanted;

/// Orders read at a time: the memory that a file of any length takes.
const ORDERS_AT_ONCE: usize = 200;

pub async fn lines(State(state): State<InboxState>, signed: SignedIn, RawQuery(query): RawQuery) -> Response {
    let (now, wanted) = (state.clock().now(), Wanted::read(query.as_deref()));
    let filter = wanted.filter(&signed, now);
    let zone = signed.shop.zone;
    let day = now.with_timezone(&zone).format("%Y-%m-%d");
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"orders-{day}.csv\"")),
    ];
    (
        headers,
        Body::from_stream(pages(Orders::of(&signed.scope), filter, zone).inspect_err(|error| {
            tracing::error!(error = format!("{error:#}"), "a file of orders broke off");
        })),
    )
        .into_response()
}

/// How far a file is written.
enum At {
    Header,
    Before(Option<i64>),
    End,
}

/// The header, then page after page. An error ends the answer in the middle, so that nobody takes a part for the whole.
fn pages(orders: Orders, filter: OrderFilter, zone: Tz) -> impl Stream<Item = anyhow::Result<Bytes>> {
    stream::try_unfold(At::Header, move |at| {
        let (orders, filter) = (orders.clone(), filter.clone());
        async move {
            let before = match at {
                At::Header => return Ok(Some((sheet::header()?.into(), At::Before(None)))),
                At::Before(before) => before,
                At::End => return Ok(None),
            };
            let page = orders.list(&filter, before, ORDERS_AT_ONCE).await?;
            let next = page.next.map_or(At::End, |number| At::Before(Some(number)));
            Ok(Some((sheet::rows(&page.rows, zone)?.into(), next)))
        }
    })
}
