//! Whose columns these are, and which of them is which field; the names themselves are in
//! [`crate::catalog::import::known_names`] and [`crate::catalog::import::names_of_systems`].

use crate::catalog::import::format::{Field, Format, Layout, bare};
use crate::catalog::import::known_names::{
    FEED, FEED_FACTS, FEED_ONLY, MAGENTO, MAGENTO_MACHINERY, PLAIN, SHOPIFY, TRAITS, WOOCOMMERCE,
};
use crate::catalog::import::names_of_systems::{
    BIGCOMMERCE, LIGHTSPEED, LIGHTSPEED_COUNTS, LOYVERSE, LOYVERSE_COUNTS, NUMBERED_OPTIONS, ODOO, PRESTASHOP,
    SQUARE, SQUARE_COUNTS, SQUARESPACE, TIENDANUBE, WIX, WIX_INFO,
};
use crate::catalog::import::words;

/// Whose header it is.
#[must_use]
pub fn recognise(names: &[String]) -> Option<Format> {
    let has = |wanted: &str| names.iter().any(|name| name == wanted);
    let any = |field: Field, format: Format| aliases(format, field).iter().any(|alias| has(alias));
    let count = |wanted: &[Field], format: Format| wanted.iter().filter(|field| any(**field, format)).count();
    let shopify = ["url handle", "variant price", "variant sku", "variant inventory qty"].into_iter().any(has);
    if has("title") && (shopify || (has("option1 name") && !has("sku"))) {
        return Some(Format::Shopify);
    }
    if let Some(format) = of_a_system(names) {
        return Some(format);
    }
    // A handle alone is in the files of many.
    let is_named = has("title") || !any(Field::Title, Format::Plain);
    if has("handle") && is_named && (has("price") || (has("title") && has("sku"))) {
        return Some(Format::Trato);
    }
    let priced = names.iter().any(|name| bare(name) == "price");
    if has("item name") && has("variation name") && priced {
        return Some(Format::Square);
    }
    if any(Field::Handle, Format::Tiendanube) && any(Field::Title, Format::Tiendanube) {
        return Some(Format::Tiendanube);
    }
    let magento = ["attribute set code", "attribute set", "additional attributes", "configurable variations"];
    if has("sku") && (magento.into_iter().any(has) || (has("product online") && has("url key"))) {
        return Some(Format::Magento);
    }
    let woo =
        [Field::Type, Field::Published, Field::Visibility, Field::SalePrice, Field::Parent, Field::Availability];
    let own = has("regular price") || has("precio normal") || has("attribute 1 name");
    let own = own || names.iter().any(|name| words::numbered_attribute(name).is_some());
    let titled = any(Field::Title, Format::WooCommerce) && any(Field::Price, Format::WooCommerce);
    if titled && count(&woo, Format::WooCommerce) >= if own { 1 } else { 3 } {
        return Some(Format::WooCommerce);
    }
    let only_in_feeds = FEED_ONLY.into_iter().any(has) || (has("link") && has("condition"));
    let identified =
        any(Field::Title, Format::Google) && any(Field::Price, Format::Google) && any(Field::Id, Format::Google);
    // Beside a SKU, the id is a number of somebody's database.
    if identified && only_in_feeds && !has("sku") {
        let meta = |name: &String| {
            name.contains("facebook")
                || name.starts_with("fb ")
                || name.starts_with("image[")
                || name == "inventory"
                || name.starts_with("video[")
                || name == "rich text description"
        };
        return Some(if names.iter().any(meta) { Format::Meta } else { Format::Google });
    }
    let roughly = |field: Field| {
        aliases(Format::Plain, field).iter().any(|alias| names.iter().any(|name| bare(name) == *alias))
    };
    let titled = roughly(Field::Title) || roughly(Field::Description);
    (titled && roughly(Field::Price)).then_some(Format::Plain)
}

