//! Uploads over a database.

use std::io::Read as _;

use sqlx::PgPool;
use tokio::sync::Semaphore;

use crate::base::ids::{MerchantId, StaffId, UploadId};
use crate::base::language::Language;
use crate::base::store::Scope;
use crate::catalog::history::Did;
use crate::catalog::history::store::History;
use crate::catalog::import::doubt::Doubt;
use crate::catalog::import::report::{Outcome, Report};
use crate::catalog::import::source::Source;
use crate::catalog::import::{ImportOptions, ShopDefaults, glance, run_import};
use crate::catalog::mappings::store::Mappings;
use crate::catalog::uploads::store::{Appended, NewUpload, UploadError, Uploads, sweep};
use crate::catalog::uploads::work::perform;
use crate::catalog::uploads::{Choices, Found, OPEN_MAX, Stage, Upload, Work, kept_name};
use crate::testing::fresh_database;

const CUP: &str = "handle,title,sku,price\ncup,Cup,CUP,12.00\n";

/// A person of a shop of their own.
async fn somebody(pool: &PgPool, slug: &str) -> Uploads {
    let (merchant, person) = (MerchantId::generate(), StaffId::generate());
    sqlx::query!(
        "with shop as (insert into merchants (id, slug, name, currency, locale, time_zone, policies)
                       values ($1, $2, 'Shop', 'MXN', 'es-MX', 'UTC', '{}'))
         insert into staff (id, merchant_id, email, name, role, password_hash)
         values ($3, $1, $2 || '@shop.example', 'Ana', 'owner', '')",
        merchant.uuid(),
        slug,
        person.uuid(),
    )
    .execute(pool)
    .await
    .unwrap();
    Uploads::of(&Scope::new(pool.clone(), merchant), person)
}

fn shop() -> ShopDefaults {
    ShopDefaults { currency: "MXN".parse().unwrap(), language: Language::Es, today: None }
}

/// A file that has arrived whole.
async fn arrived(uploads: &Uploads, text: &str) -> UploadId {
    let bytes = i64::try_from(text.len()).unwrap();
    let id = uploads.begin(&NewUpload { name: "products.csv", mark: "", bytes: Some(bytes) }).await.unwrap();
    assert_eq!(uploads.append(id, 0, text.as_bytes()).await.unwrap(), Appended::Next(bytes));
    id
}

async fn looked(uploads: &Uploads, id: UploadId) -> Upload {
    work(uploads, id, Work::Look).await
}

async fn work(uploads: &Uploads, id: UploadId, work: Work) -> Upload {
    let shown = uploads.find(id).await.unwrap().shown;
    let claimed = uploads.claim(id, work, shown).await.unwrap().unwrap();
    perform(uploads, claimed, shop(), &Semaphore::new(1)).await.unwrap();
    uploads.find(id).await.unwrap()
}

fn report(upload: &Upload) -> &Report {
    match &upload.found {
        Some(Found::Catalog { report }) => report,
        other => panic!("{other:?}"),
    }
}

async fn bytes(uploads: &Uploads, id: UploadId) -> Vec<u8> {
    let mut bytes = Vec::new();
    uploads.source(id).await.unwrap().open().read_to_end(&mut bytes).unwrap();
    bytes
}

async fn import(uploads: &Uploads, text: &str) {
    let file = crate::catalog::import::Upload { name: "elsewhere.csv", bytes: text.as_bytes() };
    run_import(uploads.scope(), shop(), file, ImportOptions::default(), &|_| {}).await.unwrap();
}

#[tokio::test]
async fn a_piece_is_stored_once_and_only_where_the_last_one_ended() {
    let uploads = somebody(&fresh_database().await, "one").await;
    let new = NewUpload { name: "a.csv", mark: "", bytes: Some(6) };
    let id = uploads.begin(&new).await.unwrap();
    assert_eq!(uploads.append(id, 0, b"abc").await.unwrap(), Appended::Next(3));
    assert_eq!(uploads.append(id, 0, b"abc").await.unwrap(), Appended::Elsewhere(3), "a piece that comes twice");
    assert_eq!(uploads.append(id, 4, b"d").await.unwrap(), Appended::Elsewhere(3), "a gap");
    assert_eq!(uploads.append(id, 3, b"defg").await.unwrap(), Appended::Elsewhere(3), "more than was announced");
    assert_eq!(uploads.append(id, 3, b"").await.unwrap(), Appended::Elsewhere(3), "nothing");
    assert_eq!(uploads.find(id).await.unwrap().stage(), Stage::Arriving);
    assert_eq!(uploads.append(id, 3, b"def").await.unwrap(), Appended::Next(6));
    assert_eq!(bytes(&uploads, id).await, b"abcdef");
    assert_eq!(uploads.find(id).await.unwrap().stage(), Stage::Unseen);
}

