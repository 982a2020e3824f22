//! Who asks for a person while nobody is there hears so, and when somebody is.

use crate::support::World;
use crate::support::model::{FakeModel, Question, calls, says};

const CLOSED: &str = "We're closed right now, so they'll answer once we're open again.";

/// No day of the week has hours.
const NEVER: &str =
    "update merchants set policies = policies || '{\"hours\": {}, \"texts\": {\"hours\": \"Mondays at nine.\"}}'
                     where slug = 'porch'";
const ALWAYS: &str = "update merchants set policies = jsonb_set(policies, '{hours}', (
                          select jsonb_object_agg(day, '[\"00:00-24:00\"]'::jsonb)
                          from unnest('{monday,tuesday,wednesday,thursday,friday,saturday,sunday}'::text[]) day))
                      where slug = 'porch'";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_asks_for_a_person_while_the_shop_is_closed_hears_when_it_opens() {
    let world = World::start().await;
    assert_eq!(world.change(NEVER).await, 1);
    let shopper = world.shopper("en");
    shopper.say("hello").await;
    assert!(!shopper.texts().concat().contains(CLOSED), "nobody was asked for: {:?}", shopper.texts());
    shopper.say("a person, please").await;
    let told = shopper.until_told("I've called someone").await;
    assert!(told.contains(&format!("{CLOSED} Mondays at nine.")), "{told}");
    world.stop_with_nothing_left().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_asks_for_a_person_while_the_shop_is_open_hears_nothing_of_hours() {
    let world = World::start().await;
    assert_eq!(world.change(ALWAYS).await, 1);
    let shopper = world.shopper("en");
    shopper.say("a person, please").await;
    let told = shopper.until_told("I've called someone").await;
    assert!(!told.contains(CLOSED), "{told}");
    world.stop_with_nothing_left().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_model_that_calls_a_person_need_not_know_the_hours() {
    let script = |question: &Question| match question.results().len() {
        0 => calls("hand_off_to_person", serde_json::json!({ "reason": "asked for a person" })),
        _ => says("Somebody of the team will answer you here."),
    };
    let model = FakeModel::start(script).await;
    let world = World::with_model(&model).await;
    assert_eq!(world.change(NEVER).await, 1);
    let shopper = world.shopper("en");
    shopper.say("a person, please").await;
    let told = shopper.until_told("Somebody of the team").await;
    assert!(told.contains(CLOSED), "{told}");
    world.stop_with_nothing_left().await;
}
