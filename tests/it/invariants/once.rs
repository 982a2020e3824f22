//! 5. Once.

use trato::sandbox::faults::{Fault, FaultRule, Service};

use crate::support::{Shopper, World};

async fn buys(world: &World, shopper: &Shopper) {
    shopper.say("do you have a lantern?").await;
    shopper.say("2 of the small").await;
    shopper.press_starting("pay:").await;
    world.control().pay(&shopper.session()).unwrap();
    shopper.until_told("Payment received").await;
}

fn times(part: &str, shopper: &Shopper) -> usize {
    shopper.texts().iter().filter(|text| text.contains(part)).count()
}

async fn sold_once(world: &World, shopper: &Shopper) {
    world.until_count(1, "select count(*) from orders where state = 'paid'").await;
    world.until_calm().await;
    assert_eq!(world.count("select count(*) from orders").await, 1);
    assert_eq!(world.control().sessions().len(), 1);
    assert_eq!(times("Total paid", shopper), 1, "{:#?}", shopper.texts());
    assert_eq!(world.count("select stock::bigint from variants where sku = 'LAN-S'").await, 8, "taken once");
    let twice = "select count(*) from (select conversation_id, events from turns where state = 'replied'
                 group by 1, 2 having count(*) > 1) t";
    assert_eq!(world.count(twice).await, 0, "one reply per turn");
    let sent = world.count("select count(*) from outbox where state <> 'withheld'").await;
    assert_eq!(i64::try_from(shopper.received().len()).unwrap(), sent, "{:#?}", shopper.texts());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn webhooks_that_all_come_twice_and_out_of_order_sell_once() {
    let world = World::start().await;
    for service in [Service::Graph, Service::Stripe] {
        world.control().add_fault(FaultRule::times(Fault::WebhookDuplicated { service }, 100));
        world.control().add_fault(FaultRule::times(Fault::WebhookReordered { service }, 100));
    }
    let shopper = world.shopper("en");
    buys(&world, &shopper).await;
    sold_once(&world, &shopper).await;
    world.stop_with_nothing_left().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_sent_once_more_after_the_sale_changes_nothing() {
    let world = World::start().await;
    let shopper = world.shopper("en");
    buys(&world, &shopper).await;
    sold_once(&world, &shopper).await;
    world.until_count(0, "select count(*) from outbox where state <> 'delivered'").await;
    world.until_count(0, "select count(*) from turns where state = 'running'").await;
    let (heard, read) = (world.count("select count(*) from intake").await, shopper.texts());
    for webhook in world.control().webhooks().iter().rev() {
        assert_eq!(world.control().resend(webhook.id).await.unwrap(), 200, "{}", webhook.kind);
    }
    assert_eq!(world.count("select count(*) from intake").await, heard, "nothing is heard twice");
    sold_once(&world, &shopper).await;
    assert_eq!(shopper.texts(), read);
    world.stop_with_nothing_left().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pay_pressed_twice_in_a_row_opens_one_page() {
    let world = World::start().await;
    let shopper = world.shopper("en");
    shopper.say("do you have a lantern?").await;
    shopper.say("2 of the small").await;
    let before = shopper.received().len();
    shopper.tap("pay:");
    shopper.tap("pay:");
    shopper.until_received(before + 1).await;
    world.until_count(0, "select count(*) from intake where read_at is null and kind = 'said'").await;
    world.until_count(0, "select count(*) from outbox where state in ('owed', 'sending')").await;
    assert_eq!(world.control().sessions().len(), 1);
    assert_eq!(world.count("select count(*) from orders").await, 1);
    // Pressed again later, it is still the same page.
    shopper.press_starting("pay:").await;
    assert_eq!(world.control().sessions().len(), 1, "{:#?}", shopper.texts());
    world.stop_with_nothing_left().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_lost_after_the_work_was_done_is_not_done_again() {
    let world = World::start().await;
    let shopper = world.shopper("en");
    shopper.say("do you have a lantern?").await;
    shopper.say("2 of the small").await;
    world.control().fault_once(Fault::AnswerLost { service: Service::Stripe });
    shopper.press_starting("pay:").await;
    if world.control().sessions().is_empty() || shopper.texts().iter().all(|text| !text.contains("#1")) {
        shopper.press_starting("pay:").await;
    }
    assert_eq!(world.control().sessions().len(), 1, "{:#?}", shopper.texts());
    world.control().fault_once(Fault::AnswerLost { service: Service::Graph });
    world.control().pay(&shopper.session()).unwrap();
    shopper.until_told("Payment received").await;
    sold_once(&world, &shopper).await;
    world.stop_with_nothing_left().await;
}
