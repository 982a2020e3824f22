//! Takes turns: claims a conversation, drives `agent::turn` until it settles, commits.

mod drive;
mod speaking;

use std::fmt;
use std::sync::Arc;

use chrono::TimeDelta;

use crate::agent::entry::{About, Entry, ShopperSaid, ToolSpec};
use crate::agent::evidence::Evidence;
use crate::agent::prompt::{EntriesDigest, Prompts};
use crate::agent::turn::{HandOffReason, Limits, Outcome, Step, Turn};
use crate::base::clock::Clock;
use crate::base::ids::{ConversationId, JobId, MerchantId, MessageId};
use crate::base::language::Language;
use crate::channels::whatsapp::client::{Sender, WhatsApp};
use crate::conversation::changes::Changes;
use crate::conversation::language::detect;
use crate::intake::event::EventBody;
use crate::llm::model::Model;
use crate::outbox::store::Due;
use crate::queue::store::queue_turn;
use crate::tools::get_product;
use crate::turns::history::{Line, before_a_turn, entries, is_whole};
use crate::turns::store::{Claim, Claimed, Settlement, TurnLogError, Turns, UnsavedStep};
use crate::workers::pace::Pace;
use crate::workers::shops::{OpenShop, Shops};
use crate::workers::turn::drive::Drive;
use crate::workers::turn::speaking::Speaking;

/// After so many failed attempts at one turn it is closed and a person is called.
const ATTEMPTS_MAX: i16 = 5;
/// When a conversation that is in another job's hands is looked at again.
const ANOTHER_LOOK: TimeDelta = TimeDelta::seconds(2);

/// The job that a turn is taken in.
#[derive(Clone, Copy, Debug)]
pub struct Attempt {
    /// Which.
    pub id: JobId,
    /// How often it has been tried, this time included.
    pub number: i16,
}
/// So many of the newest orders are known to a turn without asking.
const ORDERS_KNOWN: usize = 3;

/// What a turn may use.
#[derive(Clone, Copy, Debug)]
pub struct TurnSettings {
    /// What a merchant's models may cost in a day, in millionths.
    pub day_micros_max: u64,
    /// How many tokens of conversation a model is shown.
    pub history_tokens_max: usize,
    /// How many tokens an answer may have.
    pub answer_tokens_max: u32,
}

/// The worker.
pub struct TurnWorker {
    /// Finds shops.
    pub shops: Shops,
    /// The configured model, if there is one.
    pub model: Option<Arc<dyn Model>>,
    /// The prompts.
    pub prompts: Prompts,
    /// The tools, described.
    pub tools: Vec<ToolSpec>,
    /// Limits of one turn.
    pub limits: Limits,
    /// What a turn may use.
    pub settings: TurnSettings,
    /// For read receipts and typing.
    pub whatsapp: Arc<WhatsApp>,
    /// Where live pages hear that a turn began and ended.
    pub changes: Changes,
    /// When a message may go.
    pub pace: Arc<Pace>,
    /// The time.
    pub clock: Clock,
}

impl fmt::Debug for TurnWorker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TurnWorker").finish_non_exhaustive()
    }
}

impl TurnWorker {
    /// Answers what is unread in a conversation, unless a person is in control. A message that comes back counts as
    /// being sent by this job already.
    ///
    /// # Errors
    /// When something of ours does not work; the job is tried again, and at last the turn is closed and a person
    /// called.
    pub async fn run(
        &self,
        merchant: MerchantId,
        conversation: ConversationId,
        job: Attempt,
    ) -> anyhow::Result<Option<Due>> {
        let open = self.shops.get(merchant).await?;
        let turns = Turns::of(&open.shop.scope);
        // Read while the claim is made: nearly always it is all that the turn begins with.
        let (claim, lines) = tokio::try_join!(turns.claim(conversation, job.id), turns.history(conversation))?;
        let Some(claim) = claim else {
            self.come_back(&open, &turns, conversation).await?;
            return Ok(None);
        };
        let Some(claimed) = claim.turn.clone() else { return Ok(None) };
        self.changes.happened(merchant, conversation);
        let taken = self.take((&open, &turns), (&claim, &claimed), lines, job.id).await;
        self.changes.happened(merchant, conversation);
        match taken {
            Ok(first) => Ok(first),
            Err(TurnEnd::ClaimLost) => {
                tracing::info!(turn.id = %claimed.id, "the claim was lost");
                Ok(None)
            }
            Err(TurnEnd::Failed(error)) if job.number >= ATTEMPTS_MAX => {
                tracing::error!(turn.id = %claimed.id, error = error.as_ref() as &dyn std::error::Error, "a turn was given up");
                counted("failed");
                turns.fail(&claim, claimed.id, &format!("{error:#}")).await?;
                Ok(None)
            }
            Err(TurnEnd::Failed(error)) => Err(error),
        }
    }

