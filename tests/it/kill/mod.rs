//! A whole sale with the server as a process of its own, killed with SIGKILL at every step of the turn, of the payment
//! and of the delivery. It ends every time with one order, one receipt, no message twice and none lost.
//!
//! The product has no hooks for this: the test stands between the server and the world ([`street`]) and sees calls
//! arrive, or looks at the rows it writes.

mod feed;
mod limits;
mod model;
mod private;
mod process;
mod sale;
mod stop;
mod street;
mod together;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::kill::sale::{Scene, Seller, dialogue};
use crate::kill::street::{Stage, Traffic, Trap};
use crate::support::quick;

/// Kills of one sale: at calls that pass along the street, or as soon as a query counts 1, then 2, and so on.
#[derive(Clone, Debug)]
struct Kills {
    traps: Vec<Trap>,
    rows: Option<(&'static str, i64)>,
    /// How long a message may go unheard of. Where every message that went out is reported this is long, so that a
    /// busy machine does not make a late report look like none; where some never went out it is waited for.
    unknown_seconds: u32,
}

/// At each of the first so many calls of a kind.
fn each(traffic: Traffic, stage: Stage, times: usize) -> Vec<Trap> {
    (1..=times).map(|number| Trap { traffic, number, stage }).collect()
}

fn at(traps: Vec<Trap>) -> Kills {
    Kills { traps, rows: None, unknown_seconds: 15 }
}

fn unheard(traps: Vec<Trap>) -> Kills {
    Kills { traps, rows: None, unknown_seconds: 2 }
}

fn rows(query: &'static str, up_to: i64) -> Kills {
    Kills { traps: Vec::new(), rows: Some((query, up_to)), unknown_seconds: 4 }
}

/// Sells, with these kills, what is sold without any.
async fn sells_through(seller: Seller, kills: Kills) {
    let untouched = undisturbed(seller).await;
    let mut settings = quick();
    settings.workers.unknown_seconds = kills.unknown_seconds;
    settings.workers.dead_after_ms = 1500;
    let scene = Scene::set_with(settings, seller, 1, kills.traps.clone()).await;
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

/// Before, between and after: the three ways a call can be cut off.
const STAGES: [Stage; 3] = [Stage::Arrived, Stage::Done, Stage::Answered];

/// At all three stages of each of the first so many calls of a kind.
fn around(traffic: Traffic, times: usize) -> Kills {
    at(STAGES.into_iter().flat_map(|stage| each(traffic, stage, times)).collect())
}

/// Sales at the same time. A sale with kills is mostly waiting for a dead worker to be missed; but on a machine that is
/// too busy the living are missed too.
static ROOM: Semaphore = Semaphore::const_new(3);

/// Sells once per case.
async fn all(seller: Seller, cases: Vec<(&'static str, Kills)>) {
    let start = |(killed, kills)| {
        let sale = async move {
            let _place = ROOM.acquire().await.unwrap();
            sells_through(seller, kills).await;
        };
        (killed, tokio::spawn(sale))
    };
    let running: Vec<_> = cases.into_iter().map(start).collect();
    let mut failed = Vec::new();
    for (killed, sale) in running {
        if sale.await.is_err() {
            failed.push(killed);
        }
    }
    assert!(failed.is_empty(), "killed {failed:#?}, it did not end as it should");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_every_step_of_the_turn() {
    all(
        Seller::Model,
        vec![
            ("around a message of the shopper", around(Traffic::Message, WRITTEN)),
            ("when a turn begins", rows("select count(*) from turns", 7)),
            ("when the model is asked", at(each(Traffic::Model, Stage::Arrived, QUESTIONS))),
            ("when the model has answered", at(each(Traffic::Model, Stage::Answered, QUESTIONS))),
            ("when a step is saved", rows("select count(*) from turn_steps", 19)),
            ("when a tool has changed something", rows("select count(*) from tool_effects", 2)),
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_every_step_of_the_payment() {
    let order =
        "select coalesce(max(array_position(array['creating', 'awaiting_payment', 'paid'], state)), 0)::bigint
                 + count(*) filter (where delivery is not null) from orders";
    all(
        Seller::Model,
        vec![
            ("around the opening of the pay page", around(Traffic::Session, 1)),
            ("around the payment notice", around(Traffic::Payment, 1)),
            ("as the order goes from state to state", rows(order, 4)),
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_every_step_of_the_delivery() {
    let states = "select coalesce(sum(array_position(
                      array['owed', 'sending', 'unknown', 'sent', 'delivered', 'read'], state)), 0)::bigint from outbox";
    all(
        Seller::Model,
        vec![
            ("when something is said", rows("select count(*) from outbox", 8)),
            ("before a message is sent", unheard(each(Traffic::Send, Stage::Arrived, MESSAGES))),
            ("when a message was sent and nobody heard of it", at(each(Traffic::Send, Stage::Done, MESSAGES))),
            ("when a message was sent", at(each(Traffic::Send, Stage::Answered, MESSAGES))),
            ("around delivery reports", around(Traffic::Report, 6)),
            ("as messages go from state to state", rows(states, 24)),
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_every_step_of_a_sale_by_the_guided_seller() {
    all(
        Seller::Guided,
        vec![
            ("around a message of the shopper", around(Traffic::Message, WRITTEN)),
            ("when a step is saved", rows("select count(*) from turn_steps", 16)),
            ("around the opening of the pay page", around(Traffic::Session, 1)),
            ("around the payment notice", around(Traffic::Payment, 1)),
            ("when a message was sent and nobody heard of it", at(each(Traffic::Send, Stage::Done, MESSAGES))),
        ],
    )
    .await;
}
