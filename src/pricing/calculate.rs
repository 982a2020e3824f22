//! From what is wanted and what the shop's rules are to what it costs. Pure: the same input, the same quote.

use crate::base::money::{BasisPoints, Money, MoneyError};
use crate::base::names::CouponCode;
use crate::pricing::body::VERSION;
use crate::pricing::choose::{Candidate, Cart, Costs, Picked, Turn, bit};
use crate::pricing::coupon::Refusal;
use crate::pricing::eligible::{Eligible, eligible};
use crate::pricing::input::{Deposit, QuoteError, QuoteInput};
use crate::pricing::lines::{Finished, lines};
use crate::pricing::order_floor;
use crate::pricing::quote::{CameOff, Discount, Quote, Share, Step};
use crate::pricing::rows::{Row, rows, to_members};
use crate::pricing::scope::Judged;
use crate::pricing::share::{by_largest_remainder, within_room};
use crate::pricing::shipping::{Parcel, Sent};
use crate::pricing::sums::{add, left, mul, sub, total};
use crate::pricing::tax::{Assessed, Assessor, ShippingTax, TaxDue, TaxMode, Taxed};

/// What the cart costs: prices, then promotions, then what was agreed to come off, then shipping, then tax.
///
/// A code that cannot be used is no error: the quote is made without it and says why ([`Quote::refused`]).
///
/// # Errors
/// When there is nothing to quote, the shop's set-up is unsound, or the amounts do not fit.
pub fn quote(input: &QuoteInput) -> Result<Quote, QuoteError> {
    input.check()?;
    let mut steps = Vec::with_capacity(input.promotions.len().saturating_add(8));
    let rows = rows(input, &mut steps)?;
    let subtotal = total(rows.iter().map(|row| row.list))?;
    let judged = Judged::of(&rows, input, subtotal);
    let offered = input.offered();
    let found = eligible(&offered, input, &judged)?;
    let cart = Cart {
        judged,
        rounding: input.rounding,
        lists: rows.iter().map(|row| row.list).collect(),
        rooms: rows.iter().map(|row| if row.open { row.room() } else { 0 }).collect(),
        order_room: order_floor::room(&rows, input.order_floor, subtotal)?,
        subtotal,
    };
    let bill = Bill::of(input, &rows, &cart)?;
    let (picked, turns) = cart.choose(&found.candidates, input.strategy, &bill)?;
    let off = vec![0; input.lines.len()];
    let (discounts, left) = (Vec::new(), Vec::new());
    let mut sheet = Sheet { input, rows: &rows, cart: &cart, bill: &bill, steps, discounts, left, off };
    sheet.list()?;
    sheet.explain(&found, &picked, &turns)?;
    sheet.finish(&found, &picked, &turns)
}

impl From<MoneyError> for QuoteError {
    fn from(error: MoneyError) -> Self {
        match error {
            MoneyError::Currencies(wanted, found) => Self::WrongCurrency { wanted, found },
            MoneyError::TooLarge => Self::TooLarge,
        }
    }
}

/// What is put on a cart once its promotions are known: the agreed amount off, shipping, tax.
struct Bill<'a> {
    input: &'a QuoteInput,
    lists: &'a [i64],
    rooms: &'a [i64],
    extras: Vec<i64>,
    extras_sum: i64,
    /// What all rows come to at list prices.
    subtotal: i64,
    /// What was agreed to come off.
    agreed_off: i64,
    taxes: Vec<&'a [TaxDue]>,
    shipping_taxes: &'a [TaxDue],
    assessor: Assessor,
    grams: i64,
    pieces: i64,
    /// All is taxed alike, so that what is added follows from the sum.
    alike: bool,
}

/// A cart with everything put on it, in minor units.
struct Billed {
    /// Off each row by what was agreed.
    agreed: Vec<i64>,
    /// What is left of each row, extras included.
    nets: Vec<i64>,
    sent: Sent,
    /// Shipping after what promotions take off it.
    shipping: i64,
}

