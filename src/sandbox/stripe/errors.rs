//! Stripe's refusals.

use serde_json::{Value, json};

/// A refusal of Stripe's API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StripeError {
    /// The HTTP status.
    pub status: u16,
    /// `error.type`.
    pub kind: &'static str,
    /// `error.code`, where there is one.
    pub code: Option<&'static str>,
    /// `error.param`, where one parameter is to blame.
    pub param: Option<String>,
    /// `error.message`.
    pub message: String,
}

impl StripeError {
    /// 400 with Stripe's words.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self { status: 400, kind: "invalid_request_error", code: None, param: None, message: message.into() }
    }

    /// The parameter that is to blame.
    #[must_use]
    pub fn at(self, param: impl Into<String>) -> Self {
        Self { param: Some(param.into()), ..self }
    }

    /// The code.
    #[must_use]
    pub fn coded(self, code: &'static str) -> Self {
        Self { code: Some(code), ..self }
    }

    /// 401.
    pub fn unauthorised(message: impl Into<String>) -> Self {
        Self { status: 401, ..Self::invalid(message) }
    }

    /// 404.
    pub fn missing(kind: &str, id: &str, param: &str) -> Self {
        let message = format!("No such {kind}: '{id}'");
        Self { status: 404, ..Self::invalid(message).coded("resource_missing").at(param) }
    }

    /// Something Stripe has and this sandbox does not act out; never to be taken for Stripe's own refusal.
    pub fn not_modelled(param: &str) -> Self {
        let message = format!("SANDBOX: Stripe knows `{param}`, but this sandbox does not act it out.");
        Self::invalid(message).coded("sandbox_not_modelled").at(param)
    }

    /// The body of the answer.
    pub fn body(&self) -> Value {
        let mut error = json!({"type": self.kind, "message": self.message});
        if let Some(code) = self.code {
            error["code"] = json!(code);
            error["doc_url"] = json!(format!("https://stripe.com/docs/error-codes/{}", code.replace('_', "-")));
        }
        if let Some(param) = &self.param {
            error["param"] = json!(param);
        }
        json!({ "error": error })
    }
}
