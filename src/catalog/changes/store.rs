//! Applies a request in one transaction, and keeps its answer in the same one: so a repeat gets the answer or, where
//! the server died before it was given, does the work.

use serde_json::Value;
use sqlx::{PgPool, Postgres, Transaction};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

use crate::base::fingerprint::Fingerprint;
use crate::base::ids::{ApiKeyId, VariantId};
use crate::base::money::{Currency, Money};
use crate::base::names::Sku;
use crate::base::store::Scope;
use crate::catalog::changes::answer::{Answer, Line};
use crate::catalog::changes::item::{Item, Refusal, named};
use crate::catalog::changes::judge::{Shelf, Verdict, judge};
use crate::catalog::import::store::try_lock;

/// How long a request waits for an order that holds one of its variants.
const WAIT: &str = "1s";
/// For how long an answer is kept.
const KEPT_HOURS: f64 = 24.0;

/// The changes of one merchant's stock and prices.
#[derive(Clone, Debug)]
pub struct Changes {
    scope: Scope,
    caller: ApiKeyId,
    currency: Currency,
}

/// A request, as it came.
#[derive(Clone, Copy, Debug)]
pub struct Request<'r> {
    /// By which a repeat is known.
    pub key: &'r str,
    /// A fingerprint of all that it says.
    pub fingerprint: Fingerprint,
    /// Its items.
    pub items: &'r [Value],
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The answer, as JSON.
    pub text: String,
    /// Whether it was given before, and nothing was done now.
    pub repeated: bool,
}

