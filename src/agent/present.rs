//! How a reply is shown: pictures, lists, buttons and the pay link are made by rule from the turn's evidence, never by
//! the model. One bubble where possible.

use crate::agent::evidence::{CheckoutCard, Evidence, OrderStateShown, ProductCard, QuoteCard, Stock, VariantCard};
use crate::agent::guard;
use crate::base::fingerprint::Fingerprint;
use crate::base::ids::QuoteId;
use crate::base::language::Locale;
use crate::base::money::Money;
use crate::base::names::Handle;
use crate::conversation::bubble::{Bubble, Choice};

/// Buttons carry at most so many characters of words on every channel; longer words go before them.
const WORDS_BESIDE_BUTTONS_MAX: usize = 1000;
/// Rows of a list.
const ROWS_MAX: usize = 10;
/// Buttons under a bubble.
const BUTTONS_MAX: usize = 3;

/// Our own words on buttons and around amounts, in the shopper's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labels {
    /// On the button that pays.
    pub pay: String,
    /// On the button that goes on looking.
    pub keep_looking: String,
    /// On the button that calls a person.
    pub person: String,
    /// On the button that opens a list.
    pub open_list: String,
    /// Above a list or buttons whose message had to go before them.
    pub choose: String,
    /// Before a total: `Total`.
    pub total: String,
    /// Before the lowest of several prices: `desde`.
    pub from: String,
    /// How amounts are written.
    pub locale: Locale,
}

/// A reply as it is sent, and what the shopper saw by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presented {
    /// What is sent, in order.
    pub bubbles: Vec<Bubble>,
    /// The quote whose total the shopper saw; a pay page may be opened for it once they agree.
    pub shown_quote: Option<(QuoteId, Fingerprint)>,
    /// The products offered to pick from, or the one shown.
    pub shown_products: Vec<Handle>,
}

/// Shows a reply with the evidence of its turn, oldest first. `first` introduces the agent and stands before the very
/// first message of a conversation.
#[must_use]
pub fn present(text: &str, evidence: &[&Evidence], labels: &Labels, first: Option<&str>) -> Presented {
    let text = first.map_or_else(|| text.trim().to_owned(), |first| format!("{first}\n\n{}", text.trim()));
    match focus(evidence) {
        Focus::Words => {
            Presented { bubbles: vec![Bubble::Text { text }], shown_quote: None, shown_products: Vec::new() }
        }
        Focus::Checkout(card) => checkout(text, card, labels),
        Focus::Quote(card) => quote(text, card, labels),
        Focus::Products(cards) => products(text, &cards, labels),
    }
}

/// What a reply is about, as far as the way it is shown goes.
enum Focus<'a> {
    Words,
    Checkout(&'a CheckoutCard),
    Quote(&'a QuoteCard),
    Products(Vec<&'a ProductCard>),
}

/// The last thing a tool gave decides; a call for a person leaves nothing to press.
fn focus<'a>(evidence: &[&'a Evidence]) -> Focus<'a> {
    if evidence.iter().any(|fact| matches!(fact, Evidence::HandOff { .. })) {
        return Focus::Words;
    }
    for fact in evidence.iter().rev() {
        match fact {
            Evidence::Checkout(card) => return Focus::Checkout(card),
            Evidence::Order(card) if card.state != OrderStateShown::AwaitingPayment => return Focus::Words,
            Evidence::Quote(card) => return Focus::Quote(card),
            Evidence::EmptyCart | Evidence::NoOrders => return Focus::Words,
            Evidence::Product(_) => return Focus::Products(on_offer(evidence)),
            Evidence::Order(_)
            | Evidence::Coupon(_)
            | Evidence::Offer(_)
            | Evidence::Policy { .. }
            | Evidence::Delivery(_)
            | Evidence::NoLongerSold { .. }
            | Evidence::HandOff { .. } => {}
        }
    }
    Focus::Words
}

/// The products a shopper can pick from: the newest card of each, in the order they were found, sold-out ones left
/// out. When the last thing was a second look at products found before, the reply is about those alone.
fn on_offer<'a>(evidence: &[&'a Evidence]) -> Vec<&'a ProductCard> {
    let mut cards: Vec<&ProductCard> = Vec::new();
    let (mut looked_into, mut again): (Vec<&ProductCard>, bool) = (Vec::new(), false);
    for fact in evidence {
        if let Evidence::Product(card) = fact {
            let known = cards.iter_mut().find(|known| known.product == card.product);
            again = known.is_some();
            if let Some(known) = known {
                *known = card;
                looked_into.retain(|other| other.product != card.product);
                looked_into.push(card);
            } else {
                cards.push(card);
            }
        }
    }
    if again {
        cards = looked_into;
    }
    cards.retain(|card| sellable(card).next().is_some());
    cards.truncate(ROWS_MAX);
    cards
}

