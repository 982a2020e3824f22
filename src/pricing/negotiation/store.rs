//! Ledgers and policies in the database. The one file of this folder that touches it.

use sqlx::PgConnection;
use sqlx::types::Json;

use crate::base::ids::ConversationId;
use crate::base::money::{Currency, Money};
use crate::base::names::{Handle, Sku};
use crate::base::store::Scope;
use crate::pricing::negotiation::ledger::Ledger;
use crate::pricing::negotiation::policy::Policy;

/// The negotiations of one merchant.
#[derive(Clone, Debug)]
pub struct Negotiations {
    scope: Scope,
}

/// What is known before a shopper is answered.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// What was said so far.
    pub ledger: Ledger,
    /// Which state of it was read; 0 when there was none.
    pub version: i32,
    /// Whom it is kept under, when there was one.
    pub shopper: Option<String>,
    /// How many were wanted when it was written.
    pub quantity: u32,
    /// How many messages the shopper has written in this conversation.
    pub messages: u32,
}

/// A ledger that may hold a deal, with what the deal was about.
#[derive(Clone, Debug)]
pub struct Struck {
    /// What.
    pub sku: Sku,
    /// What was said.
    pub ledger: Ledger,
    /// How many were wanted.
    pub quantity: u32,
}

/// What is negotiated about, as it is kept.
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    /// What.
    pub sku: &'a Sku,
    /// The product it belongs to.
    pub product: &'a Handle,
    /// The product's category.
    pub category: &'a str,
    /// How many are wanted.
    pub quantity: u32,
    /// The list price of one.
    pub list: Money,
    /// What one costs the shop.
    pub cost: Option<Money>,
    /// The variant's own floor.
    pub floor: Option<Money>,
}

/// One negotiation as it was kept, for learning.
#[derive(Clone, Debug)]
pub struct Past {
    /// Its number; says nothing of the shopper.
    pub id: String,
    /// The product.
    pub product: Handle,
    /// Its category.
    pub category: String,
    /// How many were wanted.
    pub quantity: u32,
    /// The list price of one.
    pub list: Money,
    /// What one cost the shop.
    pub cost: Option<Money>,
    /// The variant's own floor.
    pub floor: Option<Money>,
    /// What was said.
    pub ledger: Ledger,
}

impl Negotiations {
    /// The negotiations of this merchant.
    #[must_use]
    pub fn of(scope: &Scope) -> Self {
        Self { scope: scope.clone() }
    }

