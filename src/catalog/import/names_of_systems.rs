//! What shop systems, tills and bookkeeping call their columns where an export of theirs is known by its header.
//! Written as [`crate::catalog::import::known_names`] are.

use crate::catalog::import::format::Field;
use crate::catalog::import::known_names::Names;

/// Options as Squarespace and Square number theirs.
pub const NUMBERED_OPTIONS: Names = &[
    (Field::Option1Name, &["option name 1"]),
    (Field::Option1Value, &["option value 1"]),
    (Field::Option2Name, &["option name 2"]),
    (Field::Option2Value, &["option value 2"]),
    (Field::Option3Name, &["option name 3"]),
    (Field::Option3Value, &["option value 3"]),
    (Field::Option4Name, &["option name 4"]),
    (Field::Option4Value, &["option value 4"]),
    (Field::Option5Name, &["option name 5"]),
    (Field::Option5Value, &["option value 5"]),
    (Field::Option6Name, &["option name 6"]),
    (Field::Option6Value, &["option value 6"]),
];

/// Squarespace's export of products; its options are [`NUMBERED_OPTIONS`].
pub const SQUARESPACE: Names = &[
    (Field::Id, &["product id [non editable]"]),
    (Field::Handle, &["product url"]),
    (Field::Parent, &["product page"]),
    (Field::Title, &["title"]),
    (Field::Description, &["description"]),
    (Field::Sku, &["sku"]),
    (Field::Price, &["price"]),
    (Field::SalePrice, &["sale price"]),
    (Field::OnSale, &["on sale"]),
    (Field::Stock, &["stock"]),
    (Field::Category, &["categories"]),
    (Field::Tags, &["tags"]),
    (Field::Published, &["visible"]),
    (Field::Image, &["hosted image urls"]),
];

/// Wix: the export of its older catalog, and of the one since 2024 in the second place.
pub const WIX: Names = &[
    (Field::Handle, &["handleid", "handle"]),
    (Field::Type, &["fieldtype"]),
    (Field::Title, &["name"]),
    (Field::Description, &["description", "plaindescription"]),
    (Field::Image, &["productimageurl", "media"]),
    (Field::Category, &["collection", "collections"]),
    (Field::Sku, &["sku"]),
    (Field::Price, &["price"]),
    (Field::Surcharge, &["surcharge"]),
    (Field::CompareAtPrice, &["strikethroughprice"]),
    (Field::Published, &["visible"]),
    (Field::DiscountMode, &["discountmode"]),
    (Field::DiscountValue, &["discountvalue"]),
    (Field::Stock, &["inventory"]),
    (Field::Cost, &["cost"]),
    (Field::Barcode, &["barcode"]),
    (Field::Brand, &["brand"]),
    (Field::Option1Name, &["productoptionname1"]),
    (Field::Option1Value, &["productoptiondescription1", "productoptionchoices1"]),
    (Field::Option2Name, &["productoptionname2"]),
    (Field::Option2Value, &["productoptiondescription2", "productoptionchoices2"]),
    (Field::Option3Name, &["productoptionname3"]),
    (Field::Option3Value, &["productoptiondescription3", "productoptionchoices3"]),
    (Field::Option4Name, &["productoptionname4"]),
    (Field::Option4Value, &["productoptiondescription4", "productoptionchoices4"]),
    (Field::Option5Name, &["productoptionname5"]),
    (Field::Option5Value, &["productoptiondescription5", "productoptionchoices5"]),
    (Field::Option6Name, &["productoptionname6"]),
    (Field::Option6Value, &["productoptiondescription6", "productoptionchoices6"]),
];

/// What Wix tells of a product besides: `additionalInfoTitle1` and `additionalInfoDescription1`.
pub const WIX_INFO: (&str, &str) = ("additionalinfotitle", "additionalinfodescription");

