use serde_json::json;

use super::*;
use crate::base::money::Money;
use crate::stripe::samples::{ORDER, charge, dispute, event, session};

fn read(event: &Value) -> ParsedEvent {
    parse(event.to_string().as_bytes()).unwrap()
}

fn noticed(kind: &str, object: &Value) -> Option<PaymentNotice> {
    read(&event(kind, object)).notice
}

fn pesos(minor: i64) -> Money {
    Money::new(minor, "MXN".parse().unwrap())
}

#[test]
fn a_completed_session_is_paid_only_when_it_says_so() {
    let kind = |payment_status: &str| {
        noticed("checkout.session.completed", &session("complete", payment_status)).map(|notice| notice.kind)
    };
    assert_eq!(kind("paid"), Some(NoticeKind::CompletedPaid));
    assert_eq!(kind("unpaid"), Some(NoticeKind::CompletedUnpaid));
    assert_eq!(kind("no_payment_required"), Some(NoticeKind::CompletedFree));
    assert_eq!(kind("something_new"), None);
}

#[test]
fn a_notice_names_the_session_the_order_and_the_amount() {
    let expected = PaymentNotice {
        kind: NoticeKind::CompletedPaid,
        session: Some("cs_test_b1Botas".to_owned()),
        payment_intent: Some("pi_3Botas".to_owned()),
        order: Some(ORDER.parse().unwrap()),
        amount: Some(pesos(134_900)),
        livemode: false,
    };
    assert_eq!(noticed("checkout.session.completed", &session("complete", "paid")), Some(expected));
}

#[test]
fn what_happens_to_a_session_later_is_noticed_too() {
    let kind = |event: &str, object: &Value| noticed(event, object).map(|notice| notice.kind);
    let unpaid = session("complete", "unpaid");
    let paid = session("complete", "paid");
    assert_eq!(kind("checkout.session.async_payment_succeeded", &paid), Some(NoticeKind::AsyncSucceeded));
    assert_eq!(kind("checkout.session.async_payment_failed", &unpaid), Some(NoticeKind::AsyncFailed));
    assert_eq!(kind("checkout.session.expired", &session("expired", "unpaid")), Some(NoticeKind::Expired));
}

#[test]
fn a_refund_in_part_is_not_a_refund_in_full() {
    let part = noticed("charge.refunded", &charge(50_000)).unwrap();
    assert_eq!((part.kind, part.amount), (NoticeKind::PartlyRefunded, Some(pesos(50_000))));
    let full = noticed("charge.refunded", &charge(134_900)).unwrap();
    assert_eq!((full.kind, full.amount), (NoticeKind::Refunded, Some(pesos(134_900))));
    assert_eq!((full.session, full.payment_intent.as_deref()), (None, Some("pi_3Botas")));
    let mut silent = charge(134_900);
    silent["refunded"] = Value::Null;
    assert_eq!(noticed("charge.refunded", &silent).map(|notice| notice.kind), Some(NoticeKind::Refunded));
}

#[test]
fn a_dispute_is_known_by_its_payment_intent() {
    let disputed = noticed("charge.dispute.created", &dispute()).unwrap();
    assert_eq!((disputed.kind, disputed.order), (NoticeKind::Disputed, None));
    assert_eq!(disputed.payment_intent.as_deref(), Some("pi_3Botas"));
}

#[test]
fn money_that_did_not_come_back_and_a_lost_dispute_are_for_a_person() {
    let refund = |status: &str| {
        json!({"id": "re_1", "object": "refund", "amount": 5000, "currency": "mxn", "status": status,
               "payment_intent": "pi_3Botas"})
    };
    for (kind, status) in [("refund.failed", "failed"), ("refund.updated", "canceled")] {
        let failed = noticed(kind, &refund(status)).unwrap();
        assert_eq!((failed.kind, failed.payment_intent.as_deref()), (NoticeKind::RefundFailed, Some("pi_3Botas")));
        assert_eq!(failed.amount.map(Money::minor), Some(5000));
    }
    for status in ["succeeded", "failed"] {
        assert_eq!(
            noticed("refund.updated", &refund(status)),
            None,
            "{status}: said by an event of its own, if at all"
        );
    }
    let mut closed = dispute();
    closed["status"] = json!("lost");
    assert_eq!(noticed("charge.dispute.closed", &closed).map(|notice| notice.kind), Some(NoticeKind::Disputed));
    closed["status"] = json!("won");
    assert_eq!(noticed("charge.dispute.closed", &closed), None);
}

#[test]
fn every_other_type_is_kept_without_a_notice() {
    let paid = session("complete", "paid");
    for kind in [
        "payment_intent.succeeded",
        "payment_intent.payment_failed",
        "refund.created",
        "refund.updated",
        "charge.dispute.closed",
        "customer.subscription.created",
        "v1.future.thing.happened",
    ] {
        let parsed = read(&event(kind, &paid));
        assert_eq!((parsed.kind.as_str(), parsed.notice), (kind, None));
    }
}

#[test]
fn a_subscription_of_the_same_account_is_none_of_ours() {
    for mode in ["subscription", "setup"] {
        let mut other = session("complete", "paid");
        other["mode"] = json!(mode);
        assert_eq!(noticed("checkout.session.completed", &other), None);
    }
}

