//! `trato demo`: three shops, a sandbox for Meta and Stripe with a phone and a pay page, the inbox; one command.
//!
//! The server is the real one: it reaches the sandbox over HTTP by the same clients that reach Meta and Stripe.

use std::fs::File;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum::extract::Path as RoutePath;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse as _;
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use rust_embed::RustEmbed;
use secrecy::SecretString;
use sqlx::PgPool;
use sqlx::migrate::MigrateError;

use crate::app::commands::{lay_schema, told_to_stop};
use crate::app::rig::{Rig, RigPlan, RigShop, two_free};
use crate::app::serve::open_pool;
use crate::base::clock::Clock;
use crate::base::fingerprint::Fingerprint;
use crate::base::language::Language;
use crate::base::names::Slug;
use crate::base::secret::random_bytes;
use crate::base::store::Scope;
use crate::config::Settings;
use crate::merchants::shop_file::read_shop_file;
use crate::merchants::staff::store::{AddError, Staff};
use crate::merchants::staff::{Email, Role};
use crate::postgres::cluster::Restart;
use crate::postgres::databases::{keep_database, machine};
use crate::postgres::{self, PostgresSettings};
use crate::sandbox::settings::Timings;

/// The demo shops, built into the program.
#[derive(RustEmbed)]
#[folder = "catalog/shops"]
struct DemoShops;

/// What the demo may be told.
#[derive(Args, Debug)]
pub struct DemoArgs {
    /// Where the server listens; the sandbox takes the port after it. Another free pair is taken when it is in use.
    #[arg(long, default_value = "127.0.0.1:8080")]
    bind: SocketAddr,
    /// Throw away what was said and sold in the demo before. Its own database is emptied and no other.
    #[arg(long)]
    fresh: bool,
    /// Write one message as a shopper, wait for its answer, and stop: to measure the start, or to see that all is well.
    #[arg(long)]
    first_answer: bool,
}

/// The password of the demo's inbox. No secret: the demo listens on this machine and holds invented data.
const PASSWORD: &str = "trato-demo-inbox";
/// How long the first answer may take; a model on this machine may have to be loaded first.
const ANSWERED_WITHIN: Duration = Duration::from_mins(2);
/// So many demos may run on one machine.
const DEMOS_MAX: u32 = 9;

/// What `--help` says below the options.
pub const HELP: &str = "\
It works in a database of its own, named trato_demo_…: of a private PostgreSQL, or of the server
of DATABASE_URL (or [database] url in trato.toml). The database named there is not touched.

Examples:
  trato demo
  trato demo --fresh                   # forget what was said and sold in it before
  trato demo --bind 127.0.0.1:9000     # the server there, the phone page at 9001
  env -u DATABASE_URL trato demo       # on a private PostgreSQL although DATABASE_URL is set";

/// Runs the demo until told to stop.
///
/// # Errors
/// When there is no database or an address cannot be used.
pub async fn run(settings: Settings, arguments: DemoArgs) -> anyhow::Result<()> {
    let (cluster, _held) = free_cluster(&settings)?;
    let found = PostgresSettings { restart: Restart::Always, ..settings.postgres(&cluster) };
    let folder = found.data_dir.join(&cluster);
    eprintln!("Starting PostgreSQL …");
    let server = tokio::task::block_in_place(|| postgres::Server::find_or_start(&found))?;
    let url = own_database(&settings, &server, &folder).await?;
    let (app, sandbox) = free_pair(arguments.bind)?;
    let settings = for_demo(settings, sealing_key(&folder)?);
    let pool = open_pool(&settings, &url)?;
    if arguments.fresh {
        postgres::connect::empty(&pool).await.context("emptying the demo's database")?;
    }
    lay_or_start_over(&pool).await?;
    let shops = shops()?;
    eprintln!("Setting up {} shops …", shops.len());
    let rig = Rig::start(RigPlan {
        settings,
        database_url: url,
        app,
        sandbox,
        shops,
        timings: Timings { retry_gaps: vec![Duration::from_secs(1); 30], ..Timings::lifelike() },
        media: media(),
        clock: Clock::machine(),
    })
    .await?;
    add_logins(&rig, &pool).await?;
    pool.close().await;
    let ended = if arguments.first_answer {
        hear_an_answer(&rig).await
    } else {
        print_addresses(&rig, arguments.bind);
        told_to_stop().await
    };
    eprintln!("\nStopping …");
    rig.stop().await;
    server.stop();
    ended
}

