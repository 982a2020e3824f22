//! Judging: what was expected against what came. Pure.

use std::collections::BTreeSet;

use crate::agent::guard;
use crate::agent::guard::finding::Verdict;
use crate::agent::turn;
use crate::base::money::{Currency, Money};
use crate::evals::case::{Action, Case, Expected, ExpectedLine, ExpectedOrder, Step};
use crate::evals::observed::{Observed, ObservedTurn, Spoken};
use crate::evals::stage::{Seller, StageShop};

/// Who a step of the log says answered when it was the guided seller.
pub const GUIDED: &str = "guided";

/// Something that was expected and is not so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Miss {
    /// What should be.
    pub expected: String,
    /// What is.
    pub found: String,
}

impl Miss {
    /// From two phrases.
    #[must_use]
    pub fn new(expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self { expected: expected.into(), found: found.into() }
    }
}

/// What a step expected to hear and did not.
#[must_use]
pub fn misses_of_step(place: usize, step: &Step, currency: Currency, answer: &[Spoken]) -> Vec<Miss> {
    let told = joined(answer);
    let found = || if told.is_empty() { "nothing was said".to_owned() } else { told.clone() };
    let unheard = step.hears.iter().filter(|wanted| !says(&told, wanted));
    let unheard = unheard.map(|wanted| Miss::new(format!("step {} hears “{wanted}”", place + 1), found()));
    let unwanted = step.never_hears.iter().filter(|unwanted| says(&told, unwanted));
    let unwanted =
        unwanted.map(|unwanted| Miss::new(format!("step {} never hears “{unwanted}”", place + 1), found()));
    let within =
        step.amounts_within.iter().flat_map(|[least, most]| amounts_outside((least, most), currency, &told));
    unheard.chain(unwanted).chain(within).collect()
}

/// The amounts in a text that are outside of a range; one miss, too, when there is none at all.
fn amounts_outside((least, most): (&str, &str), currency: Currency, told: &str) -> Vec<Miss> {
    let expected = || format!("every amount is within {least} and {most} {currency}");
    let bounds = [least, most].map(|bound| Money::parse_major(bound, currency));
    let [Ok(least), Ok(most)] = bounds else {
        return vec![Miss::new(expected(), "the case cannot be read: a bound is no amount")];
    };
    let amounts = guard::amounts(told, currency);
    if amounts.is_empty() {
        return vec![Miss::new(expected(), format!("there is none: {told}"))];
    }
    let outside = amounts.iter().filter(|amount| !(least.minor()..=most.minor()).contains(&amount.minor()));
    outside.map(|amount| Miss::new(expected(), amount.major())).collect()
}

/// What the cart should have held after a step and did not.
#[must_use]
pub fn cart_miss(what: &str, wanted: Option<&Vec<ExpectedLine>>, found: &[ExpectedLine]) -> Option<Miss> {
    let mut wanted = wanted?.clone();
    wanted.sort();
    (wanted != found).then(|| Miss::new(format!("{what}: {}", lines(&wanted)), lines(found)))
}

/// What the whole case expected and is not so.
#[must_use]
pub fn grade(
    case: &Case,
    (shop, seller): (&StageShop, Seller),
    observed: &Observed,
    transcript: &[Spoken],
) -> Vec<Miss> {
    let expect = &case.expect;
    let mut misses = Vec::new();
    misses.extend(fallback_miss(expect.fallback, seller, observed));
    misses.extend(cart_misses(expect, shop.currency, observed));
    misses.extend(order_misses(expect.order.as_ref(), shop.currency, observed));
    misses.extend(person_miss(expect.person, observed));
    misses.extend(tool_misses(expect, observed));
    misses.extend(word_misses(expect, transcript));
    misses.extend(guard_misses(expect.refused_drafts, observed));
    misses.extend(answer_misses(&case.steps, observed));
    misses
}

fn cart_misses(expect: &Expected, currency: Currency, observed: &Observed) -> Vec<Miss> {
    let mut misses = Vec::new();
    misses.extend(cart_miss("in the cart", expect.cart.as_ref(), &observed.cart));
    if let Some(wanted) = &expect.coupons
        && *wanted != observed.coupons
    {
        misses.push(Miss::new(format!("coupons on the cart: {wanted:?}"), format!("{:?}", observed.coupons)));
    }
    if let Some(wanted) = &expect.total {
        misses.extend(amount_miss("the total shown last", wanted, currency, observed.shown_total));
    }
    misses
}

