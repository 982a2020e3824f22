//! Sends what is owed in a conversation, oldest first, one at a time.
//!
//! A message is marked `sending` before the channel is asked and `sent` after it answered. Between the two the
//! outcome is unknown: nothing is sent again until the channel's report, or its silence past a deadline, says so.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use secrecy::SecretString;
use sqlx::PgPool;

use crate::base::clock::{Clock, Time};
use crate::base::contact::ContactPoint;
use crate::base::ids::{ConversationId, JobId, MerchantId};
use crate::channels::whatsapp::client::{SendError, Sender, WhatsApp};
use crate::channels::whatsapp::pacing::pair_wait;
use crate::channels::whatsapp::payload::{Payload, payloads};
use crate::conversation::changes::Changes;
use crate::conversation::store::Conversations;
use crate::conversation::window::ReplyWindow;
use crate::outbox::store::{Attempt, Due, Fault, Left, Outbox, Waiting};
use crate::queue;
use crate::workers::pace::Pace;
use crate::workers::shops::Shops;

/// The worker.
#[derive(Clone, Debug)]
pub struct Deliveries {
    /// Finds shops.
    pub shops: Shops,
    /// For jobs that look again.
    pub pool: PgPool,
    /// Sends.
    pub whatsapp: Arc<WhatsApp>,
    /// Where live pages hear that a message went.
    pub changes: Changes,
    /// When a message may go.
    pub pace: Arc<Pace>,
    /// The time.
    pub clock: Clock,
    /// How long a message whose outcome is unknown waits for the channel's report, in seconds.
    pub unknown_seconds: f64,
}

/// Whose messages are being sent.
struct Errand {
    merchant: MerchantId,
    conversation: ConversationId,
    job: JobId,
    outbox: Outbox,
}

/// After so many refusals that said "later", a message counts as failed and a person is called.
const ATTEMPTS_MAX: u32 = 12;
const RETRY_AFTER: Duration = Duration::from_secs(2);
const RETRY_AFTER_MAX: Duration = Duration::from_mins(5);
/// A number whose token or business is stopped is tried again so often; what it owes waits, as long as it may be said.
const LOOK_WHETHER_MENDED: TimeDelta = TimeDelta::minutes(2);

impl Deliveries {
    /// Sends what can be sent now, and has the rest looked at again when its time comes. A message that this job has
    /// claimed already goes first.
    ///
    /// # Errors
    /// When the database does not answer; the job is tried again then.
    pub async fn run(
        &self,
        merchant: MerchantId,
        conversation: ConversationId,
        job: JobId,
        claimed: Option<Due>,
    ) -> anyhow::Result<()> {
        let outbox = Outbox::of(&self.shops.scope(merchant));
        let errand = Errand { merchant, conversation, job, outbox };
        if let Some(due) = claimed
            && self.deliver(&errand, &due).await? == Left::Nothing
        {
            return Ok(());
        }
        if self.deliver_due(&errand).await? == Left::Nothing {
            return Ok(());
        }
        // Something is left that cannot go now. What an earlier worker left behind is the one thing that can be
        // mended at once, and was in nobody's way until here: only the oldest message is ever under way.
        errand.outbox.recover(conversation, job, self.unknown_seconds).await?;
        if self.deliver_due(&errand).await? == Left::Nothing {
            return Ok(());
        }
        if let Waiting::Until(at) = errand.outbox.waiting(conversation, self.unknown_seconds).await? {
            let mut connection = self.pool.acquire().await?;
            let now = self.clock.now();
            let turn = self.pace.turn(merchant, conversation, now);
            let at = at.max(turn).max(now + TimeDelta::milliseconds(50));
            queue::store::queue_delivery(&mut connection, merchant, conversation, at).await?;
        }
        Ok(())
    }

    /// Sends what is due, oldest first, until something cannot go or nothing is left. The pace is asked before a
    /// message is claimed: one that waits for it is still owed, so that a person who takes over can stop it.
    async fn deliver_due(&self, errand: &Errand) -> anyhow::Result<Left> {
        while self.pace.take(errand.merchant, errand.conversation, self.clock.now()) {
            let due = errand.outbox.claim_due(errand.conversation, errand.job).await;
            if !matches!(due, Ok(Some(_))) {
                self.pace.give_back(errand.merchant, errand.conversation);
            }
            let Some(due) = due? else { break };
            if self.deliver(errand, &due).await? == Left::Nothing {
                return Ok(Left::Nothing);
            }
        }
        Ok(Left::Perhaps)
    }

    #[tracing::instrument(name = "send", skip_all, fields(message.id = %due.message, message.attempt = due.attempts))]
    async fn deliver(&self, errand: &Errand, due: &Due) -> anyhow::Result<Left> {
        let now = self.clock.now();
        if !ReplyWindow::at(due.heard_at, now).is_open() {
            counted("window_closed");
            let error = "the reply window is closed";
            errand.outbox.failed(due.message, Fault::Message, Some(WINDOW_CLOSED), error).await?;
            return Ok(Left::Perhaps);
        }
        match self.send(errand, due).await? {
            Ok(wire_id) => {
                counted("sent");
                let left = errand.outbox.sent(due.message, &wire_id).await?;
                self.changes.happened(errand.merchant, errand.conversation);
                Ok(left)
            }
            Err(error) => {
                self.not_sent(errand, due, error, now).await?;
                Ok(Left::Perhaps)
            }
        }
    }

