//! The list of orders, read page by page, and how many there are of each kind.

use sqlx::types::Json;

use crate::base::clock::Time;
use crate::base::ids::{ConversationId, OrderId};
use crate::base::money::{Currency, Money};
use crate::cart::delivery::Delivery;
use crate::checkout::list::{Counts, Listed, OrderFilter, OrderPage, Show, Standing};
use crate::checkout::state::{OrderState, UnknownState};
use crate::checkout::store::{OrderError, Orders};
use crate::pricing::quote::Quote;

/// How many orders a page of the list has.
pub const PAGE_ROWS: usize = 40;

/// One row of `page.sql`.
struct Row {
    id: OrderId,
    number: i64,
    conversation: ConversationId,
    name: Option<String>,
    phone: Option<String>,
    quote: Json<Quote>,
    state: String,
    outdated: bool,
    needs_person: bool,
    currency: Currency,
    total_minor: i64,
    refunded_minor: i64,
    livemode: bool,
    created_at: Time,
    paid_at: Option<Time>,
    delivery: Option<Json<Delivery>>,
}

impl TryFrom<Row> for Listed {
    type Error = sqlx::Error;
    fn try_from(row: Row) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.id,
            number: row.number,
            conversation: row.conversation,
            name: row.name,
            phone: row.phone,
            quote: row.quote.0,
            standing: Standing::of(known(&row.state)?, row.outdated),
            needs_person: row.needs_person,
            total: Money::new(row.total_minor, row.currency),
            refunded: Money::new(row.refunded_minor, row.currency),
            livemode: row.livemode,
            created_at: row.created_at,
            paid_at: row.paid_at,
            delivery: row.delivery.map(|delivery| delivery.0),
        })
    }
}

fn known(state: &str) -> Result<OrderState, sqlx::Error> {
    state.parse().map_err(|unknown: UnknownState| sqlx::Error::Decode(Box::new(unknown)))
}

impl Orders {
    /// At most so many orders of a kind, the newest first, with numbers below `before` if given. One walk down the
    /// numbers of the shop, cut at the page's length.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn list(
        &self,
        filter: &OrderFilter,
        before: Option<i64>,
        rows_max: usize,
    ) -> Result<OrderPage, OrderError> {
        let search = filter.search.as_ref();
        let rows = sqlx::query_file_as!(
            Row,
            "src/checkout/list/page.sql",
            self.scope.merchant().uuid(),
            &filter.show.words(),
            filter.show == Show::NeedsPerson,
            filter.sold_since,
            search.map(|search| search.pattern.as_str()),
            search.and_then(|search| search.number),
            search.and_then(|search| search.digits.as_deref()),
            before,
            i64::try_from(rows_max.saturating_add(1)).unwrap_or(i64::MAX),
        )
        .fetch_all(self.scope.pool())
        .await?;
        let has_more = rows.len() > rows_max;
        let rows = rows.into_iter().take(rows_max).map(Listed::try_from).collect::<Result<Vec<_>, _>>()?;
        let next = rows.last().filter(|_| has_more).map(|last| last.number);
        Ok(OrderPage { rows, next })
    }

    /// How many orders there are of each kind, among those the filter would find of all kinds.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn counts(&self, filter: &OrderFilter) -> Result<Counts, OrderError> {
        let search = filter.search.as_ref();
        let rows = sqlx::query_file!(
            "src/checkout/list/counts.sql",
            self.scope.merchant().uuid(),
            filter.sold_since,
            search.map(|search| search.pattern.as_str()),
            search.and_then(|search| search.number),
            search.and_then(|search| search.digits.as_deref()),
        )
        .fetch_all(self.scope.pool())
        .await?;
        let counted = rows
            .into_iter()
            .map(|row| Ok((Standing::of(known(&row.state)?, row.outdated), row.needs_person, row.count)));
        Ok(Counts(counted.collect::<Result<_, sqlx::Error>>()?))
    }
}

#[cfg(test)]
mod tests {
    use sqlx::PgPool;

    use super::*;
    use crate::base::store::Scope;
    use crate::cart::delivery::samples::delivery;
    use crate::checkout::list::OrderSearch;
    use crate::checkout::store::samples::{Shopper, shop_with};
    use crate::testing::fresh_database;

    fn everything() -> OrderFilter {
        OrderFilter { show: Show::All, sold_since: None, search: None }
    }

    fn numbers(page: &OrderPage) -> Vec<i64> {
        page.rows.iter().map(|row| row.number).collect()
    }

