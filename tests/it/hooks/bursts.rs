//! When the agent answers: after a burst, or at once.

use std::time::{Duration, Instant};

use crate::support::{World, quick};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_burst_of_messages_is_answered_once() {
    let mut settings = quick();
    settings.agent.quiet_ms = 300;
    settings.agent.wait_ms_max = 5000;
    let world = World::with(settings).await;
    let shopper = world.shopper("en");
    for said in ["hi", "quick question", "do you have a lantern?"] {
        shopper.write(said);
        tokio::time::sleep(Duration::from_millis(60)).await;
    }
    shopper.until_told("24.50").await;
    assert_eq!(shopper.received().len(), 1, "{:#?}", shopper.texts());
    assert_eq!(world.count("select count(*) from turns where cardinality(events) = 3").await, 1);
    world.stop_with_nothing_left().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_who_never_stops_writing_is_answered_at_the_latest_after_the_longest_wait() {
    let mut settings = quick();
    settings.agent.quiet_ms = 400;
    settings.agent.wait_ms_max = 900;
    let world = World::with(settings).await;
    let shopper = world.shopper("en");
    let began = Instant::now();
    while shopper.received().is_empty() {
        assert!(began.elapsed() < Duration::from_secs(5), "still not answered");
        shopper.write("and another thing");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(began.elapsed() >= Duration::from_millis(800), "answered after {:?}", began.elapsed());
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pressed_button_is_answered_at_once() {
    let mut settings = quick();
    settings.agent.quiet_ms = 1200;
    settings.agent.wait_ms_max = 6000;
    let world = World::with(settings).await;
    let shopper = world.shopper("en");
    shopper.say("do you have a lantern?").await;
    let began = Instant::now();
    shopper.press_starting("variant:").await;
    assert!(began.elapsed() < Duration::from_millis(1100), "waited {:?}", began.elapsed());
    world.stop_with_nothing_left().await;
}