impl<'a> Bill<'a> {
    fn of(input: &'a QuoteInput, rows: &'a [Row<'a>], cart: &'a Cart<'a>) -> Result<Self, QuoteError> {
        let taxes: Vec<&[TaxDue]> = rows.iter().map(|row| input.tax.of_line(row.line, &input.context)).collect();
        let shipping_taxes = match input.tax.shipping {
            ShippingTax::Standard => input.tax.of_shipping(&input.context),
            ShippingTax::Free | ShippingTax::AsGoods => &[],
        };
        let extras: Vec<i64> = rows.iter().map(|row| row.extras).collect();
        let good = input.agreed_off.filter(|off| off.until.is_none_or(|until| input.context.now <= until));
        let first = taxes.first().copied().unwrap_or(&[]);
        let shipping_alike = match input.tax.shipping {
            ShippingTax::Standard => std::ptr::eq(shipping_taxes, first),
            ShippingTax::Free | ShippingTax::AsGoods => true,
        };
        Ok(Self {
            input,
            subtotal: cart.subtotal,
            lists: &cart.lists,
            rooms: &cart.rooms,
            extras_sum: total(extras.iter().copied())?,
            extras,
            agreed_off: good.map_or(0, |off| off.amount.minor()),
            alike: shipping_alike
                && input.tax.level == crate::pricing::tax::TaxLevel::Total
                && taxes.iter().all(|one| std::ptr::eq(*one, first)),
            taxes,
            shipping_taxes,
            assessor: Assessor {
                mode: input.tax.mode,
                level: input.tax.level,
                rounding: input.rounding,
                currency: input.currency,
            },
            grams: weight(input)?,
            pieces: rows.iter().fold(0, |sum, row| sum.saturating_add(i64::from(row.quantity))),
        })
    }

    const fn parcel(&self, goods: i64) -> Parcel {
        Parcel { goods, grams: self.grams, pieces: self.pieces }
    }

    /// Puts everything but tax on.
    fn bill(&self, picked: &Picked) -> Result<Billed, QuoteError> {
        let mut nets = left(self.lists, &picked.off)?;
        let wanted = self.agreed_off.min(picked.order_left);
        let agreed = if wanted == 0 {
            Vec::new()
        } else {
            within_room(wanted, &nets, &left(self.rooms, &picked.off)?).ok_or(QuoteError::TooLarge)?
        };
        for (net, off) in nets.iter_mut().zip(&agreed) {
            *net = sub(*net, *off)?;
        }
        for (net, extra) in nets.iter_mut().zip(&self.extras) {
            *net = add(*net, *extra)?;
        }
        let goods = total(nets.iter().copied())?;
        let sent = self.input.shipping.cost(self.parcel(goods), &self.input.context)?;
        let shipping = sub(sent.amount, sent.amount.min(picked.off_shipping))?;
        Ok(Billed { agreed, nets, sent, shipping })
    }

    /// What is taxed: the rows, then shipping in one piece or in the rows' proportions.
    fn taxed(&self, billed: &Billed) -> Result<Vec<Taxed<'a>>, QuoteError> {
        let rows = self.taxes.iter().zip(&billed.nets).map(|(taxes, base)| Taxed { taxes, base: *base });
        let mut taxed: Vec<Taxed<'a>> = rows.collect();
        match self.input.tax.shipping {
            ShippingTax::Free => {}
            ShippingTax::Standard => taxed.push(Taxed { taxes: self.shipping_taxes, base: billed.shipping }),
            ShippingTax::AsGoods => {
                let mut weights = billed.nets.clone();
                // Where all goods are free, shipping is taxed as the first of them would be.
                if let Some(first) = weights.first_mut().filter(|_| billed.nets.iter().all(|net| *net == 0)) {
                    *first = 1;
                }
                let parts = by_largest_remainder(billed.shipping, &weights).ok_or(QuoteError::TooLarge)?;
                taxed.extend(self.taxes.iter().zip(parts).map(|(taxes, base)| Taxed { taxes, base }));
            }
        }
        Ok(taxed)
    }

