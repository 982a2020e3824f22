//! Webhooks: one message in each, from 2,000 shoppers, over 64 connections.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::client::Connection;
use crate::house::{House, Running};
use crate::measure::{busy, each, percentile, rate};

const SHOPPERS: u64 = 2000;
const CONNECTIONS: u64 = 64;
const CALM_EACH_SECOND: u64 = 500;
/// So long that no turn begins while hooks are measured.
const QUIET_MS: &str = "3600000";

/// Measures the most, then the delay at a calm rate.
pub async fn run(house: &House, seconds: u64) -> anyhow::Result<()> {
    let nowhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 9));
    let settings = [("TRATO_AGENT__QUIET_MS", QUIET_MS), ("TRATO_AGENT__WAIT_MS_MAX", QUIET_MS)];
    let running = house.serve(nowhere, &settings).await?;
    let next = Arc::new(AtomicU64::new(0));
    post(&running, &next, Some(SHOPPERS), None).await?;
    let before = (running.process().used()?, house.database()?.used_with_children()?);
    let began = Instant::now();
    let (count, _) =
        post(&running, &next, None, Some(Pace { until: began + Duration::from_secs(seconds), gap: None })).await?;
    let (took, used) = (began.elapsed(), running.process().used()?.saturating_sub(before.0));
    let database = house.database()?.used_with_children()?.saturating_sub(before.1);
    println!(
        "hooks, as many as go: {:.0} messages/s, {:.4} ms of our processor and {:.4} ms of the database's each, load {}",
        rate(count, took),
        each(used, count),
        each(database, count),
        busy()
    );
    let began = Instant::now();
    let before = (running.process().used()?, house.database()?.used_with_children()?);
    let gap = Some(Duration::from_secs(1) * u32::try_from(CONNECTIONS)? / u32::try_from(CALM_EACH_SECOND)?);
    let (count, mut delays) =
        post(&running, &next, None, Some(Pace { until: began + Duration::from_secs(seconds), gap })).await?;
    let used = running.process().used()?.saturating_sub(before.0);
    let database = house.database()?.used_with_children()?.saturating_sub(before.1);
    delays.sort_unstable();
    println!(
        "hooks, calm: {:.0} messages/s, p50 {:.2?}, p99 {:.2?}, {:.4} ms of our processor and {:.4} ms of the database's each",
        rate(count, began.elapsed()),
        percentile(&delays, 0.5),
        percentile(&delays, 0.99),
        each(used, count),
        each(database, count),
    );
    let stored = house.count("select count(*) from intake").await?;
    let answered = next.load(Ordering::Relaxed);
    println!("stored {stored} of {answered} answered with 200");
    Ok(())
}

#[derive(Clone, Copy)]
struct Pace {
    until: Instant,
    gap: Option<Duration>,
}

/// Posts over all connections: so many, or until it is time. Returns how many, and how long each took.
async fn post(
    running: &Running,
    next: &Arc<AtomicU64>,
    most: Option<u64>,
    pace: Option<Pace>,
) -> anyhow::Result<(u64, Vec<Duration>)> {
    let first = next.load(Ordering::Relaxed);
    let mut tasks = Vec::new();
    for place in 0..CONNECTIONS {
        let next = Arc::clone(next);
        let mut connection = Connection::open(running.address).await?;
        tasks.push(tokio::spawn(async move {
            let mut delays = Vec::new();
            let gap = pace.and_then(|pace| pace.gap);
            if let Some(gap) = gap {
                tokio::time::sleep(gap * u32::try_from(place)? / u32::try_from(CONNECTIONS)?).await;
            }
            loop {
                let enough = most.is_some_and(|most| next.load(Ordering::Relaxed) >= first + most);
                if enough || pace.is_some_and(|pace| Instant::now() >= pace.until) {
                    return anyhow::Ok(delays);
                }
                let number = next.fetch_add(1, Ordering::Relaxed);
                let began = Instant::now();
                let status =
                    connection.message(number % SHOPPERS, number, "¿Tienen la blusa bordada en talla M?").await?;
                anyhow::ensure!(status == 200, "a webhook was answered {status}");
                delays.push(began.elapsed());
                if let Some(gap) = gap {
                    tokio::time::sleep(gap.saturating_sub(began.elapsed())).await;
                }
            }
        }));
    }
    let mut delays = Vec::new();
    for task in tasks {
        delays.extend(task.await??);
    }
    Ok((next.load(Ordering::Relaxed) - first, delays))
}
