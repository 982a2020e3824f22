//! Products and variants as their tables have them, and the shape in which files are compared with them.

use std::collections::HashMap;

use sqlx::types::Json;

use crate::base::ids::{ProductId, VariantId};
use crate::base::language::Language;
use crate::base::money::{Currency, Money};
use crate::base::names::{Handle, Sku};
use crate::catalog::import::draft::{Fields, VariantDraft};
use crate::catalog::import::plan::StoredVariant;
use crate::catalog::product::{Named, ProductStatus, WhenOut};

/// A row of `products`, without what is indexed.
pub(in crate::catalog) struct ProductRow {
    pub id: ProductId,
    pub handle: Handle,
    pub title: String,
    pub description: String,
    pub category: String,
    pub brand: String,
    pub tags: Vec<String>,
    pub status: String,
    pub options: Json<Vec<String>>,
    pub images: Vec<String>,
    pub facts: Json<Vec<Named>>,
    pub language: Language,
}

impl From<ProductRow> for Fields {
    fn from(row: ProductRow) -> Self {
        Self {
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
        }
    }
}

/// A row of `variants`, without what is set aside.
pub(in crate::catalog) struct VariantRow {
    pub id: VariantId,
    pub product_id: ProductId,
    pub sku: Sku,
    pub position: i32,
    pub options: Json<Vec<Named>>,
    pub price_minor: i64,
    pub compare_at_minor: Option<i64>,
    pub cost_minor: Option<i64>,
    pub floor_minor: Option<i64>,
    pub currency: Currency,
    pub stock: Option<i32>,
    pub when_out: String,
    pub image: Option<String>,
    pub archived: bool,
    pub stock_moves: i32,
}

/// The variants of each product, in the order they came.
pub(in crate::catalog) fn by_product(rows: Vec<VariantRow>) -> HashMap<ProductId, Vec<StoredVariant>> {
    let mut variants: HashMap<ProductId, Vec<StoredVariant>> = HashMap::new();
    for row in rows {
        variants.entry(row.product_id).or_default().push(row.into());
    }
    variants
}

impl From<VariantRow> for StoredVariant {
    fn from(row: VariantRow) -> Self {
        let money = |minor| Money::new(minor, row.currency);
        Self {
            id: row.id,
            archived: row.archived,
            stock_moves: row.stock_moves,
            draft: VariantDraft {
                sku: row.sku,
                position: row.position,
                options: row.options.0,
                price: money(row.price_minor),
                compare_at: row.compare_at_minor.map(money),
                cost: row.cost_minor.map(money),
                floor: row.floor_minor.map(money),
                stock: row.stock,
                // The column's check allows no other word.
                when_out: WhenOut::from_word(&row.when_out).unwrap_or_default(),
                image: row.image,
            },
        }
    }
}
