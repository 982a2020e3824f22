//! Drives one turn: does what it asks for, saves each step, hands back what came of it.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::time::Duration;

use crate::agent::entry::{Call, Entry, ModelReply, ModelRequest, ToolResult, Usage};
use crate::agent::evidence::Evidence;
use crate::agent::guard;
use crate::agent::guard::finding::Verdict;
use crate::agent::prompt::EntriesDigest;
use crate::agent::turn::{Next, Outcome, Step, ToolKind, Turn};
use crate::base::clock::Time;
use crate::base::fingerprint::Fingerprint;
use crate::base::names::Handle;
use crate::llm::guided;
use crate::tools::asked::Asked;
use crate::tools::registry;
use crate::turns::history::joining;
use crate::turns::store::{
    Arrived, Claim, Claimed, Hearing, Settlement, ShownQuote, StepCost, TurnLogError, Turns, UnsavedStep,
};
use crate::workers::shops::OpenShop;
use crate::workers::turn::speaking::Speaking;
use crate::workers::turn::{TurnEnd, TurnWorker};

/// One turn on its way.
pub(in crate::workers::turn) struct Drive<'a> {
    pub worker: &'a TurnWorker,
    pub open: &'a OpenShop,
    pub turns: &'a Turns,
    pub claim: &'a Claim,
    pub claimed: &'a Claimed,
    pub speaking: Speaking,
    pub turn: Turn,
    /// How many steps were taken.
    pub position: usize,
    /// The steps that are saved together with the next.
    pub unsaved: Vec<UnsavedStep>,
    /// What had arrived when steps were saved last, and this turn has not heard.
    pub arrived: Vec<Arrived>,
    /// The newest event this turn has heard.
    pub up_to: i64,
    pub began: Time,
    /// What the models of this turn were shown.
    pub shown: EntriesDigest,
    /// Whether the model failed in this turn: it is not waited for a second time.
    pub model_failed: bool,
}

/// What a model step is recorded with.
struct Asking {
    reply: ModelReply,
    request: Fingerprint,
    prompt: Fingerprint,
    /// Whether the model was asked and did not answer.
    failed: bool,
}