/// A case that the guided seller passed says nothing of the model that was to answer.
fn fallback_miss(allowed: bool, seller: Seller, observed: &Observed) -> Option<Miss> {
    let guided = observed.turns.iter().flat_map(ObservedTurn::models).filter(|model| *model == GUIDED).count();
    let misses = seller == Seller::Model && !allowed && guided > 0;
    misses.then(|| Miss::new("the model answers", format!("the guided seller did, {guided} times")))
}

fn amount_miss(what: &str, wanted: &str, currency: Currency, found: Option<Money>) -> Option<Miss> {
    let expected = || format!("{what} is {wanted} {currency}");
    match (Money::parse_major(wanted, currency), found) {
        (Ok(wanted), Some(found)) if wanted == found => None,
        (Ok(_), Some(found)) => Some(Miss::new(expected(), format!("{} {}", found.major(), found.currency()))),
        (Ok(_), None) => Some(Miss::new(expected(), "there is none")),
        (Err(error), _) => Some(Miss::new(expected(), format!("the case cannot be read: {error}"))),
    }
}

fn lines(lines: &[ExpectedLine]) -> String {
    let line = |line: &ExpectedLine| format!("{} × {}", line.quantity, line.sku);
    let all = lines.iter().map(line).collect::<Vec<_>>().join(", ");
    if all.is_empty() { "nothing".to_owned() } else { all }
}

fn order_misses(wanted: Option<&ExpectedOrder>, currency: Currency, observed: &Observed) -> Vec<Miss> {
    let Some(wanted) = wanted else {
        let none = observed.orders.is_empty();
        let found = || format!("{} orders", observed.orders.len());
        return if none { Vec::new() } else { vec![Miss::new("no order", found())] };
    };
    let Some(newest) = observed.orders.last() else {
        return vec![Miss::new(format!("an order that is {}", wanted.state), "no order")];
    };
    let mut misses = Vec::new();
    if observed.orders.len() != wanted.count {
        misses.push(Miss::new(format!("{} orders", wanted.count), observed.orders.len().to_string()));
    }
    if newest.state != wanted.state {
        misses.push(Miss::new(format!("an order that is {}", wanted.state), newest.state.clone()));
    }
    if let Some(total) = &wanted.total {
        misses.extend(amount_miss("the order's total", total, currency, Some(newest.total)));
    }
    if wanted.delivery.is_some_and(|delivery| delivery != newest.delivery) {
        let known = |known| if known { "known" } else { "not known" };
        misses.push(Miss::new(format!("where to send it is {}", known(!newest.delivery)), known(newest.delivery)));
    }
    misses
}

fn person_miss(wanted: bool, observed: &Observed) -> Option<Miss> {
    match (&observed.person, wanted) {
        (None, true) => Some(Miss::new("a person is called", "none was")),
        (Some(reason), false) => Some(Miss::new("no person is called", format!("one was: {reason}"))),
        _ => None,
    }
}

fn tool_misses(expect: &Expected, observed: &Observed) -> Vec<Miss> {
    let called: BTreeSet<&str> = observed.turns.iter().flat_map(ObservedTurn::tools).collect();
    let found = || called.iter().copied().collect::<Vec<_>>().join(", ");
    let uncalled = expect.tools_required.iter().filter(|tool| !called.contains(tool.as_str()));
    let uncalled = uncalled.map(|tool| Miss::new(format!("`{tool}` is called"), found()));
    let forbidden = expect.tools_forbidden.iter().filter(|tool| called.contains(tool.as_str()));
    let forbidden = forbidden.map(|tool| Miss::new(format!("`{tool}` is never called"), found()));
    uncalled.chain(forbidden).collect()
}

