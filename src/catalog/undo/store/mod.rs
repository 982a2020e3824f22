//! Undoes an import: in one transaction that no import of the shop can share.

mod undoing;

use sqlx::{PgPool, Postgres, Transaction};

use crate::base::fingerprint::Fingerprint;
use crate::base::ids::{ImportId, MerchantId, StaffId};
use crate::base::store::Scope;
use crate::catalog::import::Run;
use crate::catalog::import::report::Outcome;
use crate::catalog::import::store::{lock, queue_vectors};
use crate::catalog::undo::IMPORTS_KEPT;
use crate::catalog::undo::report::UndoReport;
use crate::catalog::undo::standing::{Facts, Standing};
use crate::catalog::undo::store::undoing::Undoing;

/// How long an undo waits for an import of the same shop.
const WAIT: &str = "5s";

/// Why an undo came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum UndoError {
    /// There is no such import, or it is another shop's.
    #[error("there is no such import in this shop")]
    NoSuch,
    /// The shop has no import that could be undone.
    #[error("there is no import to undo: nothing was imported, or everything was undone")]
    None,
    /// It cannot be undone; [`Standing::why_not`] says why.
    #[error("the import cannot be undone")]
    Not(Standing),
    /// An import of the shop takes its time.
    #[error("the catalog is being changed by an import; try again when it has ended")]
    Busy,
    /// The database does not answer; nothing was changed.
    #[error("the import could not be undone; nothing was changed")]
    Store(#[source] sqlx::Error),
    /// What was kept, or the report, is not as it should be; nothing was changed.
    #[error("what was there before the import cannot be read; nothing was changed")]
    Json(#[from] serde_json::Error),
}

impl From<sqlx::Error> for UndoError {
    fn from(error: sqlx::Error) -> Self {
        // lock_not_available
        let waited = error.as_database_error().is_some_and(|refusal| refusal.code().as_deref() == Some("55P03"));
        if waited { Self::Busy } else { Self::Store(error) }
    }
}

/// The undoing of one merchant's imports.
#[derive(Clone, Debug)]
pub struct Undos {
    scope: Scope,
    by: Option<StaffId>,
}

/// An import, and how it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Which.
    pub id: ImportId,
    /// The file's name.
    pub file: String,
    /// Whether it can be undone.
    pub standing: Standing,
}

impl Undos {
    /// Those of this scope's merchant.
    #[must_use]
    pub fn of(scope: &Scope) -> Self {
        Self { scope: scope.clone(), by: None }
    }

    /// By this person.
    #[must_use]
    pub const fn by(mut self, person: StaffId) -> Self {
        self.by = Some(person);
        self
    }

    /// An import and how it stands; without one, the newest that was applied and not undone.
    ///
    /// # Errors
    /// When there is none, or the database does not answer.
    pub async fn find(&self, import: Option<ImportId>) -> Result<Candidate, UndoError> {
        let mut transaction = self.scope.begin().await?;
        candidate(&mut transaction, self.scope.merchant(), import).await
    }

