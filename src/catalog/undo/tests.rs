//! Imports undone, over a database.

use std::fmt::Write as _;

use serde_json::json;
use sqlx::PgPool;

use crate::base::fingerprint::Fingerprint;
use crate::base::ids::{ApiKeyId, ImportId, MerchantId};
use crate::base::language::Language;
use crate::base::store::Scope;
use crate::catalog::changes::store::{Changes, Request};
use crate::catalog::history::Did;
use crate::catalog::history::store::History;
use crate::catalog::import::doubt::{Agreed, Doubt};
use crate::catalog::import::report::{Outcome, Report};
use crate::catalog::import::{Absent, ImportOptions, ReadOptions, Run, ShopDefaults, Upload, run_import};
use crate::catalog::undo::report::{Counts, UndoReport};
use crate::catalog::undo::standing::Standing;
use crate::catalog::undo::store::{UndoError, Undos, sweep};
use crate::testing::fresh_database;

const HEADER: &str = "handle,title,description,category,brand,tags,sku,option1_name,option1_value,price,\
                      compare_at_price,cost,floor,stock,when_out,facts\n";
const YESTERDAY: &str = "cup,Cup,Of clay.,Kitchen,Luna,gift,CUP-S,Size,S,12.00,15.00,5.00,10.00,5,deny,Material: clay\n\
                         cup,,,,,,CUP-L,,L,14.00,,,,8,continue,\n\
                         jug,Jug,Tall.,Kitchen,,,JUG,,,30.00,,,,,deny,\n\
                         bowl,Bowl,Round.,Kitchen,,,BOWL,,,9.00,,,,4,deny,\n";
/// Another title, category, option, price and stock; a variant and a product more; the bowl is not in it.
const WRONG: &str = "cup,Mug,Of tin.,Camping,Sol,tin,CUP-S,Colour,Red,24.00,,6.00,20.00,50,continue,Material: tin\n\
                     cup,,,,,,CUP-L,,Blue,14.00,,,,8,continue,\n\
                     cup,,,,,,CUP-XL,,Green,16.00,,,,3,deny,\n\
                     tent,Tent,,Camping,,,JUG,,,31.00,,,,7,deny,\n";

async fn shop(pool: &PgPool, slug: &str) -> Scope {
    let (merchant, key) = (MerchantId::generate(), ApiKeyId::generate());
    sqlx::query(
        "with shop as (insert into merchants (id, slug, name, currency, locale, time_zone, policies)
                       values ($1, $2, $2, 'MXN', 'es-MX', 'UTC', '{}'))
         insert into api_keys (id, merchant_id, name, secret_hash) values ($3, $1, 'Till', '')",
    )
    .bind(merchant)
    .bind(slug)
    .bind(key)
    .execute(pool)
    .await
    .unwrap();
    Scope::new(pool.clone(), merchant)
}

async fn import(scope: &Scope, rows: &str) -> Report {
    let reading =
        ReadOptions { agreed: Agreed::to(vec![Doubt::Vanishing, Doubt::PriceJump]), ..ReadOptions::default() };
    let options = ImportOptions { reading, absent: Absent::Archive, ..ImportOptions::default() };
    let defaults = ShopDefaults { currency: "MXN".parse().unwrap(), language: Language::Es, today: None };
    let file = format!("{HEADER}{rows}");
    let upload = Upload { name: "products.csv", bytes: file.as_bytes() };
    let report = run_import(scope, defaults, upload, options, &|_| {}).await.unwrap();
    assert_eq!(report.outcome, Outcome::Applied, "{report}");
    report
}

/// What the shop has, but for what an undo leaves behind: archived things, and when rows were changed.
async fn on_sale(scope: &Scope) -> String {
    sqlx::query_scalar(
        "select coalesce(string_agg((to_jsonb(p) - 'updated_at' || to_jsonb(v))::text, E'\\n' order by v.sku), '')
         from products p join variants v on v.product_id = p.id
         where p.merchant_id = $1 and p.status <> 'archived' and not v.archived",
    )
    .bind(scope.merchant())
    .fetch_one(scope.pool())
    .await
    .unwrap()
}

