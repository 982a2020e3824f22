//! Reads the catalog of one merchant.

use serde::Deserialize;
use sqlx::types::Json;
use uuid::Uuid;

use crate::base::ids::{ProductId, VariantId};
use crate::base::language::Language;
use crate::base::money::{Currency, Money};
use crate::base::names::{Handle, Sku};
use crate::base::store::Scope;
use crate::catalog::index::Version;
use crate::catalog::index::store::NotRead;
use crate::catalog::product::{Category, Listing, Named, Offer, Product, ProductStatus, Variant, WhenOut};
use crate::catalog::search::{Query, Sort};

/// The catalog could not be read.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// The database did not answer, or not as it should.
    #[error("the catalog could not be read")]
    Database(#[from] sqlx::Error),
    /// The index could not be made.
    #[error("the catalog could not be searched")]
    Index(#[from] NotRead),
}

/// The catalog of one merchant.
#[derive(Clone, Copy, Debug)]
pub struct Catalog<'a> {
    scope: &'a Scope,
}

/// What the filters leave of some products.
#[derive(Clone, Debug)]
pub struct Fitting {
    /// The state of the shop's products that was read.
    pub version: Version,
    /// The products, in the order they were given.
    pub candidates: Vec<Candidate>,
}

/// A product that may answer a query, with what the database found out about it.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The product.
    pub product: ProductId,
    /// Its variants that pass the filters.
    pub variants: Vec<VariantId>,
    /// The options of each of these; read for the first page only, which asks about them.
    pub options: Vec<Vec<Named>>,
    /// Whether one of these can be sold now.
    pub in_stock: bool,
    /// What the cheapest of these costs, in minor units.
    pub price: i64,
}

/// A variant as the queries below pack it.
#[derive(Debug, Deserialize)]
struct VariantRow {
    id: Uuid,
    sku: Sku,
    options: Vec<Named>,
    price_minor: i64,
    compare_at_minor: Option<i64>,
    cost_minor: Option<i64>,
    floor_minor: Option<i64>,
    currency: Currency,
    stock: Option<i32>,
    reserved: i32,
    when_out: WhenOut,
    image: Option<String>,
}

impl From<VariantRow> for Variant {
    fn from(row: VariantRow) -> Self {
        let money = |minor| Money::new(minor, row.currency);
        let left = |stock: i32| u32::try_from(stock.saturating_sub(row.reserved)).unwrap_or(0);
        Self {
            id: VariantId::from_uuid(row.id),
            sku: row.sku,
            options: row.options,
            offer: Offer {
                price: money(row.price_minor),
                compare_at: row.compare_at_minor.map(money),
                available: row.stock.map(left),
                when_out: row.when_out,
            },
            cost: row.cost_minor.map(money),
            floor: row.floor_minor.map(money),
            image: row.image,
        }
    }
}

/// The option filters as the query below unpacks them.
#[derive(serde::Serialize)]
struct OptionFilter<'q> {
    name: &'q str,
    value: &'q str,
}

impl<'a> Catalog<'a> {
    /// The catalog of this scope's merchant.
    #[must_use]
    pub const fn of(scope: &'a Scope) -> Self {
        Self { scope }
    }

