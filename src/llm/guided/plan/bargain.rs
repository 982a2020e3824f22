//! Bargaining: handing the shopper's bid to the shop, and saying what the shop says.

use serde_json::json;

use crate::agent::entry::ToolResult;
use crate::agent::evidence::{ExtraCard, OfferCard, OfferStands};
use crate::base::money::Money;
use crate::base::names::Sku;
use crate::llm::guided::Step;
use crate::llm::guided::compose::joined;
use crate::llm::guided::intent::Wanted;
use crate::llm::guided::intent::bid::how_many;
use crate::llm::guided::lexicon::signal::Signal;
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
            let heard = self.heard();
            // "And if I take three?" A number without that may be a price.
            let counted = heard.has(Signal::Supposes).then(|| how_many(&heard, &heard.price.places));
            self.bargain(Says::AsksForLess, counted.flatten())
        } else {
            Step::Say(self.no_bargaining())
        }
    }

    /// Names a price.
    pub fn bid(&self, price: Money, quantity: Option<u32>) -> Step {
        if self.shop.bargains {
            self.bargain(Says::NamesPrice(price), quantity)
        } else {
            Step::Say(self.no_bargaining())
        }
    }

    /// Takes the offer that was made last. For how many it holds, the tool decides.
    pub fn take_offer(&self, quantity: Option<u32>) -> Step {
        self.bargain(Says::Accepts, quantity)
    }

    fn no_bargaining(&self) -> String {
        joined(&[self.say(id::DISCOUNT, []), self.say(id::OFFER_CHEAPER, [])])
    }

    fn bargain(&self, says: Says, quantity: Option<u32>) -> Step {
        let Some(result) = self.now.latest("negotiate_price") else {
            return match self.subject() {
                Ok((sku, known)) => ask(&sku, quantity.unwrap_or(known), says),
                Err(step) => step,
            };
        };
        match refusal(result) {
            Some("person_decides") => self.call_person("The shopper bids for something that a person decides."),
            Some("not_seen" | "no_such_variant") => Step::Say(self.which_product()),
            Some("too_few") => Step::Say(self.say(id::OFFER_NEEDS_MORE, [])),
            Some(_) => Step::Say(self.no_bargaining()),
            None => self.answered(result, quantity.is_some()),
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
                // The question alone would not answer who asks for a better price.
                Err(text) => Err(Step::Say(joined(&[self.say(id::PRICE_NEEDS_OPTION, []), text]))),
            };
        }
        match self.view.quote.map(|quote| quote.lines.as_slice()) {
            Some([only]) => Ok((only.sku.clone(), only.quantity)),
            _ => Err(Step::Say(self.which_product())),
        }
    }

    fn answered(&self, result: &ToolResult, counted: bool) -> Step {
        let Some(card) = offer(&result.evidence) else { return Step::Say(self.no_bargaining()) };
        let title = ("title", card.title.as_str().into());
        let price = ("price", self.money(card.unit).into());
        let extra = card.extra.as_ref().map(|extra| ("extra", self.extra(extra).into()));
        match (card.stands, extra) {
            (OfferStands::Open, None) => Step::Say(self.say(id::OFFER, [title, price])),
            (OfferStands::Open, Some(extra)) => Step::Say(self.say(id::OFFER_WITH, [title, price, extra])),
            (OfferStands::Last, None) => Step::Say(self.say(id::LAST_OFFER, [title, price])),
            (OfferStands::Last, Some(extra)) => Step::Say(self.say(id::LAST_OFFER_WITH, [title, price, extra])),
            (OfferStands::Agreed, _) => self.agreed_on(card, counted),
        }
    }

    fn extra(&self, extra: &ExtraCard) -> String {
        match extra {
            ExtraCard::FreeShipping => self.say(id::EXTRA_FREE_SHIPPING, []),
            ExtraCard::Gift { title } => self.say(id::EXTRA_GIFT, [("title", title.as_str().into())]),
            ExtraCard::Bundle { title, price, .. } => {
                self.say(id::EXTRA_BUNDLE, [("title", title.as_str().into()), ("price", self.money(*price).into())])
            }
        }
    }

    /// It is a deal: the cart is shown with it, with as many as the shopper said (`counted`).
    fn agreed_on(&self, card: &OfferCard, counted: bool) -> Step {
        let lines = self.view.quote.map_or(&[][..], |quote| &quote.lines);
        let line = lines.iter().find(|line| line.sku == card.sku);
        let in_cart = line.is_some();
        let another_number = counted && line.is_some_and(|line| line.quantity != card.quantity);
        let bundled = match &card.extra {
            Some(ExtraCard::Bundle { sku, .. }) => Some(sku),
            _ => None,
        };
        let (tool, arguments) = if in_cart && bundled.is_none() && !another_number {
            ("view_cart", json!({}))
        } else {
            let put = |action: &str, sku: &Sku, quantity| json!({ "action": action, "sku": sku.as_str(), "quantity": quantity });
            let action = if in_cart { "set" } else { "add" };
            let bargained = (!in_cart || another_number).then(|| put(action, &card.sku, card.quantity));
            let added: Vec<_> = bargained.into_iter().chain(bundled.map(|sku| put("add", sku, 1))).collect();
            ("change_cart", json!({ "changes": added }))
        };
        let Some(shown) = self.now.latest(tool) else { return Step::ask(tool, arguments) };
        if let Some(reason) = refusal(shown) {
            return Step::Say(self.refused(reason));
        }
        let price = ("price", self.money(card.unit).into());
        let Some(quote) = self.now.quote() else { return Step::Say(self.say(id::OFFER_AGREED, [price])) };
        let used = quote.lines.iter().any(|line| line.sku == card.sku && line.unit == card.unit);
        let said = match &card.extra {
            _ if !used => self.say(id::OFFER_SET_ASIDE, [price]),
            Some(extra) => self.say(id::OFFER_AGREED_WITH, [price, ("extra", self.extra(extra).into())]),
            None => self.say(id::OFFER_AGREED, [price]),
        };
        Step::Say(self.cart_text(&said, quote))
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
