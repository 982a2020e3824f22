//! A rig per test: a fresh database, the sandbox, the server, three small shops; and a shopper who writes and reads.

pub mod hooks;
pub mod model;
pub mod shops;
pub mod staff;

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use serde_json::Value;
use sqlx::PgPool;
use trato::app::rig::{Rig, RigPlan, RigShop};
use trato::app::serve::{Given, Server};
use trato::base::clock::Clock;
use trato::base::ids::MerchantId;
use trato::config::Settings;
use trato::postgres::connect::{PoolSettings, pool};
use trato::sandbox::control::handle::Control;
use trato::sandbox::faults::{Fault, FaultRule, Service};
use trato::sandbox::phone::chat::{ChatEntry, Content};
use trato::sandbox::phone::shopper::ShopperNumber;
use trato::sandbox::settings::Timings;
use trato::sandbox::webhooks::postman::Fate;
use trato::testing::fresh_database_url;

use crate::support::model::FakeModel;

/// Nothing in a test takes longer; a wait that does has failed.
pub const PATIENCE: Duration = Duration::from_mins(2);
const POLL: Duration = Duration::from_millis(15);

/// A rig on a database of its own.
pub struct World {
    /// The server, the sandbox, the shops.
    pub rig: Rig,
    /// Connections of the test's own, for looking at what is stored.
    pub pool: PgPool,
    /// The database's address, for a second server.
    pub database_url: String,
}

/// Settings that answer at once.
pub fn quick() -> Settings {
    let mut settings = Settings::default();
    settings.security.sealing_keys = Some("1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=".into());
    settings.agent.quiet_ms = 0;
    settings.agent.wait_ms_max = 0;
    settings.workers.poll_ms = 20;
    settings.workers.heartbeat_ms = 200;
    settings.workers.dead_after_ms = 1000;
    settings.workers.unknown_seconds = 2;
    settings.workers.order_sweep_seconds = 1;
    settings.workers.turns = 8;
    settings.workers.deliveries = 8;
    settings.database.connections_max = 20;
    settings
}

impl World {
    /// A rig with all three shops and settings that answer at once.
    pub async fn start() -> Self {
        Self::with(quick()).await
    }

    /// A rig with these settings.
    pub async fn with(settings: Settings) -> Self {
        Self::on(fresh_database_url().await, settings).await
    }

    /// A rig on this database, whose schema is laid.
    pub async fn on(database_url: String, settings: Settings) -> Self {
        Self::of(database_url, settings, Timings::immediate(), shops::all()).await
    }

    /// The same, with Meta and Stripe as quick and as patient as this.
    pub async fn timed(database_url: String, settings: Settings, timings: Timings) -> Self {
        Self::of(database_url, settings, timings, shops::all()).await
    }

    /// A rig with other shops than the usual three.
    pub async fn selling(shops: Vec<RigShop>) -> Self {
        Self::of(fresh_database_url().await, quick(), Timings::immediate(), shops).await
    }

    /// Likewise, with a model that answers by a test's script.
    pub async fn selling_by(model: &FakeModel, shops: Vec<RigShop>) -> Self {
        Self::of(fresh_database_url().await, model.serving(quick()), Timings::immediate(), shops).await
    }

    async fn of(database_url: String, settings: Settings, timings: Timings, shops: Vec<RigShop>) -> Self {
        let (app, sandbox) = (free_address(), free_address());
        let rig = Rig::start(RigPlan {
            settings,
            database_url: database_url.clone().into(),
            app,
            sandbox,
            shops,
            timings,
            media: Router::new(),
            clock: Clock::machine(),
        })
        .await
        .unwrap();
        let limits = PoolSettings { connections_max: 3, wait_seconds_max: 30 };
        let pool = pool(&database_url, limits).unwrap();
        Self { rig, pool, database_url }
    }

    /// A rig whose model answers by a test's script.
    pub async fn with_model(model: &FakeModel) -> Self {
        Self::with(model.serving(quick())).await
    }

    /// The server is stopped, and another one started in its place.
    pub async fn restarted(self) -> Self {
        let Rig { server, sandbox, settings, shops, merchants } = self.rig;
        server.stop().await;
        let server = Server::start(&settings, given(&self.database_url)).await.unwrap();
        Self { rig: Rig { server, sandbox, settings, shops, merchants }, ..self }
    }

    /// A second server on the same database, listening elsewhere.
    pub async fn second_server(&self) -> Server {
        let mut settings = self.rig.settings.clone();
        settings.server.bind = free_address();
        Server::start(&settings, given(&self.database_url)).await.unwrap()
    }

    /// The sandbox's levers.
    pub fn control(&self) -> Control {
        self.rig.sandbox.control()
    }