#[tokio::test]
async fn of_two_that_send_the_same_piece_at_once_one_is_stored() {
    let uploads = somebody(&fresh_database().await, "one").await;
    let id = uploads.begin(&NewUpload { name: "a.csv", mark: "", bytes: Some(100) }).await.unwrap();
    let both = futures::future::join_all((0..8).map(|_| uploads.append(id, 0, b"abc"))).await;
    assert_eq!(both.iter().filter(|stored| matches!(stored, Ok(Appended::Next(3)))).count(), 1);
    assert_eq!(bytes(&uploads, id).await, b"abc");
}

#[tokio::test]
async fn the_same_file_goes_on_where_it_stopped_and_another_begins_anew() {
    let uploads = somebody(&fresh_database().await, "one").await;
    let new = NewUpload { name: "a.csv", mark: "a.csv/6/1", bytes: Some(6) };
    let id = uploads.begin(&new).await.unwrap();
    uploads.append(id, 0, b"abc").await.unwrap();
    assert_eq!(uploads.begin(&new).await.unwrap(), id);
    for other in [NewUpload { bytes: Some(7), ..new.clone() }, NewUpload { mark: "a.csv/6/2", ..new.clone() }] {
        assert_ne!(uploads.begin(&other).await.unwrap(), id);
    }
    let unknown = NewUpload { mark: "", ..new };
    assert_ne!(uploads.begin(&unknown).await.unwrap(), uploads.begin(&unknown).await.unwrap());
}

#[tokio::test]
async fn an_upload_of_somebody_else_is_not_there() {
    let pool = fresh_database().await;
    let (ours, theirs) = (somebody(&pool, "one").await, somebody(&pool, "two").await);
    let colleague = Uploads::of(ours.scope(), StaffId::generate());
    let id = arrived(&ours, CUP).await;
    for others in [&theirs, &colleague] {
        assert!(matches!(others.find(id).await, Err(UploadError::NoSuch)));
        assert!(matches!(others.append(id, 0, b"x").await, Err(UploadError::NoSuch)));
        assert!(matches!(others.choose(id, &Choices::default()).await, Err(UploadError::NoSuch)));
        assert!(matches!(others.discard(id).await, Err(UploadError::NoSuch)));
        assert!(others.claim(id, Work::Look, None).await.unwrap().is_none());
        assert!(bytes(others, id).await.is_empty());
        assert!(others.open().await.unwrap().is_empty());
    }
    assert_eq!(bytes(&ours, id).await, CUP.as_bytes());
}

#[tokio::test]
async fn a_person_has_so_many_uploads_and_no_more() {
    let uploads = somebody(&fresh_database().await, "one").await;
    let new = NewUpload { name: "a.csv", mark: "", bytes: Some(6) };
    let mut first = None;
    for _ in 0..OPEN_MAX {
        first = Some(uploads.begin(&new).await.unwrap());
    }
    assert!(matches!(uploads.begin(&new).await, Err(UploadError::TooMany)));
    uploads.discard(first.unwrap()).await.unwrap();
    uploads.begin(&new).await.unwrap();
}

#[tokio::test]
async fn what_is_shown_is_what_is_applied_and_the_second_time_there_is_nothing_to_do() {
    let uploads = somebody(&fresh_database().await, "one").await;
    let id = arrived(&uploads, CUP).await;
    let seen = looked(&uploads, id).await;
    assert_eq!((report(&seen).outcome, report(&seen).counts.products_created), (Outcome::Dry, 1));
    assert_eq!(History::of(uploads.scope()).on_sale().await.unwrap().products, 0, "looking changes nothing");

    let done = work(&uploads, id, Work::Apply).await;
    assert!(matches!(done.stage(), Stage::Applied(_)));
    assert_eq!((report(&done).outcome, report(&done).counts), (Outcome::Applied, report(&seen).counts));
    assert_eq!(History::of(uploads.scope()).on_sale().await.unwrap().products, 1);
    let past = History::of(uploads.scope()).imports(5).await.unwrap();
    assert_eq!((past.len(), past[0].by.as_deref()), (1, Some("Ana")));
    assert!(matches!(past[0].did, Did::Import { outcome: Some(Outcome::Applied), .. }), "{:?}", past[0]);
    assert!(uploads.claim(id, Work::Apply, done.shown).await.unwrap().is_none(), "it is done");
    assert!(uploads.open().await.unwrap().is_empty(), "and not among those that wait");

    let again = arrived(&uploads, CUP).await;
    assert!(report(&looked(&uploads, again).await).counts.is_nothing());
}

