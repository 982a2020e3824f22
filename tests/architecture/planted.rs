//! The rules tried on planted violations of every kind: a rule that finds nothing here finds nothing anywhere.

use crate::LAW;
use crate::code::SourceFile;

fn said(files: &[(&str, &str)]) -> Vec<String> {
    let files: Vec<SourceFile> = files
        .iter()
        .map(|(path, text)| SourceFile { path: (*path).to_owned(), text: (*text).to_owned() })
        .collect();
    LAW.violations(&files)
}

#[track_caller]
fn refused(path: &str, text: &str, because: &str) {
    let said = said(&[(path, text)]);
    assert!(said.iter().any(|violation| violation.contains(because)), "{path}: {text:?} gave {said:?}");
}

#[track_caller]
fn allowed(path: &str, text: &str) {
    let said = said(&[(path, text)]);
    assert!(said.is_empty(), "{path}: {text:?} gave {said:?}");
}

#[test]
fn a_name_outside_the_row_is_found_however_it_is_written() {
    let because = "`cart` may not name `checkout`";
    refused("cart/mod.rs", "use crate::checkout::order::Order;", because);
    refused("cart/mod.rs", "fn f(order: &crate::checkout::order::Order) {}", because);
    refused("cart/mod.rs", "use crate :: checkout :: order::Order as Cart;", because);
    refused("cart/mod.rs", "use {crate::base::ids::CartId, crate::checkout::order::Order};", because);
    refused("cart/mod.rs", "use ::std::fmt; use crate::\n    checkout::order;", because);
    refused("cart/mod.rs", "macro_rules! m { () => { $crate::checkout::order::f() } }", because);
    refused("cart/mod.rs", "#[serde(with = \"crate::checkout::order\")] struct S;", because);
    refused("cart/mod.rs", "pub(in crate::checkout) fn f() {}", because);
    refused("cart.rs", "use crate::checkout::order::Order;", because);
    refused("cart/deep/down.rs", "/* a comment */ use crate::checkout::order::Order;", because);
    refused("cart/mod.rs", "use crate::config::Settings;", "may not name `config`");
    refused("cart/mod.rs", "use crate::app::App;", "may not name `app`");
    refused("cart/mod.rs", "use crate::testing::fresh_database;", "may not name `testing`");
    refused("sandbox/mod.rs", "use crate::channels::whatsapp;", "may not name `channels`");
}

#[test]
fn what_the_row_lists_is_allowed_and_words_in_comments_and_strings_are_no_imports() {
    allowed("cart/mod.rs", "use crate::pricing::quote::Quote;\nuse crate::cart::store::Carts;");
    allowed("cart/mod.rs", "//! Orders are in [`crate::checkout::order`].\n/* crate::checkout /* nested */ */");
    allowed(
        "cart/mod.rs",
        "/// ```\n/// use axum::Router;\n/// ```\nfn f<'a>(c: char) -> bool { c == '\"' && c != '\\'' }",
    );
    allowed("cart/mod.rs", "const HELP: &str = r#\"reqwest is \"not\" for here: super::x\"#;");
    allowed("app/serve.rs", "use crate::web::Site; use crate::workers::jobs::Crew;");
}

#[test]
fn what_hides_a_name_is_refused() {
    refused("cart/mod.rs", "use crate::{base::ids::CartId, pricing::quote::Quote};", "grouped");
    refused("app/serve.rs", "use crate::{web, workers};", "grouped");
    refused("cart/mod.rs", "use crate::*;", "glob of the whole crate");
    refused("cart/mod.rs", "use crate as everything;", "another name for the crate");
    refused("lib.rs", "extern crate self as trato;", "extern crate");
    refused("cart/mod.rs", "use trato::checkout::order::Order;", "outside name");
    allowed("main.rs", "use trato::app::commands::run;");
    refused("cart/mod.rs", "#[path = \"../checkout/order.rs\"] mod order;", "another place");
    refused("cart/mod.rs", "include!(\"../checkout/order.rs\");", "another place");
    refused("cart/mod.rs", "fn f() { dbg!(1); }", "dbg!");
}

#[test]
fn a_path_through_the_parent_is_refused_but_for_the_glob_of_a_test_module() {
    refused("cart/mod.rs", "use super::checkout::order::Order;", "super::");
    refused("cart/deep/down.rs", "fn f() -> super::super::X { todo() }", "super::");
    refused("cart/mod.rs", "use self::super::pricing;", "super::");
    refused("cart/mod.rs", "use super as everything;", "super::");
    refused("cart/mod.rs", "#[cfg(test)]\nmod tests {\n    use super::Cart;\n}", "other than `use super::*`");
    allowed("cart/mod.rs", "#[cfg(test)]\nmod tests {\n    use super::*;\n}");
    refused("cart/mod.rs", "mod tests { use super::*; }", "super::");
}

