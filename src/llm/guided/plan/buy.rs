//! The cart: adding, changing, coupons, showing it, and paying.

use serde_json::{Value, json};

use crate::agent::entry::ToolResult;
use crate::agent::evidence::{Evidence, Named, ProductCard, QuoteCard, Stock, VariantCard};
use crate::base::names::{CouponCode, Handle, Sku};
use crate::llm::guided::Step;
use crate::llm::guided::compose::joined;
use crate::llm::guided::compose::product::{item_text, sellable};
use crate::llm::guided::intent::{LineAction, LineChange, Wanted};
use crate::llm::guided::plan::Desk;
use crate::llm::guided::question::Asked;
use crate::llm::guided::refer::{self, values_named, variants_with};
use crate::llm::guided::view::{products as products_of, quote, refusal};
use crate::llm::guided::wish::{Why, Wish};
use crate::sentences::{Sentence, id};

/// So many of several things are looked at one by one; a turn has room for little more.
const LOOKED_AT_MAX: usize = 3;

impl<'a> Desk<'a> {
    /// Puts something in the cart once it is clear which variant is wanted.
    pub fn add(&self, wanted: &Wanted) -> Step {
        if let Some(result) = self.now.latest("change_cart") {
            let seen_now = self.now.times("get_product") > 0 || wanted.product.is_none();
            if refusal(result) != Some("not_seen") || seen_now {
                return self.cart_changed(result, id::ADDED);
            }
        }
        let Some(product) = &wanted.product else {
            return match &wanted.sku {
                Some(sku) => change(&[("add", sku, wanted.quantity)]),
                None => Step::Say(self.which_product()),
            };
        };
        let card = match self.whole_card(product) {
            Ok(card) => card,
            Err(step) => return step,
        };
        match self.variant(card, wanted) {
            Ok(variant) => match self.not_to_choose(card, variant) {
                Some(text) => Step::Say(text),
                None => self.put_in(card, variant, wanted),
            },
            Err(text) => Step::Say(joined(&[self.none_to_choose(card).unwrap_or_default(), text])),
        }
    }

    /// Puts several things in the cart at once. A list told only what fitted the search, so each is looked at first; of
    /// which it is not clear which variant is meant, that is asked, and the others are put in.
    pub fn add_several(&self, wanted: &[Wanted]) -> Step {
        let products: Vec<&Handle> = wanted.iter().filter_map(|wanted| wanted.product.as_ref()).collect();
        let distinct = products.iter().enumerate().filter(|(at, product)| !products[..*at].contains(product));
        let looked_at = distinct.map(|(_, product)| *product).take(LOOKED_AT_MAX);
        let mut still = looked_at.skip(self.now.times("get_product"));
        if let Some(product) = still.find(|product| self.now.fetched(product).is_none()) {
            return Step::ask("get_product", json!({ "product": product.as_str() }));
        }
        let (mut clear, mut open) = (Vec::new(), None);
        for one in wanted {
            let card =
                one.product.as_ref().and_then(|product| self.now.fetched(product).or(self.view.card(product)));
            let Some(card) = card else { continue };
            match self.variant(card, one) {
                Ok(variant) => clear.push(("add", &variant.sku, one.quantity)),
                Err(question) => open = open.or(Some((card, question))),
            }
        }
        let added = match self.now.latest("change_cart") {
            _ if clear.is_empty() => String::new(),
            None => return change(&clear),
            Some(result) => match self.cart_changed(result, id::ADDED) {
                Step::Say(text) => text,
                ask @ Step::Ask { .. } => return ask,
            },
        };
        let Some((card, question)) = open else { return Step::Say(added) };
        // What is answered next is about what was looked at last.
        let last = self.now.done.iter().rev().find(|(call, _)| call.tool == "get_product");
        let last = last.and_then(|(_, result)| products_of(&result.evidence).next());
        if last.is_some_and(|last| last.product != card.product) {
            return Step::ask("get_product", json!({ "product": card.product.as_str() }));
        }
        Step::Say(joined(&[added, question]))
    }

