//! Reads a catalog page by page, and keeps who may fetch it as a feed.

use std::collections::HashMap;

use sqlx::PgPool;
use sqlx::types::Json;
use uuid::Uuid;

use crate::base::fingerprint::Fingerprint;
use crate::base::ids::{MerchantId, ProductId, VariantId};
use crate::base::language::Language;
use crate::base::money::Currency;
use crate::base::names::{Handle, Sku};
use crate::base::store::Scope;
use crate::catalog::export::Kind;
use crate::catalog::import::draft::ProductDraft;
use crate::catalog::import::plan::StoredVariant;
use crate::catalog::import::store::rows::{ProductRow, VariantRow, by_product};
use crate::catalog::product::Named;
use crate::catalog::store::CatalogError;

/// How many products one page has.
const PAGE: i64 = 500;

/// The catalog of one merchant, to be written.
#[derive(Clone, Copy, Debug)]
pub struct Exports<'a> {
    scope: &'a Scope,
}

/// A feed that somebody may fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feed {
    /// Whose it is.
    pub merchant: MerchantId,
    /// What it is written as.
    pub kind: Kind,
    /// Where a product is bought.
    pub link: String,
}

impl<'a> Exports<'a> {
    /// The catalog of this scope's merchant.
    #[must_use]
    pub const fn of(scope: &'a Scope) -> Self {
        Self { scope }
    }

    /// The next products after a handle, in the order of handles; none when there are no more. Archived products come
    /// too, archived variants do not; one whose variants are archived while this reads comes without any. For others
    /// the stock is what can still be bought: what is held for somebody is not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn page(&self, kind: Kind, after: Option<&Handle>) -> Result<Vec<ProductDraft>, CatalogError> {
        let products = sqlx::query_as!(
            ProductRow,
            r#"select p.id as "id: ProductId", p.handle as "handle: Handle", p.title, p.description, p.category,
                      p.brand, p.tags, p.status, p.options as "options: Json<Vec<String>>", p.images,
                      p.facts as "facts: Json<Vec<Named>>", p.language as "language: Language"
               from products p
               where p.merchant_id = $1 and ($2::text is null or p.handle > $2)
                 and exists (select from variants v
                             where v.merchant_id = $1 and v.product_id = p.id and not v.archived)
               order by p.handle limit $3"#,
            self.scope.merchant().uuid(),
            after.map(Handle::as_str),
            PAGE,
        )
        .fetch_all(self.scope.pool())
        .await?;
        let ids: Vec<ProductId> = products.iter().map(|product| product.id).collect();
        let mut variants = self.living_variants(kind, &ids).await?;
        let with_variants = products.into_iter().map(|row| {
            let variants = variants.remove(&row.id).unwrap_or_default();
            ProductDraft {
                variants: variants.into_iter().map(|variant| variant.draft).collect(),
                fields: row.into(),
            }
        });
        Ok(with_variants.collect())
    }

    async fn living_variants(
        &self,
        kind: Kind,
        products: &[ProductId],
    ) -> Result<HashMap<ProductId, Vec<StoredVariant>>, CatalogError> {
        let ids: Vec<Uuid> = products.iter().map(|id| id.uuid()).collect();
        let rows = sqlx::query_as!(
            VariantRow,
            r#"select id as "id: VariantId", product_id as "product_id: ProductId", sku as "sku: Sku", position,
                      options as "options: Json<Vec<Named>>", price_minor, compare_at_minor, cost_minor, floor_minor,
                      currency as "currency: Currency",
                      case when $3 then greatest(stock - reserved, 0) else stock end as stock,
                      when_out, image, archived, stock_moves
               from variants where merchant_id = $1 and product_id = any($2::uuid[]) and not archived
               order by position, sku"#,
            self.scope.merchant().uuid(),
            &ids,
            kind != Kind::Ours,
        )
        .fetch_all(self.scope.pool())
        .await?;
        Ok(by_product(rows))
    }

    /// Lets whoever has the token fetch the catalog; an older token for the same kind fetches nothing any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_feed(&self, kind: Kind, link: &str, token: &str) -> Result<(), CatalogError> {
        let fingerprint = Fingerprint::of(token.as_bytes());
        sqlx::query!(
            "insert into catalog_feeds (merchant_id, kind, link, token_fingerprint) values ($1, $2, $3, $4)
             on conflict (merchant_id, kind) do update
             set link = excluded.link, token_fingerprint = excluded.token_fingerprint, created_at = now()",
            self.scope.merchant().uuid(),
            kind.word(),
            link,
            fingerprint.bytes().as_slice(),
        )
        .execute(self.scope.pool())
        .await?;
        Ok(())
    }

    /// Closes the feed of a kind; says whether there was one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn close_feed(&self, kind: Kind) -> Result<bool, CatalogError> {
        let closed = sqlx::query!(
            "delete from catalog_feeds where merchant_id = $1 and kind = $2",
            self.scope.merchant().uuid(),
            kind.word(),
        )
        .execute(self.scope.pool())
        .await?;
        Ok(closed.rows_affected() > 0)
    }
}

/// The feeds of all merchants: an address says nothing but its token, so it is looked up without a merchant.
#[derive(Clone, Debug)]
pub struct Feeds {
    pool: PgPool,
}

impl Feeds {
    /// The feeds of a database.
    #[must_use]
    pub const fn new(pool: PgPool) -> Self {
        Self { pool }
    }

    /// The feed that a token opens, and the merchant's slice of the database.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of_token(&self, token: &str) -> Result<Option<(Feed, Scope)>, CatalogError> {
        let fingerprint = Fingerprint::of(token.as_bytes());
        let row = sqlx::query!(
            r#"select merchant_id as "merchant: MerchantId", kind, link from catalog_feeds where token_fingerprint = $1"#,
            fingerprint.bytes().as_slice(),
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.and_then(|row| {
            let feed = Feed { merchant: row.merchant, kind: Kind::from_word(&row.kind)?, link: row.link };
            Some((feed, Scope::new(self.pool.clone(), row.merchant)))
        }))
    }
}
