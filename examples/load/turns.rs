//! Turns: from the webhook to the message that answers it, with three model calls and two tools between.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::client::{Connection, phone};
use crate::house::{House, Running};
use crate::measure::{busy, each, percentile, rate};
use crate::peers::Peers;

const AT_ONCE: u64 = 50;
const ALONE: u64 = 300;
const CONVERSATIONS: u64 = 2000;
const WARM: u64 = 50;
const PATIENCE: Duration = Duration::from_secs(30);
const SETTINGS: [(&str, &str); 3] =
    [("TRATO_AGENT__QUIET_MS", "0"), ("TRATO_AGENT__WAIT_MS_MAX", "0"), ("TRATO_WORKERS__POLL_MS", "20")];

/// Measures one conversation alone, then 50 at once.
pub async fn run(house: &House, seconds: u64, in_one: u32) -> anyhow::Result<()> {
    let peers = Peers::start(&house.words).await?;
    let running = house.serve(peers.address, &SETTINGS).await?;
    let next = Arc::new(AtomicU64::new(0));
    many(&running, &peers, &next, &Plan { at_once: 4, in_one, most: WARM, until: None }).await?;
    let before = running.process().used()?;
    let plan = Plan { at_once: 1, in_one, most: ALONE, until: None };
    let mut delays = many(&running, &peers, &next, &plan).await?;
    let used = running.process().used()?.saturating_sub(before);
    delays.sort_unstable();
    println!(
        "turns, alone: p50 {:.2?}, p99 {:.2?}, {:.3} ms of our processor each, load {}",
        percentile(&delays, 0.5),
        percentile(&delays, 0.99),
        each(used, ALONE),
        busy()
    );
    let before = running.process().used()?;
    let began = Instant::now();
    let until = Some(began + Duration::from_secs(seconds));
    let mut delays =
        many(&running, &peers, &next, &Plan { at_once: AT_ONCE, in_one, most: u64::MAX, until }).await?;
    let (took, used) = (began.elapsed(), running.process().used()?.saturating_sub(before));
    let count = u64::try_from(delays.len())?;
    delays.sort_unstable();
    println!(
        "turns, {AT_ONCE} conversations at once: {:.0} turns/s, p50 {:.1?}, p99 {:.1?}, {:.3} ms of our processor each, load {}",
        rate(count, took),
        percentile(&delays, 0.5),
        percentile(&delays, 0.99),
        each(used, count),
        busy()
    );
    report(house, &running).await
}

/// Measures memory after 2,000 conversations of one turn.
pub async fn memory(house: &House) -> anyhow::Result<()> {
    let peers = Peers::start(&house.words).await?;
    let running = house.serve(peers.address, &SETTINGS).await?;
    println!("memory at the start: {:.1} MiB", running.process().memory()?);
    let next = Arc::new(AtomicU64::new(0));
    let plan = Plan { at_once: AT_ONCE, in_one: 1, most: CONVERSATIONS, until: None };
    many(&running, &peers, &next, &plan).await?;
    println!("memory after {CONVERSATIONS} conversations: {:.1} MiB", running.process().memory()?);
    report(house, &running).await
}

/// Lists the statements of one message and one turn, each with how often it ran per turn and what it cost the
/// database to parse, plan and run.
pub async fn statements(house: &House) -> anyhow::Result<()> {
    const TURNS: u32 = 200;
    let peers = Peers::start(&house.words).await?;
    let running = house.serve(peers.address, &SETTINGS).await?;
    let next = Arc::new(AtomicU64::new(0));
    many(&running, &peers, &next, &Plan { at_once: 4, in_one: 2, most: 200, until: None }).await?;
    house.log_statements(true).await?;
    let before = house.log()?.len();
    many(&running, &peers, &next, &Plan { at_once: 1, in_one: 2, most: u64::from(TURNS), until: None }).await?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let log = house.log()?;
    house.log_statements(false).await?;
    let mut costs: BTreeMap<String, Cost> = BTreeMap::new();
    for step in logged(&log[before..]) {
        let cost = costs.entry(step.statement).or_default();
        cost.runs += u32::from(step.runs);
        cost.milliseconds += step.milliseconds;
    }
    let mut costs: Vec<(String, Cost)> = costs.into_iter().collect();
    costs.sort_by(|(_, one), (_, other)| other.milliseconds.total_cmp(&one.milliseconds));
    let (runs, milliseconds) =
        costs.iter().fold((0, 0.0), |(runs, ms), (_, cost)| (runs + cost.runs, ms + cost.milliseconds));
    let each = |sum: f64| sum / f64::from(TURNS);
    println!(
        "{:6.2} statements, {:.3} ms for each message and its turn:",
        each(f64::from(runs)),
        each(milliseconds)
    );
    for (statement, cost) in costs {
        println!("{:6.2} {:8.3} ms  {statement}", each(f64::from(cost.runs)), each(cost.milliseconds));
    }
    Ok(())
}

