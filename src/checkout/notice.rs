//! What a payment provider, or a person who looked there, tells us about a payment, in our words.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::base::ids::OrderId;
use crate::base::money::Money;

/// One notice about one payment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PaymentNotice {
    /// What happened.
    pub kind: NoticeKind,
    /// The checkout session it is about, if it says.
    pub session: Option<String>,
    /// The payment intent it is about, if it says.
    pub payment_intent: Option<String>,
    /// Our order, if the notice carries our metadata or reference.
    pub order: Option<OrderId>,
    /// The amount the notice is about: the session's total, or for refunds the sum given back so far.
    pub amount: Option<Money>,
    /// Whether real money moved.
    pub livemode: bool,
}

/// What happened to a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// `checkout.session.completed`, `payment_status: paid`.
    CompletedPaid,
    /// `checkout.session.completed`, `payment_status: unpaid`: a voucher or transfer is under way.
    CompletedUnpaid,
    /// `checkout.session.completed`, `payment_status: no_payment_required`.
    CompletedFree,
    /// `checkout.session.async_payment_succeeded`.
    AsyncSucceeded,
    /// `checkout.session.async_payment_failed`.
    AsyncFailed,
    /// `checkout.session.expired`.
    Expired,
    /// `charge.refunded` with `refunded: false`; the amount is cumulative.
    PartlyRefunded,
    /// `charge.refunded` with `refunded: true`.
    Refunded,
    /// A dispute or early fraud warning that a person must see.
    Disputed,
    /// `refund.failed`, or a refund that was updated to `canceled`: what was given back did not arrive. It can
    /// come a month later (Stripe, "Refunds: failed refunds").
    RefundFailed,
    /// Nobody of the provider has said for too long what became of a payment that was promised.
    Undecided,
    /// A person of the shop looked at an order that was held for them: it is paid.
    StaffConfirmed,
    /// A person of the shop looked at an order that was held for them: the money was given back.
    StaffRefunded,
    /// A person of the shop looked at an order that was held for them: it was never paid.
    StaffDismissed,
}

/// A word of the `notice` column that is none of ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no kind of payment notice")]
pub struct UnknownNotice(pub String);

impl FromStr for NoticeKind {
    type Err = UnknownNotice;
    fn from_str(text: &str) -> Result<Self, UnknownNotice> {
        Self::all().find(|kind| kind.as_str() == text).ok_or_else(|| UnknownNotice(text.to_owned()))
    }
}

impl NoticeKind {
    /// Every kind.
    pub fn all() -> impl Iterator<Item = Self> {
        let more = [Self::RefundFailed, Self::Undecided];
        Self::OF_THE_PROVIDER.into_iter().chain(Self::OF_STAFF).chain(more)
    }

    /// Whether it says how a payment stands, so that one which leaves an order as it is has told nothing new. Refunds
    /// and disputes are news all the same.
    #[must_use]
    pub const fn claims_a_state(self) -> bool {
        match self {
            Self::CompletedPaid
            | Self::CompletedUnpaid
            | Self::CompletedFree
            | Self::AsyncSucceeded
            | Self::AsyncFailed
            | Self::Expired
            | Self::StaffConfirmed
            | Self::StaffRefunded
            | Self::StaffDismissed => true,
            Self::PartlyRefunded | Self::Refunded | Self::Disputed | Self::RefundFailed | Self::Undecided => false,
        }
    }

    /// Those that a payment provider sends about a payment, in a fixed order.
    pub const OF_THE_PROVIDER: [Self; 9] = [
        Self::CompletedPaid,
        Self::CompletedUnpaid,
        Self::CompletedFree,
        Self::AsyncSucceeded,
        Self::AsyncFailed,
        Self::Expired,
        Self::PartlyRefunded,
        Self::Refunded,
        Self::Disputed,
    ];
    /// What a person decides about an order that is held for one, in a fixed order.
    pub const OF_STAFF: [Self; 3] = [Self::StaffConfirmed, Self::StaffRefunded, Self::StaffDismissed];

    /// The word kept in the `notice` column.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CompletedPaid => "completed_paid",
            Self::CompletedUnpaid => "completed_unpaid",
            Self::CompletedFree => "completed_free",
            Self::AsyncSucceeded => "async_succeeded",
            Self::AsyncFailed => "async_failed",
            Self::Expired => "expired",
            Self::PartlyRefunded => "partly_refunded",
            Self::Refunded => "refunded",
            Self::Disputed => "disputed",
            Self::RefundFailed => "refund_failed",
            Self::Undecided => "undecided",
            Self::StaffConfirmed => "staff_confirmed",
            Self::StaffRefunded => "staff_refunded",
            Self::StaffDismissed => "staff_dismissed",
        }
    }
}
