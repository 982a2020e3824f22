//! What the turn machine itself costs: everything else of a turn is waiting.

use criterion::Criterion;
use trato::agent::entry::{Call, Entry, ModelReply, ShopperSaid, ToolResult, ToolStatus, Usage};
use trato::agent::guard::finding::Verdict;
use trato::agent::turn::{Limits, Step, ToolKind, Turn};

/// A turn of three model calls and two rounds of tools over a history of forty lines.
pub fn benchmark(criterion: &mut Criterion) -> anyhow::Result<()> {
    let limits = Limits { tools: [("look".to_owned(), ToolKind::Reads)].into(), ..Limits::default() };
    let history = history()?;
    let steps = vec![calls("a", 1), answers("a"), calls("b", 2), answers("b"), says(), passed()];
    Turn::replay(history.clone(), limits.clone(), steps.clone())?;
    criterion.bench_function("a turn of three model calls and two rounds of tools", |bencher| {
        bencher.iter(|| Turn::replay(history.clone(), limits.clone(), steps.clone()));
    });
    Ok(())
}

fn history() -> anyhow::Result<Vec<Entry>> {
    let at = "2026-11-20T12:00:00Z".parse()?;
    let said = |number: u32| ShopperSaid::words(format!("message {number}"), at);
    let pair = |number| [Entry::Agent { text: format!("answer {number}") }, Entry::Shopper(said(number))];
    Ok((0..20).flat_map(pair).collect())
}

fn reply(text: Option<&str>, calls: Vec<Call>) -> Step {
    let reply =
        ModelReply { text: text.map(str::to_owned), calls, usage: Usage::default(), model: "bench".to_owned() };
    Step::Model { reply }
}

fn calls(id: &str, number: u32) -> Step {
    let arguments = format!("{{\"number\": {number}}}");
    reply(None, vec![Call { id: id.to_owned(), tool: "look".to_owned(), arguments, extra: None }])
}

fn answers(id: &str) -> Step {
    let result = ToolResult {
        call: id.to_owned(),
        tool: "look".to_owned(),
        status: ToolStatus::Answered,
        text: "found".to_owned(),
        evidence: Vec::new(),
    };
    Step::Tools { results: vec![result] }
}

fn says() -> Step {
    reply(Some("Here it is."), Vec::new())
}

const fn passed() -> Step {
    Step::Guard { verdict: Verdict::Pass }
}
