//! A shopper who writes from a product card or an advertisement means what they were looking at.

use serde_json::{Value, json};

use crate::support::hooks::{batch, text};
use crate::support::model::{FakeModel, Question, adds, says};
use crate::support::{Shopper, World};

async fn writes(world: &World, shopper: &Shopper, id: &str, words: &str, more: Value) {
    let phone = world.control().shopper(&shopper.phone, shopper.number).unwrap().phone;
    let mut message = text(id, &phone, words);
    message.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let body = batch(&shopper.phone, &phone, &[message]).to_string();
    assert_eq!(world.whatsapp(body.as_bytes()).await, 200);
}

fn card(id: &str) -> Value {
    json!({ "context": { "from": "1", "referred_product": { "catalog_id": "7", "product_retailer_id": id } } })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_model_is_told_which_product_is_asked_about_and_may_sell_it() {
    let script = |question: &Question| match (question.said().as_str(), question.results().len()) {
        (said, 0) if said.contains("one, please") => adds("LAN-S", 1),
        (said, _) if said.contains("one, please") => says("It is in your cart."),
        _ => says("Yes: the small one is $24.50."),
    };
    let model = FakeModel::start(script).await;
    let world = World::with_model(&model).await;
    let shopper = world.shopper("en");
    shopper.say("hello").await;
    writes(&world, &shopper, "wamid.CARD", "is this one available?", card("LAN-S")).await;
    shopper.until_told("$24.50").await;
    let seen = model.questions().last().unwrap().messages_text();
    assert!(seen.contains("asks about the product LAN-S") && seen.contains("Material"), "{seen}");
    shopper.say("one, please").await;
    assert_eq!(world.count("select count(*) from carts where lines @> '[{\"sku\": \"LAN-S\"}]'").await, 1);
    // A card of something that is not sold here is only words.
    writes(&world, &shopper, "wamid.GONE", "and this?", card("NO-SUCH-THING")).await;
    shopper.until_received(4).await;
    assert!(model.questions().last().unwrap().messages_text().contains("NO-SUCH-THING"));
    world.stop_with_nothing_left().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_guided_seller_knows_what_a_card_and_an_advertisement_show() {
    let world = World::start().await;
    let (looker, comer) = (world.shopper("en"), world.shopper("en"));
    looker.say("hello").await;
    comer.say("hello").await;
    writes(&world, &looker, "wamid.CARD", "is this one available?", card("LAN-S")).await;
    looker.until_told("Rope lantern is available").await;
    let ad = json!({ "referral": { "source_type": "ad", "source_id": "1", "headline": "Rope lantern",
                                   "body": "Light for your porch", "ctwa_clid": "abc" } });
    writes(&world, &comer, "wamid.AD", "Hi! Can I get more info on this?", ad).await;
    comer.until_told("24.50").await;
    world.stop_with_nothing_left().await;
}
