//! A database that goes away in the middle of traffic.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use trato::config::test_postgres;
use trato::postgres::cluster::Durability;
use trato::postgres::connect::{PoolSettings, migrate, pool};
use trato::postgres::{PostgresSettings, Server};
use trato::sandbox::settings::Timings;

use crate::support::hooks::{batch, text};
use crate::support::{PATIENCE, Shopper, World, quick};

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

/// Lays the schema in an empty database.
async fn laid(url: &str) {
    let laying = pool(url, PoolSettings { connections_max: 2, wait_seconds_max: 30 }).unwrap();
    migrate(&laying).await.unwrap();
    trato::queue::store::install(&laying).await.unwrap();
    laying.close().await;
}

/// As the machine it runs on would take it away: no time for goodbyes.
fn crash(place: &PostgresSettings) {
    let lock = find(&place.data_dir.join(&place.cluster), "postmaster.pid").expect("a running server");
    let pid = std::fs::read_to_string(lock).unwrap().lines().next().unwrap().to_owned();
    assert!(Command::new("kill").args(["-QUIT", &pid]).status().unwrap().success());
}

fn find(folder: &Path, name: &str) -> Option<PathBuf> {
    let inside = std::fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path());
    let mut inside: Vec<PathBuf> = inside.collect();
    inside.sort_by_key(|path| path.is_dir());
    inside.into_iter().find_map(|path| if path.ends_with(name) { Some(path) } else { find(&path, name) })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_gone_for_twenty_seconds_in_the_middle_of_sales_loses_and_doubles_nothing() {
    // What was committed has to survive the crash; tests' own servers promise less.
    let cluster = format!("test-gone-{}", std::process::id());
    let place = PostgresSettings { cluster, durability: Durability::Safe, ..own_server() };
    let database = start(&place).await;
    let url = database.url().to_owned();
    laid(&url).await;
    let mut settings = quick();
    settings.database.wait_seconds_max = 1;
    // They try again every other second, for three minutes.
    let timings = Timings { retry_gaps: vec![Duration::from_secs(2); 90], ..Timings::immediate() };
    let world = World::timed(url, settings, timings).await;
    let buyers = [world.shopper("en"), world.shopper("en")];
    let askers = [world.shopper("en"), world.shopper("en"), world.shopper("en")];
    for buyer in &buyers {
        buyer.say("do you have a lantern?").await;
        buyer.say("2 of the small").await;
        buyer.press_starting("pay:").await;
    }
    for asker in &askers {
        asker.write("do you have a lantern?");
    }

    crash(&place);
    let began = Instant::now();
    for buyer in &buyers {
        world.control().pay(&buyer.session()).unwrap();
    }
    for asker in &askers {
        asker.write("and gloves?");
    }
    while began.elapsed() < Duration::from_secs(20) {
        let body = batch(&askers[0].phone, PHONE, &[text("wamid.GONE", PHONE, "gloves?")]).to_string();
        assert_eq!(world.whatsapp(body.as_bytes()).await, 503);
        assert_eq!(world.open("/healthz").await.0, 200, "the server itself lives");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }

    let database_again = start(&place).await;
    for buyer in &buyers {
        buyer.until_told("Payment received").await;
    }
    for asker in &askers {
        asker.until_told("24.50").await;
        asker.until_told("17.99").await;
    }
    world.until_count(2, "select count(*) from orders where state = 'paid'").await;
    world.until_calm().await;
    let times = |shopper: &Shopper, part: &str| shopper.texts().iter().filter(|text| text.contains(part)).count();
    for buyer in &buyers {
        assert_eq!(times(buyer, "Payment received"), 1, "{:#?}", buyer.texts());
    }
    let twice = "select count(*) - count(distinct external_id) from intake where kind in ('said', 'payment')";
    assert_eq!(world.count(twice).await, 0);
    for shopper in buyers.iter().chain(&askers) {
        let sent = shopper.received();
        let ids: BTreeSet<_> = sent.iter().filter_map(|entry| entry.callback_data.clone()).collect();
        assert_eq!(ids.len(), sent.len(), "a message came twice: {:#?}", shopper.texts());
    }
    world.stop_with_nothing_left().await;
    tokio::task::spawn_blocking(move || (database_again.stop(), database.stop())).await.unwrap();
    std::fs::remove_dir_all(place.data_dir.join(&place.cluster)).ok();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_database_is_away_events_are_turned_back_and_afterwards_everything_is_answered() {
    let place = own_server();
    let database = start(&place).await;
    let url = database.url().to_owned();
    laid(&url).await;
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
