//! Saves a change together with what the call answers, in one transaction: a repeat of the call finds the answer.

use crate::agent::entry::{ToolResult, ToolStatus};
use crate::cart::Cart;
use crate::cart::store::CartError;
use crate::tools::asked::Asked;
use crate::tools::refusal::{Reason, Refusal};
use crate::tools::shop::Shop;
use crate::tools::{Answer, ToolError, failed};

/// Saves the cart and the answer.
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
    let mut transaction = shop.scope.begin().await.map_err(failed)?;
    match shop.carts.save_in(&mut transaction, cart).await {
        Ok(_) => {}
        Err(CartError::Changed(_)) => {
            return Err(Refusal::new(Reason::Changed, "The cart changed meanwhile. Look at it again.").into());
        }
        Err(error) => return Err(failed(error)),
    }
    shop.effects.record(&mut transaction, asked, &result(asked, tool, &answer)).await.map_err(failed)?;
    transaction.commit().await.map_err(failed)?;
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
