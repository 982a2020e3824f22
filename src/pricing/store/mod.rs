//! Coupons and what they were used for, in the database.

pub mod quotes;

use sqlx::{PgConnection, PgExecutor};

use crate::base::clock::Time;
use crate::base::ids::{CartId, ConversationId, OrderId};
use crate::base::money::{BasisPoints, Currency, Money};
use crate::base::names::CouponCode;
use crate::base::store::Scope;
use crate::pricing::coupon::{Coupon, CouponUses, Reduction, Refusal, Tried};
use crate::pricing::promotion::{Limits, Promotion, Uses};

/// Why coupons or quotes could not be read or kept.
#[derive(Debug, thiserror::Error)]
pub enum PricingStoreError {
    /// The shop has no such cart in this conversation.
    #[error("there is no cart {0}")]
    NoSuchCart(CartId),
    /// A coupon that the merchant's currency or limits do not allow.
    #[error("the coupon {0} is not in the shop's currency or takes off nothing")]
    UnsoundCoupon(CouponCode),
    /// The database did not answer as hoped.
    #[error("the database could not keep or read coupons or quotes")]
    Database(#[from] sqlx::Error),
}

/// The coupons of one merchant.
#[derive(Clone, Debug)]
pub struct Coupons {
    scope: Scope,
}

struct CouponRow {
    code: CouponCode,
    currency: Currency,
    percent_bp: Option<i32>,
    amount_minor: Option<i64>,
    minimum_minor: i64,
    valid_from: Option<Time>,
    valid_until: Option<Time>,
    limit_total: Option<i32>,
    limit_per_shopper: Option<i32>,
    used_total: i64,
    used_by_shopper: i64,
}

impl Coupons {
    /// The coupons of this merchant.
    #[must_use]
    pub fn of(scope: &Scope) -> Self {
        Self { scope: scope.clone() }
    }

    /// What the shop knows of these codes, in their order, with how often they were used: in all and by this
    /// conversation's shopper at any number of the shop, by orders of other carts than this one.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn tried(
        &self,
        codes: &[CouponCode],
        conversation: ConversationId,
        cart: CartId,
    ) -> Result<Vec<Tried>, PricingStoreError> {
        if codes.is_empty() {
            return Ok(Vec::new());
        }
        let wanted: Vec<String> = codes.iter().map(ToString::to_string).collect();
        let rows = sqlx::query_as!(
            CouponRow,
            r#"select c.code as "code: CouponCode", m.currency as "currency: Currency", c.percent_bp, c.amount_minor,
                   c.minimum_minor, c.valid_from, c.valid_until, c.limit_total, c.limit_per_shopper,
                   count(o.id) as "used_total!",
                   count(o.id) filter (where u.conversation_id in (select id from conversations_of_shopper($3)))
                       as "used_by_shopper!"
               from coupons c
               join merchants m on m.id = c.merchant_id
               left join coupon_uses u on u.merchant_id = c.merchant_id and u.code = c.code
               left join orders o on o.id = u.order_id and o.cart_id <> $4
               where c.merchant_id = $1 and c.code = any($2)
               group by c.merchant_id, c.code, m.currency"#,
            self.scope.merchant().uuid(),
            &wanted,
            conversation.uuid(),
            cart.uuid(),
        )
        .fetch_all(self.scope.pool())
        .await?;
        let find = |code: &CouponCode| match rows.iter().find(|row| row.code == *code) {
            Some(row) => row.tried(),
            None => Tried::Unknown(code.clone()),
        };
        Ok(codes.iter().map(find).collect())
    }

