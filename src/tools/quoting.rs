//! What a cart costs now: the cart's lines looked up in the catalog, its codes in the coupons, and handed to
//! `pricing`, which does the arithmetic.

use std::sync::Arc;

use crate::agent::evidence::{Evidence, QuoteCard};
use crate::base::clock::Time;
use crate::base::ids::ConversationId;
use crate::base::money::Money;
use crate::base::names::Sku;
use crate::cart::{Cart, CartLine};
use crate::catalog::product::{Listing, WhenOut};
use crate::checkout::stock::Portion;
use crate::pricing::calculate;
use crate::pricing::coupon::Tried;
use crate::pricing::input::{Context, GiftItem, LineInput, Named, QuoteInput, Traits};
use crate::pricing::negotiation::truth::HoldOut;
use crate::pricing::promotion::{Gives, Offered, Promotion, Uses};
use crate::pricing::quote::Quote;
use crate::pricing::rounding::Rounding;
use crate::pricing::shipping::ShippingPolicy;
use crate::pricing::tax::TaxPolicy;
use crate::tools::asked::Asked;
use crate::tools::deals::{self, Deal};
use crate::tools::refusal::{Reason, Refusal};
use crate::tools::shop::Shop;
use crate::tools::{Answer, ToolError, cards, failed};

/// The channel that carts come through, as conditions of promotions name it.
const CHANNEL: &str = "whatsapp";

/// A cart with its quote.
#[derive(Clone, Debug)]
pub struct Quoted {
    /// What it costs.
    pub quote: Quote,
    /// The lines as the catalog has them now.
    pub listings: Vec<Listing>,
    /// Lines that are no longer on sale and are left out.
    pub gone: Vec<Sku>,
    /// The cart's codes, and what the shop knows of them.
    pub codes: Vec<Tried>,
    /// Whether prices were agreed and the cart costs less without them: shipping free, or a promotion.
    pub set_aside: bool,
}

/// The quote of a cart; `None` when nothing in it is on sale.
///
/// # Errors
/// When a store does not answer or the shop's rules make no quote.
pub async fn quote_of(shop: &Shop, asked: &Asked<'_>, cart: &Cart) -> Result<Option<Quoted>, ToolError> {
    if cart.lines().is_empty() {
        return Ok(None);
    }
    let skus: Vec<Sku> = cart.lines().iter().map(|line| line.sku.clone()).collect();
    let listings = shop.catalog().by_skus(&skus).await.map_err(failed)?;
    let codes = shop.coupons.tried(cart.codes(), asked.conversation, cart.id()).await.map_err(failed)?;
    let mut lines = Vec::with_capacity(skus.len());
    let mut gone = Vec::new();
    for line in cart.lines() {
        match listings.iter().find(|listing| listing.variant.sku == line.sku && listing.on_sale) {
            Some(listing) => lines.push(line_of(shop, listing, line.quantity)),
            None => gone.push(line.sku.clone()),
        }
    }
    if lines.is_empty() {
        return Ok(None);
    }
    let deals = deals::of(shop, asked, &listings).await?;
    let input = input(shop, asked, cart, (lines, codes, &deals)).await?;
    let (quote, set_aside) = deals::cheapest(&input, &deals)?;
    Ok(Some(Quoted { quote, listings, gone, codes: input.codes, set_aside }))
}

async fn input(
    shop: &Shop,
    asked: &Asked<'_>,
    cart: &Cart,
    (lines, codes, deals): (Vec<LineInput>, Vec<Tried>, &[Deal]),
) -> Result<QuoteInput, ToolError> {
    let rules = &shop.rules.pricing;
    let context = context(shop, asked.conversation, asked.now).await?;
    let mut uses = Vec::new();
    if !rules.promotions.is_empty() {
        let counted = shop.coupons.uses(&rules.promotions, asked.conversation, cart.id(), asked.now);
        uses = counted.await.map_err(failed)?;
    }
    let offered = |(promotion, uses): (&Arc<Promotion>, Uses)| Offered {
        promotion: Arc::clone(promotion),
        uses,
        is_agreed: false,
    };
    let held_out = held_out(shop, asked).await?;
    let shown = |(promotion, _): &(&Arc<Promotion>, Uses)| !held_out.contains(&promotion.id);
    let (shipping, tax) = (rules.shipping.clone(), rules.tax.clone());
    Ok(QuoteInput {
        codes,
        promotions: rules.promotions.iter().zip(uses).filter(shown).map(offered).collect(),
        gifts: gifts(shop, cart, deals).await?,
        price_lists: rules.price_lists.clone(),
        strategy: rules.strategy,
        order_floor: rules.order_floor,
        rounding: rules.rounding,
        ..QuoteInput::new(shop.currency, lines, shipping, tax, context)
    })
}

