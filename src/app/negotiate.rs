//! `trato negotiate`: learning a policy from past negotiations, trying it, and answering other programs.

use std::fs;
use std::io::{BufRead as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;

use crate::app::commands::told_to_stop;
use crate::app::negotiations::ShopCommand;
use crate::app::output::keep_apart;
use crate::base::money::Currency;
use crate::pricing::negotiation::fit::{self, AboveList, Effort, Options};
use crate::pricing::negotiation::history::{self, Negotiation};
use crate::pricing::negotiation::policy::{Learned, ONE, Policy};
use crate::pricing::negotiation::simulate::buyers::Kind;
use crate::pricing::negotiation::simulate::chart::{Bar, bars};
use crate::pricing::negotiation::simulate::market::{Market, comes_down, follows, interval, take_it_or_leave_it};
use crate::pricing::negotiation::step;

const HISTORY: &str = r#"The past is JSON Lines, one negotiation a line:
  {"id": "n1", "currency": "USD", "cost": "40.00", "list_price": "60.00", "max_rounds": 5,
   "history": [{"who": "seller", "price": "66.00"}, {"who": "buyer", "price": null},
               {"who": "seller", "price": "62.00"}, {"who": "buyer", "price": "58.00"}],
   "outcome": "counter_taken", "price": "58.00"}
A null price is a refusal without a number. The outcome is accepted, counter_taken, left or timeout.
There is no field for anything about the shopper, and none is read. Lines that cannot be used are named and left out."#;

const STATE: &str = r#"A state:
  {"episode_id": "e1", "round": 2, "max_rounds": 5, "currency": "USD", "cost": "40.00", "floor": "45.00",
   "list_price": "60.00", "last_response": "counter",
   "history": [{"who": "seller", "price": "66.00"}, {"who": "buyer", "price": "50.00"}]}
last_response is none, counter, reject, accept or leave; any other word leaves it to what the history ends with.
The move:
  {"episode_id": "e1", "move": "offer", "price": "62.10", "why": "…"}
or "accept" with the price agreed to, or "walk" with a null price; {"error": "…"} for what is no state."#;

/// What to do about bargaining.
#[derive(Subcommand, Debug)]
pub enum NegotiateCommand {
    /// Learn from past negotiations how shoppers answer, and write the policy that earns most.
    #[command(after_help = HISTORY)]
    Fit(FitArgs),
    /// Show what a policy earns against buyers of our own making, before it meets a person.
    Simulate(SimulateArgs),
    /// Answer each line of standard input, a state, with one line, a move: for programs that play against a policy.
    #[command(after_help = STATE)]
    Step(StepArgs),
    /// Answer states over HTTP: POST one to /, get one move back; the same answers as those of `step`.
    #[command(after_help = STATE)]
    Serve(ServeArgs),
    /// Write negotiations with drawn buyers in the format that `fit` reads, to try it all without a past.
    Sample(SampleArgs),
    /// What is done with a shop's own.
    #[command(flatten)]
    OfShop(ShopCommand),
}

/// `fit`.
#[derive(Args, Debug)]
pub struct FitArgs {
    /// The past negotiations.
    #[arg(long)]
    history: PathBuf,
    /// The file that the policy is written to.
    #[arg(long)]
    out: PathBuf,
    /// Whether prices above list may be named (quoted goods, services, used goods). `as-before`: if the shop itself
    /// did so in the past.
    #[arg(long, value_enum, default_value = "as-before")]
    above_list: AboveListWanted,
    /// Learn roughly, in a few seconds.
    #[arg(long)]
    quick: bool,
}

/// Whether prices above list may be named.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum AboveListWanted {
    /// If the past has them.
    AsBefore,
    /// Yes.
    Yes,
    /// No.
    No,
}

/// `simulate`.
#[derive(Args, Debug)]
pub struct SimulateArgs {
    /// The policy.
    #[arg(long)]
    policy: PathBuf,
    #[command(flatten)]
    market: MarketArgs,
    /// How many buyers of each kind.
    #[arg(long, default_value_t = 4000)]
    count: usize,
}

