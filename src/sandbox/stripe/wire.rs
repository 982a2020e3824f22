//! Stripe's JSON, as API version 2026-10-28.endive writes it.

use serde_json::{Value, json};

use crate::base::clock::Time;
use crate::sandbox::settings::SandboxStripeAccount;
use crate::sandbox::stripe::ledger::Happening;
use crate::sandbox::stripe::session::{Intent, Refund, Session, Stage};
use crate::sandbox::tokens;

/// The version that webhook endpoints of the sandbox speak.
pub const API_VERSION: &str = "2026-10-28.endive";

/// A Checkout Session.
pub fn session(session: &Session, base_url: &str) -> Value {
    let draft = &session.draft;
    let complete = !matches!(session.stage, Stage::Open | Stage::Expired);
    let mut value = json!({
        "id": session.id,
        "object": "checkout.session",
        "amount_subtotal": draft.total,
        "amount_total": draft.total,
        "cancel_url": draft.cancel_url,
        "client_reference_id": draft.client_reference_id,
        "created": session.created.timestamp(),
        "currency": draft.currency,
        "customer": null,
        "customer_details": complete.then(|| payer(session)),
        "customer_email": draft.customer_email,
        "expires_at": draft.expires_at.timestamp(),
        "livemode": false,
        "locale": draft.locale,
        "metadata": draft.metadata,
        "mode": "payment",
        "payment_intent": session.intent.as_ref().filter(|_| complete).map(|intent| &intent.id),
        "payment_status": session.stage.payment_status(),
        "status": session.stage.status(),
        "success_url": draft.success_url,
        "url": (session.stage == Stage::Open).then(|| session.url(base_url)),
    });
    add(&mut value, untouched_session_fields());
    value["after_expiration"] = after_expiration(session, base_url);
    value
}

/// What this sandbox never sets, and Stripe writes all the same.
fn untouched_session_fields() -> Value {
    json!({
        "adaptive_pricing": {"enabled": false},
        "allow_promotion_codes": null,
        "automatic_tax": {"enabled": false, "liability": null, "provider": null, "status": null},
        "billing_address_collection": null,
        "client_secret": null,
        "collected_information": null,
        "consent": null,
        "consent_collection": null,
        "currency_conversion": null,
        "custom_fields": [],
        "custom_text": {
            "after_submit": null, "shipping_address": null, "submit": null, "terms_of_service_acceptance": null,
        },
        "customer_account": null,
        "customer_creation": "if_required",
        "discounts": [],
        "integration_identifier": null,
        "invoice": null,
        "managed_payments": {"enabled": false},
        "origin_context": null,
        "payment_link": null,
        "payment_method_collection": "if_required",
        "payment_method_configuration_details": null,
        "payment_method_options": {},
        "payment_method_types": ["card", "oxxo"],
        "permissions": null,
        "phone_number_collection": {"enabled": false},
        "recovered_from": null,
        "saved_payment_method_options": null,
        "setup_intent": null,
        "shipping_address_collection": null,
        "shipping_cost": null,
        "shipping_options": [],
        "submit_type": null,
        "subscription": null,
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "wallet_options": null,
    })
}

fn after_expiration(session: &Session, base_url: &str) -> Value {
    if !session.draft.recovery {
        return Value::Null;
    }
    let expired = session.stage == Stage::Expired;
    json!({"recovery": {
        "allow_promotion_codes": false,
        "enabled": true,
        "expires_at": expired.then(|| session.draft.expires_at.timestamp() + 30 * 24 * 3600),
        "url": expired.then(|| session.url(base_url)),
    }})
}

fn payer(session: &Session) -> Value {
    json!({
        "address": {
            "city": null, "country": null, "line1": null, "line2": null, "postal_code": null, "state": null,
        },
        "business_name": null,
        "email": session.draft.customer_email.as_deref().unwrap_or("payer@example.com"),
        "individual_name": null,
        "name": "Sandbox Payer",
        "phone": null,
        "tax_exempt": "none",
        "tax_ids": [],
    })
}

/// The lines of a session.
pub fn line_items(session: &Session) -> Value {
    let line = |(at, line): (usize, &crate::sandbox::stripe::session::Line)| {
        let amount = line.unit.saturating_mul(line.quantity);
        json!({
            "id": format!("li_{at}{}", tokens::letters_of(&session.id, 20)),
            "object": "item",
            "amount_discount": 0,
            "amount_subtotal": amount,
            "amount_tax": 0,
            "amount_total": amount,
            "currency": session.draft.currency,
            "description": line.name,
            "quantity": line.quantity,
        })
    };
    let data: Vec<Value> = session.draft.lines.iter().enumerate().map(line).collect();
    let url = format!("/v1/checkout/sessions/{}/line_items", session.id);
    json!({"object": "list", "data": data, "has_more": false, "url": url})
}

