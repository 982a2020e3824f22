//! The quote: what a cart costs, line by line, with the reasons. Immutable; made by
//! [`crate::pricing::calculate::quote`] or read back from where it was kept, and checked then.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::base::fingerprint::Fingerprint;
use crate::base::money::{BasisPoints, Currency, Money};
use crate::base::names::{CouponCode, Handle, Sku};
use crate::pricing::coupon::Refusal;
use crate::pricing::rounding::Rounding;

/// The shape of a quote as it is kept. Goes up when a field changes its meaning.
const BODY_VERSION: u32 = 1;

/// What a cart costs. Its amounts always add up, and none is below nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Body", into = "Body")]
pub struct Quote {
    pub(in crate::pricing) lines: Vec<QuoteLine>,
    pub(in crate::pricing) subtotal: Money,
    pub(in crate::pricing) discounts: Vec<Discount>,
    pub(in crate::pricing) shipping: Money,
    pub(in crate::pricing) tax: Tax,
    pub(in crate::pricing) total: Money,
    pub(in crate::pricing) free_shipping_in: Option<Money>,
    pub(in crate::pricing) rounding: Rounding,
    pub(in crate::pricing) steps: Vec<Step>,
}

/// One line of a quote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteLine {
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
    /// All of them at list price.
    pub amount: Money,
    /// Their share of all discounts.
    pub discount: Money,
    /// What is left.
    pub net: Money,
}

/// Something that came off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discount {
    /// The code, when it needed one.
    pub code: Option<CouponCode>,
    /// The percentage, when it is one.
    pub percent: Option<BasisPoints>,
    /// What it took off.
    pub amount: Money,
    /// Whether a floor kept it from taking off all it promises, so that its percentage is not the whole truth.
    pub limited: bool,
}

/// Tax of a quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tax {
    /// The rate.
    pub rate: BasisPoints,
    /// How much.
    pub amount: Money,
    /// Whether prices contain it already; else it is part of the total on top of them.
    pub included: bool,
}

/// One step of the calculation, in order, with its reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "step")]
pub enum Step {
    /// The lines at list price.
    Listed {
        /// Their sum.
        subtotal: Money,
    },
    /// A code took nothing off.
    Refused {
        /// The code.
        code: CouponCode,
        /// Why.
        reason: Refusal,
    },
    /// Something came off.
    TakenOff {
        /// The code, when it needed one.
        code: Option<CouponCode>,
        /// What it was calculated on.
        basis: Money,
        /// What it took off.
        amount: Money,
    },
    /// A line could not go lower.
    HeldAtFloor {
        /// Which.
        sku: Sku,
    },
    /// Shipping was put on.
    Shipped {
        /// What it costs here.
        amount: Money,
        /// Why.
        reason: ShippingReason,
    },
    /// Tax was put on, or read out of prices that contain it.
    Taxed {
        /// What it was calculated on.
        basis: Money,
        /// How much it is.
        amount: Money,
    },
    /// What is paid.
    Totalled {
        /// The sum.
        total: Money,
    },
}

/// Why shipping costs what it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShippingReason {
    /// The shop always sends for free.
    AlwaysFree,
    /// The lines come to enough.
    FreeFromHere,
    /// The shop's flat amount.
    Flat,
}

/// One thing a pay page charges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Charge<'a> {
    /// What for.
    pub item: ChargeFor<'a>,
    /// How many times: a line's quantity, or 1 when what is left of the line cannot be divided evenly.
    pub quantity: u32,
    /// What is charged each time.
    pub unit: Money,
}

/// What a charge is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChargeFor<'a> {
    /// A line, discounts taken off.
    Line(&'a QuoteLine),
    /// Shipping.
    Shipping,
    /// Tax on top.
    Tax,
}

impl Quote {
    /// The lines, in the order of the cart.
    #[must_use]
    pub fn lines(&self) -> &[QuoteLine] {
        &self.lines
    }

