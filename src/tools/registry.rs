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

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// Every schema below this one.
    fn all<'s>(schema: &'s Value, found: &mut Vec<&'s Value>) {
        found.push(schema);
        match schema {
            Value::Object(object) => object.values().for_each(|inner| all(inner, found)),
            Value::Array(items) => items.iter().for_each(|inner| all(inner, found)),
            _ => {}
        }
    }

    #[test]
    fn strict_servers_take_the_schema_of_every_tool() {
        for spec in specs() {
            let schema: Value = serde_json::from_str(spec.schema.get()).unwrap();
            assert_eq!(schema["type"], "object", "{}", spec.name);
            let mut parts = Vec::new();
            all(&schema, &mut parts);
            for part in parts.iter().filter(|part| part["type"] == "object") {
                let mut required: Vec<&str> =
                    part["required"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
                let mut properties: Vec<&str> =
                    part["properties"].as_object().unwrap().keys().map(String::as_str).collect();
                required.sort_unstable();
                properties.sort_unstable();
                assert_eq!(required, properties, "{}: {part}", spec.name);
                assert_eq!(part["additionalProperties"], false, "{}: {part}", spec.name);
            }
            let text = spec.schema.get();
            for refused in ["\"default\"", "\"minimum\"", "\"maximum\"", "\"format\"", "\"$ref\"", "\"oneOf\""] {
                assert!(!text.contains(refused), "{}: {refused} in {text}", spec.name);
            }
        }
    }

    /// What a model may say. Whoever adds an argument looks at this list: none is an amount to be charged, an identity
    /// or an address of the web. A price to search by is a filter, and what a shopper bids is an ask.
    #[test]
    fn no_argument_is_an_amount_to_be_charged_an_identity_or_an_address() {
        let arguments = specs().into_iter().map(|spec| {
            let schema: Value = serde_json::from_str(spec.schema.get()).unwrap();
            let mut parts = Vec::new();
            all(&schema, &mut parts);
            let names = parts.iter().filter_map(|part| part["properties"].as_object());
            let names: Vec<String> = names.flat_map(|properties| properties.keys().cloned()).collect();
            format!("{}({})", spec.name, names.join(" "))
        });
        insta::assert_snapshot!(arguments.collect::<Vec<_>>().join("\n"), @r"
        search_catalog(brand category cursor in_stock_only options price_max price_min query sort tags name value)
        get_product(product)
        ask_about_products(about products)
        view_cart()
        change_cart(changes action quantity sku)
        apply_discount(code)
        remove_discount(code)
        negotiate_price(price quantity says sku)
        create_checkout_session(quote)
        order_status(number)
        save_delivery_details(address city name note postal_code)
        hand_off_to_person(reason)
        ");
    }
}