/// The promotions that this shopper never sees, by their names.
async fn held_out(shop: &Shop, asked: &Asked<'_>) -> Result<Vec<String>, ToolError> {
    let held: Vec<HoldOut> = shop.rules.pricing.promotions.iter().filter_map(|one| HoldOut::of(one)).collect();
    if held.is_empty() {
        return Ok(Vec::new());
    }
    let shopper = shop.coupons.first_conversation(asked.conversation).await.map_err(failed)?.to_string();
    Ok(held.into_iter().filter(|one| one.holds_out(&shopper)).map(|one| one.campaign).collect())
}

/// Who buys, as far as the shop knows.
///
/// # Errors
/// When a store does not answer.
pub async fn context(shop: &Shop, conversation: ConversationId, now: Time) -> Result<Context, ToolError> {
    let rules = &shop.rules.pricing;
    let mut context = Context { zone: rules.zone, channel: Some(CHANNEL.to_owned()), ..Context::at(now) };
    if !rules.promotions.is_empty() || !rules.price_lists.is_empty() {
        context.first_order = shop.coupons.is_first_order(conversation).await.map_err(failed)?;
    }
    Ok(context)
}

/// The price of one that a cart with so many of a variant starts from: the catalog's, or a price list's.
///
/// # Errors
/// When a store does not answer or the shop's rules make no quote.
pub async fn list_price(
    shop: &Shop,
    asked: &Asked<'_>,
    listing: &Listing,
    quantity: u32,
) -> Result<Money, ToolError> {
    let line = line_of(shop, listing, quantity);
    if shop.rules.pricing.price_lists.is_empty() {
        return Ok(line.unit);
    }
    price_of(shop, context(shop, asked.conversation, asked.now).await?, line)
}

/// What one of a line costs by the price lists, whatever else is in a cart.
///
/// # Errors
/// When the shop's rules make no quote.
pub fn price_of(shop: &Shop, context: Context, line: LineInput) -> Result<Money, ToolError> {
    let (rules, catalogs) = (&shop.rules.pricing, line.unit);
    let free = ShippingPolicy::flat(Money::new(0, shop.currency), None);
    let input = QuoteInput {
        price_lists: rules.price_lists.clone(),
        rounding: rules.rounding,
        ..QuoteInput::new(shop.currency, vec![line], free, TaxPolicy::none(), context)
    };
    let quote = calculate::quote(&input).map_err(failed)?;
    Ok(quote.lines().first().map_or(catalogs, |line| line.unit))
}

/// The least that the shop accepts for one, whatever is asked: the variant's own, else its share of the price.
#[must_use]
pub fn floor(shop: &Shop, listing: &Listing) -> Option<Money> {
    let price = listing.variant.offer.price;
    let share = shop.rules.pricing.floor_part.and_then(|part| Rounding::up(price.minor(), part.0));
    listing.variant.floor.or(share.map(|minor| Money::new(minor, shop.currency)))
}

/// What promotions and deals may give on top, as the catalog has it beside what is in the cart.
async fn gifts(shop: &Shop, cart: &Cart, deals: &[Deal]) -> Result<Vec<GiftItem>, ToolError> {
    let given = shop.rules.pricing.promotions.iter().filter_map(|promotion| match &promotion.gives {
        Gives::Gift { sku, .. } => Some(sku.clone()),
        _ => None,
    });
    let skus: Vec<Sku> = given.chain(deals.iter().filter_map(Deal::gift).cloned()).collect();
    if skus.is_empty() {
        return Ok(Vec::new());
    }
    let (listings, held) =
        tokio::try_join!(async { shop.catalog().by_skus(&skus).await.map_err(failed) }, async {
            shop.orders.held_for(cart.id()).await.map_err(failed)
        },)?;
    let with_own = |listing: Listing| {
        let own = kept(&held, &listing.variant.sku);
        listing.with_more(own)
    };
    let bought =
        |sku: &Sku| cart.lines().iter().filter(|line| line.sku == *sku).map(|line| line.quantity).sum::<u32>();
    let item = |listing: Listing| GiftItem {
        title: listing.receipt_title(),
        available: match listing.variant.offer.when_out {
            WhenOut::Deny => {
                listing.variant.offer.available.map(|left| left.saturating_sub(bought(&listing.variant.sku)))
            }
            WhenOut::Continue => None,
        },
        sku: listing.variant.sku,
        product: listing.handle,
    };
    Ok(listings.into_iter().filter(|listing| listing.on_sale).map(with_own).map(item).collect())
}

