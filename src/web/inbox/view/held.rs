//! An order that waits for a person.

use crate::base::language::Locale;
use crate::checkout::order::Order;
use crate::checkout::state::OrderState;
use crate::web::inbox::pages::FROM_ORDER;
use crate::web::inbox::view::Looker;
use crate::web::inbox::view::order::address_of;

/// Where Stripe shows its payments to the shop.
const DASHBOARD: &str = "https://dashboard.stripe.com";

pub struct HeldView {
    pub number: i64,
    /// Its page, unless that is where this stands.
    pub page: Option<String>,
    pub total: String,
    /// What is wrong with it.
    pub why: &'static str,
    /// Its payment at Stripe, if we know which.
    pub payment: Option<String>,
    /// Where to say what it is, for an order that is held until somebody does.
    pub verdicts: Option<Verdicts>,
    /// Where to say that it was looked at.
    pub seen: String,
}

pub struct Verdicts {
    pub paid: String,
    pub refunded: String,
    pub dismiss: String,
}

impl HeldView {
    /// Above the thread of its conversation.
    pub fn of(order: &Order, looker: &Looker<'_>) -> Self {
        let page = Some(address_of(order.number));
        Self { page, ..Self::settled_at(order, looker.reader.locale, |form| looker.asked.address(form, &[])) }
    }

    /// On the order's own page, to which its forms lead back.
    pub fn on_its_page(order: &Order, locale: Locale) -> Self {
        Self::settled_at(order, locale, |form| format!("{form}?from={FROM_ORDER}"))
    }

    fn settled_at(order: &Order, locale: Locale, beside: impl Fn(&str) -> String) -> Self {
        let address =
            |verdict: &str| beside(&format!("/inbox/c/{}/orders/{}/{verdict}", order.conversation, order.id));
        Self {
            number: order.number,
            page: None,
            total: order.total.display(locale),
            why: why(order.needs_person.as_deref().unwrap_or_default()),
            payment: payment_at_stripe(order),
            verdicts: (order.state == OrderState::Review).then(|| Verdicts {
                paid: address("paid"),
                refunded: address("refunded"),
                dismiss: address("dismiss"),
            }),
            seen: address("seen"),
        }
    }
}

/// Where Stripe shows the payment of an order, if we know which it is.
pub fn payment_at_stripe(order: &Order) -> Option<String> {
    let mode = if order.livemode { "" } else { "/test" };
    order.payment_intent.as_ref().map(|id| format!("{DASHBOARD}{mode}/payments/{id}"))
}

/// The words of [`crate::checkout::state::PersonReason`], for whoever has to decide.
fn why(reason: &str) -> &'static str {
    match reason {
        "amount_differs" => "Stripe reported another amount than the order's.",
        "amount_missing" => "Stripe reported a payment without an amount.",
        "currency_differs" => "Stripe reported another currency than the order's.",
        "livemode_differs" => "A test payment was reported for a real order, or the other way round.",
        "another_session" => "It was paid on another pay page than its own.",
        "paid_after_expiry" => "It was paid after its pay page had closed: look whether everything is still there.",
        "paid_after_failure" => "It was paid after its payment had failed: look whether everything is still there.",
        "pending_after_expiry" => {
            "Its payment was begun after its pay page had closed: look whether everything is there."
        }
        "failed_after_paid" => "Its payment was reported failed after it was reported paid.",
        "refund_before_payment" => "Money was given back before its payment was heard of.",
        "paid_twice" => "Another order of the same cart is paid too: give one payment back.",
        "paid_old_page" => {
            "It was paid on a page from before the shopper changed the cart. What they added is in a cart of its own: \
             ask them what they want."
        }
        "oversold" => "More was sold than there is: agree with the shopper on what to do.",
        "disputed" => "The shopper or their bank disputes the payment: answer in Stripe.",
        "refund_failed" => "Money that was given back did not arrive: see in Stripe, and give it back another way.",
        "undecided" => "For two months nobody has said what became of its payment.",
        _ => "Something about its payment is not as it should be.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkout::state::PersonReason;

    #[test]
    fn each_reason_to_call_a_person_to_an_order_has_words_of_its_own() {
        let words: std::collections::BTreeSet<_> =
            PersonReason::ALL.iter().map(|reason| why(reason.as_str())).collect();
        assert_eq!(words.len(), PersonReason::ALL.len());
        assert!(!words.contains(why("")));
    }
}
