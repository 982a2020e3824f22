//! The states of an order and the table of (state, notice) → state. Pure.
//!
//! Notices come late, twice and in any order. So the states have an order of their own and a notice never moves an
//! order back in it: expired, payment pending, payment failed, paid, partly refunded, refunded. Whatever the order
//! of the same notices, the order ends in the same state, and a receipt is owed exactly on the one step from unpaid
//! to paid.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::checkout::notice::NoticeKind;

/// An order's payment state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    /// Its pay page is being made.
    Creating,
    /// Its pay page is open and unpaid.
    AwaitingPayment,
    /// A voucher or transfer is under way; the money has not come.
    PaymentPending,
    /// The money has come.
    Paid,
    /// A voucher or transfer failed.
    PaymentFailed,
    /// Its pay page closed unpaid, or was never made.
    Expired,
    /// Part of the money was given back.
    PartlyRefunded,
    /// All of the money was given back.
    Refunded,
    /// What was reported does not fit the order; a person decides.
    Review,
}

/// Text that is not the name of a state.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a state of an order")]
pub struct UnknownState(pub String);

impl OrderState {
    /// Every state, in a fixed order.
    pub const ALL: [Self; 9] = [
        Self::Creating,
        Self::AwaitingPayment,
        Self::PaymentPending,
        Self::Paid,
        Self::PaymentFailed,
        Self::Expired,
        Self::PartlyRefunded,
        Self::Refunded,
        Self::Review,
    ];

    /// The word kept in the `state` column.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Creating => "creating",
            Self::AwaitingPayment => "awaiting_payment",
            Self::PaymentPending => "payment_pending",
            Self::Paid => "paid",
            Self::PaymentFailed => "payment_failed",
            Self::Expired => "expired",
            Self::PartlyRefunded => "partly_refunded",
            Self::Refunded => "refunded",
            Self::Review => "review",
        }
    }

    /// Whether its pay page may still be paid.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Creating | Self::AwaitingPayment)
    }

    /// Whether its cart has been sold with it, or is being: another order of the cart would be a second sale.
    #[must_use]
    pub const fn takes_the_cart(self) -> bool {
        matches!(self, Self::PaymentPending | Self::Paid | Self::PartlyRefunded | Self::Refunded | Self::Review)
    }
}

impl FromStr for OrderState {
    type Err = UnknownState;
    fn from_str(text: &str) -> Result<Self, UnknownState> {
        Self::ALL.into_iter().find(|state| state.as_str() == text).ok_or_else(|| UnknownState(text.to_owned()))
    }
}

impl fmt::Display for OrderState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a notice does to an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transition {
    /// The state it goes to, or stays in.
    pub to: OrderState,
    /// What is to be done, once.
    pub effects: Vec<Effect>,
}

/// Something to be done because an order changed. The first six are done by the store in the same transaction;
/// the others are for whoever applied the notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// The goods are sold: stock goes down, and what was reserved of it.
    TakeStock,
    /// What was reserved may be sold to others.
    ReleaseStock,
    /// The coupon counts as used.
    UseCoupon,
    /// The coupon may be used again.
    ReleaseCoupon,
    /// The cart became an order. Other open pay pages of the cart must be closed.
    CloseCart,
    /// What was in the cart is there again, unless the shopper has begun another.
    ReopenCart,
    /// Say thanks, and what was bought and paid.
    Receipt,
    /// Say that the money is on its way.
    TellPending,
    /// Say that the payment failed.
    TellFailed,
    /// Offer a new pay page for the same cart.
    OfferFreshLink,
    /// Say what has been given back in all. No row of the table asks for it: it depends on the amounts, see
    /// [`crate::checkout::decide`].
    TellRefunded,
    /// Call a person.
    CallPerson(PersonReason),
}

/// Why a person is called to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonReason {
    /// Another amount than the order's was reported.
    AmountDiffers,
    /// A payment was reported without an amount.
    AmountMissing,
    /// Another currency than the order's was reported.
    CurrencyDiffers,
    /// A test payment for a real order, or the other way round.
    LivemodeDiffers,
    /// It was paid on another pay page than its own.
    AnotherSession,
    /// It was paid after its page had closed: what it held may be sold.
    PaidAfterExpiry,
    /// It was paid after its payment had failed: what it held may be sold.
    PaidAfterFailure,
    /// A voucher was issued after its page had closed: what it held may be sold.
    PendingAfterExpiry,
    /// Its payment was reported failed after it was reported paid.
    FailedAfterPaid,
    /// Money was given back before we heard that it was paid.
    RefundBeforePayment,
    /// Another order of the same cart is paid, or about to be.
    PaidTwice,
    /// It was paid although the shopper had changed the cart since: what was added is in a cart of its own.
    PaidOldPage,
    /// More was sold than there is.
    Oversold,
    /// The shopper or their bank disputes the payment.
    Disputed,
    /// Money that was given back did not arrive.
    RefundFailed,
    /// Long after it was promised, nobody has said what became of the payment.
    Undecided,
}

