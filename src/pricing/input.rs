//! Everything a quote is calculated from, as values: nothing is looked up while calculating.

use crate::base::clock::Time;
use crate::base::money::{BasisPoints, Currency, Money};
use crate::base::names::{Handle, Sku};
use crate::pricing::coupon::Tried;
use crate::pricing::rounding::Rounding;

/// The most of one thing on one line.
pub const QUANTITY_MAX: u32 = 999;
/// The most lines of one quote; a pay page takes no more.
pub const LINES_MAX: usize = 100;
/// The most codes that are looked at for one quote.
pub const CODES_MAX: usize = 10;
/// The highest tax rate: all of the price.
pub const TAX_RATE_MAX: BasisPoints = BasisPoints::WHOLE;

/// What a quote is calculated from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuoteInput {
    /// What everything is in.
    pub currency: Currency,
    /// What is bought, each SKU once; their order is kept for display and changes no amount.
    pub lines: Vec<LineInput>,
    /// The codes the shopper gave, in their order; the first good one is used.
    pub codes: Vec<Tried>,
    /// What sending it costs.
    pub shipping: ShippingRule,
    /// What tax is on it.
    pub tax: TaxRule,
    /// What becomes of half a minor unit.
    pub rounding: Rounding,
    /// The moment coupons are judged at.
    pub now: Time,
}

/// One thing that is bought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineInput {
    /// What.
    pub sku: Sku,
    /// Which product it belongs to.
    pub product: Handle,
    /// Product title and options, as a receipt says it.
    pub title: String,
    /// How many: 1 to [`QUANTITY_MAX`].
    pub quantity: u32,
    /// List price of one.
    pub unit: Money,
    /// The least the merchant accepts for one. A discount stops here; it never raises a list price.
    pub floor: Option<Money>,
}

/// What sending an order costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShippingRule {
    /// What it costs; zero when it is always free.
    pub amount: Money,
    /// It is free when the lines, after discounts, come to this much or more.
    pub free_from: Option<Money>,
}

/// What tax is on an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaxRule {
    /// The rate; zero when there is none.
    pub rate: BasisPoints,
    /// Whether prices contain it already; else it comes on top.
    pub included: bool,
    /// Whether shipping is taxed too.
    pub on_shipping: bool,
}

/// Why there is no quote. All but the first are mistakes of ours or of the shop's set-up, never of the shopper.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuoteError {
    /// There is nothing to quote.
    #[error("there are no lines")]
    Empty,
    /// More lines or codes than the limit.
    #[error("there are more lines or codes than {LINES_MAX} and {CODES_MAX}")]
    TooMany,
    /// A quantity outside 1 to 999.
    #[error("the quantity of {0} is not between 1 and {QUANTITY_MAX}")]
    Quantity(Sku),
    /// A SKU on two lines.
    #[error("{0} is on two lines")]
    RepeatedSku(Sku),
    /// An amount in another currency than the quote's.
    #[error("an amount is in {found} and the quote in {wanted}")]
    WrongCurrency {
        /// The quote's.
        wanted: Currency,
        /// The amount's.
        found: Currency,
    },
    /// A price, floor, fee or threshold below nothing.
    #[error("an amount is below nothing")]
    Negative,
    /// A tax rate above the highest.
    #[error("a tax rate is above 100 %")]
    Rate,
    /// A coupon that takes off nothing, or more than all.
    #[error("the coupon takes off nothing, or more than all")]
    Reduction,
    /// The amounts do not fit.
    #[error("the amounts are too large")]
    TooLarge,
}

impl QuoteInput {
    /// Whether everything is within its limits and in one currency.
    pub(in crate::pricing) fn check(&self) -> Result<(), QuoteError> {
        if self.lines.is_empty() {
            return Err(QuoteError::Empty);
        }
        if self.lines.len() > LINES_MAX || self.codes.len() > CODES_MAX {
            return Err(QuoteError::TooMany);
        }
        for line in &self.lines {
            if line.quantity == 0 || line.quantity > QUANTITY_MAX {
                return Err(QuoteError::Quantity(line.sku.clone()));
            }
            self.check_amount(line.unit)?;
            line.floor.map_or(Ok(()), |floor| self.check_amount(floor))?;
        }
        self.check_amount(self.shipping.amount)?;
        self.shipping.free_from.map_or(Ok(()), |threshold| self.check_amount(threshold))?;
        if self.tax.rate > TAX_RATE_MAX { Err(QuoteError::Rate) } else { Ok(()) }
    }

    fn check_amount(&self, amount: Money) -> Result<(), QuoteError> {
        if amount.currency() != self.currency {
            Err(QuoteError::WrongCurrency { wanted: self.currency, found: amount.currency() })
        } else if amount.minor() < 0 {
            Err(QuoteError::Negative)
        } else {
            Ok(())
        }
    }
}
