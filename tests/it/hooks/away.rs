//! A database that goes away in the middle of traffic.

use std::time::{Duration, Instant};

use trato::config::test_postgres;
use trato::postgres::cluster::Durability;
use trato::postgres::connect::{PoolSettings, migrate, pool};
use trato::postgres::{PostgresSettings, Server};

use crate::support::hooks::{batch, text};
use crate::support::{PATIENCE, World, quick};

const PHONE: &str = "5215550008888";

/// A server of this test's own, which it may stop.
fn own_server() -> PostgresSettings {
    let cluster = format!("test-away-{}", std::process::id());
    PostgresSettings { url: None, cluster, durability: Durability::Relaxed, ..test_postgres() }
}

async fn start(settings: &PostgresSettings) -> Server {
    let settings = settings.clone();
    tokio::task::spawn_blocking(move || Server::find_or_start(&settings).unwrap()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_database_is_away_events_are_turned_back_and_afterwards_everything_is_answered() {
    let place = own_server();
    let database = start(&place).await;
    let url = database.url().to_owned();
    let laying = pool(&url, PoolSettings { connections_max: 2, wait_seconds_max: 30 }).unwrap();
    migrate(&laying).await.unwrap();
    trato::queue::store::install(&laying).await.unwrap();
    laying.close().await;
    let mut settings = quick();
    settings.database.wait_seconds_max = 1;
    let world = World::on(url, settings).await;
    let shoppers: Vec<_> = (0..5).map(|_| world.shopper("en")).collect();
    for shopper in &shoppers {
        shopper.say("hi there").await;
    }

    for shopper in &shoppers {
        shopper.write("do you have a lantern?");
    }
    tokio::task::spawn_blocking(move || database.stop()).await.unwrap();
    let number = &shoppers[0].phone;
    let body = batch(number, PHONE, &[text("wamid.AWAY", PHONE, "gloves?")]).to_string();
    for _ in 0..3 {
        assert_eq!(world.whatsapp(body.as_bytes()).await, 503, "it could not be stored, so it must come again");
    }
    assert_eq!(world.open("/healthz").await.0, 200, "the server itself lives");
    assert_eq!(world.open("/readyz").await.0, 503);
    tokio::time::sleep(Duration::from_secs(1)).await;

    let database = start(&place).await;
    let began = Instant::now();
    while world.whatsapp(body.as_bytes()).await != 200 {
        assert!(began.elapsed() < PATIENCE, "it never came back");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for shopper in &shoppers {
        shopper.until_told("24.50").await;
        assert_eq!(shopper.received().len(), 2, "each message once: {:#?}", shopper.texts());
    }
    world.until_count(0, "select count(*) from intake where read_at is null and kind = 'said'").await;
    assert_eq!(world.count("select count(*) from intake where external_id = 'wamid.AWAY'").await, 1);
    world.stop().await;
    tokio::task::spawn_blocking(move || database.stop()).await.unwrap();
    std::fs::remove_dir_all(place.data_dir.join(&place.cluster)).ok();
}
