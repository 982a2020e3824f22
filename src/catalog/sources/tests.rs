//! Sources over a database, fetched from a server of the test's own.

use std::error::Error as _;
use std::time::Duration;

use sqlx::PgPool;
use tokio::sync::Semaphore;
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::base::clock::Time;
use crate::base::ids::{MerchantId, SourceId, StaffId};
use crate::base::language::Language;
use crate::base::store::Scope;
use crate::catalog::history::store::History;
use crate::catalog::import::ShopDefaults;
use crate::catalog::sources::address::{NotFetched, Reach};
use crate::catalog::sources::client::{FetchError, Fetched, Fetcher, Seen, Settings};
use crate::catalog::sources::fetch::fetch;
use crate::catalog::sources::store::{Read, SourceError, Sources, queue_all};
use crate::catalog::sources::{Came, SOURCES_MAX, Source, Why, due};
use crate::catalog::uploads::store::{Uploads, sweep};
use crate::catalog::uploads::work::perform;
use crate::catalog::uploads::{Choices, Found, Work};
use crate::testing::fresh_database;

const CUP: &str = "handle,title,sku,price,stock\ncup,Cup,CUP,12.00,4\n";

fn now() -> Time {
    "2026-11-20T18:00:00Z".parse().unwrap()
}

fn defaults() -> ShopDefaults {
    ShopDefaults { currency: "MXN".parse().unwrap(), language: Language::Es, today: None }
}

/// A shop whose catalog is fetched from a server of the test's own.
struct Fetching {
    pool: PgPool,
    scope: Scope,
    server: MockServer,
    fetcher: Fetcher,
}

impl Fetching {
    async fn start() -> Self {
        let (pool, server) = (fresh_database().await, MockServer::start().await);
        let merchant = MerchantId::generate();
        sqlx::query(
            "insert into merchants (id, slug, name, currency, locale, time_zone, policies)
             values ($1, 'luna', 'Luna', 'MXN', 'es-MX', 'UTC', '{}')",
        )
        .bind(merchant.uuid())
        .execute(&pool)
        .await
        .unwrap();
        let fetcher = fetcher(&server.address().to_string(), 1 << 20);
        Self { scope: Scope::new(pool.clone(), merchant), pool, server, fetcher }
    }

    async fn serves(&self, answer: ResponseTemplate) {
        self.server.reset().await;
        Mock::given(method("GET")).respond_with(answer).mount(&self.server).await;
    }

    async fn source(&self, choices: &Choices) -> Source {
        let address = format!("{}/feed.csv?token=s3cret", self.server.uri()).parse().unwrap();
        let id = Sources::of(&self.scope).add(&address, 6, choices, now()).await.unwrap();
        self.find(id).await
    }

    async fn find(&self, id: SourceId) -> Source {
        Sources::of(&self.scope).find(id).await.unwrap()
    }

    /// Fetches it once, and writes down what came.
    async fn fetched(&self, id: SourceId) -> Came {
        let source = self.find(id).await;
        let (came, read) =
            fetch(&self.scope, defaults(), &source, &self.fetcher, &Semaphore::new(1)).await.unwrap();
        Sources::of(&self.scope).settle(&source, &came, read.as_ref(), now()).await.unwrap();
        assert_eq!(self.find(id).await.came.as_ref(), Some(&came), "it reads back as it was written");
        came
    }

    async fn on_sale(&self) -> i64 {
        History::of(&self.scope).on_sale().await.unwrap().variants
    }

    async fn uploads(&self) -> i64 {
        sqlx::query_scalar("select count(*) from uploads").fetch_one(&self.pool).await.unwrap()
    }
}

fn fetcher(allowed: &str, bytes_max: u64) -> Fetcher {
    Fetcher::new(Settings {
        reach: Reach::allowing(allowed),
        connect_timeout: Duration::from_secs(2),
        silence_max: Duration::from_secs(2),
        answer_timeout: Duration::from_secs(4),
        bytes_max,
    })
    .unwrap()
}

fn ok(body: impl Into<Vec<u8>>) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_bytes(body)
}

fn failure(came: &Came) -> &str {
    let Came::Failed { sentence } = came else { panic!("{came:?}") };
    sentence
}

