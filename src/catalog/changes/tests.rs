//! Items as tables, and requests over a database.

use std::time::Duration;

use serde_json::{Value, json};
use sqlx::PgPool;

use crate::base::fingerprint::Fingerprint;
use crate::base::ids::{ApiKeyId, MerchantId, VariantId};
use crate::base::language::Language;
use crate::base::money::{Currency, Money};
use crate::base::store::Scope;
use crate::catalog::changes::item::Item;
use crate::catalog::changes::judge::{Shelf, Verdict, judge};
use crate::catalog::changes::store::{ChangeError, Changes, Request, sweep};
use crate::catalog::import::{ImportOptions, ShopDefaults, Upload, run_import};
use crate::testing::fresh_database;

fn mxn() -> Currency {
    "MXN".parse().unwrap()
}

fn money(minor: i64) -> Money {
    Money::new(minor, mxn())
}

fn cup() -> Shelf {
    Shelf {
        id: VariantId::generate(),
        sku: "CUP".parse().unwrap(),
        stock: Some(3),
        price: money(12_00),
        compare_at: Some(money(15_00)),
        archived: false,
    }
}

/// What becomes of an item: the code of its refusal, or what stock, price and price before are then.
fn becomes(item: &Value) -> Result<(Option<i32>, i64, Option<i64>), &'static str> {
    let item = Item::read(item, mxn()).map_err(|refusal| refusal.code)?;
    match judge(Some(&cup()), &item) {
        Verdict::Changed(shelf, _) | Verdict::Unchanged(shelf) => {
            Ok((shelf.stock, shelf.price.minor(), shelf.compare_at.map(Money::minor)))
        }
        Verdict::Refused(refusal) => Err(refusal.code),
    }
}

#[test]
fn an_item_changes_what_it_says_and_nothing_else() {
    let check = |item: Value, wanted| assert_eq!(becomes(&item), Ok(wanted), "{item}");
    check(json!({"sku": "CUP", "stock": 0}), (Some(0), 12_00, Some(15_00)));
    check(json!({"sku": "CUP", "stock": null}), (None, 12_00, Some(15_00)));
    check(json!({"sku": "CUP", "price": "13.5"}), (Some(3), 13_50, Some(15_00)));
    check(json!({"sku": "CUP", "price": "11"}), (Some(3), 11_00, Some(15_00)));
    check(json!({"sku": "CUP", "compare_at": "12.01"}), (Some(3), 12_00, Some(12_01)));
    check(json!({"sku": "CUP", "compare_at": null}), (Some(3), 12_00, None));
    check(json!({"sku": "CUP", "compare_at": "0.00"}), (Some(3), 12_00, None));
    check(
        json!({"sku": "CUP", "price": "20.00", "compare_at": "25.00", "stock": 9}),
        (Some(9), 20_00, Some(25_00)),
    );
    check(json!({"sku": "CUP", "stock": 2, "stock_was": 3}), (Some(2), 12_00, Some(15_00)));
    // A price that overtakes the price before leaves none: "before" would be a lie.
    check(json!({"sku": "CUP", "price": "15.00"}), (Some(3), 15_00, None));
}

#[test]
fn an_item_that_cannot_be_done_whole_is_refused_whole_and_says_why() {
    let check = |item: Value, code| assert_eq!(becomes(&item), Err(code), "{item}");
    check(json!("CUP"), "not-an-item");
    check(json!({"sku": "CUP", "stock": 1, "prise": "1.00"}), "unknown-field");
    check(json!({"stock": 1}), "bad-sku");
    check(json!({"sku": 7, "stock": 1}), "bad-sku");
    check(json!({"sku": "7.70212E+12", "stock": 1}), "bad-sku");
    check(json!({"sku": "CUP"}), "nothing-to-change");
    check(json!({"sku": "CUP", "confirm": true}), "nothing-to-change");
    check(json!({"sku": "CUP", "stock_was": 3, "price": "13.00"}), "nothing-to-change");
    for count in [json!(-1), json!(1.5), json!(1e3), json!("4"), json!(1_000_000_001), json!(true)] {
        check(json!({"sku": "CUP", "stock": count}), "not-a-count");
    }
    for amount in
        [json!(13), json!(13.5), json!("13,50"), json!("-1"), json!("$13"), json!("1.005"), json!(""), json!("1e3")]
    {
        check(json!({"sku": "CUP", "stock": 1, "price": amount}), "not-an-amount");
    }
    check(json!({"sku": "CUP", "price": null}), "not-an-amount");
    check(json!({"sku": "CUP", "price": "13.00", "confirm": "yes"}), "not-a-yes");
    check(json!({"sku": "CUP", "compare_at": "12.00"}), "compare-at-not-above-price");
    check(json!({"sku": "CUP", "stock": 1, "price": "16.00", "compare_at": "15.00"}), "compare-at-not-above-price");
    check(json!({"sku": "CUP", "stock": 2, "stock_was": 4}), "stock-moved");
    check(json!({"sku": "CUP", "stock": 2, "stock_was": null}), "stock-moved");
}

