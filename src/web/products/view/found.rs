//! The list of what was found.

use askama::Template;

use crate::base::language::Locale;
use crate::catalog::facets::{Facet, FacetName};
use crate::catalog::product::Product;
use crate::catalog::search::{Hit, Part, Query, Reason};
use crate::merchants::staff::Role;
use crate::web::inbox::session::SignedIn;
use crate::web::page::Frame;
use crate::web::products::HOME;
use crate::web::products::view::ASSETS;
use crate::web::products::view::offer::{StockShown, price, stock};
use crate::web::search::parameters::{BadParameter, Parameters, read_option, write_option};
use crate::web::search::{SearchDesk, Searched};
use crate::web::words::{counted, sentence_case};

#[derive(Template)]
#[template(path = "products/found.html")]
pub struct FoundPage {
    frame: Frame,
    is_owner: bool,
    text: String,
    in_stock: bool,
    sorts: [Sorted; 3],
    /// What the form keeps beside its own fields.
    kept: Vec<(String, String)>,
    /// What narrows the search, and where it goes on without that.
    chosen: Vec<(String, String)>,
    problem: Option<String>,
    says: String,
    cards: Vec<Card>,
    narrow: Vec<Narrow>,
    next: Option<String>,
    first: Option<String>,
}

struct Sorted {
    value: &'static str,
    name: &'static str,
    is_chosen: bool,
}

/// A product of the list.
struct Card {
    address: String,
    title: String,
    about: String,
    picture: Option<String>,
    price: String,
    stock: StockShown,
    variants: String,
    why: String,
}

/// By what the list can be narrowed.
struct Narrow {
    name: String,
    /// The value, how many have it, and where the list is narrowed by it.
    values: Vec<(String, usize, String)>,
}

impl FoundPage {
    pub fn of(signed: &SignedIn, asked: &Parameters, searched: Searched, desk: &SearchDesk) -> Self {
        let Searched { query, found, shop } = searched;
        let is_first = asked.get("cursor").is_none();
        let says = said(&query, (found.total, found.is_cut));
        let picture = |named: &str| desk.picture(&shop, named);
        Self {
            says: if found.hits.is_empty() { nothing(&query) } else { says },
            cards: found.hits.iter().map(|hit| card(hit, asked, signed.shop.locale, picture)).collect(),
            narrow: found.facets.iter().map(|facet| narrow(facet, asked)).collect(),
            next: found.next.map(|cursor| asked.with("cursor", &cursor.to_string()).address(HOME)),
            first: (!is_first).then(|| asked.without("cursor", "").address(HOME)),
            ..Self::empty(signed, asked)
        }
    }

    /// The page of a search that makes no sense.
    pub fn refused(signed: &SignedIn, asked: &Parameters, wrong: &BadParameter) -> Self {
        Self { problem: Some(wrong.to_string()), ..Self::empty(signed, asked) }
    }

    fn empty(signed: &SignedIn, asked: &Parameters) -> Self {
        let is_in_form = |name: &str| ["q", "in_stock", "sort", "cursor"].contains(&name);
        let kept = asked.pairs().filter(|(name, _)| !is_in_form(name));
        let sort = asked.get("sort").unwrap_or("best");
        let sorted = |value, name| Sorted { value, name, is_chosen: sort == value };
        Self {
            frame: Frame::of(signed, &ASSETS),
            is_owner: signed.staff.role == Role::Owner,
            text: asked.get("q").unwrap_or_default().to_owned(),
            in_stock: asked.get("in_stock") == Some("true"),
            sorts: [
                sorted("best", "Best match"),
                sorted("price_asc", "Cheapest first"),
                sorted("price_desc", "Dearest first"),
            ],
            chosen: kept.clone().map(|(name, value)| chosen(asked, name, value)).collect(),
            kept: kept.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            problem: None,
            says: String::new(),
            cards: Vec::new(),
            narrow: Vec::new(),
            next: None,
            first: None,
        }
    }
}

