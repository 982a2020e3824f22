//! How much of a conversation a model is shown: the newest turns whole, the older ones summarised by rule. Nothing is
//! cut silently, and what the shopper saw stays usable.

use std::collections::BTreeSet;

use crate::agent::entry::{Call, Entry, ShopperSaid, ToolResult};
use crate::agent::evidence::{Evidence, OrderStateShown, ProductCard};
use crate::base::ids::OrderId;
use crate::base::names::{CouponCode, Handle, Sku};

/// What a provider adds around each message, in tokens.
const AROUND_A_MESSAGE: usize = 4;
/// The newest products a summary keeps.
const PRODUCTS_MAX: usize = 12;
/// The newest orders it keeps.
const ORDERS_MAX: usize = 5;
/// The newest coupons it keeps.
const COUPONS_MAX: usize = 3;
/// The newest offers it keeps, one for each variant.
const OFFERS_MAX: usize = 5;
/// The newest of the shopper's own messages it repeats.
const MESSAGES_MAX: usize = 3;
/// How much of each, in characters.
const MESSAGE_CHARACTERS_MAX: usize = 120;

/// The entries within a limit of tokens. The newest turn is kept whole even if it alone is larger.
#[must_use]
pub fn bounded(mut entries: Vec<Entry>, tokens_max: usize, count: &dyn Fn(&str) -> usize) -> Vec<Entry> {
    // Counting is slow and its vocabulary large; most conversations are far from the limit.
    if entries.iter().map(|entry| tokens_of(entry, &at_most)).sum::<usize>() <= tokens_max {
        return entries;
    }
    let begins = turn_beginnings(&entries);
    let sizes: Vec<usize> = entries.iter().map(|entry| tokens_of(entry, count)).collect();
    let total: usize = sizes.iter().sum();
    if total <= tokens_max {
        return entries;
    }
    // The latest beginning is the last that may be cut at: the newest turn stays.
    let mut older = total;
    for cut in begins.into_iter().skip(1) {
        let kept: usize = sizes[cut..].iter().sum();
        older = cut;
        if kept + tokens_of(&summary(&entries[..cut]), count) <= tokens_max {
            break;
        }
    }
    if older >= entries.len() {
        return entries;
    }
    let kept = entries.split_off(older);
    std::iter::once(summary(&entries)).chain(kept).collect()
}

/// The tokens of a text without counting: what people write and what tools answer has one for every three or four
/// bytes, in no language we speak more than one for every two.
const fn at_most(text: &str) -> usize {
    text.len().div_ceil(2)
}

/// The tokens of an entry, roughly: its words, its calls, its results.
#[must_use]
pub fn tokens_of(entry: &Entry, count: &dyn Fn(&str) -> usize) -> usize {
    let call = |call: &Call| count(&call.tool) + count(&call.arguments) + AROUND_A_MESSAGE;
    let result = |result: &ToolResult| count(&result.text) + AROUND_A_MESSAGE;
    let words = match entry {
        Entry::Shopper(said) => count(&said.text),
        Entry::Agent { text }
        | Entry::Person { text, .. }
        | Entry::Notice { text, .. }
        | Entry::Summary { text, .. } => count(text),
        Entry::Calls { text, calls } => text.as_deref().map_or(0, count) + calls.iter().map(call).sum::<usize>(),
        Entry::Results(results) => results.iter().map(result).sum(),
        Entry::Rewrite { draft, reason } => count(draft) + count(reason),
    };
    words + AROUND_A_MESSAGE
}

/// Where turns begin: at what the shopper or a notice says after somebody else spoke.
fn turn_beginnings(entries: &[Entry]) -> Vec<usize> {
    let opens = |entry: &Entry| matches!(entry, Entry::Shopper(_) | Entry::Notice { .. });
    let begins = |at: &usize| *at == 0 || (opens(&entries[*at]) && !opens(&entries[*at - 1]));
    (0..entries.len()).filter(begins).collect()
}

/// These entries as one.
fn summary(entries: &[Entry]) -> Entry {
    let mut kept = Kept::default();
    for entry in entries.iter().rev() {
        match entry {
            Entry::Shopper(said) => kept.heard(said),
            Entry::Notice { evidence, .. } => evidence.iter().rev().for_each(|fact| kept.fact(fact)),
            Entry::Results(results) => {
                results.iter().flat_map(|result| &result.evidence).rev().for_each(|fact| kept.fact(fact));
            }
            Entry::Summary { text, evidence } => {
                evidence.iter().rev().for_each(|fact| kept.fact(fact));
                kept.before = text.lines().find(|line| line.starts_with(WROTE)).map(str::to_owned);
            }
            Entry::Agent { .. } | Entry::Person { .. } | Entry::Calls { .. } | Entry::Rewrite { .. } => {}
        }
    }
    kept.into_entry()
}

