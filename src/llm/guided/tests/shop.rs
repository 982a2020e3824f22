//! The sample shop: three products in each language, and the entries a conversation about them leaves.

use chrono::DateTime;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::agent::entry::{Call, Entry, ShopperSaid, ToolResult, ToolStatus};
use crate::agent::evidence::{
    CheckoutCard, DeliveryCard, Evidence, Named, OrderCard, OrderStateShown, ProductCard, QuoteCard, QuoteLineCard,
    Stock, TaxCard, VariantCard,
};
use crate::base::fingerprint::Fingerprint;
use crate::base::ids::{OrderId, QuoteId};
use crate::base::language::Language;
use crate::base::money::{BasisPoints, Money};
use crate::llm::guided::heard::Heard;
use crate::llm::guided::intent::{Aspect, Intent, LineAction, Wanted, understand};
use crate::llm::guided::{ShopFacts, answer, view};

/// The shop in a language, with rules about shipping and returns and none about opening hours.
pub fn shop(language: Language) -> ShopFacts {
    let (locale, currency, shipping, returns) = match language {
        Language::En => ("en-US", "USD", "We ship anywhere in the country.", "You can return anything unused."),
        Language::Es => ("es-MX", "MXN", "Enviamos a todo el país.", "Puedes devolver lo que no hayas usado."),
        Language::Pt => ("pt-BR", "BRL", "Enviamos para todo o país.", "Você pode devolver o que não usou."),
    };
    ShopFacts {
        name: "Nube".to_owned(),
        language,
        locale: locale.parse().unwrap(),
        currency: currency.parse().unwrap(),
        policies: vec![("shipping".to_owned(), shipping.to_owned()), ("returns".to_owned(), returns.to_owned())],
        bargains: false,
    }
}

pub fn money(language: Language, major: &str) -> Money {
    Money::parse_major(major, shop(language).currency).unwrap()
}

pub fn named(name: &str, value: &str) -> Named {
    Named { name: name.to_owned(), value: value.to_owned() }
}

pub fn variant(language: Language, sku: &str, options: &[(&str, &str)], price: &str, stock: Stock) -> VariantCard {
    VariantCard {
        sku: sku.parse().unwrap(),
        options: options.iter().map(|(name, value)| named(name, value)).collect(),
        price: money(language, price),
        compare_at: None,
        stock,
    }
}

/// A shirt in two colours and three sizes, of which red comes in M only and blue L is sold out.
pub fn shirt(language: Language) -> ProductCard {
    let (title, color, size, blue, red, description, fact) = match language {
        Language::En => {
            ("Sun Shirt", "Color", "Size", "Blue", "Red", "Light shirt with two pockets.", ("Material", "cotton"))
        }
        Language::Es => (
            "Camisa Sol",
            "Color",
            "Talla",
            "Azul",
            "Rojo",
            "Camisa ligera con dos bolsillos.",
            ("Material", "algodón"),
        ),
        Language::Pt => (
            "Camisa Sol",
            "Cor",
            "Tamanho",
            "Azul",
            "Vermelho",
            "Camisa leve com dois bolsos.",
            ("Material", "algodão"),
        ),
    };
    let row = |sku: &str, tint: &str, cut: &str, stock| {
        variant(language, sku, &[(color, tint), (size, cut)], "250", stock)
    };
    ProductCard {
        product: "sun".parse().unwrap(),
        title: title.to_owned(),
        description: description.to_owned(),
        image: None,
        facts: vec![named(fact.0, fact.1)],
        variants: vec![
            row("SUN-B-S", blue, "S", Stock::Left(4)),
            row("SUN-B-M", blue, "M", Stock::Left(2)),
            row("SUN-B-L", blue, "L", Stock::Out),
            row("SUN-R-M", red, "M", Stock::Available),
        ],
    }
}

/// A mug: one variant, no options.
pub fn mug(language: Language) -> ProductCard {
    let (title, description) = match language {
        Language::En => ("Moon Mug", "A mug of stoneware."),
        Language::Es => ("Taza Luna", "Taza de gres."),
        Language::Pt => ("Caneca Lua", "Caneca de grés."),
    };
    ProductCard {
        product: "moon".parse().unwrap(),
        title: title.to_owned(),
        description: description.to_owned(),
        image: None,
        facts: Vec::new(),
        variants: vec![variant(language, "MOON-1", &[], "120", Stock::Left(9))],
    }
}

