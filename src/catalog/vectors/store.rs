//! The vectors of one merchant's products, in one space.

use std::collections::HashMap;

use uuid::Uuid;

use crate::base::ids::{MerchantId, ProductId};
use crate::base::language::Language;
use crate::base::store::Scope;
use crate::base::store::connections::Connections;
use crate::catalog::vectors::embedder::Space;
use crate::catalog::vectors::vector::as_text;

/// The vectors of one merchant's products.
#[derive(Clone, Copy, Debug)]
pub struct ProductVectors<'a> {
    scope: &'a Scope,
    space: &'a Space,
}

/// A product that has no vector of this space, or one of a text that has changed.
#[derive(Clone, Debug)]
pub struct Missing {
    /// The product.
    pub product: ProductId,
    /// Its title.
    pub title: String,
    /// Its brand.
    pub brand: String,
    /// Its category.
    pub category: String,
    fingerprint: Uuid,
}

/// A vector that was made.
#[derive(Clone, Debug)]
pub struct Made {
    /// Of which product.
    pub of: Missing,
    /// The vector.
    pub vector: Vec<f32>,
}

/// How far a shop's vectors have come, and what they cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The shop.
    pub merchant: MerchantId,
    /// Its name in addresses.
    pub slug: String,
    /// Products on sale.
    pub products: i64,
    /// How many of them have a vector of this space.
    pub have: i64,
    /// Texts made into vectors by this model so far.
    pub texts: i64,
    /// Tokens these had.
    pub tokens: i64,
}

impl<'a> ProductVectors<'a> {
    /// The vectors of this scope's merchant in a space.
    #[must_use]
    pub const fn of(scope: &'a Scope, space: &'a Space) -> Self {
        Self { scope, space }
    }

    fn dimension(&self) -> i32 {
        i32::try_from(self.space.dimension).unwrap_or(i32::MAX)
    }

    /// The next products without a vector that is right, by id; of one language or of all.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn missing(
        &self,
        language: Option<Language>,
        after: Option<ProductId>,
        most: usize,
    ) -> Result<Vec<Missing>, sqlx::Error> {
        sqlx::query_as!(
            Missing,
            r#"select p.id as "product: ProductId", p.title, p.brand, p.category,
                      vector_fingerprint(p.title, p.brand, p.category) as "fingerprint!"
               from products p
               left join product_vectors v on v.merchant_id = $1 and v.product_id = p.id
               where p.merchant_id = $1 and p.status = 'active' and ($2::uuid is null or p.id > $2)
                 and ($6::text is null or p.language = $6)
                 and (v.product_id is null or (v.model, v.dimension) <> ($3, $4)
                      or v.fingerprint <> vector_fingerprint(p.title, p.brand, p.category))
               order by p.id limit $5"#,
            self.scope.merchant().uuid(),
            after.map(ProductId::uuid),
            self.space.model,
            self.dimension(),
            i64::try_from(most).unwrap_or(i64::MAX),
            language.map(Language::code),
        )
        .fetch_all(self.scope.pool())
        .await
    }

    /// Stores vectors, each in the place of the one its product had, and adds up what they cost.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn save(&self, made: &[Made], tokens: u64) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "with saved as (
                 insert into product_vectors (merchant_id, product_id, model, dimension, fingerprint, vector)
                 select $1, new.product, $2, $3, new.fingerprint, new.vector::halfvec
                 from unnest($4::uuid[], $5::uuid[], $6::text[]) as new(product, fingerprint, vector)
                 on conflict (merchant_id, product_id) do update
                 set model = excluded.model, dimension = excluded.dimension, fingerprint = excluded.fingerprint,
                     vector = excluded.vector
             )
             insert into embedding_usage as known (merchant_id, model, texts, tokens)
             values ($1, $2, cardinality($4::uuid[]), $7)
             on conflict (merchant_id, model) do update
             set texts = known.texts + excluded.texts, tokens = known.tokens + excluded.tokens, updated_at = now()",
            self.scope.merchant().uuid(),
            self.space.model,
            self.dimension(),
            &made.iter().map(|made| made.of.product.uuid()).collect::<Vec<Uuid>>(),
            &made.iter().map(|made| made.of.fingerprint).collect::<Vec<Uuid>>(),
            &made.iter().map(|made| as_text(&made.vector)).collect::<Vec<String>>(),
            i64::try_from(tokens).unwrap_or(i64::MAX),
        )
        .execute(self.scope.pool())
        .await?;
        Ok(())
    }

    /// The products whose vectors are nearest to this one, the nearest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn nearest(&self, vector: &[f32], most: i32) -> Result<Vec<ProductId>, sqlx::Error> {
        sqlx::query_scalar!(
            r#"select product as "product!: ProductId" from nearest_products($1, $2, $3::real[]::halfvec, $4)"#,
            self.scope.merchant().uuid(),
            self.space.model,
            vector,
            most,
        )
        .fetch_all(self.scope.pool())
        .await
    }

    /// How near these products are to a vector: the cosine, 1 for the same direction. Those without a vector of this
    /// space are left out, and all when a vector has no direction.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn nearness(
        &self,
        vector: &[f32],
        products: &[ProductId],
    ) -> Result<HashMap<ProductId, f32>, sqlx::Error> {
        let rows = sqlx::query!(
            r#"select product_id as "product: ProductId",
                      (1 - (vector <=> $4::real[]::halfvec))::real as "nearness!"
               from product_vectors
               where merchant_id = $1 and model = $2 and dimension = $5 and product_id = any($3::uuid[])"#,
            self.scope.merchant().uuid(),
            self.space.model,
            &products.iter().map(|product| product.uuid()).collect::<Vec<Uuid>>(),
            vector,
            self.dimension(),
        )
        .fetch_all(self.scope.pool())
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.product, row.nearness))
            .filter(|(_, nearness)| nearness.is_finite())
            .collect())
    }
}

/// How far the vectors of each shop have come in a space.
///
/// # Errors
/// When the database fails.
pub async fn status(connections: &Connections, space: &Space) -> Result<Vec<Status>, sqlx::Error> {
    sqlx::query_as!(
        Status,
        r#"select m.id as "merchant: MerchantId", m.slug, coalesce(s.products, 0) as "products!",
                  (select count(*) from product_vectors v
                   join products p on p.merchant_id = m.id and p.id = v.product_id and p.status = 'active'
                   where v.merchant_id = m.id and v.model = $1 and v.dimension = $2) as "have!",
                  coalesce(u.texts, 0) as "texts!", coalesce(u.tokens, 0) as "tokens!"
           from merchants m
           left join catalogs s on s.merchant_id = m.id
           left join embedding_usage u on u.merchant_id = m.id and u.model = $1
           order by m.slug"#,
        space.model,
        i32::try_from(space.dimension).unwrap_or(i32::MAX),
    )
    .fetch_all(connections)
    .await
}
