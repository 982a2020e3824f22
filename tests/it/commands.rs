//! The command line as a process of its own, against the sandbox.

use std::path::PathBuf;
use std::process::{Output, Stdio};

use secrecy::ExposeSecret as _;
use sqlx::PgPool;
use tokio::process::Command;
use trato::config::Settings;
use trato::postgres::connect::{PoolSettings, pool};
use trato::postgres::databases::{drop_database, keep_database};
use trato::testing::fresh_database_url;

use crate::support::World;

/// The settings as a process reads them, and changes to them.
pub struct Terminal {
    settings: Vec<(&'static str, String)>,
}

impl Terminal {
    /// Everything as the world's own server has it.
    pub fn of(world: &World) -> Self {
        let Settings { server, security, whatsapp, stripe, .. } = &world.rig.settings;
        let secret = |secret: &Option<secrecy::SecretString>| secret.as_ref().unwrap().expose_secret().to_owned();
        Self {
            settings: vec![
                ("DATABASE_URL", world.database_url.clone()),
                ("TRATO_SERVER__PUBLIC_URL", server.public_url.to_string()),
                ("TRATO_SECURITY__SEALING_KEYS", secret(&security.sealing_keys)),
                ("TRATO_WHATSAPP__BASE_URL", whatsapp.base_url.to_string()),
                ("TRATO_WHATSAPP__APP_SECRETS", secret(&whatsapp.app_secrets)),
                ("TRATO_WHATSAPP__VERIFY_TOKEN", secret(&whatsapp.verify_token)),
                ("TRATO_STRIPE__BASE_URL", stripe.base_url.to_string()),
            ],
        }
    }

    /// The same with one setting changed; an empty one is taken out.
    fn but(mut self, name: &'static str, value: &str) -> Self {
        self.settings.retain(|(known, _)| *known != name);
        if !value.is_empty() {
            self.settings.push((name, value.to_owned()));
        }
        self
    }

    /// The same with one setting more.
    pub fn also(self, name: &'static str, value: &str) -> Self {
        self.but(name, value)
    }

    /// Runs a command to its end.
    #[expect(clippy::disallowed_methods, reason = "the program is started as a person would start it")]
    pub async fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_trato"));
        command.env_clear().envs(std::env::vars().filter(|(name, _)| !name.starts_with("TRATO_")));
        command.env_remove("DATABASE_URL").envs(self.settings.iter().cloned());
        command.current_dir(env!("CARGO_TARGET_TMPDIR")).stdin(Stdio::null()).kill_on_drop(true);
        command.args(arguments).output().await.unwrap()
    }

    /// What the doctor says, and whether nothing is wrong.
    async fn doctor(&self) -> (bool, String) {
        let output = self.run(&["doctor"]).await;
        (output.status.success(), String::from_utf8(output.stdout).unwrap())
    }

    /// What the doctor says of one thing.
    async fn of_what(&self, what: &str) -> (bool, String) {
        let (fine, said) = self.doctor().await;
        let line = said.lines().find(|line| line.get(6..).is_some_and(|rest| rest.starts_with(what)));
        (fine, line.unwrap_or_else(|| panic!("nothing about {what}: {said}")).to_owned())
    }
}

/// A file of this test run's own.
pub fn file(name: &str, content: &str) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{name}", std::process::id()));
    std::fs::write(&path, content).unwrap();
    path.display().to_string()
}

