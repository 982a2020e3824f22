use serde_json::json;

use super::*;
use crate::base::contact::ContactPoint;
use crate::channels::whatsapp::samples;
use crate::intake::event::About;

fn noon() -> Time {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

fn events(body: &Value) -> Vec<ChannelEvent> {
    parse(body.to_string().as_bytes(), noon()).unwrap().events
}

fn only(body: &Value) -> ChannelEvent {
    let mut events = events(body);
    assert_eq!(events.len(), 1, "{body}");
    events.remove(0)
}

fn said(kind: &str, content: Value) -> Said {
    match only(&samples::message(kind, content)).body {
        EventBody::Said(said) => said,
        other => panic!("{other:?}"),
    }
}

fn check_said(kind: &str, content: Value, carrier: Carrier, text: &str) {
    let said = said(kind, content);
    assert_eq!((said.carrier, said.text.as_str()), (carrier, text));
}

#[test]
fn a_text_tells_who_said_what_to_which_number_and_when() {
    let event = only(&samples::message("text", json!({"body": "¿Tienen botas \u{1f97e}?"})));
    assert_eq!(event.channel_external_id, "700100200300");
    assert_eq!(event.external_id, "wamid.M1");
    assert_eq!(event.contact, ContactPoint::new(Some("MX.8f3kLucia"), Some("5215550002222")));
    assert_eq!(event.contact_name.as_deref(), Some("Lucía"));
    assert_eq!(event.occurred_at.timestamp(), 1_780_000_000);
    let said = Said {
        text: "¿Tienen botas \u{1f97e}?".to_owned(),
        unsent: false,
        pressed: None,
        carrier: Carrier::Text,
        reply_to: None,
        media: None,
        about: None,
    };
    assert_eq!(event.body, EventBody::Said(said));
}

#[test]
fn every_kind_of_message_is_put_into_words() {
    check_said("image", json!({"id": "31", "caption": "¿este?"}), Carrier::Image, "¿este?");
    check_said("audio", json!({"id": "33", "voice": true}), Carrier::Audio, "");
    check_said("video", json!({"id": "33"}), Carrier::Video, "");
    check_said("document", json!({"id": "32", "filename": "a.pdf"}), Carrier::Document, "");
    check_said("sticker", json!({"id": "34"}), Carrier::Sticker, "");
    check_said("location", json!({"latitude": 19.43, "longitude": "-99.13"}), Carrier::Location, "19.43, -99.13");
    check_said("location", json!({"name": "Zócalo", "address": "Centro"}), Carrier::Location, "Zócalo, Centro");
    check_said("unsupported", json!({"type": "poll"}), Carrier::Unsupported, "");
    check_said("text", json!({"body": 41}), Carrier::Text, "41");
}

#[test]
fn contact_cards_give_names_and_without_a_name_the_number() {
    let named = json!([{"name": {"first_name": "Rosa", "last_name": "Díaz"}}, {"org": {"company": "Botas SA"}}]);
    check_said("contacts", named, Carrier::Contact, "Rosa Díaz, Botas SA");
    check_said("contacts", json!([{"phones": [{"phone": "+525550002222"}]}]), Carrier::Contact, "+525550002222");
}

#[test]
fn what_was_pressed_comes_back_with_its_id() {
    for (kind, content) in [
        ("interactive", json!({"type": "button_reply", "button_reply": {"id": "pay", "title": "Pagar"}})),
        (
            "interactive",
            json!({"type": "list_reply", "list_reply": {"id": "pay", "title": "Pagar", "description": "x"}}),
        ),
        ("button", json!({"payload": "pay", "text": "Pagar"})),
    ] {
        let said = said(kind, content);
        assert_eq!(
            (said.carrier, said.text.as_str(), said.pressed.as_deref()),
            (Carrier::Press, "Pagar", Some("pay"))
        );
    }
}

#[test]
fn a_form_keeps_its_answers_whatever_json_they_are() {
    let form = |answers: Value| json!({"type": "nfm_reply", "nfm_reply": {"response_json": answers}});
    check_said("interactive", form(json!("{\"size\":\"41\"}")), Carrier::Form, r#"{"size":"41"}"#);
    check_said("interactive", form(json!("[\"a\", 1]")), Carrier::Form, r#"["a",1]"#);
    check_said("interactive", form(json!({"size": 41})), Carrier::Form, r#"{"size":41}"#);
    check_said("interactive", form(json!("not json")), Carrier::Form, "not json");
    check_said(
        "interactive",
        form(json!("{\"n\":4242424242424242}")),
        Carrier::Form,
        r#"{"n":"••••••••••••4242"}"#,
    );
}

#[test]
fn an_order_of_the_channels_catalog_never_carries_the_clients_prices() {
    let order = json!({"text": "para hoy", "product_items": [
        {"product_retailer_id": "BOTA-41", "quantity": "2", "item_price": 777, "currency": "MXN"},
        {"product_retailer_id": 7_501_055_300_075_i64, "item_price": 888},
    ]});
    check_said("order", order, Carrier::Order, "para hoy\n2 × BOTA-41\n7501055300075");
}

#[test]
fn an_edit_is_the_new_words_and_names_the_message_it_replaces() {
    let edit = |message: Value| json!({"original_message_id": "wamid.M0", "message": message});
    let said = said("edit", edit(json!({"type": "image", "image": {"id": "31", "caption": "la roja"}})));
    assert_eq!((said.carrier, said.text.as_str()), (Carrier::Edit, "la roja"));
    assert_eq!(said.reply_to.as_deref(), Some("wamid.M0"));
    let nested = edit(json!({"type": "edit", "edit": edit(json!({"type": "text", "text": {"body": "x"}}))}));
    assert!(matches!(only(&samples::message("edit", nested)).body, EventBody::Unknown { .. }));
}

#[test]
fn an_answer_names_the_message_it_answers() {
    let message = json!({
        "from": "5215550002222", "id": "wamid.M2", "type": "text", "text": {"body": "sí"},
        "context": {"from": "525550001111", "id": "wamid.O1"},
    });
    let EventBody::Said(said) = only(&samples::from_lucia(&message)).body else { panic!() };
    assert_eq!(said.reply_to.as_deref(), Some("wamid.O1"));
}

#[test]
fn a_reaction_without_an_emoji_takes_it_off() {
    let reacted = |content: Value| only(&samples::message("reaction", content)).body;
    let expected = |emoji: Option<&str>| EventBody::Reacted {
        message: "wamid.O1".to_owned(),
        emoji: emoji.map(str::to_owned),
    };
    assert_eq!(reacted(json!({"message_id": "wamid.O1", "emoji": "👍"})), expected(Some("👍")));
    assert_eq!(reacted(json!({"message_id": "wamid.O1", "emoji": ""})), expected(None));
    assert_eq!(reacted(json!({"message_id": "wamid.O1"})), expected(None));
}

#[test]
fn taking_back_is_its_own_event_even_under_the_messages_own_id() {
    let event = only(&samples::message("revoke", json!({"original_message_id": "wamid.M1"})));
    assert_eq!(event.body, EventBody::Unsent { message: "wamid.M1".to_owned() });
    assert_eq!(event.external_id, "wamid.M1:revoke");
}

#[test]
fn a_person_without_a_phone_number_is_known_by_their_id() {
    let message = json!({"from_user_id": "MX.8f3k", "id": "wamid.M4", "type": "text", "text": {"body": "hola"}});
    let contact = json!({"profile": {"name": "Ana", "username": "@ana"}, "user_id": "MX.8f3k"});
    let event = only(&samples::body("messages", json!({"contacts": [contact], "messages": [message]})));
    assert_eq!(event.contact, ContactPoint::new(Some("MX.8f3k"), None));
    assert_eq!(event.occurred_at, noon());
}

fn changed(system: &Value, from: Option<&str>) -> ChannelEvent {
    let mut message = json!({"id": "wamid.S1", "type": "system", "system": system});
    if let Some(from) = from {
        message["from"] = json!(from);
    }
    only(&samples::body("messages", json!({"messages": [message]})))
}

#[test]
fn a_changed_id_names_the_new_one_and_what_it_replaces() {
    let check = |event: &ChannelEvent, contact: (Option<&str>, Option<&str>), previous: Option<&str>| {
        assert_eq!(event.contact, ContactPoint::new(contact.0, contact.1));
        assert_eq!(event.body, EventBody::ContactChanged { previous: previous.map(str::to_owned) });
    };
    let full = json!({"type": "user_changed_user_id", "user_id": "MX.new", "wa_id": "52999", "previous_user_id": "MX.old"});
    check(&changed(&full, Some("52111")), (Some("MX.new"), Some("52999")), Some("MX.old"));
    let bare =
        json!({"type": "user_changed_user_id", "user_id": "MX.new", "body": "User MX.victim changed from MX.old"});
    check(&changed(&bare, None), (Some("MX.new"), None), None);
    let number = json!({"type": "user_changed_number", "new_wa_id": "52999"});
    check(&changed(&number, Some("52111")), (None, Some("52999")), Some("52111"));
}

#[test]
fn a_new_phone_with_the_old_number_is_not_a_changed_id() {
    let event = changed(&json!({"type": "customer_identity_changed"}), Some("52111"));
    assert!(matches!(event.body, EventBody::Unknown { kind, .. } if kind == "system.customer_identity_changed"));
}

fn report_of(status: &Value) -> (String, DeliveryReport) {
    let event = only(&samples::status(status));
    match event.body {
        EventBody::Report(report) => (event.external_id, report),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_report_says_what_became_of_which_message() {
    for (word, state) in [
        ("sent", ReportState::Sent),
        ("delivered", ReportState::Delivered),
        ("read", ReportState::Read),
        ("played", ReportState::Read),
    ] {
        let status = json!({"id": "wamid.O1", "status": word, "biz_opaque_callback_data": "message_1"});
        let (external_id, report) = report_of(&status);
        assert_eq!(external_id, format!("wamid.O1:{word}"));
        assert_eq!((report.wire_id.as_str(), report.message.as_deref()), ("wamid.O1", Some("message_1")));
        assert_eq!((report.state, report.error_code), (state, None));
    }
}

#[test]
fn a_failed_report_carries_the_code_and_the_reason() {
    let error = json!({"code": "131047", "title": "t", "error_data": {"details": "24 hours"}});
    let (_, report) = report_of(&json!({"id": "wamid.O1", "status": "failed", "errors": [error]}));
    assert_eq!((report.state, report.error_code), (ReportState::Failed, Some(131_047)));
    assert_eq!(report.error.as_deref(), Some("24 hours"));
}

#[test]
fn a_payment_status_is_not_a_delivery_report() {
    let event = only(&samples::status(&json!({"id": "g1", "type": "payment", "status": "read"})));
    assert_eq!(event.external_id, "g1:payment.read");
    assert!(matches!(event.body, EventBody::Unknown { kind, .. } if kind == "payment.read"));
}

#[test]
fn what_staff_write_on_their_phone_is_heard_as_staff() {
    let text = json!({"type": "text", "text": {"body": "yo lo atiendo"}});
    let echo = |from: &str, to: &str, what: &Value| {
        let mut echo = what.clone();
        echo["id"] = json!("wamid.E1");
        echo["from"] = json!(from);
        echo["to"] = json!(to);
        only(&samples::echo(&echo))
    };
    for event in [echo("525550001111", "5215550002222", &text), echo("5215550002222", "525550001111", &text)] {
        assert_eq!(event.contact, ContactPoint::new(None, Some("5215550002222")));
        assert_eq!(event.body, EventBody::StaffWrote { text: "yo lo atiendo".to_owned() });
    }
    let revoked = echo("525550001111", "5215550002222", &json!({"type": "revoke", "revoke": {}}));
    assert!(matches!(revoked.body, EventBody::Unknown { kind, .. } if kind == "echo.revoke"));
}

#[test]
fn old_conversations_handed_over_are_not_answered() {
    let message = json!({"from": "5215550002222", "id": "wamid.H1", "type": "text", "text": {"body": "hola"}});
    let event = only(&samples::body("history", json!({"messages": [message]})));
    assert!(matches!(event.body, EventBody::Unknown { kind, .. } if kind == "history"));
}

#[test]
fn a_group_is_nobodys_conversation() {
    let message =
        json!({"from": "5215550002222", "group_id": "g", "id": "wamid.G", "type": "text", "text": {"body": "x"}});
    let event = only(&samples::from_lucia(&message));
    assert!(matches!(event.body, EventBody::Unknown { kind, .. } if kind == "group_message"));
}

#[test]
fn a_kind_we_do_not_know_is_kept_as_it_came_but_for_card_numbers() {
    let event = only(&samples::message("poll", json!({"question": samples::CARD, "id": "4242424242424242"})));
    let EventBody::Unknown { kind, raw } = event.body else { panic!() };
    assert_eq!(kind, "poll");
    assert_eq!(raw["poll"], json!({"question": "•••• •••• •••• 4242", "id": "4242424242424242"}));
}

#[test]
fn content_that_meta_kept_back_still_means_that_somebody_waits() {
    let message =
        json!({"from": "5215550002222", "id": "wamid.M5", "type": "interactive", "errors": [{"code": 131_000}]});
    let EventBody::Said(said) = only(&samples::from_lucia(&message)).body else { panic!() };
    assert_eq!(said.carrier, Carrier::Unsupported);
}

#[test]
fn several_entries_changes_and_messages_all_count() {
    let text = |id: &str| json!({"from": "52111", "id": id, "type": "text", "text": {"body": "x"}});
    let value =
        json!({"messages": [text("a"), text("b")], "statuses": [{"id": "o", "status": "sent"}], "errors": [{}]});
    let change = json!({"field": "messages", "value": value});
    let entry = json!({"id": "1", "changes": [change, change]});
    let found = events(&json!({"object": "whatsapp_business_account", "entry": [entry, entry, {"id": "2"}]}));
    assert_eq!(found.len(), 17);
}

#[test]
fn an_event_without_an_id_gets_the_same_one_each_time() {
    let body = samples::body("account_update", json!({"event": "DISABLED_UPDATE"}));
    assert_eq!(only(&body).external_id, only(&body).external_id);
    assert_ne!(only(&body).external_id, only(&samples::body("account_update", json!({"event": "X"}))).external_id);
    assert!(only(&body).contact.is_none());
}

#[test]
fn bytes_that_are_no_webhook_are_refused() {
    let not_json = [&b""[..], b"{", b"\xff\xfe", br#"{"entry":[{"id":"\xff"}]}"#, br#"{"entry":"\ud83d"}"#];
    for raw in not_json {
        assert!(matches!(parse(raw, noon()), Err(NotUnderstood::NotJson(_))), "{raw:?}");
    }
    for raw in [&b"{}"[..], b"[]", b"null", br#"{"object":"instagram","entry":[]}"#, br#"{"entry":{}}"#] {
        assert!(matches!(parse(raw, noon()), Err(NotUnderstood::NotWhatsApp)), "{raw:?}");
    }
}

#[test]
fn no_card_number_gets_through_in_any_kind() {
    for body in samples::every_kind() {
        let seen = format!("{:?}", events(&body));
        assert!(!seen.contains("4242 4242"), "{seen}");
    }
}

/// Each key of each kind taken out, and each value replaced by another type.
#[test]
fn no_change_to_a_body_can_make_the_parser_fail() {
    let mut understood = 0;
    for body in samples::every_kind() {
        for mutated in json::mutations(&body) {
            let Ok(parsed) = parse(mutated.to_string().as_bytes(), noon()) else { continue };
            understood += 1;
            assert!(parsed.events.iter().all(|event| !event.external_id.is_empty()), "{mutated}");
        }
    }
    assert!(understood > 5000, "{understood}");
}

#[test]
fn numbers_written_as_text_are_read_the_same() {
    for body in samples::every_kind() {
        let mut as_text = body.clone();
        numbers_to_text(&mut as_text);
        let kinds = |body: &Value| events(body).iter().map(|event| event.body.kind()).collect::<Vec<_>>();
        assert_eq!(kinds(&body), kinds(&as_text), "{body}");
    }
}

fn numbers_to_text(value: &mut Value) {
    match value {
        Value::Number(number) => *value = Value::String(number.to_string()),
        Value::Array(items) => items.iter_mut().for_each(numbers_to_text),
        Value::Object(fields) => fields.values_mut().for_each(numbers_to_text),
        _ => {}
    }
}

#[test]
fn what_the_shopper_was_looking_at_is_kept() {
    let about = |more: Value| {
        let mut message = json!({"type": "text", "text": {"body": "is this one available?"}});
        message.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        content::said(Node::root(&message)).unwrap().about
    };
    let card =
        json!({"context": {"from": "1", "referred_product": {"catalog_id": "7", "product_retailer_id": "LAN-S"}}});
    assert_eq!(about(card), Some(About::Product { id: "LAN-S".to_owned() }));
    let ad = json!({"referral": {"source_type": "ad", "headline": "Lanterns", "body": "Pay 4242 4242 4242 4242", "ctwa_clid": "x"}});
    let Some(About::Ad { headline, body }) = about(ad) else { panic!("an ad") };
    assert_eq!(headline, "Lanterns");
    assert!(!body.contains("4242 4242"), "{body}");
    for nothing in [
        json!({"referral": {"source_type": "post"}}),
        json!({"referral": 7}),
        json!({"context": {"referred_product": {"catalog_id": "7"}}}),
        json!({"context": {"referred_product": {"product_retailer_id": " "}}}),
    ] {
        assert_eq!(about(nothing.clone()), None, "{nothing}");
    }
}
