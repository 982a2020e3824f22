use serde_json::{Value, json};
use uuid::Uuid;

use super::*;

fn message() -> MessageId {
    MessageId::from_uuid(Uuid::from_u128(7))
}

fn lucia() -> ContactPoint {
    ContactPoint::new(Some("MX.8f3k"), Some("5215550002222")).unwrap()
}

fn written(bubble: &Bubble) -> Vec<Value> {
    payloads(bubble, &lucia(), message()).unwrap().iter().map(|payload| json!(payload)).collect()
}

fn refused(bubble: &Bubble) -> Unsendable {
    payloads(bubble, &lucia(), message()).unwrap_err()
}

fn text(words: &str) -> Bubble {
    Bubble::Text { text: words.to_owned() }
}

fn choice(id: &str, title: &str) -> Choice {
    Choice { id: id.to_owned(), title: title.to_owned(), description: Some("par".to_owned()) }
}

fn buttons(choices: Vec<Choice>) -> Bubble {
    Bubble::Buttons { text: "¿Cuál?".to_owned(), image: None, buttons: choices }
}

fn list(rows: Vec<Choice>) -> Bubble {
    Bubble::List { text: "¿Cuál?".to_owned(), button: "Ver".to_owned(), rows }
}

fn link(words: &str, label: &str, url: &str) -> Bubble {
    Bubble::Link { text: words.to_owned(), label: label.to_owned(), url: url.to_owned() }
}

#[test]
fn words_go_to_the_number_with_our_id_beside_them() {
    let expected = json!({
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "+5215550002222",
        "type": "text",
        "text": {"body": "Hola"},
        "biz_opaque_callback_data": "message_00000000000000000000000000000007",
    });
    assert_eq!(written(&text("Hola")), [expected]);
}

#[test]
fn who_has_no_number_is_reached_by_user_id() {
    let ana = ContactPoint::new(Some("MX.8f3k"), None).unwrap();
    let sent = json!(payloads(&text("Hola"), &ana, message()).unwrap()[0]);
    assert_eq!((sent.get("to"), &sent["recipient"]), (None, &json!("MX.8f3k")));
}

#[test]
fn buttons_stand_under_a_picture_and_words() {
    let bubble = Bubble::Buttons {
        text: "Botas, $1,299.00 MXN".to_owned(),
        image: Some("https://shop.example/b.jpg".to_owned()),
        buttons: vec![choice("pay", "Pagar"), choice("more", "Ver más")],
    };
    let expected = json!({
        "type": "button",
        "header": {"type": "image", "image": {"link": "https://shop.example/b.jpg"}},
        "body": {"text": "Botas, $1,299.00 MXN"},
        "action": {"buttons": [
            {"type": "reply", "reply": {"id": "pay", "title": "Pagar"}},
            {"type": "reply", "reply": {"id": "more", "title": "Ver más"}},
        ]},
    });
    assert_eq!(written(&bubble)[0]["interactive"], expected);
}

#[test]
fn a_list_opens_from_a_button() {
    let expected = json!({
        "type": "list",
        "body": {"text": "¿Cuál?"},
        "action": {"button": "Ver", "sections": [{"rows": [{"id": "41", "title": "Talla 41", "description": "par"}]}]},
    });
    assert_eq!(written(&list(vec![choice("41", "Talla 41")]))[0]["interactive"], expected);
}

#[test]
fn a_link_keeps_its_address_to_the_last_character() {
    let url = "https://checkout.example/c/pay/cs_test_a1#fidkdWxOYHwnPyd1blpxYHZxWjA0?x=%2F&y";
    let expected = json!({
        "type": "cta_url",
        "body": {"text": "Total: $1,299.00 MXN"},
        "action": {"name": "cta_url", "parameters": {"display_text": "Pagar", "url": url}},
    });
    assert_eq!(written(&link("Total: $1,299.00 MXN", "Pagar", url))[0]["interactive"], expected);
}

#[test]
fn long_labels_end_in_an_ellipsis_between_graphemes() {
    let of =
        |bubble: &Bubble, pointer: &str| written(bubble)[0].pointer(pointer).unwrap().as_str().unwrap().to_owned();
    let long = "Pagar ahora mismo 👍🏽👍🏽👍🏽";
    assert_eq!(
        of(&link("x", long, "https://a"), "/interactive/action/parameters/display_text"),
        "Pagar ahora mismo…"
    );
    let exact = "12345678901234567890";
    assert_eq!(of(&link("x", exact, "https://a"), "/interactive/action/parameters/display_text"), exact);
    let row = Choice { description: Some("d".repeat(80)), ..choice("1", &"t".repeat(30)) };
    let row = list(vec![row]);
    assert_eq!(of(&row, "/interactive/action/sections/0/rows/0/title"), format!("{}…", "t".repeat(23)));
    assert_eq!(of(&row, "/interactive/action/sections/0/rows/0/description"), format!("{}…", "d".repeat(71)));
}

#[test]
fn titles_that_are_cut_to_the_same_text_stay_apart() {
    let same = "Camiseta básica de algodón";
    let rows = vec![choice("1", &format!("{same} roja")), choice("2", &format!("{same} azul"))];
    let sent = &written(&list(rows))[0];
    let titles: Vec<_> =
        (0..2).map(|n| &sent["interactive"]["action"]["sections"][0]["rows"][n]["title"]).collect();
    assert_eq!(titles, ["Camiseta básica de algo…", "Camiseta básica de al… 2"]);
}