    /// Somebody who writes to the shop in this language: `en`, `es` or `pt`.
    pub fn shopper(&self, language: &str) -> Shopper {
        let place = self.rig.shops.iter().position(|shop| shop.file.shop.locale.language().code() == language);
        let place = place.expect("a shop in this language");
        Shopper::new(&self.control(), &self.rig.shops[place].phone_number_id, self.rig.merchants[place])
    }

    /// Somebody who writes to the shop at this place.
    pub fn shopper_of(&self, place: usize) -> Shopper {
        Shopper::new(&self.control(), &self.rig.shops[place].phone_number_id, self.rig.merchants[place])
    }

    /// Waits until the query counts as much as is wanted.
    pub async fn until_count(&self, wanted: i64, query: &'static str) {
        let started = Instant::now();
        loop {
            let count: i64 = sqlx::query_scalar(query).fetch_one(&self.pool).await.unwrap();
            if count == wanted {
                return;
            }
            assert!(started.elapsed() < PATIENCE, "`{query}` counts {count}, not {wanted}");
            tokio::time::sleep(POLL).await;
        }
    }

    /// Changes something behind the server's back.
    pub async fn change(&self, statement: &'static str) -> u64 {
        sqlx::query(statement).execute(&self.pool).await.unwrap().rows_affected()
    }

    /// What a query counts now.
    pub async fn count(&self, query: &'static str) -> i64 {
        sqlx::query_scalar(query).fetch_one(&self.pool).await.unwrap()
    }

    /// Waits until everything that was heard is answered and everything owed has left.
    pub async fn until_calm(&self) {
        self.until_count(0, "select count(*) from intake where read_at is null and kind in ('said', 'payment')")
            .await;
        self.until_count(0, "select count(*) from outbox where state in ('owed', 'sending', 'unknown')").await;
        self.until_count(0, "select count(*) from turns where state = 'running'").await;
    }

    /// The shopper pays, and none of Stripe's webhooks comes. Gives the event that would have said so.
    pub async fn pays_unheard(&self, shopper: &Shopper) -> Value {
        self.control().add_fault(FaultRule::times(Fault::WebhookLost { service: Service::Stripe }, 100));
        self.control().pay(&shopper.session()).unwrap();
        let started = Instant::now();
        loop {
            let webhooks = self.control().webhooks();
            let lost = webhooks.iter().rev().find(|webhook| webhook.kind == "checkout.session.completed");
            if let Some(lost) = lost.filter(|webhook| webhook.fate == Fate::Lost) {
                self.control().clear_faults();
                return serde_json::from_str(&lost.body).unwrap();
            }
            assert!(started.elapsed() < PATIENCE, "{webhooks:#?}");
            tokio::time::sleep(POLL).await;
        }
    }

    /// Stops everything, after seeing that nothing is left behind: no event unread, no message owed, no job stuck.
    pub async fn stop_with_nothing_left(self) {
        let unread = "select count(*) from intake where read_at is null and kind in ('said', 'payment', 'report')";
        self.until_count(0, unread).await;
        self.until_count(0, "select count(*) from outbox where state in ('owed', 'sending', 'unknown')").await;
        self.until_count(0, "select count(*) from turns where state = 'running'").await;
        // One whose place a newer one took is not among them, even if its worker died over it: what it did not
        // finish, the newer one does.
        let dead = "select count(*) from graphile_worker._private_jobs j where attempts >= max_attempts
                    and not exists (select from graphile_worker._private_job_retirements r where r.id = j.id)";
        self.until_count(0, dead).await;
        self.stop().await;
    }

    /// Stops everything.
    pub async fn stop(self) {
        self.pool.close().await;
        self.rig.stop().await;
    }
}

/// An address nobody listens on, below those that outgoing connections are given.
pub fn free_address() -> SocketAddr {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 10_000 + u16::try_from(std::process::id() % 200).unwrap() * 100;
    loop {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, first + NEXT.fetch_add(1, Ordering::SeqCst)));
        if TcpListener::bind(address).is_ok() {
            return address;
        }
    }
}

fn given(database_url: &str) -> Given {
    Given { database_url: database_url.into(), media: Router::new(), clock: Clock::machine() }
}

/// Somebody with a phone.
pub struct Shopper {
    control: Control,
    /// The shop's number.
    pub phone: String,
    /// Their own.
    pub number: ShopperNumber,
    /// The shop.
    pub merchant: MerchantId,
}

impl Shopper {
    /// Somebody new who writes to this number.
    pub fn new(control: &Control, phone: &str, merchant: MerchantId) -> Self {
        let number = control.new_shopper(phone).unwrap().number;
        Self { control: control.clone(), phone: phone.to_owned(), number, merchant }
    }

