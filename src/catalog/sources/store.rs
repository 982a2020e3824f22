//! Sources in the database. Whatever changes when one is fetched queues the fetch in the same transaction.

use serde_json::Value;
use sqlx::types::Json;

use crate::base::clock::Time;
use crate::base::fingerprint::Fingerprint;
use crate::base::ids::SourceId;
use crate::base::store::Scope;
use crate::catalog::sources::address::Address;
use crate::catalog::sources::client::Seen;
use crate::catalog::sources::{Came, EVERY_HOURS, SOURCES_MAX, Source, due};
use crate::catalog::uploads::Choices;

/// The sources of one merchant.
#[derive(Clone, Debug)]
pub struct Sources {
    scope: Scope,
}

/// Why something could not be done with a source.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// There is none of this number.
    #[error("there is no such source")]
    NoSuch,
    /// There are too many.
    #[error("there are {SOURCES_MAX} sources already; remove one that is not used")]
    TooMany,
    /// There is one of this address.
    #[error("this address is fetched already")]
    Twice,
    /// So many hours are not allowed.
    #[error("a source is fetched every {} to {} hours", EVERY_HOURS.start(), EVERY_HOURS.end())]
    Hours,
    /// The database does not answer.
    #[error("the sources could not be read or written")]
    Store(#[source] sqlx::Error),
}

impl From<sqlx::Error> for SourceError {
    fn from(error: sqlx::Error) -> Self {
        let broken = error.as_database_error().and_then(|refusal| refusal.constraint());
        if broken == Some("catalog_sources_address_is_unique") { Self::Twice } else { Self::Store(error) }
    }
}

/// A file that was read, so that it is known again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// What the server said of it.
    pub seen: Seen,
    /// What was in it.
    pub content: Fingerprint,
}

impl Sources {
    /// Those of this scope's merchant.
    #[must_use]
    pub fn of(scope: &Scope) -> Self {
        Self { scope: scope.clone() }
    }

    /// Adds one, to be fetched at once.
    ///
    /// # Errors
    /// When there are too many, it is there already, the hours are not allowed, or the database does not answer.
    pub async fn add(
        &self,
        address: &Address,
        every_hours: i32,
        choices: &Choices,
        now: Time,
    ) -> Result<SourceId, SourceError> {
        if !EVERY_HOURS.contains(&every_hours) {
            return Err(SourceError::Hours);
        }
        let id = SourceId::generate();
        let mut transaction = self.scope.begin().await?;
        let added = sqlx::query!(
            "insert into catalog_sources (id, merchant_id, address, every_hours, choices, next_at)
             select $1, $2, $3, $4, $5, $6 where (select count(*) from catalog_sources where merchant_id = $2) < $7",
            id.uuid(),
            self.scope.merchant().uuid(),
            address.reveal(),
            every_hours,
            Json(choices) as _,
            now,
            SOURCES_MAX,
        )
        .execute(&mut *transaction)
        .await?;
        if added.rows_affected() == 0 {
            return Err(SourceError::TooMany);
        }
        sqlx::query!("select queue_source($1, $2, $3)", self.scope.merchant().uuid(), id.uuid(), now)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(id)
    }

