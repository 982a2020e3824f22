//! The formats we read, each known by the names of its columns, and the one list of fields they all map to.

use serde::{Deserialize, Serialize};

use crate::base::money::Currency;
use crate::catalog::fold::fold;
use crate::catalog::import::columns;
use crate::catalog::import::elsewhere;
use crate::catalog::import::fault::Unreadable;
use crate::catalog::import::several::{exactly, of_prices, of_several};

/// Whose file it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Ours: `catalog/README.md`.
    #[default]
    Trato,
    /// Shopify's product export, with the column names of before and after 2025.
    Shopify,
    /// WooCommerce's product export, its header in English, Spanish or Portuguese.
    WooCommerce,
    /// Magento's product export.
    Magento,
    /// Square's item library.
    Square,
    /// Tiendanube's and Nuvemshop's product export, in Spanish or Portuguese.
    Tiendanube,
    /// Squarespace's product export.
    Squarespace,
    /// Wix's product export, of either catalog.
    Wix,
    /// Loyverse's item export, in English, Spanish or Portuguese.
    Loyverse,
    /// The product export of Lightspeed Retail, which was Vend.
    Lightspeed,
    /// A list of PrestaShop's products.
    PrestaShop,
    /// A list of BigCommerce's products.
    BigCommerce,
    /// A list of Odoo's products, in English, Spanish or Portuguese.
    Odoo,
    /// A catalog of Facebook's and Instagram's Commerce Manager.
    Meta,
    /// A product feed of Google Merchant Center.
    Google,
    /// A table with a name and a price in each row.
    Plain,
}

impl Format {
    /// Its name in a report.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Trato => "Trato CSV",
            Self::Shopify => "Shopify export",
            Self::WooCommerce => "WooCommerce export",
            Self::Magento => "Magento export",
            Self::Square => "Square item library",
            Self::Tiendanube => "Tiendanube export",
            Self::Squarespace => "Squarespace export",
            Self::Wix => "Wix export",
            Self::Loyverse => "Loyverse export",
            Self::Lightspeed => "Lightspeed export",
            Self::PrestaShop => "PrestaShop list",
            Self::BigCommerce => "BigCommerce list",
            Self::Odoo => "Odoo list",
            Self::Meta => "Meta catalog",
            Self::Google => "Google Merchant feed",
            Self::Plain => "plain table, its columns guessed by their names",
        }
    }

    /// Whether each row is a product or a variant by itself, and rows of one name are a product.
    #[must_use]
    pub const fn is_by_name(self) -> bool {
        matches!(self, Self::Plain | Self::PrestaShop | Self::BigCommerce | Self::Odoo)
    }
}

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident = $column:literal,)+) => {
        /// What a column means. The order is that of our own format.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Name of the fourth option.
    Option4Name = "option4_name",
    /// Value of the fourth option.
    Option4Value = "option4_value",
    /// Name of the fifth option.
    Option5Name = "option5_name",
    /// Value of the fifth option.
    Option5Value = "option5_value",
    /// Name of the sixth option.
    Option6Name = "option6_name",
    /// Value of the sixth option.
    Option6Value = "option6_value",
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
    /// Whether the product is on the web shop.
    Published = "published",
    /// Shopify: who counts the stock; nobody when empty.
    Tracker = "inventory tracker",
    /// The category by somebody else's tree; used where the shop's own is empty.
    StandardCategory = "product category",
    /// The variant's own picture.
    VariantImage = "variant image",
    /// More pictures of the row.
    MoreImages = "additional images",
    /// Its number in the system it comes from.
    Id = "id",
    /// What kind of product or row it is.
    Type = "type",
    /// The product that the row is a variant of.
    Parent = "parent",
    /// The price while it is reduced.
    SalePrice = "sale price",
    /// When the reduction begins.
    SaleStarts = "sale starts",
    /// When the reduction ends.
    SaleEnds = "sale ends",
    /// The short description.
    Summary = "short description",
    /// Where it can be seen.
    Visibility = "visibility",
    /// Whether there is any, in words.
    Availability = "availability",
    /// Whether it is sold when there is none.
    Backorders = "backorders",
    /// Whether stock is counted.
    StockCounted = "manage stock",
    /// Whether the shop's setting says instead whether stock is counted.
    StockCountedByShop = "use config manage stock",
    /// Whether the shop's setting says instead whether it is sold when there is none.
    BackordersByShop = "use config backorders",
    /// The number on the package.
    Barcode = "barcode",
    /// Its name in addresses.
    AddressName = "url key",
    /// The language or shop that the row is a translation for.
    Translation = "store view",
    /// Magento: names and values packed into one cell.
    Attributes = "additional attributes",
    /// Magento: the variants of a product and what they differ by.
    Variations = "configurable variations",
    /// Magento: what the options are called.
    VariationLabels = "configurable variation labels",
    /// Square: what tells the variant from others, in one word.
    VariationName = "variation name",
    /// Whether it can be bought.
    Sellable = "sellable",
    /// Whether the reduced price is the one that shoppers pay.
    OnSale = "on sale",
    /// Wix: what a variant costs more than its product.
    Surcharge = "surcharge",
    /// Wix: whether a reduction is a part of the price or an amount.
    DiscountMode = "discount mode",
    /// Wix: how large it is.
    DiscountValue = "discount value",
}

