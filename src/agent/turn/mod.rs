//! One turn of the agent as a value: from unread messages to a reply, a hand-off or silence.
//!
//! Owns the order of steps and the limits of a turn. It never waits, calls nobody and reads no clock: whoever
//! drives it asks [`Turn::next`], does that, and hands back what came of it. The steps are data, so the same
//! steps give the same turn again after a worker was killed ([`Turn::replay`]).

mod calls;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::agent::entry::Call;
use crate::agent::entry::{Entry, ModelReply, ToolResult, Usage};
use crate::agent::evidence::Evidence;
use crate::agent::guard::finding::{Finding, Verdict};
use crate::agent::turn::calls::{Asked, Plan};

/// What a turn may do at most. Every number has a test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// The tools there are. A call of any other is answered with an error and never run.
    pub tools: BTreeMap<String, ToolKind>,
    /// How often the model may be asked.
    pub model_calls_max: u32,
    /// How many tool calls may be answered, repeated ones included.
    pub tool_calls_max: u32,
    /// So long after the turn's start the model is not asked again; the guided seller, who is quick, finishes.
    pub seconds_max: u32,
    /// After so much money (millionths of the accounting currency) the model is not asked again; the guided seller,
    /// who costs nothing, finishes.
    pub cost_micros_max: u64,
    /// How often a draft that the guard refused may be written again.
    pub rewrites_max: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            tools: BTreeMap::new(),
            model_calls_max: 8,
            tool_calls_max: 12,
            seconds_max: 90,
            cost_micros_max: 250_000,
            rewrites_max: 1,
        }
    }
}

/// Whether a tool changes anything: the answer to a repeated call holds until something was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToolKind {
    /// It only looks.
    Reads,
    /// It changes a cart, an order, a delivery address; or nobody knows.
    Changes,
}

/// What the driver of a turn has to do now.
#[derive(Debug, PartialEq)]
pub enum Next<'a> {
    /// Ask the model (or, when [`Turn::may_use_model`] says no, the guided seller) about [`Turn::entries`], then call
    /// [`Turn::on_model`].
    AskModel {
        /// Whether tools are on offer; if not, the request carries none.
        tools: bool,
    },
    /// Run these, in order, then call [`Turn::on_tools`] with one result each.
    RunTools(&'a [Call]),
    /// Have the guard check this draft, then call [`Turn::on_verdict`].
    CheckDraft(&'a str),
    /// The turn is over.
    Settle(&'a Outcome),
}

/// How a turn ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum Outcome {
    /// The guard passed these words; say them.
    Reply {
        /// The words.
        text: String,
    },
    /// A person has to go on.
    HandOff {
        /// Why.
        reason: HandOffReason,
    },
    /// There is nothing to answer.
    Silence {
        /// Why.
        reason: SilenceReason,
    },
}

/// Why a person has to go on. Prints as a sentence for staff.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "because")]
pub enum HandOffReason {
    /// The model was asked as often as is allowed and has not answered.
    ModelCallsUsedUp,
    /// The model asked for tools again after it was told there are none left.
    ToolCallsUsedUp,
    /// The model twice answered with neither words nor calls.
    NoAnswer,
    /// The guard refused the draft, and again after it was rewritten.
    GuardRefused {
        /// The last draft, for staff to use or correct.
        draft: String,
        /// What was wrong with it.
        findings: Vec<Finding>,
    },
}

impl fmt::Display for HandOffReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ModelCallsUsedUp => "the model did not come to an answer",
            Self::ToolCallsUsedUp => "the model kept asking for tools and did not answer",
            Self::NoAnswer => "the model answered with nothing",
            Self::GuardRefused { .. } => "the drafted reply said something that no tool confirms",
        })
    }
}

/// Why nothing is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SilenceReason {
    /// Neither a shopper's message nor a notice is in the history.
    NothingToAnswer,
}

/// One step of a turn, as it is saved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "step")]
pub enum Step {
    /// The model answered.
    Model {
        /// What.
        reply: ModelReply,
    },
    /// Tools were run.
    Tools {
        /// One result per call that was to be run, in order.
        results: Vec<ToolResult>,
    },
    /// Something arrived meanwhile.
    Heard {
        /// What, in the order it arrived.
        entries: Vec<Entry>,
        /// How much arrived beside that and has nothing to say: words that were taken back.
        #[serde(default)]
        silent: usize,
    },
    /// The guard looked at the draft.
    Guard {
        /// What it said.
        verdict: Verdict,
    },
}