impl PersonReason {
    /// Every reason, in a fixed order.
    pub const ALL: [Self; 16] = [
        Self::AmountDiffers,
        Self::AmountMissing,
        Self::CurrencyDiffers,
        Self::LivemodeDiffers,
        Self::AnotherSession,
        Self::PaidAfterExpiry,
        Self::PaidAfterFailure,
        Self::PendingAfterExpiry,
        Self::FailedAfterPaid,
        Self::RefundBeforePayment,
        Self::PaidTwice,
        Self::PaidOldPage,
        Self::Oversold,
        Self::Disputed,
        Self::RefundFailed,
        Self::Undecided,
    ];

    /// The word kept in the `needs_person` column.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AmountDiffers => "amount_differs",
            Self::AmountMissing => "amount_missing",
            Self::CurrencyDiffers => "currency_differs",
            Self::LivemodeDiffers => "livemode_differs",
            Self::AnotherSession => "another_session",
            Self::PaidAfterExpiry => "paid_after_expiry",
            Self::PaidAfterFailure => "paid_after_failure",
            Self::PendingAfterExpiry => "pending_after_expiry",
            Self::FailedAfterPaid => "failed_after_paid",
            Self::RefundBeforePayment => "refund_before_payment",
            Self::PaidTwice => "paid_twice",
            Self::PaidOldPage => "paid_old_page",
            Self::Oversold => "oversold",
            Self::Disputed => "disputed",
            Self::RefundFailed => "refund_failed",
            Self::Undecided => "undecided",
        }
    }
}

impl Transition {
    /// Stays, with nothing to do.
    #[must_use]
    pub const fn none(state: OrderState) -> Self {
        Self { to: state, effects: Vec::new() }
    }

    fn to(state: OrderState, effects: &[Effect]) -> Self {
        Self { to: state, effects: effects.to_vec() }
    }

    fn calling(state: OrderState, reason: PersonReason) -> Self {
        Self::to(state, &[Effect::CallPerson(reason)])
    }

    /// The first reason a person is called for, if one is.
    #[must_use]
    pub fn person_called(&self) -> Option<PersonReason> {
        self.effects.iter().find_map(|effect| match effect {
            Effect::CallPerson(reason) => Some(*reason),
            _ => None,
        })
    }
}

/// The table: what a notice, whose amounts fit the order, does to an order in a state.
#[must_use]
pub fn transition(state: OrderState, notice: NoticeKind) -> Transition {
    match notice {
        NoticeKind::CompletedPaid | NoticeKind::CompletedFree | NoticeKind::AsyncSucceeded => on_paid(state),
        NoticeKind::CompletedUnpaid => on_pending(state),
        NoticeKind::AsyncFailed => on_failed(state),
        NoticeKind::Expired => on_expired(state),
        NoticeKind::PartlyRefunded => on_partly_refunded(state),
        NoticeKind::Refunded => on_refunded(state),
        NoticeKind::Disputed => Transition::calling(state, PersonReason::Disputed),
        NoticeKind::RefundFailed => held(state, PersonReason::RefundFailed),
        NoticeKind::Undecided if state == OrderState::PaymentPending => held(state, PersonReason::Undecided),
        NoticeKind::Undecided => Transition::none(state),
        NoticeKind::StaffConfirmed => on_staff(state, OrderState::Paid),
        NoticeKind::StaffRefunded => on_staff(state, OrderState::Refunded),
        NoticeKind::StaffDismissed => on_staff(state, OrderState::PaymentFailed),
    }
}

/// What a sale does, with the receipt.
const SOLD: [Effect; 4] = [Effect::TakeStock, Effect::UseCoupon, Effect::CloseCart, Effect::Receipt];

fn sold(to: OrderState, reason: PersonReason) -> Transition {
    let mut transition = Transition::to(to, &SOLD);
    transition.effects.push(Effect::CallPerson(reason));
    transition
}

/// Held until a person decides; what is held already has called one.
fn held(state: OrderState, reason: PersonReason) -> Transition {
    match state {
        OrderState::Review => Transition::none(state),
        _ => Transition::calling(OrderState::Review, reason),
    }
}

