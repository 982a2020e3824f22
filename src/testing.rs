//! A database per test, on one server for the whole run: `DATABASE_URL` if it is set, else a private cluster that
//! lives as long as the test process.
//!
//! The schema is laid once into a template; each test gets a copy, which takes Postgres a few hundredths of a
//! second and some eight megabytes. The next test process drops what one that is gone left behind.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, PgConnection, PgPool};

use crate::base::fingerprint::Fingerprint;
use crate::postgres::cluster::Durability;
use crate::postgres::connect::{PoolSettings, migrate, pool};
use crate::postgres::databases::machine;
use crate::postgres::{PostgresSettings, Server};

/// The server of this test process, and the lock that keeps its cluster ours.
struct TestServer {
    url: String,
    /// Whether the cluster is ours alone; else it is the one of `DATABASE_URL`.
    private: bool,
    _server: Server,
    _lock: Option<File>,
}

static SERVER: OnceLock<TestServer> = OnceLock::new();
static TEMPLATE: tokio::sync::OnceCell<String> = tokio::sync::OnceCell::const_new();
static MADE: AtomicU32 = AtomicU32::new(0);

/// A fresh database with the whole schema, and connections to it.
///
/// # Panics
/// When there is no server: a test cannot go on then.
#[expect(clippy::expect_used, reason = "for tests; failing to get a database fails the test")]
pub async fn fresh_database() -> PgPool {
    let url = fresh_database_url().await;
    pool(&url, PoolSettings { connections_max: 10, wait_seconds_max: 30 }).expect("a database address")
}

/// The address of a fresh database with the whole schema.
///
/// # Panics
/// When there is no server: a test cannot go on then.
#[expect(clippy::expect_used, reason = "for tests; failing to get a database fails the test")]
pub async fn fresh_database_url() -> String {
    let server = tokio::task::spawn_blocking(|| SERVER.get_or_init(start)).await.expect("a server for tests");
    let template = TEMPLATE.get_or_init(|| lay_template(server)).await;
    let name = format!("{template}_{}", MADE.fetch_add(1, Ordering::SeqCst));
    let mut admin = connect(&server.url, "postgres").await;
    run(&mut admin, format!("drop database if exists {name} with (force)")).await;
    run(&mut admin, format!("create database {name} template {template}")).await;
    address(&server.url, &name)
}

#[expect(clippy::panic, reason = "for tests; failing to get a server fails the test")]
fn start() -> TestServer {
    let settings = crate::config::test_postgres();
    let (cluster, lock) = free_cluster(&settings.data_dir);
    let private = settings.url.is_none();
    let settings = PostgresSettings { cluster, durability: Durability::Relaxed, ..settings };
    let server = Server::find_or_start(&settings).unwrap_or_else(|error| panic!("no database for tests: {error}"));
    TestServer { url: server.url().to_owned(), private, _server: server, _lock: Some(lock) }
}

/// The first test cluster that no other test process holds.
#[expect(clippy::expect_used, reason = "for tests; failing to get a cluster fails the test")]
fn free_cluster(data_dir: &Path) -> (String, File) {
    (0..)
        .find_map(|number| {
            let name = format!("test-{number}");
            let folder: PathBuf = data_dir.join(&name);
            std::fs::create_dir_all(&folder).expect("a folder for the test cluster");
            let lock = File::create(folder.join("lock")).expect("a lock file for the test cluster");
            lock.try_lock().ok().map(|()| (name, lock))
        })
        .expect("a test cluster nobody holds")
}

/// Lays the schema into a template database of this process.
#[expect(clippy::expect_used, reason = "for tests")]
async fn lay_template(server: &TestServer) -> String {
    let name = format!("{}{}", prefix(), std::process::id());
    let mut admin = connect(&server.url, "postgres").await;
    drop_left_behind(&mut admin, server.private).await;
    run(&mut admin, format!("drop database if exists {name} with (force)")).await;
    run(&mut admin, format!("create database {name}")).await;
    let pool = pool(&address(&server.url, &name), PoolSettings { connections_max: 2, wait_seconds_max: 30 })
        .expect("a database address");
    migrate(&pool).await.expect("the migrations");
    crate::queue::store::install(&pool).await.expect("the queue's tables");
    pool.close().await;
    name
}

/// What this machine's test databases are called, up to the number of the process.
fn prefix() -> String {
    format!("trato_test_{}_", Fingerprint::of(machine().as_bytes()).short())
}

/// Drops the databases of test processes that are gone: on a cluster of ours all of them, on a server that others use
/// too those of this machine whose process does not live.
#[expect(clippy::expect_used, reason = "for tests")]
async fn drop_left_behind(admin: &mut PgConnection, private: bool) {
    let names: Vec<String> =
        sqlx::query_scalar("select datname from pg_database where datname like 'trato\\_test\\_%'")
            .fetch_all(&mut *admin)
            .await
            .expect("the databases of the server");
    let prefix = prefix();
    for name in names.iter().filter(|name| private || is_left_behind(name, &prefix)) {
        run(admin, format!("drop database if exists \"{name}\" with (force)")).await;
    }
}

fn is_left_behind(name: &str, prefix: &str) -> bool {
    let process = name.strip_prefix(prefix).and_then(|rest| rest.split('_').next());
    let processes = Path::new("/proc");
    processes.join("self").exists() && process.is_some_and(|process| !processes.join(process).exists())
}

fn options(url: &str, database: &str) -> PgConnectOptions {
    let options: PgConnectOptions = url.parse().unwrap_or_default();
    options.database(database).log_statements(tracing::log::LevelFilter::Off)
}

fn address(url: &str, database: &str) -> String {
    options(url, database).to_url_lossy().to_string()
}

#[expect(clippy::expect_used, reason = "for tests")]
async fn connect(url: &str, database: &str) -> PgConnection {
    PgConnection::connect_with(&options(url, database)).await.expect("a connection for tests")
}

#[expect(clippy::expect_used, reason = "for tests")]
async fn run(connection: &mut PgConnection, statement: String) {
    // The names are made above from numbers.
    sqlx::query(sqlx::AssertSqlSafe(statement)).execute(connection).await.expect("a statement for tests");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_databases_of_this_machine_whose_process_is_gone_are_left_behind() {
        let prefix = prefix();
        assert!(is_left_behind(&format!("{prefix}4000000001_7"), &prefix));
        assert!(!is_left_behind(&format!("{prefix}{}_7", std::process::id()), &prefix));
        assert!(!is_left_behind("trato_test_elsewhere_4000000001", &prefix));
    }

    #[tokio::test]
    async fn two_tests_never_share_a_row() {
        let (one, other) = (fresh_database().await, fresh_database().await);
        sqlx::query(
            "insert into intake_unrouted (id, source, reason, raw) values (gen_random_uuid(), 'a', 'b', 'c')",
        )
        .execute(&one)
        .await
        .unwrap();
        let count = |pool: PgPool| async move {
            sqlx::query_scalar::<_, i64>("select count(*) from intake_unrouted").fetch_one(&pool).await.unwrap()
        };
        assert_eq!(count(one).await, 1);
        assert_eq!(count(other).await, 0);
    }
}