    /// The product with this handle, if it is on sale: active, with a variant that is not archived.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn by_handle(&self, handle: &Handle) -> Result<Option<Product>, CatalogError> {
        Ok(self.by_handles(std::slice::from_ref(handle)).await?.into_iter().next())
    }

    /// The products with these handles that are on sale, in no particular order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn by_handles(&self, handles: &[Handle]) -> Result<Vec<Product>, CatalogError> {
        self.read_products(&[], handles).await
    }

    /// The products with these ids that are on sale, in no particular order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn products(&self, ids: &[ProductId]) -> Result<Vec<Product>, CatalogError> {
        if ids.is_empty() { Ok(Vec::new()) } else { self.read_products(ids, &[]).await }
    }

    /// The variant with this SKU, on sale or not; [`Listing::on_sale`] says which.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn by_sku(&self, sku: &Sku) -> Result<Option<Listing>, CatalogError> {
        Ok(self.by_skus(std::slice::from_ref(sku)).await?.into_iter().next())
    }

    /// The variants with these SKUs, on sale or not, in the order asked; SKUs that the shop does not have are left
    /// out. One query.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn by_skus(&self, skus: &[Sku]) -> Result<Vec<Listing>, CatalogError> {
        let wanted: Vec<String> = skus.iter().map(Sku::to_string).collect();
        let rows = sqlx::query!(
            r#"select p.id as "product: ProductId", p.handle as "handle: Handle", p.title, p.category, p.brand, p.tags,
                      p.facts as "facts: Json<Vec<Named>>",
                      coalesce(v.image, p.images[1]) as image,
                      (p.status = 'active' and not v.archived) as "on_sale!",
                      to_jsonb(v) as "variant!: Json<VariantRow>"
               from unnest($2::text[]) with ordinality as asked(sku, place)
               join variants v on v.merchant_id = $1 and v.sku = asked.sku
               join products p on p.merchant_id = $1 and p.id = v.product_id
               order by asked.place"#,
            self.scope.merchant().uuid(),
            &wanted,
        )
        .fetch_all(self.scope.pool())
        .await?;
        let listings = rows.into_iter().map(|row| Listing {
            product: row.product,
            handle: row.handle,
            title: row.title,
            category: row.category,
            brand: row.brand,
            tags: row.tags,
            facts: row.facts.0,
            image: row.image,
            on_sale: row.on_sale,
            variant: row.variant.0.into(),
        });
        Ok(listings.collect())
    }

    /// The shop's categories with the number of products on sale in each, the largest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn categories(&self) -> Result<Vec<Category>, CatalogError> {
        let rows = sqlx::query!(
            r#"select p.category as name, count(*) as "products!"
               from products p
               where p.merchant_id = $1 and p.status = 'active' and p.category <> ''
                 and exists (select from variants v
                             where v.merchant_id = $1 and v.product_id = p.id and not v.archived)
               group by p.category order by count(*) desc, p.category"#,
            self.scope.merchant().uuid(),
        )
        .fetch_all(self.scope.pool())
        .await?;
        let category = |name, products| Category { name, products: u32::try_from(products).unwrap_or(u32::MAX) };
        Ok(rows.into_iter().map(|row| category(row.name, row.products)).collect())
    }

    /// The products with these handles that are on sale, in the order asked.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ids(&self, handles: &[Handle]) -> Result<Vec<ProductId>, CatalogError> {
        let handles: Vec<String> = handles.iter().map(Handle::to_string).collect();
        let ids = sqlx::query_scalar!(
            r#"select p.id as "id: ProductId"
               from unnest($2::text[]) with ordinality as asked(handle, place)
               join products p on p.merchant_id = $1 and p.handle = asked.handle and p.status = 'active'
               order by asked.place"#,
            self.scope.merchant().uuid(),
            &handles,
        )
        .fetch_all(self.scope.pool())
        .await?;
        Ok(ids)
    }

    async fn read_products(&self, ids: &[ProductId], handles: &[Handle]) -> Result<Vec<Product>, CatalogError> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
        let handles: Vec<String> = handles.iter().map(Handle::to_string).collect();
        let rows = sqlx::query!(
            r#"select p.id as "id: ProductId", p.handle as "handle: Handle", p.title, p.description, p.category,
                      p.brand, p.tags, p.options as "options: Json<Vec<String>>", p.images,
                      p.facts as "facts: Json<Vec<Named>>", p.language as "language: Language",
                      living.variants as "variants!: Json<Vec<VariantRow>>"
               from products p
               join lateral (
                   select jsonb_agg(to_jsonb(v) order by v.position, v.sku) as variants
                   from variants v where v.merchant_id = $1 and v.product_id = p.id and not v.archived
               ) living on living.variants is not null
               where p.merchant_id = $1 and p.status = $4 and (p.id = any($2::uuid[]) or p.handle = any($3::text[]))"#,
            self.scope.merchant().uuid(),
            &ids,
            &handles,
            ProductStatus::Active.word(),
        )
        .fetch_all(self.scope.pool())
        .await?;
        let products = rows.into_iter().map(|row| Product {
            id: row.id,
            handle: row.handle,
            title: row.title,
            description: row.description,
            category: row.category,
            brand: row.brand,
            tags: row.tags,
            options: row.options.0,
            images: row.images,
            facts: row.facts.0,
            language: row.language,
            variants: row.variants.0.into_iter().map(Variant::from).collect(),
        });
        Ok(products.collect())
    }

    /// Of these products, in this order or by price, the first `most` that the filters leave. Filters are met by one
    /// variant, all of them at once.
    pub(in crate::catalog) async fn fitting(
        &self,
        query: &Query,
        products: &[ProductId],
        (most, sort): (usize, Sort),
    ) -> Result<Fitting, CatalogError> {
        let options: Vec<OptionFilter<'_>> =
            query.options.iter().map(|(name, value)| OptionFilter { name, value }).collect();
        let rows = sqlx::query_file!(
            "src/catalog/fitting.sql",
            self.scope.merchant().uuid(),
            &products.iter().map(|id| id.uuid()).collect::<Vec<Uuid>>(),
            query.price_min.map(Money::minor),
            query.price_max.map(Money::minor),
            query.price_min.or(query.price_max).map(|price| price.currency().to_string()),
            (!options.is_empty()).then_some(Json(options)) as _,
            query.in_stock_only,
            i64::try_from(most).unwrap_or(i64::MAX),
            query.offset == 0,
            match sort {
                Sort::Best => None,
                Sort::PriceUp => Some("up"),
                Sort::PriceDown => Some("down"),
            },
        )
        .fetch_all(self.scope.pool())
        .await?;
        let mut fitting = Fitting { version: Version(0), candidates: Vec::new() };
        for row in rows {
            fitting.version = Version(row.version);
            let Some(product) = row.product else { continue };
            fitting.candidates.push(Candidate {
                product,
                variants: row.variants.unwrap_or_default().into_iter().map(VariantId::from_uuid).collect(),
                options: row.options.unwrap_or_default().into_iter().map(|Json(options)| options).collect(),
                in_stock: row.in_stock.unwrap_or_default(),
                price: row.price.unwrap_or_default(),
            });
        }
        Ok(fitting)
    }
}