    /// Ends every coupon that has none of these codes; what was bought with them stays bought. For setting a shop up.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn end_others(&self, codes: &[CouponCode]) -> Result<(), PricingStoreError> {
        sqlx::query!(
            "update coupons set valid_until = now()
             where merchant_id = $1 and code <> all($2) and (valid_until is null or valid_until > now())",
            self.scope.merchant().uuid(),
            &codes.iter().map(ToString::to_string).collect::<Vec<String>>(),
        )
        .execute(self.scope.pool())
        .await?;
        Ok(())
    }

    /// Keeps a coupon, in place of one with the same code. For setting a shop up.
    ///
    /// # Errors
    /// When it takes off nothing or is in another currency than the merchant's, or the database cannot be written.
    pub async fn set(&self, coupon: &Coupon) -> Result<(), PricingStoreError> {
        let one_currency =
            coupon.reduction.amount().is_none_or(|amount| amount.currency() == coupon.minimum.currency());
        if !coupon.reduction.is_sound() || !one_currency || coupon.minimum.minor() < 0 {
            return Err(PricingStoreError::UnsoundCoupon(coupon.code.clone()));
        }
        let currency = coupon.minimum.currency();
        let limit = |limit: Option<u32>| limit.map(|limit| i32::try_from(limit).unwrap_or(i32::MAX));
        let done = sqlx::query!(
            "insert into coupons (merchant_id, code, percent_bp, amount_minor, minimum_minor, valid_from, valid_until,
                 limit_total, limit_per_shopper)
             select id, $3, $4, $5, $6, $7, $8, $9, $10 from merchants where id = $1 and currency = $2
             on conflict (merchant_id, code) do update set percent_bp = excluded.percent_bp,
                 amount_minor = excluded.amount_minor, minimum_minor = excluded.minimum_minor,
                 valid_from = excluded.valid_from, valid_until = excluded.valid_until,
                 limit_total = excluded.limit_total, limit_per_shopper = excluded.limit_per_shopper",
            self.scope.merchant().uuid(),
            currency.code(),
            coupon.code.as_str(),
            coupon.reduction.percent().and_then(|percent| i32::try_from(percent.0).ok()),
            coupon.reduction.amount().map(Money::minor),
            coupon.minimum.minor(),
            coupon.valid_from,
            coupon.valid_until,
            limit(coupon.limit_total),
            limit(coupon.limit_per_shopper),
        )
        .execute(self.scope.pool())
        .await?;
        if done.rows_affected() == 0 {
            return Err(PricingStoreError::UnsoundCoupon(coupon.code.clone()));
        }
        Ok(())
    }
}

/// One order's use of a coupon or promotion.
#[derive(Clone, Copy, Debug)]
pub struct Use<'a> {
    /// The order.
    pub order: OrderId,
    /// Whose order it is.
    pub conversation: ConversationId,
    /// What is used: the coupon's code, or the promotion's id.
    pub name: &'a str,
    /// Whether it is a coupon.
    pub is_coupon: bool,
    /// What it takes off.
    pub off: Money,
    /// When.
    pub at: Time,
}

/// How often something may be used, and was; as the database has it.
struct LimitsRow {
    limit_total: Option<i32>,
    limit_per_shopper: Option<i32>,
    limit_per_day: Option<i32>,
    budget_minor: Option<i64>,
}

impl Coupons {
    /// Records a use if the limits still allow it, within the transaction that makes the order. The coupon or
    /// promotion stays locked until that ends, so that the last use is given to one order only.
    ///
    /// # Errors
    /// When the database cannot be read or written. The refusal is inside.
    pub async fn claim_in(
        &self,
        connection: &mut PgConnection,
        wanted: Use<'_>,
    ) -> Result<Result<(), Refusal>, PricingStoreError> {
        let Some(limits) = self.limits(&mut *connection, wanted).await? else {
            // A coupon that is gone is refused; a promotion without limits has no row.
            if wanted.is_coupon {
                return Ok(Err(Refusal::UnknownCode));
            }
            return self.record_in(connection, wanted).await.map(Ok);
        };
        let names = [wanted.name.to_owned()];
        let used = self.used(&mut *connection, (&names, None), wanted.conversation, wanted.at).await?;
        let used = used.first().map_or_else(Uses::default, |(_, uses)| *uses);
        let counted = CouponUses { total: used.total, by_shopper: used.by_shopper };
        if let Err(refusal) = counted.check(limit(limits.limit_total), limit(limits.limit_per_shopper)) {
            return Ok(Err(refusal));
        }
        if limit(limits.limit_per_day).is_some_and(|limit| used.today >= limit) {
            return Ok(Err(Refusal::UsedToday));
        }
        let after = used.spent.saturating_add(wanted.off.minor());
        if limits.budget_minor.is_some_and(|budget| after > budget) {
            return Ok(Err(Refusal::BudgetSpent));
        }
        self.record_in(connection, wanted).await.map(Ok)
    }