#[test]
fn prices_that_are_more_often_a_mistake_than_meant_wait_for_a_yes_as_in_an_import() {
    for (price, code) in [("0.00", "zero-price"), ("1200.00", "price-jump"), ("0.12", "price-jump")] {
        assert_eq!(becomes(&json!({"sku": "CUP", "stock": 1, "price": price})), Err(code), "{price}");
        assert!(becomes(&json!({"sku": "CUP", "price": price, "confirm": true})).is_ok(), "{price}");
    }
    assert!(becomes(&json!({"sku": "CUP", "price": "1199.99"})).is_ok());
    let shelf = Shelf { price: Money::new(12_00, "USD".parse().unwrap()), compare_at: None, ..cup() };
    let item = Item::read(&json!({"sku": "CUP", "price": "12.00"}), mxn()).unwrap();
    assert!(matches!(judge(Some(&shelf), &item), Verdict::Refused(refusal) if refusal.code == "currency-change"));
}

#[test]
fn what_is_not_there_or_no_longer_sold_is_refused_and_what_is_so_already_is_unchanged() {
    let item = Item::read(&json!({"sku": "CUP", "stock": 3, "price": "12.00"}), mxn()).unwrap();
    assert!(matches!(judge(Some(&cup()), &item), Verdict::Unchanged(_)));
    assert!(matches!(judge(None, &item), Verdict::Refused(refusal) if refusal.code == "no-such-sku"));
    let gone = Shelf { archived: true, ..cup() };
    assert!(matches!(judge(Some(&gone), &item), Verdict::Refused(refusal) if refusal.code == "archived"));
}

#[test]
fn an_amount_has_no_more_decimals_than_the_currency() {
    let read = |price: &str, currency: &str| {
        Item::read(&json!({"sku": "A", "price": price}), currency.parse().unwrap())
            .map(|item| item.price.unwrap().minor())
    };
    assert_eq!(read("1200", "JPY"), Ok(1_200));
    assert!(read("12.5", "JPY").unwrap_err().detail.contains("digits, such as \"129900\""));
    assert_eq!(read("1.250", "KWD"), Ok(1_250));
    assert!(read("99999999999999999999", "MXN").is_err(), "more than fits");
}

const FILE: &str = "handle,title,sku,price,stock\ncup,Cup,CUP,12.00,3\njug,Jug,JUG,30.00,\n";

/// A shop with a cup and a jug, and a key of its till.
async fn shop(pool: &PgPool, slug: &str) -> Changes {
    let (merchant, key) = (MerchantId::generate(), ApiKeyId::generate());
    sqlx::query(
        "with shop as (insert into merchants (id, slug, name, currency, locale, time_zone, policies)
                       values ($1, $2, $2, 'MXN', 'es-MX', 'UTC', '{}'))
         insert into api_keys (id, merchant_id, name, secret_hash) values ($3, $1, 'Till', '')",
    )
    .bind(merchant.uuid())
    .bind(slug)
    .bind(key.uuid())
    .execute(pool)
    .await
    .unwrap();
    let scope = Scope::new(pool.clone(), merchant);
    let defaults = ShopDefaults { currency: mxn(), language: Language::Es, today: None };
    let file = Upload { name: "products.csv", bytes: FILE.as_bytes() };
    run_import(&scope, defaults, file, ImportOptions::default(), &|_| {}).await.unwrap();
    Changes::of(&scope, key, mxn())
}

async fn ask(changes: &Changes, key: &str, body: &Value) -> Result<(Value, bool), ChangeError> {
    let items = body.as_array().unwrap();
    let fingerprint = Fingerprint::of(body.to_string().as_bytes());
    let answered = changes.apply(Request { key, fingerprint, items }).await?;
    Ok((serde_json::from_str(&answered.text).unwrap(), answered.repeated))
}

async fn stock(pool: &PgPool) -> Vec<(String, Option<i32>, i64)> {
    sqlx::query_as("select sku, stock, price_minor from variants order by merchant_id, sku")
        .fetch_all(pool)
        .await
        .unwrap()
}

