//! The catalog pages as a browser meets them, over a database.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};

use crate::base::ids::UploadId;
use crate::base::language::Language;
use crate::base::store::Scope;
use crate::catalog::history::store::History;
use crate::catalog::import::{ImportOptions, ShopDefaults, Upload, run_import};
use crate::catalog::sources::Came;
use crate::catalog::sources::store::Sources;
use crate::catalog::uploads::store::Uploads;
use crate::catalog::uploads::{CHUNK_BYTES_MAX, FILE_BYTES_MAX, Work};
use crate::merchants::api_keys::store::ApiKeys;
use crate::merchants::staff::store::Staff;
use crate::testing::fresh_database;
use crate::web::browser::{Answer, Browser, now, shop};

const CUP: &str = "handle,title,sku,price\ncup,Cup,CUP,12.00\n";

impl Browser {
    /// A file in a plain form.
    async fn upload_whole(&self, csrf: &str, name: &str, text: &[u8]) -> Answer {
        let mut body =
            format!("--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n").into_bytes();
        let head = format!("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(text);
        body.extend_from_slice(b"\r\n--x--\r\n");
        let request = Request::post("/inbox/catalog/uploads");
        self.send(request.header(header::CONTENT_TYPE, "multipart/form-data; boundary=x"), body).await
    }

    /// A file, and the address of its page.
    async fn upload(&self, text: &str) -> String {
        let answer = self.upload_whole(&self.csrf, "products.csv", text.as_bytes()).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        answer.header("location").to_owned()
    }

    async fn begin(&self, name: &str, size: i64) -> Answer {
        let fields = [("name", name), ("size", &*size.to_string()), ("changed", "1")];
        self.post("/inbox/catalog/uploads/begin", &fields).await
    }

    async fn piece(&self, page: &str, offset: &str, piece: &[u8]) -> Answer {
        let request = Request::patch(format!("{page}/pieces"));
        let request = request.header("x-csrf-token", &self.csrf).header("upload-offset", offset);
        self.send(request, piece.to_vec()).await
    }
}

async fn products(scope: &Scope) -> i64 {
    History::of(scope).on_sale().await.unwrap().products
}

#[tokio::test]
async fn an_owner_uploads_sees_and_applies_and_the_same_file_again_changes_nothing() {
    let pool = fresh_database().await;
    let scope = shop(&pool, "one").await;
    let ana = Browser::of(&pool, "ana@one.example").await;
    let page = ana.upload(CUP).await;
    let shown = ana.get(&page).await;
    assert!(shown.body.contains("Import 1 product") && shown.body.contains("Trato CSV"), "{}", shown.body);
    assert_eq!(products(&scope).await, 0);

    let fields = [("shown", &*shown.field("shown"))];
    let applied = ana.post(&format!("{page}/apply"), &fields).await;
    assert_eq!((applied.status, applied.header("location")), (StatusCode::SEE_OTHER, &*page));
    let done = ana.get(&page).await;
    assert!(done.body.contains("<h2>Imported</h2>"), "{}", done.body);
    assert!(done.body.contains("https://chat.example/525500000001"), "the shop can be tried");
    assert_eq!(products(&scope).await, 1);

    let pressed_again = ana.post(&format!("{page}/apply"), &fields).await;
    assert_eq!(pressed_again.header("location"), page, "done is done, and no reason to worry anybody");
    let again = ana.get(&ana.upload(CUP).await).await;
    assert!(again.body.contains("Nothing to change") && !again.body.contains("name=\"shown\""));
    let home = ana.get("/inbox/catalog").await.body;
    assert!(home.contains("1 product and 1 variant new") && home.contains("Ana"), "{home}");
}

#[tokio::test]
async fn what_changed_since_it_was_shown_is_not_applied_but_shown_anew() {
    let pool = fresh_database().await;
    let scope = shop(&pool, "one").await;
    let ana = Browser::of(&pool, "ana@one.example").await;
    let page = ana.upload(CUP).await;
    let shown = ana.get(&page).await.field("shown");
    let elsewhere = Upload { name: "elsewhere.csv", bytes: b"handle,title,sku,price\ncup,Mug,CUP,12.00\n" };
    let shop = ShopDefaults { currency: "MXN".parse().unwrap(), language: Language::Es, today: None };
    run_import(&scope, shop, elsewhere, ImportOptions::default(), &|_| {}).await.unwrap();
    ana.post(&format!("{page}/apply"), &[("shown", &shown)]).await;
    let anew = ana.get(&page).await;
    assert!(anew.body.contains("The shop has changed since"), "{}", anew.body);
    assert!(anew.body.contains("<del>Mug</del>") && anew.body.contains("<ins>Cup</ins>"), "field by field");
    assert_ne!(anew.field("shown"), shown);

    ana.post(&format!("{page}/choices"), &[("replace", "on")]).await;
    ana.get(&page).await;
    let stale = ana.post(&format!("{page}/apply"), &[("shown", &anew.field("shown"))]).await;
    let stale = ana.get(stale.header("location")).await;
    assert!(stale.body.contains("was not up to date any more"), "choices of another window count too");
    let title = sqlx::query_scalar!("select title from products").fetch_one(&pool).await.unwrap();
    assert_eq!(title, "Mug", "nothing was written");
}

#[tokio::test]
async fn only_owners_come_in_and_an_agent_is_told_whom_to_ask() {
    let pool = fresh_database().await;
    shop(&pool, "one").await;
    let (ana, ben) = (Browser::of(&pool, "ana@one.example").await, Browser::of(&pool, "ben@one.example").await);
    let page = ana.upload(CUP).await;
    let mut answers = vec![
        ben.upload_whole(&ben.csrf, "a.csv", b"x").await,
        ben.begin("a.csv", 3).await,
        ben.piece(&page, "0", b"x").await,
    ];
    for address in
        ["/inbox/catalog", "/inbox/catalog/download", &page, &format!("{page}/columns"), &format!("{page}/refused")]
    {
        answers.push(ben.get(address).await);
    }
    for action in ["apply", "choices", "columns", "again", "discard"] {
        answers.push(ben.post(&format!("{page}/{action}"), &[("shown", "x")]).await);
    }
    for answer in answers {
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.body);
        assert!(answer.body.contains("Ask Ana."), "{}", answer.body);
    }
}