    /// The limits of what is used, which stays locked. A coupon and a promotion may have one name.
    async fn limits(
        &self,
        connection: &mut PgConnection,
        wanted: Use<'_>,
    ) -> Result<Option<LimitsRow>, PricingStoreError> {
        let merchant = self.scope.merchant().uuid();
        if wanted.is_coupon {
            return Ok(sqlx::query_as!(
                LimitsRow,
                "select limit_total, limit_per_shopper, null::int as limit_per_day, null::bigint as budget_minor
             from coupons where merchant_id = $1 and code = $2 for no key update",
                merchant,
                wanted.name,
            )
            .fetch_optional(connection)
            .await?);
        }
        Ok(sqlx::query_as!(
            LimitsRow,
            "select limit_total, limit_per_shopper, limit_per_day, budget_minor
             from promotion_limits where merchant_id = $1 and promotion = $2 for no key update",
            merchant,
            wanted.name,
        )
        .fetch_optional(connection)
        .await?)
    }

    /// Keeps how often promotions may be used, in place of what was kept before. For setting a shop up.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn set_limits(
        &self,
        promotions: &[std::sync::Arc<Promotion>],
        currency: Currency,
    ) -> Result<(), PricingStoreError> {
        let merchant = self.scope.merchant().uuid();
        let limited: Vec<&Promotion> = promotions
            .iter()
            .map(|promotion| &**promotion)
            .filter(|promotion| promotion.limits != Limits::default())
            .collect();
        let mut transaction = self.scope.pool().begin().await?;
        let limit = |limit: Option<u32>| limit.map(|limit| i32::try_from(limit).unwrap_or(i32::MAX));
        for promotion in &limited {
            let limits = promotion.limits;
            // An order that waits for the row finds it again: were it deleted and written anew, the order would find
            // none, and take the promotion for one without limits.
            sqlx::query!(
                "insert into promotion_limits (merchant_id, promotion, limit_total, limit_per_shopper, limit_per_day,
                     budget_minor) values ($1, $2, $3, $4, $5, $6)
                 on conflict (merchant_id, promotion) do update set limit_total = excluded.limit_total,
                     limit_per_shopper = excluded.limit_per_shopper, limit_per_day = excluded.limit_per_day,
                     budget_minor = excluded.budget_minor",
                merchant,
                promotion.id,
                limit(limits.total),
                limit(limits.per_shopper),
                limit(limits.per_day),
                limits.budget.and_then(|budget| budget.minor(currency)),
            )
            .execute(&mut *transaction)
            .await?;
        }
        let ids: Vec<String> = limited.iter().map(|promotion| promotion.id.clone()).collect();
        sqlx::query!(
            "delete from promotion_limits where merchant_id = $1 and promotion <> all($2)",
            merchant,
            &ids
        )
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }

    /// How often each of these promotions was used by orders of other carts than this one.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn uses(
        &self,
        promotions: &[std::sync::Arc<Promotion>],
        conversation: ConversationId,
        cart: CartId,
        now: Time,
    ) -> Result<Vec<Uses>, PricingStoreError> {
        let limited: Vec<String> = promotions
            .iter()
            .filter(|promotion| promotion.limits != Limits::default())
            .map(|promotion| promotion.id.clone())
            .collect();
        if limited.is_empty() {
            return Ok(vec![Uses::default(); promotions.len()]);
        }
        let used = self.used(self.scope.pool(), (&limited, Some(cart)), conversation, now).await?;
        let of_one = |promotion: &std::sync::Arc<Promotion>| {
            used.iter().find(|(name, _)| *name == promotion.id).map_or_else(Uses::default, |(_, uses)| *uses)
        };
        Ok(promotions.iter().map(of_one).collect())
    }

    /// How often each of these names was used, if it was, by all orders or by those of other carts than one.
    async fn used(
        &self,
        executor: impl PgExecutor<'_>,
        (names, except): (&[String], Option<CartId>),
        conversation: ConversationId,
        now: Time,
    ) -> Result<Vec<(String, Uses)>, PricingStoreError> {
        let rows = sqlx::query!(
            r#"select u.code, count(*) as "total!",
                   count(*) filter (where u.conversation_id in (select id from conversations_of_shopper($3)))
                       as "by_shopper!",
                   count(*) filter (where u.used_on = ($5 at time zone m.time_zone)::date) as "today!",
                   coalesce(sum(u.off_minor), 0)::bigint as "spent!"
               from coupon_uses u
               join merchants m on m.id = u.merchant_id
               join orders o on o.id = u.order_id and o.cart_id is distinct from $4
               where u.merchant_id = $1 and u.code = any($2) group by u.code"#,
            self.scope.merchant().uuid(),
            names,
            conversation.uuid(),
            except.map(CartId::uuid),
            now,
        )
        .fetch_all(executor)
        .await?;
        let used = rows.into_iter().map(|row| {
            let (total, by_shopper, today) = (count(row.total), count(row.by_shopper), count(row.today));
            (row.code, Uses { total, by_shopper, today, spent: row.spent })
        });
        Ok(used.collect())
    }

    /// Whether the shopper has paid for nothing here yet.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn is_first_order(&self, conversation: ConversationId) -> Result<bool, PricingStoreError> {
        Ok(sqlx::query_scalar!(
            r#"select not exists (select from orders where merchant_id = $1
                   and conversation_id in (select id from conversations_of_shopper($2))
                   and state in ('paid', 'partly_refunded', 'refunded', 'review', 'payment_pending')) as "first!""#,
            self.scope.merchant().uuid(),
            conversation.uuid(),
        )
        .fetch_one(self.scope.pool())
        .await?)
    }

    /// The shopper's first conversation with the shop, on whichever of its numbers: by it they are known wherever they
    /// write. Conversations that turn out later to be one shopper's are all known by the oldest from then on.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn first_conversation(
        &self,
        conversation: ConversationId,
    ) -> Result<ConversationId, PricingStoreError> {
        Ok(sqlx::query_scalar!(
            r#"select id as "id!: ConversationId" from conversations_of_shopper($2)
               where merchant_id = $1 order by id limit 1"#,
            self.scope.merchant().uuid(),
            conversation.uuid(),
        )
        .fetch_one(self.scope.pool())
        .await?)
    }

    /// Records a use whatever the limits say: the order is paid. Recording it again changes nothing.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn record_in(&self, connection: &mut PgConnection, made: Use<'_>) -> Result<(), PricingStoreError> {
        sqlx::query!(
            "insert into coupon_uses (order_id, merchant_id, conversation_id, code, off_minor, used_on)
             select $1, id, $3, $4, $5, ($6 at time zone time_zone)::date from merchants where id = $2
             on conflict (order_id, code) do nothing",
            made.order.uuid(),
            self.scope.merchant().uuid(),
            made.conversation.uuid(),
            made.name,
            made.off.minor(),
            made.at,
        )
        .execute(connection)
        .await?;
        Ok(())
    }

    /// Gives back what an order used, so that the shopper or somebody else can use it.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn give_back_in(
        &self,
        connection: &mut PgConnection,
        order: OrderId,
    ) -> Result<(), PricingStoreError> {
        sqlx::query!(
            "delete from coupon_uses where merchant_id = $1 and order_id = $2",
            self.scope.merchant().uuid(),
            order.uuid(),
        )
        .execute(connection)
        .await?;
        Ok(())
    }
}

