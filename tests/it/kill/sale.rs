//! One sale and where it takes place: a database of its own, the sandbox, the street, servers as processes.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use secrecy::ExposeSecret as _;
use sqlx::PgPool;
use tokio::net::TcpListener;
use trato::app::rig::{RigPlan, Stage, two_free};
use trato::base::clock::Clock;
use trato::config::Settings;
use trato::postgres::connect::{PoolSettings, pool};
use trato::sandbox::control::handle::Control;
use trato::sandbox::settings::Timings;
use trato::testing::fresh_database_url;

use crate::kill::process::Process;
use crate::kill::street::{Street, Trap};
use crate::support::{Shopper, quick, shops, words};

/// Nothing in a sale takes longer: one answer may be interrupted by a kill at each of its five steps, and a busy
/// machine needs many seconds to go on after each.
const PATIENCE: Duration = Duration::from_mins(4);
const POLL: Duration = Duration::from_millis(15);

/// Who sells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seller {
    /// The model of [`crate::kill::model`].
    Model,
    /// The guided seller.
    Guided,
}

/// Where sales take place.
pub struct Scene {
    pub seller: Seller,
    pub servers: Vec<Arc<Process>>,
    pub street: Arc<Street>,
    pub pool: PgPool,
    stage: Stage,
}

impl Scene {
    /// A scene with so many servers on one database, all of them up.
    pub async fn set(seller: Seller, servers: usize, traps: Vec<Trap>) -> Self {
        Self::set_with(quick(), seller, servers, traps).await
    }

    /// A scene with these settings.
    pub async fn set_with(settings: Settings, seller: Seller, servers: usize, traps: Vec<Trap>) -> Self {
        let host = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let listener = TcpListener::bind((host, 0)).await.unwrap();
        let street_address = listener.local_addr().unwrap();
        let (sandbox, _) = two_free(host).unwrap();
        let database_url = fresh_database_url().await;
        let english = shops::all().into_iter().filter(|shop| shop.file.shop.locale.language().code() == "en");
        let plan = RigPlan {
            settings,
            database_url: database_url.clone().into(),
            app: street_address,
            sandbox,
            shops: english.collect(),
            timings: Timings { retry_gaps: vec![Duration::from_millis(100); 400], ..Timings::immediate() },
            media: Router::new(),
            clock: Clock::machine(),
        };
        let stage = Stage::set(&plan).await.unwrap();
        let process = |number: usize| {
            let (address, _) = two_free(host).unwrap();
            let world = format!("http://{street_address}/{number}");
            Arc::new(Process::new(address, environment(&stage.settings, &database_url, &world, seller)))
        };
        let servers: Vec<Arc<Process>> = (0..servers).map(process).collect();
        let street = Street::open(listener, format!("http://{sandbox}"), servers.clone(), traps);
        for server in &servers {
            server.start().await;
            server.until_ready().await;
        }
        let pool = pool(&database_url, PoolSettings { connections_max: 3, wait_seconds_max: 30 }).unwrap();
        Self { seller, servers, street, pool, stage }
    }

    /// The sandbox's levers.
    pub fn control(&self) -> Control {
        self.stage.sandbox.control()
    }

    /// Somebody new with a phone.
    pub fn shopper(&self) -> Shopper {
        Shopper::new(&self.control(), &self.stage.shops[0].phone_number_id, self.stage.merchants[0])
    }

    /// A whole sale.
    pub async fn sell_to(&self, shopper: &Shopper) {
        for said in ["hi there", "do you have a lantern?", "2 of the small", "PORCH15", "I want to pay"] {
            self.say(shopper, said).await;
        }
        if self.seller == Seller::Guided {
            self.until("a pay button to press", || shopper.choices().iter().any(|id| id.starts_with("pay:"))).await;
            let before = shopper.received().len();
            shopper.tap("pay:");
            self.until("an answer to the button", || shopper.received().len() > before).await;
        }
        self.until("a pay page", || shopper.has_pay_page()).await;
        let before = shopper.received().len();
        self.control().pay(&shopper.session()).unwrap();
        self.until("a receipt, and what comes next", || shopper.received().len() >= before + 2).await;
        self.say(shopper, "Sam Reed, 41 Elm Street, Austin, 78701").await;
        self.until_quiet().await;
    }

