//! Making orders in the database.

use sqlx::PgConnection;
use sqlx::types::Json;

use crate::base::fingerprint::Fingerprint;
use crate::base::ids::{CartId, OrderId};
use crate::checkout::begin::{BeginError, Course, NewOrder, course};
use crate::checkout::order::Order;
use crate::checkout::state::OrderState;
use crate::checkout::stock::portions;
use crate::checkout::stock::store::hold;
use crate::checkout::store::Orders;
use crate::pricing::quote::{Quote, Used};
use crate::pricing::store::Use;

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
    /// already. A caller that makes a new page then closes those of [`Orders::outdated_pages`].
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
        match course(&orders, &basis.fingerprint, new.livemode, new.now) {
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
        let skus: Vec<&str> = quote.lines().iter().map(|line| line.sku.as_str()).collect();
        sqlx::query!(
            "insert into orders (id, number, merchant_id, conversation_id, cart_id, quote_id, quote_fingerprint,
                 attempt, state, skus, held, currency, total_minor, livemode, expires_at, delivery, created_at,
                 updated_at)
             select $1, $2, merchant_id, conversation_id, id, $4, $5, $6, $7, lower(trato_unaccent($15)),
                 $8, $9, $10, $11, $12, delivery, $13, $13
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
            skus.join(" "),
        )
        .execute(&mut *connection)
        .await?;
        self.claim(&mut *connection, order, (new, quote)).await?;
        Ok(self.locked(connection, order).await?.order)
    }

    /// Uses up what the quote used.
    async fn claim(
        &self,
        connection: &mut PgConnection,
        order: OrderId,
        (new, quote): (&NewOrder, &Quote),
    ) -> Result<(), BeginError> {
        for Used { name, is_coupon, off } in quote.uses() {
            let wanted = Use { order, conversation: new.conversation, name, is_coupon, off, at: new.now };
            let claimed = self.coupons().claim_in(&mut *connection, wanted).await?;
            claimed.map_err(|reason| BeginError::CouponRefused { code: name.to_owned(), reason })?;
        }
        Ok(())
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use chrono::TimeDelta;

    use super::*;
    use crate::base::money::Money;
    use crate::base::names::CouponCode;
    use crate::checkout::apply::Arrived;
    use crate::checkout::notice::NoticeKind;
    use crate::checkout::store::samples::{Shopper, expiry, noon, notice, reserved, session, shop_with, stock};
    use crate::pricing::amount::Amount;
    use crate::pricing::coupon::{CouponUses, Refusal, Tried};
    use crate::pricing::promotion::{Gives, Limits, Promotion};
    use crate::pricing::store::{Coupons, samples};
    use crate::testing::fresh_database;

    #[tokio::test]
    async fn an_order_is_made_once_and_holds_its_stock() {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", Some(5)), ("B", None)]).await;
        let shopper = Shopper::of(&shop).await;
        let new = shopper.quoted(&[("A", 2), ("B", 1)], None).await;
        let orders = Orders::of(&shop);

        let first = orders.begin(&new).await.unwrap();
        let again = orders.begin(&new).await.unwrap();
        let opened = orders.opened(first.id, &session("cs_1")).await.unwrap();
        let after_opening = orders.begin(&new).await.unwrap();

        assert_eq!((first.number, first.attempt, first.state), (1, 1, OrderState::Creating));
        assert_eq!((first.expires_at, first.livemode), (Some(expiry()), true));
        assert_eq!(again, first);
        assert_eq!(opened.state, OrderState::AwaitingPayment);
        assert_eq!(after_opening, opened);
        assert_eq!(opened.idempotency_key(), first.idempotency_key());
        assert_eq!((reserved(&shop, "A").await, reserved(&shop, "B").await), (2, 0));
        assert_eq!(stock(&shop, "A").await, Some(5));
    }

    #[tokio::test]
    async fn past_its_expiry_a_new_attempt_takes_over_what_was_held() {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", Some(2))]).await;
        let new = Shopper::of(&shop).await.quoted(&[("A", 2)], None).await;
        let orders = Orders::of(&shop);
        let first = orders.begin(&new).await.unwrap();
        orders.opened(first.id, &session("cs_1")).await.unwrap();

        let late = NewOrder { now: expiry(), expires_at: expiry() + TimeDelta::hours(2), ..new };
        let second = orders.begin(&late).await.unwrap();

        assert_eq!((second.number, second.attempt), (2, 2));
        assert_ne!(second.idempotency_key(), first.idempotency_key());
        assert_eq!(reserved(&shop, "A").await, 2);
        let open = orders.outdated_pages(second.cart).await.unwrap();
        assert_eq!(open.iter().map(|page| page.session.as_str()).collect::<Vec<_>>(), ["cs_1"]);
    }

    #[tokio::test]
    async fn an_order_is_begun_anew_where_its_page_is_outdated_or_closes_too_soon_or_is_of_the_other_mode() {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", Some(9))]).await;
        let orders = Orders::of(&shop);
        let before = |minutes| expiry() - TimeDelta::minutes(minutes);
        let later = expiry() + TimeDelta::hours(1);

        // A page that is still to be made has to be open for half an hour from then on.
        let unopened = Shopper::of(&shop).await.quoted(&[("A", 1)], None).await;
        orders.begin(&unopened).await.unwrap();
        let retried = orders.begin(&NewOrder { now: before(32), ..unopened }).await.unwrap();
        let late = orders.begin(&NewOrder { now: before(30), expires_at: later, ..unopened }).await.unwrap();
        assert_eq!((retried.attempt, late.attempt), (1, 2));

        let new = Shopper::of(&shop).await.quoted(&[("A", 1)], None).await;
        let first = orders.begin(&new).await.unwrap();
        orders.opened(first.id, &session("cs_1")).await.unwrap();
        let there = orders.begin(&NewOrder { now: before(3), ..new }).await.unwrap();
        let closing = orders.begin(&NewOrder { now: before(1), expires_at: later, ..new }).await.unwrap();
        let test = orders.begin(&NewOrder { livemode: false, ..new }).await.unwrap();
        assert_eq!((there.attempt, closing.attempt, test.attempt, test.livemode), (1, 2, 3, false));

        orders.only_payable(test.cart, None).await.unwrap();
        let again = orders.begin(&NewOrder { livemode: false, ..new }).await.unwrap();
        assert_eq!((again.attempt, again.outdated), (4, false));
        assert_eq!(reserved(&shop, "A").await, 2);
    }

    #[tokio::test]
    async fn a_changed_cart_takes_over_and_changing_back_is_a_new_attempt() {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", Some(3)), ("B", Some(1))]).await;
        let shopper = Shopper::of(&shop).await;
        let orders = Orders::of(&shop);
        let two = shopper.quoted(&[("A", 2)], None).await;
        let three = shopper.quoted(&[("A", 3), ("B", 1)], None).await;

        let first = orders.begin(&two).await.unwrap();
        orders.opened(first.id, &session("cs_1")).await.unwrap();
        let second = orders.begin(&three).await.unwrap();
        assert_eq!((reserved(&shop, "A").await, reserved(&shop, "B").await), (3, 1));
        let third = orders.begin(&two).await.unwrap();

        assert_eq!((first.attempt, second.attempt, third.attempt), (1, 1, 2));
        assert_eq!((reserved(&shop, "A").await, reserved(&shop, "B").await), (2, 0));
    }

    #[tokio::test]
    async fn the_last_piece_goes_to_one_of_many_and_the_others_leave_nothing_behind() {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", Some(1)), ("B", Some(9))]).await;
        let orders = Orders::of(&shop);
        let mut wanted = Vec::new();
        for _ in 0..5 {
            wanted.push(Shopper::of(&shop).await.quoted(&[("B", 1), ("A", 1)], None).await);
        }

        let begun = futures::future::join_all(wanted.iter().map(|new| orders.begin(new))).await;

        assert_eq!(begun.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        for refused in begun.iter().filter_map(|outcome| outcome.as_ref().err()) {
            assert!(matches!(refused, BeginError::OutOfStock(out) if out.left == 0 && out.sku.as_str() == "A"));
        }
        assert_eq!((reserved(&shop, "A").await, reserved(&shop, "B").await), (1, 1));
        let next = Shopper::of(&shop).await.quoted(&[("B", 1)], None).await;
        assert_eq!(orders.begin(&next).await.unwrap().number, 2);
    }

    #[tokio::test]
    async fn orders_begun_at_once_are_numbered_without_gaps() {
        let pool = fresh_database().await;
        // Different things, so that no shelf makes them wait for each other.
        let skus = ["A", "B", "C", "D", "E", "F", "G", "H"];
        let shop = shop_with(&pool, &skus.map(|sku| (sku, Some(1)))).await;
        let orders = Orders::of(&shop);
        let mut wanted = Vec::new();
        for sku in skus {
            wanted.push(Shopper::of(&shop).await.quoted(&[(sku, 1)], None).await);
        }

        let begun = futures::future::join_all(wanted.iter().map(|new| orders.begin(new))).await;

        let mut numbers: Vec<_> = begun.into_iter().map(|order| order.unwrap().number).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7, 8]);
    }

    #[tokio::test]
    async fn orders_of_the_same_things_wait_for_each_other_whatever_the_order_of_their_lines() {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", Some(100)), ("B", Some(100))]).await;
        let orders = Orders::of(&shop);
        let mut wanted = Vec::new();
        for turn in 0..8 {
            let lines = if turn % 2 == 0 { [("A", 1), ("B", 1)] } else { [("B", 1), ("A", 1)] };
            wanted.push(Shopper::of(&shop).await.quoted(&lines, None).await);
        }

        let begun = futures::future::join_all(wanted.iter().map(|new| orders.begin(new))).await;

        assert!(begun.iter().all(Result::is_ok), "{begun:?}");
        assert_eq!((reserved(&shop, "A").await, reserved(&shop, "B").await), (8, 8));
    }

    #[tokio::test]
    async fn claims_of_the_last_use_at_once_leave_one_use() {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", None)]).await;
        let orders = Orders::of(&shop);
        let code = CouponCode::new("HOLA").unwrap();
        let mut made = Vec::new();
        for _ in 0..6 {
            let shopper = Shopper::of(&shop).await;
            made.push(orders.begin(&shopper.quoted(&[("A", 1)], None).await).await.unwrap());
            shopper.quoted(&[("A", 1)], Some(1)).await;
        }

        let claim = async |order: &Order| {
            let mut transaction = pool.begin().await.unwrap();
            let wanted = Use {
                order: order.id,
                conversation: order.conversation,
                name: code.as_str(),
                is_coupon: true,
                off: Money::zero(order.total.currency()),
                at: noon(),
            };
            let claimed = Coupons::of(&shop).claim_in(&mut transaction, wanted).await.unwrap();
            transaction.commit().await.unwrap();
            claimed
        };
        let claimed = futures::future::join_all(made.iter().map(claim)).await;

        assert_eq!(claimed.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        assert_eq!(claimed.iter().filter(|outcome| **outcome == Err(Refusal::UsedUp)).count(), 5);
    }

    /// Uses a promotion with these limits for orders of 20.00 off: each by the shopper of a phone at a time.
    async fn used(limits: Limits, uses: &[(&str, &str)]) -> Vec<Result<(), Refusal>> {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", None)]).await;
        let coupons = Coupons::of(&shop);
        let mexican = "MXN".parse().unwrap();
        let promotion = Promotion { limits, ..Promotion::new("spring", Gives::Percent("10".parse().unwrap())) };
        let promotion = [Arc::new(promotion)];
        coupons.set_limits(&promotion, mexican).await.unwrap();
        let mut outcomes = Vec::new();
        for (phone, at) in uses {
            // Each at another number of the shop.
            let shopper = Shopper::at(&shop, samples::conversation_with(&shop, phone).await).await;
            let order = Orders::of(&shop).begin(&shopper.quoted(&[("A", 1)], None).await).await.unwrap();
            let (conversation, at) = (order.conversation, at.parse().unwrap());
            let off = Money::new(2000, mexican);
            let wanted = Use { order: order.id, conversation, name: "spring", is_coupon: false, off, at };
            let known = coupons.uses(&promotion, conversation, order.cart, at).await.unwrap()[0];
            let before =
                outcomes.iter().fold(0_u32, |sum, outcome: &Result<(), Refusal>| sum + u32::from(outcome.is_ok()));
            assert_eq!((known.total, known.spent), (before, 2000 * i64::from(before)));
            let mut connection = pool.acquire().await.unwrap();
            outcomes.push(coupons.claim_in(&mut connection, wanted).await.unwrap());
        }
        outcomes
    }

    #[tokio::test]
    async fn a_promotion_is_used_no_oftener_than_each_of_its_limits_says() {
        let (ana, eva) = ("5215500000001", "5215500000002");
        let (day, next) = ("2026-11-20T12:00:00Z", "2026-11-21T12:00:00Z");
        let limits = Limits { total: Some(1), ..Limits::default() };
        assert_eq!(used(limits, &[(ana, day), (eva, next)]).await, [Ok(()), Err(Refusal::UsedUp)]);
        let limits = Limits { per_shopper: Some(1), ..Limits::default() };
        let uses = [(ana, day), (ana, next), (eva, next)];
        assert_eq!(used(limits, &uses).await, [Ok(()), Err(Refusal::UsedByYou), Ok(())]);
        let limits =
            Limits { budget: Some(Amount::of(Money::new(5000, "MXN".parse().unwrap()))), ..Limits::default() };
        let uses = [(ana, day), (eva, day), (ana, next)];
        assert_eq!(used(limits, &uses).await, [Ok(()), Ok(()), Err(Refusal::BudgetSpent)]);
    }

    #[tokio::test]
    async fn a_promotion_of_so_many_a_day_begins_anew_at_the_shops_own_midnight() {
        let limits = Limits { per_day: Some(1), ..Limits::default() };
        // Midnight in Mexico City is six o'clock in the morning of UTC.
        let times =
            ["2026-11-20T05:58:00Z", "2026-11-20T05:59:00Z", "2026-11-20T06:00:00Z", "2026-11-20T23:00:00Z"];
        let outcomes = used(limits, &times.map(|at| ("5215500000001", at))).await;
        assert_eq!(outcomes, [Ok(()), Err(Refusal::UsedToday), Ok(()), Err(Refusal::UsedToday)]);
    }

    #[tokio::test]
    async fn one_shopper_asking_many_times_at_once_has_one_order() {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", Some(100))]).await;
        let orders = Orders::of(&shop);
        let new = Shopper::of(&shop).await.quoted(&[("A", 3)], None).await;

        let begun = futures::future::join_all((0..6).map(|_| orders.begin(&new))).await;

        assert!(begun.iter().all(|order| order.as_ref().unwrap().number == 1));
        assert_eq!(reserved(&shop, "A").await, 3);
    }

    #[tokio::test]
    async fn the_last_use_of_a_coupon_goes_to_one_order() {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", Some(100))]).await;
        let orders = Orders::of(&shop);
        let (one, other) = (Shopper::of(&shop).await, Shopper::of(&shop).await);
        let first = one.quoted(&[("A", 1)], Some(1)).await;
        let second = other.quoted(&[("A", 1)], Some(1)).await;

        let mine = orders.begin(&first).await.unwrap();
        let refused = orders.begin(&second).await;
        let same_cart_again = one.quoted(&[("A", 2)], Some(1)).await;

        assert!(matches!(refused, Err(BeginError::CouponRefused { reason: Refusal::UsedUp, .. })));
        assert_eq!(reserved(&shop, "A").await, 1);
        assert_eq!(orders.begin(&same_cart_again).await.unwrap().number, mine.number + 1);
        assert!(matches!(orders.begin(&second).await, Err(BeginError::CouponRefused { .. })));
    }

    #[tokio::test]
    async fn uses_are_counted_per_shopper_and_never_against_the_cart_that_made_them() {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", None)]).await;
        let phone = "5215500000001";
        let me = Shopper::at(&shop, samples::conversation_with(&shop, phone).await).await;
        let at_another_number = samples::conversation_with(&shop, phone).await;
        let somebody = Shopper::of(&shop).await;
        Orders::of(&shop).begin(&me.quoted(&[("A", 1)], Some(5)).await).await.unwrap();
        let coupons = Coupons::of(&shop);
        let codes = [CouponCode::new("HOLA").unwrap()];
        let check = async |conversation, cart, total, by_shopper| {
            let tried = coupons.tried(&codes, conversation, cart).await.unwrap();
            let counted = CouponUses { total, by_shopper };
            assert!(matches!(&tried[0], Tried::Known { uses, .. } if *uses == counted), "{tried:?}");
        };
        check(me.conversation, me.cart, 0, 0).await;
        check(me.conversation, CartId::generate(), 1, 1).await;
        check(at_another_number, CartId::generate(), 1, 1).await;
        check(somebody.conversation, somebody.cart, 1, 0).await;
    }

    #[tokio::test]
    async fn an_abandoned_attempt_lets_go_and_the_next_has_a_new_key() {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", Some(1))]).await;
        let orders = Orders::of(&shop);
        let new = Shopper::of(&shop).await.quoted(&[("A", 1)], Some(1)).await;
        let first = orders.begin(&new).await.unwrap();

        let ended = orders.abandon(first.id).await.unwrap();
        assert_eq!(ended.state, OrderState::Expired);
        assert_eq!(reserved(&shop, "A").await, 0);
        let second = orders.begin(&new).await.unwrap();

        assert_eq!(second.attempt, 2);
        assert_ne!(second.idempotency_key(), first.idempotency_key());
        let opened = orders.opened(second.id, &session("cs_2")).await.unwrap();
        assert_eq!(orders.abandon(second.id).await.unwrap(), opened);
        assert_eq!(reserved(&shop, "A").await, 1);
    }

    #[tokio::test]
    async fn a_cart_that_is_sold_is_not_sold_again() {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", Some(9))]).await;
        let orders = Orders::of(&shop);
        let shopper = Shopper::of(&shop).await;
        let (new, other) = (shopper.quoted(&[("A", 1)], None).await, shopper.quoted(&[("A", 2)], None).await);
        let order = orders.begin(&new).await.unwrap();
        let paid = notice(NoticeKind::CompletedPaid, &order, "cs_1");
        let mut connection = pool.acquire().await.unwrap();
        let arrived = Arrived { external_id: "evt_1", notice: &paid, now: noon() };
        orders.apply(&mut connection, order.id, &arrived).await.unwrap();

        for again in [new, other] {
            let refused = orders.begin(&again).await;
            assert!(matches!(refused, Err(BeginError::AlreadyOrdered { number: 1, state: OrderState::Paid, .. })));
        }
    }

    #[tokio::test]
    async fn a_quote_of_somebody_else_makes_no_order() {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", Some(9))]).await;
        let new = Shopper::of(&shop).await.quoted(&[("A", 1)], None).await;
        let somebody = Shopper::of(&shop).await;
        let elsewhere = shop_with(&pool, &[]).await;

        let theirs = NewOrder { conversation: somebody.conversation, ..new };
        assert!(matches!(Orders::of(&shop).begin(&theirs).await, Err(BeginError::NoSuchQuote(_))));
        assert!(matches!(Orders::of(&elsewhere).begin(&new).await, Err(BeginError::NoSuchQuote(_))));
    }
}