/// What narrows the search, in words, and the search without it.
fn chosen(asked: &Parameters, name: &str, value: &str) -> (String, String) {
    let says = match (name, read_option(value)) {
        ("option", Some((option, value))) => format!("{}: {}", option.trim(), value.trim()),
        ("price_min", _) => format!("From {value}"),
        ("price_max", _) => format!("Up to {value}"),
        _ => format!("{}: {value}", sentence_case(name)),
    };
    (says, asked.without(name, value).address(HOME))
}

fn said(query: &Query, (total, is_cut): (usize, bool)) -> String {
    let total = i64::try_from(total).unwrap_or(i64::MAX);
    let least = if is_cut { "At least " } else { "" };
    let what = if query.text.is_empty() { "on sale" } else { "found" };
    let shown = if query.offset > 0 { format!(", from number {} on", query.offset + 1) } else { String::new() };
    format!("{least}{} {what}{shown}", counted(total, "product"))
}

fn nothing(query: &Query) -> String {
    match (query.text.is_empty(), query.has_filters()) {
        (true, false) => "Nothing is on sale yet.".to_owned(),
        (true, true) => "Nothing on sale is like that.".to_owned(),
        (false, true) => "Nothing on sale answers these words and filters. Try without a filter.".to_owned(),
        (false, false) => "Nothing on sale answers these words.".to_owned(),
    }
}

fn card(hit: &Hit, asked: &Parameters, locale: Locale, picture: impl Fn(&str) -> String) -> Card {
    let Hit { product, reasons, .. } = hit;
    let own = hit.variants().find_map(|variant| variant.image.as_deref());
    let named = own.or(product.images.first().map(String::as_str));
    Card {
        address: asked.address(&format!("{HOME}/{}", in_a_path(product.handle.as_str()))),
        title: product.title.clone(),
        about: about(product),
        picture: named.map(picture),
        price: price(hit.variants(), locale),
        stock: stock(hit.variants()),
        variants: variants(hit),
        why: reasons.iter().filter_map(why).collect::<Vec<_>>().join(" · "),
    }
}

/// `Sol · Cocina › Tazas`.
pub fn about(product: &Product) -> String {
    let category = product.category.replace(" > ", " › ");
    [product.brand.as_str(), &category].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// Which variants are meant, where that is not all of them.
fn variants(hit: &Hit) -> String {
    let (meant, all) = (hit.matching.len(), hit.product.variants.len());
    match hit.variants().next() {
        Some(only) if meant == 1 && all > 1 => only.options_text(),
        _ if meant < all => format!("{meant} of {all} variants"),
        _ if all > 1 => format!("{all} variants"),
        _ => String::new(),
    }
}

/// Where a word of the search stands, unless all can see it in the title.
fn why(reason: &Reason) -> Option<String> {
    match reason {
        Reason::Word { part: Part::Title, otherwise: false, .. } => None,
        Reason::Word { word, part, otherwise } => {
            let like = if *otherwise { "like " } else { "" };
            Some(format!("{like}“{word}” in the {}", part.name()))
        }
        Reason::Meaning => Some("near in meaning".to_owned()),
        Reason::Pinned => Some("shown first by the shop".to_owned()),
    }
}

fn narrow(facet: &Facet, asked: &Parameters) -> Narrow {
    let (name, parameter) = match &facet.name {
        FacetName::Option(name) => (name.clone(), "option"),
        FacetName::Brand => ("Brand".to_owned(), "brand"),
        FacetName::Category => ("Category".to_owned(), "category"),
    };
    let said = |value: &str| match &facet.name {
        FacetName::Option(name) => write_option(name, value),
        FacetName::Brand | FacetName::Category => value.to_owned(),
    };
    let link = |value: &str| asked.with(parameter, &said(value)).address(HOME);
    let values = facet.values.iter().map(|(value, products)| (value.clone(), *products, link(value)));
    Narrow { name, values: values.collect() }
}

/// A text as one part of a path: handles may have any sign.
fn in_a_path(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}
