//! The log of turns in the database.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sqlx::types::Json;

use crate::agent::entry::Usage;
use crate::agent::turn::{Outcome, Step};
use crate::base::clock::Time;
use crate::base::fingerprint::Fingerprint;
use crate::base::ids::{ChannelId, ConversationId, JobId, MerchantId, MessageId, QuoteId, TurnId};
use crate::base::language::Language;
use crate::base::names::Handle;
use crate::base::store::Scope;
use crate::conversation::bubble::Bubble;
use crate::intake::event::EventBody;
use crate::turns::history::Line;

/// One merchant's turns.
#[derive(Clone, Debug)]
pub struct Turns {
    scope: Scope,
}

/// What a conversation must not forget between turns.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Memory {
    /// Products that tools named in this conversation, the newest last: only these may go into the cart by id.
    #[serde(default)]
    pub seen: Vec<Handle>,
    /// The quote the shopper was shown last.
    #[serde(default)]
    pub shown_quote: Option<ShownQuote>,
}

/// Products remembered as seen, at most.
const SEEN_MAX: usize = 300;

impl Memory {
    /// Remembers products that were named, in that order; those named longest ago are forgotten first.
    pub fn see(&mut self, named: impl IntoIterator<Item = Handle>) {
        for handle in named {
            self.seen.retain(|known| *known != handle);
            self.seen.push(handle);
        }
        let forgotten = self.seen.len().saturating_sub(SEEN_MAX);
        self.seen.drain(..forgotten);
    }
}

/// A quote that was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownQuote {
    /// Its id.
    pub quote: QuoteId,
    /// What exactly was shown.
    pub fingerprint: Fingerprint,
}

/// A conversation that this worker may act in until somebody raises its fence.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Which.
    pub conversation: ConversationId,
    /// The fence this claim holds.
    pub fence: i64,
    /// The conversation's language so far.
    pub language: Language,
    /// The shopper's name as the channel gave it.
    pub name: Option<String>,
    /// The shopper's channel id, if known.
    pub user_id: Option<String>,
    /// The shopper's phone, if known.
    pub phone: Option<String>,
    /// When the shopper last wrote.
    pub heard_at: Option<Time>,
    /// What must not be forgotten.
    pub memory: Memory,
    /// The shop's number the shopper wrote to.
    pub channel: ChannelId,
    /// The channel's id of that number.
    pub channel_external_id: String,
    /// What the merchant's models cost today, in millionths.
    pub spent_today_micros: u64,
    /// Whether the agent has said anything here before.
    pub introduced: bool,
    /// The newest message that was said here, by its place in the thread.
    pub said_up_to: Option<i64>,
    /// The turn to run; `None` when nothing is unread.
    pub turn: Option<Claimed>,
}

/// The turn a claim is for.
#[derive(Clone, Debug)]
pub struct Claimed {
    /// Its id.
    pub id: TurnId,
    /// The events it answers, by their place in the thread.
    pub events: Vec<i64>,
    /// When it was started, perhaps by another worker.
    pub started_at: Time,
    /// Whether another worker left it behind.
    pub resumed: bool,
    /// The channel's id of the newest message it answers, for the read receipt.
    pub last_heard: Option<String>,
}

/// An event that arrived while a turn was running.
#[derive(Clone, Debug, Deserialize)]
pub struct Arrived {
    /// Its place in the thread.
    pub seq: i64,
    /// The source's id.
    pub external_id: String,
    /// When it happened.
    pub at: Time,
    /// What happened.
    pub body: EventBody,
}

/// What is recorded beside a step.
#[derive(Clone, Debug, Default)]
pub struct StepCost {
    /// What the model was asked, for a model step.
    pub request: Option<Fingerprint>,
    /// The prompt files it was asked with.
    pub prompt: Option<Fingerprint>,
    /// Tokens and money.
    pub usage: Usage,
    /// How long it took.
    pub duration_ms: u32,
}

/// How far a turn has heard.
#[derive(Clone, Copy, Debug)]
pub struct Hearing<'a> {
    /// The newest event it has heard, by its place in the thread.
    pub up_to: i64,
    /// The events it hears by these steps, by their places; from now on it answers them too.
    pub joining: &'a [i64],
}