    /// The taxes, each row's share of them, and shipping's.
    fn assess(&self, billed: &Billed) -> Result<(Assessed, i64), QuoteError> {
        let mut assessed = self.assessor.assess(&self.taxed(billed)?)?;
        let shipping = assessed.shares.split_off(billed.nets.len());
        Ok((assessed, total(shipping)?))
    }
}

/// What the parcel weighs: what is sold by weight weighs that, the rest as much as the shop says.
fn weight(input: &QuoteInput) -> Result<i64, QuoteError> {
    input.lines.iter().try_fold(0, |sum, line| {
        let one = match line.measure {
            crate::pricing::measure::Measure::Weight { grams } => grams,
            _ => line.grams,
        };
        add(sum, mul(i64::from(one), i64::from(line.quantity))?)
    })
}

impl Costs for Bill<'_> {
    fn total(&self, picked: &Picked) -> Result<i64, QuoteError> {
        if self.agreed_off == 0 && (self.alike || self.input.tax.mode != TaxMode::Added) {
            // What most shops have: the total follows from sums alone.
            let goods = add(sub(self.subtotal, picked.off_sum)?, self.extras_sum)?;
            let sent = self.input.shipping.cost(self.parcel(goods), &self.input.context)?;
            return self.with_tax(goods, sub(sent.amount, sent.amount.min(picked.off_shipping))?);
        }
        let billed = self.bill(picked)?;
        let before_tax = add(total(billed.nets.iter().copied())?, billed.shipping)?;
        if self.input.tax.mode != TaxMode::Added {
            return Ok(before_tax);
        }
        add(before_tax, self.assessor.added(&self.taxed(&billed)?)?)
    }

    fn least(&self, goods: i64, picked: &Picked, off_shipping: i64) -> Result<i64, QuoteError> {
        let now = sub(self.subtotal, picked.off_sum)?;
        let lowest = sub(goods, self.agreed_off)?.max(0);
        let goods = add(lowest, self.extras_sum)?;
        let most = self.parcel(add(now, self.extras_sum)?);
        let shipping = self.input.shipping.least(goods, most, &self.input.context);
        let shipping = shipping.saturating_sub(off_shipping).max(0);
        if self.alike { self.with_tax(goods, shipping) } else { add(goods, shipping) }
    }

    fn ships_for_free(&self, picked: &Picked) -> Result<bool, QuoteError> {
        match self.bill(picked) {
            // With more off, it may be sent after all.
            Err(QuoteError::NotDeliverable) => Ok(false),
            billed => Ok(billed?.sent.amount == 0),
        }
    }
}

impl Bill<'_> {
    /// What is paid for goods and shipping that are taxed alike.
    fn with_tax(&self, goods: i64, shipping: i64) -> Result<i64, QuoteError> {
        let before_tax = add(goods, shipping)?;
        if self.input.tax.mode != TaxMode::Added {
            return Ok(before_tax);
        }
        let base = if self.input.tax.shipping == ShippingTax::Free { goods } else { before_tax };
        let one = Taxed { taxes: self.taxes.first().copied().unwrap_or(&[]), base };
        add(before_tax, self.assessor.added(&[one])?)
    }
}

/// A quote under way.
struct Sheet<'a> {
    input: &'a QuoteInput,
    rows: &'a [Row<'a>],
    cart: &'a Cart<'a>,
    bill: &'a Bill<'a>,
    steps: Vec<Step>,
    discounts: Vec<Discount>,
    /// What may still come off each line.
    left: Vec<i64>,
    /// What came off each line.
    off: Vec<i64>,
}

