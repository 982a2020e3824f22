//! What to do about what the shopper wants: the next tool, or the words that end the turn.

mod bargain;
mod browse;
mod buy;
mod compare;
mod orders;
mod talk;

use crate::agent::entry::ToolResult;
use crate::agent::evidence::Evidence;
use crate::llm::guided::compose::joined;
use crate::llm::guided::heard::Heard;
use crate::llm::guided::intent::{Intent, understand};
use crate::llm::guided::view::{Now, View, products, quote};
use crate::llm::guided::{ShopFacts, Step};
use crate::sentences::{Argument, Sentence, Sentences, id};

/// Tools are asked at most so many times about one request; then words it is, with what there is.
const ASKED_MAX: usize = 5;

/// Everything at hand while answering one message.
#[derive(Clone, Copy, Debug)]
pub struct Desk<'a> {
    /// The shop.
    pub shop: &'a ShopFacts,
    /// What was in view before.
    pub view: &'a View<'a>,
    /// What came, and what was done about it.
    pub now: &'a Now<'a>,
    /// Our sentences, in a wording that changes from turn to turn.
    pub sentences: Sentences,
}

impl<'a> Desk<'a> {
    /// Sits down to answer.
    #[must_use]
    pub fn new(shop: &'a ShopFacts, view: &'a View<'a>, now: &'a Now<'a>) -> Self {
        let sentences = Sentences::in_language(shop.language).worded(view.earlier.len());
        Self { shop, view, now, sentences }
    }

    /// What to do next.
    #[must_use]
    pub fn next_step(&self) -> Step {
        if self.now.rewrite {
            return Step::Say(self.safe());
        }
        let notice = self.notices();
        if self.now.is_silent() {
            return Step::Say(notice.unwrap_or_else(|| self.say(id::ANYTHING_ELSE, [])));
        }
        match self.step(&understand(&self.heard())) {
            Step::Say(text) => Step::Say(notice.into_iter().chain([text]).collect::<Vec<_>>().join("\n\n")),
            Step::Ask { .. } if self.now.rounds >= ASKED_MAX => Step::Say(self.safe()),
            ask @ Step::Ask { .. } => ask,
        }
    }

    fn step(&self, intent: &Intent) -> Step {
        match intent {
            Intent::Talk(talk) => Step::Say(self.talk(*talk)),
            Intent::Unreadable(attachment) => Step::Say(self.unreadable(*attachment)),
            Intent::Person(reason) => self.call_person(reason),
            Intent::Service => Step::Say(joined(&[self.say(id::NEEDS_PERSON, []), self.say(id::OFFER_PERSON, [])])),
            Intent::Policy(topic) => Step::Say(self.policy(topic)),
            Intent::Discount => self.ask_for_less(),
            Intent::Bid { price, quantity } => self.bid(*price, *quantity),
            Intent::TakeOffer(quantity) => self.take_offer(*quantity),
            Intent::CouponWithoutCode => Step::Say(self.say(id::ASK_COUPON, [])),
            Intent::Coupon { code, sure } => self.try_coupon(code, *sure),
            Intent::RemoveCoupon => self.remove_coupon(),
            Intent::Search(wish) => self.search(wish),
            Intent::Show(product) => self.show(product),
            Intent::Question { product, about } => self.answer_question(product, *about),
            Intent::Suppose { wanted } => self.suppose(wanted),
            Intent::Compare { products, by } => self.compare(products, by),
            Intent::Rest(products) => self.show_rest(products),
            Intent::ForTeam { asked } => self.for_team(*asked),
            Intent::CardDeclined => self.card_declined(),
            Intent::WhichProduct => Step::Say(self.which_product_again()),
            Intent::Others { product, refused } => self.show_others(product, refused),
            Intent::Add(wanted) => self.add(wanted),
            Intent::AddSeveral(lines) => self.add_several(lines),
            Intent::Line(change) => self.change_line(change),
            Intent::EmptyCart => self.empty_cart(),
            Intent::ViewCart | Intent::Pay => self.show_cart(),
            Intent::Agree(quote) => self.open_checkout(quote),
            Intent::Orders(number) => self.order_status(*number),
            Intent::Deliver(details) => self.deliver(details),
            Intent::Unclear => Step::Say(self.unclear()),
        }
    }

    /// Says a sentence in the conversation's language.
    #[must_use]
    pub fn say<const N: usize>(&self, sentence: Sentence<N>, arguments: [(&str, Argument<'_>); N]) -> String {
        self.sentences.say(sentence, arguments)
    }

    /// The message as it is heard in the conversation's language.
    #[must_use]
    pub fn heard(&self) -> Heard<'a> {
        Heard::new(self.view, self.now, self.shop.language, self.shop.currency)
    }

    /// Another text in the place of the message.
    #[must_use]
    pub fn hear(&self, text: &str) -> Heard<'a> {
        self.heard().retold(text)
    }

    /// A draft of ours was refused: words without any fact, and what the tools gave is shown beside them by rule.
    fn safe(&self) -> String {
        let facts: Vec<_> = self.now.evidence().collect();
        let has = |wanted: fn(&Evidence) -> bool| facts.iter().any(|fact| wanted(fact));
        if has(|fact| matches!(fact, Evidence::HandOff { .. })) {
            self.say(id::PERSON_CALLED, [])
        } else if has(|fact| matches!(fact, Evidence::Quote(_))) {
            joined(&[self.say(id::SAFE_CART, []), self.say(id::ASK_PAY, [])])
        } else if self.now.has_found() {
            joined(&[self.say(id::SAFE_PRODUCTS, []), self.say(id::ASK_WHICH, [])])
        } else {
            self.say(id::SAFE, [])
        }
    }
}

/// Whether a result holds a product or a quote at all.
fn has_facts(result: &ToolResult) -> bool {
    products(&result.evidence).next().is_some() || quote(&result.evidence).is_some()
}