#[test]
fn more_than_three_buttons_or_ten_rows_cannot_be_built() {
    let many = |count: usize| (0..count).map(|n| choice(&n.to_string(), &n.to_string())).collect::<Vec<_>>();
    assert_eq!(written(&buttons(many(3))).len(), 1);
    assert_eq!(refused(&buttons(many(4))), Unsendable::Choices { given: 4, max: 3 });
    assert_eq!(written(&list(many(10))).len(), 1);
    assert_eq!(refused(&list(many(11))), Unsendable::Choices { given: 11, max: 10 });
    assert_eq!(refused(&list(many(0))), Unsendable::Choices { given: 0, max: 10 });
}

#[test]
fn ids_are_never_cut_so_bad_ones_are_refused() {
    let long = "i".repeat(257);
    assert_eq!(refused(&buttons(vec![choice(&long, "a")])), Unsendable::ChoiceId);
    assert_eq!(refused(&list(vec![choice(&long[..201], "a")])), Unsendable::ChoiceId);
    assert_eq!(refused(&buttons(vec![choice("a", "a"), choice("a", "b")])), Unsendable::ChoiceId);
    assert_eq!(refused(&buttons(vec![choice(" ", "a")])), Unsendable::ChoiceId);
}

#[test]
fn a_bubble_without_words_or_with_a_bad_address_is_refused() {
    assert_eq!(refused(&text(" ")), Unsendable::NoWords);
    assert_eq!(refused(&link("", "Pagar", "https://a")), Unsendable::NoWords);
    assert_eq!(refused(&link("x", " ", "https://a")), Unsendable::NoLabel);
    assert_eq!(refused(&link("x", "Pagar", "/c/pay")), Unsendable::Address);
    assert_eq!(refused(&buttons(vec![choice("a", "")])), Unsendable::NoLabel);
    assert_eq!(refused(&Bubble::Picture { url: "b.jpg".to_owned(), text: String::new() }), Unsendable::Address);
}

#[test]
fn a_caption_that_is_too_long_follows_its_picture_as_text() {
    let picture = |words: String| Bubble::Picture { url: "https://shop.example/b.jpg".to_owned(), text: words };
    let fits = written(&picture("é".repeat(1024)));
    assert_eq!((fits.len(), &fits[0]["image"]["caption"]), (1, &json!("é".repeat(1024))));
    let split = written(&picture("é".repeat(1025)));
    assert_eq!(split[0]["image"], json!({"link": "https://shop.example/b.jpg"}));
    assert_eq!((split.len(), &split[1]["text"]["body"]), (2, &json!("é".repeat(1025))));
    assert_eq!(written(&picture(String::new()))[0]["image"], json!({"link": "https://shop.example/b.jpg"}));
}

#[test]
fn a_picture_of_a_kind_that_is_not_taken_is_left_out() {
    let picture = |url: &str| Bubble::Picture { url: url.to_owned(), text: "Botas".to_owned() };
    for url in
        ["https://shop.example/b.webp?width=800", "https://shop.example/b.SVG#x", "https://shop.example/b.gif"]
    {
        let sent = written(&picture(url));
        assert_eq!((sent.len(), &sent[0]["text"]["body"]), (1, &json!("Botas")), "{url}");
        let image = Some(url.to_owned());
        let bubble = Bubble::Buttons { text: "Botas".to_owned(), image, buttons: vec![choice("pay", "Pagar")] };
        assert!(written(&bubble)[0]["interactive"].get("header").is_none(), "{url}");
    }
    for url in ["https://shop.example/b.png?v=1.webp", "https://shop.example/b.JPG", "https://shop.example.gif/b"] {
        assert_eq!(written(&picture(url))[0]["image"], json!({"link": url, "caption": "Botas"}), "{url}");
    }
}

#[test]
fn long_words_become_several_messages_and_the_end_stays_with_the_button() {
    let paragraph = "Botas de cuero. ".repeat(100);
    let long = format!("{}\n\n{}\n\n{}", paragraph.trim(), paragraph.trim(), paragraph.trim());
    let sent = written(&text(&long));
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[0]["text"]["body"].as_str().unwrap(), format!("{0}\n\n{0}", paragraph.trim()));
    let sent = written(&link(&format!("{long}\n\nTotal: $9.00"), "Pagar", "https://a"));
    assert_eq!(sent.last().unwrap()["interactive"]["body"]["text"], "Total: $9.00");
    let first = sent[0]["text"]["body"].as_str().unwrap();
    assert!(first.starts_with("Botas de cuero.") && first.len() <= 4096);
}

#[test]
fn only_the_last_part_is_reported_as_the_message() {
    let parts = written(&text(&"a".repeat(2 * 4096 + 1)));
    let named: Vec<&str> = parts.iter().map(|part| part["biz_opaque_callback_data"].as_str().unwrap()).collect();
    let message = "message_00000000000000000000000000000007";
    assert_eq!(named, [&format!("{message}.1"), &format!("{message}.2"), message]);
}

#[test]
fn words_without_end_are_refused() {
    assert_eq!(written(&text(&"a".repeat(8 * 4096))).len(), 8);
    assert_eq!(refused(&text(&"a".repeat(8 * 4096 + 1))), Unsendable::TooLong);
}