/// So many of a variant, as pricing takes it.
#[must_use]
pub fn line_of(shop: &Shop, listing: &Listing, quantity: u32) -> LineInput {
    let (variant, title) = (&listing.variant, listing.receipt_title());
    let attribute =
        |said: &crate::catalog::product::Named| Named { name: said.name.clone(), value: said.value.clone() };
    let traits = Traits {
        category: listing.category.clone(),
        brand: listing.brand.clone(),
        tags: listing.tags.clone(),
        attributes: variant.options.iter().chain(&listing.facts).map(attribute).collect(),
    };
    let line = LineInput::new(variant.sku.clone(), listing.handle.clone(), title, quantity, variant.offer.price);
    LineInput { traits, floor: floor(shop, listing), ..line }
}

/// Keeps the quote and describes it: text for the model, a card as evidence.
///
/// # Errors
/// When a store does not answer.
pub async fn shown(shop: &Shop, asked: &Asked<'_>, cart: &Cart, quoted: &Quoted) -> Result<Shown, ToolError> {
    let id = shop.quotes.keep(asked.conversation, cart.id(), &quoted.quote).await.map_err(failed)?;
    let told_of = cards::quote(id, quoted.quote.fingerprint(), &quoted.quote);
    Ok(Shown { text: told(&told_of, quoted, asked), card: told_of })
}

/// What a tool answers that looked at a cart or changed it: the cart as it is now.
///
/// # Errors
/// When a store does not answer.
pub async fn answer(
    shop: &Shop,
    asked: &Asked<'_>,
    cart: &Cart,
    quoted: Option<&Quoted>,
) -> Result<Answer, ToolError> {
    let gone = no_longer_sold(shop, cart, quoted).await?;
    let Some(quoted) = quoted else {
        let text = match &gone {
            Some(Evidence::NoLongerSold { titles }) => {
                format!("Nothing in the cart is sold any more: {}.", titles.join(", "))
            }
            _ => "The cart is empty.".to_owned(),
        };
        return Ok(Answer { text, evidence: gone.into_iter().chain([Evidence::EmptyCart]).collect() });
    };
    let shown = shown(shop, asked, cart, quoted).await?;
    Ok(Answer { evidence: gone.into_iter().chain(shown.evidence(None)).collect(), text: shown.text })
}

/// The lines of a cart that are no longer on sale, if there are any. Nothing leaves a cart without a word.
///
/// # Errors
/// When a store does not answer.
pub async fn no_longer_sold(
    shop: &Shop,
    cart: &Cart,
    quoted: Option<&Quoted>,
) -> Result<Option<Evidence>, ToolError> {
    if let Some(quoted) = quoted {
        return Ok(told_of_gone(&quoted.gone, &quoted.listings));
    }
    let gone: Vec<Sku> = cart.lines().iter().map(|line| line.sku.clone()).collect();
    let listings =
        if gone.is_empty() { Vec::new() } else { shop.catalog().by_skus(&gone).await.map_err(failed)? };
    Ok(told_of_gone(&gone, &listings))
}

fn told_of_gone(gone: &[Sku], listings: &[Listing]) -> Option<Evidence> {
    let title = |sku: &Sku| {
        let listing = listings.iter().find(|listing| listing.variant.sku == *sku);
        listing.map_or_else(|| sku.to_string(), Listing::receipt_title)
    };
    (!gone.is_empty()).then(|| Evidence::NoLongerSold { titles: gone.iter().map(title).collect() })
}

/// From now on only this quote of the cart may be paid, or nothing of it: what the shopper sees last is what they pay.
///
/// # Errors
/// When a store does not answer.
pub async fn only_payable(shop: &Shop, cart: &Cart, quoted: Option<&Quoted>) -> Result<(), ToolError> {
    let fingerprint = quoted.map(|quoted| quoted.quote.fingerprint());
    let pages = shop.orders.only_payable(cart.id(), fingerprint.as_ref()).await.map_err(failed)?;
    shop.close_pages(&pages).await;
    Ok(())
}