fn on_paid(state: OrderState) -> Transition {
    match state {
        OrderState::Creating | OrderState::AwaitingPayment | OrderState::PaymentPending => {
            Transition::to(OrderState::Paid, &SOLD)
        }
        // Money came: the order is paid, whatever we had said, and somebody must see whether it can be sent.
        OrderState::PaymentFailed => sold(OrderState::Paid, PersonReason::PaidAfterFailure),
        OrderState::Expired => sold(OrderState::Paid, PersonReason::PaidAfterExpiry),
        OrderState::Paid | OrderState::PartlyRefunded | OrderState::Refunded | OrderState::Review => {
            Transition::none(state)
        }
    }
}

fn on_pending(state: OrderState) -> Transition {
    match state {
        // The page is done with: what the shopper puts in a cart from now on is another purchase.
        OrderState::Creating | OrderState::AwaitingPayment => {
            Transition::to(OrderState::PaymentPending, &[Effect::CloseCart, Effect::TellPending])
        }
        OrderState::Expired => Transition::to(
            OrderState::PaymentPending,
            &[Effect::CloseCart, Effect::TellPending, Effect::CallPerson(PersonReason::PendingAfterExpiry)],
        ),
        OrderState::PaymentPending
        | OrderState::Paid
        | OrderState::PaymentFailed
        | OrderState::PartlyRefunded
        | OrderState::Refunded
        | OrderState::Review => Transition::none(state),
    }
}

/// What a payment that failed does, with the words for it.
const UNSOLD: [Effect; 4] =
    [Effect::ReleaseStock, Effect::ReleaseCoupon, Effect::TellFailed, Effect::OfferFreshLink];

fn on_failed(state: OrderState) -> Transition {
    match state {
        OrderState::Creating | OrderState::AwaitingPayment => Transition::to(OrderState::PaymentFailed, &UNSOLD),
        // Its cart was closed when the payment was promised: a fresh link needs something to pay for.
        OrderState::PaymentPending => {
            let mut transition = Transition::to(OrderState::PaymentFailed, &UNSOLD);
            transition.effects.push(Effect::ReopenCart);
            transition
        }
        // What it held was released, and a fresh link offered, when it expired.
        OrderState::Expired => Transition::to(OrderState::PaymentFailed, &[Effect::TellFailed]),
        OrderState::Paid | OrderState::PartlyRefunded | OrderState::Refunded => {
            Transition::calling(state, PersonReason::FailedAfterPaid)
        }
        OrderState::PaymentFailed | OrderState::Review => Transition::none(state),
    }
}

fn on_expired(state: OrderState) -> Transition {
    match state {
        OrderState::Creating | OrderState::AwaitingPayment => Transition::to(
            OrderState::Expired,
            &[Effect::ReleaseStock, Effect::ReleaseCoupon, Effect::OfferFreshLink],
        ),
        // A page that was completed cannot expire, so anything further on is the truth.
        OrderState::PaymentPending
        | OrderState::Paid
        | OrderState::PaymentFailed
        | OrderState::Expired
        | OrderState::PartlyRefunded
        | OrderState::Refunded
        | OrderState::Review => Transition::none(state),
    }
}

fn on_partly_refunded(state: OrderState) -> Transition {
    match state {
        OrderState::Paid => Transition::to(OrderState::PartlyRefunded, &[]),
        // Money can only go back if it came: the notice that it did is late, and finds nothing left to do.
        OrderState::Creating
        | OrderState::AwaitingPayment
        | OrderState::PaymentPending
        | OrderState::PaymentFailed
        | OrderState::Expired => sold(OrderState::PartlyRefunded, PersonReason::RefundBeforePayment),
        OrderState::PartlyRefunded | OrderState::Refunded | OrderState::Review => Transition::none(state),
    }
}

fn on_refunded(state: OrderState) -> Transition {
    match state {
        OrderState::Paid | OrderState::PartlyRefunded => Transition::to(OrderState::Refunded, &[]),
        // Bought and undone before we heard of it: nothing was sold.
        OrderState::Creating
        | OrderState::AwaitingPayment
        | OrderState::PaymentPending
        | OrderState::PaymentFailed
        | OrderState::Expired => Transition::to(
            OrderState::Refunded,
            &[
                Effect::ReleaseStock,
                Effect::ReleaseCoupon,
                Effect::CloseCart,
                Effect::CallPerson(PersonReason::RefundBeforePayment),
            ],
        ),
        OrderState::Refunded | OrderState::Review => Transition::none(state),
    }
}