    /// Hands the message to the channel. A bubble that needs several sends counts as sent when the last one was
    /// taken; what was taken before is noted, so that whoever goes on does not send it again.
    async fn send(&self, errand: &Errand, due: &Due) -> anyhow::Result<Result<String, SendFailure>> {
        let (sends, token) = match self.prepared(due).await {
            Ok(prepared) => prepared,
            Err(failure) => return Ok(Err(failure)),
        };
        let sender = Sender { phone_number_id: &due.channel_external_id, token: &token };
        let parts = sends.len();
        // The last part is always sent: only its answer tells that the message is out.
        let from = due.parts_sent.min(parts.saturating_sub(1));
        let mut wire_id = String::new();
        for (payload, part) in sends.iter().zip(1..=parts).skip(from) {
            wire_id = match self.whatsapp.send(sender, payload).await {
                Ok(accepted) => accepted.wire_id,
                Err(error) => return Ok(Err(SendFailure::Theirs(error))),
            };
            if part < parts {
                self.pace.went(errand.merchant, errand.conversation, self.clock.now());
                errand.outbox.part_sent(due.message, part).await?;
            }
        }
        Ok(Ok(wire_id))
    }

    async fn prepared(&self, due: &Due) -> Result<(Vec<Payload>, SecretString), SendFailure> {
        let contact = ContactPoint::new(due.user_id.as_deref(), due.phone.as_deref())
            .ok_or_else(|| SendFailure::Never("the conversation has no address".to_owned()))?;
        let payloads = payloads(&due.bubble, &contact, due.message)
            .map_err(|error| SendFailure::Never(format!("the message cannot be written: {error}")))?;
        let token = self.shops.channel_token(due.channel).await.map_err(SendFailure::Ours)?;
        Ok((payloads, token))
    }

    async fn not_sent(&self, errand: &Errand, due: &Due, failure: SendFailure, now: Time) -> anyhow::Result<()> {
        let outbox = &errand.outbox;
        tracing::warn!(error = %failure, "a message was not sent");
        match failure.then(due.attempts) {
            Then::Wait => {
                counted("unknown");
                outbox.outcome_unknown(due.message).await?;
            }
            Then::Again(after) if due.attempts < ATTEMPTS_MAX => {
                counted("later");
                let at = now + TimeDelta::from_std(after).unwrap_or(TimeDelta::MAX);
                if matches!(failure, SendFailure::Theirs(SendError::RateLimitedNumber { .. })) {
                    self.pace.close(errand.merchant, now, at);
                }
                outbox.later(due.message, at, &failure.to_string(), Attempt::Counts).await?;
            }
            Then::WhenMended => {
                counted("stopped");
                let at = now + LOOK_WHETHER_MENDED;
                if outbox.later(due.message, at, &failure.to_string(), Attempt::IsForgiven).await? {
                    let conversations = Conversations::of(&self.shops.scope(errand.merchant));
                    conversations.needs_person(errand.conversation, "number_stopped").await?;
                }
            }
            Then::Again(_) | Then::GiveUp => {
                counted("failed");
                outbox.failed(due.message, failure.fault(), failure.code(), &failure.to_string()).await?;
            }
        }
        Ok(())
    }
}

/// Meta's code for a closed window; kept also when we find out before asking.
const WINDOW_CLOSED: i32 = 131_047;

/// Why a message was not handed over.
#[derive(Debug, thiserror::Error)]
enum SendFailure {
    #[error("{0}")]
    Never(String),
    #[error("the channel's token could not be read")]
    Ours(#[source] anyhow::Error),
    #[error("{0}")]
    Theirs(SendError),
}

/// What to do after a failure.
enum Then {
    /// Wait for the channel's report.
    Wait,
    /// Send it again after this long.
    Again(Duration),
    /// Not this message's fault: nothing goes from this number until the merchant has mended it.
    WhenMended,
    /// It will not go.
    GiveUp,
}

impl SendFailure {
    fn then(&self, attempts: u32) -> Then {
        let backoff = RETRY_AFTER.saturating_mul(2_u32.saturating_pow(attempts.min(10))).min(RETRY_AFTER_MAX);
        match self {
            Self::Never(_) => Then::GiveUp,
            Self::Ours(_) => Then::Again(backoff),
            Self::Theirs(error) => match error {
                SendError::OutcomeUnknown(_) => Then::Wait,
                SendError::Retry { after, .. } | SendError::RateLimitedNumber { after } => {
                    Then::Again(after.unwrap_or(backoff))
                }
                SendError::RateLimitedPair => Then::Again(pair_wait(attempts)),
                SendError::WindowClosed
                | SendError::Undeliverable(_)
                | SendError::Media(_)
                | SendError::Permanent(_) => Then::GiveUp,
                SendError::TokenInvalid(_) | SendError::BusinessStopped(_) => Then::WhenMended,
            },
        }
    }

    const fn fault(&self) -> Fault {
        match self {
            Self::Theirs(SendError::Media(_)) => Fault::Picture,
            _ => Fault::Message,
        }
    }

    const fn code(&self) -> Option<i32> {
        match self {
            Self::Theirs(SendError::WindowClosed) => Some(WINDOW_CLOSED),
            Self::Theirs(
                SendError::Undeliverable(refusal)
                | SendError::Media(refusal)
                | SendError::TokenInvalid(refusal)
                | SendError::BusinessStopped(refusal)
                | SendError::Permanent(refusal),
            ) => refusal.code,
            _ => None,
        }
    }
}

fn counted(outcome: &'static str) {
    metrics::counter!("trato_deliveries_total", "outcome" => outcome).increment(1);
}
