//! What each format calls its columns. All names are as [`crate::catalog::import::format::normal`] leaves them:
//! lower case, without accents, `_` a space. The first name of a field is the one that is told when it is missing.

use crate::catalog::import::format::{Field, Format, Layout, bare};
use crate::catalog::import::words;

type Names = &'static [(Field, &'static [&'static str])];

/// Shopify; the newer names (2025) in the second place.
const SHOPIFY: Names = &[
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
    (Field::Barcode, &["variant barcode", "barcode"]),
];

/// WooCommerce in English, Spanish and Portuguese, as its language packs translate the export.
const WOOCOMMERCE: Names = &[
    (Field::Id, &["id"]),
    (Field::Type, &["type", "tipo"]),
    (Field::Sku, &["sku", "ref", "referencia"]),
    (
        Field::Barcode,
        &[
            "gtin, upc, ean, or isbn",
            "gtin, upc, ean o isbn",
            "gtin, upc, ean, o isbn",
            "gtin, upc, ean ou isbn",
            "gtin, upc, ean, ou isbn",
        ],
    ),
    (Field::Title, &["name", "nombre", "nome"]),
    (Field::Published, &["published", "publicado"]),
    (
        Field::Visibility,
        &[
            "visibility in catalog",
            "visibilidad en el catalogo",
            "visibilidad en catalogo",
            "visibilidade no catalogo",
        ],
    ),
    (Field::Summary, &["short description", "descripcion corta", "descricao curta", "breve descricao"]),
    (Field::Description, &["description", "descripcion", "descricao"]),
    (
        Field::SaleStarts,
        &[
            "date sale price starts",
            "dia en que empieza el precio rebajado",
            "fecha de inicio del precio rebajado",
            "data de preco promocional comeca em",
            "data de inicio do preco promocional",
        ],
    ),
    (
        Field::SaleEnds,
        &[
            "date sale price ends",
            "dia en que termina el precio rebajado",
            "fecha de fin del precio rebajado",
            "data de preco promocional termina em",
            "data de termino do preco promocional",
            "data de fim do preco promocional",
        ],
    ),
    (
        Field::Availability,
        &["in stock", "existencias", "en inventario", "hay existencias", "en stock", "em estoque", "em stock"],
    ),
    (Field::Stock, &["stock", "inventario", "cantidad en inventario", "estoque"]),
    (
        Field::Backorders,
        &[
            "backorders allowed",
            "permitir reservas de productos agotados",
            "se permiten reservas",
            "permitir reservas",
            "sao permitidas encomendas",
            "permitir encomendas",
            "backorders permitidos",
        ],
    ),
    (
        Field::SalePrice,
        &["sale price", "precio rebajado", "precio de oferta", "preco promocional", "preco de oferta"],
    ),
    (Field::Price, &["regular price", "precio normal", "precio regular", "preco normal", "preco regular", "preco"]),
    (Field::Category, &["categories", "categorias"]),
    (Field::Tags, &["tags", "etiquetas"]),
    (Field::Image, &["images", "imagenes", "imagens"]),
    (Field::Parent, &["parent", "superior", "principal", "padre", "ascendente", "produto ascendente", "id padre"]),
    (Field::Brand, &["brands", "brand", "marcas", "marca"]),
    (
        Field::Cost,
        &["cost of goods", "meta wc cog cost", "meta alg wc cog cost", "meta purchase price", "meta cost"],
    ),
];

/// Magento 2, and what Magento 1 calls the same things.
const MAGENTO: Names = &[
    (Field::Sku, &["sku"]),
    (Field::Translation, &["store view code", "store"]),
    (Field::Type, &["product type", "type"]),
    (Field::Category, &["categories", "category"]),
    (Field::Title, &["name"]),
    (Field::Description, &["description"]),
    (Field::Summary, &["short description"]),
    (Field::Published, &["product online", "status"]),
    (Field::Visibility, &["visibility"]),
    (Field::Price, &["price"]),
    (Field::SalePrice, &["special price"]),
    (Field::SaleStarts, &["special price from date", "special from date"]),
    (Field::SaleEnds, &["special price to date", "special to date"]),
    (Field::Cost, &["cost"]),
    (Field::AddressName, &["url key"]),
    (Field::Image, &["base image", "image"]),
    (Field::MoreImages, &["additional images", "media image"]),
    (Field::Attributes, &["additional attributes"]),
    (Field::Stock, &["qty"]),
    (Field::Availability, &["is in stock"]),
    (Field::StockCounted, &["manage stock"]),
    (Field::StockCountedByShop, &["use config manage stock"]),
    (Field::Backorders, &["allow backorders", "backorders"]),
    (Field::BackordersByShop, &["use config backorders"]),
    (Field::Variations, &["configurable variations"]),
    (Field::VariationLabels, &["configurable variation labels"]),
    (Field::Brand, &["manufacturer", "brand"]),
    (Field::Barcode, &["barcode", "ean", "gtin", "upc"]),
];

/// Google Merchant Center and Meta's Commerce Manager, which share most of their names.
const FEED: Names = &[
    (Field::Id, &["id", "offer id", "content id", "identificador"]),
    (Field::Parent, &["item group id", "id grupo articulos", "id do grupo de itens"]),
    (Field::Title, &["title", "titulo", "name"]),
    (
        Field::Description,
        &["description", "rich text description", "descripcion", "descricao", "summary", "content"],
    ),
    (Field::Availability, &["availability", "disponibilidad", "disponibilidade"]),
    (Field::Price, &["price", "precio", "preco"]),
    (Field::SalePrice, &["sale price", "precio oferta", "preco promocional"]),
    (Field::SaleEnds, &["sale price effective date", "fecha efectiva precio oferta"]),
    (Field::Cost, &["cost of goods sold"]),
    (Field::Image, &["image link", "image url", "enlace imagen", "link da imagem", "image[0].url", "image 0 url"]),
    (
        Field::MoreImages,
        &["additional image link", "additional image url", "additional image urls", "enlace imagen adicional"],
    ),
    (Field::Brand, &["brand", "marca"]),
    (Field::Barcode, &["gtin", "ean", "upc"]),
    (Field::Category, &["product type", "tipo de producto", "tipo de produto"]),
    (Field::StandardCategory, &["google product category", "fb product category", "categoria google", "category"]),
    (
        Field::Stock,
        &["quantity to sell on facebook", "quantity", "inventory", "sell on google quantity", "cantidad"],
    ),
    (Field::Status, &["status"]),
    (Field::Visibility, &["visibility"]),
    (Field::Language, &["content language", "language"]),
];

/// A plain table: what people call such columns. Our own names count too.
const PLAIN: Names = &[
    (Field::Handle, &["handle"]),
    (
        Field::Title,
        &[
            "title",
            "name",
            "product name",
            "product",
            "item name",
            "item",
            "product title",
            "titulo",
            "nombre",
            "nombre del producto",
            "nombre producto",
            "producto",
            "articulo",
            "nome",
            "nome do produto",
            "produto",
            "titulo do produto",
        ],
    ),
    (
        Field::Sku,
        &[
            "sku",
            "code",
            "product code",
            "item code",
            "item number",
            "part number",
            "codigo",
            "clave",
            "referencia",
            "ref",
            "cod",
            "codigo de producto",
            "codigo del producto",
            "codigo producto",
            "codigo interno",
            "codigo do produto",
            "codigo produto",
            "product id",
            "item id",
            "id",
        ],
    ),
    (
        Field::Price,
        &[
            "price",
            "unit price",
            "retail price",
            "selling price",
            "regular price",
            "list price",
            "precio",
            "precio unitario",
            "precio de venta",
            "precio venta",
            "precio publico",
            "precio al publico",
            "precio normal",
            "precio de lista",
            "pvp",
            "p.v.p.",
            "preco",
            "preco de venda",
            "preco unitario",
            "preco venda",
            "valor",
            "valor unitario",
        ],
    ),
    (
        Field::CompareAtPrice,
        &[
            "compare at price",
            "compare-at price",
            "old price",
            "was price",
            "msrp",
            "precio anterior",
            "precio antes",
            "preco anterior",
            "preco de",
        ],
    ),
    (
        Field::SalePrice,
        &[
            "sale price",
            "offer price",
            "precio oferta",
            "precio de oferta",
            "precio rebajado",
            "precio promocional",
            "preco promocional",
        ],
    ),
    (
        Field::Cost,
        &["cost", "unit cost", "cost price", "costo", "coste", "precio de costo", "custo", "preco de custo"],
    ),
    (Field::Floor, &["floor"]),
    (Field::Currency, &["currency", "moneda", "divisa", "moeda"]),
    (
        Field::Stock,
        &[
            "stock",
            "qty",
            "quantity",
            "inventory",
            "on hand",
            "in stock",
            "available",
            "existencias",
            "existencia",
            "cantidad",
            "inventario",
            "disponible",
            "disponibles",
            "unidades",
            "estoque",
            "quantidade",
            "disponivel",
        ],
    ),
    (Field::WhenOut, &["when out"]),
    (
        Field::Description,
        &[
            "description",
            "long description",
            "details",
            "product description",
            "descripcion",
            "detalle",
            "detalles",
            "descripcion larga",
            "descricao",
            "descricao do produto",
            "detalhes",
        ],
    ),
    (Field::Summary, &["short description", "descripcion corta", "descricao curta"]),
    (
        Field::Category,
        &[
            "category",
            "categories",
            "product category",
            "department",
            "collection",
            "product type",
            "type",
            "categoria",
            "categorias",
            "departamento",
            "familia",
            "linea",
            "rubro",
            "tipo",
        ],
    ),
    (Field::Brand, &["brand", "vendor", "manufacturer", "maker", "marca", "fabricante"]),
    (Field::Tags, &["tags", "keywords", "etiquetas", "palabras clave"]),
    (
        Field::Image,
        &[
            "image",
            "images",
            "image url",
            "image link",
            "image src",
            "picture",
            "pictures",
            "photo",
            "photos",
            "imagen",
            "imagenes",
            "foto",
            "fotos",
            "url imagen",
            "url de imagen",
            "url de la imagen",
            "imagem",
            "imagens",
            "url da imagem",
        ],
    ),
    (
        Field::Barcode,
        &["barcode", "bar code", "ean", "ean13", "upc", "gtin", "isbn", "codigo de barras", "codigo barras"],
    ),
    (Field::Status, &["status", "estado"]),
    (Field::Language, &["language", "idioma"]),
    (
        Field::Parent,
        &["parent", "parent sku", "group", "model", "item group id", "modelo", "padre", "grupo", "sku padre"],
    ),
    (Field::Facts, &["facts"]),
];

/// What the variants of a plain table or feed may differ by.
const TRAITS: [&str; 22] = [
    "color",
    "colour",
    "cor",
    "size",
    "talla",
    "talle",
    "tamano",
    "tamanho",
    "medida",
    "material",
    "pattern",
    "estampado",
    "gender",
    "genero",
    "sabor",
    "flavor",
    "flavour",
    "presentacion",
    "style",
    "estilo",
    "sexo",
    "edad",
];
/// What a feed says of a product besides.
const FEED_FACTS: [&str; 24] = [
    "condition",
    "mpn",
    "age group",
    "size type",
    "size system",
    "product detail",
    "product highlight",
    "multipack",
    "is bundle",
    "adult",
    "availability date",
    "energy efficiency class",
    "product weight",
    "product length",
    "product width",
    "product height",
    "shipping weight",
    "unit pricing measure",
    "estado",
    "grupo de edad",
    "mpn",
    "material",
    "expiration date",
    "age restriction",
];
/// Columns of Magento that say how its own shop works, and nothing of the product.
const MAGENTO_MACHINERY: [&str; 28] = [
    "use config",
    "website",
    "created",
    "updated",
    "new from",
    "new to",
    "meta ",
    "custom ",
    "page layout",
    "options",
    "msrp",
    "map ",
    "gift",
    "tax",
    "min ",
    "max ",
    "notify",
    "is ",
    "qty",
    "image",
    "thumbnail",
    "related",
    "crosssell",
    "upsell",
    "enable ",
    "display",
    "hide from",
    "attribute set",
];

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
    if has("handle") && (has("sku") || has("price") || has("title")) {
        return Some(Format::Trato);
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
    let feed = [Field::Availability, Field::Image, Field::StandardCategory, Field::Parent];
    let mentioned = has("link") || has("condition");
    let named =
        any(Field::Title, Format::Google) && any(Field::Price, Format::Google) && any(Field::Id, Format::Google);
    if named && count(&feed, Format::Google) + usize::from(mentioned) >= 1 {
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
    (roughly(Field::Title) && roughly(Field::Price)).then_some(Format::Plain)
}

/// What the format calls the field; nothing when it has no such column.
#[must_use]
pub fn aliases(format: Format, field: Field) -> &'static [&'static str] {
    let names = match format {
        Format::Trato => return ours(field),
        Format::Shopify => SHOPIFY,
        Format::WooCommerce => WOOCOMMERCE,
        Format::Magento => MAGENTO,
        Format::Meta | Format::Google => FEED,
        Format::Plain => PLAIN,
    };
    names.iter().find(|(known, _)| *known == field).map_or(&[], |(_, names)| names)
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
        Format::Shopify => &[Field::Handle, Field::Title, Field::Price],
        Format::Magento => &[Field::Sku, Field::Title, Field::Price],
        Format::Meta | Format::Google => &[Field::Id, Field::Title, Field::Price],
        Format::WooCommerce | Format::Plain => &[Field::Title, Field::Price],
    }
}

