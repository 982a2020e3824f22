//! Three small shops of the tests' own, one per language.

use trato::app::rig::RigShop;
use trato::merchants::shop_file::read_shop_file;

/// `mercado` in Spanish, `porch` in English, `quintal` in Portuguese.
pub fn all() -> Vec<RigShop> {
    let shops = [
        (include_str!("../samples/mercado/shop.toml"), include_str!("../samples/mercado/products.csv")),
        (include_str!("../samples/porch/shop.toml"), include_str!("../samples/porch/products.csv")),
        (include_str!("../samples/quintal/shop.toml"), include_str!("../samples/quintal/products.csv")),
    ];
    let read = |(place, (file, products)): (usize, (&str, &str))| {
        RigShop::new(place, read_shop_file("shop.toml", file).unwrap(), products.as_bytes().to_vec())
    };
    shops.into_iter().enumerate().map(read).collect()
}
