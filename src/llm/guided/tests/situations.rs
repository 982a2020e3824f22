//! Single situations: what follows from a result, a refusal, a notice or a misunderstanding.

use serde_json::json;

use crate::agent::entry::{Attachment, Entry, ShopperSaid, ToolStatus};
use crate::agent::evidence::{CouponCard, Evidence, OrderStateShown, Stock};
use crate::base::language::Language::{self, En, Es, Pt};
use crate::llm::guided::answer;
use crate::llm::guided::tests::clerk::Clerk;
use crate::llm::guided::tests::shop::{
    Play, after_cart, after_list, after_shirt, catalog, check, money, mug, order, quote, result, shirt, shop,
    understood,
};
use crate::sentences::{Sentence, Sentences, Shape, id};

/// Whether the seller's words hold this sentence of ours.
#[track_caller]
fn says<const N: usize>(text: &str, sentence: Sentence<N>) {
    assert!(Shape::of(sentence).end_within(text).is_some(), "{} is not in {text:?}", sentence.id());
}

fn play_after(language: Language, entries: Vec<Entry>) -> Play {
    Play { shop: shop(language), entries }
}

fn search(query: &str, max: Option<&str>) -> serde_json::Value {
    json!({"query": query, "price_min": null, "price_max": max, "options": [], "category": null, "in_stock_only": false})
}

#[test]
fn several_things_can_be_wanted_in_one_message() {
    for (language, before, text, cart) in [
        (En, after_shirt(En), "2 of the blue in M and one red", ["2 SUN-B-M", "1 SUN-R-M"]),
        (En, after_shirt(En), "one blue in S, one in M", ["1 SUN-B-S", "1 SUN-B-M"]),
        (Es, after_list(Es), "quiero una taza y dos camisas rojas", ["1 MOON-1", "2 SUN-R-M"]),
        (Pt, after_list(Pt), "quero duas canecas e um boné preto", ["2 MOON-1", "1 NORTH-1"]),
    ] {
        let mut clerk = Clerk::new(language);
        clerk.entries = before;
        clerk.hears(&[text]);
        assert_eq!(clerk.cart(), cart, "{text}");
    }
    // Only two are left of the blue in M, so it is not several things that can be added at once.
    let found = understood(En, &after_shirt(En), "5 of the blue in M and one red");
    assert!(!found.contains('+'), "{found}");
}

#[test]
fn a_colour_that_only_another_of_the_list_has_means_that_one() {
    let mut play = play_after(Es, after_list(Es));
    play.presses("pick:moon");
    play.expect_call("get_product", &json!({"product": "moon"}), vec![Evidence::Product(mug(Es))]);
    play.expect_words();
    assert_eq!(understood(Es, &play.entries, "2 de la roja en M"), "add 2 sun");
}

#[test]
fn the_buttons_that_rules_make_are_understood() {
    let mut play = play_after(En, after_shirt(En));
    play.presses("variant:SUN-R-M");
    play.expect_call("get_product", &json!({"product": "sun"}), vec![Evidence::Product(shirt(En))]);
    play.expect_call(
        "change_cart",
        &json!({"changes": [{"action": "add", "sku": "SUN-R-M", "quantity": 1}]}),
        vec![Evidence::Quote(quote(En, 1))],
    );
    play.expect_words();
    play.presses("more");
    says(&play.expect_words(), id::ANYTHING_ELSE);
}

#[test]
fn how_much_is_it_means_the_product_in_view_until_there_is_a_cart() {
    check(Es, &after_shirt(Es), &[("cuánto es?", "price of sun")]);
    check(Es, &after_cart(Es), &[("cuánto es?", "viewcart")]);
    check(En, &after_shirt(En), &[("add the shirt to my cart", "add 1 sun")]);
}

#[test]
fn of_several_found_the_one_whose_title_has_every_word_is_shown() {
    let mut play = Play::new(En);
    play.shopper("do you have the sun shirt?");
    let found = catalog(En).into_iter().map(Evidence::Product).collect();
    play.expect_call("search_catalog", &search("sun shirt", None), found);
    play.expect_call("get_product", &json!({"product": "sun"}), vec![Evidence::Product(shirt(En))]);
    play.expect_words_with(&["Sun Shirt"]);
}

