//! What the evidence allows to be said. Of two facts about one thing the newer holds: an older price, stock
//! figure, quote or order state is not evidence any more.

use std::cell::OnceCell;
use std::collections::HashSet;

use crate::agent::evidence::{
    CheckoutCard, Evidence, ExtraCard, OfferCard, OfferStands, OrderCard, OrderStateShown, ProductCard, QuoteCard,
    Stock,
};
use crate::agent::guard::amount;
use crate::agent::guard::amount::Mention;
use crate::agent::guard::reading::Reading;
use crate::agent::guard::token;
use crate::agent::guard::token::{Decimal, Kind};
use crate::agent::guard::vocabulary;
use crate::base::money::Money;
use crate::base::names::Sku;

/// How things stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::agent::guard) enum State {
    /// Something lies in the cart.
    InCart,
    /// Something was taken off the cart's price.
    Discounted,
    /// Shipping is free now, or is from an amount on that evidence names.
    FreeShipping,
    /// Delivery details are saved.
    Saved,
    /// A person was called.
    PersonCalled,
}

/// What may be said.
#[derive(Default)]
pub(in crate::agent::guard) struct Known<'a> {
    amounts: Vec<Money>,
    /// Percentages that are taken off a price.
    discounts: Vec<u32>,
    /// The rate of the tax.
    tax_rates: Vec<u32>,
    /// Whether shipping or tax is nothing: an amount to say of them, and of nothing else.
    pub(in crate::agent::guard) charges_nothing: bool,
    /// Every stock figure that holds.
    pub(in crate::agent::guard) stock: Vec<u32>,
    /// Orders and their states.
    pub(in crate::agent::guard) orders: Vec<(i64, OrderStateShown)>,
    /// Orders whose pay page is open.
    pub(in crate::agent::guard) checkouts: Vec<i64>,
    states: Vec<State>,
    /// What comes for nothing.
    gifts: Vec<Reading>,
    evidence: &'a [&'a Evidence],
    heard: &'a [&'a str],
    said_by_shop: OnceCell<Vec<(&'a str, Reading)>>,
    on_the_shelf: OnceCell<Vec<Reading>>,
    said_by_shopper: OnceCell<Vec<Reading>>,
}

