//! Lists of products from systems whose rows are those of a plain table and whose switches have names of their own:
//! PrestaShop, BigCommerce, Odoo. The switches are put together, and the rest is a plain table's.

use crate::catalog::fold::fold;
use crate::catalog::import::adapter::{Adapter, Context};
use crate::catalog::import::families::categories;
use crate::catalog::import::findings::Findings;
use crate::catalog::import::format::{Field, Format};
use crate::catalog::import::presence::{self, Shown, There};
use crate::catalog::import::shelf::Shelf;
use crate::catalog::import::table::Row;
use crate::catalog::import::tidy;
use crate::catalog::import::words;

/// What says whether a product is sold. Each of them alone takes it off sale.
const SWITCHES: [Field; 4] = [Field::Status, Field::Published, Field::Sellable, Field::Visibility];

/// Such a list.
#[derive(Debug)]
pub struct System<'a> {
    format: Format,
    shelf: Shelf<'a>,
}

impl<'a> System<'a> {
    /// The adapter of such a file.
    #[must_use]
    pub fn new(context: Context<'a>) -> Self {
        Self { format: context.layout.format, shelf: Shelf::new(context) }
    }

    fn row(&self, row: &mut Row) {
        adapt_switches(row);
        adapt_categories(row, self.format);
        if row.get(Field::SalePrice).is_some_and(is_nothing) {
            row.set(Field::SalePrice, None);
        }
        let counted = row.take(Field::StockCounted).map(|word| fold(&word));
        let is_counted = |word: &str| word != "none" && words::yes(word) != Some(false);
        if counted.as_deref().is_some_and(|word| !is_counted(word)) {
            row.set(Field::Stock, None);
        }
        if self.format == Format::BigCommerce {
            adapt_availability(row);
        }
    }
}

impl Adapter for System<'_> {
    fn see(&mut self, row: &Row) {
        self.shelf.see(row);
    }

    fn family(&mut self, row: &Row) -> u32 {
        self.shelf.family(row)
    }

    fn adapt(&mut self, mut rows: Vec<Row>, findings: &mut Findings<'_>) -> Vec<Row> {
        for row in &mut rows {
            self.row(row);
        }
        self.shelf.adapt(rows, findings)
    }
}

/// One word for all switches: off where any of them is, and else what one of them says in a word that we do not know,
/// or that says how many there are.
fn adapt_switches(row: &mut Row) {
    let said: Vec<String> = SWITCHES.into_iter().filter_map(|field| row.take(field)).collect();
    // PrestaShop's own are of its shelves: with `none` and `search` the product is not in the catalog there.
    let shown = |word: &str| match fold(word).as_str() {
        "both" | "catalog" => Some(Shown::All),
        "none" | "search" => Some(Shown::Nobody),
        _ => presence::shown(word),
    };
    let says = |wanted: Shown| said.iter().any(|word| shown(word) == Some(wanted));
    let status = match () {
        () if says(Shown::Never) => Some(tidy::ARCHIVED.to_owned()),
        () if says(Shown::Nobody) => Some("draft".to_owned()),
        () => {
            said.into_iter().filter(|word| shown(word).is_none()).min_by_key(|word| match presence::there(word) {
                None => 0,
                Some(There::Some) => 2,
                Some(_) => 1,
            })
        }
    };
    row.set(Field::Status, status);
}

/// Several categories with commas between, or a path of Odoo's with bars. PrestaShop may name them by numbers alone.
fn adapt_categories(row: &mut Row, format: Format) {
    let Some(said) = row.take(Field::Category) else { return };
    if format == Format::Odoo {
        row.set(Field::Category, Some(said.replace(" / ", " > ")));
        return;
    }
    let tags = row.take(Field::Tags).map(|tags| tidy::parts(&tags, ',')).unwrap_or_default();
    let names = tidy::parts(&said, ',').into_iter().filter(|name| name.parse::<u64>().is_err());
    let paths: Vec<Vec<String>> = names.map(|name| tidy::parts(&name.replace('/', ">"), '>')).collect();
    let (category, others) = categories(&paths);
    row.set(Field::Category, category);
    row.set(Field::Tags, Some(tags.into_iter().chain(others).collect::<Vec<_>>().join(",")));
}

/// BigCommerce says `disabled` of what cannot be bought, and `preorder` of what may have a count all the same; any
/// other word is read as in a plain table.
fn adapt_availability(row: &mut Row) {
    match row.get(Field::Availability).map(fold).as_deref() {
        Some("disabled") => row.set(Field::Status, Some("draft".to_owned())),
        Some("preorder") => row.set(Field::WhenOut, Some("continue".to_owned())),
        _ => return,
    }
    row.set(Field::Availability, None);
}

/// `0.0000`: nothing is taken off.
fn is_nothing(amount: &str) -> bool {
    let digits = |letter: &char| letter.is_ascii_digit();
    amount.chars().any(|letter| digits(&letter)) && amount.chars().filter(digits).all(|digit| digit == '0')
}
