//! Orders in the database: reading them, and what happens to them apart from notices.
//!
//! Whoever changes an order locks its cart first, then the order, then shelves by SKU: two of them at once wait for
//! each other and do not deadlock.

use sqlx::PgConnection;
use sqlx::types::Json;

use crate::base::clock::Time;
use crate::base::fingerprint::Fingerprint;
use crate::base::ids::{CartId, ConversationId, MerchantId, OrderId, QuoteId};
use crate::base::money::{Currency, Money};
use crate::base::store::Scope;
use crate::cart::delivery::Delivery;
use crate::checkout::notice::PaymentNotice;
use crate::checkout::order::Order;
use crate::checkout::payments::Session;
use crate::checkout::state::{OrderState, UnknownState};
use crate::checkout::stock::store::{lock, release};
use crate::checkout::stock::{Portion, portions};
use crate::pricing::quote::Quote;
use crate::pricing::store::{Coupons, PricingStoreError};

/// The most orders of one conversation that are read at once.
const ORDERS_READ_MAX: i64 = 20;
/// Why an order could not be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    /// The shop has no such order.
    #[error("there is no order {0}")]
    NoSuchOrder(OrderId),
    /// The order has another pay page already.
    #[error("the order {0} has another pay page already")]
    AnotherSession(OrderId),
    /// The page takes test money for a real order, or the other way round.
    #[error("the pay page of order {0} is not in the order's mode")]
    WrongMode(OrderId),
    /// A coupon could not be used or given back.
    #[error("the order's coupon could not be changed")]
    Coupon(#[from] PricingStoreError),
    /// The database did not answer as hoped.
    #[error("the database could not read or change an order")]
    Database(#[from] sqlx::Error),
}

/// The orders of one merchant.
#[derive(Clone, Debug)]
pub struct Orders {
    pub(in crate::checkout) scope: Scope,
}

/// An order whose row is locked, with what it was made of and what it keeps.
pub(in crate::checkout) struct Locked {
    pub(in crate::checkout) order: Order,
    pub(in crate::checkout) quote: Quote,
    pub(in crate::checkout) held: Vec<Portion>,
}

/// A pay page that can still be paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenPage {
    /// Whose it is.
    pub order: OrderId,
    /// The provider's id of it.
    pub session: String,
}

struct OrderRow {
    id: OrderId,
    number: i64,
    conversation_id: ConversationId,
    cart_id: CartId,
    quote_id: QuoteId,
    quote_fingerprint: Fingerprint,
    attempt: i32,
    state: String,
    currency: Currency,
    total_minor: i64,
    refunded_minor: i64,
    livemode: bool,
    session_id: Option<String>,
    session_url: Option<String>,
    payment_intent: Option<String>,
    expires_at: Option<Time>,
    outdated: bool,
    needs_person: Option<String>,
    delivery: Option<Json<Delivery>>,
    created_at: Time,
}

impl TryFrom<OrderRow> for Order {
    type Error = sqlx::Error;
    fn try_from(row: OrderRow) -> Result<Self, sqlx::Error> {
        let state = row.state.parse().map_err(|unknown: UnknownState| sqlx::Error::Decode(Box::new(unknown)))?;
        Ok(Self {
            id: row.id,
            number: row.number,
            conversation: row.conversation_id,
            cart: row.cart_id,
            quote: row.quote_id,
            fingerprint: row.quote_fingerprint,
            attempt: row.attempt,
            state,
            total: Money::new(row.total_minor, row.currency),
            refunded: Money::new(row.refunded_minor, row.currency),
            livemode: row.livemode,
            session: row.session_id,
            session_url: row.session_url,
            payment_intent: row.payment_intent,
            expires_at: row.expires_at,
            outdated: row.outdated,
            needs_person: row.needs_person,
            delivery: row.delivery.map(|delivery| delivery.0),
            created_at: row.created_at,
        })
    }
}

/// Reads whole orders: one list of columns, and where each reader finds them.
macro_rules! select_orders {
    ($which:tt, $($argument:expr),+ $(,)?) => {
        sqlx::query_as!(
            OrderRow,
            r#"select id as "id: OrderId", number, conversation_id as "conversation_id: ConversationId",
                   cart_id as "cart_id: CartId", quote_id as "quote_id: QuoteId",
                   quote_fingerprint as "quote_fingerprint: Fingerprint", attempt, state,
                   currency as "currency: Currency", total_minor, refunded_minor, livemode, session_id, session_url,
                   payment_intent, expires_at, outdated_at is not null as "outdated!", needs_person,
                   delivery as "delivery: Json<Delivery>", created_at
               from orders where merchant_id = $1 "# + $which,
            $($argument),+
        )
    };
}

