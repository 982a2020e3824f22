//! Files of systems we know that are no list of their products, told by their header: whoever drops one here is told
//! what to export instead. Pure.

use crate::catalog::import::fault::Unreadable;

/// What such a file is, and what to export instead.
struct Elsewhere {
    what: &'static str,
    instead: &'static str,
    /// Sets of names; a header that has all of any set is such a file's.
    known_by: &'static [&'static [&'static str]],
}

const ELSEWHERE: [Elsewhere; 9] = [
    Elsewhere {
        what: "Shopify's export of inventory, which has no prices",
        instead: "in Shopify choose Products, Export",
        known_by: &[&["handle", "title", "coo", "hs code"], &["handle", "title", "on hand", "committed"]],
    },
    Elsewhere {
        what: "Shopify's export of orders",
        instead: "in Shopify choose Products, Export",
        known_by: &[&["financial status", "lineitem name"], &["lineitem quantity", "lineitem price"]],
    },
    Elsewhere {
        what: "Shopify's export of customers",
        instead: "in Shopify choose Products, Export",
        known_by: &[
            &["first name", "last name", "email", "total spent"],
            &["first name", "last name", "accepts marketing"],
            &["first name", "last name", "accepts email marketing"],
        ],
    },
    Elsewhere {
        what: "Shopify's export of discounts",
        instead: "in Shopify choose Products, Export; coupons are written in the shop's file",
        known_by: &[
            &["name", "value type", "usage limit per code"],
            &["discount class", "applies once per customer"],
        ],
    },
    Elsewhere {
        what: "a list of WooCommerce's orders",
        instead: "in WooCommerce choose Products, Export",
        known_by: &[&["order id", "billing first name"], &["order number", "billing first name"]],
    },
    Elsewhere {
        what: "Square's report of items sold",
        instead: "in Square choose Items, Actions, Export library",
        known_by: &[&["gross sales", "net sales"], &["transaction id", "payment id"]],
    },
    Elsewhere {
        what: "WooCommerce's list of variations without their products",
        instead: "in WooCommerce choose Products, Export",
        known_by: &[&["parent id", "parent name", "attributes"]],
    },
    Elsewhere {
        what: "Amazon's report of inventory, which has no names of products",
        instead: "in Seller Central choose Reports, Inventory Reports, Active Listings Report",
        known_by: &[&["sku", "asin", "price", "quantity"]],
    },
    Elsewhere {
        what: "Tiendanube's list of sales",
        instead: "in Tiendanube choose Productos, Exportar e importar, Exportar productos",
        known_by: &[&["numero de orden", "estado del pago"], &["numero do pedido", "status do pagamento"]],
    },
];

/// Why a header of these names is no catalog's, where it is known whose it is.
#[must_use]
pub fn refused(names: &[String]) -> Option<Unreadable> {
    let has = |wanted: &&str| names.iter().any(|name| name == wanted);
    let known = ELSEWHERE.iter().find(|file| file.known_by.iter().any(|set| set.iter().all(has)));
    known.map(|file| Unreadable::Elsewhere { what: file.what, instead: file.instead })
}