/// A black cap in one size.
pub fn cap(language: Language) -> ProductCard {
    let (title, color, black) = match language {
        Language::En => ("North Cap", "Color", "Black"),
        Language::Es => ("Gorra Norte", "Color", "Negro"),
        Language::Pt => ("Boné Norte", "Cor", "Preto"),
    };
    ProductCard {
        product: "north".parse().unwrap(),
        title: title.to_owned(),
        description: String::new(),
        image: None,
        facts: Vec::new(),
        variants: vec![variant(language, "NORTH-1", &[(color, black)], "180", Stock::Left(1))],
    }
}

pub fn catalog(language: Language) -> Vec<ProductCard> {
    vec![shirt(language), mug(language), cap(language)]
}

/// A quote for so many shirts in blue, size M.
pub fn quote(language: Language, quantity: u32) -> QuoteCard {
    let card = shirt(language);
    let amount = card.variants[1].price.times(quantity).unwrap();
    QuoteCard {
        quote: QuoteId::from_uuid(Uuid::from_u128(7)),
        fingerprint: Fingerprint::of(&quantity.to_be_bytes()),
        lines: vec![QuoteLineCard {
            sku: card.variants[1].sku.clone(),
            product: card.product.clone(),
            title: format!("{}, {}", card.title, card.variants[1].options_text()),
            quantity,
            unit: card.variants[1].price,
            amount,
        }],
        subtotal: amount,
        discounts: Vec::new(),
        shipping: Money::zero(amount.currency()),
        tax: TaxCard { rate: BasisPoints(0), amount: Money::zero(amount.currency()), included: true },
        total: amount,
        free_shipping_in: None,
    }
}

pub fn checkout(language: Language) -> CheckoutCard {
    CheckoutCard {
        order: OrderId::from_uuid(Uuid::from_u128(9)),
        number: 1042,
        url: "https://pay.example/s".to_owned(),
        total: money(language, "500"),
        expires_at: DateTime::from_timestamp(1_800_003_600, 0).unwrap(),
    }
}

pub fn order(language: Language, state: OrderStateShown, delivery_known: bool) -> OrderCard {
    OrderCard {
        order: OrderId::from_uuid(Uuid::from_u128(9)),
        number: 1042,
        state,
        total: money(language, "500"),
        refunded: Money::zero(money(language, "0").currency()),
        lines: vec!["2 × X".to_owned()],
        delivery_known,
    }
}

pub fn delivery() -> DeliveryCard {
    DeliveryCard {
        name: "Ana".to_owned(),
        address: "x 1".to_owned(),
        city: "y".to_owned(),
        postal_code: None,
        note: None,
    }
}

pub fn said(text: &str) -> Entry {
    Entry::Shopper(ShopperSaid::words(text, DateTime::from_timestamp(1_800_000_000, 0).unwrap()))
}

pub fn pressed(id: &str) -> Entry {
    let Entry::Shopper(said) = said("title of the row") else { unreachable!() };
    Entry::Shopper(ShopperSaid { pressed: Some(id.to_owned()), ..said })
}

pub fn agent(text: &str) -> Entry {
    Entry::Agent { text: text.to_owned() }
}

pub fn called(tool: &str, arguments: &Value) -> Entry {
    let call = Call { id: "c1".to_owned(), tool: tool.to_owned(), arguments: arguments.to_string(), extra: None };
    Entry::Calls { text: None, calls: vec![call] }
}

pub fn answered(tool: &str, evidence: Vec<Evidence>) -> Entry {
    result(tool, ToolStatus::Answered, "ok", evidence)
}

pub fn result(tool: &str, status: ToolStatus, text: &str, evidence: Vec<Evidence>) -> Entry {
    let call = "c1".to_owned();
    Entry::Results(vec![ToolResult { call, tool: tool.to_owned(), status, text: text.to_owned(), evidence }])
}

/// A list of the whole catalog was shown.
pub fn after_list(language: Language) -> Vec<Entry> {
    let cards = catalog(language).into_iter().map(Evidence::Product).collect();
    vec![
        said("?"),
        called("search_catalog", &json!({"query": "sun"})),
        answered("search_catalog", cards),
        agent("Look."),
    ]
}

/// The shirt was shown by itself.
pub fn after_shirt(language: Language) -> Vec<Entry> {
    let mut entries = after_list(language);
    entries.extend([
        pressed("pick:sun"),
        called("get_product", &json!({"product": "sun"})),
        answered("get_product", vec![Evidence::Product(shirt(language))]),
        agent("The shirt."),
    ]);
    entries
}

