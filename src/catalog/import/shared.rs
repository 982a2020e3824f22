//! SKUs that several variants of a file have. Many shops write the number of a style on each of its sizes, and copies
//! of a product keep the SKUs of the first. Such variants are none the less, each under a SKU made of the shared one
//! and of what tells it apart. Every one of them gets such a SKU, the first too, so that neither the order of the rows
//! nor what becomes of them decides anything.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::base::fingerprint::Fingerprint;
use crate::base::names::{Handle, Sku};
use crate::catalog::fold::fold;
use crate::catalog::import::assemble::read_handle;
use crate::catalog::import::cell;
use crate::catalog::import::columns::is_trait;
use crate::catalog::import::fault::Fault;
use crate::catalog::import::format::{Field, Format, Layout};
use crate::catalog::import::marks::{Mark, Marks};
use crate::catalog::import::table::Row;
use crate::catalog::import::tidy;
use crate::catalog::import::variant::made_sku;
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

/// The SKUs of a file that several variants have.
#[derive(Debug)]
pub struct Shared {
    format: Format,
    across: Marks,
    within: Marks,
}

impl Shared {
    fn of(format: Format) -> Self {
        Self { format, across: Marks::default(), within: Marks::default() }
    }

    /// Whether several products have it.
    #[must_use]
    pub fn is_across(&self, sku: &Sku) -> bool {
        self.across.contain(sku.as_str())
    }

    /// Whether several variants of this family have it.
    #[must_use]
    pub fn is_within(&self, sku: &Sku, family: u64) -> bool {
        self.within.contain(&self.key(sku, family))
    }

    /// What a SKU is remembered by: where products do not share theirs, those of each family are apart.
    fn key(&self, sku: &Sku, family: u64) -> String {
        if across_products(self.format) { sku.to_string() } else { format!("{family}\n{sku}") }
    }
}

/// Gathers the SKUs of every row of a file, of those too that are refused or not sold: what a variant is called must
/// not change with what else is sold this week.
#[derive(Debug)]
pub struct Gathering<'a> {
    layout: &'a Layout,
    /// The first family that has it, and what tells its variant apart.
    seen: HashMap<Mark, (u32, Option<Mark>)>,
    shared: Shared,
}

impl<'a> Gathering<'a> {
    /// Of a file of this layout.
    #[must_use]
    pub fn of(layout: &'a Layout) -> Self {
        Self { layout, seen: HashMap::new(), shared: Shared::of(layout.format) }
    }

    /// Looks at a row of a family.
    pub fn see(&mut self, row: &Row, family: u32) {
        let sku = row.get(Field::Sku).filter(|_| within_products(self.layout.format));
        let Some(sku) = sku.and_then(|text| cell::sku(text).ok()) else { return };
        let key = self.shared.key(&sku, u64::from(family));
        let own = told(row, self.layout);
        match self.seen.entry(Mark::of(&key)) {
            Entry::Vacant(vacant) => {
                vacant.insert((family, own));
            }
            Entry::Occupied(mut first) => match first.get_mut() {
                (of, _) if *of != family => {
                    self.shared.across.insert(sku.as_str());
                }
                (_, known @ None) => *known = own,
                (_, known) if own.is_some() && *known != own => {
                    self.shared.within.insert(&key);
                }
                _ => {}
            },
        }
    }

    /// What it came to.
    #[must_use]
    pub fn finish(self) -> Shared {
        self.shared
    }
}

/// What tells the row's variant from others of its product, as the file writes it. The row of a product that has rows
/// for its variants (Wix) is none of them.
fn told(row: &Row, layout: &Layout) -> Option<Mark> {
    if row.get(Field::Type).is_some_and(|kind| kind.eq_ignore_ascii_case("product")) {
        return None;
    }
    let values = Field::OPTIONS.into_iter().map(|(_, value)| value).chain([Field::VariationName]);
    let mut told: Vec<String> = values.map(|field| fold(row.get(field).unwrap_or_default())).collect();
    if layout.format.is_by_name() {
        told.extend(row.get(Field::Title).map(|title| fold(&tidy::name(title))));
        let traits = row.kept.iter().filter(|(column, _)| is_trait(layout.known_name(*column)));
        told.extend(traits.map(|(column, text)| format!("{column} {}", fold(text))));
    }
    Some(Mark::of(&told.join("\n")))
}

/// The SKU of one of several variants that share theirs: `ZAP-7 / 37`, and with the product's handle in it where other
/// products have it too. The same variant gets the same one for as long as the file names others of its SKU.
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
#[must_use]
pub fn names(row: &Row) -> Vec<Sku> {
    let values = Field::OPTIONS.iter().filter_map(|(_, value)| row.get(*value));
    let options: Vec<Named> = values.map(|value| Named::new("", value)).collect();
    let handle = row.get(Field::Handle).and_then(|text| read_handle(text).ok());
    let sku = match row.get(Field::Sku).map(cell::sku) {
        Some(Ok(sku)) => sku,
        Some(Err(Fault::TooLong { .. })) | None => {
            return handle.and_then(|handle| made_sku(&handle, &options)).into_iter().collect();
        }
        Some(Err(_)) => return Vec::new(),
    };
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
