//! A merchant imports the wrong file, sells from it, and takes it back.

use crate::commands::{Terminal, said};
use crate::support::{World, words};

const HEADER: &str = "handle,title,sku,price,stock,option1_name,option1_value\n";
/// Lanterns for less and more of them than there are, and a tent that the shop does not sell.
const WRONG: &str = "rope-lantern,Rope lantern,LAN-S,20.00,50,Size,Small\n\
                     rope-lantern,,LAN-L,38.00,44,,Large\n\
                     tent,Tent,TENT,90.00,3,,\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_undone_import_gives_prices_back_and_leaves_quotes_and_what_was_sold_alone() {
    let world = World::start().await;
    let terminal = Terminal::of(&world);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wrong.csv");
    std::fs::write(&path, format!("{HEADER}{WRONG}")).unwrap();
    let imported = terminal.run(&["catalog", "import", "--shop", "porch", path.to_str().unwrap()]).await;
    assert!(said(&imported).contains("trato catalog undo --shop porch"), "{}", said(&imported));

    // 2 × 20.00 = 40.00; tax 8.25 %: 3.30; shipping 6.00.
    let (early, buyer) = (world.shopper("en"), world.shopper("en"));
    for shopper in [&early, &buyer] {
        shopper.say("do you have a lantern?").await;
        let quote = shopper.say("2 of the small").await;
        assert!(quote.iter().any(|entry| words(entry).contains("$49.30")), "{quote:#?}");
        shopper.press_starting("pay:").await;
    }
    world.control().pay(&buyer.session()).unwrap();
    world.until_count(48, "select stock::bigint from variants where sku = 'LAN-S'").await;

    let undo = ["catalog", "undo", "--shop", "porch"];
    let asked = terminal.run(&undo).await;
    assert!(!asked.status.success() && said(&asked).contains("Add --yes"), "{}", said(&asked));
    assert_eq!(world.count("select count(*) from imports where undoes is not null").await, 0);
    let undone = terminal.run(&[&undo[..], &["--yes"]].concat()).await;
    assert!(undone.status.success() && said(&undone).contains("Undone."), "{}", said(&undone));
    assert!(said(&undone).contains("`48`") && said(&undone).contains("tent"), "{}", said(&undone));
    world.until_count(2450, "select price_minor from variants where sku = 'LAN-S'").await;
    world.until_count(48, "select stock::bigint from variants where sku = 'LAN-S'").await;
    world.until_count(4, "select stock::bigint from variants where sku = 'LAN-L'").await;
    world.until_count(1, "select count(*) from products where handle = 'tent' and status = 'archived'").await;

    let paid = world.control().pay(&early.session()).unwrap();
    assert_eq!(paid.total, 4_930, "what they saw is what they pay");
    world.until_count(46, "select stock::bigint from variants where sku = 'LAN-S'").await;
    let listed = said(&terminal.run(&["catalog", "imports", "--shop", "porch"]).await);
    assert!(listed.contains("undo: 1 archived") && listed.contains("; undone"), "{listed}");
    world.stop().await;
}
