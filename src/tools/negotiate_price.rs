//! `negotiate_price`: what the shop says to a shopper who bargains.
//!
//! The shopper's number comes in and an offer goes out; between the two stand the merchant's bounds and a rule. The
//! floor, the cost and what will be offered next never leave here.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::agent::evidence::{Evidence, ExtraCard, OfferCard, OfferStands};
use crate::agent::guard;
use crate::agent::turn::ToolKind;
use crate::base::money::Money;
use crate::base::names::Sku;
use crate::catalog::product::Listing;
use crate::pricing::input::QUANTITY_MAX;
use crate::pricing::negotiation::ledger::{Ask, Closed, Ledger, Reply, Table};
use crate::pricing::negotiation::settings::{Extra, Terms};
use crate::pricing::negotiation::store::{Known, Subject};
use crate::tools::asked::Asked;
use crate::tools::extras::Extras;
use crate::tools::refusal::{Reason, Refusal};
use crate::tools::shop::Shop;
use crate::tools::{Answer, Tool, ToolError, cards, failed, quoting, save};

/// The tool.
pub struct NegotiatePrice;

/// What it takes.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Arguments {
    /// The variant's SKU, exactly as a search result or the cart gives it.
    pub sku: String,
    /// How many the shopper wants; 1 if they did not say.
    pub quantity: u32,
    /// What the shopper says: names a price, asks for less without naming one, accepts your last offer, or declines
    /// for good.
    pub says: Says,
    /// The price of ONE that the shopper named, as a plain decimal such as 40 or 39.50; null unless they named one.
    /// With accepts: null for your last offer, or the price of an earlier offer that they go back to for what came
    /// with it.
    pub price: Option<String>,
}

/// What the shopper says.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Says {
    /// "Would you take 40?"
    NamesPrice,
    /// "Can you do better?"
    AsksForLess,
    /// "All right, I take it."
    Accepts,
    /// "No thanks."
    Declines,
}

impl Tool for NegotiatePrice {
    const NAME: &'static str = "negotiate_price";
    const DESCRIPTION: &'static str = include_str!("../../prompts/tools/negotiate_price.md");
    const KIND: ToolKind = ToolKind::Changes;
    type Arguments = Arguments;

    async fn run(shop: &Shop, asked: &Asked<'_>, arguments: Arguments) -> Result<Answer, ToolError> {
        let listing = listing(shop, asked, &arguments).await?;
        let ask = ask(shop, asked, &arguments)?;
        let mut terms = terms(shop, &listing);
        let policy = terms.policy(shop.rules.bargaining.learned.as_ref());
        let known = shop.negotiations.known(asked.conversation, &listing.variant.sku).await.map_err(failed)?;
        let extras = Extras::of(shop, &terms.extras.iter().chain(known.ledger.added()).collect::<Vec<_>>()).await?;
        terms.extras.retain(|extra| extras.card(extra).is_some());
        let table = Table {
            terms: &terms,
            policy: &policy,
            list: quoting::list_price(shop, asked, &listing, arguments.quantity).await?,
            cost: listing.variant.cost,
            floor: quoting::floor(shop, &listing),
            quantity: arguments.quantity,
            struck: known.quantity,
            messages: known.messages,
        };
        let (reply, ledger) = known.ledger.answer(&table, ask, asked.now);
        let answer = answer(&reply, (&listing, table.list), &extras, asked, arguments.quantity)?;
        keep(shop, asked, (&known, &ledger), (&listing, &table), answer).await
    }
}

/// What a variant may be bargained down to, by the bounds nearest to it.
#[must_use]
pub fn terms(shop: &Shop, listing: &Listing) -> Terms {
    shop.rules.bargaining.settings.terms(&listing.handle, &listing.category)
}

async fn listing(shop: &Shop, asked: &Asked<'_>, arguments: &Arguments) -> Result<Listing, ToolError> {
    let unknown = || Refusal::no_such_variant(&arguments.sku);
    if !(1..=QUANTITY_MAX).contains(&arguments.quantity) {
        let text = format!("The quantity must be from 1 to {QUANTITY_MAX}.");
        return Err(Refusal::new(Reason::BadArguments, text).into());
    }
    let sku = Sku::new(&arguments.sku).map_err(|_| unknown())?;
    let listings = shop.catalog().by_skus(&[sku]).await.map_err(failed)?;
    let listing = listings.into_iter().find(|listing| listing.on_sale).ok_or_else(unknown)?;
    if asked.seen.contains(&listing.handle) { Ok(listing) } else { Err(Refusal::not_seen(&listing.title).into()) }
}

fn ask(shop: &Shop, asked: &Asked<'_>, arguments: &Arguments) -> Result<Ask, Refusal> {
    let price = match &arguments.price {
        None => None,
        Some(text) => Some(
            Money::parse_major(text, shop.currency)
                .map_err(|bad| Refusal::new(Reason::BadArguments, format!("The price cannot be read: {bad}")))?,
        ),
    };
    match (arguments.says, price) {
        (Says::NamesPrice, Some(price)) if was_named(price, asked.heard) => Ok(Ask::Number(price)),
        (Says::NamesPrice, Some(_)) => {
            Err(Refusal::new(Reason::BadArguments, "The shopper has not named this price. Pass what they wrote."))
        }
        (Says::NamesPrice, None) => {
            Err(Refusal::new(Reason::BadArguments, "names_price needs the price that the shopper named."))
        }
        (Says::AsksForLess, _) => Ok(Ask::Better),
        (Says::Accepts, None) => Ok(Ask::Yes),
        (Says::Accepts, Some(price)) => Ok(Ask::YesTo(price)),
        (Says::Declines, _) => Ok(Ask::WalksAway),
    }
}

