//! A shop whose tools answer by themselves, so that whole conversations can be played by what the shopper writes.

use serde_json::Value;

use crate::agent::entry::{Entry, ToolResult, ToolStatus};
use crate::agent::evidence::{
    Evidence, OfferCard, OfferStands, OrderCard, ProductCard, QuoteCard, QuoteLineCard, VariantCard,
};
use crate::base::fingerprint::Fingerprint;
use crate::base::language::Language;
use crate::base::money::Money;
use crate::llm::guided::lexicon::title_words;
use crate::llm::guided::refer::told_words;
use crate::llm::guided::tests::shop::{agent, catalog, checkout, delivery, quote, said, shop};
use crate::llm::guided::text::same_thing;
use crate::llm::guided::{ShopFacts, answer, burst};

/// A shop, what it sells, and what happened in it so far.
pub struct Clerk {
    pub shop: ShopFacts,
    pub catalog: Vec<ProductCard>,
    pub cart: Vec<(String, u32)>,
    pub entries: Vec<Entry>,
    pub orders: Vec<OrderCard>,
    /// The tools that were asked since the shopper wrote last.
    pub asked: Vec<String>,
}

impl Clerk {
    pub fn new(language: Language) -> Self {
        Self {
            shop: shop(language),
            catalog: catalog(language),
            cart: Vec::new(),
            entries: Vec::new(),
            orders: Vec::new(),
            asked: Vec::new(),
        }
    }

    /// A clerk who has this to sell as well.
    pub fn with(mut self, card: ProductCard) -> Self {
        self.catalog.push(card);
        self
    }

    /// A person of the shop writes.
    pub fn person(&mut self, text: &str) {
        self.entries.push(Entry::Person { name: "Vera".to_owned(), text: text.to_owned() });
    }

    /// These are in the cart, and the shopper has just looked at it.
    #[track_caller]
    pub fn has_shown_cart(&mut self, lines: &[(&str, u32)]) {
        self.cart = lines.iter().map(|(sku, quantity)| ((*sku).to_owned(), *quantity)).collect();
        self.hears(&[match self.shop.language {
            Language::En => "my cart",
            Language::Es => "mi carrito",
            Language::Pt => "meu carrinho",
        }]);
    }

    /// The shopper writes these messages in a row, and is answered.
    #[track_caller]
    pub fn hears(&mut self, messages: &[&str]) -> String {
        self.entries.extend(messages.iter().map(|text| said(text)));
        self.asked.clear();
        for _ in 0..=burst::ASKED_IN_ALL_MAX {
            let reply = answer(&self.shop, &self.entries);
            let [call] = reply.calls.as_slice() else {
                let text = reply.text.unwrap();
                self.entries.push(agent(&text));
                return text;
            };
            self.asked.push(call.tool.clone());
            let arguments: Value = serde_json::from_str(&call.arguments).unwrap();
            let (status, text, evidence) = self.run(&call.tool, &arguments);
            let (call, tool) = (call.id.clone(), call.tool.clone());
            self.entries.push(Entry::Calls { text: None, calls: reply.calls });
            self.entries.push(Entry::Results(vec![ToolResult { call, tool, status, text, evidence }]));
        }
        panic!("the turn does not end: {messages:?}");
    }

    fn run(&mut self, tool: &str, arguments: &Value) -> (ToolStatus, String, Vec<Evidence>) {
        let answered = |evidence| (ToolStatus::Answered, String::new(), evidence);
        let refused = |reason: &str| (ToolStatus::Refused, format!("reason:{reason}\nNo."), Vec::new());
        match tool {
            "search_catalog" => answered(self.search(arguments)),
            "get_product" => {
                let named = self.catalog.iter().find(|card| card.product.as_str() == arguments["product"]);
                named.map_or_else(
                    || refused("no_such_product"),
                    |card| answered(vec![Evidence::Product(card.clone())]),
                )
            }
            "view_cart" => answered(vec![self.quoted()]),
            "change_cart" => match self.change(arguments) {
                Ok(()) => answered(vec![self.quoted()]),
                Err(reason) => refused(reason),
            },
            "negotiate_price" => answered(vec![self.negotiate(arguments)]),
            "apply_discount" => refused("unknown_code"),
            "create_checkout_session" => answered(vec![Evidence::Checkout(checkout(self.shop.language))]),
            "order_status" if self.orders.is_empty() => answered(vec![Evidence::NoOrders]),
            "order_status" => answered(self.orders.iter().cloned().map(Evidence::Order).collect()),
            "save_delivery_details" => answered(vec![Evidence::Delivery(delivery())]),
            "hand_off_to_person" => answered(vec![Evidence::HandOff { reason: String::new() }]),
            other => panic!("no such tool: {other}"),
        }
    }

