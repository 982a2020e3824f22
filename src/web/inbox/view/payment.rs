//! What was heard of a payment, in words.

use crate::checkout::notice::NoticeKind;

/// The words for what a notice said, and their mood: `good`, `calm` or `alarm`.
pub const fn heard(kind: NoticeKind) -> (&'static str, &'static str) {
    match kind {
        NoticeKind::CompletedPaid | NoticeKind::AsyncSucceeded => ("Paid", "good"),
        NoticeKind::CompletedFree => ("Ordered, nothing to pay", "good"),
        NoticeKind::CompletedUnpaid => ("Payment is under way; the money has not come yet", "calm"),
        NoticeKind::AsyncFailed => ("The payment did not go through", "alarm"),
        NoticeKind::Expired => ("The pay page closed unpaid", "calm"),
        NoticeKind::PartlyRefunded => ("Part of the money was given back", "calm"),
        NoticeKind::Refunded => ("The money was given back", "calm"),
        NoticeKind::RefundFailed => ("Money that was given back did not arrive", "alarm"),
        NoticeKind::Undecided => ("For two months nobody has said what became of the payment", "alarm"),
        NoticeKind::StaffConfirmed => ("A person saw that it is paid", "good"),
        NoticeKind::StaffRefunded => ("A person gave the money back", "calm"),
        NoticeKind::StaffDismissed => ("A person saw that it is not paid", "calm"),
        NoticeKind::Disputed => ("The payment is disputed: somebody must look at it in Stripe", "alarm"),
    }
}

/// What is said of a notice whose kind is a word that this program does not know.
pub const UNKNOWN: (&str, &str) = ("Stripe reported something about a payment", "calm");