#[tokio::test]
async fn a_file_without_doubt_is_imported_and_the_same_file_is_not_read_again() {
    let shop = Fetching::start().await;
    let id = shop.source(&Choices::default()).await.id;
    shop.serves(ok(CUP).insert_header("etag", "\"one\"")).await;
    assert!(matches!(shop.fetched(id).await, Came::Applied { counts, .. } if counts.products_created == 1));
    assert_eq!((shop.on_sale().await, shop.uploads().await), (1, 0));
    assert_eq!(shop.find(id).await.seen.etag.as_deref(), Some("\"one\""));

    // Only who knows the mark is told that nothing is new; anybody else would get a page.
    shop.server.reset().await;
    let unchanged = Mock::given(method("GET")).and(header("if-none-match", "\"one\""));
    unchanged.respond_with(ResponseTemplate::new(304)).expect(1).mount(&shop.server).await;
    assert_eq!(shop.fetched(id).await, Came::SameFile);

    // A server that marks nothing sends the file again; it is the same by its content.
    shop.serves(ok(CUP)).await;
    assert_eq!(shop.fetched(id).await, Came::SameFile);
    shop.serves(ok(CUP.replace("Cup,CUP", "Cup ,CUP"))).await;
    assert_eq!(shop.fetched(id).await, Came::Unchanged);
    assert_eq!(shop.uploads().await, 0);
    assert_eq!(
        History::of(&shop.scope).imports(10).await.unwrap().len(),
        1,
        "only what changed something is listed"
    );
}

#[tokio::test]
async fn what_somebody_has_to_decide_waits_with_its_dry_run_for_any_owner() {
    let shop = Fetching::start().await;
    let id = shop.source(&Choices { replace: true, ..Choices::default() }).await.id;
    let rows = |count: usize| (0..count).map(|n| format!("m{n},Mug {n},M-{n},5.00,1\n"));
    let file = |count| rows(count).fold("handle,title,sku,price,stock\n".to_owned(), |file, row| file + &row);
    shop.serves(ok(file(10))).await;
    assert!(matches!(shop.fetched(id).await, Came::Applied { .. }));

    shop.serves(ok(file(6))).await;
    let Came::Waits { upload, why } = shop.fetched(id).await else { panic!("40 % are gone") };
    assert_eq!((why, shop.on_sale().await), (Why::Doubt, 10));
    // The same file again is not asked about twice.
    assert_eq!(shop.fetched(id).await, Came::Waits { upload, why });
    sqlx::query("update uploads set created_at = now() - interval '3 days'").execute(&shop.pool).await.unwrap();
    assert_eq!(sweep(&shop.pool).await.unwrap(), 0, "it waits as long as it takes");

    let owner = StaffId::generate();
    sqlx::query(
        "insert into staff (id, merchant_id, email, name, role, password_hash)
         select $1, id, 'ana@shop.example', 'Ana', 'owner', '' from merchants",
    )
    .bind(owner.uuid())
    .execute(&shop.pool)
    .await
    .unwrap();
    let uploads = Uploads::of(&shop.scope, owner);
    let waiting = uploads.open().await.unwrap().remove(0);
    assert_eq!((waiting.id, waiting.name.ends_with("/feed.csv?…")), (upload, true), "{}", waiting.name);
    let Some(Found::Catalog { report }) = &waiting.found else { panic!("{:?}", waiting.found) };
    let agreed = report.waiting.iter().map(|waiting| waiting.doubt).collect();
    uploads.choose(upload, &Choices { agreed, ..waiting.choices.clone() }).await.unwrap();
    for work in [Work::Look, Work::Apply] {
        let shown = uploads.find(upload).await.unwrap().shown;
        let claimed = uploads.claim(upload, work, shown).await.unwrap().unwrap();
        perform(&uploads, claimed, defaults(), &Semaphore::new(1)).await.unwrap();
    }
    assert_eq!(shop.on_sale().await, 6);
    assert_eq!(History::of(&shop.scope).imports(1).await.unwrap()[0].by.as_deref(), Some("Ana"));
    assert_eq!(shop.find(id).await.choices.agreed, [], "the yes was for that file alone");
}

#[tokio::test]
async fn a_later_file_takes_the_place_of_one_that_waits_and_what_was_said_of_it_is_said_of_the_next() {
    let shop = Fetching::start().await;
    let id = shop.source(&Choices::default()).await.id;
    shop.serves(ok(format!("{CUP}jug,Jug,JUG,none,1\n"))).await;
    let Came::Waits { upload: first, why } = shop.fetched(id).await else { panic!("a row is refused") };
    assert_eq!((why, shop.on_sale().await), (Why::Refused { rows: 1 }, 0));
    shop.serves(ok(format!("{CUP}jug,Jug,JUG,unknown,1\n"))).await;
    let Came::Waits { upload: second, .. } = shop.fetched(id).await else { panic!("a row is refused") };
    assert!(first != second && shop.uploads().await == 1);

    let said = Choices { skip_refused: true, ..Choices::default() };
    Uploads::fetched(&shop.scope).choose(second, &said).await.unwrap();
    shop.serves(ok(format!("{CUP}jug,Jug,JUG,free,1\n"))).await;
    assert!(matches!(shop.fetched(id).await, Came::Applied { refused_rows: 1, .. }));
    assert_eq!((shop.on_sale().await, shop.uploads().await), (1, 0));
}

