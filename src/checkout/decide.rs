//! Whether a notice fits the order it is about, and what it then does. Pure.

use crate::base::money::Money;
use crate::checkout::notice::{NoticeKind, PaymentNotice};
use crate::checkout::state::{Effect, OrderState, PersonReason, Transition, transition};

/// What is known of an order when a notice about it arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "five facts that may each be so or not, in any combination")]
pub struct Facts<'a> {
    /// Its state.
    pub state: OrderState,
    /// What it comes to.
    pub total: Money,
    /// What has been given back so far.
    pub refunded: Money,
    /// Whether real money moves.
    pub livemode: bool,
    /// Its pay page, once there is one.
    pub session: Option<&'a str>,
    /// Whether a newer order of the same cart took its place.
    pub superseded: bool,
    /// Whether the shopper has seen the cart cost something else since, which this order does not charge.
    pub outdated: bool,
    /// Whether another order of the same cart is paid, or about to be.
    pub paid_elsewhere: bool,
    /// Whether it was paid before it was held for a person: its goods are sold already.
    pub sold: bool,
}

/// What becomes of the order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The state it goes to and what is to be done.
    pub transition: Transition,
    /// What has been given back so far, with this notice.
    pub refunded: Money,
}

/// How a notice fails to fit.
enum Misfit {
    /// It is about a page that is not this order's and moved no money: nothing to do.
    AnotherPage,
    /// It claims something that cannot be true of this order.
    Person(PersonReason),
}

/// What a notice does to an order. A notice whose amount, currency or mode is not the order's never makes it paid:
/// a person is called.
#[must_use]
pub fn decide(facts: &Facts<'_>, notice: &PaymentNotice) -> Decision {
    match misfit(facts, notice) {
        Some(Misfit::AnotherPage) => {
            Decision { transition: Transition::none(facts.state), refunded: facts.refunded }
        }
        Some(Misfit::Person(reason)) => {
            let known = facts.state == OrderState::Review;
            let effects = if known { Vec::new() } else { vec![Effect::CallPerson(reason)] };
            Decision { transition: Transition { to: OrderState::Review, effects }, refunded: facts.refunded }
        }
        None => {
            let (mut transition, refunded) = (fitting(facts, notice.kind), refunded(facts, notice));
            if is_told(facts, notice.kind) && refunded.minor() > facts.refunded.minor() {
                transition.effects.push(Effect::TellRefunded);
            }
            Decision { transition, refunded }
        }
    }
}

/// Whether the shopper is told of money that this gives back: they know that it was paid, and no person has to see to it
/// first.
const fn is_told(facts: &Facts<'_>, kind: NoticeKind) -> bool {
    matches!(facts.state, OrderState::Paid | OrderState::PartlyRefunded)
        && matches!(kind, NoticeKind::PartlyRefunded | NoticeKind::Refunded)
}

/// The table's answer, adjusted for the cart's other orders.
fn fitting(facts: &Facts<'_>, kind: NoticeKind) -> Transition {
    let mut step = transition(facts.state, kind);
    if facts.superseded || facts.outdated || facts.paid_elsewhere {
        step.effects.retain(|effect| *effect != Effect::OfferFreshLink);
    }
    if facts.sold && facts.state == OrderState::Review {
        step.effects.clear();
    }
    let buys = step.effects.iter().any(|effect| matches!(effect, Effect::Receipt | Effect::TellPending));
    if buys && facts.paid_elsewhere {
        step.effects.push(Effect::CallPerson(PersonReason::PaidTwice));
    } else if buys && facts.outdated && facts.state != OrderState::PaymentPending {
        // When it was promised a person was called already.
        step.effects.push(Effect::CallPerson(PersonReason::PaidOldPage));
    }
    step
}

/// What has been given back: what is reported is cumulative, comes in any order, and goes back only where money did not
/// arrive.
fn refunded(facts: &Facts<'_>, notice: &PaymentNotice) -> Money {
    let reported = match notice.kind {
        NoticeKind::RefundFailed => {
            let failed = notice.amount.filter(|failed| failed.currency() == facts.total.currency());
            let left = facts.refunded.minor() - failed.map_or(0, |failed| failed.minor().max(0));
            return Money::new(left.max(0), facts.total.currency());
        }
        NoticeKind::Refunded => facts.total,
        NoticeKind::StaffRefunded if facts.state == OrderState::Review => facts.total,
        NoticeKind::PartlyRefunded => notice.amount.unwrap_or(facts.refunded),
        _ => facts.refunded,
    };
    if reported.minor() > facts.refunded.minor() { reported } else { facts.refunded }
}

