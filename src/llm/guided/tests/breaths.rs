//! Several things in one breath: each is dealt with, and what is not is not passed over in silence.

use crate::agent::entry::{Entry, ToolResult, ToolStatus};
use crate::agent::evidence::Evidence;
use crate::base::language::Language::{self, En, Es, Pt};
use crate::llm::guided::answer;
use crate::llm::guided::tests::choices::candle;
use crate::llm::guided::tests::clerk::Clerk;
use crate::llm::guided::tests::shop::{mug, said, shirt, shop};
use crate::sentences::{Shape, id};

#[test]
fn a_wish_and_what_narrows_it_are_read_together() {
    for (language, messages, title) in [
        (Es, ["hola", "tienen camisas?", "de color azul"], "Camisa Sol"),
        (En, ["hey there", "do you have shirts?", "in blue"], "Sun Shirt"),
        (Pt, ["oi", "tem camisa?", "na cor azul"], "Camisa Sol"),
    ] {
        let mut clerk = Clerk::new(language);
        let text = clerk.hears(&messages);
        assert!(text.contains(title) && clerk.asked[0] == "search_catalog", "{text}");
        // Blue is said already.
        assert!(text.contains("S, M") && !text.contains("Roj") && !text.contains("Red"), "{text}");
    }
}

#[test]
fn a_price_and_a_rule_asked_in_a_row_are_both_answered() {
    for (language, search, messages) in [
        (Es, "velas", ["cuanto cuesta la grande?", "y hacen envios a Monterrey?"]),
        (Es, "velas", ["cuanto cuesta la grande", "y hacen envios a monterrey"]),
        (En, "candles", ["how much is the large one", "do you ship to Boston"]),
        (Pt, "vela", ["quanto custa a grande?", "vocês entregam em Recife?"]),
    ] {
        let mut clerk = Clerk::new(language).with(candle(language));
        clerk.hears(&[search]);
        let text = clerk.hears(&messages);
        let shipping = &shop(language).policies[0].1;
        assert!(text.contains("220") && text.contains(shipping.as_str()), "{text}");
    }
}

#[test]
fn an_order_and_a_question_in_one_message_are_both_dealt_with() {
    for (language, search, text) in [
        (Es, "taza luna", "agrega 2 y cuanto es el envio?"),
        (Es, "taza luna", "dame 2 y de paso dime si hacen envíos"),
        (En, "moon mug", "add 2 and how much is shipping?"),
        (En, "moon mug", "I'll take 2. do you ship everywhere?"),
        (Pt, "caneca lua", "coloca 2 e quanto é o frete?"),
        (Pt, "caneca lua", "quero 2, vocês entregam aqui?"),
    ] {
        let mut clerk = Clerk::new(language);
        clerk.hears(&[search]);
        let answer = clerk.hears(&[text]);
        assert_eq!(clerk.cart(), ["2 MOON-1"], "{text}: {answer}");
        assert!(answer.contains(shop(language).policies[0].1.as_str()), "{text}: {answer}");
    }
}

#[test]
fn what_is_taken_out_and_what_is_put_in_are_both_done() {
    for (language, first, second, text) in [
        (Es, "taza luna", "gorra norte", "quita la taza y agrega la gorra"),
        (En, "moon mug", "north cap", "take the mug out and add the cap"),
        (Pt, "caneca lua", "boné norte", "tira a caneca e coloca o boné"),
    ] {
        let mut clerk = Clerk::new(language);
        clerk.hears(&[first]);
        clerk.hears(&[if language == En { "yes" } else { "quero" }, "1"]);
        clerk.has_shown_cart(&[("MOON-1", 1)]);
        clerk.hears(&[second]);
        let answer = clerk.hears(&[text]);
        assert_eq!(clerk.cart(), ["1 NORTH-1"], "{text}: {answer}");
    }
}

#[test]
fn more_than_can_be_answered_at_once_is_said_not_to_be() {
    let mut clerk = Clerk::new(En);
    let text = clerk.hears(&["do you ship?", "can I return things?", "what are your hours?", "do you take cash?"]);
    assert!(Shape::of(id::NOT_YET).end_within(&text).is_some(), "{text}");
    let text = clerk.hears(&["do you ship?", "can I return things?"]);
    assert!(Shape::of(id::NOT_YET).end_within(&text).is_none(), "{text}");
}

#[test]
fn the_cart_is_shown_once_when_it_is_changed_and_asked_for() {
    let mut clerk = Clerk::new(Es);
    clerk.hears(&["taza luna"]);
    let text = clerk.hears(&["agrega 2 y cuánto es en total?"]);
    assert_eq!(clerk.cart(), ["2 MOON-1"], "{text}");
    assert_eq!(text.matches("2 × Taza Luna").count(), 1, "{text}");
}

