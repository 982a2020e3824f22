//! A shop's own systems change stock and prices while shoppers buy.

use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use trato::base::ids::MerchantId;
use trato::base::store::Scope;
use trato::merchants::api_keys::store::ShopKeys;

use crate::commands::{Terminal, said};
use crate::support::{World, words};

/// A system of the shop's own.
struct Till {
    url: String,
    key: String,
    http: reqwest::Client,
}

struct Answered {
    status: u16,
    headers: HeaderMap,
    body: Value,
}

impl Till {
    async fn of(world: &World, merchant: MerchantId) -> Self {
        let scope = Scope::new(world.pool.clone(), merchant);
        Self::with(world, ShopKeys::of(&scope).add("Till").await.unwrap().reveal())
    }

    fn with(world: &World, key: String) -> Self {
        let url = format!("http://{}/api/v1/variants", world.rig.server.address);
        Self { url, key, http: reqwest::Client::new() }
    }

    async fn send(&self, key: &str, body: &Value) -> Answered {
        let request = self.http.patch(&self.url).bearer_auth(&self.key).header("Idempotency-Key", key).json(body);
        Self::answer(request).await
    }

    async fn answer(request: reqwest::RequestBuilder) -> Answered {
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let text = answer.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{status} {error}: {text}"));
        Answered { status, headers, body }
    }
}

