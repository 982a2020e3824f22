//! What an order is called and how it stands, wherever the pages show one.

use crate::base::contact::ContactPoint;
use crate::cart::delivery::Delivery;
use crate::checkout::list::Standing;
use crate::checkout::state::OrderState;
use crate::pricing::quote::Quote;

/// Things named where there is little room; the others are counted.
const NAMED_MAX: usize = 3;

/// How an order stands, in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StandingView {
    pub words: &'static str,
    /// `good`, `calm`, `soft` or `alarm`.
    pub mood: &'static str,
}

impl StandingView {
    pub const fn of(standing: Standing) -> Self {
        let (words, mood) = match standing {
            Standing::In(OrderState::Creating) => ("Pay page is being made", "calm"),
            Standing::In(OrderState::AwaitingPayment) => ("Awaiting payment", "calm"),
            Standing::In(OrderState::PaymentPending) => ("Payment under way", "calm"),
            Standing::In(OrderState::Paid) => ("Paid", "good"),
            Standing::In(OrderState::PartlyRefunded) => ("Partly refunded", "good"),
            Standing::In(OrderState::Refunded) => ("Refunded", "soft"),
            Standing::In(OrderState::PaymentFailed) => ("Payment failed", "soft"),
            Standing::In(OrderState::Expired) => ("Not paid in time", "soft"),
            Standing::In(OrderState::Review) => ("On hold", "alarm"),
            Standing::Replaced => ("Replaced", "soft"),
        };
        Self { words, mood }
    }
}

/// Where the page of an order is.
pub fn address_of(number: i64) -> String {
    format!("/inbox/orders/{number}")
}

/// What was bought, in short: `2 × Taza, azul, 1 × Plato`.
pub fn bought(quote: &Quote) -> String {
    let lines = quote.lines();
    let named = lines.iter().take(NAMED_MAX).map(|line| format!("{} × {}", line.quantity, line.title));
    let more = lines.len().saturating_sub(NAMED_MAX);
    let more = (more > 0).then(|| format!("{more} more"));
    named.chain(more).collect::<Vec<_>>().join(", ")
}

/// Where to send something, line by line, as it goes on a parcel.
pub struct DeliveryView {
    pub lines: Vec<String>,
    pub note: Option<String>,
}

impl DeliveryView {
    pub fn of(delivery: &Delivery, contact: &ContactPoint) -> Self {
        let city = [delivery.postal_code(), Some(delivery.city())].into_iter().flatten();
        let city = city.collect::<Vec<_>>().join(" ");
        let phone = contact.phone().map(|phone| format!("+{phone}"));
        let lines = [delivery.name().to_owned(), delivery.address().to_owned(), city];
        Self { lines: lines.into_iter().chain(phone).collect(), note: delivery.note().map(str::to_owned) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cart::delivery::DeliveryText;

    #[test]
    fn a_parcel_says_who_where_and_how_to_reach_them() {
        let text = DeliveryText {
            name: "Eva Luna".to_owned(),
            address: "Calle 5 no. 12".to_owned(),
            city: "Puebla".to_owned(),
            postal_code: Some("72000".to_owned()),
            note: Some("Portón verde".to_owned()),
        };
        let view =
            |text: &DeliveryText, contact: ContactPoint| DeliveryView::of(&Delivery::new(text).unwrap(), &contact);
        let full = view(&text, ContactPoint::new(None, Some("525512345678")).unwrap());
        assert_eq!(full.lines, ["Eva Luna", "Calle 5 no. 12", "72000 Puebla", "+525512345678"]);
        assert_eq!(full.note.as_deref(), Some("Portón verde"));
        let bare = DeliveryText { postal_code: None, note: None, ..text };
        let bare = view(&bare, ContactPoint::new(Some("MX.1"), None).unwrap());
        assert_eq!(
            (bare.lines, bare.note),
            (["Eva Luna", "Calle 5 no. 12", "Puebla"].map(str::to_owned).into(), None)
        );
    }
}