    /// Sum of the lines before discounts.
    #[must_use]
    pub const fn subtotal(&self) -> Money {
        self.subtotal
    }

    /// What came off, in the order it did.
    #[must_use]
    pub fn discounts(&self) -> &[Discount] {
        &self.discounts
    }

    /// The codes that took something off: what an order made of this quote uses up.
    pub fn codes_used(&self) -> impl Iterator<Item = &CouponCode> {
        self.discounts.iter().filter_map(|discount| discount.code.as_ref())
    }

    /// The codes that took nothing off, and why.
    pub fn refused(&self) -> impl Iterator<Item = (&CouponCode, &Refusal)> {
        self.steps.iter().filter_map(|step| match step {
            Step::Refused { code, reason } => Some((code, reason)),
            _ => None,
        })
    }

    /// Shipping; nothing when free.
    #[must_use]
    pub const fn shipping(&self) -> Money {
        self.shipping
    }

    /// Tax.
    #[must_use]
    pub const fn tax(&self) -> Tax {
        self.tax
    }

    /// What is paid.
    #[must_use]
    pub const fn total(&self) -> Money {
        self.total
    }

    /// How much more the lines must come to for free shipping, if that is on offer and not reached.
    #[must_use]
    pub const fn free_shipping_in(&self) -> Option<Money> {
        self.free_shipping_in
    }

    /// How it was rounded.
    #[must_use]
    pub const fn rounding(&self) -> Rounding {
        self.rounding
    }

    /// The calculation step by step, for staff and for explanations.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// What everything is in.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.total.currency()
    }

    /// What a pay page charges; the charges sum to the total. Free shipping and contained tax are left out.
    #[must_use]
    pub fn charges(&self) -> Vec<Charge<'_>> {
        let mut charges: Vec<Charge<'_>> = self.lines.iter().map(QuoteLine::charge).collect();
        if !self.shipping.is_zero() {
            charges.push(Charge { item: ChargeFor::Shipping, quantity: 1, unit: self.shipping });
        }
        if !self.tax.included && !self.tax.amount.is_zero() {
            charges.push(Charge { item: ChargeFor::Tax, quantity: 1, unit: self.tax.amount });
        }
        charges
    }

    /// What is charged and for what, as bytes: the same on every machine and for every order of the lines. Leaves
    /// out what explains and what advertises (steps, refused codes, the way to free shipping), so that a quote
    /// counts as changed exactly when what the shopper gets or pays does.
    #[must_use]
    pub fn canonical(&self) -> Vec<u8> {
        let mut lines: Vec<&QuoteLine> = self.lines.iter().collect();
        lines.sort_by(|one, other| one.sku.cmp(&other.sku));
        // A line takes about 120 bytes.
        let mut text = String::with_capacity(lines.len().saturating_add(2).saturating_mul(120));
        field(&mut text, "quote", "1");
        field(&mut text, "currency", self.currency().code());
        for line in lines {
            field(&mut text, "sku", line.sku.as_str());
            field(&mut text, "product", line.product.as_str());
            field(&mut text, "title", &line.title);
            number(&mut text, "quantity", i64::from(line.quantity));
            number(&mut text, "unit", line.unit.minor());
            number(&mut text, "discount", line.discount.minor());
        }
        for discount in &self.discounts {
            field(&mut text, "code", discount.code.as_ref().map_or("", CouponCode::as_str));
            number(&mut text, "percent", discount.percent.map_or(0, |percent| i64::from(percent.0)));
            number(&mut text, "off", discount.amount.minor());
        }
        number(&mut text, "shipping", self.shipping.minor());
        number(&mut text, "tax_rate", i64::from(self.tax.rate.0));
        number(&mut text, "tax", self.tax.amount.minor());
        field(&mut text, "tax_included", if self.tax.included { "yes" } else { "no" });
        number(&mut text, "total", self.total.minor());
        text.into_bytes()
    }

    /// The fingerprint of [`Quote::canonical`]. Two carts with the same content have the same one.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.canonical())
    }

    /// Whether the amounts are what they say of each other. Guards what is read back.
    fn adds_up(&self) -> bool {
        let zero = Money::zero(self.currency());
        let subtotal = sum(zero, self.lines.iter().map(|line| line.amount));
        let off_lines = sum(zero, self.lines.iter().map(|line| line.discount));
        let off = sum(zero, self.discounts.iter().map(|discount| discount.amount));
        let on_top = if self.tax.included { zero } else { self.tax.amount };
        let total = sum(zero, self.lines.iter().map(|line| line.net).chain([self.shipping, on_top]));
        let tax_holds = self.tax.amount.minor() >= 0 && self.tax.amount.currency() == self.currency();
        self.lines.iter().all(QuoteLine::adds_up)
            && tax_holds
            && subtotal == Some(self.subtotal)
            && off.is_some()
            && off == off_lines
            && total == Some(self.total)
    }
}