impl Orders {
    /// The orders of this merchant.
    #[must_use]
    pub fn of(scope: &Scope) -> Self {
        Self { scope: scope.clone() }
    }

    /// An order by its id.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn find(&self, order: OrderId) -> Result<Option<Order>, OrderError> {
        let row = select_orders!("and id = $2", self.merchant().uuid(), order.uuid());
        optional(row.fetch_optional(self.scope.pool()).await?)
    }

    /// An order by its number, whoever's it is.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn numbered(&self, number: i64) -> Result<Option<Order>, OrderError> {
        let row = select_orders!("and number = $2", self.merchant().uuid(), number);
        optional(row.fetch_optional(self.scope.pool()).await?)
    }

    /// A shopper's order by the number they call it by; nobody else's.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn by_number(&self, conversation: ConversationId, number: i64) -> Result<Option<Order>, OrderError> {
        let row = select_orders!(
            "and conversation_id = $2 and number = $3",
            self.merchant().uuid(),
            conversation.uuid(),
            number
        );
        optional(row.fetch_optional(self.scope.pool()).await?)
    }

    /// The latest orders of a shopper, newest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn of_conversation(&self, conversation: ConversationId) -> Result<Vec<Order>, OrderError> {
        let rows = select_orders!(
            "and conversation_id = $2 order by number desc limit $3",
            self.merchant().uuid(),
            conversation.uuid(),
            ORDERS_READ_MAX
        );
        let rows = rows.fetch_all(self.scope.pool()).await?;
        Ok(rows.into_iter().map(Order::try_from).collect::<Result<_, _>>()?)
    }

    /// The orders of a shopper that a person was called to and has not seen to yet, oldest first: those that are held
    /// until somebody decides, and those that are only to be looked at.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn waiting_for_a_person(&self, conversation: ConversationId) -> Result<Vec<Order>, OrderError> {
        let rows = select_orders!(
            "and conversation_id = $2 and (state = 'review' or needs_person_since is not null)
             order by number limit $3",
            self.merchant().uuid(),
            conversation.uuid(),
            ORDERS_READ_MAX
        );
        let rows = rows.fetch_all(self.scope.pool()).await?;
        Ok(rows.into_iter().map(Order::try_from).collect::<Result<_, _>>()?)
    }

    /// A person has seen to what they were called to about an order. One that is held stays so until they decide.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn seen_to(&self, order: OrderId) -> Result<(), OrderError> {
        sqlx::query!(
            "update orders set needs_person_since = null
             where merchant_id = $1 and id = $2 and state <> 'review'",
            self.merchant().uuid(),
            order.uuid(),
        )
        .execute(self.scope.pool())
        .await?;
        Ok(())
    }

    /// The order a notice is about: by our own id if it carries one, else by its pay page, else by its payment.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn find_for(&self, notice: &PaymentNotice) -> Result<Option<Order>, OrderError> {
        let row = select_orders!(
            "and (id = $2 or session_id = $3 or payment_intent = $4)
             order by (id = $2) is true desc, (session_id = $3) is true desc, number desc limit 1",
            self.merchant().uuid(),
            notice.order.map(OrderId::uuid),
            notice.session.as_deref(),
            notice.payment_intent.as_deref()
        );
        optional(row.fetch_optional(self.scope.pool()).await?)
    }

    /// The pay pages of a cart that are open and not to be paid any more. They are to be closed when a new page is
    /// made, and when one of the cart's orders is paid.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn outdated_pages(&self, cart: CartId) -> Result<Vec<OpenPage>, OrderError> {
        Ok(sqlx::query_as!(
            OpenPage,
            r#"select id as "order: OrderId", session_id as "session!" from orders
               where merchant_id = $1 and cart_id = $2 and state = 'awaiting_payment'
                   and session_id is not null and outdated_at is not null
               order by number"#,
            self.merchant().uuid(),
            cart.uuid(),
        )
        .fetch_all(self.scope.pool())
        .await?)
    }

    /// Notes that only this quote of a cart may be paid from now on, or nothing of it; gives the open pages of other
    /// quotes, which are to be closed.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn only_payable(
        &self,
        cart: CartId,
        quote: Option<&Fingerprint>,
    ) -> Result<Vec<OpenPage>, OrderError> {
        let mut connection = self.scope.pool().acquire().await?;
        self.only_payable_in(&mut connection, cart, quote).await
    }

    /// Does what [`Orders::only_payable`] does, within a caller's transaction.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn only_payable_in(
        &self,
        connection: &mut PgConnection,
        cart: CartId,
        quote: Option<&Fingerprint>,
    ) -> Result<Vec<OpenPage>, OrderError> {
        Ok(sqlx::query_as!(
            OpenPage,
            r#"with cart as (
                   -- Whoever changes an order locks its cart first.
                   select id from carts
                   where merchant_id = $1 and id = $2 and exists (
                       select from orders where cart_id = $2 and state in ('creating', 'awaiting_payment')
                                            and quote_fingerprint is distinct from $3)
                   for no key update
               ),
               outdated as (
                   update orders o set outdated_at = coalesce(o.outdated_at, now())
                   from cart c
                   where o.cart_id = c.id and o.state in ('creating', 'awaiting_payment')
                     and o.quote_fingerprint is distinct from $3
                   returning o.id, o.session_id, o.number
               )
               select id as "order: OrderId", session_id as "session!" from outdated
               where session_id is not null order by number"#,
            self.merchant().uuid(),
            cart.uuid(),
            quote.map(|quote| quote.bytes().to_vec()),
        )
        .fetch_all(connection)
        .await?)
    }

    /// What open orders of a cart keep from being sold to others.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn held_for(&self, cart: CartId) -> Result<Vec<Portion>, OrderError> {
        let held = sqlx::query_scalar!(
            r#"select held as "held: Json<Vec<Portion>>" from orders
               where merchant_id = $1 and cart_id = $2 and state in ('creating', 'awaiting_payment')"#,
            self.merchant().uuid(),
            cart.uuid(),
        )
        .fetch_all(self.scope.pool())
        .await?;
        Ok(held.into_iter().flat_map(|held| held.0).collect())
    }

    /// Notes the pay page that was opened for an order. An order that a notice has moved on meanwhile keeps its
    /// state; saying the same again changes nothing.
    ///
    /// # Errors
    /// When there is no such order, it has another page, the page is in another mode, or the database cannot be
    /// written.
    pub async fn opened(&self, order: OrderId, session: &Session) -> Result<Order, OrderError> {
        let mut transaction = self.scope.pool().begin().await?;
        let there = self.lock(&mut transaction, order).await?.order;
        if there.livemode != session.livemode {
            return Err(OrderError::WrongMode(order));
        }
        if there.session.as_ref().is_some_and(|known| *known != session.id) {
            return Err(OrderError::AnotherSession(order));
        }
        sqlx::query!(
            "update orders set session_id = $3, session_url = coalesce($4, session_url), expires_at = $5,
                 state = case when state = 'creating' then 'awaiting_payment' else state end, updated_at = now()
             where merchant_id = $1 and id = $2",
            self.merchant().uuid(),
            order.uuid(),
            session.id,
            session.url,
            session.expires_at,
        )
        .execute(&mut *transaction)
        .await?;
        let order = self.locked(&mut transaction, order).await?.order;
        transaction.commit().await?;
        Ok(order)
    }

    /// Ends an attempt whose page was never made, and lets go of what it held; the next [`Orders::begin`] makes a
    /// new attempt, with a new key. An order that is past creating is returned as it is.
    ///
    /// # Errors
    /// When there is no such order, or the database cannot be written.
    pub async fn abandon(&self, order: OrderId) -> Result<Order, OrderError> {
        let mut transaction = self.scope.pool().begin().await?;
        let there = self.lock(&mut transaction, order).await?.order;
        if there.state != OrderState::Creating {
            return Ok(there);
        }
        self.let_go(&mut transaction, order).await?;
        sqlx::query!(
            "update orders set state = $3, updated_at = now() where merchant_id = $1 and id = $2",
            self.merchant().uuid(),
            order.uuid(),
            OrderState::Expired.as_str(),
        )
        .execute(&mut *transaction)
        .await?;
        let order = self.locked(&mut transaction, order).await?.order;
        transaction.commit().await?;
        Ok(order)
    }

    /// Keeps where to send an order.
    ///
    /// # Errors
    /// When there is no such order, or the database cannot be written.
    pub async fn save_delivery(&self, order: OrderId, delivery: &Delivery) -> Result<(), OrderError> {
        let mut connection = self.scope.pool().acquire().await?;
        self.save_delivery_in(&mut connection, order, delivery).await
    }

    /// Does what [`Orders::save_delivery`] does, within a caller's transaction.
    ///
    /// # Errors
    /// When there is no such order, or the database cannot be written.
    pub async fn save_delivery_in(
        &self,
        connection: &mut PgConnection,
        order: OrderId,
        delivery: &Delivery,
    ) -> Result<(), OrderError> {
        let done = sqlx::query!(
            "update orders set delivery = $3, updated_at = now() where merchant_id = $1 and id = $2",
            self.merchant().uuid(),
            order.uuid(),
            Json(delivery) as _,
        )
        .execute(connection)
        .await?;
        if done.rows_affected() == 0 { Err(OrderError::NoSuchOrder(order)) } else { Ok(()) }
    }

    fn merchant(&self) -> MerchantId {
        self.scope.merchant()
    }

    pub(in crate::checkout) fn coupons(&self) -> Coupons {
        Coupons::of(&self.scope)
    }

    /// Makes everybody else who changes this cart or its orders wait.
    pub(in crate::checkout) async fn lock_cart(
        &self,
        connection: &mut PgConnection,
        cart: CartId,
    ) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "select id from carts where merchant_id = $1 and id = $2 for no key update",
            self.merchant().uuid(),
            cart.uuid(),
        )
        .fetch_optional(connection)
        .await?;
        Ok(())
    }

    /// Locks an order's cart, then the order.
    pub(in crate::checkout) async fn lock(
        &self,
        connection: &mut PgConnection,
        order: OrderId,
    ) -> Result<Locked, OrderError> {
        let cart = sqlx::query_scalar!(
            r#"select cart_id as "cart: CartId" from orders where merchant_id = $1 and id = $2"#,
            self.merchant().uuid(),
            order.uuid(),
        )
        .fetch_optional(&mut *connection)
        .await?
        .ok_or(OrderError::NoSuchOrder(order))?;
        self.lock_cart(&mut *connection, cart).await?;
        Ok(self.locked(connection, order).await?)
    }

    /// Locks and reads an order whose cart is locked.
    pub(in crate::checkout) async fn locked(
        &self,
        connection: &mut PgConnection,
        order: OrderId,
    ) -> Result<Locked, sqlx::Error> {
        let row = select_orders!("and id = $2 for no key update", self.merchant().uuid(), order.uuid());
        let order = Order::try_from(row.fetch_one(&mut *connection).await?)?;
        let made_of = sqlx::query!(
            r#"select o.held as "held: Json<Vec<Portion>>", q.body as "quote: Json<Quote>"
               from orders o join quotes q on q.id = o.quote_id where o.merchant_id = $1 and o.id = $2"#,
            self.merchant().uuid(),
            order.id.uuid(),
        )
        .fetch_one(connection)
        .await?;
        Ok(Locked { order, quote: made_of.quote.0, held: made_of.held.0 })
    }

    /// All orders of a cart, by number.
    pub(in crate::checkout) async fn of_cart(
        &self,
        connection: &mut PgConnection,
        cart: CartId,
    ) -> Result<Vec<Order>, sqlx::Error> {
        let rows = select_orders!("and cart_id = $2 order by number", self.merchant().uuid(), cart.uuid());
        rows.fetch_all(connection).await?.into_iter().map(Order::try_from).collect()
    }

    /// Lets go of what other orders of the cart hold, and notes that their pages are not to be paid. All shelves this
    /// transaction will touch, theirs and the new order's, are locked at once: one after the other, two transactions
    /// could wait for each other.
    pub(in crate::checkout) async fn supersede(
        &self,
        connection: &mut PgConnection,
        older: &[OrderId],
        quote: &Quote,
    ) -> Result<(), PricingStoreError> {
        let mut shelves = portions(quote);
        for order in older {
            shelves.extend(self.locked(&mut *connection, *order).await?.held);
        }
        lock(&mut *connection, self.scope.merchant(), &shelves).await?;
        for order in older {
            self.let_go(&mut *connection, *order).await?;
        }
        sqlx::query!(
            "update orders set outdated_at = coalesce(outdated_at, now()) where merchant_id = $1 and id = any($2)",
            self.merchant().uuid(),
            &older.iter().map(|order| order.uuid()).collect::<Vec<_>>(),
        )
        .execute(connection)
        .await?;
        Ok(())
    }

    /// Lets go of all that an order holds: stock and the use of its coupon.
    async fn let_go(&self, connection: &mut PgConnection, order: OrderId) -> Result<(), PricingStoreError> {
        let locked = self.locked(&mut *connection, order).await?;
        self.release_stock(&mut *connection, &locked).await?;
        self.coupons().give_back_in(connection, order).await?;
        Ok(())
    }

    pub(in crate::checkout) async fn release_stock(
        &self,
        connection: &mut PgConnection,
        locked: &Locked,
    ) -> Result<(), sqlx::Error> {
        release(&mut *connection, self.merchant(), &locked.held).await?;
        self.hold_nothing(connection, locked.order.id).await
    }

    pub(in crate::checkout) async fn hold_nothing(
        &self,
        connection: &mut PgConnection,
        order: OrderId,
    ) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "update orders set held = '[]' where merchant_id = $1 and id = $2",
            self.merchant().uuid(),
            order.uuid(),
        )
        .execute(connection)
        .await?;
        Ok(())
    }
}