fn limit(kept: Option<i32>) -> Option<u32> {
    kept.map(|limit| u32::try_from(limit).unwrap_or(0))
}

fn count(counted: i64) -> u32 {
    u32::try_from(counted).unwrap_or(u32::MAX)
}

impl CouponRow {
    fn tried(&self) -> Tried {
        let amount = |minor| Money::new(minor, self.currency);
        let percent = |bp: i32| Reduction::Percent(BasisPoints(u32::try_from(bp).unwrap_or(0)));
        let by_amount = || Reduction::Amount(amount(self.amount_minor.unwrap_or(0)));
        Tried::Known {
            coupon: Coupon {
                code: self.code.clone(),
                // The table's constraint says that exactly one of the two is there.
                reduction: self.percent_bp.map_or_else(by_amount, percent),
                minimum: amount(self.minimum_minor),
                valid_from: self.valid_from,
                valid_until: self.valid_until,
                limit_total: limit(self.limit_total),
                limit_per_shopper: limit(self.limit_per_shopper),
            },
            uses: CouponUses { total: count(self.used_total), by_shopper: count(self.used_by_shopper) },
        }
    }
}

/// A shop in the database for the tests of stores, here and in the modules that build on this one.
#[cfg(test)]
pub(crate) mod samples {
    use sqlx::PgPool;

