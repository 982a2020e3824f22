//! Bargaining: what takes an offer, what names a price, and what does neither.

use serde_json::json;

use crate::agent::entry::Entry;
use crate::agent::evidence::{Evidence, OfferCard, OfferStands};
use crate::base::language::Language::{self, En, Es, Pt};
use crate::llm::guided::tests::clerk::Clerk;
use crate::llm::guided::tests::shop::{
    after_cart, agent, answered, called, check, money, mug, said, shop, understood,
};
use crate::sentences::{Sentences, id};

/// We offered the mug for 100.
fn after_offer(language: Language) -> Vec<Entry> {
    let card = mug(language);
    let unit = money(language, "100");
    let offer = OfferCard {
        sku: card.variants[0].sku.clone(),
        title: card.title.clone(),
        quantity: 1,
        list: card.variants[0].price,
        unit,
        amount: unit,
        extra: None,
        stands: OfferStands::Open,
        until: chrono::DateTime::from_timestamp(1_800_003_600, 0).unwrap(),
    };
    let price = unit.display(shop(language).locale);
    let arguments = [("title", card.title.as_str().into()), ("price", price.into())];
    vec![
        said("?"),
        called("get_product", &json!({"product": "moon"})),
        answered("get_product", vec![Evidence::Product(card.clone())]),
        called("negotiate_price", &json!({})),
        answered("negotiate_price", vec![Evidence::Offer(offer)]),
        agent(&Sentences::in_language(language).say(id::OFFER, arguments)),
    ]
}

#[test]
fn how_many_are_taken_at_the_offered_price_is_no_bid() {
    check(
        En,
        &after_offer(En),
        &[
            ("yes, I'll take 2", "takeoffer 2"),
            ("yes 2 please", "takeoffer 2"),
            ("yes", "takeoffer"),
            ("ok 100", "takeoffer"),
        ],
    );
    check(Es, &after_offer(Es), &[("sí, dame 2", "takeoffer 2"), ("va, quiero dos", "takeoffer 2")]);
    check(Pt, &after_offer(Pt), &[("sim, quero 2", "takeoffer 2"), ("fechado, me vê 3", "takeoffer 3")]);
    for (language, text) in
        [(En, "ok, but 90"), (En, "80?"), (Es, "sí pero en 90"), (Es, "90 y ya"), (Pt, "sim, por 90")]
    {
        assert!(understood(language, &after_offer(language), text).starts_with("bid"), "{text}");
    }
}

#[test]
fn who_finds_an_offered_price_too_high_or_only_thanks_has_bought_nothing() {
    for (language, texts) in [
        (
            En,
            &[
                "too expensive at that price",
                "thanks for that",
                "how much for that",
                "do you have another for that price",
                "not at that price",
                "nobody buys it at that price",
            ][..],
        ),
        (
            Es,
            &[
                "muy caro a ese precio",
                "tienes otra a ese precio",
                "a ese precio ni loca",
                "está muy cara a ese precio",
            ],
        ),
        (
            Pt,
            &[
                "obrigado por isso",
                "tem outra por esse preço",
                "muito caro por esse preço",
                "por esse preço não dá",
            ],
        ),
    ] {
        for text in texts {
            let mut clerk = Clerk::new(language);
            clerk.entries = after_offer(language);
            clerk.shop.bargains = true;
            // Whether the offer was the last thing said or something stood between.
            let answer = clerk.hears(&[text]);
            assert!(clerk.cart.is_empty(), "{text}: {answer}");
            clerk.entries.extend([said("?"), agent("Anything.")]);
            let answer = clerk.hears(&[text]);
            assert!(clerk.cart.is_empty(), "{text}: {answer}");
        }
    }
    check(En, &after_offer(En), &[("three at that price", "takeoffer 3"), ("I'll take it for that", "takeoffer")]);
    check(
        Es,
        &after_offer(Es),
        &[("ok deme 2 a ese precio", "takeoffer 2"), ("me lo llevo a ese precio", "takeoffer")],
    );
    check(Pt, &after_offer(Pt), &[("quero 3 por esse preço", "takeoffer 3"), ("levo por esse preço", "takeoffer")]);
}

#[test]
fn who_asks_for_a_lower_price_changes_no_quantity() {
    for (language, texts) in [
        (En, &["make it 200", "make it 100", "how about 5 less?", "can you do 5 less", "how about 200?"][..]),
        (
            Es,
            &[
                "baja el precio a 100",
                "bájale a 200",
                "bájale un poco",
                "bájale al precio",
                "me lo dejas en 5 menos?",
            ],
        ),
        (Pt, &["abaixa um pouco", "abaixa um pouquinho", "abaixa o preço", "abaixa para 200"]),
    ] {
        for text in texts {
            let found = understood(language, &after_cart(language), text);
            assert!(found.starts_with("bid") || found == "discount", "{text}: {found}");
        }
    }
    check(
        En,
        &after_cart(En),
        &[("make it 3", "set 3"), ("make it three", "set 3"), ("one less please", "remove 1")],
    );
    check(Es, &after_cart(Es), &[("bájale una", "remove 1"), ("bájale a 1", "set 1"), ("déjalo en 3", "set 3")]);
    check(Pt, &after_cart(Pt), &[("abaixa uma", "remove 1"), ("diminui para 1", "set 1"), ("deixa em 3", "set 3")]);
}

#[test]
fn thanks_are_no_complaint_about_a_price() {
    let before = after_cart(En);
    check(En, &before, &[("thank you so much!", "thanks"), ("thanks very much", "thanks")]);
    check(Es, &before, &[("en cuánto me la dejas?", "discount"), ("cuánto me la deja", "discount")]);
    check(Pt, &before, &[("dá pra fazer por 200?", "bid 200.00"), ("consegue deixar por 200?", "bid 200.00")]);
}

#[test]
fn an_offer_is_declined_with_thanks_and_taken_for_only_one() {
    for (language, no, one) in [
        (En, "no thanks", "ok, just one"),
        (Es, "no gracias", "va, solo una"),
        (Pt, "não, obrigado", "fechado, só uma"),
    ] {
        assert_ne!(understood(language, &after_offer(language), no), "discount", "{no}");
        check(language, &after_offer(language), &[(one, "takeoffer 1")]);
    }
}