    /// All of them, the oldest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn list(&self) -> Result<Vec<Source>, SourceError> {
        self.read(None).await
    }

    /// One of them.
    ///
    /// # Errors
    /// When there is none, or the database does not answer.
    pub async fn find(&self, id: SourceId) -> Result<Source, SourceError> {
        self.read(Some(id)).await?.into_iter().next().ok_or(SourceError::NoSuch)
    }

    /// Has one fetched now.
    ///
    /// # Errors
    /// When there is none, or the database does not answer.
    pub async fn fetch_now(&self, id: SourceId, now: Time) -> Result<(), SourceError> {
        let queued = sqlx::query!(
            "with moved as (update catalog_sources set next_at = $3 where merchant_id = $1 and id = $2 returning id)
             select queue_source($1, id, $3) from moved",
            self.scope.merchant().uuid(),
            id.uuid(),
            now,
        )
        .fetch_optional(self.scope.pool())
        .await?;
        queued.map(|_| ()).ok_or(SourceError::NoSuch)
    }

    /// Has it looked at again later, without having fetched it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn later(&self, id: SourceId, at: Time) -> Result<(), SourceError> {
        sqlx::query!(
            "select queue_source($1, id, $3) from catalog_sources where merchant_id = $1 and id = $2",
            self.scope.merchant().uuid(),
            id.uuid(),
            at,
        )
        .fetch_optional(self.scope.pool())
        .await?;
        Ok(())
    }

    /// Removes one, with what was fetched from it and waits. Products stay. Says whether there was one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn remove(&self, id: SourceId) -> Result<bool, SourceError> {
        let removed = sqlx::query!(
            "delete from catalog_sources where merchant_id = $1 and id = $2",
            self.scope.merchant().uuid(),
            id.uuid(),
        )
        .execute(self.scope.pool())
        .await?;
        Ok(removed.rows_affected() == 1)
    }

    /// Whether the file with this content was read last.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn was_read(&self, id: SourceId, content: Fingerprint) -> Result<bool, SourceError> {
        let same = sqlx::query_scalar!(
            r#"select exists (select from catalog_sources where merchant_id = $1 and id = $2 and content = $3) as "same!""#,
            self.scope.merchant().uuid(),
            id.uuid(),
            content.bytes().as_slice(),
        );
        Ok(same.fetch_one(self.scope.pool()).await?)
    }

    /// Writes down what came of a fetch, and when the next one is due. A source that was removed meanwhile stays so.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn settle(
        &self,
        source: &Source,
        came: &Came,
        read: Option<&Read>,
        now: Time,
    ) -> Result<(), SourceError> {
        let failures = if came.is_failure() { source.failures.saturating_add(1) } else { 0 };
        sqlx::query!(
            "with settled as (
                 update catalog_sources
                 set fetched_at = $3, came = $4, failures = $5, next_at = $6,
                     etag = case when $7 then $8 else etag end,
                     last_modified = case when $7 then $9 else last_modified end,
                     content = case when $7 then $10 else content end
                 where merchant_id = $1 and id = $2
                 returning id
             )
             select queue_source($1, id, $6) from settled",
            self.scope.merchant().uuid(),
            source.id.uuid(),
            now,
            Json(came) as _,
            failures,
            due(now, source.every_hours, failures),
            read.is_some(),
            read.and_then(|read| read.seen.etag.as_deref()),
            read.and_then(|read| read.seen.last_modified.as_deref()),
            read.map(|read| read.content.bytes().as_slice()),
        )
        .fetch_optional(self.scope.pool())
        .await?;
        Ok(())
    }

    async fn read(&self, id: Option<SourceId>) -> Result<Vec<Source>, SourceError> {
        let rows = sqlx::query_as!(
            Row,
            r#"select id as "id: SourceId", address, every_hours, choices, etag, last_modified, fetched_at, came, failures,
                      next_at
               from catalog_sources where merchant_id = $1 and (id = $2 or $2::uuid is null) order by created_at, id"#,
            self.scope.merchant().uuid(),
            id.map(SourceId::uuid),
        )
        .fetch_all(self.scope.pool())
        .await?;
        Ok(rows.into_iter().filter_map(Row::source).collect())
    }
}

struct Row {
    id: SourceId,
    address: String,
    every_hours: i32,
    choices: Value,
    etag: Option<String>,
    last_modified: Option<String>,
    fetched_at: Option<Time>,
    came: Option<Value>,
    failures: i32,
    next_at: Time,
}

impl Row {
    /// What an older program wrote in other words counts as not said. An address was one when it was added.
    fn source(self) -> Option<Source> {
        Some(Source {
            id: self.id,
            address: self.address.parse().ok()?,
            every_hours: self.every_hours,
            choices: serde_json::from_value(self.choices).unwrap_or_default(),
            seen: Seen { etag: self.etag, last_modified: self.last_modified },
            fetched_at: self.fetched_at,
            came: self.came.and_then(|came| serde_json::from_value(came).ok()),
            failures: self.failures,
            next_at: self.next_at,
        })
    }
}

/// Queues the next fetch of every source: for jobs that were lost with an older database, or gave up.
///
/// # Errors
/// When the database does not answer.
pub async fn queue_all(pool: &sqlx::PgPool) -> Result<(), sqlx::Error> {
    // One that is being fetched, or whose server died and that is taken up again, has its job: another beside it would
    // fetch twice.
    sqlx::query!(
        "select queue_source(merchant_id, id, next_at) from catalog_sources source
         where not exists (select from graphile_worker._private_jobs job
                           where job.key = 'fetch_source:' || source.id and job.attempts < job.max_attempts)"
    )
    .execute(pool)
    .await
    .map(|_| ())
}
