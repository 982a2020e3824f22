//! Finding, over all merchants, the orders to ask the provider about.

use sqlx::PgPool;

use crate::base::clock::Time;
use crate::base::ids::{MerchantId, OrderId};
use crate::checkout::store::OrderError;

/// How long the sweep leaves an order whose page should have closed, before it asks about it again.
const ASK_AGAIN_OPEN_MINUTES: i32 = 5;
/// The same for an order whose voucher or transfer is under way, which takes days.
const ASK_AGAIN_PENDING_MINUTES: i32 = 60;

/// A voucher or transfer that has not come in so many days never will (Stripe, "Boleto payments": at most 60 days, 3 by
/// default; others are shorter), or its end was never told.
const OVERDUE_DAYS: i32 = 60;
/// How long whoever noted that a page is outdated has for closing it.
const CLOSED_WITHIN_SECONDS: f64 = 20.0;

/// Finds orders that nobody has told us about for too long, so that the provider can be asked.
///
/// It has no scope, on purpose: it runs for the whole deployment, reads no shop data, and answers only which
/// merchant's slice to open for which order.
#[derive(Clone, Debug)]
pub struct OrderSweep {
    pool: PgPool,
}

/// An order to ask the provider about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueOrder {
    /// Whose it is.
    pub merchant: MerchantId,
    /// Which.
    pub order: OrderId,
    /// The page to ask about; `None` when it was never noted: [`crate::checkout::store::Orders::abandon`] it.
    pub session: Option<String>,
    /// Whether real money was to move.
    pub livemode: bool,
    /// What is to be found out about it.
    pub wanted: Wanted,
}

/// What is to be found out about an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// What became of its page, which should have closed.
    Outcome,
    /// Whether the voucher or transfer came. Perhaps nobody will ever say: then a person is to see.
    Money {
        /// Whether it was promised too long ago.
        overdue: bool,
    },
    /// That its page is closed: it is not to be paid any more.
    Closing,
}

struct Row {
    merchant: MerchantId,
    order: OrderId,
    session_id: Option<String>,
    livemode: bool,
    state: String,
    is_open: bool,
    overdue: bool,
}

impl OrderSweep {
    /// A sweep over all merchants.
    #[must_use]
    pub const fn new(pool: PgPool) -> Self {
        Self { pool }
    }

    /// Orders whose page should have closed by now and whose payment is undecided, longest unasked first; and those
    /// whose page is not to be paid any more and still open a while after that was noted. Each is then left alone for a
    /// while (five minutes, or an hour while a voucher is under way), so that several sweepers share the work and a
    /// provider that is away is not asked in a circle.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub async fn open_past_expiry(&self, now: Time, limit: u32) -> Result<Vec<DueOrder>, OrderError> {
        let due = sqlx::query_as!(
            Row,
            r#"update orders set asked_stripe_at = $1
               where id = any(array(
                   select id from orders
                   where (state in ('creating', 'awaiting_payment', 'payment_pending') and expires_at < $1
                          or state = 'awaiting_payment' and outdated_at < $1 - make_interval(secs => $6))
                       and (asked_stripe_at is null or asked_stripe_at <= $1 - make_interval(
                           mins => case when state = 'payment_pending' then $3::int else $4::int end))
                   order by coalesce(asked_stripe_at, expires_at) limit $2
                   for no key update skip locked))
               returning merchant_id as "merchant: MerchantId", id as "order: OrderId", session_id, livemode, state,
                   expires_at > $1 as "is_open!", created_at < $1 - make_interval(days => $5) as "overdue!""#,
            now,
            i64::from(limit),
            ASK_AGAIN_PENDING_MINUTES,
            ASK_AGAIN_OPEN_MINUTES,
            OVERDUE_DAYS,
            CLOSED_WITHIN_SECONDS,
        )
        .fetch_all(&self.pool)
        .await?;
        let order = |row: Row| DueOrder {
            merchant: row.merchant,
            order: row.order,
            session: row.session_id,
            livemode: row.livemode,
            wanted: match row.state.as_str() {
                "payment_pending" => Wanted::Money { overdue: row.overdue },
                _ if row.is_open => Wanted::Closing,
                _ => Wanted::Outcome,
            },
        };
        Ok(due.into_iter().map(order).collect())
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::checkout::begin::NewOrder;
    use crate::checkout::store::Orders;
    use crate::checkout::store::samples::{Shopper, expiry, noon, session, shop_with};
    use crate::testing::fresh_database;