/// The payment intent of a session.
pub fn intent(session: &Session, intent: &Intent) -> Value {
    let paid = session.stage == Stage::Paid;
    let failed = !paid && session.stage != Stage::AwaitingVoucher;
    let status = match session.stage {
        Stage::Paid => "succeeded",
        Stage::AwaitingVoucher => "requires_action",
        _ => "requires_payment_method",
    };
    json!({
        "id": intent.id,
        "object": "payment_intent",
        "amount": session.draft.total,
        "amount_capturable": 0,
        "amount_received": if paid { session.draft.total } else { 0 },
        "canceled_at": null,
        "capture_method": "automatic",
        "client_secret": format!("{}_secret_sandbox", intent.id),
        "confirmation_method": "automatic",
        "created": intent.created.timestamp(),
        "currency": session.draft.currency,
        "customer": null,
        "description": null,
        "last_payment_error": failed.then(|| json!({
            "type": "card_error",
            "charge": intent.charge,
            "code": "card_declined",
            "decline_code": "generic_decline",
            "doc_url": "https://docs.stripe.com/error-codes#card-declined",
            "message": "Your card was declined.",
        })),
        "latest_charge": (paid || failed).then_some(&intent.charge),
        "livemode": false,
        "metadata": session.draft.intent_metadata,
        "next_action": null,
        "payment_method": paid.then(|| format!("pm_1T{}", tokens::letters_of(&intent.id, 22))),
        "payment_method_types": ["card", "oxxo"],
        "receipt_email": null,
        "shipping": null,
        "status": status,
    })
}

/// The charge of a paid session.
pub fn charge(session: &Session, intent: &Intent) -> Value {
    let total = session.draft.total;
    let refunded = session.refunded();
    json!({
        "id": intent.charge,
        "object": "charge",
        "amount": total,
        "amount_captured": total,
        "amount_refunded": refunded,
        "balance_transaction": format!("txn_3T{}", tokens::letters_of(&intent.charge, 22)),
        "captured": true,
        "created": intent.created.timestamp(),
        "currency": session.draft.currency,
        "customer": null,
        "description": null,
        "disputed": false,
        "failure_code": null,
        "failure_message": null,
        "livemode": false,
        "metadata": session.draft.intent_metadata,
        "outcome": {
            "network_status": "approved_by_network", "reason": null, "risk_level": "normal",
            "seller_message": "Payment complete.", "type": "authorized",
        },
        "paid": true,
        "payment_intent": intent.id,
        "payment_method_details": {
            "card": {"brand": "visa", "exp_month": 12, "exp_year": 2034, "funding": "credit", "last4": "4242"},
            "type": "card",
        },
        "receipt_email": null,
        "refunded": refunded == total,
        "shipping": null,
        "status": "succeeded",
    })
}

/// A refund.
pub fn refund(session: &Session, intent: &Intent, refund: &Refund) -> Value {
    json!({
        "id": refund.id,
        "object": "refund",
        "amount": refund.amount,
        "balance_transaction": format!("txn_3T{}", tokens::letters_of(&refund.id, 22)),
        "charge": intent.charge,
        "created": refund.created.timestamp(),
        "currency": session.draft.currency,
        "customer": null,
        "destination_details": {
            "card": {"reference": null, "reference_status": "pending", "type": "refund"}, "type": "card",
        },
        "metadata": refund.metadata,
        "payment_intent": intent.id,
        "reason": refund.reason,
        "receipt_number": null,
        "source_transfer_reversal": null,
        "status": "succeeded",
        "transfer_reversal": null,
    })
}

/// An account.
pub fn account(account: &SandboxStripeAccount) -> Value {
    json!({
        "id": format!("acct_1T{}", tokens::letters_of(&account.merchant_path, 14)),
        "object": "account",
        "business_profile": {"name": account.shop_name, "support_email": null, "url": null},
        "charges_enabled": true,
        "country": account.locale.region().unwrap_or("US"),
        "default_currency": "usd",
        "details_submitted": true,
        "email": null,
        "payouts_enabled": true,
        "settings": {"dashboard": {"display_name": account.shop_name, "timezone": "Etc/UTC"}},
        "type": "standard",
    })
}

/// The event that tells of a happening; `None` when there is no payment it could be about.
pub fn event(about: &Session, happening: &Happening, base_url: &str, now: Time) -> Option<(&'static str, Value)> {
    let payment = about.intent.as_ref();
    let (kind, object, before) = match happening {
        Happening::IntentFailed => ("payment_intent.payment_failed", intent(about, payment?), None),
        Happening::IntentSucceeded => ("payment_intent.succeeded", intent(about, payment?), None),
        Happening::Completed => ("checkout.session.completed", session(about, base_url), None),
        Happening::AsyncSucceeded => ("checkout.session.async_payment_succeeded", session(about, base_url), None),
        Happening::AsyncFailed => ("checkout.session.async_payment_failed", session(about, base_url), None),
        Happening::Expired => ("checkout.session.expired", session(about, base_url), None),
        Happening::RefundCreated(given) => ("refund.created", refund(about, payment?, given), None),
        Happening::ChargeRefunded => {
            let last = payment?.refunds.last().map_or(0, |refund| refund.amount);
            let before = json!({"amount_refunded": about.refunded() - last});
            ("charge.refunded", charge(about, payment?), Some(before))
        }
    };
    let mut data = json!({ "object": object });
    if let Some(before) = before {
        data["previous_attributes"] = before;
    }
    let event = json!({
        "id": tokens::letters("evt_1T", 22),
        "object": "event",
        "api_version": API_VERSION,
        "created": now.timestamp(),
        "data": data,
        "livemode": false,
        "pending_webhooks": 1,
        "request": {"id": null, "idempotency_key": null},
        "type": kind,
    });
    Some((kind, event))
}

fn add(value: &mut Value, more: Value) {
    if let (Value::Object(fields), Value::Object(more)) = (value, more) {
        fields.extend(more);
    }
}
