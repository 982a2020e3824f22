//! Applying notices in the database.

use sqlx::PgConnection;
use sqlx::types::Json;

use crate::base::ids::{CartId, OrderId};
use crate::cart::CartLine;
use crate::checkout::apply::{Applied, Arrived};
use crate::checkout::decide::{Decision, Facts, decide};
use crate::checkout::notice::NoticeKind;
use crate::checkout::order::Order;
use crate::checkout::state::{Effect, OrderState, PersonReason, Transition};
use crate::checkout::stock::portions;
use crate::checkout::stock::store::take;
use crate::checkout::store::{Locked, OrderError, Orders};
use crate::pricing::quote::{Quote, Used};
use crate::pricing::store::Use;

impl Orders {
    /// Applies a notice to an order within the caller's transaction: writes the notice, the new state, and what that
    /// does to stock, coupon and cart. What is to be said, and to whom, is left to the caller, in the same
    /// transaction, from the effects returned. The cart and the order stay locked until the transaction ends.
    ///
    /// # Errors
    /// When there is no such order, or the database cannot be written.
    pub async fn apply(
        &self,
        connection: &mut PgConnection,
        order: OrderId,
        arrived: &Arrived<'_>,
    ) -> Result<Applied, OrderError> {
        let locked = self.lock(&mut *connection, order).await?;
        let others = self.of_cart(&mut *connection, locked.order.cart).await?;
        let sold = locked.order.state == OrderState::Review && self.was_paid(&mut *connection, order).await?;
        let mut decision = decide(&Facts { sold, ..facts(&locked.order, &others) }, arrived.notice);
        if !self.record(&mut *connection, &locked.order, arrived, &decision).await? {
            let transition = Transition::none(locked.order.state);
            return Ok(Applied { order: locked.order, transition, repeated: true });
        }
        if decision.transition.effects.contains(&Effect::CloseCart) {
            // The other pages of the cart are about to be closed: what they hold must not stand in this one's way.
            let open = others.iter().filter(|other| other.id != order && other.state.is_open());
            let open: Vec<OrderId> = open.map(|other| other.id).collect();
            self.supersede(&mut *connection, &open, &locked.quote).await?;
        }
        for effect in decision.transition.effects.clone() {
            if self.carry_out(&mut *connection, &locked, effect).await? {
                decision.transition.effects.push(Effect::CallPerson(PersonReason::Oversold));
            }
        }
        let order = self.settle(connection, (order, locked.order.state), arrived, &decision).await?;
        Ok(Applied { order, transition: decision.transition, repeated: false })
    }