/// What a person decides settles an order that is held for one, and no other. Nothing that the provider says does: it
/// comes in any order, and more of it may come.
fn on_staff(state: OrderState, to: OrderState) -> Transition {
    match (state, to) {
        (OrderState::Review, OrderState::Paid) => Transition::to(to, &SOLD),
        (OrderState::Review, _) => {
            Transition::to(to, &[Effect::ReleaseStock, Effect::ReleaseCoupon, Effect::ReopenCart])
        }
        _ => Transition::none(state),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// One row per state, one column per notice; `.` is no effect. Columns: the three that say paid (one column, they
    /// must agree), unpaid, async failed, expired, partly refunded, refunded, disputed, and confirmed, refunded and
    /// dismissed by a person, and at last a refund that failed and a payment of which nobody has said anything for too
    /// long.
    ///
    /// Effects: T take stock, R release stock, u use coupon, r release coupon, c close cart, o reopen it, ! receipt,
    /// p tell pending, f tell failed, l fresh link, * call a person.
    const TABLE: &str = "
        creating         paid:Tuc!  payment_pending:cp payment_failed:Rrfl  expired:Rrl        partly_refunded:Tuc!* refunded:Rrc* creating:*         creating:.         creating:.         creating:. review:* creating:.
        awaiting_payment paid:Tuc!  payment_pending:cp payment_failed:Rrfl  expired:Rrl        partly_refunded:Tuc!* refunded:Rrc* awaiting_payment:* awaiting_payment:. awaiting_payment:. awaiting_payment:. review:* awaiting_payment:.
        payment_pending  paid:Tuc!  payment_pending:.  payment_failed:Rrflo payment_pending:.  partly_refunded:Tuc!* refunded:Rrc* payment_pending:*  payment_pending:.  payment_pending:.  payment_pending:. review:* review:*
        paid             paid:.     paid:.             paid:*               paid:.             partly_refunded:.    refunded:.    paid:*             paid:.             paid:.             paid:. review:* paid:.
        payment_failed   paid:Tuc!* payment_failed:.   payment_failed:.     payment_failed:.   partly_refunded:Tuc!* refunded:Rrc* payment_failed:*   payment_failed:.   payment_failed:.   payment_failed:. review:* payment_failed:.
        expired          paid:Tuc!* payment_pending:cp* payment_failed:f     expired:.          partly_refunded:Tuc!* refunded:Rrc* expired:*          expired:.          expired:.          expired:. review:* expired:.
        partly_refunded  partly_refunded:. partly_refunded:.  partly_refunded:*    partly_refunded:.  partly_refunded:.    refunded:.    partly_refunded:*  partly_refunded:.  partly_refunded:.  partly_refunded:. review:* partly_refunded:.
        refunded         refunded:. refunded:.         refunded:*           refunded:.         refunded:.           refunded:.    refunded:*         refunded:.         refunded:.         refunded:. review:* refunded:.
        review           review:.   review:.           review:.             review:.           review:.             review:.      review:*           paid:Tuc!          refunded:Rro       payment_failed:Rro review:. review:.
    ";

    const COLUMNS: [&[NoticeKind]; 12] = [
        &[NoticeKind::CompletedPaid, NoticeKind::CompletedFree, NoticeKind::AsyncSucceeded],
        &[NoticeKind::CompletedUnpaid],
        &[NoticeKind::AsyncFailed],
        &[NoticeKind::Expired],
        &[NoticeKind::PartlyRefunded],
        &[NoticeKind::Refunded],
        &[NoticeKind::Disputed],
        &[NoticeKind::StaffConfirmed],
        &[NoticeKind::StaffRefunded],
        &[NoticeKind::StaffDismissed],
        &[NoticeKind::RefundFailed],
        &[NoticeKind::Undecided],
    ];

    fn letter(effect: Effect) -> char {
        match effect {
            Effect::TakeStock => 'T',
            Effect::ReleaseStock => 'R',
            Effect::UseCoupon => 'u',
            Effect::ReleaseCoupon => 'r',
            Effect::CloseCart => 'c',
            Effect::ReopenCart => 'o',
            Effect::Receipt => '!',
            Effect::TellPending => 'p',
            Effect::TellFailed => 'f',
            Effect::OfferFreshLink => 'l',
            Effect::TellRefunded => 'b',
            Effect::CallPerson(_) => '*',
        }
    }

    #[test]
    fn the_whole_table_is_as_written() {
        let mut checked = 0;
        for row in TABLE.lines().filter(|row| !row.trim().is_empty()) {
            let mut cells = row.split_whitespace();
            let state: OrderState = cells.next().unwrap().parse().unwrap();
            let cells: Vec<&str> = cells.collect();
            assert_eq!(cells.len(), COLUMNS.len(), "{state}");
            for (cell, notices) in cells.into_iter().zip(COLUMNS) {
                for notice in notices {
                    let found = transition(state, *notice);
                    let letters: String = found.effects.iter().copied().map(letter).collect();
                    let letters = if letters.is_empty() { ".".to_owned() } else { letters };
                    assert_eq!(format!("{}:{letters}", found.to), cell, "{state} on {notice:?}");
                    checked += 1;
                }
            }
        }
        let notices = NoticeKind::OF_THE_PROVIDER.len() + NoticeKind::OF_STAFF.len() + 2;
        assert_eq!(checked, OrderState::ALL.len() * notices);
    }

    #[test]
    fn states_and_their_names_are_the_same_set() {
        for state in OrderState::ALL {
            assert_eq!(state.as_str().parse(), Ok(state));
            assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
        }
        assert!("shipped".parse::<OrderState>().is_err());
    }

    #[test]
    fn notices_are_kept_under_the_name_they_travel_by() {
        for notice in NoticeKind::OF_THE_PROVIDER.into_iter().chain(NoticeKind::OF_STAFF) {
            assert_eq!(serde_json::to_value(notice).unwrap(), notice.as_str());
        }
    }

    #[test]
    fn a_repeat_does_nothing_more_than_call_a_person_again() {
        for state in OrderState::ALL {
            for notice in NoticeKind::OF_THE_PROVIDER.into_iter().chain(NoticeKind::OF_STAFF) {
                let once = transition(state, notice);
                let twice = transition(once.to, notice);
                assert_eq!(twice.to, once.to, "{state} on {notice:?} twice");
                let calls_only = twice.effects.iter().all(|effect| matches!(effect, Effect::CallPerson(_)));
                assert!(calls_only, "{state} on {notice:?} twice: {:?}", twice.effects);
            }
        }
    }

    /// What a set of notices means, whatever their order: the furthest of them.
    fn meaning(start: OrderState, notices: &[NoticeKind]) -> OrderState {
        let heard = |any: &[NoticeKind]| notices.iter().any(|notice| any.contains(notice));
        if heard(&[NoticeKind::Refunded]) {
            OrderState::Refunded
        } else if heard(&[NoticeKind::PartlyRefunded]) {
            OrderState::PartlyRefunded
        } else if heard(&[NoticeKind::CompletedPaid, NoticeKind::CompletedFree, NoticeKind::AsyncSucceeded]) {
            OrderState::Paid
        } else if heard(&[NoticeKind::AsyncFailed]) {
            OrderState::PaymentFailed
        } else if heard(&[NoticeKind::CompletedUnpaid]) {
            OrderState::PaymentPending
        } else if heard(&[NoticeKind::Expired]) {
            OrderState::Expired
        } else {
            start
        }
    }

    fn story() -> impl Strategy<Value = Vec<NoticeKind>> {
        prop::collection::vec(prop::sample::select(NoticeKind::OF_THE_PROVIDER.to_vec()), 0..12)
    }

    proptest! {
        #[test]
        fn any_order_and_repetition_of_notices_ends_in_the_same_state(notices in story(), opened: bool) {
            let start = if opened { OrderState::AwaitingPayment } else { OrderState::Creating };
            let end = notices.iter().fold(start, |state, notice| transition(state, *notice).to);
            prop_assert_eq!(end, meaning(start, &notices));
        }

        #[test]
        fn a_sale_happens_at_most_once_and_nothing_is_released_after_it(notices in story()) {
            let mut state = OrderState::AwaitingPayment;
            let mut effects = Vec::new();
            for notice in notices {
                let step = transition(state, notice);
                state = step.to;
                effects.extend(step.effects);
            }
            let count = |wanted: Effect| effects.iter().filter(|effect| **effect == wanted).count();
            for once in [Effect::Receipt, Effect::TakeStock, Effect::UseCoupon, Effect::TellPending, Effect::TellFailed] {
                prop_assert!(count(once) <= 1, "{:?} in {:?}", once, effects);
            }
            let taken = effects.iter().position(|effect| *effect == Effect::TakeStock).unwrap_or(effects.len());
            prop_assert!(!effects[taken..].contains(&Effect::ReleaseStock));
            prop_assert!(!effects[taken..].contains(&Effect::ReleaseCoupon));
            prop_assert_eq!(count(Effect::Receipt), count(Effect::TakeStock));
        }
    }
}
