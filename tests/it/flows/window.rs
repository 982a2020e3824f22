//! The channel's reply window: outside it nothing free-form is sent, and the inbox says so.

use trato::sandbox::calls::ApiCall;
use trato::sandbox::faults::Fault;

use crate::support::hooks::batch;
use crate::support::{Shopper, World};

const PHONE: &str = "5215550007777";

const CLOSED: &str = "select count(*) from outbox where state = 'failed' and error_code = 131047";
const CALLED: &str = "select count(*) from conversations where needs_person_reason = 'message_failed' and needs_person_since is not null";

fn sends(world: &World) -> Vec<ApiCall> {
    let calls = world.control().calls().into_iter();
    calls.filter(|call| call.body.contains("biz_opaque_callback_data")).collect()
}

async fn the_inbox_says_why(world: &World, shopper: &Shopper) {
    let page = world.inbox(shopper).await;
    assert!(page.contains("More than 24 hours had passed"), "the thread says why: {page}");
    assert!(page.contains("A person is asked for"), "{page}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_was_on_its_way_for_more_than_a_day_is_answered_by_nobody_but_a_person() {
    let world = World::start().await;
    let shopper = world.shopper("en");
    // Meta repeats a webhook for days: this one was written 25 hours ago.
    let written = trato::base::clock::Clock::machine().now().timestamp() - 25 * 3600;
    let said = serde_json::json!({ "from": PHONE, "id": "wamid.OLD", "timestamp": written.to_string(), "type": "text",
                                   "text": { "body": "do you have a lantern?" } });
    let body = batch(&shopper.phone, PHONE, &[said]).to_string();
    assert_eq!(world.whatsapp(body.as_bytes()).await, 200);
    world.until_count(1, CLOSED).await;
    world.until_count(1, CALLED).await;
    assert!(sends(&world).is_empty(), "{:#?}", sends(&world));
    // Once the shopper writes again, everything is as ever.
    let now = crate::support::hooks::text("wamid.NEW", PHONE, "gloves, then?");
    let body = batch(&shopper.phone, PHONE, &[now]).to_string();
    assert_eq!(world.whatsapp(body.as_bytes()).await, 200);
    world.until_count(1, "select count(*) from outbox where state in ('sent', 'delivered', 'failed') and body->>'text' like '%17.99%'").await;
    assert_eq!(sends(&world).len(), 1);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_window_that_closes_between_the_answer_and_its_delivery_is_seen_before_anything_is_sent() {
    let world = World::start().await;
    let shopper = world.shopper("en");
    shopper.say("hello").await;
    world.until_calm().await;
    // WhatsApp stumbles for a while, and a day goes by.
    for _ in 0..2 {
        world.control().fault_once(Fault::GraphError { code: 131_000 });
    }
    shopper.write("do you have a lantern?");
    world.until_count(1, "select count(*) from outbox where state = 'owed' and attempts = 1").await;
    world.change("update conversations set heard_at = now() - interval '24 hours 1 second'").await;
    let tried = sends(&world).len();
    world.until_count(1, CLOSED).await;
    assert_eq!(sends(&world).len(), tried, "nothing was even tried");
    world.until_count(1, CALLED).await;
    the_inbox_says_why(&world, &shopper).await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_window_that_only_whatsapp_knows_to_be_closed_is_believed_at_once_and_later() {
    for fault in [Fault::GraphError { code: 131_047 }, Fault::StatusFailed { code: 131_047 }] {
        let world = World::start().await;
        let shopper = world.shopper("en");
        world.control().fault_once(fault.clone());
        shopper.write("do you have a lantern?");
        world.until_count(1, CLOSED).await;
        world.until_count(1, CALLED).await;
        assert_eq!(sends(&world).len(), 1, "{fault:?}: it is not tried again");
        the_inbox_says_why(&world, &shopper).await;
        world.stop().await;
    }
}