#[test]
fn two_questions_that_came_in_a_row_are_both_answered() {
    let mut play = Play::new(En);
    play.shopper("do you have the moon mug?");
    play.shopper("and do you have umbrellas?");
    play.expect_call("search_catalog", &search("moon mug", None), vec![Evidence::Product(mug(En))]);
    play.expect_call("search_catalog", &search("umbrellas", None), Vec::new());
    play.expect_words_with(&["Moon Mug", "umbrellas"]);
}

#[test]
fn a_question_that_comes_while_another_is_looked_up_loses_neither() {
    let mut play = Play::new(En);
    play.shopper("do you have the moon mug?");
    play.expect_call("search_catalog", &search("moon mug", None), vec![Evidence::Product(mug(En))]);
    play.shopper("and do you have umbrellas?");
    play.expect_call("search_catalog", &search("umbrellas", None), Vec::new());
    play.expect_words_with(&["Moon Mug", "umbrellas"]);
}

#[test]
fn a_search_without_a_result_is_widened_and_what_is_found_is_called_the_closest() {
    let mut play = Play::new(Es);
    play.shopper("busco camisas moradas de menos de 300");
    play.expect_call("search_catalog", &search("camisas moradas", Some("300.00")), Vec::new());
    play.expect_call("search_catalog", &search("camisas", Some("300.00")), vec![Evidence::Product(shirt(Es))]);
    says(&play.expect_words(), id::FOUND_CLOSEST);
}

#[test]
fn the_price_is_given_up_last_and_that_is_said() {
    let mut play = Play::new(En);
    play.shopper("umbrellas under 20");
    play.expect_call("search_catalog", &search("umbrellas", Some("20.00")), Vec::new());
    play.expect_call("search_catalog", &search("umbrellas", None), vec![Evidence::Product(mug(En))]);
    says(&play.expect_words(), id::FOUND_OTHER_PRICES);
}

#[test]
fn finding_nothing_twice_offers_a_person() {
    let mut play = Play::new(Pt);
    play.shopper("paraquedas");
    play.expect_call("search_catalog", &search("paraquedas", None), Vec::new());
    says(&play.expect_words(), id::NOTHING_FOUND);
    play.shopper("helicóptero");
    play.expect_call("search_catalog", &search("helicóptero", None), Vec::new());
    says(&play.expect_words(), id::OFFER_PERSON);
    play.shopper("sim");
    play.expect_call(
        "hand_off_to_person",
        &json!({"reason": "The shopper accepted the offer of a person."}),
        vec![Evidence::HandOff { reason: "x".to_owned() }],
    );
    says(&play.expect_words(), id::PERSON_CALLED);
}

#[test]
fn gibberish_twice_offers_a_person() {
    let mut play = play_after(En, after_list(En));
    play.shopper("asdfghjkl");
    says(&play.expect_words(), id::NOT_UNDERSTOOD);
    play.shopper("qwrtpsdf");
    says(&play.expect_words(), id::OFFER_PERSON);
}

#[test]
fn a_quote_that_changed_is_shown_again_before_it_is_paid() {
    let mut play = play_after(Es, after_cart(Es));
    let (old, new) = (quote(Es, 2), quote(Es, 3));
    play.presses(&format!("pay:{}", old.fingerprint.short()));
    play.expect_refused(
        "create_checkout_session",
        &json!({"quote": old.fingerprint.short()}),
        "reason:quote_changed\nShow it again.",
    );
    play.expect_call("view_cart", &json!({}), vec![Evidence::Quote(new.clone())]);
    let text = play.expect_words_with(&[&new.total.display(play.shop.locale)]);
    says(&text, id::QUOTE_CHANGED);
    play.shopper("va");
    let reply = answer(&play.shop, &play.entries);
    assert_eq!(reply.calls[0].arguments, json!({"quote": new.fingerprint.short()}).to_string());
}