impl Drive<'_> {
    /// Goes on until the turn has settled.
    pub async fn finish(&mut self) -> Result<Outcome, TurnEnd> {
        loop {
            let seconds = self.worker.clock.now().signed_duration_since(self.began).num_seconds();
            self.turn.on_clock(u32::try_from(seconds).unwrap_or(u32::MAX));
            match self.turn.next() {
                Next::AskModel { tools } => self.ask(tools).await?,
                Next::RunTools(calls) => {
                    let calls = calls.to_vec();
                    self.run(&calls).await?;
                }
                Next::CheckDraft(draft) => {
                    let verdict = self.check(draft);
                    self.judged(verdict).await?;
                }
                Next::Settle(outcome) => return Ok(outcome.clone()),
            }
        }
    }

    async fn ask(&mut self, tools: bool) -> Result<(), TurnEnd> {
        let began = std::time::Instant::now();
        let asking = self.asked(tools).await;
        self.model_failed |= asking.failed;
        let took = began.elapsed();
        metrics::histogram!("trato_model_call_seconds", "model" => kind_of(&asking.reply)).record(took);
        let usage = asking.reply.usage;
        metrics::counter!("trato_model_tokens_total", "direction" => "in").increment(u64::from(usage.tokens_in));
        metrics::counter!("trato_model_tokens_total", "direction" => "out").increment(u64::from(usage.tokens_out));
        metrics::counter!("trato_model_cost_micros_total").increment(usage.cost_micros);
        let cost = StepCost {
            request: Some(asking.request),
            prompt: Some(asking.prompt),
            usage,
            duration_ms: milliseconds(took),
        };
        self.take(Step::Model { reply: asking.reply }, cost).await
    }

    async fn asked(&mut self, tools: bool) -> Asking {
        let mut shown = std::mem::take(&mut self.shown);
        let request = self.request(tools);
        let fingerprint = self.worker.prompts.request_fingerprint(&request, &mut shown);
        let asking = self.asked_for(&request, fingerprint).await;
        self.shown = shown;
        asking
    }

    /// The configured model's answer; the guided seller's when there is none, it failed, or the budget is spent. The
    /// shopper is never left without one.
    async fn asked_for(&self, request: &ModelRequest<'_>, fingerprint: Fingerprint) -> Asking {
        let may = !self.model_failed && self.turn.may_use_model() && self.within_budget();
        let mut failed = false;
        let mut lost = Usage::default();
        if let Some(model) = self.worker.model.as_ref().filter(|_| may) {
            match tokio::time::timeout(self.time_left(), model.ask(request)).await {
                Ok(Ok(reply)) => {
                    let prompt = request.prompt_fingerprint;
                    return Asking { reply, request: fingerprint, prompt, failed };
                }
                Ok(Err(no_answer)) => {
                    lost = no_answer.usage;
                    metrics::counter!("trato_model_failures_total").increment(1);
                    tracing::warn!(
                        error = &no_answer.error as &dyn std::error::Error,
                        "the model failed; the guided seller goes on"
                    );
                }
                Err(_) => {
                    metrics::counter!("trato_model_failures_total").increment(1);
                    tracing::warn!("the turn's time is up; the guided seller goes on");
                }
            }
            failed = true;
        }
        let mut reply = guided::answer(&self.speaking.facts(self.open), self.turn.entries());
        // Who answers costs nothing; who did not may have, and counts against the limits.
        reply.usage = reply.usage.plus(lost);
        Asking { reply, request: fingerprint, prompt: request.prompt_fingerprint, failed }
    }

    /// How much of the turn's time a model may still use.
    fn time_left(&self) -> Duration {
        let gone = self.worker.clock.now().signed_duration_since(self.began).to_std().unwrap_or_default();
        Duration::from_secs(u64::from(self.worker.limits.seconds_max)).saturating_sub(gone)
    }

    fn within_budget(&self) -> bool {
        let own = self.open.merchant.policies.daily_model_budget_micros;
        let most = own.unwrap_or(u64::MAX).min(self.worker.settings.day_micros_max);
        self.claim.spent_today_micros.saturating_add(self.turn.usage().cost_micros) < most
    }

    fn request(&self, tools: bool) -> ModelRequest<'_> {
        let (system, prompt_fingerprint) = self.worker.prompts.system(&self.speaking.prompt_values(self.open));
        ModelRequest {
            system,
            prompt_fingerprint,
            entries: self.turn.entries().into(),
            tools: if tools { self.worker.tools.as_slice().into() } else { Cow::default() },
            answer_tokens_max: self.worker.settings.answer_tokens_max,
        }
    }

    async fn run(&mut self, calls: &[Call]) -> Result<(), TurnEnd> {
        let began = std::time::Instant::now();
        let mut results: Vec<ToolResult> = Vec::with_capacity(calls.len());
        let heard: Vec<&str> = self.turn.entries().iter().filter_map(said_by_shopper).collect();
        for call in calls {
            let seen = self.seen(&results);
            let asked = Asked {
                conversation: self.claim.conversation,
                turn: self.claimed.id,
                call: &call.id,
                resumed: self.claimed.resumed,
                now: self.worker.clock.now(),
                locale: self.speaking.locale,
                seen: &seen,
                heard: &heard,
                shown_quote: self.claim.memory.shown_quote.map(|shown| shown.fingerprint),
            };
            let span = tracing::info_span!("tool", tool.name = %call.tool, tool.call = %call.id);
            let result =
                tracing::Instrument::instrument(registry::run(&self.open.shop, &asked, call), span).await?;
            results.push(result);
        }
        metrics::histogram!("trato_tools_seconds").record(began.elapsed());
        let cost = StepCost { duration_ms: milliseconds(began.elapsed()), ..StepCost::default() };
        self.take(Step::Tools { results }, cost).await?;
        self.hear().await
    }

    /// Products that tools named in this conversation, in this turn, and in the calls just before this one.
    fn seen(&self, just_now: &[ToolResult]) -> BTreeSet<Handle> {
        let now = just_now.iter().flat_map(|result| &result.evidence);
        let handles = self.turn.evidence().chain(now).filter_map(handle_of);
        self.claim.memory.seen.iter().chain(handles).cloned().collect()
    }

    fn check(&self, draft: &str) -> Verdict {
        let policies = Speaking::policies(self.open);
        let evidence: Vec<&Evidence> = self.turn.evidence().chain(&policies).collect();
        let heard: Vec<&str> = self.turn.entries().iter().filter_map(said_by_shopper).collect();
        let verdict = guard::check(draft, &evidence, &heard);
        let outcome = if verdict == Verdict::Pass { "pass" } else { "refuse" };
        metrics::counter!("trato_guard_verdicts_total", "verdict" => outcome).increment(1);
        verdict
    }

    /// A refused draft is a step of its own. A passed one is not saved: the settlement that follows says it all, and
    /// whoever resumes in between checks the same draft against the same evidence.
    async fn judged(&mut self, verdict: Verdict) -> Result<(), TurnEnd> {
        match verdict {
            Verdict::Pass => self.turn.on_verdict(Verdict::Pass).map_err(|error| TurnEnd::Failed(error.into())),
            refused @ Verdict::Refuse(_) => self.take(Step::Guard { verdict: refused }, StepCost::default()).await,
        }
    }

    /// Takes a step and saves it, unless nothing is lost when it is saved together with the next. After an answer
    /// without calls comes its check, and then the settlement or the refusal. What was only read is read again by
    /// whoever resumes, and the model that is asked next would be asked again then in any case.
    async fn take(&mut self, step: Step, cost: StepCost) -> Result<(), TurnEnd> {
        let only_read =
            matches!(self.turn.next(), Next::RunTools(calls) if calls.iter().all(|call| self.only_reads(call)));
        self.turn.apply(step.clone()).map_err(|error| TurnEnd::Failed(error.into()))?;
        let may_wait = match &step {
            Step::Model { reply } => reply.calls.is_empty() && !matches!(self.turn.next(), Next::AskModel { .. }),
            Step::Tools { .. } => only_read,
            Step::Guard { .. } | Step::Heard { .. } => false,
        };
        self.unsaved.push(UnsavedStep { position: self.position, step, cost });
        self.position += 1;
        if may_wait { Ok(()) } else { self.save(&[]).await }
    }

    fn only_reads(&self, call: &Call) -> bool {
        self.worker.limits.tools.get(&call.tool) == Some(&ToolKind::Reads)
    }

    /// Saves what is not saved, and the events that it heard with it.
    async fn save(&mut self, joining: &[i64]) -> Result<(), TurnEnd> {
        let hearing = Hearing { up_to: self.up_to, joining };
        match self.turns.save_steps((self.claim, self.claimed.id), &self.unsaved, &hearing).await {
            Ok(arrived) => {
                self.unsaved.clear();
                self.arrived = arrived;
                Ok(())
            }
            Err(TurnLogError::ClaimLost) => {
                self.leave_suggestion().await?;
                Err(TurnEnd::ClaimLost)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// A person took over before these steps could be saved: a draft among them stays for that person.
    async fn leave_suggestion(&self) -> Result<(), TurnEnd> {
        let draft = self.unsaved.iter().rev().find_map(|one| match &one.step {
            Step::Model { reply } if reply.calls.is_empty() => reply.text.clone(),
            _ => None,
        });
        match draft {
            Some(text) => Ok(self.turns.suggest(self.claimed.id, &Outcome::Reply { text }).await?),
            None => Ok(()),
        }
    }

    /// Lets what arrived meanwhile join, if it still can.
    async fn hear(&mut self) -> Result<(), TurnEnd> {
        if self.arrived.is_empty() || !matches!(self.turn.next(), Next::AskModel { .. }) {
            return Ok(());
        }
        let arrived = std::mem::take(&mut self.arrived);
        let seqs: Vec<i64> = arrived.iter().map(|event| event.seq).collect();
        let entries: Vec<Entry> = arrived.into_iter().filter_map(|event| joining(event.body, event.at)).collect();
        let silent = seqs.len() - entries.len();
        self.up_to = seqs.last().copied().unwrap_or(self.up_to);
        let step = Step::Heard { entries, silent };
        self.turn.apply(step.clone()).map_err(|error| TurnEnd::Failed(error.into()))?;
        self.unsaved.push(UnsavedStep { position: self.position, step, cost: StepCost::default() });
        self.position += 1;
        self.save(&seqs).await
    }

    /// What the turn's end says and remembers.
    pub fn settlement(&self, outcome: &Outcome) -> Settlement {
        let own: Vec<Evidence> = self.turn.own_evidence().cloned().collect();
        let presented = self.speaking.presented(self.open, outcome, &own, self.claim.introduced);
        let mut memory = self.claim.memory.clone();
        memory.see(self.turn.evidence().filter_map(handle_of).cloned());
        if let Some((quote, fingerprint)) = presented.shown_quote {
            memory.shown_quote = Some(ShownQuote { quote, fingerprint });
        }
        let called = own.iter().find_map(|evidence| match evidence {
            Evidence::HandOff { reason } => Some(reason.clone()),
            _ => None,
        });
        let needs_person = match outcome {
            Outcome::HandOff { reason } => Some(reason.to_string()),
            Outcome::Reply { .. } | Outcome::Silence { .. } => called,
        };
        Settlement {
            outcome: outcome.clone(),
            bubbles: presented.bubbles,
            memory,
            language: self.speaking.language,
            needs_person,
            usage: self.turn.usage(),
        }
    }
}

const fn said_by_shopper(entry: &Entry) -> Option<&str> {
    match entry {
        Entry::Shopper(said) => Some(said.text.as_str()),
        _ => None,
    }
}

const fn handle_of(evidence: &Evidence) -> Option<&Handle> {
    match evidence {
        Evidence::Product(card) => Some(&card.product),
        _ => None,
    }
}

fn milliseconds(took: Duration) -> u32 {
    u32::try_from(took.as_millis()).unwrap_or(u32::MAX)
}

fn kind_of(reply: &ModelReply) -> &'static str {
    if reply.model == guided::MODEL { "guided" } else { "configured" }
}
