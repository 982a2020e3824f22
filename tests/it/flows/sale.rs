//! A whole sale over HTTP with the guided seller, in each of its languages: find, choose, bargain with a coupon, see
//! the quote, pay, hear of the payment in the same conversation, say where to send it.

use crate::support::{World, words};

struct Script {
    language: &'static str,
    hello: &'static str,
    search: &'static str,
    variant: &'static str,
    coupon: &'static str,
    pay: &'static str,
    address: &'static str,
    /// The total as the shopper reads it, worked out by hand beside each script.
    total: &'static str,
    total_minor: i64,
}

async fn sells(script: &Script) {
    let world = World::start().await;
    let shopper = world.shopper(script.language);

    let hello = shopper.say(script.hello).await;
    assert!(words(&hello[0]).len() > 20, "a greeting: {hello:#?}");
    shopper.say(script.search).await;
    shopper.say(script.variant).await;
    shopper.say(script.coupon).await;
    let quote = shopper.say(script.pay).await;
    assert!(quote.iter().any(|entry| words(entry).contains(script.total)), "the quote: {quote:#?}");
    shopper.press_starting("pay:").await;
    world.control().pay(&shopper.session()).unwrap();
    let receipt = shopper.until_told("#1").await;
    world.until_count(1, "select count(*) from orders where state = 'paid'").await;
    assert!(shopper.texts().iter().any(|text| text.contains(script.total) && text.contains("#1")), "{receipt}");

    let before = shopper.received().len();
    shopper.until_received(before + 1).await;
    shopper.say(script.address).await;
    world.until_count(1, "select count(*) from orders where delivery is not null").await;
    let paid: i64 = sqlx::query_scalar("select total_minor from orders").fetch_one(&world.pool).await.unwrap();
    assert_eq!(paid, script.total_minor);
    world.stop_with_nothing_left().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shopper_buys_in_spanish() {
    sells(&Script {
        language: "es",
        hello: "hola",
        search: "busco una camiseta",
        variant: "2 de la azul en M",
        coupon: "tengo un cupón HOLA10",
        pay: "quiero pagar",
        address: "Ana López, Av. Juárez 12 int 3, Oaxaca, 68000",
        // 2 × 249.00 = 498.00; 10 % off: 448.20; shipping 99.00; tax is in the prices.
        total: "$547.20 MXN",
        total_minor: 54_720,
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shopper_buys_in_english() {
    sells(&Script {
        language: "en",
        hello: "hi there",
        search: "do you have a lantern?",
        variant: "2 of the small",
        coupon: "PORCH15",
        pay: "I want to pay",
        address: "Sam Reed, 41 Elm Street, Austin, 78701",
        // 2 × 24.50 = 49.00; 15 % off: 41.65; tax 8.25 % added: 3.436125 → 3.44; shipping 6.00, untaxed.
        total: "$51.09",
        total_minor: 5_109,
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shopper_buys_in_portuguese() {
    sells(&Script {
        language: "pt",
        hello: "oi, tudo bem?",
        search: "quero café",
        variant: "2 de 250 g",
        coupon: "cupom OI10",
        pay: "quero pagar",
        address: "João Silva, Rua das Flores 120 ap 4, São Paulo, 01310-100",
        // 2 × 39.90 = 79.80; 10 % off: 71.82; shipping 18.90.
        total: "R$ 90,72",
        total_minor: 9_072,
    })
    .await;
}
