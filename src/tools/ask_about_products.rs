//! `ask_about_products`: what products state about one thing, each with where it stands, or that nothing is stated.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::agent::evidence::Evidence;
use crate::agent::turn::ToolKind;
use crate::base::names::Handle;
use crate::catalog::product::Product;
use crate::catalog::statements::{Source, Statement, statements};
use crate::tools::asked::Asked;
use crate::tools::cards::Detail;
use crate::tools::labels::Labels;
use crate::tools::refusal::{Reason, Refusal};
use crate::tools::shop::Shop;
use crate::tools::{Answer, Tool, ToolError, failed};

/// The most products of one question.
const PRODUCTS_MAX: usize = 6;

/// The tool.
pub struct AskAboutProducts;

/// What it takes.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Arguments {
    /// The products' names as search results give them in brackets, at most six.
    pub products: Vec<String>,
    /// What to look for, in a few words of the catalog's language, such as: lavavajillas.
    pub about: String,
}

impl Tool for AskAboutProducts {
    const NAME: &'static str = "ask_about_products";
    const DESCRIPTION: &'static str = include_str!("../../prompts/tools/ask_about_products.md");
    const KIND: ToolKind = ToolKind::Reads;
    type Arguments = Arguments;

    async fn run(shop: &Shop, asked: &Asked<'_>, arguments: Arguments) -> Result<Answer, ToolError> {
        if !(1..=PRODUCTS_MAX).contains(&arguments.products.len()) {
            return Err(Refusal::new(Reason::BadArguments, "Ask about one to six products at a time.").into());
        }
        if !arguments.about.chars().any(char::is_alphanumeric) {
            return Err(Refusal::new(Reason::BadArguments, "Say in `about` what to look for.").into());
        }
        let (mut lines, mut evidence) = (Vec::new(), Vec::new());
        let labels = Labels::of(shop, asked.conversation, asked.now).await?;
        let handles = handles(&arguments.products)?;
        let products = shop.catalog().by_handles(&handles).await.map_err(failed)?;
        for handle in handles {
            let found = products.iter().find(|product| product.handle == handle);
            let found = found.ok_or_else(|| unknown(handle.as_str()))?;
            lines.push(stated(found, &arguments.about));
            evidence.push(Evidence::Product(labels.card(shop, found, &found.variants, Detail::Full)?));
        }
        Ok(Answer { text: lines.join("\n"), evidence })
    }
}

fn handles(products: &[String]) -> Result<Vec<Handle>, Refusal> {
    products.iter().map(|product| Handle::new(product).map_err(|_| unknown(product))).collect()
}

fn unknown(product: &str) -> Refusal {
    Refusal::new(Reason::NoSuchProduct, format!("There is no product {product:?}. Search for it first."))
}

fn stated(product: &Product, about: &str) -> String {
    let head = format!("{} [product {}]", product.title, product.handle);
    let found = statements(product, about);
    if found.is_empty() {
        return format!("{head}: not stated");
    }
    std::iter::once(head).chain(found.iter().map(line)).collect::<Vec<_>>().join("\n")
}

fn line(statement: &Statement) -> String {
    // One line, whatever the text holds: what follows a line break could pass for another product's statement.
    let text = statement.text.split_whitespace().collect::<Vec<_>>().join(" ");
    match &statement.source {
        Source::Fact(name) => format!("  - fact {name}: {text}"),
        Source::Option(name) => format!("  - comes in {name}: {text}"),
        Source::Title => format!("  - its name: {text}"),
        Source::Description => format!("  - its description: {text}"),
    }
}
