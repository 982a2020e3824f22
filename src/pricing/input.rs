//! Everything a quote is calculated from, as values: nothing is looked up while calculating.

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::base::clock::Time;
use crate::base::money::{BasisPoints, Currency, Money};
use crate::base::names::{Handle, Sku};
use crate::pricing::amount::Amount;
use crate::pricing::coupon::Tried;
use crate::pricing::measure::Measure;
use crate::pricing::prices::PriceList;
use crate::pricing::promotion::{Offered, Strategy};
use crate::pricing::rounding::Rounding;
use crate::pricing::scope::{Place, near_birthday};
use crate::pricing::shipping::ShippingPolicy;
use crate::pricing::tax::TaxPolicy;

/// The most of one thing on one line.
pub const QUANTITY_MAX: u32 = 999;
/// The most lines of one quote; a pay page takes no more.
pub const LINES_MAX: usize = 100;
/// The most codes that are looked at for one quote.
pub const CODES_MAX: usize = 10;
/// The most promotions that are looked at for one quote.
pub const PROMOTIONS_MAX: usize = 500;
/// The most that all lines may come to, in minor units. Below it, a percentage of it fits.
pub const GOODS_MAX: i64 = 900_000_000_000_000;

/// What a quote is calculated from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuoteInput {
    /// What everything is in.
    pub currency: Currency,
    /// What is bought. Their order is kept for display and changes no amount; lines that are alike in all that
    /// prices depend on are calculated as one, so that splitting a line changes none either.
    pub lines: Vec<LineInput>,
    /// The codes the shopper gave, in their order.
    pub codes: Vec<Tried>,
    /// The merchant's promotions, with how often each was used; their order does not matter.
    pub promotions: Vec<Offered>,
    /// What there is to give away: what promotions that give something on top may name.
    pub gifts: Vec<GiftItem>,
    /// The merchant's price lists; their order does not matter.
    pub price_lists: Vec<PriceList>,
    /// How promotions are picked.
    pub strategy: Strategy,
    /// The least the merchant accepts for all lines together.
    pub order_floor: OrderFloor,
    /// What was agreed to come off the order as a whole.
    pub agreed_off: Option<AgreedOff>,
    /// What sending it costs.
    pub shipping: ShippingPolicy,
    /// What tax is on it.
    pub tax: TaxPolicy,
    /// What is paid now, when not all of it is.
    pub deposit: Option<Deposit>,
    /// What becomes of half a minor unit.
    pub rounding: Rounding,
    /// Who buys, where, how and when.
    pub context: Context,
}

/// Who buys, where, how and when: what promotions, price lists, shipping and taxes depend on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// The moment everything is judged at.
    pub now: Time,
    /// The merchant's zone, in which days begin and end.
    pub zone: Tz,
    /// Through which channel: `whatsapp`.
    pub channel: Option<String>,
    /// In which of the merchant's markets.
    pub market: Option<String>,
    /// Groups the merchant put the shopper in.
    pub groups: Vec<String>,
    /// Whether the shopper has bought nothing here before.
    pub first_order: bool,
    /// Month and day of the shopper's birthday, when they told it.
    pub birthday: Option<(u32, u32)>,
    /// Where it goes, when known.
    pub destination: Option<Place>,
    /// Whether the shopper fetches it.
    pub pick_up: bool,
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
    /// What one of them is: a piece, or so much weight, length or time.
    pub measure: Measure,
    /// List price of one piece, kilogram, metre, night or hour.
    pub unit: Money,
    /// The least the merchant accepts for as much. A discount stops here; it never raises a list price.
    pub floor: Option<Money>,
    /// A price that was agreed for this line.
    pub agreed: Option<Agreed>,
    /// What is added to it: options made to order, gift wrap. No promotion concerns these.
    pub extras: Vec<Extra>,
    /// Whether promotions may concern it. Gift wrap of a whole order is a line that they may not.
    pub discountable: bool,
    /// What one piece weighs, for shipping.
    pub grams: u32,
    /// What promotions, price lists and taxes know it by.
    pub traits: Traits,
}

/// What a thing is called and sorted under.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Traits {
    /// The shop's own category, or empty.
    pub category: String,
    /// The maker, or empty.
    pub brand: String,
    /// The shop's own tags.
    pub tags: Vec<String>,
    /// Options and facts: `Color`, `Azul`.
    pub attributes: Vec<Named>,
}

/// A name and its value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// `Color`.
    pub name: String,
    /// `Azul`.
    pub value: String,
}

/// Something that is added to a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extra {
    /// What, as a receipt says it: `Engraving`.
    pub name: String,
    /// What it costs.
    pub amount: Money,
    /// How often.
    pub per: Per,
}

/// How often an extra is charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    /// Once for each piece.
    Piece,
    /// Once for the line.
    Line,
}

/// A price that was agreed for a line, by bargaining or by a person of the shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Agreed {
    /// What one costs, in minor units.
    pub unit_minor: i64,
    /// Who agreed to it.
    pub by: AgreedBy,
    /// The last moment it is good.
    pub until: Option<Time>,
    /// Whether promotions may take more off.
    pub combines: bool,
}

/// Who agreed to a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgreedBy {
    /// The shopper bargained for it: it ends at the floor, and at the order's.
    Bargain,
    /// A person of the shop approved it: it is the merchant's own word, and takes the floor's place.
    Person,
}

/// An amount that was agreed to come off the order as a whole. It ends at the floors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgreedOff {
    /// How much.
    pub amount: Money,
    /// The last moment it is good.
    pub until: Option<Time>,
}

/// The least the merchant accepts for all lines together. Both may be set; the higher holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OrderFloor {
    /// An amount.
    pub amount: Option<Money>,
    /// A part of the list prices: what things cost before anything is bargained.
    pub part: Option<BasisPoints>,
}

