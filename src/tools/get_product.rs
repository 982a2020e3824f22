//! `get_product`: everything the shelf label says about one product.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::agent::evidence::Evidence;
use crate::agent::turn::ToolKind;
use crate::base::names::Handle;
use crate::tools::asked::Asked;
use crate::tools::cards::Detail;
use crate::tools::refusal::{Reason, Refusal};
use crate::tools::search_catalog::describe;
use crate::tools::shop::Shop;
use crate::tools::{Answer, Tool, ToolError, cards, failed};

/// The tool.
pub struct GetProduct;

/// What it takes.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Arguments {
    /// The product's name as search results give it in brackets, such as camiseta-basica.
    pub product: String,
}

impl Tool for GetProduct {
    const NAME: &'static str = "get_product";
    const DESCRIPTION: &'static str = include_str!("../../prompts/tools/get_product.md");
    const KIND: ToolKind = ToolKind::Reads;
    type Arguments = Arguments;

    async fn run(shop: &Shop, asked: &Asked<'_>, arguments: Arguments) -> Result<Answer, ToolError> {
        let unknown = || Refusal::new(Reason::NoSuchProduct, "There is no such product. Search for it first.");
        let handle = Handle::new(&arguments.product).map_err(|_| unknown())?;
        let product = shop.catalog().by_handle(&handle).await.map_err(failed)?.ok_or_else(unknown)?;
        let card = cards::product(shop, &product, &product.variants, Detail::Full);
        let facts = card.facts.iter().map(|fact| format!("\n  {}: {}", fact.name, fact.value));
        let text = format!("{}{}", describe(&card, asked.locale), facts.collect::<String>());
        Ok(Answer { text, evidence: vec![Evidence::Product(card)] })
    }
}
