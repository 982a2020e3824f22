//! What one shop decided: its rules as plain numbers, and its own words.
//!
//! Nothing here computes. Shipping and tax are numbers that pricing turns into amounts. A rule that costs a shopper
//! money has no default: a shop says what it charges, or it is not a shop yet.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::base::language::Language;
use crate::base::money::BasisPoints;
use crate::merchants::hours::OpeningHours;

/// The policies of one shop. A field this version does not know is refused, not dropped: it may be a limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policies {
    /// How the agent introduces itself, where the shop has its own words for it.
    #[serde(default)]
    pub introduction: Introductions,
    /// What delivery costs.
    pub shipping: ShippingRule,
    /// What the state takes.
    pub tax: TaxRule,
    /// How long a payment page stays open.
    #[serde(default)]
    pub order_expiry_minutes: OrderExpiry,
    /// The shop's own words by topic.
    #[serde(default)]
    pub texts: Texts,
    /// When people are there; `None` when the shop did not say.
    #[serde(default)]
    pub hours: Option<OpeningHours>,
    /// The most that model calls may cost in a day, in millionths of the currency that the operator prices the model
    /// in; `None` is no limit of the shop's own, and 0 is no model at all.
    #[serde(default)]
    pub daily_model_budget_micros: Option<u64>,
    /// Promotions, floors, price lists and tables of shipping and tax, as the merchant wrote them. What they mean is
    /// for `pricing` to say.
    #[serde(default)]
    pub pricing: serde_json::Value,
    /// Whether and how far the merchant bargains, as they wrote it; likewise for `pricing` to say.
    #[serde(default)]
    pub bargaining: serde_json::Value,
    /// What the merchant decided about searches, as they wrote it; for `catalog` to say.
    #[serde(default)]
    pub search: serde_json::Value,
}

impl Policies {
    /// Policies with these rules, and nothing else decided.
    #[must_use]
    pub fn new(shipping: ShippingRule, tax: TaxRule) -> Self {
        Self {
            introduction: Introductions::default(),
            shipping,
            tax,
            order_expiry_minutes: OrderExpiry::default(),
            texts: Texts::default(),
            hours: None,
            daily_model_budget_micros: None,
            pricing: serde_json::Value::Null,
            bargaining: serde_json::Value::Null,
            search: serde_json::Value::Null,
        }
    }
}

/// Words of the shop's own: something can be read in them, and they are at most `MAX` characters.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Words<const MAX: usize>(String);

/// Words that say nothing, or too much.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadWords {
    /// There is no letter or digit in them.
    #[error("the words are empty; write a sentence, or leave the key out")]
    Empty,
    /// They are longer than a chat message should be.
    #[error("the words have {length} characters; write at most {max}")]
    TooLong {
        /// How many there are.
        length: usize,
        /// How many there may be.
        max: usize,
    },
}

impl<const MAX: usize> Words<MAX> {
    /// The words, trimmed.
    ///
    /// # Errors
    /// When nothing can be read in them, or they are too long.
    pub fn new(text: &str) -> Result<Self, BadWords> {
        let text = text.trim();
        let length = text.chars().count();
        if !text.chars().any(char::is_alphanumeric) {
            return Err(BadWords::Empty);
        }
        if length > MAX { Err(BadWords::TooLong { length, max: MAX }) } else { Ok(Self(text.to_owned())) }
    }

    /// The words as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> TryFrom<String> for Words<MAX> {
    type Error = BadWords;
    fn try_from(text: String) -> Result<Self, BadWords> {
        Self::new(&text)
    }
}

impl<const MAX: usize> From<Words<MAX>> for String {
    fn from(words: Words<MAX>) -> Self {
        words.0
    }
}

impl<const MAX: usize> fmt::Debug for Words<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// The sentence with which the agent's first message says that it is an assistant, and how to reach a person.
/// A shop may change the words; it cannot take them away.
pub type Introduction = Words<400>;

/// What a shop says on one topic.
pub type PolicyText = Words<1000>;

/// Words by which an introduction says that no person writes, in small letters.
const SAYS_ASSISTANT: [&str; 12] = [
    "assistant",
    "asistente",
    "assistente",
    "virtual",
    "bot",
    "chatbot",
    "robô",
    "automated",
    "automatic",
    "automátic",
    "artificial",
    "digital",
];
/// Words by which it says how a person is reached.
const SAYS_PERSON: [&str; 15] = [
    "person",
    "people",
    "human",
    "someone",
    "somebody",
    "team",
    "staff",
    "persona",
    "equipo",
    "alguien",
    "gente",
    "pessoa",
    "equipe",
    "alguém",
    "atendente",
];