#[test]
fn what_changes_the_cart_is_done_before_it_is_paid() {
    for (language, text, cart) in [
        (En, "I want to pay but take the cap out", "1 MOON-1"),
        (En, "I want to pay and take the cap out", "1 MOON-1"),
        (Es, "quiero pagar pero quita la gorra", "1 MOON-1"),
        (Pt, "quero pagar mas tira o boné", "1 MOON-1"),
    ] {
        let mut clerk = with_two_in_cart(language);
        let answer = clerk.hears(&[text]);
        assert_eq!(clerk.cart(), [cart], "{text}: {answer}");
        assert!(!clerk.asked.contains(&"create_checkout_session".to_owned()), "{text}: {answer}");
    }
    for (language, text) in [
        (En, "I want to pay and use code SAVE10"),
        (Es, "quiero pagar y aplica el código SAVE10"),
        (Pt, "quero pagar e usar o cupom SAVE10"),
    ] {
        let mut clerk = with_two_in_cart(language);
        let answer = clerk.hears(&[text]);
        assert_eq!(clerk.asked.first().map(String::as_str), Some("apply_discount"), "{text}: {answer}");
    }
}

#[test]
fn what_is_added_of_a_list_is_not_more_of_the_cart() {
    for (language, first, second, text) in [
        (En, "the north cap, please", "any mugs or candles?", "add two and how much is it with shipping?"),
        (Es, "quiero la gorra norte", "tienen tazas o velas?", "agrega dos y cuánto sale con envío?"),
        (Pt, "quero o boné norte", "tem caneca ou vela?", "coloca duas e quanto fica com frete?"),
    ] {
        let mut clerk = Clerk::new(language).with(candle(language));
        clerk.hears(&[first]);
        clerk.has_shown_cart(&[("NORTH-1", 1)]);
        clerk.hears(&[second]);
        let answer = clerk.hears(&[text]);
        assert_eq!(clerk.cart(), ["1 NORTH-1"], "{text}: {answer}");
        assert!(!clerk.asked.contains(&"change_cart".to_owned()), "{text}: {answer}");
    }
    let mut clerk = Clerk::new(Es);
    clerk.hears(&["cuánto es en total? quiero pagar"]);
    assert_eq!(clerk.asked, ["view_cart"]);
}

/// A mug and a cap are in the cart, which has just been shown.
fn with_two_in_cart(language: Language) -> Clerk {
    let mut clerk = Clerk::new(language);
    clerk.has_shown_cart(&[("MOON-1", 1), ("NORTH-1", 1)]);
    clerk
}

#[test]
fn what_follows_a_question_about_another_thing_is_about_that_thing() {
    for (language, mug, text) in [
        (En, "the mug", "how much is the candle? add two"),
        (En, "the mug", "what sizes does the candle come in? I'll take two of the large one"),
        (Es, "la taza", "cuánto cuesta la vela? agrega dos grandes"),
        (Pt, "a caneca", "quanto custa a vela? coloca duas grandes"),
    ] {
        let mut clerk = Clerk::new(language).with(candle(language));
        clerk.hears(&[match language {
            En => "what do you sell?",
            Es => "qué venden?",
            Pt => "o que vocês vendem?",
        }]);
        clerk.hears(&[mug]);
        let answer = clerk.hears(&[text]);
        assert!(clerk.cart.iter().all(|(sku, _)| sku.starts_with("MIST")), "{text}: {answer}");
        assert!(answer.contains("220"), "{text}: {answer}");
    }
    for (language, mug, text) in [
        (En, "the mug", "what colors does the cap come in? how much is it?"),
        (Es, "la taza", "en qué colores viene la gorra? cuánto cuesta?"),
        (Pt, "a caneca", "em que cores vem o boné? quanto custa?"),
    ] {
        let mut clerk = Clerk::new(language);
        clerk.hears(&[match language {
            En => "what do you sell?",
            Es => "qué venden?",
            Pt => "o que vocês vendem?",
        }]);
        clerk.hears(&[mug]);
        let answer = clerk.hears(&[text]);
        assert!(answer.contains("180") && !answer.contains("120"), "{text}: {answer}");
    }
}

