//! Where the measured server lives: a private PostgreSQL that keeps what it commits, one shop, the server process.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use sqlx::PgPool;
use trato::app::commands::lay_schema;
use trato::app::merchant::{Connections, connect, read, set_up};
use trato::app::rig::two_free;
use trato::app::serve::{merchants, open_pool};
use trato::base::store::Scope;
use trato::catalog::import::{ImportOptions, ShopDefaults, Upload, run_import};
use trato::config::Settings;
use trato::postgres;
use trato::postgres::connect::empty;

use crate::Cli;
use crate::client::Connection;
use crate::measure::{Process, median};

/// The secret that webhooks are signed with.
pub const APP_SECRET: &str = "load-app-secret";
/// WhatsApp's id of the shop's number.
pub const PHONE_NUMBER_ID: &str = "700100200300";
const SEALING_KEY: &str = "1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
/// The name of the private database's folder.
const CLUSTER: &str = "load";
const STARTS: u32 = 10;

/// A database with a shop in it, and where the server program is.
pub struct House {
    database: postgres::Server,
    log_of_database: PathBuf,
    /// Connections of our own, for counting.
    pub pool: PgPool,
    program: PathBuf,
    /// What the model searches for.
    pub words: String,
    shows_log: bool,
}

/// A server process. It is stopped when this is dropped.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// How long it took to answer.
    pub started_in: Duration,
    child: Child,
}

impl House {
    /// Starts the database, empties it, and sets the shop up.
    pub async fn open(cli: &Cli) -> anyhow::Result<Self> {
        let mut settings = Settings::default();
        settings.security.sealing_keys = Some(SEALING_KEY.into());
        let places = settings.postgres(CLUSTER);
        let log_of_database = places.data_dir.join(CLUSTER).join("postgres.log");
        let database = tokio::task::block_in_place(|| postgres::Server::find_or_start(&places))?;
        println!("database: {}", database.found);
        let pool = open_pool(&settings, &database.url().into())?;
        empty(&pool).await?;
        lay_schema(&pool).await?;
        let file = read(&cli.shop.join("shop.toml"))?;
        let stores = merchants(&settings, &pool)?;
        let id = set_up(&stores, |id| Scope::new(pool.clone(), id), &file).await?;
        let whatsapp = (PHONE_NUMBER_ID.to_owned(), "+52 55 5000 1111".to_owned(), "load-token".into());
        connect(&stores, id, &Connections { whatsapp: Some(whatsapp), stripe: None }.read()?).await?;
        let products = cli.shop.join("products.csv");
        let bytes = fs::read(&products).with_context(|| format!("reading {}", products.display()))?;
        let defaults =
            ShopDefaults { currency: file.shop.currency, language: file.shop.locale.language(), today: None };
        let upload = Upload { name: "products.csv", bytes: &bytes };
        run_import(&Scope::new(pool.clone(), id), defaults, upload, ImportOptions::default(), &|_| {}).await?;
        // Only what does not grow: plans for the rest would be made for empty tables.
        sqlx::query("analyze products, variants").execute(&pool).await?;
        let program = cli.server.clone().map_or_else(beside_us, Ok)?;
        Ok(Self { database, log_of_database, pool, program, words: cli.words.clone(), shows_log: cli.log })
    }

    /// Starts a server with these settings on top of the usual ones and waits until it answers.
    pub async fn serve(&self, outside: SocketAddr, more: &[(&str, &str)]) -> anyhow::Result<Running> {
        let (address, _) = two_free(IpAddr::V4(Ipv4Addr::LOCALHOST))?;
        let log = || if self.shows_log { Stdio::inherit() } else { Stdio::null() };
        let began = Instant::now();
        let child = Command::new(&self.program)
            .arg("serve")
            .env_clear()
            .env("DATABASE_URL", self.database.url())
            .env("TRATO_SERVER__BIND", address.to_string())
            .env("TRATO_SECURITY__SEALING_KEYS", SEALING_KEY)
            .env("TRATO_WHATSAPP__APP_SECRETS", APP_SECRET)
            .env("TRATO_WHATSAPP__BASE_URL", format!("http://{outside}"))
            // Many messages go to few people here, and nobody refuses them.
            .env("TRATO_WHATSAPP__SECONDS_PER_MESSAGE", "0")
            .env("TRATO_WHATSAPP__MESSAGES_PER_SECOND", "0")
            .env("TRATO_MODEL__BASE_URL", format!("http://{outside}/v1"))
            .env("TRATO_MODEL__NAME", "instant")
            .envs(more.iter().copied())
            .stdin(Stdio::null())
            .stdout(log())
            .stderr(log())
            .spawn()
            .with_context(|| format!("starting {}", self.program.display()))?;
        let mut running = Running { address, started_in: Duration::ZERO, child };
        while !answers(address).await {
            anyhow::ensure!(running.child.try_wait()?.is_none(), "the server ended; --log shows why");
            anyhow::ensure!(began.elapsed() < Duration::from_secs(20), "the server did not start");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        running.started_in = began.elapsed();
        Ok(running)
    }

    /// What a query counts.
    pub async fn count(&self, query: &'static str) -> anyhow::Result<i64> {
        Ok(sqlx::query_scalar(query).fetch_one(&self.pool).await?)
    }

    /// Has the database write each statement and its time to its log, or no longer.
    pub async fn log_statements(&self, wanted: bool) -> anyhow::Result<()> {
        let setting = if wanted {
            "alter system set log_min_duration_statement = 0"
        } else {
            "alter system reset log_min_duration_statement"
        };
        for statement in [setting, "select pg_reload_conf()"] {
            sqlx::query(statement).execute(&self.pool).await?;
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        Ok(())
    }

    /// The database's processes, for their time.
    pub fn database(&self) -> anyhow::Result<Process> {
        let folder = self.log_of_database.parent().context("a database without a folder")?;
        let file = fs::read_to_string(folder.join("data").join("postmaster.pid"))?;
        Ok(Process(file.lines().next().unwrap_or_default().parse()?))
    }

    /// The database's log so far.
    pub fn log(&self) -> anyhow::Result<String> {
        Ok(fs::read_to_string(&self.log_of_database)?)
    }

    /// Stops the database.
    pub fn close(self) {
        self.database.stop();
    }
}

impl Running {
    /// The process, for its time and memory.
    pub fn process(&self) -> Process {
        Process(self.child.id())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Measures how long the server takes from nothing to its first 200.
pub async fn starts(house: &House) -> anyhow::Result<()> {
    let nowhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 9));
    let mut took = Vec::new();
    for _ in 0..STARTS {
        took.push(house.serve(nowhere, &[]).await?.started_in);
    }
    println!("start to first 200: median {:.0?} of {STARTS}, all {took:.0?}", median(&mut took.clone()));
    Ok(())
}

async fn answers(address: SocketAddr) -> bool {
    match Connection::open(address).await {
        Ok(mut connection) => connection.get("/healthz").await.is_ok_and(|status| status == 200),
        Err(_) => false,
    }
}

/// The server program in the folder above this one's.
fn beside_us() -> anyhow::Result<PathBuf> {
    let us = std::env::current_exe()?;
    let folder = us.parent().and_then(|examples| examples.parent()).context("this program lies nowhere")?;
    let program = folder.join("trato");
    anyhow::ensure!(program.is_file(), "{} is not there: cargo build --release", program.display());
    Ok(program)
}
