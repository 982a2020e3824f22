//! A cart in words.

use crate::agent::evidence::{DiscountCard, Evidence, QuoteCard};
use crate::base::money::Money;
use crate::llm::guided::compose::joined;
use crate::llm::guided::plan::Desk;
use crate::sentences::id;

impl Desk<'_> {
    /// The whole cart, introduced, with the question whether to pay.
    pub fn cart_text(&self, introduction: &str, quote: &QuoteCard) -> String {
        let mut lines = vec![introduction.to_owned(), self.quote_lines(quote), self.no_longer_sold()];
        lines.extend(quote.discounts.iter().map(|discount| self.discount_line(discount)));
        lines.push(self.shipping_of(quote));
        if !quote.tax.included && !quote.tax.amount.is_zero() {
            let amount = ("amount", self.money(quote.tax.amount).into());
            // Several taxes, or one of a finer rate, have no one percentage to tell.
            if quote.tax.rate.0 == 0 {
                lines.push(self.say(id::QUOTE_TAXES, [amount]));
            } else {
                let rate = ("rate", quote.tax.rate.display(self.shop.locale).into());
                lines.push(self.say(id::QUOTE_TAX, [rate, amount]));
            }
        }
        lines.push(self.say(id::QUOTE_TOTAL, [("total", self.money(quote.total).into())]));
        if let Some(more) = quote.free_shipping_in {
            lines.push(self.say(id::FREE_SHIPPING_IN, [("amount", self.money(more).into())]));
        }
        lines.push(self.say(id::ASK_PAY, []));
        joined(&lines)
    }

    /// An empty cart, and what was in it that is no longer sold.
    pub fn empty_cart_text(&self) -> String {
        joined(&[self.no_longer_sold(), self.say(id::CART_EMPTY, [])])
    }

    /// What is left out of the cart because it is no longer sold; empty when nothing is.
    fn no_longer_sold(&self) -> String {
        let titles = self.now.evidence().find_map(|fact| match fact {
            Evidence::NoLongerSold { titles } => Some(titles.join(", ")),
            _ => None,
        });
        titles.map_or_else(String::new, |titles| self.say(id::NO_LONGER_SOLD, [("titles", titles.into())]))
    }

    /// The lines of the cart, one below the other.
    pub fn quote_lines(&self, quote: &QuoteCard) -> String {
        let line = |line: &crate::agent::evidence::QuoteLineCard| {
            let title = ("title", line.title.as_str().into());
            self.say(
                id::QUOTE_LINE,
                [("count", line.quantity.into()), title, ("amount", self.money(line.amount).into())],
            )
        };
        joined(&quote.lines.iter().map(line).collect::<Vec<_>>())
    }

    /// What shipping costs with this cart.
    pub fn shipping_of(&self, quote: &QuoteCard) -> String {
        if quote.shipping.is_zero() {
            self.say(id::QUOTE_SHIPPING_FREE, [])
        } else {
            self.say(id::QUOTE_SHIPPING, [("amount", self.money(quote.shipping).into())])
        }
    }

    fn discount_line(&self, discount: &DiscountCard) -> String {
        let amount = ("amount", self.money(discount.amount).into());
        let percent = discount.percent.map(|percent| percent.display(self.shop.locale));
        match (&discount.code, percent) {
            (Some(code), Some(percent)) => self.say(
                id::QUOTE_DISCOUNT_CODE_PERCENT,
                [("code", code.as_str().into()), ("percent", percent.into()), amount],
            ),
            (Some(code), None) => self.say(id::QUOTE_DISCOUNT_CODE, [("code", code.as_str().into()), amount]),
            (None, Some(percent)) => self.say(id::QUOTE_DISCOUNT_PERCENT, [("percent", percent.into()), amount]),
            (None, None) => self.say(id::QUOTE_DISCOUNT, [amount]),
        }
    }

    /// An amount as this conversation writes it.
    pub fn money(&self, amount: Money) -> String {
        amount.display(self.shop.locale)
    }
}