impl Field {
    /// Name and value columns of the options, in order.
    pub const OPTIONS: [(Self, Self); 6] = [
        (Self::Option1Name, Self::Option1Value),
        (Self::Option2Name, Self::Option2Value),
        (Self::Option3Name, Self::Option3Value),
        (Self::Option4Name, Self::Option4Value),
        (Self::Option5Name, Self::Option5Value),
        (Self::Option6Name, Self::Option6Value),
    ];

    /// Those that hold money.
    pub const AMOUNTS: [Self; 5] = [Self::Price, Self::CompareAtPrice, Self::SalePrice, Self::Cost, Self::Floor];

    /// How many of [`Field::ALL`] belong to our own format.
    pub const OURS: usize = 30;
}

/// Where each field stands in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Whose file it is.
    pub format: Format,
    /// The header as the file has it.
    pub header: Vec<String>,
    /// The names by which the columns are known.
    names: Vec<String>,
    columns: Vec<Option<usize>>,
}

impl Layout {
    /// Recognises a header row. `mapping` is what the merchant says of columns: their names and our fields.
    ///
    /// # Errors
    /// When it belongs to no format we know.
    pub fn recognise(header: Vec<String>, mapping: &[(String, String)]) -> Result<Self, Unreadable> {
        let names: Vec<String> = header.iter().map(|name| known_as(name, mapping)).collect();
        let elsewhere = elsewhere::refused(&names);
        Self::of_catalog(header, names, mapping).map_err(|error| elsewhere.unwrap_or(error))
    }

    fn of_catalog(
        header: Vec<String>,
        names: Vec<String>,
        mapping: &[(String, String)],
    ) -> Result<Self, Unreadable> {
        let format =
            columns::recognise(&names).ok_or_else(|| Unreadable::UnknownHeader { found: beginning(&header) })?;
        let found = beginning(&header);
        let says = |name: &String, field: Field| {
            said_of(name, mapping).is_some_and(|word| normal(word) == normal(field.name()))
        };
        let said = header.iter().position(|name| says(name, Field::Price));
        let layout = Self::of(format, header, names, said);
        // Which of several prices is meant, somebody has to say.
        let is_there =
            |field: Field| layout.names.iter().any(|name| columns::aliases(format, field).contains(&bare(name)));
        if layout.column(Field::Price).is_none() && is_there(Field::Price) {
            return Err(Unreadable::SeveralPrices { found });
        }
        match columns::required(format).iter().find(|field| layout.column(**field).is_none()) {
            Some(missing) => Err(Unreadable::ColumnMissing { column: layout.column_name(*missing) }),
            None => Ok(layout),
        }
    }

