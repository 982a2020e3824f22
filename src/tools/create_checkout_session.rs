//! `create_checkout_session`: opens a pay page for the quote the shopper was shown last and agreed to.
//!
//! The model names the quote by its fingerprint; what is charged comes from the quote as it was kept. If the cart
//! costs anything else now, the new quote has to be shown first.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::agent::evidence::Evidence;
use crate::agent::turn::ToolKind;
use crate::base::language::Language;
use crate::base::money::Money;
use crate::checkout::begin::{BeginError, NewOrder};
use crate::checkout::order::Order;
use crate::checkout::payments::{PaymentsError, SessionLine, SessionRequest};
use crate::pricing::quote::{Charge, ChargeFor, Quote};
use crate::sentences::{Sentences, id};
use crate::tools::asked::Asked;
use crate::tools::quoting::{Quoted, Shown};
use crate::tools::refusal::{Reason, Refusal};
use crate::tools::shop::{Payments, Shop};
use crate::tools::{Answer, Tool, ToolError, cards, failed, quoting};

/// How long a shopper waits for a pay page. A page that is made all the same is found under the same key.
const OPENING_MAX: Duration = Duration::from_secs(15);

/// The tool.
pub struct CreateCheckoutSession;

/// What it takes.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Arguments {
    /// The eight characters that name the quote the shopper was shown last and said yes to.
    pub quote: String,
}

impl Tool for CreateCheckoutSession {
    const NAME: &'static str = "create_checkout_session";
    const DESCRIPTION: &'static str = include_str!("../../prompts/tools/create_checkout_session.md");
    const KIND: ToolKind = ToolKind::Changes;
    type Arguments = Arguments;

    async fn run(shop: &Shop, asked: &Asked<'_>, arguments: Arguments) -> Result<Answer, ToolError> {
        let payments = shop.payments.as_ref().ok_or_else(|| {
            Refusal::new(Reason::NoPayments, "The shop cannot take payments here yet. Call a person.")
        })?;
        let cart = shop.carts.open(asked.conversation).await.map_err(failed)?;
        let Some(quoted) = quoting::quote_of(shop, asked, &cart).await? else {
            let gone = quoting::no_longer_sold(shop, &cart, None).await?;
            let refusal = Refusal::new(Reason::EmptyCart, "The cart is empty; there is nothing to pay.");
            return Err(refusal.with(gone.into_iter().collect()).into());
        };
        let shown = quoting::shown(shop, asked, &cart, &quoted).await?;
        if let Err(refusal) = agreed(asked, &arguments.quote, &quoted, &shown) {
            // It shows what the cart costs now. A page that is made instead takes the place of the others by itself.
            quoting::only_payable(shop, &cart, Some(&quoted)).await?;
            return Err(refusal.into());
        }
        let order = open_order(shop, asked, payments, &shown, &quoted.quote).await?;
        shop.close_outdated_pages(order.cart).await.map_err(failed)?;
        let Some(page) = cards::checkout(&order) else { return Err(away()) };
        let text = format!(
            "A pay page for order #{} is open: {}. A pay button is attached to your reply by itself; write no link. \
             Tell the shopper the total and that the order is confirmed once the payment arrives.",
            page.number,
            page.total.display(asked.locale),
        );
        Ok(Answer { text, evidence: shown.evidence(Some(Evidence::Checkout(page))) })
    }
}

/// The shopper must have been shown exactly this quote in an earlier message, and the model must mean that one.
fn agreed(asked: &Asked<'_>, named: &str, quoted: &Quoted, shown: &Shown) -> Result<(), Refusal> {
    let fingerprint = quoted.quote.fingerprint();
    let refuse = |reason, why: &str| {
        let text = format!("{why} Show it to the shopper and ask whether to go on:\n{}", shown.text);
        Err(Refusal::new(reason, text).with(vec![Evidence::Quote(shown.card.clone())]))
    };
    match asked.shown_quote {
        None => refuse(Reason::QuoteNotShown, "The shopper has not been shown what the cart costs."),
        Some(last) if last != fingerprint => {
            refuse(Reason::QuoteChanged, "The cart costs something else than the shopper was shown.")
        }
        Some(last) if !named.trim().eq_ignore_ascii_case(&last.short()) => {
            refuse(Reason::QuoteNotShown, "That is not the quote the shopper was shown last.")
        }
        Some(_) => Ok(()),
    }
}

