//! Being told to stop, and leaving nothing running behind.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::kill::sale::{Scene, Seller};
use crate::kill::street::Traffic;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn told_to_stop_it_finishes_the_turn_it_is_in_and_another_sends_the_answer() {
    let scene = Scene::set(Seller::Model, 1, Vec::new()).await;
    let shopper = scene.shopper();
    scene.street.hold_the_model(true);
    shopper.write("hi there");
    until_asked(&scene, 1).await;

    let street = scene.street.clone();
    let release = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(400)).await;
        street.hold_the_model(false);
    });
    let began = Instant::now();
    let ended = scene.servers[0].terminate().await;
    release.await.unwrap();
    assert!(ended.success(), "{ended}");
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
    assert_eq!(
        scene.count("select count(*) from turns where state = 'replied'").await,
        1,
        "{}",
        scene.told().await
    );

    scene.servers[0].start().await;
    scene.until_quiet().await;
    assert_eq!(shopper.received().len(), 1);
    assert_eq!(scene.street.passed(Traffic::Model), 1);
    scene.strike().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn told_to_stop_while_the_model_is_silent_it_gives_the_turn_back_in_time() {
    let scene = Scene::set(Seller::Model, 1, Vec::new()).await;
    let shopper = scene.shopper();
    scene.street.hold_the_model(true);
    shopper.write("hi there");
    until_asked(&scene, 1).await;

    let began = Instant::now();
    let ended = scene.servers[0].terminate().await;
    assert!(ended.success(), "{ended}");
    assert!(began.elapsed() < Duration::from_secs(26), "{:?}", began.elapsed());

    scene.street.hold_the_model(false);
    scene.servers[0].start().await;
    scene.until_quiet().await;
    assert_eq!(shopper.received().len(), 1, "{}", scene.told().await);
    scene.strike().await;
}

async fn until_asked(scene: &Scene, times: usize) {
    while scene.street.asked_by(0) < times {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_trato_postgres_leaves_no_server_behind() {
    let folder = std::env::temp_dir().join(format!("trato-orphan-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    for _ in 0..2 {
        // The second one starts while the server of the first may still be closing.
        let mut child = postgres(&folder);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = lines.next_line().await.unwrap().expect("an address");
        assert!(line.starts_with("DATABASE_URL=postgres://"), "{line}");
        assert!(is_running(&server_in(&folder).unwrap()));
        child.start_kill().unwrap();
        child.wait().await.unwrap();
    }
    let began = Instant::now();
    while let Some(server) = server_in(&folder).filter(|server| is_running(server)) {
        assert!(began.elapsed() < Duration::from_secs(30), "{} is still there", server.display());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

fn postgres(folder: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_trato"))
        .arg("postgres")
        .env_remove("DATABASE_URL")
        .env("TRATO_DATABASE__DATA_DIR", folder)
        .current_dir(env!("CARGO_TARGET_TMPDIR"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
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
