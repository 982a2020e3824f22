//! Being told to stop.

use std::time::{Duration, Instant};

use crate::kill::sale::{Scene, Seller};
use crate::kill::street::Traffic;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn told_to_stop_it_finishes_the_turn_it_is_in_and_another_sends_the_answer() {
    let scene = Scene::set(Seller::Model, 1, Vec::new()).await;
    let shopper = scene.shopper();
    scene.street.hold_the_model(true);
    shopper.write("hi there");
    until_asked(&scene, 1).await;

    let street = scene.street.clone();
    let release = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(400)).await;
        street.hold_the_model(false);
    });
    let began = Instant::now();
    let ended = scene.servers[0].terminate().await;
    release.await.unwrap();
    assert!(ended.success(), "{ended}");
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
    assert_eq!(
        scene.count("select count(*) from turns where state = 'replied'").await,
        1,
        "{}",
        scene.told().await
    );

    let log = scene.servers[0].log();
    assert!(log.contains("INFO") && !log.contains('\u{1b}'), "a log in a file has no colours: {log}");

    scene.servers[0].start().await;
    scene.until_quiet().await;
    assert_eq!(shopper.received().len(), 1);
    assert_eq!(scene.street.passed(Traffic::Model), 1);
    scene.strike().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn told_to_stop_while_the_model_is_silent_it_gives_the_turn_back_in_time() {
    let scene = Scene::set(Seller::Model, 1, Vec::new()).await;
    let shopper = scene.shopper();
    scene.street.hold_the_model(true);
    shopper.write("hi there");
    until_asked(&scene, 1).await;

    let began = Instant::now();
    let ended = scene.servers[0].terminate().await;
    assert!(ended.success(), "{ended}");
    assert!(began.elapsed() < Duration::from_secs(26), "{:?}", began.elapsed());

    scene.street.hold_the_model(false);
    scene.servers[0].start().await;
    scene.until_quiet().await;
    assert_eq!(shopper.received().len(), 1, "{}", scene.told().await);
    scene.strike().await;
}

async fn until_asked(scene: &Scene, times: usize) {
    while scene.street.asked_by(0) < times {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
