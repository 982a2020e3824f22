//! Things whose choices differ in price, choices that there are not, and what is sold out.

use crate::agent::evidence::{ProductCard, Stock, VariantCard};
use crate::base::language::Language::{self, En, Es, Pt};
use crate::llm::guided::tests::clerk::Clerk;
use crate::llm::guided::tests::shop::{check, money, mug, named, variant};
use crate::sentences::{Sentences, Shape, id};

/// A candle in three sizes, each with its price.
pub fn candle(language: Language) -> ProductCard {
    let (title, size, values, weight) = match language {
        En => ("Mist Candle", "Size", ["Small", "Medium", "Large"], ("Weight", "300 g")),
        Es => ("Vela Bruma", "Tamaño", ["Chica", "Mediana", "Grande"], ("Peso", "300 g")),
        Pt => ("Vela Bruma", "Tamanho", ["Pequena", "Média", "Grande"], ("Peso", "300 g")),
    };
    let row =
        |sku: &str, value: &str, price: &str| variant(language, sku, &[(size, value)], price, Stock::Left(20));
    ProductCard {
        product: "mist".parse().unwrap(),
        title: title.to_owned(),
        description: String::new(),
        image: None,
        facts: vec![named(weight.0, weight.1)],
        variants: vec![
            row("MIST-S", values[0], "100"),
            row("MIST-M", values[1], "150"),
            row("MIST-L", values[2], "220"),
        ],
    }
}

/// A blanket that is sold out.
pub fn blanket(language: Language) -> ProductCard {
    let title = match language {
        En => "Frost Blanket",
        Es => "Cobija Escarcha",
        Pt => "Coberta Geada",
    };
    ProductCard {
        product: "frost".parse().unwrap(),
        title: title.to_owned(),
        variants: vec![variant(language, "FROST-1", &[], "400", Stock::Out)],
        ..mug(language)
    }
}

fn clerk(language: Language) -> Clerk {
    Clerk::new(language).with(candle(language)).with(blanket(language))
}

fn price(language: Language, major: &str) -> String {
    money(language, major).display(crate::llm::guided::tests::shop::shop(language).locale)
}

#[track_caller]
fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in {text:?}");
    }
}

#[test]
fn what_each_choice_costs_is_told_where_prices_differ() {
    for (language, search, size) in [
        (En, "do you have candles?", "sizes?"),
        (Es, "tienen velas?", "qué tamaños hay?"),
        (Pt, "tem vela?", "quais tamanhos tem?"),
    ] {
        let mut clerk = clerk(language);
        let values: Vec<String> = candle(language).variants.iter().map(VariantCard::options_text).collect();
        let all: Vec<_> = values
            .iter()
            .zip(["100", "150", "220"])
            .map(|(value, of)| format!("{value}: {}", price(language, of)))
            .collect();
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        has(&clerk.hears(&[search]), &all);
        has(&clerk.hears(&[size]), &all);
    }
}

#[test]
fn the_unit_of_a_measure_may_be_left_out() {
    let mut card = candle(Es);
    for (variant, value) in card.variants.iter_mut().zip(["20 por 30 cm", "40 por 60 cm", "60 por 90 cm"]) {
        value.clone_into(&mut variant.options[0].value);
    }
    let mut clerk = Clerk::new(Es).with(card);
    clerk.hears(&["tienen velas?"]);
    let answer = clerk.hears(&["cuanto sale la de 60 por 90"]);
    has(&answer, &["60 por 90"]);
    assert!(!answer.contains("20 por 30"), "{answer}");
}

#[test]
fn what_a_list_did_not_tell_of_is_asked_before_it_is_put_in_the_cart() {
    for (language, search, both, size) in [
        (En, "show me something under 130", "I want the candle and the mug", "the large one"),
        (Es, "muéstrame algo de menos de 130", "quiero la vela y la taza", "la grande"),
        (Pt, "me mostra algo até 130", "quero a vela e a caneca", "a grande"),
    ] {
        let mut clerk = clerk(language);
        let list = clerk.hears(&[search]);
        let answer = clerk.hears(&[both]);
        assert_eq!(clerk.cart(), ["1 MOON-1"], "{list} {both}: {answer}");
        has(&answer, &[&price(language, "220")]);
        let answer = clerk.hears(&[size]);
        assert_eq!(clerk.cart(), ["1 MOON-1", "1 MIST-L"], "{both} {size}: {answer}");
    }
}

