//! The tools a model may call: one file each.
//!
//! Owns the list of tools, turning a model's arguments into typed calls, and turning answers into text for the
//! model plus evidence for the guard. Must not touch HTTP, prompts or the turn's flow.
//!
//! No argument of any tool carries an amount to be charged, an identity or a link: whose cart it is comes from the
//! conversation, what it costs from `pricing`, where to pay from the payment provider.

pub mod apply_discount;
pub mod ask_about_products;
pub mod asked;
pub mod cards;
pub mod change_cart;
pub mod create_checkout_session;
pub mod deals;
pub mod extras;
pub mod get_product;
pub mod hand_off_to_person;
pub mod labels;
pub mod negotiate_price;
pub mod order_status;
pub mod quoting;
pub mod refusal;
pub mod registry;
pub mod remove_discount;
pub mod save;
pub mod save_delivery_details;
pub mod schema;
pub mod search_catalog;
pub mod shop;
pub mod store;
pub mod view_cart;

use std::future::Future;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use crate::agent::evidence::Evidence;
use crate::agent::turn::ToolKind;
use crate::tools::asked::Asked;
use crate::tools::refusal::Refusal;
use crate::tools::shop::Shop;

/// A tool that a model may call.
pub trait Tool {
    /// The name a model calls it by.
    const NAME: &'static str;
    /// What it is for, in words for the model.
    const DESCRIPTION: &'static str;
    /// Whether it changes anything.
    const KIND: ToolKind;
    /// What it takes.
    type Arguments: DeserializeOwned + JsonSchema + Send;

    /// Does it.
    ///
    /// # Errors
    /// A refusal that the model can act on, or a failure that ends the turn.
    fn run(
        shop: &Shop,
        asked: &Asked<'_>,
        arguments: Self::Arguments,
    ) -> impl Future<Output = Result<Answer, ToolError>> + Send;
}

/// What a tool answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Text for the model.
    pub text: String,
    /// What replies may rest on.
    pub evidence: Vec<Evidence>,
}

/// Why a tool did not answer.
#[derive(Debug, thiserror::Error)]
pub enum ToolError {
    /// A rule says no; the model is told which.
    #[error("refused: {}", .0.reason.word())]
    Refused(Refusal),
    /// Something of ours does not work: the turn ends and is tried again.
    #[error("the tool could not do its work")]
    Failed(#[source] anyhow::Error),
}

impl From<Refusal> for ToolError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Anything a store says other than what the caller matched is a failure.
pub(in crate::tools) fn failed(error: impl Into<anyhow::Error>) -> ToolError {
    ToolError::Failed(error.into())
}