fn word_misses(expect: &Expected, transcript: &[Spoken]) -> Vec<Miss> {
    let told: Vec<Spoken> = transcript.iter().filter(|spoken| !spoken.by_shopper).cloned().collect();
    let told = joined(&told);
    let unsaid = expect.says.iter().filter(|wanted| !says(&told, wanted));
    let unsaid = unsaid.map(|wanted| Miss::new(format!("“{wanted}” is said"), "it never was"));
    let unwanted = expect.never_says.iter().filter(|unwanted| says(&told, unwanted));
    let unwanted = unwanted.map(|unwanted| Miss::new(format!("“{unwanted}” is never said"), "it was"));
    unsaid.chain(unwanted).collect()
}

/// Drafts that the guard refused. What it refused and why is in the log; here it is told in short.
fn guard_misses(wanted: usize, observed: &Observed) -> Option<Miss> {
    let steps = observed.turns.iter().flat_map(|turn| &turn.steps);
    let refused: Vec<_> = steps
        .filter_map(|step| match step {
            turn::Step::Guard { verdict: Verdict::Refuse(findings) } => Some(findings),
            _ => None,
        })
        .collect();
    let found = || {
        let pieces =
            refused.iter().copied().flatten().map(|finding| format!("{:?} “{}”", finding.kind, finding.text));
        format!("{}: {}", refused.len(), pieces.collect::<Vec<_>>().join(", "))
    };
    (refused.len() != wanted).then(|| Miss::new(format!("{wanted} drafts refused by the guard"), found()))
}

/// Every message is answered exactly once, and what was written in one go by one answer.
fn answer_misses(steps: &[Step], observed: &Observed) -> Vec<Miss> {
    let mut misses = Vec::new();
    let ended = |state: &str| matches!(state, "replied" | "handed_off");
    for turn in observed.turns.iter().filter(|turn| !ended(&turn.state)) {
        misses.push(Miss::new("every turn ends with an answer", format!("one is {}", turn.state)));
    }
    let answering: Vec<_> = observed
        .turns
        .iter()
        .filter(|turn| turn.events.iter().any(|event| observed.said.contains(event)))
        .collect();
    for event in &observed.said {
        let answers = answering.iter().filter(|turn| turn.events.contains(event) && turn.bubbles > 0).count();
        if answers != 1 {
            let place = observed.said.iter().position(|said| said == event).map_or(0, |place| place + 1);
            misses.push(Miss::new(format!("message {place} is answered once"), format!("{answers} answers")));
        }
    }
    let spoken = steps.iter().filter(|step| !matches!(step.action, Action::Pay(_))).count();
    if answering.len() != spoken {
        misses.push(Miss::new(format!("{spoken} answers to the shopper"), answering.len().to_string()));
    }
    misses
}

fn joined(spoken: &[Spoken]) -> String {
    let all = |spoken: &Spoken| {
        let mut words = vec![spoken.words.clone()];
        words.extend(spoken.choices.iter().map(|choice| format!("[{choice}]")));
        words.join("\n")
    };
    spoken.iter().map(all).collect::<Vec<_>>().join("\n")
}

