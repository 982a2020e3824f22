//! Two servers on one database.

use futures::future::join_all;

use crate::support::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_share_twenty_shoppers_and_answer_each_message_once() {
    let world = World::start().await;
    let second = world.second_server().await;
    let shoppers: Vec<_> = (0..20).map(|_| world.shopper("en")).collect();
    for (place, said) in ["hi there", "do you have a lantern?", "1 of the small"].into_iter().enumerate() {
        // Every second message comes in by the other server.
        let door = if place % 2 == 0 { second.address } else { world.rig.server.address };
        world.control().set_app_url(&format!("http://{door}"));
        join_all(shoppers.iter().map(|shopper| shopper.say(said))).await;
        world.until_count(0, "select count(*) from outbox where state in ('owed', 'sending', 'unknown')").await;
        world.until_count(0, "select count(*) from conversations where unread_since is not null").await;
    }
    assert_eq!(world.count("select count(*) from conversations").await, 20);
    assert_eq!(world.count("select count(*) from turns where state = 'replied'").await, 60, "one turn per message");
    assert_eq!(world.count("select count(*) from turns").await, 60);
    for shopper in &shoppers {
        let sent = shopper.texts();
        assert_eq!(sent.len(), 3, "one answer per message: {sent:#?}");
    }
    assert_eq!(world.count("select count(*) from carts where lines <> '[]'").await, 20);
    second.stop().await;
    // The one that is left goes on alone.
    world.control().set_app_url(&format!("http://{}", world.rig.server.address));
    shoppers[0].say("view my cart").await;
    world.stop_with_nothing_left().await;
}