#[tokio::test]
async fn the_catalog_that_is_downloaded_is_the_shops_own_and_uploading_it_changes_nothing() {
    let pool = fresh_database().await;
    shop(&pool, "one").await;
    shop(&pool, "two").await;
    let (ana, stranger) =
        (Browser::of(&pool, "ana@one.example").await, Browser::of(&pool, "ana@two.example").await);
    let page = ana.upload(CUP).await;
    ana.post(&format!("{page}/apply"), &[("shown", &ana.get(&page).await.field("shown"))]).await;
    let file = ana.get("/inbox/catalog/download").await;
    assert!(file.header("content-disposition").starts_with("attachment; filename=\"Tienda one-2026-11-20.csv\""));
    assert!(file.body.lines().count() > 1, "{}", file.body);
    let again = ana.upload(&file.body).await;
    assert!(ana.get(&again).await.body.contains("Nothing to change"), "the same catalog");
    assert_eq!(stranger.get("/inbox/catalog/download").await.body.lines().count(), 1, "only the header");
}

#[tokio::test]
async fn an_owner_says_where_the_catalog_is_fetched_from_and_sees_no_secret_again() {
    let pool = fresh_database().await;
    let scope = shop(&pool, "one").await;
    shop(&pool, "other").await;
    let (ana, ben) = (Browser::of(&pool, "ana@one.example").await, Browser::of(&pool, "ben@one.example").await);
    let wanted =
        [("address", "https://shop.example/feed.csv?token=s3cret"), ("every_hours", "6"), ("replace", "on")];
    assert_eq!(ben.post("/inbox/catalog/sources", &wanted).await.status, StatusCode::FORBIDDEN);
    assert_eq!(ana.post_as_it_is("/inbox/catalog/sources", &wanted).await.status, StatusCode::FORBIDDEN);
    assert_eq!(ana.post("/inbox/catalog/sources", &wanted).await.status, StatusCode::SEE_OTHER);
    let page = ana.get("/inbox/catalog").await.body;
    assert!(page.contains("shop.example/feed.csv?…") && page.contains("Not fetched yet"), "{page}");
    assert!(!page.contains("s3cret"), "{page}");
    for (address, says) in [
        ("http://shop.example/feed.csv", "must begin with https://"),
        ("https://127.0.0.1/feed.csv", "inside a network"),
        ("https://[::ffff:10.0.0.1]/", "inside a network"),
        ("https://shop.example:22/", "usual ports"),
        ("nonsense", "begins with https://"),
        ("https://shop.example/feed.csv?token=s3cret", "on the list already"),
    ] {
        let answer = ana.post("/inbox/catalog/sources", &[("address", address), ("every_hours", "6")]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{address}");
        assert!(answer.body.contains(says) && !answer.body.contains("s3cret"), "{address}: {}", answer.body);
    }
    let source = Sources::of(&scope).list().await.unwrap().remove(0);
    assert_eq!((source.every_hours, source.choices.replace), (6, true));
    let (fetch, remove) = (
        format!("/inbox/catalog/sources/{}/fetch", source.id),
        format!("/inbox/catalog/sources/{}/remove", source.id),
    );
    let stranger = Browser::of(&pool, "ana@other.example").await;
    assert_eq!(stranger.post(&fetch, &[]).await.status, StatusCode::NOT_FOUND);
    stranger.post(&remove, &[]).await;
    let sentence = "There is no file <there>.".to_owned();
    Sources::of(&scope).settle(&source, &Came::Failed { sentence }, None, now()).await.unwrap();
    let page = ana.get("/inbox/catalog").await.body;
    assert!(page.contains("There is no file &#60;there&#62;.") && page.contains("next today at 12:05"), "{page}");
    assert_eq!(ana.post(&fetch, &[]).await.status, StatusCode::SEE_OTHER);
    assert!(ana.get("/inbox/catalog").await.body.contains("being fetched now"));
    assert_eq!(ana.post(&remove, &[]).await.status, StatusCode::SEE_OTHER);
    assert!(Sources::of(&scope).list().await.unwrap().is_empty());
}

#[tokio::test]
async fn an_owner_makes_a_key_sees_it_once_and_revokes_it() {
    let pool = fresh_database().await;
    let scope = shop(&pool, "one").await;
    let (ana, ben) = (Browser::of(&pool, "ana@one.example").await, Browser::of(&pool, "ben@one.example").await);
    let wanted = [("name", "Till <1>")];
    assert_eq!(ben.get("/inbox/catalog/keys").await.status, StatusCode::FORBIDDEN);
    assert_eq!(ben.post("/inbox/catalog/keys", &wanted).await.status, StatusCode::FORBIDDEN);
    assert_eq!(ana.post_as_it_is("/inbox/catalog/keys", &wanted).await.status, StatusCode::FORBIDDEN);
    let made = ana.post("/inbox/catalog/keys", &wanted).await;
    assert_eq!((made.status, made.header("cache-control")), (StatusCode::OK, "no-store"));
    let (_, key) = made.body.split_once("class=\"key\">").unwrap();
    let key = key.split_once('<').unwrap().0;
    let caller = ApiKeys::new(pool.clone()).caller(&key.parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(caller.scope.merchant(), scope.merchant());
    let list = ana.get("/inbox/catalog/keys").await.body;
    assert!(list.contains("Till &#60;1&#62;") && !list.contains(key), "{list}");
    let revoke = format!("/inbox/catalog/keys/{}/revoke", caller.key);
    assert_eq!(ben.post(&revoke, &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(ana.post(&revoke, &[]).await.status, StatusCode::SEE_OTHER);
    assert!(ApiKeys::new(pool.clone()).caller(&key.parse().unwrap()).await.unwrap().is_none());
    assert_eq!(ana.post("/inbox/catalog/keys", &[("name", " ")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn who_is_signed_out_comes_back_to_the_catalog() {
    let pool = fresh_database().await;
    shop(&pool, "one").await;
    let mut ana = Browser::of(&pool, "ana@one.example").await;
    let page = ana.upload(CUP).await;
    ana.cookie = String::new();
    let door = |wanted: &str| format!("/inbox/login?next={}", wanted.replace('/', "%2F"));
    assert_eq!(ana.get(&page).await.header("location"), door(&page));
    assert_eq!(ana.piece(&page, "0", b"x").await.header("location"), door("/inbox/catalog"));
    assert_eq!(ana.upload_whole("x", "a.csv", b"x").await.header("location"), door("/inbox/catalog"));
}

#[tokio::test]
async fn a_form_or_a_piece_that_our_page_did_not_send_changes_nothing() {
    let pool = fresh_database().await;
    let scope = shop(&pool, "one").await;
    let ana = Browser::of(&pool, "ana@one.example").await;
    let page = ana.upload(CUP).await;
    let shown = ana.get(&page).await.field("shown");
    for action in ["apply", "choices", "columns", "again", "discard"] {
        for csrf in [&[][..], &[("csrf", "guess")]] {
            let fields = [csrf, &[("shown", &*shown)]].concat();
            let answer = ana.post_as_it_is(&format!("{page}/{action}"), &fields).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{action}");
        }
    }
    assert_eq!(ana.upload_whole("guess", "a.csv", b"x").await.status, StatusCode::FORBIDDEN);
    let endless = "x".repeat(100_000);
    assert_eq!(ana.upload_whole(&endless, "a.csv", b"x").await.status, StatusCode::FORBIDDEN);
    let begun = ana.post_as_it_is("/inbox/catalog/uploads/begin", &[("name", "a"), ("size", "3")]).await;
    assert_eq!(begun.status, StatusCode::FORBIDDEN);
    let piece = Request::patch(format!("{page}/pieces")).header("upload-offset", "0");
    assert_eq!(ana.send(piece, "x").await.status, StatusCode::FORBIDDEN);
    assert_eq!(products(&scope).await, 0);
    assert_eq!(ana.get(&page).await.field("shown"), shown);
}

#[tokio::test]
async fn another_shops_upload_is_not_there_and_neither_is_one_that_was_swept() {
    let pool = fresh_database().await;
    let (one, two) = (shop(&pool, "one").await, shop(&pool, "two").await);
    let (ana, other) = (Browser::of(&pool, "ana@one.example").await, Browser::of(&pool, "ana@two.example").await);
    let theirs = ana.upload(CUP).await;
    let swept = format!("/inbox/catalog/uploads/{}", UploadId::generate());
    for page in [&theirs, &swept] {
        let mut answers = vec![other.piece(page, "0", b"x").await, other.piece(page, "0", b"\x89PNG").await];
        for address in [page, &format!("{page}/columns"), &format!("{page}/refused"), &format!("{page}/pieces")] {
            answers.push(other.get(address).await);
        }
        for action in ["choices", "columns", "again", "discard", "apply"] {
            let fields = [("shown", &*"0".repeat(64))];
            answers.push(other.post(&format!("{page}/{action}"), &fields).await);
        }
        for answer in answers {
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{}", answer.body);
            assert!(answer.body.contains("uploads are kept for a day"), "{}", answer.body);
        }
    }
    assert_eq!(other.get("/inbox/catalog/uploads/nonsense").await.status, StatusCode::NOT_FOUND);
    assert_eq!((products(&one).await, products(&two).await), (0, 0));
    assert!(ana.get(&theirs).await.body.contains("Import 1 product"), "it is as it was");
}

#[tokio::test]
async fn pieces_say_where_to_go_on() {
    let pool = fresh_database().await;
    shop(&pool, "one").await;
    let ana = Browser::of(&pool, "ana@one.example").await;
    let size = i64::try_from(CUP.len()).unwrap();
    let begun: Value = serde_json::from_str(&ana.begin("products.csv", size).await.body).unwrap();
    let page = begun["page"].as_str().unwrap();
    assert_eq!((&begun["offset"], &begun["piece_bytes_max"]), (&json!(0), &json!(CHUNK_BYTES_MAX)));
    let (front, back) = CUP.as_bytes().split_at(10);
    let stored = ana.piece(page, "0", front).await;
    assert_eq!((stored.status, stored.header("upload-offset")), (StatusCode::NO_CONTENT, "10"));
    let twice = ana.piece(page, "0", front).await;
    assert_eq!((twice.status, twice.header("upload-offset")), (StatusCode::CONFLICT, "10"));
    let asked =
        ana.send(Request::builder().method(Method::HEAD).uri(format!("{page}/pieces")), Body::empty()).await;
    assert_eq!(asked.header("upload-offset"), "10");
    assert!(ana.get(page).await.body.contains("has not arrived whole"));

    let again: Value = serde_json::from_str(&ana.begin("products.csv", size).await.body).unwrap();
    assert_eq!((&again["page"], &again["offset"]), (&begun["page"], &json!(10)));
    assert_eq!(ana.piece(page, "10", back).await.header("upload-offset"), size.to_string());
    assert!(ana.get(page).await.body.contains("Import 1 product"));
}

#[tokio::test]
async fn what_cannot_be_a_catalog_is_refused_in_one_sentence_and_not_kept() {
    let pool = fresh_database().await;
    shop(&pool, "one").await;
    let ana = Browser::of(&pool, "ana@one.example").await;
    let check = |answer: &Answer, status: StatusCode, says: &str| {
        assert_eq!(answer.status, status, "{}", answer.body);
        assert!(answer.body.contains(says), "{says}: {}", answer.body);
    };
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    check(&ana.begin("a.csv", FILE_BYTES_MAX + 1).await, StatusCode::PAYLOAD_TOO_LARGE, "more than 64 MB");
    check(&ana.begin("a.csv", 0).await, unprocessable, "The file is empty");
    check(&ana.upload_whole(&ana.csrf, "a.csv", b"").await, unprocessable, "The file is empty");
    check(&ana.upload_whole(&ana.csrf, "", b"").await, unprocessable, "No file was chosen");
    check(&ana.upload_whole(&ana.csrf, "a.csv", b"%PDF-1.7").await, unprocessable, "This is a PDF");
    let large = vec![b'a'; usize::try_from(FILE_BYTES_MAX).unwrap() + 1];
    check(&ana.upload_whole(&ana.csrf, "a.csv", &large).await, StatusCode::PAYLOAD_TOO_LARGE, "larger than 64 MB");
    let begun: Value = serde_json::from_str(&ana.begin("photo.csv", 4_000_000).await.body).unwrap();
    let page = begun["page"].as_str().unwrap();
    check(&ana.piece(page, "0", &vec![b'a'; CHUNK_BYTES_MAX + 1]).await, unprocessable, "at most 1 MB");
    check(&ana.piece(page, "minus one", b"a").await, StatusCode::FORBIDDEN, "reload the page");
    check(&ana.piece(page, "0", b"\x89PNG\r\n").await, unprocessable, "This is a picture");
    let kept = sqlx::query_scalar!(r#"select count(*) as "count!" from uploads"#).fetch_one(&pool).await.unwrap();
    assert_eq!(kept, 0, "nothing of it is kept");
}

#[tokio::test]
async fn refused_rows_are_told_downloaded_and_left_out_when_that_is_wanted() {
    let pool = fresh_database().await;
    let scope = shop(&pool, "one").await;
    let ana = Browser::of(&pool, "ana@one.example").await;
    let page = ana.upload(&format!("{CUP}mug,Mug,MUG,many\njar,Jar,JAR,0.00\n")).await;
    let shown = ana.get(&page).await.body;
    assert!(shown.contains("2 rows are refused") && !shown.contains("name=\"shown\""), "{shown}");
    assert!(shown.contains("<code>many</code>") && shown.contains("Row 4: price 0.00"), "{shown}");
    assert!(!shown.contains("--"), "no flag of the command line: {shown}");
    let rows = ana.get(&format!("{page}/refused")).await;
    assert!(rows.header("content-disposition").contains("refused-products.csv"));
    assert!(rows.body.contains("refused because") && rows.body.contains("mug,Mug,MUG,many,"), "{}", rows.body);
    assert!(!rows.body.contains("cup,Cup"));

    ana.post(&format!("{page}/choices"), &[("skip_refused", "on"), ("zero-price", "on")]).await;
    let chosen = ana.get(&page).await;
    assert!(chosen.body.contains("Import 2 products") && chosen.body.contains("1 refused row is left out"));
    ana.post(&format!("{page}/apply"), &[("shown", &chosen.field("shown"))]).await;
    assert_eq!(products(&scope).await, 2);
    assert!(ana.get(&page).await.body.contains("Left out: 1 row"));
    assert_eq!(ana.get(&format!("{page}/refused")).await.status, StatusCode::OK, "still, to mend it");
}

#[tokio::test]
async fn the_same_sku_twice_is_asked_about() {
    let pool = fresh_database().await;
    shop(&pool, "one").await;
    let ana = Browser::of(&pool, "ana@one.example").await;
    let page = ana.upload(&format!("{CUP}mug,Mug,CUP,3.00\n")).await;
    let asked = ana.get(&page).await.body;
    assert!(
        asked.contains("Yes, only the first row of each SKU counts") && asked.contains("Row 3: sku CUP"),
        "{asked}"
    );
    ana.post(&format!("{page}/choices"), &[("duplicate-sku", "on")]).await;
    assert!(ana.get(&page).await.body.contains("Import 1 product"));
}

#[tokio::test]
async fn an_address_of_pictures_that_is_none_is_refused() {
    let pool = fresh_database().await;
    shop(&pool, "one").await;
    let ana = Browser::of(&pool, "ana@one.example").await;
    let page = ana.upload(CUP).await;
    for bad in
        ["ftp://a.example", "javascript:alert(1)", "pictures", &format!("https://a.example/{}", "x".repeat(600))]
    {
        let answer = ana.post(&format!("{page}/choices"), &[("pictures_at", bad)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
    }
}

#[tokio::test]
async fn columns_of_no_known_shape_are_asked_about_and_remembered() {
    let pool = fresh_database().await;
    let scope = shop(&pool, "one").await;
    let ana = Browser::of(&pool, "ana@one.example").await;
    let text = "Bezeichnung;Betrag\nTasse;12,50\n";
    let page = ana.upload(text).await;
    let columns = format!("{page}/columns");
    assert_eq!(ana.get(&page).await.header("location"), columns);
    let asked = ana.get(&columns).await.body;
    assert!(asked.contains("Bezeichnung") && asked.contains("Tasse"), "{asked}");

    let twice = ana.post(&columns, &[("c0", "price"), ("c1", "price")]).await.body;
    assert!(twice.contains("Two columns are the price: `Bezeichnung` and `Betrag`"), "{twice}");
    let none = ana.post(&columns, &[("c0", ""), ("c1", "")]).await.body;
    assert!(none.contains("Say which column is the name, and which the price"), "{none}");
    let said = ana.post(&columns, &[("c0", "title"), ("c1", "price"), ("c7", "sku")]).await;
    assert_eq!(said.header("location"), page);
    let shown = ana.get(&page).await;
    assert!(shown.body.contains("Import 1 product") && shown.body.contains("As you said."), "{}", shown.body);
    ana.post(&format!("{page}/apply"), &[("shown", &shown.field("shown"))]).await;
    assert_eq!(products(&scope).await, 1);

    let next = ana.upload("Betrag;Bezeichnung\n8,00;Teller\n").await;
    assert!(ana.get(&next).await.body.contains("Import 1 product"));
}

#[tokio::test]
async fn what_stands_in_a_file_is_text_on_every_page() {
    const EVIL: &str = "<script>alert(1)</script>";
    let pool = fresh_database().await;
    shop(&pool, "one").await;
    let ana = Browser::of(&pool, "ana@one.example").await;
    let text = format!("handle,title,sku,price,{EVIL}\ncup,{EVIL},CUP,12.00,{EVIL}\nmug,{EVIL},MUG,{EVIL},\n");
    let answer = ana.upload_whole(&ana.csrf, &format!("{}.csv", EVIL.replace('/', "")), text.as_bytes()).await;
    let page = answer.header("location").to_owned();
    let pages = [page.clone(), format!("{page}/columns"), "/inbox/catalog".to_owned()];
    for page in pages {
        let shown = ana.get(&page).await;
        assert!(shown.body.contains("&#60;script&#62;"), "{page}: {}", shown.body);
        assert!(!shown.body.contains("<script>"), "{page}");
        assert!(shown.header("content-security-policy").contains("script-src 'self'"));
        assert_eq!(shown.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn a_page_tells_how_far_an_import_is_and_when_it_was_interrupted() {
    let pool = fresh_database().await;
    let scope = shop(&pool, "one").await;
    let ana = Browser::of(&pool, "ana@one.example").await;
    let page = ana.upload(CUP).await;
    let shown = ana.get(&page).await.field("shown");
    let email = "ana@one.example".parse().unwrap();
    let uploads = Uploads::of(&scope, Staff::of(&scope).by_email(&email).await.unwrap().unwrap().id);
    let id = page.rsplit_once('/').unwrap().1.parse().unwrap();
    let claimed = uploads.claim(id, Work::Apply, Some(shown.parse().unwrap())).await.unwrap().unwrap();
    uploads.beat(&claimed, 3, 7).await.unwrap();
    let working = ana.get(&page).await.body;
    assert!(working.contains("3 of 7 written") && working.contains("max=\"7\" value=\"3\""), "{working}");
    assert!(working.contains("data-moving") && working.contains("http-equiv=\"refresh\""), "it is looked at again");
    assert!(ana.get("/inbox/catalog").await.body.contains("Is being imported"));
    let busy = ana.post(&format!("{page}/discard"), &[]).await;
    assert!(busy.status == StatusCode::UNPROCESSABLE_ENTITY && busy.body.contains("being imported right now"));

    sqlx::query!("update uploads set work_beat = now() - interval '1 minute'").execute(&pool).await.unwrap();
    let left = ana.get(&page).await;
    assert!(left.body.contains("The import was interrupted") && left.body.contains("Import 1 product"));
    assert!(ana.get(&page).await.body.contains("The import was interrupted"), "and after a reload");
    ana.post(&format!("{page}/apply"), &[("shown", &left.field("shown"))]).await;
    assert_eq!(products(&scope).await, 1);
}

#[tokio::test]
async fn an_owner_undoes_the_last_import_after_seeing_what_comes_back() {
    let pool = fresh_database().await;
    let scope = shop(&pool, "one").await;
    let ana = Browser::of(&pool, "ana@one.example").await;
    for file in [CUP.to_owned(), format!("{}jug,Jug,JUG,30.00\n", CUP.replace("12.00", "13.00"))] {
        let page = ana.upload(&file).await;
        let shown = ana.get(&page).await.field("shown");
        ana.post(&format!("{page}/apply"), &[("shown", &shown)]).await;
    }
    let home = ana.get("/inbox/catalog").await.body;
    let (_, link) = home.split_once("class=\"undo\" href=\"").expect("the newest import can be undone");
    let page = link.split_once('"').unwrap().0;
    assert_eq!(home.matches("class=\"undo\"").count(), 1, "and no other");

    let shown = ana.get(page).await;
    assert!(
        shown.body.contains("<del>13.00 MXN</del>") && shown.body.contains("Undo this import"),
        "{}",
        shown.body
    );
    assert_eq!(products(&scope).await, 2);
    let fields = [("shown", &*shown.field("shown"))];
    sqlx::query!("update variants set price_minor = 1100 where sku = 'CUP'").execute(&pool).await.unwrap();
    let stale = ana.post(page, &fields).await;
    assert_eq!(stale.header("location"), format!("{page}?stale=yes"));
    let shown = ana.get(stale.header("location")).await;
    assert!(shown.body.contains("Nothing was undone") && shown.body.contains("Left as it is"), "{}", shown.body);

    let done = ana.post(page, &[("shown", &*shown.field("shown"))]).await;
    assert_eq!((done.status, done.header("location")), (StatusCode::SEE_OTHER, page));
    let done = ana.get(page).await.body;
    assert!(done.contains("<h2>Undone</h2>") && done.contains("What changed"), "{done}");
    assert_eq!(products(&scope).await, 1);
    let again = ana.post(page, &fields).await;
    assert!(again.status == StatusCode::UNPROCESSABLE_ENTITY && again.body.contains("undone already"));
    let home = ana.get("/inbox/catalog").await.body;
    assert!(home.contains("Undone: 1 archived, 1 left as they are") && home.contains("Undone since"), "{home}");
}

#[tokio::test]
async fn an_import_is_undone_by_owners_of_its_shop_alone() {
    let pool = fresh_database().await;
    let (scope, _other) = (shop(&pool, "one").await, shop(&pool, "other").await);
    let defaults = ShopDefaults { currency: "MXN".parse().unwrap(), language: Language::Es, today: None };
    let file = Upload { name: "products.csv", bytes: CUP.as_bytes() };
    run_import(&scope, defaults, file, ImportOptions::default(), &|_| {}).await.unwrap();
    let page = format!("/inbox/catalog/imports/{}/undo", History::of(&scope).imports(1).await.unwrap()[0].id);
    let shown = Browser::of(&pool, "ana@one.example").await.get(&page).await.field("shown");
    for (who, status) in [("ben@one.example", StatusCode::FORBIDDEN), ("ana@other.example", StatusCode::NOT_FOUND)]
    {
        let browser = Browser::of(&pool, who).await;
        assert_eq!(browser.get(&page).await.status, status, "{who}");
        assert_eq!(browser.post(&page, &[("shown", &shown)]).await.status, status, "{who}");
    }
    let ana = Browser::of(&pool, "ana@one.example").await;
    assert_eq!(
        ana.post_as_it_is(&page, &[("shown", &shown)]).await.status,
        StatusCode::FORBIDDEN,
        "without a token"
    );
    assert_eq!(products(&scope).await, 1);
}

/// Each place in a report, each odd thing in that place: the page is shown, or the file is looked at again.
#[tokio::test]
async fn no_page_fails_on_an_odd_report() {
    let pool = fresh_database().await;
    shop(&pool, "one").await;
    let ana = Browser::of(&pool, "ana@one.example").await;
    let page = ana.upload(&format!("{CUP}mug,Mug,MUG,many\njar,Jar,JAR,0.00\n,,JUG,1.00\n")).await;
    ana.get(&page).await;
    let found = sqlx::query_scalar!(r#"select found as "found!" from uploads"#).fetch_one(&pool).await.unwrap();
    let shown = vec![7_u8; 32];
    let odd = [json!(null), json!(0), json!(u32::MAX), json!("é\u{202e}<b>"), json!([])];
    let places = places(&found);
    assert!(places.len() > 40, "{places:?}");
    for applied in [None, Some(now())] {
        for place in &places {
            for odd in &odd {
                let mut report = found.clone();
                *report.pointer_mut(place).unwrap() = odd.clone();
                sqlx::query!("update uploads set found = $1, shown = $2, applied_at = $3", report, shown, applied)
                    .execute(&pool)
                    .await
                    .unwrap();
                let answer = ana.get(&page).await;
                assert_eq!(answer.status, StatusCode::OK, "{odd} at {place}: {}", answer.body);
            }
        }
    }
}

/// Where anything stands in a document.
fn places(value: &Value) -> Vec<String> {
    let below = |key: String, value: &Value| {
        let mut found: Vec<String> = places(value).iter().map(|place| format!("/{key}{place}")).collect();
        found.push(format!("/{key}"));
        found
    };
    match value {
        Value::Object(fields) => fields.iter().flat_map(|(key, value)| below(key.clone(), value)).collect(),
        Value::Array(entries) => {
            entries.iter().enumerate().flat_map(|(place, value)| below(place.to_string(), value)).collect()
        }
        _ => Vec::new(),
    }
}