/// The order of this quote with an open page: the one there is, or a new one. A key whose answer was a saved failure
/// is given up once for a new attempt.
async fn open_order(
    shop: &Shop,
    asked: &Asked<'_>,
    payments: &Payments,
    shown: &Shown,
    quote: &Quote,
) -> Result<Order, ToolError> {
    for _ in 0..2 {
        let new = NewOrder {
            conversation: asked.conversation,
            quote: shown.card.quote,
            livemode: payments.livemode,
            now: asked.now,
            expires_at: asked.now + shop.rules.order_expiry,
        };
        let order = shop.orders.begin(&new).await.map_err(not_begun)?;
        if order.session_url.is_some() {
            return Ok(order);
        }
        let request = request(shop, asked, &order, quote);
        let opened = tokio::time::timeout(OPENING_MAX, payments.links.open(&request)).await;
        match opened.unwrap_or_else(|elapsed| Err(PaymentsError::Away(elapsed.into()))) {
            Ok(session) => return shop.orders.opened(order.id, &session).await.map_err(failed),
            Err(PaymentsError::KeyIsBurnt) => {
                shop.orders.abandon(order.id).await.map_err(failed)?;
            }
            Err(PaymentsError::Away(error)) => {
                tracing::warn!(error = error.as_ref() as &dyn std::error::Error, "the payment provider is away");
                return Err(away());
            }
            Err(error @ (PaymentsError::Refused(_) | PaymentsError::NoSuchSession)) => {
                tracing::error!(error = &error as &dyn std::error::Error, "the payment provider refused");
                // It would refuse the same again: the next try is a new one.
                shop.orders.abandon(order.id).await.map_err(failed)?;
                return Err(away());
            }
        }
    }
    Err(away())
}

fn away() -> ToolError {
    let text =
        "The pay page cannot be opened just now. Say so, and offer to try again in a moment or to call a person.";
    Refusal::new(Reason::Away, text).into()
}

fn not_begun(error: BeginError) -> ToolError {
    let (reason, text) = match error {
        BeginError::OutOfStock(short) => (
            Reason::OutOfStock,
            format!("Only {} of SKU {} are left now. Change the cart first.", short.left, short.sku),
        ),
        BeginError::CouponRefused { code, .. } => (
            Reason::UsedUp,
            format!("The discount {code} can no longer be used. Show the new total; remove the code if it is one."),
        ),
        BeginError::AlreadyOrdered { number, .. } => {
            (Reason::Changed, format!("This cart is order #{number} already. Look at the order's status."))
        }
        error => return failed(error),
    };
    Refusal::new(reason, text).into()
}

/// Everything in the request follows from the order and its quote, so that a retry under the same key is the same
/// request to the last byte.
fn request(shop: &Shop, asked: &Asked<'_>, order: &Order, quote: &Quote) -> SessionRequest {
    let language = shop.locale.language();
    SessionRequest {
        order: order.id,
        order_number: order.number,
        conversation: asked.conversation,
        quote: order.quote,
        fingerprint: order.fingerprint,
        lines: quote.charges().iter().map(|charge| session_line(charge, language)).collect(),
        total: order.total,
        expires_at: order.expires_at.unwrap_or(asked.now + shop.rules.order_expiry),
        success_url: shop.addresses.success.clone(),
        cancel_url: shop.addresses.cancel.clone(),
        // The page speaks the browser's language.
        locale: "auto".to_owned(),
        idempotency_key: order.idempotency_key(),
    }
}

fn session_line(charge: &Charge<'_>, language: Language) -> SessionLine {
    let sentences = Sentences::in_language(language);
    let title = match charge.item {
        ChargeFor::Line(line) if charge.quantity == 1 && line.quantity > 1 => {
            format!("{} × {}", line.quantity, line.title)
        }
        ChargeFor::Line(line) => line.title.clone(),
        ChargeFor::Shipping => sentences.say(id::CHARGE_SHIPPING, []),
        ChargeFor::Tax => sentences.say(id::CHARGE_TAX, []),
        ChargeFor::Deposit => sentences.say(id::CHARGE_DEPOSIT, []),
    };
    let unit: Money = charge.unit;
    SessionLine { title, quantity: charge.quantity, unit, image: None }
}
