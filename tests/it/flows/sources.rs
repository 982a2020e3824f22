//! A shop whose catalog is fetched from its own shop system.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use trato::base::clock::Clock;
use trato::base::ids::SourceId;
use trato::base::store::Scope;
use trato::catalog::sources::store::Sources;
use trato::catalog::sources::{Came, Source};
use trato::catalog::uploads::Choices;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::commands::{Terminal, said};
use crate::support::{PATIENCE, Shopper, World, quick};

/// A shop system that answers as a test says, and counts.
struct Feed {
    server: MockServer,
    answer: Arc<Mutex<ResponseTemplate>>,
}

impl Feed {
    async fn start() -> Self {
        let (server, answer) = (MockServer::start().await, Arc::new(Mutex::new(ResponseTemplate::new(404))));
        let now = Arc::clone(&answer);
        let answering = move |request: &Request| {
            let answer = now.lock().unwrap().clone();
            let known = request.headers.get("if-none-match").is_some_and(|mark| mark == "\"one\"");
            if known { ResponseTemplate::new(304) } else { answer }
        };
        Mock::given(any()).respond_with(answering).mount(&server).await;
        Self { server, answer }
    }

    fn address(&self) -> SocketAddr {
        *self.server.address()
    }

    fn answers(&self, answer: ResponseTemplate) {
        *self.answer.lock().unwrap() = answer;
    }

    fn serves(&self, file: &str) {
        self.answers(ResponseTemplate::new(200).set_body_string(file));
    }
}

/// A world that may fetch from this server.
async fn beside(feed: &Feed) -> World {
    let mut settings = quick();
    settings.catalog.feed_hosts_allowed = feed.address().to_string();
    settings.catalog.feed_seconds_max = 3;
    World::with(settings).await
}

fn sources(world: &World, shopper: &Shopper) -> Sources {
    Sources::of(&Scope::new(world.pool.clone(), shopper.merchant))
}

/// Waits until a source was fetched since this moment.
async fn fetched(sources: &Sources, before: Option<&Source>) -> Source {
    let started = Instant::now();
    loop {
        let now = sources.list().await.unwrap().remove(0);
        if now.fetched_at.is_some() && now.fetched_at != before.and_then(|before| before.fetched_at) {
            return now;
        }
        assert!(started.elapsed() < PATIENCE, "it was not fetched: {now:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Has it fetched once more.
async fn again(sources: &Sources, id: SourceId) -> Source {
    let before = sources.find(id).await.unwrap();
    sources.fetch_now(id, Clock::machine().now()).await.unwrap();
    fetched(sources, Some(&before)).await
}

const FILE: &str = "handle,title,sku,price,stock\nhammock,Hammock,HAM-1,80.00,3\nparasol,Parasol,PAR-1,45.00,2\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_feed_is_fetched_imported_and_sold_and_not_read_twice() {
    let feed = Feed::start().await;
    feed.answers(ResponseTemplate::new(200).set_body_string(FILE).insert_header("etag", "\"one\""));
    let world = beside(&feed).await;
    let shopper = world.shopper("en");
    let terminal = Terminal::of(&world).also("TRATO_CATALOG__FEED_HOSTS_ALLOWED", &feed.address().to_string());
    let address = format!("http://{}/feed.csv?token=s3cret", feed.address());
    let added = terminal.run(&["catalog", "source", "add", "--shop", "porch", &address]).await;
    assert!(added.status.success() && !said(&added).contains("s3cret"), "{}", said(&added));

    let sources = sources(&world, &shopper);
    let first = fetched(&sources, None).await;
    assert!(matches!(first.came, Some(Came::Applied { .. })), "{first:?}");
    let found = shopper.say("do you have a hammock?").await;
    assert!(format!("{found:?}").contains("$80.00"), "{found:?}");

    let second = again(&sources, first.id).await;
    assert_eq!(second.came, Some(Came::SameFile));
    assert!(second.next_at - second.fetched_at.unwrap() == chrono::TimeDelta::hours(6));
    let marks = feed.server.received_requests().await.unwrap();
    let marks: Vec<_> = marks.iter().map(|request| request.headers.contains_key("if-none-match")).collect();
    assert_eq!(marks, [false, true]);
    world.until_count(1, "select count(*) from imports where file_name like '%feed.csv?…'").await;

    let listed = said(&terminal.run(&["catalog", "source", "list", "--shop", "porch"]).await);
    assert!(listed.contains("The file is the same as last time") && !listed.contains("s3cret"), "{listed}");
    let id = first.id.to_string();
    let fetched = said(&terminal.run(&["catalog", "source", "fetch", "--shop", "porch", &id]).await);
    assert!(fetched.contains("The file is the same"), "{fetched}");
    let removed = said(&terminal.run(&["catalog", "source", "remove", "--shop", "porch", &id]).await);
    assert!(removed.contains("Removed"), "{removed}");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_feed_that_goes_wrong_in_any_way_leaves_the_shop_as_it_is_and_says_so() {
    let feed = Feed::start().await;
    feed.serves(FILE);
    let world = beside(&feed).await;
    let shopper = world.shopper("en");
    // The shop's own catalog is what the feed says from now on: what was there before is archived by a person's yes.
    world.change("update products set status = 'archived'").await;
    let sources = sources(&world, &shopper);
    let address = format!("http://{}/feed.csv", feed.address()).parse().unwrap();
    let whole = Choices { replace: true, ..Choices::default() };
    let id = sources.add(&address, 6, &whole, Clock::machine().now()).await.unwrap();
    assert!(matches!(fetched(&sources, None).await.came, Some(Came::Applied { .. })));

    let on_sale = "select count(*) from variants v join products p on p.id = v.product_id
                   where p.status = 'active' and not v.archived";
    let huge = vec![b'x'; (64 << 20) + 1];
    for (answer, says) in [
        (ResponseTemplate::new(404), "no file at the address"),
        (ResponseTemplate::new(200).set_body_string("<!DOCTYPE html><title>Sign in</title>"), "web page"),
        (ResponseTemplate::new(200).set_body_bytes(huge), "larger than 64 MB"),
        (ResponseTemplate::new(200).set_body_string(FILE).set_delay(Duration::from_secs(5)), "too long"),
        (
            ResponseTemplate::new(302)
                .insert_header("location", format!("http://127.0.0.1:{}/feed.csv", feed.address().port() ^ 1)),
            "not fetched",
        ),
        (ResponseTemplate::new(302).insert_header("location", "https://localhost/feed.csv"), "inside a network"),
        (ResponseTemplate::new(302).insert_header("location", "http://169.254.169.254/latest"), "not fetched"),
    ] {
        feed.answers(answer);
        let Some(Came::Failed { sentence }) = again(&sources, id).await.came else { panic!("{says}") };
        assert!(sentence.contains(says), "{says}: {sentence}");
        assert_eq!(world.count(on_sale).await, 2, "{says}");
    }
    feed.serves(&FILE[..FILE.find("parasol").unwrap()]);
    let lost = again(&sources, id).await;
    assert!(matches!(lost.came, Some(Came::Waits { .. })), "half of the shop is gone: {lost:?}");
    assert_eq!((world.count(on_sale).await, world.count("select count(*) from uploads").await), (2, 1));
    world.stop().await;
}
