//! 4. Paid means paid.

use serde_json::{Value, json};
use trato::base::clock::Clock;
use trato::sandbox::stripe::ledger::PayAction;

use crate::support::hooks::signed_by_stripe_with;
use crate::support::{Shopper, World};

const PAID: &str = "select count(*) from orders where state = 'paid'";
const AWAITING: &str = "select count(*) from orders where state = 'awaiting_payment'";

/// A shopper before an open pay page over 59.04 USD.
async fn at_the_pay_page(world: &World) -> Shopper {
    let shopper = world.shopper("en");
    shopper.say("do you have a lantern?").await;
    shopper.say("2 of the small").await;
    shopper.press_starting("pay:").await;
    shopper
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_after_paying_changes_nothing_however_often_it_is_opened() {
    let world = World::start().await;
    let shopper = at_the_pay_page(&world).await;
    let session = world.control().sessions().remove(0);
    let before = shopper.received().len();
    for _ in 0..3 {
        let (status, page) = world.open(&session.success_url).await;
        assert_eq!(status, 200);
        assert!(page.contains("As soon as the payment comes in"), "it promises nothing: {page}");
    }
    assert_eq!(world.open(session.cancel_url.as_deref().unwrap()).await.0, 200);
    assert_eq!(world.count(AWAITING).await, 1);
    assert_eq!(world.count("select count(*) from order_notices").await, 0);
    assert_eq!(shopper.received().len(), before);
    world.stop_with_nothing_left().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_completed_session_that_is_unpaid_is_awaited_and_has_no_receipt() {
    let world = World::start().await;
    let shopper = at_the_pay_page(&world).await;
    world.control().act(&shopper.session(), PayAction::TakeVoucher).unwrap();
    world.until_count(1, "select count(*) from orders where state = 'payment_pending'").await;
    shopper.until_told("is reserved").await;
    assert!(!shopper.texts().join("\n").contains("Payment received"), "{:#?}", shopper.texts());
    assert_eq!(
        world.count("select stock::bigint from variants where sku = 'LAN-S'").await,
        10,
        "nothing is sold yet"
    );
    world.stop_with_nothing_left().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_event_that_stripe_did_not_sign_is_turned_away() {
    let world = World::start().await;
    let shopper = at_the_pay_page(&world).await;
    let event = world.pays_unheard(&shopper).await.to_string().into_bytes();
    let now = Clock::machine().now().timestamp();
    let forged = [
        signed_by_stripe_with("whsec_guessed", now, &event),
        signed_by_stripe_with(trato::app::rig::WEBHOOK_SECRET, now - 3600, &event),
        signed_by_stripe_with(trato::app::rig::WEBHOOK_SECRET, now, b"another body"),
        format!("t={now},v1="),
        format!("t={now}"),
        "v1=00".to_owned(),
        String::new(),
    ];
    for header in forged {
        let status = world.post("/hooks/stripe/porch", Some(("stripe-signature", &header)), event.clone()).await;
        assert_eq!(status, 401, "{header}");
    }
    assert_eq!(world.post("/hooks/stripe/porch", None, event.clone()).await, 401);
    assert_eq!(world.count("select count(*) from intake where source = 'stripe'").await, 0);
    assert_eq!(world.count(AWAITING).await, 1);
    // The same event rightly signed is believed: the test would notice if it never could be.
    assert_eq!(world.stripe("porch", &event).await, 200);
    world.until_count(1, PAID).await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_whose_amount_currency_or_mode_differs_goes_to_a_person_and_is_never_paid() {
    let world = World::start().await;
    let differences: [(&str, fn(&mut Value)); 3] = [
        ("amount_differs", |event| event["data"]["object"]["amount_total"] = json!(1)),
        ("currency_differs", |event| event["data"]["object"]["currency"] = json!("mxn")),
        ("livemode_differs", |event| {
            event["livemode"] = json!(true);
            event["data"]["object"]["livemode"] = json!(true);
        }),
    ];
    for (place, (reason, differ)) in differences.iter().enumerate() {
        let shopper = at_the_pay_page(&world).await;
        let mut event = world.pays_unheard(&shopper).await;
        differ(&mut event);
        assert_eq!(world.stripe("porch", event.to_string().as_bytes()).await, 200, "{reason}");
        let reviewed = i64::try_from(place + 1).unwrap();
        world.until_count(reviewed, "select count(*) from orders where state = 'review'").await;
        let why: String = sqlx::query_scalar("select needs_person from orders order by number desc limit 1")
            .fetch_one(&world.pool)
            .await
            .unwrap();
        assert_eq!(&why, reason);
        let conversation = world.conversation(&shopper).await;
        let asked = world.conversations(&shopper).get(conversation).await.unwrap();
        assert!(asked.needs_person_since.is_some(), "{reason}");
        assert!(!shopper.texts().join("\n").contains("Payment received"), "{reason}: {:#?}", shopper.texts());
    }
    assert_eq!(world.count(PAID).await, 0);
    world.stop_with_nothing_left().await;
}
