//! `search_catalog`: products that fit what the shopper asked for.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::agent::evidence::{Evidence, ProductCard, Stock, VariantCard};
use crate::agent::turn::ToolKind;
use crate::base::language::{Language, Locale};
use crate::base::money::Money;
use crate::catalog::cursor::Cursor;
use crate::catalog::facets::{Facet, FacetName};
use crate::catalog::fold;
use crate::catalog::product::Variant;
use crate::catalog::search::{Found, Part, Query, Reason as Because, Sort};
use crate::tools::asked::Asked;
use crate::tools::cards::Detail;
use crate::tools::labels::Labels;
use crate::tools::refusal::{Reason, Refusal};
use crate::tools::shop::Shop;
use crate::tools::{Answer, Tool, ToolError, failed};

/// The most products of one answer: as many as fit a list message with room to spare.
const PRODUCTS_MAX: usize = 6;

/// The tool.
pub struct SearchCatalog;

/// What it takes.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Arguments {
    /// What to look for, in the catalog's language: the thing and its qualities, no prices.
    pub query: String,
    /// Only things that cost at least this much: a plain decimal such as 199.50, or null.
    pub price_min: Option<String>,
    /// Only things that cost at most this much: a plain decimal such as 500, or null.
    pub price_max: Option<String>,
    /// Only variants with these option values, such as Color: Azul. Empty for any.
    #[serde(default)]
    pub options: Vec<OptionWanted>,
    /// Only this category, by its exact name, or null.
    pub category: Option<String>,
    /// Only this brand, by its exact name, or null.
    #[serde(default)]
    pub brand: Option<String>,
    /// Only what has all of these tags of the shop. Empty for any.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Only what can be bought now.
    #[serde(default)]
    pub in_stock_only: bool,
    /// Which comes first: `price_asc` for the cheapest, `price_desc` for the dearest, or null for what fits best.
    #[serde(default)]
    pub sort: Option<String>,
    /// To see more of the same search: the cursor that its last answer ended with. Else null.
    pub cursor: Option<String>,
}

/// An option value.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct OptionWanted {
    /// The option, such as Color or Talla.
    pub name: String,
    /// The value, such as Azul or M.
    pub value: String,
}

impl Tool for SearchCatalog {
    const NAME: &'static str = "search_catalog";
    const DESCRIPTION: &'static str = include_str!("../../prompts/tools/search_catalog.md");
    const KIND: ToolKind = ToolKind::Reads;
    type Arguments = Arguments;

    async fn run(shop: &Shop, asked: &Asked<'_>, arguments: Arguments) -> Result<Answer, ToolError> {
        let cursor = arguments.cursor.filter(|cursor| !cursor.trim().is_empty());
        let (language, other_language) = languages(&arguments.query, asked, shop);
        let mut query = Query {
            text: arguments.query,
            language,
            other_language: Some(other_language),
            price_min: amount(shop, arguments.price_min.as_deref())?,
            price_max: amount(shop, arguments.price_max.as_deref())?,
            options: arguments.options.into_iter().map(|option| (option.name, option.value)).collect(),
            category: arguments.category,
            brand: arguments.brand,
            tags: arguments.tags,
            in_stock_only: arguments.in_stock_only,
            sort: sort(arguments.sort.as_deref())?,
            limit: PRODUCTS_MAX,
            offset: 0,
        };
        if let Some(cursor) = cursor {
            let offset = cursor.parse::<Cursor>().and_then(|cursor| cursor.offset_in(&query));
            query.offset = offset.map_err(|error| Refusal::new(Reason::BadArguments, error.to_string()))?;
        }
        let rules = &shop.rules.merchandising;
        let found = shop.finder.search(&shop.scope, rules, &query).await.map_err(failed)?;
        let labels = Labels::of(shop, asked.conversation, asked.now).await?;
        let (mut lines, mut evidence) = (Vec::new(), Vec::new());
        for hit in &found.hits {
            let variants: Vec<Variant> = hit.variants().cloned().collect();
            let card = labels.card(shop, &hit.product, &variants, Detail::Short)?;
            lines.push(describe(&card, asked.locale));
            lines.extend(why(&hit.reasons));
            evidence.push(Evidence::Product(card));
        }
        if lines.is_empty() {
            lines.push(
                "Nothing in the catalog fits. Try other words or fewer filters, or say so honestly.".to_owned(),
            );
        } else {
            lines.extend(more(&found));
        }
        Ok(Answer { text: lines.join("\n"), evidence })
    }
}

