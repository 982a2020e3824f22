//! The pages in a real browser: a rig per script of `tests/browser`, which drives headless Chromium against it.
//!
//! Needs Node.js, `npm ci` in `tests/browser`, and Chromium (found by name, or named by the variable `CHROMIUM`). Where
//! one is missing, the tests pass with a line that says so; where `CHROMIUM` is set, they fail instead.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[path = "it/support/mod.rs"]
#[expect(dead_code, reason = "the shopper here is a browser")]
mod support;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::OnceLock;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::Command;
use trato::app::rig::Rig;
use trato::app::serve::Server;
use trato::base::store::Scope;
use trato::merchants::staff::Role;
use trato::merchants::staff::store::Staff;
use trato::sandbox::RunningSandbox;

use crate::support::World;

const EMAIL: &str = "robin@porch.example";
const OWNER: &str = "olive@porch.example";
const PASSWORD: &str = "a password for the tests";
const BROWSERS: [&str; 5] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_phone_page_buys() {
    play("phone_buys").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_inbox_takes_over_and_hands_back() {
    play("inbox_takes_over").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn staff_find_a_sale_under_orders_and_see_where_to_send_it() {
    play("orders_after_a_sale").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_owner_uploads_a_catalog_and_a_shopper_finds_what_is_new() {
    play("catalog_upload").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn failures_are_readable() {
    play("failures_are_readable").await;
}

/// Runs a script against a rig of its own and does what it asks.
async fn play(script: &str) {
    let Some(browser) = browser() else { return };
    let world = Box::pin(World::start()).await;
    let shop = world.rig.shops.iter().position(|shop| shop.file.shop.slug.as_str() == "porch").unwrap();
    let staff = Staff::of(&Scope::new(world.pool.clone(), world.rig.merchants[shop]));
    staff.add(EMAIL.parse().unwrap(), "Robin Vale", Role::Agent, PASSWORD.into()).await.unwrap();
    staff.add(OWNER.parse().unwrap(), "Olive Porter", Role::Owner, PASSWORD.into()).await.unwrap();

    let folder = scripts();
    let mut node = Command::new("node");
    node.arg(format!("{script}.mjs")).current_dir(&folder).kill_on_drop(true);
    node.env("BROWSER", browser)
        .env("SANDBOX", world.rig.sandbox.base_url())
        .env("INBOX", world.rig.settings.server.public_url.join("inbox").unwrap().as_str())
        .env("SHOP", &world.rig.shops[shop].file.shop.name)
        .env("EMAIL", EMAIL)
        .env("OWNER", OWNER)
        .env("PASSWORD", PASSWORD)
        .env("PICTURES", Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser"));
    let mut node = node.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();

    let complaints = tokio::spawn(lines(node.stderr.take().unwrap()));
    let mut stopping = Stopping::of(world.rig);
    let mut asks = BufReader::new(node.stdout.take().unwrap()).lines();
    let mut answers = node.stdin.take().unwrap();
    while let Some(line) = asks.next_line().await.unwrap() {
        if let Some(what) = line.strip_prefix("ask ") {
            stopping.stop(what).await;
            answers.write_all(b"done\n").await.unwrap();
        }
    }
    let status = node.wait().await.unwrap();
    stopping.stop("stop the server").await;
    stopping.stop("stop the sandbox").await;
    assert!(status.success(), "{script} failed:\n{}", complaints.await.unwrap());
}

/// The parts of a rig that can be stopped, one after the other.
struct Stopping {
    server: Option<Server>,
    sandbox: Option<RunningSandbox>,
}

impl Stopping {
    fn of(rig: Rig) -> Self {
        Self { server: Some(rig.server), sandbox: Some(rig.sandbox) }
    }

    async fn stop(&mut self, what: &str) {
        match what {
            "stop the server" => {
                if let Some(server) = self.server.take() {
                    server.stop().await;
                }
            }
            "stop the sandbox" => {
                if let Some(sandbox) = self.sandbox.take() {
                    sandbox.stop().await;
                }
            }
            other => panic!("the script asks for something unknown: {other}"),
        }
    }
}

async fn lines(from: impl tokio::io::AsyncRead + Unpin) -> String {
    let mut lines = BufReader::new(from).lines();
    let mut text = String::new();
    while let Some(line) = lines.next_line().await.unwrap() {
        text.push_str(&line);
        text.push('\n');
    }
    text
}

fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser")
}

/// The browser, when everything that the scripts need is there.
fn browser() -> Option<String> {
    static FOUND: OnceLock<Option<String>> = OnceLock::new();
    FOUND
        .get_or_init(|| {
            let named = variable("CHROMIUM");
            match everything_needed(named.as_deref()) {
                Ok(browser) => Some(browser),
                Err(missing) if named.is_some() => panic!("CHROMIUM is set, but {missing}"),
                Err(missing) => {
                    // Not by a macro: what those print is kept from view when a test passes.
                    let told = format!("\nThe browser tests are skipped: {missing}\n\n");
                    std::io::stderr().write_all(told.as_bytes()).unwrap();
                    None
                }
            }
        })
        .clone()
}

fn everything_needed(named: Option<&str>) -> Result<String, String> {
    let runs = |program: &str| {
        let mut program = std::process::Command::new(program);
        let program = program.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        program.status().is_ok_and(|status| status.success())
    };
    if !runs("node") {
        return Err("Node.js (`node`) is not there; install it with your system's packages.".to_owned());
    }
    if !scripts().join("node_modules/playwright-core/package.json").is_file() {
        return Err("playwright-core is not there; run: npm ci --prefix tests/browser".to_owned());
    }
    let candidates = named.map_or_else(|| BROWSERS.to_vec(), |name| vec![name]);
    let found = candidates.iter().find(|name| runs(name)).and_then(|name| path_of(name));
    found.ok_or_else(|| format!("no browser is there: none of {} runs.", candidates.join(", ")))
}

/// Where a program of this name is; playwright wants a path.
fn path_of(name: &str) -> Option<String> {
    if name.contains('/') {
        return Some(name.to_owned());
    }
    let folders = variable("PATH")?;
    let path = std::env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| path.is_file())?;
    Some(path.to_string_lossy().into_owned())
}

#[expect(clippy::disallowed_methods, reason = "which browser is there is no setting of the program")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