    use crate::base::ids::{CartId, ChannelId, ConversationId, MerchantId, ProductId, VariantId};
    use crate::base::store::Scope;

    /// A merchant of its own, selling in MXN.
    pub(crate) async fn shop(pool: &PgPool) -> Scope {
        let merchant = MerchantId::generate();
        sqlx::query!(
            "insert into merchants (id, slug, name, currency, locale, time_zone, policies)
             values ($1, $2, 'Una tienda', 'MXN', 'es-MX', 'America/Mexico_City', '{}')",
            merchant.uuid(),
            merchant.uuid().simple().to_string(),
        )
        .execute(pool)
        .await
        .unwrap();
        Scope::new(pool.clone(), merchant)
    }

    /// A shopper of the shop, nobody else of whom is known.
    pub(crate) async fn conversation(scope: &Scope) -> ConversationId {
        conversation_with(scope, &ConversationId::generate().uuid().simple().to_string()).await
    }

    /// The shopper of this phone at one more number of the shop.
    pub(crate) async fn conversation_with(scope: &Scope, phone: &str) -> ConversationId {
        let (channel, conversation) = (ChannelId::generate(), ConversationId::generate());
        sqlx::query!(
            "insert into channels (id, merchant_id, kind, external_id, display_number, access_token_sealed)
             values ($1, $2, 'whatsapp', $3, '+52 55 0000 0000', '')",
            channel.uuid(),
            scope.merchant().uuid(),
            channel.uuid().simple().to_string(),
        )
        .execute(scope.pool())
        .await
        .unwrap();
        sqlx::query!(
            "insert into conversations (id, merchant_id, channel_id, phone, language)
             values ($1, $2, $3, $4, 'es')",
            conversation.uuid(),
            scope.merchant().uuid(),
            channel.uuid(),
            phone,
        )
        .execute(scope.pool())
        .await
        .unwrap();
        conversation
    }

    /// An open cart of the shopper, with nothing in it.
    pub(crate) async fn cart(scope: &Scope, conversation: ConversationId) -> CartId {
        let cart = CartId::generate();
        sqlx::query!(
            "insert into carts (id, merchant_id, conversation_id) values ($1, $2, $3)",
            cart.uuid(),
            scope.merchant().uuid(),
            conversation.uuid(),
        )
        .execute(scope.pool())
        .await
        .unwrap();
        cart
    }

