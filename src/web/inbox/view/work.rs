//! What the agent did in a turn, folded away until somebody wants to know.
//!
//! Reads the steps' JSON leniently: the pages may not know the agent's types, and a step that this code does not
//! understand is left out rather than keeping the thread from opening.

use serde_json::{Map, Value};

use crate::base::money::Money;
use crate::conversation::thread::{Step, Work, WorkState};
use crate::web::inbox::view::order::address_of;
use crate::web::inbox::view::when::{Reader, took};

/// Characters of one value that are shown.
const VALUE_CHARACTERS: usize = 400;

pub struct WorkView {
    pub summary: String,
    /// `calm`, `running` or `alarm`.
    pub mood: &'static str,
    pub parts: Vec<Part>,
    /// What it was about to say when somebody took over.
    pub draft: Option<String>,
    pub key: String,
    pub use_address: Option<String>,
}

/// One thing it did.
pub enum Part {
    Call(CallView),
    /// A quote or an order that a tool answered with.
    Sum(SumView),
    Note(String),
}

pub struct CallView {
    pub tool: String,
    pub arguments: Vec<(String, String)>,
    pub is_refused: bool,
    pub first_line: String,
    pub rest: String,
}

#[derive(Debug, PartialEq, Eq)]
pub struct SumView {
    pub title: String,
    /// The page of the order it is about, where it is about one.
    pub address: Option<String>,
    pub lines: Vec<(String, String)>,
    pub total: String,
}

impl WorkView {
    pub fn of(work: &Work, reader: &Reader) -> Self {
        let parts = parts(&work.steps, reader);
        let (mood, state) = match work.state {
            WorkState::Running => ("running", "The assistant is at it"),
            WorkState::Replied => ("calm", ""),
            WorkState::HandedOff => ("alarm", "Asked for a person"),
            WorkState::Silent => ("calm", "Nothing to answer"),
            WorkState::Suggested => ("calm", "Stopped by a person"),
            WorkState::Failed => ("alarm", "Something went wrong"),
        };
        let calls = parts.iter().filter(|part| matches!(part, Part::Call(_))).count();
        let done = match calls {
            0 => String::new(),
            1 => "Used 1 tool".to_owned(),
            count => format!("Used {count} tools"),
        };
        let mut sums = parts.iter().filter_map(|part| match part {
            Part::Sum(sum) => Some(format!("{} {}", sum.title, sum.total)),
            _ => None,
        });
        let time = work.finished_at.map(|finished| took(finished - work.started_at)).unwrap_or_default();
        let words = [state.to_owned(), done].into_iter().chain(sums.next_back()).chain([time]);
        let words: Vec<String> = words.filter(|word| !word.is_empty()).collect();
        let notes = work.error.iter().map(|error| Part::Note(format!("Error: {error}")));
        Self {
            summary: words.join(" · "),
            mood,
            parts: parts.into_iter().chain(notes).collect(),
            draft: work.draft.clone().filter(|_| work.state == WorkState::Suggested),
            key: work.turn.to_string(),
            use_address: None,
        }
    }

    /// Whether there is anything to tell that the thread does not show anyway.
    pub fn is_worth_showing(&self) -> bool {
        !self.parts.is_empty() || self.draft.is_some() || self.mood != "calm"
    }
}

fn parts(steps: &[Step], reader: &Reader) -> Vec<Part> {
    let results: Vec<&Value> = steps.iter().filter(|step| step.kind == "tools").flat_map(results).collect();
    let mut parts = Vec::new();
    for step in steps {
        match step.kind.as_str() {
            "model" => {
                let reply = step.body.get("reply").unwrap_or(&step.body);
                for call in array(reply.get("calls")) {
                    let result = results.iter().find(|result| result["call"] == call["id"]);
                    parts.push(Part::Call(call_view(call, result.copied())));
                    let evidence = array(result.and_then(|result| result.get("evidence")));
                    parts.extend(evidence.filter_map(|fact| sum(fact, reader)).map(Part::Sum));
                }
            }
            "guard" => parts.extend(findings(&step.body).map(Part::Note)),
            "heard" => parts.push(Part::Note("The shopper wrote meanwhile; it was read along.".to_owned())),
            _ => {}
        }
    }
    parts
}

fn results(step: &Step) -> impl Iterator<Item = &Value> {
    array(step.body.get("results").or(Some(&step.body)))
}

