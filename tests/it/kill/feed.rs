//! A server that is killed while it fetches a catalog.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::routing::get;
use futures::{StreamExt as _, stream};
use sqlx::PgPool;
use tokio::net::TcpListener;
use trato::app::merchant::set_up;
use trato::app::serve::merchants;
use trato::base::clock::Clock;
use trato::base::store::Scope;
use trato::catalog::sources::store::Sources;
use trato::catalog::uploads::Choices;
use trato::merchants::shop_file::read_shop_file;
use trato::testing::fresh_database_url;

use crate::kill::process::Process;
use crate::support::{PATIENCE, free_address, quick};

const FILE: &str = "handle,title,sku,price\ncup,Cup,CUP,12.00\njug,Jug,JUG,30.00\n";

/// A shop system that sends half of the file and then nothing, the first time; later all of it.
async fn stumbling() -> (SocketAddr, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let answer = |State(asked): State<Arc<AtomicUsize>>| async move {
        if asked.fetch_add(1, Ordering::SeqCst) > 0 {
            return Body::from(FILE);
        }
        let half = stream::once(async { Ok::<_, std::io::Error>(Bytes::from(&FILE[..30])) });
        Body::from_stream(half.chain(stream::pending()))
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/feed.csv", get(answer)).with_state(Arc::clone(&asked));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, asked)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fetch_that_is_killed_in_the_middle_is_made_again() {
    let (feed, asked) = stumbling().await;
    let database_url = fresh_database_url().await;
    let pool = PgPool::connect(&database_url).await.unwrap();
    let shop = "slug = \"luna\"\nname = \"Luna\"\ncurrency = \"MXN\"\nlocale = \"es-MX\"\ntime_zone = \"UTC\"\n\
                [policies.shipping]\nflat = \"0\"\n[policies.tax]\nrate = \"0\"\nmode = \"included\"\non_shipping = false\n";
    let (stores, file) = (merchants(&quick(), &pool).unwrap(), read_shop_file("shop.toml", shop).unwrap());
    let merchant = set_up(&stores, |id| Scope::new(pool.clone(), id), &file).await.unwrap();
    let process = Process::new(
        free_address(),
        vec![
            ("DATABASE_URL", database_url),
            ("TRATO_SECURITY__SEALING_KEYS", "1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=".to_owned()),
            ("TRATO_CATALOG__FEED_HOSTS_ALLOWED", feed.to_string()),
            ("TRATO_WORKERS__HEARTBEAT_MS", "200".to_owned()),
            ("TRATO_WORKERS__DEAD_AFTER_MS", "1000".to_owned()),
        ],
    );
    process.start().await;
    let scope = Scope::new(pool.clone(), merchant);
    let address = format!("http://{feed}/feed.csv").parse().unwrap();
    Sources::of(&scope).add(&address, 6, &Choices::default(), Clock::machine().now()).await.unwrap();
    let until = |what: &'static str, wanted: i64| {
        let pool = pool.clone();
        async move {
            let started = Instant::now();
            while sqlx::query_scalar::<_, i64>(what).fetch_one(&pool).await.unwrap() != wanted {
                assert!(started.elapsed() < PATIENCE, "`{what}` is not {wanted}");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    };
    until("select count(*) from uploads where source_id is not null and bytes_total is null", 1).await;
    process.kill_and_start().await;
    until("select count(*) from variants", 2).await;
    until("select count(*) from catalog_sources where came ->> 'came' = 'applied'", 1).await;
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    until("select count(*) from uploads", 0).await;
    process.kill().await;
}
