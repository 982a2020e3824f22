//! A whole sale with the server as a process of its own, killed with SIGKILL at every step of the turn, of the payment
//! and of the delivery. It ends every time with one order, one receipt, no message twice and none lost.
//!
//! The product has no hooks for this: the test stands between the server and the world ([`street`]) and sees calls
//! arrive, or looks at the rows it writes.

mod limits;
mod model;
mod process;
mod sale;
mod stop;
mod street;
mod together;

use std::sync::Arc;
use std::time::Duration;

use crate::kill::sale::{Scene, Seller, dialogue};
use crate::kill::street::{Stage, Traffic, Trap};

/// Kills of one sale: at calls that pass along the street, or as soon as a query counts 1, then 2, and so on.
#[derive(Clone, Debug, Default)]
struct Kills {
    traps: Vec<Trap>,
    rows: Option<(&'static str, i64)>,
}

/// At each of the first so many calls of a kind.
fn each(traffic: Traffic, stage: Stage, times: usize) -> Vec<Trap> {
    (1..=times).map(|number| Trap { traffic, number, stage }).collect()
}

fn at(traps: Vec<Trap>) -> Kills {
    Kills { traps, rows: None }
}

fn rows(query: &'static str, up_to: i64) -> Kills {
    Kills { traps: Vec::new(), rows: Some((query, up_to)) }
}

/// Sells, with these kills, what is sold without any.
async fn sells_through(seller: Seller, kills: Kills) {
    let untouched = undisturbed(seller).await;
    let scene = Scene::set(seller, 1, kills.traps.clone()).await;
    let watching = kills.rows.map(|(query, up_to)| {
        let (pool, server) = (scene.pool.clone(), Arc::clone(&scene.servers[0]));
        tokio::spawn(async move {
            for wanted in 1..=up_to {
                while sqlx::query_scalar::<_, i64>(query).fetch_one(&pool).await.unwrap() < wanted {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                server.kill_and_start().await;
            }
        })
    });
    let shopper = scene.shopper();
    scene.sell_to(&shopper).await;
    scene.check(&[&shopper]).await;
    assert_eq!(dialogue(&shopper), untouched, "the shopper reads what everybody reads");
    assert_eq!(scene.street.waiting(), [], "every step was reached");
    let expected = kills.traps.len() + usize::try_from(kills.rows.map_or(0, |(_, up_to)| up_to)).unwrap();
    assert_eq!(scene.servers[0].kills(), expected, "{}", scene.told().await);
    if let Some(watching) = watching {
        watching.await.unwrap();
    }
    scene.strike().await;
}

/// What a shopper reads when nobody is killed.
async fn undisturbed(seller: Seller) -> Vec<String> {
    static MODEL: tokio::sync::OnceCell<Vec<String>> = tokio::sync::OnceCell::const_new();
    static GUIDED: tokio::sync::OnceCell<Vec<String>> = tokio::sync::OnceCell::const_new();
    let known = if seller == Seller::Model { &MODEL } else { &GUIDED };
    let sale = || async {
        let scene = Scene::set(seller, 1, Vec::new()).await;
        let shopper = scene.shopper();
        scene.sell_to(&shopper).await;
        scene.check(&[&shopper]).await;
        let dialogue = dialogue(&shopper);
        scene.strike().await;
        dialogue
    };
    known.get_or_init(sale).await.clone()
}

/// Times the model is asked in a sale.
const QUESTIONS: usize = 13;
/// Messages the shop sends in a sale.
const MESSAGES: usize = 8;
/// Messages the shopper writes in a sale.
const WRITTEN: usize = 6;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_killed_and_the_sale_is_as_it_should_be() {
    let read = undisturbed(Seller::Model).await;
    assert_eq!(read.len(), MESSAGES, "{read:#?}");
    let receipt = &read[6 - 1];
    assert!(receipt.contains("#1") && receipt.contains("$51.09"), "{read:#?}");
    assert!(read[3].contains("$51.09"), "{read:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_when_the_model_is_asked() {
    sells_through(Seller::Model, at(each(Traffic::Model, Stage::Arrived, QUESTIONS))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_when_the_model_has_answered() {
    sells_through(Seller::Model, at(each(Traffic::Model, Stage::Answered, QUESTIONS))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_around_the_pay_page() {
    let stages = [Stage::Arrived, Stage::Done, Stage::Answered];
    let traps = stages.into_iter().flat_map(|stage| each(Traffic::Session, stage, 1)).collect();
    sells_through(Seller::Model, at(traps)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_before_a_message_is_sent() {
    sells_through(Seller::Model, at(each(Traffic::Send, Stage::Arrived, MESSAGES))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_when_a_message_was_sent_and_nobody_heard_of_it() {
    sells_through(Seller::Model, at(each(Traffic::Send, Stage::Done, MESSAGES))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_when_a_message_was_sent() {
    sells_through(Seller::Model, at(each(Traffic::Send, Stage::Answered, MESSAGES))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_around_each_message_of_the_shopper() {
    let stages = [Stage::Arrived, Stage::Done, Stage::Answered];
    let traps = stages.into_iter().flat_map(|stage| each(Traffic::Message, stage, WRITTEN)).collect();
    sells_through(Seller::Model, at(traps)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_around_the_payment_notice() {
    let stages = [Stage::Arrived, Stage::Done, Stage::Answered];
    let traps = stages.into_iter().flat_map(|stage| each(Traffic::Payment, stage, 1)).collect();
    sells_through(Seller::Model, at(traps)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_around_delivery_reports() {
    let stages = [Stage::Arrived, Stage::Done, Stage::Answered];
    let traps = stages.into_iter().flat_map(|stage| each(Traffic::Report, stage, 6)).collect();
    sells_through(Seller::Model, at(traps)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_when_a_step_is_saved() {
    sells_through(Seller::Model, rows("select count(*) from turn_steps", 19)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_when_a_turn_begins() {
    sells_through(Seller::Model, rows("select count(*) from turns", 7)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_when_something_is_said() {
    sells_through(Seller::Model, rows("select count(*) from outbox", 8)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_when_a_tool_has_changed_something() {
    sells_through(Seller::Model, rows("select count(*) from tool_effects", 2)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_as_the_order_goes_from_state_to_state() {
    let reached =
        "select coalesce(max(array_position(array['creating', 'awaiting_payment', 'paid'], state)), 0)::bigint
                   + count(*) filter (where delivery is not null) from orders";
    sells_through(Seller::Model, rows(reached, 4)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_as_messages_go_from_state_to_state() {
    let reached = "select coalesce(sum(array_position(array['owed', 'sending', 'unknown', 'sent', 'delivered'], state)), 0)::bigint
                   from outbox where state <> 'read'";
    sells_through(Seller::Model, rows(reached, 24)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_every_step_of_the_guided_seller() {
    let steps = sells_through(Seller::Guided, rows("select count(*) from turn_steps", 16));
    let sends = sells_through(Seller::Guided, at(each(Traffic::Send, Stage::Done, MESSAGES)));
    let mut traps = each(Traffic::Message, Stage::Done, WRITTEN);
    for stage in [Stage::Arrived, Stage::Done, Stage::Answered] {
        traps.extend(each(Traffic::Session, stage, 1));
        traps.extend(each(Traffic::Payment, stage, 1));
    }
    let rest = sells_through(Seller::Guided, at(traps));
    futures::join!(steps, sends, rest);
}
