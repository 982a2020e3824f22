//! From what is wanted and what the shop's rules are to what it costs. Pure: the same input, the same quote.

use crate::base::money::{Currency, Money, MoneyError};
use crate::pricing::coupon::{Coupon, Reduction, Refusal, Tried};
use crate::pricing::input::{LineInput, QuoteError, QuoteInput};
use crate::pricing::quote::{Discount, Quote, QuoteLine, ShippingReason, Step, Tax};
use crate::pricing::share::{by_largest_remainder, within_room};

/// What the cart costs: list prices, then codes in their order, then shipping on what is left, then tax.
///
/// A code that cannot be used is no error: the quote is made without it and says why ([`Quote::refused`]).
///
/// # Errors
/// When there is nothing to quote, the shop's set-up is unsound, or the amounts do not fit.
pub fn quote(input: &QuoteInput) -> Result<Quote, QuoteError> {
    input.check()?;
    let mut sheet = Sheet::list(input)?;
    for tried in &input.codes {
        sheet.try_code(tried, input)?;
    }
    sheet.finish(input)
}

/// A quote under way. Rows stand in the order of their SKUs, so that the order of the cart decides nothing.
struct Sheet<'a> {
    currency: Currency,
    rows: Vec<Row<'a>>,
    subtotal: Money,
    discounts: Vec<Discount>,
    steps: Vec<Step>,
}

/// A line under way, in minor units.
struct Row<'a> {
    line: &'a LineInput,
    /// Where it stands in the cart.
    position: usize,
    list: i64,
    /// The least that may be left of it.
    floor: i64,
    discount: i64,
}

impl Row<'_> {
    fn net(&self) -> Result<i64, QuoteError> {
        self.list.checked_sub(self.discount).ok_or(QuoteError::TooLarge)
    }

    fn room(&self) -> Result<i64, QuoteError> {
        self.net()?.checked_sub(self.floor).map(|room| room.max(0)).ok_or(QuoteError::TooLarge)
    }
}

impl From<MoneyError> for QuoteError {
    fn from(error: MoneyError) -> Self {
        match error {
            MoneyError::Currencies(wanted, found) => Self::WrongCurrency { wanted, found },
            MoneyError::TooLarge => Self::TooLarge,
        }
    }
}

impl<'a> Sheet<'a> {
    fn list(input: &'a QuoteInput) -> Result<Self, QuoteError> {
        let mut subtotal = Money::zero(input.currency);
        let mut rows = Vec::with_capacity(input.lines.len());
        for (position, line) in input.lines.iter().enumerate() {
            let list = line.unit.times(line.quantity)?;
            // A floor above the list price means no discount; it is not a way to raise the price.
            let floor = line.floor.map_or(Ok(Money::zero(input.currency)), |floor| floor.times(line.quantity));
            let floor = floor.map_or(list.minor(), |floor| floor.minor().min(list.minor()));
            subtotal = subtotal.plus(list)?;
            rows.push(Row { line, position, list: list.minor(), floor, discount: 0 });
        }
        rows.sort_by(|one, other| one.line.sku.cmp(&other.line.sku));
        if let Some(pair) =
            rows.windows(2).find(|pair| matches!(pair, [one, other] if one.line.sku == other.line.sku))
        {
            let sku = pair.first().map(|row| row.line.sku.clone());
            return Err(sku.map_or(QuoteError::Empty, QuoteError::RepeatedSku));
        }
        let steps = vec![Step::Listed { subtotal }];
        Ok(Self { currency: input.currency, rows, subtotal, discounts: Vec::new(), steps })
    }

    fn try_code(&mut self, tried: &Tried, input: &QuoteInput) -> Result<(), QuoteError> {
        let outcome = match tried {
            Tried::Unknown(_) => Err(Refusal::UnknownCode),
            Tried::Known { coupon, .. } if !coupon.reduction.is_sound() => return Err(QuoteError::Reduction),
            Tried::Known { coupon, uses } => coupon.check(self.subtotal, *uses, input.now).map(|()| coupon),
        };
        let refusal = match outcome {
            Ok(_) if !self.discounts.is_empty() => Some(Refusal::OneAtATime),
            Ok(coupon) => self.take_off(coupon, input)?,
            Err(refusal) => Some(refusal),
        };
        if let Some(reason) = refusal {
            self.steps.push(Step::Refused { code: tried.code().clone(), reason });
        }
        Ok(())
    }

