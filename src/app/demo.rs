//! `trato demo`: three shops, a sandbox for Meta and Stripe with a phone and a pay page, the inbox; one command.
//!
//! The server is the real one: it reaches the sandbox over HTTP by the same clients that reach Meta and Stripe.

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

use crate::app::commands::{lay_schema, told_to_stop};
use crate::app::merchant::{Connections, connect, set_up};
use crate::app::serve::{Given, Server, merchants, open_pool};
use crate::base::clock::Clock;
use crate::base::names::Slug;
use crate::base::secret::random_bytes;
use crate::base::store::Scope;
use crate::catalog::import::{ImportOptions, ShopDefaults, Upload, run_import};
use crate::config::Settings;
use crate::merchants::shop_file::{ShopFile, read_shop_file};
use crate::merchants::staff::store::{AddError, Staff};
use crate::merchants::staff::{Email, Role};
use crate::merchants::store::Merchants;
use crate::postgres;
use crate::sandbox::settings::{SandboxNumber, SandboxSettings, SandboxStripeAccount, Timings};
use crate::sandbox::{RunningSandbox, Sandbox};

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
    /// Start from an empty database.
    #[arg(long)]
    fresh: bool,
}

/// The password of the demo's inbox. No secret: the demo listens on this machine and holds invented data.
const PASSWORD: &str = "trato-demo-inbox";
const APP_SECRET: &str = "demo-app-secret";
const WEBHOOK_SECRET: &str = "whsec_demoDEMOdemoDEMOdemoDEMO";

/// One demo shop with what connects it to the sandbox.
struct DemoShop {
    file: ShopFile,
    phone_number_id: String,
    display_number: String,
    token: String,
    api_key: String,
}

/// Runs the demo until told to stop.
///
/// # Errors
/// When there is no database or an address cannot be used.
pub async fn run(settings: Settings, arguments: DemoArgs) -> anyhow::Result<()> {
    let found = settings.postgres("demo");
    let data_dir = found.data_dir.clone();
    eprintln!("Starting PostgreSQL …");
    let database = tokio::task::block_in_place(|| postgres::Server::find_or_start(&found))?;
    let url: SecretString = database.url().into();
    let (app, sandbox) = free_pair(arguments.bind)?;
    let settings = for_demo(settings, app, sandbox, sealing_key(&data_dir)?)?;
    let pool = open_pool(&settings, &url)?;
    if arguments.fresh {
        empty(&pool).await?;
    }
    lay_schema(&pool).await?;
    let shops = shops()?;
    eprintln!("Setting up {} shops …", shops.len());
    set_up_all(&settings, &pool, &shops).await?;
    pool.close().await;
    let running = start_sandbox(&shops, app, sandbox).await?;
    let given = Given { database_url: url, media: media(), clock: Clock::machine() };
    let server = Server::start(&settings, given).await?;
    print_addresses(&shops, &settings, &running);
    told_to_stop().await?;
    eprintln!("\nStopping …");
    server.stop().await;
    running.stop().await;
    database.stop();
    Ok(())
}

/// The wanted address and the one after it, or two free ones when either is in use.
fn free_pair(wanted: SocketAddr) -> anyhow::Result<(SocketAddr, SocketAddr)> {
    let next = SocketAddr::new(wanted.ip(), wanted.port().saturating_add(1));
    if wanted.port() != 0 && TcpListener::bind(wanted).is_ok() && TcpListener::bind(next).is_ok() {
        return Ok((wanted, next));
    }
    let free = || TcpListener::bind((wanted.ip(), 0));
    let (one, other) = (free().context("no free port")?, free().context("no free port")?);
    Ok((one.local_addr()?, other.local_addr()?))
}

/// The settings of a server whose Meta and Stripe are the sandbox.
fn for_demo(settings: Settings, app: SocketAddr, sandbox: SocketAddr, key: String) -> anyhow::Result<Settings> {
    let mut demo = settings;
    let outside = format!("http://{sandbox}");
    demo.server.bind = app;
    demo.server.public_url = format!("http://{app}").parse()?;
    demo.security.sealing_keys = Some(key.into());
    demo.whatsapp.base_url = outside.parse()?;
    demo.whatsapp.chat_url = format!("{outside}/chat").parse()?;
    demo.whatsapp.app_secrets = Some(APP_SECRET.into());
    demo.whatsapp.verify_token = Some("demo-verify".into());
    demo.stripe.base_url = outside.parse()?;
    // One shopper is waiting in front of the screen.
    demo.agent.quiet_ms = demo.agent.quiet_ms.min(500);
    demo.workers.poll_ms = demo.workers.poll_ms.min(100);
    Ok(demo)
}

