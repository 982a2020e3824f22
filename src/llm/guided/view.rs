//! What the shopper has in view: the list, product, cart and question that the messages so far left behind.
//!
//! Read from the entries alone, whoever wrote them, so that the guided seller can carry on where a model stopped.

use serde::Deserialize;

use crate::agent::entry::{About, Attachment, Call, Entry, ShopperSaid, ToolResult, ToolStatus};
use crate::agent::evidence::{
    CheckoutCard, DeliveryCard, Evidence, OfferCard, OfferStands, OrderCard, ProductCard, QuoteCard,
};
use crate::base::names::{CouponCode, Handle};
use crate::llm::guided::question::{self, Asked};
use crate::llm::guided::text;

/// The things of earlier turns that a message may refer to.
#[derive(Clone, Debug, Default)]
pub struct View<'a> {
    /// The products listed last, in the order shown.
    pub list: Vec<&'a ProductCard>,
    /// The one product that was talked about last.
    pub focus: Option<&'a ProductCard>,
    /// Every product seen, newest first, each once.
    pub seen: Vec<&'a ProductCard>,
    /// What was searched for last.
    pub search: Option<Searched>,
    /// The cart as it was shown last; `None` when it was empty or never shown.
    pub quote: Option<&'a QuoteCard>,
    /// Whether the message before this one showed that quote.
    pub quote_just_shown: bool,
    /// The price that was offered last and not taken.
    pub offer: Option<&'a OfferCard>,
    /// The pay page opened last.
    pub checkout: Option<&'a CheckoutCard>,
    /// The newest order that was spoken of.
    pub order: Option<&'a OrderCard>,
    /// What we asked last, when it is still open.
    pub asked: Option<Asked>,
    /// What we or somebody of the shop said last.
    pub last_words: &'a str,
    /// Whether the shop has said anything yet.
    pub has_spoken: bool,
    /// What a person of the shop said last, when we have said nothing since.
    pub person: Option<&'a str>,
    /// What the shopper told of where to send the order, when some of it is still missing.
    pub told: Vec<&'a str>,
    /// Whether we asked where to send an order and do not know yet.
    pub delivery_open: bool,
    /// Where the order goes, as it was saved last.
    pub delivery: Option<&'a DeliveryCard>,
    /// A coupon code that could not be tried yet because the cart was empty.
    pub pending_code: Option<CouponCode>,
    /// Earlier messages of the shopper, oldest first, with the question each answered.
    pub earlier: Vec<Earlier<'a>>,
}

/// An earlier message of the shopper.
#[derive(Clone, Copy, Debug)]
pub struct Earlier<'a> {
    /// Its words; empty when a button was pressed.
    pub text: &'a str,
    /// The question that was open when it came.
    pub asked: Option<Asked>,
}

/// The arguments of a search, as the tool takes them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Searched {
    /// The words.
    #[serde(default)]
    pub query: String,
    /// Plain decimal.
    #[serde(default)]
    pub price_min: Option<String>,
    /// Plain decimal.
    #[serde(default)]
    pub price_max: Option<String>,
}

/// The newest thing to answer, and what was done about it so far in this turn.
#[derive(Debug, Default)]
pub struct Now<'a> {
    /// What the shopper said since we last did anything, joined.
    pub text: String,
    /// Whether the shopper said anything, with words or without.
    pub heard_shopper: bool,
    /// The button or row pressed last.
    pub pressed: Option<&'a str>,
    /// What came besides words.
    pub attachment: Option<Attachment>,
    /// What happened that the shopper did not say.
    pub notices: Vec<&'a [Evidence]>,
    /// The tools' answers of this turn with the calls they answer, oldest first.
    pub done: Vec<(&'a Call, &'a ToolResult)>,
    /// How many times the tools were asked in this turn.
    pub rounds: usize,
    /// How many calls were made in this turn, so that the next one gets an id of its own.
    pub calls_made: usize,
    /// The draft before this was refused.
    pub rewrite: bool,
    /// The cart as another request of the same message has shown it.
    pub shown: Option<&'a QuoteCard>,
    /// How many products the answers to other requests of the same message list by number.
    pub listed: usize,
}