fn optional(row: Option<OrderRow>) -> Result<Option<Order>, OrderError> {
    Ok(row.map(Order::try_from).transpose()?)
}

/// Shoppers about to buy, for tests.
#[cfg(test)]
pub(crate) mod samples {
    use chrono::TimeDelta;
    use sqlx::PgPool;

    use crate::base::clock::Time;
    use crate::base::ids::{CartId, ConversationId};
    use crate::base::money::{BasisPoints, Currency, Money};
    use crate::base::names::{CouponCode, Handle, Sku};
    use crate::base::store::Scope;
    use crate::checkout::begin::NewOrder;
    use crate::checkout::notice::{NoticeKind, PaymentNotice};
    use crate::checkout::order::Order;
    use crate::checkout::payments::Session;
    use crate::pricing::calculate::quote;
    use crate::pricing::coupon::{Coupon, CouponUses, Reduction, Tried};
    use crate::pricing::input::{Context, LineInput, QuoteInput};
    use crate::pricing::shipping::ShippingPolicy;
    use crate::pricing::store::quotes::Quotes;
    use crate::pricing::store::{Coupons, samples};
    use crate::pricing::tax::TaxPolicy;

    pub(crate) fn noon() -> Time {
        "2026-11-20T12:00:00Z".parse().unwrap()
    }

