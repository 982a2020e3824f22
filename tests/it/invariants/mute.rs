//! 8. Never mute.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::model::{Answer, FakeModel, Question, calls, says, searches};
use crate::support::{PATIENCE, World, quick};

/// Whatever the model does, the shopper who asks for a lantern hears of it.
async fn the_guided_seller_answers(why: &str, script: fn(&Question) -> Answer) {
    let model = FakeModel::start(script).await;
    let mut settings = model.serving(quick());
    settings.model.timeout_seconds = 1;
    let world = World::with(settings).await;
    let shopper = world.shopper("en");
    let began = Instant::now();
    shopper.write("do you have a lantern?");
    let told = shopper.until_told("24.50").await;
    assert!(told.to_lowercase().contains("lantern"), "{why}: {told}");
    assert!(began.elapsed() < PATIENCE, "{why}: too late");
    assert!(model.asked() > 0, "{why}: the model was tried first");
    // The same conversation goes on.
    shopper.say("2 of the small").await;
    assert_eq!(world.count("select count(*) from carts where lines <> '[]'").await, 1, "{why}");
    world.stop_with_nothing_left().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_model_that_is_down_is_replaced_by_the_guided_seller() {
    the_guided_seller_answers("down", |_| Answer::Fails(500, "{\"error\": {\"message\": \"down\"}}".to_owned()))
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_model_that_hangs_is_replaced_by_the_guided_seller() {
    the_guided_seller_answers("hangs", |_| Answer::Hangs).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_model_that_answers_garbage_is_replaced_by_the_guided_seller() {
    the_guided_seller_answers("garbage", |_| Answer::Fails(200, "<<< not json".to_owned())).await;
    the_guided_seller_answers("no choices", |_| Answer::Fails(200, "{\"choices\": []}".to_owned())).await;
    the_guided_seller_answers("a wrong key", |_| Answer::Fails(401, "{\"error\": {\"code\": \"no\"}}".to_owned()))
        .await;
}

/// Every kind of endless turn ends in words and a person, within its limits.
async fn a_person_is_called(why: &str, script: fn(&Question) -> Answer) {
    let model = FakeModel::start(script).await;
    let world = World::with_model(&model).await;
    let shopper = world.shopper("en");
    shopper.say("do you have a lantern?").await;
    shopper.until_told("I've called someone").await;
    assert!(model.asked() <= 8, "{why}: asked {} times", model.asked());
    assert_eq!(world.count("select count(*) from conversations where needs_person_since is not null").await, 1);
    world.stop_with_nothing_left().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_model_that_invents_tools_ends_with_a_person() {
    a_person_is_called("invents", |_| calls("give_for_free", json!({ "sku": "LAN-S" }))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_model_that_loops_ends_with_a_person() {
    a_person_is_called("loops", |_| searches("lantern")).await;
    a_person_is_called("many at once", |question| {
        let calls = (0..30).map(|n| {
            (String::from("get_product"), json!({ "product": format!("p-{n}-{}", question.results().len()) }))
        });
        Answer::Calls(calls.collect())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_model_that_says_nothing_ends_with_a_person() {
    a_person_is_called("nothing", |_| says("   ")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn once_the_days_money_is_spent_the_guided_seller_answers() {
    is_asked_twice_a_day(FakeModel::start(|_: &Question| says("What are you looking for?")).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_that_are_of_no_use_count_against_the_days_money() {
    let cut = r#"{"choices":[{"message":{"content":"What"},"finish_reason":"length"}],
        "usage":{"prompt_tokens":900,"completion_tokens":0}}"#;
    is_asked_twice_a_day(FakeModel::start(move |_: &Question| Answer::Fails(200, cut.to_owned())).await).await;
}

/// Of a model whose answers cost 900 millionths each, where a day may cost 1,000: the second goes over, the third is
/// not asked for.
async fn is_asked_twice_a_day(model: FakeModel) {
    let mut settings = model.serving(quick());
    settings.model.micros_per_million_in = 1_000_000;
    settings.agent.day_micros_max = 1000;
    let world = World::with(settings).await;
    let shopper = world.shopper("en");
    shopper.say("hi").await;
    shopper.say("hello").await;
    assert_eq!(model.asked(), 2);
    shopper.say("do you have a lantern?").await;
    shopper.until_told("24.50").await;
    assert_eq!(model.asked(), 2, "no more money was spent");
    world.stop_with_nothing_left().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_turn_whose_time_is_up_is_finished_by_the_guided_seller() {
    // One call is quick and the next never ends; its own timeout is far away.
    let model = FakeModel::start(|question: &Question| match question.results().len() {
        0 => searches("lantern"),
        _ => Answer::Hangs,
    })
    .await;
    let mut settings = model.serving(quick());
    settings.agent.turn_seconds_max = 2;
    let world = World::with(settings).await;
    let shopper = world.shopper("en");
    let began = Instant::now();
    shopper.write("do you have a lantern?");
    shopper.until_told("24.50").await;
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
    assert_eq!(model.asked(), 2);
    assert_eq!(world.count("select count(*) from conversations where needs_person_since is not null").await, 0);
    world.stop_with_nothing_left().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_turn_whose_money_is_spent_is_finished_by_the_guided_seller_and_the_next_has_its_own() {
    // It would go on looking for ever.
    let model = FakeModel::start(|question: &Question| {
        searches(["lantern", "rope lantern", "lanterns", "a lantern"][question.results().len() % 4])
    })
    .await;
    let mut settings = model.serving(quick());
    settings.model.micros_per_million_in = 1_000_000;
    // 900 millionths each: the second goes over.
    settings.agent.turn_micros_max = 1000;
    let world = World::with(settings).await;
    let shopper = world.shopper("en");
    shopper.write("do you have a lantern?");
    shopper.until_told("24.50").await;
    assert_eq!(model.asked(), 2);
    shopper.say("do you have gloves?").await;
    assert_eq!(model.asked(), 4);
    assert_eq!(world.count("select sum(cost_micros)::bigint from spend").await, 3600);
    assert_eq!(world.count("select count(*) from turns where cost_micros = 1800").await, 2);
    world.stop_with_nothing_left().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_merchant_who_allows_less_a_day_than_the_operator_is_given_less_and_the_other_shops_are_not() {
    let model = FakeModel::start(|_: &Question| says("What are you looking for?")).await;
    let mut settings = model.serving(quick());
    settings.model.micros_per_million_in = 1_000_000;
    let world = World::with(settings).await;
    let changed = world
        .change(
            "update merchants set policies = policies || '{\"daily_model_budget_micros\": 800}' where slug = 'porch'",
        )
        .await;
    assert_eq!(changed, 1);
    let (shopper, other) = (world.shopper("en"), world.shopper("es"));
    shopper.say("hi").await;
    shopper.say("do you have a lantern?").await;
    shopper.until_told("24.50").await;
    assert_eq!(model.asked(), 1);
    other.say("hola").await;
    other.say("hola?").await;
    assert_eq!(model.asked(), 3);
    world.stop_with_nothing_left().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_model_that_does_not_answer_is_waited_for_once_in_a_turn_and_asked_again_in_the_next() {
    let model = FakeModel::start(|_: &Question| Answer::Hangs).await;
    let mut settings = model.serving(quick());
    settings.model.timeout_seconds = 2;
    let world = World::with(settings).await;
    let shopper = world.shopper("en");
    // The guided seller looks for it and then speaks: two questions, of which one is the model's.
    shopper.write("do you have a lantern?");
    shopper.until_told("24.50").await;
    assert_eq!(model.asked(), 1);
    shopper.say("do you have gloves?").await;
    assert_eq!(model.asked(), 2);
    world.stop_with_nothing_left().await;
}
