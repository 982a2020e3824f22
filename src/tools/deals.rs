//! What was agreed with a shopper, and the cheapest quote that it allows.

use crate::base::names::Sku;
use crate::catalog::product::Listing;
use crate::pricing::calculate;
use crate::pricing::input::{Agreed, AgreedBy, LineInput, QuoteError, QuoteInput};
use crate::pricing::negotiation::settings::Extra;
use crate::pricing::negotiation::store::Struck;
use crate::pricing::promotion::{Gives, Offered, Promotion};
use crate::pricing::quote::Quote;
use crate::pricing::scope::{Condition, Scope};
use crate::tools::asked::Asked;
use crate::tools::shop::Shop;
use crate::tools::{ToolError, failed, negotiate_price};

/// What was agreed about a variant.
pub struct Deal {
    sku: Sku,
    /// It holds from so many on.
    from: u32,
    /// A person decides about so many and more.
    below: Option<u32>,
    agreed: Agreed,
    extra: Option<Extra>,
}

impl Deal {
    /// What it gives on top for nothing.
    #[must_use]
    pub const fn gift(&self) -> Option<&Sku> {
        match &self.extra {
            Some(Extra::Gift { sku }) => Some(sku),
            _ => None,
        }
    }

    fn holds(&self, line: &LineInput) -> bool {
        let fits = line.quantity >= self.from && self.below.is_none_or(|below| line.quantity < below);
        fits && line.sku == self.sku
    }

    /// What it gives on top, as a promotion that nobody else has. No other takes its place.
    fn promotion(&self) -> Option<Promotion> {
        let only = |sku: &Sku| Scope { skus: vec![sku.clone()], ..Scope::default() };
        let (gives, on) = match self.extra.as_ref()? {
            Extra::FreeShipping => (Gives::FreeShipping { up_to: None }, only(&self.sku)),
            Extra::Gift { sku } => (Gives::Gift { sku: sku.clone(), quantity: 1 }, only(&self.sku)),
            Extra::Bundle { sku, price } => (Gives::FixedPrice(*price), only(sku)),
        };
        let id = format!("deal:{}", self.sku);
        let when = Condition::Quantity { scope: only(&self.sku), from: self.from };
        Some(Promotion {
            on,
            when: Some(when),
            group: id.clone(),
            priority: i32::MIN,
            ..Promotion::new(&id, gives)
        })
    }
}

/// What was agreed with this shopper about these variants.
///
/// # Errors
/// When a store does not answer.
pub async fn of(shop: &Shop, asked: &Asked<'_>, listings: &[Listing]) -> Result<Vec<Deal>, ToolError> {
    if !shop.rules.bargaining.settings.bargains() {
        return Ok(Vec::new());
    }
    let skus: Vec<Sku> = listings.iter().map(|listing| listing.variant.sku.clone()).collect();
    let about = shop.negotiations.about(asked.conversation, &skus).await.map_err(failed)?;
    let deal = |struck: Struck| {
        let listing = listings.iter().find(|listing| listing.variant.sku == struck.sku)?;
        let terms = negotiate_price::terms(shop, listing);
        let deal = struck.ledger.agreed(&terms, asked.now)?;
        let by = AgreedBy::Bargain;
        let agreed = Agreed { unit_minor: deal.unit.minor(), by, until: Some(deal.until), combines: false };
        let (from, below) = (struck.quantity, terms.person_from_quantity);
        Some(Deal { sku: struck.sku, from, below, agreed, extra: deal.extra })
    };
    Ok(about.into_iter().filter_map(deal).collect())
}

/// The cheapest quote that these deals allow, and whether any of them is set aside for that (a promotion takes more
/// off, or shipping is free from a higher amount on): nobody pays more for having bargained.
///
/// # Errors
/// When the shop's rules make no quote.
pub fn cheapest(input: &QuoteInput, deals: &[Deal]) -> Result<(Quote, bool), ToolError> {
    let mut used: Vec<&Deal> =
        deals.iter().filter(|deal| input.lines.iter().any(|line| deal.holds(line))).collect();
    let plain = calculate::quote(input).map_err(failed)?;
    if used.is_empty() {
        return Ok((plain, false));
    }
    let all = used.len();
    let mut best = with(input, &used).map_err(failed)?;
    // One after the other is set aside while the cart costs less without it; then all that are left at once.
    let mut place = 0;
    while used.len() > 1 && place < used.len() {
        let mut fewer = used.clone();
        fewer.remove(place);
        let quote = with(input, &fewer).map_err(failed)?;
        if quote.total().minor() < best.total().minor() {
            (best, used, place) = (quote, fewer, 0);
        } else {
            place = place.saturating_add(1);
        }
    }
    if plain.total().minor() < best.total().minor() {
        return Ok((plain, true));
    }
    Ok((best, used.len() < all))
}

fn with(input: &QuoteInput, deals: &[&Deal]) -> Result<Quote, QuoteError> {
    let mut input = input.clone();
    for deal in deals {
        for line in input.lines.iter_mut().filter(|line| deal.holds(line)) {
            line.agreed = Some(deal.agreed);
        }
        input.promotions.extend(deal.promotion().map(Offered::agreed));
    }
    calculate::quote(&input)
}
