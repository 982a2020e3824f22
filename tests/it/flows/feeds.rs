//! The catalog at a secret address, as Meta and Google fetch it; and as a file that is imported again.

use trato::app::rig::RigShop;
use trato::base::secret::random_token;
use trato::base::store::Scope;
use trato::catalog::export::Kind;
use trato::catalog::export::store::Exports;
use trato::merchants::shop_file::read_shop_file;

use crate::commands::{Terminal, file, said};
use crate::support::World;

/// More than one page of the database.
const PRODUCTS: usize = 1_203;

fn shop() -> RigShop {
    let file = "slug = \"many\"\nname = \"Many\"\ncurrency = \"USD\"\nlocale = \"en-US\"\ntime_zone = \"UTC\"\n\
                [policies.shipping]\nflat = \"6.00\"\n[policies.tax]\nrate = \"0\"\nmode = \"included\"\non_shipping = false\n";
    let rows = (0..PRODUCTS).map(|n| format!("thing-{n},Thing {n},SKU-{n},{}.50,7.77\n", n + 10));
    let products: String = std::iter::once("handle,title,sku,price,cost\n".to_owned()).chain(rows).collect();
    RigShop::new(0, read_shop_file("shop.toml", file).unwrap(), products.into_bytes())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_has_the_address_reads_all_that_is_on_sale_and_nobody_else_anything() {
    let world = World::selling(vec![shop()]).await;
    let scope = Scope::new(world.pool.clone(), world.rig.merchants[0]);
    let (old, token) = (random_token(), random_token());
    let link = "https://shop.example/{handle}";
    Exports::of(&scope).open_feed(Kind::Meta, link, &old).await.unwrap();
    Exports::of(&scope).open_feed(Kind::Meta, link, &token).await.unwrap();

    let (status, body) = world.open(&format!("/feeds/{token}.csv")).await;
    assert_eq!((status, body.lines().count()), (200, PRODUCTS + 1));
    assert!(body.contains("https://shop.example/thing-1202") && body.contains("1212.50 USD"), "{}", &body[..400]);
    assert!(!body.contains("7.77"), "the cost is told to nobody");
    for stranger in [format!("/feeds/{old}.csv"), format!("/feeds/{token}.tsv"), "/feeds/.csv".to_owned()] {
        assert_eq!(world.open(&stranger).await.0, 404, "{stranger}");
    }
    assert!(Exports::of(&scope).close_feed(Kind::Meta).await.unwrap());
    assert_eq!(world.open(&format!("/feeds/{token}.csv")).await.0, 404);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_catalog_that_was_written_to_a_file_and_imported_again_changes_nothing() {
    let world = World::start().await;
    let terminal = Terminal::of(&world);
    for shop in ["porch", "mercado", "quintal"] {
        let path = file(&format!("{shop}.csv"), "");
        let written = terminal.run(&["catalog", "export", "--shop", shop, "--out", &path]).await;
        assert!(written.status.success(), "{}", said(&written));
        let again = terminal.run(&["catalog", "import", "--shop", shop, &path]).await;
        assert!(said(&again).contains("nothing was changed"), "{shop}: {}", said(&again));
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_opens_a_feed_that_links_to_the_chat_and_closes_it() {
    let world = World::start().await;
    let terminal = Terminal::of(&world);
    let opened = terminal.run(&["catalog", "feed", "open", "--shop", "porch", "--as", "google"]).await;
    let address = String::from_utf8(opened.stdout).unwrap();
    let (status, body) = world.open(address.trim()).await;
    assert_eq!(status, 200, "{address}");
    assert!(body.starts_with("id\titem_group_id\ttitle\t") && body.contains("?text=Rope%20lantern"), "{body}");
    let closed = terminal.run(&["catalog", "feed", "close", "--shop", "porch", "--as", "google"]).await;
    assert!(closed.status.success(), "{}", said(&closed));
    assert_eq!(world.open(address.trim()).await.0, 404);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shop_without_a_number_can_be_written_and_is_asked_for_a_link_where_one_is_needed() {
    let world = World::start().await;
    let terminal = Terminal::of(&world);
    let bare = "slug = \"bare\"\nname = \"Bare\"\ncurrency = \"USD\"\nlocale = \"en-US\"\ntime_zone = \"UTC\"\n\
                [policies.shipping]\nflat = \"0\"\n[policies.tax]\nrate = \"0\"\nmode = \"included\"\non_shipping = false\n";
    let added = terminal.run(&["merchant", "add", "--file", &file("bare.toml", bare)]).await;
    assert!(added.status.success(), "{}", said(&added));
    let written = terminal.run(&["catalog", "export", "--shop", "bare"]).await;
    assert!(written.status.success() && said(&written).starts_with("handle,title,"), "{}", said(&written));
    let feed = terminal.run(&["catalog", "export", "--shop", "bare", "--as", "meta"]).await;
    assert!(!feed.status.success() && said(&feed).contains("say --link"), "{}", said(&feed));
    world.stop().await;
}