    pub(crate) fn expiry() -> Time {
        noon() + TimeDelta::hours(2)
    }

    fn pesos() -> Currency {
        "MXN".parse().unwrap()
    }

    /// A shop that sells these, with so much stock (`None`: not counted), and no more than it has.
    pub(crate) async fn shop_with(pool: &PgPool, variants: &[(&str, Option<i32>)]) -> Scope {
        let shop = samples::shop(pool).await;
        for (sku, stock) in variants {
            samples::variant(&shop, sku, *stock, "deny").await;
        }
        shop
    }

    pub(crate) struct Shopper {
        pub(crate) shop: Scope,
        pub(crate) conversation: ConversationId,
        pub(crate) cart: CartId,
    }

    impl Shopper {
        pub(crate) async fn of(shop: &Scope) -> Self {
            Self::at(shop, samples::conversation(shop).await).await
        }

        pub(crate) async fn at(shop: &Scope, conversation: ConversationId) -> Self {
            let cart = samples::cart(shop, conversation).await;
            Self { shop: shop.clone(), conversation, cart }
        }

        /// A kept quote of these lines at 100.00 each, with a coupon of 10 % that may be used so often.
        pub(crate) async fn quoted(&self, lines: &[(&str, u32)], limit: Option<u32>) -> NewOrder {
            let codes = match limit {
                None => Vec::new(),
                Some(limit) => vec![self.coupon(limit).await],
            };
            let line = |(sku, quantity): &(&str, u32)| {
                let (name, product) = (Sku::new(sku).unwrap(), Handle::new(sku).unwrap());
                LineInput::new(name, product, (*sku).to_owned(), *quantity, Money::new(10000, pesos()))
            };
            let (lines, at) = (lines.iter().map(line).collect(), Context::at(noon()));
            let rules = QuoteInput::new(pesos(), lines, ShippingPolicy::default(), TaxPolicy::none(), at);
            let made = quote(&QuoteInput { codes, ..rules });
            let quotes = Quotes::of(&self.shop);
            let quote = quotes.keep(self.conversation, self.cart, &made.unwrap()).await.unwrap();
            let conversation = self.conversation;
            NewOrder { conversation, quote, livemode: true, now: noon(), expires_at: expiry() }
        }