#[test]
fn lists_of_one_message_are_numbered_through() {
    for (language, text, fourth) in [
        (En, ["do you have shirts or mugs?", "do you have candles or caps?"], "the fourth one"),
        (Es, ["tienen camisas o tazas?", "tienen velas o gorras?"], "la cuarta"),
        (Pt, ["tem camisa ou caneca?", "tem vela ou boné?"], "a quarta"),
    ] {
        let mut clerk = Clerk::new(language).with(candle(language));
        let answer = clerk.hears(&text);
        let numbered: Vec<_> =
            answer.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit())).collect();
        let places: Vec<_> = numbered.iter().filter_map(|line| line.split('.').next()).collect();
        assert_eq!(places, ["1", "2", "3", "4"], "{answer}");
        let shown = clerk.hears(&[fourth]);
        let title = shown.split(':').next().unwrap();
        assert!(numbered[3].contains(title), "{answer}: {shown}");
    }
}

#[test]
fn a_line_that_two_answers_share_is_told_with_both() {
    // Two things that come in the same sizes: each is told with them.
    let mut coat = shirt(En);
    coat.product = "coat".parse().unwrap();
    coat.title = "Rain Coat".to_owned();
    for (index, variant) in coat.variants.iter_mut().enumerate() {
        variant.sku = format!("COAT-{index}").parse().unwrap();
    }
    let mut clerk = Clerk::new(En).with(coat);
    clerk.hears(&["what do you sell?"]);
    let answer = clerk.hears(&["what sizes does the sun shirt have?", "what colors does the rain coat have?"]);
    assert!(answer.contains("S, M") && answer.contains("Blue, Red"), "{answer}");
    let answer = clerk.hears(&["what sizes does the sun shirt have?", "what sizes does the rain coat have?"]);
    assert_eq!(answer.matches("S, M").count(), 2, "{answer}");
}

#[test]
fn what_is_supposed_and_a_rule_are_both_answered() {
    for (language, search, text) in [
        (En, "moon mug", "if I take two how much is it? and do you ship to Ohio?"),
        (Es, "taza luna", "si me llevo dos cuánto es? y hacen envíos a Puebla?"),
        (Pt, "caneca lua", "se eu levar duas quanto fica? e entregam em Recife?"),
    ] {
        let mut clerk = Clerk::new(language);
        clerk.hears(&[search]);
        let answer = clerk.hears(&[text]);
        assert!(answer.contains("120") && answer.contains(&shop(language).policies[0].1), "{text}: {answer}");
        assert!(clerk.cart.is_empty(), "{text}");
    }
}

#[test]
fn a_question_that_came_while_another_was_looked_up_is_answered_with_or_without_its_mark() {
    for (first, second) in
        [("how much is the mug?", "do you ship to Boston?"), ("how much is the mug?", "do you ship to Boston")]
    {
        let mut clerk = Clerk::new(En);
        clerk.hears(&["what do you sell?"]);
        clerk.entries.push(said(first));
        let reply = answer(&clerk.shop, &clerk.entries);
        let result = ToolResult {
            call: reply.calls[0].id.clone(),
            tool: reply.calls[0].tool.clone(),
            status: ToolStatus::Answered,
            text: String::new(),
            evidence: vec![Evidence::Product(mug(En))],
        };
        clerk.entries.push(Entry::Calls { text: None, calls: reply.calls });
        clerk.entries.push(Entry::Results(vec![result]));
        let text = clerk.hears(&[second]);
        assert!(text.contains("120") && text.contains("We ship"), "{first} {second}: {text}");
    }
}

#[test]
fn what_is_taken_and_another_thing_that_is_named_are_both_heard() {
    for (language, search, text, found) in [
        (En, "moon mug", "I'll take 2 and also a cap", "North Cap"),
        (Es, "taza luna", "quiero 2 y también una gorra", "Gorra Norte"),
        (Pt, "caneca lua", "quero 2 e também um boné", "Boné Norte"),
    ] {
        let mut clerk = Clerk::new(language);
        clerk.hears(&[search]);
        let answer = clerk.hears(&[text]);
        assert_eq!(clerk.cart(), ["2 MOON-1"], "{text}: {answer}");
        assert!(answer.contains(found), "{text}: {answer}");
    }
}

#[test]
fn whom_it_is_for_is_not_what_is_looked_for() {
    for (language, text, title) in [
        (En, "for my mother, do you have caps?", "North Cap"),
        (Es, "para mi mamá tienen gorras?", "Gorra Norte"),
        (Pt, "e pra minha mãe tem boné?", "Boné Norte"),
    ] {
        let mut clerk = Clerk::new(language);
        let answer = clerk.hears(&[text]);
        assert!(answer.contains(title), "{text}: {answer}");
    }
}
