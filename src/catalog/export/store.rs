//! Reads a catalog page by page, and keeps who may fetch it as a feed.

use serde::Deserialize;
use sqlx::PgPool;
use sqlx::types::Json;

use crate::base::fingerprint::Fingerprint;
use crate::base::ids::MerchantId;
use crate::base::language::Language;
use crate::base::money::{Currency, Money};
use crate::base::names::{Handle, Sku};
use crate::base::store::Scope;
use crate::catalog::export::Kind;
use crate::catalog::import::draft::{Fields, ProductDraft, VariantDraft};
use crate::catalog::product::{Named, ProductStatus, WhenOut};
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

/// A variant as the query packs it.
#[derive(Debug, Deserialize)]
struct VariantRow {
    sku: Sku,
    position: i32,
    options: Vec<Named>,
    price_minor: i64,
    compare_at_minor: Option<i64>,
    cost_minor: Option<i64>,
    floor_minor: Option<i64>,
    currency: Currency,
    stock: Option<i32>,
    when_out: WhenOut,
    image: Option<String>,
}

impl From<VariantRow> for VariantDraft {
    fn from(row: VariantRow) -> Self {
        let money = |minor| Money::new(minor, row.currency);
        Self {
            sku: row.sku,
            position: row.position,
            options: row.options,
            price: money(row.price_minor),
            compare_at: row.compare_at_minor.map(money),
            cost: row.cost_minor.map(money),
            floor: row.floor_minor.map(money),
            stock: row.stock,
            when_out: row.when_out,
            image: row.image,
        }
    }
}

impl<'a> Exports<'a> {
    /// The catalog of this scope's merchant.
    #[must_use]
    pub const fn of(scope: &'a Scope) -> Self {
        Self { scope }
    }

    /// The next products after a handle, in the order of handles; none when there are no more. Archived products come
    /// too, archived variants do not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn page(&self, after: Option<&Handle>) -> Result<Vec<ProductDraft>, CatalogError> {
        let rows = sqlx::query!(
            r#"select p.handle as "handle: Handle", p.title, p.description, p.category, p.brand, p.tags, p.status,
                      p.options as "options: Json<Vec<String>>", p.images, p.facts as "facts: Json<Vec<Named>>",
                      p.language as "language: Language", living.variants as "variants!: Json<Vec<VariantRow>>"
               from products p
               join lateral (
                   select jsonb_agg(to_jsonb(v) order by v.position, v.sku) as variants
                   from variants v where v.merchant_id = $1 and v.product_id = p.id and not v.archived
               ) living on living.variants is not null
               where p.merchant_id = $1 and ($2::text is null or p.handle > $2)
               order by p.handle limit $3"#,
            self.scope.merchant().uuid(),
            after.map(Handle::as_str),
            PAGE,
        )
        .fetch_all(self.scope.pool())
        .await?;
        let products = rows.into_iter().map(|row| ProductDraft {
            fields: Fields {
                handle: row.handle,
                title: row.title,
                description: row.description,
                category: row.category,
                brand: row.brand,
                tags: row.tags,
                // The column's check allows no other word.
                status: ProductStatus::from_word(&row.status).unwrap_or(ProductStatus::Archived),
                language: row.language,
                options: row.options.0,
                images: row.images,
                facts: row.facts.0,
            },
            variants: row.variants.0.into_iter().map(VariantDraft::from).collect(),
        });
        Ok(products.collect())
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