    #[tokio::test]
    async fn the_sweep_finds_what_nobody_told_us_about_and_then_waits() {
        let pool = fresh_database().await;
        let (one, other) = (shop_with(&pool, &[("A", None)]).await, shop_with(&pool, &[("A", None)]).await);
        let mut due = Vec::new();
        for (number, shop) in [&one, &other].into_iter().enumerate() {
            let orders = Orders::of(shop);
            let order = orders.begin(&Shopper::of(shop).await.quoted(&[("A", 1)], None).await).await.unwrap();
            let page = format!("cs_{number}");
            orders.opened(order.id, &session(&page)).await.unwrap();
            due.push(DueOrder {
                merchant: shop.merchant(),
                order: order.id,
                session: Some(page),
                livemode: order.livemode,
                wanted: Wanted::Outcome,
            });
        }
        let later = NewOrder {
            expires_at: expiry() + TimeDelta::hours(9),
            ..Shopper::of(&one).await.quoted(&[("A", 1)], None).await
        };
        Orders::of(&one).begin(&later).await.unwrap();
        let sweep = OrderSweep::new(pool.clone());

        assert_eq!(sweep.open_past_expiry(expiry(), 10).await.unwrap(), []);
        let after = expiry() + TimeDelta::seconds(1);
        assert_eq!(sweep.open_past_expiry(after, 1).await.unwrap().len(), 1);
        assert_eq!(sweep.open_past_expiry(after, 10).await.unwrap().len(), 1);
        assert_eq!(sweep.open_past_expiry(after, 10).await.unwrap(), []);
        let mut found = sweep.open_past_expiry(after + TimeDelta::minutes(5), 10).await.unwrap();
        found.sort_by_key(|order| order.order);
        assert_eq!(found, due);
    }

    #[tokio::test]
    async fn a_page_that_is_not_to_be_paid_and_is_still_open_a_while_later_is_to_be_closed() {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", None)]).await;
        let orders = Orders::of(&shop);
        let order = orders.begin(&Shopper::of(&shop).await.quoted(&[("A", 1)], None).await).await.unwrap();
        orders.opened(order.id, &session("cs_1")).await.unwrap();
        orders.only_payable(order.cart, None).await.unwrap();
        sqlx::query("update orders set outdated_at = $1").bind(noon()).execute(&pool).await.unwrap();
        let sweep = OrderSweep::new(pool.clone());

        assert_eq!(sweep.open_past_expiry(noon() + TimeDelta::seconds(10), 10).await.unwrap(), []);
        let found = sweep.open_past_expiry(noon() + TimeDelta::seconds(30), 10).await.unwrap();
        assert_eq!(found.iter().map(|due| due.wanted).collect::<Vec<_>>(), [Wanted::Closing]);
    }

    #[tokio::test]
    async fn a_promised_payment_that_nobody_speaks_of_for_two_months_is_overdue() {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", None)]).await;
        let orders = Orders::of(&shop);
        let order = orders.begin(&Shopper::of(&shop).await.quoted(&[("A", 1)], None).await).await.unwrap();
        orders.opened(order.id, &session("cs_1")).await.unwrap();
        sqlx::query("update orders set state = 'payment_pending'").execute(&pool).await.unwrap();
        let sweep = OrderSweep::new(pool.clone());
        for (days, overdue) in [(59, false), (61, true)] {
            let found = sweep.open_past_expiry(noon() + TimeDelta::days(days), 10).await.unwrap();
            assert_eq!(found.iter().map(|due| due.wanted).collect::<Vec<_>>(), [Wanted::Money { overdue }]);
        }
    }
}
