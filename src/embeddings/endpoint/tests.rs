//! A stand-in for the endpoint, over real HTTP.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use wiremock::matchers::{body_json, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::catalog::vectors::embedder::{EmbedError, Embedded, Embedder as _, Purpose, Space};
use crate::embeddings::endpoint::client::{Endpoint, Settings};

fn endpoint(server: &MockServer) -> Endpoint {
    Endpoint::new(Settings {
        base_url: format!("{}/v1/", server.uri()).parse().unwrap(),
        key: "sk-test".into(),
        space: Space { model: "tiny".to_owned(), dimension: 2 },
        timeout: Duration::from_millis(300),
        query_prefix: "query: ".to_owned(),
        product_prefix: String::new(),
    })
    .unwrap()
}

async fn answered(response: ResponseTemplate, texts: &[&str]) -> Result<Embedded, EmbedError> {
    let server = MockServer::start().await;
    Mock::given(method("POST")).and(path("/v1/embeddings")).respond_with(response).mount(&server).await;
    let texts: Arc<[String]> = texts.iter().map(|text| (*text).to_owned()).collect();
    endpoint(&server).embed(Purpose::Product, texts).await
}

fn ok(body: serde_json::Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(body)
}

#[tokio::test]
async fn texts_come_back_as_vectors_of_length_one_in_their_order() {
    let body = json!({"object": "list", "model": "tiny", "usage": {"prompt_tokens": 7, "total_tokens": 7}, "data": [
        {"object": "embedding", "index": 1, "embedding": [0.0, 2.0]},
        {"object": "embedding", "index": 0, "embedding": [3.0, 4.0]},
    ]});
    let found = answered(ok(body), &["red shoes", "blue mug"]).await.unwrap();
    assert_eq!(found, Embedded { vectors: vec![vec![0.6, 0.8], vec![0.0, 1.0]], tokens: 7 });
}

#[tokio::test]
async fn the_key_the_model_and_the_prefix_of_a_query_are_sent() {
    let server = MockServer::start().await;
    let asked = json!({"model": "tiny", "input": ["query: red shoes"], "encoding_format": "float"});
    Mock::given(method("POST"))
        .and(path("/v1/embeddings"))
        .and(header("authorization", "Bearer sk-test"))
        .and(body_json(asked))
        .respond_with(ok(json!({"data": [{"embedding": [1.0, 0.0]}]})))
        .expect(1)
        .mount(&server)
        .await;
    let found = endpoint(&server).embed(Purpose::Query, Arc::from(["red shoes".to_owned()])).await;
    assert_eq!(found.unwrap().vectors, [[1.0, 0.0]]);
}

#[tokio::test]
async fn a_refusal_says_what_to_mend() {
    let check = async |status, word: &str| {
        let body = json!({"error": {"message": "cannot read 'my secret words'"}});
        let error = answered(ResponseTemplate::new(status).set_body_json(body), &["a"]).await.unwrap_err();
        assert!(matches!(error, EmbedError::Refused(_)), "{error:?}");
        let words = error.to_string();
        assert!(words.contains(word) && !words.contains("secret"), "{words}");
    };
    check(401, "API_KEY").await;
    check(404, "BASE_URL").await;
    check(400, "MODEL").await;
}

#[tokio::test]
async fn an_endpoint_that_has_too_much_to_do_is_left_alone_for_as_long_as_it_asks() {
    let busy = ResponseTemplate::new(429);
    let seconds = |wait| Err(EmbedError::Busy(Duration::from_secs(wait)));
    assert_eq!(answered(busy.clone().insert_header("retry-after", "7"), &["a"]).await, seconds(7));
    assert_eq!(answered(busy.clone(), &["a"]).await, seconds(10));
    assert_eq!(answered(busy.insert_header("retry-after", "999999"), &["a"]).await, seconds(600));
}

#[tokio::test]
async fn a_dimension_that_was_not_expected_is_named() {
    let error = answered(ok(json!({"data": [{"index": 0, "embedding": [1.0, 0.0, 0.0]}]})), &["a"]).await;
    assert_eq!(error, Err(EmbedError::WrongDimension { expected: 2, found: 3 }));
    assert!(error.unwrap_err().to_string().contains("TRATO_SEARCH__DIMENSION=3"));
}

#[tokio::test]
async fn what_hangs_breaks_or_is_no_answer_is_away() {
    let hang = ok(json!({"data": []})).set_delay(Duration::from_secs(5));
    for response in [
        hang,
        ResponseTemplate::new(500),
        ResponseTemplate::new(302).insert_header("location", "http://127.0.0.1:1/"),
        ResponseTemplate::new(200).set_body_string("<html>"),
        ok(json!({"data": [{"embedding": [1.0, 0.0]}, {"embedding": [1.0, 0.0]}]})),
        ok(json!({"data": []})),
    ] {
        let error = answered(response, &["a"]).await.unwrap_err();
        assert!(matches!(error, EmbedError::Away(_)), "{error:?}");
    }
}
