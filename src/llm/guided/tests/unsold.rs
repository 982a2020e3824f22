//! What is said of a thing, a price or a cart without taking it: nothing is put in, and nothing is paid.

use crate::base::language::Language::{self, En, Es, Pt};
use crate::llm::guided::tests::clerk::Clerk;

/// Each of these is said with a thing in view, with one that has choices, after an offer, after a list and after the
/// cart.
#[track_caller]
fn sells_nothing(language: Language, texts: &[&str]) {
    let (mug, shirt, bid, cart, list) = match language {
        En => ("moon mug", "sun shirt", "can you do 100?", "my cart", "what do you sell?"),
        Es => ("taza luna", "camisa sol", "me la dejas en 100?", "mi carrito", "qué venden?"),
        Pt => ("caneca lua", "camisa sol", "faz por 100?", "meu carrinho", "o que vocês vendem?"),
    };
    let situations = [&[mug][..], &[shirt], &[mug, bid], &[list], &[mug, cart]];
    for before in situations {
        let mut clerk = Clerk::new(language);
        clerk.shop.bargains = true;
        if before.contains(&cart) {
            clerk.cart = vec![("MOON-1".to_owned(), 2)];
        }
        for said in before {
            clerk.hears(&[said]);
        }
        let told = clerk.entries.clone();
        for text in texts {
            clerk.entries.clone_from(&told);
            let answer = clerk.hears(&[text]);
            let acts = |tool: &String| matches!(tool.as_str(), "change_cart" | "create_checkout_session");
            assert!(!clerk.asked.iter().any(acts), "{before:?} {text:?}: {:?} {answer}", clerk.asked);
        }
    }
}

#[test]
fn talk_about_a_thing_sells_nothing_in_english() {
    sells_nothing(
        En,
        &[
            "thanks for that",
            "that is too big for me",
            "I already have that one",
            "I bought 2 last year",
            "my sister bought two of those",
            "I'll think about it and get back to you",
            "what if I buy 3",
            "maybe two",
            "how much would 3 cost",
            "2 for 1?",
            "I'd take it if it were cheaper",
            "I would buy it for half that",
            "I like it but it's expensive",
            "can I buy it tomorrow?",
            "it's 3 pm here",
            "yes but in green",
            "ok but is it new?",
            "ok how long does it take",
            "sure, what is it made of",
            "yes, thanks for the info",
            "ok thanks",
            "I want to see the red one",
            "one more thing, is it dishwasher safe?",
            "not at that price",
        ],
    );
}

#[test]
fn talk_about_a_thing_sells_nothing_in_spanish() {
    sells_nothing(
        Es,
        &[
            "gracias por eso",
            "esa es muy grande para mí",
            "esa ya la tengo",
            "esa qué tal",
            "compré 2 el año pasado",
            "déjame preguntarle a mi esposo",
            "y si compro 3",
            "quizá dos",
            "cuánto costarían 3",
            "me gusta pero está cara",
            "la compraría a mitad de precio",
            "puedo comprarla mañana?",
            "nos vemos en 2 días",
            "sí pero en verde",
            "sí pero es nueva?",
            "ok cuánto tarda",
            "sí, de qué está hecha",
            "sí, gracias por la info",
            "va gracias",
            "quiero ver la roja",
            "una duda más, es resistente?",
            "quiero saber más",
            "ni loca a ese precio",
        ],
    );
}

#[test]
fn talk_about_a_thing_sells_nothing_in_portuguese() {
    sells_nothing(
        Pt,
        &[
            "obrigado por isso",
            "que linda",
            "essa é grande demais pra mim",
            "essa eu já tenho",
            "comprei 2 ano passado",
            "vou pensar",
            "e se eu comprar 3",
            "talvez duas",
            "quanto por duas?",
            "quanto custariam 3",
            "gostei mas está caro",
            "até daqui 2 dias",
            "sim mas em verde",
            "sim mas é nova?",
            "ok quanto demora",
            "sim, do que é feita",
            "sim, obrigado pela info",
            "quero ver a vermelha",
            "mais uma pergunta, é resistente?",
            "quero saber mais",
            "nem pensar por esse preço",
        ],
    );
}

#[test]
fn who_takes_it_in_whichever_words_has_it() {
    for (language, mug, texts) in [
        (
            En,
            "moon mug",
            &[
                "yes",
                "ok",
                "perfect",
                "that one please",
                "yes please",
                "cool, add it",
                "lovely, I'll take it",
                "alright, add one",
                "I'd take two",
                "yes add it thanks",
                "yes, and do you ship to Ohio?",
                "put it in my cart",
            ][..],
        ),
        (
            Es,
            "taza luna",
            &[
                "sí",
                "va",
                "dale",
                "esa por favor",
                "sí gracias",
                "si la quiero",
                "agrega",
                "ponla en el carrito",
                "está bonita, me la llevo",
                "sí y hacen envíos?",
            ],
        ),
        (
            Pt,
            "caneca lua",
            &[
                "sim",
                "beleza",
                "pode ser",
                "essa por favor",
                "adiciona",
                "coloca no carrinho",
                "linda, quero",
                "gostei, vou levar",
                "sim e vocês entregam em Recife?",
            ],
        ),
    ] {
        for text in texts {
            let mut clerk = Clerk::new(language);
            clerk.hears(&[mug]);
            let answer = clerk.hears(&[text]);
            assert!(clerk.cart.iter().any(|(sku, _)| sku == "MOON-1"), "{text}: {answer}");
        }
    }
}