#[tokio::test]
async fn whatever_goes_wrong_changes_nothing_and_is_said_in_a_sentence_without_the_address() {
    let shop = Fetching::start().await;
    let id = shop.source(&Choices::default()).await.id;
    shop.serves(ok(CUP)).await;
    shop.fetched(id).await;
    let huge = vec![b'a'; (1 << 20) + 1];
    let slow = ok(CUP).set_delay(Duration::from_secs(3));
    let page = "<!doctype html><html><body><table><tr><td>Cup</td><td>12.00</td></tr></table></body></html>";
    for (answer, says) in [
        (ResponseTemplate::new(404), "no file at the address any more"),
        (ResponseTemplate::new(403), "does not let us in"),
        (ResponseTemplate::new(500), "answered with 500"),
        (ResponseTemplate::new(204), "answered with 204"),
        (ResponseTemplate::new(304), "answered with 304"),
        (ResponseTemplate::new(302), "answered with 302"),
        (ResponseTemplate::new(302).insert_header("location", "/feed.csv?again"), "without end"),
        (ok(huge), "larger than"),
        (slow, "too long"),
        (ok(page), "web page"),
        (ok(""), "empty"),
        (ok("Cup 12.00"), "no table"),
    ] {
        shop.serves(answer).await;
        let came = shop.fetched(id).await;
        assert!(failure(&came).contains(says), "{says}: {came}");
        assert!(!came.to_string().contains("s3cret"), "{came}");
        assert_eq!((shop.on_sale().await, shop.uploads().await), (1, 0), "{says}");
    }
    let source = shop.find(id).await;
    assert_eq!((source.failures, source.next_at), (12, due(now(), 6, 12)));
    shop.serves(ok(CUP)).await;
    assert_eq!(shop.fetched(id).await, Came::SameFile);
    assert_eq!(shop.find(id).await.failures, 0);
}

#[tokio::test]
async fn what_is_packed_counts_as_much_as_it_unpacks_to() {
    use std::io::Write as _;
    let shop = Fetching::start().await;
    // A gzip of four million letters "a": stored as four kilobytes.
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(&vec![b'a'; 4 << 20]).unwrap();
    let packed = packed.finish().unwrap();
    assert!(packed.len() < 1 << 14);
    shop.serves(ok(packed).insert_header("content-encoding", "gzip")).await;
    let id = shop.source(&Choices::default()).await.id;
    assert!(failure(&shop.fetched(id).await).contains("larger than"));

    let mut small = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    small.write_all(CUP.as_bytes()).unwrap();
    shop.serves(ok(small.finish().unwrap()).insert_header("content-encoding", "gzip")).await;
    assert!(matches!(shop.fetched(id).await, Came::Applied { .. }));
}

#[tokio::test]
async fn no_redirect_and_no_name_leads_inside() {
    let (server, inside) = (MockServer::start().await, MockServer::start().await);
    Mock::given(method("GET")).respond_with(ok(CUP)).expect(0).mount(&inside).await;
    let port = inside.address().port();
    let redirects = [
        format!("http://127.0.0.1:{port}/"),
        format!("http://localhost:{port}/"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
        "https://127.0.0.1/".to_owned(),
        "http://169.254.169.254/latest/meta-data".to_owned(),
        "https://10.0.0.1/feed.csv".to_owned(),
        "//127.0.0.1:1/".to_owned(),
        "file:///etc/passwd".to_owned(),
        "https://ana:secret@shop.example/".to_owned(),
        // A name, resolved as any name is: what it leads to is inside.
        "https://localhost/feed.csv".to_owned(),
    ];
    let fetcher = fetcher(&server.address().to_string(), 1 << 20);
    for (n, location) in redirects.iter().enumerate() {
        let at = format!("/{n}");
        let answer = ResponseTemplate::new(307).insert_header("location", location.as_str());
        Mock::given(path(&at)).respond_with(answer).mount(&server).await;
        let address = format!("{}{at}", server.uri()).parse().unwrap();
        let refused = fetcher.fetch(&address, &Seen::default()).await;
        assert!(matches!(refused, Err(FetchError::Refused(_))), "{location}: {refused:?}");
    }
    let by_name = fetcher.fetch(&"https://localhost/feed.csv".parse().unwrap(), &Seen::default()).await;
    assert!(matches!(by_name, Err(FetchError::Refused(NotFetched::Inside))), "{by_name:?}");
    // Four redirects are followed where they may.
    for n in 100..104 {
        let answer = ResponseTemplate::new(301).insert_header("location", format!("/{}", n + 1));
        Mock::given(path(format!("/{n}"))).respond_with(answer).mount(&server).await;
    }
    Mock::given(path("/104")).respond_with(ok(CUP)).mount(&server).await;
    let followed = fetcher.fetch(&format!("{}/100", server.uri()).parse().unwrap(), &Seen::default()).await;
    assert!(matches!(followed, Ok(Fetched::File(_))), "{followed:?}");
}

#[tokio::test]
async fn no_error_has_the_address_in_it() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let address = format!("http://127.0.0.1:{port}/feed.csv?token=s3cret").parse().unwrap();
    let error = fetcher(&format!("127.0.0.1:{port}"), 1).fetch(&address, &Seen::default()).await.unwrap_err();
    assert!(matches!(error, FetchError::Unreachable(_)), "{error:?}");
    let mut said = format!("{error:?}");
    let mut cause = error.source();
    while let Some(error) = cause {
        said += &error.to_string();
        cause = error.source();
    }
    assert!(!said.contains("s3cret") && !said.contains("feed.csv"), "{said}");
}

