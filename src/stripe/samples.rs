//! Events and sessions in the shape Stripe sends, about a shop of our own invention.

use serde_json::{Value, json};

/// The order they are about.
pub const ORDER: &str = "order_01990000000070008000000000000001";

/// An event of this type about this object.
pub fn event(kind: &str, object: &Value) -> Value {
    json!({
        "id": "evt_1Botas", "object": "event", "api_version": "2026-10-28.endive", "created": 1_790_000_000,
        "livemode": false, "pending_webhooks": 1, "type": kind, "data": {"object": object},
        "request": {"id": null, "idempotency_key": null},
    })
}

/// A session over 1,349.00 MXN in this state.
pub fn session(status: &str, payment_status: &str) -> Value {
    json!({
        "id": "cs_test_b1Botas", "object": "checkout.session", "mode": "payment", "livemode": false,
        "status": status, "payment_status": payment_status, "url": null, "expires_at": 1_790_001_800,
        "amount_total": 134_900, "currency": "mxn", "payment_intent": "pi_3Botas",
        "client_reference_id": ORDER, "metadata": {"order": ORDER}, "recovered_from": null,
        "customer_details": {"email": "lucia@shop.example", "name": "Lucía 4242 4242 4242 4242"},
    })
}

/// A charge of 1,349.00 MXN of which this much was given back.
pub fn charge(given_back: i64) -> Value {
    json!({
        "id": "ch_3Botas", "object": "charge", "amount": 134_900, "amount_refunded": given_back, "currency": "mxn",
        "refunded": given_back == 134_900, "payment_intent": "pi_3Botas", "metadata": {"order": ORDER},
        "livemode": false,
    })
}

/// A dispute over the charge; its metadata is always its own.
pub fn dispute() -> Value {
    json!({
        "id": "du_1Botas", "object": "dispute", "amount": 134_900, "currency": "mxn", "charge": "ch_3Botas",
        "payment_intent": "pi_3Botas", "status": "warning_needs_response", "metadata": {}, "livemode": false,
    })
}