#[test]
fn yes_to_an_older_quote_shows_it_anew() {
    let mut play = play_after(En, after_cart(En));
    play.shopper("hmm, how are you?");
    play.expect_words();
    play.shopper("I want to pay");
    play.expect_call("view_cart", &json!({}), vec![Evidence::Quote(quote(En, 2))]);
    play.expect_words();
}

#[test]
fn a_refused_coupon_is_explained_by_its_reason() {
    let refused = |reason: &str, evidence: Vec<Evidence>| {
        let mut play = play_after(En, after_cart(En));
        play.shopper("use code SAVE10");
        let reply = answer(&play.shop, &play.entries);
        play.entries.push(Entry::Calls { text: None, calls: reply.calls });
        let Entry::Results(mut results) =
            result("apply_discount", ToolStatus::Refused, &format!("reason:{reason}\nNo."), evidence)
        else {
            unreachable!()
        };
        results[0].call = "g1".to_owned();
        play.entries.push(Entry::Results(results));
        play.expect_words()
    };
    says(&refused("expired", Vec::new()), id::COUPON_EXPIRED);
    says(&refused("used_up", Vec::new()), id::COUPON_USED_UP);
    says(&refused("not_yet", Vec::new()), id::COUPON_NOT_YET);
    says(&refused("already_used", Vec::new()), id::COUPON_ALREADY_USED);
    says(&refused("below_minimum", Vec::new()), id::COUPON_MINIMUM);
    says(&refused("empty_cart", Vec::new()), id::COUPON_NEEDS_CART);
    says(&refused("something_new", Vec::new()), id::OFFER_PERSON);
    let minimum = Some(money(En, "800"));
    let card = CouponCard { code: "SAVE10".parse().unwrap(), percent: None, amount: None, minimum };
    assert!(refused("below_minimum", vec![Evidence::Coupon(card)]).contains("$800.00"));
}

#[test]
fn a_code_that_is_none_is_looked_for_in_the_catalog() {
    let mut play = Play::new(En);
    play.shopper("RTX3060");
    play.expect_refused("apply_discount", &json!({"code": "RTX3060"}), "reason:unknown_code\nNo such code.");
    play.expect_call("search_catalog", &search("RTX3060", None), vec![Evidence::Product(mug(En))]);
    play.expect_words_with(&["Moon Mug"]);
}

#[test]
fn more_than_there_is_is_not_put_in_the_cart() {
    let mut play = play_after(Es, after_shirt(Es));
    play.shopper("quiero 5 de la azul en M");
    play.expect_call("get_product", &json!({"product": "sun"}), vec![Evidence::Product(shirt(Es))]);
    let text = play.expect_words_with(&["solo quedan 2"]);
    says(&text, id::ASK_HOW_MANY);
    play.shopper("2");
    play.expect_call("get_product", &json!({"product": "sun"}), vec![Evidence::Product(shirt(Es))]);
    let change = json!({"changes": [{"action": "add", "sku": "SUN-B-M", "quantity": 2}]});
    play.expect_call("change_cart", &change, vec![Evidence::Quote(quote(Es, 2))]);
    play.expect_words();
}

#[test]
fn a_colour_that_does_not_exist_is_answered_with_those_that_do() {
    let mut play = play_after(En, after_shirt(En));
    play.shopper("do you have it in green?");
    play.expect_call("get_product", &json!({"product": "sun"}), vec![Evidence::Product(shirt(En))]);
    says(&play.expect_words_with(&["Blue, Red"]), id::NO_SUCH_OPTION);
}

#[test]
fn a_colour_is_understood_in_the_shoppers_language_when_the_catalog_has_another() {
    let mut play = play_after(Es, after_shirt(Es));
    play.shop = shop(En);
    play.shopper("2 of the blue in M");
    play.expect_call("get_product", &json!({"product": "sun"}), vec![Evidence::Product(shirt(Es))]);
    let change = json!({"changes": [{"action": "add", "sku": "SUN-B-M", "quantity": 2}]});
    play.expect_call("change_cart", &change, vec![Evidence::Quote(quote(Es, 2))]);
    play.expect_words();
}

