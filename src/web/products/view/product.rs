//! One product, with all that is known of it.

use askama::Template;

use crate::base::money::Money;
use crate::catalog::product::{Named, Product, Variant};
use crate::web::inbox::session::SignedIn;
use crate::web::page::Frame;
use crate::web::products::HOME;
use crate::web::products::view::ASSETS;
use crate::web::products::view::found::about;
use crate::web::products::view::offer::{StockShown, price, stock_of_one};
use crate::web::search::parameters::Parameters;

#[derive(Template)]
#[template(path = "products/product.html")]
pub struct ProductPage {
    frame: Frame,
    back: String,
    title: String,
    about: String,
    price: String,
    pictures: Vec<String>,
    paragraphs: Vec<String>,
    facts: Vec<Named>,
    tags: Vec<String>,
    variants: Vec<Row>,
    has_options: bool,
    has_costs: bool,
    has_floors: bool,
}

struct Row {
    sku: String,
    options: String,
    price: String,
    was: Option<String>,
    stock: StockShown,
    cost: String,
    floor: String,
}

impl ProductPage {
    /// The page for whoever is signed in: an owner or not; and the search they come from.
    pub fn of(
        signed: &SignedIn,
        product: &Product,
        picture: impl Fn(&str) -> String,
        (is_owner, back): (bool, &Parameters),
    ) -> Self {
        let display = |amount: Money| amount.display(signed.shop.locale);
        let row = |variant: &Variant| Row {
            sku: variant.sku.to_string(),
            options: variant.options_text(),
            price: display(variant.offer.price),
            was: variant.offer.compare_at.map(display),
            stock: stock_of_one(variant),
            cost: variant.cost.map(display).unwrap_or_default(),
            floor: variant.floor.map(display).unwrap_or_default(),
        };
        let known = |amount: fn(&Variant) -> Option<Money>| {
            is_owner && product.variants.iter().any(|variant| amount(variant).is_some())
        };
        let paragraphs = product.description.lines().map(str::trim).filter(|line| !line.is_empty());
        Self {
            frame: Frame::of(signed, &ASSETS),
            back: back.address(HOME),
            title: product.title.clone(),
            about: about(product),
            price: price(product.variants.iter(), signed.shop.locale),
            pictures: pictures(product).into_iter().map(picture).collect(),
            paragraphs: paragraphs.map(str::to_owned).collect(),
            facts: product.facts.clone(),
            tags: product.tags.clone(),
            has_options: !product.options.is_empty(),
            has_costs: known(|variant| variant.cost),
            has_floors: known(|variant| variant.floor),
            variants: product.variants.iter().map(row).collect(),
        }
    }
}

/// Those of the product and of its variants, each once.
fn pictures(product: &Product) -> Vec<&str> {
    let own = product.variants.iter().filter_map(|variant| variant.image.as_deref());
    let mut all: Vec<&str> = Vec::new();
    for picture in product.images.iter().map(String::as_str).chain(own) {
        if !all.contains(&picture) {
            all.push(picture);
        }
    }
    all
}
