//! What an import changed, compared with what is there now and brought back, some thousand changes at a time.

use std::collections::{HashMap, HashSet};

use sqlx::types::Json;
use sqlx::{Postgres, Transaction};
use uuid::Uuid;

use crate::base::ids::{ImportId, MerchantId, ProductId, VariantId};
use crate::base::language::Language;
use crate::base::money::{Currency, Money};
use crate::base::names::{Handle, Sku};
use crate::catalog::import::Run;
use crate::catalog::import::differences::{Difference, field_differences, variant_differences};
use crate::catalog::import::draft::{Fields, ProductDraft};
use crate::catalog::import::plan::{ProductWrite, StoredProduct, StoredVariant, Writes, indexed};
use crate::catalog::import::report::{CHANGES_KEPT, Change};
use crate::catalog::import::store::rows::{ProductRow, VariantRow};
use crate::catalog::import::store::shop::with_variants;
use crate::catalog::import::store::write::{analyze, archive, change_products};
use crate::catalog::product::Named;
use crate::catalog::undo::past::{Back, Owner, Past, ProductPast, VariantNow, VariantPast};
use crate::catalog::undo::report::Notes;
use crate::catalog::undo::store::UndoError;

/// An undo under way.
pub(super) struct Undoing {
    transaction: Transaction<'static, Postgres>,
    merchant: MerchantId,
    import: ImportId,
    run: Run,
    notes: Notes,
}

impl Undoing {
    /// Of this import, in this transaction.
    pub(super) fn of(
        transaction: Transaction<'static, Postgres>,
        (merchant, import): (MerchantId, ImportId),
        run: Run,
    ) -> Self {
        Self { transaction, merchant, import, run, notes: Notes::default() }
    }

    /// Notes what comes back, and writes it where that was asked.
    pub(super) async fn finish(mut self) -> Result<(Transaction<'static, Postgres>, Notes), UndoError> {
        self.created().await?;
        self.changed().await?;
        Ok((self.transaction, self.notes))
    }

    /// Archives the products that the import created.
    async fn created(&mut self) -> Result<(), UndoError> {
        let found = sqlx::query!(
            r#"select count(*) over () as "count!", handle as "handle: Handle" from products
               where merchant_id = $1 and import_id = $2 and status <> 'archived' order by handle limit $3"#,
            self.merchant.uuid(),
            self.import.uuid(),
            i64::try_from(CHANGES_KEPT).unwrap_or(i64::MAX),
        )
        .fetch_all(&mut *self.transaction)
        .await?;
        let count = found.first().map_or(0, |row| row.count);
        self.notes.counts.archived += u32::try_from(count).unwrap_or(u32::MAX);
        for row in found {
            self.notes.change(Change::ProductArchived { handle: row.handle });
        }
        if self.run == Run::Apply && count > 0 {
            sqlx::query!(
                "update products set status = 'archived', updated_at = now()
                 where merchant_id = $1 and import_id = $2 and status <> 'archived'",
                self.merchant.uuid(),
                self.import.uuid(),
            )
            .execute(&mut *self.transaction)
            .await?;
        }
        Ok(())
    }

    /// Brings back what it changed: fields of variants first, so that products can then be indexed with all of theirs.
    async fn changed(&mut self) -> Result<(), UndoError> {
        let mut known = 0;
        while let Some(pasts) = self.part(known).await? {
            self.part_of_variants(&pasts).await?;
            known += 1;
        }
        if self.run == Run::Apply && known > 0 {
            for part in 0..known {
                let pasts = self.part(part).await?.unwrap_or_default();
                self.part_of_products(&pasts).await?;
            }
            analyze(&mut self.transaction).await?;
        }
        Ok(())
    }

    async fn part(&mut self, part: i32) -> Result<Option<Vec<Past>>, UndoError> {
        let changes = sqlx::query_scalar!(
            "select changes from import_pasts where merchant_id = $1 and import_id = $2 and part = $3",
            self.merchant.uuid(),
            self.import.uuid(),
            part,
        )
        .fetch_optional(&mut *self.transaction)
        .await?;
        Ok(changes.map(|changes| Past::read(&changes)).transpose()?)
    }