/// Splits a history into what is to be answered now and what was in view before. What came last is answered; where
/// it came while a question was looked up, both are: nothing was said to the first one yet.
#[must_use]
pub fn read(entries: &[Entry]) -> (View<'_>, Now<'_>) {
    let is_ours = |entry: &Entry| matches!(entry, Entry::Calls { .. } | Entry::Results(_) | Entry::Rewrite { .. });
    let is_theirs = |entry: &Entry| matches!(entry, Entry::Shopper(_) | Entry::Notice { .. });
    let before = |end: usize, is: &dyn Fn(&Entry) -> bool| {
        end - entries[..end].iter().rev().take_while(|entry| is(entry)).count()
    };
    let turn = before(entries.len(), &is_ours);
    let last = before(turn, &is_theirs);
    let unanswered = before(last, &|entry| is_ours(entry) || is_theirs(entry));
    let heard = if asks(&entries[unanswered..last]) { unanswered } else { last };
    let mut view = View::default();
    let mut folding = Folding::default();
    for entry in &entries[..heard] {
        folding.take(&mut view, entry);
    }
    folding.close(&mut view);
    (view, now(&entries[heard..]))
}

/// Whether what the shopper said last is a question.
fn asks(entries: &[Entry]) -> bool {
    let said = entries.iter().rev().find_map(|entry| match entry {
        Entry::Shopper(said) => Some(said.text.as_str()),
        _ => None,
    });
    said.is_some_and(text::asks)
}

fn now(entries: &[Entry]) -> Now<'_> {
    let mut now = Now::default();
    let mut calls: Vec<&Call> = Vec::new();
    for entry in entries {
        match entry {
            Entry::Shopper(said) => now.hear(said),
            Entry::Notice { evidence, .. } => now.notices.push(evidence),
            Entry::Calls { calls: asked, .. } => {
                now.calls_made += asked.len();
                calls = asked.iter().collect();
            }
            Entry::Results(results) => {
                now.rounds += 1;
                let answered =
                    |result| calls.iter().find(|call| call_of(result) == call.id).map(|call| (*call, result));
                now.done.extend(results.iter().filter_map(answered));
            }
            Entry::Rewrite { .. } => now.rewrite = true,
            _ => {}
        }
    }
    now
}

fn call_of(result: &ToolResult) -> &str {
    &result.call
}

impl<'a> Now<'a> {
    fn hear(&mut self, said: &'a ShopperSaid) {
        self.heard_shopper = true;
        if said.pressed.is_none() && !said.text.trim().is_empty() {
            if !self.text.is_empty() {
                self.text.push('\n');
            }
            self.text.push_str(said.text.trim());
        }
        // What an advertisement was about is what the shopper looks for.
        if let Some(About::Ad { headline, .. }) = &said.about {
            self.text.push('\n');
            self.text.push_str(headline);
        }
        self.pressed = said.pressed.as_deref().or(self.pressed);
        self.attachment = said.attachment.or(self.attachment);
    }

    /// Whether the shopper said nothing: only notices, or nothing at all.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        !self.heard_shopper
    }

    /// Whether products were found in this turn, which are then shown as a list. One that a refusal is about is not.
    #[must_use]
    pub fn has_found(&self) -> bool {
        let answered = self.done.iter().filter(|(_, result)| result.status == ToolStatus::Answered);
        answered.flat_map(|(_, result)| products(&result.evidence)).next().is_some()
    }

    /// The newest answer of a tool in this turn.
    #[must_use]
    pub fn latest(&self, tool: &str) -> Option<&'a ToolResult> {
        self.done.iter().rev().find(|(call, _)| call.tool == tool).map(|(_, result)| *result)
    }

    /// How many times a tool was asked in this turn.
    #[must_use]
    pub fn times(&self, tool: &str) -> usize {
        self.done.iter().filter(|(call, _)| call.tool == tool).count()
    }

    /// The whole card of a product, if it was fetched in this turn.
    #[must_use]
    pub fn fetched(&self, product: &Handle) -> Option<&'a ProductCard> {
        self.done
            .iter()
            .rev()
            .filter(|(call, _)| call.tool == "get_product")
            .flat_map(|(_, result)| products(&result.evidence))
            .find(|card| card.product == *product)
    }

    /// The newest quote of this turn.
    #[must_use]
    pub fn quote(&self) -> Option<&'a QuoteCard> {
        self.done.iter().rev().find_map(|(_, result)| quote(&result.evidence))
    }

    /// Every fact of this turn, newest result first.
    pub fn evidence(&self) -> impl Iterator<Item = &'a Evidence> {
        self.done.iter().rev().flat_map(|(_, result)| result.evidence.iter())
    }
}

/// The products among some facts.
pub fn products(evidence: &[Evidence]) -> impl Iterator<Item = &ProductCard> {
    evidence.iter().filter_map(|fact| match fact {
        Evidence::Product(card) => Some(card),
        _ => None,
    })
}

/// The quote among some facts.
#[must_use]
pub fn quote(evidence: &[Evidence]) -> Option<&QuoteCard> {
    evidence.iter().rev().find_map(|fact| match fact {
        Evidence::Quote(card) => Some(card),
        _ => None,
    })
}