#[tokio::test]
async fn good_items_are_done_although_others_are_refused_and_another_shop_is_not_touched() {
    let pool = fresh_database().await;
    let (changes, _other) = (shop(&pool, "one").await, shop(&pool, "other").await);
    let body = json!([
        {"sku": "CUP", "stock": 8, "price": "13.00"},
        {"sku": "NOT", "stock": 1},
        {"sku": "JUG", "price": "30.00"},
        {"sku": "CUP", "stock": 9},
        {"price": "1.00"},
    ]);
    let (answer, _) = ask(&changes, "a", &body).await.unwrap();
    assert_eq!((&answer["changed"], &answer["unchanged"], &answer["refused"]), (&json!(1), &json!(1), &json!(3)));
    assert_eq!(
        answer["items"][0],
        json!({"result": "changed", "sku": "CUP", "changed": ["stock", "price"],
               "now": {"stock": 8, "price": "13.00", "compare_at": null}})
    );
    let codes: Vec<_> = answer["items"].as_array().unwrap().iter().map(|item| item["code"].as_str()).collect();
    assert_eq!(codes, [None, Some("no-such-sku"), None, Some("sku-twice"), Some("bad-sku")]);
    let cup = |stock, price| ("CUP".to_owned(), Some(stock), price);
    let jug = || ("JUG".to_owned(), None, 30_00);
    assert_eq!(stock(&pool).await, [cup(8, 13_00), jug(), cup(3, 12_00), jug()]);
}

#[tokio::test]
async fn a_repeat_gets_the_first_answer_and_a_used_key_takes_nothing_else_for_a_day() {
    let pool = fresh_database().await;
    let changes = shop(&pool, "one").await;
    let first = ask(&changes, "a", &json!([{"sku": "CUP", "stock": 8}])).await.unwrap();
    // Sold meanwhile: the repeat must not put it back.
    sqlx::query("update variants set stock = 7 where sku = 'CUP'").execute(&pool).await.unwrap();
    let again = ask(&changes, "a", &json!([{"sku": "CUP", "stock": 8}])).await.unwrap();
    assert_eq!((first.1, again.1), (false, true));
    assert_eq!(first.0, again.0);
    assert_eq!(stock(&pool).await[0].1, Some(7));
    let other = ask(&changes, "a", &json!([{"sku": "CUP", "stock": 1}])).await;
    assert!(matches!(other, Err(ChangeError::KeyReused)));

    assert_eq!(sweep(&pool).await.unwrap(), 0);
    sqlx::query("update api_answers set created_at = now() - interval '25 hours'").execute(&pool).await.unwrap();
    assert_eq!(sweep(&pool).await.unwrap(), 1);
    assert!(!ask(&changes, "a", &json!([{"sku": "CUP", "stock": 1}])).await.unwrap().1);
}

#[tokio::test]
async fn whoever_was_answered_before_keeps_nobody_waiting() {
    let pool = fresh_database().await;
    let changes = shop(&pool, "one").await;
    ask(&changes, "a", &json!([{"sku": "CUP", "stock": 8}])).await.unwrap();
    for _ in 0..50 {
        assert!(ask(&changes, "a", &json!([{"sku": "CUP", "stock": 8}])).await.unwrap().1);
        let other = ask(&changes, "a", &json!([{"sku": "CUP", "stock": 1}])).await;
        assert!(matches!(other, Err(ChangeError::KeyReused)), "{other:?}");
    }
}

#[tokio::test]
async fn many_at_once_with_one_key_change_once() {
    let pool = fresh_database().await;
    let changes = shop(&pool, "one").await;
    let body = json!([{"sku": "CUP", "stock": 2, "stock_was": 3}]);
    let until_answered = async || loop {
        match ask(&changes, "a", &body).await {
            Err(ChangeError::Busy) => tokio::time::sleep(Duration::from_millis(10)).await,
            answer => return answer.unwrap(),
        }
    };
    let answers = futures::future::join_all((0..8).map(|_| until_answered())).await;
    assert_eq!(answers.iter().filter(|(_, repeated)| !repeated).count(), 1);
    assert!(answers.iter().all(|(answer, _)| answer == &answers[0].0 && answer["changed"] == 1), "{answers:?}");
}

#[tokio::test]
async fn while_an_import_holds_the_catalog_a_request_gives_up_at_once_and_changes_nothing() {
    let pool = fresh_database().await;
    let changes = shop(&pool, "one").await;
    let mut import = pool.begin().await.unwrap();
    sqlx::query("select pg_advisory_xact_lock(hashtextextended('catalog import ' || id, 0)) from merchants")
        .execute(&mut *import)
        .await
        .unwrap();
    let body = json!([{"sku": "CUP", "stock": 8}]);
    let refused = tokio::time::timeout(Duration::from_millis(900), ask(&changes, "a", &body)).await;
    assert!(matches!(refused, Ok(Err(ChangeError::Busy))));
    import.rollback().await.unwrap();
    assert!(!ask(&changes, "a", &json!([{"sku": "CUP", "stock": 8}])).await.unwrap().1);
}