fn sellable(card: &ProductCard) -> impl Iterator<Item = &VariantCard> {
    card.variants.iter().filter(|variant| variant.stock != Stock::Out)
}

fn checkout(text: String, card: &CheckoutCard, labels: &Labels) -> Presented {
    let text = with_total(text, card.total, labels);
    let (mut bubbles, text) = beside(text, total_line(card.total, labels));
    bubbles.push(Bubble::Link { text, label: labels.pay.clone(), url: card.url.clone() });
    Presented { bubbles, shown_quote: None, shown_products: Vec::new() }
}

fn quote(text: String, card: &QuoteCard, labels: &Labels) -> Presented {
    // Agreement counts for what was seen, so the total is always in the words.
    let text = with_total(text, card.total, labels);
    let (mut bubbles, text) = beside(text, total_line(card.total, labels));
    let buttons = vec![
        button(format!("pay:{}", card.fingerprint.short()), &labels.pay),
        button("more".to_owned(), &labels.keep_looking),
        button("person".to_owned(), &labels.person),
    ];
    bubbles.push(Bubble::Buttons { text, image: None, buttons });
    Presented { bubbles, shown_quote: Some((card.quote, card.fingerprint)), shown_products: Vec::new() }
}

fn products(text: String, cards: &[&ProductCard], labels: &Labels) -> Presented {
    let shown_products = cards.iter().map(|card| card.product.clone()).collect();
    let bubbles = match cards {
        [] => vec![Bubble::Text { text }],
        [card] => product(text, card, labels),
        cards => {
            let rows = cards.iter().map(|card| Choice {
                id: format!("pick:{}", card.product),
                title: card.title.clone(),
                description: price(card, labels),
            });
            let rows = rows.collect();
            let (mut bubbles, text) = beside(text, labels.choose.clone());
            bubbles.push(Bubble::List { text, button: labels.open_list.clone(), rows });
            bubbles
        }
    };
    Presented { bubbles, shown_quote: None, shown_products }
}

/// One product: its variants to press if they are few, under its picture if it has one.
fn product(text: String, card: &ProductCard, labels: &Labels) -> Vec<Bubble> {
    let variants: Vec<&VariantCard> = sellable(card).collect();
    let choosable =
        (2..=BUTTONS_MAX).contains(&variants.len()) && variants.iter().all(|variant| !variant.options.is_empty());
    if choosable {
        let (mut bubbles, text) = beside(text, labels.choose.clone());
        let buttons = variants
            .iter()
            .map(|variant| button(format!("variant:{}", variant.sku), &variant.options_text()))
            .collect();
        bubbles.push(Bubble::Buttons { text, image: card.image.clone(), buttons });
        return bubbles;
    }
    match &card.image {
        None => vec![Bubble::Text { text }],
        Some(url) => {
            let (mut bubbles, text) = beside(text, card.title.clone());
            bubbles.insert(0, Bubble::Picture { url: url.clone(), text });
            bubbles
        }
    }
}

fn price(card: &ProductCard, labels: &Labels) -> Option<String> {
    let lowest = sellable(card).map(|variant| variant.price).min_by_key(|price| price.minor())?;
    let same = sellable(card).all(|variant| variant.price == lowest);
    let written = lowest.display(labels.locale);
    Some(if same { written } else { format!("{} {written}", labels.from) })
}

/// The words to stand beside buttons; words too long for that go before, and `short` stands in their place.
fn beside(text: String, short: String) -> (Vec<Bubble>, String) {
    if text.chars().count() <= WORDS_BESIDE_BUTTONS_MAX {
        (Vec::new(), text)
    } else {
        (vec![Bubble::Text { text }], short)
    }
}

fn with_total(text: String, total: Money, labels: &Labels) -> String {
    if guard::says(&text, total) { text } else { format!("{text}\n\n{}", total_line(total, labels)) }
}

fn total_line(total: Money, labels: &Labels) -> String {
    format!("{}: {}", labels.total, total.display(labels.locale))
}

