//! `negotiate_price`: what the shop says to a shopper who bargains.
//!
//! The shopper's number comes in and an offer goes out; between the two stand the merchant's bounds and a rule. The
//! floor, the cost and what will be offered next never leave here.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::agent::evidence::{Evidence, OfferCard, OfferStands};
use crate::agent::guard;
use crate::agent::turn::ToolKind;
use crate::base::clock::Time;
use crate::base::money::Money;
use crate::base::names::Sku;
use crate::catalog::product::Listing;
use crate::pricing::input::QUANTITY_MAX;
use crate::pricing::negotiation::ledger::{Ask, Closed, Ledger, Reply, Table};
use crate::pricing::negotiation::settings::Terms;
use crate::pricing::negotiation::store::{Known, Subject};
use crate::tools::asked::Asked;
use crate::tools::refusal::{Reason, Refusal};
use crate::tools::shop::Shop;
use crate::tools::{Answer, Tool, ToolError, failed, save};

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
        let terms = terms(shop, &listing);
        let policy = terms.policy(shop.rules.bargaining.learned.as_ref());
        let known = shop.negotiations.known(asked.conversation, &listing.variant.sku).await.map_err(failed)?;
        let table = Table {
            terms: &terms,
            policy: &policy,
            list: listing.variant.offer.price,
            cost: listing.variant.cost,
            floor: listing.variant.floor,
            quantity: arguments.quantity,
            messages: known.messages,
        };
        let (reply, ledger) = known.ledger.answer(&table, ask, asked.now);
        let answer = answer(&reply, &listing, arguments.quantity, asked)?;
        keep(shop, asked, (&known, &ledger), (&listing, &table), answer).await
    }
}

/// What a variant may be bargained down to, by the bounds nearest to it.
#[must_use]
pub fn terms(shop: &Shop, listing: &Listing) -> Terms {
    shop.rules.bargaining.settings.terms(&listing.handle, std::slice::from_ref(&listing.category))
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
        (Says::Accepts, _) => Ok(Ask::Yes),
        (Says::Declines, _) => Ok(Ask::WalksAway),
    }
}

/// Whether the shopper wrote this price. A model bids in their name, so it may not make up the number; only where the
/// newest message has no digits ("forty?") it is taken at its word.
fn was_named(price: Money, heard: &[&str]) -> bool {
    let in_words = heard.last().is_some_and(|text| !text.contains(|c: char| c.is_numeric()));
    in_words || heard.iter().any(|text| guard::names(text, price))
}

fn answer(reply: &Reply, listing: &Listing, quantity: u32, asked: &Asked<'_>) -> Result<Answer, ToolError> {
    let card = |unit: Money, stands: OfferStands, until: Time| {
        Ok::<_, ToolError>(OfferCard {
            sku: listing.variant.sku.clone(),
            title: listing.receipt_title(),
            quantity,
            list: listing.variant.offer.price,
            unit,
            amount: unit.times(quantity).map_err(failed)?,
            stands,
            until,
        })
    };
    let card = match reply {
        Reply::Offer { unit, until } => card(*unit, OfferStands::Open, *until)?,
        Reply::LastOffer { unit, until, .. } => card(*unit, OfferStands::Last, *until)?,
        Reply::Accepted(agreed) => card(agreed.unit, OfferStands::Agreed, agreed.until)?,
        Reply::NotOpen(closed) => return Err(not_open(*closed).into()),
        Reply::AskPerson => {
            let text = "A person of the shop decides this one. Call hand_off_to_person and tell the shopper.";
            return Err(Refusal::new(Reason::PersonDecides, text).into());
        }
    };
    Ok(Answer { text: told(&card, asked), evidence: vec![Evidence::Offer(card)] })
}

fn not_open(closed: Closed) -> Refusal {
    let (reason, text) = match closed {
        Closed::FixedPrice | Closed::NoSense => (Reason::FixedPrice, "The price of this is fixed. Say so kindly."),
        Closed::TooEarly => (Reason::TooEarly, "Not open to bargaining yet. Talk about the product first."),
        Closed::TooFew => (Reason::TooFew, "Not open to bargaining for so few. Say that more pieces may help."),
    };
    Refusal::new(reason, text)
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
    match card.stands {
        OfferStands::Open => format!(
            "Offer: {unit} each for {what}{all}, instead of {list}. Name exactly this price and ask whether they take it."
        ),
        OfferStands::Last => {
            format!("Last offer: {unit} each for {what}{all}. It stands and there is no lower one. Say so kindly.")
        }
        OfferStands::Agreed => format!(
            "Agreed: {unit} each for {what}{all}. The cart is priced by it. If it is not in the cart, put {} in with \
             change_cart; else look at the cart again with view_cart.",
            card.quantity
        ),
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
    let kept = shop.negotiations.keep_in(&mut transaction, asked.conversation, (ledger, known.version), &subject);
    if !kept.await.map_err(failed)? {
        let text = "They bargained over this somewhere else at the same moment. Ask again.";
        return Err(Refusal::new(Reason::Changed, text).into());
    }
    let result = save::result(asked, NegotiatePrice::NAME, &answer);
    shop.effects.record(&mut transaction, asked, &result).await.map_err(failed)?;
    transaction.commit().await.map_err(failed)?;
    Ok(answer)
}