/// The offer among some facts.
#[must_use]
pub fn offer(evidence: &[Evidence]) -> Option<&OfferCard> {
    evidence.iter().rev().find_map(|fact| match fact {
        Evidence::Offer(card) => Some(card),
        _ => None,
    })
}

/// Why a tool refused: the word after `reason:` on the first line.
#[must_use]
pub fn refusal(result: &ToolResult) -> Option<&str> {
    let first = result.text.lines().next().unwrap_or_default();
    let word = first.strip_prefix("reason:").map(str::trim);
    (result.status == ToolStatus::Refused).then(|| word.unwrap_or("unknown"))
}

/// The coupon code that a call tries.
fn code_of(call: &Call) -> Option<CouponCode> {
    let arguments: serde_json::Value = serde_json::from_str(&call.arguments).ok()?;
    CouponCode::new(arguments.get("code")?.as_str()?).ok()
}

/// The products that a text lists by number, in its order: what was found may have been told in another.
#[must_use]
pub fn listed<'a>(text: &str, seen: &[&'a ProductCard]) -> Vec<&'a ProductCard> {
    let mut listed: Vec<&ProductCard> = Vec::new();
    for line in text.lines() {
        let line = line.trim_start();
        let digits = line.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = line.split_at(digits);
        let Some(rest) = rest.strip_prefix(['.', ')']).filter(|_| digits > 0) else { continue };
        let rest = rest.trim_start_matches([' ', '*', '_']);
        let named = seen.iter().filter(|card| rest.starts_with(card.title.as_str()));
        let longest = named.max_by_key(|card| card.title.len());
        // Of two lists that are numbered through the second may name a thing again: its number counts all the same.
        let goes_on = number.parse() == Ok(listed.len() + 1);
        let known = |card: &&&ProductCard| listed.iter().any(|known| known.product == card.product);
        let longest = longest.filter(|card| goes_on || !known(card)).copied();
        listed.extend(longest);
    }
    listed
}

/// What is kept while reading the entries one after another.
#[derive(Default)]
struct Folding<'a> {
    calls: Vec<&'a Call>,
    /// The turn being read searched.
    searched: bool,
    /// The turn being read showed a quote.
    quoted: bool,
    /// Shopper's messages not yet answered.
    open: Vec<&'a ShopperSaid>,
}

impl<'a> Folding<'a> {
    fn take(&mut self, view: &mut View<'a>, entry: &'a Entry) {
        match entry {
            Entry::Shopper(said) => {
                if self.open.is_empty() {
                    self.quoted = false;
                }
                self.open.push(said);
            }
            Entry::Calls { calls, .. } => self.calls = calls.iter().collect(),
            Entry::Results(results) => {
                for result in results {
                    self.learn_result(view, result);
                }
            }
            Entry::Notice { evidence, .. } => {
                self.quoted = false;
                self.learn(view, evidence);
            }
            Entry::Summary { evidence, .. } => {
                self.learn(view, evidence);
                view.list = products(evidence).collect();
                self.quoted = false;
            }
            Entry::Agent { text } => self.hear_shop(view, text),
            Entry::Person { text, .. } => self.hear_person(view, text),
            Entry::Rewrite { .. } => {}
        }
    }

    fn hear_shop(&mut self, view: &mut View<'a>, text: &'a str) {
        let heard = view.earlier.len();
        self.note_shopper(view);
        self.searched = false;
        view.last_words = text;
        (view.has_spoken, view.person) = (true, None);
        let listed = listed(text, &view.seen);
        if listed.len() > 1 {
            view.list = listed;
        }
        view.quote_just_shown = self.quoted && view.quote.is_some();
        view.asked = question::asked(text, view);
        match view.asked {
            Some(Asked::Delivery) => view.delivery_open = true,
            // What was still missing shows that the message before told the rest.
            Some(Asked::DeliveryMissing) => {
                view.delivery_open = true;
                view.told.extend(view.earlier.iter().skip(heard).map(|earlier| earlier.text));
            }
            _ => {}
        }
    }

    /// What a person said ends what we had asked: whatever was open, they have seen to it.
    fn hear_person(&mut self, view: &mut View<'a>, text: &'a str) {
        self.note_shopper(view);
        (self.searched, self.quoted) = (false, false);
        view.last_words = text;
        (view.has_spoken, view.person) = (true, Some(text));
        (view.quote_just_shown, view.delivery_open) = (false, false);
        view.asked = None;
        view.told.clear();
    }

    /// Puts what the shopper said down together with the question it answered.
    fn note_shopper(&mut self, view: &mut View<'a>) {
        for said in self.open.drain(..) {
            let text = if said.pressed.is_some() { "" } else { said.text.as_str() };
            view.earlier.push(Earlier { text, asked: view.asked });
        }
    }

