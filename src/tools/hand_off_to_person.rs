//! `hand_off_to_person`: calls a person of the shop.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::agent::evidence::Evidence;
use crate::agent::turn::ToolKind;
use crate::base::cards::mask_cards;
use crate::tools::asked::Asked;
use crate::tools::shop::Shop;
use crate::tools::{Answer, Tool, ToolError};

/// The longest reason kept, in characters.
const REASON_MAX: usize = 200;

/// The tool.
pub struct HandOffToPerson;

/// What it takes.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Arguments {
    /// Why, in a few words for the shop's staff.
    pub reason: String,
}

impl Tool for HandOffToPerson {
    const NAME: &'static str = "hand_off_to_person";
    const DESCRIPTION: &'static str = include_str!("../../prompts/tools/hand_off_to_person.md");
    const KIND: ToolKind = ToolKind::Changes;
    type Arguments = Arguments;

    /// The person is called when the turn settles, by the evidence of this answer: one commit for both.
    async fn run(_: &Shop, _: &Asked<'_>, arguments: Arguments) -> Result<Answer, ToolError> {
        let reason: String = mask_cards(&arguments.reason).chars().take(REASON_MAX).collect();
        Ok(Answer {
            text: "A person of the shop has been called and will answer in this chat. Tell the shopper so."
                .to_owned(),
            evidence: vec![Evidence::HandOff { reason }],
        })
    }
}
