//! A product, its variants, and what one variant costs and how much of it is left at this moment.

use serde::{Deserialize, Serialize};

use crate::base::ids::{ProductId, VariantId};
use crate::base::language::Language;
use crate::base::money::Money;
use crate::base::names::{Handle, Sku};

/// A name and its value: an option (`Color`, `Azul`) or a fact (`Material`, `algodón`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Named {
    /// `Color`, `Material`.
    pub name: String,
    /// `Azul`, `algodón`.
    pub value: String,
}

impl Named {
    /// A name and its value.
    #[must_use]
    pub fn new(name: &str, value: &str) -> Self {
        Self { name: name.to_owned(), value: value.to_owned() }
    }
}

/// Whether shoppers may see a product.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProductStatus {
    /// On sale.
    #[default]
    Active,
    /// Being prepared.
    Draft,
    /// No longer sold; kept because orders name it.
    Archived,
}

impl ProductStatus {
    /// Every status, in a fixed order.
    pub const ALL: [Self; 3] = [Self::Active, Self::Draft, Self::Archived];

    /// The word in files and columns.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Draft => "draft",
            Self::Archived => "archived",
        }
    }

    /// The status with this word, in any case.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.word().eq_ignore_ascii_case(word))
    }
}

/// What happens when the counted stock is used up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WhenOut {
    /// It cannot be sold.
    #[default]
    Deny,
    /// It is sold on; the merchant gets more.
    Continue,
}

impl WhenOut {
    /// Both ways, in a fixed order.
    pub const ALL: [Self; 2] = [Self::Deny, Self::Continue];

    /// The word in files and columns.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Deny => "deny",
            Self::Continue => "continue",
        }
    }

    /// The way with this word, in any case.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.word().eq_ignore_ascii_case(word))
    }
}

/// What one variant costs and how much of it can be sold, at the moment it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// List price of one.
    pub price: Money,
    /// The price it is said to have had before, if the merchant says so.
    pub compare_at: Option<Money>,
    /// How many are left once what other checkouts hold is taken off; nothing when the merchant does not count.
    pub available: Option<u32>,
    /// What happens when none is left.
    pub when_out: WhenOut,
}

impl Offer {
    /// Whether so many can be sold now.
    #[must_use]
    pub fn covers(&self, quantity: u32) -> bool {
        self.when_out == WhenOut::Continue || self.available.is_none_or(|left| left >= quantity)
    }

    /// Whether one can be sold now.
    #[must_use]
    pub fn in_stock(&self) -> bool {
        self.covers(1)
    }
}

/// The thing with a SKU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// Its id.
    pub id: VariantId,
    /// Its name within the shop.
    pub sku: Sku,
    /// Option values in the order of the product's options; empty for a product without options.
    pub options: Vec<Named>,
    /// Price and stock.
    pub offer: Offer,
    /// What it cost the merchant. Never shown to a shopper or a model.
    pub cost: Option<Money>,
    /// The least the merchant accepts for it. Never shown to a shopper or a model.
    pub floor: Option<Money>,
    /// Its own picture.
    pub image: Option<String>,
}

impl Variant {
    /// `Azul / M`, or empty for a product without options.
    #[must_use]
    pub fn options_text(&self) -> String {
        options_text(&self.options)
    }
}

/// Option values as a receipt says them: `Azul / M`.
#[must_use]
pub fn options_text(options: &[Named]) -> String {
    options.iter().map(|option| option.value.as_str()).collect::<Vec<_>>().join(" / ")
}

/// A family of variants, with what the shop says about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// Its id.
    pub id: ProductId,
    /// Its name in addresses, files and tools.
    pub handle: Handle,
    /// Its title.
    pub title: String,
    /// What the shop says about it, as plain text.
    pub description: String,
    /// The shop's own category, or empty.
    pub category: String,
    /// The maker, or empty.
    pub brand: String,
    /// The shop's own tags.
    pub tags: Vec<String>,
    /// Names of the options, in order: `Color`, `Talla`.
    pub options: Vec<String>,
    /// Addresses of its pictures, the main one first.
    pub images: Vec<String>,
    /// What the shelf label says: material, care.
    pub facts: Vec<Named>,
    /// The language it is written in.
    pub language: Language,
    /// The variants that are not archived, in the merchant's order; never empty.
    pub variants: Vec<Variant>,
}

impl Product {
    /// The variant with this SKU.
    #[must_use]
    pub fn variant(&self, sku: &Sku) -> Option<&Variant> {
        self.variants.iter().find(|variant| variant.sku == *sku)
    }
}

/// One variant with as much of its product as a cart or a quote needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// The product's id.
    pub product: ProductId,
    /// The product's handle.
    pub handle: Handle,
    /// The product's title.
    pub title: String,
    /// The product's category, or empty.
    pub category: String,
    /// The product's brand, or empty.
    pub brand: String,
    /// The product's tags.
    pub tags: Vec<String>,
    /// What its shelf label says.
    pub facts: Vec<Named>,
    /// The picture to show: the variant's own, else the product's first.
    pub image: Option<String>,
    /// Whether it may be sold at all: the product is active and the variant is not archived.
    pub on_sale: bool,
    /// The variant.
    pub variant: Variant,
}

impl Listing {
    /// `Camiseta básica, Azul / M`, as a receipt says it.
    #[must_use]
    pub fn receipt_title(&self) -> String {
        let options = self.variant.options_text();
        if options.is_empty() { self.title.clone() } else { format!("{}, {options}", self.title) }
    }

    /// With so many more to be sold, where they are counted: those that are kept for whoever asks.
    #[must_use]
    pub fn with_more(mut self, more: u32) -> Self {
        self.variant.offer.available = self.variant.offer.available.map(|left| left.saturating_add(more));
        self
    }

    /// Whether so many of it can be sold now.
    #[must_use]
    pub fn can_sell(&self, quantity: u32) -> bool {
        self.on_sale && self.variant.offer.covers(quantity)
    }
}

/// One of the shop's categories and how many products on sale it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    /// Its name as the merchant wrote it.
    pub name: String,
    /// Active products in it that have a variant.
    pub products: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(available: Option<u32>, when_out: WhenOut) -> Offer {
        Offer { price: Money::new(100, "USD".parse().unwrap()), compare_at: None, available, when_out }
    }

    #[test]
    fn counted_stock_covers_no_more_than_is_left() {
        assert!(offer(Some(2), WhenOut::Deny).covers(2));
        assert!(!offer(Some(2), WhenOut::Deny).covers(3));
        assert!(!offer(Some(0), WhenOut::Deny).in_stock());
    }

    #[test]
    fn uncounted_and_sold_on_stock_covers_any_quantity() {
        assert!(offer(None, WhenOut::Deny).covers(1000));
        assert!(offer(Some(0), WhenOut::Continue).covers(1000));
    }
}