/// A scarf was shown by itself that comes in black and brown and in nothing else.
pub fn after_scarf(language: Language) -> Vec<Entry> {
    let (title, color, values) = match language {
        Language::En => ("Fog Scarf", "Color", ["Black", "Brown"]),
        Language::Es => ("Bufanda Niebla", "Color", ["Negra", "Café"]),
        Language::Pt => ("Manta Neblina", "Cor", ["Preta", "Marrom"]),
    };
    after_one(language, "fog", title, (color, &values), "120")
}

/// A boot was shown by itself that comes in sizes that are numbers.
pub fn after_boot(language: Language) -> Vec<Entry> {
    let (title, size, values) = match language {
        Language::En => ("Creek Boot", "Size", ["9", "10", "11"]),
        Language::Es => ("Bota Arroyo", "Talla", ["26", "27", "28"]),
        Language::Pt => ("Bota Riacho", "Tamanho", ["37", "38", "39"]),
    };
    after_one(language, "creek", title, (size, &values), "90")
}

fn after_one(
    language: Language,
    product: &str,
    title: &str,
    (option, values): (&str, &[&str]),
    price: &str,
) -> Vec<Entry> {
    let row = |value: &&str| {
        let sku = format!("{product}-{}", crate::llm::guided::text::plain(value)).to_uppercase();
        variant(language, &sku, &[(option, value)], price, Stock::Left(9))
    };
    let card = ProductCard {
        product: product.parse().unwrap(),
        title: title.to_owned(),
        description: String::new(),
        image: None,
        facts: Vec::new(),
        variants: values.iter().map(row).collect(),
    };
    vec![
        said("?"),
        called("search_catalog", &json!({"query": title})),
        answered("search_catalog", vec![Evidence::Product(card)]),
        agent("Look."),
    ]
}

/// Two shirts are in the cart, and the message before showed it.
pub fn after_cart(language: Language) -> Vec<Entry> {
    let mut entries = after_shirt(language);
    entries.extend([
        said("add"),
        called("change_cart", &json!({})),
        answered("change_cart", vec![Evidence::Quote(quote(language, 2))]),
        agent("The cart."),
    ]);
    entries
}

/// What the seller makes of a message after these entries, in a few words.
pub fn understood(language: Language, before: &[Entry], text: &str) -> String {
    let mut entries = before.to_vec();
    entries.push(said(text));
    let (view, now) = view::read(&entries);
    brief(&understand(&Heard::new(&view, &now, language, shop(language).currency)))
}

fn brief(intent: &Intent) -> String {
    match intent {
        Intent::Talk(talk) => format!("{talk:?}").to_lowercase(),
        Intent::Search(wish) => {
            let price = match (wish.min, wish.max) {
                (None, None) => String::new(),
                (min, max) => format!(
                    " [{}..{}]",
                    min.map(Money::major).unwrap_or_default(),
                    max.map(Money::major).unwrap_or_default()
                ),
            };
            let option = wish.option.as_ref().map(|(_, value)| format!(" ({value})")).unwrap_or_default();
            let text = format!("{:?} {}{option}{price}", wish.why, wish.query).to_lowercase();
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        }
        Intent::Show(product) => format!("show {product}"),
        Intent::Question { product, about } => format!("{about:?} of {product}").to_lowercase(),
        Intent::Add(Wanted { product, quantity, instead, sku, .. }) => {
            let product = product.as_ref().map(ToString::to_string).unwrap_or_default();
            let sku = sku.as_ref().map(|sku| format!(" {sku}")).unwrap_or_default();
            let instead = if *instead { " instead" } else { "" };
            format!("add {quantity} {product}{sku}{instead}")
        }
        Intent::AddSeveral(lines) => {
            let product = |wanted: &Wanted| wanted.product.as_ref().map(ToString::to_string).unwrap_or_default();
            let lines: Vec<_> = lines.iter().map(|one| format!("{} {}", one.quantity, product(one))).collect();
            format!("add {}", lines.join(" + "))
        }
        Intent::Line(change) => match change.action {
            LineAction::Set(count) => format!("set {count}"),
            LineAction::Remove(None) => "remove".to_owned(),
            LineAction::Remove(Some(count)) => format!("remove {count}"),
            LineAction::Another => "another".to_owned(),
        },
        Intent::Coupon { code, sure } => format!("{} {code}", if *sure { "code" } else { "code?" }),
        Intent::Orders(number) => {
            format!("orders {}", number.map(|n| n.to_string()).unwrap_or_default()).trim().to_owned()
        }
        Intent::Others { product, refused } => {
            let refused: Vec<_> = refused.iter().map(|(_, value)| value.to_lowercase()).collect();
            format!("others of {product} than {}", refused.join(", "))
        }
        Intent::Policy(topic) => format!("policy {topic}"),
        Intent::Person(_) => "person".to_owned(),
        Intent::Deliver(details) => format!("deliver{}", if details.is_complete() { " all" } else { " part" }),
        Intent::Agree(_) => "agree".to_owned(),
        other => brief_of_several(other),
    }
}

