//! Compares a file that was read with the shop, and applies what differs: everything in one transaction, some products
//! at a time. Neither the file nor the shop is ever held whole.

mod ahead;
pub(in crate::catalog) mod rows;
pub(in crate::catalog) mod shop;
pub(in crate::catalog) mod write;

use std::io;

use sqlx::{Postgres, Transaction};

use crate::base::fingerprint::Fingerprint;
use crate::base::ids::{ImportId, MerchantId, StaffId};
use crate::base::store::Scope;
use crate::catalog::import::doubt::{Agreed, Doubt, Waiting};
use crate::catalog::import::draft::ProductDraft;
use crate::catalog::import::fault::{Note, Unreadable};
use crate::catalog::import::passes::{NamedInFile, ReadFile};
use crate::catalog::import::plan::{Plan, Planner, Writes};
use crate::catalog::import::report::{Noticed, Outcome, Reading, Report};
use crate::catalog::import::sheets::{Done, SheetTold};
use crate::catalog::import::spool::{Spool, Values};
use crate::catalog::import::store::ahead::Ahead;
use crate::catalog::import::store::shop::{on_sale, page, stored};
use crate::catalog::import::store::write::{Keeping, Laid, Told, write};
use crate::catalog::import::{Absent, ImportOptions, Progress, Run};
use crate::catalog::undo::store::forget;
use crate::catalog::undo::{BYTES_MAX, KEPT_DAYS};

/// How many variants are compared at once, and how many products and variants are written at once, at least.
const AT_ONCE: usize = 1_000;