/// What an introduction does not say and must.
#[must_use]
pub fn unsaid(introduction: &Introduction) -> Option<&'static str> {
    let text = introduction.as_str().to_lowercase();
    let words: Vec<&str> = text.split(|letter: char| !letter.is_alphanumeric()).collect();
    let says = |known: &[&str]| words.iter().any(|word| known.iter().any(|known| word.starts_with(known)));
    if !says(&SAYS_ASSISTANT) {
        Some("that an assistant writes and no person")
    } else if says(&SAYS_PERSON) {
        None
    } else {
        Some("how a person is reached, such as by writing \"person\"")
    }
}

/// The shop's own introductions. Where one is missing, whoever introduces the agent has a sentence of ours.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Introductions {
    /// In English.
    pub en: Option<Introduction>,
    /// In Spanish.
    pub es: Option<Introduction>,
    /// In Portuguese.
    pub pt: Option<Introduction>,
}

impl Introductions {
    /// The shop's introduction in this language, if it wrote one.
    #[must_use]
    pub fn in_language(&self, language: Language) -> Option<&str> {
        let own = match language {
            Language::En => &self.en,
            Language::Es => &self.es,
            Language::Pt => &self.pt,
        };
        own.as_ref().map(Words::as_str)
    }
}

/// What delivery costs: one amount, and perhaps nothing above another, both in the shop's minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "ShippingColumns", into = "ShippingColumns")]
pub struct ShippingRule {
    flat_minor: i64,
    free_above_minor: Option<i64>,
}

/// A rule made of numbers that make no rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadRule {
    /// Shipping below zero.
    #[error("a shipping amount is zero or more minor units")]
    NegativeShipping,
    /// A tax of more than everything.
    #[error("a tax rate is 0 to 10000 basis points (100 %)")]
    TaxRate,
    /// A payment page that closes too soon or too late.
    #[error("a payment page stays open for 30 to 1440 minutes")]
    OrderExpiry,
}

impl ShippingRule {
    /// A flat amount; carts whose goods come to `free_above_minor` or more are delivered free.
    ///
    /// # Errors
    /// When an amount is negative.
    pub const fn new(flat_minor: i64, free_above_minor: Option<i64>) -> Result<Self, BadRule> {
        if flat_minor < 0 || matches!(free_above_minor, Some(..0)) {
            return Err(BadRule::NegativeShipping);
        }
        Ok(Self { flat_minor, free_above_minor })
    }

    /// What delivery costs, in minor units.
    #[must_use]
    pub const fn flat_minor(self) -> i64 {
        self.flat_minor
    }

    /// From which value of goods it costs nothing, in minor units.
    #[must_use]
    pub const fn free_above_minor(self) -> Option<i64> {
        self.free_above_minor
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ShippingColumns {
    flat_minor: i64,
    #[serde(default)]
    free_above_minor: Option<i64>,
}

impl TryFrom<ShippingColumns> for ShippingRule {
    type Error = BadRule;
    fn try_from(columns: ShippingColumns) -> Result<Self, BadRule> {
        Self::new(columns.flat_minor, columns.free_above_minor)
    }
}

impl From<ShippingRule> for ShippingColumns {
    fn from(rule: ShippingRule) -> Self {
        Self { flat_minor: rule.flat_minor, free_above_minor: rule.free_above_minor }
    }
}

/// Whether the prices on the shelf have the tax in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxMode {
    /// The price is what is paid; the tax is a part of it.
    Included,
    /// The tax comes on top.
    Added,
}

/// What the state takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "TaxColumns", into = "TaxColumns")]
pub struct TaxRule {
    rate: BasisPoints,
    mode: TaxMode,
    on_shipping: bool,
}

/// Whether delivery is taxed as the goods are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShippingTax {
    /// It is.
    Charged,
    /// It is not.
    Free,
}

impl TaxRule {
    /// A rate, where it stands, and whether delivery is taxed too. A rate of 0 is no tax.
    ///
    /// # Errors
    /// When the rate is more than 100 %.
    pub const fn new(rate: BasisPoints, mode: TaxMode, shipping: ShippingTax) -> Result<Self, BadRule> {
        if rate.0 > BasisPoints::WHOLE.0 {
            return Err(BadRule::TaxRate);
        }
        Ok(Self { rate, mode, on_shipping: matches!(shipping, ShippingTax::Charged) })
    }

