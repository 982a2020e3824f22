//! Rules of Checkout that the description of its parameters does not carry, and the session that follows.

use chrono::TimeDelta;

use crate::base::clock::Time;
use crate::base::money::Currency;
use crate::sandbox::stripe::amounts;
use crate::sandbox::stripe::errors::StripeError;
use crate::sandbox::stripe::form::Param;
use crate::sandbox::stripe::parameters;
use crate::sandbox::stripe::schema;
use crate::sandbox::stripe::session::{Draft, Line};

/// From this version on `payment_method_types` is refused on a session.
const METHOD_TYPES_REFUSED_SINCE: &str = "2026-09-30";

/// Reads the parameters of `POST /v1/checkout/sessions`.
///
/// # Errors
/// What Stripe would answer.
pub fn read_session(params: &Param, version: &str, now: Time) -> Result<Draft, StripeError> {
    schema::check(params, parameters::SESSION)?;
    if params.at(&["payment_method_types"]).is_some() && version.get(..10) >= Some(METHOD_TYPES_REFUSED_SINCE) {
        let message = "`payment_method_types` is no longer supported on Checkout Sessions. Remove it, or use \
                       `allowed_payment_method_types`, `excluded_payment_method_types` or \
                       `payment_method_configuration`.";
        return Err(StripeError::invalid(message)
            .coded("payment_method_types_no_longer_supported")
            .at("payment_method_types"));
    }
    for (name, modelled) in [("mode", "payment"), ("ui_mode", "hosted_page"), ("allow_promotion_codes", "false")] {
        if params.text(&[name]).is_some_and(|given| given != modelled) {
            return Err(StripeError::not_modelled(name));
        }
    }
    check_reference(params)?;
    check_braces(params)?;
    let (lines, currency) = lines(params)?;
    let total = total(&lines, &currency)?;
    let text = |name: &str| params.text(&[name]).map(str::to_owned);
    Ok(Draft {
        lines,
        currency,
        total,
        metadata: params.pairs(&["metadata"]),
        intent_metadata: params.pairs(&["payment_intent_data", "metadata"]),
        success_url: text("success_url").unwrap_or_default(),
        cancel_url: text("cancel_url"),
        locale: text("locale"),
        client_reference_id: text("client_reference_id"),
        customer_email: text("customer_email"),
        expires_at: expiry(params, now)?,
        recovery: params.text(&["after_expiration", "recovery", "enabled"]) == Some("true"),
    })
}

fn check_reference(params: &Param) -> Result<(), StripeError> {
    let fits = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    match params.text(&["client_reference_id"]) {
        Some(reference) if !fits(reference) => {
            Err(StripeError::invalid("Invalid client_reference_id").at("client_reference_id"))
        }
        _ => Ok(()),
    }
}

/// A template other than `{CHECKOUT_SESSION_ID}` is a mistake that Stripe would pass on to the browser as it is.
fn check_braces(params: &Param) -> Result<(), StripeError> {
    let url = params.text(&["success_url"]).unwrap_or_default();
    if url.replace("{CHECKOUT_SESSION_ID}", "").contains(['{', '}']) {
        Err(StripeError::invalid("Not a valid URL").coded("url_invalid").at("success_url"))
    } else {
        Ok(())
    }
}

fn lines(params: &Param) -> Result<(Vec<Line>, String), StripeError> {
    let items = params.list(&["line_items"]);
    if items.is_empty() || items.len() > 100 {
        let message = "You must have between 1 and 100 line items in `payment` mode.";
        return Err(StripeError::invalid(message).at("line_items"));
    }
    let mut lines = Vec::with_capacity(items.len());
    let mut currency: Option<String> = None;
    for (at, item) in items.into_iter().enumerate() {
        let (line, its_currency) = line(item, &format!("line_items[{at}]"))?;
        if currency.as_ref().is_some_and(|first| *first != its_currency) {
            return Err(StripeError::invalid("All line items must have the same currency.").at("line_items"));
        }
        currency = Some(its_currency);
        lines.push(line);
    }
    let currency = currency.unwrap_or_default();
    match params.text(&["currency"]) {
        Some(given) if given != currency => {
            Err(StripeError::invalid("`currency` differs from that of the line items.").at("currency"))
        }
        _ => Ok((lines, currency)),
    }
}

fn line(item: &Param, place: &str) -> Result<(Line, String), StripeError> {
    let missing = |what: &str| {
        let param = format!("{place}{what}");
        StripeError::invalid(format!("Missing required param: {param}.")).coded("parameter_missing").at(param)
    };
    let data = item.at(&["price_data"]).ok_or_else(|| missing("[price_data]"))?;
    let name = data.text(&["product_data", "name"]).ok_or_else(|| missing("[price_data][product_data]"))?;
    let unit = data.number(&["unit_amount"]).ok_or_else(|| missing("[price_data][unit_amount]"))?;
    let quantity = item.number(&["quantity"]).ok_or_else(|| missing("[quantity]"))?;
    let refused = |what: &str, message: &str| StripeError::invalid(message).at(format!("{place}{what}"));
    if quantity < 1 {
        return Err(refused("[quantity]", "This value must be greater than or equal to 1.")
            .coded("parameter_invalid_integer"));
    }
    if unit < 0 {
        return Err(refused("[price_data][unit_amount]", "This value must be greater than or equal to 0.")
            .coded("parameter_invalid_integer"));
    }
    let currency = data.text(&["currency"]).unwrap_or_default().to_owned();
    if currency.parse::<Currency>().is_err() || currency.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(refused("[price_data][currency]", &format!("Invalid currency: {currency}")));
    }
    if unit % amounts::step(&currency) != 0 {
        return Err(refused("[price_data][unit_amount]", "Invalid amount for this currency."));
    }
    let images = data.list(&["product_data", "images"]);
    if images.len() > 8 {
        return Err(refused("[price_data][product_data][images]", "A product can have up to 8 images."));
    }
    let image = data.text(&["product_data", "images", "0"]).map(str::to_owned);
    let description = data.text(&["product_data", "description"]).map(str::to_owned);
    Ok((Line { name: name.to_owned(), description, image, unit, quantity }, currency))
}

fn total(lines: &[Line], currency: &str) -> Result<i64, StripeError> {
    let sum = lines.iter().try_fold(0i64, |sum, line| sum.checked_add(line.unit.checked_mul(line.quantity)?));
    let total = sum.filter(|total| *total <= amounts::LARGEST_CHARGE).ok_or_else(|| {
        StripeError::invalid("The Checkout Session's total amount must be no more than 12 digits.")
            .coded("amount_too_large")
    })?;
    match amounts::smallest_charge(currency) {
        Some(smallest) if (1..smallest).contains(&total) => Err(StripeError::invalid(format!(
            "The Checkout Session's total amount due must add up to at least {smallest} {currency}"
        ))
        .coded("amount_too_small")),
        _ => Ok(total),
    }
}

fn expiry(params: &Param, now: Time) -> Result<Time, StripeError> {
    let Some(seconds) = params.number(&["expires_at"]) else { return Ok(now + TimeDelta::hours(24)) };
    let refused = |message: &str| StripeError::invalid(message).at("expires_at");
    let at = Time::from_timestamp(seconds, 0).ok_or_else(|| refused("Invalid timestamp"))?;
    if at < now + TimeDelta::minutes(30) {
        return Err(refused(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.",
        ));
    }
    if at > now + TimeDelta::hours(24) {
        return Err(refused(
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.",
        ));
    }
    Ok(at)
}