#[test]
fn stock_is_told_from_the_card() {
    let mut play = play_after(En, after_shirt(En));
    play.shopper("is the blue in M available?");
    play.expect_call("get_product", &json!({"product": "sun"}), vec![Evidence::Product(shirt(En))]);
    says(&play.expect_words_with(&["2 left of Sun Shirt, Blue / M"]), id::ASK_ADD);
    play.shopper("and the blue in L?");
    play.expect_call("get_product", &json!({"product": "sun"}), vec![Evidence::Product(shirt(En))]);
    says(&play.expect_words_with(&["Sun Shirt, Blue / L"]), id::OUT_OF_STOCK);
}

#[test]
fn what_the_card_says_is_quoted_and_what_it_does_not_say_is_not_invented() {
    let ask = |text: &str| {
        let mut play = play_after(En, after_shirt(En));
        play.shopper(text);
        play.expect_call("get_product", &json!({"product": "sun"}), vec![Evidence::Product(shirt(En))]);
        play.expect_words()
    };
    assert!(ask("does it have pockets?").contains("Light shirt with two pockets."));
    let unknown = ask("is it waterproof?");
    says(&unknown, id::NOT_STATED);
    says(&unknown, id::OFFER_PERSON);
}

#[test]
fn a_sold_out_product_is_not_offered_for_the_cart() {
    let mut gone = mug(Pt);
    gone.variants[0].stock = Stock::Out;
    let mut play = play_after(Pt, after_list(Pt));
    play.shopper("o segundo");
    play.expect_call("get_product", &json!({"product": "moon"}), vec![Evidence::Product(gone)]);
    let text = play.expect_words();
    says(&text, id::SOLD_OUT);
    assert!(Shape::of(id::ASK_ADD).end_within(&text).is_none());
}

