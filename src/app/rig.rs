//! A rig: a whole server on a database, with the sandbox where Meta and Stripe would be, and shops set up.
//!
//! The demo, the evals and the tests of whole flows all stand on it. The server is the real one and reaches the
//! sandbox over HTTP by the same clients that reach Meta and Stripe.

use std::net::SocketAddr;

use anyhow::Context as _;
use axum::Router;
use secrecy::SecretString;
use sqlx::PgPool;

use crate::app::merchant::{Connections, connect, set_up};
use crate::app::serve::{Given, Server, merchants, open_pool};
use crate::base::clock::Clock;
use crate::base::ids::MerchantId;
use crate::base::store::Scope;
use crate::catalog::import::{ImportOptions, ShopDefaults, Upload, run_import};
use crate::config::Settings;
use crate::merchants::shop_file::ShopFile;
use crate::merchants::store::Merchants;
use crate::sandbox::settings::{SandboxNumber, SandboxSettings, SandboxStripeAccount, Timings};
use crate::sandbox::{RunningSandbox, Sandbox};

/// The secret that the sandbox signs WhatsApp's webhooks with.
pub const APP_SECRET: &str = "rig-app-secret";
/// The word the sandbox verifies the webhook with.
pub const VERIFY_TOKEN: &str = "rig-verify-token";
/// The secret that the sandbox signs Stripe's webhooks with.
pub const WEBHOOK_SECRET: &str = "whsec_rigRIGrigRIGrigRIGrig";

/// A shop of a rig.
#[derive(Clone, Debug)]
pub struct RigShop {
    /// What the shop is.
    pub file: ShopFile,
    /// Its catalog, as a file.
    pub products: Vec<u8>,
    /// WhatsApp's id of its number.
    pub phone_number_id: String,
    /// The number as people read it.
    pub display_number: String,
}

impl RigShop {
    /// The shop at this place among the rig's shops; numbers and keys are made from the place.
    #[must_use]
    pub fn new(place: usize, file: ShopFile, products: Vec<u8>) -> Self {
        Self {
            file,
            products,
            phone_number_id: format!("10000000000{:04}", place + 1),
            display_number: format!("+1 555 010 {:04}", place + 1),
        }
    }

    fn token(&self) -> String {
        format!("rig-token-{}", self.phone_number_id)
    }

    fn api_key(&self) -> String {
        format!("sk_test_rig{}", self.phone_number_id)
    }
}

/// Where a rig listens, and what it is made of.
pub struct RigPlan {
    /// Settings to start from; what points at Meta and Stripe is changed.
    pub settings: Settings,
    /// The database; its schema must be laid.
    pub database_url: SecretString,
    /// Where the server listens; not port 0, because the sandbox must know it.
    pub app: SocketAddr,
    /// Where the sandbox listens.
    pub sandbox: SocketAddr,
    /// The shops.
    pub shops: Vec<RigShop>,
    /// How long the sandbox's webhooks take.
    pub timings: Timings,
    /// Pictures.
    pub media: Router,
    /// The time, for both.
    pub clock: Clock,
}

/// A rig without its server: the shops are set up and the sandbox runs.
pub struct Stage {
    /// The sandbox.
    pub sandbox: RunningSandbox,
    /// The settings a server is to run with.
    pub settings: Settings,
    /// The shops, in the order of the plan.
    pub shops: Vec<RigShop>,
    /// Their ids, in the same order.
    pub merchants: Vec<MerchantId>,
}

impl Stage {
    /// Sets the shops up and starts the sandbox. For whoever runs the server as a process of its own.
    ///
    /// # Errors
    /// When a shop cannot be set up, an address is taken, or the database does not answer.
    pub async fn set(plan: &RigPlan) -> anyhow::Result<Self> {
        let settings = pointed_at_sandbox(plan.settings.clone(), plan.app, plan.sandbox)?;
        let pool = open_pool(&settings, &plan.database_url)?;
        let stores = merchants(&settings, &pool)?;
        let mut ids = Vec::new();
        for shop in &plan.shops {
            let named = || format!("setting up {}", shop.file.shop.name);
            ids.push(set_up_shop(&stores, &pool, shop).await.with_context(named)?);
        }
        pool.close().await;
        let (timings, clock) = (plan.timings.clone(), plan.clock.clone());
        let sandbox = start_sandbox(&plan.shops, plan.app, plan.sandbox, timings, clock).await?;
        Ok(Self { sandbox, settings, shops: plan.shops.clone(), merchants: ids })
    }
}

