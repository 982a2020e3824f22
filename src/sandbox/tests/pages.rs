//! The pages and the control addresses, as a browser uses them.

use serde_json::{Value, json};

use crate::sandbox::tests::stripe::FORM;
use crate::sandbox::tests::support::{Answer, PHONE, Setting, request, setting};

async fn get(it: &Setting, path: &str) -> Answer {
    request(it.sandbox.address(), ("GET", path), &[], "").await.unwrap()
}

async fn post(it: &Setting, path: &str, body: &Value) -> Answer {
    let headers = [("content-type", "application/json")];
    request(it.sandbox.address(), ("POST", path), &headers, &body.to_string()).await.unwrap()
}

#[tokio::test]
async fn several_shops_are_offered_to_pick_from() {
    let it = setting().await;
    let page = get(&it, "/").await;
    assert!(page.body.contains("Shop one") && page.body.contains("Shop two") && page.body.contains(PHONE));
}

#[tokio::test]
async fn every_file_of_the_phone_page_is_served_from_here() {
    let it = setting().await;
    let page = get(&it, &format!("/phone/{PHONE}")).await;
    assert_eq!(page.status, 200);
    let parts = page.body.split(['"', '\'']).filter(|part| part.starts_with("/_assets/"));
    let mut served = 0;
    for path in parts {
        assert_eq!(get(&it, path).await.status, 200, "{path}");
        served += 1;
    }
    assert!(served >= 5, "{served}");
    assert!(!page.body.contains("http://") && !page.body.contains("https://"), "an outside address");
}

#[tokio::test]
async fn a_link_to_a_chat_opens_the_phone_of_that_number() {
    let it = setting().await;
    let opened = get(&it, "/chat/525550001001").await;
    assert_eq!((opened.status, opened.header("location")), (303, Some(format!("/phone/{PHONE}").as_str())));
    for nowhere in ["/chat/99999", "/phone/99999"] {
        let elsewhere = get(&it, nowhere).await;
        assert_eq!((elsewhere.status, elsewhere.header("location")), (303, Some("/")), "{nowhere}");
    }
}

#[tokio::test]
async fn the_phone_page_can_do_everything_over_http() {
    let it = setting().await;
    let shoppers = format!("/_control/phones/{PHONE}/shoppers");
    let fresh = post(&it, &shoppers, &json!({})).await.json();
    let chat = format!("{shoppers}/{}", fresh["number"]);
    assert_eq!(get(&it, &chat).await.json(), fresh);
    let sent = post(&it, &format!("{chat}/send"), &json!({"kind": "text", "body": "Hola"})).await;
    assert_eq!(sent.status, 200, "{}", sent.body);
    it.heard(&["messages.text"]).await;
    let thread = get(&it, &format!("{chat}/chat")).await.json();
    assert_eq!(thread["entries"][0]["content"], json!({"kind": "text", "body": "Hola"}));
    assert_eq!(thread["entries"][0]["from"], "shopper");
    assert_eq!(post(&it, &format!("{chat}/look"), &json!({})).await.status, 204);
    let nothing = post(&it, &format!("{chat}/send"), &json!({"kind": "text", "body": " "})).await;
    assert_eq!(nothing.status, 422);
    let nobody = post(&it, "/_control/phones/1/shoppers", &json!({})).await;
    assert_eq!(nobody.status, 404);
    let rule = json!({"fault": "webhook_lost", "service": "graph", "times": 1});
    assert_eq!(post(&it, "/_control/faults", &rule).await.status, 204);
    assert_eq!(get(&it, "/_control/faults").await.json(), json!([rule]));
    assert_eq!(get(&it, "/_control/webhooks").await.json()[0]["fate"], "accepted");
}

#[tokio::test]
async fn the_pay_page_shows_the_session_and_pays_it() {
    let it = setting().await;
    let form = FORM.replace("name]=Lentes", "name]=%3Cb%3ELentes%3C%2Fb%3E");
    let session = it.session(&form).await;
    let path = session["url"].as_str().unwrap().strip_prefix(it.sandbox.base_url()).unwrap();
    let path = path.split('#').next().unwrap();
    let page = get(&it, path).await;
    assert_eq!(page.status, 200);
    for expected in ["Shop one", "$1,298.00 MXN", "&lt;b&gt;Lentes", "SANDBOX: no se mueve dinero"] {
        assert!(page.body.contains(expected), "{expected} is missing");
    }
    let declined = post(&it, &format!("{path}/decline"), &json!({})).await;
    assert_eq!(declined.header("location"), session["url"].as_str());
    assert!(get(&it, path).await.body.contains("fue rechazada"));
    let paid = post(&it, &format!("{path}/card"), &json!({})).await;
    let thanks = format!("https://shop.example/thanks?s={}", session["id"].as_str().unwrap());
    assert_eq!((paid.status, paid.header("location")), (303, Some(thanks.as_str())));
    let again = post(&it, &format!("{path}/card"), &json!({})).await;
    assert_eq!(again.header("location"), session["url"].as_str());
    it.heard(&["payment_intent.payment_failed", "payment_intent.succeeded", "checkout.session.completed"]).await;
    assert!(get(&it, path).await.body.contains("Este pedido está pagado"));
    assert_eq!(get(&it, "/pay/cs_test_nothing").await.status, 404);
}
