//! What was sold, counted in the database.

use chrono_tz::Tz;

use crate::base::clock::Time;
use crate::base::money::{Currency, Money};
use crate::checkout::sales::{Period, Sales, Sold};
use crate::checkout::store::{OrderError, Orders};

impl Orders {
    /// What the shop has sold until now, by the calendar of this zone. The same orders as those that
    /// [`Orders::list`] finds as sold since a period began.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn sales(&self, currency: Currency, zone: Tz, now: Time) -> Result<Sales, OrderError> {
        let [today, week, month] = Period::ALL.map(|period| period.since(zone, now));
        let row = sqlx::query!(
            r#"select count(*) filter (where paid_at >= $2) as "today!",
                      coalesce(sum(total_minor) filter (where paid_at >= $2), 0)::bigint as "today_taken!",
                      coalesce(sum(refunded_minor) filter (where paid_at >= $2), 0)::bigint as "today_refunded!",
                      count(*) filter (where paid_at >= $3) as "week!",
                      coalesce(sum(total_minor) filter (where paid_at >= $3), 0)::bigint as "week_taken!",
                      coalesce(sum(refunded_minor) filter (where paid_at >= $3), 0)::bigint as "week_refunded!",
                      count(*) as "month!", coalesce(sum(total_minor), 0)::bigint as "month_taken!",
                      coalesce(sum(refunded_minor), 0)::bigint as "month_refunded!"
               from orders_sold($1, $4)"#,
            self.scope.merchant().uuid(),
            today,
            week,
            month,
        )
        .fetch_one(self.scope.pool())
        .await?;
        let sold = |orders, taken, refunded| Sold {
            orders,
            taken: Money::new(taken, currency),
            refunded: Money::new(refunded, currency),
        };
        Ok(Sales {
            today: sold(row.today, row.today_taken, row.today_refunded),
            week: sold(row.week, row.week_taken, row.week_refunded),
            month: sold(row.month, row.month_taken, row.month_refunded),
        })
    }
}

#[cfg(test)]
mod tests {
    use sqlx::PgPool;

    use super::*;
    use crate::base::store::Scope;
    use crate::checkout::apply::Arrived;
    use crate::checkout::list::{OrderFilter, Show};
    use crate::checkout::notice::{NoticeKind, PaymentNotice};
    use crate::checkout::order::Order;
    use crate::checkout::store::samples::{Shopper, notice, session, shop_with};
    use crate::testing::fresh_database;

    fn time(text: &str) -> Time {
        text.parse().unwrap()
    }

    fn pesos(minor: i64) -> Money {
        Money::new(minor, "MXN".parse().unwrap())
    }

    /// An order of one A at 100.00, with an open page.
    async fn opened(shop: &Scope) -> Order {
        let orders = Orders::of(shop);
        let order = orders.begin(&Shopper::of(shop).await.quoted(&[("A", 1)], None).await).await.unwrap();
        let page = format!("cs_{}", order.id);
        orders.opened(order.id, &session(&page)).await.unwrap()
    }

    async fn hears(shop: &Scope, order: &Order, kind: NoticeKind, amount: Option<Money>, at: Time) {
        let page = order.session.clone().unwrap();
        let notice = PaymentNotice { amount: amount.or(Some(order.total)), ..notice(kind, order, &page) };
        let mut connection = shop.pool().acquire().await.unwrap();
        let external_id = format!("evt_{kind:?}_{at}");
        let arrived = Arrived { external_id: &external_id, notice: &notice, now: at };
        Orders::of(shop).apply(&mut connection, order.id, &arrived).await.unwrap();
    }

    async fn paid(shop: &Scope, at: &str) -> Order {
        let order = opened(shop).await;
        hears(shop, &order, NoticeKind::CompletedPaid, None, time(at)).await;
        order
    }

    /// The sales of each period, which are those of the list: how many, what is left, what was given back.
    async fn sales(shop: &Scope, zone: Tz, now: Time) -> [(i64, i64, i64); 3] {
        let orders = Orders::of(shop);
        let sales = orders.sales(pesos(0).currency(), zone, now).await.unwrap();
        for period in Period::ALL {
            let filter = OrderFilter { show: Show::All, sold_since: Some(period.since(zone, now)), search: None };
            let listed = orders.list(&filter, None, 100).await.unwrap().rows;
            let sum = |amount: fn(&crate::checkout::list::Listed) -> Money| {
                listed.iter().map(|row| amount(row).minor()).sum::<i64>()
            };
            let sold = sales.of(period);
            assert_eq!(
                (i64::try_from(listed.len()).unwrap(), sum(|row| row.total), sum(|row| row.refunded)),
                (sold.orders, sold.taken.minor(), sold.refunded.minor()),
                "{period:?} in {zone}"
            );
            assert_eq!(orders.counts(&filter).await.unwrap().of(Show::All), sold.orders, "{period:?}");
        }
        Period::ALL.map(|period| {
            let sold = sales.of(period);
            (sold.orders, sold.kept().unwrap().minor(), sold.refunded.minor())
        })
    }