    /// The header as a plain table's, whether or not it has what such a table needs.
    #[must_use]
    pub fn as_plain(header: Vec<String>) -> Self {
        let names = header.iter().map(|name| normal(name)).collect();
        Self::of(Format::Plain, header, names, None)
    }

    /// `price` is the column that the merchant says is the price.
    fn of(format: Format, header: Vec<String>, names: Vec<String>, price: Option<usize>) -> Self {
        let called = |format: Format, field: Field| {
            let aliases = columns::aliases(format, field);
            let exactly = || aliases.iter().find_map(|alias| exactly(field, alias, &names));
            let roughly = || aliases.iter().find_map(|alias| of_several(field, alias, &names));
            exactly().or_else(roughly)
        };
        let place = |field: Field| match field {
            Field::Price if price.is_some() => price,
            Field::Price if format == Format::Plain => of_prices(columns::aliases(format, field), &names),
            // Tables of people may have the columns of such a system, and unread this one means that there is no end.
            Field::Stock if format.is_by_name() => called(format, field).or_else(|| called(Format::Plain, field)),
            _ => called(format, field),
        };
        let columns = Field::ALL.iter().map(|field| place(*field)).collect();
        let mut layout = Self { format, header, names, columns };
        // In tills and ERPs the description is what a thing is called.
        if format == Format::Plain && layout.column(Field::Title).is_none() {
            layout.columns[Field::Title as usize] = layout.columns[Field::Description as usize].take();
        }
        layout
    }

    /// The same with the currency in this column, where there is one and no other was known.
    #[must_use]
    pub fn with_currency(&self, column: Option<usize>) -> Self {
        let mut layout = self.clone();
        layout.columns[Field::Currency as usize] = self.column(Field::Currency).or(column);
        layout
    }

    /// The column that is read as the name, though it is called the description.
    #[must_use]
    pub fn titled_by(&self) -> Option<String> {
        let name = self.known_name_of(Field::Title).filter(|_| self.format == Format::Plain)?;
        let is_of = |field: Field| columns::aliases(self.format, field).contains(&bare(name));
        (is_of(Field::Description) && !is_of(Field::Title)).then(|| self.column_name(Field::Title))
    }

    /// What of that which the merchant says of columns does nothing, and why.
    #[must_use]
    pub fn in_vain(&self, mapping: &[(String, String)]) -> Vec<String> {
        let why = |(column, field): &(String, String)| {
            let place = self.header.iter().position(|name| normal(name) == normal(column));
            match place {
                None => Some(format!("{column}={field} does nothing: the file has no such column")),
                Some(place) if !field.is_empty() && !self.is_used(place) && !self.is_kept(place) => Some(format!(
                    "{column}={field} does nothing: a file of this kind has it elsewhere, or not at all"
                )),
                Some(_) => None,
            }
        };
        mapping.iter().filter_map(why).collect()
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
        let usual = || columns::aliases(self.format, field).first().copied().unwrap_or(field.name()).to_owned();
        standing.map_or_else(usual, |name| name.trim().to_owned())
    }

    /// The currency that the price column names behind its name, `Precio (MXN)`.
    #[must_use]
    pub fn currency(&self) -> Option<Currency> {
        let (_, behind) = self.names.get(self.column(Field::Price)?)?.split_once('(')?;
        behind.trim_end_matches(')').trim().parse().ok()
    }

    /// How many fields were found.
    #[must_use]
    pub fn found(&self) -> usize {
        self.columns.iter().flatten().count()
    }

    /// Whether the column holds a field.
    #[must_use]
    pub fn is_used(&self, column: usize) -> bool {
        self.columns.contains(&Some(column))
    }

