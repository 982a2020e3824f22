//! The rules as plain functions over source text, so that they can be tried on planted violations.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;

use crate::code::{Code, SourceFile, declared_for_tests, halves};

/// One module and what it may name.
pub struct Row {
    pub name: &'static str,
    pub may_name: &'static [&'static str],
}

/// A way of reaching outside, and the only places for it.
pub struct Fence {
    pub what: &'static str,
    pub pattern: &'static str,
    pub places: &'static [&'static str],
    pub except: Option<Except>,
}

/// What a fence lets through in some more places.
pub struct Except {
    pub pattern: &'static str,
    pub places: &'static [&'static str],
}

/// A fence with its patterns compiled.
struct Built<'a> {
    fence: &'a Fence,
    pattern: Regex,
    except: Option<(Regex, &'a [&'a str])>,
}

/// All of it.
pub struct Law {
    pub rows: &'static [Row],
    pub free: &'static [&'static str],
    pub fences: &'static [Fence],
}

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap()
}

static NAMED: LazyLock<Regex> = LazyLock::new(|| regex(r"\bcrate\s*::\s*(?:r#)?([a-z_][a-z0-9_]*)"));
static RE_EXPORT: LazyLock<Regex> = LazyLock::new(|| regex(r"\bpub\s*(?:\([^)]*\)\s*)?use\s+([^;]+);"));
static PARENT: LazyLock<Regex> = LazyLock::new(|| regex(r"\bsuper\s*(?:::|\bas\b)"));
static PARENT_IN_TESTS: LazyLock<Regex> = LazyLock::new(|| regex(r"\buse\s+super\s*::\s*\*\s*;"));

/// Writing that would hide a name from these rules.
static HIDING: LazyLock<Vec<(Regex, &'static str)>> = LazyLock::new(|| {
    vec![
        (regex(r"\bcrate\s*::\s*\{"), "a grouped `use crate::{…}`; write one path per `use`"),
        (regex(r"\bcrate\s*::\s*\*"), "a glob of the whole crate"),
        (regex(r"\bcrate\s+as\b|\buse\s+crate\s*;"), "another name for the crate"),
        (regex(r"\bextern\s+crate\b"), "`extern crate`"),
        (regex(r"#\s*\[\s*path\b"), "a module read from another place"),
        (regex(r"\binclude\s*!"), "source read from another place"),
        (regex(r"\bdbg\s*!"), "`dbg!`"),
    ]
});
static OUTSIDE_NAME: LazyLock<Regex> = LazyLock::new(|| regex(r"\btrato\s*::"));

/// The module a file belongs to: its first folder, or its own name.
pub fn module_of(path: &str) -> &str {
    path.split('/').next().unwrap_or(path).trim_end_matches(".rs")
}

impl Law {
    /// Everything in these files that breaks a rule, one sentence each.
    pub fn violations(&self, files: &[SourceFile]) -> Vec<String> {
        let for_tests: Vec<String> = files.iter().flat_map(declared_for_tests).collect();
        let is_test = |path: &str| {
            for_tests.iter().any(|test| path == test || (test.ends_with('/') && path.starts_with(test)))
        };
        let fences: Vec<Built<'_>> = self.fences.iter().map(Built::new).collect();
        files.iter().flat_map(|file| self.violations_in(file, is_test(&file.path), &fences)).collect()
    }

    /// Names that a row lists and no production code of its module uses.
    pub fn unused(&self, files: &[SourceFile]) -> Vec<String> {
        let for_tests: Vec<String> = files.iter().flat_map(declared_for_tests).collect();
        let mut used: BTreeSet<(String, String)> = BTreeSet::new();
        for file in files {
            let production = halves(&file.text, for_tests.contains(&file.path)).production;
            let named = NAMED.captures_iter(&production.with_strings);
            used.extend(named.map(|named| (module_of(&file.path).to_owned(), named[1].to_owned())));
        }
        let listed = self.rows.iter().flat_map(|row| row.may_name.iter().map(|name| (row.name, *name)));
        let unused = listed.filter(|(own, name)| !used.contains(&((*own).to_owned(), (*name).to_owned())));
        unused.map(|(own, name)| format!("`{own}` names `{name}` nowhere")).collect()
    }