#[tokio::test]
async fn when_the_shop_changed_since_nothing_is_applied_and_the_new_dry_run_is_shown() {
    let uploads = somebody(&fresh_database().await, "one").await;
    let id = arrived(&uploads, CUP).await;
    looked(&uploads, id).await;
    import(&uploads, "handle,title,sku,price\ncup,Mug,CUP,12.00\n").await;

    let after = work(&uploads, id, Work::Apply).await;
    assert_eq!((after.applied_at, report(&after).outcome), (None, Outcome::Changed));
    assert_eq!((report(&after).counts.products_created, report(&after).counts.changed), (0, 1));
    let title = sqlx::query_scalar!("select title from products").fetch_one(uploads.scope().pool()).await.unwrap();
    assert_eq!(title, "Mug", "nothing was written");

    let done = work(&uploads, id, Work::Apply).await;
    assert_eq!(report(&done).outcome, Outcome::Applied, "what is shown now may be applied");
}

#[tokio::test]
async fn what_is_not_shown_any_more_cannot_be_applied() {
    let uploads = somebody(&fresh_database().await, "one").await;
    let id = arrived(&uploads, CUP).await;
    let shown = looked(&uploads, id).await.shown;
    assert!(shown.is_some());
    let chosen = Choices { replace: true, ..Choices::default() };
    uploads.choose(id, &chosen).await.unwrap();
    assert!(uploads.claim(id, Work::Apply, shown).await.unwrap().is_none(), "the choices changed");
    let other = looked(&uploads, id).await;
    assert_ne!(other.shown, shown, "the same changes under other choices are something else");
    assert_eq!(other.choices, chosen);
    assert!(uploads.claim(id, Work::Apply, None).await.unwrap().is_none(), "nothing was shown");
}

#[tokio::test]
async fn one_server_at_a_time_and_a_dead_one_is_replaced_and_writes_nothing_any_more() {
    let uploads = somebody(&fresh_database().await, "one").await;
    let id = arrived(&uploads, CUP).await;
    let shown = looked(&uploads, id).await.shown;
    let first = uploads.claim(id, Work::Apply, shown).await.unwrap().unwrap();
    assert!(uploads.claim(id, Work::Apply, shown).await.unwrap().is_none());
    assert!(matches!(uploads.choose(id, &Choices::default()).await, Err(UploadError::Busy)));
    assert!(matches!(uploads.discard(id).await, Err(UploadError::Busy)));
    uploads.beat(&first, 3, 7).await.unwrap();
    let working = uploads.find(id).await.unwrap().working.unwrap();
    assert_eq!((working.work, working.done, working.total), (Work::Apply, 3, 7));

    sqlx::query!("update uploads set work_beat = now() - interval '1 minute'")
        .execute(uploads.scope().pool())
        .await
        .unwrap();
    let left = uploads.find(id).await.unwrap();
    assert_eq!((left.working, left.left, left.interrupted), (None, Some(Work::Apply), true));
    let second = uploads.claim(id, Work::Look, None).await.unwrap().unwrap();
    uploads.settle(&first, &Choices::default(), &Found::Failed).await.unwrap();
    assert!(uploads.find(id).await.unwrap().working.is_some(), "the dead one's word does not count");
    perform(&uploads, second, shop(), &Semaphore::new(1)).await.unwrap();
    let seen = uploads.find(id).await.unwrap();
    assert_eq!(
        (report(&seen).outcome, seen.left, seen.interrupted),
        (Outcome::Dry, None, true),
        "it is still told"
    );
    assert!(!work(&uploads, id, Work::Apply).await.interrupted, "until it is done");
}

#[tokio::test]
async fn a_doubt_waits_until_it_is_agreed_to() {
    let uploads = somebody(&fresh_database().await, "one").await;
    import(&uploads, CUP).await;
    let id = arrived(&uploads, "handle,title,sku,price\ncup,Cup,CUP,1200.00\n").await;
    assert!(!report(&looked(&uploads, id).await).waiting[0].agreed);
    assert_eq!(
        report(&work(&uploads, id, Work::Apply).await).outcome,
        Outcome::Waiting,
        "even if somebody presses"
    );
    let agreed = Choices { agreed: vec![Doubt::PriceJump], ..Choices::default() };
    uploads.choose(id, &agreed).await.unwrap();
    assert!(report(&looked(&uploads, id).await).waiting[0].agreed);
    assert_eq!(report(&work(&uploads, id, Work::Apply).await).outcome, Outcome::Applied);
}