/// What is wanted of prices and of several things, in a few words.
fn brief_of_several(intent: &Intent) -> String {
    match intent {
        Intent::Bid { price, quantity } => {
            format!("bid {} {}", price.major(), quantity.map(|count| count.to_string()).unwrap_or_default())
                .trim()
                .to_owned()
        }
        Intent::TakeOffer(quantity) => {
            format!("takeoffer {}", quantity.map(|count| count.to_string()).unwrap_or_default()).trim().to_owned()
        }
        Intent::Rest(products) => {
            let products: Vec<_> = products.iter().map(ToString::to_string).collect();
            format!("rest {}", products.join(", "))
        }
        Intent::Compare { products, by } => {
            let products: Vec<_> = products.iter().map(ToString::to_string).collect();
            let by = match by {
                Aspect::Price => "price",
                Aspect::Fact(_) => "fact",
                Aspect::Everything => "everything",
            };
            format!("compare {} by {by}", products.join(", "))
        }
        Intent::ForTeam { asked } => if *asked { "forteam asked" } else { "forteam" }.to_owned(),
        other => format!("{other:?}").to_lowercase(),
    }
}

/// Checks a table of messages in one situation and names every row that came out otherwise.
#[track_caller]
pub fn check(language: Language, before: &[Entry], rows: &[(&str, &str)]) {
    let wrong: Vec<_> = rows
        .iter()
        .map(|(text, expected)| (*text, *expected, understood(language, before, text)))
        .filter(|(_, expected, found)| expected != found)
        .collect();
    assert!(wrong.is_empty(), "(message, expected, found): {wrong:#?}");
}

/// A conversation that is played: what the shopper says goes in, and each call is answered by hand.
pub struct Play {
    pub shop: ShopFacts,
    pub entries: Vec<Entry>,
}

impl Play {
    pub fn new(language: Language) -> Self {
        Self { shop: shop(language), entries: Vec::new() }
    }

    /// The shopper says something; the seller's next step must be this call, which is answered.
    #[track_caller]
    pub fn expect_call(&mut self, tool: &str, arguments: &Value, evidence: Vec<Evidence>) {
        self.expect_call_answered(tool, arguments, (ToolStatus::Answered, "ok", evidence));
    }

    #[track_caller]
    pub fn expect_refused(&mut self, tool: &str, arguments: &Value, reason: &str) {
        self.expect_call_answered(tool, arguments, (ToolStatus::Refused, reason, Vec::new()));
    }

    #[track_caller]
    fn expect_call_answered(
        &mut self,
        tool: &str,
        expected: &Value,
        (status, text, evidence): (ToolStatus, &str, Vec<Evidence>),
    ) {
        let reply = answer(&self.shop, &self.entries);
        let [call] = reply.calls.as_slice() else { panic!("expected a call of {tool}, got {:?}", reply.text) };
        let arguments: Value = serde_json::from_str(&call.arguments).unwrap();
        assert_eq!((call.tool.as_str(), &arguments), (tool, expected));
        let result =
            ToolResult { call: call.id.clone(), tool: tool.to_owned(), status, text: text.to_owned(), evidence };
        self.entries.push(Entry::Calls { text: None, calls: reply.calls });
        self.entries.push(Entry::Results(vec![result]));
    }

    pub fn shopper(&mut self, text: &str) {
        self.entries.push(said(text));
    }

    pub fn presses(&mut self, id: &str) {
        self.entries.push(pressed(id));
    }

    /// The seller's next step must be words, and they are sent.
    #[track_caller]
    pub fn expect_words(&mut self) -> String {
        let reply = answer(&self.shop, &self.entries);
        let Some(text) = reply.text else { panic!("expected words, got {:?}", reply.calls) };
        self.entries.push(agent(&text));
        text
    }

    /// As [`Self::expect_words`], and they hold all of these.
    #[track_caller]
    pub fn expect_words_with(&mut self, parts: &[&str]) -> String {
        let text = self.expect_words();
        for part in parts {
            assert!(text.contains(part), "{part:?} is not in {text:?}");
        }
        text
    }
}