    /// Notes what comes back of products and variants, and writes that of variants.
    async fn part_of_variants(&mut self, pasts: &[Past]) -> Result<(), UndoError> {
        let products = self.fields(pasts).await?;
        let variants = self.variants(pasts.iter().filter_map(Past::variant)).await?;
        let (mut back, mut writes) = (Vec::new(), Writes::default());
        for past in pasts {
            match past {
                Past::Product(past) => {
                    let Some(now) = products.get(&past.id) else { continue };
                    let (after, all) = (past.put(now, Back::Untouched), past.put(now, Back::All));
                    let (restored, left) = (field_differences(now, &after), field_differences(&after, &all));
                    self.notes.fields(&now.handle, None, restored, left);
                }
                Past::Variant(past) => {
                    let Some(now) = variants.get(&past.id) else { continue };
                    let (after, all) = (past.put(now, Back::Untouched), past.put(now, Back::All));
                    let (restored, left) = (differences(now, &after), differences(&after, &all));
                    if !restored.is_empty() {
                        back.push((past, after));
                    }
                    self.notes.fields(&now.owner.handle, Some(&now.draft.sku), restored, left);
                }
                Past::NewVariant { id } => {
                    let Some(now) = variants.get(id).filter(|now| !now.archived) else { continue };
                    self.notes.counts.archived += 1;
                    let (handle, sku) = (now.owner.handle.clone(), now.draft.sku.clone());
                    self.notes.change(Change::VariantArchived { handle, sku });
                    writes.archived_variants.push(*id);
                }
            }
        }
        if self.run == Run::Apply {
            self.write_variants(&back).await?;
            archive(&mut self.transaction, self.merchant, &writes).await?;
        }
        Ok(())
    }

    /// Writes products with what comes back of them, and indexes those whose variants changed.
    async fn part_of_products(&mut self, pasts: &[Past]) -> Result<(), UndoError> {
        let own: HashMap<ProductId, &ProductPast> = pasts.iter().filter_map(product).collect();
        let owners = self.variants(pasts.iter().filter(|past| past.is_indexed()).filter_map(Past::variant)).await?;
        let moved = pasts.iter().filter_map(Past::left_for);
        let touched: HashSet<ProductId> =
            owners.values().map(|now| now.owner.id).chain(moved).chain(own.keys().copied()).collect();
        let products = self.products(&touched.into_iter().collect::<Vec<_>>()).await?;
        let products: Vec<ProductWrite> = products
            .into_iter()
            .map(|StoredProduct { id, fields, variants }| {
                let fields = own.get(&id).map_or_else(|| fields.clone(), |past| past.put(&fields, Back::Untouched));
                let living = variants.into_iter().filter(|variant| !variant.archived).map(|variant| variant.draft);
                let draft = ProductDraft { fields, variants: living.collect() };
                ProductWrite { id, is_new: false, document: indexed(&draft, &[]), fields: draft.fields }
            })
            .collect();
        change_products(&mut self.transaction, self.merchant, &products.iter().collect::<Vec<_>>()).await?;
        Ok(())
    }

    async fn fields(&mut self, pasts: &[Past]) -> Result<HashMap<ProductId, Fields>, UndoError> {
        let ids: Vec<ProductId> = pasts.iter().filter_map(product).map(|(id, _)| id).collect();
        let rows = self.rows(&ids).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }

    async fn products(&mut self, ids: &[ProductId]) -> Result<Vec<StoredProduct>, UndoError> {
        let rows = self.rows(ids).await?;
        Ok(with_variants(&mut self.transaction, self.merchant, rows).await?)
    }

    async fn rows(&mut self, ids: &[ProductId]) -> Result<Vec<ProductRow>, UndoError> {
        let rows = sqlx::query_as!(
            ProductRow,
            r#"select id as "id: ProductId", handle as "handle: Handle", title, description, category, brand, tags,
                      status, options as "options: Json<Vec<String>>", images, facts as "facts: Json<Vec<Named>>",
                      language as "language: Language"
               from products where merchant_id = $1 and id = any($2::uuid[]) order by handle"#,
            self.merchant.uuid(),
            &ids.iter().map(|id| id.uuid()).collect::<Vec<Uuid>>(),
        )
        .fetch_all(&mut *self.transaction)
        .await?;
        Ok(rows)
    }