    /// Has another look later where another job takes a turn. That job hears what arrives meanwhile, and queues a turn
    /// for what it did not hear; but its worker may be dead and not yet known to be.
    async fn come_back(&self, open: &OpenShop, turns: &Turns, conversation: ConversationId) -> anyhow::Result<()> {
        if turns.is_owed_a_turn(conversation).await? {
            let scope = &open.shop.scope;
            let mut connection = scope.pool().acquire().await?;
            let at = self.clock.now() + ANOTHER_LOOK;
            queue_turn(&mut connection, scope.merchant(), conversation, at).await?;
        }
        Ok(())
    }

    async fn take(
        &self,
        (open, turns): (&OpenShop, &Turns),
        (claim, claimed): (&Claim, &Claimed),
        lines: Vec<Line>,
        job: JobId,
    ) -> Result<Option<Due>, TurnEnd> {
        let began = self.clock.now();
        self.tell_reading(claim, claimed);
        let steps = if claimed.resumed { turns.steps(claimed.id).await? } else { Vec::new() };
        let begun_over = begun_over(claimed, &steps);
        let lines = if is_whole(&lines, begun_over, claim.said_up_to) {
            lines
        } else {
            turns.history(claim.conversation).await?
        };
        let lines = before_a_turn(lines, begun_over, claimed.started_at);
        let language = language_of(&lines, claim.language, open);
        let history = self.history(open, claim, lines).await?;
        let position = steps.len();
        let up_to = newest(&claimed.events);
        let turn = if let Ok(turn) = Turn::replay(history, self.limits.clone(), steps) {
            turn
        } else {
            // Steps of an older version that this one cannot take: think again from the start, over all that joined.
            let lines = turns.history(claim.conversation).await?;
            let lines = before_a_turn(lines, &claimed.events, claimed.started_at);
            Turn::new(self.history(open, claim, lines).await?, self.limits.clone())
        };
        let speaking = Speaking::new(open, language, self.clock.now());
        let (unsaved, arrived) = (Vec::new(), Vec::new());
        let mut drive = Drive {
            worker: self,
            open,
            turns,
            claim,
            claimed,
            speaking,
            turn,
            position,
            unsaved,
            arrived,
            up_to,
            began,
            shown: EntriesDigest::default(),
            model_failed: false,
        };
        let outcome = drive.finish().await?;
        let settlement = drive.settlement(&outcome);
        counted(word(&outcome));
        self.settle((turns, claim, claimed), settlement, &drive.unsaved, job).await
    }

