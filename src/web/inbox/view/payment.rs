//! What was heard of a payment, in words.

/// The words for a notice of this kind (a word of [`crate::checkout::notice::NoticeKind`]) and their mood: `good`,
/// `calm` or `alarm`.
pub fn heard(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "completed_paid" | "async_succeeded" => ("Paid", "good"),
        "completed_free" => ("Ordered, nothing to pay", "good"),
        "completed_unpaid" => ("Payment is under way; the money has not come yet", "calm"),
        "async_failed" => ("The payment did not go through", "alarm"),
        "expired" => ("The pay page closed unpaid", "calm"),
        "partly_refunded" => ("Part of the money was given back", "calm"),
        "refunded" => ("The money was given back", "calm"),
        "refund_failed" => ("Money that was given back did not arrive", "alarm"),
        "undecided" => ("For two months nobody has said what became of the payment", "alarm"),
        "staff_confirmed" => ("A person saw that it is paid", "good"),
        "staff_refunded" => ("A person gave the money back", "calm"),
        "staff_dismissed" => ("A person saw that it is not paid", "calm"),
        "disputed" => ("The payment is disputed: somebody must look at it in Stripe", "alarm"),
        _ => ("Stripe reported something about a payment", "calm"),
    }
}

/// Whether a notice of this kind that leaves an order where it was has told nothing new.
pub fn moves_an_order(kind: &str) -> bool {
    ["completed_", "async_", "expired", "staff_"].iter().any(|begin| kind.starts_with(begin))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkout::notice::NoticeKind;

    #[test]
    fn each_kind_of_notice_has_words() {
        let more = [NoticeKind::RefundFailed, NoticeKind::Undecided];
        for kind in NoticeKind::OF_THE_PROVIDER.into_iter().chain(NoticeKind::OF_STAFF).chain(more) {
            assert_ne!(heard(kind.as_str()), heard("something else"), "{kind:?}");
        }
    }
}
