//! What may be given beside a price, as the catalog has it now.

use crate::agent::evidence::ExtraCard;
use crate::base::money::Money;
use crate::base::names::Sku;
use crate::catalog::product::Listing;
use crate::pricing::negotiation::settings::Extra;
use crate::tools::shop::Shop;
use crate::tools::{ToolError, failed};

/// The extras that can be had now, and their products.
pub struct Extras {
    shelf: Vec<Listing>,
}

impl Extras {
    /// Looks these up.
    ///
    /// # Errors
    /// When the catalog does not answer.
    pub async fn of(shop: &Shop, extras: &[&Extra]) -> Result<Self, ToolError> {
        let skus: Vec<Sku> = extras.iter().filter_map(|extra| extra.sku()).cloned().collect();
        if skus.is_empty() {
            return Ok(Self { shelf: Vec::new() });
        }
        let mut shelf = shop.catalog().by_skus(&skus).await.map_err(failed)?;
        shelf.retain(|listing| listing.on_sale && listing.can_sell(1));
        Ok(Self { shelf })
    }

    /// An extra as it may be told; `None` where it cannot be had now.
    #[must_use]
    pub fn card(&self, extra: &Extra) -> Option<ExtraCard> {
        match extra {
            Extra::FreeShipping => Some(ExtraCard::FreeShipping),
            Extra::Gift { .. } => Some(ExtraCard::Gift { title: self.listing(extra)?.receipt_title() }),
            Extra::Bundle { sku, price } => {
                let listing = self.listing(extra)?;
                let usual = listing.variant.offer.price;
                let price = Money::new(price.minor(usual.currency())?, usual.currency());
                let is_less = price.minor() < usual.minor();
                is_less.then(|| ExtraCard::Bundle { sku: sku.clone(), title: listing.receipt_title(), price })
            }
        }
    }

    /// The product of an extra, if it is one that can be had now.
    #[must_use]
    pub fn listing(&self, extra: &Extra) -> Option<&Listing> {
        self.shelf.iter().find(|listing| Some(&listing.variant.sku) == extra.sku())
    }
}