#[test]
fn a_whole_object_may_stand_where_an_id_does() {
    let mut expanded = session("complete", "paid");
    expanded["payment_intent"] = json!({"id": "pi_3Botas", "object": "payment_intent"});
    let notice = noticed("checkout.session.completed", &expanded).unwrap();
    assert_eq!(notice.payment_intent.as_deref(), Some("pi_3Botas"));
}

#[test]
fn a_recovered_session_names_the_one_it_replaces() {
    let mut recovered = session("complete", "paid");
    recovered["recovered_from"] = json!("cs_test_a1Botas");
    let parsed = read(&event("checkout.session.completed", &recovered));
    assert_eq!(parsed.recovered_from.as_deref(), Some("cs_test_a1Botas"));
    assert_eq!(parsed.notice.unwrap().session.as_deref(), Some("cs_test_b1Botas"));
}

#[test]
fn live_money_is_never_assumed() {
    let mut live = event("checkout.session.completed", &session("complete", "paid"));
    live["livemode"] = json!(true);
    assert_eq!(read(&live).notice.map(|notice| notice.livemode), Some(true));
    live["livemode"] = Value::Null;
    live["data"]["object"]["livemode"] = Value::Null;
    let silent = read(&live);
    assert_eq!((silent.livemode, silent.notice.map(|notice| notice.livemode)), (None, Some(false)));
}

#[test]
fn a_thin_event_is_read_without_its_object() {
    let thin = json!({
        "id": "evt_test_65", "object": "v2.core.event", "type": "v1.billing.meter.no_meter_found",
        "livemode": false, "created": "2026-11-06T12:00:00.000Z",
        "related_object": {"id": "mtr_1", "type": "billing.meter"},
    });
    let parsed = read(&thin);
    assert_eq!((parsed.id.as_str(), parsed.notice), ("evt_test_65", None));
    assert_eq!(parsed.created.map(|time| time.timestamp()), Some(1_793_966_400));
}

#[test]
fn an_event_without_an_id_gets_the_same_one_each_time() {
    let mut upcoming = event("invoice.upcoming", &json!({"object": "invoice"}));
    upcoming["id"] = Value::Null;
    assert!(read(&upcoming).id.starts_with("invoice.upcoming:"));
    assert_eq!(read(&upcoming).id, read(&upcoming).id);
}

#[test]
fn an_amount_in_a_currency_of_another_shape_is_still_our_money() {
    let amount = |units: i64, currency: &str| {
        let mut object = session("complete", "paid");
        object["amount_total"] = json!(units);
        object["currency"] = json!(currency);
        noticed("checkout.session.completed", &object).unwrap().amount
    };
    assert_eq!(amount(15_000, "clp"), Some(Money::new(15_000, "CLP".parse().unwrap())));
    assert_eq!(amount(50_000, "isk"), Some(Money::new(500, "ISK".parse().unwrap())));
    assert_eq!(amount(100, "no such"), None);
}

#[test]
fn what_the_shopper_typed_is_masked_in_what_is_kept() {
    let kept = read(&event("checkout.session.completed", &session("complete", "paid"))).raw.to_string();
    assert!(kept.contains("•••• 4242") && !kept.contains("4242 4242"), "{kept}");
}

#[test]
fn bytes_that_are_no_event_are_refused() {
    for raw in [&b""[..], b"{", b"\xff"] {
        assert!(matches!(parse(raw), Err(NotUnderstood::NotJson(_))), "{raw:?}");
    }
    for raw in [&b"{}"[..], b"[]", b"null", br#"{"type":null}"#] {
        assert!(matches!(parse(raw), Err(NotUnderstood::NotAnEvent)), "{raw:?}");
    }
}

/// Each key taken out, and each value replaced by another type: no panic, and never paid by accident.
#[test]
fn no_change_to_an_event_can_make_the_parser_fail_or_an_unpaid_order_paid() {
    let paid = [NoticeKind::CompletedPaid, NoticeKind::AsyncSucceeded, NoticeKind::CompletedFree];
    let mut understood = 0;
    for (kind, object) in [
        ("checkout.session.completed", session("complete", "unpaid")),
        ("checkout.session.expired", session("expired", "unpaid")),
        ("charge.refunded", charge(50_000)),
        ("charge.dispute.created", dispute()),
    ] {
        for mutated in json::mutations(&event(kind, &object)) {
            let Ok(parsed) = parse(mutated.to_string().as_bytes()) else { continue };
            understood += 1;
            assert!(!parsed.id.is_empty());
            assert!(!parsed.notice.is_some_and(|notice| paid.contains(&notice.kind)), "{mutated}");
        }
    }
    assert!(understood > 1000, "{understood}");
}

#[test]
fn numbers_written_as_text_are_read_the_same() {
    let mut as_text = event("charge.refunded", &charge(50_000));
    let plain = read(&as_text);
    as_text["created"] = json!("1790000000");
    as_text["livemode"] = json!("false");
    as_text["data"]["object"]["amount_refunded"] = json!("50000");
    as_text["data"]["object"]["refunded"] = json!("false");
    let read = read(&as_text);
    assert_eq!((read.notice, read.created, read.livemode), (plain.notice, plain.created, plain.livemode));
}