/// A rig that runs.
pub struct Rig {
    /// The server.
    pub server: Server,
    /// The sandbox.
    pub sandbox: RunningSandbox,
    /// The settings the server runs with; another server with the same ones shares its work.
    pub settings: Settings,
    /// The shops, in the order of the plan.
    pub shops: Vec<RigShop>,
    /// Their ids, in the same order.
    pub merchants: Vec<MerchantId>,
}

impl Rig {
    /// Sets the shops up and starts sandbox and server.
    ///
    /// # Errors
    /// When a shop cannot be set up, an address is taken, or the database does not answer.
    pub async fn start(plan: RigPlan) -> anyhow::Result<Self> {
        let Stage { sandbox, settings, shops, merchants } = Stage::set(&plan).await?;
        let given = Given { database_url: plan.database_url, media: plan.media, clock: plan.clock };
        let server = Box::pin(Server::start(&settings, given)).await?;
        Ok(Self { server, sandbox, settings, shops, merchants })
    }

    /// Stops the server, then the sandbox.
    pub async fn stop(self) {
        self.server.stop().await;
        self.sandbox.stop().await;
    }
}

/// The same settings with the sandbox where Meta and Stripe would be.
fn pointed_at_sandbox(settings: Settings, app: SocketAddr, sandbox: SocketAddr) -> anyhow::Result<Settings> {
    let mut settings = settings;
    let outside = format!("http://{sandbox}");
    settings.server.bind = app;
    settings.server.public_url = format!("http://{app}").parse()?;
    settings.whatsapp.base_url = outside.parse()?;
    settings.whatsapp.chat_url = format!("{outside}/chat").parse()?;
    settings.whatsapp.app_secrets = Some(APP_SECRET.into());
    settings.whatsapp.verify_token = Some(VERIFY_TOKEN.into());
    settings.stripe.base_url = outside.parse()?;
    Ok(settings)
}

async fn set_up_shop(merchants: &Merchants, pool: &PgPool, shop: &RigShop) -> anyhow::Result<MerchantId> {
    let connections = Connections {
        whatsapp: Some((shop.phone_number_id.clone(), shop.display_number.clone(), shop.token().into())),
        stripe: Some((shop.api_key().into(), vec![WEBHOOK_SECRET.into()])),
    };
    let credentials = connections.read()?;
    let id = set_up(merchants, |id| Scope::new(pool.clone(), id), &shop.file).await?;
    connect(merchants, id, &credentials).await?;
    let new = &shop.file.shop;
    let defaults = ShopDefaults { currency: new.currency, language: new.locale.language(), today: None };
    let upload = Upload { name: "products.csv", bytes: &shop.products };
    let scope = Scope::new(pool.clone(), id);
    let report = run_import(&scope, defaults, upload, ImportOptions::default(), &|_| {}).await?;
    anyhow::ensure!(report.reading.refused_rows == 0, "its catalog has refused rows:\n{report}");
    Ok(id)
}

async fn start_sandbox(
    shops: &[RigShop],
    app: SocketAddr,
    bind: SocketAddr,
    timings: Timings,
    clock: Clock,
) -> anyhow::Result<RunningSandbox> {
    let number = |shop: &RigShop| SandboxNumber {
        phone_number_id: shop.phone_number_id.clone(),
        display_number: shop.display_number.clone(),
        shop_name: shop.file.shop.name.clone(),
        access_token: shop.token(),
        locale: shop.file.shop.locale,
        shop_slug: shop.file.shop.slug.to_string(),
    };
    let account = |shop: &RigShop| SandboxStripeAccount {
        merchant_path: shop.file.shop.slug.to_string(),
        api_key: shop.api_key(),
        webhook_secret: WEBHOOK_SECRET.to_owned(),
        shop_name: shop.file.shop.name.clone(),
        locale: shop.file.shop.locale,
    };
    Sandbox::start(SandboxSettings {
        bind,
        public_base_url: None,
        app_url: format!("http://{app}"),
        whatsapp_app_secret: APP_SECRET.to_owned(),
        phones: shops.iter().map(number).collect(),
        stripe_accounts: shops.iter().map(account).collect(),
        timings,
        clock,
    })
    .await
}

/// Two addresses on this host that were free a moment ago.
///
/// # Errors
/// When there are none.
pub fn two_free(host: std::net::IpAddr) -> anyhow::Result<(SocketAddr, SocketAddr)> {
    let free = || std::net::TcpListener::bind((host, 0)).context("there is no free port");
    let (one, other) = (free()?, free()?);
    Ok((one.local_addr()?, other.local_addr()?))
}