impl QuoteLine {
    fn charge(&self) -> Charge<'_> {
        let quantity = i64::from(self.quantity);
        let each = match (self.net.minor().checked_rem(quantity), self.net.minor().checked_div(quantity)) {
            (Some(0), Some(each)) => Some(Money::new(each, self.net.currency())),
            _ => None,
        };
        match each {
            Some(unit) => Charge { item: ChargeFor::Line(self), quantity: self.quantity, unit },
            None => Charge { item: ChargeFor::Line(self), quantity: 1, unit: self.net },
        }
    }

    fn adds_up(&self) -> bool {
        self.unit.times(self.quantity) == Ok(self.amount) && self.amount.minus(self.discount) == Ok(self.net)
    }
}

/// The sum of amounts that are at least nothing.
fn sum(zero: Money, mut amounts: impl Iterator<Item = Money>) -> Option<Money> {
    amounts.try_fold(zero, |sum, amount| if amount.minor() < 0 { None } else { sum.plus(amount).ok() })
}

/// One field of the canonical form. The length in front makes it unambiguous whatever the text contains.
fn field(text: &mut String, name: &str, value: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{name} {}:{value}", value.len());
}

fn number(text: &mut String, name: &str, value: i64) {
    let _ = writeln!(text, "{name} {value}");
}

/// A quote as it is kept.
#[derive(Serialize, Deserialize)]
struct Body {
    version: u32,
    lines: Vec<QuoteLine>,
    subtotal: Money,
    discounts: Vec<Discount>,
    shipping: Money,
    tax: Tax,
    total: Money,
    free_shipping_in: Option<Money>,
    rounding: Rounding,
    steps: Vec<Step>,
}

/// Why something kept is not a quote.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAQuote {
    /// It was written by a later version of the program.
    #[error("version {0} of a quote is not known here")]
    Version(u32),
    /// Its amounts contradict each other.
    #[error("the amounts of the quote do not add up")]
    DoesNotAddUp,
}

impl TryFrom<Body> for Quote {
    type Error = NotAQuote;
    fn try_from(body: Body) -> Result<Self, NotAQuote> {
        if body.version != BODY_VERSION {
            return Err(NotAQuote::Version(body.version));
        }
        let quote = Self {
            lines: body.lines,
            subtotal: body.subtotal,
            discounts: body.discounts,
            shipping: body.shipping,
            tax: body.tax,
            total: body.total,
            free_shipping_in: body.free_shipping_in,
            rounding: body.rounding,
            steps: body.steps,
        };
        if quote.adds_up() { Ok(quote) } else { Err(NotAQuote::DoesNotAddUp) }
    }
}

impl From<Quote> for Body {
    fn from(quote: Quote) -> Self {
        Self {
            version: BODY_VERSION,
            lines: quote.lines,
            subtotal: quote.subtotal,
            discounts: quote.discounts,
            shipping: quote.shipping,
            tax: quote.tax,
            total: quote.total,
            free_shipping_in: quote.free_shipping_in,
            rounding: quote.rounding,
            steps: quote.steps,
        }
    }
}
