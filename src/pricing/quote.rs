//! The quote: what a cart costs, line by line, with the reasons. Immutable; made by
//! [`crate::pricing::calculate::quote`] or read back from where it was kept, and checked then.

use serde::{Deserialize, Serialize};

use crate::base::fingerprint::Fingerprint;
use crate::base::money::{BasisPoints, Currency, Money};
use crate::base::names::{CouponCode, Handle, Sku};
use crate::pricing::body::Body;
use crate::pricing::canonical;
use crate::pricing::coupon::Refusal;
use crate::pricing::input::{AgreedBy, Extra, Per};
use crate::pricing::measure::Measure;
use crate::pricing::rounding::Rounding;
use crate::pricing::tax::{TaxMode, TaxPart};

/// What a cart costs. Its amounts always add up, and none is below nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Body", into = "Body")]
pub struct Quote {
    /// The version whose canonical form it has.
    pub(in crate::pricing) form: u32,
    pub(in crate::pricing) lines: Vec<QuoteLine>,
    pub(in crate::pricing) subtotal: Money,
    pub(in crate::pricing) discounts: Vec<Discount>,
    pub(in crate::pricing) shipping: Money,
    pub(in crate::pricing) shipping_tax: Money,
    pub(in crate::pricing) taxes: Vec<TaxPart>,
    pub(in crate::pricing) tax_mode: TaxMode,
    pub(in crate::pricing) total: Money,
    pub(in crate::pricing) due_now: Money,
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
    /// What one of them is.
    #[serde(default)]
    pub measure: Measure,
    /// Price of one piece, kilogram, metre, night or hour.
    pub unit: Money,
    /// What is added to it; contained in `amount`.
    #[serde(default)]
    pub extras: Vec<Extra>,
    /// All of it before discounts.
    pub amount: Money,
    /// Its share of all discounts.
    pub discount: Money,
    /// What is left.
    pub net: Money,
    /// Its share of the taxes, in minor units: on top of `net` when taxes are added, else contained in it.
    #[serde(default)]
    pub tax_minor: i64,
    /// The promotion that gives it for nothing, when one does.
    #[serde(default)]
    pub gift_of: Option<String>,
}

/// Something that came off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discount {
    /// Which promotion; none when it was agreed, or in quotes kept by version 1.
    #[serde(default)]
    pub promotion: Option<String>,
    /// The code, when it needed one.
    pub code: Option<CouponCode>,
    /// The percentage, when it is one.
    pub percent: Option<BasisPoints>,
    /// What it took off.
    pub amount: Money,
    /// Whether a floor or a budget kept it from taking off all it promises, so that its percentage is not the whole
    /// truth.
    pub limited: bool,
    /// What it came off.
    #[serde(default)]
    pub from: CameOff,
    /// Whether it is a coupon. Not in quotes that were kept before it was written down: there, what has the name of
    /// its code is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_coupon: Option<bool>,
}

/// What an order made of a quote uses up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Used<'a> {
    /// The coupon's code, or the promotion's id.
    pub name: &'a str,
    /// Whether it is a coupon.
    pub is_coupon: bool,
    /// What it took off.
    pub off: Money,
}

/// What a discount came off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CameOff {
    /// The lines.
    #[default]
    Lines,
    /// Shipping. The quote's shipping is what is left.
    Shipping,
    /// Nothing: it gave something on top.
    Gift,
}

/// Tax of a quote in one figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tax {
    /// The rate; 0 when there are several, or one that is no whole number of basis points.
    pub rate: BasisPoints,
    /// How much.
    pub amount: Money,
    /// Whether prices contain it already; else it is part of the total on top of them.
    pub included: bool,
}

