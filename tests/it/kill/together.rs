//! Two servers on one database.

use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;

use crate::kill::QUESTIONS;
use crate::kill::sale::{Scene, Seller};
use crate::support::quick;

const SHOPPERS: usize = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_on_one_database_share_the_work() {
    // Long enough that a busy machine does not make one of them look dead.
    let mut settings = quick();
    settings.workers.dead_after_ms = 30_000;
    let scene = Scene::set_with(settings, Seller::Model, 2, Vec::new()).await;
    let shoppers: Vec<_> = (0..SHOPPERS).map(|_| scene.shopper()).collect();
    join_all(shoppers.iter().map(|shopper| scene.sell_to(shopper))).await;
    scene.check(&shoppers.iter().collect::<Vec<_>>()).await;
    let (one, other) = (scene.street.asked_by(0), scene.street.asked_by(1));
    assert_eq!(one + other, SHOPPERS * QUESTIONS, "no turn is taken twice");
    assert!(one > 0 && other > 0, "{one} and {other}");
    scene.strike().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_two_servers_is_killed_and_the_other_goes_on() {
    let scene = Scene::set(Seller::Model, 2, Vec::new()).await;
    let shoppers: Vec<_> = (0..SHOPPERS).map(|_| scene.shopper()).collect();
    let (victim, street) = (Arc::clone(&scene.servers[0]), Arc::clone(&scene.street));
    let killing = tokio::spawn(async move {
        while street.asked_by(0) < 8 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        victim.kill().await;
    });
    join_all(shoppers.iter().map(|shopper| scene.sell_to(shopper))).await;
    killing.await.unwrap();
    scene.check(&shoppers.iter().collect::<Vec<_>>()).await;
    scene.strike().await;
}