/// A step that was taken and is not saved yet.
#[derive(Clone, Debug)]
pub struct UnsavedStep {
    /// Its place among the turn's steps.
    pub position: usize,
    /// What it was.
    pub step: Step,
    /// What is recorded beside it.
    pub cost: StepCost,
}

/// Steps as the columns hold them, one array a column: a number that does not fit is as much as fits.
struct StepColumns<'a> {
    positions: Vec<i32>,
    kinds: Vec<&'static str>,
    bodies: Vec<Json<&'a Step>>,
    requests: Vec<Option<Fingerprint>>,
    prompts: Vec<Option<Fingerprint>>,
    tokens_in: Vec<i32>,
    tokens_out: Vec<i32>,
    cost_micros: Vec<i64>,
    duration_ms: Vec<i32>,
}

impl<'a> StepColumns<'a> {
    fn of(steps: &'a [UnsavedStep]) -> Self {
        let whole = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
        Self {
            positions: steps.iter().map(|one| i32::try_from(one.position).unwrap_or(i32::MAX)).collect(),
            kinds: steps.iter().map(|one| one.step.kind()).collect(),
            bodies: steps.iter().map(|one| Json(&one.step)).collect(),
            requests: steps.iter().map(|one| one.cost.request).collect(),
            prompts: steps.iter().map(|one| one.cost.prompt).collect(),
            tokens_in: steps.iter().map(|one| whole(one.cost.usage.tokens_in)).collect(),
            tokens_out: steps.iter().map(|one| whole(one.cost.usage.tokens_out)).collect(),
            cost_micros: steps
                .iter()
                .map(|one| i64::try_from(one.cost.usage.cost_micros).unwrap_or(i64::MAX))
                .collect(),
            duration_ms: steps.iter().map(|one| whole(one.cost.duration_ms)).collect(),
        }
    }
}

/// How a turn ends.
#[derive(Clone, Debug)]
pub struct Settlement {
    /// What the turn decided.
    pub outcome: Outcome,
    /// What is said.
    pub bubbles: Vec<Bubble>,
    /// What must not be forgotten.
    pub memory: Memory,
    /// The conversation's language now.
    pub language: Language,
    /// Why a person is called, if one is.
    pub needs_person: Option<String>,
    /// What the whole turn cost.
    pub usage: Usage,
}

/// Why the log could not be written.
#[derive(Debug, thiserror::Error)]
pub enum TurnLogError {
    /// Somebody else holds the conversation now: another worker, or a person.
    #[error("the claim on the conversation was lost")]
    ClaimLost,
    /// The database did not answer.
    #[error("the turn log could not be read or written")]
    Database(#[from] sqlx::Error),
}

impl Turns {
    /// The turns of one merchant.
    #[must_use]
    pub fn of(scope: &Scope) -> Self {
        Self { scope: scope.clone() }
    }

    /// Whose turns these are.
    #[must_use]
    pub const fn merchant(&self) -> MerchantId {
        self.scope.merchant()
    }

    /// Claims a conversation for the agent and this job, resuming or starting a turn. `None` when a person is in
    /// control or another job's worker takes a turn there.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn claim(&self, conversation: ConversationId, job: JobId) -> Result<Option<Claim>, sqlx::Error> {
        let row = sqlx::query_file!(
            "src/turns/claim.sql",
            conversation.uuid(),
            self.scope.merchant().uuid(),
            TurnId::generate().uuid(),
            job.number(),
        )
        .fetch_optional(self.scope.pool())
        .await?;
        Ok(row.map(|row| Claim {
            conversation,
            fence: row.fence,
            language: row.language,
            name: row.name,
            user_id: row.user_id,
            phone: row.phone,
            heard_at: row.heard_at,
            memory: row.memory.0,
            channel: row.channel,
            channel_external_id: row.channel_external_id,
            spent_today_micros: u64::try_from(row.spent_today).unwrap_or_default(),
            introduced: row.introduced,
            said_up_to: row.said_up_to,
            turn: match (row.turn, row.events, row.started_at) {
                (Some(id), Some(events), Some(started_at)) => Some(Claimed {
                    id,
                    events,
                    started_at,
                    resumed: row.resumed.unwrap_or_default(),
                    last_heard: row.last_heard,
                }),
                _ => None,
            },
        }))
    }