    /// Whether the column is read though it is no field: the adapters make attributes of it.
    #[must_use]
    pub fn is_kept(&self, column: usize) -> bool {
        !self.is_used(column) && self.names.get(column).is_some_and(|name| columns::keeps(self, name))
    }

    /// Whether the column holds what a plugin keeps for itself: WooCommerce's exporter writes prices as the shop
    /// does, and these as they lie in its tables.
    #[must_use]
    pub fn is_raw(&self, column: usize) -> bool {
        self.format == Format::WooCommerce && self.known_name(column).starts_with("meta ")
    }

    /// The name by which a column is known: folded, without marks.
    #[must_use]
    pub fn known_name(&self, column: usize) -> &str {
        self.names.get(column).map_or("", String::as_str)
    }

    /// The name by which the field's column is known, if there is one.
    #[must_use]
    pub fn known_name_of(&self, field: Field) -> Option<&str> {
        self.column(field).map(|column| self.known_name(column))
    }

    /// What the file calls a column; its letter in a spreadsheet where it calls it nothing.
    #[must_use]
    pub fn written_name(&self, column: usize) -> String {
        match self.header.get(column).map(|name| name.trim()).filter(|name| !name.is_empty()) {
            Some(name) => name.to_owned(),
            None => format!("(column {})", column + 1),
        }
    }
}

/// The name by which a column is known: folded, `_` and `-` as a space, question marks, stars and Google's `g:` gone. What
/// the merchant says a column means counts as its name.
fn known_as(name: &str, mapping: &[(String, String)]) -> String {
    normal(said_of(name, mapping).unwrap_or(name))
}

/// What the merchant says that a column of this name means.
fn said_of<'m>(name: &str, mapping: &'m [(String, String)]) -> Option<&'m str> {
    mapping.iter().find(|(column, _)| normal(column) == normal(name)).map(|(_, word)| word.as_str())
}

/// The name without what stands in brackets behind it: `precio (con iva)`, `price [north]`.
#[must_use]
pub fn bare(name: &str) -> &str {
    name.split_once(['(', '[']).map_or(name, |(bare, _)| bare.trim())
}

