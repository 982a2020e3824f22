//! `get_product`: everything the shelf label says about one product.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::agent::entry::{Call, Entry, ToolResult, ToolStatus};
use crate::agent::evidence::Evidence;
use crate::agent::turn::ToolKind;
use crate::base::clock::Time;
use crate::base::ids::ConversationId;
use crate::base::language::Locale;
use crate::base::names::Handle;
use crate::catalog::product::Product;
use crate::tools::asked::Asked;
use crate::tools::cards::Detail;
use crate::tools::labels::Labels;
use crate::tools::refusal::{Reason, Refusal};
use crate::tools::search_catalog::describe;
use crate::tools::shop::Shop;
use crate::tools::{Answer, Tool, ToolError, failed};

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
        let labels = Labels::of(shop, asked.conversation, asked.now).await?;
        label(shop, &labels, &product, asked.locale)
    }
}

fn label(shop: &Shop, labels: &Labels, product: &Product, locale: Locale) -> Result<Answer, ToolError> {
    let card = labels.card(shop, product, &product.variants, Detail::Full)?;
    let facts = card.facts.iter().map(|fact| format!("\n  {}: {}", fact.name, fact.value));
    let text = format!("{}{}", describe(&card, locale), facts.collect::<String>());
    Ok(Answer { text, evidence: vec![Evidence::Product(card)] })
}

/// The call and the answer as if the model had asked for the product with this id, a SKU or a handle: for a product
/// that the channel says the shopper is looking at. `None` when the shop has none with it.
///
/// # Errors
/// When the catalog cannot be read.
pub async fn looked_up(
    shop: &Shop,
    id: &str,
    (conversation, now): (ConversationId, Time),
    locale: Locale,
) -> Result<Option<[Entry; 2]>, ToolError> {
    let by_sku = match id.parse() {
        Ok(sku) => shop.catalog().by_sku(&sku).await.map_err(failed)?.map(|listing| listing.handle),
        Err(_) => None,
    };
    let Some(handle) = by_sku.or_else(|| Handle::new(id).ok()) else { return Ok(None) };
    let Some(product) = shop.catalog().by_handle(&handle).await.map_err(failed)? else { return Ok(None) };
    let labels = Labels::of(shop, conversation, now).await?;
    let Answer { text, evidence } = label(shop, &labels, &product, locale)?;
    let (call, tool) = (format!("about_{handle}"), GetProduct::NAME.to_owned());
    let arguments = serde_json::json!({ "product": handle.as_str() }).to_string();
    let calls = vec![Call { id: call.clone(), tool: tool.clone(), arguments, extra: None }];
    let results = vec![ToolResult { call, tool, status: ToolStatus::Answered, text, evidence }];
    Ok(Some([Entry::Calls { text: None, calls }, Entry::Results(results)]))
}
