//! After a person of the shop has spoken, and other talk that is not about things.

use crate::agent::evidence::OrderStateShown;
use crate::base::language::Language::{self, En, Es, Pt};
use crate::llm::guided::tests::clerk::Clerk;
use crate::llm::guided::tests::shop::{order, shop};
use crate::sentences::{Shape, id};

/// A sale is under way, we ask for the size, and a person comes in and says this.
fn after_person(language: Language, words: &str) -> Clerk {
    let mut clerk = Clerk::new(language);
    clerk.hears(&[match language {
        En => "I want a blue sun shirt",
        Es => "quiero una camisa sol azul",
        Pt => "quero uma camisa sol azul",
    }]);
    clerk.person(words);
    clerk
}

#[test]
fn what_is_told_to_a_person_is_not_looked_for_nor_added() {
    for (language, asks, told) in [
        (
            En,
            "Hi, this is Vera. What's your name and where do you live?",
            &["Joe Smith", "12 Oak Street", "M", "yes", "the blue one"][..],
        ),
        (
            Es,
            "Hola, soy Vera. ¿Me das tu nombre y tu dirección?",
            &["Luis Mora", "calle 8 num 4 toluca", "M", "sí", "la azul"],
        ),
        (Pt, "Oi, aqui é a Vera. Qual é o seu nome?", &["Paulo Souza", "rua do sol 45", "M", "sim", "a azul"]),
    ] {
        for text in told {
            let mut clerk = after_person(language, asks);
            clerk.hears(&[text]);
            assert_eq!(clerk.asked, ["hand_off_to_person"], "{text}");
            assert!(clerk.cart.is_empty());
        }
    }
    for (language, says, told) in [
        (En, "All noted, have a nice day.", &["Joe Smith", "12 Oak Street"]),
        (Es, "Listo, ya quedó anotado.", &["Luis Mora", "calle 8 num 4"]),
        (Pt, "Pronto, anotado.", &["Paulo Souza", "rua do sol 45"]),
    ] {
        for text in told {
            let mut clerk = after_person(language, says);
            let answer = clerk.hears(&[text]);
            assert!(clerk.asked.is_empty() && Shape::of(id::FOR_TEAM).end_within(&answer).is_some(), "{answer}");
        }
    }
}

#[test]
fn what_is_said_to_us_after_a_person_is_answered_as_ever() {
    for (language, text) in
        [(En, "do you ship to Boston?"), (Es, "hacen envíos a Toluca?"), (Pt, "vocês entregam em Recife?")]
    {
        let mut clerk = after_person(language, "?");
        assert_eq!(clerk.hears(&[text]), shop(language).policies[0].1);
    }
    let mut clerk = after_person(Es, "Listo, ¿algo más?");
    assert!(clerk.hears(&["tienes tazas?"]).contains("Taza Luna"));
    let mut clerk = after_person(En, "All done.");
    clerk.hears(&["ok"]);
    assert!(clerk.asked.is_empty());
}

#[test]
fn a_change_of_the_cart_is_made_though_a_person_spoke_before() {
    for (language, says, text, cart) in [
        (En, "All good, the parcel leaves tomorrow.", "make it three", "3 MOON-1"),
        (En, "All good, the parcel leaves tomorrow.", "one less", "1 MOON-1"),
        (Es, "Listo, sale mañana.", "que sean tres", "3 MOON-1"),
        (Es, "Listo, sale mañana.", "una más por favor", "3 MOON-1"),
        (Pt, "Pronto, sai amanhã.", "menos uma", "1 MOON-1"),
    ] {
        let mut clerk = Clerk::new(language);
        clerk.hears(&[match language {
            En => "moon mug",
            Es => "taza luna",
            Pt => "caneca lua",
        }]);
        clerk.hears(&[match language {
            En => "I'll take 2",
            Es => "me llevo 2",
            Pt => "quero 2",
        }]);
        clerk.person(says);
        let answer = clerk.hears(&[text]);
        assert_eq!(clerk.cart(), [cart], "{text}: {answer}");
    }
    // Who has just asked how many, or where, is the one who is answered.
    let mut clerk = after_person(Es, "¿Dónde lo dejamos si no hay nadie?");
    clerk.hears(&["déjalo con el portero"]);
    assert_eq!(clerk.asked, ["hand_off_to_person"]);
}