fn misfit(facts: &Facts<'_>, notice: &PaymentNotice) -> Option<Misfit> {
    // A person has compared what there is to compare, or will.
    let for_a_person = [NoticeKind::RefundFailed, NoticeKind::Undecided];
    if NoticeKind::OF_STAFF.contains(&notice.kind) || for_a_person.contains(&notice.kind) {
        return None;
    }
    if notice.livemode != facts.livemode {
        return Some(Misfit::Person(PersonReason::LivemodeDiffers));
    }
    let another = matches!((facts.session, notice.session.as_deref()), (Some(own), Some(named)) if own != named);
    match notice.kind {
        NoticeKind::Expired | NoticeKind::AsyncFailed | NoticeKind::CompletedUnpaid if another => {
            return Some(Misfit::AnotherPage);
        }
        NoticeKind::CompletedPaid | NoticeKind::CompletedFree | NoticeKind::AsyncSucceeded if another => {
            return Some(Misfit::Person(PersonReason::AnotherSession));
        }
        _ => {}
    }
    wrong_amount(facts, notice).map(Misfit::Person)
}

fn wrong_amount(facts: &Facts<'_>, notice: &PaymentNotice) -> Option<PersonReason> {
    // What a dispute is about may be a part, and in the bank's currency; a person looks at it anyway.
    if notice.kind == NoticeKind::Disputed {
        return None;
    }
    let Some(amount) = notice.amount else {
        return match notice.kind {
            NoticeKind::CompletedPaid | NoticeKind::AsyncSucceeded | NoticeKind::PartlyRefunded => {
                Some(PersonReason::AmountMissing)
            }
            NoticeKind::CompletedFree if !facts.total.is_zero() => Some(PersonReason::AmountDiffers),
            _ => None,
        };
    };
    if amount.currency() != facts.total.currency() {
        return Some(PersonReason::CurrencyDiffers);
    }
    let fits = match notice.kind {
        NoticeKind::PartlyRefunded => amount.minor() > 0 && amount.minor() <= facts.total.minor(),
        NoticeKind::CompletedFree => amount.is_zero() && facts.total.is_zero(),
        _ => amount == facts.total,
    };
    (!fits).then_some(PersonReason::AmountDiffers)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn mxn(minor: i64) -> Money {
        Money::new(minor, "MXN".parse().unwrap())
    }

    fn facts(state: OrderState) -> Facts<'static> {
        Facts {
            state,
            total: mxn(10000),
            refunded: mxn(0),
            livemode: true,
            session: Some("cs_1"),
            superseded: false,
            outdated: false,
            paid_elsewhere: false,
            sold: false,
        }
    }

    fn notice(kind: NoticeKind, amount: Option<Money>) -> PaymentNotice {
        PaymentNotice {
            kind,
            session: Some("cs_1".to_owned()),
            payment_intent: None,
            order: None,
            amount,
            livemode: true,
        }
    }

    fn fitting_amount(kind: NoticeKind) -> Option<Money> {
        (kind != NoticeKind::CompletedFree).then(|| mxn(10000))
    }

    fn outcome(facts: &Facts<'_>, notice: &PaymentNotice) -> (OrderState, Option<PersonReason>) {
        let transition = decide(facts, notice).transition;
        (transition.to, transition.person_called())
    }

    #[test]
    fn a_notice_that_does_not_fit_is_for_a_person_in_every_state() {
        let dollars = Money::new(10000, "USD".parse().unwrap());
        for state in OrderState::ALL {
            for kind in NoticeKind::OF_THE_PROVIDER.into_iter().filter(|kind| *kind != NoticeKind::Disputed) {
                let check = |notice: PaymentNotice, reason: PersonReason| {
                    let called = (state != OrderState::Review).then_some(reason);
                    let found = outcome(&facts(state), &notice);
                    assert_eq!(found, (OrderState::Review, called), "{state} on {notice:?}");
                };
                check(notice(kind, Some(mxn(10001))), PersonReason::AmountDiffers);
                check(notice(kind, Some(dollars)), PersonReason::CurrencyDiffers);
                let test_mode = PaymentNotice { livemode: false, ..notice(kind, fitting_amount(kind)) };
                check(test_mode, PersonReason::LivemodeDiffers);
            }
        }
    }

    #[test]
    fn a_payment_without_an_amount_is_not_believed() {
        let awaiting = facts(OrderState::AwaitingPayment);
        let review = |reason| (OrderState::Review, Some(reason));
        for kind in [NoticeKind::CompletedPaid, NoticeKind::AsyncSucceeded, NoticeKind::PartlyRefunded] {
            assert_eq!(outcome(&awaiting, &notice(kind, None)), review(PersonReason::AmountMissing));
        }
        assert_eq!(outcome(&awaiting, &notice(NoticeKind::Expired, None)), (OrderState::Expired, None));
    }

    #[test]
    fn only_an_order_of_nothing_is_paid_for_free() {
        let awaiting = facts(OrderState::AwaitingPayment);
        let free = Facts { total: mxn(0), ..awaiting };
        let review = (OrderState::Review, Some(PersonReason::AmountDiffers));
        for amount in [None, Some(mxn(0))] {
            let notice = notice(NoticeKind::CompletedFree, amount);
            assert_eq!(outcome(&free, &notice), (OrderState::Paid, None));
            assert_eq!(outcome(&awaiting, &notice), review);
        }
        assert_eq!(outcome(&awaiting, &notice(NoticeKind::CompletedFree, Some(mxn(10000)))), review);
    }

    #[test]
    fn another_page_cannot_end_this_order_nor_pay_it_unseen() {
        let awaiting = facts(OrderState::AwaitingPayment);
        let from_another =
            |kind| PaymentNotice { session: Some("cs_2".to_owned()), ..notice(kind, Some(mxn(10000))) };
        for kind in [NoticeKind::Expired, NoticeKind::AsyncFailed, NoticeKind::CompletedUnpaid] {
            assert_eq!(decide(&awaiting, &from_another(kind)).transition, Transition::none(awaiting.state));
        }
        let review = (OrderState::Review, Some(PersonReason::AnotherSession));
        assert_eq!(outcome(&awaiting, &from_another(NoticeKind::CompletedPaid)), review);
        let unopened = Facts { session: None, ..awaiting };
        assert_eq!(outcome(&unopened, &from_another(NoticeKind::CompletedPaid)), (OrderState::Paid, None));
    }

    #[test]
    fn no_fresh_link_is_offered_for_an_order_whose_cart_moved_on() {
        let effects = |superseded, paid_elsewhere| {
            let facts = Facts { superseded, paid_elsewhere, ..facts(OrderState::AwaitingPayment) };
            decide(&facts, &notice(NoticeKind::Expired, Some(mxn(10000)))).transition.effects
        };
        assert!(effects(false, false).contains(&Effect::OfferFreshLink));
        for (superseded, paid_elsewhere) in [(true, false), (false, true)] {
            let found = effects(superseded, paid_elsewhere);
            assert_eq!(found, [Effect::ReleaseStock, Effect::ReleaseCoupon]);
        }
    }

    #[test]
    fn a_cart_that_is_paid_twice_is_for_a_person() {
        let twice = Facts { paid_elsewhere: true, ..facts(OrderState::AwaitingPayment) };
        let paid = notice(NoticeKind::CompletedPaid, Some(mxn(10000)));
        assert_eq!(outcome(&twice, &paid), (OrderState::Paid, Some(PersonReason::PaidTwice)));
        let pending = notice(NoticeKind::CompletedUnpaid, Some(mxn(10000)));
        assert_eq!(outcome(&twice, &pending), (OrderState::PaymentPending, Some(PersonReason::PaidTwice)));
    }

    #[test]
    fn refunds_are_cumulative_and_never_go_back() {
        let part = |minor| notice(NoticeKind::PartlyRefunded, Some(mxn(minor)));
        let after = |refunded, notice: &PaymentNotice| {
            decide(&Facts { refunded: mxn(refunded), ..facts(OrderState::PartlyRefunded) }, notice)
        };
        assert_eq!(after(0, &part(3000)).refunded, mxn(3000));
        assert_eq!(after(3000, &part(5000)).refunded, mxn(5000));
        assert_eq!(after(5000, &part(3000)).refunded, mxn(5000));
        let whole = after(5000, &notice(NoticeKind::Refunded, Some(mxn(10000))));
        assert_eq!((whole.transition.to, whole.refunded), (OrderState::Refunded, mxn(10000)));
        let too_much = after(5000, &part(10001));
        assert_eq!((too_much.transition.to, too_much.refunded), (OrderState::Review, mxn(5000)));
    }

    proptest! {
        #[test]
        fn with_notices_that_fit_and_that_do_not_the_order_of_arrival_decides_nothing(
            arrivals in prop::collection::vec(
                (prop::sample::select(NoticeKind::OF_THE_PROVIDER.to_vec()), prop::bool::weighted(0.9), 1_i64..10000), 0..10),
            turn in 0_usize..10,
        ) {
            let notices: Vec<_> = arrivals.iter().map(|(kind, fits, part)| {
                let amount = match kind {
                    NoticeKind::PartlyRefunded => mxn(*part),
                    _ => mxn(10000),
                };
                // A free completion never fits an order that costs something.
                let kind = if *kind == NoticeKind::CompletedFree { NoticeKind::CompletedPaid } else { *kind };
                PaymentNotice { livemode: *fits, ..notice(kind, Some(amount)) }
            }).collect();
            let run = |notices: &[PaymentNotice]| {
                let mut now = facts(OrderState::AwaitingPayment);
                let mut receipts = 0;
                for notice in notices {
                    let decision = decide(&now, notice);
                    receipts += decision.transition.effects.iter().filter(|e| **e == Effect::Receipt).count();
                    now = Facts { state: decision.transition.to, refunded: decision.refunded, ..now };
                }
                (now.state, now.refunded, receipts)
            };
            let mut turned = notices.clone();
            if !turned.is_empty() {
                let places = turn % turned.len();
                turned.rotate_left(places);
            }
            turned.extend(notices.clone());
            let (one, other) = (run(&notices), run(&turned));
            prop_assert_eq!(one.0, other.0);
            prop_assert_eq!(one.1, other.1);
            prop_assert!(one.2 <= 1 && other.2 <= 1);
            let misfits = notices.iter().any(|notice| !notice.livemode);
            prop_assert_eq!(one.0 == OrderState::Review, misfits);
        }
    }
}