/// Loyverse's export of items, in English, Spanish and Portuguese. Prices and counts name their place in brackets.
pub const LOYVERSE: Names = &[
    (Field::Handle, &["handle"]),
    (Field::Sku, &["sku", "ref"]),
    (Field::Title, &["name", "nombre", "nome"]),
    (Field::Category, &["category", "categoria"]),
    (Field::Description, &["description", "descripcion", "descricao"]),
    (Field::Option1Name, &["option 1 name", "opcion 1 nombre", "opcao 1 nome"]),
    (Field::Option1Value, &["option 1 value", "opcion 1 valor", "opcao 1 valor"]),
    (Field::Option2Name, &["option 2 name", "opcion 2 nombre", "opcao 2 nome"]),
    (Field::Option2Value, &["option 2 value", "opcion 2 valor", "opcao 2 valor"]),
    (Field::Option3Name, &["option 3 name", "opcion 3 nombre", "opcao 3 nome"]),
    (Field::Option3Value, &["option 3 value", "opcion 3 valor", "opcao 3 valor"]),
    (Field::Price, &["price", "precio", "preco", "default price", "precio por defecto", "preco padrao"]),
    (Field::Cost, &["cost", "coste", "costo", "custo"]),
    (Field::Barcode, &["barcode", "codigo de barras"]),
    (
        Field::StockCounted,
        &["track stock", "seguir el inventario", "seguir inventario", "rastrear estoque", "controlar estoque"],
    ),
    (
        Field::Sellable,
        &[
            "available for sale",
            "disponibles para la venta",
            "disponible para la venta",
            "disponivel para venda",
            "disponiveis para venda",
        ],
    ),
    (Field::Stock, &["in stock", "en inventario", "em estoque"]),
];

/// Lightspeed Retail X, which was Vend. There is a count for each outlet.
pub const LIGHTSPEED: Names = &[
    (Field::Handle, &["handle"]),
    (Field::Sku, &["sku"]),
    (Field::Title, &["name"]),
    (Field::Description, &["description"]),
    (Field::Category, &["product category", "type"]),
    (Field::Option1Name, &["variant option one name"]),
    (Field::Option1Value, &["variant option one value"]),
    (Field::Option2Name, &["variant option two name"]),
    (Field::Option2Value, &["variant option two value"]),
    (Field::Option3Name, &["variant option three name"]),
    (Field::Option3Value, &["variant option three value"]),
    (Field::Tags, &["tags"]),
    (Field::Price, &["retail price"]),
    (Field::Cost, &["supply price"]),
    (Field::Brand, &["brand name"]),
    (Field::Barcode, &["barcode"]),
    (Field::Sellable, &["active"]),
    (Field::StockCounted, &["track inventory"]),
];

/// What Loyverse calls the columns of how many there are in each place.
pub const LOYVERSE_COUNTS: [&str; 3] = ["in stock [", "en inventario [", "em estoque ["];
/// What Lightspeed calls them.
pub const LIGHTSPEED_COUNTS: &str = "inventory ";

/// PrestaShop's lists of products, and the names in the files that it imports.
pub const PRESTASHOP: Names = &[
    (Field::Title, &["name", "product name"]),
    (Field::Sku, &["reference #", "reference", "supplier reference #", "product id", "id"]),
    (
        Field::Price,
        &["price tax included", "price (tax incl.)", "price", "price tax excluded", "price (tax excl.)"],
    ),
    (Field::Cost, &["wholesale price", "cost price"]),
    (Field::Stock, &["quantity"]),
    (Field::Status, &["active (0/1)", "active", "status"]),
    (Field::Visibility, &["visibility"]),
    (Field::Sellable, &["available for order (0 = no, 1 = yes)", "available for order"]),
    (Field::Published, &["show price (0 = no, 1 = yes)", "show price"]),
    (Field::Category, &["categories (x,y,z...)", "categories", "category"]),
    (Field::Summary, &["summary", "short description"]),
    (Field::Description, &["description"]),
    (Field::Tags, &["tags (x,y,z...)", "tags"]),
    (Field::Brand, &["manufacturer", "brand"]),
    (Field::Barcode, &["ean13", "ean 13", "upc"]),
    (Field::Image, &["image urls (x,y,z...)", "image urls", "image"]),
];

