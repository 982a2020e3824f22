//! One order with all that is kept of it, read from the database.

use std::collections::HashMap;

use crate::base::ids::{OrderId, StaffId};
use crate::checkout::notice::UnknownNotice;
use crate::checkout::record::{Noted, Record, decided_by};
use crate::checkout::state::UnknownState;
use crate::checkout::store::{OrderError, Orders};
use crate::pricing::store::quotes::Quotes;

/// The most notices of one order that are read: the newest.
const HISTORY_MAX: i64 = 100;

impl Orders {
    /// The order of this number, with all that is kept of it.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn recorded(&self, number: i64) -> Result<Option<Record>, OrderError> {
        let Some(order) = self.numbered(number).await? else { return Ok(None) };
        let Some(kept) = Quotes::of(&self.scope).find(order.quote).await? else { return Ok(None) };
        let history = self.history(order.id).await?;
        Ok(Some(Record { order, quote: kept.quote, history }))
    }

    async fn history(&self, order: OrderId) -> Result<Vec<Noted>, OrderError> {
        let rows = sqlx::query!(
            "select external_id, notice, from_state, to_state, created_at from order_notices
             where merchant_id = $1 and order_id = $2 order by created_at desc, external_id desc limit $3",
            self.scope.merchant().uuid(),
            order.uuid(),
            HISTORY_MAX,
        )
        .fetch_all(self.scope.pool())
        .await?;
        let known =
            |state: &str| state.parse().map_err(|unknown: UnknownState| sqlx::Error::Decode(Box::new(unknown)));
        let people: Vec<StaffId> = rows.iter().filter_map(|row| decided_by(&row.external_id)).collect();
        let names = self.names(&people).await?;
        let noted = rows.into_iter().rev().map(|row| {
            Ok(Noted {
                from: known(&row.from_state)?,
                to: known(&row.to_state)?,
                at: row.created_at,
                by: decided_by(&row.external_id).and_then(|staff| names.get(&staff).cloned()),
                kind: row
                    .notice
                    .parse()
                    .map_err(|unknown: UnknownNotice| sqlx::Error::Decode(Box::new(unknown)))?,
            })
        });
        Ok(noted.collect::<Result<_, sqlx::Error>>()?)
    }

    /// What people of the shop are called, those who have left among them.
    async fn names(&self, people: &[StaffId]) -> Result<HashMap<StaffId, String>, OrderError> {
        if people.is_empty() {
            return Ok(HashMap::new());
        }
        let named = sqlx::query!(
            r#"select id as "id: StaffId", name from staff where merchant_id = $1 and id = any($2)"#,
            self.scope.merchant().uuid(),
            &people.iter().map(|staff| staff.uuid()).collect::<Vec<_>>(),
        )
        .fetch_all(self.scope.pool())
        .await?;
        Ok(named.into_iter().map(|row| (row.id, row.name)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::money::Money;
    use crate::checkout::apply::Arrived;
    use crate::checkout::notice::{NoticeKind, PaymentNotice};
    use crate::checkout::record::decision;
    use crate::checkout::state::OrderState;
    use crate::checkout::store::samples::{Shopper, noon, notice, session, shop_with};
    use crate::merchants::staff::Role;
    use crate::merchants::staff::store::Staff;
    use crate::testing::fresh_database;

    #[tokio::test]
    async fn what_was_heard_of_a_payment_is_kept_in_order_and_says_who_decided() {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", Some(5))]).await;
        let orders = Orders::of(&shop);
        let order = orders.begin(&Shopper::of(&shop).await.quoted(&[("A", 2)], Some(1)).await).await.unwrap();
        let order = orders.opened(order.id, &session("cs_1")).await.unwrap();
        let email = "ana@shop.example".parse().unwrap();
        let ana = Staff::of(&shop).add(email, "Ana", Role::Agent, "correct horse".to_owned().into()).await.unwrap();
        let odd = PaymentNotice {
            amount: Some(Money::new(1, order.total.currency())),
            ..notice(NoticeKind::CompletedPaid, &order, "cs_1")
        };
        let decided = PaymentNotice { session: None, ..notice(NoticeKind::StaffConfirmed, &order, "cs_1") };
        let name = decision(order.id, NoticeKind::StaffConfirmed, ana, "once");
        for (external_id, notice, minutes) in [("evt_1", &odd, 0), (&name, &decided, 5)] {
            let now = noon() + chrono::TimeDelta::minutes(minutes);
            let arrived = Arrived { external_id, notice, now };
            orders.apply(&mut pool.acquire().await.unwrap(), order.id, &arrived).await.unwrap();
        }

        let record = orders.recorded(order.number).await.unwrap().unwrap();
        assert_eq!((record.order.state, record.quote.total()), (OrderState::Paid, order.total));
        assert_eq!((record.quote.lines().len(), record.quote.discounts().len()), (1, 1));
        let heard: Vec<_> =
            record.history.iter().map(|noted| (noted.kind, noted.to, noted.by.as_deref())).collect();
        let expected = [
            (NoticeKind::CompletedPaid, OrderState::Review, None),
            (NoticeKind::StaffConfirmed, OrderState::Paid, Some("Ana")),
        ];
        assert_eq!(heard, expected);
    }
}