/// Whose header it is among systems with names that nobody else has.
fn of_a_system(names: &[String]) -> Option<Format> {
    let has = |wanted: &str| names.iter().any(|name| name == wanted);
    let begins =
        |wanted: &[&str]| names.iter().any(|name| wanted.iter().any(|beginning| name.starts_with(beginning)));
    let any = |field: Field, format: Format| {
        aliases(format, field).iter().any(|alias| names.iter().any(|name| bare(name) == *alias))
    };
    let all = |fields: &[Field], format: Format| fields.iter().all(|field| any(*field, format));
    let counted = any(Field::StockCounted, Format::Loyverse) || begins(&LOYVERSE_COUNTS);
    let odoo =
        ["sale ok", "list price", "categ id", "internal reference", "referencia interna"].into_iter().any(has);
    let presta = ["active (0/1)", "reference #", "price (tax excl.)", "price (tax incl.)", "price tax included"];
    match () {
        () if has("product id [non editable]") && has("title") => Some(Format::Squarespace),
        () if has("fieldtype") && any(Field::Handle, Format::Wix) => Some(Format::Wix),
        () if has("handle") && counted && all(&[Field::Title, Field::Price], Format::Loyverse) => {
            Some(Format::Loyverse)
        }
        () if has("handle") && has("name") && has("retail price") && has("supply price") => {
            Some(Format::Lightspeed)
        }
        () if presta.into_iter().any(has) && all(&[Field::Title, Field::Price], Format::PrestaShop) => {
            Some(Format::PrestaShop)
        }
        () if has("is visible") && has("name") && has("price") && has("inventory level") => {
            Some(Format::BigCommerce)
        }
        () if odoo && all(&[Field::Title, Field::Price, Field::Sku], Format::Odoo) => Some(Format::Odoo),
        () => None,
    }
}

/// Whether a column says how many there are in one of several places.
#[must_use]
pub fn is_count(format: Format, name: &str) -> bool {
    match format {
        Format::Square => name.starts_with(SQUARE_COUNTS),
        Format::Loyverse => LOYVERSE_COUNTS.iter().any(|beginning| name.starts_with(beginning)),
        Format::Lightspeed => name.starts_with(LIGHTSPEED_COUNTS),
        _ => false,
    }
}

/// What the format calls the field; nothing when it has no such column.
#[must_use]
pub fn aliases(format: Format, field: Field) -> &'static [&'static str] {
    let names = match format {
        Format::Trato => return ours(field),
        Format::Shopify => SHOPIFY,
        Format::WooCommerce => WOOCOMMERCE,
        Format::Magento => MAGENTO,
        Format::Square => SQUARE,
        Format::Tiendanube => TIENDANUBE,
        Format::Squarespace => SQUARESPACE,
        Format::Wix => WIX,
        Format::Loyverse => LOYVERSE,
        Format::Lightspeed => LIGHTSPEED,
        Format::PrestaShop => PRESTASHOP,
        Format::BigCommerce => BIGCOMMERCE,
        Format::Odoo => ODOO,
        Format::Meta | Format::Google => FEED,
        Format::Plain => PLAIN,
    };
    let numbered = if matches!(format, Format::Square | Format::Squarespace) { NUMBERED_OPTIONS } else { &[] };
    names.iter().chain(numbered).find(|(known, _)| *known == field).map_or(&[], |(_, names)| names)
}

/// Our own names as [`normal`] leaves them.
fn ours(field: Field) -> &'static [&'static str] {
    const NAMES: [&[&str]; Field::OURS] = [
        &["handle"],
        &["title"],
        &["description"],
        &["category"],
        &["brand"],
        &["tags"],
        &["status"],
        &["language"],
        &["sku"],
        &["option1 name"],
        &["option1 value"],
        &["option2 name"],
        &["option2 value"],
        &["option3 name"],
        &["option3 value"],
        &["option4 name"],
        &["option4 value"],
        &["option5 name"],
        &["option5 value"],
        &["option6 name"],
        &["option6 value"],
        &["price"],
        &["compare at price"],
        &["cost"],
        &["floor"],
        &["currency"],
        &["stock"],
        &["when out"],
        &["image"],
        &["facts"],
    ];
    NAMES.get(field as usize).copied().unwrap_or(&[])
}

/// Without which a file cannot be read.
#[must_use]
pub const fn required(format: Format) -> &'static [Field] {
    match format {
        Format::Trato => &[Field::Handle, Field::Title, Field::Sku, Field::Price],
        Format::Shopify | Format::Tiendanube | Format::Wix | Format::Loyverse | Format::Lightspeed => {
            &[Field::Handle, Field::Title, Field::Price]
        }
        Format::Magento => &[Field::Sku, Field::Title, Field::Price],
        Format::Meta | Format::Google | Format::Squarespace => &[Field::Id, Field::Title, Field::Price],
        Format::WooCommerce
        | Format::Square
        | Format::PrestaShop
        | Format::BigCommerce
        | Format::Odoo
        | Format::Plain => &[Field::Title, Field::Price],
    }
}