/// One step of the calculation, in order, with its reason. Lines are named by their place in the cart, from 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "step")]
pub enum Step {
    /// A price list put another price in the catalog's place.
    PricedByList {
        /// On what.
        sku: Sku,
        /// Which list.
        list: String,
        /// The catalog's price of one.
        catalog: Money,
        /// The price of one that counts.
        unit: Money,
        /// Whether the list's price is lower still, and ended at the floor.
        held_at_floor: bool,
    },
    /// A price was agreed for a line.
    Agreed {
        /// On what.
        sku: Sku,
        /// By whom.
        by: AgreedBy,
        /// The catalog's price of one.
        catalog: Money,
        /// The price of one that counts.
        unit: Money,
        /// Whether the agreed price is lower still, and ended at the floor.
        held_at_floor: bool,
    },
    /// A price was agreed and is no longer good.
    AgreementOver {
        /// On what.
        sku: Sku,
    },
    /// The lines before discounts.
    Listed {
        /// Their sum.
        subtotal: Money,
        /// Each, in minor units.
        #[serde(default)]
        lines: Vec<i64>,
    },
    /// A code took nothing off.
    Refused {
        /// The code.
        code: CouponCode,
        /// Why.
        reason: Refusal,
    },
    /// A promotion was not used.
    PassedOver {
        /// Which.
        promotion: String,
        /// Why.
        reason: Refusal,
    },
    /// Something came off.
    TakenOff {
        /// Which promotion; none when it was agreed.
        #[serde(default)]
        promotion: Option<String>,
        /// The code, when it needed one.
        code: Option<CouponCode>,
        /// What it was calculated on.
        basis: Money,
        /// What it took off.
        amount: Money,
        /// Off which lines, in minor units.
        #[serde(default)]
        shares: Vec<Share>,
    },
    /// A line could not go lower.
    HeldAtFloor {
        /// Which.
        sku: Sku,
    },
    /// The order could not go lower.
    HeldAtOrderFloor,
    /// A promotion gave something on top.
    Given {
        /// Which promotion.
        promotion: String,
        /// What.
        sku: Sku,
        /// How many.
        quantity: u32,
    },
    /// Shipping was put on.
    Shipped {
        /// What it costs here.
        amount: Money,
        /// Why.
        reason: ShippingReason,
    },
    /// Something came off shipping.
    ShippedForLess {
        /// Which promotion.
        promotion: String,
        /// What it took off.
        amount: Money,
    },
    /// Tax was put on, or read out of prices that contain it.
    Taxed {
        /// What it is called.
        #[serde(default)]
        name: String,
        /// What it was calculated on.
        basis: Money,
        /// How much it is.
        amount: Money,
        /// Whether it is on top. In quotes kept by version 1 only the quote says it.
        #[serde(default)]
        added: bool,
    },
    /// Somebody else puts the tax on.
    BeforeTax,
    /// What is paid.
    Totalled {
        /// The sum.
        total: Money,
    },
    /// What is paid now and what later.
    Due {
        /// Now.
        now: Money,
        /// Later.
        later: Money,
    },
}

