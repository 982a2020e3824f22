//! How fast messages go, and what happens when the channel says: too fast.

use chrono::TimeDelta;
use trato::base::clock::{Clock, Time};
use trato::sandbox::calls::ApiCall;
use trato::sandbox::faults::{Fault, FaultRule, Service};

use crate::support::hooks::{batch, text};
use crate::support::{World, quick, words};

const PHONE: &str = "5215550006666";

/// The sends that were tried, oldest first; not the reading and typing.
fn tries(world: &World) -> Vec<ApiCall> {
    let calls = world.control().calls().into_iter();
    calls.filter(|call| call.body.contains("biz_opaque_callback_data")).collect()
}

fn times(world: &World) -> Vec<Time> {
    tries(world).iter().map(|call| call.at).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_sends_no_faster_than_it_may_and_nothing_is_refused() {
    let mut settings = quick();
    settings.whatsapp.messages_per_second = 2;
    let world = World::with(settings).await;
    let shoppers = [world.shopper("en"), world.shopper("en"), world.shopper("en"), world.shopper("en")];
    let began = Clock::machine().now();
    for shopper in &shoppers {
        shopper.write("hello");
    }
    for shopper in &shoppers {
        shopper.until_received(1).await;
    }
    let times = times(&world);
    assert_eq!(times.len(), 4, "each was sent once");
    // A busy machine may hold any of them up on the way, so they can come closer together than they left; but none can
    // come before it may leave.
    for (time, halves) in times.iter().zip(0..) {
        assert!(*time - began >= TimeDelta::milliseconds(500) * halves, "{began} {times:?}");
    }
    world.stop_with_nothing_left().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_for_its_pace_is_still_stopped_by_a_person_who_takes_over() {
    let mut settings = quick();
    settings.whatsapp.seconds_per_message = 600;
    let world = World::with(settings).await;
    let shopper = world.shopper("en");
    // Forty-five are lent; the next one waits.
    let sent = "select count(*) from outbox where state in ('sent', 'delivered', 'read')";
    for place in 1..=45 {
        shopper.write("hello");
        world.until_count(place, sent).await;
    }
    shopper.write("hello");
    world.until_count(1, "select count(*) from outbox where state = 'owed'").await;
    world.take_over(&shopper).await;
    assert_eq!(world.count("select count(*) from outbox where state = 'withheld'").await, 1);
    assert_eq!(tries(&world).len(), 45);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_for_the_pair_rate_is_waited_out_and_nobody_else_waits() {
    let world = World::start().await;
    let (shopper, other) = (world.shopper("en"), world.shopper("en"));
    world.control().fault_once(Fault::GraphError { code: 131_056 });
    shopper.write("do you have a lantern?");
    world.until_count(1, "select count(*) from outbox where state = 'owed' and attempts = 1").await;
    other.say("hello").await;
    assert_eq!(shopper.received().len(), 0);
    let answer = shopper.until_received(1).await;
    assert!(words(&answer[0]).contains("24.50"), "{answer:#?}");
    let tries: Vec<ApiCall> = tries(&world);
    let (refused, last) = (&tries[0], tries.last().unwrap());
    assert_eq!((refused.status, last.status), (400, 200));
    assert!(last.at - refused.at >= TimeDelta::seconds(4), "Meta asks for four seconds after the first refusal");
    assert_eq!(shopper.received().len(), 1, "once");
    world.stop_with_nothing_left().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_for_the_numbers_rate_slows_everyone_who_writes_to_it() {
    let world = World::start().await;
    let (shopper, other) = (world.shopper("en"), world.shopper("en"));
    world.control().fault_once(Fault::GraphError { code: 130_429 });
    shopper.write("hello");
    world.until_count(1, "select count(*) from outbox where state = 'owed' and attempts = 1").await;
    other.say("hello").await;
    shopper.until_received(1).await;
    let times = times(&world);
    assert_eq!(times.len(), 3, "nobody else knocked meanwhile");
    assert!(times[1] - times[0] >= TimeDelta::seconds(3), "{times:?}");
    world.stop_with_nothing_left().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_owed_while_the_shops_number_is_stopped_is_sent_once_it_is_mended() {
    let world = World::start().await;
    let shopper = world.shopper("en");
    world.control().fault_once(Fault::GraphError { code: 131_042 });
    shopper.write("do you have a lantern?");
    world.until_count(1, "select count(*) from outbox where state = 'owed' and error is not null").await;
    world.until_count(1, "select count(*) from conversations where needs_person_reason = 'number_stopped'").await;
    assert_eq!(world.count("select attempts::bigint from outbox").await, 0, "it is not the message's fault");
    let page = world.inbox(&shopper).await;
    assert!(page.contains("WhatsApp takes nothing from the shop"), "{page}");
    assert!(shopper.received().is_empty());

    // It is mended, and looked at again.
    world.change("update outbox set not_before = now()").await;
    let world = world.restarted().await;
    shopper.write("hello?");
    shopper.until_told("24.50").await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_of_which_the_channel_never_says_anything_is_not_repeated_for_ever() {
    let mut settings = quick();
    settings.workers.unknown_seconds = 1;
    let world = World::with(settings).await;
    let shopper = world.shopper("en");
    world.control().add_fault(FaultRule::times(Fault::WebhookLost { service: Service::Graph }, 100));
    world.control().add_fault(FaultRule::times(Fault::AnswerLost { service: Service::Graph }, 100));
    let said = text("wamid.ASKED", PHONE, "do you have a lantern?");
    assert_eq!(world.whatsapp(batch(&shopper.phone, PHONE, &[said]).to_string().as_bytes()).await, 200);
    world.until_count(1, "select count(*) from outbox where state = 'failed'").await;
    assert_eq!(world.count("select attempts::bigint from outbox where state = 'failed'").await, 4);
    world.until_count(1, "select count(*) from conversations where needs_person_reason = 'message_failed'").await;
    world.stop().await;
}
