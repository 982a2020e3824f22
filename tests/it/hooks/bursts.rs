//! When the agent answers: after a burst, or at once.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::hooks::{batch, text};
use crate::support::{PATIENCE, World, quick};

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
    settings.agent.quiet_ms = 60_000;
    settings.agent.wait_ms_max = 900;
    let world = World::with(settings).await;
    let shopper = world.shopper("en");
    let began = Instant::now();
    while shopper.received().is_empty() {
        assert!(began.elapsed() < PATIENCE, "still not answered");
        shopper.write("and another thing");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(began.elapsed() >= Duration::from_millis(900), "answered after {:?}", began.elapsed());
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pressed_button_is_answered_at_once_while_words_are_waited_for() {
    let mut settings = quick();
    settings.agent.quiet_ms = 600_000;
    settings.agent.wait_ms_max = 600_000;
    let world = World::with(settings).await;
    let number = world.shopper("en").phone;
    let (writes, presses) = ("5215550001111", "5215550002222");
    let said = batch(&number, writes, &[text("wamid.T1", writes, "do you have a lantern?")]).to_string();
    assert_eq!(world.whatsapp(said.as_bytes()).await, 200);
    let mut press = text("wamid.P1", presses, "");
    press["type"] = json!("interactive");
    press["interactive"] =
        json!({ "type": "button_reply", "button_reply": { "id": "more", "title": "Keep looking" } });
    assert_eq!(world.whatsapp(batch(&number, presses, &[press]).to_string().as_bytes()).await, 200);
    let answered = "select count(*) from turns t join conversations c on c.id = t.conversation_id
                    where c.phone = '5215550002222' and t.state = 'replied'";
    world.until_count(1, answered).await;
    assert_eq!(world.count("select count(*) from turns").await, 1, "the words are still waited for");
    world.stop().await;
}