/// See [`known_as`].
#[must_use]
pub fn normal(name: &str) -> String {
    let folded = fold(name.trim());
    let bare = folded.strip_prefix("g:").unwrap_or(&folded);
    let spaced: String = bare
        .chars()
        .map(|letter| if matches!(letter, '_' | '-' | ':' | '\n' | '\u{a0}') { ' ' } else { letter })
        .filter(|letter| !matches!(letter, '?' | '¿' | '*' | '"' | '\u{feff}'))
        .collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first columns of a header, for whoever is told that nobody knows it.
#[must_use]
pub fn beginning(header: &[String]) -> String {
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
        Layout::recognise(header.split(',').map(str::to_owned).collect(), &[])
    }

    #[test]
    fn our_own_columns_come_first_in_the_list() {
        assert_eq!(Field::ALL[Field::OURS - 1], Field::Facts);
        assert_eq!(Field::ALL[Field::OURS], Field::Published);
    }

    #[test]
    fn a_file_is_known_by_its_header() {
        let check = |header, format| {
            assert_eq!(recognise(header).map(|layout| layout.format), Ok(format), "{header}");
        };
        check("handle,title,sku,price", Format::Trato);
        check(" Handle ,TITLE,Sku,Price", Format::Trato);
        check("Handle,Title,Option1 Name,Variant SKU,Variant Price", Format::Shopify);
        check("Title,URL handle,SKU,Option1 name,Price", Format::Shopify);
        check("ID,Type,SKU,Name,Published,Regular price,Categories", Format::WooCommerce);
        check("\u{feff}ID,Tipo,Nombre,Publicado,Precio rebajado,Precio normal,Superior", Format::WooCommerce);
        check("ID,Tipo,Nome,Publicado,Em estoque?,Preço promocional,Preço,Ascendente", Format::WooCommerce);
        check(
            "sku,store_view_code,attribute_set_code,product_type,name,price,additional_attributes",
            Format::Magento,
        );
        check("id,title,description,availability,condition,price,link,image_link,brand", Format::Google);
        check("id,title,price,image_link,availability,fb_product_category", Format::Meta);
        check("g:id,title,g:price,g:image_link", Format::Google);
        check("Token,Item Name,Variation Name,SKU,Description,Category,Price", Format::Square);
        check(
            "Identificador de URL,Nombre,Nombre de propiedad 1,Valor de propiedad 1,Precio,Stock",
            Format::Tiendanube,
        );
        check("Identificador URL,Nome,Nome da variação 1,Valor da variação 1,Preço,Estoque", Format::Tiendanube);
        check("id,title,price,availability,link,condition", Format::Google);
        check("Category,Item Name,Variation Name,Price (CAD),Item ID,Variation ID,Description", Format::Square);
        check("handleId,fieldType,name,price,surcharge,visible", Format::Wix);
        check("Product ID [Non Editable],Title,SKU,Price,Sale Price,On Sale,Stock,Visible", Format::Squarespace);
        check("Handle,SKU,Name,Track stock,Price [Centro],In stock [Centro]", Format::Loyverse);
        check("Handle,REF,Nome,Controlar estoque,Preço [Loja],Em estoque [Loja]", Format::Loyverse);
        check("id,handle,sku,name,supply_price,retail_price,active,inventory_Norte", Format::Lightspeed);
        check("Product ID,Active (0/1),Name *,Price tax included,Reference #,Quantity", Format::PrestaShop);
        check("name,sku,price,sale_price,is_visible,inventory_level", Format::BigCommerce);
        check("name,default_code,list_price,sale_ok", Format::Odoo);
        check("Internal Reference,Name,Sales Price,Quantity On Hand", Format::Odoo);
        check("Nome,Referência interna,Preço de venda,Quantidade em mãos", Format::Odoo);
        // An id beside a SKU is a number of somebody's database.
        check("id,sku,name,price,category,stock,image", Format::Plain);
        check("id,sku,name,price,availability,image_link,item_group_id", Format::Plain);
        check("id,name,price,category,stock,image", Format::Plain);
        check("id,title,price,condition", Format::Plain);
        check("Código,Producto,Precio,Existencia", Format::Plain);
        // A handle alone is in the files of many.
        check("Handle,SKU,Name,Category,Price", Format::Plain);
        check("PRODUCT NAME,Price", Format::Plain);
    }

    #[test]
    fn a_header_that_nearly_fits_is_told_what_it_lacks() {
        let missing = recognise("handle,title,sku").unwrap_err();
        assert_eq!(missing, Unreadable::ColumnMissing { column: "price".to_owned() });
        let missing = recognise("Handle,Title,Variant SKU").unwrap_err();
        assert_eq!(missing, Unreadable::ColumnMissing { column: "variant price".to_owned() });
    }

    #[test]
    fn of_a_price_with_tax_and_one_without_shoppers_pay_the_first() {
        let price = |header: &str| recognise(header).map(|layout| layout.column_name(Field::Price));
        for (header, expected) in [
            ("Product ID,Name,Reference,Price (tax excl.),Price (tax incl.),Quantity", "Price (tax incl.)"),
            ("Producto,Precio (sin IVA),Precio (con IVA)", "Precio (con IVA)"),
            ("Producto,Precio (MXN),Precio (neto)", "Precio (MXN)"),
            ("Producto,Precio sin IVA,Precio con IVA", "Precio con IVA"),
            ("Producto,Precio,Precio con IVA", "Precio con IVA"),
            ("Producto,Precio (con IVA)", "Precio (con IVA)"),
        ] {
            assert_eq!(price(header).as_deref(), Ok(expected), "{header}");
        }
        let several = price("Producto,Precio (tienda),Precio (web)");
        assert!(matches!(several, Err(Unreadable::SeveralPrices { .. })), "{several:?}");
        let stock = recognise("Producto,Precio,Stock (Norte),Stock (Sur)").unwrap();
        assert_eq!(stock.column(Field::Stock), None);
    }

    #[test]
    fn what_one_piece_costs_is_the_price_only_where_nothing_else_is() {
        let price = |header: &str| recognise(header).map(|layout| layout.column_name(Field::Price));
        for (header, expected) in [
            ("Product name,Price(AUD),Current Quantity,Unit price AUD,Unit price", "Price(AUD)"),
            ("Producto,Precio unitario,Precio", "Precio"),
            ("Producto,Precio unitario", "Precio unitario"),
            ("Producto,Precio,Precio mayorista", "Precio"),
            ("Producto,Precio,Precio de costo,Precio oferta,Precio anterior", "Precio"),
            ("Producto,Precio,Valor", "Precio"),
        ] {
            assert_eq!(price(header).as_deref(), Ok(expected), "{header}");
        }
        for header in [
            "Producto,Precio,Precio minorista",
            "Producto,Precio,Precio contado,Precio tarjeta",
            "Producto,PVP,Precio",
            "Product,Price,Price",
            "handle,title,sku,price,price",
        ] {
            assert!(matches!(price(header), Err(Unreadable::SeveralPrices { .. })), "{header}");
        }
    }

    #[test]
    fn of_several_prices_the_one_that_the_merchant_says_is_read() {
        let header = ["Producto", "Precio", "Precio minorista"].map(str::to_owned).to_vec();
        for column in ["Precio", "Precio minorista"] {
            let mapping = [(column.to_owned(), "price".to_owned())];
            let layout = Layout::recognise(header.clone(), &mapping).unwrap();
            assert_eq!(layout.column_name(Field::Price), column);
        }
    }

    #[test]
    fn where_no_column_is_called_a_name_the_description_is() {
        let layout = recognise("code;description;category;price".replace(';', ",").as_str()).unwrap();
        assert_eq!((layout.titled_by().as_deref(), layout.column(Field::Description)), (Some("description"), None));
        let layout = recognise("Código,Producto,Descripción,Precio").unwrap();
        assert_eq!((layout.titled_by(), layout.column_name(Field::Description)), (None, "Descripción".to_owned()));
    }

    #[test]
    fn what_was_said_of_columns_and_does_nothing_is_told() {
        let mapping = [("Precio", "price"), ("Bar", "stock"), ("Nota", "floor"), ("Variante", "option1_value")];
        let mapping = mapping.map(|(column, field)| (column.to_owned(), field.to_owned()));
        let header = ["Producto", "Precio", "Nota", "Piso", "Variante"].map(str::to_owned).to_vec();
        let layout = Layout::recognise(header, &mapping).unwrap();
        let said = layout.in_vain(&mapping);
        assert!(said.len() == 1 && said[0].starts_with("Bar=stock"), "{said:?}");
    }

    #[test]
    fn a_header_of_another_shape_is_refused_in_one_sentence() {
        let unknown = recognise("Zone,Rate,Carrier,Days").unwrap_err().to_string();
        assert!(unknown.contains("--map") && unknown.contains("`Zone`, `Rate`"), "{unknown}");
    }

    #[test]
    fn what_the_merchant_says_a_column_means_counts_as_its_name() {
        let header = ["Bezeichnung", "Betrag"].map(str::to_owned).to_vec();
        assert!(Layout::recognise(header.clone(), &[]).is_err());
        let mapping = [("Bezeichnung", "title"), ("betrag", "price")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        let layout = Layout::recognise(header, &mapping).unwrap();
        assert_eq!((layout.format, layout.column(Field::Price)), (Format::Plain, Some(1)));
        assert_eq!(layout.column_name(Field::Price), "Betrag");
    }
}
