//! 6. Nothing is lost.

use crate::support::{World, quick};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_answered_200_before_the_server_stopped_is_answered_by_the_next_one() {
    let mut settings = quick();
    settings.agent.quiet_ms = 1500;
    settings.agent.wait_ms_max = 1500;
    let world = World::with(settings).await;
    let shopper = world.shopper("en");
    shopper.write("do you have a lantern?");
    world.until_count(1, "select count(*) from intake where kind = 'said'").await;
    let world = world.restarted().await;
    assert_eq!(shopper.received().len(), 0, "the first server had no time to answer");
    shopper.until_told("lantern").await;
    assert_eq!(shopper.received().len(), 1);
    world.stop_with_nothing_left().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_that_stripe_reports_while_no_server_is_there_is_found_by_the_next_one() {
    let world = World::start().await;
    let shopper = world.shopper("en");
    shopper.say("do you have a lantern?").await;
    shopper.say("2 of the small").await;
    shopper.press_starting("pay:").await;
    let session = shopper.session();
    let control = world.control();
    let restarting = tokio::spawn(world.restarted());
    control.pay(&session).unwrap();
    let world = restarting.await.unwrap();
    shopper.until_told("Payment received").await;
    world.until_count(1, "select count(*) from orders where state = 'paid'").await;
    world.stop_with_nothing_left().await;
}