#[test]
fn pressed_rows_and_buttons_do_what_they_say() {
    let step = |before: Vec<Entry>, id: &str| {
        let mut play = play_after(En, before);
        play.presses(id);
        let reply = answer(&play.shop, &play.entries);
        reply
            .calls
            .first()
            .map_or_else(|| reply.text.unwrap_or_default(), |call| format!("{} {}", call.tool, call.arguments))
    };
    assert_eq!(step(after_list(En), "pick:moon"), r#"get_product {"product":"moon"}"#);
    assert_eq!(step(after_shirt(En), "variant:SUN-R-M"), r#"get_product {"product":"sun"}"#);
    assert!(step(Vec::new(), "variant:ELSE-1").starts_with("change_cart"));
    assert!(step(after_cart(En), "pay:0123abcd").starts_with(r#"create_checkout_session {"quote":"0123abcd"}"#));
    assert!(step(after_cart(En), "person").starts_with("hand_off_to_person"));
    assert!(step(after_cart(En), "more").contains('?'));
    assert!(step(after_cart(En), "keep").contains('?'));
}

#[test]
fn a_pressed_variant_keeps_the_number_that_was_asked_for_before() {
    let mut play = play_after(Es, after_shirt(Es));
    play.shopper("quiero 2 de la azul");
    play.expect_call("get_product", &json!({"product": "sun"}), vec![Evidence::Product(shirt(Es))]);
    play.expect_words();
    play.presses("variant:SUN-B-S");
    play.expect_call("get_product", &json!({"product": "sun"}), vec![Evidence::Product(shirt(Es))]);
    let change = json!({"changes": [{"action": "add", "sku": "SUN-B-S", "quantity": 2}]});
    play.expect_call("change_cart", &change, vec![Evidence::Quote(quote(Es, 2))]);
    play.expect_words();
}

#[test]
fn yes_to_a_single_product_puts_it_in_the_cart() {
    let mut play = Play::new(Pt);
    play.shopper("procuro canecas");
    play.expect_call("search_catalog", &search("canecas", None), vec![Evidence::Product(mug(Pt))]);
    says(&play.expect_words(), id::ASK_ADD);
    play.shopper("pode ser");
    play.expect_call("get_product", &json!({"product": "moon"}), vec![Evidence::Product(mug(Pt))]);
    let change = json!({"changes": [{"action": "add", "sku": "MOON-1", "quantity": 1}]});
    play.expect_call("change_cart", &change, vec![Evidence::Quote(quote(Pt, 1))]);
    play.expect_words();
}

#[test]
fn emptying_takes_every_line_out() {
    let mut play = play_after(Es, after_cart(Es));
    play.shopper("vacía mi carrito");
    let change = json!({"changes": [{"action": "remove", "sku": "SUN-B-M", "quantity": 2}]});
    play.expect_call("change_cart", &change, vec![Evidence::EmptyCart]);
    says(&play.expect_words(), id::CART_EMPTIED);
}

#[test]
fn an_unknown_cart_is_looked_at_before_it_is_changed() {
    let mut play = Play::new(En);
    play.shopper("remove the shirt");
    play.expect_call("view_cart", &json!({}), vec![Evidence::Quote(quote(En, 2))]);
    let change = json!({"changes": [{"action": "remove", "sku": "SUN-B-M", "quantity": 2}]});
    play.expect_call("change_cart", &change, vec![Evidence::EmptyCart]);
    play.expect_words();
}

#[test]
fn notices_say_what_happens_next() {
    let notice = |state, known| {
        let fact = Evidence::Order(order(En, state, known));
        let entries = vec![Entry::Notice { text: "x".to_owned(), evidence: vec![fact] }];
        answer(&shop(En), &entries).text.unwrap()
    };
    says(&notice(OrderStateShown::Paid, false), id::ASK_DELIVERY);
    says(&notice(OrderStateShown::Paid, true), id::ORDER_DELIVERY_KNOWN);
    says(&notice(OrderStateShown::PaymentPending, true), id::VOUCHER_PENDING);
    says(&notice(OrderStateShown::PaymentFailed, true), id::PAYMENT_FAILED);
    says(&notice(OrderStateShown::Expired, true), id::PAY_PAGE_EXPIRED);
    says(&notice(OrderStateShown::Refunded, true), id::REFUNDED);
}

#[test]
fn an_expired_link_is_offered_once_more_and_yes_shows_the_cart() {
    let mut play = Play::new(Es);
    let expired = Evidence::Order(order(Es, OrderStateShown::Expired, false));
    play.entries.push(Entry::Notice { text: "x".to_owned(), evidence: vec![expired] });
    play.expect_words();
    play.shopper("sí, mándamela");
    play.expect_call("view_cart", &json!({}), vec![Evidence::Quote(quote(Es, 2))]);
    play.expect_words();
}

#[test]
fn an_address_is_asked_for_until_it_is_whole() {
    let mut play = Play::new(Pt);
    let paid = Evidence::Order(order(Pt, OrderStateShown::Paid, false));
    play.entries.push(Entry::Notice { text: "x".to_owned(), evidence: vec![paid] });
    says(&play.expect_words(), id::ASK_DELIVERY);
    play.shopper("Rua Augusta 900");
    says(&play.expect_words(), id::ASK_DELIVERY_MISSING);
    play.shopper("São Paulo");
    says(&play.expect_words_with(&["nome"]), id::ASK_DELIVERY_MISSING);
    play.shopper("Paulo Souza");
    let expected = json!({"name": "Paulo Souza", "address": "Rua Augusta 900", "city": "São Paulo",
                          "postal_code": null, "note": null});
    play.expect_call("save_delivery_details", &expected, Vec::new());
    says(&play.expect_words(), id::DELIVERY_SAVED);
}

#[test]
fn rules_of_the_shop_are_told_in_its_own_words_or_not_at_all() {
    let ask = |text: &str| {
        let mut play = Play::new(Es);
        play.shopper(text);
        play.expect_words()
    };
    assert_eq!(ask("hacen envíos?"), "Enviamos a todo el país.");
    says(&ask("a qué hora abren?"), id::POLICY_UNKNOWN);
}

#[test]
fn pictures_and_recordings_are_answered_honestly() {
    let sent = |attachment| {
        let said =
            ShopperSaid { attachment: Some(attachment), ..ShopperSaid::words("", chrono::DateTime::UNIX_EPOCH) };
        answer(&shop(Pt), &[Entry::Shopper(said)]).text.unwrap()
    };
    says(&sent(Attachment::Image), id::CANNOT_SEE);
    says(&sent(Attachment::Audio), id::CANNOT_HEAR);
    says(&sent(Attachment::Document), id::CANNOT_OPEN);
}

#[test]
fn a_refused_draft_is_replaced_by_words_without_any_figure() {
    let rewrite = || Entry::Rewrite { draft: "It is 5% off".to_owned(), reason: "no such percentage".to_owned() };
    for mut entries in [vec![], after_list(En)] {
        entries.push(crate::llm::guided::tests::shop::said("how much?"));
        entries.push(rewrite());
        let text = answer(&shop(En), &entries).text.unwrap();
        assert!(!text.contains(|c: char| c.is_ascii_digit()), "{text}");
    }
    let mut entries = after_cart(En);
    let quoted = entries.split_off(entries.len() - 3);
    entries.extend(quoted.into_iter().take(2));
    entries.push(rewrite());
    says(&answer(&shop(En), &entries).text.unwrap(), id::SAFE_CART);
}

#[test]
fn a_discount_is_never_promised() {
    for (language, text) in [(En, "any discount?"), (Es, "me haces un descuento?"), (Pt, "tem desconto?")] {
        let mut play = play_after(language, after_list(language));
        play.shopper(text);
        let words = play.expect_words();
        says(&words, id::DISCOUNT);
        assert!(!words.contains('%'), "{words}");
    }
}

#[test]
fn a_percentage_is_never_how_many() {
    for (language, text) in [
        (En, "can you make it 20% off?"),
        (En, "make it 20 percent off"),
        (Es, "déjamela con 20% de descuento"),
        (Pt, "faz com 20% de desconto"),
    ] {
        let mut play = play_after(language, after_cart(language));
        play.shopper(text);
        says(&play.expect_words(), id::DISCOUNT);
    }
}

#[test]
fn a_message_in_another_language_than_the_conversation_is_still_understood() {
    let mut play = play_after(En, after_cart(En));
    play.shopper("quiero hablar con una persona por favor");
    assert_eq!(answer(&play.shop, &play.entries).calls[0].tool, "hand_off_to_person");
}

#[test]
fn several_messages_at_once_are_read_as_one() {
    let mut play = Play::new(Es);
    play.shopper("hola");
    play.shopper("busco una taza");
    play.expect_call("search_catalog", &search("taza", None), vec![Evidence::Product(mug(Es))]);
    play.expect_words();
}

#[test]
fn a_model_that_fails_in_the_middle_of_a_turn_is_carried_on() {
    // The model searched with its own words and then failed: its result is used, and the next call has a new id.
    let mut play = Play::new(En);
    play.shopper("I'm looking for mugs");
    play.entries.push(crate::llm::guided::tests::shop::called("search_catalog", &json!({"query": "ceramic mugs"})));
    play.entries.push(crate::llm::guided::tests::shop::answered("search_catalog", Vec::new()));
    let reply = answer(&play.shop, &play.entries);
    assert!(reply.text.is_some() || reply.calls[0].id == "g2");
}

#[test]
fn the_same_history_always_gets_the_same_answer_and_another_turn_another_wording() {
    let greeting = |before: usize| {
        let mut entries: Vec<_> = (0..before).map(|_| crate::llm::guided::tests::shop::said("hola")).collect();
        entries.push(crate::llm::guided::tests::shop::agent("x"));
        entries.push(crate::llm::guided::tests::shop::said("gracias"));
        answer(&shop(Es), &entries).text.unwrap()
    };
    assert_eq!(greeting(1), greeting(1));
    assert_ne!(greeting(1), greeting(2));
    assert_eq!(greeting(0), Sentences::in_language(Es).say(id::WELCOME, []));
    assert_eq!(catalog(Es).len(), 3);
}
#[test]
fn a_word_that_is_a_letter_away_from_an_insult_is_none() {
    let mut play = Play::new(En);
    play.shopper("do you have the moon mug?");
    play.expect_call("search_catalog", &search("moon mug", None), vec![Evidence::Product(mug(En))]);
    play.expect_words_with(&["Moon Mug"]);
}