    fn close(&mut self, view: &mut View<'a>) {
        self.note_shopper(view);
    }

    fn learn_result(&mut self, view: &mut View<'a>, result: &'a ToolResult) {
        let cards: Vec<_> = products(&result.evidence).collect();
        if result.tool == "search_catalog" && !cards.is_empty() {
            let call = self.calls.iter().find(|call| call.id == result.call);
            view.search = call.and_then(|call| serde_json::from_str(&call.arguments).ok());
            view.focus = (cards.len() == 1).then(|| cards[0]);
            view.list = cards;
            self.searched = true;
        }
        if result.tool == "apply_discount" {
            let call = self.calls.iter().find(|call| call.id == result.call);
            view.pending_code =
                call.filter(|_| refusal(result) == Some("empty_cart")).and_then(|call| code_of(call));
        }
        self.learn(view, &result.evidence);
        if result.tool == "get_product" {
            view.focus = products(&result.evidence).next().or(view.focus);
            // Of what a search found, only the one it led to was shown.
            if let Some(card) = view.focus.filter(|_| self.searched) {
                view.list = vec![card];
            }
        }
    }

    fn learn(&mut self, view: &mut View<'a>, evidence: &'a [Evidence]) {
        for fact in evidence {
            match fact {
                Evidence::Product(card) => {
                    view.seen.retain(|seen| seen.product != card.product);
                    view.seen.insert(0, card);
                }
                Evidence::Quote(card) => {
                    view.quote = Some(card);
                    self.quoted = true;
                }
                Evidence::EmptyCart => view.quote = None,
                Evidence::Offer(card) => view.offer = Some(card).filter(|card| card.stands != OfferStands::Agreed),
                Evidence::Checkout(card) => view.checkout = Some(card),
                Evidence::Order(card) => view.order = Some(card),
                Evidence::Delivery(card) => {
                    view.delivery = Some(card);
                    view.delivery_open = false;
                    view.told.clear();
                }
                _ => {}
            }
        }
    }
}

impl<'a> View<'a> {
    /// The card of a product that was seen.
    #[must_use]
    pub fn card(&self, product: &Handle) -> Option<&'a ProductCard> {
        self.seen.iter().copied().find(|card| card.product == *product)
    }

    /// What is in view once the first of several requests have been answered with this: the product that was looked at
    /// for them is what the next one is about.
    #[must_use]
    pub fn after(&self, done: &[(&'a Call, &'a ToolResult)]) -> Self {
        let looked_at = done.iter().rev().find_map(|(call, result)| {
            let mut cards = products(&result.evidence);
            let card = cards.next().filter(|_| result.status == ToolStatus::Answered)?;
            let one = call.tool == "get_product" || call.tool == "search_catalog" && cards.next().is_none();
            one.then_some(card)
        });
        looked_at.map_or_else(|| self.clone(), |card| self.looking_at(card))
    }

    /// What is in view once this product has been looked at. What we asked about another is not open any more.
    #[must_use]
    pub fn looking_at(&self, card: &'a ProductCard) -> Self {
        let mut view = self.clone();
        view.asked = view.asked.filter(|_| view.focus.is_some_and(|focus| focus.product == card.product));
        view.focus = Some(card);
        view.seen.retain(|seen| seen.product != card.product);
        view.seen.insert(0, card);
        view
    }

    /// What the shopper said while a variant was being chosen, from the wish that opened the choice on: "2 of the
    /// blue", then "in M", then how many after all.
    #[must_use]
    pub fn said_while_choosing(&self) -> Vec<&'a str> {
        let choosing = |asked: Option<Asked>| matches!(asked, Some(Asked::Add | Asked::Option | Asked::HowMany));
        if !choosing(self.asked) {
            return Vec::new();
        }
        let count = self.earlier.iter().rev().take_while(|earlier| choosing(earlier.asked)).count() + 1;
        let from = self.earlier.len().saturating_sub(count);
        self.earlier[from..].iter().map(|earlier| earlier.text).collect()
    }

    /// What the shopper said while the same question was open, oldest first, together with the message that
    /// brought the question up when `with_first`.
    #[must_use]
    pub fn said_since_asked(&self, asked: Asked, with_first: bool) -> Vec<&'a str> {
        if self.asked != Some(asked) {
            return Vec::new();
        }
        let same = self.earlier.iter().rev().take_while(|earlier| earlier.asked == Some(asked)).count();
        let count = same + usize::from(with_first);
        let from = self.earlier.len().saturating_sub(count);
        self.earlier[from..].iter().map(|earlier| earlier.text).collect()
    }
}
