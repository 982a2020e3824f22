//! The formats we read, each known by the names of its columns, and the one list of fields they all map to.

use serde::{Deserialize, Serialize};

use crate::catalog::import::fault::Unreadable;

/// Whose file it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Ours: `catalog/README.md`.
    #[default]
    Trato,
    /// Shopify's product export, with the column names of before and after 2025.
    Shopify,
}

impl Format {
    /// Its name in a report.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Trato => "Trato CSV",
            Self::Shopify => "Shopify export",
        }
    }
}

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident = $column:literal,)+) => {
        /// What a column means. The order is that of our own format.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Field { $($(#[$doc])* $name,)+ }

        impl Field {
            /// Every field.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The column's name in our own format.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $column,)+ }
            }
        }
    };
}

fields! {
    /// Names the product.
    Handle = "handle",
    /// The product's title.
    Title = "title",
    /// The product's description.
    Description = "description",
    /// The product's category.
    Category = "category",
    /// The product's brand.
    Brand = "brand",
    /// The product's tags.
    Tags = "tags",
    /// The product's status.
    Status = "status",
    /// The product's language.
    Language = "language",
    /// Names the variant.
    Sku = "sku",
    /// Name of the first option.
    Option1Name = "option1_name",
    /// Value of the first option.
    Option1Value = "option1_value",
    /// Name of the second option.
    Option2Name = "option2_name",
    /// Value of the second option.
    Option2Value = "option2_value",
    /// Name of the third option.
    Option3Name = "option3_name",
    /// Value of the third option.
    Option3Value = "option3_value",
    /// What it costs.
    Price = "price",
    /// What it is said to have cost before.
    CompareAtPrice = "compare_at_price",
    /// What it cost the merchant.
    Cost = "cost",
    /// The least the merchant accepts for it.
    Floor = "floor",
    /// The currency of the four.
    Currency = "currency",
    /// How many there are.
    Stock = "stock",
    /// What happens when none is left.
    WhenOut = "when_out",
    /// Pictures of the row.
    Image = "image",
    /// The product's facts.
    Facts = "facts",
    /// Shopify: whether the product is on the web shop.
    Published = "published",
    /// Shopify: who counts the stock; nobody when empty.
    Tracker = "inventory tracker",
    /// Shopify: the category by Shopify's own tree; used where the shop's own type is empty.
    StandardCategory = "product category",
    /// Shopify: the variant's own picture.
    VariantImage = "variant image",
}

impl Field {
    /// Name and value columns of the options, in order.
    pub const OPTIONS: [(Self, Self); 3] = [
        (Self::Option1Name, Self::Option1Value),
        (Self::Option2Name, Self::Option2Value),
        (Self::Option3Name, Self::Option3Value),
    ];

    /// How many of [`Field::ALL`] belong to our own format.
    const OURS: usize = 24;
}

/// Shopify's column names; the newer ones (2025) in the second group of each.
const SHOPIFY: &[(Field, &[&str])] = &[
    (Field::Handle, &["handle", "url handle"]),
    (Field::Title, &["title"]),
    (Field::Description, &["body (html)", "body html", "body", "description"]),
    (Field::Brand, &["vendor"]),
    (Field::Category, &["type", "custom product type"]),
    (Field::StandardCategory, &["product category", "standard product type"]),
    (Field::Tags, &["tags"]),
    (Field::Published, &["published", "published on online store"]),
    (Field::Status, &["status"]),
    (Field::Sku, &["variant sku", "sku"]),
    (Field::Option1Name, &["option1 name"]),
    (Field::Option1Value, &["option1 value"]),
    (Field::Option2Name, &["option2 name"]),
    (Field::Option2Value, &["option2 value"]),
    (Field::Option3Name, &["option3 name"]),
    (Field::Option3Value, &["option3 value"]),
    (Field::Price, &["variant price", "price"]),
    (Field::CompareAtPrice, &["variant compare at price", "compare-at price"]),
    (Field::Cost, &["cost per item"]),
    (Field::Stock, &["variant inventory qty", "inventory quantity"]),
    (Field::Tracker, &["variant inventory tracker", "inventory tracker"]),
    (Field::WhenOut, &["variant inventory policy", "continue selling when out of stock"]),
    (Field::Image, &["image src", "product image url"]),
    (Field::VariantImage, &["variant image", "variant image url"]),
];

/// Where each field stands in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Whose file it is.
    pub format: Format,
    /// The header as the file has it.
    pub header: Vec<String>,
    columns: Vec<Option<usize>>,
}

