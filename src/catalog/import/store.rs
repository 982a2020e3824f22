//! Applies a plan: everything in one transaction, in bulk statements.

use std::collections::HashMap;

use sqlx::types::Json;
use sqlx::{Postgres, Transaction};
use uuid::Uuid;

use crate::base::fingerprint::Fingerprint;
use crate::base::ids::{ImportId, MerchantId, ProductId, StaffId, VariantId};
use crate::base::language::Language;
use crate::base::money::{Currency, Money};
use crate::base::names::{Handle, Sku};
use crate::base::store::Scope;
use crate::catalog::import::doubt::{Agreed, Waiting};
use crate::catalog::import::fault::Unreadable;
use crate::catalog::import::plan::{Plan, ProductWrite, StoredProduct, StoredVariant, VariantWrite, plan};
use crate::catalog::import::report::{Outcome, Reading, Report};
use crate::catalog::import::rows::{ProductRow, VariantRow};
use crate::catalog::import::{ImportOptions, ParsedFile, Progress, Run};
use crate::catalog::product::Named;

/// How many products or variants one statement writes.
const WRITES_PER_STATEMENT: usize = 1_000;
/// From how many writes on the planner is told at once what the tables hold now. Measured on 6,764 products:
/// searches took seconds until autovacuum came by, and tens of milliseconds after.
const WRITES_WORTH_ANALYZING: usize = 200;

/// An import that came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum ImportFailed {
    /// The file is not a catalog we can read; the message says why in one sentence.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
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
    /// that two imports of one shop cannot share. Completes `report`, which is stored beside the import.
    ///
    /// # Errors
    /// When the database fails. Then nothing was changed.
    pub async fn run(
        &self,
        parsed: ParsedFile,
        mut report: Report,
        options: ImportOptions,
        progress: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<Report, ImportFailed> {
        let merchant = self.scope.merchant();
        let mut transaction = self.scope.pool().begin().await?;
        lock(&mut transaction, merchant).await?;
        let stored = load(&mut transaction, merchant).await?;
        let allowed = parsed.may_be_imported(options.partial);
        let plan = plan(&stored, parsed.products, &parsed.reading.withheld, options.absent);
        report.waiting = waiting(&parsed.reading, &plan, &options.reading.agreed);
        let waits = report.waiting.iter().any(|waiting| !waiting.agreed && !waiting.doubt.is_refused_by_row());
        report.reading = parsed.reading;
        report.counts = plan.counts;
        report.changes.clone_from(&plan.changes);
        report.plan = Some(plan.fingerprint());
        report.outcome = match (options.run, allowed, plan.counts.is_nothing()) {
            (_, false, _) => Outcome::Refused,
            (Run::Dry, true, _) => Outcome::Dry,
            (Run::Apply, true, true) => Outcome::Unchanged,
            (Run::Apply, true, false) if waits => Outcome::Waiting,
            (Run::Apply, true, false) => Outcome::Applied,
        };
        if self.only.is_some() && self.only != report.plan {
            report.outcome = Outcome::Changed;
        }
        if options.run == Run::Dry || report.outcome == Outcome::Changed {
            transaction.rollback().await?;
            return Ok(report);
        }
        if report.outcome == Outcome::Applied {
            write(&mut transaction, merchant, &plan, progress).await?;
            queue_vectors(&mut transaction, merchant).await?;
        }
        record(&mut transaction, merchant, self.by, &report).await?;
        transaction.commit().await?;
        Ok(report)
    }
}