/// Whether the shopper wrote this price. A model bids in their name, so it may not make up the number; only where the
/// newest message has no digits ("forty?") it is taken at its word.
fn was_named(price: Money, heard: &[&str]) -> bool {
    let in_words = heard.last().is_some_and(|text| !text.contains(|c: char| c.is_numeric()));
    in_words || heard.iter().any(|text| guard::names(text, price))
}

fn answer(
    reply: &Reply,
    (listing, list): (&Listing, Money),
    extras: &Extras,
    asked: &Asked<'_>,
    quantity: u32,
) -> Result<Answer, ToolError> {
    let (unit, extra, until, stands) = match reply {
        Reply::Offer { unit, extra, until } => (*unit, extra, *until, OfferStands::Open),
        Reply::LastOffer { unit, extra, until } => (*unit, extra, *until, OfferStands::Last),
        Reply::Accepted(agreed) => (agreed.unit, &agreed.extra, agreed.until, OfferStands::Agreed),
        Reply::NotOpen(closed) => return Err(not_open(*closed).into()),
        Reply::AskPerson => {
            let text = "A person of the shop decides this one. Call hand_off_to_person and tell the shopper.";
            return Err(Refusal::new(Reason::PersonDecides, text).into());
        }
    };
    let card = OfferCard {
        sku: listing.variant.sku.clone(),
        title: listing.receipt_title(),
        quantity,
        list,
        unit,
        amount: unit.times(quantity).map_err(failed)?,
        extra: extra.as_ref().and_then(|extra| extras.card(extra)),
        stands,
        until,
    };
    // Only what was shown may go into the cart.
    let bundled = extra.as_ref().filter(|extra| matches!(extra, Extra::Bundle { .. }));
    let shown =
        bundled.and_then(|extra| extras.listing(extra)).map(|other| Evidence::Product(cards::listing(other)));
    let text = told(&card, asked);
    Ok(Answer { text, evidence: shown.into_iter().chain([Evidence::Offer(card)]).collect() })
}

fn not_open(closed: Closed) -> Refusal {
    match closed {
        Closed::FixedPrice | Closed::NoSense => {
            Refusal::new(Reason::FixedPrice, "The price of this is fixed. Say so kindly.")
        }
        Closed::TooEarly => {
            Refusal::new(Reason::TooEarly, "Not open to bargaining yet. Talk about the product first.")
        }
        Closed::TooFew => {
            Refusal::new(Reason::TooFew, "Not open to bargaining for so few. Say that more pieces may help.")
        }
        Closed::HoldsFrom(from) => {
            let text = format!("The agreed price holds from {from} pieces on; for fewer the usual one does.");
            Refusal::new(Reason::TooFew, text)
        }
    }
}

fn told(card: &OfferCard, asked: &Asked<'_>) -> String {
    let money = |amount: Money| amount.display(asked.locale);
    let (unit, list) = (money(card.unit), money(card.list));
    let what = format!("{} [SKU {}]", card.title, card.sku);
    let all = if card.quantity > 1 {
        format!(" ({} × {unit} = {})", card.quantity, money(card.amount))
    } else {
        String::new()
    };
    let with = card.extra.as_ref().map(|extra| with(extra, asked)).unwrap_or_default();
    match card.stands {
        OfferStands::Open if card.extra.is_some() => format!(
            "Offer: {unit} each for {what}{all}{with}. The price stays; this comes with it instead of a lower one. Say \
             exactly this and ask whether they take it."
        ),
        OfferStands::Open => format!(
            "Offer: {unit} each for {what}{all}, instead of {list}. Name exactly this price and ask whether they take it."
        ),
        OfferStands::Last => {
            format!(
                "Last offer: {unit} each for {what}{all}{with}. It stands and there is no lower one. Say so kindly."
            )
        }
        OfferStands::Agreed => format!(
            "Agreed: {unit} each for {what}{all}{with}. The cart is priced by it. If it is not in the cart, put {} in \
             with change_cart; else look at the cart again with view_cart.",
            card.quantity
        ),
    }
}

fn with(extra: &ExtraCard, asked: &Asked<'_>) -> String {
    match extra {
        ExtraCard::FreeShipping => ", with free shipping".to_owned(),
        ExtraCard::Gift { title } => format!(", with {title} as a gift"),
        ExtraCard::Bundle { sku, title, price } => {
            format!(", and {title} [SKU {sku}] for only {} beside it", price.display(asked.locale))
        }
    }
}

async fn keep(
    shop: &Shop,
    asked: &Asked<'_>,
    (known, ledger): (&Known, &Ledger),
    (listing, table): (&Listing, &Table<'_>),
    answer: Answer,
) -> Result<Answer, ToolError> {
    // A deal that holds is for as many as it was struck for, however many are asked for now.
    let struck = known.ledger.agreed(table.terms, asked.now).is_some();
    let subject = Subject {
        sku: &listing.variant.sku,
        product: &listing.handle,
        category: &listing.category,
        quantity: if struck { known.quantity } else { table.quantity },
        list: table.list,
        cost: table.cost,
        floor: table.floor,
    };
    let mut transaction = shop.scope.begin().await.map_err(failed)?;
    let kept = shop.negotiations.keep_in(&mut transaction, asked.conversation, (ledger, known), &subject);
    if !kept.await.map_err(failed)? {
        let text = "They bargained over this somewhere else at the same moment. Ask again.";
        return Err(Refusal::new(Reason::Changed, text).into());
    }
    let result = save::result(asked, NegotiatePrice::NAME, &answer);
    shop.effects.record(&mut transaction, asked, &result).await.map_err(failed)?;
    transaction.commit().await.map_err(failed)?;
    Ok(answer)
}
