//! What stores know, turned into what may be told: cards for the guard and the shopper. Costs and floors end here.

use crate::agent::evidence::{
    CheckoutCard, CouponCard, DeliveryCard, DiscountCard, Named, OrderCard, OrderStateShown, ProductCard,
    QuoteCard, QuoteLineCard, Stock, TaxCard, VariantCard,
};
use crate::base::fingerprint::Fingerprint;
use crate::base::ids::QuoteId;
use crate::cart::delivery::Delivery;
use crate::catalog::product::{Listing, Offer, Product, Variant, WhenOut};
use crate::checkout::order::Order;
use crate::checkout::state::OrderState;
use crate::pricing::coupon::Coupon;
use crate::pricing::quote::{CameOff, Quote};
use crate::tools::shop::Shop;

/// How much of a description a search result carries; `get_product` has all of it.
const DESCRIPTION_SHORT: usize = 160;

/// How much of a product a card tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// A search result.
    Short,
    /// Everything the shelf label says.
    Full,
}

/// A product as it may be told.
#[must_use]
pub fn product(shop: &Shop, product: &Product, variants: &[Variant], detail: Detail) -> ProductCard {
    let image = variants.iter().find_map(|variant| variant.image.as_ref()).or(product.images.first());
    ProductCard {
        product: product.handle.clone(),
        title: product.title.clone(),
        description: match detail {
            Detail::Full => one_line(&product.description),
            Detail::Short => shortened(&one_line(&product.description)),
        },
        image: image.map(|image| absolute(shop, image)),
        facts: match detail {
            Detail::Full => product.facts.iter().map(named).collect(),
            Detail::Short => Vec::new(),
        },
        variants: variants.iter().map(variant).collect(),
    }
}

fn variant(variant: &Variant) -> VariantCard {
    VariantCard {
        sku: variant.sku.clone(),
        options: variant.options.iter().map(named).collect(),
        price: variant.offer.price,
        compare_at: variant.offer.compare_at,
        stock: stock(&variant.offer),
    }
}

fn named(named: &crate::catalog::product::Named) -> Named {
    Named { name: named.name.clone(), value: named.value.clone() }
}

/// What may be told of an offer's stock.
#[must_use]
pub const fn stock(offer: &Offer) -> Stock {
    match (offer.available, offer.when_out) {
        (None, _) | (Some(0), WhenOut::Continue) => Stock::Available,
        (Some(0), WhenOut::Deny) => Stock::Out,
        (Some(left), _) => Stock::Left(left),
    }
}

/// The picture's address: files of the shop's own are named by their place among its pictures.
fn absolute(shop: &Shop, image: &str) -> String {
    if image.starts_with("https://") || image.starts_with("http://") {
        image.to_owned()
    } else {
        format!("{}/{}", shop.addresses.media, image.trim_start_matches('/'))
    }
}

/// Prose on one line: a line of its own could pass for one of ours, with a SKU and a price.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= DESCRIPTION_SHORT {
        return text.to_owned();
    }
    let cut: String = text.chars().take(DESCRIPTION_SHORT).collect();
    let whole = cut.rsplit_once(' ').map_or(cut.as_str(), |(words, _)| words);
    format!("{whole}…")
}

/// A quote as it may be told.
#[must_use]
pub fn quote(id: QuoteId, fingerprint: Fingerprint, quote: &Quote) -> QuoteCard {
    let tax = quote.tax();
    QuoteCard {
        quote: id,
        fingerprint,
        lines: quote
            .lines()
            .iter()
            .map(|line| QuoteLineCard {
                sku: line.sku.clone(),
                product: line.product.clone(),
                title: line.title.clone(),
                quantity: line.quantity,
                unit: line.unit,
                amount: line.amount,
            })
            .collect(),
        subtotal: quote.subtotal(),
        discounts: quote
            .discounts()
            .iter()
            // What came off shipping shows in what shipping costs, and a gift in the lines.
            .filter(|discount| discount.from == CameOff::Lines)
            .map(|discount| DiscountCard {
                code: discount.code.clone(),
                // A percentage that a floor cut short is not what came off.
                percent: discount.percent.filter(|_| !discount.limited),
                amount: discount.amount,
            })
            .collect(),
        shipping: quote.shipping(),
        tax: TaxCard { rate: tax.rate, amount: tax.amount, included: tax.included },
        total: quote.total(),
        free_shipping_in: quote.free_shipping_in(),
    }
}

/// A coupon as it may be told.
#[must_use]
pub fn coupon(coupon: &Coupon) -> CouponCard {
    CouponCard {
        code: coupon.code.clone(),
        percent: coupon.reduction.percent(),
        amount: coupon.reduction.amount(),
        minimum: (!coupon.minimum.is_zero()).then_some(coupon.minimum),
    }
}

/// Delivery details as they may be told.
#[must_use]
pub fn delivery(delivery: &Delivery) -> DeliveryCard {
    DeliveryCard {
        name: delivery.name().to_owned(),
        address: delivery.address().to_owned(),
        city: delivery.city().to_owned(),
        postal_code: delivery.postal_code().map(str::to_owned),
        note: delivery.note().map(str::to_owned),
    }
}

/// An order as it may be told.
#[must_use]
pub fn order(order: &Order, quote: &Quote) -> OrderCard {
    OrderCard {
        order: order.id,
        number: order.number,
        state: order_state(order),
        total: order.total,
        refunded: order.refunded,
        lines: quote.lines().iter().map(|line| format!("{} × {}", line.quantity, line.title)).collect(),
        delivery_known: order.delivery.is_some(),
    }
}

/// An order's state in the words a shopper may hear.
const fn order_state(order: &Order) -> OrderStateShown {
    match order.state {
        OrderState::Creating | OrderState::AwaitingPayment => OrderStateShown::AwaitingPayment,
        OrderState::PaymentPending => OrderStateShown::PaymentPending,
        OrderState::Paid => OrderStateShown::Paid,
        OrderState::PaymentFailed => OrderStateShown::PaymentFailed,
        OrderState::Expired if order.outdated => OrderStateShown::Replaced,
        OrderState::Expired => OrderStateShown::Expired,
        OrderState::PartlyRefunded => OrderStateShown::PartlyRefunded,
        OrderState::Refunded => OrderStateShown::Refunded,
        OrderState::Review => OrderStateShown::InReview,
    }
}

/// An open pay page as it may be told; `None` when the order has none.
#[must_use]
pub fn checkout(order: &Order) -> Option<CheckoutCard> {
    Some(CheckoutCard {
        order: order.id,
        number: order.number,
        url: order.session_url.clone()?,
        total: order.total,
        expires_at: order.expires_at?,
    })
}

/// One variant with its product's name, as it may be told.
#[must_use]
pub fn listing(listing: &Listing) -> ProductCard {
    ProductCard {
        product: listing.handle.clone(),
        title: listing.title.clone(),
        description: String::new(),
        image: None,
        facts: Vec::new(),
        variants: vec![variant(&listing.variant)],
    }
}
