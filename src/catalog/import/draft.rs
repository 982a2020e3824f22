//! Products as a file describes them, or as the shop has them, in one shape so that the two can be compared.

use serde::{Deserialize, Serialize};

use crate::base::language::Language;
use crate::base::money::Money;
use crate::base::names::{Handle, Sku};
use crate::catalog::product::{Named, ProductStatus, WhenOut};

/// A product without its variants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fields {
    /// Its name.
    pub handle: Handle,
    /// Its title.
    pub title: String,
    /// Plain text.
    pub description: String,
    /// Or empty.
    pub category: String,
    /// Or empty.
    pub brand: String,
    /// Each once.
    pub tags: Vec<String>,
    /// Active unless the file says otherwise.
    pub status: ProductStatus,
    /// The shop's unless the file says otherwise.
    pub language: Language,
    /// Option names, in order.
    pub options: Vec<String>,
    /// Addresses.
    pub images: Vec<String>,
    /// Name and value.
    pub facts: Vec<Named>,
}

/// A product and its variants; at least one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductDraft {
    /// What is said once for all variants.
    pub fields: Fields,
    /// In the file's order.
    pub variants: Vec<VariantDraft>,
}

/// A variant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariantDraft {
    /// Its name; unique in the file.
    pub sku: Sku,
    /// Its place among the variants of the product, from 1.
    pub position: i32,
    /// One value for each option of the product, in the same order.
    pub options: Vec<Named>,
    /// More than zero, in the shop's currency.
    pub price: Money,
    /// More than the price.
    pub compare_at: Option<Money>,
    /// What it cost the merchant.
    pub cost: Option<Money>,
    /// The least the merchant accepts for one.
    pub floor: Option<Money>,
    /// Not negative; nothing when it is not counted.
    pub stock: Option<i32>,
    /// What happens when none is left.
    pub when_out: WhenOut,
    /// Its own picture.
    pub image: Option<String>,
}