#[tokio::test]
async fn what_columns_mean_is_remembered_for_files_with_the_same_columns_in_the_same_shop() {
    let pool = fresh_database().await;
    let (uploads, others) = (somebody(&pool, "one").await, somebody(&pool, "two").await);
    let text = "Bezeichnung;Betrag\nTasse;12,50\n";
    let id = arrived(&uploads, text).await;
    assert!(matches!(looked(&uploads, id).await.found, Some(Found::Columns { .. })));
    let mapping = vec![("Bezeichnung".to_owned(), "title".to_owned()), ("Betrag".to_owned(), "price".to_owned())];
    let seen = glance(&Source::bytes(text.as_bytes()), &[]).unwrap();
    Mappings::of(uploads.scope()).remember(seen.key, &mapping).await.unwrap();

    let next = arrived(&uploads, "Betrag;Bezeichnung\n8,00;Teller\n").await;
    let next = looked(&uploads, next).await;
    assert_eq!((report(&next).counts.products_created, next.choices.mapping), (1, Some(mapping)));
    let theirs = arrived(&others, text).await;
    assert!(matches!(looked(&others, theirs).await.found, Some(Found::Columns { .. })), "not in another shop");
}

#[tokio::test]
async fn what_is_no_catalog_is_told_in_one_sentence_of_the_page() {
    let uploads = somebody(&fresh_database().await, "one").await;
    for (text, says) in [
        ("\u{feff}  \n", "The file is empty"),
        ("handle,title,sku,price\n", "The file has a header row and no products"),
        ("%PDF-1.7 ...", "This is a PDF"),
        ("{\"a\": ", "Line 1 is not JSON"),
        ("Dear shop,\nwhat do you sell?\n", "This is no table of products"),
    ] {
        let id = arrived(&uploads, text).await;
        let found = looked(&uploads, id).await.found;
        let Some(Found::Unreadable { sentence }) = found else { panic!("{found:?}") };
        assert!(sentence.starts_with(says) && sentence.ends_with('.') && !sentence.contains("--"), "{sentence}");
        uploads.discard(id).await.unwrap();
    }
}

#[tokio::test]
async fn after_a_day_an_upload_is_gone_with_its_pieces() {
    let pool = fresh_database().await;
    let uploads = somebody(&pool, "one").await;
    let (old, new) = (arrived(&uploads, CUP).await, arrived(&uploads, CUP).await);
    sqlx::query!("update uploads set created_at = now() - interval '25 hours' where id = $1", old.uuid())
        .execute(&pool)
        .await
        .unwrap();
    assert_eq!(sweep(&pool).await.unwrap(), 1);
    assert!(matches!(uploads.find(old).await, Err(UploadError::NoSuch)));
    let pieces = sqlx::query_scalar!(r#"select count(*) as "count!" from upload_chunks"#).fetch_one(&pool).await;
    assert_eq!(pieces.unwrap(), 1);
    assert!(uploads.find(new).await.is_ok());
}

#[tokio::test]
async fn what_an_older_program_wrote_is_looked_at_again() {
    let pool = fresh_database().await;
    let uploads = somebody(&pool, "one").await;
    let id = arrived(&uploads, CUP).await;
    for found in ["{\"found\": \"catalog\"}", "{\"found\": \"unheard of\"}", "7", "null"] {
        let found: serde_json::Value = serde_json::from_str(found).unwrap();
        sqlx::query!("update uploads set found = $1, choices = $1", found).execute(&pool).await.unwrap();
        let upload = uploads.find(id).await.unwrap();
        assert_eq!((upload.stage(), &upload.choices), (Stage::Unseen, &Choices::default()), "{found}");
    }
    sqlx::query!(
        "insert into imports (id, merchant_id, file_name, fingerprint, report, applied)
         values (gen_random_uuid(), $1, 'old.csv', '', '{\"outcome\": \"as it was\", \"counts\": 7}', true)",
        uploads.scope().merchant().uuid(),
    )
    .execute(&pool)
    .await
    .unwrap();
    let past = History::of(uploads.scope()).imports(5).await.unwrap();
    assert!(matches!(past[0].did, Did::Import { outcome: None, refused_rows: 0, .. }), "{:?}", past[0]);
}

#[test]
fn a_file_name_is_kept_without_folders_and_without_end() {
    for (name, kept) in [
        ("products.csv", "products.csv"),
        ("C:\\fakepath\\products.csv", "products.csv"),
        ("../../etc/passwd", "passwd"),
        ("a\0b\u{7}.csv", "ab.csv"),
        ("   ", "file"),
        ("", "file"),
    ] {
        assert_eq!(kept_name(name), kept);
    }
    assert_eq!(kept_name(&"ñ".repeat(500)).chars().count(), 120);
}