/// The language a query is most likely in, and the other one. A model is told to write it in the shop's; the guided
/// seller passes on what the shopper wrote.
fn languages(query: &str, asked: &Asked<'_>, shop: &Shop) -> (Language, Language) {
    let (shoppers, shops) = (asked.locale.language(), shop.locale.language());
    let heard: Vec<String> = asked.heard.iter().flat_map(|said| fold::words(said)).collect();
    let is_passed_on = fold::words(query).iter().all(|word| heard.contains(word));
    if is_passed_on { (shoppers, shops) } else { (shops, shoppers) }
}

/// Where the words of a search stand, unless all of them stand in the title for all to see.
fn why(reasons: &[Because]) -> Option<String> {
    let said = reasons.iter().filter_map(|reason| match reason {
        Because::Word { part: Part::Title, otherwise: false, .. } => None,
        Because::Word { word, part, otherwise } => {
            let part = match part {
                Part::Title => "its title",
                Part::Labels => "its options, tags, brand or category",
                Part::Facts => "its facts",
                Part::Description => "its description",
            };
            let word = if *otherwise { format!("a word like or for \"{word}\"") } else { format!("\"{word}\"") };
            Some(format!("{word} in {part}"))
        }
        Because::Meaning => Some("near in meaning".to_owned()),
        Because::Pinned => Some("what the shop shows first".to_owned()),
    });
    let said = said.collect::<Vec<_>>().join("; ");
    (!said.is_empty()).then(|| format!("  found by: {said}"))
}

/// What there is beyond the page, and how to get at it.
fn more(found: &Found) -> Option<String> {
    let cursor = found.next.as_ref()?;
    let most = if found.is_cut { "at least " } else { "" };
    let mut text =
        format!("{most}{} products fit in all. More: the same search with cursor {cursor}.", found.total);
    let ask = |facet: &Facet| {
        let name = match &facet.name {
            FacetName::Option(name) => name.as_str(),
            FacetName::Brand => "brand",
            FacetName::Category => "category",
        };
        let values = facet.values.iter().map(|(value, products)| format!("{value} ({products})"));
        format!("{name}: {}", values.collect::<Vec<_>>().join(", "))
    };
    if !found.facets.is_empty() {
        let facets = found.facets.iter().map(ask).collect::<Vec<_>>().join("; ");
        let among = if found.is_cut { format!(" (counted among the best {})", found.total) } else { String::new() };
        text = format!("{text} To narrow{among}, the best question first: {facets}.");
    }
    Some(text)
}

fn sort(text: Option<&str>) -> Result<Sort, Refusal> {
    match text.map(str::trim).unwrap_or_default() {
        "" => Ok(Sort::Best),
        "price_asc" => Ok(Sort::PriceUp),
        "price_desc" => Ok(Sort::PriceDown),
        _ => Err(Refusal::new(Reason::BadArguments, "`sort` is price_asc, price_desc or null.")),
    }
}

fn amount(shop: &Shop, text: Option<&str>) -> Result<Option<Money>, Refusal> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    Money::parse_major(text, shop.currency)
        .map(Some)
        .map_err(|error| Refusal::new(Reason::BadArguments, error.to_string()))
}

/// One product as a model reads it: name, prices and what there is of it.
#[must_use]
pub fn describe(card: &ProductCard, locale: Locale) -> String {
    let about = if card.description.is_empty() { String::new() } else { format!(": {}", card.description) };
    let variants = card.variants.iter().map(|variant| variant_line(variant, locale));
    let head = format!("{} [product {}]{about}", card.title, card.product);
    std::iter::once(head).chain(variants).collect::<Vec<_>>().join("\n")
}

fn variant_line(variant: &VariantCard, locale: Locale) -> String {
    let options = variant.options_text();
    let options = if options.is_empty() { options } else { format!("{options}, ") };
    let was = variant.compare_at.map(|was| format!(" (was {})", was.display(locale))).unwrap_or_default();
    let price = variant.price.display(locale);
    format!("  - {options}SKU {}: {price}{was}, {}", variant.sku, stock_words(variant.stock))
}

fn stock_words(stock: Stock) -> String {
    match stock {
        Stock::Left(left) => format!("{left} left"),
        Stock::Available => "available".to_owned(),
        Stock::Out => "sold out".to_owned(),
    }
}
