//! 7. A person who took over is alone.

use std::sync::Arc;
use std::time::Duration;

use sqlx::Executor as _;
use trato::sandbox::faults::{Fault, Service};

use crate::support::hooks::echo;
use crate::support::model::{Answer, FakeModel, Gate, Question, adds, says, searches};
use crate::support::{Shopper, World, quick, words};

/// A model that searches, adds and then speaks, and stops at the gate before its answer number `held`. Handed back,
/// it says something else.
async fn stopping_at(held: usize, gate: &Arc<Gate>) -> FakeModel {
    let gate = Arc::clone(gate);
    let stopped = std::sync::atomic::AtomicBool::new(false);
    FakeModel::start(move |question: &Question| {
        if stopped.load(std::sync::atomic::Ordering::SeqCst) {
            return says("I am back, what would you like?");
        }
        let place = question.results().len();
        let answer = match place {
            0 => searches("lantern"),
            1 => adds("LAN-S", 1),
            _ => says("A draft that nobody should read."),
        };
        if place != held {
            return answer;
        }
        stopped.store(true, std::sync::atomic::Ordering::SeqCst);
        Answer::After(Arc::clone(&gate), Box::new(answer))
    })
    .await
}

/// A shopper has written, and the model has come to its answer number `held`.
async fn stopped_at(held: usize) -> (Arc<Gate>, World, Shopper) {
    let gate = Gate::closed();
    let model = stopping_at(held, &gate).await;
    let world = World::with_model(&model).await;
    let shopper = world.shopper("en");
    shopper.write("do you have a lantern?");
    gate.reached().await;
    (gate, world, shopper)
}