const WROTE: &str = "The shopper wrote, among other things: ";

/// What a summary keeps, newest first.
#[derive(Default)]
struct Kept<'a> {
    products: Vec<&'a ProductCard>,
    seen: BTreeSet<&'a Handle>,
    /// The newest word on the cart: a quote, or that it is empty.
    cart: Option<&'a Evidence>,
    orders: Vec<(OrderId, &'a Evidence)>,
    coupons: Vec<(&'a CouponCode, &'a Evidence)>,
    offers: Vec<(&'a Sku, &'a Evidence)>,
    delivery: Option<&'a Evidence>,
    person_called: bool,
    messages: Vec<String>,
    /// What an older summary says the shopper wrote.
    before: Option<String>,
}

impl<'a> Kept<'a> {
    fn heard(&mut self, said: &ShopperSaid) {
        let words = said.text.trim();
        if !words.is_empty() && self.messages.len() < MESSAGES_MAX {
            // Brackets mark our own notes, so a shopper's are made round.
            let plain = words.replace('[', "(").replace(']', ")").replace('\n', " ");
            self.messages.push(plain.chars().take(MESSAGE_CHARACTERS_MAX).collect());
        }
    }

    fn fact(&mut self, fact: &'a Evidence) {
        match fact {
            Evidence::Product(card) => {
                if self.products.len() < PRODUCTS_MAX && self.seen.insert(&card.product) {
                    self.products.push(card);
                }
            }
            Evidence::Quote(_) | Evidence::EmptyCart => self.cart = self.cart.or(Some(fact)),
            Evidence::Order(card) => self.order(card.order, fact),
            Evidence::Checkout(card) => self.order(card.order, fact),
            Evidence::Coupon(card) => {
                let known = self.coupons.iter().any(|(code, _)| **code == card.code);
                if !known && self.coupons.len() < COUPONS_MAX {
                    self.coupons.push((&card.code, fact));
                }
            }
            Evidence::Offer(card) => {
                let known = self.offers.iter().any(|(sku, _)| **sku == card.sku);
                if !known && self.offers.len() < OFFERS_MAX {
                    self.offers.push((&card.sku, fact));
                }
            }
            Evidence::Delivery(_) => self.delivery = self.delivery.or(Some(fact)),
            Evidence::HandOff { .. } => self.person_called = true,
            // Policies stand in the prompt, and what was not there may be there now.
            Evidence::Policy { .. } | Evidence::NoOrders | Evidence::NoLongerSold { .. } => {}
        }
    }

    fn order(&mut self, order: OrderId, fact: &'a Evidence) {
        if !self.orders.iter().any(|(known, _)| *known == order) && self.orders.len() < ORDERS_MAX {
            self.orders.push((order, fact));
        }
    }

    fn into_entry(self) -> Entry {
        let mut lines = Vec::new();
        if self.messages.is_empty() {
            lines.extend(self.before.clone());
        } else {
            let said = self.messages.iter().rev().map(|message| format!("\"{message}\"")).collect::<Vec<_>>();
            lines.push(format!("{WROTE}{}.", said.join(", ")));
        }
        if !self.products.is_empty() {
            let named = self.products.iter().rev().map(|card| format!("{} [product {}]", card.title, card.product));
            lines.push(format!("Products found: {}.", named.collect::<Vec<_>>().join("; ")));
        }
        lines.extend(self.cart.map(cart_line));
        lines.extend(self.orders.iter().rev().filter_map(|(_, fact)| order_line(fact)));
        lines.extend(self.coupons.iter().rev().map(|(code, _)| format!("The code {code} was tried.")));
        if self.delivery.is_some() {
            lines.push("Delivery details were saved.".to_owned());
        }
        if self.person_called {
            lines.push("A person of the shop was called.".to_owned());
        }
        lines.push("Prices and stock may have changed since; ask the tools again before you say them.".to_owned());
        Entry::Summary { text: lines.join("\n"), evidence: self.evidence() }
    }

