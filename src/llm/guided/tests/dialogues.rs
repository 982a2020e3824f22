//! Whole sales, played in each language: what the shopper writes goes in, calls are answered by hand, and the words
//! that come out hold the facts that were given and no others.

use serde_json::{Value, json};

use crate::agent::entry::Entry;
use crate::agent::evidence::{Evidence, OrderStateShown};
use crate::base::language::Language::{self, En, Es, Pt};
use crate::llm::guided::tests::shop::{Play, cap, catalog, checkout, delivery, mug, order, quote, shirt};

/// What a shopper writes in one language, step by step.
struct Script {
    language: Language,
    search: &'static str,
    query: &'static str,
    second: &'static str,
    first: &'static str,
    question: &'static str,
    material: &'static str,
    choose: &'static str,
    size: &'static str,
    code: &'static str,
    yes: &'static str,
    paid: &'static str,
    name: &'static str,
    street: &'static str,
    thanks: &'static str,
}

const SCRIPTS: [Script; 3] = [
    Script {
        language: En,
        search: "Hi, I'm looking for a shirt under 300",
        query: "shirt",
        second: "the second one",
        first: "actually the sun shirt",
        question: "what is it made of?",
        material: "cotton",
        choose: "2 of the blue please",
        size: "M",
        code: "my code is SAVE10",
        yes: "yes please",
        paid: "where is my order?",
        name: "Ana Pérez",
        street: "12 Oak Street, Austin, TX 78701",
        thanks: "thank you!",
    },
    Script {
        language: Es,
        search: "hola busco una camisa de menos de 300",
        query: "camisa",
        second: "el segundo",
        first: "mejor la camisa sol",
        question: "de qué tela es?",
        material: "algodón",
        choose: "2 de la azul",
        size: "en M",
        code: "mi cupón es SAVE10",
        yes: "sí por favor",
        paid: "dónde está mi pedido?",
        name: "Ana Pérez",
        street: "Calle Hidalgo 12, Austin, TX, 78701",
        thanks: "muchas gracias",
    },
    Script {
        language: Pt,
        search: "oi, procuro uma camisa até 300 reais",
        query: "camisa",
        second: "o 2",
        first: "na verdade a camisa sol",
        question: "de que tecido é?",
        material: "algodão",
        choose: "2 da azul",
        size: "M",
        code: "o cupom é SAVE10",
        yes: "sim, por favor",
        paid: "cadê meu pedido?",
        name: "Ana Pérez",
        street: "Rua Hidalgo 12, Austin, TX, 78701",
        thanks: "obrigada",
    },
];

fn found(language: Language) -> Vec<Evidence> {
    catalog(language).into_iter().map(Evidence::Product).collect()
}

fn search(query: &str, max: Option<&str>) -> Value {
    json!({"query": query, "price_min": null, "price_max": max, "options": [], "category": null, "in_stock_only": false})
}

#[test]
fn a_whole_sale_is_made_in_every_language() {
    for script in &SCRIPTS {
        let mut play = Play::new(script.language);
        browse(&mut play, script);
        choose(&mut play, script);
        pay(&mut play, script);
        deliver(&mut play, script);
    }
}

/// Searches, looks at one thing, asks about another.
fn browse(play: &mut Play, script: &Script) {
    let language = script.language;
    play.shopper(script.search);
    play.expect_call("search_catalog", &search(script.query, Some("300.00")), found(language));
    let price = shirt(language).variants[0].price.display(play.shop.locale);
    play.expect_words_with(&["1. ", &shirt(language).title, &price, "3. ", &cap(language).title]);

    play.shopper(script.second);
    play.expect_call("get_product", &json!({"product": "moon"}), vec![Evidence::Product(mug(language))]);
    play.expect_words_with(&[&mug(language).title, &mug(language).description]);

    play.shopper(script.first);
    play.expect_call("get_product", &json!({"product": "sun"}), vec![Evidence::Product(shirt(language))]);
    play.expect_words_with(&[&shirt(language).title, &price]);

    play.shopper(script.question);
    play.expect_call("get_product", &json!({"product": "sun"}), vec![Evidence::Product(shirt(language))]);
    play.expect_words_with(&[script.material]);
}

/// Chooses colour and number, is asked for the size, and tries a coupon.
fn choose(play: &mut Play, script: &Script) {
    let language = script.language;
    play.shopper(script.choose);
    play.expect_call("get_product", &json!({"product": "sun"}), vec![Evidence::Product(shirt(language))]);
    // Blue L is sold out, so it is not offered.
    let asked = play.expect_words_with(&["S, M"]);
    assert!(!asked.contains("M, L"), "{asked}");

    play.shopper(script.size);
    play.expect_call("get_product", &json!({"product": "sun"}), vec![Evidence::Product(shirt(language))]);
    let change = json!({"changes": [{"action": "add", "sku": "SUN-B-M", "quantity": 2}]});
    play.expect_call("change_cart", &change, vec![Evidence::Quote(quote(language, 2))]);
    let total = quote(language, 2).total.display(play.shop.locale);
    play.expect_words_with(&["2 × ", &total]);

    play.shopper(script.code);
    play.expect_refused(
        "apply_discount",
        &json!({"code": "SAVE10"}),
        "reason:unknown_code\nThere is no such code.",
    );
    play.expect_words_with(&["SAVE10"]);
}

/// Pays: the quote was not in the last message, so it is shown again before the pay page is opened.
fn pay(play: &mut Play, script: &Script) {
    let language = script.language;
    let shown = quote(language, 2);
    play.presses("pay");
    play.expect_call("view_cart", &json!({}), vec![Evidence::Quote(shown.clone())]);
    play.expect_words_with(&[&shown.total.display(play.shop.locale)]);

    play.shopper(script.yes);
    let agreed = json!({"quote": shown.fingerprint.short()});
    play.expect_call("create_checkout_session", &agreed, vec![Evidence::Checkout(checkout(language))]);
    let words = play.expect_words_with(&["1042", &checkout(language).total.display(play.shop.locale)]);
    assert!(!words.contains("http"), "links are shown by rule, never written: {words}");
}

/// The payment clears; the address comes in two messages.
fn deliver(play: &mut Play, script: &Script) {
    let language = script.language;
    let paid = Evidence::Order(order(language, OrderStateShown::Paid, false));
    play.entries.push(Entry::Notice { text: "The payment cleared.".to_owned(), evidence: vec![paid.clone()] });
    // The receipt, sent by rule, has the number and the thanks; the seller only goes on.
    let next = play.expect_words();
    assert!(next.contains('?') && !next.contains("1042"), "{next}");

    play.shopper(script.paid);
    play.expect_call("order_status", &json!({"number": null}), vec![paid]);
    play.expect_words_with(&["1042"]);

    play.shopper(script.name);
    play.expect_words();
    play.shopper(script.street);
    let reply = crate::llm::guided::answer(&play.shop, &play.entries);
    let arguments: Value = serde_json::from_str(&reply.calls[0].arguments).unwrap();
    assert_eq!(reply.calls[0].tool, "save_delivery_details");
    assert_eq!((&arguments["name"], &arguments["postal_code"]), (&json!("Ana Pérez"), &json!("78701")));
    assert_eq!(arguments["city"], "Austin, TX");
    play.expect_call("save_delivery_details", &arguments, vec![Evidence::Delivery(delivery())]);
    play.expect_words_with(&["Ana Pérez", "Austin"]);

    play.shopper(script.thanks);
    play.expect_words();
}
