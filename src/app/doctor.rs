//! `trato doctor`: checks the settings and everything they reach, and says how to mend what is wrong.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use sqlx::PgPool;

use crate::agent::entry::{Entry, ModelRequest, ShopperSaid};
use crate::app::commands::find_database;
use crate::app::serve;
use crate::app::serve::{merchants, open_pool};
use crate::app::vectors::embedder;
use crate::base::clock::Time;
use crate::base::fingerprint::Fingerprint;
use crate::catalog::vectors::embedder::Purpose;
use crate::catalog::vectors::store::status;
use crate::channels;
use crate::config::{Profile, Settings};
use crate::intake::store::{Intake, Unrouted};
use crate::merchants::merchant::Merchant;
use crate::merchants::store::Merchants;
use crate::postgres::cluster::Restart;
use crate::postgres::connect::{is_migrated, missing_extensions};
use crate::queue;
use crate::stripe;
use crate::tools::registry;

/// What a check found.
enum Found {
    Fine(String),
    Warning(String),
    Wrong(String),
}

/// How long an outside service may take to answer a check.
const ANSWER_TIME: Duration = Duration::from_secs(20);

/// Runs every check and prints a line for each.
///
/// # Errors
/// Never for a failed check: those are lines, and the exit code.
pub async fn run(settings: &Settings) -> anyhow::Result<ExitCode> {
    let mut wrong = 0;
    let mut tell = |what: &str, found: Found| {
        let (mark, text) = match found {
            Found::Fine(text) => ("ok  ", text),
            Found::Warning(text) => ("warn", text),
            Found::Wrong(text) => {
                wrong += 1;
                ("BAD ", text)
            }
        };
        println!("{mark}  {what:<22} {text}");
    };
    tell("public address", public_address(settings));
    tell("own address", own_address(settings).await);
    tell("sealing keys", sealing_keys(settings));
    tell("WhatsApp app secret", app_secret(settings));
    tell("WhatsApp verify token", verify_token(settings));
    tell("model", model(settings).await);
    tell("vectors", vectors(settings).await);
    match find_database(settings, Restart::Never) {
        Err(error) => tell("database", Found::Wrong(format!("{error:#}"))),
        Ok(database) => {
            match open_pool(settings, &database.url().into()) {
                Err(error) => tell("database", Found::Wrong(format!("{error:#}"))),
                Ok(pool) => {
                    for (what, found) in database_checks(settings, &pool, &database.found).await {
                        tell(&what, found);
                    }
                    pool.close().await;
                }
            }
            database.stop();
        }
    }
    println!();
    println!("{}", if wrong == 0 { "Nothing is wrong.".to_owned() } else { format!("{wrong} to mend.") });
    Ok(if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn public_address(settings: &Settings) -> Found {
    let url = &settings.server.public_url;
    match (url.scheme(), settings.server.profile) {
        ("https", _) => Found::Fine(url.to_string()),
        (_, Profile::Production) => Found::Wrong(format!(
            "{url} is not https, and Meta and Stripe call only https: set TRATO_SERVER__PUBLIC_URL"
        )),
        (_, Profile::Development) => {
            Found::Warning(format!("{url}: Meta and Stripe will need an https address that reaches this server"))
        }
    }
}

/// Whether `serve` could listen. Where it is running, it is the one who has the address.
async fn own_address(settings: &Settings) -> Found {
    let bind = settings.server.bind;
    match tokio::net::TcpListener::bind(bind).await {
        Ok(_) => Found::Fine(format!("{bind} is free for trato serve")),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => Found::Warning(format!(
            "{bind} is taken: by a running trato serve, or set TRATO_SERVER__BIND to another"
        )),
        Err(error) => Found::Wrong(format!("{bind} cannot be listened on ({error}): set TRATO_SERVER__BIND")),
    }
}

fn sealing_keys(settings: &Settings) -> Found {
    match settings.security.sealing_keys.as_ref().map(crate::merchants::sealed::Keyring::parse) {
        None => Found::Wrong(
            "not set: set TRATO_SECURITY__SEALING_KEYS to 1:$(openssl rand -base64 32) and keep it safe".to_owned(),
        ),
        Some(Err(error)) => Found::Wrong(format!("TRATO_SECURITY__SEALING_KEYS: {error}")),
        Some(Ok(_)) => Found::Fine("set".to_owned()),
    }
}

fn app_secret(settings: &Settings) -> Found {
    let secrets = settings.whatsapp.app_secrets.as_ref().map_or("", |secret| secret.expose_secret());
    let odd = |secret: &str| secret.len() != 32 || !secret.chars().all(|c| c.is_ascii_hexdigit());
    match secrets.split(',').map(str::trim).filter(|secret| !secret.is_empty()).collect::<Vec<_>>() {
        none if none.is_empty() => Found::Wrong(
            "not set: copy it from App Dashboard → App settings → Basic into TRATO_WHATSAPP__APP_SECRETS; until then \
             every WhatsApp message is refused"
                .to_owned(),
        ),
        some if some.iter().any(|secret| odd(secret)) => {
            Found::Warning("Meta's app secrets are 32 hex digits; one of these is not".to_owned())
        }
        some => Found::Fine(format!("{} set", some.len())),
    }
}

fn verify_token(settings: &Settings) -> Found {
    match &settings.whatsapp.verify_token {
        Some(_) => Found::Fine("set".to_owned()),
        None => Found::Warning(
            "not set: choose a word, set TRATO_WHATSAPP__VERIFY_TOKEN, and type the same into Meta's webhook form"
                .to_owned(),
        ),
    }
}

async fn model(settings: &Settings) -> Found {
    let (Some(url), Some(name)) = (&settings.model.base_url, &settings.model.name) else {
        return Found::Warning(
            "none: the guided seller serves (TRATO_MODEL__BASE_URL and __NAME set one)".to_owned(),
        );
    };
    let model = match serve::model(settings) {
        Ok(Some(model)) => model,
        Ok(None) => return Found::Warning("none".to_owned()),
        Err(error) => return Found::Wrong(format!("{error:#}")),
    };
    let began = std::time::Instant::now();
    match tokio::time::timeout(ANSWER_TIME, model.ask(&probe())).await {
        Err(_) => Found::Wrong(format!("{name} at {url} did not answer within {} s", ANSWER_TIME.as_secs())),
        Ok(Err(failed)) => Found::Wrong(format!("{name} at {url}: {}", failed.error)),
        Ok(Ok(reply)) => {
            let how = if reply.calls.is_empty() {
                "answers, but called no tool when asked to"
            } else {
                "answers and calls tools"
            };
            Found::Fine(format!("{name} {how} ({:.1} s)", began.elapsed().as_secs_f32()))
        }
    }
}

async fn vectors(settings: &Settings) -> Found {
    let embedder = match embedder(&settings.search) {
        Ok(Some(embedder)) => embedder,
        Ok(None) => return Found::Fine("none: products are found by words (TRATO_SEARCH__VECTORS)".to_owned()),
        Err(error) => return Found::Wrong(format!("{error:#}")),
    };
    let space = embedder.space();
    let began = std::time::Instant::now();
    let probe = embedder.embed(Purpose::Query, Arc::from(["red shoes".to_owned()]));
    match tokio::time::timeout(ANSWER_TIME, probe).await {
        Err(_) => Found::Wrong(format!("{} did not answer within {} s", space.model, ANSWER_TIME.as_secs())),
        Ok(Err(error)) => Found::Wrong(error.to_string()),
        Ok(Ok(_)) => {
            let milliseconds = began.elapsed().as_millis();
            let late = u128::from(settings.search.query_ms_max) < milliseconds;
            let words = format!("{}, {} numbers ({milliseconds} ms)", space.model, space.dimension);
            if late {
                Found::Warning(format!("{words}: slower than a search waits (TRATO_SEARCH__QUERY_MS_MAX)"))
            } else {
                Found::Fine(words)
            }
        }
    }
}

/// How far the vectors of each shop have come, and what they cost.
async fn vector_checks(settings: &Settings, pool: &PgPool) -> Vec<(String, Found)> {
    let Ok(Some(embedder)) = embedder(&settings.search) else { return Vec::new() };
    match status(&pool.clone().into(), embedder.space()).await {
        Err(error) => vec![("vectors".to_owned(), Found::Wrong(error.to_string()))],
        Ok(shops) => shops
            .into_iter()
            .map(|shop| {
                let words = format!(
                    "{} of {} products; {} texts, {} tokens so far",
                    shop.have, shop.products, shop.texts, shop.tokens
                );
                let found = if shop.have < shop.products { Found::Warning(words) } else { Found::Fine(words) };
                (format!("{}: vectors", shop.slug), found)
            })
            .collect(),
    }
}

/// A request that a model with tools answers with a call.
fn probe() -> ModelRequest<'static> {
    let said = ShopperSaid::words("What is in my cart?", Time::UNIX_EPOCH);
    ModelRequest {
        system: "You are a shop assistant. Look things up with tools; call view_cart now.".to_owned(),
        prompt_fingerprint: Fingerprint::of(b"probe"),
        entries: vec![Entry::Shopper(said)].into(),
        tools: registry::specs().into_iter().filter(|tool| tool.name == "view_cart").collect(),
        answer_tokens_max: 200,
    }
}

async fn database_checks(settings: &Settings, pool: &PgPool, found: &str) -> Vec<(String, Found)> {
    let mut told = Vec::new();
    let missing = match missing_extensions(pool).await {
        Ok(missing) => missing,
        Err(error) => {
            let words =
                format!("{found} does not answer ({error}): is DATABASE_URL right, and the server running?");
            return vec![("database".to_owned(), Found::Wrong(words))];
        }
    };
    told.push(("database".to_owned(), Found::Fine(found.to_owned())));
    told.push(if missing.is_empty() {
        ("extensions".to_owned(), Found::Fine("vector, pg_trgm, unaccent".to_owned()))
    } else {
        let words =
            format!("not available: {}. Install pgvector 0.8 or newer and the contrib package", missing.join(", "));
        ("extensions".to_owned(), Found::Wrong(words))
    });
    if !is_migrated(pool).await.unwrap_or(false) {
        told.push(("schema".to_owned(), Found::Wrong("not up to date; run: trato migrate".to_owned())));
        return told;
    }
    told.push(("schema".to_owned(), Found::Fine("up to date".to_owned())));
    told.push(("dead jobs".to_owned(), dead_jobs(pool).await));
    told.push(("unknown events".to_owned(), unrouted(pool).await));
    told.extend(vector_checks(settings, pool).await);
    match merchants(settings, pool) {
        Err(_) => told.push(("shops".to_owned(), Found::Warning("not checked: no sealing key".to_owned()))),
        Ok(merchants) => told.extend(shop_checks(settings, &merchants).await),
    }
    told
}

async fn dead_jobs(pool: &PgPool) -> Found {
    match queue::store::dead(pool).await {
        Err(error) => Found::Wrong(error.to_string()),
        Ok(dead) if dead.is_empty() => Found::Fine("none".to_owned()),
        Ok(dead) => {
            let newest =
                dead.first().map(|job| format!("{} ({})", job.task, job.last_error.as_deref().unwrap_or("?")));
            Found::Wrong(format!("{}; the newest: {}", dead.len(), newest.unwrap_or_default()))
        }
    }
}

/// Events that were signed and are kept, although nobody here knows whose they are.
async fn unrouted(pool: &PgPool) -> Found {
    match Intake::new(pool.clone()).unrouted().await {
        Err(error) => Found::Wrong(error.to_string()),
        Ok(none) if none.is_empty() => Found::Fine("none in the last week".to_owned()),
        Ok(some) => {
            let one = |kind: &Unrouted| {
                let last = kind.last.format("%F %R");
                format!("{} from {} ({}; the last on {last})", kind.count, kind.source, kind.reason)
            };
            let told: Vec<String> = some.iter().map(one).collect();
            Found::Warning(format!("kept, and acted on by nobody: {}", told.join("; ")))
        }
    }
}

async fn shop_checks(settings: &Settings, merchants: &Merchants) -> Vec<(String, Found)> {
    let shops = match merchants.list().await {
        Ok(shops) => shops,
        Err(error) => return vec![("shops".to_owned(), Found::Wrong(format!("{error}")))],
    };
    if shops.is_empty() {
        let words = "none yet; add one with: trato merchant add --file shop.toml".to_owned();
        return vec![("shops".to_owned(), Found::Warning(words))];
    }
    let mut told = Vec::new();
    for shop in shops {
        told.push((format!("{}: Stripe", shop.slug), stripe_check(settings, merchants, &shop).await));
        told.push((format!("{}: WhatsApp", shop.slug), whatsapp_check(settings, merchants, &shop).await));
    }
    told
}

async fn stripe_check(settings: &Settings, merchants: &Merchants, shop: &Merchant) -> Found {
    let account = match merchants.stripe_account(shop.id).await {
        Ok(Some(account)) => account,
        Ok(None) => return Found::Warning("not connected: trato merchant add … --stripe-key-file".to_owned()),
        Err(error) => return Found::Wrong(format!("{error}: was the sealing key changed?")),
    };
    let answered = stripe::client::check::account(settings.stripe.base_url.as_str(), &account.api_key, ANSWER_TIME);
    match (answered.await, account.livemode, settings.server.profile) {
        (Err(error), ..) => Found::Wrong(error),
        (Ok(()), true, Profile::Development) => {
            Found::Warning("a live key in a development profile: real cards will be charged".to_owned())
        }
        (Ok(()), true, Profile::Production) => Found::Fine("live key, accepted".to_owned()),
        (Ok(()), false, Profile::Production) => {
            Found::Warning("a test key in a production profile: no money will move".to_owned())
        }
        (Ok(()), false, Profile::Development) => Found::Fine("test key, accepted".to_owned()),
    }
}

async fn whatsapp_check(settings: &Settings, merchants: &Merchants, shop: &Merchant) -> Found {
    let channels = match merchants.channels(shop.id).await {
        Ok(channels) => channels,
        Err(error) => return Found::Wrong(error.to_string()),
    };
    let Some(channel) = channels.first() else {
        return Found::Warning("not connected: trato merchant add … --whatsapp-phone-number-id".to_owned());
    };
    let token: SecretString = match merchants.channel_token(channel).await {
        Ok(token) => token,
        Err(error) => return Found::Wrong(format!("{error}: was the sealing key changed?")),
    };
    let base = settings.whatsapp.base_url.as_str().trim_end_matches('/');
    let graph = format!("{base}/{}", settings.whatsapp.api_version);
    let answered = channels::whatsapp::client::check::number(&graph, &channel.external_id, &token, ANSWER_TIME);
    match answered.await {
        Ok(()) => Found::Fine(format!("{} accepted", channel.display_number)),
        Err(error) => Found::Wrong(error),
    }
}