#[test]
fn who_asks_what_differs_has_taken_nothing() {
    for (language, search, texts) in [
        (
            En,
            "candles",
            &["what is the difference between the small and the large one?", "difference between small and large"]
                [..],
        ),
        (Es, "velas", &["qué diferencia hay entre la chica y la grande?", "diferencia entre la chica y la grande"]),
        (Pt, "vela", &["qual a diferença entre a pequena e a grande?", "diferença entre a pequena e a grande"]),
    ] {
        for text in texts {
            let mut clerk = clerk(language);
            clerk.hears(&[search]);
            let answer = clerk.hears(&[text]);
            assert!(clerk.cart.is_empty(), "{text}: {answer}");
            has(&answer, &[&price(language, "220")]);
        }
    }
}

#[test]
fn one_choice_of_a_thing_in_the_cart_takes_the_place_of_another() {
    for (language, search, small, mug, text) in [
        (En, "candles", "the small one", "and the mug", "change the candle to the large one"),
        (Es, "velas", "la chica", "quiero la taza", "cambia la vela por la grande"),
        (Pt, "vela", "a pequena", "quero a caneca", "troca a vela pela grande"),
    ] {
        let mut clerk = clerk(language);
        clerk.hears(&[search]);
        clerk.hears(&[small]);
        clerk.hears(&[mug]);
        clerk.has_shown_cart(&[("MIST-S", 3), ("MOON-1", 2)]);
        let answer = clerk.hears(&[text]);
        assert_eq!(clerk.cart(), ["2 MOON-1", "3 MIST-L"], "{text}: {answer}");
    }
}

#[test]
fn a_yes_to_so_many_takes_so_many() {
    for (language, search, supposes, yes) in [
        (En, "candles", "and what if I take 3 of the large?", "do it"),
        (Es, "velas", "y si me llevo 3 de la grande?", "hazlo"),
        (Pt, "vela", "e se eu levar 3 da grande?", "pode ser"),
    ] {
        let mut clerk = clerk(language);
        clerk.hears(&[search]);
        clerk.hears(&[supposes]);
        let answer = clerk.hears(&[yes]);
        assert_eq!(clerk.cart(), ["3 MIST-L"], "{yes}: {answer}");
    }
}

#[test]
fn one_of_what_we_asked_the_size_of_is_asked_for_again() {
    for (language, search, text) in
        [(En, "candles", "give me one"), (Es, "velas", "dame una"), (Pt, "vela", "coloca uma")]
    {
        let mut clerk = clerk(language);
        clerk.hears(&[search]);
        let answer = clerk.hears(&[text]);
        has(&answer, &[&price(language, "220")]);
        assert!(clerk.cart.is_empty(), "{answer}");
    }
}

#[test]
fn a_yes_to_what_else_there_is_buys_nothing() {
    for (language, search, no, yes) in [
        (En, "moon mug", "no thanks", "yes"),
        (Es, "taza luna", "no gracias", "sí"),
        (Pt, "caneca lua", "não", "sim"),
    ] {
        for before in [vec![no], vec![no, "hola"], vec!["my cart", "mi carrito", "meu carrinho"]] {
            let mut clerk = clerk(language);
            clerk.hears(&[search]);
            for text in before {
                clerk.hears(&[text]);
            }
            let answer = clerk.hears(&[yes]);
            assert!(clerk.cart.is_empty(), "{yes}: {answer}");
        }
    }
}

#[test]
fn the_thing_in_view_and_another_are_taken_together() {
    for (language, list, cap, both) in [
        (En, "what do you sell?", "the cap", "nice, I'll take it and the mug"),
        (Es, "qué venden?", "la gorra", "genial, me la llevo y también la taza"),
        (Pt, "o que vocês vendem?", "o boné", "ótimo, levo ele e a caneca"),
    ] {
        let mut clerk = clerk(language);
        clerk.hears(&[list]);
        clerk.hears(&[cap]);
        let answer = clerk.hears(&[both]);
        assert_eq!(clerk.cart(), ["1 NORTH-1", "1 MOON-1"], "{both}: {answer}");
    }
}

#[test]
fn the_sizes_of_a_thing_that_is_named_are_told() {
    for (language, list, text) in [
        (En, "what do you sell?", "what sizes does the sun shirt come in?"),
        (Es, "qué venden?", "qué tallas tiene la camisa sol?"),
        (Pt, "o que vocês vendem?", "quais tamanhos tem a camisa sol?"),
        (Es, "qué venden?", "en qué tallas viene la camisa?"),
        (Pt, "o que vocês vendem?", "em que tamanhos vem a camisa?"),
    ] {
        let mut clerk = clerk(language);
        clerk.hears(&[list]);
        has(&clerk.hears(&[text]), &["S, M"]);
    }
}

