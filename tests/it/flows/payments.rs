//! What may happen at the pay page and after it.

use trato::sandbox::stripe::ledger::PayAction;

use crate::support::{Shopper, World};

/// A shopper before an open pay page over 59.04 USD.
async fn at_the_pay_page(world: &World) -> Shopper {
    let shopper = world.shopper("en");
    shopper.say("do you have a lantern?").await;
    shopper.say("2 of the small").await;
    shopper.press_starting("pay:").await;
    shopper
}

fn times(part: &str, shopper: &Shopper) -> usize {
    shopper.texts().iter().filter(|text| text.contains(part)).count()
}

const STOCK: &str = "select stock::bigint from variants where sku = 'LAN-S'";
const RESERVED: &str = "select reserved::bigint from variants where sku = 'LAN-S'";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_voucher_paid_later_earns_the_receipt_then() {
    let world = World::start().await;
    let shopper = at_the_pay_page(&world).await;
    let session = shopper.session();
    world.control().act(&session, PayAction::TakeVoucher).unwrap();
    shopper.until_told("is reserved").await;
    assert_eq!(times("Payment received", &shopper), 0);
    assert_eq!((world.count(STOCK).await, world.count(RESERVED).await), (10, 2));
    world.control().act(&session, PayAction::SettleVoucher).unwrap();
    shopper.until_told("Payment received").await;
    world.until_count(1, "select count(*) from orders where state = 'paid'").await;
    assert_eq!((world.count(STOCK).await, world.count(RESERVED).await), (8, 0));
    assert_eq!(times("Total paid", &shopper), 1);
    world.stop_with_nothing_left().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_voucher_that_is_never_paid_is_told_and_what_it_held_is_free_again() {
    let world = World::start().await;
    let shopper = at_the_pay_page(&world).await;
    let session = shopper.session();
    world.control().act(&session, PayAction::TakeVoucher).unwrap();
    shopper.until_told("is reserved").await;
    world.control().act(&session, PayAction::FailVoucher).unwrap();
    shopper.until_told("didn't go through").await;
    world.until_count(1, "select count(*) from orders where state = 'payment_failed'").await;
    assert_eq!((world.count(STOCK).await, world.count(RESERVED).await), (10, 0));
    // The cart is as it was, so that a fresh page has something to sell.
    shopper.say("view my cart").await;
    shopper.press_starting("pay:").await;
    assert_ne!(shopper.session(), session);
    world.control().pay(&shopper.session()).unwrap();
    shopper.until_told("Payment received").await;
    world.stop_with_nothing_left().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_declined_card_leaves_the_page_open_for_another() {
    let world = World::start().await;
    let shopper = at_the_pay_page(&world).await;
    let session = shopper.session();
    world.control().act(&session, PayAction::DeclineCard).unwrap();
    world.control().pay(&session).unwrap();
    shopper.until_told("Payment received").await;
    world.until_count(1, "select count(*) from orders where state = 'paid'").await;
    assert_eq!(times("Total paid", &shopper), 1);
    world.stop_with_nothing_left().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_closes_unpaid_earns_one_offer_and_a_fresh_page_sells_after_all() {
    let world = World::start().await;
    let shopper = at_the_pay_page(&world).await;
    let first = shopper.session();
    world.control().abandon(&first).unwrap();
    world.control().act(&first, PayAction::Expire).unwrap();
    shopper.until_told("has closed").await;
    world.until_count(1, "select count(*) from orders where state = 'expired'").await;
    assert_eq!((world.count(STOCK).await, world.count(RESERVED).await), (10, 0));
    shopper.say("view my cart").await;
    shopper.press_starting("pay:").await;
    let second = shopper.session();
    assert_ne!(first, second);
    world.control().pay(&second).unwrap();
    shopper.until_told("Payment received").await;
    world.until_count(1, "select count(*) from orders where state = 'paid' and attempt = 2").await;
    assert_eq!(times("has closed", &shopper), 1);
    assert_eq!(world.count(STOCK).await, 8);
    world.stop_with_nothing_left().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_whose_webhook_never_came_is_found_by_asking_stripe() {
    let world = World::start().await;
    let shopper = at_the_pay_page(&world).await;
    let late = world.pays_unheard(&shopper).await.to_string();
    assert_eq!(world.count("select count(*) from orders where state = 'awaiting_payment'").await, 1);
    world.change("update orders set expires_at = now() - interval '1 minute'").await;
    shopper.until_told("Payment received").await;
    world.until_count(1, "select count(*) from orders where state = 'paid'").await;
    // Should it come after all, it has no second effect.
    assert_eq!(world.stripe("porch", late.as_bytes()).await, 200);
    world.until_count(0, "select count(*) from intake where kind = 'payment' and read_at is null").await;
    assert_eq!(times("Total paid", &shopper), 1);
    assert_eq!(world.count(STOCK).await, 8);
    world.stop_with_nothing_left().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_given_back_is_counted_to_the_cent_whatever_order_it_is_told_in() {
    let world = World::start().await;
    let shopper = at_the_pay_page(&world).await;
    let session = shopper.session();
    world.control().pay(&session).unwrap();
    world.until_count(1, "select count(*) from orders where state = 'paid'").await;
    world.control().refund(&session, Some(1_000)).unwrap();
    let partly = "select count(*) from orders where state = 'partly_refunded' and refunded_minor = 1000";
    world.until_count(1, partly).await;
    shopper.until_told("Your refund for order #1 is on its way: $10.00 in all.").await;
    world.control().refund(&session, None).unwrap();
    let whole = "select count(*) from orders where state = 'refunded' and refunded_minor = 5904";
    world.until_count(1, whole).await;
    let told: Vec<u64> = world
        .control()
        .webhooks()
        .iter()
        .filter(|webhook| webhook.kind.contains("refund"))
        .map(|webhook| webhook.id)
        .collect();
    assert!(told.len() >= 2);
    for webhook in told.iter().rev() {
        world.control().resend(*webhook).await.unwrap();
    }
    world.until_count(0, "select count(*) from intake where kind = 'payment' and read_at is null").await;
    assert_eq!(world.count(whole).await, 1);
    world.stop_with_nothing_left().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_with_nothing_to_pay_is_an_order_like_any_other() {
    let world = World::start().await;
    world.change("update variants set price_minor = 0 where sku = 'LAN-S'").await;
    world.change("update merchants set policies = jsonb_set(policies, '{shipping,flat_minor}', '0') where slug = 'porch'").await;
    let shopper = at_the_pay_page(&world).await;
    world.control().pay(&shopper.session()).unwrap();
    shopper.until_told("Order #1").await;
    world.until_count(1, "select count(*) from orders where state = 'paid' and total_minor = 0").await;
    assert_eq!((world.count(STOCK).await, world.count(RESERVED).await), (8, 0));
    world.until_calm().await;
    assert_eq!(times("Order #1", &shopper), 1, "{:#?}", shopper.texts());
    world.stop_with_nothing_left().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_stripe_let_go_for_nothing_although_something_was_due_is_not_called_paid() {
    let world = World::start().await;
    let shopper = at_the_pay_page(&world).await;
    let mut event = world.pays_unheard(&shopper).await;
    let object = &mut event["data"]["object"];
    object["payment_status"] = "no_payment_required".into();
    object["amount_total"] = 0.into();
    object["payment_intent"] = serde_json::Value::Null;
    assert_eq!(world.stripe("porch", event.to_string().as_bytes()).await, 200);
    world.until_count(1, "select count(*) from orders where state = 'review'").await;
    world.until_count(1, "select count(*) from conversations where needs_person_since is not null").await;
    assert_eq!(times("Payment received", &shopper), 0, "{:#?}", shopper.texts());

    // Somebody looks at it in the inbox, then at Stripe, and says that it is paid.
    let cookie = world.signed_in(&shopper).await;
    let page = world.inbox(&shopper).await;
    assert!(page.contains("Order #1</a> ($59.04) is on hold.") && page.contains("another amount"), "{page}");
    let action = |verdict: &str| {
        let (_, rest) = page.split_once("/orders/order_").unwrap();
        let conversation =
            page.split("/inbox/c/").nth(1).unwrap().split(['/', '"', '?']).next().unwrap().to_owned();
        format!("/inbox/c/{conversation}/orders/order_{}/{verdict}", &rest[..32])
    };
    assert_eq!(world.press(&cookie, &action("paid"), "guess").await, 403, "a form of somebody else's");
    let csrf = world.csrf(&cookie).await;
    assert_eq!(world.press(&cookie, &action("paid"), &csrf).await, 303);
    shopper.until_told("Payment received").await;
    world.until_count(1, "select count(*) from orders where state = 'paid'").await;
    assert_eq!((world.count(STOCK).await, world.count(RESERVED).await), (8, 0));
    world.until_calm().await;
    assert_eq!(world.press(&cookie, &action("dismiss"), &csrf).await, 409, "it is settled");
    let page = world.inbox(&shopper).await;
    assert!(!page.contains("is on hold") && page.contains("A person saw that it is paid"), "{page}");
    world.stop_with_nothing_left().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_is_closed_once_the_cart_costs_something_else_and_only_the_new_one_is_paid() {
    let world = World::start().await;
    world.change("update variants set stock = 3 where sku = 'LAN-S'").await;
    let shopper = at_the_pay_page(&world).await;
    let first = shopper.session();
    // Two are kept for this very shopper: that is no reason to say that only one is left.
    shopper.say("1 of the small").await;
    world.until_count(3, "select (lines->0->>'quantity')::bigint from carts").await;
    world.until_count(1, "select count(*) from orders where state = 'expired' and outdated_at is not null").await;
    assert!(world.control().pay(&first).is_err(), "the first page cannot be paid any more");
    shopper.say("what is in my cart?").await;
    assert_eq!(times("has closed", &shopper), 0, "nobody is told of a page that they left: {:#?}", shopper.texts());
    shopper.press_starting("pay:").await;
    assert_ne!(shopper.session(), first);
    world.control().pay(&shopper.session()).unwrap();
    shopper.until_told("Payment received").await;
    world.until_count(1, "select count(*) from orders where state = 'paid'").await;
    world.stop_with_nothing_left().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_old_page_that_was_paid_before_it_could_be_closed_is_looked_at_by_a_person_and_nothing_is_lost() {
    let world = World::start().await;
    let shopper = at_the_pay_page(&world).await;
    let event = world.pays_unheard(&shopper).await;
    shopper.say("1 of the small").await;
    assert_eq!(world.stripe("porch", event.to_string().as_bytes()).await, 200);
    shopper.until_told("Payment received").await;
    let open = "select (lines->0->>'quantity')::bigint from carts where state = 'open'";
    assert_eq!(world.count(open).await, 1, "what was added is in a cart of its own");

    let cookie = world.signed_in(&shopper).await;
    let page = world.inbox(&shopper).await;
    assert!(
        page.contains("Look at <a href=\"/inbox/orders/1\">order #1</a> ($59.04).")
            && page.contains("before the shopper changed the cart"),
        "{page}"
    );
    let (_, rest) = page.split_once("/orders/order_").unwrap();
    let conversation = page.split("/inbox/c/").nth(1).unwrap().split(['/', '"', '?']).next().unwrap();
    let seen = format!("/inbox/c/{conversation}/orders/order_{}/seen", &rest[..32]);
    let csrf = world.csrf(&cookie).await;
    assert_eq!(world.press(&cookie, &seen, &csrf).await, 303);
    let page = world.inbox(&shopper).await;
    assert!(!page.contains("Look at <a") && !page.contains("A person is asked for"), "{page}");
    assert_eq!(world.press(&cookie, &seen, &csrf).await, 409, "somebody was faster");
    world.stop().await;
}
