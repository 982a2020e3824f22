//! Compares a file that was read with the shop, and applies what differs: everything in one transaction, some products
//! at a time, in bulk statements. Neither the file nor the shop is ever held whole.

use std::collections::{HashMap, HashSet};
use std::io;

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
use crate::catalog::import::draft::ProductDraft;
use crate::catalog::import::fault::Unreadable;
use crate::catalog::import::passes::{NamedInFile, ReadFile};
use crate::catalog::import::plan::{
    Elsewhere, Plan, Planner, ProductWrite, Stored, StoredProduct, StoredVariant, VariantWrite, Writes,
};
use crate::catalog::import::report::{Outcome, Reading, Report};
use crate::catalog::import::rows::{ProductRow, VariantRow};
use crate::catalog::import::spool::{Spool, Values};
use crate::catalog::import::{Absent, ImportOptions, Progress, Run};
use crate::catalog::product::Named;

/// How many variants are compared at once, and how many products and variants are written at once, at least.
const AT_ONCE: usize = 1_000;
/// How many products of the shop are looked at at once for whether the file has them.
const PAGE: i64 = 1_000;
/// From how many writes on the planner is told at once what the tables hold now. Measured on 6,764 products:
/// searches took seconds until autovacuum came by, and tens of milliseconds after.
const WRITES_WORTH_ANALYZING: usize = 200;

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
        let (plan, writes) = comparing.finish(&mut transaction, merchant).await?;
        let mut report = Report::of(name, file.fingerprint, file.reading);
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
        if self.only.is_some() && self.only != report.plan {
            report.outcome = Outcome::Changed;
        }
        if options.run == Run::Dry || report.outcome == Outcome::Changed {
            transaction.rollback().await?;
            return Ok(report);
        }
        if report.outcome == Outcome::Applied {
            write(&mut transaction, merchant, writes, &Told { total: plan.writes, progress }).await?;
            queue_vectors(&mut transaction, merchant).await?;
        }
        record(&mut transaction, merchant, self.by, &report).await?;
        transaction.commit().await?;
        Ok(report)
    }
}

/// A file that is being compared with the shop.
struct Comparing<'f> {
    planner: Planner<'f>,
    absent: Absent,
    /// Whether anything may come of it; else it is only looked at.
    in_earnest: bool,
    /// What is to be written and was not laid aside yet.
    pending: Writes,
    writes: Spool<Writes>,
}

impl<'f> Comparing<'f> {
    fn new(named: &'f NamedInFile, absent: Absent, in_earnest: bool) -> Self {
        let planner = Planner::new(named, absent);
        Self { planner, absent, in_earnest, pending: Writes::default(), writes: Spool::default() }
    }

    async fn file(
        &mut self,
        transaction: &mut Transaction<'_, Postgres>,
        merchant: MerchantId,
        products: Spool<ProductDraft>,
    ) -> Result<(), ImportFailed> {
        let mut products = products.read()?;
        loop {
            let drafts = some(&mut products)?;
            if drafts.is_empty() {
                return Ok(());
            }
            let stored = stored(transaction, merchant, &drafts).await?;
            let writes = self.planner.compare(&stored, drafts);
            self.lay_aside(writes)?;
        }
    }

    async fn finish(
        mut self,
        transaction: &mut Transaction<'_, Postgres>,
        merchant: MerchantId,
    ) -> Result<(Plan, Spool<Writes>), ImportFailed> {
        if self.absent == Absent::Archive {
            self.shop(transaction, merchant).await?;
        }
        self.writes.push(0, &self.pending)?;
        let on_sale = if self.planner.vanished() == 0 { 0 } else { on_sale(transaction, merchant).await? };
        Ok((self.planner.finish(on_sale), self.writes))
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
        self.pending.add(writes);
        if self.pending.count() >= AT_ONCE {
            self.writes.push(0, &std::mem::take(&mut self.pending))?;
        }
        Ok(())
    }
}

