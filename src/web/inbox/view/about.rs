//! What there is to know of a shopper, beside their conversation.

use crate::base::contact::ContactPoint;
use crate::cart::Cart;
use crate::cart::delivery::Delivery;
use crate::catalog::product::Listing;
use crate::checkout::list::Standing;
use crate::checkout::order::Order;
use crate::conversation::store::Conversation;
use crate::web::inbox::view::order::{DeliveryView, StandingView, address_of};
use crate::web::inbox::view::when::Reader;

/// What is known of a shopper besides what was said.
pub struct Known {
    /// Their cart, if they have begun one.
    pub cart: Option<Cart>,
    /// What of their cart is in the catalog still.
    pub listings: Vec<Listing>,
    /// Their orders, the newest first.
    pub orders: Vec<Order>,
}

pub struct AboutView {
    pub phone: Option<String>,
    pub language: &'static str,
    pub first_seen: String,
    /// What is in the cart: how many, and what.
    pub cart: Vec<(u32, String)>,
    pub codes: String,
    pub orders: Vec<OrderView>,
    pub delivery: Option<DeliveryView>,
    /// What the delivery details were given for.
    pub delivery_of: String,
}

pub struct OrderView {
    pub number: i64,
    pub address: String,
    pub total: String,
    pub standing: StandingView,
    pub when: String,
    pub full: String,
}

impl AboutView {
    pub fn of(conversation: &Conversation, language: &'static str, known: &Known, reader: &Reader) -> Self {
        let title = |sku: &crate::base::names::Sku| {
            let listing = known.listings.iter().find(|listing| listing.variant.sku == *sku);
            listing.map_or_else(|| sku.to_string(), Listing::receipt_title)
        };
        let cart = known.cart.as_ref();
        let lines = cart.map_or_else(Vec::new, |cart| {
            cart.lines().iter().map(|line| (line.quantity, title(&line.sku))).collect()
        });
        let codes = cart.map_or_else(Vec::new, |cart| cart.codes().iter().map(ToString::to_string).collect());
        let (delivery, delivery_of) = delivery(known, &conversation.contact);
        Self {
            phone: conversation.contact.phone().map(|phone| format!("+{phone}")),
            language,
            first_seen: reader.full(conversation.created_at),
            cart: lines,
            codes: codes.join(", "),
            orders: known.orders.iter().map(|order| order_view(order, reader)).collect(),
            delivery,
            delivery_of,
        }
    }
}

fn order_view(order: &Order, reader: &Reader) -> OrderView {
    OrderView {
        number: order.number,
        address: address_of(order.number),
        total: order.total.display(reader.locale),
        standing: StandingView::of(Standing::of(order.state, order.outdated)),
        when: reader.short(order.created_at),
        full: reader.full(order.created_at),
    }
}

/// What they gave last: for what is in the cart, which has no order yet, else for the newest order that has any.
fn delivery(known: &Known, contact: &ContactPoint) -> (Option<DeliveryView>, String) {
    let view = |delivery: &Delivery| DeliveryView::of(delivery, contact);
    if let Some(delivery) = known.cart.as_ref().and_then(Cart::delivery) {
        return (Some(view(delivery)), "Given for what is in the cart".to_owned());
    }
    let of_order = known.orders.iter().find_map(|order| Some((order, order.delivery.as_ref()?)));
    let said_of = |(order, _): (&Order, _)| format!("Given for order #{}", order.number);
    (of_order.map(|(_, delivery)| view(delivery)), of_order.map_or_else(String::new, said_of))
}
