//! Shelves in the database. Each function is one step of a caller's transaction; rows are locked in the order of
//! their SKUs, so that two orders of the same things wait for each other instead of deadlocking.

use sqlx::PgConnection;

use crate::base::ids::MerchantId;
use crate::base::names::Sku;
use crate::checkout::stock::{OutOfStock, Portion, Shelf, oversells, reserve};

/// Keeps the portions of a new order from being sold to others; the refusal is inside.
pub(in crate::checkout) async fn hold(
    connection: &mut PgConnection,
    merchant: MerchantId,
    wanted: &[Portion],
) -> Result<Result<Vec<Portion>, OutOfStock>, sqlx::Error> {
    let shelves = lock(&mut *connection, merchant, wanted).await?;
    let held = match reserve(wanted, &shelves) {
        Ok(held) => held,
        Err(out) => return Ok(Err(out)),
    };
    let (skus, quantities) = columns(&held);
    sqlx::query!(
        "update variants as v set reserved = v.reserved + h.quantity
         from unnest($2::text[], $3::int[]) as h (sku, quantity)
         where v.merchant_id = $1 and v.sku = h.sku",
        merchant.uuid(),
        &skus,
        &quantities,
    )
    .execute(connection)
    .await?;
    Ok(Ok(held))
}

/// Lets what an order kept be sold to others.
pub(in crate::checkout) async fn release(
    connection: &mut PgConnection,
    merchant: MerchantId,
    held: &[Portion],
) -> Result<(), sqlx::Error> {
    if held.is_empty() {
        return Ok(());
    }
    lock(&mut *connection, merchant, held).await?;
    let (skus, quantities) = columns(held);
    sqlx::query!(
        "update variants as v set reserved = greatest(v.reserved - h.quantity, 0)
         from unnest($2::text[], $3::int[]) as h (sku, quantity)
         where v.merchant_id = $1 and v.sku = h.sku",
        merchant.uuid(),
        &skus,
        &quantities,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes the portions of a paid order off the shelves, and lets go of what it kept. Says whether that took more
/// than there was; the shelf then stands at none. What is not counted is noted as sold all the same.
pub(in crate::checkout) async fn take(
    connection: &mut PgConnection,
    merchant: MerchantId,
    wanted: &[Portion],
    held: &[Portion],
) -> Result<bool, sqlx::Error> {
    let shelves = lock(&mut *connection, merchant, wanted).await?;
    let (skus, quantities) = columns(wanted);
    sqlx::query!(
        "update variants as v set stock_moves = v.stock_moves + 1,
                stock = case when v.stock is not null then greatest(v.stock - w.quantity, 0) end
         from unnest($2::text[], $3::int[]) as w (sku, quantity)
         where v.merchant_id = $1 and v.sku = w.sku",
        merchant.uuid(),
        &skus,
        &quantities,
    )
    .execute(&mut *connection)
    .await?;
    release(connection, merchant, held).await?;
    Ok(oversells(wanted, held, &shelves))
}

/// Makes everybody else who wants these things wait.
pub(in crate::checkout) async fn lock(
    connection: &mut PgConnection,
    merchant: MerchantId,
    wanted: &[Portion],
) -> Result<Vec<Shelf>, sqlx::Error> {
    let (skus, _) = columns(wanted);
    sqlx::query_as!(
        Shelf,
        r#"select sku as "sku: Sku", stock, reserved, when_out = 'continue' as "sold_when_out!", archived
           from variants where merchant_id = $1 and sku = any($2) order by sku for no key update"#,
        merchant.uuid(),
        &skus,
    )
    .fetch_all(connection)
    .await
}

fn columns(portions: &[Portion]) -> (Vec<String>, Vec<i32>) {
    portions.iter().map(|portion| (portion.sku.to_string(), portion.quantity)).unzip()
}
