//! 10. No card data, ever.

use std::io::Write;
use std::sync::{Arc, Mutex};

use sqlx::AssertSqlSafe;
use tracing_subscriber::fmt::MakeWriter;

use crate::support::World;
use crate::support::model::{FakeModel, Question, calls, says};

const CARDS: [&str; 4] =
    ["4000 0566 5566 5556", "4000-0566-5566-5556", "4000056655665556", "mi tarjeta:4000056655665556,cvv 123"];
const DIGITS: &str = "4000056655665556";

/// Everything that is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// The text with all that may stand between the digits of a card taken out.
fn bare(text: &str) -> String {
    text.chars().filter(|letter| !matches!(letter, ' ' | '-' | '.')).collect()
}

/// The columns of any table that hold the number.
async fn found_in(world: &World) -> Vec<String> {
    let columns: Vec<(String, String)> = sqlx::query_as(
        "select quote_ident(table_schema) || '.' || quote_ident(table_name), quote_ident(column_name)
         from information_schema.columns join information_schema.tables using (table_schema, table_name)
         where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'",
    )
    .fetch_all(&world.pool)
    .await
    .unwrap();
    assert!(columns.len() > 100, "the whole schema is searched: {}", columns.len());
    let mut found = Vec::new();
    for (table, column) in columns {
        let search = format!("select count(*) from {table} where translate({column}::text, ' .-', '') like $1");
        let rows: i64 = sqlx::query_scalar(AssertSqlSafe(search))
            .bind(format!("%{DIGITS}%"))
            .fetch_one(&world.pool)
            .await
            .unwrap();
        if rows > 0 {
            found.push(format!("{table}.{column}"));
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pasted_card_number_is_nowhere_in_the_database_the_log_or_the_models_requests() {
    let log = Log::default();
    let filter = "debug,trato=trace,hyper=info,hyper_util=info";
    let listening = tracing_subscriber::fmt().with_env_filter(filter).with_writer(log.clone()).try_init();
    assert!(listening.is_ok(), "nobody else listens to the log in these tests");
    let script = |question: &Question| match question.results().len() {
        0 if question.said().contains("address") => calls(
            "save_delivery_details",
            serde_json::json!({
                "name": question.said(), "address": question.said(), "city": "Austin", "postal_code": null,
                "note": question.said(),
            }),
        ),
        0 if question.said().contains("person") => {
            calls("hand_off_to_person", serde_json::json!({ "reason": question.messages_text() }))
        }
        0 => says("Please never write your card number in a chat."),
        _ => says("Noted."),
    };
    let model = FakeModel::start(script).await;
    let world = World::with_model(&model).await;
    let shopper = world.shopper("en");
    for card in CARDS {
        shopper.say(&format!("charge {card} please")).await;
    }
    shopper.say(&format!("my address is {DIGITS}")).await;
    shopper.say("a person please").await;
    // Also where it cannot be read as a message, belongs to nobody, or is Stripe's.
    let unreadable = format!("{{\"object\": \"whatsapp_business_account\", \"entry\": \"{}\"}}", CARDS[0]);
    assert_eq!(world.whatsapp(unreadable.as_bytes()).await, 200);
    let stripe = format!(
        "{{\"id\": \"evt_9\", \"object\": \"event\", \"type\": \"x.y\", \"data\": {{\"object\": {{\"number\": \"{DIGITS}\"}}}}}}"
    );
    assert_eq!(world.stripe("porch", stripe.as_bytes()).await, 200);
    assert!(
        world.count("select count(*) from intake where body::text like '%5556%'").await >= 4,
        "masked, not dropped"
    );

    assert_eq!(found_in(&world).await, Vec::<String>::new());
    let logged = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(logged.contains("turn"), "the log was listened to");
    assert!(!bare(&logged).contains(DIGITS), "it was logged");
    for words in ["charge", "my address is", "a person please"] {
        assert!(!logged.contains(words), "what the shopper wrote was logged: {words}");
    }
    let asked = model.questions().iter().map(|question| question.body.to_string()).collect::<String>();
    assert!(!bare(&asked).contains(DIGITS), "the model was shown it");
    world.stop().await;
}