        async fn coupon(&self, limit: u32) -> Tried {
            let coupon = Coupon {
                code: CouponCode::new("HOLA").unwrap(),
                reduction: Reduction::Percent(BasisPoints(1000)),
                minimum: Money::zero(pesos()),
                valid_from: None,
                valid_until: None,
                limit_total: Some(limit),
                limit_per_shopper: None,
            };
            Coupons::of(&self.shop).set(&coupon).await.unwrap();
            Tried::Known { coupon, uses: CouponUses::default() }
        }
    }

    pub(crate) fn session(id: &str) -> Session {
        Session {
            id: id.to_owned(),
            url: Some(format!("https://pay.example/{id}#fid")),
            livemode: true,
            expires_at: expiry(),
            notice: None,
        }
    }

    /// A notice that fits the order.
    pub(crate) fn notice(kind: NoticeKind, order: &Order, session: &str) -> PaymentNotice {
        PaymentNotice {
            kind,
            session: Some(session.to_owned()),
            payment_intent: Some(format!("pi_{session}")),
            order: Some(order.id),
            amount: Some(order.total),
            livemode: true,
        }
    }

    pub(crate) async fn reserved(shop: &Scope, sku: &str) -> i32 {
        let reserved = sqlx::query_scalar!(
            "select reserved from variants where merchant_id = $1 and sku = $2",
            shop.merchant().uuid(),
            sku
        );
        reserved.fetch_one(shop.pool()).await.unwrap()
    }

