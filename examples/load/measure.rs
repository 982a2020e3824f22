//! Reading what a process used, and sorting what was measured.

use std::fs;
use std::time::Duration;

use anyhow::Context as _;

/// A process of this machine.
#[derive(Clone, Copy)]
pub struct Process(pub u32);

/// The kernel counts in hundredths of a second on every Linux there is ("man 5 proc", `sysconf(_SC_CLK_TCK)`).
const TICK: Duration = Duration::from_millis(10);

impl Process {
    /// The processor time it has used.
    pub fn used(self) -> anyhow::Result<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.0))?;
        // The name stands in brackets and may hold anything.
        let (_, after) = stat.rsplit_once(')').context("a strange /proc/PID/stat")?;
        let fields: Vec<&str> = after.split_whitespace().collect();
        let ticks = |at: usize| -> anyhow::Result<u32> { Ok(fields.get(at).context("a short stat")?.parse()?) };
        Ok(TICK * (ticks(11)? + ticks(12)?))
    }

    /// The memory it holds, in MiB.
    pub fn memory(self) -> anyhow::Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        let kibibytes: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
        Ok(kibibytes / 1024.0)
    }
}

/// The time below which this share of the measured ones lie.
pub fn percentile(sorted: &[Duration], share: f64) -> Duration {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
    let at = (sorted.len() as f64 * share) as usize;
    sorted.get(at.min(sorted.len().saturating_sub(1))).copied().unwrap_or_default()
}

/// The middle one.
pub fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    percentile(times, 0.5)
}

/// Milliseconds of one out of many.
pub fn each(whole: Duration, of: u64) -> f64 {
    #[expect(clippy::cast_precision_loss)]
    let of = of.max(1) as f64;
    whole.as_secs_f64() * 1000.0 / of
}

/// How many in a second.
pub fn rate(of: u64, within: Duration) -> f64 {
    #[expect(clippy::cast_precision_loss)]
    let of = of as f64;
    of / within.as_secs_f64()
}

/// What else this machine is doing: the number of processes that want to run, averaged over a minute.
pub fn busy() -> String {
    fs::read_to_string("/proc/loadavg").unwrap_or_default().split(' ').next().unwrap_or_default().to_owned()
}