    /// So many orders of one shopper each, of one A.
    async fn order(shop: &Scope, count: usize) -> Vec<OrderId> {
        let mut made = Vec::new();
        for _ in 0..count {
            let new = Shopper::of(shop).await.quoted(&[("A", 1)], None).await;
            made.push(Orders::of(shop).begin(&new).await.unwrap().id);
        }
        made
    }

    async fn becomes(pool: &PgPool, order: OrderId, what: &str) {
        let done = sqlx::query(sqlx::AssertSqlSafe(format!("update orders set {what} where id = $1")))
            .bind(order.uuid())
            .execute(pool)
            .await
            .unwrap();
        assert_eq!(done.rows_affected(), 1);
    }

    #[tokio::test]
    async fn orders_are_listed_the_newest_first_and_page_by_page() {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", None)]).await;
        order(&shop, 5).await;
        let orders = Orders::of(&shop);

        let mut seen = Vec::new();
        let mut before = None;
        loop {
            let page = orders.list(&everything(), before, 2).await.unwrap();
            seen.push(numbers(&page));
            before = page.next;
            if before.is_none() {
                break;
            }
        }
        assert_eq!(seen, [vec![5, 4], vec![3, 2], vec![1]]);
    }

    #[tokio::test]
    async fn each_kind_lists_as_many_as_it_counts() {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", None)]).await;
        let made = order(&shop, OrderState::ALL.len() + 3).await;
        for (order, state) in made.iter().zip(OrderState::ALL) {
            becomes(&pool, *order, &format!("state = '{state}'")).await;
        }
        let [.., closed, replaced, disputed] = made[..] else { panic!("too few") };
        becomes(&pool, closed, "state = 'expired', outdated_at = now()").await;
        becomes(&pool, replaced, "state = 'awaiting_payment', outdated_at = now()").await;
        becomes(&pool, disputed, "state = 'paid', needs_person_since = now()").await;

        let orders = Orders::of(&shop);
        let counts = orders.counts(&everything()).await.unwrap();
        let mut found = Vec::new();
        for show in Show::ALL {
            let page = orders.list(&OrderFilter { show, ..everything() }, None, 40).await.unwrap();
            assert_eq!(i64::try_from(page.rows.len()).unwrap(), counts.of(show), "{show:?}");
            assert!(page.rows.iter().all(|row| show.holds(row.standing, row.needs_person)), "{show:?}");
            found.push((show, page.rows.len()));
        }
        let expected = [12, 3, 3, 2, 2, 4];
        assert_eq!(found, Show::ALL.into_iter().zip(expected).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn an_order_is_found_by_its_number_shopper_recipient_and_what_is_in_it() {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", None), ("TAZA-AZ", None)]).await;
        order(&shop, 2).await;
        let shopper = Shopper::of(&shop).await;
        sqlx::query("update conversations set name = 'José María Peña', phone = '525598765432' where id = $1")
            .bind(shopper.conversation.uuid())
            .execute(&pool)
            .await
            .unwrap();
        let third =
            Orders::of(&shop).begin(&shopper.quoted(&[("A", 1), ("TAZA-AZ", 2)], None).await).await.unwrap();
        Orders::of(&shop).save_delivery(third.id, &delivery()).await.unwrap();

        let found = async |typed: &str| {
            let filter = OrderFilter { search: OrderSearch::new(typed), ..everything() };
            let orders = Orders::of(&shop);
            let page = orders.list(&filter, None, 40).await.unwrap();
            let counted = orders.counts(&filter).await.unwrap().of(Show::All);
            assert_eq!(i64::try_from(page.rows.len()).unwrap(), counted, "{typed}");
            numbers(&page)
        };
        for typed in [
            "3",
            "#3",
            "jose pena",
            "jose  maria",
            "peña",
            "+52 55 9876 5432",
            "98765",
            "taza-az",
            "TAZA",
            "ana perez",
        ] {
            assert_eq!(found(typed).await, [3], "{typed}");
        }
        assert_eq!(found("A").await, [3, 2, 1]);
        for typed in ["#4", "nobody", "%", "_", "\\", "\0x"] {
            assert_eq!(found(typed).await, Vec::<i64>::new(), "{typed}");
        }
    }

    #[tokio::test]
    async fn nobody_sees_the_orders_of_another_shop() {
        let pool = fresh_database().await;
        let (mine, theirs) = (shop_with(&pool, &[("A", None)]).await, shop_with(&pool, &[("A", None)]).await);
        order(&theirs, 2).await;
        let orders = Orders::of(&mine);
        assert_eq!(orders.list(&everything(), None, 40).await.unwrap().rows, []);
        assert_eq!(orders.counts(&everything()).await.unwrap().of(Show::All), 0);
        assert_eq!(orders.recorded(1).await.unwrap(), None);
    }
}