    pub(crate) async fn stock(shop: &Scope, sku: &str) -> Option<i32> {
        let stock = sqlx::query_scalar!(
            "select stock from variants where merchant_id = $1 and sku = $2",
            shop.merchant().uuid(),
            sku
        );
        stock.fetch_one(shop.pool()).await.unwrap()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cart::delivery::samples::delivery;
    use crate::cart::store::Carts;
    use crate::checkout::apply::Arrived;
    use crate::checkout::notice::NoticeKind;
    use crate::checkout::store::samples::{Shopper, noon, notice, session, shop_with};
    use crate::testing::fresh_database;

    #[tokio::test]
    async fn a_page_is_noted_once_and_only_in_the_orders_mode() {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", None)]).await;
        let orders = Orders::of(&shop);
        let order = orders.begin(&Shopper::of(&shop).await.quoted(&[("A", 1)], None).await).await.unwrap();

        let test_mode = Session { livemode: false, ..session("cs_1") };
        assert!(matches!(orders.opened(order.id, &test_mode).await, Err(OrderError::WrongMode(_))));
        let opened = orders.opened(order.id, &session("cs_1")).await.unwrap();
        let closed = Session { url: None, ..session("cs_1") };
        assert_eq!(orders.opened(order.id, &closed).await.unwrap(), opened);
        let other = orders.opened(order.id, &session("cs_2")).await;
        assert!(matches!(other, Err(OrderError::AnotherSession(_))));
    }

    #[tokio::test]
    async fn a_notice_that_was_faster_than_our_own_note_is_not_undone() {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", None)]).await;
        let orders = Orders::of(&shop);
        let order = orders.begin(&Shopper::of(&shop).await.quoted(&[("A", 1)], None).await).await.unwrap();
        let paid = notice(NoticeKind::CompletedPaid, &order, "cs_1");
        let arrived = Arrived { external_id: "evt_1", notice: &paid, now: noon() };
        orders.apply(&mut pool.acquire().await.unwrap(), order.id, &arrived).await.unwrap();

        assert_eq!(orders.opened(order.id, &session("cs_1")).await.unwrap().state, OrderState::Paid);
        assert!(matches!(orders.opened(order.id, &session("cs_2")).await, Err(OrderError::AnotherSession(_))));
    }

    #[tokio::test]
    async fn an_order_is_found_by_whatever_a_notice_names() {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", None)]).await;
        let orders = Orders::of(&shop);
        let mut made = Vec::new();
        for page in ["cs_1", "cs_2"] {
            let new = Shopper::of(&shop).await.quoted(&[("A", 1)], None).await;
            let order = orders.begin(&new).await.unwrap();
            orders.opened(order.id, &session(page)).await.unwrap();
            made.push(order);
        }
        let unpaid = notice(NoticeKind::CompletedUnpaid, &made[0], "cs_1");
        let arrived = Arrived { external_id: "evt_1", notice: &unpaid, now: noon() };
        orders.apply(&mut pool.acquire().await.unwrap(), made[0].id, &arrived).await.unwrap();

        let nothing = PaymentNotice { session: None, payment_intent: None, order: None, ..unpaid };
        let by_payment = PaymentNotice { payment_intent: Some("pi_cs_1".to_owned()), ..nothing.clone() };
        let by_page = PaymentNotice { session: Some("cs_2".to_owned()), ..by_payment.clone() };
        let by_id = PaymentNotice { order: Some(made[0].id), ..by_page.clone() };
        for (notice, expected) in [
            (nothing, None),
            (by_payment, Some(made[0].id)),
            (by_page.clone(), Some(made[1].id)),
            (by_id, Some(made[0].id)),
        ] {
            assert_eq!(orders.find_for(&notice).await.unwrap().map(|order| order.id), expected, "{notice:?}");
        }
        let elsewhere = Orders::of(&shop_with(&pool, &[]).await);
        assert_eq!(elsewhere.find_for(&by_page).await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_shopper_reads_their_own_orders_and_nobody_elses() {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", None)]).await;
        let orders = Orders::of(&shop);
        let (me, somebody) = (Shopper::of(&shop).await, Shopper::of(&shop).await);
        let first = orders.begin(&me.quoted(&[("A", 1)], None).await).await.unwrap();
        let second = orders.begin(&me.quoted(&[("A", 2)], None).await).await.unwrap();
        let theirs = orders.begin(&somebody.quoted(&[("A", 1)], None).await).await.unwrap();

        let numbers = |orders: Vec<Order>| orders.iter().map(|order| order.number).collect::<Vec<_>>();
        let mine = orders.of_conversation(me.conversation).await.unwrap();
        assert_eq!(numbers(mine), [second.number, first.number]);
        let superseded = Order { outdated: true, ..first.clone() };
        assert_eq!(orders.by_number(me.conversation, first.number).await.unwrap(), Some(superseded));
        assert_eq!(orders.by_number(me.conversation, theirs.number).await.unwrap(), None);
        let elsewhere = Orders::of(&shop_with(&pool, &[]).await);
        assert_eq!(elsewhere.find(first.id).await.unwrap(), None);
        assert_eq!(elsewhere.of_conversation(me.conversation).await.unwrap(), []);
    }

    #[tokio::test]
    async fn delivery_comes_from_the_cart_and_can_be_given_later() {
        let pool = fresh_database().await;
        let shop = shop_with(&pool, &[("A", None)]).await;
        let (orders, carts) = (Orders::of(&shop), Carts::of(&shop));
        let (early, late) = (Shopper::of(&shop).await, Shopper::of(&shop).await);
        let mut cart = carts.open(early.conversation).await.unwrap();
        cart.deliver_to(delivery());
        carts.save(&cart).await.unwrap();

        let known = orders.begin(&early.quoted(&[("A", 1)], None).await).await.unwrap();
        let unknown = orders.begin(&late.quoted(&[("A", 1)], None).await).await.unwrap();
        assert_eq!((known.delivery, unknown.delivery), (Some(delivery()), None));
        orders.save_delivery(unknown.id, &delivery()).await.unwrap();
        assert_eq!(orders.find(unknown.id).await.unwrap().unwrap().delivery, Some(delivery()));
        let elsewhere = Orders::of(&shop_with(&pool, &[]).await).save_delivery(unknown.id, &delivery()).await;
        assert!(matches!(elsewhere, Err(OrderError::NoSuchOrder(_))));
    }
}