    /// The rate.
    #[must_use]
    pub const fn rate(self) -> BasisPoints {
        self.rate
    }

    /// Whether prices have it in them.
    #[must_use]
    pub const fn mode(self) -> TaxMode {
        self.mode
    }

    /// Whether delivery is taxed too.
    #[must_use]
    pub const fn on_shipping(self) -> bool {
        self.on_shipping
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TaxColumns {
    rate_bp: u32,
    mode: TaxMode,
    on_shipping: bool,
}

impl TryFrom<TaxColumns> for TaxRule {
    type Error = BadRule;
    fn try_from(columns: TaxColumns) -> Result<Self, BadRule> {
        let shipping = if columns.on_shipping { ShippingTax::Charged } else { ShippingTax::Free };
        Self::new(BasisPoints(columns.rate_bp), columns.mode, shipping)
    }
}

impl From<TaxRule> for TaxColumns {
    fn from(rule: TaxRule) -> Self {
        Self { rate_bp: rule.rate.0, mode: rule.mode, on_shipping: rule.on_shipping }
    }
}

/// How long a payment page stays open, in minutes. The bounds are those of a Stripe Checkout session, half an hour to a
/// day from the moment it is made, with five minutes for making it and for clocks that differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct OrderExpiry(u32);

impl OrderExpiry {
    /// So many minutes.
    ///
    /// # Errors
    /// Below 35 and above 1435.
    pub const fn new(minutes: u32) -> Result<Self, BadRule> {
        if minutes < 35 || minutes > 1435 { Err(BadRule::OrderExpiry) } else { Ok(Self(minutes)) }
    }

    /// The minutes.
    #[must_use]
    pub const fn minutes(self) -> u32 {
        self.0
    }
}

impl Default for OrderExpiry {
    fn default() -> Self {
        Self(60)
    }
}

impl TryFrom<u32> for OrderExpiry {
    type Error = BadRule;
    fn try_from(minutes: u32) -> Result<Self, BadRule> {
        Self::new(minutes)
    }
}

impl From<OrderExpiry> for u32 {
    fn from(expiry: OrderExpiry) -> Self {
        expiry.0
    }
}

/// What a shopper may ask a shop about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// Who they are.
    About,
    /// How and when things arrive.
    Shipping,
    /// What can be sent back.
    Returns,
    /// When someone is there.
    Hours,
    /// How one pays.
    Payment,
}

impl Topic {
    /// Every topic, in a fixed order.
    pub const ALL: [Self; 5] = [Self::About, Self::Shipping, Self::Returns, Self::Hours, Self::Payment];

    /// The word in files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::About => "about",
            Self::Shipping => "shipping",
            Self::Returns => "returns",
            Self::Hours => "hours",
            Self::Payment => "payment",
        }
    }
}

/// The shop's own words by topic.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Texts {
    /// Who they are.
    pub about: Option<PolicyText>,
    /// How and when things arrive.
    pub shipping: Option<PolicyText>,
    /// What can be sent back.
    pub returns: Option<PolicyText>,
    /// When someone is there.
    pub hours: Option<PolicyText>,
    /// How one pays.
    pub payment: Option<PolicyText>,
}

