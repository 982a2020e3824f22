//! `order_status`: this shopper's orders and where they stand.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::agent::evidence::{Evidence, OrderCard, OrderStateShown};
use crate::agent::turn::ToolKind;
use crate::base::language::Locale;
use crate::tools::asked::Asked;
use crate::tools::refusal::{Reason, Refusal};
use crate::tools::shop::Shop;
use crate::tools::{Answer, Tool, ToolError, cards, failed};

/// The newest orders that are told of.
const ORDERS_MAX: usize = 5;

/// The tool.
pub struct OrderStatus;

/// What it takes.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Arguments {
    /// The order's number, or null for the newest ones.
    pub number: Option<i64>,
}

impl Tool for OrderStatus {
    const NAME: &'static str = "order_status";
    const DESCRIPTION: &'static str = include_str!("../../prompts/tools/order_status.md");
    const KIND: ToolKind = ToolKind::Reads;
    type Arguments = Arguments;

    async fn run(shop: &Shop, asked: &Asked<'_>, arguments: Arguments) -> Result<Answer, ToolError> {
        let orders = match arguments.number {
            Some(number) => {
                let order = shop.orders.by_number(asked.conversation, number).await.map_err(failed)?;
                let unknown = || Refusal::new(Reason::NoSuchOrder, format!("This shopper has no order #{number}."));
                vec![order.ok_or_else(unknown)?]
            }
            None => shop.orders.of_conversation(asked.conversation).await.map_err(failed)?,
        };
        let mut cards: Vec<OrderCard> = Vec::new();
        for order in orders.iter().take(ORDERS_MAX) {
            if let Some(kept) = shop.quotes.find(order.quote).await.map_err(failed)? {
                cards.push(cards::order(order, &kept.quote));
            }
        }
        // What the cart became instead is what they ask about.
        if arguments.number.is_none() && cards.iter().any(|card| card.state != OrderStateShown::Replaced) {
            cards.retain(|card| card.state != OrderStateShown::Replaced);
        }
        if cards.is_empty() {
            let text = "This shopper has no orders yet.".to_owned();
            return Ok(Answer { text, evidence: vec![Evidence::NoOrders] });
        }
        let text = cards.iter().map(|card| told(card, asked.locale)).collect::<Vec<_>>().join("\n");
        Ok(Answer { text, evidence: cards.into_iter().map(Evidence::Order).collect() })
    }
}

fn told(card: &OrderCard, locale: Locale) -> String {
    let state = match card.state {
        OrderStateShown::AwaitingPayment => "the pay page is open, not paid yet",
        OrderStateShown::PaymentPending => "the payment is under way, the money has not come yet",
        OrderStateShown::Paid => "paid",
        OrderStateShown::PaymentFailed => "the payment did not go through",
        OrderStateShown::Expired => "the pay page closed unpaid",
        OrderStateShown::Replaced => "its pay page was closed because the cart changed; nothing is owed",
        OrderStateShown::PartlyRefunded => "paid, part of it refunded",
        OrderStateShown::Refunded => "refunded",
        OrderStateShown::InReview => "a person is looking at the payment",
    };
    let delivery = if card.delivery_known { "known" } else { "not given yet" };
    let refunded = if card.refunded.is_zero() {
        String::new()
    } else {
        format!(", refunded {}", card.refunded.display(locale))
    };
    format!(
        "Order #{}: {state}. Total {}{refunded}. Delivery address {delivery}. {}",
        card.number,
        card.total.display(locale),
        card.lines.join("; "),
    )
}
