//! `remove_discount`: forgets a code.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::agent::turn::ToolKind;
use crate::base::names::CouponCode;
use crate::tools::asked::Asked;
use crate::tools::refusal::{Reason, Refusal};
use crate::tools::shop::Shop;
use crate::tools::{Answer, Tool, ToolError, failed, quoting, save};

/// The tool.
pub struct RemoveDiscount;

/// What it takes.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Arguments {
    /// The code to forget.
    pub code: String,
}

impl Tool for RemoveDiscount {
    const NAME: &'static str = "remove_discount";
    const DESCRIPTION: &'static str = include_str!("../../prompts/tools/remove_discount.md");
    const KIND: ToolKind = ToolKind::Changes;
    type Arguments = Arguments;

    async fn run(shop: &Shop, asked: &Asked<'_>, arguments: Arguments) -> Result<Answer, ToolError> {
        let not_there = || Refusal::new(Reason::NotInCart, "That code is not in use.");
        let code = CouponCode::new(&arguments.code).map_err(|_| not_there())?;
        let mut cart = shop.carts.open(asked.conversation).await.map_err(failed)?;
        if !cart.remove_code(&code) {
            return Err(not_there().into());
        }
        let quoted = quoting::quote_of(shop, asked, &cart).await?;
        let answer = quoting::answer(shop, asked, &cart, quoted.as_ref()).await?;
        save::changed_cart(shop, asked, Self::NAME, (&cart, quoted.as_ref()), answer).await
    }
}