/// A whole request was refused, in the form of RFC 9457.
fn refused(answered: &Answered, status: u16, code: &str) {
    assert_eq!((answered.status, answered.body["code"].as_str()), (status, Some(code)), "{}", answered.body);
    assert_eq!(answered.headers["content-type"], "application/problem+json");
    assert_eq!(
        (&answered.body["status"], &answered.body["type"]),
        (&json!(status), &json!(format!("urn:trato:problem:{code}")))
    );
    assert!(answered.body["detail"].as_str().unwrap().len() > 10 && answered.body["title"].is_string());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_reaches_the_next_quote_and_not_the_checkout_that_is_open() {
    let world = World::start().await;
    let early = world.shopper("en");
    early.say("do you have a lantern?").await;
    // 2 × 24.50 = 49.00; tax 8.25 %: 4.04; shipping 6.00.
    let quote = early.say("2 of the small").await;
    assert!(quote.iter().any(|entry| words(entry).contains("$59.04")), "{quote:#?}");
    early.press_starting("pay:").await;
    let session = early.session();

    let till = Till::of(&world, early.merchant).await;
    let answered = till.send("a", &json!([{"sku": "LAN-S", "price": "30.00", "stock": 9}])).await;
    assert_eq!((answered.status, &answered.body["changed"]), (200, &json!(1)), "{}", answered.body);

    let late = world.shopper("en");
    late.say("do you have a lantern?").await;
    // 2 × 30.00 = 60.00; tax 4.95; shipping 6.00.
    let quote = late.say("2 of the small").await;
    assert!(quote.iter().any(|entry| words(entry).contains("$70.95")), "{quote:#?}");

    let paid = world.control().pay(&session).unwrap();
    assert_eq!(paid.total, 5_904, "what they saw is what they pay");
    world.until_count(1, "select count(*) from orders where state = 'paid' and total_minor = 5904").await;
    // 9 as the till said, and 2 sold since.
    world.until_count(7, "select stock::bigint from variants where sku = 'LAN-S'").await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repeat_gets_the_first_answer_and_two_at_once_change_once() {
    let world = World::start().await;
    let till = Till::of(&world, world.shopper("en").merchant).await;
    let body = json!([{"sku": "SEED-1", "stock": 5, "stock_was": null}]);
    let (one, other) = tokio::join!(till.send("a", &body), till.send("a", &body));
    assert_eq!((one.status, other.status), (200, 200));
    assert_eq!(one.body, other.body);
    assert_eq!(one.body["changed"], 1, "{}", one.body);
    let replayed =
        [&one, &other].iter().filter(|answer| answer.headers.contains_key("idempotency-replayed")).count();
    assert_eq!(replayed, 1);

    world.change("update variants set stock = 4 where sku = 'SEED-1'").await;
    assert_eq!(till.send("a", &body).await.body, one.body);
    assert_eq!(world.count("select stock::bigint from variants where sku = 'SEED-1'").await, 4);
    refused(&till.send("a", &json!([{"sku": "SEED-1", "stock": 6}])).await, 422, "idempotency-key-reused");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_changes_anything_without_a_key_or_in_another_shop() {
    let world = World::start().await;
    let place = |language: &str| world.shopper(language).merchant;
    let till = Till::of(&world, place("es")).await;
    let body = json!([{"sku": "SEED-1", "stock": 0}]);
    let theirs = till.send("a", &body).await;
    assert_eq!((theirs.status, &theirs.body["items"][0]["code"]), (200, &json!("no-such-sku")), "{}", theirs.body);

    let bare = till.http.patch(&till.url).header("Idempotency-Key", "b").json(&body);
    let answered = Till::answer(bare).await;
    refused(&answered, 401, "no-key");
    assert!(answered.headers["www-authenticate"].to_str().unwrap().starts_with("Bearer"));
    let id = till.key.split('_').nth(1).unwrap();
    for key in ["", "x", &till.key[..till.key.len() - 1], &format!("trato_{id}_{}", "A".repeat(43))] {
        refused(&Till::with(&world, key.to_owned()).send("b", &body).await, 401, "no-key");
    }
    let terminal = Terminal::of(&world);
    let made = terminal.run(&["api-key", "add", "--shop", "porch", "--name", "Warehouse"]).await;
    let made = Till::with(&world, String::from_utf8(made.stdout).unwrap().trim().to_owned());
    assert_eq!(made.send("c", &body).await.body["changed"], 1);
    let listed = said(&terminal.run(&["api-key", "list", "--shop", "porch"]).await);
    assert!(listed.contains("Warehouse") && !listed.contains(&made.key), "{listed}");
    let id = listed.split_whitespace().next().unwrap().to_owned();
    let revoked = said(&terminal.run(&["api-key", "revoke", "--shop", "porch", &id]).await);
    assert!(revoked.contains("Revoked"), "{revoked}");
    refused(&made.send("d", &json!([{"sku": "SEED-1", "stock": 3}])).await, 401, "no-key");
    assert_eq!(world.count("select stock::bigint from variants where sku = 'SEED-1'").await, 0);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_cannot_be_read_is_refused_whole_and_says_what_to_do() {
    let world = World::start().await;
    let till = Till::of(&world, world.shopper("en").merchant).await;
    let raw = |key: &str, body: String| {
        till.http.patch(&till.url).bearer_auth(&till.key).header("Idempotency-Key", key.to_owned()).body(body)
    };
    refused(
        &Till::answer(till.http.patch(&till.url).bearer_auth(&till.key).body("[]")).await,
        400,
        "idempotency-key-missing",
    );
    refused(&Till::answer(raw("", "[]".to_owned())).await, 400, "idempotency-key-bad");
    refused(&Till::answer(raw(&"k".repeat(256), "[]".to_owned())).await, 400, "idempotency-key-bad");
    for body in ["", "[]", "{}", "{\"sku\": \"LAN-S\"}", "[{\"sku\": \"LAN-S\", \"stock\": 1}"] {
        refused(&Till::answer(raw("a", body.to_owned())).await, 400, "not-a-list");
    }
    let many: Vec<Value> = (0..1_001).map(|n| json!({"sku": format!("S-{n}"), "stock": 1})).collect();
    refused(&till.send("a", &json!(many)).await, 413, "too-many-items");
    refused(&Till::answer(raw("a", " ".repeat(2 << 20))).await, 413, "too-large");
    refused(&Till::answer(till.http.get(&till.url).bearer_auth(&till.key)).await, 405, "method");
    let elsewhere = till.url.replace("variants", "prices");
    refused(&Till::answer(till.http.patch(elsewhere).bearer_auth(&till.key)).await, 404, "nothing-here");

    // A thousand are taken, under the key that nothing was done for.
    let answered = till.send("a", &json!(many[..1_000])).await;
    assert_eq!((answered.status, &answered.body["refused"]), (200, &json!(1_000)));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_calls_without_end_is_told_when_to_come_again() {
    let world = World::start().await;
    let till = Till::of(&world, world.shopper("en").merchant).await;
    let mut last = till.send("k", &json!([{"sku": "LAN-S", "stock": 4}])).await;
    for _ in 0..200 {
        if last.status == 429 {
            break;
        }
        last = till.send("k", &json!([{"sku": "LAN-S", "stock": 4}])).await;
    }
    refused(&last, 429, "too-often");
    assert_eq!(last.headers["retry-after"], "1");
    world.stop().await;
}

/// What a search is answered.
async fn found(till: &Till, query: &str) -> Answered {
    let address = till.url.replace("variants", "products");
    Till::answer(till.http.get(format!("{address}?{query}")).bearer_auth(&till.key)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_search_finds_what_shoppers_are_shown_and_goes_on_where_it_stopped() {
    let world = World::start().await;
    let till = Till::of(&world, world.shopper("en").merchant).await;

    let answered = found(&till, "q=lantern&language=en").await;
    assert_eq!(answered.status, 200, "{}", answered.body);
    let lantern = &answered.body["products"][0];
    assert_eq!(
        (&lantern["handle"], &answered.body["currency"]),
        (&json!("rope-lantern"), &json!("USD")),
        "{lantern}"
    );
    assert_eq!(
        lantern["variants"][0],
        json!({"sku": "LAN-S", "options": [{"name": "Size", "value": "Small"}], "price": "24.50", "compare_at": null,
               "available": 10, "in_stock": true, "image": null})
    );
    assert_eq!(
        lantern["found_by"][0],
        json!({"by": "word", "word": "lantern", "part": "title", "otherwise": false})
    );
    assert!(!answered.body.to_string().contains("floor") && !answered.body.to_string().contains("cost"));

    let small = found(&till, "q=lantern&option=Size:Small&in_stock=true&price_max=30").await;
    assert_eq!(small.body["products"][0]["variants"].as_array().map(Vec::len), Some(1), "{}", small.body);
    assert_eq!(found(&till, "q=lantern&price_max=1").await.body["products"], json!([]));

    let (mut seen, mut next) = (Vec::new(), String::new());
    loop {
        let page = found(&till, &format!("limit=1{next}")).await.body;
        seen.push(page["products"][0]["handle"].as_str().unwrap().to_owned());
        match page["next"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => break,
        }
    }
    let all = found(&till, "").await.body["products"].as_array().unwrap().len();
    assert_eq!(seen.len(), all, "each once: {seen:?}");

    refused(&found(&till, "colour=red").await, 400, "bad-parameter");
    refused(&found(&till, &format!("q=x{next}")).await, 400, "bad-parameter");
    let nobody = Till { key: "trato_none".to_owned(), ..Till::of(&world, world.shopper("en").merchant).await };
    refused(&found(&nobody, "q=lantern").await, 401, "no-key");
    world.stop().await;
}