/// All that a command wrote.
pub fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_doctor_finds_nothing_wrong_where_nothing_is() {
    let world = World::start().await;
    let (fine, said) = Terminal::of(&world).doctor().await;
    assert!(fine && said.contains("Nothing is wrong."), "{said}");
    for right in ["database", "extensions", "schema", "porch: Stripe", "porch: WhatsApp", "mercado: WhatsApp"] {
        assert!(said.contains(&format!("ok    {right}")), "{right}: {said}");
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_doctor_names_what_is_wrong_and_how_to_mend_it() {
    let world = World::start().await;
    let table = [
        ("TRATO_SECURITY__SEALING_KEYS", "", "sealing keys", "openssl rand -base64 32"),
        ("TRATO_SECURITY__SEALING_KEYS", "1:c2hvcnQ=", "sealing keys", "32 bytes"),
        (
            "TRATO_SECURITY__SEALING_KEYS",
            "7:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
            "porch: Stripe",
            "sealing key",
        ),
        ("TRATO_WHATSAPP__APP_SECRETS", "", "WhatsApp app secret", "App Dashboard"),
        ("DATABASE_URL", "postgres://nobody@127.0.0.1:9/nothing", "database", "DATABASE_URL"),
        ("TRATO_STRIPE__BASE_URL", "http://127.0.0.1:9", "porch: Stripe", "was not reached"),
        ("TRATO_WHATSAPP__BASE_URL", "http://127.0.0.1:9", "porch: WhatsApp", "not reached"),
        ("TRATO_SERVER__PROFILE", "production", "public address", "https"),
    ];
    for (name, value, what, mended_by) in table {
        let (fine, line) = Terminal::of(&world).but(name, value).of_what(what).await;
        assert!(!fine && line.starts_with("BAD ") && line.contains(mended_by), "{name}={value}: {line}");
    }
    let model = Terminal::of(&world).but("TRATO_MODEL__BASE_URL", "http://127.0.0.1:9/v1");
    let (fine, line) = model.but("TRATO_MODEL__NAME", "nobody").of_what("model").await;
    assert!(!fine && line.starts_with("BAD ") && line.contains("nobody at http://127.0.0.1:9/v1"), "{line}");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_that_take_no_payments_are_refused_and_live_ones_are_pointed_out() {
    let world = World::start().await;
    let terminal = Terminal::of(&world);
    let shop = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/samples/porch/shop.toml");
    let text = std::fs::read_to_string(shop).unwrap().replace("slug = \"porch\"", "slug = \"attic\"");
    let (shop, hook) = (file("attic.toml", &text), file("hook", "whsec_0123456789abcdef0123"));
    let (token, bad_hook) = (file("token", "EAAattic"), file("bad-hook", "sk_test_0123456789abcdef0123"));
    let add = async |key: &str, hook: &str| {
        let number = ["--whatsapp-phone-number-id", "19990", "--whatsapp-number", "+1 555 010 0199"];
        let mut arguments = vec!["merchant", "add", "--file", &shop, "--whatsapp-token-file", &token];
        arguments.extend(number);
        arguments.extend(["--stripe-key-file", key, "--stripe-webhook-secret-file", hook]);
        terminal.run(&arguments).await
    };
    let publishable = file("pk", "pk_live_0123456789abcdef0123");
    let live = file("live", "sk_live_0123456789abcdef0123");
    for (key, hook, why) in [(&publishable, &hook, "publishable key"), (&live, &bad_hook, "whsec_")] {
        let refused = add(key, hook).await;
        assert!(!refused.status.success() && said(&refused).contains(why), "{}", said(&refused));
        assert_eq!(world.count("select count(*) from merchants where slug = 'attic'").await, 0, "nothing is left");
        assert_eq!(world.count("select count(*) from channels where external_id = '19990'").await, 0);
    }
    let added = add(&live, &hook).await;
    assert!(added.status.success() && said(&added).contains("hooks/stripe/attic"), "{}", said(&added));
    // Stripe knows the key, and it would charge real cards.
    let account = trato::sandbox::settings::SandboxStripeAccount {
        merchant_path: "attic".to_owned(),
        api_key: "sk_live_0123456789abcdef0123".to_owned(),
        webhook_secret: "whsec_0123456789abcdef0123".to_owned(),
        shop_name: "Attic".to_owned(),
        locale: "en-US".parse().unwrap(),
    };
    world.control().add_stripe_account(account);
    let (_, stripe) = terminal.of_what("attic: Stripe").await;
    assert!(stripe.starts_with("warn") && stripe.contains("real cards"), "{stripe}");
    let (fine, whatsapp) = terminal.of_what("attic: WhatsApp").await;
    assert!(!fine && whatsapp.starts_with("BAD "), "Meta does not know its number: {whatsapp}");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn credentials_are_sealed_anew_while_the_shop_sells() {
    const NEW: &str = "2:YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWY=";
    let world = World::start().await;
    let old = world.rig.settings.security.sealing_keys.as_ref().unwrap().expose_secret().to_owned();
    let both = Terminal::of(&world).but("TRATO_SECURITY__SEALING_KEYS", &format!("{NEW},{old}"));
    let done = both.run(&["merchant", "reseal"]).await;
    assert!(
        done.status.success() && said(&done).contains("3 WhatsApp tokens, 3 Stripe accounts"),
        "{}",
        said(&done)
    );
    let (fine, told) = Terminal::of(&world).but("TRATO_SECURITY__SEALING_KEYS", NEW).doctor().await;
    assert!(fine, "{told}");
    let (fine, _) = Terminal::of(&world).doctor().await;
    assert!(!fine, "the old key alone opens nothing any more");
    world.stop().await;
}

/// A table that nobody but us knows of.
async fn bury(pool: &PgPool) {
    sqlx::query("create table treasure as select 'gold' as what").execute(pool).await.unwrap();
}

async fn is_buried(pool: &PgPool) -> bool {
    sqlx::query_scalar("select to_regclass('treasure') is not null").fetch_one(pool).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_demo_leaves_the_database_that_it_is_told_of_alone_and_empties_only_its_own() {
    let limits = PoolSettings { connections_max: 2, wait_seconds_max: 30 };
    let given = fresh_database_url().await;
    let theirs = pool(&given, limits).unwrap();
    bury(&theirs).await;
    // As another program's migrations look, or those of another version.
    sqlx::query("update _sqlx_migrations set checksum = '\\x00'").execute(&theirs).await.unwrap();
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("demo-{}", std::process::id()));
    let told = vec![("DATABASE_URL", given.clone()), ("TRATO_DATABASE__DATA_DIR", folder.display().to_string())];
    let terminal = Terminal { settings: told };
    let demo = async |more: &[&str]| {
        let arguments = [&["demo", "--bind", "127.0.0.1:0", "--first-answer"], more].concat();
        let output = terminal.run(&arguments).await;
        let said = said(&output);
        assert!(output.status.success() && said.contains("is answered"), "{said}");
        let name =
            said.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').find(|w| w.starts_with("trato_demo_"));
        name.unwrap_or_else(|| panic!("it does not name its database: {said}")).to_owned()
    };
    let name = demo(&[]).await;
    let own = pool(&keep_database(&given, &name).await.unwrap(), limits).unwrap();
    bury(&own).await;
    assert_eq!(demo(&[]).await, name, "it is kept from one start to the next");
    assert!(is_buried(&own).await);
    assert_eq!(demo(&["--fresh"]).await, name);
    assert!(!is_buried(&own).await, "its own is emptied");
    assert!(is_buried(&theirs).await, "the other is not");
    let shops: i64 = sqlx::query_scalar("select count(*) from merchants").fetch_one(&theirs).await.unwrap();
    assert_eq!(shops, 0, "no demo shop is set up there");
    own.close().await;
    drop_database(&given, &name).await.unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
}