/// Whether a transaction of the server's stays open. One that is only passing is gone when it is looked for again.
async fn holds_a_transaction_open(world: &World) -> bool {
    let open = "select count(*) from pg_stat_activity
                where datname = current_database() and state like 'idle in transaction%'";
    for _ in 0..20 {
        if world.count(open).await == 0 {
            return false;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    true
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_transaction_is_open_while_a_model_answers() {
    for held in 0..=2 {
        let (gate, world, shopper) = stopped_at(held).await;
        assert!(!holds_a_transaction_open(&world).await, "at answer {held}");
        gate.open();
        shopper.until_received(1).await;
        world.stop_with_nothing_left().await;
    }
}

/// Long enough for anything that should not happen to happen.
async fn a_while() {
    tokio::time::sleep(Duration::from_millis(400)).await;
}

async fn agent_is_silent(world: &World, shopper: &Shopper) {
    a_while().await;
    assert_eq!(shopper.texts(), Vec::<String>::new(), "the agent spoke over a person");
    assert_eq!(world.count("select count(*) from outbox where state <> 'withheld'").await, 0);
    assert_eq!(world.count("select count(*) from turns where state = 'running'").await, 0, "no turn is left open");
}

async fn handed_back_it_answers(world: World, shopper: &Shopper) {
    world.hand_back(shopper).await;
    shopper.until_told("I am back").await;
    assert_eq!(shopper.received().len(), 1, "{:#?}", shopper.texts());
    world.stop_with_nothing_left().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn taken_over_before_the_turn_began_no_model_is_asked() {
    let model = FakeModel::start(|_: &Question| says("I am back, what would you like?")).await;
    let mut settings = model.serving(quick());
    settings.agent.quiet_ms = 600;
    settings.agent.wait_ms_max = 600;
    let world = World::with(settings).await;
    let shopper = world.shopper("en");
    shopper.write("hello?");
    world.until_count(1, "select count(*) from intake where kind = 'said'").await;
    world.take_over(&shopper).await;
    tokio::time::sleep(Duration::from_millis(700)).await;
    agent_is_silent(&world, &shopper).await;
    assert_eq!(model.asked(), 0);
    handed_back_it_answers(world, &shopper).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn taken_over_while_the_model_asks_for_a_tool_the_tool_is_not_run() {
    let (gate, world, shopper) = stopped_at(1).await;
    world.take_over(&shopper).await;
    gate.open();
    agent_is_silent(&world, &shopper).await;
    assert_eq!(world.count("select count(*) from carts where lines <> '[]'").await, 0, "the cart is untouched");
    handed_back_it_answers(world, &shopper).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn taken_over_while_the_model_writes_its_draft_stays_as_a_suggestion() {
    let (gate, world, shopper) = stopped_at(2).await;
    world.take_over(&shopper).await;
    gate.open();
    let kept = "select count(*) from turns where state = 'suggested' and draft like 'A draft%'";
    world.until_count(1, kept).await;
    agent_is_silent(&world, &shopper).await;
    handed_back_it_answers(world, &shopper).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn taken_over_in_the_instant_before_the_turn_settles_nothing_is_said() {
    let (gate, world, shopper) = stopped_at(2).await;
    let staff = world.staff(&shopper).await;
    // The row is held by the one who takes over, so that the settling statement finds it and waits.
    let mut taking = world.pool.begin().await.unwrap();
    taking.execute("select id from conversations for no key update").await.unwrap();
    gate.open();
    let waiting = "select count(*) from pg_stat_activity
                   where datname = current_database() and wait_event_type = 'Lock'";
    world.until_count(1, waiting).await;
    sqlx::query("update conversations set control = 'person', fence = fence + 1, staff_id = $1")
        .bind(staff.uuid())
        .execute(&mut *taking)
        .await
        .unwrap();
    taking.commit().await.unwrap();
    let kept = "select count(*) from turns where state = 'suggested' and draft like 'A draft%'";
    world.until_count(1, kept).await;
    agent_is_silent(&world, &shopper).await;
    handed_back_it_answers(world, &shopper).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn taken_over_before_the_reply_left_it_is_withheld() {
    let model = FakeModel::start(|_: &Question| says("I am back, what would you like?")).await;
    let world = World::with_model(&model).await;
    world.control().fault_once(Fault::ServerError { service: Service::Graph });
    world.control().fault_once(Fault::ServerError { service: Service::Graph });
    world.control().fault_once(Fault::ServerError { service: Service::Graph });
    let shopper = world.shopper("en");
    shopper.write("hello?");
    world.until_count(1, "select count(*) from outbox where state = 'owed' and attempts > 0").await;
    world.take_over(&shopper).await;
    assert_eq!(world.count("select count(*) from outbox where state = 'withheld'").await, 1);
    world.control().clear_faults();
    agent_is_silent(&world, &shopper).await;
    // What was withheld had answered the message, so handing back says nothing by itself; the next message is heard.
    world.hand_back(&shopper).await;
    let answer = shopper.say("still there?").await;
    assert!(words(&answer[0]).contains("I am back"), "{answer:#?}");
    world.stop_with_nothing_left().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_person_has_answered_meanwhile_is_not_answered_again_after_the_hand_back() {
    let (gate, world, shopper) = stopped_at(2).await;
    world.take_over(&shopper).await;
    gate.open();
    world.until_count(1, "select count(*) from turns where state = 'suggested' and draft is not null").await;
    let conversation = world.conversation(&shopper).await;
    let mut connection = world.pool.acquire().await.unwrap();
    world.conversations(&shopper).dealt_with(&mut connection, conversation, i64::MAX).await.unwrap();
    drop(connection);
    world.hand_back(&shopper).await;
    a_while().await;
    assert_eq!(shopper.received().len(), 0, "{:#?}", shopper.texts());
    shopper.write("and gloves?");
    shopper.until_told("I am back").await;
    a_while().await;
    assert_eq!(shopper.received().len(), 1, "{:#?}", shopper.texts());
    world.stop_with_nothing_left().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_and_payments_while_a_person_is_in_control_wait_and_the_receipt_still_goes_out() {
    let world = World::start().await;
    let shopper = world.shopper("en");
    shopper.say("do you have a lantern?").await;
    shopper.say("2 of the small").await;
    shopper.press_starting("pay:").await;
    world.take_over(&shopper).await;
    let before = shopper.received().len();
    shopper.write("hello, is somebody there?");
    world.control().pay(&shopper.session()).unwrap();
    shopper.until_told("Payment received").await;
    a_while().await;
    assert_eq!(shopper.received().len(), before + 1, "only the receipt: {:#?}", shopper.texts());
    world.hand_back(&shopper).await;
    shopper.until_received(before + 2).await;
    world.stop_with_nothing_left().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_who_answers_in_the_whatsapp_app_while_the_model_writes_has_taken_over() {
    let (gate, world, shopper) = stopped_at(2).await;
    let phone = world.control().shopper(&shopper.phone, shopper.number).unwrap().phone;
    let body = echo("wamid.ECHO1", &shopper.phone, &phone, "Hi, this is Vera. Yes we do!").to_string();
    assert_eq!(world.whatsapp(body.as_bytes()).await, 200);
    gate.open();
    let kept = "select count(*) from turns where state = 'suggested' and draft like 'A draft%'";
    world.until_count(1, kept).await;
    agent_is_silent(&world, &shopper).await;
    let held = "select count(*) from conversations where control = 'person' and staff_id is null";
    assert_eq!(world.count(held).await, 1);
    // They go on talking; the agent stays out of it until somebody hands it back.
    shopper.write("great, how much is it?");
    world.until_count(1, "select count(*) from intake where kind = 'said' and read_at is null").await;
    agent_is_silent(&world, &shopper).await;
    // The channel repeats itself: what is known already takes nothing over again.
    world.hand_back(&shopper).await;
    assert_eq!(world.whatsapp(body.as_bytes()).await, 200);
    shopper.until_told("I am back").await;
    assert_eq!(shopper.received().len(), 1, "{:#?}", shopper.texts());
    world.stop_with_nothing_left().await;
}
