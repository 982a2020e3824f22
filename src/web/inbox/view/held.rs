//! An order that is held for a person.

use crate::checkout::order::Order;
use crate::web::inbox::view::Looker;

/// Where Stripe shows its payments to the shop.
const DASHBOARD: &str = "https://dashboard.stripe.com";

pub struct HeldView {
    pub number: i64,
    pub total: String,
    /// What is wrong with it.
    pub why: &'static str,
    /// Its payment at Stripe, if we know which.
    pub payment: Option<String>,
    pub paid: String,
    pub refunded: String,
    pub dismiss: String,
}

impl HeldView {
    pub fn of(order: &Order, looker: &Looker<'_>) -> Self {
        let address = |verdict: &str| {
            let page = format!("/inbox/c/{}/orders/{}/{verdict}", order.conversation, order.id);
            looker.asked.address(&page, &[])
        };
        let mode = if order.livemode { "" } else { "/test" };
        Self {
            number: order.number,
            total: order.total.display(looker.reader.locale),
            why: why(order.needs_person.as_deref().unwrap_or_default()),
            payment: order.payment_intent.as_ref().map(|id| format!("{DASHBOARD}{mode}/payments/{id}")),
            paid: address("paid"),
            refunded: address("refunded"),
            dismiss: address("dismiss"),
        }
    }
}

/// The words of [`crate::checkout::state::PersonReason`], for whoever has to decide.
fn why(reason: &str) -> &'static str {
    match reason {
        "amount_differs" => "Stripe reported another amount than the order's.",
        "amount_missing" => "Stripe reported a payment without an amount.",
        "currency_differs" => "Stripe reported another currency than the order's.",
        "livemode_differs" => "A test payment was reported for a real order, or the other way round.",
        "another_session" => "It was paid on another pay page than its own.",
        _ => "Something about its payment is not as it should be.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkout::state::PersonReason;

    #[test]
    fn each_reason_to_hold_an_order_has_words_of_its_own() {
        let reasons = [
            PersonReason::AmountDiffers,
            PersonReason::AmountMissing,
            PersonReason::CurrencyDiffers,
            PersonReason::LivemodeDiffers,
            PersonReason::AnotherSession,
        ];
        let words: std::collections::BTreeSet<_> = reasons.iter().map(|reason| why(reason.as_str())).collect();
        assert_eq!(words.len(), reasons.len());
        assert!(!words.contains(why("")));
    }
}