/// Why a request came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// Something else was asked under the same key before.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// An import of the shop takes its time.
    #[error("the catalog is being changed by somebody else")]
    Busy,
    /// The database does not answer; nothing was changed.
    #[error("stock and prices could not be changed; nothing was")]
    Store(#[source] sqlx::Error),
    /// The answer could not be written down; nothing was changed.
    #[error("the answer to a request could not be stored; nothing was changed")]
    Json(#[from] serde_json::Error),
}

impl From<sqlx::Error> for ChangeError {
    fn from(error: sqlx::Error) -> Self {
        // lock_not_available
        let waited = error.as_database_error().is_some_and(|refusal| refusal.code().as_deref() == Some("55P03"));
        if waited { Self::Busy } else { Self::Store(error) }
    }
}

impl Changes {
    /// Those that this caller makes in the shop of the scope, which sells in this currency.
    #[must_use]
    pub fn of(scope: &Scope, caller: ApiKeyId, currency: Currency) -> Self {
        Self { scope: scope.clone(), caller, currency }
    }

    /// Does what is asked, item by item, and answers; or answers again what was answered to the same request. Where an
    /// import, or another request, has the shop's catalog, nobody waits with a connection in hand: whoever asked may
    /// ask again.
    ///
    /// # Errors
    /// When the key was used for something else, somebody else keeps the catalog, or the database does not answer. Then
    /// nothing was changed.
    pub async fn apply(&self, request: Request<'_>) -> Result<Answered, ChangeError> {
        let mut transaction = self.scope.begin().await?;
        sqlx::query!("select set_config('lock_timeout', $1, true)", WAIT).fetch_one(&mut *transaction).await?;
        if !try_lock(&mut transaction, self.scope.merchant()).await? {
            return Err(ChangeError::Busy);
        }
        if let Some(known) = self.known(&mut transaction, request).await.transpose() {
            // Not left to the pool, which does it later: the next request would find the catalog still kept.
            transaction.rollback().await?;
            return Ok(Answered { text: known?, repeated: true });
        }
        let answer = self.work(&mut transaction, request.items).await?;
        let text = serde_json::to_string(&answer)?;
        self.keep(&mut transaction, request, &text).await?;
        transaction.commit().await?;
        let (merchant, caller) = (self.scope.merchant(), self.caller);
        let (changed, refused) = (answer.changed(), answer.refused());
        tracing::info!(merchant.id = %merchant, api_key.id = %caller, changed, refused, "stock and prices were changed");
        Ok(Answered { text, repeated: false })
    }

    async fn work(
        &self,
        transaction: &mut Transaction<'_, Postgres>,
        items: &[Value],
    ) -> Result<Answer, ChangeError> {
        let read: Vec<_> = items.iter().map(|item| Item::read(item, self.currency)).collect();
        let skus: Vec<String> = read.iter().flatten().map(|item| item.sku.to_string()).collect();
        let shelves = self.shelves(transaction, &skus).await?;
        let (mut seen, mut writes, mut lines) = (HashSet::new(), Vec::new(), Vec::new());
        for (value, item) in items.iter().zip(read) {
            let item = item.and_then(|item| if seen.insert(item.sku.clone()) { Ok(item) } else { Err(twice()) });
            lines.push(match item {
                Err(refusal) => Line::refused(named(value), refusal),
                Ok(item) => {
                    let verdict = judge(shelves.get(&item.sku), &item);
                    let line = Line::judged(item.sku.as_str(), &verdict);
                    if let Verdict::Changed(shelf, _) = verdict {
                        writes.push(shelf);
                    }
                    line
                }
            });
        }
        self.write(transaction, &writes).await?;
        Ok(Answer::of(lines, self.currency))
    }

    /// The variants of these SKUs. They are locked in the order in which orders lock them, so that nobody deadlocks.
    async fn shelves(
        &self,
        transaction: &mut Transaction<'_, Postgres>,
        skus: &[String],
    ) -> Result<HashMap<Sku, Shelf>, ChangeError> {
        let rows = sqlx::query!(
            r#"select id as "id: VariantId", sku as "sku: Sku", stock, price_minor, compare_at_minor,
                      currency as "currency: Currency", archived
               from variants where merchant_id = $1 and sku = any($2::text[]) order by sku for update"#,
            self.scope.merchant().uuid(),
            skus,
        )
        .fetch_all(&mut **transaction)
        .await?;
        let shelves = rows.into_iter().map(|row| Shelf {
            id: row.id,
            sku: row.sku,
            stock: row.stock,
            price: Money::new(row.price_minor, row.currency),
            compare_at: row.compare_at_minor.map(|minor| Money::new(minor, row.currency)),
            archived: row.archived,
        });
        Ok(shelves.map(|shelf| (shelf.sku.clone(), shelf)).collect())
    }

    async fn write(
        &self,
        transaction: &mut Transaction<'_, Postgres>,
        writes: &[Shelf],
    ) -> Result<(), ChangeError> {
        if writes.is_empty() {
            return Ok(());
        }
        sqlx::query!(
            "update variants v
             set stock_moves = v.stock_moves + (v.stock is distinct from new.stock)::int,
                 stock = new.stock, price_minor = new.price, compare_at_minor = new.compare_at, currency = new.currency
             from unnest($2::uuid[], $3::int[], $4::bigint[], $5::bigint[], $6::text[])
                  as new(id, stock, price, compare_at, currency)
             where v.merchant_id = $1 and v.id = new.id",
            self.scope.merchant().uuid(),
            &writes.iter().map(|shelf| shelf.id.uuid()).collect::<Vec<_>>() as &[Uuid],
            &writes.iter().map(|shelf| shelf.stock).collect::<Vec<_>>() as _,
            &writes.iter().map(|shelf| shelf.price.minor()).collect::<Vec<_>>(),
            &writes.iter().map(|shelf| shelf.compare_at.map(Money::minor)).collect::<Vec<_>>() as _,
            &writes.iter().map(|shelf| shelf.price.currency().to_string()).collect::<Vec<_>>(),
        )
        .execute(&mut **transaction)
        .await?;
        Ok(())
    }

    /// What was answered under this key.
    async fn known(
        &self,
        transaction: &mut Transaction<'_, Postgres>,
        request: Request<'_>,
    ) -> Result<Option<String>, ChangeError> {
        let row = sqlx::query!(
            r#"select request as "request: Fingerprint", answer from api_answers
               where merchant_id = $1 and api_key_id = $2 and key = $3"#,
            self.scope.merchant().uuid(),
            self.caller.uuid(),
            request.key,
        )
        .fetch_optional(&mut **transaction)
        .await?;
        match row {
            Some(row) if row.request != request.fingerprint => Err(ChangeError::KeyReused),
            row => Ok(row.map(|row| row.answer)),
        }
    }

    async fn keep(
        &self,
        transaction: &mut Transaction<'_, Postgres>,
        request: Request<'_>,
        answer: &str,
    ) -> Result<(), ChangeError> {
        sqlx::query!(
            "insert into api_answers (merchant_id, api_key_id, key, request, answer) values ($1, $2, $3, $4, $5)",
            self.scope.merchant().uuid(),
            self.caller.uuid(),
            request.key,
            request.fingerprint.bytes().as_slice(),
            answer,
        )
        .execute(&mut **transaction)
        .await?;
        Ok(())
    }
}

fn twice() -> Refusal {
    Refusal::new("sku-twice", "sku", "an earlier item of this request is of the same SKU; put both into one")
}

/// Throws away answers of more than a day ago, whosever they are. Gives how many.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(pool: &PgPool) -> Result<u64, sqlx::Error> {
    let swept = sqlx::query!(
        "delete from api_answers where created_at < now() - make_interval(secs => $1)",
        KEPT_HOURS * 3600.0
    );
    Ok(swept.execute(pool).await?.rows_affected())
}