impl Texts {
    /// What the shop says on this topic, if it says anything.
    #[must_use]
    pub fn on(&self, topic: Topic) -> Option<&str> {
        let text = match topic {
            Topic::About => &self.about,
            Topic::Shipping => &self.shipping,
            Topic::Returns => &self.returns,
            Topic::Hours => &self.hours,
            Topic::Payment => &self.payment,
        };
        text.as_ref().map(Words::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn least() -> Value {
        json!({"shipping": {"flat_minor": 9900}, "tax": {"rate_bp": 1600, "mode": "included", "on_shipping": true}})
    }

    fn with(key: &str, value: Value) -> Result<Policies, String> {
        let mut policies = least();
        policies[key] = value;
        serde_json::from_value(policies).map_err(|error| error.to_string())
    }

    #[test]
    fn policies_need_only_the_rules_that_cost_money() {
        let policies: Policies = serde_json::from_value(least()).unwrap();
        assert_eq!(policies.order_expiry_minutes.minutes(), 60);
        assert_eq!(policies.introduction.in_language(Language::Es), None);
        assert_eq!(policies, Policies::new(policies.shipping, policies.tax));
        for missing in ["shipping", "tax"] {
            let mut without = least();
            without.as_object_mut().unwrap().remove(missing);
            let error = serde_json::from_value::<Policies>(without).unwrap_err().to_string();
            assert!(error.contains(&format!("missing field `{missing}`")), "{error}");
        }
    }

    #[test]
    fn policies_read_back_as_they_were_written() {
        let mut policies = with(
            "introduction",
            json!({"pt": "Olá, sou a assistente virtual da loja. Escreva \"pessoa\" para falar com alguém."}),
        )
        .unwrap();
        policies.texts.returns = Some(Words::new("30 dias.").unwrap());
        policies.daily_model_budget_micros = Some(2_500_000);
        policies.hours = Some(OpeningHours::default());
        let written = serde_json::to_value(&policies).unwrap();
        assert_eq!(serde_json::from_value::<Policies>(written).unwrap(), policies);
        assert_eq!(policies.texts.on(Topic::Returns), Some("30 dias."));
    }

    #[test]
    fn fields_nobody_knows_are_refused_by_name_at_every_depth() {
        let check = |key: &str, value: Value, wrong: &str| {
            let error = with(key, value).unwrap_err();
            assert!(error.contains(&format!("unknown field `{wrong}`")), "{error}");
        };
        check("free_shipping", json!(true), "free_shipping");
        check("shipping", json!({"flat_minor": 1, "free_over": 2}), "free_over");
        check("tax", json!({"rate_bp": 1, "mode": "added", "on_shipping": true, "rounding": "up"}), "rounding");
        check("texts", json!({"refunds": "…"}), "refunds");
        check("introduction", json!({"fr": "Bonjour"}), "fr");
    }

    #[test]
    fn an_introduction_cannot_be_emptied() {
        for nothing in ["", "   ", "\u{200b}", "…!"] {
            assert_eq!(Introduction::new(nothing), Err(BadWords::Empty), "{nothing:?}");
            let error = with("introduction", json!({"es": nothing})).unwrap_err();
            assert!(error.contains("the words are empty"), "{error}");
        }
        let own = with("introduction", json!({"es": " Soy Lola, la asistente virtual. "})).unwrap();
        assert_eq!(own.introduction.in_language(Language::Es), Some("Soy Lola, la asistente virtual."));
    }

    #[test]
    fn an_introduction_says_that_an_assistant_writes_and_how_a_person_is_reached() {
        let unsaid = |text: &str| unsaid(&Introduction::new(text).unwrap());
        for whole in [
            "Hi! I'm the assistant of Nube. Write \"person\" to talk to somebody.",
            "Hola, soy Lola, la asistente virtual. Si prefieres, te atiende alguien del equipo.",
            "Oi! Sou o robô da loja; escreva atendente se precisar.",
        ] {
            assert_eq!(unsaid(whole), None, "{whole}");
        }
        for mute in ["Welcome!", "Hola, soy Lola. Te atiende alguien."] {
            assert_eq!(unsaid(mute), Some("that an assistant writes and no person"), "{mute}");
        }
        assert!(unsaid("Soy Lola, la asistente virtual.").unwrap().starts_with("how a person is reached"));
    }

    #[test]
    fn a_text_has_at_most_a_thousand_characters() {
        assert!(PolicyText::new(&"ñ".repeat(1000)).is_ok());
        assert_eq!(PolicyText::new(&"ñ".repeat(1001)), Err(BadWords::TooLong { length: 1001, max: 1000 }));
    }

    #[test]
    fn rules_that_make_no_sense_are_refused() {
        let check = |key: &str, value: Value, wanted: BadRule| {
            let error = with(key, value).unwrap_err();
            assert!(error.contains(&wanted.to_string()), "{error}");
        };
        check("shipping", json!({"flat_minor": -1}), BadRule::NegativeShipping);
        check("shipping", json!({"flat_minor": 0, "free_above_minor": -5}), BadRule::NegativeShipping);
        check("tax", json!({"rate_bp": 10001, "mode": "added", "on_shipping": false}), BadRule::TaxRate);
        check("order_expiry_minutes", json!(34), BadRule::OrderExpiry);
        check("order_expiry_minutes", json!(1436), BadRule::OrderExpiry);
        assert!(with("order_expiry_minutes", json!(35)).is_ok());
        assert!(with("order_expiry_minutes", json!(1435)).is_ok());
        assert!(with("daily_model_budget_micros", json!(-1)).is_err());
    }
}
