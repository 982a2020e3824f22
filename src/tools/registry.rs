//! The list of tools: what the model is offered, and which code runs.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::de::DeserializeOwned;
use serde_json::value::{RawValue, to_raw_value};

use crate::agent::entry::{Call, ToolResult, ToolSpec, ToolStatus};
use crate::agent::turn::ToolKind;
use crate::tools::apply_discount::ApplyDiscount;
use crate::tools::ask_about_products::AskAboutProducts;
use crate::tools::asked::Asked;
use crate::tools::change_cart::ChangeCart;
use crate::tools::create_checkout_session::CreateCheckoutSession;
use crate::tools::get_product::GetProduct;
use crate::tools::hand_off_to_person::HandOffToPerson;
use crate::tools::negotiate_price::NegotiatePrice;
use crate::tools::order_status::OrderStatus;
use crate::tools::refusal::{Reason, Refusal};
use crate::tools::remove_discount::RemoveDiscount;
use crate::tools::save_delivery_details::SaveDeliveryDetails;
use crate::tools::search_catalog::SearchCatalog;
use crate::tools::shop::Shop;
use crate::tools::view_cart::ViewCart;
use crate::tools::{Answer, Tool, ToolError, schema};

macro_rules! tools {
    ($($tool:ident),+ $(,)?) => {
        /// Every tool as it is described to a model, in a fixed order.
        #[must_use]
        pub fn specs() -> Vec<ToolSpec> {
            SPECS.clone()
        }

        static SPECS: LazyLock<Vec<ToolSpec>> = LazyLock::new(|| vec![$(spec::<$tool>()),+]);

        /// Every tool by name, and whether it changes anything.
        #[must_use]
        pub fn kinds() -> BTreeMap<String, ToolKind> {
            [$(($tool::NAME.to_owned(), $tool::KIND)),+].into()
        }

        async fn dispatch(shop: &Shop, asked: &Asked<'_>, call: &Call) -> Result<Answer, ToolError> {
            match call.tool.as_str() {
                $($tool::NAME => $tool::run(shop, asked, read(&call.arguments)?).await,)+
                unknown => {
                    Err(Refusal::new(Reason::BadArguments, format!("There is no tool {unknown}.")).into())
                }
            }
        }
    };
}

tools! {
    SearchCatalog,
    GetProduct,
    AskAboutProducts,
    ViewCart,
    ChangeCart,
    ApplyDiscount,
    RemoveDiscount,
    NegotiatePrice,
    CreateCheckoutSession,
    OrderStatus,
    SaveDeliveryDetails,
    HandOffToPerson,
}

fn spec<T: Tool>() -> ToolSpec {
    let schema = to_raw_value(&schema::strict::<T::Arguments>()).unwrap_or_else(|_| RawValue::NULL.to_owned());
    ToolSpec { name: T::NAME, description: T::DESCRIPTION.trim(), schema }
}

/// Runs one call. A refusal is an answer; only a failure of ours is an error.
///
/// # Errors
/// When something of ours does not work.
pub async fn run(shop: &Shop, asked: &Asked<'_>, call: &Call) -> anyhow::Result<ToolResult> {
    if let Some(before) = shop.effects.before(asked).await? {
        return Ok(before);
    }
    let (status, text, evidence) = match dispatch(shop, asked, call).await {
        Ok(answer) => (ToolStatus::Answered, answer.text, answer.evidence),
        Err(ToolError::Refused(refusal)) => (ToolStatus::Refused, refusal.told(), refusal.evidence),
        Err(ToolError::Failed(error)) => return Err(error.context(format!("running {}", call.tool))),
    };
    Ok(ToolResult { call: call.id.clone(), tool: call.tool.clone(), status, text, evidence })
}

/// Typed arguments from what the model wrote. Nothing is called with arguments that do not fit.
fn read<T: DeserializeOwned>(arguments: &str) -> Result<T, ToolError> {
    let text = if arguments.trim().is_empty() { "{}" } else { arguments };
    serde_json::from_str(text).map_err(|error| {
        Refusal::new(Reason::BadArguments, format!("The arguments do not fit the tool: {error}.")).into()
    })
}