impl Step {
    /// The word kept in the `kind` column.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Model { .. } => "model",
            Self::Tools { .. } => "tools",
            Self::Heard { .. } => "heard",
            Self::Guard { .. } => "guard",
        }
    }
}

/// A step that does not fit where the turn stands. The turn is unchanged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TurnError {
    /// Another step was due.
    #[error("a turn was given a {given} step while it waits for {due}")]
    OutOfOrder {
        /// What was given.
        given: &'static str,
        /// What was due.
        due: &'static str,
    },
    /// The results do not answer the calls that were to be run, one each and in order.
    #[error("the tool results do not answer the calls, one each and in order")]
    ResultsDoNotFit,
    /// Only shoppers, persons of the shop and notices are heard.
    #[error("an entry of this kind is not something that is heard")]
    NotHeard,
}

/// A turn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Turn {
    limits: Limits,
    /// The history, then what this turn added.
    entries: Vec<Entry>,
    /// Where this turn's own entries begin.
    own_from: usize,
    phase: Phase,
    /// What arrived while tools ran; it is seen after their results.
    heard: Vec<Entry>,
    asked: Asked,
    call_ids: HashSet<String>,
    counts: Counts,
    usage: Usage,
    is_late: bool,
}

/// How often the turn has done what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Times the model was asked.
    pub model_calls: u32,
    /// Tool calls answered, refused and repeated ones included.
    pub tool_calls: u32,
    /// Drafts written again.
    pub rewrites: u32,
    /// Answers with neither words nor calls.
    pub empty_answers: u32,
    /// Calls answered with an earlier result or an error.
    pub calls_not_run: u32,
    /// Replies that asked for tools when none were on offer.
    pub calls_against_orders: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Phase {
    Ask,
    Run(Plan),
    Check(String),
    Settled(Outcome),
}

const ANSWERED_WITH_NOTHING: &str =
    "You wrote nothing and called nothing. Answer the shopper in one short message.";

impl Turn {
    /// A turn over this history, the unread messages last.
    #[must_use]
    pub fn new(history: Vec<Entry>, limits: Limits) -> Self {
        // What was taken back, or answered by a person since, is not there or not last.
        let anything = matches!(history.last(), Some(Entry::Shopper(_) | Entry::Notice { .. }));
        let own_from = history.len();
        let mut turn = Self {
            limits,
            entries: history,
            own_from,
            phase: Phase::Ask,
            heard: Vec::new(),
            asked: Asked::default(),
            call_ids: HashSet::new(),
            counts: Counts::default(),
            usage: Usage::default(),
            is_late: false,
        };
        if anything {
            turn.ask_again();
        } else {
            turn.phase = Phase::Settled(Outcome::Silence { reason: SilenceReason::NothingToAnswer });
        }
        turn
    }

    /// The turn that these steps lead to; how a worker goes on after another was killed.
    ///
    /// # Errors
    /// When a step does not fit where the turn stood.
    pub fn replay(history: Vec<Entry>, limits: Limits, steps: Vec<Step>) -> Result<Self, TurnError> {
        let mut turn = Self::new(history, limits);
        steps.into_iter().try_for_each(|step| turn.apply(step))?;
        Ok(turn)
    }

    /// Takes one step.
    ///
    /// # Errors
    /// When it does not fit where the turn stands.
    pub fn apply(&mut self, step: Step) -> Result<(), TurnError> {
        match step {
            Step::Model { reply } => self.on_model(reply),
            Step::Tools { results } => self.on_tools(results),
            Step::Heard { entries, .. } => entries.into_iter().try_for_each(|entry| self.on_shopper(entry)),
            Step::Guard { verdict } => self.on_verdict(verdict),
        }
    }

