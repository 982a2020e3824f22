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
        let fields = stat(self.0)?;
        Ok(ticks(&fields, 11)? + ticks(&fields, 12)?)
    }

    /// The processor time that it and the processes it started have used, those that ended included.
    pub fn used_with_children(self) -> anyhow::Result<Duration> {
        let mut used = Duration::ZERO;
        for entry in fs::read_dir("/proc")? {
            let name = entry?.file_name();
            let Some(id) = name.to_str().and_then(|name| name.parse().ok()) else { continue };
            // Processes end while we look.
            let Ok(fields) = stat(id) else { continue };
            let parent = fields.get(1).and_then(|parent| parent.parse().ok());
            if id == self.0 {
                used += ticks(&fields, 11)? + ticks(&fields, 12)? + ticks(&fields, 13)? + ticks(&fields, 14)?;
            } else if parent == Some(self.0) {
                used += ticks(&fields, 11)? + ticks(&fields, 12)?;
            }
        }
        Ok(used)
    }

    /// The memory it holds, in MiB.
    pub fn memory(self) -> anyhow::Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        let kibibytes: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
        Ok(kibibytes / 1024.0)
    }
}

/// What the kernel says of a process, from its state on.
fn stat(id: u32) -> anyhow::Result<Vec<String>> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat"))?;
    // The name stands in brackets and may hold anything.
    let (_, after) = stat.rsplit_once(')').context("a strange /proc/PID/stat")?;
    Ok(after.split_whitespace().map(str::to_owned).collect())
}

fn ticks(fields: &[String], at: usize) -> anyhow::Result<Duration> {
    let count: u32 = fields.get(at).context("a short stat")?.parse()?;
    Ok(TICK * count)
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