/// The next products of the file.
fn some(products: &mut Values<ProductDraft>) -> io::Result<Vec<ProductDraft>> {
    let (mut drafts, mut variants) = (Vec::new(), 0);
    while variants < AT_ONCE
        && let Some(read) = products.next()
    {
        let (_, draft) = read?;
        variants += draft.variants.len();
        drafts.push(draft);
    }
    Ok(drafts)
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

async fn lock(transaction: &mut Transaction<'_, Postgres>, merchant: MerchantId) -> Result<(), sqlx::Error> {
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

/// What the shop has of these products, archived things included.
async fn stored(
    transaction: &mut Transaction<'_, Postgres>,
    merchant: MerchantId,
    drafts: &[ProductDraft],
) -> Result<Stored, sqlx::Error> {
    let handles = column(drafts, |draft| draft.fields.handle.to_string());
    let rows = sqlx::query_as!(
        ProductRow,
        r#"select id as "id: ProductId", handle as "handle: Handle", title, description, category, brand, tags,
                  status, options as "options: Json<Vec<String>>", images, facts as "facts: Json<Vec<Named>>",
                  language as "language: Language"
           from products where merchant_id = $1 and handle = any($2::text[])"#,
        merchant.uuid(),
        &handles,
    )
    .fetch_all(&mut **transaction)
    .await?;
    let products = with_variants(transaction, merchant, rows).await?;
    let known: HashSet<&Sku> =
        products.iter().flat_map(|product| &product.variants).map(|variant| &variant.draft.sku).collect();
    let others = drafts.iter().flat_map(|draft| &draft.variants).filter(|variant| !known.contains(&variant.sku));
    let others: Vec<String> = others.map(|variant| variant.sku.to_string()).collect();
    let elsewhere = elsewhere(transaction, merchant, &others).await?;
    Ok(Stored { products, elsewhere })
}

/// A page of the shop, in the order of handles, after one of them.
async fn page(
    transaction: &mut Transaction<'_, Postgres>,
    merchant: MerchantId,
    after: Option<&Handle>,
) -> Result<Vec<StoredProduct>, sqlx::Error> {
    let rows = sqlx::query_as!(
        ProductRow,
        r#"select id as "id: ProductId", handle as "handle: Handle", title, description, category, brand, tags,
                  status, options as "options: Json<Vec<String>>", images, facts as "facts: Json<Vec<Named>>",
                  language as "language: Language"
           from products where merchant_id = $1 and ($2::text is null or handle > $2) order by handle limit $3"#,
        merchant.uuid(),
        after.map(Handle::as_str),
        PAGE,
    )
    .fetch_all(&mut **transaction)
    .await?;
    with_variants(transaction, merchant, rows).await
}

async fn with_variants(
    transaction: &mut Transaction<'_, Postgres>,
    merchant: MerchantId,
    products: Vec<ProductRow>,
) -> Result<Vec<StoredProduct>, sqlx::Error> {
    if products.is_empty() {
        return Ok(Vec::new());
    }
    let rows = sqlx::query_as!(
        VariantRow,
        r#"select id as "id: VariantId", product_id as "product_id: ProductId", sku as "sku: Sku", position,
                  options as "options: Json<Vec<Named>>", price_minor, compare_at_minor, cost_minor, floor_minor,
                  currency as "currency: Currency", stock, when_out, image, archived
           from variants where merchant_id = $1 and product_id = any($2::uuid[]) order by position, sku"#,
        merchant.uuid(),
        &column(&products, |product| product.id.uuid()) as &[Uuid],
    )
    .fetch_all(&mut **transaction)
    .await?;
    let mut variants: HashMap<ProductId, Vec<StoredVariant>> = HashMap::new();
    for row in rows {
        variants.entry(row.product_id).or_default().push(row.into());
    }
    let products = products.into_iter().map(|row| StoredProduct {
        id: row.id,
        variants: variants.remove(&row.id).unwrap_or_default(),
        fields: row.into(),
    });
    Ok(products.collect())
}

/// The variants of these SKUs, with the products whose they are.
async fn elsewhere(
    transaction: &mut Transaction<'_, Postgres>,
    merchant: MerchantId,
    skus: &[String],
) -> Result<Vec<Elsewhere>, sqlx::Error> {
    if skus.is_empty() {
        return Ok(Vec::new());
    }
    let rows = sqlx::query_as!(
        VariantRow,
        r#"select id as "id: VariantId", product_id as "product_id: ProductId", sku as "sku: Sku", position,
                  options as "options: Json<Vec<Named>>", price_minor, compare_at_minor, cost_minor, floor_minor,
                  currency as "currency: Currency", stock, when_out, image, archived
           from variants where merchant_id = $1 and sku = any($2::text[])"#,
        merchant.uuid(),
        skus,
    )
    .fetch_all(&mut **transaction)
    .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let owners = sqlx::query!(
        r#"select id as "id: ProductId", handle as "handle: Handle" from products
           where merchant_id = $1 and id = any($2::uuid[])"#,
        merchant.uuid(),
        &column(&rows, |row| row.product_id.uuid()) as &[Uuid],
    )
    .fetch_all(&mut **transaction)
    .await?;
    let handles: HashMap<ProductId, Handle> = owners.into_iter().map(|row| (row.id, row.handle)).collect();
    let found = rows.into_iter().filter_map(|row| {
        let (owner, handle) = (row.product_id, handles.get(&row.product_id)?.clone());
        Some(Elsewhere { owner, handle, variant: row.into() })
    });
    Ok(found.collect())
}

/// How many variants the shop has on sale.
async fn on_sale(transaction: &mut Transaction<'_, Postgres>, merchant: MerchantId) -> Result<usize, sqlx::Error> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from products p
           join variants v on v.merchant_id = p.merchant_id and v.product_id = p.id and not v.archived
           where p.merchant_id = $1 and p.status = 'active'"#,
        merchant.uuid(),
    )
    .fetch_one(&mut **transaction)
    .await?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

/// Who is told how far the writing has come.
struct Told<'a> {
    total: usize,
    progress: &'a (dyn Fn(Progress) + Send + Sync),
}

impl Told<'_> {
    fn tell(&self, done: usize) {
        (self.progress)(Progress { done, total: self.total });
    }
}