fn array(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

fn call_view(call: &Value, result: Option<&Value>) -> CallView {
    let text = result.and_then(|result| result["text"].as_str()).unwrap_or("It was not run.").trim();
    let (first_line, rest) = text.split_once('\n').unwrap_or((text, ""));
    CallView {
        tool: call["tool"].as_str().unwrap_or("?").replace('_', " "),
        arguments: arguments(call["arguments"].as_str().unwrap_or_default()),
        is_refused: result.is_some_and(|result| result["status"] == "refused"),
        first_line: first_line.trim().to_owned(),
        rest: rest.trim().to_owned(),
    }
}

/// The arguments as the model wrote them, one line each; those it left open are not worth a line.
fn arguments(text: &str) -> Vec<(String, String)> {
    match serde_json::from_str::<Map<String, Value>>(text) {
        Ok(map) => {
            let said = map.into_iter().filter(|(_, value)| !value.is_null());
            let shown = said.map(|(name, value)| (name.replace('_', " "), plain(&value)));
            shown.filter(|(_, value)| !value.is_empty()).collect()
        }
        Err(_) if text.trim().is_empty() => Vec::new(),
        Err(_) => vec![("as written".to_owned(), cut(text))],
    }
}

fn plain(value: &Value) -> String {
    let words = match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Object(map) => {
            let said = map.iter().filter(|(_, value)| !value.is_null());
            said.map(|(name, value)| format!("{} {}", name.replace('_', " "), plain(value)))
                .collect::<Vec<_>>()
                .join(" · ")
        }
        other => other.to_string(),
    };
    cut(&words)
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(VALUE_CHARACTERS) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

fn findings(body: &Value) -> impl Iterator<Item = String> {
    let verdict = body.get("verdict").filter(|verdict| verdict.is_object()).unwrap_or(body);
    array(verdict.get("findings")).filter_map(|finding| {
        let (text, reason) = (finding["text"].as_str()?, finding["reason"].as_str()?);
        Some(format!("Held back “{}”: {reason}", cut(text)))
    })
}

/// A quote, a pay page or an order, as a small bill.
fn sum(fact: &Value, reader: &Reader) -> Option<SumView> {
    let money = |value: &Value| {
        let amount: Money = serde_json::from_value(value.clone()).ok()?;
        Some(amount.display(reader.locale))
    };
    let is_something = |value: &Value| value["minor"].as_i64().is_some_and(|minor| minor != 0);
    let total = money(&fact["total"])?;
    let number = fact["number"].as_i64().unwrap_or_default();
    match fact["evidence"].as_str()? {
        "quote" => {
            let mut lines: Vec<_> = array(fact.get("lines"))
                .filter_map(|line| {
                    let title = format!("{} × {}", line["quantity"], line["title"].as_str()?);
                    Some((title, money(&line["amount"])?))
                })
                .collect();
            for discount in array(fact.get("discounts")) {
                let name = discount["code"].as_str().unwrap_or("Discount");
                lines.push((name.to_owned(), format!("−{}", money(&discount["amount"])?)));
            }
            if is_something(&fact["shipping"]) {
                lines.push(("Shipping".to_owned(), money(&fact["shipping"])?));
            }
            if fact["tax"]["included"] == false && is_something(&fact["tax"]["amount"]) {
                lines.push(("Tax".to_owned(), money(&fact["tax"]["amount"])?));
            }
            Some(SumView { title: "Quote".to_owned(), address: None, lines, total })
        }
        "checkout" => {
            let title = format!("Pay page, order {number}");
            Some(SumView { title, address: Some(address_of(number)), lines: Vec::new(), total })
        }
        "order" => {
            let bought =
                array(fact.get("lines")).filter_map(|line| Some((line.as_str()?.to_owned(), String::new())));
            let state = fact["state"].as_str().unwrap_or_default().replace('_', " ");
            let title = format!("Order {number}, {state}");
            Some(SumView { title, address: Some(address_of(number)), lines: bought.collect(), total })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn reader() -> Reader {
        let now = "2026-11-20T05:30:00Z".parse().unwrap();
        Reader { zone: chrono_tz::UTC, locale: "es-MX".parse().unwrap(), now }
    }

    fn steps() -> Vec<Step> {
        let model = json!({"step": "model", "reply": {"text": null, "model": "guided", "calls": [
            {"id": "1", "tool": "search_products",
             "arguments": "{\"query\":\"playera azul\",\"price_max\":null,\"options\":[{\"name\":\"Talla\",\"value\":\"M\"}]}"},
            {"id": "2", "tool": "sing", "arguments": "not json"}]}});
        let tools = json!({"step": "tools", "results": [
            {"call": "2", "tool": "sing", "status": "refused", "text": "There is no such tool.", "evidence": []},
            {"call": "1", "tool": "search_products", "status": "answered", "text": "Two found:\nA\nB", "evidence": [
                {"evidence": "quote", "lines": [{"title": "Playera", "quantity": 2, "amount": {"minor": 59800, "currency": "MXN"}}],
                 "discounts": [{"code": "HOLA10", "amount": {"minor": 5980, "currency": "MXN"}}],
                 "shipping": {"minor": 0, "currency": "MXN"}, "total": {"minor": 53820, "currency": "MXN"}}]}]});
        let guard = json!({"step": "guard", "verdict": {"verdict": "refuse",
            "findings": [{"kind": "amount", "text": "$500", "reason": "no tool gave it"}]}});
        [("model", model), ("tools", tools), ("guard", guard), ("dance", json!(7))]
            .map(|(kind, body)| Step { kind: kind.to_owned(), body })
            .into()
    }

    #[test]
    fn each_call_is_shown_with_its_own_result() {
        let parts = parts(&steps(), &reader());
        let [Part::Call(search), Part::Sum(quote), Part::Call(sing), Part::Note(note)] = &parts[..] else {
            panic!("{} parts", parts.len())
        };
        assert_eq!(search.tool, "search products");
        let expected = [("options", "name Talla · value M"), ("query", "playera azul")];
        assert_eq!(search.arguments, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert_eq!((search.first_line.as_str(), search.rest.as_str()), ("Two found:", "A\nB"));
        assert_eq!(quote.total, "$538.20 MXN");
        assert_eq!(quote.lines[1], ("HOLA10".to_owned(), "−$59.80 MXN".to_owned()));
        assert!(sing.is_refused);
        assert_eq!(sing.arguments, [("as written".to_owned(), "not json".to_owned())]);
        assert_eq!(note, "Held back “$500”: no tool gave it");
    }

    #[test]
    fn a_step_nobody_understands_is_left_out() {
        for body in [json!(null), json!([]), json!({"reply": 3}), json!({"calls": [{}]}), json!({"results": {}})] {
            let steps = ["model", "tools", "guard"].map(|kind| Step { kind: kind.to_owned(), body: body.clone() });
            assert!(parts(&steps, &reader()).len() <= 1);
        }
    }
}
