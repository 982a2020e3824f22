//! SKUs that several variants of a file have. Many shops write the number of a style on each of its sizes, and copies of
//! a product keep the SKUs of the first. Such variants are none the less, each under a SKU made of the shared one and of
//! what tells it apart. Every one of them gets such a SKU, the first too, so that the order of the rows decides nothing.

use crate::base::fingerprint::Fingerprint;
use crate::base::names::{Handle, Sku};
use crate::catalog::import::cell;
use crate::catalog::import::format::{Field, Format};
use crate::catalog::import::marks::{Firsts, Marks};
use crate::catalog::import::table::Row;
use crate::catalog::product::Named;

/// Whether variants of one product may share a SKU in files of this format. In the others it names a variant, as it
/// does here.
#[must_use]
pub const fn within_products(format: Format) -> bool {
    match format {
        Format::Shopify
        | Format::Tiendanube
        | Format::Square
        | Format::Squarespace
        | Format::Wix
        | Format::Loyverse
        | Format::Lightspeed
        | Format::PrestaShop
        | Format::BigCommerce
        | Format::Odoo
        | Format::Plain => true,
        Format::Trato | Format::WooCommerce | Format::Magento | Format::Meta | Format::Google => false,
    }
}

/// Whether different products may. In a price list one code under two names is one thing, written twice.
const fn across_products(format: Format) -> bool {
    within_products(format) && !format.is_by_name()
}

/// Gathers the SKUs that stand in several products.
#[derive(Debug)]
pub struct Gathering {
    looks: bool,
    firsts: Firsts,
    across: Marks,
}

impl Gathering {
    /// Of a file of this format.
    #[must_use]
    pub fn of(format: Format) -> Self {
        Self { looks: across_products(format), firsts: Firsts::default(), across: Marks::default() }
    }

    /// Looks at a row of a family.
    pub fn see(&mut self, row: &Row, family: impl FnOnce(&Row) -> u32) {
        let sku = row.get(Field::Sku).filter(|_| self.looks).and_then(|text| cell::sku(text).ok());
        let Some(sku) = sku else { return };
        let family = family(row);
        if self.firsts.of(sku.as_str(), family) != family {
            self.across.insert(sku.as_str());
        }
    }

    /// The SKUs that stand in several products.
    #[must_use]
    pub fn finish(self) -> Marks {
        self.across
    }
}

/// The SKU of one of several variants that share theirs: `ZAP-7 / 37`, and with the product's handle in it where other
/// products have it too. The same variant gets the same one each time.
#[must_use]
pub fn told_apart(sku: &Sku, handle: Option<&Handle>, options: &[Named]) -> Option<Sku> {
    const BETWEEN: &str = " / ";
    const READABLE_CHARS_MAX: usize = 80;
    let mut parts = vec![sku.as_str()];
    parts.extend(handle.map(Handle::as_str));
    parts.extend(options.iter().map(|option| option.value.as_str()));
    let name = parts.join(BETWEEN);
    let is_plain = !parts[1..].iter().any(|part| part.contains(BETWEEN) || part.contains(['\n', '\t']));
    if is_plain && name.chars().count() <= READABLE_CHARS_MAX {
        return Sku::new(&name).ok();
    }
    let mark = Fingerprint::of(parts.join("\n").as_bytes()).short();
    let readable = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let readable: String = readable.chars().take(READABLE_CHARS_MAX).collect();
    Sku::new(&format!("{}-{mark}", readable.trim_end())).ok()
}

/// Every SKU that the row's variant may have been given.
pub fn names(row: &Row) -> Vec<Sku> {
    let Some(sku) = row.get(Field::Sku).and_then(|text| cell::sku(text).ok()) else { return Vec::new() };
    let values = Field::OPTIONS.iter().filter_map(|(_, value)| row.get(*value));
    let options: Vec<Named> = values.map(|value| Named::new("", value)).collect();
    let handle = row.get(Field::Handle).and_then(|text| Handle::new(text).ok());
    let within = told_apart(&sku, None, &options);
    let across = handle.and_then(|handle| told_apart(&sku, Some(&handle), &options));
    std::iter::once(sku).chain(within).chain(across).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apart(handle: Option<&str>, values: &[&str]) -> String {
        let options: Vec<Named> = values.iter().map(|value| Named::new("Option", value)).collect();
        let handle = handle.map(|handle| Handle::new(handle).unwrap());
        told_apart(&Sku::new("ZAP-7").unwrap(), handle.as_ref(), &options).unwrap().to_string()
    }

    #[test]
    fn a_shared_sku_says_what_tells_the_variant_apart() {
        assert_eq!(apart(None, &["37"]), "ZAP-7 / 37");
        assert_eq!(apart(Some("bota-sol"), &["Azul", "37"]), "ZAP-7 / bota-sol / Azul / 37");
        assert_eq!(apart(Some("bota-sol"), &[]), "ZAP-7 / bota-sol");
    }

    #[test]
    fn no_two_variants_get_the_same_sku() {
        assert_ne!(apart(None, &["A / B", "C"]), apart(None, &["A", "B / C"]));
        let (long, longer) = ("x".repeat(200), "x".repeat(201));
        assert_ne!(apart(None, &[&long]), apart(None, &[&longer]));
    }
}