async fn write(
    transaction: &mut Transaction<'_, Postgres>,
    merchant: MerchantId,
    writes: Spool<Writes>,
    told: &Told<'_>,
) -> Result<(), ImportFailed> {
    let mut done = 0;
    told.tell(done);
    for read in writes.read()? {
        let (_, writes) = read?;
        if !writes.products.is_empty() {
            write_products(transaction, merchant, &writes.products).await?;
            done += writes.products.len();
            told.tell(done);
        }
        if !writes.variants.is_empty() {
            write_variants(transaction, merchant, &writes.variants).await?;
            done += writes.variants.len();
            told.tell(done);
        }
        archive(transaction, merchant, &writes).await?;
    }
    if told.total >= WRITES_WORTH_ANALYZING {
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
    writes: &Writes,
) -> Result<(), sqlx::Error> {
    if !writes.archived_products.is_empty() {
        sqlx::query!(
            "update products set status = 'archived', updated_at = now() where merchant_id = $1 and id = any($2::uuid[])",
            merchant.uuid(),
            &column(&writes.archived_products, |id| id.uuid()) as &[Uuid],
        )
        .execute(&mut **transaction)
        .await?;
    }
    if !writes.archived_variants.is_empty() {
        sqlx::query!(
            "update variants set archived = true where merchant_id = $1 and id = any($2::uuid[])",
            merchant.uuid(),
            &column(&writes.archived_variants, |id| id.uuid()) as &[Uuid],
        )
        .execute(&mut **transaction)
        .await?;
    }
    Ok(())
}
