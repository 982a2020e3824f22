//! Finds PostgreSQL programs on the machine and decides which way to take.

use std::path::{Path, PathBuf};
use std::process::Command;

/// PostgreSQL programs on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installation {
    /// The folder with `initdb` and `postgres`.
    pub bin: PathBuf,
    /// The major version.
    pub major: u32,
    /// Whether pgvector is installed beside them, in a version that our SQL runs on.
    pub has_vector: bool,
}

/// Which way to a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// The address in the settings.
    Url,
    /// A private server of these programs.
    Installed(Installation),
    /// A private server of the wheel's programs.
    Wheel,
}

/// The oldest major version our SQL runs on.
pub const MAJOR_MIN: u32 = 15;

/// The way to take: the settings' address, else the newest installed programs that have pgvector, else the wheel.
#[must_use]
pub fn plan(has_url: bool, installed: Vec<Installation>) -> Plan {
    if has_url {
        return Plan::Url;
    }
    let usable = installed.into_iter().filter(|found| found.has_vector && found.major >= MAJOR_MIN);
    usable.max_by_key(|found| found.major).map_or(Plan::Wheel, Plan::Installed)
}

/// The PostgreSQL programs on this machine, in no order.
#[must_use]
pub fn installed() -> Vec<Installation> {
    let mut bins: Vec<PathBuf> = Vec::new();
    bins.extend(asked_pg_config("pg_config"));
    for parent in ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt", "/usr/pgsql"] {
        let Ok(entries) = std::fs::read_dir(parent) else { continue };
        bins.extend(entries.flatten().map(|entry| entry.path().join("bin")));
    }
    bins.sort();
    bins.dedup();
    bins.iter().filter_map(|bin| look_at(bin)).collect()
}

fn asked_pg_config(program: &str) -> Option<PathBuf> {
    output(Command::new(program).arg("--bindir")).map(PathBuf::from)
}

fn look_at(bin: &Path) -> Option<Installation> {
    if !bin.join("initdb").is_file() || !bin.join("postgres").is_file() {
        return None;
    }
    let version = output(Command::new(bin.join("postgres")).arg("--version"))?;
    let number = version.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    let major = number.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()?;
    let shared = output(Command::new(bin.join("pg_config")).arg("--sharedir"))
        .map_or_else(|| PathBuf::from(format!("/usr/share/postgresql/{major}")), PathBuf::from);
    let control = std::fs::read_to_string(shared.join("extension/vector.control"));
    let has_vector = control.is_ok_and(|control| has_vector(&control));
    Some(Installation { bin: bin.to_owned(), major, has_vector })
}

/// Whether the control file of the extension is of version 0.8 or newer, which knows `halfvec` and reads an index on
/// until there is enough.
fn has_vector(control: &str) -> bool {
    let version = control.lines().find_map(|line| line.trim().strip_prefix("default_version"));
    let mut numbers =
        version.unwrap_or_default().split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok());
    (numbers.next(), numbers.next()) >= (Some(0), Some(8))
}

fn output(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_pgvector_is_as_good_as_none() {
        let control = |version| format!("comment = 'vector data type'\ndefault_version = '{version}'\n");
        assert!(has_vector(&control("0.8.0")) && has_vector(&control("0.10.1")) && has_vector(&control("1.0")));
        assert!(!has_vector(&control("0.7.4")) && !has_vector(&control("0.4.2")) && !has_vector(""));
    }

    fn programs(major: u32, has_vector: bool) -> Installation {
        Installation { bin: format!("/pg/{major}/bin").into(), major, has_vector }
    }

    #[test]
    fn an_address_in_the_settings_wins() {
        assert_eq!(plan(true, vec![programs(18, true)]), Plan::Url);
    }

    #[test]
    fn the_newest_installed_programs_with_pgvector_come_next() {
        let installed = vec![programs(16, true), programs(18, false), programs(17, true)];
        assert_eq!(plan(false, installed), Plan::Installed(programs(17, true)));
    }

    #[test]
    fn programs_without_pgvector_or_too_old_are_passed_over_for_the_wheel() {
        assert_eq!(plan(false, vec![programs(18, false), programs(14, true)]), Plan::Wheel);
        assert_eq!(plan(false, vec![]), Plan::Wheel);
    }
}