/// What is paid now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deposit {
    /// A part of the total.
    Percent(BasisPoints),
    /// An amount, or the total if that is less.
    Amount(Money),
}

/// Something that may be given away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GiftItem {
    /// What.
    pub sku: Sku,
    /// Which product it belongs to.
    pub product: Handle,
    /// Product title and options, as a receipt says it.
    pub title: String,
    /// How many there are to give; nothing when nobody counts.
    pub available: Option<u32>,
}

/// Why there is no quote. All but the first are mistakes of ours or of the shop's set-up, never of the shopper.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuoteError {
    /// There is nothing to quote.
    #[error("there are no lines")]
    Empty,
    /// More lines, codes or promotions than the limit.
    #[error("there are more lines, codes or promotions than {LINES_MAX}, {CODES_MAX} and {PROMOTIONS_MAX}")]
    TooMany,
    /// A quantity outside 1 to 999, or a measure of nothing.
    #[error("the quantity of {0} is not between 1 and {QUANTITY_MAX}, or it measures nothing")]
    Quantity(Sku),
    /// An amount in another currency than the quote's.
    #[error("an amount is in {found} and the quote in {wanted}")]
    WrongCurrency {
        /// The quote's.
        wanted: Currency,
        /// The amount's.
        found: Currency,
    },
    /// An amount of a promotion or price list that the currency cannot express.
    #[error("{0} cannot be said in the currency of the quote")]
    Amount(Amount),
    /// A price, floor, fee or threshold below nothing.
    #[error("an amount is below nothing")]
    Negative,
    /// A tax rate above the highest.
    #[error("a tax rate is above 100 %")]
    Rate,
    /// A coupon that takes off nothing, or more than all.
    #[error("the coupon takes off nothing, or more than all")]
    Reduction,
    /// Nothing says what it costs to send it there.
    #[error("there is no shipping rate for this weight, amount or place")]
    NotDeliverable,
    /// The amounts do not fit.
    #[error("the amounts are too large")]
    TooLarge,
}

impl Context {
    /// Somebody at this moment, of whom nothing is known.
    #[must_use]
    pub const fn at(now: Time) -> Self {
        Self {
            now,
            zone: Tz::UTC,
            channel: None,
            market: None,
            groups: Vec::new(),
            first_order: false,
            birthday: None,
            destination: None,
            pick_up: false,
        }
    }

    /// The day in the merchant's zone.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.now.with_timezone(&self.zone).date_naive()
    }

    pub(in crate::pricing) fn is_near_birthday(&self, days: u8) -> bool {
        self.birthday.is_some_and(|(month, day)| near_birthday(self.today(), month, day, days))
    }
}

impl LineInput {
    /// What was agreed for it, if that is still good.
    pub(in crate::pricing) fn agreed_at(&self, now: Time) -> Option<Agreed> {
        self.agreed.filter(|agreed| agreed.until.is_none_or(|until| now <= until))
    }

    /// So many pieces of something at its list price, and nothing else known of it.
    #[must_use]
    pub fn new(sku: Sku, product: Handle, title: String, quantity: u32, unit: Money) -> Self {
        Self {
            sku,
            product,
            title,
            quantity,
            measure: Measure::Piece,
            unit,
            floor: None,
            agreed: None,
            extras: Vec::new(),
            discountable: true,
            grams: 0,
            traits: Traits::default(),
        }
    }
}

impl QuoteInput {
    /// These lines under these rules, without promotions.
    #[must_use]
    pub fn new(
        currency: Currency,
        lines: Vec<LineInput>,
        shipping: ShippingPolicy,
        tax: TaxPolicy,
        context: Context,
    ) -> Self {
        Self {
            currency,
            lines,
            codes: Vec::new(),
            promotions: Vec::new(),
            gifts: Vec::new(),
            price_lists: Vec::new(),
            strategy: Strategy::default(),
            order_floor: OrderFloor::default(),
            agreed_off: None,
            shipping,
            tax,
            deposit: None,
            rounding: Rounding::default(),
            context,
        }
    }

    /// Whether everything is within its limits and in one currency.
    pub(in crate::pricing) fn check(&self) -> Result<(), QuoteError> {
        if self.lines.is_empty() {
            return Err(QuoteError::Empty);
        }
        if self.lines.len() > LINES_MAX
            || self.codes.len() > CODES_MAX
            || self.promotions.len() > PROMOTIONS_MAX
            || self.price_lists.len() > PROMOTIONS_MAX
        {
            return Err(QuoteError::TooMany);
        }
        for line in &self.lines {
            if line.quantity == 0 || line.quantity > QUANTITY_MAX || !line.measure.is_something() {
                return Err(QuoteError::Quantity(line.sku.clone()));
            }
            self.check_amount(line.unit)?;
            line.floor.map_or(Ok(()), |floor| self.check_amount(floor))?;
            line.extras.iter().try_for_each(|extra| self.check_amount(extra.amount))?;
            if line.agreed.is_some_and(|agreed| agreed.unit_minor < 0) || line.measure.is_below_nothing() {
                return Err(QuoteError::Negative);
            }
        }
        self.order_floor.amount.map_or(Ok(()), |amount| self.check_amount(amount))?;
        self.agreed_off.map_or(Ok(()), |off| self.check_amount(off.amount))?;
        if let Some(Deposit::Amount(amount)) = self.deposit {
            self.check_amount(amount)?;
        }
        let part = match self.deposit {
            Some(Deposit::Percent(part)) => part,
            _ => self.order_floor.part.unwrap_or(BasisPoints(0)),
        };
        if part > BasisPoints::WHOLE {
            return Err(QuoteError::Rate);
        }
        self.shipping.amounts().try_for_each(|amount| self.check_amount(amount))
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
