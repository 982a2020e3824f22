//! A server as a process of its own, on the settings of the stage.

use std::fs::File;
use std::net::SocketAddr;
use std::process::{ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::process::{Child, Command};
use tokio::sync::Mutex;

/// `trato serve`, which can be killed and started again on the same address.
pub struct Process {
    address: SocketAddr,
    environment: Vec<(&'static str, String)>,
    log: (String, File),
    child: Mutex<Option<Child>>,
    kills: AtomicUsize,
}

impl Process {
    /// A process that is not started yet.
    pub fn new(address: SocketAddr, environment: Vec<(&'static str, String)>) -> Self {
        let path = format!("{}/kill-{}.log", env!("CARGO_TARGET_TMPDIR"), address.port());
        let log = File::create(&path).unwrap();
        Self { address, environment, log: (path, log), child: Mutex::default(), kills: AtomicUsize::new(0) }
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it wrote to its log.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log.0).unwrap()
    }

    /// How often it was killed.
    pub fn kills(&self) -> usize {
        self.kills.load(Ordering::SeqCst)
    }

    /// Starts it; it takes a moment until it listens.
    pub async fn start(&self) {
        *self.child.lock().await = Some(self.spawn());
    }

    /// Waits until it answers.
    pub async fn until_ready(&self) {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        for _ in 0..1000 {
            let answer = http.get(format!("{}/readyz", self.url())).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the server did not come up");
    }

    /// SIGKILL, in the middle of whatever it does.
    pub async fn kill(&self) {
        self.kills.fetch_add(1, Ordering::SeqCst);
        if let Some(child) = self.child.lock().await.as_mut() {
            child.start_kill().unwrap();
            child.wait().await.unwrap();
        }
    }

    /// SIGKILL, and another in its place.
    pub async fn kill_and_start(&self) {
        self.kill().await;
        self.start().await;
    }

    /// SIGTERM, and how it ended.
    pub async fn terminate(&self) -> ExitStatus {
        let mut child = self.child.lock().await.take().unwrap();
        let pid = child.id().unwrap().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().await.unwrap().success());
        child.wait().await.unwrap()
    }

    fn spawn(&self) -> Child {
        let log = || Stdio::from(self.log.1.try_clone().unwrap());
        Command::new(env!("CARGO_BIN_EXE_trato"))
            .arg("serve")
            .env_clear()
            .envs(self.environment.iter().map(|(name, value)| (*name, value)))
            .env("TRATO_SERVER__BIND", self.address.to_string())
            .current_dir(env!("CARGO_TARGET_TMPDIR"))
            .stdin(Stdio::null())
            .stdout(log())
            .stderr(log())
            .kill_on_drop(true)
            .spawn()
            .unwrap()
    }
}
