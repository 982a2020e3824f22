//! Imports point the right way, and a few other promises about the files of this repository.
//!
//! The table says which module may name which; `ARCHITECTURE.md` prints it with reasons, and the two are compared
//! here. Production code may name what its row lists. Unit tests may also name whatever stands above their module
//! in the table, because they have to fill a database, and `testing`; so even tests never point outwards.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot read the tree has failed")]

#[path = "architecture/code.rs"]
mod code;
#[path = "architecture/documents.rs"]
mod documents;
#[path = "architecture/planted.rs"]
mod planted;
#[path = "architecture/repository.rs"]
mod repository;
#[path = "architecture/rules.rs"]
mod rules;
#[path = "architecture/settings.rs"]
mod settings;

use std::collections::BTreeSet;

use rules::{Except, Fence, Law, Row};

const fn row(name: &'static str, may_name: &'static [&'static str]) -> Row {
    Row { name, may_name }
}

/// Innermost first: a row names only rows above it, so there is no way round in a circle.
const ROWS: [Row; 26] = [
    row("base", &[]),
    row("sandbox", &["base"]),
    row("sentences", &["base"]),
    row("postgres", &[]),
    row("queue", &["base"]),
    row("config", &["postgres"]),
    row("telemetry", &[]),
    row("testing", &["base", "postgres", "queue", "config"]),
    row("merchants", &["base"]),
    row("catalog", &["base"]),
    row("embeddings", &["base", "catalog"]),
    row("pricing", &["base"]),
    row("cart", &["base", "pricing"]),
    row("checkout", &["base", "pricing", "cart"]),
    row("conversation", &["base"]),
    row("agent", &["base", "conversation"]),
    row("intake", &["base", "checkout"]),
    row("outbox", &["base", "conversation"]),
    row("turns", &["base", "checkout", "conversation", "agent", "intake"]),
    row("tools", &["base", "sentences", "catalog", "pricing", "cart", "checkout", "agent"]),
    row("llm", &["base", "sentences", "agent"]),
    row("channels", &["base", "conversation", "intake"]),
    row("stripe", &["base", "checkout"]),
    row(
        "web",
        &[
            "base",
            "sentences",
            "queue",
            "merchants",
            "catalog",
            "pricing",
            "cart",
            "checkout",
            "conversation",
            "intake",
            "outbox",
            "channels",
            "stripe",
        ],
    ),
    row(
        "workers",
        &[
            "base",
            "sentences",
            "queue",
            "merchants",
            "catalog",
            "pricing",
            "cart",
            "checkout",
            "conversation",
            "agent",
            "intake",
            "outbox",
            "turns",
            "tools",
            "llm",
            "channels",
            "stripe",
        ],
    ),
    row("evals", &["base", "sandbox", "agent", "turns"]),
];

/// These join the parts: they may name everything, and nothing may name them.
const FREE: [&str; 3] = ["app", "lib", "main"];

/// Where an outside crate, or a way of reaching outside, may be named. `*/x.rs` is a file of that name anywhere,
/// `*/x/` a folder of that name anywhere; everything else is a path from `src`.
const FENCES: [Fence; 8] = [
    Fence {
        what: "SQL",
        pattern: r"\bsqlx\s*::\s*(query\w*|raw_sql|QueryBuilder)|\bquery(_as|_scalar|_file\w*)?\s*!",
        places: &["*/store.rs", "*/store/", "postgres/", "testing.rs"],
        except: None,
    },
    Fence {
        what: "sqlx",
        pattern: r"\bsqlx\s*(::|;|as\b)",
        places: &[
            "*/store.rs",
            "*/store/",
            "postgres/",
            "queue/",
            "testing.rs",
            "workers/",
            "app/",
            "web/health.rs",
            "web/hooks/routes.rs",
        ],
        // An error enum may carry the database's refusal as its cause.
        except: Some(Except { pattern: r"\bsqlx\s*::\s*Error\b", places: &["*/mod.rs"] }),
    },
    Fence {
        what: "graphile_worker",
        pattern: r"\bgraphile_worker\b",
        places: &["queue/", "workers/", "app/"],
        except: None,
    },
    Fence { what: "reqwest", pattern: r"\breqwest\b", places: &["*/client.rs", "*/client/"], except: None },
    Fence { what: "async_openai", pattern: r"\basync_openai\b", places: &["llm/"], except: None },
    Fence { what: "axum", pattern: r"\b(axum|tower_http)\b", places: &["web/", "sandbox/", "app/"], except: None },
    Fence {
        what: "child processes",
        pattern: r"\bprocess\s*::\s*(Command|Child|Stdio|CommandExt|\{|\*)",
        places: &["postgres/"],
        except: None,
    },
    Fence { what: "rand", pattern: r"\brand\s*::", places: &["base/secret.rs"], except: None },
];

const LAW: Law = Law { rows: &ROWS, free: &FREE, fences: &FENCES };

#[test]
fn imports_point_the_right_way() {
    let violations = LAW.violations(&repository::sources());
    assert!(violations.is_empty(), "\n{}\n", violations.join("\n"));
}

#[test]
fn every_part_of_the_source_has_a_row_and_every_row_a_part() {
    let parts: BTreeSet<String> =
        repository::sources().iter().map(|file| rules::module_of(&file.path).to_owned()).collect();
    let rows: BTreeSet<String> = ROWS.iter().map(|row| row.name.to_owned()).collect();
    let free: BTreeSet<String> = FREE.iter().map(|name| (*name).to_owned()).collect();
    let without_row: Vec<_> = parts.difference(&rows).filter(|part| !free.contains(*part)).collect();
    assert!(without_row.is_empty(), "no row for {without_row:?}; say in ARCHITECTURE.md what it owns");
    let without_part: Vec<_> = rows.difference(&parts).collect();
    assert!(without_part.is_empty(), "rows for modules that do not exist: {without_part:?}");
}

#[test]
fn nobody_keeps_a_permission_they_do_not_use() {
    let unused = LAW.unused(&repository::sources());
    assert!(unused.is_empty(), "take these out of the table: {unused:?}");
}

#[test]
fn the_table_has_no_circles() {
    for (place, row) in ROWS.iter().enumerate() {
        for named in row.may_name {
            let above = ROWS[..place].iter().any(|other| other.name == *named);
            assert!(above, "`{}` may name `{named}`, which does not stand above it", row.name);
        }
    }
}

#[test]
fn the_map_prints_the_same_table() {
    let map = repository::text("ARCHITECTURE.md");
    let printed = rules::printed_rows(&map);
    for row in &ROWS {
        let may_name: BTreeSet<String> = row.may_name.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(printed.get(row.name), Some(&may_name), "the row of `{}` in ARCHITECTURE.md", row.name);
    }
    assert_eq!(printed.len(), ROWS.len(), "ARCHITECTURE.md has rows that the table has not: {:?}", printed.keys());
}

#[test]
fn a_test_that_the_map_cites_exists() {
    let map = repository::text("ARCHITECTURE.md");
    let cited = regex::Regex::new(r"`((?:src|tests)/[\w/]+\.rs)::(\w+)`").unwrap();
    let mut found = 0;
    for citation in cited.captures_iter(&map) {
        let text = repository::text(&citation[1]);
        assert!(text.contains(&format!("fn {}(", &citation[2])), "ARCHITECTURE.md cites {}", &citation[0]);
        found += 1;
    }
    assert!(found > 20, "only {found} tests are cited");
}
