//! What the shop has: of some products of a file, page by page, and how much is on sale.

use std::collections::{HashMap, HashSet};

use sqlx::types::Json;
use sqlx::{Postgres, Transaction};
use uuid::Uuid;

use crate::base::ids::{MerchantId, ProductId, VariantId};
use crate::base::language::Language;
use crate::base::money::Currency;
use crate::base::names::{Handle, Sku};
use crate::catalog::import::draft::ProductDraft;
use crate::catalog::import::plan::{Elsewhere, Stored, StoredProduct};
use crate::catalog::import::store::rows::{ProductRow, VariantRow, by_product};
use crate::catalog::product::Named;

/// How many products one page has.
const PAGE: i64 = 1_000;

/// What the shop has of these products, archived things included.
pub async fn stored(
    transaction: &mut Transaction<'_, Postgres>,
    merchant: MerchantId,
    drafts: &[ProductDraft],
) -> Result<Stored, sqlx::Error> {
    let handles = drafts.iter().map(|draft| draft.fields.handle.to_string()).collect::<Vec<String>>();
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
pub async fn page(
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

/// These products, with their variants, archived ones included.
pub(in crate::catalog) async fn with_variants(
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
                  currency as "currency: Currency", stock, when_out, image, archived, stock_moves
           from variants where merchant_id = $1 and product_id = any($2::uuid[]) order by position, sku"#,
        merchant.uuid(),
        &products.iter().map(|product| product.id.uuid()).collect::<Vec<Uuid>>(),
    )
    .fetch_all(&mut **transaction)
    .await?;
    let mut variants = by_product(rows);
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
                  currency as "currency: Currency", stock, when_out, image, archived, stock_moves
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
        &rows.iter().map(|row| row.product_id.uuid()).collect::<Vec<Uuid>>(),
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
pub async fn on_sale(
    transaction: &mut Transaction<'_, Postgres>,
    merchant: MerchantId,
) -> Result<usize, sqlx::Error> {
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
