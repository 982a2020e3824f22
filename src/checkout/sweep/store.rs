//! Finding, over all merchants, the orders to ask the provider about.

use sqlx::PgPool;

use crate::base::clock::Time;
use crate::base::ids::{MerchantId, OrderId};
use crate::checkout::store::OrderError;

/// How long the sweep leaves an order whose page should have closed, before it asks about it again.
const ASK_AGAIN_OPEN_MINUTES: i32 = 5;
/// The same for an order whose voucher or transfer is under way, which takes days.
const ASK_AGAIN_PENDING_MINUTES: i32 = 60;

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
}

impl OrderSweep {
    /// A sweep over all merchants.
    #[must_use]
    pub const fn new(pool: PgPool) -> Self {
        Self { pool }
    }

    /// Orders whose page should have closed by now and whose payment is undecided, longest unasked first. Each is
    /// then left alone for a while (five minutes, or an hour while a voucher is under way), so that several
    /// sweepers share the work and a provider that is away is not asked in a circle.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub async fn open_past_expiry(&self, now: Time, limit: u32) -> Result<Vec<DueOrder>, OrderError> {
        Ok(sqlx::query_as!(
            DueOrder,
            r#"update orders set asked_stripe_at = $1
               where id = any(array(
                   select id from orders
                   where state in ('creating', 'awaiting_payment', 'payment_pending') and expires_at < $1
                       and (asked_stripe_at is null or asked_stripe_at <= $1 - make_interval(
                           mins => case when state = 'payment_pending' then $3::int else $4::int end))
                   order by coalesce(asked_stripe_at, expires_at) limit $2
                   for no key update skip locked))
               returning merchant_id as "merchant: MerchantId", id as "order: OrderId", session_id as session"#,
            now,
            i64::from(limit),
            ASK_AGAIN_PENDING_MINUTES,
            ASK_AGAIN_OPEN_MINUTES,
        )
        .fetch_all(&self.pool)
        .await?)
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::checkout::begin::NewOrder;
    use crate::checkout::store::Orders;
    use crate::checkout::store::samples::{Shopper, expiry, session, shop_with};
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
            due.push(DueOrder { merchant: shop.merchant(), order: order.id, session: Some(page) });
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
}
