//! Saves a change together with what the call answers, in one transaction: a repeat of the call finds the answer.

use crate::agent::entry::{ToolResult, ToolStatus};
use crate::base::fingerprint::Fingerprint;
use crate::cart::Cart;
use crate::cart::store::CartError;
use crate::tools::asked::Asked;
use crate::tools::quoting::Quoted;
use crate::tools::refusal::{Reason, Refusal};
use crate::tools::shop::Shop;
use crate::tools::{Answer, ToolError, failed};

/// Saves a cart that costs what it did before, and the answer.
///
/// # Errors
/// A refusal when somebody else changed the cart meanwhile; a failure when a store does not answer.
pub async fn cart(
    shop: &Shop,
    asked: &Asked<'_>,
    tool: &str,
    cart: &Cart,
    answer: Answer,
) -> Result<Answer, ToolError> {
    saved(shop, asked, tool, (cart, Costs::AsBefore), answer).await
}

/// Saves a cart that costs something else now, and the answer. With the same commit nothing else of the cart may be
/// paid any more, and the pages that are open for something else are closed.
///
/// # Errors
/// As [`cart`].
pub async fn changed_cart(
    shop: &Shop,
    asked: &Asked<'_>,
    tool: &str,
    (cart, quoted): (&Cart, Option<&Quoted>),
    answer: Answer,
) -> Result<Answer, ToolError> {
    let quote = quoted.map(|quoted| quoted.quote.fingerprint());
    saved(shop, asked, tool, (cart, Costs::Now(quote)), answer).await
}

/// What a cart costs once it is saved.
enum Costs {
    AsBefore,
    /// What this quote says; nothing when it is empty.
    Now(Option<Fingerprint>),
}

async fn saved(
    shop: &Shop,
    asked: &Asked<'_>,
    tool: &str,
    (cart, costs): (&Cart, Costs),
    answer: Answer,
) -> Result<Answer, ToolError> {
    let mut transaction = shop.scope.begin().await.map_err(failed)?;
    match shop.carts.save_in(&mut transaction, cart).await {
        Ok(_) => {}
        Err(CartError::Changed(_)) => {
            return Err(Refusal::new(Reason::Changed, "The cart changed meanwhile. Look at it again.").into());
        }
        Err(error) => return Err(failed(error)),
    }
    let pages = match costs {
        Costs::AsBefore => Vec::new(),
        Costs::Now(quote) => {
            let payable = shop.orders.only_payable_in(&mut transaction, cart.id(), quote.as_ref());
            payable.await.map_err(failed)?
        }
    };
    shop.effects.record(&mut transaction, asked, &result(asked, tool, &answer)).await.map_err(failed)?;
    transaction.commit().await.map_err(failed)?;
    shop.close_pages(&pages).await;
    Ok(answer)
}

/// The answer as the turn records it.
#[must_use]
pub fn result(asked: &Asked<'_>, tool: &str, answer: &Answer) -> ToolResult {
    ToolResult {
        call: asked.call.to_owned(),
        tool: tool.to_owned(),
        status: ToolStatus::Answered,
        text: answer.text.clone(),
        evidence: answer.evidence.clone(),
    }
}
