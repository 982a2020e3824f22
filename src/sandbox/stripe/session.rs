//! A Checkout Session as the sandbox keeps it, and the payment that may come of it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::base::clock::Time;

/// What a session is made of, once its parameters are found to be right.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::sandbox) struct Draft {
    pub lines: Vec<Line>,
    pub currency: String,
    pub total: i64,
    pub metadata: BTreeMap<String, String>,
    /// Metadata of the payment intent: apart, because Stripe does not copy one to the other.
    pub intent_metadata: BTreeMap<String, String>,
    pub success_url: String,
    pub cancel_url: Option<String>,
    pub locale: Option<String>,
    pub client_reference_id: Option<String>,
    pub customer_email: Option<String>,
    pub expires_at: Time,
    pub recovery: bool,
}

/// One line of a pay page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// What it says.
    pub name: String,
    /// Small words below.
    pub description: Option<String>,
    /// A picture.
    pub image: Option<String>,
    /// What one costs, in Stripe's minor units.
    pub unit: i64,
    /// How many.
    pub quantity: i64,
}

/// One session.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::sandbox) struct Session {
    pub id: String,
    /// Whose it is: the `{merchant}` of the account's webhook address.
    pub account: String,
    pub draft: Draft,
    pub created: Time,
    pub stage: Stage,
    /// The payment intent, made when somebody first tries to pay.
    pub intent: Option<Intent>,
    /// The end of its address, which must not be cut off.
    pub fragment: String,
}

/// How far a session got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// It can be paid.
    Open,
    /// Paid.
    Paid,
    /// Complete, and nothing was to be paid.
    Free,
    /// Complete, but the money is still to come: a voucher was handed out.
    AwaitingVoucher,
    /// The voucher was not paid in time.
    VoucherFailed,
    /// Closed without payment.
    Expired,
}

/// One payment.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::sandbox) struct Intent {
    pub id: String,
    pub charge: String,
    pub created: Time,
    pub refunds: Vec<Refund>,
}

/// Money given back.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::sandbox) struct Refund {
    pub id: String,
    pub amount: i64,
    pub reason: Option<String>,
    pub metadata: BTreeMap<String, String>,
    pub created: Time,
}

impl Stage {
    /// Stripe's `status`.
    pub const fn status(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Expired => "expired",
            _ => "complete",
        }
    }

    /// Stripe's `payment_status`.
    pub const fn payment_status(self) -> &'static str {
        match self {
            Self::Paid => "paid",
            Self::Free => "no_payment_required",
            _ => "unpaid",
        }
    }
}

impl Session {
    /// How much was given back so far.
    pub fn refunded(&self) -> i64 {
        self.intent.iter().flat_map(|intent| &intent.refunds).map(|refund| refund.amount).sum()
    }

    /// Where the browser goes after paying.
    pub fn success_url(&self) -> String {
        self.draft.success_url.replace("{CHECKOUT_SESSION_ID}", &self.id)
    }

    /// Where the pay page is.
    pub fn url(&self, base_url: &str) -> String {
        format!("{base_url}/pay/{}#{}", self.id, self.fragment)
    }
}