    /// The variants as they are. They are locked in the order in which orders lock them, so that none is sold between
    /// being compared and being written.
    async fn variants(
        &mut self,
        ids: impl Iterator<Item = VariantId>,
    ) -> Result<HashMap<VariantId, VariantNow>, UndoError> {
        let rows = sqlx::query!(
            r#"select v.id as "id: VariantId", v.product_id as "product_id: ProductId", p.handle as "handle: Handle",
                      v.sku as "sku: Sku", v.position, v.options as "options: Json<Vec<Named>>", v.price_minor,
                      v.compare_at_minor, v.cost_minor, v.floor_minor, v.currency as "currency: Currency", v.stock,
                      v.when_out, v.image, v.archived, v.stock_moves
               from variants v join products p on p.merchant_id = $1 and p.id = v.product_id
               where v.merchant_id = $1 and v.id = any($2::uuid[]) order by v.sku for no key update of v"#,
            self.merchant.uuid(),
            &ids.map(VariantId::uuid).collect::<Vec<Uuid>>(),
        )
        .fetch_all(&mut *self.transaction)
        .await?;
        let variants = rows.into_iter().map(|row| {
            let owner = Owner { id: row.product_id, handle: row.handle };
            let stored = StoredVariant::from(VariantRow {
                id: row.id,
                product_id: row.product_id,
                sku: row.sku,
                position: row.position,
                options: row.options,
                price_minor: row.price_minor,
                compare_at_minor: row.compare_at_minor,
                cost_minor: row.cost_minor,
                floor_minor: row.floor_minor,
                currency: row.currency,
                stock: row.stock,
                when_out: row.when_out,
                image: row.image,
                archived: row.archived,
                stock_moves: row.stock_moves,
            });
            (row.id, VariantNow::of(owner, &stored))
        });
        Ok(variants.collect())
    }

    async fn write_variants(&mut self, back: &[(&VariantPast, VariantNow)]) -> Result<(), UndoError> {
        if back.is_empty() {
            return Ok(());
        }
        let amount = |money: Option<Money>| money.map(Money::minor);
        sqlx::query!(
            "update variants v
             set product_id = new.product_id, archived = new.archived, position = new.position, options = new.options,
                 price_minor = new.price, compare_at_minor = new.compare_at, cost_minor = new.cost,
                 floor_minor = new.floor, currency = new.currency, stock = new.stock, when_out = new.when_out,
                 image = new.image
             from unnest($2::uuid[], $3::uuid[], $4::bool[], $5::int[], $6::jsonb[], $7::bigint[], $8::bigint[],
                         $9::bigint[], $10::bigint[], $11::text[], $12::int[], $13::text[], $14::text[])
                  as new(id, product_id, archived, position, options, price, compare_at, cost, floor, currency, stock,
                         when_out, image)
             where v.merchant_id = $1 and v.id = new.id",
            self.merchant.uuid(),
            &column(back, |(past, _)| past.id.uuid()) as &[Uuid],
            &column(back, |(_, now)| now.owner.id.uuid()) as &[Uuid],
            &column(back, |(_, now)| now.archived),
            &column(back, |(_, now)| now.draft.position),
            &column(back, |(_, now)| Json(&now.draft.options)) as _,
            &column(back, |(_, now)| now.draft.price.minor()),
            &column(back, |(_, now)| amount(now.draft.compare_at)) as _,
            &column(back, |(_, now)| amount(now.draft.cost)) as _,
            &column(back, |(_, now)| amount(now.draft.floor)) as _,
            &column(back, |(_, now)| now.draft.price.currency().to_string()),
            &column(back, |(_, now)| now.draft.stock) as _,
            &column(back, |(_, now)| now.draft.when_out.word().to_owned()),
            &column(back, |(_, now)| now.draft.image.clone()) as _,
        )
        .execute(&mut *self.transaction)
        .await?;
        Ok(())
    }
}

fn column<'b, T>(
    back: &'b [(&VariantPast, VariantNow)],
    value: impl Fn(&'b (&VariantPast, VariantNow)) -> T,
) -> Vec<T> {
    back.iter().map(value).collect()
}

fn product(past: &Past) -> Option<(ProductId, &ProductPast)> {
    match past {
        Past::Product(past) => Some((past.id, past)),
        Past::Variant(_) | Past::NewVariant { .. } => None,
    }
}

fn differences(one: &VariantNow, other: &VariantNow) -> Vec<Difference> {
    let mut found = variant_differences(&one.draft, &other.draft);
    if one.owner != other.owner {
        found.push(Difference::new("product", one.owner.handle.as_str(), other.owner.handle.as_str()));
    }
    let word = |archived| if archived { "yes" } else { "no" };
    if one.archived != other.archived {
        found.push(Difference::new("archived", word(one.archived), word(other.archived)));
    }
    found
}