    /// What to do now. Asking twice changes nothing.
    #[must_use]
    pub fn next(&self) -> Next<'_> {
        match &self.phase {
            Phase::Ask => Next::AskModel { tools: self.tools_on_offer() },
            Phase::Run(plan) => Next::RunTools(&plan.run),
            Phase::Check(draft) => Next::CheckDraft(draft),
            Phase::Settled(outcome) => Next::Settle(outcome),
        }
    }

    /// Everything the model sees: the history, then what this turn added.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What this turn added: what it heard, called, was told and wrote anew.
    #[must_use]
    pub fn own_entries(&self) -> &[Entry] {
        &self.entries[self.own_from..]
    }

    /// The evidence of the whole history and of this turn, oldest first; what the guard checks against.
    pub fn evidence(&self) -> impl Iterator<Item = &Evidence> {
        self.entries.iter().flat_map(evidence_of)
    }

    /// The evidence of this turn alone, oldest first; what the reply is presented with.
    pub fn own_evidence(&self) -> impl Iterator<Item = &Evidence> {
        self.own_entries().iter().flat_map(evidence_of)
    }

    /// How often the turn has done what.
    #[must_use]
    pub const fn counts(&self) -> Counts {
        self.counts
    }

    /// Tokens and money so far.
    #[must_use]
    pub const fn usage(&self) -> Usage {
        self.usage
    }

    /// So many seconds have passed since the turn began.
    pub const fn on_clock(&mut self, seconds: u32) {
        self.is_late = seconds >= self.limits.seconds_max;
    }

    /// Whether the turn has the time and the money to ask a model. Without, the guided seller answers in its place:
    /// a shopper is not left without an answer because one was slow or dear.
    #[must_use]
    pub const fn may_use_model(&self) -> bool {
        let is_broke = self.counts.model_calls > 0 && self.usage.cost_micros >= self.limits.cost_micros_max;
        !self.is_late && !is_broke
    }

    /// Something arrived meanwhile; the next model call sees it.
    ///
    /// # Errors
    /// When it is no message or notice, or a draft is already written: then it belongs to the next turn.
    pub fn on_shopper(&mut self, entry: Entry) -> Result<(), TurnError> {
        if !matches!(entry, Entry::Shopper(_) | Entry::Person { .. } | Entry::Notice { .. }) {
            return Err(TurnError::NotHeard);
        }
        match self.phase {
            Phase::Ask => self.entries.push(entry),
            Phase::Run(_) => self.heard.push(entry),
            Phase::Check(_) | Phase::Settled(_) => return Err(self.out_of_order("heard")),
        }
        Ok(())
    }

    /// The model answered.
    ///
    /// # Errors
    /// When the model was not to be asked now.
    pub fn on_model(&mut self, mut reply: ModelReply) -> Result<(), TurnError> {
        if self.phase != Phase::Ask {
            return Err(self.out_of_order("model"));
        }
        let tools = self.tools_on_offer();
        self.counts.model_calls += 1;
        self.usage.tokens_in = self.usage.tokens_in.saturating_add(reply.usage.tokens_in);
        self.usage.tokens_out = self.usage.tokens_out.saturating_add(reply.usage.tokens_out);
        self.usage.cost_micros = self.usage.cost_micros.saturating_add(reply.usage.cost_micros);
        let text = reply.text.take().filter(|text| !text.trim().is_empty());
        match (text, reply.calls.is_empty()) {
            (Some(text), true) => self.phase = Phase::Check(text),
            (None, true) => self.answered_with_nothing(),
            (text, false) if tools => self.called(text, reply.calls),
            (_, false) => self.called_against_orders(),
        }
        Ok(())
    }

    /// The tools that [`Next::RunTools`] named were run: one result each, in order.
    ///
    /// # Errors
    /// When no tools were to be run now, or the results are not theirs.
    pub fn on_tools(&mut self, results: Vec<ToolResult>) -> Result<(), TurnError> {
        let Phase::Run(plan) = &self.phase else {
            return Err(self.out_of_order("tools"));
        };
        let theirs = plan.run.len() == results.len()
            && plan
                .run
                .iter()
                .zip(&results)
                .all(|(call, result)| call.id == result.call && call.tool == result.tool);
        if !theirs {
            return Err(TurnError::ResultsDoNotFit);
        }
        if let Phase::Run(plan) = std::mem::replace(&mut self.phase, Phase::Ask) {
            let results = plan.join(results, &self.limits.tools, &mut self.asked);
            self.entries.push(Entry::Results(results));
            self.entries.append(&mut self.heard);
            self.ask_again();
        }
        Ok(())
    }

    /// The guard looked at the draft.
    ///
    /// # Errors
    /// When there is no draft to be checked now.
    pub fn on_verdict(&mut self, verdict: Verdict) -> Result<(), TurnError> {
        let Phase::Check(draft) = &mut self.phase else {
            return Err(self.out_of_order("guard"));
        };
        let draft = std::mem::take(draft);
        let reason = verdict.reasons();
        match verdict {
            Verdict::Pass => self.phase = Phase::Settled(Outcome::Reply { text: draft }),
            Verdict::Refuse(_) if self.counts.rewrites < self.limits.rewrites_max && self.may_ask() => {
                self.counts.rewrites += 1;
                self.entries.push(Entry::Rewrite { draft, reason });
                self.phase = Phase::Ask;
            }
            Verdict::Refuse(findings) => self.hand_off(HandOffReason::GuardRefused { draft, findings }),
        }
        Ok(())
    }

    fn called(&mut self, text: Option<String>, mut calls: Vec<Call>) {
        if let Some(reason) = self.spent() {
            // Nobody could tell the shopper what the tools did, so they are not run.
            return self.hand_off(reason);
        }
        self.make_ids_unique(&mut calls);
        let left = self.limits.tool_calls_max.saturating_sub(self.counts.tool_calls);
        let plan = Plan::new(&calls, &self.limits.tools, &self.asked, left);
        let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        self.counts.tool_calls = self.counts.tool_calls.saturating_add(count(calls.len()));
        self.counts.calls_not_run = self.counts.calls_not_run.saturating_add(count(calls.len() - plan.run.len()));
        self.entries.push(Entry::Calls { text, calls });
        if plan.run.is_empty() {
            let results = plan.join(Vec::new(), &self.limits.tools, &mut self.asked);
            self.entries.push(Entry::Results(results));
            self.ask_again();
        } else {
            self.phase = Phase::Run(plan);
        }
    }

    /// Tools key their effects by the id of the call, and not every provider makes them unique.
    fn make_ids_unique(&mut self, calls: &mut [Call]) {
        for (position, call) in calls.iter_mut().enumerate() {
            if call.id.trim().is_empty() || self.call_ids.contains(&call.id) {
                call.id = format!("call_{}_{position}", self.counts.model_calls);
            }
            while !self.call_ids.insert(call.id.clone()) {
                call.id.push('_');
            }
        }
    }

    fn called_against_orders(&mut self) {
        let reason = self.spent().unwrap_or(HandOffReason::ToolCallsUsedUp);
        self.counts.calls_against_orders += 1;
        self.hand_off(reason);
    }

    fn answered_with_nothing(&mut self) {
        self.counts.empty_answers += 1;
        if self.counts.empty_answers > 1 {
            return self.hand_off(HandOffReason::NoAnswer);
        }
        self.entries.push(Entry::Rewrite { draft: String::new(), reason: ANSWERED_WITH_NOTHING.to_owned() });
        self.ask_again();
    }

    fn ask_again(&mut self) {
        match self.spent() {
            None => self.phase = Phase::Ask,
            Some(reason) => self.hand_off(reason),
        }
    }

    /// Why nobody may be asked again, if nobody may.
    fn spent(&self) -> Option<HandOffReason> {
        (self.counts.model_calls >= self.limits.model_calls_max).then_some(HandOffReason::ModelCallsUsedUp)
    }

    fn may_ask(&self) -> bool {
        self.spent().is_none()
    }

    /// None on the last call of the model, so that it ends in words.
    const fn tools_on_offer(&self) -> bool {
        self.counts.tool_calls < self.limits.tool_calls_max
            && self.counts.model_calls + 1 < self.limits.model_calls_max
    }

    fn hand_off(&mut self, reason: HandOffReason) {
        self.phase = Phase::Settled(Outcome::HandOff { reason });
    }

    const fn out_of_order(&self, given: &'static str) -> TurnError {
        let due = match self.phase {
            Phase::Ask => "the model",
            Phase::Run(_) => "tools",
            Phase::Check(_) => "the guard",
            Phase::Settled(_) => "nothing",
        };
        TurnError::OutOfOrder { given, due }
    }
}

/// The evidence an entry carries.
fn evidence_of(entry: &Entry) -> Box<dyn Iterator<Item = &Evidence> + '_> {
    match entry {
        Entry::Notice { evidence, .. } | Entry::Summary { evidence, .. } => Box::new(evidence.iter()),
        Entry::Results(results) => Box::new(results.iter().flat_map(|result| &result.evidence)),
        _ => Box::new(std::iter::empty()),
    }
}