    #[tokio::test]
    async fn a_sale_is_of_the_day_on_which_its_money_came_where_the_shop_is() {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", None)]).await;
        // One minute before midnight in Mexico, midnight, a week before that to the minute, and a month.
        let times = [
            "2026-11-20T05:59:59Z",
            "2026-11-20T06:00:00Z",
            "2026-11-14T05:59:59Z",
            "2026-11-14T06:00:00Z",
            "2026-10-22T05:59:59Z",
            "2026-10-22T06:00:00Z",
        ];
        for at in times {
            paid(&shop, at).await;
        }
        let now = time("2026-11-20T18:00:00Z");
        let check = async |zone: &str, orders: [i64; 3]| {
            let expected = orders.map(|count| (count, count * 10000, 0));
            assert_eq!(sales(&shop, zone.parse().unwrap(), now).await, expected, "{zone}");
        };
        check("America/Mexico_City", [1, 3, 5]).await;
        check("UTC", [2, 4, 6]).await;
        // It is the 21st there already.
        check("Pacific/Auckland", [0, 2, 4]).await;
    }

    #[tokio::test]
    async fn what_was_given_back_is_taken_off_and_what_came_to_nothing_is_not_counted() {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", None)]).await;
        let (at, now) = (time("2026-11-20T15:00:00Z"), time("2026-11-20T18:00:00Z"));
        paid(&shop, "2026-11-20T15:00:00Z").await;
        // Paid days ago, and given back in part today: taken off on the day of the sale.
        let partly = paid(&shop, "2026-11-18T15:00:00Z").await;
        hears(&shop, &partly, NoticeKind::PartlyRefunded, Some(pesos(2500)), at).await;
        let undone = paid(&shop, "2026-11-20T15:00:00Z").await;
        hears(&shop, &undone, NoticeKind::Refunded, None, at).await;
        let late = opened(&shop).await;
        hears(&shop, &late, NoticeKind::Expired, None, at).await;
        let promised = opened(&shop).await;
        hears(&shop, &promised, NoticeKind::CompletedUnpaid, None, at).await;
        let odd = opened(&shop).await;
        hears(&shop, &odd, NoticeKind::CompletedPaid, Some(pesos(1)), at).await;
        opened(&shop).await;

        let utc = chrono_tz::UTC;
        assert_eq!(sales(&shop, utc, now).await, [(2, 10000, 10000), (3, 17500, 12500), (3, 17500, 12500)]);

        // A person decides that the odd one is paid.
        hears(&shop, &odd, NoticeKind::StaffConfirmed, None, now).await;
        assert_eq!(sales(&shop, utc, now).await[0], (3, 20000, 10000));

        // Another odd one is given back: its money was never taken.
        let odd = opened(&shop).await;
        hears(&shop, &odd, NoticeKind::CompletedPaid, Some(pesos(1)), at).await;
        hears(&shop, &odd, NoticeKind::StaffRefunded, None, now).await;
        assert_eq!(sales(&shop, utc, now).await[0], (3, 20000, 10000));
    }

    #[tokio::test]
    async fn test_money_other_currencies_and_other_shops_are_not_counted() {
        let pool = fresh_database().await;
        let (shop, theirs) = (shop_with(&pool, &[("A", None)]).await, shop_with(&pool, &[("A", None)]).await);
        let now = time("2026-11-20T18:00:00Z");
        let [test, foreign] =
            [paid(&shop, "2026-11-20T15:00:00Z").await, paid(&shop, "2026-11-20T15:00:00Z").await];
        paid(&shop, "2026-11-20T15:00:00Z").await;
        paid(&theirs, "2026-11-20T15:00:00Z").await;
        is_live(&pool, &shop).await;
        for (order, what) in [(test, "livemode = false"), (foreign, "currency = 'USD'")] {
            let change = format!("update orders set {what} where id = $1");
            sqlx::query(sqlx::AssertSqlSafe(change)).bind(order.id.uuid()).execute(&pool).await.unwrap();
        }
        assert_eq!(sales(&shop, chrono_tz::UTC, now).await[0], (1, 10000, 0));
    }

    async fn is_live(pool: &PgPool, shop: &Scope) {
        sqlx::query("insert into payment_accounts values ($1, '', '', true)")
            .bind(shop.merchant().uuid())
            .execute(pool)
            .await
            .unwrap();
    }
}
