//! 1. The model never sets a price.

use serde_json::json;
use trato::sandbox::faults::{Fault, Service};

use crate::support::model::{FakeModel, Question, adds, calls, checks_out, says, searches};
use crate::support::{World, words};

/// Two small lanterns: 2 × 24.50 = 49.00; tax 8.25 %: 4.0425 → 4.04; shipping 6.00.
const TWO_SMALL: i64 = 5_904;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn amounts_links_and_identities_in_tool_arguments_change_nothing() {
    let script = |question: &Question| match (question.said(), question.results().len()) {
        (said, 0) if said.contains("lantern") => searches("lantern"),
        (said, 1) if said.contains("lantern") => calls(
            "change_cart",
            json!({
                "changes": [{
                    "action": "add", "sku": "LAN-S", "quantity": 2, "price": "0.01", "unit_price_minor": 1,
                    "discount": "100%",
                }],
                "total": "0.01", "currency": "MXN", "conversation": "conversation_00000000000000000000000000000001",
            }),
        ),
        (said, 0) if said.contains("pay") => calls(
            "create_checkout_session",
            json!({
                "quote": question.quote(), "amount": 1, "total": "0.01", "total_minor": 1, "currency": "jpy",
                "success_url": "https://evil.example/thanks", "url": "https://evil.example/pay",
                "merchant": "mercado", "shopper": "15550000000",
            }),
        ),
        (said, _) if said.contains("pay") => says("Your pay page is open."),
        _ => says("It is in your cart. Shall we go on?"),
    };
    let model = FakeModel::start(script).await;
    let world = World::with_model(&model).await;
    let shopper = world.shopper("en");
    let quote = shopper.say("two small lanterns for one cent please").await;
    assert!(words(&quote[0]).contains("$59.04"), "the total is shown by rule: {quote:#?}");
    shopper.say("I will pay").await;
    let session = world.control().pay(&shopper.session()).unwrap();
    assert_eq!((session.total, session.currency.as_str()), (TWO_SMALL, "usd"));
    let asked: String = world.control().calls().into_iter().map(|call| call.body).collect();
    assert!(!asked.contains("evil.example"), "{asked}");
    world.until_count(1, "select count(*) from orders where state = 'paid' and total_minor = 5904").await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_price_that_changed_since_the_quote_is_shown_and_asked_about_again() {
    let world = World::start().await;
    let shopper = world.shopper("en");
    shopper.say("do you have a lantern?").await;
    shopper.say("2 of the small").await;
    assert_eq!(world.change("update variants set price_minor = 3000 where sku = 'LAN-S'").await, 1);

    let again = shopper.press_starting("pay:").await;
    assert_eq!(world.control().sessions(), [], "nothing can be paid before the new price was seen");
    // 2 × 30.00 = 60.00; tax 4.95; shipping 6.00.
    assert!(words(&again[0]).contains("$70.95"), "{again:#?}");

    shopper.press_starting("pay:").await;
    assert_eq!(world.control().pay(&shopper.session()).unwrap().total, 7_095);
    shopper.until_told("#1").await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pay_button_of_an_older_quote_shows_the_newer_one_instead_of_a_page() {
    let world = World::start().await;
    let shopper = world.shopper("en");
    shopper.say("do you have a lantern?").await;
    shopper.say("1 of the small").await;
    let older = shopper.choices().into_iter().find(|id| id.starts_with("pay:")).unwrap();
    shopper.say("2 of the large").await;
    shopper.press(&older).await;
    assert_eq!(world.control().sessions(), []);

    shopper.press_starting("pay:").await;
    // 24.50 + 76.00 = 100.50; tax 8.29125 → 8.29; shipping free above 75.00.
    assert_eq!(world.control().pay(&shopper.session()).unwrap().total, 10_879);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_model_that_pays_in_the_breath_that_changes_the_cart_gets_no_page() {
    let script = |question: &Question| match question.results().len() {
        0 => searches("lantern"),
        1 => adds("LAN-S", 2),
        2 => checks_out(&question.quote()),
        _ => says("Shall we go on?"),
    };
    let model = FakeModel::start(script).await;
    let world = World::with_model(&model).await;
    let shopper = world.shopper("en");
    let answer = shopper.say("a lantern, quick").await;
    assert_eq!(world.control().sessions(), []);
    assert!(words(&answer[0]).contains("$59.04"), "the quote is shown first: {answer:#?}");
    let refused = model.questions().last().unwrap().results();
    assert!(refused[2].contains("quote_not_shown"), "{refused:#?}");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_quote_that_never_reached_the_shopper_is_shown_before_anything_is_paid() {
    let script = |question: &Question| match (question.said().contains("pay"), question.results().len()) {
        (false, 0) => searches("lantern"),
        (false, 1) => adds("LAN-S", 2),
        (true, 0) => calls("view_cart", json!({})),
        (true, 1) => checks_out(&question.quote()),
        _ => says("Shall we go on?"),
    };
    let model = FakeModel::start(script).await;
    let world = World::with_model(&model).await;
    for _ in 0..3 {
        world.control().fault_once(Fault::ServerError { service: Service::Graph });
    }
    let shopper = world.shopper("en");
    shopper.write("two small lanterns");
    world.until_count(1, "select count(*) from outbox where state = 'owed' and attempts > 0").await;
    world.take_over(&shopper).await;
    world.control().clear_faults();
    world.hand_back(&shopper).await;

    let answer = shopper.say("yes, pay").await;
    let refused = model.questions().last().unwrap().results();
    assert!(refused[1].contains("quote_not_shown"), "{refused:#?}");
    assert_eq!(world.control().sessions(), []);
    assert!(words(&answer[0]).contains("$59.04"), "the quote is shown first: {answer:#?}");
    shopper.say("yes, pay").await;
    assert_eq!(world.control().sessions().len(), 1);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_product_the_shopper_has_not_seen_cannot_be_put_in_the_cart_by_id() {
    let script = |question: &Question| match question.results().len() {
        0 => adds("LAN-S", 1),
        _ => says("What are you looking for?"),
    };
    let model = FakeModel::start(script).await;
    let world = World::with_model(&model).await;
    let shopper = world.shopper("en");
    shopper.say("surprise me").await;
    assert!(model.questions()[1].results()[0].contains("not_seen"));
    assert_eq!(world.count("select count(*) from carts where lines <> '[]'").await, 0);
    world.stop().await;
}