impl Layout {
    /// Recognises a header row.
    ///
    /// # Errors
    /// When it belongs to no format we know.
    pub fn recognise(header: Vec<String>) -> Result<Self, Unreadable> {
        let names: Vec<String> = header.iter().map(|name| normal(name)).collect();
        let has = |wanted: &str| names.iter().any(|name| name == wanted);
        let shopify = has("url handle") || has("variant price") || has("variant sku") || has("option1 name");
        let ours = has("handle") && (has("sku") || has("price") || has("title"));
        let format = match (shopify && has("title"), ours) {
            (true, _) => Format::Shopify,
            (false, true) => Format::Trato,
            (false, false) => return Err(Unreadable::UnknownHeader { found: beginning(&header) }),
        };
        let place = |field: Field| names.iter().position(|name| is_called(format, field, name));
        let columns: Vec<Option<usize>> = Field::ALL.iter().map(|field| place(*field)).collect();
        let layout = Self { format, header, columns };
        let required: &[Field] = match format {
            Format::Trato => &[Field::Handle, Field::Title, Field::Sku, Field::Price],
            Format::Shopify => &[Field::Handle, Field::Title, Field::Price],
        };
        match required.iter().find(|field| layout.column(**field).is_none()) {
            Some(missing) => Err(Unreadable::ColumnMissing { column: layout.column_name(*missing) }),
            None => Ok(layout),
        }
    }

    /// Which column holds the field.
    #[must_use]
    pub fn column(&self, field: Field) -> Option<usize> {
        self.columns.get(field as usize).copied().flatten()
    }

    /// What the file calls the field, or what it would have been called.
    #[must_use]
    pub fn column_name(&self, field: Field) -> String {
        let standing = self.column(field).and_then(|column| self.header.get(column));
        let aliases = SHOPIFY.iter().find(|(known, _)| *known == field && self.format == Format::Shopify);
        let usual = aliases.and_then(|(_, names)| names.first()).copied().unwrap_or(field.name());
        standing.map_or_else(|| usual.to_owned(), |name| name.trim().to_owned())
    }
}

fn is_called(format: Format, field: Field, name: &str) -> bool {
    match format {
        Format::Trato => (field as usize) < Field::OURS && field.name() == name,
        Format::Shopify => SHOPIFY.iter().any(|(known, names)| *known == field && names.contains(&name)),
    }
}

fn normal(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

fn beginning(header: &[String]) -> String {
    const COLUMNS_SHOWN: usize = 5;
    const NAME_CHARS_SHOWN: usize = 30;
    let shown = header.iter().take(COLUMNS_SHOWN);
    let names = shown.map(|name| format!("`{}`", name.trim().chars().take(NAME_CHARS_SHOWN).collect::<String>()));
    names.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recognise(header: &str) -> Result<Layout, Unreadable> {
        Layout::recognise(header.split(',').map(str::to_owned).collect())
    }

    #[test]
    fn our_own_columns_come_first_in_the_list() {
        assert_eq!(Field::ALL[Field::OURS - 1], Field::Facts);
        assert_eq!(Field::ALL[Field::OURS], Field::Published);
    }

    #[test]
    fn a_file_is_known_by_its_header() {
        let format = |header| recognise(header).map(|layout| layout.format);
        assert_eq!(format("handle,title,sku,price"), Ok(Format::Trato));
        assert_eq!(format(" Handle ,TITLE,Sku,Price"), Ok(Format::Trato));
        assert_eq!(format("Handle,Title,Option1 Name,Variant SKU,Variant Price"), Ok(Format::Shopify));
        assert_eq!(format("Title,URL handle,SKU,Option1 name,Price"), Ok(Format::Shopify));
    }

    #[test]
    fn a_header_that_nearly_fits_is_told_what_it_lacks() {
        let missing = recognise("handle,title,sku").unwrap_err();
        assert_eq!(missing, Unreadable::ColumnMissing { column: "price".to_owned() });
        let missing = recognise("Handle,Title,Variant SKU").unwrap_err();
        assert_eq!(missing, Unreadable::ColumnMissing { column: "variant price".to_owned() });
    }

    #[test]
    fn a_header_of_another_shape_is_refused_in_one_sentence() {
        let unknown = recognise("ID,Type,Name,Regular price").unwrap_err().to_string();
        assert!(unknown.contains("neither Trato's") && unknown.ends_with("`Regular price`"), "{unknown}");
    }
}
