//! Applying notices in the database.

use sqlx::PgConnection;

use crate::base::ids::OrderId;
use crate::checkout::apply::{Applied, Arrived};
use crate::checkout::decide::{Decision, Facts, decide};
use crate::checkout::order::Order;
use crate::checkout::state::{Effect, PersonReason, Transition};
use crate::checkout::stock::portions;
use crate::checkout::stock::store::take;
use crate::checkout::store::{Locked, OrderError, Orders};
use crate::pricing::store::CouponUse;

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
        let mut decision = self.decide_on(&mut *connection, &locked.order, arrived).await?;
        if !self.record(&mut *connection, &locked.order, arrived, &decision).await? {
            let transition = Transition::none(locked.order.state);
            return Ok(Applied { order: locked.order, transition, repeated: true });
        }
        for effect in decision.transition.effects.clone() {
            if self.carry_out(&mut *connection, &locked, effect).await? {
                decision.transition.effects.push(Effect::CallPerson(PersonReason::Oversold));
            }
        }
        let order = self.settle(connection, order, arrived, &decision).await?;
        Ok(Applied { order, transition: decision.transition, repeated: false })
    }

    async fn decide_on(
        &self,
        connection: &mut PgConnection,
        order: &Order,
        arrived: &Arrived<'_>,
    ) -> Result<Decision, OrderError> {
        let others = self.of_cart(connection, order.cart).await?;
        let facts = Facts {
            state: order.state,
            total: order.total,
            refunded: order.refunded,
            livemode: order.livemode,
            session: order.session.as_deref(),
            superseded: others.iter().any(|other| other.number > order.number),
            paid_elsewhere: others.iter().any(|other| other.id != order.id && other.state.takes_the_cart()),
        };
        Ok(decide(&facts, arrived.notice))
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
                for code in locked.quote.codes_used() {
                    let made = CouponUse { order: order.id, conversation: order.conversation, code };
                    self.coupons().record_in(&mut *connection, made).await?;
                }
            }
            Effect::ReleaseCoupon => self.coupons().give_back_in(connection, order.id).await?,
            Effect::CloseCart => {
                sqlx::query!(
                    "update carts set state = 'ordered', updated_at = now() where merchant_id = $1 and id = $2",
                    merchant.uuid(),
                    order.cart.uuid(),
                )
                .execute(connection)
                .await?;
            }
            Effect::Receipt
            | Effect::TellPending
            | Effect::TellFailed
            | Effect::OfferFreshLink
            | Effect::CallPerson(_) => {}
        }
        Ok(false)
    }

    async fn settle(
        &self,
        connection: &mut PgConnection,
        order: OrderId,
        arrived: &Arrived<'_>,
        decision: &Decision,
    ) -> Result<Order, OrderError> {
        let reason = decision.transition.person_called().map(PersonReason::as_str);
        sqlx::query!(
            "update orders set state = $3, refunded_minor = $4, session_id = coalesce(session_id, $5),
                 payment_intent = coalesce(payment_intent, $6), needs_person = coalesce($7, needs_person),
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
        )
        .execute(&mut *connection)
        .await?;
        Ok(self.locked(connection, order).await?.order)
    }
}
