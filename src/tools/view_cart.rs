//! `view_cart`: what is in the cart and what it costs now.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::agent::turn::ToolKind;
use crate::tools::asked::Asked;
use crate::tools::shop::Shop;
use crate::tools::{Answer, Tool, ToolError, failed, quoting};

/// The tool.
pub struct ViewCart;

/// What it takes: nothing.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Arguments {}

impl Tool for ViewCart {
    const NAME: &'static str = "view_cart";
    const DESCRIPTION: &'static str = include_str!("../../prompts/tools/view_cart.md");
    const KIND: ToolKind = ToolKind::Reads;
    type Arguments = Arguments;

    async fn run(shop: &Shop, asked: &Asked<'_>, _: Arguments) -> Result<Answer, ToolError> {
        let cart = shop.carts.open(asked.conversation).await.map_err(failed)?;
        let quoted = quoting::quote_of(shop, asked, &cart).await?;
        quoting::only_payable(shop, &cart, quoted.as_ref()).await?;
        quoting::answer(shop, asked, &cart, quoted.as_ref()).await
    }
}
