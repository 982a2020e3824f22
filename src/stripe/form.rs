//! A checkout session as Stripe takes it: a form-encoded body.
//!
//! Owns Stripe's rules for the parameters we send. `payment_method_types` is never one of them: since version
//! 2026-09-30 it is refused, and the methods come from the account's settings.

use url::form_urlencoded::Serializer;

use crate::base::money::{Money, MoneyError};
use crate::base::text::cut;
use crate::checkout::payments::{SessionLine, SessionRequest};
use crate::stripe::amounts::{AmountRefused, check_total, to_stripe};
use crate::stripe::wire::{METADATA_CONVERSATION, METADATA_FINGERPRINT, METADATA_ORDER, METADATA_QUOTE};

const LINES_MAX: usize = 100;
const NAME_MAX: usize = 250;

/// The languages of Stripe's pages.
const PAGE_LOCALES: [&str; 41] = [
    "bg", "cs", "da", "de", "el", "en", "en-GB", "es", "es-419", "et", "fi", "fil", "fr", "fr-CA", "hi-IN", "hr",
    "hu", "id", "it", "ja", "ko", "lt", "lv", "ms", "mt", "nb", "nl", "pl", "pt", "pt-BR", "ro", "ru", "sk", "sl",
    "sv", "th", "tr", "vi", "zh", "zh-HK", "zh-TW",
];

