//! Making orders in the database.

use sqlx::PgConnection;
use sqlx::types::Json;

use crate::base::fingerprint::Fingerprint;
use crate::base::ids::{CartId, OrderId};
use crate::checkout::begin::{BeginError, Course, NewOrder, course};
use crate::checkout::order::Order;
use crate::checkout::state::OrderState;
use crate::checkout::stock::portions;
use crate::checkout::stock::store::{hold, lock};
use crate::checkout::store::Orders;
use crate::pricing::quote::Quote;
use crate::pricing::store::CouponUse;

/// A quote about to become an order.
struct Basis {
    cart: CartId,
    fingerprint: Fingerprint,
    quote: Json<Quote>,
}

impl Orders {
    /// Makes an order of a quote, or returns the one that can still be paid. What the order needs is held for it:
    /// stock that is counted, and the use of its coupon. What an older unpaid order of the cart held passes to it.
    ///
    /// The order returned is `Creating` until its page is [`Orders::opened`], `AwaitingPayment` when there is a page
    /// already. A caller that makes a new page then closes those of [`Orders::others_open`].
    ///
    /// # Errors
    /// When there is no such quote, the cart is sold, stock or coupon are used up, or the database cannot be written.
    pub async fn begin(&self, new: &NewOrder) -> Result<Order, BeginError> {
        let mut transaction = self.scope.pool().begin().await?;
        let order = self.begin_in(&mut transaction, new).await?;
        transaction.commit().await?;
        Ok(order)
    }

    /// Does what [`Orders::begin`] does, within a caller's transaction, which must be rolled back on an error.
    ///
    /// # Errors
    /// As [`Orders::begin`].
    pub async fn begin_in(&self, connection: &mut PgConnection, new: &NewOrder) -> Result<Order, BeginError> {
        let basis = self.basis(connection, new).await?;
        self.lock_cart(&mut *connection, basis.cart).await?;
        let orders = self.of_cart(&mut *connection, basis.cart).await?;
        match course(&orders, &basis.fingerprint, new.now) {
            Course::Sold(order) => {
                Err(BeginError::AlreadyOrdered { order: order.id, number: order.number, state: order.state })
            }
            Course::Reuse(order) => Ok(self.with_delivery_of_cart(connection, order.id).await?),
            Course::Make { attempt, supersedes } => {
                self.supersede(&mut *connection, &supersedes, &basis.quote).await?;
                self.make(connection, new, &basis, attempt).await
            }
        }
    }

    /// Lets go of what older orders of the cart hold. All shelves this transaction will touch, theirs and the new
    /// order's, are locked at once: one after the other, two transactions could wait for each other.
    async fn supersede(
        &self,
        connection: &mut PgConnection,
        older: &[OrderId],
        quote: &Quote,
    ) -> Result<(), BeginError> {
        let mut shelves = portions(quote);
        for order in older {
            shelves.extend(self.locked(&mut *connection, *order).await?.held);
        }
        lock(&mut *connection, self.scope.merchant(), &shelves).await?;
        for order in older {
            self.let_go(&mut *connection, *order).await?;
        }
        Ok(())
    }

    async fn basis(&self, connection: &mut PgConnection, new: &NewOrder) -> Result<Basis, BeginError> {
        sqlx::query_as!(
            Basis,
            r#"select cart_id as "cart: CartId", fingerprint as "fingerprint: Fingerprint",
                   body as "quote: Json<Quote>"
               from quotes where merchant_id = $1 and conversation_id = $2 and id = $3"#,
            self.scope.merchant().uuid(),
            new.conversation.uuid(),
            new.quote.uuid(),
        )
        .fetch_optional(connection)
        .await?
        .ok_or(BeginError::NoSuchQuote(new.quote))
    }

    async fn make(
        &self,
        connection: &mut PgConnection,
        new: &NewOrder,
        basis: &Basis,
        attempt: i32,
    ) -> Result<Order, BeginError> {
        let quote = &basis.quote.0;
        let held = hold(&mut *connection, self.scope.merchant(), &portions(quote)).await??;
        let number = self.next_number(&mut *connection).await?;
        let (order, total) = (OrderId::generate(), quote.total());
        let currency = total.currency();
        sqlx::query!(
            "insert into orders (id, number, merchant_id, conversation_id, cart_id, quote_id, quote_fingerprint,
                 attempt, state, held, currency, total_minor, livemode, expires_at, delivery, created_at, updated_at)
             select $1, $2, merchant_id, conversation_id, id, $4, $5, $6, $7, $8, $9, $10, $11, $12, delivery, $13, $13
             from carts where merchant_id = $3 and id = $14",
            order.uuid(),
            number,
            self.scope.merchant().uuid(),
            new.quote.uuid(),
            basis.fingerprint.bytes().as_slice(),
            attempt,
            OrderState::Creating.as_str(),
            Json(&held) as _,
            currency.code(),
            total.minor(),
            new.livemode,
            new.expires_at,
            new.now,
            basis.cart.uuid(),
        )
        .execute(&mut *connection)
        .await?;
        for code in quote.codes_used() {
            let wanted = CouponUse { order, conversation: new.conversation, code };
            let claimed = self.coupons().claim_in(&mut *connection, wanted).await?;
            claimed.map_err(|reason| BeginError::CouponRefused { code: code.clone(), reason })?;
        }
        Ok(self.locked(connection, order).await?.order)
    }

    /// The next number of the merchant. The merchant's row is locked until the transaction ends, so that numbers
    /// neither repeat nor leave gaps; `no key` lets everybody else go on referring to the merchant meanwhile.
    async fn next_number(&self, connection: &mut PgConnection) -> Result<i64, sqlx::Error> {
        sqlx::query!("select id from merchants where id = $1 for no key update", self.scope.merchant().uuid())
            .fetch_one(&mut *connection)
            .await?;
        sqlx::query_scalar!(
            r#"select coalesce(max(number), 0) + 1 as "number!" from orders where merchant_id = $1"#,
            self.scope.merchant().uuid(),
        )
        .fetch_one(connection)
        .await
    }

    /// The order with the delivery details the cart has now, if it has any.
    async fn with_delivery_of_cart(
        &self,
        connection: &mut PgConnection,
        order: OrderId,
    ) -> Result<Order, sqlx::Error> {
        sqlx::query!(
            "update orders as o set delivery = c.delivery from carts c
             where o.merchant_id = $1 and o.id = $2 and c.id = o.cart_id and c.delivery is not null",
            self.scope.merchant().uuid(),
            order.uuid(),
        )
        .execute(&mut *connection)
        .await?;
        Ok(self.locked(connection, order).await?.order)
    }
}
