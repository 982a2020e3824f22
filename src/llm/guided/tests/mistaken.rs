//! Words that look like one thing and mean another, in every language.

use serde_json::json;

use crate::agent::entry::Entry;
use crate::agent::evidence::{Evidence, OrderStateShown};
use crate::base::language::Language::{self, En, Es, Pt};
use crate::llm::guided::tests::shop::{
    Play, after_boot, after_cart, after_list, after_scarf, after_shirt, agent, check, order, quote, said, shirt,
    shop, understood,
};
use crate::sentences::{Sentences, id};

/// Our words, as the shopper got them, and what was said before.
fn after_question<const N: usize>(
    mut entries: Vec<Entry>,
    language: Language,
    sentence: crate::sentences::Sentence<N>,
    arguments: [(&str, crate::sentences::Argument<'_>); N],
) -> Vec<Entry> {
    entries.push(said("?"));
    entries.push(agent(&Sentences::in_language(language).say(sentence, arguments)));
    entries
}

#[test]
fn a_refused_colour_is_not_put_in_the_cart() {
    check(
        Es,
        &after_scarf(Es),
        &[
            ("no me gusta la negra", "others of fog than negra"),
            ("no quiero la negra", "others of fog than negra"),
            ("la negra no", "others of fog than negra"),
            ("la negra no me convence", "others of fog than negra"),
            ("no me gusta el color negro", "others of fog than negra"),
            ("ni la negra ni la café", "others of fog than negra, café"),
            ("la negra no, la café", "add 1 fog"),
            ("no quiero la negra quiero 2 de la café", "add 2 fog"),
            ("no, la negra", "add 1 fog"),
            ("no hay problema, me llevo la negra", "add 1 fog"),
            ("eso no", "declined"),
            ("¿no la tienes en negro?", "stock of fog"),
        ],
    );
    check(
        En,
        &after_scarf(En),
        &[
            ("I don't like the black one", "others of fog than black"),
            ("not the black one", "others of fog than black"),
            ("the black one isn't for me", "others of fog than black"),
            ("I don't want black", "others of fog than black"),
            ("I don't want the black one", "others of fog than black"),
            ("not black but brown", "add 1 fog"),
            ("I don't like the black one, I'll take the brown", "add 1 fog"),
            ("no the black one", "add 1 fog"),
            ("no worries I'll take the black one", "add 1 fog"),
            ("not that one", "declined"),
        ],
    );
    check(
        Pt,
        &after_scarf(Pt),
        &[
            ("não quero a preta", "others of fog than preta"),
            ("a preta não", "others of fog than preta"),
            ("não gostei muito da preta", "others of fog than preta"),
            ("a preta não, a marrom", "add 1 fog"),
            ("não a preta mas a marrom", "add 1 fog"),
            ("não tem problema, quero a preta", "add 1 fog"),
            ("esse não", "declined"),
        ],
    );
}

#[test]
fn of_what_is_refused_and_what_is_wanted_instead_only_the_latter_goes_in_the_cart() {
    let add = |language, text: &str, sku: &str| {
        let before = after_scarf(language);
        let Entry::Results(results) = before[2].clone() else { unreachable!() };
        let mut play = Play { shop: shop(language), entries: before };
        play.shopper(text);
        play.expect_call("get_product", &json!({"product": "fog"}), results[0].evidence.clone());
        let change = json!({"changes": [{"action": "add", "sku": sku, "quantity": 1}]});
        play.expect_call("change_cart", &change, vec![Evidence::Quote(quote(language, 1))]);
    };
    add(Es, "la negra no, la café", "FOG-CAFE");
    add(Es, "quiero la negra no la café", "FOG-NEGRA");
    add(En, "not the black one, the brown one", "FOG-BROWN");
    add(Pt, "não quero a preta, quero a marrom", "FOG-MARROM");
}

#[test]
fn who_refuses_a_colour_is_told_the_others() {
    let before = after_scarf(Es);
    let Entry::Results(results) = before[2].clone() else { unreachable!() };
    let mut play = Play { shop: shop(Es), entries: before };
    play.shopper("la negra no me gusta");
    play.expect_call("get_product", &json!({"product": "fog"}), results[0].evidence.clone());
    let text = play.expect_words_with(&["Café"]);
    assert!(!text.contains("Negra"), "{text}");
}

#[test]
fn of_a_list_what_is_refused_is_neither_shown_nor_taken() {
    check(
        En,
        &after_list(En),
        &[("not the second one, the third", "show north"), ("I don't want the mug, I want the cap", "add 1 north")],
    );
    check(Es, &after_list(Es), &[("el segundo no, el tercero", "show north"), ("la negra no", "rest sun, moon")]);
    check(Pt, &after_list(Pt), &[("não o segundo, o terceiro", "show north"), ("o preto não", "rest sun, moon")]);
}

#[test]
fn a_second_of_time_is_no_place_in_a_list() {
    for before in [after_list(En), after_shirt(En)] {
        check(
            En,
            &before,
            &[
                ("give me a second", "wait"),
                ("one second please", "wait"),
                ("give me two minutes", "wait"),
                ("hang on a sec", "wait"),
                ("I'll have to think about it first", "wait"),
                ("let me think about it", "wait"),
            ],
        );
    }
    for before in [after_list(Es), after_shirt(Es)] {
        check(
            Es,
            &before,
            &[
                ("dame un segundo", "wait"),
                ("un segundo porfa", "wait"),
                ("dame dos minutos", "wait"),
                ("déjame pensarlo primero", "wait"),
            ],
        );
        assert!(!understood(Es, &before, "primero quiero ver más").contains("add"));
    }
    for before in [after_list(Pt), after_shirt(Pt)] {
        check(
            Pt,
            &before,
            &[
                ("me dá um segundo", "wait"),
                ("um minutinho por favor", "wait"),
                ("primeiro vou pensar", "wait"),
                ("me dá uns dez minutos", "wait"),
            ],
        );
    }
    check(Es, &after_shirt(Es), &[("espera, mejor quiero la roja", "add 1 sun")]);
    check(En, &after_list(En), &[("wait, the second one", "show moon")]);
}

#[test]
fn a_postal_code_is_no_coupon() {
    for (language, text) in [
        (Es, "Ana López, Calle Juárez 12, Oaxaca, código postal 68000"),
        (Es, "Ana López, Calle Juárez 12, Oaxaca. Mi código postal es 68000"),
        (En, "Ann Lee, 12 Elm Street, Ottawa, postal code K1A0B1"),
        (En, "Ann Lee, 12 Elm Street, Ottawa, zip code 78701"),
        (Pt, "Ana Souza, Rua Augusta 900, São Paulo, código postal 01310-100"),
    ] {
        let paid = Evidence::Order(order(language, OrderStateShown::Paid, false));
        let notice = Entry::Notice { text: "x".to_owned(), evidence: vec![paid] };
        let after_paying = after_question(vec![notice], language, id::ASK_DELIVERY, []);
        assert_eq!(understood(language, &after_paying, text), "deliver all", "{text}");
        assert_eq!(understood(language, &[], text), "deliver all", "{text}");
    }
    for (language, text) in [
        (Es, "¿envían al código postal 68000?"),
        (En, "do you ship to zip code 78701?"),
        (Pt, "entregam no código postal 01310-100?"),
    ] {
        assert_eq!(understood(language, &after_cart(language), text), "policy shipping", "{text}");
    }
    check(Es, &after_cart(Es), &[("mi código es VERANO10, código postal 68000", "code VERANO10")]);
}

#[test]
fn after_paying_a_coupon_is_still_a_coupon() {
    let paid = Evidence::Order(order(Es, OrderStateShown::Paid, false));
    let notice = Entry::Notice { text: "x".to_owned(), evidence: vec![paid] };
    let after_paying = after_question(vec![notice], Es, id::ASK_DELIVERY, []);
    check(Es, &after_paying, &[("tengo el cupón VERANO10", "code VERANO10"), ("quita el cupón", "removecoupon")]);
}

fn is_bid(language: Language, before: &[Entry], text: &str) -> bool {
    understood(language, before, text).starts_with("bid")
}

#[test]
fn a_size_is_no_bid() {
    for (language, texts) in [
        (En, &["what about size 10?", "can you do size 10?", "how about the 10?", "what about 12?"][..]),
        (Es, &["¿qué tal la 27?", "¿qué tal talla 27?", "¿qué te parece la 29?"][..]),
        (Pt, &["que tal no 38?", "que tal o tamanho 38?", "que tal o 40?"][..]),
    ] {
        for text in texts {
            let found = understood(language, &after_boot(language), text);
            assert!(!found.starts_with("bid"), "{text:?}: {found}");
        }
    }
}

#[test]
fn a_price_near_the_one_on_the_table_is_a_bid_with_or_without_a_sign() {
    assert!(is_bid(En, &after_boot(En), "how about 70?"));
    assert!(is_bid(En, &after_boot(En), "how about $12?"));
    assert!(is_bid(En, &after_boot(En), "would you take 12?"));
    assert!(is_bid(Es, &after_boot(Es), "¿qué tal 70?"));
    assert!(is_bid(Es, &after_boot(Es), "te doy 27"));
    assert!(is_bid(Es, &after_boot(Es), "¿la 27 me la dejas en 60?"));
    assert!(is_bid(Pt, &after_boot(Pt), "que tal 70?"));
    assert!(is_bid(Pt, &after_boot(Pt), "faz por 60?"));
    assert!(!is_bid(En, &after_boot(En), "what about 3?"));
}

#[test]
fn half_a_dozen_is_six_and_no_size() {
    check(Es, &after_shirt(Es), &[("quiero media docena de la azul", "add 6 sun")]);
    check(En, &after_shirt(En), &[("I'd like half a dozen of the blue", "add 6 sun")]);
    check(Pt, &after_shirt(Pt), &[("quero meia dúzia da azul", "add 6 sun")]);
    let mut play = Play { shop: shop(Es), entries: after_shirt(Es) };
    play.shopper("quiero media docena de la azul");
    play.expect_call("get_product", &json!({"product": "sun"}), vec![Evidence::Product(shirt(Es))]);
    // Six of which size is still to be said.
    play.expect_words_with(&["S, M"]);
}

#[test]
fn what_is_mostly_asked_about_may_be_what_is_looked_for() {
    for before in [Vec::new(), after_list(Es), after_shirt(Es)] {
        check(
            Es,
            &before,
            &[("busco medias negras", "asked medias negras"), ("¿tienen planchas?", "asked planchas")],
        );
    }
    check(
        Es,
        &[],
        &[
            ("medias", "asked medias"),
            ("plancha", "asked plancha"),
            ("microondas", "asked microondas"),
            ("qué tallas hay?", "whichproduct"),
            ("cómo se lava?", "whichproduct"),
            ("necesito las medidas", "whichproduct"),
        ],
    );
    check(
        En,
        &[],
        &[
            ("do you have weights?", "asked weights"),
            ("an iron", "asked iron"),
            ("is it made of cotton?", "whichproduct"),
        ],
    );
    check(
        Pt,
        &[],
        &[("ferro", "asked ferro"), ("tem ferro?", "asked ferro"), ("quais tamanhos tem?", "whichproduct")],
    );
    check(En, &after_shirt(En), &[("do you have weights?", "asked weights"), ("can I iron it?", "care of sun")]);
}

#[test]
fn asking_twice_in_a_row_which_product_is_meant_offers_a_person() {
    for (language, text) in [(En, "how much is it?"), (Es, "cuánto cuesta?"), (Pt, "quanto custa?")] {
        let mut play = Play::new(language);
        let offer = crate::sentences::Shape::of(id::OFFER_PERSON);
        play.shopper(text);
        let first = play.expect_words();
        assert!(offer.end_within(&first).is_none(), "{first}");
        play.shopper(text);
        let second = play.expect_words();
        assert!(offer.end_within(&second).is_some(), "{second}");
    }
}

#[test]
fn names_of_things_are_no_insults_orders_or_rules() {
    check(
        Es,
        &[],
        &[
            ("¿tienen botes de basura?", "asked botes basura"),
            ("bolsas de basura", "asked bolsas basura"),
            ("una guía de viaje", "asked guía viaje"),
            ("busco un carrito de bebé", "asked carrito bebé"),
            ("eres una basura", "insult"),
            ("qué basura", "insult"),
            ("me pasas mi guía", "orders"),
            ("cuál es el número de guía?", "orders"),
        ],
    );
    check(
        En,
        &[],
        &[
            ("looking for track pants", "asked track pants"),
            ("do you have a credit card holder?", "asked credit card holder"),
            ("bill organizer", "asked bill organizer"),
            ("receipt book", "asked receipt book"),
            ("do you have trash cans?", "asked trash cans"),
            ("track my package", "orders"),
            ("tracking?", "orders"),
            ("do you take credit card?", "policy payment"),
            ("credit card", "policy payment"),
            ("I need an invoice", "service"),
            ("can you send me the receipt please", "service"),
            ("this is garbage", "insult"),
        ],
    );
    check(
        Pt,
        &[],
        &[
            ("tem sacos de lixo?", "asked sacos lixo"),
            ("fantasia de palhaço", "asked fantasia palhaço"),
            ("procuro carrinho de bebê", "asked carrinho bebê"),
            ("você é um lixo", "insult"),
            ("que lixo", "insult"),
        ],
    );
}

#[test]
fn a_size_that_is_written_like_an_abbreviation_can_be_chosen() {
    let mut play = Play { shop: shop(Pt), entries: after_shirt(Pt) };
    play.shopper("quero a azul");
    play.expect_call("get_product", &json!({"product": "sun"}), vec![Evidence::Product(shirt(Pt))]);
    play.expect_words_with(&["S, M"]);
    for text in ["S", "tamanho S", "s"] {
        let mut play = Play { shop: shop(Pt), entries: play.entries.clone() };
        play.shopper(text);
        play.expect_call("get_product", &json!({"product": "sun"}), vec![Evidence::Product(shirt(Pt))]);
        let change = json!({"changes": [{"action": "add", "sku": "SUN-B-S", "quantity": 1}]});
        play.expect_call("change_cart", &change, vec![Evidence::Quote(quote(Pt, 1))]);
    }
    check(Pt, &after_cart(Pt), &[("s", "acknowledged")]);
}

#[test]
fn how_many_is_answered_by_a_number_that_is_meant() {
    let how_many = |language| after_question(after_shirt(language), language, id::ASK_HOW_MANY, []);
    check(
        Es,
        &how_many(Es),
        &[
            ("0", "declined"),
            ("no, con 3 no me alcanza", "declined"),
            ("ninguno", "declined"),
            ("no quiero 3, dame 2", "add 2 sun"),
            ("no, solo 2", "add 2 sun"),
            ("quince", "add 15 sun"),
            ("treinta y dos", "add 32 sun"),
        ],
    );
    check(
        En,
        &how_many(En),
        &[
            ("0", "declined"),
            ("none", "declined"),
            ("no, 3 isn't enough", "declined"),
            ("fifteen", "add 15 sun"),
            ("twenty-five", "add 25 sun"),
        ],
    );
    check(
        Pt,
        &how_many(Pt),
        &[("zero", "declined"), ("não, 3 não dá", "declined"), ("quinze", "add 15 sun"), ("3", "add 3 sun")],
    );
}

#[test]
fn a_question_does_not_change_the_cart_unless_it_asks_for_that() {
    check(
        Es,
        &after_cart(Es),
        &[("¿puedes cambiarlo a 3?", "set 3"), ("mejor 3", "set 3"), ("que sean 3 porfa", "set 3")],
    );
    check(En, &after_cart(En), &[("can you make it 3?", "set 3"), ("better make it 3", "set 3")]);
    check(Pt, &after_cart(Pt), &[("pode mudar para 3?", "set 3"), ("melhor três", "set 3")]);
    for (language, text) in [
        (Es, "¿cuál es mejor de los 3?"),
        (Es, "¿cuánto sería si lo cambio a 3?"),
        (Es, "¿3?"),
        (En, "how much if I make it 3?"),
        (En, "do I only need 3?"),
        (Pt, "qual é melhor dos 3?"),
        (Pt, "quanto fica se eu mudar para 3?"),
    ] {
        let found = understood(language, &after_cart(language), text);
        assert!(!found.starts_with("set") && !found.starts_with("add"), "{text:?}: {found}");
    }
}

#[test]
fn whoever_asks_for_the_link_or_how_to_pay_does_not_ask_about_an_order() {
    check(
        En,
        &after_cart(En),
        &[
            ("can I get the payment link", "agree"),
            ("where do I get the payment link?", "agree"),
            ("can I make the payment through PayPal?", "policy payment"),
            ("did you get my payment?", "orders"),
            ("did the payment go through", "orders"),
            ("has my payment come in?", "orders"),
        ],
    );
    check(
        Es,
        &after_cart(Es),
        &[
            ("me mandas el link de pago", "agree"),
            ("listo, pago", "agree"),
            ("ya entró mi pago?", "orders"),
            ("listo, ya pagué", "orders"),
            ("listo el pago", "orders"),
            ("con tarjeta se puede?", "policy payment"),
        ],
    );
    check(Pt, &after_cart(Pt), &[("me manda o link de pagamento", "agree"), ("meu pagamento caiu?", "orders")]);
}

#[test]
fn a_capital_or_the_weather_may_be_what_a_question_about_the_shop_is_about() {
    check(
        En,
        &after_shirt(En),
        &[
            ("do you ship to the capital of Ohio?", "policy shipping"),
            ("what is the capital of France?", "cannotdo"),
            ("what is the weather today?", "cannotdo"),
            ("tell me a joke", "cannotdo"),
        ],
    );
    assert_ne!(understood(En, &after_shirt(En), "what weather is this shirt good for?"), "cannotdo");
    check(
        Es,
        &[],
        &[
            ("hacen envíos a la capital de Puebla?", "policy shipping"),
            ("entregan en la capital de Jalisco?", "policy shipping"),
            ("cuál es la capital de Francia?", "cannotdo"),
            ("qué tiempo hace hoy?", "cannotdo"),
            ("cómo está el clima hoy", "cannotdo"),
        ],
    );
    for text in
        ["llega a tiempo mañana?", "cuánto tiempo hace que lo enviaron", "a qué tiempo llega mañana mi pedido?"]
    {
        assert_ne!(understood(Es, &[], text), "cannotdo", "{text}");
    }
    check(
        Pt,
        &[],
        &[
            ("entregam na capital de São Paulo?", "policy shipping"),
            ("qual é a capital da França?", "cannotdo"),
            ("qual a previsão do tempo?", "cannotdo"),
        ],
    );
}

#[test]
fn a_yes_is_no_if() {
    for (language, yes) in [(Es, ["sí, me llevo 2", "si quiero 2", "si me llevo 2", "sí, quiero dos"])] {
        for text in yes {
            let mut clerk = crate::llm::guided::tests::clerk::Clerk::new(language);
            clerk.hears(&["taza luna"]);
            let answer = clerk.hears(&[text]);
            assert_eq!(clerk.cart(), ["2 MOON-1"], "{text}: {answer}");
        }
        for text in ["y si me llevo 2?", "si me llevo 2 cuánto es", "y si me llevo 2 en cuánto sale?"] {
            let mut clerk = crate::llm::guided::tests::clerk::Clerk::new(language);
            clerk.hears(&["taza luna"]);
            let answer = clerk.hears(&[text]);
            assert!(clerk.cart.is_empty(), "{text}: {answer}");
        }
    }
}

#[test]
fn a_no_that_takes_nothing_back_declines_no_card() {
    let rows = [("no pasa nada, ahorita pago", "agree"), ("no pasa mi pago", "carddeclined")];
    check(Es, &after_cart(Es), &rows);
    check(Es, &after_cart(Es), &[("no hay problema, ya pago", "agree"), ("mi tarjeta no pasa", "carddeclined")]);
    check(
        Pt,
        &after_cart(Pt),
        &[("não tem problema, já vou pagar", "agree"), ("não passou meu cartão", "carddeclined")],
    );
    check(En, &after_cart(En), &[("no problem, I'll pay now", "agree"), ("my card doesn't work", "carddeclined")]);
}

#[test]
fn one_or_two_names_that_are_asked_for_are_looked_for() {
    check(
        En,
        &[],
        &[("mugs?", "asked mugs"), ("gloves, then?", "asked gloves"), ("wool socks?", "asked wool socks")],
    );
    check(
        Es,
        &[],
        &[("tazas?", "asked tazas"), ("y guantes?", "asked guantes"), ("bufandas, quizá?", "asked bufandas")],
    );
    check(Pt, &[], &[("canecas?", "asked canecas"), ("e luvas?", "asked luvas")]);
    // What may as well be a question about anything is only guessed at.
    check(En, &[], &[("will world war three come?", "guessed world war three come")]);
}