    /// The cards, oldest first. A call for a person is not among them: it was for then.
    fn evidence(self) -> Vec<Evidence> {
        let products = self.products.into_iter().rev().map(|card| Evidence::Product(card.clone()));
        let orders = self.orders.into_iter().rev().map(|(_, fact)| fact.clone());
        let coupons = self.coupons.into_iter().rev().map(|(_, fact)| fact.clone());
        let offers = self.offers.into_iter().rev().map(|(_, fact)| fact.clone());
        products
            .chain(self.cart.cloned())
            .chain(coupons)
            .chain(offers)
            .chain(orders)
            .chain(self.delivery.cloned())
            .collect()
    }
}

fn cart_line(fact: &Evidence) -> String {
    let Evidence::Quote(card) = fact else { return "The cart was empty.".to_owned() };
    let lines = card.lines.iter().map(|line| format!("{} × {} [SKU {}]", line.quantity, line.title, line.sku));
    format!("The cart was, as quote {}: {}.", card.fingerprint.short(), lines.collect::<Vec<_>>().join("; "))
}

fn order_line(fact: &Evidence) -> Option<String> {
    match fact {
        Evidence::Order(card) => {
            let state = match card.state {
                OrderStateShown::AwaitingPayment => "awaiting payment",
                OrderStateShown::PaymentPending => "its payment under way",
                OrderStateShown::Paid => "paid",
                OrderStateShown::PaymentFailed => "its payment failed",
                OrderStateShown::Expired => "closed unpaid",
                OrderStateShown::Replaced => "closed because the cart changed",
                OrderStateShown::PartlyRefunded => "partly refunded",
                OrderStateShown::Refunded => "refunded",
                OrderStateShown::InReview => "looked at by a person",
            };
            Some(format!("Order #{} was {state}.", card.number))
        }
        Evidence::Checkout(card) => Some(format!("A pay page for order #{} was open.", card.number)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::entry::ToolStatus;
    use crate::agent::evidence::{OrderCard, QuoteCard, Stock, TaxCard, VariantCard};
    use crate::base::fingerprint::Fingerprint;
    use crate::base::ids::QuoteId;
    use crate::base::money::{BasisPoints, Money};

    fn money(minor: i64) -> Money {
        Money::new(minor, "MXN".parse().unwrap())
    }

    fn said(text: &str) -> Entry {
        let at = "2026-11-20T10:00:00Z".parse().unwrap();
        Entry::Shopper(ShopperSaid::words(text, at))
    }

    fn agent(text: &str) -> Entry {
        Entry::Agent { text: text.to_owned() }
    }

    fn gave(evidence: Vec<Evidence>) -> Entry {
        let (call, tool) = ("c".to_owned(), "t".to_owned());
        Entry::Results(vec![ToolResult {
            call,
            tool,
            status: ToolStatus::Answered,
            text: "word ".repeat(50),
            evidence,
        }])
    }

    fn product(handle: &str, price: i64) -> Evidence {
        Evidence::Product(ProductCard {
            product: handle.parse().unwrap(),
            title: format!("Camiseta {handle}"),
            description: String::new(),
            image: None,
            facts: Vec::new(),
            variants: vec![VariantCard {
                sku: handle.parse().unwrap(),
                options: Vec::new(),
                price: money(price),
                compare_at: None,
                stock: Stock::Available,
            }],
        })
    }

    fn quote(total: i64) -> Evidence {
        Evidence::Quote(QuoteCard {
            quote: QuoteId::generate(),
            fingerprint: Fingerprint::of(&total.to_be_bytes()),
            lines: Vec::new(),
            subtotal: money(total),
            discounts: Vec::new(),
            shipping: money(0),
            tax: TaxCard { rate: BasisPoints(0), amount: money(0), included: true },
            total: money(total),
            free_shipping_in: None,
        })
    }

    fn order(number: i64, order: OrderId, state: OrderStateShown) -> Evidence {
        Evidence::Order(OrderCard {
            order,
            number,
            state,
            total: money(1),
            refunded: money(0),
            lines: Vec::new(),
            delivery_known: false,
        })
    }

    fn words(text: &str) -> usize {
        text.split_whitespace().count()
    }

    fn size(entries: &[Entry]) -> usize {
        entries.iter().map(|entry| tokens_of(entry, &words)).sum()
    }

    #[test]
    fn what_fits_stays_as_it_is() {
        let entries = vec![said("hola"), agent("¡Hola!"), said("¿precio?")];
        assert_eq!(bounded(entries.clone(), 1000, &words), entries);
        assert_eq!(bounded(Vec::new(), 0, &words), Vec::new());
    }

    #[test]
    fn older_turns_become_a_summary_that_keeps_what_the_shopper_saw() {
        let id = OrderId::generate();
        let entries = vec![
            said("busco [una] camiseta"),
            gave(vec![product("a", 100), product("b", 200), quote(100)]),
            agent("Mira"),
            said("¿y la otra?"),
            gave(vec![product("a", 150), quote(150), order(7, id, OrderStateShown::AwaitingPayment)]),
            gave(vec![order(7, id, OrderStateShown::Paid)]),
            agent("Listo"),
            said("gracias"),
        ];
        let kept = bounded(entries, 60, &words);
        let [Entry::Summary { text, evidence }, Entry::Shopper(newest)] = kept.as_slice() else {
            panic!("{kept:?}")
        };
        assert_eq!(newest.text, "gracias");
        assert!(text.contains("\"busco (una) camiseta\", \"¿y la otra?\""), "{text}");
        assert!(text.contains("Camiseta b [product b]; Camiseta a [product a]"), "{text}");
        assert!(text.contains("Order #7 was paid."), "{text}");
        assert_eq!(evidence.len(), 4, "{evidence:?}");
        assert!(matches!(&evidence[1], Evidence::Product(card) if card.variants[0].price == money(150)));
        assert!(matches!(&evidence[2], Evidence::Quote(card) if card.total == money(150)));
    }

    #[test]
    fn an_emptied_cart_leaves_no_quote() {
        let entries =
            vec![said("a"), gave(vec![quote(100)]), gave(vec![Evidence::EmptyCart]), agent("Vacío"), said("b")];
        let kept = bounded(entries, 20, &words);
        let Entry::Summary { text, evidence } = &kept[0] else { panic!("{kept:?}") };
        assert_eq!(evidence, &[Evidence::EmptyCart]);
        assert!(text.contains("The cart was empty."));
    }

    #[test]
    fn the_newest_turn_stays_whole_and_no_more_than_needed_is_summarised() {
        let mut entries = Vec::new();
        for turn in 0..10 {
            entries.extend([
                said(&format!("mensaje {turn}")),
                gave(vec![product(&format!("p{turn}"), 1)]),
                agent("ok"),
            ]);
        }
        entries.extend([said("uno"), said("dos"), gave(vec![product("z", 1)])]);
        let whole = bounded(entries.clone(), 1, &words);
        assert!(matches!(
            whole.as_slice(),
            [Entry::Summary { .. }, Entry::Shopper(_), Entry::Shopper(_), Entry::Results(_)]
        ));
        let some = bounded(entries.clone(), 300, &words);
        assert!(size(&some) <= 300 && some.len() > whole.len(), "{}", size(&some));
        assert_eq!(entries[entries.len() + 1 - some.len()..], some[1..]);
    }

    #[test]
    fn a_summary_of_a_summary_keeps_its_facts() {
        let entries = vec![said("busco tenis"), gave(vec![product("a", 1), quote(9)]), agent("x"), said("sigue")];
        let mut once = bounded(entries, 20, &words);
        assert!(matches!(&once[0], Entry::Summary { .. }));
        once.extend([gave(vec![]), agent("y"), said("fin")]);
        let twice = bounded(once, 20, &words);
        let Entry::Summary { text, evidence } = &twice[0] else { panic!("{twice:?}") };
        assert_eq!(evidence.len(), 2);
        assert!(text.contains("sigue"), "{text}");
    }

    proptest::proptest! {
        #[test]
        fn a_bounded_history_is_within_its_limit_or_is_the_newest_turn_and_a_summary(
            shape in proptest::collection::vec(0..4_u8, 0..60),
            tokens_max in 0..2000_usize,
        ) {
            let entries: Vec<Entry> = shape.iter().enumerate().map(|(at, kind)| match kind {
                0 => said(&format!("mensaje {at}")),
                1 => agent("respuesta"),
                2 => gave(vec![product(&format!("p{at}"), 1), quote(1)]),
                _ => Entry::Notice { text: "paid".to_owned(), evidence: vec![] },
            }).collect();
            let begins = turn_beginnings(&entries);
            let newest = begins.last().map_or(0, |begin| entries.len() - begin);
            let last = entries.last().cloned();
            let kept = bounded(entries, tokens_max, &words);
            proptest::prop_assert!(size(&kept) <= tokens_max || kept.len() <= newest + 1);
            proptest::prop_assert_eq!(kept.last(), last.as_ref());
        }
    }
}
