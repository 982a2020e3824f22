//! `save_delivery_details`: where to send it, for the newest sold order that does not know it yet, else for the cart,
//! and with nothing in the cart for the newest sold order, whose address is then another.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::agent::evidence::Evidence;
use crate::agent::turn::ToolKind;
use crate::cart::Cart;
use crate::cart::delivery::{Delivery, DeliveryText};
use crate::checkout::order::Order;
use crate::checkout::state::OrderState;
use crate::tools::asked::Asked;
use crate::tools::refusal::{Reason, Refusal};
use crate::tools::shop::Shop;
use crate::tools::{Answer, Tool, ToolError, cards, failed, save};

/// The tool.
pub struct SaveDeliveryDetails;

/// What it takes.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Arguments {
    /// Who receives it.
    pub name: String,
    /// Street, number and what else a courier needs.
    pub address: String,
    /// City.
    pub city: String,
    /// Postal code, or null.
    pub postal_code: Option<String>,
    /// Anything the courier should know, or null.
    pub note: Option<String>,
}

impl Tool for SaveDeliveryDetails {
    const NAME: &'static str = "save_delivery_details";
    const DESCRIPTION: &'static str = include_str!("../../prompts/tools/save_delivery_details.md");
    const KIND: ToolKind = ToolKind::Changes;
    type Arguments = Arguments;

    async fn run(shop: &Shop, asked: &Asked<'_>, arguments: Arguments) -> Result<Answer, ToolError> {
        let text = DeliveryText {
            name: arguments.name,
            address: arguments.address,
            city: arguments.city,
            postal_code: arguments.postal_code,
            note: arguments.note,
        };
        let delivery =
            Delivery::new(&text).map_err(|error| Refusal::new(Reason::BadDelivery, format!("Sorry, {error}.")))?;
        let orders = shop.orders.of_conversation(asked.conversation).await.map_err(failed)?;
        let evidence = vec![Evidence::Delivery(cards::delivery(&delivery))];
        let mut cart = shop.carts.open(asked.conversation).await.map_err(failed)?;
        if let Some(order) = meant(&orders, &cart) {
            shop.orders.save_delivery(order.id, &delivery).await.map_err(failed)?;
            let text = format!("Saved for order #{}.", order.number);
            return Ok(Answer { text, evidence });
        }
        cart.deliver_to(delivery);
        let answer = Answer { text: "Saved for the cart.".to_owned(), evidence };
        save::cart(shop, asked, Self::NAME, &cart, answer).await
    }
}

/// The sold order that an address is for, the orders being the newest first; `None` where it is for the cart. Whoever
/// fills a new cart speaks of that one, unless something sold is still without an address.
fn meant<'a>(orders: &'a [Order], cart: &Cart) -> Option<&'a Order> {
    let is_sold = |order: &&Order| {
        matches!(order.state, OrderState::Paid | OrderState::PaymentPending | OrderState::PartlyRefunded)
    };
    let waiting = orders.iter().filter(is_sold).find(|order| order.delivery.is_none());
    waiting.or_else(|| orders.iter().find(is_sold).filter(|_| cart.is_empty()))
}