    /// What was said so far with the shopper of a conversation about a variant.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn known(&self, conversation: ConversationId, sku: &Sku) -> Result<Known, sqlx::Error> {
        let row = sqlx::query!(
            r#"select n.ledger as "ledger?: Json<Ledger>", n.version as "version?", n.quantity as "quantity?",
                      n.shopper as "shopper?",
                      (select count(*) from intake i where i.conversation_id = c.id and i.kind = 'said') as "messages!"
               from conversations c
               left join negotiations n on n.merchant_id = c.merchant_id and n.sku = $3 and n.shopper in
                 (select unnest(array[o.user_id, o.phone]) from conversations_of_shopper(c.id) o)
               where c.id = $1 and c.merchant_id = $2
               order by n.updated_at desc nulls last limit 1"#,
            conversation.uuid(),
            self.scope.merchant().uuid(),
            sku.as_str(),
        )
        .fetch_optional(self.scope.pool())
        .await?;
        let Some(row) = row else { return Ok(Known::default()) };
        Ok(Known {
            ledger: row.ledger.map(|ledger| ledger.0).unwrap_or_default(),
            version: row.version.unwrap_or_default(),
            shopper: row.shopper,
            quantity: row.quantity.and_then(|quantity| u32::try_from(quantity).ok()).unwrap_or_default(),
            messages: u32::try_from(row.messages).unwrap_or(u32::MAX),
        })
    }

    /// The ledgers of these variants with the shopper of a conversation.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn about(&self, conversation: ConversationId, skus: &[Sku]) -> Result<Vec<Struck>, sqlx::Error> {
        let skus: Vec<&str> = skus.iter().map(Sku::as_str).collect();
        let rows = sqlx::query!(
            r#"select distinct on (n.sku) n.sku as "sku: Sku", n.ledger as "ledger: Json<Ledger>", n.quantity
               from conversations c
               join negotiations n on n.merchant_id = c.merchant_id and n.sku = any ($3) and n.shopper in
                 (select unnest(array[o.user_id, o.phone]) from conversations_of_shopper(c.id) o)
               where c.id = $1 and c.merchant_id = $2
               order by n.sku, n.updated_at desc"#,
            conversation.uuid(),
            self.scope.merchant().uuid(),
            &skus as _,
        )
        .fetch_all(self.scope.pool())
        .await?;
        let struck = rows.into_iter().map(|row| Struck {
            sku: row.sku,
            ledger: row.ledger.0,
            quantity: u32::try_from(row.quantity).unwrap_or(u32::MAX),
        });
        Ok(struck.collect())
    }

    /// Keeps a ledger, if nobody else wrote to it since it was read as `known`; tells whether it was kept.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn keep_in(
        &self,
        connection: &mut PgConnection,
        conversation: ConversationId,
        (ledger, known): (&Ledger, &Known),
        subject: &Subject<'_>,
    ) -> Result<bool, sqlx::Error> {
        let currency = subject.list.currency();
        let kept = sqlx::query_scalar!(
            r#"insert into negotiations as n (merchant_id, shopper, sku, ledger, quantity, product, category, currency,
                                              list_minor, cost_minor, floor_minor)
               select c.merchant_id, coalesce($13, c.user_id, c.phone), $3, $4, $6, $7, $8, $9, $10, $11, $12
               from conversations c where c.id = $1 and c.merchant_id = $2
               on conflict on constraint negotiations_one_ledger do update
               set ledger = excluded.ledger, version = n.version + 1, quantity = excluded.quantity,
                   product = excluded.product, category = excluded.category, currency = excluded.currency,
                   list_minor = excluded.list_minor, cost_minor = excluded.cost_minor,
                   floor_minor = excluded.floor_minor, updated_at = now()
               where n.version = $5
               returning n.version"#,
            conversation.uuid(),
            self.scope.merchant().uuid(),
            subject.sku.as_str(),
            Json(ledger) as _,
            known.version,
            i32::try_from(subject.quantity).unwrap_or(i32::MAX),
            subject.product.as_str(),
            subject.category,
            currency.code(),
            subject.list.minor(),
            subject.cost.map(Money::minor),
            subject.floor.map(Money::minor),
            known.shopper,
        )
        .fetch_optional(connection)
        .await?;
        Ok(kept.is_some())
    }

    /// Every ledger of the merchant, the oldest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn all(&self) -> Result<Vec<Past>, sqlx::Error> {
        let rows = sqlx::query!(
            r#"select id, product as "product: Handle", category, quantity, currency as "currency: Currency",
                      list_minor, cost_minor, floor_minor, ledger as "ledger: Json<Ledger>"
               from negotiations where merchant_id = $1 order by updated_at, id"#,
            self.scope.merchant().uuid(),
        )
        .fetch_all(self.scope.pool())
        .await?;
        let past = rows.into_iter().map(|row| {
            let money = |minor| Money::new(minor, row.currency);
            Past {
                id: row.id.to_string(),
                product: row.product,
                category: row.category,
                quantity: u32::try_from(row.quantity).unwrap_or(u32::MAX),
                list: money(row.list_minor),
                cost: row.cost_minor.map(money),
                floor: row.floor_minor.map(money),
                ledger: row.ledger.0,
            }
        });
        Ok(past.collect())
    }

    /// The policy that answers bids; `None` while the merchant has put none to use.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn policy(&self) -> Result<Option<Policy>, sqlx::Error> {
        let policy = sqlx::query_scalar!(
            "select policy from negotiation_policies where merchant_id = $1",
            self.scope.merchant().uuid(),
        )
        .fetch_optional(self.scope.pool())
        .await?;
        let read = policy.map(|policy| Policy::read(&policy.to_string()));
        Ok(read.and_then(|read| {
            // A shop must not stand still for a policy: bids are then answered as if nothing had been learned.
            read.inspect_err(
                |error| tracing::warn!(merchant.id = %self.scope.merchant(), %error, "no policy is used"),
            )
            .ok()
        }))
    }

    /// Has a policy answer bids from now on.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn put_to_use(&self, policy: &Policy) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "insert into negotiation_policies (merchant_id, policy) values ($1, $2)
             on conflict (merchant_id) do update set policy = excluded.policy, created_at = now()",
            self.scope.merchant().uuid(),
            Json(policy) as _,
        )
        .execute(self.scope.pool())
        .await
        .map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pricing::store::samples;
    use crate::testing::fresh_database;

    #[tokio::test]
    async fn a_shopper_finds_the_same_ledger_at_whichever_number_of_the_shop_they_write() {
        let pool = fresh_database().await;
        let (shop, theirs) = (samples::shop(&pool).await, samples::shop(&pool).await);
        let phone = "5215500000001";
        let first = samples::conversation_with(&shop, phone).await;
        let second = samples::conversation_with(&shop, phone).await;
        let somebody_else = samples::conversation_with(&shop, "5215500000002").await;
        let elsewhere = samples::conversation_with(&theirs, phone).await;
        let (sku, product) = ("LAMP-1".parse().unwrap(), Handle::new("lamp").unwrap());
        let list = Money::new(10_000, "MXN".parse().unwrap());
        let subject =
            Subject { sku: &sku, product: &product, category: "", quantity: 3, list, cost: None, floor: None };
        let negotiations = Negotiations::of(&shop);
        let mut connection = pool.acquire().await.unwrap();

        let unknown = negotiations.known(first, &sku).await.unwrap();
        assert_eq!((unknown.version, unknown.quantity), (0, 0));
        let said = (&Ledger::default(), &unknown);
        assert!(negotiations.keep_in(&mut connection, first, said, &subject).await.unwrap());
        let known = negotiations.known(second, &sku).await.unwrap();
        assert_eq!((known.version, known.quantity), (1, 3), "asked at another number");
        for (scope, conversation) in [(&shop, somebody_else), (&theirs, elsewhere)] {
            assert_eq!(Negotiations::of(scope).known(conversation, &sku).await.unwrap().version, 0);
        }
        // What was read before somebody else wrote is not written over that.
        assert!(!negotiations.keep_in(&mut connection, first, said, &subject).await.unwrap());
        assert!(
            negotiations.keep_in(&mut connection, second, (&Ledger::default(), &known), &subject).await.unwrap()
        );
        assert_eq!(negotiations.known(first, &sku).await.unwrap().version, 2);
    }
}