    /// Whether a notice made it paid before.
    async fn was_paid(&self, connection: &mut PgConnection, order: OrderId) -> Result<bool, OrderError> {
        let paid = sqlx::query_scalar!(
            r#"select exists (select from order_notices
                              where merchant_id = $1 and order_id = $2 and to_state = 'paid') as "paid!""#,
            self.scope.merchant().uuid(),
            order.uuid(),
        );
        Ok(paid.fetch_one(connection).await?)
    }

    /// Writes the notice down; says whether it is new.
    async fn record(
        &self,
        connection: &mut PgConnection,
        order: &Order,
        arrived: &Arrived<'_>,
        decision: &Decision,
    ) -> Result<bool, OrderError> {
        let done = sqlx::query!(
            "insert into order_notices (order_id, merchant_id, external_id, notice, from_state, to_state, created_at)
             values ($1, $2, $3, $4, $5, $6, $7)
             on conflict (order_id, external_id) do nothing",
            order.id.uuid(),
            self.scope.merchant().uuid(),
            arrived.external_id,
            arrived.notice.kind.as_str(),
            order.state.as_str(),
            decision.transition.to.as_str(),
            arrived.now,
        )
        .execute(connection)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Carries out an effect on the shop's own data; says whether that oversold something.
    async fn carry_out(
        &self,
        connection: &mut PgConnection,
        locked: &Locked,
        effect: Effect,
    ) -> Result<bool, OrderError> {
        let (order, merchant) = (&locked.order, self.scope.merchant());
        match effect {
            Effect::TakeStock => {
                let oversold = take(&mut *connection, merchant, &portions(&locked.quote), &locked.held).await?;
                self.hold_nothing(connection, order.id).await?;
                return Ok(oversold);
            }
            Effect::ReleaseStock => self.release_stock(connection, locked).await?,
            Effect::UseCoupon => {
                for Used { name, is_coupon, off } in locked.quote.uses() {
                    let (order, conversation, at) = (order.id, order.conversation, order.created_at);
                    let made = Use { order, conversation, name, is_coupon, off, at };
                    self.coupons().record_in(&mut *connection, made).await?;
                }
            }
            Effect::ReleaseCoupon => self.coupons().give_back_in(connection, order.id).await?,
            Effect::CloseCart => self.close_cart(connection, locked).await?,
            Effect::ReopenCart => {
                // Into the cart that is open, if nothing is in it yet; else this one is opened again.
                sqlx::query!(
                    "with refilled as (
                         update carts c
                         set lines = old.lines, codes = old.codes, delivery = coalesce(c.delivery, old.delivery),
                             version = c.version + 1, updated_at = now()
                         from carts old
                         where old.merchant_id = $1 and old.id = $2 and old.state = 'ordered'
                           and c.conversation_id = old.conversation_id and c.state = 'open' and c.lines = '[]'
                         returning c.id
                     )
                     update carts set state = 'open', version = version + 1, updated_at = now()
                     where merchant_id = $1 and id = $2 and state = 'ordered' and not exists (select from refilled)
                       and not exists (select from carts c where c.conversation_id = $3 and c.state = 'open')",
                    merchant.uuid(),
                    order.cart.uuid(),
                    order.conversation.uuid(),
                )
                .execute(connection)
                .await?;
            }
            Effect::Receipt
            | Effect::TellPending
            | Effect::TellFailed
            | Effect::OfferFreshLink
            | Effect::TellRefunded
            | Effect::CallPerson(_) => {}
        }
        Ok(false)
    }

    /// The cart became an order. What the shopper put in after the page was opened, and did not pay with it, is in a
    /// new cart.
    async fn close_cart(&self, connection: &mut PgConnection, locked: &Locked) -> Result<(), OrderError> {
        let closed = sqlx::query_scalar!(
            r#"update carts set state = 'ordered', updated_at = now()
               where merchant_id = $1 and id = $2 and state = 'open'
               returning lines as "lines: Json<Vec<CartLine>>""#,
            self.scope.merchant().uuid(),
            locked.order.cart.uuid(),
        )
        .fetch_optional(&mut *connection)
        .await?;
        let Some(lines) = closed.filter(|_| locked.order.outdated) else { return Ok(()) };
        let left = left_over(lines.0, &locked.quote);
        if left.is_empty() {
            return Ok(());
        }
        sqlx::query!(
            "insert into carts (id, merchant_id, conversation_id, lines) values ($1, $2, $3, $4)",
            CartId::generate().uuid(),
            self.scope.merchant().uuid(),
            locked.order.conversation.uuid(),
            Json(left) as _,
        )
        .execute(connection)
        .await?;
        Ok(())
    }

    async fn settle(
        &self,
        connection: &mut PgConnection,
        (order, from): (OrderId, OrderState),
        arrived: &Arrived<'_>,
        decision: &Decision,
    ) -> Result<Order, OrderError> {
        let reason = decision.transition.person_called().map(PersonReason::as_str);
        let is_decided = from == OrderState::Review && NoticeKind::OF_STAFF.contains(&arrived.notice.kind);
        sqlx::query!(
            "update orders set state = $3, refunded_minor = $4, session_id = coalesce(session_id, $5),
                 payment_intent = coalesce(payment_intent, $6), needs_person = coalesce($7, needs_person),
                 needs_person_since = case when $7::text is not null and ($9 or needs_person_since is null) then $8
                                           when $9 then null
                                           else needs_person_since end,
                 updated_at = $8
             where merchant_id = $1 and id = $2",
            self.scope.merchant().uuid(),
            order.uuid(),
            decision.transition.to.as_str(),
            decision.refunded.minor(),
            arrived.notice.session,
            arrived.notice.payment_intent,
            reason,
            arrived.now,
            is_decided,
        )
        .execute(&mut *connection)
        .await?;
        Ok(self.locked(connection, order).await?.order)
    }
}