    /// What has a word of the query, most words first.
    fn search(&self, arguments: &Value) -> Vec<Evidence> {
        let query = title_words(arguments["query"].as_str().unwrap());
        let bound = |name: &str| {
            arguments[name].as_str().map(|text| Money::parse_major(text, self.shop.currency).unwrap().minor())
        };
        let (least, most) = (bound("price_min").unwrap_or(0), bound("price_max").unwrap_or(i64::MAX));
        let score = |card: &ProductCard| {
            let options = card.variants.iter().flat_map(|variant| &variant.options);
            let values: Vec<_> = options.flat_map(|option| title_words(&option.value)).collect();
            let told = told_words(card);
            query.iter().filter(|word| told.iter().chain(&values).any(|own| same_thing(own, word))).count()
        };
        // Of what a search finds only the variants at such a price are told.
        let narrowed = |card: &ProductCard| {
            let mut card = card.clone();
            card.variants.retain(|variant| (least..=most).contains(&variant.price.minor()));
            (!card.variants.is_empty()).then_some(card)
        };
        let fits = |card: &&ProductCard| query.is_empty() || score(card) > 0;
        let mut found: Vec<_> = self.catalog.iter().filter(fits).filter_map(narrowed).collect();
        found.sort_by_key(|card| std::cmp::Reverse(score(card)));
        found.into_iter().map(Evidence::Product).collect()
    }

    fn variant(&self, sku: &str) -> Option<(&ProductCard, &VariantCard)> {
        let mut all = self.catalog.iter().flat_map(|card| card.variants.iter().map(move |variant| (card, variant)));
        all.find(|(_, variant)| variant.sku.as_str() == sku)
    }

    fn change(&mut self, arguments: &Value) -> Result<(), &'static str> {
        for change in arguments["changes"].as_array().unwrap() {
            let sku = change["sku"].as_str().unwrap().to_owned();
            let quantity = u32::try_from(change["quantity"].as_u64().unwrap()).unwrap();
            let in_cart = self.cart.iter().find(|(known, _)| *known == sku).map_or(0, |(_, count)| *count);
            let wanted = match change["action"].as_str().unwrap() {
                "add" => in_cart + quantity,
                "set" => quantity,
                _ => 0,
            };
            let (_, variant) = self.variant(&sku).ok_or("no_such_variant")?;
            if wanted > 0 && !variant.stock.covers(wanted) {
                return Err("out_of_stock");
            }
            self.cart.retain(|(known, _)| *known != sku);
            self.cart.extend((wanted > 0).then_some((sku, wanted)));
        }
        Ok(())
    }

    fn quoted(&self) -> Evidence {
        let lines: Vec<QuoteLineCard> = self
            .cart
            .iter()
            .map(|(sku, quantity)| {
                let (card, variant) = self.variant(sku).unwrap();
                let options = variant.options_text();
                let title =
                    if options.is_empty() { card.title.clone() } else { format!("{}, {options}", card.title) };
                QuoteLineCard {
                    sku: variant.sku.clone(),
                    product: card.product.clone(),
                    title,
                    quantity: *quantity,
                    unit: variant.price,
                    amount: variant.price.times(*quantity).unwrap(),
                }
            })
            .collect();
        let minor = lines.iter().map(|line| line.amount.minor()).sum();
        let total = Money::new(minor, self.shop.currency);
        let fingerprint = Fingerprint::of(format!("{:?}", self.cart).as_bytes());
        if lines.is_empty() {
            return Evidence::EmptyCart;
        }
        Evidence::Quote(QuoteCard { lines, subtotal: total, total, fingerprint, ..quote(self.shop.language, 1) })
    }

    /// A tenth less is what this shop offers; that is taken, or named again.
    fn negotiate(&self, arguments: &Value) -> Evidence {
        let (card, variant) = self.variant(arguments["sku"].as_str().unwrap()).unwrap();
        let quantity = u32::try_from(arguments["quantity"].as_u64().unwrap()).unwrap();
        let unit = Money::new(variant.price.minor() / 10 * 9, self.shop.currency);
        let agreed = arguments["says"] == "accepts";
        Evidence::Offer(OfferCard {
            sku: variant.sku.clone(),
            title: card.title.clone(),
            quantity,
            list: variant.price,
            unit,
            amount: unit.times(quantity).unwrap(),
            extra: None,
            stands: if agreed { OfferStands::Agreed } else { OfferStands::Open },
            until: chrono::DateTime::from_timestamp(1_800_003_600, 0).unwrap(),
        })
    }

    /// What is in the cart, in short.
    pub fn cart(&self) -> Vec<String> {
        self.cart.iter().map(|(sku, quantity)| format!("{quantity} {sku}")).collect()
    }
}
