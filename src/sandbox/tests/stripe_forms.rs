//! Which session parameters Stripe takes, and in which words it refuses.

use crate::base::clock::Time;
use crate::sandbox::stripe::form::Param;
use crate::sandbox::stripe::rules::read_session;
use crate::sandbox::tests::stripe::FORM;
use crate::sandbox::tests::support::{VERSION, noon};

fn refusal(form: &str, version: &str, now: Time) -> Option<(Option<&'static str>, Option<String>)> {
    let read = Param::read(form.as_bytes()).and_then(|params| read_session(&params, version, now));
    read.err().map(|error| (error.code, error.param))
}

/// The usual form with `more` after it is refused with this code about this parameter.
fn refused(form: &str, code: &str, param: &str) {
    let found = refusal(form, VERSION, noon());
    let (found_code, found_param) = found.unwrap_or_else(|| panic!("accepted: {form}"));
    assert_eq!((found_code.unwrap_or_default(), found_param.unwrap_or_default().as_str()), (code, param), "{form}");
}

fn accepted(form: &str) {
    assert_eq!(refusal(form, VERSION, noon()), None, "{form}");
}

fn with(more: &str) -> String {
    format!("{FORM}&{more}")
}

fn without(name: &str) -> String {
    FORM.split('&').filter(|pair| !pair.trim_start().starts_with(name)).collect::<Vec<_>>().join("&")
}

#[test]
fn the_usual_parameters_are_accepted() {
    accepted(FORM);
    accepted(&with("customer_email=a%40b.example&submit_type=pay&billing_address_collection=auto"));
    accepted(&with("phone_number_collection[enabled]=true&shipping_address_collection[allowed_countries][0]=MX"));
    accepted(&with("excluded_payment_method_types[0]=klarna&payment_method_configuration=pmc_1"));
    accepted(&with("after_expiration[recovery][enabled]=true&expand[]=payment_intent"));
    accepted(&without("cancel_url"));
}

#[test]
fn what_is_missing_is_named() {
    refused(&without("mode"), "parameter_missing", "mode");
    refused(&without("success_url"), "parameter_missing", "success_url");
    refused(&without("line_items"), "parameter_missing", "line_items");
    refused(&without("line_items[0][quantity]"), "parameter_missing", "line_items[0][quantity]");
    let currency = "line_items[0][price_data][currency]";
    refused(&without(currency), "parameter_missing", currency);
    let amount = "line_items[0][price_data][unit_amount]";
    refused(&without(amount), "parameter_missing", amount);
    let name = "line_items[0][price_data][product_data]";
    refused(&without(name), "parameter_missing", name);
}

#[test]
fn what_stripe_does_not_know_is_refused() {
    refused(&with("colour=red"), "parameter_unknown", "colour");
    let param = "line_items[0][price_data][product_data][sku]";
    refused(&with(&format!("{param}=a")), "parameter_unknown", param);
    refused(&with("payment_intent_data[order]=1"), "parameter_unknown", "payment_intent_data[order]");
}

#[test]
fn what_the_sandbox_does_not_act_out_says_so() {
    refused(&with("discounts[0][coupon]=x"), "sandbox_not_modelled", "discounts");
    refused(&FORM.replace("mode=payment", "mode=subscription"), "sandbox_not_modelled", "mode");
}

#[test]
fn payment_method_types_are_refused_by_newer_versions_only() {
    let form = with("payment_method_types[0]=card");
    refused(&form, "payment_method_types_no_longer_supported", "payment_method_types");
    assert_eq!(refusal(&form, "2026-06-24.dahlia", noon()), None);
    let since = refusal(&form, "2026-09-30.endive", noon());
    assert_eq!(since.unwrap().0, Some("payment_method_types_no_longer_supported"));
}

#[test]
fn values_have_kinds() {
    let amount = "line_items[0][price_data][unit_amount]";
    for bad in ["64900.0", "1e3", "%2B5", "649,00"] {
        refused(&FORM.replace("=64900", &format!("={bad}")), "parameter_invalid_integer", amount);
    }
    refused(&FORM.replace("mode=payment", "mode=gift"), "", "mode");
    refused(&with("locale=xx").replace("&locale=es", ""), "", "locale");
    refused(&with("customer_email="), "parameter_invalid_empty", "customer_email");
    refused(&FORM.replace("https%3A%2F%2Fshop.example%2Fback", "%2Fback"), "url_invalid", "cancel_url");
    refused(&FORM.replace("CHECKOUT_SESSION_ID", "SESSION"), "url_invalid", "success_url");
    refused(&FORM.replace("=mxn", "=MXN"), "", "line_items[0][price_data][currency]");
    refused(&FORM.replace("=mxn", "=abc"), "", "line_items[0][price_data][currency]");
    refused(&with("line_items=1"), "", "line_items");
    refused(&with("expand=payment_intent"), "", "expand");
    refused(&FORM.replace("[0]", "[1]"), "", "line_items");
    refused(&FORM.replace("quantity]=2", "quantity]=0"), "parameter_invalid_integer", "line_items[0][quantity]");
    refused(&FORM.replace("order_1&locale", "order%201&locale"), "", "client_reference_id");
}

#[test]
fn metadata_has_limits() {
    let key = "k".repeat(40);
    accepted(&with(&format!("metadata[{key}]={}", "v".repeat(500))));
    refused(&with(&format!("metadata[{key}k]=v")), "", &format!("metadata[{key}k]"));
    refused(&with(&format!("metadata[{key}]={}", "v".repeat(501))), "", &format!("metadata[{key}]"));
    let many = |count: usize| (0..count).map(|at| format!("metadata[m{at}]=v")).collect::<Vec<_>>().join("&");
    accepted(&with(&many(49)));
    refused(&with(&many(50)), "", "metadata");
    refused(&with("metadata[a][b]=v"), "", "metadata[a]");
    refused(&with("metadata[a]="), "parameter_invalid_empty", "metadata[a]");
}

#[test]
fn sessions_close_between_half_an_hour_and_a_day_from_now() {
    let at = |seconds: i64| with(&format!("expires_at={}", noon().timestamp() + seconds));
    accepted(&at(30 * 60));
    accepted(&at(24 * 3600));
    refused(&at(29 * 60), "", "expires_at");
    refused(&at(24 * 3600 + 60), "", "expires_at");
}

#[test]
fn totals_have_a_smallest_and_a_largest_amount() {
    let total = |currency: &str, amount: i64| {
        FORM.replace("=mxn", &format!("={currency}"))
            .replace("=64900", &format!("={amount}"))
            .replace("y]=2", "y]=1")
    };
    for (currency, smallest) in [("mxn", 1000), ("brl", 50), ("usd", 50), ("gbp", 30), ("jpy", 50), ("huf", 17_500)]
    {
        accepted(&total(currency, smallest));
        refused(&total(currency, smallest - 1), "amount_too_small", "");
    }
    accepted(&total("mxn", 0));
    accepted(&total("mxn", 999_999_999_999));
    refused(&total("mxn", 1_000_000_000_000), "amount_too_large", "");
    let amount = "line_items[0][price_data][unit_amount]";
    refused(&total("kwd", 12_345), "", amount);
    accepted(&total("kwd", 12_340));
    refused(&total("ugx", 150), "", amount);
}

#[test]
fn lines_share_one_currency() {
    let second = "line_items[1][quantity]=1&line_items[1][price_data][unit_amount]=5000\
        &line_items[1][price_data][product_data][name]=B&line_items[1][price_data][currency]";
    accepted(&with(&format!("{second}=mxn")));
    refused(&with(&format!("{second}=usd")), "", "line_items");
}
