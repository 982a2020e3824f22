//! `apply_discount`: tries a code the shopper gave.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::agent::evidence::Evidence;
use crate::agent::turn::ToolKind;
use crate::base::names::CouponCode;
use crate::pricing::coupon::{Refusal as Refused, Tried};
use crate::tools::asked::Asked;
use crate::tools::quoting::Quoted;
use crate::tools::refusal::{Reason, Refusal};
use crate::tools::shop::Shop;
use crate::tools::{Answer, Tool, ToolError, cards, failed, quoting, save};

/// The tool.
pub struct ApplyDiscount;

/// What it takes.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Arguments {
    /// The code exactly as the shopper wrote it.
    pub code: String,
}

impl Tool for ApplyDiscount {
    const NAME: &'static str = "apply_discount";
    const DESCRIPTION: &'static str = include_str!("../../prompts/tools/apply_discount.md");
    const KIND: ToolKind = ToolKind::Changes;
    type Arguments = Arguments;

    async fn run(shop: &Shop, asked: &Asked<'_>, arguments: Arguments) -> Result<Answer, ToolError> {
        let unknown = || Refusal::new(Reason::UnknownCode, "The shop has no such code.");
        let code = CouponCode::new(&arguments.code).map_err(|_| unknown())?;
        let mut cart = shop.carts.open(asked.conversation).await.map_err(failed)?;
        // A newer code takes the place of an older one, so that the shopper can choose between two.
        for old in cart.codes().to_vec() {
            cart.remove_code(&old);
        }
        cart.add_code(code.clone()).map_err(failed)?;
        let Some(quoted) = quoting::quote_of(shop, asked, &cart).await? else {
            return Err(Refusal::new(Reason::EmptyCart, "The cart is empty; a code needs something in it.").into());
        };
        let coupon = known(&code, &quoted);
        if let Some(refusal) = refusal_of(&code, &quoted) {
            return Err(refusal.with(coupon.into_iter().collect()).into());
        }
        let shown = quoting::shown(shop, asked, &cart, &quoted).await?;
        let answer = Answer { evidence: shown.evidence(coupon), text: shown.text };
        save::changed_cart(shop, asked, Self::NAME, (&cart, Some(&quoted)), answer).await
    }
}

/// The coupon's card, if the shop has it.
fn known(code: &CouponCode, quoted: &Quoted) -> Option<Evidence> {
    quoted.codes.iter().find_map(|tried| match tried {
        Tried::Known { coupon, .. } if coupon.code == *code => Some(Evidence::Coupon(cards::coupon(coupon))),
        Tried::Known { .. } | Tried::Unknown(_) => None,
    })
}

fn refusal_of(code: &CouponCode, quoted: &Quoted) -> Option<Refusal> {
    let (_, refused) = quoted.quote.refused().find(|(refused, _)| *refused == code)?;
    let reason = match refused {
        Refused::UnknownCode => Reason::UnknownCode,
        Refused::NotYet | Refused::NotNow => Reason::NotYet,
        Refused::Over => Reason::Expired,
        Refused::BelowMinimum { .. } => Reason::BelowMinimum,
        Refused::UsedUp | Refused::UsedToday | Refused::BudgetSpent => Reason::UsedUp,
        Refused::UsedByYou => Reason::AlreadyUsed,
        Refused::NotForYou { .. } | Refused::NothingInScope | Refused::TooFew { .. } => Reason::NotForThis,
        Refused::WrongCurrency
        | Refused::OneAtATime
        | Refused::NotWith { .. }
        | Refused::DearerWith
        | Refused::NeedsCode
        | Refused::OneTooMany
        | Refused::TakesNothingOff => Reason::NoEffect,
    };
    Some(Refusal::new(reason, format!("The code {code} was not applied: {refused}.")))
}
