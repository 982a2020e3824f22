//! The parameters of the requests that the sandbox acts out, as of API version 2026-10-28.endive
//! (Stripe's API description). Those that would change what a session does, and that a shop in chat does not
//! use, are known by name and refused as not modelled, rather than accepted and ignored.

use crate::sandbox::stripe::schema::{Field, Shape, optional, required};

/// Stripe names no limit for most texts; this one keeps requests sane.
const ANY: usize = 5_000;

const TEXT: Shape = Shape::Text(ANY);

static TEXT_MEMBER: Shape = TEXT;
static ADDRESS_MEMBER: Shape = Shape::Address;
static COUNTRY_MEMBER: Shape = Shape::Text(2);

const ENABLED: &[Field] = &[required("enabled", Shape::Boolean)];

const LOCALES: &[&str] = &[
    "auto", "bg", "cs", "da", "de", "el", "en", "en-GB", "es", "es-419", "et", "fi", "fil", "fr", "fr-CA", "hi-IN",
    "hr", "hu", "id", "it", "ja", "ko", "lt", "lv", "ms", "mt", "nb", "nl", "pl", "pt", "pt-BR", "ro", "ru", "sk",
    "sl", "sv", "th", "tr", "vi", "zh", "zh-HK", "zh-TW",
];

static LINE_ITEM: Shape = Shape::Parts(&[
    optional("adjustable_quantity", Shape::NotModelled),
    optional("metadata", Shape::Labels),
    optional("price", Shape::NotModelled),
    optional("price_data", Shape::Parts(PRICE_DATA)),
    optional("quantity", Shape::Integer),
    optional("tax_rates", Shape::NotModelled),
]);

const PRODUCT_DATA: &[Field] = &[
    optional("description", TEXT),
    optional("images", Shape::List(&ADDRESS_MEMBER)),
    optional("metadata", Shape::Labels),
    required("name", Shape::Text(250)),
    optional("tax_code", TEXT),
    optional("tax_details", Shape::NotModelled),
    optional("unit_label", TEXT),
];

const PRICE_DATA: &[Field] = &[
    required("currency", Shape::Text(3)),
    optional("product", Shape::NotModelled),
    optional("product_data", Shape::Parts(PRODUCT_DATA)),
    optional("recurring", Shape::NotModelled),
    optional("tax_behavior", Shape::OneOf(&["exclusive", "inclusive", "unspecified"])),
    optional("unit_amount", Shape::Integer),
    optional("unit_amount_decimal", Shape::NotModelled),
];

const PAYMENT_INTENT_DATA: &[Field] = &[
    optional("application_fee_amount", Shape::NotModelled),
    optional("capture_method", Shape::OneOf(&["automatic", "automatic_async"])),
    optional("description", Shape::Text(1000)),
    optional("metadata", Shape::Labels),
    optional("on_behalf_of", Shape::NotModelled),
    optional("receipt_email", TEXT),
    optional("setup_future_usage", Shape::NotModelled),
    optional("shipping", Shape::NotModelled),
    optional("statement_descriptor", Shape::Text(22)),
    optional("statement_descriptor_suffix", Shape::Text(22)),
    optional("transfer_data", Shape::NotModelled),
    optional("transfer_group", TEXT),
];

const MESSAGE: &[Field] = &[required("message", Shape::Text(1200))];

const CUSTOM_TEXT: &[Field] = &[
    optional("after_submit", Shape::Parts(MESSAGE)),
    optional("shipping_address", Shape::Parts(MESSAGE)),
    optional("submit", Shape::Parts(MESSAGE)),
    optional("terms_of_service_acceptance", Shape::Parts(MESSAGE)),
];

const ADAPTIVE_PRICING: &[Field] = &[optional("enabled", Shape::Boolean)];

const RECOVERY: &[Field] =
    &[optional("allow_promotion_codes", Shape::Boolean), required("enabled", Shape::Boolean)];

const AFTER_EXPIRATION: &[Field] = &[optional("recovery", Shape::Parts(RECOVERY))];

const ADDRESS_COLLECTION: &[Field] = &[required("allowed_countries", Shape::List(&COUNTRY_MEMBER))];