impl<'a> Known<'a> {
    /// What these facts, oldest first, allow; and what the shopper said.
    pub(in crate::agent::guard) fn new(evidence: &'a [&'a Evidence], heard: &'a [&'a str]) -> Self {
        let mut known = Self { evidence, heard, ..Self::default() };
        let mut skus = HashSet::new();
        let mut offered = HashSet::new();
        let mut cart_is_known = false;
        for fact in evidence.iter().rev() {
            match fact {
                Evidence::Product(card) => known.product(card, &mut skus),
                Evidence::Quote(card) => {
                    if !std::mem::replace(&mut cart_is_known, true) {
                        known.quote(card);
                    }
                }
                Evidence::EmptyCart => cart_is_known = true,
                Evidence::Checkout(card) => known.checkout(card),
                Evidence::Order(card) => known.order(card),
                // A card of a coupon says what it is, not that it was applied: that is the quote's to say.
                Evidence::Coupon(card) => {
                    known.discounts.extend(card.percent.map(|percent| percent.0));
                    known.amounts.extend(card.amount.into_iter().chain(card.minimum));
                }
                Evidence::Offer(card) => {
                    if offered.insert(&card.sku) {
                        known.offer(card);
                    }
                }
                Evidence::Delivery(_) => known.states.push(State::Saved),
                Evidence::HandOff { .. } => known.states.push(State::PersonCalled),
                Evidence::NoOrders | Evidence::NoLongerSold { .. } | Evidence::Policy { .. } => {}
            }
        }
        known
    }

    fn product(&mut self, card: &'a ProductCard, seen: &mut HashSet<&'a Sku>) {
        for variant in &card.variants {
            if seen.insert(&variant.sku) {
                self.amounts.push(variant.price);
                self.amounts.extend(variant.compare_at);
                match variant.stock {
                    Stock::Left(left) => self.stock.push(left),
                    Stock::Out => self.stock.push(0),
                    Stock::Available => {}
                }
            }
        }
    }

    fn quote(&mut self, card: &QuoteCard) {
        let free = card.shipping.is_zero() || card.free_shipping_in.is_some();
        self.states.push(State::InCart);
        self.states.extend((!card.discounts.is_empty()).then_some(State::Discounted));
        self.states.extend(free.then_some(State::FreeShipping));
        self.gifts
            .extend(card.lines.iter().filter(|line| line.amount.is_zero()).map(|line| Reading::of(&line.title)));
        self.amounts.extend(card.lines.iter().flat_map(|line| [line.unit, line.amount]));
        self.amounts.extend(card.discounts.iter().map(|discount| discount.amount));
        self.amounts.extend([card.subtotal, card.total]);
        for charge in [card.shipping, card.tax.amount] {
            if charge.is_zero() {
                self.charges_nothing = true;
            } else {
                self.amounts.push(charge);
            }
        }
        self.amounts.extend(card.free_shipping_in);
        self.discounts
            .extend(card.discounts.iter().filter_map(|discount| discount.percent).map(|percent| percent.0));
        self.tax_rates.push(card.tax.rate.0);
    }

    /// A price that may still be taken is said as one; only an agreed one took something off.
    fn offer(&mut self, card: &OfferCard) {
        self.amounts.extend([card.list, card.unit, card.amount]);
        match &card.extra {
            Some(ExtraCard::FreeShipping) => self.states.push(State::FreeShipping),
            Some(ExtraCard::Gift { title }) => self.gifts.push(Reading::of(title)),
            Some(ExtraCard::Bundle { price, .. }) => self.amounts.push(*price),
            None => {}
        }
        if card.stands == OfferStands::Agreed {
            self.states.push(State::Discounted);
        }
    }

    fn checkout(&mut self, card: &CheckoutCard) {
        if !self.knows_order(card.number) {
            self.checkouts.push(card.number);
            self.amounts.push(card.total);
        }
    }

    fn order(&mut self, card: &OrderCard) {
        if !self.orders.iter().any(|(number, _)| *number == card.number) {
            self.orders.push((card.number, card.state));
            self.amounts.push(card.total);
            self.amounts.extend((!card.refunded.is_zero()).then_some(card.refunded));
        }
    }

    /// Whether things stand so.
    pub(in crate::agent::guard) fn stands(&self, state: State) -> bool {
        self.states.contains(&state)
    }

    /// Whether there is an order of this number.
    pub(in crate::agent::guard) fn knows_order(&self, number: i64) -> bool {
        self.checkouts.contains(&number) || self.orders.iter().any(|(known, _)| *known == number)
    }

    /// Whether the order of this number, or the newest there is where none is named, is in a state that `fits`. That an
    /// earlier one was paid says nothing of the one that is spoken of now.
    pub(in crate::agent::guard) fn order_is(&self, number: Option<i64>, fits: fn(OrderStateShown) -> bool) -> bool {
        let newest = || self.orders.iter().map(|(known, _)| *known).chain(self.checkouts.iter().copied()).max();
        let meant = number.or_else(newest);
        self.orders.iter().any(|(known, state)| Some(*known) == meant && fits(*state))
    }

    /// Whether a fact or a policy gives this amount in one of these currencies.
    pub(in crate::agent::guard) fn has_amount(&self, number: Decimal, fits: &dyn Fn(&str) -> bool) -> bool {
        let given = self.amounts.iter().any(|money| {
            number.equals(money.minor(), money.currency().exponent()) && fits(money.currency().code())
        });
        given
            || self.policies().any(|policy| {
                amount::mentions(policy).iter().any(|mention| {
                    mention.number.is_some_and(|given| given.same(number)) && mention.unit.agrees_with(fits)
                })
            })
    }

    /// Whether a fact or a policy gives this percentage.
    pub(in crate::agent::guard) fn has_percentage(&self, number: Decimal) -> bool {
        let is_it = |percent: &u32| number.equals(i64::from(*percent), 2);
        self.discounts.iter().chain(&self.tax_rates).any(is_it)
            || self.policies().any(|policy| has_percentage(policy, number))
    }

    /// Whether a discount or a coupon is of this percentage, or a policy has it in a clause in which `is_off` finds a
    /// discount.
    ///
    /// # Errors
    /// When `is_off` fails.
    pub(in crate::agent::guard) fn takes_off<E>(
        &self,
        number: Decimal,
        is_off: &dyn Fn(&str) -> Result<bool, E>,
    ) -> Result<bool, E> {
        if self.discounts.iter().any(|percent| number.equals(i64::from(*percent), 2)) {
            return Ok(true);
        }
        for policy in self.policies() {
            for percentage in amount::percentages(policy).iter().filter(|given| given.number.same(number)) {
                if is_off(policy.clause(percentage.start).text)? {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Whether a product's own words have this percentage: `80 % algodón`.
    pub(in crate::agent::guard) fn has_percentage_in_words(&self, number: Decimal) -> bool {
        self.shelf().iter().any(|words| has_percentage(words, number))
    }

    /// Whether an amount belongs to the name of a product or of an option, which the merchant gave it: the name has the
    /// same amount with the same currency beside it, behind the same word (`Gift card $50`).
    pub(in crate::agent::guard) fn has_in_title(&self, reading: &Reading, mention: &Mention) -> bool {
        let names_it = |name: &str| {
            let name = Reading::of(name);
            amount::mentions(&name).iter().any(|own| {
                let same = own.number.zip(mention.number).is_some_and(|(own, said)| own.same(said));
                own.has_currency() && own.unit == mention.unit && same && {
                    let word = name.low[..own.start].trim_end().rsplit(' ').next().unwrap_or_default();
                    reading.low[..mention.start].trim_end().ends_with(word)
                }
            })
        };
        mention.has_currency()
            && self.evidence.iter().any(|fact| match fact {
                Evidence::Product(card) => {
                    let options = card.variants.iter().flat_map(|variant| &variant.options);
                    options.map(|option| option.value.as_str()).chain([card.title.as_str()]).any(names_it)
                }
                Evidence::Quote(card) => card.lines.iter().any(|line| names_it(&line.title)),
                _ => false,
            })
    }

    /// Whether a product's title, options, description or facts, or a policy, have this number as it stands.
    pub(in crate::agent::guard) fn has_number_in_words(&self, number: &str) -> bool {
        let has = |reading: &Reading| numbers(reading).any(|known| known == number);
        self.shelf().iter().any(has) || self.policies().any(has)
    }

    /// Whether the shopper wrote this number.
    pub(in crate::agent::guard) fn shopper_wrote(&self, number: Decimal) -> bool {
        self.shopper().iter().any(|reading| names(reading, &|known| known.same(number)))
    }

    /// Whether a policy, a label of a product or what the shopper wrote has these digits in a row, whatever stands
    /// between them. A description is prose from a file, where anybody may have planted a number to call.
    pub(in crate::agent::guard) fn has_digits(&self, wanted: &str) -> bool {
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        let labels = self.evidence.iter().flat_map(|fact| labels(fact)).any(|label| digits(label).contains(wanted));
        let told = self.policies().chain(self.shopper());
        labels || told.into_iter().any(|known| digits(&known.text).contains(wanted))
    }

    /// Whether a policy, a product's name or what the shopper gave for the delivery has this link or address. What
    /// else a catalog says of a product is no reason to send anybody anywhere.
    pub(in crate::agent::guard) fn has_link(&self, link: &str) -> bool {
        let name = |label: &&str| Reading::of(label).low.contains(link);
        self.policies().any(|policy| policy.low.contains(link))
            || self.evidence.iter().flat_map(|fact| names_of(fact)).any(|label| name(&label))
    }

    /// Whether a policy has this sentence, whole and word for word.
    pub(in crate::agent::guard) fn has_sentence(&self, sentence: &str) -> bool {
        let sentence = sentence.trim();
        let whole = |policy: &Reading| {
            policy.low.find(sentence).is_some_and(|at| policy.sentence(at).text.trim() == sentence)
        };
        self.policies().any(whole)
    }

    /// Whether a policy or a product's own words have this text.
    pub(in crate::agent::guard) fn has_words(&self, words: &str) -> bool {
        self.policies().chain(self.shelf()).any(|reading| reading.low.contains(words))
    }

    /// Whether a policy has one of these words.
    pub(in crate::agent::guard) fn policy_has(&self, words: &[&str]) -> bool {
        self.policies().any(|policy| words.iter().any(|word| policy.low.contains(word)))
    }

    /// Whether anything comes for nothing.
    pub(in crate::agent::guard) fn gives_something(&self) -> bool {
        !self.gifts.is_empty()
    }

    /// Whether these words name what comes for nothing.
    pub(in crate::agent::guard) fn gives(&self, words: &str) -> bool {
        self.gifts.iter().any(|gift| vocabulary::share_a_word(words, &gift.low))
    }

    /// Whether a quote, an offer or a policy gives free shipping.
    pub(in crate::agent::guard) fn ships_free(&self) -> bool {
        self.stands(State::FreeShipping)
            || self.policy_has(&["gratis", "gratuit", "free", "sin costo", "sem custo"])
    }

    /// The shop's policies.
    pub(in crate::agent::guard) fn policies(&self) -> impl Iterator<Item = &Reading> {
        self.policies_by_topic().iter().map(|(_, policy)| policy)
    }

    /// What the shop says on one of these topics.
    pub(in crate::agent::guard) fn policies_on(&self, topics: &[&str]) -> impl Iterator<Item = &Reading> {
        self.policies_by_topic().iter().filter(|(topic, _)| topics.contains(topic)).map(|(_, policy)| policy)
    }

    fn policies_by_topic(&self) -> &[(&'a str, Reading)] {
        self.said_by_shop.get_or_init(|| {
            let policies = self.evidence.iter().filter_map(|fact| match fact {
                Evidence::Policy { topic, text } => Some((topic.as_str(), Reading::of(text))),
                _ => None,
            });
            policies.collect()
        })
    }

    /// Policies, and what products say of themselves.
    pub(in crate::agent::guard) fn shops_own_words(&self) -> impl Iterator<Item = &Reading> {
        self.policies().chain(self.shelf())
    }

    /// What the shopper wrote last.
    pub(in crate::agent::guard) fn heard_last(&self) -> Option<&Reading> {
        self.shopper().last()
    }

    /// The texts of the addresses that parcels go to, each in plain lower case.
    pub(in crate::agent::guard) fn addresses(&self) -> impl Iterator<Item = String> {
        let facts = self.evidence.iter().filter(|fact| matches!(fact, Evidence::Delivery(_)));
        facts.flat_map(|fact| names_of(fact)).map(|text| Reading::of(text).low)
    }

    fn shelf(&self) -> &[Reading] {
        self.on_the_shelf.get_or_init(|| self.evidence.iter().filter_map(|fact| own_words(fact)).collect())
    }

    fn shopper(&self) -> &[Reading] {
        self.said_by_shopper.get_or_init(|| self.heard.iter().map(|text| Reading::of(text)).collect())
    }
}

/// The words a product, a cart line, an order or an address has of its own, one text each.
fn own_words(fact: &Evidence) -> Option<Reading> {
    let description = match fact {
        Evidence::Product(card) => Some(card.description.as_str()),
        _ => None,
    };
    let words: Vec<&str> = labels(fact).into_iter().chain(description).collect();
    (!words.is_empty()).then(|| Reading::of(&words.join("\n")))
}

/// The short texts among them: names, and what a product states of itself.
fn labels(fact: &Evidence) -> Vec<&str> {
    let mut labels = names_of(fact);
    if let Evidence::Product(card) = fact {
        labels.extend(card.facts.iter().flat_map(|fact| [fact.name.as_str(), fact.value.as_str()]));
    }
    labels
}

/// What things are called, and where a parcel goes.
fn names_of(fact: &Evidence) -> Vec<&str> {
    match fact {
        Evidence::Product(card) => {
            let variants = card.variants.iter().flat_map(|variant| {
                let options =
                    variant.options.iter().flat_map(|option| [option.name.as_str(), option.value.as_str()]);
                options.chain([variant.sku.as_str()])
            });
            std::iter::once(card.title.as_str()).chain(variants).collect()
        }
        Evidence::Quote(card) => card.lines.iter().map(|line| line.title.as_str()).collect(),
        Evidence::Order(card) => card.lines.iter().map(String::as_str).collect(),
        Evidence::Delivery(card) => {
            let optional = [card.postal_code.as_deref(), card.note.as_deref()].into_iter().flatten();
            [card.name.as_str(), &card.address, &card.city].into_iter().chain(optional).collect()
        }
        _ => Vec::new(),
    }
}

fn has_percentage(reading: &Reading, number: Decimal) -> bool {
    amount::percentages(reading).iter().any(|given| given.number.same(number))
}

/// Whether a number of the text, or as many thousands, is the one that is meant.
pub(in crate::agent::guard) fn names(reading: &Reading, is_meant: &dyn Fn(Decimal) -> bool) -> bool {
    numbers(reading)
        .filter_map(token::read)
        .any(|(number, _)| is_meant(number) || number.scaled(3).is_some_and(is_meant))
}

/// The numbers of a text, as they stand.
fn numbers(reading: &Reading) -> impl Iterator<Item = &str> {
    token::scan(&reading.text)
        .into_iter()
        .filter(|token| token.kind == Kind::Number)
        .map(|token| &reading.text[token.start..token.end])
}

/// Whether an order in this state was paid at some time.
pub(in crate::agent::guard) const fn was_paid(state: OrderStateShown) -> bool {
    matches!(state, OrderStateShown::Paid | OrderStateShown::PartlyRefunded | OrderStateShown::Refunded)
}

/// Whether an order in this state had money given back.
pub(in crate::agent::guard) const fn was_refunded(state: OrderStateShown) -> bool {
    matches!(state, OrderStateShown::PartlyRefunded | OrderStateShown::Refunded)
}

/// Whether an order in this state came to nothing.
pub(in crate::agent::guard) const fn came_to_nothing(state: OrderStateShown) -> bool {
    matches!(
        state,
        OrderStateShown::Expired
            | OrderStateShown::Replaced
            | OrderStateShown::PaymentFailed
            | OrderStateShown::Refunded
    )
}