/// Whether a column that is no field is read all the same, because the products' attributes stand in it.
#[must_use]
pub fn keeps(layout: &Layout, name: &str) -> bool {
    if words::is_private(name) {
        return false;
    }
    match layout.format {
        Format::Trato => false,
        Format::Shopify => name.contains("product.metafields."),
        Format::WooCommerce => words::numbered_attribute(name).is_some() || words::measure(name).is_some(),
        // Where attributes are packed, every other column is machinery; where they are not, they are columns.
        Format::Magento => {
            matches!(name, "weight" | "country of manufacture")
                || (layout.column(Field::Attributes).is_none()
                    && !MAGENTO_MACHINERY.iter().any(|known| name.starts_with(known) || name.ends_with(known)))
        }
        Format::Meta | Format::Google => {
            TRAITS.contains(&name) || FEED_FACTS.contains(&name) || is_more_images(name)
        }
        Format::Plain => TRAITS.contains(&name) || words::measure(name).is_some() || is_fact(name),
    }
}

/// Whether the merchant said that the column is an attribute (`--map COLUMN=fact`).
fn is_fact(name: &str) -> bool {
    name == "fact" || name.starts_with("fact ")
}

/// Meta numbers its pictures: `image[1].url`.
#[must_use]
pub fn is_more_images(name: &str) -> bool {
    name.strip_prefix("image[").is_some_and(|rest| rest.ends_with("].url"))
}

/// Whether variants may differ by what stands in the column.
#[must_use]
pub fn is_trait(name: &str) -> bool {
    TRAITS.contains(&name) || name == "age group" || name == "grupo de edad"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::import::format::normal;

    #[test]
    fn every_name_is_written_as_headers_are_compared() {
        for names in [SHOPIFY, WOOCOMMERCE, MAGENTO, FEED, PLAIN] {
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
        for names in [SHOPIFY, WOOCOMMERCE, MAGENTO, FEED, PLAIN] {
            for (place, (field, _)) in names.iter().enumerate() {
                assert!(!names[..place].iter().any(|(earlier, _)| earlier == field), "{field:?}");
            }
        }
    }
}