/// An import that came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum ImportFailed {
    /// The file is not a catalog we can read; the message says why in one sentence.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// The thread that read the file ended.
    #[error("the file could not be read to its end")]
    Thread(#[from] tokio::task::JoinError),
    /// There is no room for what is to be written; nothing was changed.
    #[error("what is to be imported could not be laid aside; nothing was changed")]
    Room(#[from] io::Error),
    /// The database did not do its part; nothing was changed.
    #[error("the catalog could not be imported; nothing was changed")]
    Database(#[from] sqlx::Error),
    /// The report could not be written down; nothing was changed.
    #[error("the report of an import could not be stored; nothing was changed")]
    Report(#[from] serde_json::Error),
}

/// The imports of one merchant.
#[derive(Clone, Debug)]
pub struct Imports<'a> {
    scope: &'a Scope,
    by: Option<StaffId>,
    only: Option<Fingerprint>,
}

impl<'a> Imports<'a> {
    /// The imports of this scope's merchant.
    #[must_use]
    pub const fn of(scope: &'a Scope) -> Self {
        Self { scope, by: None, only: None }
    }

    /// By this person.
    #[must_use]
    pub const fn by(self, person: StaffId) -> Self {
        Self { by: Some(person), ..self }
    }

    /// Only if it would still change what a dry run said: [`Report::plan`].
    #[must_use]
    pub const fn only_as_shown(self, plan: Fingerprint) -> Self {
        Self { only: Some(plan), ..self }
    }

    /// Compares a file that was read with the shop and, when asked and allowed, applies it; in one transaction
    /// that two imports of one shop cannot share. The report is stored beside the import.
    ///
    /// # Errors
    /// When the database fails, or there is no room. Then nothing was changed.
    pub async fn run(
        &self,
        name: &str,
        file: ReadFile,
        options: ImportOptions,
        progress: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<Report, ImportFailed> {
        let merchant = self.scope.merchant();
        let allowed = file.may_be_imported(options.partial);
        let mut transaction = self.scope.pool().begin().await?;
        lock(&mut transaction, merchant).await?;
        let mut comparing = Comparing::new(&file.named, options.absent, options.run == Run::Apply && allowed);
        comparing.file(&mut transaction, merchant, file.products).await?;
        let (plan, laid) = comparing.finish(&mut transaction, merchant).await?;
        let mut report = Report::of(name, file.fingerprint, file.reading);
        report.reading.notes.extend(nothing_archived(&file.named, options.absent));
        report.waiting = waiting(&report.reading, &plan, &options.reading.agreed);
        let waits = report.waiting.iter().any(|waiting| !waiting.agreed && !waiting.doubt.is_refused_by_row());
        report.counts = plan.counts;
        report.plan = Some(plan.fingerprint());
        report.outcome = match (options.run, allowed, plan.counts.is_nothing()) {
            (_, false, _) => Outcome::Refused,
            (Run::Dry, true, _) => Outcome::Dry,
            (Run::Apply, true, true) => Outcome::Unchanged,
            (Run::Apply, true, false) if waits => Outcome::Waiting,
            (Run::Apply, true, false) => Outcome::Applied,
        };
        report.changes = plan.changes;
        report.cannot_be_undone = plan.past_bytes > BYTES_MAX;
        if self.only.is_some() && self.only != report.plan {
            report.outcome = Outcome::Changed;
        }
        if options.run == Run::Dry || report.outcome == Outcome::Changed {
            transaction.rollback().await?;
            return Ok(report);
        }
        let import = record(&mut transaction, merchant, self.by, &report).await?;
        if report.outcome == Outcome::Applied {
            let keeping = if report.cannot_be_undone { Keeping::Nothing } else { Keeping::Past };
            let told = Told { total: plan.writes, progress };
            write(&mut transaction, (merchant, import), laid, keeping, &told).await?;
            forget(&mut transaction, merchant).await?;
            queue_vectors(&mut transaction, merchant).await?;
        }
        transaction.commit().await?;
        Ok(report)
    }
}

/// A file that is being compared with the shop.
struct Comparing<'f> {
    planner: Planner<'f>,
    /// Whether anything may come of it; else it is only looked at.
    in_earnest: bool,
    /// What is to be written and was not laid aside yet.
    pending: Writes,
    laid: Laid,
}

impl<'f> Comparing<'f> {
    fn new(named: &'f NamedInFile, absent: Absent, in_earnest: bool) -> Self {
        let planner = Planner::new(named, absent);
        Self { planner, in_earnest, pending: Writes::default(), laid: Laid::default() }
    }

    async fn file(
        &mut self,
        transaction: &mut Transaction<'_, Postgres>,
        merchant: MerchantId,
        products: Spool<ProductDraft>,
    ) -> Result<(), ImportFailed> {
        let mut products = Ahead::of(products.read()?, some);
        while let Some(drafts) = products.next().await? {
            let stored = stored(transaction, merchant, &drafts).await?;
            let writes = self.planner.compare(&stored, drafts);
            self.lay_aside(writes)?;
        }
        Ok(())
    }

    async fn finish(
        mut self,
        transaction: &mut Transaction<'_, Postgres>,
        merchant: MerchantId,
    ) -> Result<(Plan, Laid), ImportFailed> {
        if self.planner.looks_for_absent() {
            self.shop(transaction, merchant).await?;
        }
        self.laid.writes.push(0, &self.pending)?;
        let on_sale = if self.planner.vanished() == 0 { 0 } else { on_sale(transaction, merchant).await? };
        Ok((self.planner.finish(on_sale), self.laid))
    }

    /// Goes through the whole shop for what the file has not.
    async fn shop(
        &mut self,
        transaction: &mut Transaction<'_, Postgres>,
        merchant: MerchantId,
    ) -> Result<(), ImportFailed> {
        let mut last = None;
        loop {
            let products = page(transaction, merchant, last.as_ref()).await?;
            let Some(end) = products.last() else { return Ok(()) };
            last = Some(end.fields.handle.clone());
            let writes = self.planner.archive_absent(&products);
            self.lay_aside(writes)?;
        }
    }

    fn lay_aside(&mut self, writes: Writes) -> io::Result<()> {
        if !self.in_earnest {
            return Ok(());
        }
        let written = writes.variants.iter().filter(|write| !write.is_new).map(|write| write.id);
        self.laid.known.extend(written.chain(writes.archived_variants.iter().copied()));
        self.pending.add(writes);
        if self.pending.count() >= AT_ONCE {
            self.laid.writes.push(0, &std::mem::take(&mut self.pending))?;
        }
        Ok(())
    }
}

/// Said where the file was to be the whole catalog, and rows of it were not read.
fn nothing_archived(named: &NamedInFile, absent: Absent) -> Option<Noticed> {
    let rows = named.withheld.nameless.clone();
    let count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    (absent == Absent::Archive && count > 0).then_some(Noticed { note: Note::NothingArchived, count, rows })
}

/// The next products of the file.
fn some(products: &mut Values<ProductDraft>) -> io::Result<Option<Vec<ProductDraft>>> {
    let (mut drafts, mut variants) = (Vec::new(), 0);
    while variants < AT_ONCE
        && let Some(read) = products.next()
    {
        let (_, draft) = read?;
        variants += draft.variants.len();
        drafts.push(draft);
    }
    Ok((!drafts.is_empty()).then_some(drafts))
}

/// What waits for a person's yes: rows that were refused for it, what was left out of the file, and what the comparison
/// with the shop brought up.
fn waiting(reading: &Reading, plan: &Plan, agreed: &Agreed) -> Vec<Waiting> {
    let is_left_out = |sheet: &&SheetTold| matches!(sheet.done, Done::LeftOut | Done::Hidden);
    let sheets = || reading.sheets.iter().filter(is_left_out).map(|sheet| sheet.name.clone());
    let columns =
        || reading.unused.iter().filter_map(|unused| Some(format!("`{}` {}", unused.column, unused.says?)));
    let read = reading.doubts.iter().map(|(doubt, count)| Waiting {
        doubt: *doubt,
        count: *count,
        examples: match doubt {
            Doubt::SheetsLeftOut => sheets().collect(),
            Doubt::ColumnsNotRead => columns().collect(),
            _ => Vec::new(),
        },
        // A row that was refused for a doubt was not agreed to.
        agreed: !doubt.is_refused_by_row() && agreed.has(*doubt),
    });
    let compared = plan.doubts.iter().map(|doubt| Waiting { agreed: agreed.has(doubt.doubt), ..doubt.clone() });
    read.chain(compared).collect()
}

/// Waits until nobody else changes many of this merchant's variants at once; until the transaction ends.
///
/// # Errors
/// When the database does not answer, or the wait was limited and is over.
pub(in crate::catalog) async fn lock(
    transaction: &mut Transaction<'_, Postgres>,
    merchant: MerchantId,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended('catalog import ' || $1::uuid, 0))",
        merchant.uuid()
    )
    .fetch_one(&mut **transaction)
    .await?;
    Ok(())
}

