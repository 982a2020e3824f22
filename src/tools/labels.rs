//! What things are said to cost before they are in a cart: the catalog's price, or a price list's for one.

use crate::agent::evidence::ProductCard;
use crate::base::clock::Time;
use crate::base::ids::ConversationId;
use crate::catalog::product::{Listing, Product, Variant};
use crate::pricing::input::Context;
use crate::tools::cards::{self, Detail};
use crate::tools::shop::Shop;
use crate::tools::{ToolError, quoting};

/// The prices that a shopper is told now.
#[derive(Clone, Debug)]
pub struct Labels {
    /// Who buys; `None` where no price list could apply.
    context: Option<Context>,
}

impl Labels {
    /// Those for the shopper of a conversation.
    ///
    /// # Errors
    /// When a store does not answer.
    pub async fn of(shop: &Shop, conversation: ConversationId, now: Time) -> Result<Self, ToolError> {
        if shop.rules.pricing.price_lists.is_empty() {
            return Ok(Self { context: None });
        }
        Ok(Self { context: Some(quoting::context(shop, conversation, now).await?) })
    }

    /// A product as it may be told, with what one of each variant costs this shopper.
    ///
    /// # Errors
    /// When the shop's rules make no price.
    pub fn card(
        &self,
        shop: &Shop,
        product: &Product,
        variants: &[Variant],
        detail: Detail,
    ) -> Result<ProductCard, ToolError> {
        let mut card = cards::product(shop, product, variants, detail);
        let Some(context) = &self.context else { return Ok(card) };
        for (told, variant) in card.variants.iter_mut().zip(variants) {
            told.price =
                quoting::price_of(shop, context.clone(), quoting::line_of(shop, &listing(product, variant), 1))?;
            told.compare_at = told.compare_at.filter(|before| before.minor() > told.price.minor());
        }
        Ok(card)
    }
}

fn listing(product: &Product, variant: &Variant) -> Listing {
    Listing {
        product: product.id,
        handle: product.handle.clone(),
        title: product.title.clone(),
        category: product.category.clone(),
        brand: product.brand.clone(),
        tags: product.tags.clone(),
        facts: product.facts.clone(),
        image: None,
        on_sale: true,
        variant: variant.clone(),
    }
}