/// What waits for a person's yes: rows that were refused for it, and what the comparison with the shop brought up.
fn waiting(reading: &Reading, plan: &Plan, agreed: &Agreed) -> Vec<Waiting> {
    let refused = reading.doubts.iter().map(|(doubt, count)| Waiting {
        doubt: *doubt,
        count: *count,
        examples: Vec::new(),
        agreed: false,
    });
    let compared = plan.doubts.iter().map(|doubt| Waiting { agreed: agreed.has(doubt.doubt), ..doubt.clone() });
    refused.chain(compared).collect()
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

/// Texts may have changed, and vectors of products are made of them.
async fn queue_vectors(
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
) -> Result<(), ImportFailed> {
    sqlx::query!(
        "insert into imports (id, merchant_id, file_name, fingerprint, report, applied, staff_id)
         values ($1, $2, $3, $4, $5, $6, $7)",
        ImportId::generate().uuid(),
        merchant.uuid(),
        report.file,
        report.fingerprint.bytes().as_slice(),
        serde_json::to_value(report)?,
        report.outcome == Outcome::Applied,
        by.map(StaffId::uuid),
    )
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// The whole catalog as it is, archived things included.
async fn load(
    transaction: &mut Transaction<'_, Postgres>,
    merchant: MerchantId,
) -> Result<Vec<StoredProduct>, sqlx::Error> {
    let mut variants = load_variants(transaction, merchant).await?;
    let rows = sqlx::query_as!(
        ProductRow,
        r#"select id as "id: ProductId", handle as "handle: Handle", title, description, category, brand, tags,
                  status, options as "options: Json<Vec<String>>", images, facts as "facts: Json<Vec<Named>>",
                  language as "language: Language"
           from products where merchant_id = $1 order by id"#,
        merchant.uuid(),
    )
    .fetch_all(&mut **transaction)
    .await?;
    let products = rows.into_iter().map(|row| StoredProduct {
        id: row.id,
        variants: variants.remove(&row.id).unwrap_or_default(),
        fields: row.into(),
    });
    Ok(products.collect())
}

async fn load_variants(
    transaction: &mut Transaction<'_, Postgres>,
    merchant: MerchantId,
) -> Result<HashMap<ProductId, Vec<StoredVariant>>, sqlx::Error> {
    let rows = sqlx::query_as!(
        VariantRow,
        r#"select id as "id: VariantId", product_id as "product_id: ProductId", sku as "sku: Sku", position,
                  options as "options: Json<Vec<Named>>", price_minor, compare_at_minor, cost_minor, floor_minor,
                  currency as "currency: Currency", stock, when_out, image, archived
           from variants where merchant_id = $1 order by product_id, position, sku"#,
        merchant.uuid(),
    )
    .fetch_all(&mut **transaction)
    .await?;
    let mut variants: HashMap<ProductId, Vec<StoredVariant>> = HashMap::new();
    for row in rows {
        variants.entry(row.product_id).or_default().push(row.into());
    }
    Ok(variants)
}

async fn write(
    transaction: &mut Transaction<'_, Postgres>,
    merchant: MerchantId,
    plan: &Plan,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<(), sqlx::Error> {
    let total = plan.writes();
    let mut done = 0;
    progress(Progress { done, total });
    for chunk in plan.products.chunks(WRITES_PER_STATEMENT) {
        write_products(transaction, merchant, chunk).await?;
        done += chunk.len();
        progress(Progress { done, total });
    }
    for chunk in plan.variants.chunks(WRITES_PER_STATEMENT) {
        write_variants(transaction, merchant, chunk).await?;
        done += chunk.len();
        progress(Progress { done, total });
    }
    archive(transaction, merchant, plan).await?;
    if total >= WRITES_WORTH_ANALYZING {
        sqlx::query!("analyze products, variants").execute(&mut **transaction).await?;
    }
    Ok(())
}

fn column<'w, R, T>(writes: &'w [R], value: impl Fn(&'w R) -> T) -> Vec<T> {
    writes.iter().map(value).collect()
}

async fn write_products(
    transaction: &mut Transaction<'_, Postgres>,
    merchant: MerchantId,
    writes: &[ProductWrite],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into products (id, merchant_id, handle, title, description, category, brand, tags, status, options,
                               images, facts, language, search, search_text)
         select new.id, $1, new.handle, new.title, new.description, new.category, new.brand,
                array(select jsonb_array_elements_text(new.tags)), new.status, new.options,
                array(select jsonb_array_elements_text(new.images)), new.facts, new.language,
                setweight(to_tsvector(('trato_' || new.language)::regconfig, new.title), 'A')
                    || setweight(to_tsvector(('trato_' || new.language)::regconfig, new.labels), 'B')
                    || setweight(to_tsvector(('trato_' || new.language)::regconfig, new.fact_text), 'C')
                    || setweight(to_tsvector(('trato_' || new.language)::regconfig, new.description), 'D')
                    || array_to_tsvector(array(select jsonb_array_elements_text(new.exact))),
                new.fuzzy
         from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::jsonb[], $9::text[],
                     $10::jsonb[], $11::jsonb[], $12::jsonb[], $13::text[], $14::text[], $15::text[], $16::jsonb[],
                     $17::text[])
              as new(id, handle, title, description, category, brand, tags, status, options, images, facts, language,
                     labels, fact_text, exact, fuzzy)
         on conflict (id) do update
         set title = excluded.title, description = excluded.description, category = excluded.category,
             brand = excluded.brand, tags = excluded.tags, status = excluded.status, options = excluded.options,
             images = excluded.images, facts = excluded.facts, language = excluded.language,
             search = excluded.search, search_text = excluded.search_text, updated_at = now()
         where products.merchant_id = excluded.merchant_id",
        merchant.uuid(),
        &column(writes, |write| write.id.uuid()) as &[Uuid],
        &column(writes, |write| write.fields.handle.to_string()),
        &column(writes, |write| write.fields.title.clone()),
        &column(writes, |write| write.fields.description.clone()),
        &column(writes, |write| write.fields.category.clone()),
        &column(writes, |write| write.fields.brand.clone()),
        &column(writes, |write| Json(&write.fields.tags)) as _,
        &column(writes, |write| write.fields.status.word().to_owned()),
        &column(writes, |write| Json(&write.fields.options)) as _,
        &column(writes, |write| Json(&write.fields.images)) as _,
        &column(writes, |write| Json(&write.fields.facts)) as _,
        &column(writes, |write| write.fields.language.to_string()),
        &column(writes, |write| write.document.labels.clone()),
        &column(writes, |write| write.document.facts.clone()),
        &column(writes, |write| Json(&write.document.exact)) as _,
        &column(writes, |write| write.document.fuzzy.clone()),
    )
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

async fn write_variants(
    transaction: &mut Transaction<'_, Postgres>,
    merchant: MerchantId,
    writes: &[VariantWrite],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into variants (id, merchant_id, product_id, sku, position, options, price_minor, compare_at_minor,
                               cost_minor, floor_minor, currency, stock, when_out, image)
         select new.id, $1, new.product_id, new.sku, new.position, new.options, new.price, new.compare_at, new.cost,
                new.floor, new.currency, new.stock, new.when_out, new.image
         from unnest($2::uuid[], $3::uuid[], $4::text[], $5::int[], $6::jsonb[], $7::bigint[], $8::bigint[],
                     $9::bigint[], $10::bigint[], $11::text[], $12::int[], $13::text[], $14::text[])
              as new(id, product_id, sku, position, options, price, compare_at, cost, floor, currency, stock, when_out,
                     image)
         on conflict on constraint variants_sku_is_unique do update
         set product_id = excluded.product_id, position = excluded.position, options = excluded.options,
             price_minor = excluded.price_minor, compare_at_minor = excluded.compare_at_minor,
             cost_minor = excluded.cost_minor, floor_minor = excluded.floor_minor, currency = excluded.currency, stock = excluded.stock,
             when_out = excluded.when_out, image = excluded.image, archived = false",
        merchant.uuid(),
        &column(writes, |write| write.id.uuid()) as &[Uuid],
        &column(writes, |write| write.product.uuid()) as &[Uuid],
        &column(writes, |write| write.draft.sku.to_string()),
        &column(writes, |write| write.draft.position),
        &column(writes, |write| Json(&write.draft.options)) as _,
        &column(writes, |write| write.draft.price.minor()),
        &column(writes, |write| write.draft.compare_at.map(Money::minor)) as _,
        &column(writes, |write| write.draft.cost.map(Money::minor)) as _,
        &column(writes, |write| write.draft.floor.map(Money::minor)) as _,
        &column(writes, |write| write.draft.price.currency().to_string()),
        &column(writes, |write| write.draft.stock) as _,
        &column(writes, |write| write.draft.when_out.word().to_owned()),
        &column(writes, |write| write.draft.image.clone()) as _,
    )
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

async fn archive(
    transaction: &mut Transaction<'_, Postgres>,
    merchant: MerchantId,
    plan: &Plan,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update products set status = 'archived', updated_at = now() where merchant_id = $1 and id = any($2::uuid[])",
        merchant.uuid(),
        &column(&plan.archived_products, |id| id.uuid()) as &[Uuid],
    )
    .execute(&mut **transaction)
    .await?;
    sqlx::query!(
        "update variants set archived = true where merchant_id = $1 and id = any($2::uuid[])",
        merchant.uuid(),
        &column(&plan.archived_variants, |id| id.uuid()) as &[Uuid],
    )
    .execute(&mut **transaction)
    .await?;
    Ok(())
}