    /// What undoing an import did; nothing while it was not undone.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn done(&self, import: ImportId) -> Result<Option<UndoReport>, UndoError> {
        let report = sqlx::query_scalar!(
            "select report from imports where merchant_id = $1 and undoes = $2",
            self.scope.merchant().uuid(),
            import.uuid(),
        )
        .fetch_optional(self.scope.pool())
        .await?;
        Ok(report.map(serde_json::from_value).transpose()?)
    }

    /// Says what would come back, or brings it back, and then only `as_shown`, where that is given.
    ///
    /// # Errors
    /// When the import cannot be undone, another import takes its time, or the database fails. Then nothing was
    /// changed.
    pub async fn run(
        &self,
        import: ImportId,
        run: Run,
        as_shown: Option<Fingerprint>,
    ) -> Result<UndoReport, UndoError> {
        let merchant = self.scope.merchant();
        let mut transaction = self.begin().await?;
        let Candidate { id, file, standing } = candidate(&mut transaction, merchant, Some(import)).await?;
        if !matches!(standing, Standing::Open(_)) {
            return Err(UndoError::Not(standing));
        }
        let (transaction, notes) = Undoing::of(transaction, (merchant, id), run).finish().await?;
        let outcome = if run == Run::Dry { Outcome::Dry } else { Outcome::Applied };
        let mut report = notes.finish(id, file, outcome);
        if as_shown.is_some_and(|shown| shown != report.plan) {
            report.outcome = Outcome::Changed;
        }
        if report.outcome != Outcome::Applied {
            transaction.rollback().await?;
            return Ok(report);
        }
        self.commit(transaction, &report).await?;
        Ok(report)
    }

    /// A transaction that no import of the shop shares.
    async fn begin(&self) -> Result<Transaction<'static, Postgres>, UndoError> {
        let mut transaction = self.scope.begin().await?;
        sqlx::query!("select set_config('lock_timeout', $1, true)", WAIT).fetch_one(&mut *transaction).await?;
        lock(&mut transaction, self.scope.merchant()).await?;
        Ok(transaction)
    }

    async fn commit(
        &self,
        mut transaction: Transaction<'static, Postgres>,
        report: &UndoReport,
    ) -> Result<(), UndoError> {
        self.record(&mut transaction, report).await?;
        queue_vectors(&mut transaction, self.scope.merchant()).await?;
        transaction.commit().await?;
        let (merchant, import, counts) = (self.scope.merchant(), report.import, report.counts);
        tracing::info!(merchant.id = %merchant, import.id = %import, ?counts, "an import was undone");
        Ok(())
    }

    async fn record(
        &self,
        transaction: &mut Transaction<'_, Postgres>,
        report: &UndoReport,
    ) -> Result<(), UndoError> {
        sqlx::query!(
            "with over as (update imports set undo_until = now() where merchant_id = $2 and id = $6),
                  gone as (delete from import_pasts where merchant_id = $2 and import_id = $6)
             insert into imports (id, merchant_id, file_name, fingerprint, report, applied, undoes, staff_id, created_at)
             values ($1, $2, $3, $4, $5, true, $6, $7, clock_timestamp())",
            ImportId::generate().uuid(),
            self.scope.merchant().uuid(),
            report.file,
            report.plan.bytes().as_slice(),
            serde_json::to_value(report)?,
            report.import.uuid(),
            self.by.map(StaffId::uuid),
        )
        .execute(&mut **transaction)
        .await?;
        Ok(())
    }
}

/// An import and how it stands.
async fn candidate(
    transaction: &mut Transaction<'_, Postgres>,
    merchant: MerchantId,
    import: Option<ImportId>,
) -> Result<Candidate, UndoError> {
    let row = sqlx::query!(
        r#"with newest as (
               select i.id from imports i
               where i.merchant_id = $1 and i.applied and i.undoes is null
                     and not exists (select from imports u where u.merchant_id = $1 and u.undoes = i.id)
               order by i.created_at desc, i.id desc limit 1
           )
           select i.id as "id: ImportId", i.file_name, i.applied, i.undoes is not null as "is_undo!",
                  exists (select from imports u where u.merchant_id = $1 and u.undoes = i.id) as "undone!",
                  i.id in (select id from newest) as "newest!", i.undo_until,
                  coalesce(i.undo_until > now(), false) as "kept!"
           from imports i
           where i.merchant_id = $1 and (i.id = $2 or $2::uuid is null and i.id in (select id from newest))"#,
        merchant.uuid(),
        import.map(ImportId::uuid),
    )
    .fetch_optional(&mut **transaction)
    .await?;
    let row = row.ok_or(if import.is_some() { UndoError::NoSuch } else { UndoError::None })?;
    let facts = Facts {
        applied: row.applied,
        is_undo: row.is_undo,
        undone: row.undone,
        newest: row.newest,
        until: row.undo_until,
        kept: row.kept,
    };
    Ok(Candidate { id: row.id, file: row.file_name, standing: Standing::of(facts) })
}

/// Does away with what was there before imports that can no longer be undone: all but the newest of the shop.
///
/// # Errors
/// When the database fails.
pub(in crate::catalog) async fn forget(
    transaction: &mut Transaction<'_, Postgres>,
    merchant: MerchantId,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "with kept as (
             select id from imports where merchant_id = $1 and undo_until > now()
             order by created_at desc, id desc limit $2
         ), over as (
             update imports set undo_until = now()
             where merchant_id = $1 and undo_until > now() and id not in (select id from kept)
             returning id
         )
         delete from import_pasts where merchant_id = $1 and import_id in (select id from over)",
        merchant.uuid(),
        IMPORTS_KEPT,
    )
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// Does away with what was there before imports that were too long ago, whosever they are. Gives how many parts it
/// were.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(pool: &PgPool) -> Result<u64, sqlx::Error> {
    let swept = sqlx::query!(
        "delete from import_pasts past using imports i where i.id = past.import_id and i.undo_until <= now()"
    );
    Ok(swept.execute(pool).await?.rows_affected())
}
