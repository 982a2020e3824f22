//! What a kill may cost at most, and what it must not cost although it is rare.

use std::time::Duration;

use crate::kill::sale::{Scene, Seller};
use crate::kill::street::{Stage, Traffic, Trap};
use crate::support::words;

const fn send(number: usize, stage: Stage) -> Trap {
    Trap { traffic: Traffic::Send, number, stage }
}

/// The one case in which a shopper reads something twice: WhatsApp has no idempotency key, so a message whose answer
/// was lost and of which no report ever comes is sent again. The other choice would be to lose it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_nobody_ever_hears_of_again_is_sent_once_more() {
    let scene = Scene::set(Seller::Model, 1, vec![send(1, Stage::Done)]).await;
    scene.street.lose_reports();
    let shopper = scene.shopper();
    shopper.write("hi there");
    scene.until("the same message again", || shopper.received().len() == 2).await;
    let read = shopper.received();
    assert_eq!(read[0].callback_data, read[1].callback_data);
    assert_eq!(scene.count("select count(*) from outbox").await, 1);
    scene.strike().await;
}

/// Words that fill two messages are one answer: the second part is not lost with the worker that sent the first, and
/// the first is not sent again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_of_two_parts_arrives_whole_wherever_it_is_cut_off() {
    for trap in [
        send(1, Stage::Arrived),
        send(1, Stage::Done),
        send(1, Stage::Answered),
        send(2, Stage::Arrived),
        send(2, Stage::Done),
    ] {
        let scene = Scene::set(Seller::Model, 1, vec![trap]).await;
        let shopper = scene.shopper();
        shopper.write("tell me everything");
        scene.until("both parts", || shopper.received().len() >= 2).await;
        scene.until_quiet().await;
        let parts: Vec<String> = shopper.received().iter().map(words).collect();
        assert_eq!(parts.len(), 2, "{trap:?}: {parts:#?}");
        assert!(parts[0] != parts[1] && parts.concat().matches("carry").count() == 130, "{trap:?}: {parts:#?}");
        assert_eq!(scene.street.sprung(), [trap]);
        scene.strike().await;
    }
}

/// A job may run twice: its worker is killed after the commit and before it says that it is done. The receipt is not
/// said again, and the agent still goes on from the payment.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_notice_acted_on_twice_still_has_its_turn() {
    let scene = Scene::set(Seller::Model, 1, Vec::new()).await;
    let shopper = scene.shopper();
    let pool = scene.pool.clone();
    let again = tokio::spawn(async move {
        let queued = "select queue_payment(merchant_id, seq)::text from intake
                      where kind = 'payment' and conversation_id is not null and read_at is null";
        while sqlx::query(queued).fetch_all(&pool).await.unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    });
    scene.sell_to(&shopper).await;
    again.await.unwrap();
    scene.check(&[&shopper]).await;
    scene.strike().await;
}

/// A message that comes while the agent works joins the turn. Whoever resumes the turn hears it once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_joined_a_turn_is_heard_once_by_whoever_resumes_it() {
    let second = Trap { traffic: Traffic::Model, number: 2, stage: Stage::Arrived };
    let scene = Scene::set(Seller::Model, 1, vec![second]).await;
    let shopper = scene.shopper();
    scene.street.hold_the_model(true);
    shopper.write("do you have a lantern?");
    scene.until("a question", || scene.street.asked_by(0) == 1).await;
    shopper.write("2 of the small");
    while scene.count("select count(*) from intake where kind = 'said'").await < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    scene.street.hold_the_model(false);
    scene.until("an answer", || !shopper.received().is_empty()).await;
    scene.until_quiet().await;

    assert_eq!(scene.street.sprung(), [second]);
    assert_eq!(scene.count("select count(*) from turns").await, 1, "{}", scene.told().await);
    let times = |question: &String| question.matches("2 of the small").count();
    let most = scene.street.questions().iter().map(times).max();
    assert_eq!(most, Some(1));
    scene.strike().await;
}