/// Writes to the first shop as a shopper and waits for the answer.
async fn hear_an_answer(rig: &Rig) -> anyhow::Result<()> {
    let control = rig.sandbox.control();
    let phone = &rig.shops.first().context("the demo has no shops")?.phone_number_id;
    let shopper = control.new_shopper(phone)?.number;
    control.say(phone, shopper, "hello")?;
    let answered = async {
        while control.received(phone, shopper).is_ok_and(|received| received.is_empty()) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(ANSWERED_WITHIN, answered).await.context("the first message was not answered")?;
    println!("The first message is answered.");
    Ok(())
}

/// A place that no other demo uses, by the name of its cluster, and the lock that keeps it ours. Two demos on one
/// database would answer each other's shoppers, each on its own phone page.
fn free_cluster(settings: &Settings) -> anyhow::Result<(String, File)> {
    let data_dir = settings.postgres("demo").data_dir;
    for number in 1..=DEMOS_MAX {
        let name = if number == 1 { "demo".to_owned() } else { format!("demo-{number}") };
        let folder = data_dir.join(&name);
        let attempt = || format!("preparing {}", folder.display());
        std::fs::create_dir_all(&folder).with_context(attempt)?;
        let lock = File::create(folder.join("lock")).with_context(attempt)?;
        if lock.try_lock().is_ok() {
            return Ok((name, lock));
        }
    }
    anyhow::bail!("{DEMOS_MAX} demos are running on this machine already; stop one of them first")
}

/// The demo's own database on the server. The one that the settings name is somebody's: nothing is done in it.
async fn own_database(
    settings: &Settings,
    server: &postgres::Server,
    folder: &Path,
) -> anyhow::Result<SecretString> {
    let name = database_name(folder);
    let is_named = settings.database_url().is_some();
    if is_named {
        eprintln!("Its database on the server of DATABASE_URL is {name}.");
    }
    let url = keep_database(server.url(), &name).await.with_context(|| {
        let way_out = if is_named { "; without DATABASE_URL it takes a private PostgreSQL" } else { "" };
        format!("the demo could not make itself the database {name}{way_out}")
    })?;
    Ok(url.into())
}

/// What the database is called whose lock and key lie in this folder. Demos whose locks know nothing of each other, on
/// other machines or of other users, have others on one server.
fn database_name(folder: &Path) -> String {
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let place = format!("{}{}", machine(), folder.display());
    format!("trato_demo_{}", Fingerprint::of(place.as_bytes()).short())
}

/// Lays the schema in the demo's own database. What another version of this program left there is invented: it is
/// emptied instead of leaving a newcomer with an error about migrations.
async fn lay_or_start_over(pool: &PgPool) -> anyhow::Result<()> {
    let Err(error) = lay_schema(pool).await else { return Ok(()) };
    let other_version = error
        .downcast_ref::<MigrateError>()
        .is_some_and(|error| matches!(error, MigrateError::VersionMismatch(_) | MigrateError::VersionMissing(_)));
    if !other_version {
        return Err(error);
    }
    eprintln!("The demo's database is of another version; starting over with an empty one.");
    postgres::connect::empty(pool).await.context("emptying the demo's database")?;
    lay_schema(pool).await
}

/// The wanted address and the one after it, or two free ones when either is in use.
fn free_pair(wanted: SocketAddr) -> anyhow::Result<(SocketAddr, SocketAddr)> {
    let next = SocketAddr::new(wanted.ip(), wanted.port().saturating_add(1));
    if wanted.port() != 0 && TcpListener::bind(wanted).is_ok() && TcpListener::bind(next).is_ok() {
        return Ok((wanted, next));
    }
    two_free(wanted.ip())
}

/// One shopper is waiting in front of the screen, so bursts are waited for less.
fn for_demo(settings: Settings, key: String) -> Settings {
    let mut demo = settings;
    demo.security.sealing_keys = Some(key.into());
    demo.agent.quiet_ms = demo.agent.quiet_ms.min(500);
    demo.workers.poll_ms = demo.workers.poll_ms.min(100);
    demo
}

/// The key that seals the demo's credentials, kept beside its database.
fn sealing_key(folder: &Path) -> anyhow::Result<String> {
    let path = folder.join("sealing.key");
    if let Ok(key) = std::fs::read_to_string(&path) {
        return Ok(key.trim().to_owned());
    }
    let key = format!("1:{}", STANDARD.encode(random_bytes::<32>()));
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(&path, &key).with_context(|| format!("writing {}", path.display()))?;
    Ok(key)
}

/// The demo's shops, from within the program.
///
/// # Errors
/// When a shop's file does not read; a test sees to it that it does.
pub fn shops() -> anyhow::Result<Vec<RigShop>> {
    let files = DemoShops::iter().filter(|path| path.ends_with("shop.toml"));
    let read = |(place, path): (usize, std::borrow::Cow<'static, str>)| {
        let file = read_shop_file(&path, &embedded_text(&path)?)?;
        let products = embedded_text(&format!("{}/products.csv", file.shop.slug))?.into_bytes();
        Ok(RigShop::new(place, file, products))
    };
    files.enumerate().map(read).collect()
}

fn embedded_text(path: &str) -> anyhow::Result<String> {
    let file = DemoShops::get(path).with_context(|| format!("{path} is not in this program"))?;
    Ok(String::from_utf8(file.data.into_owned())?)
}

async fn add_logins(rig: &Rig, pool: &PgPool) -> anyhow::Result<()> {
    for (shop, merchant) in rig.shops.iter().zip(&rig.merchants) {
        let staff = Staff::of(&Scope::new(pool.clone(), *merchant));
        let email = login(&shop.file.shop.slug)?;
        match staff.add(email, "Demo", Role::Owner, PASSWORD.into()).await {
            Ok(_) | Err(AddError::EmailTaken(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

fn login(slug: &Slug) -> anyhow::Result<Email> {
    Ok(format!("demo@{slug}.example").parse()?)
}

/// The demo shops' pictures, from within the program.
pub fn media() -> Router {
    Router::new().route(
        "/{shop}/pictures/{file}",
        get(|RoutePath((shop, file)): RoutePath<(String, String)>| async move {
            match DemoShops::get(&format!("{shop}/pictures/{file}")) {
                Some(picture) => ([(header::CONTENT_TYPE, "image/png")], picture.data).into_response(),
                None => StatusCode::NOT_FOUND.into_response(),
            }
        }),
    )
}

fn print_addresses(rig: &Rig, wanted: SocketAddr) {
    let seller = match &rig.settings.model.name {
        Some(name) => format!("the model {name}, with the guided seller behind it"),
        None => "the guided seller; no model is set (README.md says how to set one)".to_owned(),
    };
    let taken = rig.settings.server.bind != wanted;
    println!();
    println!("  Trato is running. It sells by {seller}.");
    if taken {
        println!("  {wanted} or the port after it is in use, so it took two other ports.");
    }
    println!();
    println!("  1. Write as a shopper   {}", rig.sandbox.base_url());
    println!("  2. Answer as the shop   {}inbox", rig.settings.server.public_url);
    println!();
    println!("  {:<20} {:<11} {:<14} sign in to the inbox as", "shop", "language", "try the coupon");
    for shop in &rig.shops {
        let new = &shop.file.shop;
        let login = login(&new.slug).map(|email| email.to_string()).unwrap_or_default();
        let coupon = shop.file.coupons.first().map(|coupon| coupon.code.to_string()).unwrap_or_default();
        println!("  {:<20} {:<11} {:<14} {login}", new.name, language(new.locale.language()), coupon);
    }
    println!();
    println!("  The password of every inbox is {PASSWORD}");
    println!("  No money moves and no real message is sent. Ctrl-C stops it; --fresh starts it empty.");
}

const fn language(language: Language) -> &'static str {
    match language {
        Language::En => "English",
        Language::Es => "Spanish",
        Language::Pt => "Portuguese",
    }
}