fn button(id: String, title: &str) -> Choice {
    Choice { id, title: title.to_owned(), description: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::evidence::{Named, OrderCard, TaxCard};
    use crate::base::ids::OrderId;
    use crate::base::money::BasisPoints;

    fn money(text: &str) -> Money {
        Money::parse_major(text, "MXN".parse().unwrap()).unwrap()
    }

    fn labels() -> Labels {
        Labels {
            pay: "Pagar".to_owned(),
            keep_looking: "Seguir viendo".to_owned(),
            person: "Una persona".to_owned(),
            open_list: "Ver opciones".to_owned(),
            choose: "¿Cuál te gusta?".to_owned(),
            total: "Total".to_owned(),
            from: "desde".to_owned(),
            locale: "es-MX".parse().unwrap(),
        }
    }

    fn product_of(handle: &str, image: bool, variants: &[(&str, &str, Stock)]) -> Evidence {
        let variant = |(size, price, stock): &(&str, &str, Stock)| VariantCard {
            sku: format!("{handle}-{size}").parse().unwrap(),
            options: vec![Named { name: "Talla".to_owned(), value: (*size).to_owned() }],
            price: money(price),
            compare_at: None,
            stock: *stock,
        };
        Evidence::Product(ProductCard {
            product: handle.parse().unwrap(),
            title: format!("Camiseta {handle}"),
            description: String::new(),
            image: image.then(|| "https://shop.example/a.jpg".to_owned()),
            facts: Vec::new(),
            variants: variants.iter().map(variant).collect(),
        })
    }

    fn quote_of(total: &str) -> Evidence {
        Evidence::Quote(QuoteCard {
            quote: QuoteId::generate(),
            fingerprint: Fingerprint::of(b"quote"),
            lines: Vec::new(),
            subtotal: money(total),
            discounts: Vec::new(),
            shipping: money("0"),
            tax: TaxCard { rate: BasisPoints(1600), amount: money("0"), included: true },
            total: money(total),
            free_shipping_in: None,
        })
    }

    fn shown(text: &str, evidence: &[Evidence]) -> Presented {
        present(text, &evidence.iter().collect::<Vec<_>>(), &labels(), None)
    }

    fn only(presented: Presented) -> Bubble {
        assert_eq!(presented.bubbles.len(), 1, "{:?}", presented.bubbles);
        presented.bubbles.into_iter().next().unwrap()
    }

    #[test]
    fn words_alone_are_words_and_the_first_message_introduces_the_agent() {
        let presented = present(" Hola ", &[], &labels(), Some("Soy el asistente de Sol."));
        assert_eq!(only(presented), Bubble::Text { text: "Soy el asistente de Sol.\n\nHola".to_owned() });
    }

    #[test]
    fn a_quote_has_buttons_and_counts_as_shown() {
        let evidence = [quote_of("1299")];
        let presented = shown("Son $1,299.00 en total. ¿Lo pagamos?", &evidence);
        let Evidence::Quote(card) = &evidence[0] else { panic!("a quote") };
        assert_eq!(presented.shown_quote, Some((card.quote, card.fingerprint)));
        let Bubble::Buttons { text, buttons, .. } = only(presented) else { panic!("buttons") };
        assert_eq!(text, "Son $1,299.00 en total. ¿Lo pagamos?");
        let ids: Vec<_> = buttons.iter().map(|button| button.id.as_str()).collect();
        assert_eq!(ids, [&format!("pay:{}", card.fingerprint.short()), "more", "person"]);
    }

    #[test]
    fn a_quote_whose_total_the_words_leave_out_is_shown_with_its_total() {
        let Bubble::Buttons { text, .. } = only(shown("Lista tu compra, ¿te parece?", &[quote_of("1299")])) else {
            panic!("buttons")
        };
        assert_eq!(text, "Lista tu compra, ¿te parece?\n\nTotal: $1,299.00 MXN");
    }

    #[test]
    fn an_open_pay_page_is_a_link() {
        let card = CheckoutCard {
            order: OrderId::generate(),
            number: 1023,
            url: "https://pay.example/c/%20x#y".to_owned(),
            total: money("1299"),
            expires_at: "2026-11-20T12:00:00Z".parse().unwrap(),
        };
        let Bubble::Link { url, label, text } =
            only(shown("Listo: $1,299", &[quote_of("1299"), Evidence::Checkout(card)]))
        else {
            panic!("a link")
        };
        assert_eq!((url.as_str(), label.as_str()), ("https://pay.example/c/%20x#y", "Pagar"));
        assert_eq!(text, "Listo: $1,299");
    }

    #[test]
    fn several_products_are_a_list_of_at_most_ten_that_can_be_sold() {
        let mut evidence: Vec<_> = (0..12)
            .map(|n| {
                product_of(&format!("p{n}"), true, &[("M", "450", Stock::Available), ("L", "500", Stock::Out)])
            })
            .collect();
        evidence.insert(1, product_of("none", true, &[("M", "1", Stock::Out)]));
        evidence.insert(3, product_of("p0", true, &[("M", "400", Stock::Left(1)), ("L", "500", Stock::Left(1))]));
        let presented = shown("Mira:", &evidence);
        assert_eq!(presented.shown_products.len(), 10);
        let Bubble::List { rows, button, .. } = only(presented) else { panic!("a list") };
        assert_eq!(button, "Ver opciones");
        assert_eq!((rows[0].id.as_str(), rows[0].title.as_str()), ("pick:p0", "Camiseta p0"));
        assert_eq!(rows[0].description.as_deref(), Some("desde $400.00 MXN"));
        assert_eq!(rows[1].description.as_deref(), Some("$450.00 MXN"));
        assert!(rows.iter().all(|row| row.id != "pick:none"));
    }

    #[test]
    fn a_second_look_at_one_of_many_shows_that_one() {
        let card = |handle| product_of(handle, true, &[("M", "450", Stock::Available)]);
        let presented = shown("Esta:", &[card("a"), card("b"), card("c"), card("b")]);
        assert_eq!(presented.shown_products, ["b".parse().unwrap()]);
        assert!(matches!(only(presented), Bubble::Picture { .. }));
    }

    #[test]
    fn one_product_shows_its_picture_and_few_variants_to_press() {
        let stock = Stock::Available;
        let two = product_of("a", true, &[("M", "450", stock), ("L", "450", stock), ("S", "450", Stock::Out)]);
        let Bubble::Buttons { image, buttons, .. } = only(shown("¿Qué talla?", &[two])) else {
            panic!("buttons")
        };
        assert!(image.is_some());
        let pressed: Vec<_> = buttons.iter().map(|b| (b.id.as_str(), b.title.as_str())).collect();
        assert_eq!(pressed, [("variant:a-M", "M"), ("variant:a-L", "L")]);
        let many = product_of("a", true, &["S", "M", "L", "XL"].map(|size| (size, "450", stock)));
        assert!(matches!(only(shown("¿Qué talla?", &[many])), Bubble::Picture { .. }));
        let plain = product_of("a", false, &[("M", "450", stock)]);
        assert!(matches!(only(shown("Esta", &[plain])), Bubble::Text { .. }));
    }

    #[test]
    fn the_last_thing_a_tool_gave_decides() {
        let product = || product_of("a", false, &[("M", "450", Stock::Available)]);
        assert!(matches!(only(shown("x", &[product(), quote_of("1")])), Bubble::Buttons { .. }));
        assert!(matches!(only(shown("x", &[quote_of("1"), product()])), Bubble::Text { .. }));
        assert!(shown("x", &[quote_of("1"), product()]).shown_quote.is_none());
        assert!(matches!(only(shown("x", &[quote_of("1"), Evidence::EmptyCart])), Bubble::Text { .. }));
        let called = Evidence::HandOff { reason: "asked".to_owned() };
        assert!(matches!(only(shown("x", &[called, quote_of("1")])), Bubble::Text { .. }));
        let paid = Evidence::Order(OrderCard {
            order: OrderId::generate(),
            number: 1,
            state: OrderStateShown::Paid,
            total: money("1"),
            refunded: money("0"),
            lines: Vec::new(),
            delivery_known: false,
        });
        assert!(matches!(only(shown("x", &[quote_of("1"), paid])), Bubble::Text { .. }));
    }

    #[test]
    fn words_too_long_for_buttons_go_before_them() {
        let presented = shown(&"á".repeat(1100), &[quote_of("1299")]);
        let [Bubble::Text { text }, Bubble::Buttons { text: short, .. }] = presented.bubbles.as_slice() else {
            panic!("{:?}", presented.bubbles)
        };
        assert!(text.ends_with("Total: $1,299.00 MXN"));
        assert_eq!(short, "Total: $1,299.00 MXN");
    }
}