/// A quote in words for the model, and its card.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The words.
    pub text: String,
    /// The card.
    pub card: QuoteCard,
}

impl Shown {
    /// The card as evidence, with more behind it.
    #[must_use]
    pub fn evidence(&self, more: Option<Evidence>) -> Vec<Evidence> {
        std::iter::once(Evidence::Quote(self.card.clone())).chain(more).collect()
    }
}

/// The quote line by line, as the model reads it.
fn told(card: &QuoteCard, quoted: &Quoted, asked: &Asked<'_>) -> String {
    let money = |amount: Money| amount.display(asked.locale);
    let mut lines = vec![format!("Cart (quote {}):", card.fingerprint.short())];
    for line in &card.lines {
        let each = if line.quantity > 1 { format!(" ({} each)", money(line.unit)) } else { String::new() };
        lines.push(format!(
            "- {} × {} [SKU {}]: {}{each}",
            line.quantity,
            line.title,
            line.sku,
            money(line.amount)
        ));
    }
    for discount in &card.discounts {
        let code = discount.code.as_ref().map(|code| format!(" {code}")).unwrap_or_default();
        lines.push(format!("Discount{code}: -{}", money(discount.amount)));
    }
    let shipping = if card.shipping.is_zero() { "free".to_owned() } else { money(card.shipping) };
    lines.push(format!("Shipping: {shipping}"));
    if !card.tax.amount.is_zero() {
        let how = if card.tax.included { "contained in the prices" } else { "added" };
        lines.push(format!("Tax: {} ({how})", money(card.tax.amount)));
    }
    lines.push(format!("Total: {}", money(card.total)));
    if let Some(missing) = card.free_shipping_in {
        lines.push(format!("Free shipping from {} more.", money(missing)));
    }
    for (code, refusal) in quoted.quote.refused() {
        lines.push(format!("The code {code} takes nothing off now: {refusal}."));
    }
    if quoted.set_aside {
        lines.push("The agreed price is not used: without it the total is lower. Say so.".to_owned());
    }
    for sku in &quoted.gone {
        lines.push(format!("No longer sold and left out: SKU {sku}."));
    }
    lines.join("\n")
}

/// The first line that asks for more than before and more than there is, as a refusal. What the cart's own open pay
/// page keeps from others is there for this shopper.
///
/// # Errors
/// That refusal, or a failure when a store does not answer.
pub async fn check_stock(shop: &Shop, before: &Cart, cart: &Cart, quoted: &Quoted) -> Result<(), ToolError> {
    let is_more =
        |line: &&CartLine| before.lines().iter().all(|old| old.sku != line.sku || old.quantity < line.quantity);
    let short: Vec<(&CartLine, &Listing)> = cart
        .lines()
        .iter()
        .filter(is_more)
        .filter_map(|line| Some((line, quoted.listings.iter().find(|listing| listing.variant.sku == line.sku)?)))
        .filter(|(line, listing)| !listing.can_sell(line.quantity))
        .collect();
    if short.is_empty() {
        return Ok(());
    }
    let held = shop.orders.held_for(cart.id()).await.map_err(failed)?;
    for (line, listing) in short {
        let listing = listing.clone().with_more(kept(&held, &line.sku));
        if !listing.can_sell(line.quantity) {
            return Err(out_of_stock(&listing).into());
        }
    }
    Ok(())
}

/// How many of this a cart's open orders keep.
fn kept(held: &[Portion], sku: &Sku) -> u32 {
    held.iter().filter(|portion| portion.sku == *sku).map(|portion| portion.quantity.unsigned_abs()).sum()
}

/// The refusal of a line that asks for more than there is.
#[must_use]
pub fn out_of_stock(listing: &Listing) -> Refusal {
    let left = listing.variant.offer.available.unwrap_or_default();
    let text = if left == 0 {
        format!("{} [SKU {}] is sold out.", listing.receipt_title(), listing.variant.sku)
    } else {
        format!("Only {left} of {} [SKU {}] are left.", listing.receipt_title(), listing.variant.sku)
    };
    Refusal::new(Reason::OutOfStock, text).with(vec![Evidence::Product(cards::listing(listing))])
}
