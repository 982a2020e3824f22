//! `change_cart`: puts things in, sets quantities, takes things out; several lines at once, all or none.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::agent::turn::ToolKind;
use crate::base::names::Sku;
use crate::cart::{Cart, CartRefusal, Change};
use crate::catalog::product::Listing;
use crate::tools::asked::Asked;
use crate::tools::refusal::{Reason, Refusal};
use crate::tools::shop::Shop;
use crate::tools::{Answer, Tool, ToolError, failed, quoting, save};

/// The tool.
pub struct ChangeCart;

/// What it takes.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Arguments {
    /// The changes, in order; all are made or none.
    pub changes: Vec<ChangeWanted>,
}

/// One change.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct ChangeWanted {
    /// What to do: add so many more, set to exactly so many, or remove.
    pub action: Action,
    /// The variant's SKU, exactly as a search result or the cart gives it.
    pub sku: String,
    /// How many; 0 with remove.
    pub quantity: u32,
}

/// What to do with a line.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// So many more.
    Add,
    /// Exactly so many.
    Set,
    /// None of it.
    Remove,
}

impl Tool for ChangeCart {
    const NAME: &'static str = "change_cart";
    const DESCRIPTION: &'static str = include_str!("../../prompts/tools/change_cart.md");
    const KIND: ToolKind = ToolKind::Changes;
    type Arguments = Arguments;

    async fn run(shop: &Shop, asked: &Asked<'_>, arguments: Arguments) -> Result<Answer, ToolError> {
        let changes = read(&arguments.changes)?;
        let mut cart = shop.carts.open(asked.conversation).await.map_err(failed)?;
        let wanted: Vec<Sku> = changes.iter().filter_map(put_in).cloned().collect();
        let listings = shop.catalog().by_skus(&wanted).await.map_err(failed)?;
        check(asked, &cart, &wanted, &listings)?;
        let before = cart.clone();
        cart.change(&changes).map_err(|refusal| refused(&refusal))?;
        let quoted = quoting::quote_of(shop, asked, &cart).await?;
        if let Some(quoted) = &quoted {
            quoting::check_stock(shop, &before, &cart, quoted).await?;
        }
        let answer = quoting::answer(shop, asked, &cart, quoted.as_ref()).await?;
        save::changed_cart(shop, asked, Self::NAME, (&cart, quoted.as_ref()), answer).await
    }
}

fn read(wanted: &[ChangeWanted]) -> Result<Vec<Change>, Refusal> {
    if wanted.is_empty() {
        return Err(Refusal::new(Reason::BadArguments, "Name at least one change."));
    }
    let read = wanted.iter().map(|change| {
        let sku = Sku::new(&change.sku).map_err(|_| Refusal::no_such_variant(&change.sku))?;
        Ok(match change.action {
            Action::Add => Change::Add { sku, quantity: change.quantity },
            Action::Set => Change::Set { sku, quantity: change.quantity },
            Action::Remove => Change::Remove { sku },
        })
    });
    read.collect()
}

/// The SKU that a change puts into the cart, if it puts one in.
const fn put_in(change: &Change) -> Option<&Sku> {
    match change {
        Change::Add { sku, .. } | Change::Set { sku, quantity: 1.. } => Some(sku),
        Change::Set { .. } | Change::Remove { .. } => None,
    }
}

/// What is put in must be on sale, and something the shopper was shown or already has.
fn check(asked: &Asked<'_>, cart: &Cart, wanted: &[Sku], listings: &[Listing]) -> Result<(), Refusal> {
    for sku in wanted {
        let listing = listings.iter().find(|listing| listing.variant.sku == *sku && listing.on_sale);
        let listing = listing.ok_or_else(|| Refusal::no_such_variant(sku.as_str()))?;
        let in_cart = cart.lines().iter().any(|line| line.sku == *sku);
        if !in_cart && !asked.seen.contains(&listing.handle) {
            return Err(Refusal::not_seen(&listing.title));
        }
    }
    Ok(())
}

fn refused(refusal: &CartRefusal) -> Refusal {
    let reason = match refusal {
        CartRefusal::NotInCart(_) => Reason::NotInCart,
        CartRefusal::NothingToAdd(_) => Reason::BadArguments,
        CartRefusal::TooManyLines
        | CartRefusal::TooManyOf(_)
        | CartRefusal::TooManyChanges
        | CartRefusal::TooManyCodes => Reason::TooMany,
    };
    Refusal::new(reason, refusal.to_string())
}