    /// A colour or a size is named of something that does not come in any: said before it is put in the cart.
    fn not_to_choose(&self, card: &ProductCard, variant: &VariantCard) -> Option<String> {
        let none = self.none_to_choose(card)?;
        let item = ("item", item_text(card, Some(variant)).into());
        Some(joined(&[none, self.say(id::ASK_ADD_ITEM, [item])]))
    }

    fn none_to_choose(&self, card: &ProductCard) -> Option<String> {
        let heard = self.heard();
        self.no_such_choice(card, &heard).filter(|_| self.now.pressed.is_none())
    }

    fn put_in(&self, card: &ProductCard, variant: &VariantCard, wanted: &Wanted) -> Step {
        if let Stock::Left(left) = variant.stock
            && left < wanted.quantity
        {
            let item = ("item", item_text(card, Some(variant)).into());
            return Step::Say(joined(&[
                self.say(id::REFUSED_ONLY_LEFT, [item, ("count", left.into())]),
                self.say(id::ASK_HOW_MANY, []),
            ]));
        }
        let replaced = self.view.quote.filter(|_| wanted.instead).map(|quote| quote.lines.as_slice());
        let mut changes: Vec<(&str, &Sku, u32)> = replaced
            .unwrap_or_default()
            .iter()
            .filter(|line| line.product == card.product && line.sku != variant.sku)
            .map(|line| ("remove", &line.sku, line.quantity))
            .collect();
        changes.push((if wanted.instead { "set" } else { "add" }, &variant.sku, wanted.quantity));
        change(&changes)
    }

