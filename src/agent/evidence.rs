//! Evidence: the machine-readable part of a tool result, against which replies are checked and from which
//! pictures, lists, buttons and pay links are made. The model never writes a link or a picture itself.

use serde::{Deserialize, Serialize};

use crate::base::clock::Time;
use crate::base::fingerprint::Fingerprint;
use crate::base::ids::{OrderId, QuoteId};
use crate::base::money::{BasisPoints, Money};
use crate::base::names::{CouponCode, Handle, Sku};

/// One fact that a tool gave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "evidence")]
pub enum Evidence {
    /// A product as it is now.
    Product(ProductCard),
    /// What the cart costs now.
    Quote(QuoteCard),
    /// The cart is empty.
    EmptyCart,
    /// Lines of the cart that are no longer on sale and are left out of its quote.
    NoLongerSold {
        /// What they are called; the SKU of what the shop does not know any more.
        titles: Vec<String>,
    },
    /// A pay page is open.
    Checkout(CheckoutCard),
    /// An order and its state.
    Order(OrderCard),
    /// The shopper has no orders with this shop.
    NoOrders,
    /// A coupon that is valid for this cart now.
    Coupon(CouponCard),
    /// A price that bargaining came to.
    Offer(OfferCard),
    /// A sentence of the shop's own policies (hours, returns, shipping), true as it stands.
    Policy {
        /// Which: `shipping`, `returns`, `hours`, `payment`, `about`.
        topic: String,
        /// The merchant's words.
        text: String,
    },
    /// Delivery details are saved with the cart or order.
    Delivery(DeliveryCard),
    /// A person has been called.
    HandOff {
        /// Why, for staff.
        reason: String,
    },
}

/// A product family with what a shopper may know of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProductCard {
    /// The name tools know it by.
    pub product: Handle,
    /// Its title.
    pub title: String,
    /// One or two sentences; whole description from `get_product`.
    pub description: String,
    /// Where its picture is, absolute.
    pub image: Option<String>,
    /// Shelf facts: material, care, size guide.
    pub facts: Vec<Named>,
    /// The variants that matched, or all of them; never empty.
    pub variants: Vec<VariantCard>,
}

/// A name and its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// `Color`, `Material`.
    pub name: String,
    /// `Azul`, `algodón`.
    pub value: String,
}

/// One thing with a SKU, its price and its stock at this moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VariantCard {
    /// What `change_cart` takes.
    pub sku: Sku,
    /// Option values in the product's order; empty for a product without options.
    pub options: Vec<Named>,
    /// List price of one.
    pub price: Money,
    /// The price it is said to have had before, if the merchant says so.
    pub compare_at: Option<Money>,
    /// What may be told about stock.
    pub stock: Stock,
}

impl VariantCard {
    /// `Azul / M`, or empty for a product without options.
    #[must_use]
    pub fn options_text(&self) -> String {
        self.options.iter().map(|option| option.value.as_str()).collect::<Vec<_>>().join(" / ")
    }
}

/// What may be told about stock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "stock", content = "left")]
pub enum Stock {
    /// So many left to sell.
    Left(u32),
    /// Not counted by the merchant; can be sold.
    Available,
    /// None left; cannot be sold.
    Out,
}

impl Stock {
    /// Whether so many can be sold.
    #[must_use]
    pub const fn covers(self, quantity: u32) -> bool {
        match self {
            Self::Left(left) => left >= quantity,
            Self::Available => true,
            Self::Out => false,
        }
    }
}

/// A quote as it may be told: lines, what comes off, what comes on, total.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QuoteCard {
    /// Its id.
    pub quote: QuoteId,
    /// Exactly this content; checkout needs the shopper's agreement to it.
    pub fingerprint: Fingerprint,
    /// The lines.
    pub lines: Vec<QuoteLineCard>,
    /// Sum of the lines before discounts.
    pub subtotal: Money,
    /// What came off, by coupon or promotion.
    pub discounts: Vec<DiscountCard>,
    /// Shipping; nothing when free.
    pub shipping: Money,
    /// Tax, and whether the prices already contain it.
    pub tax: TaxCard,
    /// What is paid.
    pub total: Money,
    /// How much more the lines must come to for free shipping, if that is on offer and not reached.
    pub free_shipping_in: Option<Money>,
}

