//! What a case is: who writes what to which shop, and what must have come of it.

use serde::Deserialize;

use crate::base::names::{CouponCode, Sku, Slug};

/// A scripted conversation with its expectations. `evals/README.md` explains each field.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// `area/situation__verdict`, from where the file lies.
    #[serde(skip)]
    pub name: String,
    /// What it shows, in one sentence.
    pub about: String,
    /// The shop that is written to.
    pub shop: Slug,
    /// What the shopper does, in order.
    pub steps: Vec<Step>,
    /// What must be true at the end.
    #[serde(default)]
    pub expect: Expected,
}

/// One thing the shopper does, and what must be heard in answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "StepFile")]
pub struct Step {
    /// What.
    pub action: Action,
    /// Each of these must be in what came back; ` | ` stands between alternatives.
    pub hears: Vec<String>,
    /// None of these may be in what came back.
    pub never_hears: Vec<String>,
    /// The least and the most that an amount in what came back may be, as plain decimals; some amount must be in it.
    pub amounts_within: Option<[String; 2]>,
    /// The lines of the open cart afterwards, in any order; an empty list means an empty cart.
    pub cart: Option<Vec<ExpectedLine>>,
}

/// What a shopper does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Writes one message, or several in a row without waiting.
    Say(Vec<String>),
    /// Presses what was offered last among the choices whose id begins so or whose words are these.
    Press(String),
    /// Sends a picture with these words under it.
    Picture(String),
    /// Does something on the newest pay page.
    Pay(Payment),
}

/// What a shopper does on a pay page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Payment {
    /// Pays by card.
    Card,
    /// Tries a card that is declined, and leaves.
    Declined,
    /// Takes a voucher, to be paid later.
    Voucher,
    /// Pays the voucher.
    VoucherPaid,
    /// Stays away until the page closes.
    Abandon,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct StepFile {
    say: Option<OneOrMany>,
    press: Option<String>,
    picture: Option<String>,
    pay: Option<Payment>,
    hears: Vec<String>,
    never_hears: Vec<String>,
    amounts_within: Option<[String; 2]>,
    cart: Option<Vec<ExpectedLine>>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl TryFrom<StepFile> for Step {
    type Error = &'static str;

    fn try_from(file: StepFile) -> Result<Self, Self::Error> {
        let said = file.say.map(|words| match words {
            OneOrMany::One(text) => vec![text],
            OneOrMany::Many(texts) => texts,
        });
        let actions = [
            said.map(Action::Say),
            file.press.map(Action::Press),
            file.picture.map(Action::Picture),
            file.pay.map(Action::Pay),
        ];
        let mut actions: Vec<Action> = actions.into_iter().flatten().collect();
        match (actions.pop(), actions.as_slice()) {
            (Some(Action::Say(texts)), []) if texts.is_empty() => Err("`say` needs something to say"),
            (Some(action), []) => Ok(Self {
                action,
                hears: file.hears,
                never_hears: file.never_hears,
                amounts_within: file.amounts_within,
                cart: file.cart,
            }),
            _ => Err("a step does exactly one thing: `say`, `press`, `picture` or `pay`"),
        }
    }
}

/// What must be true at the end. What is left out is not looked at, except that there must be no order, no call for
/// a person and no refused draft unless the case says so.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Expected {
    /// The lines of the open cart, in any order; an empty list means an empty cart.
    pub cart: Option<Vec<ExpectedLine>>,
    /// The coupons on the open cart.
    pub coupons: Option<Vec<CouponCode>>,
    /// The total that was shown last, as a plain decimal in the shop's currency.
    pub total: Option<String>,
    /// The newest order.
    pub order: Option<ExpectedOrder>,
    /// Whether a person was called.
    pub person: bool,
    /// Tools that must have been called.
    pub tools_required: Vec<String>,
    /// Tools that must not have been called.
    pub tools_forbidden: Vec<String>,
    /// Each of these must have been said at some time; ` | ` stands between alternatives.
    pub says: Vec<String>,
    /// None of these may ever have been said.
    pub never_says: Vec<String>,
    /// How many drafts the guard refused.
    pub refused_drafts: usize,
    /// Whether the guided seller may take the place of a model that is to answer.
    pub fallback: bool,
}

/// A line of a cart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedLine {
    /// What.
    pub sku: Sku,
    /// How many.
    pub quantity: u32,
}

/// What is expected of the newest order.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedOrder {
    /// Its state, in the word the database keeps: `awaiting_payment`, `paid`, …
    pub state: String,
    /// Its total, as a plain decimal in the shop's currency.
    pub total: Option<String>,
    /// Whether it is known where to send it.
    pub delivery: Option<bool>,
    /// How many orders there are.
    #[serde(default = "one")]
    pub count: usize,
}

const fn one() -> usize {
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(steps: &str) -> Result<Case, String> {
        toml::from_str(&format!("about = \"x\"\nshop = \"porch\"\n{steps}"))
            .map_err(|error| error.message().to_owned())
    }

    #[test]
    fn a_case_reads_into_actions_and_expectations() {
        let case = read(
            r#"
            steps = [
                { say = "hi" },
                { say = ["two", "at once"], hears = ["Sure | Okay"], amounts_within = ["1.00", "2.50"], cart = [] },
                { press = "pay:" },
                { picture = "this one?" },
                { pay = "card" },
            ]
            [expect]
            cart = [{ sku = "A-1", quantity = 2 }]
            order = { state = "paid", total = "12.50" }
            "#,
        )
        .unwrap();
        assert_eq!(case.steps[1].action, Action::Say(vec!["two".to_owned(), "at once".to_owned()]));
        assert_eq!(case.steps[4].action, Action::Pay(Payment::Card));
        assert_eq!((&case.steps[1].cart, &case.steps[2].cart), (&Some(Vec::new()), &None));
        assert_eq!(case.steps[1].amounts_within, Some(["1.00".to_owned(), "2.50".to_owned()]));
        assert_eq!(case.expect.order.unwrap().count, 1);
        assert_eq!(case.expect.cart.unwrap()[0].quantity, 2);
    }

    #[test]
    fn a_misspelt_field_is_refused_by_name() {
        let error = read("steps = [{ say = \"hi\", heers = [\"x\"] }]").unwrap_err();
        assert!(error.contains("heers"), "{error}");
        let error = read("steps = []\n[expect]\ncarts = []").unwrap_err();
        assert!(error.contains("carts"), "{error}");
    }

    #[test]
    fn a_step_that_does_two_things_or_none_is_refused() {
        for steps in ["steps = [{ say = \"hi\", press = \"more\" }]", "steps = [{ hears = [\"x\"] }]"] {
            let error = read(steps).unwrap_err();
            assert!(error.contains("exactly one thing"), "{error}");
        }
        assert!(read("steps = [{ say = [] }]").unwrap_err().contains("something to say"));
    }
}