impl Sheet<'_> {
    const fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.input.currency)
    }

    /// What rows come to, shared out to the lines in the order of the cart.
    fn by_line(&self, amounts: &[i64], weights: &[i64]) -> Result<Vec<i64>, QuoteError> {
        let mut shares = vec![0; self.input.lines.len()];
        for (row, amount) in self.rows.iter().zip(amounts) {
            to_members(row, *amount, weights, &mut shares)?;
        }
        Ok(shares)
    }

    /// How much of a row each line is.
    fn parts(&self) -> Vec<i64> {
        self.input.lines.iter().map(|line| line.measure.parts(line.quantity)).collect()
    }

    fn list(&mut self) -> Result<(), QuoteError> {
        let parts = self.parts();
        let mut lines = self.by_line(&self.cart.lists, &parts)?;
        let floors: Vec<i64> =
            self.cart.lists.iter().zip(&self.cart.rooms).map(|(list, room)| list.saturating_sub(*room)).collect();
        let floors = self.by_line(&floors, &parts)?;
        self.left = lines.iter().zip(floors).map(|(list, floor)| list.saturating_sub(floor).max(0)).collect();
        for (amount, line) in lines.iter_mut().zip(&self.input.lines) {
            *amount = add(*amount, crate::pricing::rows::extras(line)?)?;
        }
        let subtotal = self.money(total(lines.iter().copied())?);
        self.steps.push(Step::Listed { subtotal, lines });
        Ok(())
    }

    /// Says of each promotion what it took off, or why it did not.
    fn explain(&mut self, found: &Eligible<'_>, picked: &Picked, turns: &[Turn]) -> Result<(), QuoteError> {
        for (code, reason) in &found.refused_codes {
            self.steps.push(Step::Refused { code: code.clone(), reason: reason.clone() });
        }
        for (promotion, reason) in &found.passed_over {
            self.steps.push(Step::PassedOver { promotion: (*promotion).to_owned(), reason: reason.clone() });
        }
        for (place, one) in found.candidates.iter().enumerate() {
            if let Some(at) = turns.iter().position(|turn| turn.place == place) {
                let so_far = turns.get(..=at).unwrap_or(turns);
                self.used(one, so_far, found.code(one.promotion))?;
                continue;
            }
            let beside = turns.iter().find(|turn| one.against & bit(turn.place) != 0);
            let beside = beside.and_then(|turn| found.candidates.get(turn.place));
            let named = |other: &Candidate<'_>| Refusal::NotWith { promotion: other.promotion.id.clone() };
            self.not_used(one, beside.map_or(Refusal::DearerWith, named), found.code(one.promotion));
        }
        let held = picked.order_left == 0 && picked.off.iter().any(|off| *off > 0);
        if held && !self.steps.contains(&Step::HeldAtOrderFloor) {
            self.steps.push(Step::HeldAtOrderFloor);
        }
        Ok(())
    }

    fn not_used(&mut self, one: &Candidate<'_>, reason: Refusal, code: Option<&CouponCode>) {
        if let Some(code) = code {
            self.steps.push(Step::Refused { code: code.clone(), reason: reason.clone() });
        }
        self.steps.push(Step::PassedOver { promotion: one.promotion.id.clone(), reason });
    }

    /// Says what a promotion did at its turn, which is the last of these.
    fn used(&mut self, one: &Candidate<'_>, turns: &[Turn], code: Option<&CouponCode>) -> Result<(), QuoteError> {
        let Some(turn) = turns.last() else { return Ok(()) };
        if one.take.off_shipping > 0 {
            // What it takes off is known once shipping is.
            return Ok(());
        }
        let amount = total(turn.shares.iter().copied())?;
        if let Some((sku, quantity)) = &one.take.gift {
            let promotion = one.promotion.id.clone();
            self.discounts.push(self.discount(one, 0, code, CameOff::Gift));
            self.steps.push(Step::Given { promotion, sku: sku.clone(), quantity: *quantity });
            return Ok(());
        }
        if amount == 0 {
            self.not_used(one, Refusal::TakesNothingOff, code);
            return Ok(());
        }
        let shares = self.shares(&turn.shares)?;
        let (promotion, code_used) = (Some(one.promotion.id.clone()), code.cloned());
        let (basis, off) = (self.money(turn.basis), self.money(amount));
        self.steps.push(Step::TakenOff { promotion, code: code_used, basis, amount: off, shares });
        let discount = self.discount(one, amount, code, CameOff::Lines);
        self.discounts.push(Discount { limited: turn.limited, ..discount });
        if turn.limited {
            self.held(one, turns);
        }
        Ok(())
    }

    /// Says which of the lines that a promotion would lower have come down to their floor, with what those before it
    /// took off.
    fn held(&mut self, one: &Candidate<'_>, turns: &[Turn]) {
        for (place, row) in self.rows.iter().enumerate() {
            let of = |shares: &[i64]| shares.get(place).copied().unwrap_or(0);
            let off = turns.iter().fold(0_i64, |sum, turn| sum.saturating_add(of(&turn.shares)));
            if of(&one.take.shares) > 0 && row.floor > 0 && off == row.room() {
                let step = Step::HeldAtFloor { sku: row.line.sku.clone() };
                if !self.steps.contains(&step) {
                    self.steps.push(step);
                }
            }
        }
    }

    fn discount(&self, one: &Candidate<'_>, amount: i64, code: Option<&CouponCode>, from: CameOff) -> Discount {
        Discount {
            promotion: Some(one.promotion.id.clone()),
            code: code.cloned(),
            percent: one.take.percent,
            amount: self.money(amount),
            limited: false,
            from,
            is_coupon: Some(one.is_coupon),
        }
    }

    /// Takes off each line its share of what comes off its row: by what may still come off it, so that none goes
    /// below what is its own of the row's floor.
    fn shares(&mut self, rows: &[i64]) -> Result<Vec<Share>, QuoteError> {
        let by_line = self.by_line(rows, &self.left)?;
        for ((left, off), share) in self.left.iter_mut().zip(&mut self.off).zip(&by_line) {
            *left = sub(*left, *share)?;
            *off = add(*off, *share)?;
        }
        let mut shares = Vec::with_capacity(by_line.len());
        for (line, minor) in (0..).zip(by_line).filter(|(_, minor)| *minor != 0) {
            shares.push(Share { line, minor });
        }
        Ok(shares)
    }

    fn finish(mut self, found: &Eligible<'_>, picked: &Picked, turns: &[Turn]) -> Result<Quote, QuoteError> {
        let billed = self.bill.bill(picked)?;
        self.agree(&billed)?;
        self.ship(&billed, found, turns)?;
        self.settle_codes();
        let (assessed, shipping_tax) = self.bill.assess(&billed)?;
        let added = self.input.tax.mode == TaxMode::Added;
        for part in &assessed.parts {
            let (name, basis, amount) = (part.name.clone(), part.basis, part.amount);
            self.steps.push(Step::Taxed { name, basis, amount, added });
        }
        if self.input.tax.mode == TaxMode::Before {
            self.steps.push(Step::BeforeTax);
        }
        let taxes = total(assessed.shares.iter().copied().chain([shipping_tax]))?;
        let before_tax = add(total(billed.nets.iter().copied())?, billed.shipping)?;
        let sum = if added { add(before_tax, taxes)? } else { before_tax };
        self.steps.push(Step::Totalled { total: self.money(sum) });
        let now = due_now(self.input, sum)?;
        if now != sum {
            self.steps.push(Step::Due { now: self.money(now), later: self.money(sub(sum, now)?) });
        }
        let finished = Finished {
            input: self.input,
            rows: self.rows,
            discounts: &self.off,
            taxes: &assessed.shares,
            gifts: gifts(found, turns),
        };
        let lines = lines(&finished)?;
        let subtotal =
            lines.iter().try_fold(Money::zero(self.input.currency), |sum, line| sum.plus(line.amount))?;
        Ok(Quote {
            form: VERSION,
            lines,
            subtotal,
            shipping: self.money(billed.shipping),
            shipping_tax: self.money(shipping_tax),
            taxes: assessed.parts,
            tax_mode: self.input.tax.mode,
            total: self.money(sum),
            due_now: self.money(now),
            free_shipping_in: billed
                .sent
                .free_in
                .filter(|_| billed.shipping > 0 && self.discounts.iter().all(leaves_more_as_it_is))
                .map(|minor| self.money(minor)),
            rounding: self.input.rounding,
            discounts: self.discounts,
            steps: self.steps,
        })
    }

    fn agree(&mut self, billed: &Billed) -> Result<(), QuoteError> {
        let Some(off) = self.input.agreed_off else { return Ok(()) };
        let amount = total(billed.agreed.iter().copied())?;
        if amount == 0 {
            return Ok(());
        }
        let limited = amount < off.amount.minor();
        let (amount, basis) = (self.money(amount), self.money(total(self.cart.lists.iter().copied())?));
        let shares = self.shares(&billed.agreed)?;
        self.steps.push(Step::TakenOff { promotion: None, code: None, basis, amount, shares });
        let (promotion, code, percent) = (None, None, None::<BasisPoints>);
        let is_coupon = Some(false);
        self.discounts.push(Discount {
            promotion,
            code,
            percent,
            amount,
            limited,
            from: CameOff::Lines,
            is_coupon,
        });
        Ok(())
    }

    /// Several things may be called by one code: a promotion, and the coupon it took the place of. The code is refused
    /// only if none of them is used, and not as one that is over if another of them is not.
    fn settle_codes(&mut self) {
        if self.input.codes.is_empty() {
            return;
        }
        let used = |code: &CouponCode| self.discounts.iter().any(|discount| discount.code.as_ref() == Some(code));
        let refused = self.steps.iter().filter_map(|step| match step {
            Step::Refused { code, reason } if *reason != Refusal::Over => Some(code.clone()),
            _ => None,
        });
        let not_over: Vec<CouponCode> = refused.collect();
        self.steps.retain(|step| match step {
            Step::Refused { code, reason } => !used(code) && (*reason != Refusal::Over || !not_over.contains(code)),
            _ => true,
        });
    }

    /// Shipping, and what each promotion took off it: in their order, as much as there was.
    fn ship(&mut self, billed: &Billed, found: &Eligible<'_>, turns: &[Turn]) -> Result<(), QuoteError> {
        let (amount, reason) = (self.money(billed.sent.amount), billed.sent.reason);
        self.steps.push(Step::Shipped { amount, reason });
        let mut left = billed.sent.amount;
        let used = turns.iter().filter_map(|turn| found.candidates.get(turn.place));
        for one in used.filter(|one| one.take.off_shipping > 0) {
            let off = left.min(one.take.off_shipping);
            left = sub(left, off)?;
            let code = found.code(one.promotion);
            if off == 0 {
                self.not_used(one, Refusal::TakesNothingOff, code);
                continue;
            }
            let promotion = one.promotion.id.clone();
            self.steps.push(Step::ShippedForLess { promotion, amount: self.money(off) });
            self.discounts.push(self.discount(one, off, code, CameOff::Shipping));
        }
        Ok(())
    }
}

/// What promotions that are used give on top.
fn gifts<'a>(found: &'a Eligible<'_>, turns: &[Turn]) -> Vec<(&'a str, &'a crate::base::names::Sku, u32)> {
    let used = turns.iter().filter_map(|turn| found.candidates.get(turn.place));
    let gift = |one: &'a Candidate<'_>| {
        one.take.gift.as_ref().map(|(sku, quantity)| (one.promotion.id.as_str(), sku, *quantity))
    };
    used.filter_map(gift).collect()
}

fn due_now(input: &QuoteInput, sum: i64) -> Result<i64, QuoteError> {
    match input.deposit {
        None => Ok(sum),
        Some(Deposit::Amount(amount)) => Ok(amount.minor().min(sum)),
        Some(Deposit::Percent(part)) => input.rounding.part(sum, part).ok_or(QuoteError::TooLarge),
    }
}

/// Whether goods that are added would cost what they say. A percentage, or a promotion, may take something off them as
/// well, and nobody can tell then how much more there has to be.
fn leaves_more_as_it_is(discount: &Discount) -> bool {
    let is_an_amount =
        discount.percent.is_none() && (discount.is_coupon == Some(true) || discount.promotion.is_none());
    discount.from == CameOff::Shipping || is_an_amount
}