#[test]
fn a_declined_card_is_answered_by_what_the_order_says() {
    for (language, text) in [
        (En, "my card got declined"),
        (En, "it won't take my card"),
        (Es, "me rechazaron la tarjeta"),
        (Es, "no pasa mi tarjeta"),
        (Pt, "meu cartão foi recusado"),
        (Pt, "o cartão não passou"),
    ] {
        let says = |state: Option<OrderStateShown>| {
            let mut clerk = Clerk::new(language);
            clerk.orders = state.map(|state| order(language, state, false)).into_iter().collect();
            let answer = clerk.hears(&[text]);
            assert_eq!(clerk.asked, ["order_status"], "{text}");
            answer
        };
        let failed = says(Some(OrderStateShown::PaymentFailed));
        assert!(Shape::of(id::PAYMENT_FAILED).end_within(&failed).is_some(), "{failed}");
        let open = says(Some(OrderStateShown::AwaitingPayment));
        assert!(Shape::of(id::PAYMENT_FAILED).end_within(&open).is_none(), "{open}");
        assert!(Shape::of(id::OFFER_FRESH_LINK).end_within(&open).is_some(), "{open}");
        assert!(Shape::of(id::OFFER_PERSON).end_within(&says(None)).is_some());
    }
}

#[test]
fn talk_that_is_no_wish_finds_nothing() {
    for (language, texts) in [
        (
            En,
            &[
                "do you price match zazzo?",
                "idk too expensive, forget it",
                "is this legit?",
                "is this a scam?",
                "write me a poem about the moon",
                "tell me a joke about a mug",
                "lol my boss is such a sun of a gun honestly whatever",
                "who is the president?",
            ][..],
        ),
        (
            Es,
            &[
                "igualan precios de zazzo?",
                "ay no se, muy caro, olvídalo",
                "esto es confiable?",
                "no será una estafa?",
                "escríbeme un poema sobre la luna",
                "cuéntame un chiste de la luna",
                "quién es el presidente?",
            ],
        ),
        (
            Pt,
            &[
                "vocês cobrem o preço da zazzo?",
                "sei lá, muito caro, esquece",
                "isso é confiável?",
                "isso não é golpe?",
                "escreve um poema sobre a lua",
                "conta uma piada da lua",
                "quem é o presidente?",
            ],
        ),
    ] {
        for text in texts {
            let mut clerk = Clerk::new(language);
            let answer = clerk.hears(&[text]);
            for card in &clerk.catalog {
                assert!(!answer.contains(&card.title), "{text}: {answer}");
            }
        }
    }
}

#[test]
fn a_rule_that_answers_is_told_where_no_topic_fits() {
    let mut clerk = Clerk::new(En);
    clerk
        .shop
        .policies
        .push(("about".to_owned(), "Founded in May. We wrap gifts in paper for free. Ask us.".to_owned()));
    assert_eq!(clerk.hears(&["could you wrap gifts?"]), "We wrap gifts in paper for free.");
}

#[test]
fn a_number_that_is_part_of_a_choice_is_not_how_many() {
    let mut card = crate::llm::guided::tests::choices::candle(Es);
    for (variant, value) in card.variants.iter_mut().zip(["20 por 30 cm", "40 por 60 cm", "60 por 90 cm"]) {
        value.clone_into(&mut variant.options[0].value);
    }
    let mut clerk = Clerk::new(Es).with(card);
    clerk.shop.bargains = true;
    clerk.hears(&["tienen velas?"]);
    clerk.hears(&["¿me dejas la de 40 por 60 cm en 120?"]);
    clerk.hears(&["sí"]);
    assert_eq!(clerk.cart(), ["1 MIST-M"]);
}

#[test]
fn how_many_are_taken_at_a_price_is_how_many_are_sold() {
    for (language, search, less, takes, count) in [
        (En, "moon mug", "can you do better?", "yes, I'll take 2", 2),
        (En, "moon mug", "can you do better?", "I'll take two at that price", 2),
        (Es, "taza luna", "me haces un descuento?", "ok deme 3 a ese precio", 3),
        (Es, "taza luna", "me haces un descuento?", "me llevo 2", 2),
        (Es, "taza luna", "me haces un descuento?", "va, dame cuatro", 4),
        (Pt, "caneca lua", "faz um desconto?", "fechado, levo duas", 2),
        (Pt, "caneca lua", "faz um desconto?", "quero 3 por esse preço", 3),
        (Pt, "caneca lua", "faz um desconto?", "fechado", 1),
    ] {
        let mut clerk = Clerk::new(language);
        clerk.shop.bargains = true;
        clerk.hears(&[search]);
        clerk.hears(&[less]);
        assert_eq!(clerk.asked.last().map(String::as_str), Some("negotiate_price"), "{less}");
        let answer = clerk.hears(&[takes]);
        assert!(clerk.asked.iter().any(|tool| tool == "negotiate_price"), "{takes}: {answer}");
        assert_eq!(clerk.cart(), [format!("{count} MOON-1")], "{takes}: {answer}");
    }
}