    /// The one variant that is wanted; else the question that narrows it down.
    pub fn variant<'c>(&self, card: &'c ProductCard, wanted: &Wanted) -> Result<&'c VariantCard, String> {
        if let Some(sku) = &wanted.sku
            && let Some(variant) = card.variants.iter().find(|variant| variant.sku == *sku)
        {
            let sold_out = self.say(id::OUT_OF_STOCK, [("item", item_text(card, Some(variant)).into())]);
            return if variant.stock.covers(1) { Ok(variant) } else { Err(sold_out) };
        }
        let heard = self.hear(&wanted.words);
        let named = values_named(card, &heard.words, heard.lexicon);
        if let Some(missing) = self.missing_option(card, &named, &heard) {
            return Err(joined(&[missing, self.price_lines(card, &sellable(&card.variants))]));
        }
        let mut fitting = variants_with(card, &named);
        // "The first one, but not in red": what is not wanted is not offered.
        let refused = self.refused_of(card);
        let unwanted = |variant: &VariantCard| variant.options.iter().any(|option| refused.contains(option));
        if fitting.iter().any(|variant| !unwanted(variant)) {
            fitting.retain(|variant| !unwanted(variant));
        }
        let sellable = sellable(fitting.iter().copied());
        match (fitting.as_slice(), sellable.as_slice()) {
            ([only], [_]) => Ok(*only),
            (_, [only]) if self.view.asked == Some(Asked::Add) => Ok(*only),
            (_, []) if !named.is_empty() && !fitting.is_empty() => Err(self.out_of_stock(card, fitting[0])),
            (_, []) if !fitting.is_empty() => Err(self.say(id::SOLD_OUT, [("title", card.title.as_str().into())])),
            ([], _) => Err(self.no_such_combination(card)),
            (_, sellable) => Err(self.ask_for_option(card, sellable, &named)),
        }
    }

    /// The option values of a card that the shopper said no to while choosing.
    fn refused_of(&self, card: &ProductCard) -> Vec<Named> {
        let refused = |text: &str| {
            let heard = self.hear(text);
            let words: Vec<_> = heard.refused.iter().map(|place| heard.words[*place].clone()).collect();
            refer::all_values_named(card, &words, heard.lexicon)
        };
        let said = self.view.said_while_choosing().into_iter().chain([self.now.text.as_str()]);
        said.flat_map(refused).map(|(name, value)| Named { name, value }).collect()
    }

    /// What the cart is after a change, introduced by what was done.
    fn cart_changed(&self, result: &ToolResult, done: Sentence<0>) -> Step {
        if let Some(reason) = refusal(result) {
            return Step::Say(self.refused(reason));
        }
        // A code that was told while the cart was empty is tried now that it is not.
        if let Some(code) = self.view.pending_code.as_ref().filter(|_| quote(&result.evidence).is_some()) {
            return self.try_coupon(code, true);
        }
        Step::Say(match quote(&result.evidence) {
            Some(quote) => self.cart_text(&self.say(done, []), quote),
            None if result.evidence.contains(&Evidence::EmptyCart) => self.say(id::CART_EMPTIED, []),
            None => self.say(done, []),
        })
    }

    /// What a refusal means for the shopper.
    pub fn refused(&self, reason: &str) -> String {
        match reason {
            "out_of_stock" => self.say(id::REFUSED_OUT_OF_STOCK, []),
            "too_many" => joined(&[self.say(id::REFUSED_TOO_MANY, []), self.say(id::OFFER_PERSON, [])]),
            "no_such_product" | "no_such_variant" | "not_seen" => {
                joined(&[self.say(id::REFUSED_NO_SUCH, []), self.which_product()])
            }
            "empty_cart" => self.empty_cart_text(),
            _ => joined(&[self.say(id::REFUSED, []), self.say(id::OFFER_PERSON, [])]),
        }
    }

    /// The cart as it is, fetched if nothing of it is known. `Err` is the step to take instead.
    fn cart(&self) -> Result<&'a QuoteCard, Step> {
        if let Some(quote) = self.now.quote().or(self.now.shown).or(self.view.quote) {
            return Ok(quote);
        }
        match self.now.latest("view_cart") {
            None => Err(Step::ask("view_cart", json!({}))),
            Some(_) => Err(Step::Say(self.empty_cart_text())),
        }
    }

    /// Changes a line of the cart.
    pub fn change_line(&self, wanted: &LineChange) -> Step {
        let done = if matches!(wanted.action, LineAction::Remove(_)) { id::REMOVED } else { id::CHANGED };
        if let Some(result) = self.now.latest("change_cart") {
            return self.cart_changed(result, done);
        }
        let quote = match self.cart() {
            Ok(quote) => quote,
            Err(step) => return step,
        };
        let Some(line) = refer::line(&self.hear(&wanted.words), quote) else {
            return Step::Say(joined(&[self.quote_lines(quote), self.say(id::ASK_WHICH_LINE, [])]));
        };
        match wanted.action {
            LineAction::Set(quantity) => change(&[("set", &line.sku, quantity)]),
            LineAction::Remove(Some(fewer)) if fewer < line.quantity => {
                change(&[("set", &line.sku, line.quantity - fewer)])
            }
            LineAction::Remove(_) => change(&[("remove", &line.sku, line.quantity)]),
            LineAction::Another => change(&[("add", &line.sku, 1)]),
        }
    }

    /// Takes everything out.
    pub fn empty_cart(&self) -> Step {
        if let Some(result) = self.now.latest("change_cart") {
            return self.cart_changed(result, id::CART_EMPTIED);
        }
        match self.cart() {
            Ok(quote) => {
                let changes: Vec<_> = quote.lines.iter().map(|line| ("remove", &line.sku, line.quantity)).collect();
                change(&changes)
            }
            Err(step) => step,
        }
    }

    /// Shows the cart and asks whether to pay.
    pub fn show_cart(&self) -> Step {
        match (self.now.latest("view_cart"), self.now.quote()) {
            (None, _) => Step::ask("view_cart", json!({})),
            (Some(_), Some(quote)) => Step::Say(self.cart_text(&self.say(id::CART, []), quote)),
            (Some(_), None) => Step::Say(self.empty_cart_text()),
        }
    }

    /// Opens the pay page for the quote that was shown; if it is not the same any more, shows it anew.
    pub fn open_checkout(&self, shown: &str) -> Step {
        let Some(result) = self.now.latest("create_checkout_session") else {
            return Step::ask("create_checkout_session", json!({ "quote": shown }));
        };
        let opened = result.evidence.iter().find_map(|fact| match fact {
            Evidence::Checkout(card) => Some(card),
            _ => None,
        });
        if let Some(card) = opened {
            let number = ("number", card.number.to_string().into());
            let total = ("total", card.total.display(self.shop.locale).into());
            return Step::Say(self.say(id::CHECKOUT_READY, [number, total]));
        }
        let reason = refusal(result).unwrap_or("unknown");
        let why = match reason {
            "quote_changed" => id::QUOTE_CHANGED,
            "quote_not_shown" | "not_seen" => id::CART,
            "out_of_stock" => id::REFUSED_OUT_OF_STOCK,
            _ => return Step::Say(self.refused(reason)),
        };
        match (self.now.latest("view_cart"), self.now.quote()) {
            (None, _) => Step::ask("view_cart", json!({})),
            (Some(_), Some(quote)) => Step::Say(self.cart_text(&self.say(why, []), quote)),
            (Some(_), None) => Step::Say(self.empty_cart_text()),
        }
    }

    /// Tries a code. One that only looked like a code and is none is looked for in the catalog.
    pub fn try_coupon(&self, code: &CouponCode, sure: bool) -> Step {
        let Some(result) = self.now.latest("apply_discount") else {
            return Step::ask("apply_discount", json!({ "code": code.as_str() }));
        };
        let Some(reason) = refusal(result) else {
            let applied = self.say(id::COUPON_APPLIED, [("code", code.as_str().into())]);
            return Step::Say(
                quote(&result.evidence).map_or_else(|| applied.clone(), |q| self.cart_text(&applied, q)),
            );
        };
        // With things in the cart the words may still be the name of something; a code all alone is a code.
        let alone = reason == "empty_cart" && self.heard().query_places.len() <= 1;
        if !sure && !alone && matches!(reason, "unknown_code" | "empty_cart") {
            let query = self.heard().query();
            let wish = Wish { query, why: Why::Guessed, ..Wish::default() };
            let searched = self.now.latest("search_catalog");
            if searched.is_none_or(crate::llm::guided::plan::has_facts) {
                return self.search(&wish);
            }
        }
        let refused = self.coupon_refused(code, reason, result);
        let changed = self.now.latest("change_cart").and_then(|changed| quote(&changed.evidence));
        Step::Say(changed.map_or_else(|| refused.clone(), |quote| self.cart_text(&refused, quote)))
    }

    fn coupon_refused(&self, code: &CouponCode, reason: &str, result: &ToolResult) -> String {
        let named = [("code", code.as_str().into())];
        let minimum = result.evidence.iter().find_map(|fact| match fact {
            Evidence::Coupon(card) => card.minimum,
            _ => None,
        });
        match (reason, minimum) {
            ("unknown_code", _) => self.say(id::COUPON_UNKNOWN, named),
            ("below_minimum", Some(minimum)) => {
                let [code] = named;
                self.say(id::COUPON_MINIMUM_OF, [code, ("minimum", minimum.display(self.shop.locale).into())])
            }
            ("below_minimum", None) => self.say(id::COUPON_MINIMUM, named),
            ("expired", _) => self.say(id::COUPON_EXPIRED, named),
            ("used_up", _) => self.say(id::COUPON_USED_UP, named),
            ("not_yet", _) => self.say(id::COUPON_NOT_YET, named),
            ("already_used", _) => self.say(id::COUPON_ALREADY_USED, named),
            ("not_for_this", _) => self.say(id::COUPON_NOT_FOR_THIS, named),
            ("empty_cart", _) => self.say(id::COUPON_NEEDS_CART, named),
            _ => self.refused(reason),
        }
    }

    /// Takes the coupon off that the cart has.
    pub fn remove_coupon(&self) -> Step {
        if let Some(result) = self.now.latest("remove_discount") {
            return self.cart_changed(result, id::COUPON_REMOVED);
        }
        let quote = match self.cart() {
            Ok(quote) => quote,
            Err(step) => return step,
        };
        match quote.discounts.iter().find_map(|discount| discount.code.as_ref()) {
            Some(code) => Step::ask("remove_discount", json!({ "code": code.as_str() })),
            None => Step::Say(self.say(id::COUPON_NONE, [])),
        }
    }
}

fn change(changes: &[(&str, &Sku, u32)]) -> Step {
    let changes: Vec<Value> = changes
        .iter()
        .map(|(action, sku, quantity)| json!({ "action": action, "sku": sku.as_str(), "quantity": quantity }))
        .collect();
    Step::ask("change_cart", json!({ "changes": changes }))
}