#[test]
fn how_much_one_choice_costs_is_answered_by_its_price_alone() {
    for (language, search, large) in [
        (
            En,
            "do you have candles?",
            &["how much is the large one?", "how much is the large one", "and the large one, how much?"][..],
        ),
        (
            Es,
            "tienen velas?",
            &["cuánto cuesta la grande?", "cuanto sale la grande", "y la grande en cuánto está?"],
        ),
        (Pt, "tem vela?", &["quanto custa a grande?", "quanto sai a grande", "e a grande, quanto é?"]),
    ] {
        for text in large {
            let mut clerk = clerk(language);
            clerk.hears(&[search]);
            let answer = clerk.hears(&[text]);
            has(&answer, &[&price(language, "220")]);
            assert!(!answer.contains(&price(language, "100")), "{answer}");
            assert!(clerk.cart.is_empty(), "{text}");
        }
    }
}

#[test]
fn what_is_in_the_cart_is_not_asked_for_again_when_its_price_is_asked() {
    for (language, search, take, ask) in [
        (En, "do you have candles?", "the medium one please", "how much is the candle?"),
        (Es, "tienen velas?", "dame la mediana", "cuánto cuesta la vela?"),
        (Pt, "tem vela?", "quero a média", "quanto custa a vela?"),
    ] {
        let mut clerk = clerk(language);
        clerk.hears(&[search]);
        clerk.hears(&[take]);
        assert_eq!(clerk.cart(), ["1 MIST-M"]);
        let answer = clerk.hears(&[ask]);
        has(&answer, &[&price(language, "150")]);
        assert!(!answer.contains('?') && !answer.contains(&price(language, "100")), "{answer}");
    }
}

#[test]
fn what_is_sold_out_stands_last_and_the_numbers_mean_what_was_shown() {
    for (language, text, third) in [
        (En, "what do you sell?", "the first one"),
        (Es, "qué venden?", "el primero"),
        (Pt, "o que vocês vendem?", "o primeiro"),
    ] {
        let mut clerk = Clerk::new(language);
        clerk.catalog.insert(0, blanket(language));
        let answer = clerk.hears(&[text]);
        let lines: Vec<&str> =
            answer.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit())).collect();
        assert!(lines[3].contains(&blanket(language).title), "{answer}");
        let shown = clerk.hears(&[third]);
        assert!(lines[0].contains(shown.split(':').next().unwrap()), "{shown}");
    }
}

#[test]
fn a_choice_that_there_is_not_is_said_and_nothing_is_added() {
    let missing = Shape::of(id::NO_SUCH_OPTION);
    let none = Shape::of(id::NO_SUCH_CHOICE);
    let of = |language: Language, search: &str, text: &str| {
        let mut clerk = clerk(language);
        clerk.hears(&[search]);
        let answer = clerk.hears(&[text]);
        assert!(clerk.cart.is_empty(), "{text}: {answer}");
        answer
    };
    for (language, search, text) in [
        (En, "sun shirt", "I'll take the blue in XXL"),
        (En, "sun shirt", "do you have it in xxl?"),
        (En, "sun shirt", "add 2 in green"),
        (Es, "camisa sol", "dame la azul en XXL"),
        (Es, "camisa sol", "agrega una en 3XL"),
        (Es, "camisa sol", "la quiero en verde"),
        (Pt, "camisa sol", "quero em XGG"),
        (Pt, "camisa sol", "adiciona uma verde"),
    ] {
        let answer = of(language, search, text);
        assert!(missing.end_within(&answer).is_some(), "{text}: {answer}");
    }
    for (language, search, text) in [
        (En, "moon mug", "I'll take it in XL"),
        (En, "moon mug", "add one in size 42"),
        (En, "moon mug", "I want it in blue"),
        (En, "candles", "the large one in red"),
        (Es, "taza luna", "la quiero en azul"),
        (Es, "taza luna", "dame una talla XL"),
        (Es, "velas", "quiero la grande en morado"),
        (Pt, "caneca lua", "quero em azul"),
        (Pt, "caneca lua", "quero uma tamanho GG"),
        (Pt, "vela", "quero a grande em roxo"),
    ] {
        let answer = of(language, search, text);
        assert!(none.end_within(&answer).is_some(), "{text}: {answer}");
    }
    // What was looked for with it is told there and then, and a plain yes takes the thing as it is.
    let mut clerk = clerk(Es);
    clerk.catalog.retain(|card| card.product.as_str() == "mist");
    has(&clerk.hears(&["busco una vela azul"]), &["azul"]);
    let mut clerk = Clerk::new(En);
    clerk.hears(&["moon mug"]);
    clerk.hears(&["I want it in blue"]);
    clerk.hears(&["yes"]);
    assert_eq!(clerk.cart(), ["1 MOON-1"]);
}