/// Whether a column that is no field is read all the same, because the products' attributes stand in it.
#[must_use]
pub fn keeps(layout: &Layout, name: &str) -> bool {
    if words::is_private(name) {
        return false;
    }
    match layout.format {
        Format::Trato | Format::Squarespace => false,
        Format::Shopify => name == "variant grams" || name.contains("product.metafields."),
        Format::WooCommerce => words::numbered_attribute(name).is_some() || words::measure(name).is_some(),
        // Where attributes are packed, every other column is machinery; where they are not, they are columns.
        Format::Magento => {
            matches!(name, "weight" | "country of manufacture")
                || (layout.column(Field::Attributes).is_none()
                    && !MAGENTO_MACHINERY.iter().any(|known| name.starts_with(known) || name.ends_with(known)))
        }
        Format::Tiendanube => words::measure(name).is_some(),
        Format::Square => is_count(layout.format, name) || words::measure(name).is_some(),
        Format::Loyverse | Format::Lightspeed => is_count(layout.format, name),
        Format::Wix => name.starts_with(WIX_INFO.0) || name.starts_with(WIX_INFO.1),
        Format::Meta | Format::Google => {
            TRAITS.contains(&name) || FEED_FACTS.contains(&name) || is_more_images(name)
        }
        Format::PrestaShop | Format::BigCommerce | Format::Odoo => {
            is_trait(name) || is_fact(name) || is_more_images(name)
        }
        Format::Plain => is_trait(name) || words::measure(name).is_some() || is_fact(name) || is_more_images(name),
    }
}

/// Whether the merchant said that the column is an attribute (`--map COLUMN=fact`).
fn is_fact(name: &str) -> bool {
    name == "fact" || name.starts_with("fact ")
}

/// Whether a column holds one of several pictures by its number: Meta's `image[1].url`, and `image2` or `Foto 3` in
/// tables of people.
#[must_use]
pub fn is_more_images(name: &str) -> bool {
    const PICTURES: [&str; 6] = ["image", "imagen", "imagem", "foto", "photo", "picture"];
    let is_number = |rest: &str| (1..=2).contains(&rest.len()) && rest.bytes().all(|byte| byte.is_ascii_digit());
    name.strip_prefix("image[").is_some_and(|rest| rest.ends_with("].url"))
        || PICTURES.iter().any(|known| name.strip_prefix(known).is_some_and(|rest| is_number(rest.trim_start())))
}

/// Whether variants may differ by what stands in the column: by its name, or because the merchant says that it is the
/// value of an option.
#[must_use]
pub fn is_trait(name: &str) -> bool {
    let is_said = || Field::OPTIONS.iter().any(|(_, value)| ours(*value).contains(&name));
    TRAITS.contains(&name) || name == "age group" || name == "grupo de edad" || is_said()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::import::format::normal;
    use crate::catalog::import::known_names::Names;

    const ALL: [Names; 15] = [
        SHOPIFY,
        WOOCOMMERCE,
        MAGENTO,
        SQUARE,
        TIENDANUBE,
        SQUARESPACE,
        WIX,
        LOYVERSE,
        LIGHTSPEED,
        PRESTASHOP,
        BIGCOMMERCE,
        ODOO,
        FEED,
        PLAIN,
        NUMBERED_OPTIONS,
    ];

    #[test]
    fn every_name_is_written_as_headers_are_compared() {
        for names in ALL {
            for name in names.iter().flat_map(|(_, names)| *names) {
                assert_eq!(normal(name), *name);
            }
        }
        for (field, place) in Field::ALL.iter().zip(0..Field::OURS) {
            assert_eq!(ours(*field), [normal(field.name())], "{place}");
        }
    }

    #[test]
    fn a_field_is_named_once_in_each_format() {
        for names in ALL {
            for (place, (field, _)) in names.iter().enumerate() {
                assert!(!names[..place].iter().any(|(earlier, _)| earlier == field), "{field:?}");
            }
        }
    }
}