/// Whether a text holds one of the alternatives; capitals and kinds of blanks do not count.
fn says(text: &str, wanted: &str) -> bool {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let text = plain(text);
    wanted.split(" | ").any(|wanted| text.contains(&plain(wanted)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::entry::{Call, ModelReply, Usage};
    use crate::base::ids::TurnId;
    use crate::evals::observed::{ObservedOrder, ObservedTurn};

    fn spoken(words: &str) -> Spoken {
        Spoken { by_shopper: false, words: words.to_owned(), choices: vec!["Pay".to_owned()] }
    }

    fn turn(events: &[i64], tools: &[&str]) -> ObservedTurn {
        let call = |tool: &&str| Call {
            id: "1".to_owned(),
            tool: (*tool).to_owned(),
            arguments: "{}".to_owned(),
            extra: None,
        };
        let reply = ModelReply {
            text: None,
            calls: tools.iter().map(call).collect(),
            usage: Usage::default(),
            model: GUIDED.to_owned(),
        };
        ObservedTurn {
            id: TurnId::generate(),
            state: "replied".to_owned(),
            events: events.to_vec(),
            bubbles: 1,
            steps: vec![turn::Step::Model { reply }],
            tokens: 0,
            cost_micros: 0,
        }
    }

    fn step(said: &[&str]) -> Step {
        let said = said.iter().map(|text| (*text).to_owned()).collect();
        Step {
            action: Action::Say(said),
            hears: vec!["One | Two".to_owned()],
            never_hears: vec!["zero".to_owned()],
            amounts_within: None,
            cart: None,
        }
    }

    fn euro() -> Currency {
        "EUR".parse().unwrap()
    }

    #[test]
    fn every_amount_of_an_answer_is_within_the_range() {
        let within = Some(["10".to_owned(), "20.50".to_owned()]);
        let step = Step { hears: Vec::new(), amounts_within: within, ..step(&["x"]) };
        let misses = |words: &str| misses_of_step(0, &step, euro(), &[spoken(words)]).len();
        assert_eq!(misses("one: €10.00, two: 20.50 EUR, in 3 sizes"), 0);
        assert_eq!(misses("one: €10.00, two: €21, three: €9.99"), 2);
        assert_eq!(misses("nothing was found"), 1);
    }

    #[test]
    fn a_model_is_not_passed_by_the_guided_seller() {
        let observed = Observed { turns: vec![turn(&[1], &[])], ..Observed::default() };
        assert!(fallback_miss(false, Seller::Model, &observed).is_some());
        assert!(fallback_miss(true, Seller::Model, &observed).is_none());
        assert!(fallback_miss(false, Seller::Guided, &observed).is_none());
    }

    #[test]
    fn a_step_hears_one_of_the_alternatives_in_words_or_on_buttons() {
        assert_eq!(misses_of_step(0, &step(&["x"]), euro(), &[spoken("here is\u{a0}TWO")]), []);
        let missed = misses_of_step(1, &step(&["x"]), euro(), &[spoken("zero")]);
        assert_eq!(missed.len(), 2);
        assert!(missed[0].expected.starts_with("step 2 hears"), "{missed:?}");
        let button = Step { hears: vec!["[pay]".to_owned()], ..step(&["x"]) };
        assert_eq!(misses_of_step(0, &button, euro(), &[spoken("a")]), []);
    }

    #[test]
    fn an_order_nobody_expected_is_a_miss_and_so_is_a_wrong_total() {
        let euro: Currency = "EUR".parse().unwrap();
        let order = ObservedOrder { state: "paid".to_owned(), total: Money::new(1250, euro), delivery: false };
        let observed = Observed { orders: vec![order], ..Observed::default() };
        assert_eq!(order_misses(None, euro, &observed).len(), 1);
        let wanted = |total: &str| ExpectedOrder {
            state: "paid".to_owned(),
            total: Some(total.to_owned()),
            delivery: Some(false),
            count: 1,
        };
        assert_eq!(order_misses(Some(&wanted("12.50")), euro, &observed), []);
        assert_eq!(order_misses(Some(&wanted("12.51")), euro, &observed).len(), 1);
        let delivered = ExpectedOrder { delivery: Some(true), count: 2, ..wanted("12.50") };
        assert_eq!(order_misses(Some(&delivered), euro, &observed).len(), 2);
    }

    #[test]
    fn each_message_has_one_answer_and_a_burst_has_one_together() {
        let steps = [step(&["a", "b"]), step(&["c"])];
        let observed = |turns: Vec<ObservedTurn>| Observed { said: vec![1, 2, 5], turns, ..Observed::default() };
        assert_eq!(answer_misses(&steps, &observed(vec![turn(&[1, 2], &[]), turn(&[5], &[])])), []);
        // The burst fell apart.
        let apart = observed(vec![turn(&[1], &[]), turn(&[2], &[]), turn(&[5], &[])]);
        assert_eq!(answer_misses(&steps, &apart).len(), 1);
        // One message was answered twice, another not at all.
        let twice = observed(vec![turn(&[1, 2], &[]), turn(&[2], &[])]);
        assert_eq!(answer_misses(&steps, &twice).len(), 2);
    }

    #[test]
    fn tools_are_required_and_forbidden() {
        let observed = Observed { turns: vec![turn(&[1], &["search_catalog"])], ..Observed::default() };
        let expect = Expected {
            tools_required: vec!["search_catalog".to_owned(), "view_cart".to_owned()],
            tools_forbidden: vec!["search_catalog".to_owned()],
            ..Expected::default()
        };
        assert_eq!(tool_misses(&expect, &observed).len(), 2);
    }
}