    /// Whether the agent has something to answer in a conversation that could not be claimed: it is in the hands of
    /// another job.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn is_owed_a_turn(&self, conversation: ConversationId) -> Result<bool, sqlx::Error> {
        sqlx::query_scalar!(
            r#"select exists (select from conversations
                              where id = $1 and merchant_id = $2 and control = 'agent' and unread_since is not null)
                   as "owed!""#,
            conversation.uuid(),
            self.scope.merchant().uuid(),
        )
        .fetch_one(self.scope.pool())
        .await
    }

    /// What was heard, said and done, oldest first; at most 400 lines, the newest ones.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn history(&self, conversation: ConversationId) -> Result<Vec<Line>, sqlx::Error> {
        let rows = sqlx::query_file!("src/turns/history.sql", conversation.uuid(), self.scope.merchant().uuid())
            .fetch_all(self.scope.pool())
            .await?;
        let lines = rows.into_iter().rev().map(|row| Line {
            seq: row.seq,
            source: row.source,
            kind: row.kind,
            turn: row.turn,
            staff_name: row.staff_name,
            external_id: row.external_id,
            body: row.body.0,
            at: row.at,
        });
        Ok(lines.collect())
    }

    /// The steps a turn has taken so far, for resuming it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn steps(&self, turn: TurnId) -> Result<Vec<Step>, sqlx::Error> {
        let bodies = sqlx::query_scalar!(
            r#"select body as "body: Json<Step>" from turn_steps
               where turn_id = $1 and merchant_id = $2 order by position"#,
            turn.uuid(),
            self.scope.merchant().uuid(),
        )
        .fetch_all(self.scope.pool())
        .await?;
        Ok(bodies.into_iter().map(|body| body.0).collect())
    }

    /// Saves steps and tells what arrived since. Events that they heard join the turn with them, so that whoever
    /// resumes it finds both or neither.
    ///
    /// # Errors
    /// [`TurnLogError::ClaimLost`] when the fence no longer stands; nothing was saved then.
    pub async fn save_steps(
        &self,
        (claim, turn): (&Claim, TurnId),
        steps: &[UnsavedStep],
        hearing: &Hearing<'_>,
    ) -> Result<Vec<Arrived>, TurnLogError> {
        let columns = StepColumns::of(steps);
        let saved = sqlx::query_file!(
            "src/turns/step.sql",
            claim.conversation.uuid(),
            self.scope.merchant().uuid(),
            claim.fence,
            turn.uuid(),
            &columns.positions,
            &columns.kinds as _,
            &columns.bodies as _,
            &columns.requests as _,
            &columns.prompts as _,
            &columns.tokens_in,
            &columns.tokens_out,
            &columns.cost_micros,
            &columns.duration_ms,
            hearing.up_to,
            hearing.joining,
        )
        .fetch_one(self.scope.pool())
        .await?;
        saved.held.then_some(saved.arrived.0).ok_or(TurnLogError::ClaimLost)
    }

    /// Ends a turn: says its reply and all that goes with it, in one statement. The steps that led to the end are
    /// saved with it, as far as they are not yet. Given the job that will send it, the first message counts as being
    /// sent by that job, if no other message is before it: then it is told, and no delivery has to claim it.
    ///
    /// # Errors
    /// [`TurnLogError::ClaimLost`] when the fence no longer stands or a person took over; nothing was said then.
    pub async fn settle(
        &self,
        (claim, turn): (&Claim, TurnId),
        settlement: &Settlement,
        steps: &[UnsavedStep],
        sender: Option<JobId>,
    ) -> Result<Option<MessageId>, TurnLogError> {
        let ids: Vec<_> = settlement.bubbles.iter().map(|_| MessageId::generate().uuid()).collect();
        let bodies: Vec<_> = settlement.bubbles.iter().map(Json).collect();
        let columns = StepColumns::of(steps);
        let settled = sqlx::query_file!(
            "src/turns/settle.sql",
            claim.conversation.uuid(),
            self.scope.merchant().uuid(),
            claim.fence,
            turn.uuid(),
            state_after(&settlement.outcome),
            Json(&settlement.outcome) as _,
            draft_of(&settlement.outcome),
            i64::from(settlement.usage.tokens_in),
            i64::from(settlement.usage.tokens_out),
            i64::try_from(settlement.usage.cost_micros).unwrap_or(i64::MAX),
            &ids,
            &bodies as _,
            Json(&settlement.memory) as _,
            settlement.language.code(),
            settlement.needs_person,
            &columns.positions,
            &columns.kinds as _,
            &columns.bodies as _,
            &columns.requests as _,
            &columns.prompts as _,
            &columns.tokens_in,
            &columns.tokens_out,
            &columns.cost_micros,
            &columns.duration_ms,
            sender.map(JobId::number),
        )
        .fetch_one(self.scope.pool())
        .await?;
        if !settled.settled {
            return Err(TurnLogError::ClaimLost);
        }
        Ok(ids.first().filter(|_| settled.sending).map(|id| MessageId::from_uuid(*id)))
    }

    /// A person took over while the turn was running: its draft stays as a suggestion and is not said. Does nothing
    /// when the claim was lost to another worker instead, which goes on with the turn.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn suggest(&self, turn: TurnId, outcome: &Outcome) -> Result<(), sqlx::Error> {
        sqlx::query!(
            r#"update turns t
               set state = 'suggested', outcome = $3, draft = $4, finished_at = now()
               from conversations c
               where t.id = $1 and t.merchant_id = $2 and c.id = t.conversation_id
                 and (t.state = 'suggested' or (t.state = 'running' and c.control = 'person'))"#,
            turn.uuid(),
            self.scope.merchant().uuid(),
            Json(outcome) as _,
            draft_of(outcome),
        )
        .execute(self.scope.pool())
        .await
        .map(|_| ())
    }

    /// A turn that cannot go on because of a mistake of ours: it is closed, its events stay unread, and a person is
    /// called. The error is for the operator and holds nothing a shopper wrote.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn fail(&self, claim: &Claim, turn: TurnId, error: &str) -> Result<(), sqlx::Error> {
        sqlx::query!(
            r#"with closed as (
                   update turns set state = 'failed', error = $4, finished_at = now()
                   where id = $1 and merchant_id = $2 and state = 'running' and fence = $5
                   returning conversation_id
               )
               update conversations c
               set turn_job = null, needs_person_since = coalesce(needs_person_since, now()),
                   needs_person_reason = coalesce(needs_person_reason, 'turn_failed')
               from closed where c.id = closed.conversation_id and c.id = $3"#,
            turn.uuid(),
            self.scope.merchant().uuid(),
            claim.conversation.uuid(),
            error,
            claim.fence,
        )
        .execute(self.scope.pool())
        .await
        .map(|_| ())
    }
}

const fn state_after(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Reply { .. } => "replied",
        Outcome::HandOff { .. } => "handed_off",
        Outcome::Silence { .. } => "silent",
    }
}

fn draft_of(outcome: &Outcome) -> Option<&str> {
    use crate::agent::turn::HandOffReason;
    match outcome {
        Outcome::Reply { text } => Some(text),
        Outcome::HandOff { reason: HandOffReason::GuardRefused { draft, .. } } => Some(draft),
        Outcome::HandOff { .. } | Outcome::Silence { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_the_products_seen_those_seen_longest_ago_are_forgotten_first() {
        let handle = |number: usize| -> Handle { format!("product-{number}").parse().unwrap() };
        let mut memory = Memory::default();
        memory.see((0..SEEN_MAX).map(handle));
        memory.see([handle(0), handle(999)]);
        assert_eq!(memory.seen.len(), SEEN_MAX);
        assert!(!memory.seen.contains(&handle(1)), "it was named before all others");
        assert!(memory.seen.contains(&handle(0)), "it was named again");
        assert_eq!(memory.seen.last(), Some(&handle(999)));
    }
}