    /// Says something and waits for an answer.
    pub async fn say(&self, shopper: &Shopper, said: &str) {
        let before = shopper.received().len();
        shopper.write(said);
        self.until(said, || shopper.received().len() > before).await;
    }

    /// Waits until something holds.
    pub async fn until(&self, what: &str, holds: impl Fn() -> bool) {
        let started = Instant::now();
        while !holds() {
            let late = started.elapsed() > PATIENCE;
            assert!(!late, "it did not come to {what}: {}", self.told().await);
            tokio::time::sleep(POLL).await;
        }
    }

    /// Waits until nothing is unread, owed, running or queued.
    pub async fn until_quiet(&self) {
        let started = Instant::now();
        while self.count(UNSETTLED).await > 0 {
            assert!(started.elapsed() < PATIENCE, "it does not come to rest: {}", self.told().await);
            tokio::time::sleep(POLL).await;
        }
    }

    /// What a query counts.
    pub async fn count(&self, query: &'static str) -> i64 {
        sqlx::query_scalar(query).fetch_one(&self.pool).await.unwrap()
    }

    /// The state of things, for a test that failed.
    pub async fn told(&self) -> String {
        let rows: Vec<String> = sqlx::query_scalar(STATE).fetch_all(&self.pool).await.unwrap();
        format!("sprung {:?}, waiting {:?}\n{}", self.street.sprung(), self.street.waiting(), rows.join("\n"))
    }

    /// Looks at what these sales left behind. Whatever happened on the way, it is the same.
    pub async fn check(&self, shoppers: &[&Shopper]) {
        let sales = i64::try_from(shoppers.len()).unwrap();
        for (query, wanted) in LEFT_BY_ONE_SALE {
            let found = self.count(query).await;
            assert_eq!(found, wanted * sales, "`{query}`: {}", self.told().await);
        }
        for query in NEVER {
            assert_eq!(self.count(query).await, 0, "`{query}`: {}", self.told().await);
        }
        let dead = trato::queue::store::dead(&self.pool).await.unwrap();
        assert!(dead.is_empty(), "a job gave up: {dead:?}");
        let stock = "select stock::bigint from variants where sku = 'LAN-S'";
        assert_eq!(self.count(stock).await, 10 - 2 * sales, "stock is taken once");
        assert_eq!(self.control().sessions().len(), shoppers.len(), "one pay page each");
        for shopper in shoppers {
            self.check_phone(shopper).await;
        }
    }

    /// Every message of the outbox is on the phone once, and nothing else is.
    async fn check_phone(&self, shopper: &Shopper) {
        let mut on_phone: Vec<String> =
            shopper.received().into_iter().map(|entry| entry.callback_data.unwrap_or_default()).collect();
        let query = "select 'message_' || replace(o.id::text, '-', '') from outbox o
                     join conversations c on c.id = o.conversation_id where c.phone = $1";
        let shown = self.control().shopper(&shopper.phone, shopper.number).unwrap();
        let mut owed: Vec<String> =
            sqlx::query_scalar(query).bind(shown.phone).fetch_all(&self.pool).await.unwrap();
        on_phone.sort();
        owed.sort();
        assert_eq!(on_phone, owed, "{:#?}\n{}", shopper.texts(), self.told().await);
    }

    /// Stops everything.
    pub async fn strike(self) {
        for server in &self.servers {
            server.kill().await;
        }
        self.pool.close().await;
        self.stage.sandbox.stop().await;
    }
}

/// The words of everything on the phone, with what differs from sale to sale taken out.
pub fn dialogue(shopper: &Shopper) -> Vec<String> {
    shopper.received().iter().map(words).collect()
}

/// What is left to do.
const UNSETTLED: &str = "select (select count(*) from intake where read_at is null
        and kind in ('said', 'payment', 'report', 'staff_wrote'))
    + (select count(*) from outbox where state in ('owed', 'sending', 'unknown', 'sent'))
    + (select count(*) from turns where state = 'running')
    + (select count(*) from graphile_worker._private_jobs j where j.attempts < j.max_attempts)";