    /// Something to buy, with so much stock (`None`: not counted).
    pub(crate) async fn variant(scope: &Scope, sku: &str, stock: Option<i32>, when_out: &str) {
        let product = ProductId::generate();
        sqlx::query!(
            "insert into products (id, merchant_id, handle, title, status, language, search, search_text)
             values ($1, $2, $3, $3, 'active', 'es', '', '')",
            product.uuid(),
            scope.merchant().uuid(),
            sku,
        )
        .execute(scope.pool())
        .await
        .unwrap();
        sqlx::query!(
            "insert into variants (id, merchant_id, product_id, sku, position, price_minor, currency, stock, when_out)
             values ($1, $2, $3, $4, 0, 10000, 'MXN', $5, $6)",
            VariantId::generate().uuid(),
            scope.merchant().uuid(),
            product.uuid(),
            sku,
            stock,
            when_out,
        )
        .execute(scope.pool())
        .await
        .unwrap();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::pricing::promotion::Gives;
    use crate::pricing::tests::coupon_of_ten_percent;
    use crate::testing::fresh_database;

    #[tokio::test]
    async fn codes_are_found_in_their_order_and_unknown_ones_are_named() {
        let pool = fresh_database().await;
        let scope = samples::shop(&pool).await;
        let conversation = samples::conversation(&scope).await;
        let cart = samples::cart(&scope, conversation).await;
        let coupons = Coupons::of(&scope);
        let coupon = coupon_of_ten_percent();
        coupons.set(&coupon).await.unwrap();
        coupons.set(&coupon).await.unwrap();
        let unknown = CouponCode::new("NADA").unwrap();

        let tried = coupons.tried(&[unknown.clone(), coupon.code.clone()], conversation, cart).await.unwrap();

        let uses = CouponUses::default();
        assert_eq!(tried, vec![Tried::Unknown(unknown), Tried::Known { coupon: coupon.clone(), uses }]);
        let elsewhere = Coupons::of(&samples::shop(&pool).await);
        let tried = elsewhere.tried(std::slice::from_ref(&coupon.code), conversation, cart).await.unwrap();
        assert_eq!(tried, vec![Tried::Unknown(coupon.code)]);
    }

    fn limited(id: &str, total: u32) -> Arc<Promotion> {
        let gives = Gives::Percent("10".parse().unwrap());
        let limits = Limits { total: Some(total), ..Limits::default() };
        Arc::new(Promotion { limits, ..Promotion::new(id, gives) })
    }

    fn wanted(name: &str, is_coupon: bool, conversation: ConversationId) -> Use<'_> {
        let at = "2026-11-20T12:00:00Z".parse().unwrap();
        let off = Money::new(1000, "MXN".parse().unwrap());
        Use { order: OrderId::generate(), conversation, name, is_coupon, off, at }
    }

    #[tokio::test]
    async fn a_promotion_has_its_own_limits_whatever_coupon_has_its_name() {
        let pool = fresh_database().await;
        let scope = samples::shop(&pool).await;
        let conversation = samples::conversation(&scope).await;
        let coupons = Coupons::of(&scope);
        coupons.set(&Coupon { limit_total: Some(7), ..coupon_of_ten_percent() }).await.unwrap();
        coupons.set_limits(&[limited("HOLA", 3)], "MXN".parse().unwrap()).await.unwrap();

        let mut connection = pool.acquire().await.unwrap();
        for (is_coupon, total) in [(true, 7), (false, 3)] {
            let limits = coupons.limits(&mut connection, wanted("HOLA", is_coupon, conversation)).await.unwrap();
            assert_eq!(limits.unwrap().limit_total, Some(total));
        }
        // What the file no longer limits has no limits, and the others have theirs.
        coupons.set_limits(&[limited("ADIOS", 2)], "MXN".parse().unwrap()).await.unwrap();
        for (name, total) in [("HOLA", None), ("ADIOS", Some(2))] {
            let limits = coupons.limits(&mut connection, wanted(name, false, conversation)).await.unwrap();
            assert_eq!(limits.map(|limits| limits.limit_total), total.map(Some));
        }
    }