    /// Ends the turn. Its first message goes at once if the pace allows it.
    async fn settle(
        &self,
        (turns, claim, claimed): (&Turns, &Claim, &Claimed),
        settlement: Settlement,
        unsaved: &[UnsavedStep],
        job: JobId,
    ) -> Result<Option<Due>, TurnEnd> {
        let (merchant, conversation) = (turns.merchant(), claim.conversation);
        let may_go = !settlement.bubbles.is_empty() && self.pace.take(merchant, conversation, self.clock.now());
        let settled = turns.settle((claim, claimed.id), &settlement, unsaved, may_go.then_some(job)).await;
        if may_go && !matches!(settled, Ok(Some(_))) {
            self.pace.give_back(merchant, conversation);
        }
        match settled {
            Ok(first) => Ok(first.and_then(|message| being_sent(message, settlement, claim))),
            Err(TurnLogError::ClaimLost) => {
                turns.suggest(claimed.id, &settlement.outcome).await?;
                Err(TurnEnd::ClaimLost)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The conversation as the model sees it: bounded, older turns summarised by rule.
    async fn history(&self, open: &OpenShop, claim: &Claim, lines: Vec<Line>) -> Result<Vec<Entry>, TurnEnd> {
        let mut history = entries(lines, &self.limits);
        self.look_up_what_is_asked_about(open, claim, &mut history).await?;
        // Notices are kept without the state of orders, because it goes on changing: the newest is given what is so
        // now. Else the newest word on an order that was paid long ago would be that its pay page was opened.
        let newest_notice = history.iter_mut().rev().find_map(|entry| match entry {
            Entry::Notice { evidence, .. } => Some(evidence),
            _ => None,
        });
        if let Some(evidence) = newest_notice {
            let orders = open.shop.orders.of_conversation(claim.conversation).await.map_err(anyhow::Error::from)?;
            for order in orders.iter().take(ORDERS_KNOWN).rev() {
                let quote = open.shop.quotes.find(order.quote).await.map_err(anyhow::Error::from)?;
                let card = quote.map(|kept| crate::tools::cards::order(order, &kept.quote));
                evidence.extend(card.map(Evidence::Order));
            }
        }
        Ok(crate::agent::history::bounded(history, self.settings.history_tokens_max, &crate::llm::tokens::count))
    }

    /// What the shopper was looking at when they wrote is looked up before anybody is asked, so that "is this one
    /// available?" has a this. It stands before the messages it came with, where an earlier look-up would.
    async fn look_up_what_is_asked_about(
        &self,
        open: &OpenShop,
        claim: &Claim,
        history: &mut Vec<Entry>,
    ) -> Result<(), TurnEnd> {
        let asked = history.iter().enumerate().rev().find_map(|(place, entry)| match entry {
            Entry::Shopper(ShopperSaid { about: Some(About::Product(id)), .. }) => Some((place, id.clone())),
            _ => None,
        });
        let Some((place, id)) = asked else { return Ok(()) };
        let locale = open.merchant.locale.speaking(claim.language);
        let asked = (claim.conversation, self.clock.now());
        let found = get_product::looked_up(&open.shop, &id, asked, locale).await.map_err(anyhow::Error::from)?;
        if let Some(found) = found {
            let heard = |entry: &Entry| matches!(entry, Entry::Shopper(_) | Entry::Notice { .. });
            let before = place - history[..place].iter().rev().take_while(|entry| heard(entry)).count();
            history.splice(before..before, found);
        }
        Ok(())
    }

    /// Tells the shopper that the message was read and an answer is being written. Not waited for: it is a courtesy.
    fn tell_reading(&self, claim: &Claim, claimed: &Claimed) {
        let Some(wamid) = claimed.last_heard.clone().filter(|_| !claimed.resumed) else { return };
        let (shops, whatsapp) = (self.shops.clone(), Arc::clone(&self.whatsapp));
        let (channel, phone_number_id) = (claim.channel, claim.channel_external_id.clone());
        tokio::spawn(async move {
            if let Ok(token) = shops.channel_token(channel).await {
                let sender = Sender { phone_number_id: &phone_number_id, token: &token };
                whatsapp.mark_read_and_typing(sender, &wamid).await.ok();
            }
        });
    }
}

/// Why a turn did not come to its end here.
#[derive(Debug)]
enum TurnEnd {
    /// Somebody else has the conversation now.
    ClaimLost,
    /// Something of ours does not work.
    Failed(anyhow::Error),
}

impl From<TurnLogError> for TurnEnd {
    fn from(error: TurnLogError) -> Self {
        match error {
            TurnLogError::ClaimLost => Self::ClaimLost,
            TurnLogError::Database(_) => Self::Failed(error.into()),
        }
    }
}

impl From<sqlx::Error> for TurnEnd {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl From<anyhow::Error> for TurnEnd {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(error)
    }
}

/// The first message of a turn that has just settled, as a delivery that has claimed it.
fn being_sent(message: MessageId, settlement: Settlement, claim: &Claim) -> Option<Due> {
    Some(Due {
        message,
        bubble: settlement.bubbles.into_iter().next()?,
        attempts: 1,
        parts_sent: 0,
        channel: claim.channel,
        channel_external_id: claim.channel_external_id.clone(),
        user_id: claim.user_id.clone(),
        phone: claim.phone.clone(),
        heard_at: claim.heard_at,
    })
}

/// The events a turn was begun over. What joined it later stands in its steps, once.
fn begun_over<'a>(claimed: &'a Claimed, steps: &[Step]) -> &'a [i64] {
    let heard = |step: &Step| if let Step::Heard { entries, silent } = step { entries.len() + silent } else { 0 };
    let joined: usize = steps.iter().map(heard).sum();
    let begun = claimed.events.len().saturating_sub(joined).max(1);
    claimed.events.get(..begun).unwrap_or_default()
}

fn newest(events: &[i64]) -> i64 {
    events.last().copied().unwrap_or_default()
}

/// The language of the newest message that has one.
fn language_of(lines: &[Line], last: Language, open: &OpenShop) -> Language {
    let shop = open.merchant.locale.language();
    let newest = lines.iter().rev().find(|line| line.source == "heard" && line.kind == "said");
    let body = newest.and_then(|line| serde_json::from_str::<EventBody>(line.body.get()).ok());
    let text = body.as_ref().map_or("", |body| if let EventBody::Said(said) = body { &said.text } else { "" });
    let heard_before = lines.iter().filter(|line| line.source == "heard").count() > 1;
    detect(text, &Language::ALL, heard_before.then_some(last), shop)
}

const fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Reply { .. } => "replied",
        Outcome::HandOff { reason: HandOffReason::GuardRefused { .. } } => "guard_refused",
        Outcome::HandOff { .. } => "handed_off",
        Outcome::Silence { .. } => "silent",
    }
}

fn counted(outcome: &'static str) {
    metrics::counter!("trato_turns_total", "outcome" => outcome).increment(1);
}
