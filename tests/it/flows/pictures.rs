//! A picture that the channel cannot use takes nothing else with it.

use trato::sandbox::faults::{Fault, FaultRule, Service};
use trato::sandbox::phone::chat::{ChatEntry, Content, Progress};

use crate::support::{Shopper, World};

/// A shop whose lantern has a picture.
async fn with_a_picture() -> World {
    let world = World::start().await;
    world
        .change("update products set images = '{https://porch.example/lantern.jpg}' where handle = 'rope-lantern'")
        .await;
    world
}

/// Asks for the lantern; gives what arrived when all is quiet again.
async fn what_arrives(world: &World, shopper: &Shopper) -> Vec<ChatEntry> {
    shopper.write("tell me about the rope lantern");
    world.until_count(1, "select count(*) from outbox where state in ('delivered', 'read')").await;
    world.until_calm().await;
    world.until_count(0, "select count(*) from intake where read_at is null").await;
    let received = shopper.received().into_iter();
    received.filter(|entry| !matches!(entry.progress, Progress::Failed { .. })).collect()
}

fn is_words_alone(received: &[ChatEntry]) -> bool {
    match received {
        [entry] => match &entry.content {
            Content::Text { body } => body.contains("24.50"),
            Content::Buttons { body, header, .. } => body.contains("24.50") && header.is_none(),
            _ => false,
        },
        _ => false,
    }
}

const PICTURES: &str =
    "select count(*) from outbox where body->>'bubble' = 'picture' or body->>'image' is not null";
const FAILED: &str = "select count(*) from outbox where state = 'failed' and error_code = 131053";

async fn nobody_is_called(world: &World) {
    assert_eq!(world.count("select count(*) from conversations where needs_person_since is not null").await, 0);
}

async fn the_words_arrive_alone(world: World, shopper: &Shopper) {
    let received = what_arrives(&world, shopper).await;
    assert_eq!((world.count(PICTURES).await, world.count(FAILED).await), (1, 1));
    assert!(is_words_alone(&received), "{received:#?}");
    nobody_is_called(&world).await;
    world.stop_with_nothing_left().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_that_is_refused_at_once_is_left_out_and_the_words_come_once() {
    let world = with_a_picture().await;
    let shopper = world.shopper("en");
    world.control().fault_once(Fault::GraphError { code: 131_053 });
    the_words_arrive_alone(world, &shopper).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_that_fails_later_is_left_out_and_the_words_come_once_however_often_that_is_reported() {
    let world = with_a_picture().await;
    let shopper = world.shopper("en");
    world.control().fault_once(Fault::StatusFailed { code: 131_053 });
    world.control().add_fault(FaultRule::times(Fault::WebhookDuplicated { service: Service::Graph }, 20));
    the_words_arrive_alone(world, &shopper).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn words_that_fail_with_the_same_code_call_a_person() {
    let world = with_a_picture().await;
    let shopper = world.shopper("en");
    world.control().add_fault(FaultRule::times(Fault::GraphError { code: 131_053 }, 2));
    shopper.write("tell me about the rope lantern");
    world.until_count(2, FAILED).await;
    world.until_count(1, "select count(*) from conversations where needs_person_reason = 'message_failed'").await;
    assert_eq!(shopper.received().len(), 0);
    world.stop().await;
}
