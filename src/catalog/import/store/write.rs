//! Writes what an import changes, in bulk statements.

use sqlx::types::Json;
use sqlx::{Postgres, Transaction};
use uuid::Uuid;

use crate::base::ids::{ImportId, MerchantId, VariantId};
use crate::base::money::Money;
use crate::catalog::import::Progress;
use crate::catalog::import::plan::{ProductWrite, VariantWrite, Writes};
use crate::catalog::import::spool::Spool;
use crate::catalog::import::store::ImportFailed;
use crate::catalog::import::store::ahead::Ahead;

/// From how many writes on the planner is told at once what the tables hold now. Measured on 6,764 products:
/// searches took seconds until autovacuum came by, and tens of milliseconds after.
const WRITES_WORTH_ANALYZING: usize = 200;

/// How much of the past is gathered before it is stored.
const PAST_BYTES: usize = 256 * 1024;

/// Who is told how far the writing has come.
pub struct Told<'a> {
    /// Products and variants to write.
    pub total: usize,
    /// Who.
    pub progress: &'a (dyn Fn(Progress) + Send + Sync),
}

/// Whether what was there before is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeping {
    /// So that the import can be undone.
    Past,
    /// It is too much.
    Nothing,
}

/// What was laid aside to be written.
#[derive(Debug, Default)]
pub struct Laid {
    /// All of it.
    pub writes: Spool<Writes>,
    /// The variants among it that the shop has.
    pub known: Vec<VariantId>,
}

impl Told<'_> {
    fn tell(&self, done: usize) {
        (self.progress)(Progress { done, total: self.total });
    }
}

/// Writes all that was laid aside, and with it what was there before, where that is kept.
///
/// # Errors
/// When the database fails, or what was laid aside cannot be read.
pub async fn write(
    transaction: &mut Transaction<'_, Postgres>,
    (merchant, import): (MerchantId, ImportId),
    Laid { writes, known }: Laid,
    keeping: Keeping,
    told: &Told<'_>,
) -> Result<(), ImportFailed> {
    let (mut done, mut past, mut parts) = (0, String::new(), 0);
    told.tell(done);
    lock_variants(transaction, merchant, &known).await?;
    let mut ahead = Ahead::of(writes.read()?, |values| Ok(values.next().transpose()?.map(|(_, writes)| writes)));
    while let Some(writes) = ahead.next().await? {
        if !writes.products.is_empty() {
            let (new, known): (Vec<_>, Vec<_>) = writes.products.iter().partition(|write| write.is_new);
            add_products(transaction, (merchant, import), &new).await?;
            change_products(transaction, merchant, &known).await?;
            done += writes.products.len();
            told.tell(done);
        }
        if !writes.variants.is_empty() {
            let (new, known): (Vec<_>, Vec<_>) = writes.variants.iter().partition(|write| write.is_new);
            add_variants(transaction, merchant, &new).await?;
            change_variants(transaction, merchant, &known).await?;
            done += writes.variants.len();
            told.tell(done);
        }
        archive(transaction, merchant, &writes).await?;
        past.push_str(&writes.past);
        if keeping == Keeping::Past && past.len() >= PAST_BYTES {
            keep(transaction, (merchant, import), parts, &std::mem::take(&mut past)).await?;
            parts += 1;
        }
    }
    if keeping == Keeping::Past && !past.is_empty() {
        keep(transaction, (merchant, import), parts, &past).await?;
    }
    if told.total >= WRITES_WORTH_ANALYZING {
        analyze(transaction).await?;
    }
    Ok(())
}

/// Locks the variants that are to be written in the order in which orders lock them, and all of them before the first
/// is written: a file may have them in any order, and an import and an order would wait for each other.
async fn lock_variants(
    transaction: &mut Transaction<'_, Postgres>,
    merchant: MerchantId,
    known: &[VariantId],
) -> Result<(), sqlx::Error> {
    if known.is_empty() {
        return Ok(());
    }
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from (
               select 1 from variants where merchant_id = $1 and id = any($2::uuid[]) order by sku for no key update
           ) as locked"#,
        merchant.uuid(),
        &known.iter().map(|id| id.uuid()).collect::<Vec<Uuid>>(),
    )
    .fetch_one(&mut **transaction)
    .await?;
    Ok(())
}

/// Tells the planner what the tables hold now.
///
/// # Errors
/// When the database fails.
pub(in crate::catalog) async fn analyze(transaction: &mut Transaction<'_, Postgres>) -> Result<(), sqlx::Error> {
    sqlx::query!("analyze products, variants").execute(&mut **transaction).await?;
    Ok(())
}

async fn keep(
    transaction: &mut Transaction<'_, Postgres>,
    (merchant, import): (MerchantId, ImportId),
    part: i32,
    changes: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into import_pasts (import_id, merchant_id, part, changes) values ($1, $2, $3, $4)",
        import.uuid(),
        merchant.uuid(),
        part,
        changes,
    )
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

fn column<'w, R, T>(writes: &'w [R], value: impl Fn(&'w R) -> T) -> Vec<T> {
    writes.iter().map(value).collect()
}