/// How often a statement ran, and how long all its steps took together.
#[derive(Default)]
struct Cost {
    runs: u32,
    milliseconds: f64,
}

/// One line of the log: parsing, planning or running a statement.
struct Step {
    runs: bool,
    milliseconds: f64,
    statement: String,
}

/// The steps in a log, each with the beginning of its statement.
fn logged(log: &str) -> impl Iterator<Item = Step> {
    let mut lines = log.lines().peekable();
    std::iter::from_fn(move || {
        loop {
            let line = lines.next()?;
            let Some((_, rest)) = line.split_once("duration: ") else { continue };
            let Some((milliseconds, rest)) = rest.split_once(" ms  ") else { continue };
            let Some((step, statement)) = rest.split_once(": ") else { continue };
            let Ok(milliseconds) = milliseconds.parse() else { continue };
            let mut statement = statement.trim().to_owned();
            while statement.len() < 150
                && let Some(more) = lines.next_if(|line| line.starts_with('\t') || line.starts_with(' '))
            {
                statement.push(' ');
                statement.push_str(more.trim());
            }
            let runs = step.starts_with("execute") || step.starts_with("statement");
            return Some(Step { runs, milliseconds, statement: statement.chars().take(150).collect() });
        }
    })
}

/// Whether everything was answered, from the database.
async fn report(house: &House, running: &Running) -> anyhow::Result<()> {
    tokio::time::sleep(Duration::from_secs(1)).await;
    let replied = house.count("select count(*) from turns where state = 'replied'").await?;
    let others = house.count("select count(*) from turns where state <> 'replied'").await?;
    let sent = house.count("select count(*) from outbox where state = 'sent'").await?;
    let unsent = house.count("select count(*) from outbox where state <> 'sent'").await?;
    let steps = house.count("select count(*) from turn_steps").await?;
    println!(
        "{replied} turns replied, {others} did not; {steps} steps; {sent} messages sent, {unsent} not; {:.1} MiB",
        running.process().memory()?
    );
    Ok(())
}

struct Plan {
    at_once: u64,
    in_one: u32,
    most: u64,
    until: Option<Instant>,
}

/// Runs conversations, each waiting for the answer before it writes again. Returns how long each answer took.
async fn many(
    running: &Running,
    peers: &Peers,
    next: &Arc<AtomicU64>,
    plan: &Plan,
) -> anyhow::Result<Vec<Duration>> {
    let left = Arc::new(AtomicU64::new(plan.most));
    let (in_one, until) = (plan.in_one, plan.until);
    let mut tasks = Vec::new();
    for _ in 0..plan.at_once {
        let (peers, next, left) = (peers.clone(), Arc::clone(next), Arc::clone(&left));
        let mut connection = Connection::open(running.address).await?;
        tasks.push(tokio::spawn(async move {
            let mut delays = Vec::new();
            loop {
                let shopper = next.fetch_add(1, Ordering::Relaxed);
                for number in 0..in_one {
                    let take = |left: u64| left.checked_sub(1);
                    let none_left = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_err();
                    if none_left || until.is_some_and(|until| Instant::now() >= until) {
                        return anyhow::Ok(delays);
                    }
                    delays.push(turn(&mut connection, &peers, shopper, number).await?);
                }
            }
        }));
    }
    let mut delays = Vec::new();
    for task in tasks {
        delays.extend(task.await??);
    }
    Ok(delays)
}

async fn turn(connection: &mut Connection, peers: &Peers, shopper: u64, number: u32) -> anyhow::Result<Duration> {
    let coming = peers.message_to(phone(shopper));
    let began = Instant::now();
    let status = connection.message(shopper, u64::from(number), "Busco una blusa bonita, ¿qué tienes?").await?;
    anyhow::ensure!(status == 200, "a webhook was answered {status}");
    tokio::time::timeout(PATIENCE, coming).await??;
    Ok(began.elapsed())
}
