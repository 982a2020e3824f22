//! Finding products: what a shopper would be shown, for the shop's own systems.

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderName, HeaderValue, header};
use serde::Serialize;

use crate::base::money::Money;
use crate::catalog::facets::FacetName;
use crate::catalog::product::{Named, Variant};
use crate::catalog::search::{Hit, Reason};
use crate::web::api::ApiState;
use crate::web::api::caller::Known;
use crate::web::api::problem::Problem;
use crate::web::search::parameters::Parameters;
use crate::web::search::{NotSearched, SearchDesk, Searched};

/// What was found.
#[derive(Debug, Serialize)]
pub struct Answer {
    /// How many products answer, as far as was looked.
    total: usize,
    /// Whether there may be more than these.
    at_least: bool,
    currency: String,
    products: Vec<Product>,
    /// By what the products differ, the best question first.
    narrow: Vec<Narrow>,
    /// The cursor of the next page.
    next: Option<String>,
}

#[derive(Debug, Serialize)]
struct Product {
    handle: String,
    title: String,
    brand: String,
    category: String,
    tags: Vec<String>,
    language: &'static str,
    images: Vec<String>,
    /// Those that the words and filters mean.
    variants: Vec<Sold>,
    variants_in_all: usize,
    found_by: Vec<FoundBy>,
}

#[derive(Debug, Serialize)]
struct Sold {
    sku: String,
    options: Vec<Named>,
    price: String,
    compare_at: Option<String>,
    /// What is left once what open checkouts hold is taken off; nothing where it is not counted.
    available: Option<u32>,
    in_stock: bool,
    image: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "by", rename_all = "snake_case")]
enum FoundBy {
    Word {
        word: String,
        part: &'static str,
        /// Whether it stands there otherwise: a likely slip, or a synonym.
        otherwise: bool,
    },
    Meaning,
    Pinned,
}

#[derive(Debug, Serialize)]
struct Narrow {
    /// The parameter that narrows by it.
    by: &'static str,
    /// The option's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    values: Vec<Value>,
}

#[derive(Debug, Serialize)]
struct Value {
    value: String,
    products: usize,
}

pub async fn search(
    State(state): State<ApiState>,
    Known(caller): Known,
    RawQuery(query): RawQuery,
) -> Result<([(HeaderName, HeaderValue); 1], Json<Answer>), Problem> {
    let searched = state.search.search(&caller.scope, &Parameters::of(query.as_deref())).await?;
    let headers = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((headers, Json(answer(&state.search, searched))))
}

fn answer(desk: &SearchDesk, Searched { found, shop, .. }: Searched) -> Answer {
    let picture = |named: &String| desk.picture(&shop, named);
    Answer {
        total: found.total,
        at_least: found.is_cut,
        currency: shop.currency.code().to_owned(),
        products: found.hits.into_iter().map(|hit| product(hit, &picture)).collect(),
        narrow: found
            .facets
            .into_iter()
            .map(|facet| {
                let (by, name) = match facet.name {
                    FacetName::Option(name) => ("option", Some(name)),
                    FacetName::Brand => ("brand", None),
                    FacetName::Category => ("category", None),
                };
                let values = facet.values.into_iter().map(|(value, products)| Value { value, products });
                Narrow { by, name, values: values.collect() }
            })
            .collect(),
        next: found.next.map(|cursor| cursor.to_string()),
    }
}

fn product(hit: Hit, picture: &impl Fn(&String) -> String) -> Product {
    let variants = hit.variants().map(|variant| sold(variant, picture)).collect();
    let product = hit.product;
    Product {
        variants,
        variants_in_all: product.variants.len(),
        images: product.images.iter().map(picture).collect(),
        found_by: hit.reasons.into_iter().map(found_by).collect(),
        handle: product.handle.to_string(),
        title: product.title,
        brand: product.brand,
        category: product.category,
        tags: product.tags,
        language: product.language.code(),
    }
}

fn sold(variant: &Variant, picture: &impl Fn(&String) -> String) -> Sold {
    Sold {
        sku: variant.sku.to_string(),
        options: variant.options.clone(),
        price: variant.offer.price.major(),
        compare_at: variant.offer.compare_at.map(Money::major),
        available: variant.offer.available,
        in_stock: variant.offer.in_stock(),
        image: variant.image.as_ref().map(picture),
    }
}

fn found_by(reason: Reason) -> FoundBy {
    match reason {
        Reason::Word { word, part, otherwise } => FoundBy::Word { word, part: part.name(), otherwise },
        Reason::Meaning => FoundBy::Meaning,
        Reason::Pinned => FoundBy::Pinned,
    }
}

impl From<NotSearched> for Problem {
    fn from(error: NotSearched) -> Self {
        match error {
            NotSearched::Asked(wrong) => Self::bad_request("bad-parameter", "Not a search", wrong.to_string()),
            NotSearched::Ours(cause) => Self::ours(&cause),
        }
    }
}