/// Runs a statement of somebody else.
async fn meanwhile(pool: &PgPool, statement: &'static str) {
    sqlx::query(statement).execute(pool).await.unwrap();
}

async fn till(scope: &Scope, items: serde_json::Value) {
    let caller: ApiKeyId = sqlx::query_scalar("select id from api_keys where merchant_id = $1")
        .bind(scope.merchant())
        .fetch_one(scope.pool())
        .await
        .unwrap();
    let changes = Changes::of(scope, caller, "MXN".parse().unwrap());
    let key = items.to_string();
    let fingerprint = Fingerprint::of(key.as_bytes());
    let answered =
        changes.apply(Request { key: &key, fingerprint, items: items.as_array().unwrap() }).await.unwrap();
    assert!(answered.text.contains(r#""refused":0"#), "{}", answered.text);
}

async fn undo(scope: &Scope) -> UndoReport {
    let undos = Undos::of(scope);
    let import = undos.find(None).await.unwrap().id;
    let before = on_sale(scope).await;
    let shown = undos.run(import, Run::Dry, None).await.unwrap();
    assert_eq!((shown.outcome, on_sale(scope).await), (Outcome::Dry, before));
    let done = undos.run(import, Run::Apply, Some(shown.plan)).await.unwrap();
    assert_eq!(done, UndoReport { outcome: Outcome::Applied, ..shown });
    assert_eq!(undos.done(import).await.unwrap().unwrap(), done);
    done
}

/// Fields that were left: of what, which, what they are and what they were.
fn left(report: &UndoReport) -> Vec<(String, String, String, String)> {
    let mut left: Vec<_> = report
        .left
        .iter()
        .map(|left| {
            let of = left.sku.as_ref().map_or(left.handle.to_string(), ToString::to_string);
            (of, left.field.clone(), left.now.clone(), left.was.clone())
        })
        .collect();
    left.sort();
    left
}

fn was(of: &str, field: &str, now: &str, before: &str) -> (String, String, String, String) {
    (of.to_owned(), field.to_owned(), now.to_owned(), before.to_owned())
}

#[tokio::test]
async fn an_undone_import_leaves_the_shop_exactly_as_it_was() {
    let pool = fresh_database().await;
    let (scope, other) = (shop(&pool, "one").await, shop(&pool, "other").await);
    import(&scope, YESTERDAY).await;
    import(&other, YESTERDAY).await;
    let (before, others) = (on_sale(&scope).await, on_sale(&other).await);
    import(&scope, WRONG).await;
    assert_ne!(on_sale(&scope).await, before);
    let report = undo(&scope).await;
    assert_eq!(on_sale(&scope).await, before);
    // The tent and the third cup; cup, jug and bowl, two cups and the jug's variant.
    assert_eq!(report.counts, Counts { archived: 2, restored: 6, left: 0 });
    assert_eq!(on_sale(&other).await, others, "another shop is not touched");
    assert_eq!(import(&scope, WRONG).await.outcome, Outcome::Applied, "and the file can be imported again");
}

#[tokio::test]
async fn the_first_import_is_undone_by_archiving_all_of_it() {
    let pool = fresh_database().await;
    let scope = shop(&pool, "one").await;
    import(&scope, YESTERDAY).await;
    let kept: i64 = sqlx::query_scalar("select count(*) from import_pasts").fetch_one(&pool).await.unwrap();
    assert_eq!(kept, 0, "nothing is kept of what an import created");
    let report = undo(&scope).await;
    assert_eq!(
        (report.counts, on_sale(&scope).await),
        (Counts { archived: 3, restored: 0, left: 0 }, String::new())
    );
}

#[tokio::test]
async fn imports_are_undone_from_the_newest_on_and_an_undo_is_listed_like_an_import() {
    let pool = fresh_database().await;
    let scope = shop(&pool, "one").await;
    import(&scope, YESTERDAY).await;
    let first = on_sale(&scope).await;
    import(&scope, &YESTERDAY.replace("12.00", "13.00")).await;
    let second = on_sale(&scope).await;
    import(&scope, WRONG).await;
    undo(&scope).await;
    assert_eq!(on_sale(&scope).await, second);
    undo(&scope).await;
    assert_eq!(on_sale(&scope).await, first);
    let listed = History::of(&scope).imports(10).await.unwrap();
    let standings: Vec<Standing> = listed.iter().map(|past| past.standing).collect();
    assert!(matches!(
        standings[..],
        [Standing::Undo, Standing::Undo, Standing::Undone, Standing::Undone, Standing::Open(_)]
    ));
    assert_eq!(listed[0].did, Did::Undo { counts: Counts { archived: 0, restored: 1, left: 0 } });
}

#[tokio::test]
async fn what_somebody_else_changed_since_is_left_as_it_is_and_told() {
    let pool = fresh_database().await;
    let scope = shop(&pool, "one").await;
    import(&scope, YESTERDAY).await;
    import(&scope, WRONG).await;
    till(&scope, json!([{"sku": "CUP-S", "price": "25.00"}, {"sku": "JUG", "stock": 6}])).await;
    meanwhile(&pool, "update products set title = 'Beaker' where handle = 'cup'").await;
    let report = undo(&scope).await;
    let amounts = [
        was("CUP-S", "compare_at_price", "", "15.00"),
        was("CUP-S", "cost", "6.00", "5.00"),
        was("CUP-S", "floor", "20.00", "10.00"),
        was("CUP-S", "price", "25.00 MXN", "12.00 MXN"),
    ];
    let others = [was("JUG", "stock", "6", "not counted"), was("cup", "title", "Beaker", "Cup")];
    assert_eq!(left(&report), [&amounts[..], &others[..]].concat());
    assert_eq!(report.counts.left, 3);
    let cup: (i64, Option<i32>, String) =
        sqlx::query_as("select price_minor, stock, when_out from variants where sku = 'CUP-S'")
            .fetch_one(&pool)
            .await
            .unwrap();
    assert_eq!(cup, (25_00, Some(5), "deny".to_owned()), "its stock came back, its price did not");
}

#[tokio::test]
async fn stock_that_was_sold_or_counted_since_does_not_come_back_even_where_the_figure_is_the_same_again() {
    let pool = fresh_database().await;
    let scope = shop(&pool, "one").await;
    import(&scope, &YESTERDAY.replace("JUG,,,30.00,,,,,", "JUG,,,30.00,,,,9,")).await;
    // The wrong file: 2 small cups instead of 5, neither jug nor bowl counted any more.
    let wrong = YESTERDAY.replace("10.00,5,deny", "10.00,2,deny").replace("9.00,,,,4", "9.00,,,,");
    import(&scope, &wrong).await;
    till(&scope, json!([{"sku": "CUP-S", "stock": 0}])).await;
    till(&scope, json!([{"sku": "CUP-S", "stock": 2}])).await;
    // As a sale notes it: of what is not counted, no figure tells.
    meanwhile(&pool, "update variants set stock_moves = stock_moves + 1 where sku = 'BOWL'").await;
    let report = undo(&scope).await;
    assert_eq!(left(&report), [was("BOWL", "stock", "not counted", "4"), was("CUP-S", "stock", "2", "5")]);
    let jug: Option<i32> =
        sqlx::query_scalar("select stock from variants where sku = 'JUG'").fetch_one(&pool).await.unwrap();
    assert_eq!(jug, Some(9), "nobody bought a jug");
}

#[tokio::test]
async fn an_undo_is_not_done_when_the_shop_has_changed_since_it_was_shown() {
    let pool = fresh_database().await;
    let scope = shop(&pool, "one").await;
    import(&scope, YESTERDAY).await;
    import(&scope, WRONG).await;
    let undos = Undos::of(&scope);
    let import = undos.find(None).await.unwrap().id;
    let shown = undos.run(import, Run::Dry, None).await.unwrap();
    till(&scope, json!([{"sku": "CUP-S", "stock": 49}])).await;
    let before = on_sale(&scope).await;
    let report = undos.run(import, Run::Apply, Some(shown.plan)).await.unwrap();
    assert_eq!((report.outcome, on_sale(&scope).await), (Outcome::Changed, before));
    assert!(matches!(undos.find(Some(import)).await.unwrap().standing, Standing::Open(_)));
}

/// Why an import cannot be undone.
async fn refused(scope: &Scope, import: ImportId) -> String {
    match Undos::of(scope).run(import, Run::Apply, None).await {
        Err(UndoError::Not(standing)) => standing.why_not().unwrap(),
        Err(other) => other.to_string(),
        Ok(report) => panic!("{report}"),
    }
}

async fn ids(scope: &Scope) -> Vec<ImportId> {
    History::of(scope).imports(100).await.unwrap().iter().map(|past| past.id).collect()
}

#[tokio::test]
async fn an_import_that_cannot_be_undone_says_why() {
    let pool = fresh_database().await;
    let (scope, other) = (shop(&pool, "one").await, shop(&pool, "other").await);
    assert!(matches!(Undos::of(&scope).find(None).await, Err(UndoError::None)));
    import(&scope, YESTERDAY).await;
    import(&scope, WRONG).await;
    let [second, first] = ids(&scope).await[..] else { panic!() };
    assert!(refused(&scope, first).await.starts_with("Only the newest"));
    assert_eq!(refused(&other, second).await, "there is no such import in this shop");
    undo(&scope).await;
    assert!(refused(&scope, second).await.contains("undone already"));
    assert!(refused(&scope, ids(&scope).await[0]).await.contains("is an undo itself"));
    meanwhile(&pool, "update imports set undo_until = now() - interval '1 hour' where undo_until is not null")
        .await;
    assert!(refused(&scope, first).await.contains("30 days and the newest 10 imports"));
}

#[tokio::test]
async fn two_who_undo_at_once_undo_once() {
    let pool = fresh_database().await;
    let scope = shop(&pool, "one").await;
    import(&scope, YESTERDAY).await;
    import(&scope, WRONG).await;
    let (undos, import) = (Undos::of(&scope), ids(&scope).await[0]);
    let (one, other) = tokio::join!(undos.run(import, Run::Apply, None), undos.run(import, Run::Apply, None));
    assert_eq!([one.is_ok(), other.is_ok()].iter().filter(|done| **done).count(), 1);
}

#[tokio::test]
async fn an_import_that_changes_more_than_is_kept_says_so_before_and_cannot_be_undone() {
    let pool = fresh_database().await;
    let scope = shop(&pool, "one").await;
    let file = |letter: &str| {
        (0..120).fold(String::new(), |mut file, number| {
            let description = letter.repeat(9_000);
            writeln!(file, "p{number},P,{description},,,,S{number},,,10.00,,,,,deny,").unwrap();
            file
        })
    };
    assert!(!import(&scope, &file("a")).await.cannot_be_undone);
    let report = import(&scope, &file("b")).await;
    assert!(
        report.cannot_be_undone && report.to_string().contains("cannot be undone"),
        "{}",
        report.cannot_be_undone
    );
    let newest = ids(&scope).await[0];
    assert!(refused(&scope, newest).await.contains("more than the 1 MB that are kept"));
    let kept: i64 = sqlx::query_scalar("select count(*) from import_pasts").fetch_one(&pool).await.unwrap();
    assert_eq!(kept, 0);
}

#[tokio::test]
async fn what_was_there_is_kept_for_the_newest_ten_imports_and_thirty_days() {
    let pool = fresh_database().await;
    let scope = shop(&pool, "one").await;
    for price in 10..=22 {
        import(&scope, &format!("cup,Cup,,,,,CUP,,,{price}.00,,,,,deny,\n")).await;
    }
    let count = || async {
        sqlx::query_scalar::<_, i64>("select count(*) from import_pasts").fetch_one(&pool).await.unwrap()
    };
    assert_eq!(count().await, 10);
    assert_eq!(sweep(&pool).await.unwrap(), 0);
    meanwhile(&pool, "update imports set undo_until = undo_until - interval '30 days'").await;
    assert_eq!((sweep(&pool).await.unwrap(), count().await), (10, 0));
}
