//! 9. Everyone sees their own.

use serde_json::json;

use crate::support::World;
use crate::support::hooks::{batch, text};
use crate::support::model::{FakeModel, Question, adds, calls, checks_out, says, searches};

fn seller(question: &Question) -> crate::support::model::Answer {
    match (question.said(), question.results().len()) {
        (said, 0) if said.contains("pay for it") => checks_out(&question.quote()),
        (said, 0) if said.contains("lantern") => searches("lantern"),
        (said, 1) if said.contains("lantern") => adds("LAN-S", 2),
        (said, 0) if said.contains("status") => calls(
            "order_status",
            json!({
                "number": 1, "shopper": "15550000000", "conversation": "conversation_00000000000000000000000000000001",
                "merchant": "porch",
            }),
        ),
        (said, 1) if said.contains("status") => calls("order_status", json!({ "number": null })),
        (said, 2) if said.contains("status") => calls("view_cart", json!({})),
        _ => says("Anything else?"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shopper_who_guesses_an_order_number_learns_nothing_of_another() {
    let model = FakeModel::start(seller).await;
    let world = World::with_model(&model).await;
    let (buyer, curious) = (world.shopper("en"), world.shopper("en"));
    let elsewhere = world.shopper("es");
    buyer.say("a lantern please").await;
    buyer.say("I want to pay for it").await;
    world.control().pay(&buyer.session()).unwrap();
    buyer.until_told("Payment received").await;
    world.until_calm().await;
    buyer.say("status of my order").await;
    let own = model.questions().last().unwrap().results();
    assert!(own[0].contains("59.04"), "the buyer sees it: {own:#?}");
    for stranger in [curious, elsewhere] {
        stranger.say("status of order 1").await;
        let told = model.questions().last().unwrap().results();
        assert!(told[0].contains("no_such_order"), "{told:#?}");
        assert!(!told.concat().contains("59.04") && !told.concat().contains("LAN-S"), "{told:#?}");
    }
    world.stop_with_nothing_left().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_event_at_another_shops_address_pays_nothing() {
    let world = World::start().await;
    let shopper = world.shopper("en");
    shopper.say("do you have a lantern?").await;
    shopper.say("2 of the small").await;
    shopper.press_starting("pay:").await;
    let event = world.pays_unheard(&shopper).await.to_string();
    // Even signed with a secret the other shop knows.
    assert_eq!(world.stripe("mercado", event.as_bytes()).await, 200);
    assert_eq!(world.stripe("nobody", event.as_bytes()).await, 404);
    world.until_count(0, "select count(*) from intake where kind = 'payment' and read_at is null").await;
    assert_eq!(world.count("select count(*) from orders where state = 'awaiting_payment'").await, 1);
    assert_eq!(world.count("select count(*) from order_notices").await, 0);
    world.stop_with_nothing_left().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_person_who_writes_to_two_shops_has_two_carts() {
    let world = World::start().await;
    let (english, spanish) = (world.shopper("en"), world.shopper("es"));
    english.say("do you have a lantern?").await;
    english.say("2 of the small").await;
    let phone = world.control().shopper(&english.phone, english.number).unwrap().phone;
    for (answered, id, said) in [(3, "wamid.B1", "busco una camiseta"), (4, "wamid.B2", "2 de la azul en M")] {
        let body = batch(&spanish.phone, &phone, &[text(id, &phone, said)]).to_string();
        assert_eq!(world.whatsapp(body.as_bytes()).await, 200);
        world.until_count(answered, "select count(*) from turns where state = 'replied'").await;
    }
    assert_eq!(world.count("select count(distinct merchant_id) from conversations").await, 2);
    let carts = "select count(*) from carts where jsonb_array_length(lines) = 1";
    assert_eq!(world.count(carts).await, 2);
    let lantern = "select count(*) from carts where lines @> '[{\"sku\": \"LAN-S\", \"quantity\": 2}]'";
    assert_eq!(world.count(lantern).await, 1, "each has what was asked for there");
    let mixed = "select count(*) from carts k join conversations c on c.id = k.conversation_id
                 where c.merchant_id <> k.merchant_id";
    assert_eq!(world.count(mixed).await, 0);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_for_a_number_nobody_connected_is_kept_raw_and_answered_200() {
    let world = World::start().await;
    let body = batch("999000999000", "5215550001234", &[text("wamid.X1", "5215550001234", "hola?")]).to_string();
    assert_eq!(world.whatsapp(body.as_bytes()).await, 200);
    assert_eq!(world.count("select count(*) from intake_unrouted where raw like '%wamid.X1%'").await, 1);
    assert_eq!(world.count("select count(*) from intake").await, 0);
    assert_eq!(world.count("select count(*) from conversations").await, 0);
    world.stop_with_nothing_left().await;
}
