//! One order with all that is kept of it: what it charges, and what was heard of its payment.

pub mod store;

use crate::base::clock::Time;
use crate::base::ids::{OrderId, StaffId};
use crate::checkout::notice::NoticeKind;
use crate::checkout::order::Order;
use crate::checkout::state::OrderState;
use crate::pricing::quote::Quote;

/// One order with all that is kept of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The order.
    pub order: Order,
    /// What it charges, as it was shown.
    pub quote: Quote,
    /// What was heard of its payment, the first first.
    pub history: Vec<Noted>,
}

/// Something that was heard of an order's payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noted {
    /// What it said.
    pub kind: NoticeKind,
    /// Where it found the order.
    pub from: OrderState,
    /// Where it left it.
    pub to: OrderState,
    /// When.
    pub at: Time,
    /// Which person decided it, where one did.
    pub by: Option<String>,
}

/// The name under which the decision of a person about an order is kept. It tells who it was; `once` tells it from
/// other decisions of theirs.
#[must_use]
pub fn decision(order: OrderId, kind: NoticeKind, staff: StaffId, once: &str) -> String {
    format!("{order}:{}:{staff}:{once}", kind.as_str())
}

/// Who decided what is kept under this name, if a person did.
#[must_use]
pub fn decided_by(name: &str) -> Option<StaffId> {
    name.split(':').nth(2)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decision_names_who_decided_and_what_stripe_says_names_nobody() {
        let staff = StaffId::generate();
        let name = decision(OrderId::generate(), NoticeKind::StaffConfirmed, staff, "a-token");
        assert_eq!(decided_by(&name), Some(staff));
        for other in ["", "evt_1", "cs_1:CompletedPaid", "a:b:c:d"] {
            assert_eq!(decided_by(other), None, "{other:?}");
        }
    }
}