    /// Waits until so many statements in this database wait for a lock.
    async fn until_waiting(pool: &sqlx::PgPool, count: i64) {
        for _ in 0..200 {
            let waiting = sqlx::query_scalar!(
                r#"select count(*) as "count!" from pg_stat_activity
                   where datname = current_database() and wait_event_type = 'Lock'"#
            )
            .fetch_one(pool)
            .await
            .unwrap();
            if waiting >= count {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        panic!("nothing waits for a lock");
    }

    #[tokio::test]
    async fn an_order_that_waits_while_a_shop_is_set_up_anew_still_finds_the_limits() {
        let pool = fresh_database().await;
        let scope = samples::shop(&pool).await;
        let conversation = samples::conversation(&scope).await;
        let coupons = Coupons::of(&scope);
        let currency: Currency = "MXN".parse().unwrap();
        coupons.set_limits(&[limited("spring", 3)], currency).await.unwrap();

        // One order holds the row; the set-up waits behind it, and another order behind the set-up.
        let mut first = pool.begin().await.unwrap();
        coupons.limits(&mut first, wanted("spring", false, conversation)).await.unwrap().unwrap();
        let (setting, asking) = (coupons.clone(), coupons.clone());
        let set = tokio::spawn(async move { setting.set_limits(&[limited("spring", 5)], currency).await });
        until_waiting(&pool, 1).await;
        let waiting = pool.clone();
        let asked = tokio::spawn(async move {
            let mut second = waiting.begin().await.unwrap();
            let limits = asking.limits(&mut second, wanted("spring", false, conversation)).await;
            second.commit().await.unwrap();
            limits
        });
        until_waiting(&pool, 2).await;
        first.commit().await.unwrap();

        set.await.unwrap().unwrap();
        let limits = asked.await.unwrap().unwrap();
        assert!(limits.is_some_and(|limits| matches!(limits.limit_total, Some(3 | 5))));
    }

    #[tokio::test]
    async fn a_coupon_that_takes_off_nothing_or_other_money_is_not_kept() {
        let pool = fresh_database().await;
        let coupons = Coupons::of(&samples::shop(&pool).await);
        let good = coupon_of_ten_percent();
        let dollars = Money::zero("USD".parse().unwrap());
        for bad in [
            Coupon { reduction: Reduction::Percent(BasisPoints(0)), ..good.clone() },
            Coupon { reduction: Reduction::Percent(BasisPoints(10_001)), ..good.clone() },
            Coupon { minimum: dollars, ..good.clone() },
        ] {
            assert!(matches!(coupons.set(&bad).await, Err(PricingStoreError::UnsoundCoupon(_))), "{bad:?}");
        }
    }

    #[tokio::test]
    async fn a_shopper_is_the_same_one_at_every_number_of_the_shop_and_another_shops_is_another() {
        let pool = fresh_database().await;
        let (mine, theirs) = (samples::shop(&pool).await, samples::shop(&pool).await);
        let first = samples::conversation_with(&mine, "5215500000001").await;
        let later = samples::conversation_with(&mine, "5215500000001").await;
        let somebody_else = samples::conversation_with(&mine, "5215500000002").await;
        let elsewhere = samples::conversation_with(&theirs, "5215500000001").await;
        let (my_coupons, their_coupons) = (Coupons::of(&mine), Coupons::of(&theirs));
        for (asked, expected) in [(first, first), (later, first), (somebody_else, somebody_else)] {
            assert_eq!(my_coupons.first_conversation(asked).await.unwrap(), expected);
        }
        assert_eq!(their_coupons.first_conversation(elsewhere).await.unwrap(), elsewhere);
    }
}