/// BigCommerce: what its products are called in its interface for programs, and in the feeds made with that.
pub const BIGCOMMERCE: Names = &[
    (Field::Title, &["name"]),
    (Field::Sku, &["sku"]),
    (Field::Description, &["description"]),
    (Field::Price, &["price"]),
    (Field::SalePrice, &["sale price"]),
    (Field::CompareAtPrice, &["retail price"]),
    (Field::Cost, &["cost price"]),
    (Field::Stock, &["inventory level"]),
    (Field::StockCounted, &["inventory tracking"]),
    (Field::Published, &["is visible"]),
    (Field::Availability, &["availability"]),
    (Field::Category, &["categories"]),
    (Field::Brand, &["brand", "brand name"]),
    (Field::Barcode, &["upc", "gtin"]),
    (Field::Image, &["primary image", "image 1"]),
];

/// Odoo's products, by their technical names and as its export calls them in English, Spanish and Portuguese.
pub const ODOO: Names = &[
    (Field::Title, &["name", "nombre", "nome"]),
    (Field::Sku, &["default code", "internal reference", "referencia interna"]),
    (Field::Price, &["list price", "sales price", "lst price", "precio de venta", "preco de venda"]),
    (Field::Cost, &["standard price", "cost", "costo", "coste", "custo"]),
    (Field::Barcode, &["barcode", "codigo de barras"]),
    (
        Field::Stock,
        &[
            "qty available",
            "quantity on hand",
            "cantidad a la mano",
            "cantidad a mano",
            "cantidad disponible",
            "quantidade em maos",
            "quantidade disponivel",
        ],
    ),
    (
        Field::Sellable,
        &["sale ok", "can be sold", "sales", "se puede vender", "puede ser vendido", "pode ser vendido"],
    ),
    (Field::Status, &["active", "activo", "ativo"]),
    (Field::Published, &["website published", "is published", "published", "publicado"]),
    (
        Field::Category,
        &[
            "categ id",
            "product category",
            "categoria de producto",
            "categoria del producto",
            "categoria do produto",
            "categoria de produto",
            "public categ ids",
        ],
    ),
    (Field::Description, &["description sale", "sales description", "descripcion de venta", "descricao de venda"]),
];

/// Square's item library; its options are [`NUMBERED_OPTIONS`]. How many there are stands in a column for each place.
pub const SQUARE: Names = &[
    (Field::Handle, &["reference handle"]),
    (Field::Title, &["item name"]),
    (Field::VariationName, &["variation name"]),
    (Field::Sku, &["sku"]),
    (Field::Description, &["description"]),
    (Field::Category, &["reporting category", "categories", "category"]),
    (Field::Price, &["price"]),
    (Field::SalePrice, &["online sale price"]),
    (Field::Cost, &["default unit cost"]),
    (Field::Barcode, &["gtin"]),
    (Field::Status, &["archived"]),
    (Field::Sellable, &["sellable"]),
];

/// What Square calls the columns of how many there are in each place.
pub const SQUARE_COUNTS: &str = "current quantity ";

/// Tiendanube, and Nuvemshop in Brazil.
pub const TIENDANUBE: Names = &[
    (Field::Handle, &["identificador de url", "identificador url"]),
    (Field::Title, &["nombre", "nome"]),
    (Field::Category, &["categorias"]),
    (Field::Option1Name, &["nombre de propiedad 1", "nome da variacao 1"]),
    (Field::Option1Value, &["valor de propiedad 1", "valor da variacao 1"]),
    (Field::Option2Name, &["nombre de propiedad 2", "nome da variacao 2"]),
    (Field::Option2Value, &["valor de propiedad 2", "valor da variacao 2"]),
    (Field::Option3Name, &["nombre de propiedad 3", "nome da variacao 3"]),
    (Field::Option3Value, &["valor de propiedad 3", "valor da variacao 3"]),
    (Field::Price, &["precio", "preco"]),
    (Field::SalePrice, &["precio promocional", "preco promocional"]),
    (Field::Cost, &["costo", "custo"]),
    (Field::Stock, &["stock", "estoque"]),
    (Field::Sku, &["sku"]),
    (Field::Barcode, &["codigo de barras"]),
    (Field::Published, &["mostrar en tienda", "exibir na loja"]),
    (Field::Description, &["descripcion", "descricao"]),
    (Field::Tags, &["tags"]),
    (Field::Brand, &["marca"]),
    // Its export has none, but what its interface for programs gives does.
    (Field::Image, &["imagenes", "imagens"]),
];