/// Why a request makes no session: a mistake of ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormRefused {
    /// No lines, or more than Stripe takes.
    #[error("a session has 1 to {LINES_MAX} lines, not {0}")]
    Lines(usize),
    /// A line says nothing or counts nothing.
    #[error("line {0} has no title or no quantity")]
    EmptyLine(usize),
    /// The lines do not add up to the total the shopper agreed to.
    #[error("the lines do not add up to the total")]
    Sum,
    /// The sum of the lines has no answer.
    #[error("the lines cannot be added up")]
    Arithmetic(#[from] MoneyError),
    /// An amount cannot be charged.
    #[error("an amount cannot be charged")]
    Amount(#[from] AmountRefused),
}

/// The body of the call that opens a session.
///
/// # Errors
/// When the lines are not what Stripe takes, or do not add up.
pub fn session_form(request: &SessionRequest) -> Result<String, FormRefused> {
    check_lines(request)?;
    let mut form = Serializer::new(String::new());
    form.append_pair("mode", "payment")
        .append_pair("client_reference_id", &request.order.to_string())
        .append_pair("success_url", &request.success_url)
        .append_pair("cancel_url", &request.cancel_url)
        .append_pair("expires_at", &request.expires_at.timestamp().to_string())
        .append_pair("locale", page_locale(&request.locale));
    let number = format!("#{}", request.order_number);
    form.append_pair("custom_text[submit][message]", &number)
        .append_pair("payment_intent_data[description]", &number);
    for (name, value) in metadata(request) {
        // Stripe does not copy it from the session to the payment, and refunds carry only the payment's.
        form.append_pair(&format!("metadata[{name}]"), &value)
            .append_pair(&format!("payment_intent_data[metadata][{name}]"), &value);
    }
    for (place, line) in request.lines.iter().enumerate() {
        append_line(&mut form, place, line)?;
    }
    Ok(form.finish())
}

fn check_lines(request: &SessionRequest) -> Result<(), FormRefused> {
    if request.lines.is_empty() || request.lines.len() > LINES_MAX {
        return Err(FormRefused::Lines(request.lines.len()));
    }
    let empty = |line: &SessionLine| line.quantity == 0 || line.title.trim().is_empty();
    if let Some(place) = request.lines.iter().position(empty) {
        return Err(FormRefused::EmptyLine(place));
    }
    let mut sum = Money::zero(request.total.currency());
    for line in &request.lines {
        sum = sum.plus(line.unit.times(line.quantity)?)?;
    }
    if sum != request.total {
        return Err(FormRefused::Sum);
    }
    Ok(check_total(request.total)?)
}

fn metadata(request: &SessionRequest) -> [(&'static str, String); 4] {
    [
        (METADATA_ORDER, request.order.to_string()),
        (METADATA_CONVERSATION, request.conversation.to_string()),
        (METADATA_QUOTE, request.quote.to_string()),
        (METADATA_FINGERPRINT, request.fingerprint.to_string()),
    ]
}

fn append_line(form: &mut Serializer<'_, String>, place: usize, line: &SessionLine) -> Result<(), AmountRefused> {
    let at = format!("line_items[{place}]");
    let price = format!("{at}[price_data]");
    form.append_pair(&format!("{at}[quantity]"), &line.quantity.to_string())
        .append_pair(&format!("{price}[currency]"), &line.unit.currency().code().to_ascii_lowercase())
        .append_pair(&format!("{price}[unit_amount]"), &to_stripe(line.unit)?.to_string())
        .append_pair(&format!("{price}[product_data][name]"), &cut(line.title.trim(), NAME_MAX));
    // A picture is an ornament: one that Stripe would refuse is left out rather than losing the sale.
    if let Some(image) = line.image.as_deref().filter(|image| image.starts_with("https://")) {
        form.append_pair(&format!("{price}[product_data][images][0]"), image);
    }
    Ok(())
}

/// The page's language that is nearest to this one; Latin America's Spanish is `es-419` there.
fn page_locale(wanted: &str) -> &'static str {
    let exact = |tag: &str| PAGE_LOCALES.into_iter().find(|known| known.eq_ignore_ascii_case(tag));
    let tag = wanted.replace('_', "-");
    let language = tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
    let elsewhere = language == "es" && tag.len() > 2 && !tag.eq_ignore_ascii_case("es-ES");
    exact(&tag).or_else(|| elsewhere.then_some("es-419")).or_else(|| exact(&language)).unwrap_or("auto")
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use uuid::Uuid;

    use super::*;
    use crate::base::fingerprint::Fingerprint;
    use crate::base::ids::{ConversationId, OrderId, QuoteId};

    fn money(minor: i64, currency: &str) -> Money {
        Money::new(minor, currency.parse().unwrap())
    }

    fn line(title: &str, quantity: u32, unit: Money) -> SessionLine {
        SessionLine {
            title: title.to_owned(),
            quantity,
            unit,
            image: Some("https://shop.example/b.jpg".to_owned()),
        }
    }

    fn request(lines: Vec<SessionLine>, total: Money) -> SessionRequest {
        SessionRequest {
            order: OrderId::from_uuid(Uuid::from_u128(1)),
            order_number: 1042,
            conversation: ConversationId::from_uuid(Uuid::from_u128(2)),
            quote: QuoteId::from_uuid(Uuid::from_u128(3)),
            fingerprint: Fingerprint::of(b"quote"),
            lines,
            total,
            expires_at: "2026-11-20T13:00:00Z".parse().unwrap(),
            success_url: "https://shop.example/thanks?s={CHECKOUT_SESSION_ID}&a=b".to_owned(),
            cancel_url: "https://shop.example/cart".to_owned(),
            locale: "es-MX".to_owned(),
            idempotency_key: "k1".to_owned(),
        }
    }

    fn boots() -> SessionRequest {
        let lines = vec![line("Botas & más", 2, money(50_000, "MXN")), line("Envío", 1, money(4_900, "MXN"))];
        request(lines, money(104_900, "MXN"))
    }

    fn fields(request: &SessionRequest) -> HashMap<String, String> {
        url::form_urlencoded::parse(session_form(request).unwrap().as_bytes()).into_owned().collect()
    }

    #[test]
    fn a_session_charges_what_the_lines_say() {
        let fields = fields(&boots());
        let check =
            |name: &str, value: &str| assert_eq!(fields.get(name).map(String::as_str), Some(value), "{name}");
        check("mode", "payment");
        check("client_reference_id", "order_00000000000000000000000000000001");
        check("expires_at", "1795179600");
        check("locale", "es-419");
        check("line_items[0][quantity]", "2");
        check("line_items[0][price_data][currency]", "mxn");
        check("line_items[0][price_data][unit_amount]", "50000");
        check("line_items[0][price_data][product_data][name]", "Botas & más");
        check("line_items[0][price_data][product_data][images][0]", "https://shop.example/b.jpg");
        check("line_items[1][price_data][unit_amount]", "4900");
        check("success_url", "https://shop.example/thanks?s={CHECKOUT_SESSION_ID}&a=b");
        assert!(!fields.contains_key("payment_method_types"));
    }

    #[test]
    fn our_ids_stand_on_the_session_and_on_the_payment() {
        let fields = fields(&boots());
        for name in ["order", "conversation", "quote", "fingerprint"] {
            let on_session = &fields[&format!("metadata[{name}]")];
            assert_eq!(on_session, &fields[&format!("payment_intent_data[metadata][{name}]")]);
            assert!(!on_session.is_empty());
        }
        assert_eq!(fields["metadata[fingerprint]"], Fingerprint::of(b"quote").to_string());
    }

    #[test]
    fn lines_that_do_not_add_up_make_no_session() {
        let mut wrong = boots();
        wrong.total = money(104_901, "MXN");
        assert_eq!(session_form(&wrong), Err(FormRefused::Sum));
        wrong.total = money(104_900, "USD");
        assert!(matches!(session_form(&wrong), Err(FormRefused::Arithmetic(_))));
    }

    #[test]
    fn an_amount_that_stripe_cannot_charge_makes_no_session() {
        let refused = |unit: Money| session_form(&request(vec![line("Botas", 1, unit)], unit));
        assert!(matches!(refused(money(999, "MXN")), Err(FormRefused::Amount(AmountRefused::TooSmall(_)))));
        assert!(matches!(refused(money(1_234, "KWD")), Err(FormRefused::Amount(AmountRefused::Inexact(_)))));
        assert!(refused(money(0, "MXN")).is_ok());
    }

    #[test]
    fn a_session_without_lines_or_with_empty_ones_is_refused() {
        let one = money(1_000, "MXN");
        assert_eq!(session_form(&request(vec![], one)), Err(FormRefused::Lines(0)));
        assert_eq!(session_form(&request(vec![line("x", 1, one); 101], one)), Err(FormRefused::Lines(101)));
        assert_eq!(session_form(&request(vec![line(" ", 1, one)], one)), Err(FormRefused::EmptyLine(0)));
        assert_eq!(session_form(&request(vec![line("x", 0, one)], one)), Err(FormRefused::EmptyLine(0)));
    }

    #[test]
    fn a_long_name_is_cut_and_a_picture_that_is_no_address_left_out() {
        let mut long = line(&"é".repeat(300), 1, money(1_000, "MXN"));
        long.image = Some("b.jpg".to_owned());
        let fields = fields(&request(vec![long], money(1_000, "MXN")));
        assert_eq!(fields["line_items[0][price_data][product_data][name]"], format!("{}…", "é".repeat(249)));
        assert!(!fields.keys().any(|name| name.contains("images")));
    }

    #[test]
    fn pages_speak_the_nearest_language() {
        for (wanted, page) in [
            ("es", "es"),
            ("es-ES", "es"),
            ("es-MX", "es-419"),
            ("es_CO", "es-419"),
            ("pt-BR", "pt-BR"),
            ("pt-PT", "pt"),
            ("en-US", "en"),
            ("en-gb", "en-GB"),
            ("qu", "auto"),
            ("", "auto"),
        ] {
            assert_eq!(page_locale(wanted), page, "{wanted}");
        }
    }
}
