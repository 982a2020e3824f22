//! Bargaining: handing the shopper's bid to the shop, and saying what the shop says.

use serde_json::json;

use crate::agent::entry::ToolResult;
use crate::agent::evidence::{OfferCard, OfferStands};
use crate::base::money::Money;
use crate::base::names::Sku;
use crate::llm::guided::Step;
use crate::llm::guided::compose::joined;
use crate::llm::guided::intent::Wanted;
use crate::llm::guided::plan::Desk;
use crate::llm::guided::view::{offer, refusal};
use crate::sentences::id;

/// What the shopper says in a negotiation.
#[derive(Clone, Copy, Debug)]
enum Says {
    NamesPrice(Money),
    AsksForLess,
    Accepts,
}

impl Desk<'_> {
    /// Wants to pay less, without saying how much.
    pub fn ask_for_less(&self) -> Step {
        if self.shop.bargains && (self.view.focus.is_some() || self.view.quote.is_some()) {
            self.bargain(Says::AsksForLess)
        } else {
            Step::Say(self.no_bargaining())
        }
    }

    /// Names a price.
    pub fn bid(&self, price: Money) -> Step {
        if self.shop.bargains { self.bargain(Says::NamesPrice(price)) } else { Step::Say(self.no_bargaining()) }
    }

    /// Takes the offer that was made last.
    pub fn take_offer(&self) -> Step {
        self.bargain(Says::Accepts)
    }

    fn no_bargaining(&self) -> String {
        joined(&[self.say(id::DISCOUNT, []), self.say(id::OFFER_CHEAPER, [])])
    }

    fn bargain(&self, says: Says) -> Step {
        let Some(result) = self.now.latest("negotiate_price") else {
            return match self.subject() {
                Ok((sku, quantity)) => ask(&sku, quantity, says),
                Err(step) => step,
            };
        };
        match refusal(result) {
            Some("person_decides") => self.call_person("The shopper bids for something that a person decides."),
            Some("not_seen" | "no_such_variant") => Step::Say(self.which_product()),
            Some(_) => Step::Say(self.no_bargaining()),
            None => self.answered(result),
        }
    }

    /// What is bargained over, and how many: what was offered last, the product in view, or the only line of the cart.
    fn subject(&self) -> Result<(Sku, u32), Step> {
        if let Some(card) = self.view.offer {
            return Ok((card.sku.clone(), card.quantity));
        }
        if let Some(card) = self.view.focus {
            let lines = self.view.quote.map_or(&[][..], |quote| &quote.lines);
            if let Some(line) = lines.iter().find(|line| line.product == card.product) {
                return Ok((line.sku.clone(), line.quantity));
            }
            let words = self.view.said_while_choosing().join(" ");
            let words = format!("{words} {}", self.now.text);
            let product = Some(card.product.clone());
            let wanted = Wanted { product, sku: None, words, quantity: 1, instead: false };
            let card = self.whole_card(&card.product)?;
            return match self.variant(card, &wanted) {
                Ok(variant) => Ok((variant.sku.clone(), 1)),
                Err(text) => Err(Step::Say(text)),
            };
        }
        match self.view.quote.map(|quote| quote.lines.as_slice()) {
            Some([only]) => Ok((only.sku.clone(), only.quantity)),
            _ => Err(Step::Say(self.which_product())),
        }
    }

    fn answered(&self, result: &ToolResult) -> Step {
        let Some(card) = offer(&result.evidence) else { return Step::Say(self.no_bargaining()) };
        let title = ("title", card.title.as_str().into());
        let price = ("price", self.money(card.unit).into());
        match card.stands {
            OfferStands::Open => Step::Say(self.say(id::OFFER, [title, price])),
            OfferStands::Last => Step::Say(self.say(id::LAST_OFFER, [title, price])),
            OfferStands::Agreed => self.agreed_on(card),
        }
    }

    /// It is a deal: the cart is shown with it.
    fn agreed_on(&self, card: &OfferCard) -> Step {
        let in_cart = self.view.quote.is_some_and(|quote| quote.lines.iter().any(|line| line.sku == card.sku));
        let (tool, arguments) = if in_cart {
            ("view_cart", json!({}))
        } else {
            let added = json!({ "action": "add", "sku": card.sku.as_str(), "quantity": card.quantity });
            ("change_cart", json!({ "changes": [added] }))
        };
        let Some(shown) = self.now.latest(tool) else { return Step::ask(tool, arguments) };
        if let Some(reason) = refusal(shown) {
            return Step::Say(self.refused(reason));
        }
        let price = ("price", self.money(card.unit).into());
        let Some(quote) = self.now.quote() else { return Step::Say(self.say(id::OFFER_AGREED, [price])) };
        let used = quote.lines.iter().any(|line| line.sku == card.sku && line.unit == card.unit);
        let agreed = if used { id::OFFER_AGREED } else { id::OFFER_SET_ASIDE };
        Step::Say(self.cart_text(&self.say(agreed, [price]), quote))
    }
}

fn ask(sku: &Sku, quantity: u32, says: Says) -> Step {
    let (word, price) = match says {
        Says::NamesPrice(price) => ("names_price", Some(price.major())),
        Says::AsksForLess => ("asks_for_less", None),
        Says::Accepts => ("accepts", None),
    };
    Step::ask("negotiate_price", json!({ "sku": sku.as_str(), "quantity": quantity, "says": word, "price": price }))
}
