//! Signatures, sizes and bytes.

use trato::app::rig::VERIFY_TOKEN;

use crate::support::World;
use crate::support::hooks::{batch, signed_by_meta, text};

const PHONE: &str = "5215550004321";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_meta_did_not_sign_is_turned_away_and_not_kept() {
    let world = World::start().await;
    let number = world.shopper("en").phone;
    let body = batch(&number, PHONE, &[text("wamid.W1", PHONE, "hello")]).to_string().into_bytes();
    let right = signed_by_meta(&body);
    let wrong = [
        signed_by_meta(b"another body"),
        right.replace("sha256=", "sha1="),
        right.replace("sha256=", ""),
        right[..right.len() - 2].to_owned(),
        format!("sha256={}", "0".repeat(64)),
        "sha256=".to_owned(),
        "sha256=zz".to_owned(),
        String::new(),
    ];
    for signature in wrong {
        let status = world.post("/hooks/whatsapp", Some(("x-hub-signature-256", &signature)), body.clone()).await;
        assert_eq!(status, 401, "{signature}");
    }
    assert_eq!(world.post("/hooks/whatsapp", None, body.clone()).await, 401);
    assert_eq!(
        world.count("select (select count(*) from intake) + (select count(*) from intake_unrouted)").await,
        0
    );
    assert_eq!(world.post("/hooks/whatsapp", Some(("x-hub-signature-256", &right)), body).await, 200);
    world.until_count(1, "select count(*) from intake").await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_of_three_megabytes_is_taken_and_a_larger_one_refused() {
    const MOST: usize = 3 * 1024 * 1024;
    let world = World::start().await;
    let number = world.shopper("en").phone;
    let mut body = batch(&number, PHONE, &[text("wamid.L1", PHONE, "hello")]).to_string().into_bytes();
    body.resize(MOST, b' ');
    assert_eq!(world.whatsapp(&body).await, 200);
    world.until_count(1, "select count(*) from intake where kind = 'said'").await;
    assert_eq!(world.flooded("/hooks/whatsapp", MOST + 1).await, 413);
    assert_eq!(world.flooded("/hooks/stripe/porch", MOST + 1).await, 413);
    assert_eq!(world.count("select count(*) from intake where kind = 'said'").await, 1);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bytes_that_are_no_text_and_text_that_is_no_event_are_kept_raw_and_answered_200() {
    let world = World::start().await;
    let odd: [&[u8]; 6] = [
        b"\xff\xfe{\"object\": 1}",
        b"",
        b"null",
        b"[1, 2",
        b"{\"entry\": \"\\u0000\"}",
        b"{\"object\": \"page\"}",
    ];
    for (place, body) in odd.iter().enumerate() {
        assert_eq!(world.whatsapp(body).await, 200, "WhatsApp {place}");
        assert_eq!(world.stripe("porch", body).await, 200, "Stripe {place}");
    }
    let kept = "select (select count(*) from intake) + (select count(*) from intake_unrouted)";
    assert!(world.count(kept).await >= 8, "what could not be read is kept");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn meta_is_answered_its_challenge_only_for_the_right_word() {
    let world = World::start().await;
    assert!(world.control().verify_webhook(VERIFY_TOKEN).await.unwrap());
    assert!(!world.control().verify_webhook("guessed").await.unwrap());
    assert!(!world.control().verify_webhook("").await.unwrap());
    assert_eq!(world.open("/hooks/whatsapp").await.0 / 100, 4);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_messages_of_a_body_are_stored_in_one_transaction() {
    let world = World::start().await;
    let number = world.shopper("en").phone;
    let messages: Vec<_> = ["hello", "do you", "have lanterns?"]
        .iter()
        .zip(1..)
        .map(|(said, n)| text(&format!("wamid.B{n}"), PHONE, said))
        .collect();
    let body = batch(&number, PHONE, &messages).to_string();
    assert_eq!(world.whatsapp(body.as_bytes()).await, 200);
    assert_eq!(world.count("select count(*) from intake where kind = 'said'").await, 3);
    assert_eq!(world.count("select count(distinct received_at) from intake").await, 1);
    let turns = "select count(*) from turns where cardinality(events) = 3 and state = 'replied'";
    world.until_count(1, turns).await;
    world.stop().await;
}