/// What one sale leaves.
const LEFT_BY_ONE_SALE: [(&str, i64); 5] = [
    ("select count(*) from orders where state = 'paid' and total_minor = 5109 and delivery is not null", 1),
    ("select count(*) from orders", 1),
    ("select count(*) from outbox where author = 'shop' and dedupe_key like 'receipt:%'", 1),
    ("select count(*) from outbox where author = 'shop'", 1),
    ("select count(*) from coupon_uses", 1),
];

/// What may never be.
const NEVER: [&str; 6] = [
    // An event that no turn answered, or two did.
    "select count(*) from intake i where kind in ('said', 'payment')
         and (select count(*) from turns t where i.seq = any(t.events)) <> 1",
    "select count(*) from turns where state <> 'replied'",
    // A turn that said nothing.
    "select count(*) from turns t where not exists (select from outbox o where o.turn_id = t.id)",
    "select count(*) from outbox where state not in ('delivered', 'read')",
    "select sum(reserved) from variants",
    "select count(*) from conversations where needs_person_since is not null or unread_since is not null",
];

const STATE: &str = "select concat_ws(' ', 'intake', seq, kind, external_id, 'read', read_at is not null, body->>'text') from intake
        where kind <> 'report' or read_at is null
    union all select concat_ws(' ', 'turn', id, state, events::text, error) from turns
    union all select concat_ws(' ', 'outbox', seq, dedupe_key, state, attempts, error, left(body->>'text', 300)) from outbox
    union all select concat_ws(' ', 'order', number, state, total_minor, session_id, delivery is not null) from orders
    union all select concat_ws(' ', 'job', id, key, attempts, max_attempts, locked_by, last_error)
        from graphile_worker._private_jobs
    union all select concat_ws(' ', 'person', needs_person_reason) from conversations where needs_person_since is not null";

/// The settings as a process reads them.
fn environment(
    settings: &Settings,
    database_url: &str,
    world: &str,
    seller: Seller,
) -> Vec<(&'static str, String)> {
    let secret = |secret: &Option<secrecy::SecretString>| secret.as_ref().unwrap().expose_secret().to_owned();
    let (workers, agent) = (&settings.workers, &settings.agent);
    let mut environment = vec![
        ("DATABASE_URL", database_url.to_owned()),
        ("TRATO_SERVER__LOG", "warn,trato=info".to_owned()),
        ("TRATO_SERVER__PUBLIC_URL", settings.server.public_url.to_string()),
        ("TRATO_DATABASE__CONNECTIONS_MAX", settings.database.connections_max.to_string()),
        ("TRATO_SECURITY__SEALING_KEYS", secret(&settings.security.sealing_keys)),
        ("TRATO_WHATSAPP__BASE_URL", format!("{world}/graph")),
        ("TRATO_WHATSAPP__CHAT_URL", settings.whatsapp.chat_url.to_string()),
        ("TRATO_WHATSAPP__APP_SECRETS", secret(&settings.whatsapp.app_secrets)),
        ("TRATO_WHATSAPP__VERIFY_TOKEN", secret(&settings.whatsapp.verify_token)),
        ("TRATO_STRIPE__BASE_URL", format!("{world}/stripe")),
        ("TRATO_AGENT__QUIET_MS", agent.quiet_ms.to_string()),
        ("TRATO_AGENT__WAIT_MS_MAX", agent.wait_ms_max.to_string()),
        ("TRATO_WORKERS__POLL_MS", workers.poll_ms.to_string()),
        ("TRATO_WORKERS__HEARTBEAT_MS", workers.heartbeat_ms.to_string()),
        ("TRATO_WORKERS__DEAD_AFTER_MS", workers.dead_after_ms.to_string()),
        ("TRATO_WORKERS__UNKNOWN_SECONDS", workers.unknown_seconds.to_string()),
        ("TRATO_WORKERS__ORDER_SWEEP_SECONDS", workers.order_sweep_seconds.to_string()),
        ("TRATO_WORKERS__TURNS", workers.turns.to_string()),
        ("TRATO_WORKERS__DELIVERIES", workers.deliveries.to_string()),
    ];
    if seller == Seller::Model {
        environment.push(("TRATO_MODEL__BASE_URL", format!("{world}/model/v1")));
        environment.push(("TRATO_MODEL__NAME", "lantern-1".to_owned()));
        environment.push(("TRATO_MODEL__API_KEY", "sk-of-the-test".to_owned()));
    }
    environment
}
