//! The pages of products as a browser meets them, over a database.

use axum::http::StatusCode;
use sqlx::PgPool;

use crate::base::language::Language;
use crate::catalog::import::report::Outcome;
use crate::catalog::import::{ImportOptions, ShopDefaults, Upload, run_import};
use crate::testing::fresh_database;
use crate::web::browser::{Browser, shop};

const SHELF: &str = "\
handle,title,category,brand,tags,sku,option1_name,option1_value,price,compare_at_price,cost,floor,stock,image,description,status
taza,Taza grande,Cocina,Sol,regalo,TZ-A,Color,Azul,120.00,150.00,41.30,99.10,2,pictures/taza.jpg,Barro esmaltado,active
taza,,,,,TZ-R,Color,Rojo,140.00,,,,0,,,
tetera,Tetera,Cocina,Luna,,TT,,,300.00,,,,,https://img.example/t.jpg,De barro,active
nueva,Taza nueva,Cocina,Sol,,NV,,,90.00,,,,5,,Viene pronto,draft
";

async fn stocked(pool: &PgPool, slug: &str, file: &str) {
    let scope = shop(pool, slug).await;
    let defaults = ShopDefaults { currency: "MXN".parse().unwrap(), language: Language::Es, today: None };
    let file = Upload { name: "shelf.csv", bytes: file.as_bytes() };
    let report = run_import(&scope, defaults, file, ImportOptions::default(), &|_| {}).await.unwrap();
    assert_eq!(report.outcome, Outcome::Applied, "{report:?}");
}

#[tokio::test]
async fn staff_find_what_a_shopper_is_shown_and_why() {
    let pool = fresh_database().await;
    stocked(&pool, "one", SHELF).await;
    let ben = Browser::of(&pool, "ben@one.example").await;

    let all = ben.get("/inbox/products").await;
    assert_eq!(all.status, StatusCode::OK, "{}", all.body);
    assert!(all.body.contains("2 products on sale") && !all.body.contains("Taza nueva"), "{}", all.body);
    assert!(!all.body.contains("/inbox/catalog"), "only owners import");

    let found = ben.get("/inbox/products?q=taza+de+barro&utm_source=x").await.body;
    assert!(found.contains("Taza grande") && found.contains("“barro” in the description"), "{found}");
    assert!(found.contains("$120.00 MXN to $140.00 MXN") && found.contains("2 left, 1 of 2 sold out"), "{found}");
    assert!(found.contains("https://shop.example/media/one/pictures/taza.jpg"), "{found}");

    let without = ben.get("/inbox/products?q=barro+sin+esmaltado").await.body;
    assert!(without.find("Tetera") < without.find("Taza grande"), "what is unwanted comes last: {without}");

    let blue = ben.get("/inbox/products?q=taza&option=Color:Azul&in_stock=true").await.body;
    assert!(blue.contains("Color: Azul") && blue.contains("2 left") && !blue.contains("$140.00"), "{blue}");
    assert!(blue.contains(r#"href="/inbox/products?q=taza&#38;in_stock=true""#), "the way back: {blue}");
}

#[tokio::test]
async fn a_search_that_makes_no_sense_is_told_and_keeps_its_words() {
    let pool = fresh_database().await;
    stocked(&pool, "one", SHELF).await;
    let ben = Browser::of(&pool, "ben@one.example").await;
    let wrong = ben.get("/inbox/products?q=taza&price_max=barato").await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert!(
        wrong.body.contains("write a plain amount in MXN") && wrong.body.contains("value=\"taza\""),
        "{}",
        wrong.body
    );
    let nothing = ben.get("/inbox/products?q=submarino").await;
    assert_eq!(nothing.status, StatusCode::OK);
    assert!(nothing.body.contains("Nothing on sale answers these words."), "{}", nothing.body);
}

#[tokio::test]
async fn a_product_is_found_behind_its_link_whatever_signs_its_handle_and_options_have() {
    let pool = fresh_database().await;
    // More than a page, so that it is asked what tells them apart.
    let others =
        (0..30).map(|at| format!("f{at},Farol,F-{at},Luz:,{},10.00\n", if at < 20 { "Alta" } else { "Baja" }));
    let odd = "handle,title,sku,option1_name,option1_value,price\na/b?c#d%e f,Farol de mano,FA-1,Luz:,Alta,10.00\n";
    let odd = odd.to_owned() + &others.collect::<String>();
    stocked(&pool, "one", &odd).await;
    let ben = Browser::of(&pool, "ben@one.example").await;
    let found = ben.get("/inbox/products?q=farol").await.body;
    let link = |found: &str, words: &str| {
        let link = found.split('"').find(|part| part.starts_with("/inbox/products") && part.contains(words));
        link.unwrap_or_else(|| panic!("no {words} in {found}")).replace("&#38;", "&")
    };
    let hand = ben.get("/inbox/products?q=farol+de+mano").await.body;
    let page = ben.get(&link(&hand, "/inbox/products/a")).await;
    assert!(page.status == StatusCode::OK && page.body.contains("FA-1"), "{}", page.body);
    let narrowed = ben.get(&link(&found, "option=")).await.body;
    assert!(narrowed.contains("Luz:: Alta") && narrowed.contains("21 products found"), "{narrowed}");
}

#[tokio::test]
async fn one_product_has_its_own_page_and_costs_are_for_owners() {
    let pool = fresh_database().await;
    stocked(&pool, "one", SHELF).await;
    stocked(&pool, "other", "handle,title,sku,price\nvela,Vela,VE,10.00\n").await;
    let (ana, ben) = (Browser::of(&pool, "ana@one.example").await, Browser::of(&pool, "ben@one.example").await);

    let page = ben.get("/inbox/products/taza?q=barro").await.body;
    for shown in [
        "Taza grande",
        "TZ-A",
        "Azul",
        "$120.00",
        "<del>$150.00 MXN</del>",
        "2 left",
        "Sold out",
        "Barro esmaltado",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    assert!(page.contains(r#"href="/inbox/products?q=barro""#), "back to the search: {page}");
    assert!(!page.contains("41.30") && !page.contains("99.10"), "{page}");
    let owners = ana.get("/inbox/products/taza").await.body;
    assert!(owners.contains("$41.30") && owners.contains("$99.10"), "{owners}");

    for gone in ["nueva", "vela", "nothing"] {
        let page = ben.get(&format!("/inbox/products/{gone}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{gone}: {}", page.body);
        assert!(page.body.contains("not on sale"), "{}", page.body);
    }
}
