//! What the rows of each format mean, in the terms of our own: one adapter for each.
//!
//! The rows of a product may stand anywhere in a file, and are not all held. So an adapter sees every row once before
//! it says to which family each belongs, and is then given one family after the other.

use chrono::NaiveDate;

use crate::base::language::Language;
use crate::base::names::Handle;
use crate::catalog::import::ReadOptions;
use crate::catalog::import::families::{self, HandleFamilies, Handles};
use crate::catalog::import::findings::Findings;
use crate::catalog::import::format::{Field, Format, Layout};
use crate::catalog::import::magento::Magento;
use crate::catalog::import::shelf::Shelf;
use crate::catalog::import::shopify;
use crate::catalog::import::square::Square;
use crate::catalog::import::squarespace::Squarespace;
use crate::catalog::import::systems::System;
use crate::catalog::import::table::Row;
use crate::catalog::import::tidy;
use crate::catalog::import::tiendanube;
use crate::catalog::import::tills::Till;
use crate::catalog::import::wix::Wix;
use crate::catalog::import::woocommerce::WooCommerce;

/// What an adapter needs to know of the file.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// Where each field stands.
    pub layout: &'a Layout,
    /// The shop's language.
    pub language: Language,
    /// The day it is there.
    pub today: Option<NaiveDate>,
    /// What the merchant said about reading it.
    pub options: &'a ReadOptions,
}

/// What the rows of one format mean.
pub trait Adapter {
    /// Looks at a row, before any family is asked for.
    fn see(&mut self, row: &Row);

    /// Looks at a row of which nobody knows which cell is which, before any family is asked for: rows below it may be
    /// of its product.
    fn lost(&mut self, _number: u32) {}

    /// The family that a row belongs to, once every row was seen: the number of one of its rows. A row that belongs to
    /// nothing is a family of its own. Asked once for each row, in the file's order.
    fn family(&mut self, row: &Row) -> u32;

    /// Rewrites the rows of a family, given in the file's order, into what our own format would have said. Rows of the
    /// same number may be of several families.
    fn adapt(&mut self, family: Vec<Row>, findings: &mut Findings<'_>) -> Vec<Row>;
}

/// The one for a format.
#[must_use]
pub fn adapter(context: Context<'_>) -> Box<dyn Adapter + '_> {
    match context.layout.format {
        Format::Trato | Format::Shopify | Format::Tiendanube => {
            Box::new(ByHandle { context, families: HandleFamilies::default() })
        }
        Format::WooCommerce => Box::new(WooCommerce::new(context)),
        Format::Magento => Box::new(Magento::new(context)),
        Format::Square => Box::new(Square::new(context)),
        Format::Squarespace => Box::new(Squarespace::new(context)),
        Format::Wix => Box::new(Wix::new(context)),
        Format::Loyverse | Format::Lightspeed => Box::new(Till::new(context)),
        Format::PrestaShop | Format::BigCommerce | Format::Odoo => Box::new(System::new(context)),
        Format::Meta | Format::Google | Format::Plain => Box::new(Shelf::new(context)),
    }
}

/// Formats whose rows name their product by its handle.
struct ByHandle<'a> {
    context: Context<'a>,
    families: HandleFamilies,
}

impl ByHandle<'_> {
    /// What names the row's product. One that is new to Tiendanube gets its address from its name.
    fn handle(&self, row: &Row) -> Option<Handle> {
        if row.get(Field::Handle).is_some() {
            return families::handle(row);
        }
        let title = row.get(Field::Title).filter(|_| self.context.layout.format == Format::Tiendanube)?;
        Handle::new(&Handles::default().of(&tidy::name(title))).ok()
    }
}

impl Adapter for ByHandle<'_> {
    fn see(&mut self, row: &Row) {
        self.families.see(row, self.handle(row).as_ref());
    }

    fn family(&mut self, row: &Row) -> u32 {
        self.families.family(row, self.handle(row).as_ref())
    }

    fn adapt(&mut self, mut family: Vec<Row>, findings: &mut Findings<'_>) -> Vec<Row> {
        if self.context.layout.format == Format::Tiendanube {
            for row in &mut family {
                let handle = self.handle(row).map(|handle| handle.to_string());
                row.set(Field::Handle, row.get(Field::Handle).map(str::to_owned).or(handle));
            }
            family = tiendanube::sold(family, findings);
        }
        for row in &mut family {
            match self.context.layout.format {
                Format::Shopify => shopify::adapt(row, self.context, findings),
                Format::Tiendanube => tiendanube::adapt(row, self.context, findings),
                _ => {}
            }
        }
        family
    }
}