    /// Writes, waits for the answer, and returns what came since.
    pub async fn say(&self, words: &str) -> Vec<ChatEntry> {
        let before = self.received().len();
        self.write(words);
        self.answers_after(before, words).await
    }

    /// Writes and does not wait.
    pub fn write(&self, words: &str) {
        self.control.say(&self.phone, self.number, words).unwrap();
    }

    /// Presses a button or row, waits for the answer, and returns what came since.
    pub async fn press(&self, choice: &str) -> Vec<ChatEntry> {
        let before = self.received().len();
        self.control.press(&self.phone, self.number, choice).unwrap();
        self.answers_after(before, choice).await
    }

    /// Presses the newest button whose id begins so.
    pub async fn press_starting(&self, prefix: &str) -> Vec<ChatEntry> {
        let choice = self.choices().into_iter().rev().find(|id| id.starts_with(prefix));
        self.press(&choice.unwrap_or_else(|| panic!("nothing to press begins with {prefix}: {:#?}", self.texts())))
            .await
    }

    /// Presses the newest button whose id begins so, and does not wait.
    pub fn tap(&self, prefix: &str) {
        let choice = self.choices().into_iter().rev().find(|id| id.starts_with(prefix));
        let choice = choice.unwrap_or_else(|| panic!("nothing begins with {prefix}: {:#?}", self.texts()));
        self.control.press(&self.phone, self.number, &choice).unwrap();
    }

    /// Whether a pay button has come.
    pub fn has_pay_page(&self) -> bool {
        self.received().iter().any(|entry| matches!(entry.content, Content::Link { .. }))
    }

    /// Everything the shop sent, in order.
    pub fn received(&self) -> Vec<ChatEntry> {
        self.control.received(&self.phone, self.number).unwrap()
    }

    /// The words of everything the shop sent.
    pub fn texts(&self) -> Vec<String> {
        self.received().iter().map(words).collect()
    }

    /// Waits until the shop has sent something that holds these words.
    pub async fn until_told(&self, part: &str) -> String {
        let started = Instant::now();
        loop {
            if let Some(text) = self.texts().into_iter().find(|text| text.contains(part)) {
                return text;
            }
            assert!(started.elapsed() < PATIENCE, "nothing says {part:?}: {:#?}", self.texts());
            tokio::time::sleep(POLL).await;
        }
    }

    /// Waits until the shop has sent so many messages.
    pub async fn until_received(&self, count: usize) -> Vec<ChatEntry> {
        let started = Instant::now();
        loop {
            let received = self.received();
            if received.len() >= count {
                return received;
            }
            assert!(started.elapsed() < PATIENCE, "only {} of {count}: {:#?}", received.len(), self.texts());
            tokio::time::sleep(POLL).await;
        }
    }

    /// The pay session behind the newest pay button.
    pub fn session(&self) -> String {
        let url = self.received().into_iter().rev().find_map(|entry| match entry.content {
            Content::Link { url, .. } => Some(url),
            _ => None,
        });
        let url = url.unwrap_or_else(|| panic!("no pay button came: {:#?}", self.texts()));
        let session = url.split('/').find(|part| part.starts_with("cs_")).expect("a session in the link");
        session.split(['#', '?']).next().unwrap_or_default().to_owned()
    }

    /// Ids of everything that can be pressed, oldest first.
    pub fn choices(&self) -> Vec<String> {
        self.received().into_iter().flat_map(|entry| choices(entry.content)).collect()
    }

    async fn answers_after(&self, before: usize, said: &str) -> Vec<ChatEntry> {
        let started = Instant::now();
        loop {
            let received = self.received();
            if received.len() > before {
                return received[before..].to_vec();
            }
            assert!(started.elapsed() < PATIENCE, "no answer to {said:?} after: {:#?}", self.texts());
            tokio::time::sleep(POLL).await;
        }
    }
}

/// The words of a message.
pub fn words(entry: &ChatEntry) -> String {
    match &entry.content {
        Content::Text { body }
        | Content::Buttons { body, .. }
        | Content::List { body, .. }
        | Content::Link { body, .. } => body.clone(),
        Content::Picture { caption, .. } => caption.clone().unwrap_or_default(),
        _ => String::new(),
    }
}

fn choices(content: Content) -> Vec<String> {
    match content {
        Content::Buttons { buttons, .. } => buttons.into_iter().map(|button| button.id).collect(),
        Content::List { sections, .. } => {
            sections.into_iter().flat_map(|section| section.rows).map(|row| row.id).collect()
        }
        _ => Vec::new(),
    }
}