    /// Takes a coupon off the lines, or says why there is nothing it could take off.
    fn take_off(&mut self, coupon: &Coupon, input: &QuoteInput) -> Result<Option<Refusal>, QuoteError> {
        let nets = self.each(Row::net)?;
        let rooms = self.each(Row::room)?;
        let basis = total(&nets)?;
        let (wanted, shares) = match coupon.reduction {
            Reduction::Percent(percent) => {
                let wanted = input.rounding.part(basis, percent).ok_or(QuoteError::TooLarge)?;
                // A percentage is a promise per line: what a floor holds back on one is not made up on another.
                let shares = by_largest_remainder(wanted, &nets).ok_or(QuoteError::TooLarge)?;
                (wanted, shares.iter().zip(&rooms).map(|(share, room)| *share.min(room)).collect())
            }
            Reduction::Amount(amount) => {
                let wanted = amount.minor().min(basis);
                (wanted, within_room(wanted, &nets, &rooms).ok_or(QuoteError::TooLarge)?)
            }
        };
        let taken: i64 = total(&shares)?;
        if taken == 0 {
            return Ok(Some(Refusal::TakesNothingOff));
        }
        let amount = Money::new(taken, self.currency);
        let basis = Money::new(basis, self.currency);
        self.steps.push(Step::TakenOff { code: Some(coupon.code.clone()), basis, amount });
        self.put(&shares, taken < wanted)?;
        self.discounts.push(Discount {
            code: Some(coupon.code.clone()),
            percent: coupon.reduction.percent(),
            amount,
            limited: taken < wanted,
        });
        Ok(None)
    }

    /// Puts each row's share on it, and notes which rows stopped a discount at their floor.
    fn put(&mut self, shares: &[i64], limited: bool) -> Result<(), QuoteError> {
        for (row, share) in self.rows.iter_mut().zip(shares) {
            row.discount = row.discount.checked_add(*share).ok_or(QuoteError::TooLarge)?;
            if limited && row.floor > 0 && row.room()? == 0 {
                self.steps.push(Step::HeldAtFloor { sku: row.line.sku.clone() });
            }
        }
        Ok(())
    }

    fn each(&self, amount: impl Fn(&Row<'a>) -> Result<i64, QuoteError>) -> Result<Vec<i64>, QuoteError> {
        self.rows.iter().map(amount).collect()
    }

    fn finish(mut self, input: &QuoteInput) -> Result<Quote, QuoteError> {
        let net = Money::new(total(&self.each(Row::net)?)?, self.currency);
        let (shipping, free_shipping_in) = self.ship(net, input)?;
        let tax = self.tax(net, shipping, input)?;
        let before_tax = net.plus(shipping)?;
        let total = if tax.included { before_tax } else { before_tax.plus(tax.amount)? };
        self.steps.push(Step::Totalled { total });
        let lines = self.lines()?;
        Ok(Quote {
            lines,
            subtotal: self.subtotal,
            discounts: self.discounts,
            shipping,
            tax,
            total,
            free_shipping_in,
            rounding: input.rounding,
            steps: self.steps,
        })
    }

    fn ship(&mut self, net: Money, input: &QuoteInput) -> Result<(Money, Option<Money>), QuoteError> {
        let rule = input.shipping;
        let reached = rule.free_from.is_some_and(|threshold| net.minor() >= threshold.minor());
        let (amount, reason) = match (rule.amount.is_zero(), reached) {
            (true, _) => (rule.amount, ShippingReason::AlwaysFree),
            (false, true) => (Money::zero(self.currency), ShippingReason::FreeFromHere),
            (false, false) => (rule.amount, ShippingReason::Flat),
        };
        let to_go = match (reason, rule.free_from) {
            (ShippingReason::Flat, Some(threshold)) => Some(threshold.minus(net)?),
            _ => None,
        };
        self.steps.push(Step::Shipped { amount, reason });
        Ok((amount, to_go))
    }

    fn tax(&mut self, net: Money, shipping: Money, input: &QuoteInput) -> Result<Tax, QuoteError> {
        let rule = input.tax;
        let basis = if rule.on_shipping { net.plus(shipping)? } else { net };
        let minor = if rule.included {
            input.rounding.contained(basis.minor(), rule.rate)
        } else {
            input.rounding.part(basis.minor(), rule.rate)
        };
        let amount = Money::new(minor.ok_or(QuoteError::TooLarge)?, self.currency);
        self.steps.push(Step::Taxed { basis, amount });
        Ok(Tax { rate: rule.rate, amount, included: rule.included })
    }

    /// The lines, back in the order of the cart.
    fn lines(&mut self) -> Result<Vec<QuoteLine>, QuoteError> {
        self.rows.sort_by_key(|row| row.position);
        let money = |minor| Money::new(minor, self.currency);
        self.rows
            .iter()
            .map(|row| {
                Ok(QuoteLine {
                    sku: row.line.sku.clone(),
                    product: row.line.product.clone(),
                    title: row.line.title.clone(),
                    quantity: row.line.quantity,
                    unit: row.line.unit,
                    amount: money(row.list),
                    discount: money(row.discount),
                    net: money(row.net()?),
                })
            })
            .collect()
    }
}

fn total(amounts: &[i64]) -> Result<i64, QuoteError> {
    amounts.iter().try_fold(0_i64, |sum, amount| sum.checked_add(*amount)).ok_or(QuoteError::TooLarge)
}