/// The key that seals the demo's credentials, kept beside its database.
fn sealing_key(data_dir: &Path) -> anyhow::Result<String> {
    let path = data_dir.join("demo").join("sealing.key");
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

async fn empty(pool: &PgPool) -> anyhow::Result<()> {
    postgres::connect::empty(pool).await.context("emptying the demo's database")
}

fn shops() -> anyhow::Result<Vec<DemoShop>> {
    let files = DemoShops::iter().filter(|path| path.ends_with("shop.toml"));
    let mut shops = Vec::new();
    for (place, path) in files.enumerate() {
        let text = embedded_text(&path)?;
        shops.push(DemoShop {
            file: read_shop_file(&path, &text)?,
            phone_number_id: format!("10000000000{:04}", place + 1),
            display_number: format!("+1 555 010 {:04}", place + 1),
            token: format!("demo-token-{}", place + 1),
            api_key: format!("sk_test_demoshop{:04}", place + 1),
        });
    }
    Ok(shops)
}

fn embedded_text(path: &str) -> anyhow::Result<String> {
    let file = DemoShops::get(path).with_context(|| format!("{path} is not in this program"))?;
    Ok(String::from_utf8(file.data.into_owned())?)
}

async fn set_up_all(settings: &Settings, pool: &PgPool, shops: &[DemoShop]) -> anyhow::Result<()> {
    let merchants = merchants(settings, pool)?;
    for shop in shops {
        set_up_one(&merchants, pool, shop).await.with_context(|| format!("setting up {}", shop.file.shop.name))?;
    }
    Ok(())
}

async fn set_up_one(merchants: &Merchants, pool: &PgPool, shop: &DemoShop) -> anyhow::Result<()> {
    let id = set_up(merchants, |id| Scope::new(pool.clone(), id), &shop.file).await?;
    let connections = Connections {
        whatsapp: Some((shop.phone_number_id.clone(), shop.display_number.clone(), shop.token.clone().into())),
        stripe: Some((shop.api_key.clone().into(), vec![WEBHOOK_SECRET.into()])),
    };
    connect(merchants, id, &connections).await?;
    let scope = Scope::new(pool.clone(), id);
    let new = &shop.file.shop;
    let path = format!("{}/products.csv", new.slug);
    let products = embedded_text(&path)?;
    let defaults = ShopDefaults { currency: new.currency, language: new.locale.language() };
    let upload = Upload { name: "products.csv", bytes: products.as_bytes() };
    let report = run_import(&scope, defaults, upload, ImportOptions::default(), &|_| {}).await?;
    anyhow::ensure!(report.reading.refused_rows == 0, "{path} has refused rows:\n{report}");
    match Staff::of(&scope).add(login(&new.slug)?, "Demo", Role::Owner, PASSWORD.into()).await {
        Ok(_) | Err(AddError::EmailTaken(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn login(slug: &Slug) -> anyhow::Result<Email> {
    Ok(format!("demo@{slug}.example").parse()?)
}

async fn start_sandbox(shops: &[DemoShop], app: SocketAddr, bind: SocketAddr) -> anyhow::Result<RunningSandbox> {
    Sandbox::start(SandboxSettings {
        bind,
        public_base_url: None,
        app_url: format!("http://{app}"),
        whatsapp_app_secret: APP_SECRET.to_owned(),
        phones: shops
            .iter()
            .map(|shop| SandboxNumber {
                phone_number_id: shop.phone_number_id.clone(),
                display_number: shop.display_number.clone(),
                shop_name: shop.file.shop.name.clone(),
                access_token: shop.token.clone(),
                locale: shop.file.shop.locale,
                shop_slug: shop.file.shop.slug.to_string(),
            })
            .collect(),
        stripe_accounts: shops
            .iter()
            .map(|shop| SandboxStripeAccount {
                merchant_path: shop.file.shop.slug.to_string(),
                api_key: shop.api_key.clone(),
                webhook_secret: WEBHOOK_SECRET.to_owned(),
                shop_name: shop.file.shop.name.clone(),
                locale: shop.file.shop.locale,
            })
            .collect(),
        timings: Timings { retry_gaps: vec![Duration::from_secs(1); 30], ..Timings::lifelike() },
        clock: Clock::machine(),
    })
    .await
}

/// The demo shops' pictures, from within the program.
#[must_use]
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

fn print_addresses(shops: &[DemoShop], settings: &Settings, sandbox: &RunningSandbox) {
    let seller = match &settings.model.name {
        Some(name) => format!("the model {name}, with the guided seller behind it"),
        None => "the guided seller (no model is set; TRATO_MODEL__BASE_URL sets one)".to_owned(),
    };
    println!();
    println!("  Trato is running. The seller is {seller}.");
    println!();
    println!("  Write as a shopper   {}", sandbox.base_url());
    println!("  Answer as the shop   {}inbox", settings.server.public_url);
    println!();
    for shop in shops {
        let login = login(&shop.file.shop.slug).map(|email| email.to_string()).unwrap_or_default();
        println!("    {:<24} {:<8} inbox login {login}", shop.file.shop.name, shop.file.shop.currency);
    }
    println!();
    println!("  The password of every inbox is {PASSWORD}. No money moves; nothing leaves this machine.");
    println!("  Stop with Ctrl-C.");
}