    fn violations_in(&self, file: &SourceFile, is_test: bool, fences: &[Built<'_>]) -> Vec<String> {
        let halves = halves(&file.text, is_test);
        let mut said: Vec<String> = Vec::new();
        said.extend(hidden(&halves.production));
        said.extend(hidden(&halves.tests));
        if file.path != "main.rs" && OUTSIDE_NAME.is_match(&halves.production.bare) {
            said.push("the crate by its outside name; write `crate::`".to_owned());
        }
        said.extend(parents(&halves.production, &halves.tests));
        if !self.free.contains(&module_of(&file.path)) {
            said.extend(self.names(&file.path, &halves.production, Half::Production));
            said.extend(self.names(&file.path, &halves.tests, Half::Tests));
            said.extend(re_exports(&file.path, &halves.production, fences));
        }
        said.extend(fences.iter().filter_map(|fence| fence.crossed(&file.path, &halves.production)));
        said.into_iter().map(|what| format!("src/{}: {what}", file.path)).collect()
    }

    fn names(&self, path: &str, code: &Code, half: Half) -> Vec<String> {
        let own = module_of(path);
        let Some(place) = self.rows.iter().position(|row| row.name == own) else {
            return vec![format!("no row in the table for `{own}`")];
        };
        let allowed = |name: &str| {
            let in_row = name == own || self.rows[place].may_name.contains(&name);
            let above = || name == "testing" || self.rows[..place].iter().any(|row| row.name == name);
            in_row || (half == Half::Tests && above())
        };
        let named: BTreeSet<&str> =
            NAMED.captures_iter(&code.with_strings).filter_map(|found| Some(found.get(1)?.as_str())).collect();
        let whose = if half == Half::Tests { "a test of " } else { "" };
        let forbidden = named.into_iter().filter(|name| !allowed(name));
        forbidden.map(|name| format!("{whose}`{own}` may not name `{name}`")).collect()
    }
}

impl<'a> Built<'a> {
    fn new(fence: &'a Fence) -> Self {
        let except = fence.except.as_ref().map(|except| (regex(except.pattern), except.places));
        Self { fence, pattern: regex(fence.pattern), except }
    }

    fn crossed(&self, path: &str, code: &Code) -> Option<String> {
        let text = match &self.except {
            Some((pattern, places)) if is_at(path, places) => pattern.replace_all(&code.bare, ""),
            _ => code.bare.as_str().into(),
        };
        let crossed = !is_at(path, self.fence.places) && self.pattern.is_match(&text);
        crossed.then(|| format!("{} is only for {}", self.fence.what, self.fence.places.join(", ")))
    }
}

/// `pub use` of another module, or of a fenced crate, would let a third one in by the back door.
fn re_exports(path: &str, code: &Code, fences: &[Built<'_>]) -> Vec<String> {
    let own = module_of(path);
    let mut said = Vec::new();
    for found in RE_EXPORT.captures_iter(&code.bare) {
        let others = NAMED.captures_iter(&found[1]).any(|named| &named[1] != own);
        if others || fences.iter().any(|fence| fence.pattern.is_match(&found[1])) {
            said.push(format!("a re-export: `pub use {}`", found[1].trim()));
        }
    }
    said
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    Production,
    Tests,
}

fn hidden(code: &Code) -> Vec<String> {
    let found = HIDING.iter().filter(|(pattern, _)| pattern.is_match(&code.bare));
    found.map(|(_, what)| (*what).to_owned()).collect()
}

fn parents(production: &Code, tests: &Code) -> Vec<String> {
    let without_globs = PARENT_IN_TESTS.replace_all(&tests.bare, "");
    if PARENT.is_match(&production.bare) {
        vec!["a `super::` path; write the whole path from `crate::`".to_owned()]
    } else if PARENT.is_match(&without_globs) {
        vec!["a `super::` path in a test other than `use super::*`".to_owned()]
    } else {
        Vec::new()
    }
}

fn is_at(path: &str, places: &[&str]) -> bool {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    places.iter().any(|place| match place.strip_prefix("*/") {
        Some(folder) if folder.ends_with('/') => {
            folders.split('/').any(|part| part == folder.trim_end_matches('/'))
        }
        Some(file) => file == name,
        None if place.ends_with('/') => path.starts_with(place),
        None => path == *place,
    })
}

/// The table as `ARCHITECTURE.md` prints it: rows of four columns whose first is a module in backticks.
pub fn printed_rows(map: &str) -> BTreeMap<String, BTreeSet<String>> {
    let cells = |line: &str| -> Vec<String> {
        line.trim().trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()
    };
    let code = |cell: &str| Some(cell.strip_prefix('`')?.strip_suffix('`')?.to_owned());
    let section = map.split("## Who may name whom").nth(1).unwrap_or_default();
    let section = section.split("\n## ").next().unwrap_or_default();
    let rows = section.lines().filter(|line| line.starts_with("| `")).map(cells);
    rows.filter(|cells| cells.len() == 4)
        .filter_map(|cells| {
            Some((code(&cells[0])?, cells[3].split(", ").filter(|name| *name != "–").map(str::to_owned).collect()))
        })
        .collect()
}
