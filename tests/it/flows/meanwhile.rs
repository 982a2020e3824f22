//! What a shopper writes while the answer to something else is on its way.

use serde_json::Value;

use crate::support::World;
use crate::support::model::{FakeModel, Gate, Question, says};

/// Who spoke and what they said, in order, without the instructions.
fn spoken(question: &Question) -> Vec<(String, String)> {
    let messages = question.body["messages"].as_array().unwrap();
    let text = |message: &Value, field: &str| message[field].as_str().unwrap_or_default().to_owned();
    let spoken = messages.iter().map(|message| (text(message, "role"), text(message, "content")));
    spoken.filter(|(role, _)| role != "system").collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_that_came_during_an_answer_is_answered_by_somebody_who_knows_that_answer() {
    let gate = Gate::closed();
    let held = gate.clone();
    let script = move |question: &Question| {
        if question.said().contains("gift wrap") {
            return says("No, we do not wrap gifts.");
        }
        crate::support::model::Answer::After(held.clone(), Box::new(says("We are open until six.")))
    };
    let model = FakeModel::start(script).await;
    let world = World::with_model(&model).await;
    let shopper = world.shopper("en");
    shopper.write("when do you close?");
    gate.reached().await;
    shopper.write("do you gift wrap?");
    world.until_count(2, "select count(*) from intake where kind = 'said'").await;
    gate.open();
    shopper.until_told("we do not wrap gifts").await;

    let asked = spoken(model.questions().last().unwrap());
    let who: Vec<&str> = asked.iter().map(|(role, _)| role.as_str()).collect();
    assert_eq!(who, ["user", "assistant", "user"], "{asked:#?}");
    assert!(asked[1].1.contains("open until six"), "{asked:#?}");
    assert!(asked[2].1.contains("gift wrap") && !asked[2].1.contains("close"), "{asked:#?}");
    world.stop_with_nothing_left().await;
}