/// What the drawn buyers are like.
#[derive(Args, Debug)]
pub struct MarketArgs {
    /// The kinds of buyers; all of them when none is named.
    #[arg(long, value_delimiter = ',', value_parser = kind())]
    buyers: Vec<Kind>,
    /// What a thing is worth to half of them, in percent of the list price.
    #[arg(long, default_value_t = 115)]
    worth: u32,
    /// How far their worths are spread, in percent.
    #[arg(long, default_value_t = 18)]
    spread: u32,
    /// The cost, in percent of the list price.
    #[arg(long, default_value_t = 70)]
    cost: u32,
    /// How many prices may be named.
    #[arg(long, default_value_t = 8)]
    rounds: u32,
    /// The seed: the same seed draws the same buyers.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Reads a kind of buyer by its word, and has `--help` list them all.
fn kind() -> impl TypedValueParser<Value = Kind> {
    let named = |word: String| Kind::ALL.into_iter().find(|kind| kind.word() == word).ok_or("no such kind");
    PossibleValuesParser::new(Kind::ALL.map(Kind::word)).try_map(named)
}

/// `step`.
#[derive(Args, Debug)]
pub struct StepArgs {
    /// The policy.
    #[arg(long)]
    policy: PathBuf,
}

/// `serve`.
#[derive(Args, Debug)]
pub struct ServeArgs {
    /// The policy.
    #[arg(long)]
    policy: PathBuf,
    /// The port; 0 takes a free one and prints it.
    #[arg(long, default_value_t = 8099)]
    port: u16,
    /// The address to listen on.
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    host: IpAddr,
}

/// `sample`.
#[derive(Args, Debug)]
pub struct SampleArgs {
    #[command(flatten)]
    market: MarketArgs,
    /// How many negotiations.
    #[arg(long, default_value_t = 20_000)]
    count: usize,
    /// The file that they are written to.
    #[arg(long)]
    out: PathBuf,
}

/// Runs one of the commands; those about a shop's own by `shops`, which has the database.
///
/// # Errors
/// In words for the operator.
pub async fn run(
    command: NegotiateCommand,
    shops: impl AsyncFnOnce(ShopCommand) -> anyhow::Result<ExitCode>,
) -> anyhow::Result<ExitCode> {
    match command {
        NegotiateCommand::Fit(arguments) => tokio::task::block_in_place(|| learn(&arguments)),
        NegotiateCommand::Simulate(arguments) => tokio::task::block_in_place(|| simulate(&arguments)),
        NegotiateCommand::Step(arguments) => tokio::task::block_in_place(|| steps(&arguments)),
        NegotiateCommand::Serve(arguments) => serve(&arguments).await,
        NegotiateCommand::Sample(arguments) => sample(&arguments),
        NegotiateCommand::OfShop(command) => shops(command).await,
    }
}

/// Bad lines that are printed one by one.
const BAD_LINES_SHOWN: usize = 20;

fn learn(arguments: &FitArgs) -> anyhow::Result<ExitCode> {
    keep_apart(&arguments.out, &arguments.history)?;
    let past = read_history(&arguments.history)?;
    let above_list = match arguments.above_list {
        AboveListWanted::AsBefore => AboveList::AsBefore,
        AboveListWanted::Yes => AboveList::Yes,
        AboveListWanted::No => AboveList::No,
    };
    let effort = if arguments.quick { Effort::Quick } else { Effort::Full };
    eprintln!("Learning from {} negotiations …", past.len());
    let policy = fit::fit(&past, Options { above_list, effort })?;
    let text = serde_json::to_string(&policy)?;
    fs::write(&arguments.out, text + "\n").with_context(|| format!("writing {}", arguments.out.display()))?;
    if let Some(learned) = &policy.learned {
        print!("{}", told(&policy, learned));
    }
    println!("\nThe policy is in {0}. Try it: trato negotiate simulate --policy {0}", arguments.out.display());
    Ok(ExitCode::SUCCESS)
}

fn read_history(path: &Path) -> anyhow::Result<Vec<Negotiation>> {
    let bytes = fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    let read = history::read(&String::from_utf8_lossy(&bytes));
    for bad in read.bad.iter().take(BAD_LINES_SHOWN) {
        eprintln!("{}: {bad}", path.display());
    }
    if read.bad.len() > BAD_LINES_SHOWN {
        eprintln!("… and {} more lines that are not used", read.bad.len() - BAD_LINES_SHOWN);
    }
    if !read.bad.is_empty() {
        eprintln!("{} lines are used and {} are not.", read.past.len(), read.bad.len());
    }
    Ok(read.past)
}

fn told(policy: &Policy, learned: &Learned) -> String {
    let percent = |millionths: i64| {
        let tenths = millionths / (ONE / 1000);
        format!("{}.{} %", tenths / 10, (tenths % 10).abs())
    };
    let mut lines = format!("Learned from {} negotiations:\n", learned.negotiations);
    lines.extend(learned.notes.iter().map(|note| {
        format!(
            "  {note}
"
        )
    }));
    let above = if policy.above_list { "may be" } else { "are never" };
    lines.extend([format!("  Prices above list {above} named.\n\n")]);
    let [middle, low, high] = learned.expected;
    lines.push_str("Earned each, in shares of the list price:\n");
    let bar = |name: &str, value: [i64; 3], label: String| Bar {
        name: name.to_owned(),
        value: value.map(|millionths| f64::from(i32::try_from(millionths).unwrap_or(i32::MAX))),
        label,
    };
    let before = learned.earned_before;
    lines.push_str(&bars(&[
        bar("so far", [before, before, before], percent(before)),
        bar(
            "expected",
            [middle, low, high],
            format!("{} (90 % interval {} to {})", percent(middle), percent(low), percent(high)),
        ),
    ]));
    lines
}

/// A policy from its file.
///
/// # Errors
/// When it cannot be read or is none.
pub fn read_policy(path: &Path) -> anyhow::Result<Policy> {
    let text = fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    Policy::read(&text).with_context(|| format!("{} cannot be used", path.display()))
}

fn market(arguments: &MarketArgs, kinds: Vec<Kind>) -> anyhow::Result<Market> {
    let share = |percent: u32| f64::from(percent) / 100.0;
    let currency: Currency = "USD".parse()?;
    anyhow::ensure!((1..=history::ROUNDS_MAX).contains(&arguments.rounds), "--rounds is between 1 and 40");
    anyhow::ensure!(arguments.cost > 0 && arguments.worth > 0, "--cost and --worth are above nothing");
    let cost = (share(arguments.cost) * 0.9, share(arguments.cost) * 1.1);
    let worth = (share(arguments.worth), share(arguments.spread));
    Ok(Market { kinds, worth, cost, rounds: arguments.rounds, currency })
}

fn kinds(arguments: &MarketArgs) -> Vec<Kind> {
    if arguments.buyers.is_empty() {
        return Kind::ALL.to_vec();
    }
    arguments.buyers.clone()
}

fn simulate(arguments: &SimulateArgs) -> anyhow::Result<ExitCode> {
    let policy = read_policy(&arguments.policy)?;
    println!("Earned of each buyer, in percent of the list price, with the 95 % interval:");
    for kind in kinds(&arguments.market) {
        let market = market(&arguments.market, vec![kind])?;
        let (count, seed) = (arguments.count, arguments.market.seed);
        let bar = |name: &str, earned: Vec<f64>| {
            let value = interval(&earned, seed).map(|share| share * 100.0);
            let label = format!("{:.1} ({:.1} to {:.1})", value[0], value[1], value[2]);
            Bar { name: name.to_owned(), value, label }
        };
        let most = market.most(count, seed) * 100.0;
        println!("\n{kind:?} buyers (knowing each one's limit would bring {most:.1}):");
        print!(
            "{}",
            bars(&[
                bar("this policy", market.earned(&mut follows(&policy, market.currency), count, seed)),
                bar("coming down evenly", market.earned(&mut comes_down(1.4, 1.05), count, seed)),
                bar("take it or leave it", market.earned(&mut take_it_or_leave_it(1.0), count, seed)),
            ])
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn sample(arguments: &SampleArgs) -> anyhow::Result<ExitCode> {
    let market = market(&arguments.market, kinds(&arguments.market))?;
    let past = market.past(arguments.count, arguments.market.seed);
    let text: String = past.iter().map(|past| history::write(past) + "\n").collect();
    fs::write(&arguments.out, text).with_context(|| format!("writing {}", arguments.out.display()))?;
    println!("{} negotiations are in {}.", past.len(), arguments.out.display());
    Ok(ExitCode::SUCCESS)
}

/// One answer per line, at once: whoever asks may wait for it before the next.
fn steps(arguments: &StepArgs) -> anyhow::Result<ExitCode> {
    let policy = read_policy(&arguments.policy)?;
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().split(b'\n') {
        let line = line.context("reading standard input")?;
        let line = String::from_utf8_lossy(&line);
        if line.trim().is_empty() {
            continue;
        }
        let answer = match step::answer(&policy, &line) {
            Ok(answer) => serde_json::to_string(&answer)?,
            Err(error) => json!({ "error": error }).to_string(),
        };
        writeln!(out, "{answer}")?;
        out.flush()?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn serve(arguments: &ServeArgs) -> anyhow::Result<ExitCode> {
    let policy = Arc::new(read_policy(&arguments.policy)?);
    let address = SocketAddr::new(arguments.host, arguments.port);
    let listener =
        tokio::net::TcpListener::bind(address).await.with_context(|| format!("listening on {address}"))?;
    println!("Answering POST http://{}/", listener.local_addr()?);
    std::io::stdout().flush()?;
    axum::serve(listener, routes(policy)).with_graceful_shutdown(stopped()).await?;
    Ok(ExitCode::SUCCESS)
}

async fn stopped() {
    if let Err(error) = told_to_stop().await {
        tracing::warn!(error = %error, "signals cannot be listened for");
    }
}

/// One state in, one move out, wherever it is posted.
fn routes(policy: Arc<Policy>) -> Router {
    Router::new()
        .route("/", get(alive).post(stepped))
        .route("/health", get(alive))
        .route("/{*path}", post(stepped))
        .with_state(policy)
}

async fn alive() -> &'static str {
    "ready\n"
}

async fn stepped(State(policy): State<Arc<Policy>>, body: Bytes) -> Response {
    match step::answer(&policy, &String::from_utf8_lossy(&body)) {
        Ok(answer) => Json(answer).into_response(),
        Err(error) => (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "error": error }))).into_response(),
    }
}