/// One line of a quote.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QuoteLineCard {
    /// What.
    pub sku: Sku,
    /// Which product it belongs to.
    pub product: Handle,
    /// Product title and options, as a receipt says it.
    pub title: String,
    /// How many.
    pub quantity: u32,
    /// List price of one.
    pub unit: Money,
    /// All of them, before discounts.
    pub amount: Money,
}

/// One discount of a quote.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DiscountCard {
    /// The code, when it needed one.
    pub code: Option<CouponCode>,
    /// The percentage, when it is one.
    pub percent: Option<BasisPoints>,
    /// What it took off.
    pub amount: Money,
}

/// Tax of a quote.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaxCard {
    /// The rate.
    pub rate: BasisPoints,
    /// How much.
    pub amount: Money,
    /// Whether prices contain it already.
    pub included: bool,
}

/// A coupon that was tried.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CouponCard {
    /// The code.
    pub code: CouponCode,
    /// Its percentage, when it is one.
    pub percent: Option<BasisPoints>,
    /// Its amount, when it is one.
    pub amount: Option<Money>,
    /// The least the lines must come to.
    pub minimum: Option<Money>,
}

/// A price that bargaining came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OfferCard {
    /// What.
    pub sku: Sku,
    /// Product title and options, as a receipt says it.
    pub title: String,
    /// How many it was asked for.
    pub quantity: u32,
    /// List price of one.
    pub list: Money,
    /// What one would cost, or costs now.
    pub unit: Money,
    /// All of them, before shipping and tax.
    pub amount: Money,
    /// What comes with it instead of a lower price.
    #[serde(default)]
    pub extra: Option<ExtraCard>,
    /// Whether it is agreed, or may still be taken.
    pub stands: OfferStands,
    /// Until when it may be taken, or is kept.
    pub until: Time,
}

/// What comes with a price.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ExtraCard {
    /// Nothing is paid for delivery.
    FreeShipping,
    /// This, for nothing.
    Gift {
        /// Product title and options.
        title: String,
    },
    /// This too, for less than it costs by itself.
    Bundle {
        /// What.
        sku: Sku,
        /// Product title and options.
        title: String,
        /// What one costs then.
        price: Money,
    },
}

/// How an offer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferStands {
    /// The shopper may take it.
    Open,
    /// The shopper may take it, and there will be no lower one.
    Last,
    /// Both sides said yes: carts are priced by it.
    Agreed,
}

/// An open pay page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CheckoutCard {
    /// The order it is for.
    pub order: OrderId,
    /// What the shopper calls the order.
    pub number: i64,
    /// Where to pay. Carried by a button, never written by the model.
    pub url: String,
    /// What will be charged.
    pub total: Money,
    /// Until when the page is open.
    pub expires_at: Time,
}

/// An order as it may be told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrderCard {
    /// Its id.
    pub order: OrderId,
    /// What the shopper calls it.
    pub number: i64,
    /// Its payment state.
    pub state: OrderStateShown,
    /// What it came to.
    pub total: Money,
    /// What has been given back.
    pub refunded: Money,
    /// What was bought, one line each: `2 × Camiseta básica, Azul / M`.
    pub lines: Vec<String>,
    /// Whether we know where to send it.
    pub delivery_known: bool,
}

/// An order's payment state in the words a shopper may hear.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderStateShown {
    /// The pay page is open and unpaid.
    AwaitingPayment,
    /// A voucher or transfer is under way; the money has not come.
    PaymentPending,
    /// Paid.
    Paid,
    /// The payment did not go through.
    PaymentFailed,
    /// The pay page closed unpaid.
    Expired,
    /// Its pay page was closed because the cart changed: nobody waits for it any more.
    Replaced,
    /// Part of the money was given back.
    PartlyRefunded,
    /// All of it was.
    Refunded,
    /// A person is looking at it.
    InReview,
}

/// Where to send an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryCard {
    /// Who receives it.
    pub name: String,
    /// Street and number, and what else a courier needs.
    pub address: String,
    /// City.
    pub city: String,
    /// Postal code, where there is one.
    pub postal_code: Option<String>,
    /// Anything the courier should know.
    pub note: Option<String>,
}