/// What is in a cart beyond what a quote has of it.
fn left_over(lines: Vec<CartLine>, quote: &Quote) -> Vec<CartLine> {
    let bought = portions(quote);
    let left = lines.into_iter().filter_map(|line| {
        let bought = bought.iter().find(|portion| portion.sku == line.sku).map_or(0, |portion| portion.quantity);
        let quantity = line.quantity.saturating_sub(bought.unsigned_abs());
        (quantity > 0).then_some(CartLine { quantity, ..line })
    });
    left.collect()
}

/// Whether the shopper has seen the cart cost something else since the page was opened; not where the newest page
/// charges the same again.
fn is_outdated(order: &Order, cart: &[Order]) -> bool {
    let same_again = cart
        .last()
        .is_some_and(|newest| newest.id != order.id && !newest.outdated && newest.fingerprint == order.fingerprint);
    order.outdated && !same_again
}

/// What the table needs to know of an order, among all orders of its cart.
fn facts<'a>(order: &'a Order, cart: &[Order]) -> Facts<'a> {
    Facts {
        state: order.state,
        total: order.total,
        refunded: order.refunded,
        livemode: order.livemode,
        session: order.session.as_deref(),
        superseded: cart.iter().any(|other| other.number > order.number),
        outdated: is_outdated(order, cart),
        sold: false,
        paid_elsewhere: cart.iter().any(|other| other.id != order.id && other.state.takes_the_cart()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::money::Money;
    use crate::base::store::Scope;
    use crate::cart::Change;
    use crate::cart::store::Carts;
    use crate::checkout::notice::PaymentNotice;
    use crate::checkout::store::samples::{Shopper, noon, notice, reserved, session, shop_with, stock};
    use crate::testing::fresh_database;

    async fn apply(shop: &Scope, order: OrderId, external_id: &str, notice: &PaymentNotice) -> Applied {
        let mut transaction = shop.pool().begin().await.unwrap();
        let arrived = Arrived { external_id, notice, now: noon() };
        let applied = Orders::of(shop).apply(&mut transaction, order, &arrived).await.unwrap();
        transaction.commit().await.unwrap();
        applied
    }

    async fn coupon_uses(shop: &Scope) -> i64 {
        let counted = sqlx::query_scalar!(
            r#"select count(*) as "count!" from coupon_uses where merchant_id = $1"#,
            shop.merchant().uuid()
        );
        counted.fetch_one(shop.pool()).await.unwrap()
    }

    async fn opened(shop: &Scope, shopper: &Shopper, lines: &[(&str, u32)], page: &str) -> Order {
        let orders = Orders::of(shop);
        let order = orders.begin(&shopper.quoted(lines, Some(1)).await).await.unwrap();
        orders.opened(order.id, &session(page)).await.unwrap()
    }

    #[tokio::test]
    async fn paid_takes_stock_closes_the_cart_and_happens_once() {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", Some(5))]).await;
        let shopper = Shopper::of(&shop).await;
        let order = opened(&shop, &shopper, &[("A", 2)], "cs_1").await;
        let paid = notice(NoticeKind::CompletedPaid, &order, "cs_1");

        let first = apply(&shop, order.id, "evt_1", &paid).await;
        let repeat = apply(&shop, order.id, "evt_1", &paid).await;
        let same_fact = apply(&shop, order.id, "evt_2", &paid).await;

        assert_eq!(first.order.state, OrderState::Paid);
        assert_eq!(first.order.payment_intent.as_deref(), Some("pi_cs_1"));
        assert!(first.transition.effects.contains(&Effect::Receipt));
        assert_eq!((repeat.repeated, repeat.transition), (true, Transition::none(OrderState::Paid)));
        assert_eq!((same_fact.repeated, same_fact.transition), (false, Transition::none(OrderState::Paid)));
        assert_eq!((stock(&shop, "A").await, reserved(&shop, "A").await), (Some(3), 0));
        assert_eq!(coupon_uses(&shop).await, 1);
        let held = sqlx::query_scalar!("select count(*) from orders where held <> '[]'");
        assert_eq!(held.fetch_one(&pool).await.unwrap(), Some(0));
        assert_ne!(Carts::of(&shop).open(shopper.conversation).await.unwrap().id(), order.cart);
    }

    #[tokio::test]
    async fn a_sale_is_noted_where_the_shop_counts_and_where_it_does_not() {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", Some(5)), ("B", None), ("C", Some(5))]).await;
        let order = opened(&shop, &Shopper::of(&shop).await, &[("A", 2), ("B", 1)], "cs_1").await;
        apply(&shop, order.id, "evt_1", &notice(NoticeKind::CompletedPaid, &order, "cs_1")).await;
        let shelves: Vec<(Option<i32>, i32)> =
            sqlx::query_as("select stock, stock_moves from variants order by sku").fetch_all(&pool).await.unwrap();
        assert_eq!(shelves, [(Some(3), 1), (None, 1), (Some(5), 0)]);
    }

    #[tokio::test]
    async fn one_notice_handed_to_many_at_once_gives_one_receipt() {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", Some(5))]).await;
        let order = opened(&shop, &Shopper::of(&shop).await, &[("A", 2)], "cs_1").await;
        let paid = notice(NoticeKind::CompletedPaid, &order, "cs_1");

        let ids = ["evt_1", "evt_1", "evt_2", "look-up", "evt_1"];
        let applied = futures::future::join_all(ids.map(|id| apply(&shop, order.id, id, &paid))).await;

        let receipts = applied.iter().filter(|done| done.transition.effects.contains(&Effect::Receipt)).count();
        assert_eq!(receipts, 1);
        assert_eq!((stock(&shop, "A").await, reserved(&shop, "A").await), (Some(3), 0));
    }

    #[tokio::test]
    async fn expired_lets_go_and_money_that_comes_later_still_counts() {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", Some(2))]).await;
        let order = opened(&shop, &Shopper::of(&shop).await, &[("A", 2)], "cs_1").await;

        let expired = apply(&shop, order.id, "evt_1", &notice(NoticeKind::Expired, &order, "cs_1")).await;
        assert!(expired.transition.effects.contains(&Effect::OfferFreshLink));
        assert_eq!((stock(&shop, "A").await, reserved(&shop, "A").await), (Some(2), 0));
        assert_eq!(coupon_uses(&shop).await, 0);

        let paid = apply(&shop, order.id, "evt_2", &notice(NoticeKind::CompletedPaid, &order, "cs_1")).await;
        assert_eq!(paid.order.state, OrderState::Paid);
        assert_eq!(paid.order.needs_person.as_deref(), Some("paid_after_expiry"));
        assert_eq!((stock(&shop, "A").await, reserved(&shop, "A").await), (Some(0), 0));
        assert_eq!(coupon_uses(&shop).await, 1);

        let late = apply(&shop, order.id, "evt_3", &notice(NoticeKind::Expired, &order, "cs_1")).await;
        assert_eq!((late.transition, late.order.state), (Transition::none(OrderState::Paid), OrderState::Paid));
    }

    #[tokio::test]
    async fn late_money_for_what_somebody_else_holds_calls_a_person() {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", Some(1))]).await;
        let late = opened(&shop, &Shopper::of(&shop).await, &[("A", 1)], "cs_1").await;
        apply(&shop, late.id, "evt_1", &notice(NoticeKind::Expired, &late, "cs_1")).await;
        let other = opened(&shop, &Shopper::of(&shop).await, &[("A", 1)], "cs_2").await;

        let paid = apply(&shop, late.id, "evt_2", &notice(NoticeKind::CompletedPaid, &late, "cs_1")).await;
        assert!(paid.transition.effects.contains(&Effect::CallPerson(PersonReason::Oversold)));
        assert_eq!((stock(&shop, "A").await, reserved(&shop, "A").await), (Some(0), 1));
        let paid = apply(&shop, other.id, "evt_3", &notice(NoticeKind::CompletedPaid, &other, "cs_2")).await;
        assert_eq!(paid.order.state, OrderState::Paid);
        assert_eq!(paid.order.needs_person.as_deref(), Some("oversold"));
        assert_eq!((stock(&shop, "A").await, reserved(&shop, "A").await), (Some(0), 0));
    }

    #[tokio::test]
    async fn an_older_page_paid_before_it_was_closed_is_a_sale_and_a_second_one_is_seen() {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", Some(1))]).await;
        let shopper = Shopper::of(&shop).await;
        let orders = Orders::of(&shop);
        let first = orders.begin(&shopper.quoted(&[("A", 1)], None).await).await.unwrap();
        orders.opened(first.id, &session("cs_1")).await.unwrap();
        let second = opened(&shop, &shopper, &[("A", 1)], "cs_2").await;

        let paid = apply(&shop, first.id, "evt_1", &notice(NoticeKind::CompletedPaid, &first, "cs_1")).await;
        // It charged what the shopper had seen before the last quote.
        assert_eq!(paid.order.state, OrderState::Paid);
        assert_eq!(paid.order.needs_person.as_deref(), Some("paid_old_page"));
        assert_eq!((stock(&shop, "A").await, reserved(&shop, "A").await), (Some(0), 0));
        let open = orders.outdated_pages(first.cart).await.unwrap();
        assert_eq!(open.len(), 1);

        let twice = apply(&shop, second.id, "evt_2", &notice(NoticeKind::CompletedPaid, &second, "cs_2")).await;
        assert_eq!(twice.order.needs_person.as_deref(), Some("paid_twice"));
        assert!(twice.transition.effects.contains(&Effect::CallPerson(PersonReason::Oversold)));
    }

    #[tokio::test]
    async fn what_was_added_after_the_page_was_opened_is_in_a_new_cart_once_the_old_page_is_paid() {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", Some(5)), ("B", Some(5))]).await;
        let (shopper, carts, orders) = (Shopper::of(&shop).await, Carts::of(&shop), Orders::of(&shop));
        let order = opened(&shop, &shopper, &[("A", 2)], "cs_1").await;
        let mut cart = carts.open(shopper.conversation).await.unwrap();
        let add = |sku: &str, quantity| Change::Add { sku: sku.parse().unwrap(), quantity };
        cart.change(&[add("A", 1), add("B", 3)]).unwrap();
        carts.save(&cart).await.unwrap();

        let pages = orders.only_payable(order.cart, Some(&order.fingerprint)).await.unwrap();
        assert_eq!(pages, [], "the page of this very quote may be paid");
        let pages = orders.only_payable(order.cart, None).await.unwrap();
        assert_eq!(pages.iter().map(|page| page.session.as_str()).collect::<Vec<_>>(), ["cs_1"]);
        let paid = apply(&shop, order.id, "evt_1", &notice(NoticeKind::CompletedPaid, &order, "cs_1")).await;

        assert_eq!(paid.order.needs_person.as_deref(), Some("paid_old_page"));
        let left = carts.open(shopper.conversation).await.unwrap();
        let lines: Vec<_> = left.lines().iter().map(|line| (line.sku.to_string(), line.quantity)).collect();
        assert_eq!(lines, [("B".to_owned(), 3)]);
        assert_ne!(left.id(), order.cart);
    }

    #[tokio::test]
    async fn a_page_closed_because_the_cart_changed_offers_nothing_and_lets_go() {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", Some(3))]).await;
        let shopper = Shopper::of(&shop).await;
        let order = opened(&shop, &shopper, &[("A", 1)], "cs_1").await;
        Orders::of(&shop).only_payable(order.cart, None).await.unwrap();

        let closed = apply(&shop, order.id, "evt_1", &notice(NoticeKind::Expired, &order, "cs_1")).await;

        assert!(!closed.transition.effects.contains(&Effect::OfferFreshLink));
        assert_eq!(reserved(&shop, "A").await, 0);
    }

    #[tokio::test]
    async fn what_a_person_was_called_to_waits_until_somebody_has_seen_to_it() {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", None)]).await;
        let (shopper, orders) = (Shopper::of(&shop).await, Orders::of(&shop));
        let order = opened(&shop, &shopper, &[("A", 1)], "cs_1").await;
        apply(&shop, order.id, "evt_1", &notice(NoticeKind::CompletedPaid, &order, "cs_1")).await;
        let waiting = async || orders.waiting_for_a_person(shopper.conversation).await.unwrap().len();
        assert_eq!(waiting().await, 0);

        apply(&shop, order.id, "evt_2", &notice(NoticeKind::Disputed, &order, "cs_1")).await;
        assert_eq!(waiting().await, 1);
        orders.seen_to(order.id).await.unwrap();
        assert_eq!(waiting().await, 0);

        // One that is held waits for a decision, not for a look.
        let part = PaymentNotice {
            amount: Some(Money::new(500, order.total.currency())),
            ..notice(NoticeKind::PartlyRefunded, &order, "cs_1")
        };
        apply(&shop, order.id, "evt_3", &part).await;
        let failed =
            apply(&shop, order.id, "evt_4", &PaymentNotice { kind: NoticeKind::RefundFailed, ..part }).await;
        assert_eq!((failed.order.state, failed.order.refunded.minor()), (OrderState::Review, 0));
        orders.seen_to(order.id).await.unwrap();
        assert_eq!(waiting().await, 1);
        let confirmed = PaymentNotice { session: None, ..notice(NoticeKind::StaffConfirmed, &order, "cs_1") };
        assert_eq!(apply(&shop, order.id, "evt_5", &confirmed).await.order.state, OrderState::Paid);
        assert_eq!(waiting().await, 0);
    }

    #[tokio::test]
    async fn a_decision_that_brings_up_something_new_leaves_that_to_be_seen_to() {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", Some(1))]).await;
        let (shopper, orders) = (Shopper::of(&shop).await, Orders::of(&shop));
        let order = opened(&shop, &shopper, &[("A", 1)], "cs_1").await;
        let odd = PaymentNotice {
            amount: Some(Money::new(1, order.total.currency())),
            ..notice(NoticeKind::CompletedPaid, &order, "cs_1")
        };
        apply(&shop, order.id, "evt_1", &odd).await;
        // Somebody else buys the last one meanwhile.
        sqlx::query("update variants set stock = 0, reserved = 0").execute(&pool).await.unwrap();
        sqlx::query("update orders set held = '[]'").execute(&pool).await.unwrap();

        let confirmed = PaymentNotice { session: None, ..notice(NoticeKind::StaffConfirmed, &order, "cs_1") };
        let paid = apply(&shop, order.id, "evt_2", &confirmed).await;
        assert_eq!((paid.order.state, paid.order.needs_person.as_deref()), (OrderState::Paid, Some("oversold")));
        assert_eq!(orders.waiting_for_a_person(shopper.conversation).await.unwrap().len(), 1);
        // Somebody who pressed late decides nothing and hides nothing.
        apply(&shop, order.id, "evt_3", &confirmed).await;
        assert_eq!(orders.waiting_for_a_person(shopper.conversation).await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn of_pages_of_one_cart_paid_at_once_all_but_one_are_seen_as_paid_again() {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", None)]).await;
        let shopper = Shopper::of(&shop).await;
        let mut made = Vec::new();
        for quantity in 1..=5 {
            let new = shopper.quoted(&[("A", quantity)], None).await;
            made.push(Orders::of(&shop).begin(&new).await.unwrap());
        }

        let paid = futures::future::join_all(made.iter().map(async |order| {
            apply(&shop, order.id, "evt", &notice(NoticeKind::CompletedPaid, order, &order.number.to_string()))
                .await
        }));

        let again = Some(PersonReason::PaidTwice);
        let seen = paid.await.iter().filter(|done| done.transition.person_called() == again).count();
        assert_eq!(seen, 4);
    }

    #[tokio::test]
    async fn a_page_closed_for_a_newer_one_offers_nothing() {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", Some(3))]).await;
        let shopper = Shopper::of(&shop).await;
        let first = opened(&shop, &shopper, &[("A", 1)], "cs_1").await;
        opened(&shop, &shopper, &[("A", 3)], "cs_2").await;

        let closed = apply(&shop, first.id, "evt_1", &notice(NoticeKind::Expired, &first, "cs_1")).await;

        assert_eq!(closed.order.state, OrderState::Expired);
        assert!(!closed.transition.effects.contains(&Effect::OfferFreshLink));
        assert_eq!((reserved(&shop, "A").await, coupon_uses(&shop).await), (3, 1));
    }

    #[tokio::test]
    async fn a_wrong_amount_is_for_a_person_and_takes_nothing() {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", Some(2))]).await;
        let order = opened(&shop, &Shopper::of(&shop).await, &[("A", 1)], "cs_1").await;
        let less = Some(Money::new(1, order.total.currency()));
        let paid = PaymentNotice { amount: less, ..notice(NoticeKind::CompletedPaid, &order, "cs_1") };

        let applied = apply(&shop, order.id, "evt_1", &paid).await;

        assert_eq!(applied.order.state, OrderState::Review);
        assert_eq!(applied.order.needs_person.as_deref(), Some("amount_differs"));
        assert_eq!(applied.transition.effects, [Effect::CallPerson(PersonReason::AmountDiffers)]);
        assert_eq!((stock(&shop, "A").await, reserved(&shop, "A").await), (Some(2), 1));
    }

    #[tokio::test]
    async fn what_a_promised_payment_was_for_is_in_the_cart_again_when_it_fails() {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", Some(5)), ("B", None)]).await;
        let carts = Carts::of(&shop);
        let put = async |shopper: &Shopper, sku: &str| {
            let mut cart = carts.open(shopper.conversation).await.unwrap();
            cart.change(&[Change::Add { sku: sku.parse().unwrap(), quantity: 2 }]).unwrap();
            carts.save(&cart).await.unwrap();
        };
        for (begun, expected) in [(None, "A"), (Some(""), "A"), (Some("B"), "B")] {
            let shopper = Shopper::of(&shop).await;
            put(&shopper, "A").await;
            let page = format!("cs_{}", shopper.conversation);
            let order = opened(&shop, &shopper, &[("A", 2)], &page).await;
            apply(&shop, order.id, "evt_1", &notice(NoticeKind::CompletedUnpaid, &order, &page)).await;
            // They look at their new cart meanwhile, or fill it.
            match begun {
                Some("") => assert!(carts.open(shopper.conversation).await.unwrap().is_empty()),
                Some(sku) => put(&shopper, sku).await,
                None => {}
            }
            apply(&shop, order.id, "evt_2", &notice(NoticeKind::AsyncFailed, &order, &page)).await;
            let cart = carts.open(shopper.conversation).await.unwrap();
            let skus: Vec<String> = cart.lines().iter().map(|line| line.sku.to_string()).collect();
            assert_eq!(skus, [expected], "{begun:?}");
        }
    }

    #[tokio::test]
    async fn what_is_held_for_a_person_is_sold_given_back_or_dropped_as_they_say() {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", Some(10))]).await;
        let (paid, failed, refunded) = (OrderState::Paid, OrderState::PaymentFailed, OrderState::Refunded);
        let table = [
            (NoticeKind::StaffConfirmed, paid, 9, true),
            (NoticeKind::StaffDismissed, failed, 9, false),
            (NoticeKind::StaffRefunded, refunded, 9, false),
        ];
        for (place, (kind, expected, left, receipt)) in table.into_iter().enumerate() {
            let page = format!("cs_{place}");
            let new = Shopper::of(&shop).await.quoted(&[("A", 1)], None).await;
            let order = Orders::of(&shop).begin(&new).await.unwrap();
            let order = Orders::of(&shop).opened(order.id, &session(&page)).await.unwrap();
            let less = Some(Money::new(1, order.total.currency()));
            let odd = PaymentNotice { amount: less, ..notice(NoticeKind::CompletedPaid, &order, &page) };
            assert_eq!(apply(&shop, order.id, "evt_1", &odd).await.order.state, OrderState::Review);
            let settled = PaymentNotice { amount: less, session: None, ..notice(kind, &order, &page) };
            let done = apply(&shop, order.id, "evt_2", &settled).await;
            assert_eq!(done.order.state, expected, "{kind:?}");
            assert_eq!((stock(&shop, "A").await, reserved(&shop, "A").await), (Some(left), 0), "{kind:?}");
            assert_eq!(done.transition.effects.contains(&Effect::Receipt), receipt, "{kind:?}");
            let again = apply(&shop, order.id, "evt_3", &settled).await;
            assert_eq!(again.transition, Transition::none(expected), "{kind:?} said twice");
        }
    }

    #[tokio::test]
    async fn a_sale_that_was_held_afterwards_is_not_sold_a_second_time() {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", Some(5))]).await;
        let order = opened(&shop, &Shopper::of(&shop).await, &[("A", 2)], "cs_1").await;
        let paid = notice(NoticeKind::CompletedPaid, &order, "cs_1");
        apply(&shop, order.id, "evt_1", &paid).await;
        let odd = PaymentNotice { amount: Some(Money::new(1, order.total.currency())), ..paid.clone() };
        assert_eq!(apply(&shop, order.id, "evt_2", &odd).await.order.state, OrderState::Review);
        let confirmed = PaymentNotice { kind: NoticeKind::StaffConfirmed, ..paid };
        let done = apply(&shop, order.id, "evt_3", &confirmed).await;
        assert_eq!((done.order.state, done.transition.effects), (OrderState::Paid, Vec::new()));
        assert_eq!((stock(&shop, "A").await, reserved(&shop, "A").await), (Some(3), 0));
    }

    #[tokio::test]
    async fn refunds_add_up_as_reported_in_any_order() {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", None)]).await;
        let order = opened(&shop, &Shopper::of(&shop).await, &[("A", 1)], "cs_1").await;
        let currency = order.total.currency();
        let part = |minor| PaymentNotice {
            amount: Some(Money::new(minor, currency)),
            session: None,
            ..notice(NoticeKind::PartlyRefunded, &order, "cs_1")
        };
        apply(&shop, order.id, "evt_1", &notice(NoticeKind::CompletedPaid, &order, "cs_1")).await;

        let mut seen = Vec::new();
        for (event, minor) in [("evt_2", 500), ("evt_4", 4000), ("evt_3", 2000)] {
            let applied = apply(&shop, order.id, event, &part(minor)).await;
            seen.push((applied.order.state, applied.order.refunded.minor()));
        }
        let whole = apply(&shop, order.id, "evt_5", &notice(NoticeKind::Refunded, &order, "cs_1")).await;

        let partly = OrderState::PartlyRefunded;
        assert_eq!(seen, [(partly, 500), (partly, 4000), (partly, 4000)]);
        assert_eq!((whole.order.state, whole.order.refunded), (OrderState::Refunded, order.total));
    }

    #[tokio::test]
    async fn what_the_caller_takes_back_never_happened() {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", Some(2))]).await;
        let order = opened(&shop, &Shopper::of(&shop).await, &[("A", 1)], "cs_1").await;
        let paid = notice(NoticeKind::CompletedPaid, &order, "cs_1");
        let arrived = Arrived { external_id: "evt_1", notice: &paid, now: noon() };

        let mut transaction = pool.begin().await.unwrap();
        Orders::of(&shop).apply(&mut transaction, order.id, &arrived).await.unwrap();
        transaction.rollback().await.unwrap();

        assert_eq!(Orders::of(&shop).find(order.id).await.unwrap(), Some(order.clone()));
        assert_eq!((stock(&shop, "A").await, reserved(&shop, "A").await), (Some(2), 1));
        assert!(!apply(&shop, order.id, "evt_1", &paid).await.repeated);
    }

    #[tokio::test]
    async fn an_order_of_another_merchant_is_not_there() {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", None)]).await;
        let order = opened(&shop, &Shopper::of(&shop).await, &[("A", 1)], "cs_1").await;
        let paid = notice(NoticeKind::CompletedPaid, &order, "cs_1");
        let elsewhere = Orders::of(&shop_with(&pool, &[]).await);
        let arrived = Arrived { external_id: "evt_1", notice: &paid, now: noon() };

        let applied = elsewhere.apply(&mut pool.acquire().await.unwrap(), order.id, &arrived).await;

        assert!(matches!(applied, Err(OrderError::NoSuchOrder(id)) if id == order.id));
    }
}
