//! Making a shop large, to measure how long searches take then.

use crate::base::store::Scope;

/// Adds one more copy of the products whose handles begin with `judged-` to the shop, under names of its own.
///
/// # Errors
/// When the database fails.
pub async fn add_copy(scope: &Scope, number: i32) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "with made as materialized (
             select gen_random_uuid() as new, id from products
             where merchant_id = $1 and starts_with(handle, 'judged-')
         ), copied as (
             insert into products (id, merchant_id, handle, title, description, category, brand, tags, status, options,
                                   images, facts, language, search, search_text)
             select made.new, p.merchant_id, 'copy-' || $2::int || '-' || p.handle, p.title, p.description, p.category,
                    p.brand, p.tags, p.status, p.options, p.images, p.facts, p.language, p.search, p.search_text
             from made join products p on p.merchant_id = $1 and p.id = made.id
         ), meant as (
             insert into product_vectors (merchant_id, product_id, model, dimension, fingerprint, vector)
             select v.merchant_id, made.new, v.model, v.dimension, v.fingerprint, v.vector
             from made join product_vectors v on v.merchant_id = $1 and v.product_id = made.id
         )
         insert into variants (id, merchant_id, product_id, sku, position, options, price_minor, currency, stock,
                               when_out)
         select gen_random_uuid(), v.merchant_id, made.new, 'copy-' || $2::int || '-' || v.sku, v.position, v.options,
                v.price_minor, v.currency, v.stock, v.when_out
         from made join variants v on v.merchant_id = $1 and v.product_id = made.id",
        scope.merchant().uuid(),
        number,
    )
    .execute(scope.pool())
    .await?;
    Ok(())
}

/// Does what autovacuum would have done by and by.
///
/// # Errors
/// When the database fails.
pub async fn settle(scope: &Scope) -> Result<(), sqlx::Error> {
    sqlx::query!("vacuum analyze products, variants, product_vectors").execute(scope.pool()).await?;
    Ok(())
}
