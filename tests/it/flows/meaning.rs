//! Found by what is meant: a server whose settings name an endpoint for vectors, from the import to the answer.

use serde_json::{Value, json};
use trato::config::VectorSource;
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::support::{World, quick};

/// Clothes point one way, everything else another.
fn vectors(request: &Request) -> ResponseTemplate {
    let asked: Value = request.body_json().unwrap();
    let about = |text: &Value| {
        let text = text.as_str().unwrap_or_default().to_lowercase();
        let clothes = ["camiseta", "playera"].iter().any(|word| text.contains(word));
        json!({"embedding": if clothes { [1.0, 0.0] } else { [0.0, 1.0] }})
    };
    let rows: Vec<Value> = asked["input"].as_array().unwrap().iter().map(about).collect();
    ResponseTemplate::new(200).set_body_json(json!({"data": rows, "usage": {"total_tokens": 5}}))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shopper_finds_a_thing_under_a_word_that_the_shop_does_not_use() {
    let endpoint = MockServer::start().await;
    Mock::given(path("/v1/embeddings")).respond_with(vectors).mount(&endpoint).await;
    let mut settings = quick();
    settings.search.vectors = VectorSource::Endpoint;
    settings.search.base_url = Some(format!("{}/v1", endpoint.uri()).parse().unwrap());
    settings.search.model = Some("by-hand".to_owned());
    settings.search.dimension = Some(2);
    settings.search.query_ms_max = 10_000;
    let world = World::with(settings).await;
    world
        .until_count(
            0,
            "select count(*) from products p where status = 'active' and not exists
                         (select from product_vectors v where v.product_id = p.id)",
        )
        .await;
    let shopper = world.shopper("es");
    shopper.say("busco una playera").await;
    let told = shopper.until_told("Camiseta").await;
    assert!(!told.is_empty());
    world.stop_with_nothing_left().await;
}
