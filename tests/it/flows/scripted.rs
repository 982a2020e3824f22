//! A whole sale with a model behind an endpoint.

use serde_json::json;

use crate::support::model::{FakeModel, Question, adds, calls, checks_out, says, searches};
use crate::support::{World, words};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_model_finds_adds_quotes_and_opens_the_page_and_goes_on_after_the_payment() {
    let script = |question: &Question| {
        let said = question.said();
        let results = question.results().len();
        if said.contains("41 Elm") {
            return match results {
                0 => calls(
                    "save_delivery_details",
                    json!({
                        "name": "Sam Reed", "address": "41 Elm Street", "city": "Austin", "postal_code": "78701",
                        "note": null,
                    }),
                ),
                _ => says("Thanks Sam, I have noted your address."),
            };
        }
        match (said.as_str(), results) {
            (said, 0) if said.contains("lantern") => searches("lantern"),
            (said, _) if said.contains("lantern") => says("We have a rope lantern: the small one is $24.50."),
            (said, 0) if said.contains("two small") => adds("LAN-S", 2),
            (said, _) if said.contains("two small") => says("Two are in your cart, $59.04 in all. Shall we go on?"),
            (said, 0) if said.contains("yes") => checks_out(&question.quote()),
            (said, _) if said.contains("yes") => says("Here is your pay page for $59.04."),
            _ => says("Thank you! Where should we send it?"),
        }
    };
    let model = FakeModel::start(script).await;
    let world = World::with_model(&model).await;
    let shopper = world.shopper("en");
    let found = shopper.say("do you have a lantern?").await;
    assert!(words(&found[0]).contains("assistant of Porch Goods"), "it says what it is: {found:#?}");
    assert!(words(&found[0]).contains("$24.50"), "{found:#?}");
    shopper.say("two small ones please").await;
    shopper.say("yes, go on").await;
    world.control().pay(&shopper.session()).unwrap();
    shopper.until_told("Payment received").await;
    shopper.until_told("Where should we send it?").await;
    let order: Vec<bool> = shopper.texts().iter().map(|text| text.contains("Payment received")).collect();
    assert_eq!(
        order.iter().position(|receipt| *receipt),
        Some(order.len() - 2),
        "the receipt came before the question"
    );
    shopper.say("Sam Reed, 41 Elm Street, Austin 78701").await;
    world.until_count(1, "select count(*) from orders where state = 'paid' and delivery is not null").await;
    assert_eq!(world.count("select count(*) from orders where total_minor = 5904").await, 1);
    let steps = "select count(*) from turn_steps where kind = 'model' and tokens_in = 900 and tokens_out > 0
                     and prompt_fingerprint is not null and request_fingerprint is not null
                     and cost_micros is not null and duration_ms is not null";
    assert_eq!(usize::try_from(world.count(steps).await).unwrap(), model.asked(), "each call is on record");
    let typing = world.control().calls().iter().filter(|call| call.body.contains("typing_indicator")).count();
    assert!(typing >= 4, "the shopper sees that each of four messages is read: {typing}");
    world.stop_with_nothing_left().await;
}