#[test]
fn an_answer_that_is_none_of_the_choices_is_told_what_there_is() {
    for (language, search, text) in [
        (En, "candles", "turquoise"),
        (En, "candles", "vanilla"),
        (Es, "velas", "vainilla"),
        (Pt, "vela", "baunilha"),
    ] {
        let mut clerk = clerk(language);
        clerk.hears(&[search]);
        let answer = clerk.hears(&[text]);
        let values = candle(language).variants[2].options_text();
        assert!(answer.contains(&values) && clerk.cart.is_empty(), "{text}: {answer}");
    }
}

#[test]
fn of_a_list_what_is_not_wanted_is_left_out() {
    use crate::llm::guided::tests::shop::after_list;
    check(
        En,
        &after_list(En),
        &[
            ("not the black one", "rest sun, moon"),
            ("all except the red one", "rest sun, moon, north"),
            ("not the second one", "rest sun, north"),
            ("anything except the mug", "rest sun, north"),
            ("I don't want the cap", "rest sun, moon"),
            ("not that one", "declined"),
        ],
    );
    check(
        Es,
        &after_list(Es),
        &[
            ("la negra no", "rest sun, moon"),
            ("la roja no", "rest sun, moon, north"),
            ("menos la taza", "rest sun, north"),
            ("todas menos la negra", "rest sun, moon"),
            ("el primero no", "rest moon, north"),
        ],
    );
    check(
        Pt,
        &after_list(Pt),
        &[
            ("menos a preta", "rest sun, moon"),
            ("a caneca não", "rest sun, north"),
            ("todas menos a vermelha", "rest sun, moon, north"),
        ],
    );
    let mut clerk = Clerk::new(Es);
    clerk.hears(&["qué venden?"]);
    let text = clerk.hears(&["la taza no"]);
    has(&text, &["1. Camisa Sol", "2. Gorra Norte"]);
    has(&clerk.hears(&["la 2"]), &["Gorra Norte"]);
}

#[test]
fn things_are_compared_by_what_is_known_of_them() {
    use crate::llm::guided::tests::shop::after_list;
    check(
        En,
        &after_list(En),
        &[
            ("compare the first and the third", "compare sun, north by everything"),
            ("compare 1 and 3", "compare sun, north by everything"),
            ("which is cheaper, the mug or the cap?", "compare moon, north by price"),
            ("which one is cheaper?", "compare sun, moon, north by price"),
            ("which is lighter?", "compare sun, moon, north by fact"),
            ("the cheapest one", "show moon"),
        ],
    );
    check(
        Es,
        &after_list(Es),
        &[
            ("compara el primero y el tercero", "compare sun, north by everything"),
            ("cuál pesa menos?", "compare sun, moon, north by fact"),
            ("cuál cuesta menos, la taza o la gorra?", "compare moon, north by price"),
            ("cuál es más ligera, la taza o la gorra?", "compare moon, north by fact"),
        ],
    );
    check(
        Pt,
        &after_list(Pt),
        &[
            ("compara o primeiro com o terceiro", "compare sun, north by everything"),
            ("qual é mais leve?", "compare sun, moon, north by fact"),
            ("qual custa menos, a caneca ou o boné?", "compare moon, north by price"),
        ],
    );
    let mut clerk = Clerk::new(En).with(candle(En));
    clerk.hears(&["what do you sell?"]);
    let cheaper = clerk.hears(&["which is cheaper, the mug or the cap?"]);
    has(&cheaper, &["Moon Mug costs the least", &price(En, "120"), &price(En, "180")]);
    has(&clerk.hears(&["and which is lighter, the mug or the candle?"]), &["300 g", "Moon Mug"]);
    let unknown = clerk.hears(&["which is lighter, the mug or the cap?"]);
    let not_stated = Sentences::in_language(En).say(id::NOT_STATED, [("title", "Moon Mug, North Cap".into())]);
    has(&unknown, &[&not_stated]);
}