/// `POST /v1/checkout/sessions`.
pub static SESSION: &[Field] = &[
    optional("adaptive_pricing", Shape::Parts(ADAPTIVE_PRICING)),
    optional("after_expiration", Shape::Parts(AFTER_EXPIRATION)),
    optional("allow_promotion_codes", Shape::Boolean),
    optional("allowed_payment_method_types", Shape::List(&TEXT_MEMBER)),
    optional("automatic_tax", Shape::NotModelled),
    optional("billing_address_collection", Shape::OneOf(&["auto", "required"])),
    optional("branding_settings", Shape::NotModelled),
    optional("cancel_url", Shape::Address),
    optional("client_reference_id", Shape::Text(200)),
    optional("consent_collection", Shape::NotModelled),
    optional("currency", Shape::Text(3)),
    optional("custom_fields", Shape::NotModelled),
    optional("custom_text", Shape::Parts(CUSTOM_TEXT)),
    optional("customer", Shape::NotModelled),
    optional("customer_account", Shape::NotModelled),
    optional("customer_creation", Shape::OneOf(&["always", "if_required"])),
    optional("customer_email", TEXT),
    optional("customer_update", Shape::NotModelled),
    optional("discounts", Shape::NotModelled),
    optional("excluded_payment_method_types", Shape::List(&TEXT_MEMBER)),
    optional("expand", Shape::List(&TEXT_MEMBER)),
    optional("expires_at", Shape::Integer),
    optional("integration_identifier", TEXT),
    optional("invoice_creation", Shape::NotModelled),
    required("line_items", Shape::List(&LINE_ITEM)),
    optional("locale", Shape::OneOf(LOCALES)),
    optional("managed_payments", Shape::Parts(ENABLED)),
    optional("metadata", Shape::Labels),
    required("mode", Shape::OneOf(&["payment", "setup", "subscription"])),
    optional("name_collection", Shape::NotModelled),
    optional("optional_items", Shape::NotModelled),
    optional("origin_context", Shape::OneOf(&["mobile_app", "web"])),
    optional("payment_intent_data", Shape::Parts(PAYMENT_INTENT_DATA)),
    optional("payment_method_collection", Shape::OneOf(&["always", "if_required"])),
    optional("payment_method_configuration", TEXT),
    optional("payment_method_data", Shape::NotModelled),
    optional("payment_method_options", Shape::NotModelled),
    optional("payment_method_types", Shape::List(&TEXT_MEMBER)),
    optional("permissions", Shape::NotModelled),
    optional("phone_number_collection", Shape::Parts(ENABLED)),
    optional("redirect_on_completion", Shape::NotModelled),
    optional("return_url", Shape::NotModelled),
    optional("saved_payment_method_options", Shape::NotModelled),
    optional("setup_intent_data", Shape::NotModelled),
    optional("shipping_address_collection", Shape::Parts(ADDRESS_COLLECTION)),
    optional("shipping_options", Shape::NotModelled),
    optional("submit_type", Shape::OneOf(&["auto", "book", "donate", "pay", "subscribe"])),
    optional("subscription_data", Shape::NotModelled),
    required("success_url", Shape::Address),
    optional("tax_id_collection", Shape::NotModelled),
    optional("ui_mode", Shape::OneOf(&["elements", "embedded_page", "form", "hosted_page"])),
    optional("wallet_options", Shape::NotModelled),
];

/// `POST /v1/refunds`.
pub static REFUND: &[Field] = &[
    optional("amount", Shape::Integer),
    optional("charge", TEXT),
    optional("currency", Shape::Text(3)),
    optional("customer", Shape::NotModelled),
    optional("expand", Shape::List(&TEXT_MEMBER)),
    optional("instructions_email", TEXT),
    optional("metadata", Shape::Labels),
    optional("origin", Shape::NotModelled),
    optional("payment_intent", TEXT),
    optional("reason", Shape::OneOf(&["duplicate", "fraudulent", "requested_by_customer"])),
    optional("refund_application_fee", Shape::NotModelled),
    optional("reverse_transfer", Shape::NotModelled),
];

/// Requests that only read, or only close: nothing but `expand`.
pub static PLAIN: &[Field] = &[optional("expand", Shape::List(&TEXT_MEMBER))];

/// `GET /v1/checkout/sessions`.
pub static LIST: &[Field] = &[optional("limit", Shape::Integer), optional("expand", Shape::NotModelled)];