/// Products that the shop does not have, as those of this import: nobody else adds any while we hold the lock, so none
/// is looked for.
async fn add_products(
    transaction: &mut Transaction<'_, Postgres>,
    (merchant, import): (MerchantId, ImportId),
    writes: &[&ProductWrite],
) -> Result<(), sqlx::Error> {
    if writes.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into products (id, merchant_id, handle, title, description, category, brand, tags, status, options,
                               images, facts, language, search, search_text, import_id)
         select new.id, $1, new.handle, new.title, new.description, new.category, new.brand,
                array(select jsonb_array_elements_text(new.tags)), new.status, new.options,
                array(select jsonb_array_elements_text(new.images)), new.facts, new.language,
                setweight(to_tsvector(new.rules, new.title), 'A')
                    || setweight(to_tsvector(new.rules, new.labels), 'B')
                    || setweight(to_tsvector(new.rules, new.fact_text), 'C')
                    || setweight(to_tsvector(new.rules, new.description), 'D')
                    || array_to_tsvector(array(select jsonb_array_elements_text(new.exact))),
                new.fuzzy, $19
         from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::jsonb[], $9::text[],
                     $10::jsonb[], $11::jsonb[], $12::jsonb[], $13::text[], $14::text[], $15::text[], $16::jsonb[],
                     $17::text[], $18::text[]::regconfig[])
              as new(id, handle, title, description, category, brand, tags, status, options, images, facts, language,
                     labels, fact_text, exact, fuzzy, rules)",
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
        &column(writes, |write| format!("trato_{}", write.fields.language)),
        import.uuid(),
    )
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// Products that the shop has; what is said of them, they are.
///
/// # Errors
/// When the database fails.
pub(in crate::catalog) async fn change_products(
    transaction: &mut Transaction<'_, Postgres>,
    merchant: MerchantId,
    writes: &[&ProductWrite],
) -> Result<(), sqlx::Error> {
    if writes.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "update products
         set title = new.title, description = new.description, category = new.category, brand = new.brand,
             tags = array(select jsonb_array_elements_text(new.tags)), status = new.status, options = new.options,
             images = array(select jsonb_array_elements_text(new.images)), facts = new.facts, language = new.language,
             search = setweight(to_tsvector(new.rules, new.title), 'A')
                 || setweight(to_tsvector(new.rules, new.labels), 'B')
                 || setweight(to_tsvector(new.rules, new.fact_text), 'C')
                 || setweight(to_tsvector(new.rules, new.description), 'D')
                 || array_to_tsvector(array(select jsonb_array_elements_text(new.exact))),
             search_text = new.fuzzy, updated_at = now()
         from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[], $8::text[], $9::jsonb[],
                     $10::jsonb[], $11::jsonb[], $12::text[], $13::text[], $14::text[], $15::jsonb[], $16::text[],
                     $17::text[]::regconfig[])
              as new(id, title, description, category, brand, tags, status, options, images, facts, language, labels,
                     fact_text, exact, fuzzy, rules)
         where products.merchant_id = $1 and products.id = new.id",
        merchant.uuid(),
        &column(writes, |write| write.id.uuid()) as &[Uuid],
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
        &column(writes, |write| format!("trato_{}", write.fields.language)),
    )
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// Variants that the shop does not have: nobody else adds any while we hold the lock, so none is looked for.
async fn add_variants(
    transaction: &mut Transaction<'_, Postgres>,
    merchant: MerchantId,
    writes: &[&VariantWrite],
) -> Result<(), sqlx::Error> {
    if writes.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into variants (id, merchant_id, product_id, sku, position, options, price_minor, compare_at_minor,
                               cost_minor, floor_minor, currency, stock, when_out, image)
         select new.id, $1, new.product_id, new.sku, new.position, new.options, new.price, new.compare_at, new.cost,
                new.floor, new.currency, new.stock, new.when_out, new.image
         from unnest($2::uuid[], $3::uuid[], $4::text[], $5::int[], $6::jsonb[], $7::bigint[], $8::bigint[],
                     $9::bigint[], $10::bigint[], $11::text[], $12::int[], $13::text[], $14::text[])
              as new(id, product_id, sku, position, options, price, compare_at, cost, floor, currency, stock, when_out,
                     image)",
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

/// Variants that the shop has, archived ones included; what the file says of them, they are.
async fn change_variants(
    transaction: &mut Transaction<'_, Postgres>,
    merchant: MerchantId,
    writes: &[&VariantWrite],
) -> Result<(), sqlx::Error> {
    if writes.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "update variants
         set product_id = new.product_id, position = new.position, options = new.options, price_minor = new.price,
             compare_at_minor = new.compare_at, cost_minor = new.cost, floor_minor = new.floor,
             currency = new.currency, stock = case when new.counts then new.stock else variants.stock end,
             when_out = new.when_out, image = new.image, archived = false
         from unnest($2::uuid[], $3::uuid[], $4::int[], $5::jsonb[], $6::bigint[], $7::bigint[], $8::bigint[],
                     $9::bigint[], $10::text[], $11::int[], $12::text[], $13::text[], $14::boolean[])
              as new(id, product_id, position, options, price, compare_at, cost, floor, currency, stock, when_out,
                     image, counts)
         where variants.merchant_id = $1 and variants.id = new.id",
        merchant.uuid(),
        &column(writes, |write| write.id.uuid()) as &[Uuid],
        &column(writes, |write| write.product.uuid()) as &[Uuid],
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
        &column(writes, |write| write.counts),
    )
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// Archives products and variants.
///
/// # Errors
/// When the database fails.
pub(in crate::catalog) async fn archive(
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
