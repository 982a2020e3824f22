//! `trato eval`: the demo shops on a rig of their own, and the cases played on it.

use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use clap::Args;
use futures::StreamExt as _;
use secrecy::SecretString;
use sqlx::PgPool;

use crate::app::commands::lay_schema;
use crate::app::demo;
use crate::app::rig::{Rig, RigPlan, two_free};
use crate::app::serve::open_pool;
use crate::base::clock::Clock;
use crate::base::secret::random_bytes;
use crate::base::store::Scope;
use crate::config::Settings;
use crate::evals::case::Case;
use crate::evals::files::read_cases;
use crate::evals::play::{Played, play};
use crate::evals::report;
use crate::evals::stage::{Seller, Stage, StageShop};
use crate::postgres::cluster::Durability;
use crate::postgres::databases::{drop_database, make_database};
use crate::postgres::{PostgresSettings, Server};
use crate::sandbox::settings::Timings;

/// What to run.
#[derive(Args, Debug)]
pub struct EvalArgs {
    /// The folder of the cases; evals/README.md says how one is written.
    #[arg(default_value = "evals")]
    dir: PathBuf,
    /// Only cases whose name holds this text.
    #[arg(long)]
    filter: Option<String>,
    /// Write everything about every case to this file, as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
}

/// Cases played at once.
const AT_ONCE: usize = 8;

/// Plays the cases and prints the report.
///
/// # Errors
/// When the cases cannot be read or the rig does not start.
pub async fn run(settings: Settings, arguments: EvalArgs) -> anyhow::Result<ExitCode> {
    let mut cases = read_cases(&arguments.dir)?;
    if let Some(filter) = &arguments.filter {
        cases.retain(|case| case.name.contains(filter));
        anyhow::ensure!(!cases.is_empty(), "no case has “{filter}” in its name");
    }
    let found = PostgresSettings { durability: Durability::Relaxed, ..settings.postgres("eval") };
    let server = tokio::task::block_in_place(|| Server::find_or_start(&found))?;
    let name = format!("trato_eval_{}", std::process::id());
    let url: SecretString = make_database(server.url(), &name).await.context("making a database")?.into();
    let played = on_rig(settings, url, &cases).await;
    drop_database(server.url(), &name).await.context("dropping the database")?;
    server.stop();
    let played = played?;
    if let Some(path) = &arguments.json {
        std::fs::write(path, report::json(&played)?).with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(if played.iter().all(Played::passes) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn on_rig(settings: Settings, url: SecretString, cases: &[Case]) -> anyhow::Result<Vec<Played>> {
    let settings = for_evals(settings);
    let clock = Clock::machine();
    let started = clock.now();
    let pool = open_pool(&settings, &url)?;
    lay_schema(&pool).await?;
    let (app, sandbox) = two_free(IpAddr::V4(Ipv4Addr::LOCALHOST))?;
    let rig = Rig::start(RigPlan {
        settings,
        database_url: url,
        app,
        sandbox,
        shops: demo::shops()?,
        timings: Timings::immediate(),
        media: demo::media(),
        clock: clock.clone(),
    })
    .await?;
    println!("{}", introduction(&rig, cases.len()));
    let played = play_all(&stage(&rig, &pool, clock.clone()), cases).await;
    pool.close().await;
    rig.stop().await;
    for failed in played.iter().filter(|played| !played.passes()) {
        println!("{}", report::failure(failed));
    }
    let took = (clock.now() - started).to_std().unwrap_or_default();
    println!("\n{}", report::summary(&played, took.as_secs_f64()));
    Ok(played)
}

fn introduction(rig: &Rig, cases: usize) -> String {
    let seller = match &rig.settings.model.name {
        Some(name) => format!("the model {name}, with the guided seller behind it"),
        None => "the guided seller".to_owned(),
    };
    format!("{cases} cases; the seller is {seller}.\n\n{}", report::head())
}

/// Prints each line as soon as those before it are there.
async fn play_all(stage: &Stage, cases: &[Case]) -> Vec<Played> {
    let mut playing = futures::stream::iter(cases).map(|case| play(stage, case)).buffered(AT_ONCE);
    let mut all = Vec::with_capacity(cases.len());
    while let Some(played) = playing.next().await {
        println!("{}", report::line(&played));
        std::io::stdout().flush().ok();
        all.push(played);
    }
    all
}

/// A burst is a burst within half a second, on a busy machine too; everything else is done at once.
fn for_evals(settings: Settings) -> Settings {
    let mut eval = settings;
    eval.security.sealing_keys = Some(format!("1:{}", STANDARD.encode(random_bytes::<32>())).into());
    eval.agent.quiet_ms = 400;
    eval.agent.wait_ms_max = 4000;
    eval.workers.poll_ms = 50;
    eval.workers.turns = AT_ONCE;
    eval.workers.deliveries = AT_ONCE;
    eval
}

fn stage(rig: &Rig, pool: &PgPool, clock: Clock) -> Stage {
    let shops = rig.shops.iter().zip(&rig.merchants).map(|(shop, merchant)| StageShop {
        slug: shop.file.shop.slug.clone(),
        currency: shop.file.shop.currency,
        locale: shop.file.shop.locale,
        phone_number_id: shop.phone_number_id.clone(),
        scope: Scope::new(pool.clone(), *merchant),
    });
    let seller = if rig.settings.model.name.is_some() { Seller::Model } else { Seller::Guided };
    // A model may think for as long as a turn may take.
    let patience = match seller {
        Seller::Model => i64::from(rig.settings.agent.turn_seconds_max) + 30,
        Seller::Guided => 30,
    };
    let (control, patience) = (rig.sandbox.control(), TimeDelta::seconds(patience));
    Stage { control, shops: shops.collect(), seller, clock, patience }
}