#[tokio::test]
async fn a_fetch_that_was_killed_is_begun_again_and_leaves_nothing_behind() {
    let shop = Fetching::start().await;
    let source = shop.source(&Choices::default()).await;
    // What a killed one leaves: a file that did not come whole. Nobody is shown it.
    let uploads = Uploads::fetched(&shop.scope);
    let half = uploads.begin_fetched(source.id, "feed.csv", &Choices::default()).await.unwrap();
    uploads.append(half, 0, &CUP.as_bytes()[..20]).await.unwrap();
    assert_eq!(uploads.open().await.unwrap(), []);
    shop.serves(ok(CUP)).await;
    assert!(matches!(shop.fetched(source.id).await, Came::Applied { .. }));
    assert_eq!((shop.on_sale().await, shop.uploads().await), (1, 0));
}

#[tokio::test]
async fn sources_are_a_shops_own_and_each_is_queued_once() {
    let shop = Fetching::start().await;
    let source = shop.source(&Choices::default()).await;
    let sources = Sources::of(&shop.scope);
    let again = sources.add(&source.address, 6, &Choices::default(), now()).await;
    assert!(matches!(again, Err(SourceError::Twice)));
    let rarely = sources.add(&"https://a.example/".parse().unwrap(), 0, &Choices::default(), now()).await;
    assert!(matches!(rarely, Err(SourceError::Hours)));
    let jobs = "select count(*) from graphile_worker._private_jobs j
                join graphile_worker._private_tasks t on t.id = j.task_id where t.identifier = 'fetch_source'";
    sources.fetch_now(source.id, now()).await.unwrap();
    queue_all(&shop.pool).await.unwrap();
    let queued: i64 = sqlx::query_scalar(jobs).fetch_one(&shop.pool).await.unwrap();
    assert_eq!(queued, 1);

    let other = Sources::of(&Scope::new(shop.pool.clone(), MerchantId::generate()));
    assert!(other.list().await.unwrap().is_empty());
    assert!(matches!(other.find(source.id).await, Err(SourceError::NoSuch)));
    assert!(matches!(other.fetch_now(source.id, now()).await, Err(SourceError::NoSuch)));
    assert!(!other.remove(source.id).await.unwrap());
    for n in 1..SOURCES_MAX {
        sources
            .add(&format!("https://a.example/{n}").parse().unwrap(), 6, &Choices::default(), now())
            .await
            .unwrap();
    }
    let more = sources.add(&"https://a.example/more".parse().unwrap(), 6, &Choices::default(), now()).await;
    assert!(matches!(more, Err(SourceError::TooMany)));

    // One that was removed while it was fetched does not come back.
    assert!(sources.remove(source.id).await.unwrap());
    let read = Read { seen: Seen::default(), content: crate::base::fingerprint::Fingerprint::of(b"") };
    sources.settle(&source, &Came::Unchanged, Some(&read), now()).await.unwrap();
    assert!(matches!(sources.find(source.id).await, Err(SourceError::NoSuch)));
}

#[test]
fn what_goes_wrong_is_tried_again_soon_and_then_ever_more_rarely() {
    let minutes = |every_hours, failures| (due(now(), every_hours, failures) - now()).num_minutes();
    let waits: Vec<_> = (0..=8).map(|failures| minutes(6, failures)).collect();
    assert_eq!(waits, [360, 5, 10, 20, 40, 80, 160, 320, 360]);
    assert_eq!((minutes(168, i32::MAX), minutes(1, 5)), (168 * 60, 60));
}