/// A line's share of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// Which line.
    pub line: u32,
    /// In minor units.
    pub minor: i64,
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
    /// By a table.
    Table,
    /// The shopper fetches it.
    PickUp,
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
    /// A part of the total that is paid now; the rest later.
    Deposit,
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

    /// The codes that took something off or gave something: what an order made of this quote uses up.
    pub fn codes_used(&self) -> impl Iterator<Item = &CouponCode> {
        self.discounts.iter().filter_map(|discount| discount.code.as_ref())
    }

    /// What an order made of this quote uses up: coupons by their code, promotions by their id, and what each took
    /// off. Quotes of version 1 know codes only.
    pub fn uses(&self) -> impl Iterator<Item = Used<'_>> {
        self.discounts.iter().filter_map(|discount| {
            let code = discount.code.as_ref().map(CouponCode::as_str);
            let name = discount.promotion.as_deref().or(code)?;
            let is_coupon = discount.is_coupon.unwrap_or(code == Some(name));
            Some(Used { name, is_coupon, off: discount.amount })
        })
    }

    /// The promotions that were not used, and why.
    pub fn passed_over(&self) -> impl Iterator<Item = (&str, &Refusal)> {
        self.steps.iter().filter_map(|step| match step {
            Step::PassedOver { promotion, reason } => Some((promotion.as_str(), reason)),
            _ => None,
        })
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

    /// Tax in one figure.
    #[must_use]
    pub fn tax(&self) -> Tax {
        let amounts = self.taxes.iter().fold(0_i64, |sum, part| sum.saturating_add(part.amount.minor()));
        let rate = match self.taxes.as_slice() {
            [only] => only.rate.basis_points(),
            _ => None,
        };
        Tax {
            rate: rate.unwrap_or(BasisPoints(0)),
            amount: Money::new(amounts, self.currency()),
            included: self.tax_mode != TaxMode::Added,
        }
    }

    /// Each tax by itself.
    #[must_use]
    pub fn taxes(&self) -> &[TaxPart] {
        &self.taxes
    }

    /// Whether tax comes on top that is not in here: somebody else works it out.
    #[must_use]
    pub fn is_before_tax(&self) -> bool {
        self.tax_mode == TaxMode::Before
    }

    /// Tax on shipping: on top of it when taxes are added, else contained in it.
    #[must_use]
    pub const fn shipping_tax(&self) -> Money {
        self.shipping_tax
    }

    /// What is paid now: the total, unless a deposit was agreed.
    #[must_use]
    pub const fn due_now(&self) -> Money {
        self.due_now
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

    /// What a pay page charges; the charges sum to what is paid now. Free shipping and contained tax are left out.
    #[must_use]
    pub fn charges(&self) -> Vec<Charge<'_>> {
        if self.due_now != self.total {
            return vec![Charge { item: ChargeFor::Deposit, quantity: 1, unit: self.due_now }];
        }
        let mut charges: Vec<Charge<'_>> = self.lines.iter().map(QuoteLine::charge).collect();
        if !self.shipping.is_zero() {
            charges.push(Charge { item: ChargeFor::Shipping, quantity: 1, unit: self.shipping });
        }
        let tax = self.tax();
        if !tax.included && !tax.amount.is_zero() {
            charges.push(Charge { item: ChargeFor::Tax, quantity: 1, unit: tax.amount });
        }
        charges
    }

    /// What is charged and for what, as bytes: the same on every machine and for every order of the lines. Leaves
    /// out what explains and what advertises (steps, refused codes, the way to free shipping), so that a quote
    /// counts as changed exactly when what the shopper gets or pays does. A quote read from an older version keeps
    /// that version's form, and so its fingerprint.
    #[must_use]
    pub fn canonical(&self) -> Vec<u8> {
        if self.form == 1 { canonical::version_1(self) } else { canonical::version_2(self) }
    }

    /// The fingerprint of [`Quote::canonical`]. Two carts with the same content have the same one.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.canonical())
    }

    /// Whether the amounts are what they say of each other. Guards what is read back.
    pub(in crate::pricing) fn adds_up(&self) -> bool {
        let zero = Money::zero(self.currency());
        let added = self.tax_mode == TaxMode::Added;
        let subtotal = sum(zero, self.lines.iter().map(|line| line.amount));
        let off_lines = sum(zero, self.lines.iter().map(|line| line.discount));
        let from_lines = self.discounts.iter().filter(|discount| discount.from == CameOff::Lines);
        let off = sum(zero, from_lines.map(|discount| discount.amount));
        let taxes = sum(zero, self.taxes.iter().map(|part| part.amount));
        let line_taxes = self.lines.iter().map(|line| Money::new(line.tax_minor, self.currency()));
        let shared = sum(zero, line_taxes.chain([self.shipping_tax]));
        let on_top = if added { taxes } else { Some(zero) };
        let nets = sum(zero, self.lines.iter().map(|line| line.net).chain([self.shipping]));
        let total = nets.zip(on_top).and_then(|(nets, on_top)| nets.plus(on_top).ok());
        let due =
            self.due_now.currency() == self.currency() && (0..=self.total.minor()).contains(&self.due_now.minor());
        self.lines.iter().all(QuoteLine::adds_up)
            && due
            && taxes.is_some()
            && taxes == shared
            && subtotal == Some(self.subtotal)
            && off.is_some()
            && off == off_lines
            && total == Some(self.total)
    }
}

impl QuoteLine {
    /// Its share of the taxes.
    #[must_use]
    pub const fn tax(&self) -> Money {
        Money::new(self.tax_minor, self.net.currency())
    }

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
        let extras = self.extras.iter().try_fold(Money::zero(self.unit.currency()), |sum, extra| {
            let times = if extra.per == Per::Piece { self.quantity } else { 1 };
            sum.plus(extra.amount.times(times).ok()?).ok()
        });
        let goods = extras.and_then(|extras| self.amount.minus(extras).ok());
        // What is measured is rounded, and of lines calculated as one each has its share of that.
        let listed =
            if self.measure.is_piece() { goods == self.unit.times(self.quantity).ok() } else { goods.is_some() };
        listed && self.quantity > 0 && self.tax_minor >= 0 && self.amount.minus(self.discount) == Ok(self.net)
    }
}

/// The sum of amounts that are at least nothing.
fn sum(zero: Money, mut amounts: impl Iterator<Item = Money>) -> Option<Money> {
    amounts.try_fold(zero, |sum, amount| if amount.minor() < 0 { None } else { sum.plus(amount).ok() })
}
