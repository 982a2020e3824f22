//! What becomes of the calls in one reply: run, answered by rule, or answered with what is known already.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::agent::entry::{Call, ToolResult, ToolStatus};
use crate::agent::turn::ToolKind;

/// The calls of one reply and what is to become of each.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::agent::turn) struct Plan {
    /// Those that a worker has to run, in order.
    pub(in crate::agent::turn) run: Vec<Call>,
    /// What becomes of each call of the reply, in order.
    fates: Vec<Fate>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Fate {
    /// The next result of those that were run.
    Run,
    /// Known already.
    Known(ToolResult),
    /// The same as that of an earlier call of this reply.
    LikeOf { position: usize, call: String, tool: String },
}

/// What was asked in this turn before and what came of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(in crate::agent::turn) struct Asked(Vec<Made>);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Made {
    tool: String,
    arguments: Value,
    changes: bool,
    result: ToolResult,
}

const SAME_AGAIN: &str = "You asked exactly this before in this turn, and it was not run again. The answer was:";

impl Asked {
    /// The answer to the same call, unless another call changed something since.
    fn answer(&self, tool: &str, arguments: &Value) -> Option<&ToolResult> {
        let same = |made: &Made| made.tool == tool && made.arguments == *arguments;
        let position = self.0.iter().rposition(same)?;
        let stale = self.0[position + 1..].iter().any(|made| made.changes);
        (!stale).then(|| &self.0[position].result)
    }

    fn remember(&mut self, call: &Call, kind: ToolKind, result: &ToolResult) {
        self.0.push(Made {
            tool: call.tool.clone(),
            arguments: read_arguments(&call.arguments).unwrap_or_default(),
            changes: kind == ToolKind::Changes,
            result: result.clone(),
        });
    }
}

/// The calls of one reply that are run, up to a point.
#[derive(Default)]
struct Running<'a>(Vec<Ahead<'a>>);

struct Ahead<'a> {
    position: usize,
    tool: &'a str,
    arguments: Value,
    changes: bool,
}

impl Running<'_> {
    /// What becomes of a call after these: run again only if it is new, or something changed since it was run.
    fn fate_of(&self, call: &Call, arguments: &Value, asked: &Asked) -> Fate {
        let twin = self.0.iter().rposition(|ahead| ahead.tool == call.tool && ahead.arguments == *arguments);
        let changed = self.0[twin.map_or(0, |twin| twin + 1)..].iter().any(|ahead| ahead.changes);
        match (twin, asked.answer(&call.tool, arguments)) {
            _ if changed => Fate::Run,
            (Some(twin), _) => {
                Fate::LikeOf { position: self.0[twin].position, call: call.id.clone(), tool: call.tool.clone() }
            }
            (None, Some(before)) => Fate::Known(repeated(call, before)),
            (None, None) => Fate::Run,
        }
    }
}

impl Plan {
    /// Decides what becomes of each call; those past the first `left` are not run.
    pub(in crate::agent::turn) fn new(
        calls: &[Call],
        tools: &BTreeMap<String, ToolKind>,
        asked: &Asked,
        left: u32,
    ) -> Self {
        let mut plan = Self { run: Vec::new(), fates: Vec::with_capacity(calls.len()) };
        let mut running = Running::default();
        for (position, call) in calls.iter().enumerate() {
            let within = u32::try_from(position).is_ok_and(|position| position < left);
            let fate = match accept(call, tools, within) {
                Err(refusal) => Fate::Known(refusal),
                Ok(arguments) => {
                    let fate = running.fate_of(call, &arguments, asked);
                    if fate == Fate::Run {
                        let changes = tools.get(&call.tool) == Some(&ToolKind::Changes);
                        running.0.push(Ahead { position, tool: &call.tool, arguments, changes });
                        plan.run.push(call.clone());
                    }
                    fate
                }
            };
            plan.fates.push(fate);
        }
        plan
    }

    /// Joins what was run with what was known: one result per call, in order.
    pub(in crate::agent::turn) fn join(
        self,
        done: Vec<ToolResult>,
        tools: &BTreeMap<String, ToolKind>,
        asked: &mut Asked,
    ) -> Vec<ToolResult> {
        for (call, result) in self.run.iter().zip(&done) {
            let kind = tools.get(&call.tool).copied().unwrap_or(ToolKind::Changes);
            asked.remember(call, kind, result);
        }
        let mut done = done.into_iter();
        let mut results: Vec<ToolResult> = Vec::with_capacity(self.fates.len());
        for fate in self.fates {
            match fate {
                Fate::Run => results.extend(done.next()),
                Fate::Known(result) => results.push(result),
                Fate::LikeOf { position, call, tool } => {
                    if let Some(first) = results.get(position) {
                        let text = format!("{SAME_AGAIN}\n{}", first.text);
                        results.push(ToolResult { call, tool, text, ..first.clone() });
                    }
                }
            }
        }
        results
    }
}

/// The arguments, if this call may be run at all; otherwise the answer the model gets instead.
fn accept(call: &Call, tools: &BTreeMap<String, ToolKind>, within: bool) -> Result<Value, ToolResult> {
    let refuse = |text: String| ToolResult {
        call: call.id.clone(),
        tool: call.tool.clone(),
        status: ToolStatus::Refused,
        text,
        evidence: Vec::new(),
    };
    if !within {
        return Err(refuse(
            "Not run: the tool calls of this turn are used up. Answer the shopper with what you know.".to_owned(),
        ));
    }
    if !tools.contains_key(&call.tool) {
        let known = tools.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        return Err(refuse(format!("Not run: there is no tool of that name. The tools are: {known}.")));
    }
    read_arguments(&call.arguments).ok_or_else(|| {
        refuse(
            "Not run: the arguments are not a JSON object. Call the tool again with a JSON object that fits its \
             schema."
                .to_owned(),
        )
    })
}

/// The arguments as a JSON object; nothing at all counts as an empty one.
fn read_arguments(text: &str) -> Option<Value> {
    if text.trim().is_empty() {
        return Some(Value::Object(serde_json::Map::new()));
    }
    serde_json::from_str(text).ok().filter(Value::is_object)
}

fn repeated(call: &Call, before: &ToolResult) -> ToolResult {
    ToolResult { call: call.id.clone(), text: format!("{SAME_AGAIN}\n{}", before.text), ..before.clone() }
}