/// Takes the lock of [`lock`] if nobody has it, and says whether.
///
/// # Errors
/// When the database fails.
pub(in crate::catalog) async fn try_lock(
    transaction: &mut Transaction<'_, Postgres>,
    merchant: MerchantId,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select pg_try_advisory_xact_lock(hashtextextended('catalog import ' || $1::uuid, 0)) as "is_ours!""#,
        merchant.uuid()
    )
    .fetch_one(&mut **transaction)
    .await
}

/// Texts may have changed, and vectors of products are made of them.
///
/// # Errors
/// When the database fails.
pub(in crate::catalog) async fn queue_vectors(
    transaction: &mut Transaction<'_, Postgres>,
    merchant: MerchantId,
) -> Result<(), sqlx::Error> {
    sqlx::query!("select queue_vectors($1, now())", merchant.uuid()).execute(&mut **transaction).await?;
    Ok(())
}

async fn record(
    transaction: &mut Transaction<'_, Postgres>,
    merchant: MerchantId,
    by: Option<StaffId>,
    report: &Report,
) -> Result<ImportId, ImportFailed> {
    let id = ImportId::generate();
    let applied = report.outcome == Outcome::Applied;
    // Of two that wait for each other the later one is the newest, whichever began first.
    sqlx::query!(
        "insert into imports (id, merchant_id, file_name, fingerprint, report, applied, staff_id, created_at, undo_until)
         values ($1, $2, $3, $4, $5, $6, $7, clock_timestamp(), case when $8 then now() + make_interval(days => $9) end)",
        id.uuid(),
        merchant.uuid(),
        report.file,
        report.fingerprint.bytes().as_slice(),
        serde_json::to_value(report)?,
        applied,
        by.map(StaffId::uuid),
        applied && !report.cannot_be_undone,
        KEPT_DAYS,
    )
    .execute(&mut **transaction)
    .await?;
    Ok(id)
}