#[test]
fn a_re_export_of_another_module_or_of_a_fenced_crate_is_refused() {
    refused("cart/mod.rs", "pub use crate::base::ids::CartId;", "a re-export");
    refused("cart/mod.rs", "pub(crate) use crate::pricing::quote::Quote as Price;", "a re-export");
    refused("cart/store.rs", "pub use sqlx::PgPool;", "a re-export");
    allowed("cart/mod.rs", "pub(in crate::cart) use crate::cart::store::Row;");
    allowed("base/ids.rs", "pub(in crate::base) use for_each_id;");
}

#[test]
fn an_outside_crate_in_the_wrong_place_is_refused() {
    refused("cart/mod.rs", "fn f(pool: &sqlx::PgPool) {}", "sqlx is only for");
    refused("tools/view_cart.rs", "use sqlx as db;", "sqlx is only for");
    refused("web/inbox/pages.rs", "use sqlx::PgPool;", "sqlx is only for");
    refused("workers/sweep.rs", "fn f() { sqlx::query!(\"select 1\"); }", "SQL is only for");
    refused("workers/sweep.rs", "use sqlx::query_as; fn f() { query_as!(Row, \"select 1\"); }", "SQL is only for");
    refused("cart/mod.rs", "use reqwest::Client;", "reqwest is only for");
    refused("stripe/mod.rs", "fn f(error: ::reqwest::Error) {}", "reqwest is only for");
    refused("agent/turn.rs", "use async_openai::types::Role;", "async_openai is only for");
    refused("conversation/mod.rs", "use axum::Json;", "axum is only for");
    refused("cart/mod.rs", "use graphile_worker::Worker;", "graphile_worker is only for");
    refused("catalog/import/mod.rs", "std::process::Command::new(\"ls\");", "child processes is only for");
    refused("catalog/import/mod.rs", "use tokio::process::{Child, Command};", "child processes is only for");
    refused("cart/mod.rs", "use rand::Rng;", "rand is only for");
}

#[test]
fn an_outside_crate_in_its_place_is_allowed() {
    allowed("cart/store.rs", "use sqlx::PgPool; fn f() { sqlx::query!(\"select 1\"); }");
    allowed("checkout/store/orders.rs", "use sqlx::PgPool;");
    allowed("checkout/begin/mod.rs", "enum BeginError { Database(#[from] sqlx::Error) }");
    refused("checkout/decide.rs", "enum DecideError { Database(#[from] sqlx::Error) }", "sqlx is only for");
    allowed("stripe/client/mod.rs", "use reqwest::Client;");
    allowed("web/inbox/pages.rs", "use axum::Json;");
    allowed("workers/jobs.rs", "use sqlx::PgPool; use graphile_worker::Worker;");
    allowed("base/clock.rs", "fn f() -> u32 { std::process::id() }");
}

#[test]
fn tests_may_fill_a_database_but_not_point_outwards() {
    let test = |body: &str| format!("#[cfg(test)]\nmod tests {{\n    {body}\n}}\n");
    allowed(
        "checkout/mod.rs",
        &test("use crate::testing::fresh_database; use crate::merchants::store::Merchants;"),
    );
    allowed("checkout/mod.rs", &test("fn f() { sqlx::query(\"insert\"); } use axum::Router;"));
    refused("checkout/mod.rs", &test("use crate::web::router;"), "a test of `checkout` may not name `web`");
    refused(
        "sandbox/mod.rs",
        &test("use crate::channels::whatsapp;"),
        "a test of `sandbox` may not name `channels`",
    );
    let after = format!("{}use crate::web::router;", test("fn f() { let x = ['}', '{']; }"));
    refused("checkout/mod.rs", &after, "`checkout` may not name `web`");
    let not_only_for_tests = "#[cfg(any(test, unix))]\nmod tests { use crate::testing::fresh_database; }";
    refused("checkout/mod.rs", not_only_for_tests, "`checkout` may not name `testing`");
}

#[test]
fn a_file_is_a_test_only_if_its_parent_says_so() {
    let tests = ("cart/tests.rs", "use super::*; use crate::testing::fresh_database;");
    assert!(said(&[("cart/mod.rs", "#[cfg(test)]\nmod tests;"), tests]).is_empty());
    assert!(!said(&[("cart/mod.rs", "mod tests;"), tests]).is_empty());
    let below = ("cart/tests/prices.rs", "use crate::testing::fresh_database;");
    assert!(said(&[("cart/mod.rs", "#[cfg(test)]\npub(crate) mod tests;"), below]).is_empty());
    let beside = ("cart/lines/samples.rs", "use crate::testing::fresh_database;");
    assert!(said(&[("cart/lines.rs", "#[cfg(test)]\nmod samples;"), beside]).is_empty());
}

#[test]
fn a_module_without_a_row_is_refused() {
    refused("utils/mod.rs", "pub fn f() {}", "no row in the table for `utils`");
    refused("helpers.rs", "pub fn f() {}", "no row in the table for `helpers`");
}
