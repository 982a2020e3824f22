//! The private PostgreSQL: shared by those who need it, started again when it dies, and not left behind.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use sqlx::{Connection as _, PgConnection};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use trato::config::test_postgres;
use trato::postgres::cluster::{Durability, Restart};
use trato::postgres::{PostgresSettings, Server};

const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_trato_postgres_leaves_no_server_behind() {
    let folder = folder("orphan");
    for _ in 0..2 {
        // The second one starts while the server of the first may still be closing.
        let (mut child, _) = postgres(&folder).await;
        assert!(is_running(&server_in(&folder).unwrap()));
        child.start_kill().unwrap();
        child.wait().await.unwrap();
    }
    until_gone(&folder).await;
    std::fs::remove_dir_all(&folder).unwrap();
}

async fn until_gone(folder: &Path) {
    let began = Instant::now();
    while let Some(server) = server_in(folder).filter(|server| is_running(server)) {
        assert!(began.elapsed() < PATIENCE, "{} is still there", server.display());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// `trato postgres`, once it has told its address.
async fn postgres(folder: &Path) -> (Child, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_trato"))
        .arg("postgres")
        .env_remove("DATABASE_URL")
        .env("TRATO_DATABASE__DATA_DIR", folder)
        .current_dir(env!("CARGO_TARGET_TMPDIR"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = lines.next_line().await.unwrap().expect("an address");
    let address = line.strip_prefix("DATABASE_URL=").unwrap_or_else(|| panic!("no address: {line}")).to_owned();
    (child, address)
}

/// The server of this folder, as a process; `None` once it has closed and taken its file away.
fn server_in(folder: &Path) -> Option<PathBuf> {
    let file = std::fs::read_to_string(folder.join("main/data/postmaster.pid")).ok()?;
    Some(Path::new("/proc").join(file.lines().next()?))
}

/// Whether a process is there and is more than its entry in the table.
fn is_running(process: &Path) -> bool {
    std::fs::read_to_string(process.join("stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

/// A folder of this test's own.
fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("trato-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_killed_is_started_again() {
    let folder = folder("again");
    let (mut child, address) = postgres(&folder).await;
    for _ in 0..2 {
        let killed = server_in(&folder).unwrap();
        let pid = killed.file_name().unwrap().to_owned();
        assert!(Command::new("kill").arg("-KILL").arg(pid).status().await.unwrap().success());
        let began = Instant::now();
        while server_in(&folder).is_none_or(|server| server == killed) || !answers(&address).await {
            assert!(began.elapsed() < PATIENCE, "nobody started it again");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    child.start_kill().unwrap();
    child.wait().await.unwrap();
    until_gone(&folder).await;
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_that_is_done_leaves_its_server_to_another_command_until_that_is_done_too() {
    let place = own_place("guest", Restart::Never);
    let (owner, guest) = (start(&place).await, start(&place).await);
    let address = guest.url().to_owned();
    let mut working = PgConnection::connect(&address).await.unwrap();
    let leaving = tokio::task::spawn_blocking(move || owner.stop());
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(!leaving.is_finished());
    sqlx::query("select 1").execute(&mut working).await.unwrap();

    tokio::task::spawn_blocking(move || guest.stop()).await.unwrap();
    leaving.await.unwrap();
    assert!(!answers(&address).await);
    std::fs::remove_dir_all(place.data_dir.join(&place.cluster)).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_that_used_the_server_of_a_command_goes_on_with_one_of_its_own() {
    let place = own_place("service", Restart::Never);
    let command = start(&place).await;
    let service = start(&PostgresSettings { restart: Restart::Always, ..place.clone() }).await;
    let address = service.url().to_owned();
    let began = Instant::now();
    tokio::task::spawn_blocking(move || command.stop()).await.unwrap();
    while !answers(&address).await {
        assert!(began.elapsed() < PATIENCE, "nobody started it again");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    tokio::task::spawn_blocking(move || service.stop()).await.unwrap();
    assert!(!answers(&address).await);
    std::fs::remove_dir_all(place.data_dir.join(&place.cluster)).unwrap();
}

fn own_place(name: &str, restart: Restart) -> PostgresSettings {
    let cluster = format!("test-{name}-{}", std::process::id());
    PostgresSettings { url: None, cluster, durability: Durability::Relaxed, restart, ..test_postgres() }
}

async fn start(place: &PostgresSettings) -> Server {
    let place = place.clone();
    tokio::task::spawn_blocking(move || Server::find_or_start(&place).unwrap()).await.unwrap()
}

async fn answers(address: &str) -> bool {
    let Ok(mut connection) = PgConnection::connect(address).await else { return false };
    sqlx::query("select 1").execute(&mut connection).await.is_ok()
}
