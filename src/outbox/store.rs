//! The outbox in the database.

use sqlx::PgConnection;
use sqlx::types::Json;

use crate::base::clock::Time;
use crate::base::ids::{ChannelId, ConversationId, JobId, MerchantId, MessageId, StaffId, TurnId};
use crate::base::store::Scope;
use crate::conversation::bubble::Bubble;
use crate::outbox::say::Say;

/// One merchant's outbox.
#[derive(Clone, Debug)]
pub struct Outbox {
    scope: Scope,
}

/// Why a message could not be said.
#[derive(Debug, thiserror::Error)]
#[error("the outbox could not be written")]
pub struct SayError(#[from] sqlx::Error);

/// A message that is due, claimed for sending, with all that is needed to send it.
#[derive(Clone, Debug)]
pub struct Due {
    /// Our id, which the channel gives back in its reports.
    pub message: MessageId,
    /// What to send.
    pub bubble: Bubble,
    /// How often sending has been tried, this time included.
    pub attempts: u32,
    /// Of words that fill several messages: how many of them the channel has taken already.
    pub parts_sent: usize,
    /// The channel's name of our number.
    pub channel: ChannelId,
    /// The channel's id of our number.
    pub channel_external_id: String,
    /// The shopper's channel id, if known.
    pub user_id: Option<String>,
    /// The shopper's phone, if known.
    pub phone: Option<String>,
    /// When the shopper last wrote; decides whether the channel's window is open.
    pub heard_at: Option<Time>,
}

/// What the queue of one conversation looks like when nothing can be sent now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// Nothing is owed.
    Nothing,
    /// Something may be sent, or given up as unknown, at this time.
    Until(Time),
}

/// Whether the conversation still owes something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// Nothing: whoever says something after this has its delivery queued.
    Nothing,
    /// Perhaps: it has to be looked at.
    Perhaps,
}

/// What kept a message from arriving.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Its picture: what else it says may go without.
    Picture,
    /// Anything else.
    Message,
}

/// Whether an attempt counts among those that a message has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// It does.
    Counts,
    /// It does not: nothing goes from the shop's number until somebody has mended it, which is not this message's
    /// fault.
    IsForgiven,
}

/// After so many attempts of which the channel never said what became of them, a message is not sent again.
pub const UNKNOWN_ATTEMPTS_MAX: i32 = 4;

impl Outbox {
    /// The outbox of one merchant.
    #[must_use]
    pub fn of(scope: &Scope) -> Self {
        Self { scope: scope.clone() }
    }

    /// Says something: stores it and queues its delivery, in one round trip. Said twice with one key, it is
    /// stored once, and the first one's id comes back.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn say(&self, say: &Say) -> Result<MessageId, SayError> {
        let mut connection = self.scope.pool().acquire().await?;
        self.say_in(&mut connection, say).await
    }

    /// As [`Outbox::say`], inside the caller's transaction.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn say_in(&self, connection: &mut PgConnection, say: &Say) -> Result<MessageId, SayError> {
        let id = sqlx::query_scalar!(
            // The update that changes nothing makes the row of a faster caller come back.
            r#"with said as (
                   insert into outbox (id, merchant_id, conversation_id, turn_id, author, staff_id, body, dedupe_key)
                   values ($1, $2, $3, $4, $5, $6, $7, $8)
                   on conflict on constraint outbox_says_it_once do update set dedupe_key = outbox.dedupe_key
                   returning id, queue_delivery($2, $3, now())::text as queued
               )
               select id as "id!: MessageId" from said"#,
            MessageId::generate().uuid(),
            self.scope.merchant().uuid(),
            say.conversation.uuid(),
            say.turn.map(TurnId::uuid),
            say.author.word(),
            say.author.staff().map(StaffId::uuid),
            Json(&say.bubble) as _,
            say.dedupe_key,
        )
        .fetch_one(connection)
        .await?;
        Ok(id)
    }

    /// Claims the oldest owed message of a conversation for sending, if it is due and nothing older is under way.
    /// The agent's messages are claimed only while the agent is in control.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn claim_due(&self, conversation: ConversationId, job: JobId) -> Result<Option<Due>, sqlx::Error> {
        let row = sqlx::query!(
            r#"with first as (
                   select id, state, not_before, author from outbox
                   where conversation_id = $1 and merchant_id = $2 and state in ('owed', 'sending', 'unknown')
                   order by seq limit 1 for update
               ),
               claimed as (
                   update outbox
                   set state = 'sending', sending_job = $3, attempts = attempts + 1, state_at = now()
                   from first, conversations c
                   where outbox.id = first.id and first.state = 'owed' and first.not_before <= now()
                     and c.id = $1 and (first.author <> 'agent' or c.control = 'agent')
                   returning outbox.id, outbox.body, outbox.attempts, outbox.parts_sent
               )
               select claimed.id as "message: MessageId", claimed.body as "body: Json<Bubble>", claimed.attempts,
                      claimed.parts_sent,
                      ch.id as "channel: ChannelId", ch.external_id, c.user_id, c.phone, c.heard_at
               from claimed, conversations c join channels ch on ch.id = c.channel_id
               where c.id = $1"#,
            conversation.uuid(),
            self.scope.merchant().uuid(),
            job.number(),
        )
        .fetch_optional(self.scope.pool())
        .await?;
        Ok(row.map(|row| Due {
            message: row.message,
            bubble: row.body.0,
            attempts: u32::try_from(row.attempts).unwrap_or(u32::MAX),
            parts_sent: usize::try_from(row.parts_sent).unwrap_or_default(),
            channel: row.channel,
            channel_external_id: row.external_id,
            user_id: row.user_id,
            phone: row.phone,
            heard_at: row.heard_at,
        }))
    }

    /// A worker that starts on a conversation finds what an earlier one left behind: a message still `sending` whose
    /// job no longer runs was in the hands of a worker that died, so its outcome is unknown; one unknown for longer
    /// than `unknown_seconds` without a report from the channel was never taken, and is owed again; after
    /// [`UNKNOWN_ATTEMPTS_MAX`] attempts it counts as failed, lest a shopper whose channel never reports reads it every
    /// minute, and a person is called. While a person is in control, what the agent still owed is withheld instead: it
    /// must not stand before the person's own words.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn recover(
        &self,
        conversation: ConversationId,
        job: JobId,
        unknown_seconds: f64,
    ) -> Result<(), sqlx::Error> {
        sqlx::query!(
            r#"with recovered as (
                   update outbox o
                   set state = case when o.state = 'sending' then 'unknown'
                                    when o.author = 'agent' and c.control = 'person' then 'withheld'
                                    when o.state = 'unknown' and o.unknowns >= $5 then 'failed'
                                    else 'owed' end,
                       error = case when o.state = 'unknown' and o.unknowns >= $5
                                    then 'whether it arrived was never told' else o.error end,
                       unknowns = o.unknowns + case when o.state = 'sending' then 1 else 0 end,
                       state_at = now()
                   from conversations c
                   where o.conversation_id = $1 and o.merchant_id = $2 and c.id = o.conversation_id
                     and ((o.state = 'sending' and (o.sending_job = $4 or not job_runs(o.sending_job)))
                          or (o.state = 'unknown' and o.state_at < now() - make_interval(secs => $3))
                          or (o.state = 'owed' and o.author = 'agent' and c.control = 'person'))
                   returning o.state
               )
               update conversations
               set needs_person_since = coalesce(needs_person_since, now()),
                   needs_person_reason = coalesce(needs_person_reason, 'message_failed')
               where id = $1 and merchant_id = $2 and exists (select from recovered where state = 'failed')"#,
            conversation.uuid(),
            self.scope.merchant().uuid(),
            unknown_seconds,
            job.number(),
            UNKNOWN_ATTEMPTS_MAX,
        )
        .execute(self.scope.pool())
        .await
        .map(|_| ())
    }

    /// When the conversation's delivery should be looked at again.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn waiting(
        &self,
        conversation: ConversationId,
        unknown_seconds: f64,
    ) -> Result<Waiting, sqlx::Error> {
        let due = sqlx::query_scalar!(
            // Whoever is sending goes on to what stands behind it; another look is for when that worker dies.
            r#"select case state when 'unknown' then state_at + make_interval(secs => $3)
                                 when 'sending' then now() + interval '2 seconds'
                                 else greatest(not_before, now()) end as "due!"
               from outbox
               where conversation_id = $1 and merchant_id = $2 and state in ('owed', 'sending', 'unknown')
               order by seq limit 1"#,
            conversation.uuid(),
            self.scope.merchant().uuid(),
            unknown_seconds,
        )
        .fetch_optional(self.scope.pool())
        .await?;
        Ok(due.map_or(Waiting::Nothing, Waiting::Until))
    }

    /// The channel took the message. Tells whether the conversation owes anything else.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn sent(&self, message: MessageId, wire_id: &str) -> Result<Left, sqlx::Error> {
        let left = sqlx::query_scalar!(
            r#"with sent as (
                   update outbox
                   set wire_id = $3, state = case when state in ('sending', 'unknown') then 'sent' else state end,
                       state_at = now()
                   where id = $1 and merchant_id = $2
                   returning conversation_id
               )
               select exists (select from outbox o
                              where o.conversation_id = (select conversation_id from sent) and o.id <> $1
                                and o.state in ('owed', 'sending', 'unknown')) as "left!""#,
            message.uuid(),
            self.scope.merchant().uuid(),
            wire_id,
        )
        .fetch_one(self.scope.pool())
        .await?;
        Ok(if left { Left::Perhaps } else { Left::Nothing })
    }

    /// The channel took the first so many parts of the message; there are more.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn part_sent(&self, message: MessageId, parts: usize) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "update outbox set parts_sent = greatest(parts_sent, $3) where id = $1 and merchant_id = $2",
            message.uuid(),
            self.scope.merchant().uuid(),
            i32::try_from(parts).unwrap_or(i32::MAX),
        )
        .execute(self.scope.pool())
        .await
        .map(|_| ())
    }

    /// The channel was asked and its answer was lost.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn outcome_unknown(&self, message: MessageId) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "update outbox set state = 'unknown', unknowns = unknowns + 1, state_at = now()
             where id = $1 and merchant_id = $2 and state = 'sending'",
            message.uuid(),
            self.scope.merchant().uuid(),
        )
        .execute(self.scope.pool())
        .await
        .map(|_| ())
    }

    /// The channel refused for now: it is owed again, not before `at`. Says whether the reason is news.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn later(
        &self,
        message: MessageId,
        at: Time,
        error: &str,
        attempt: Attempt,
    ) -> Result<bool, sqlx::Error> {
        let is_news = sqlx::query_scalar!(
            r#"with before as (select error from outbox where id = $1 and merchant_id = $2)
               update outbox o
               set state = case when o.author = 'agent' and c.control = 'person' then 'withheld' else 'owed' end,
                   attempts = o.attempts - case when $5 then 0 else 1 end,
                   not_before = $3, error = $4, state_at = now()
               from conversations c, before
               where o.id = $1 and o.merchant_id = $2 and o.state = 'sending' and c.id = o.conversation_id
               returning before.error is distinct from $4 as "is_news!""#,
            message.uuid(),
            self.scope.merchant().uuid(),
            at,
            error,
            attempt == Attempt::Counts,
        )
        .fetch_optional(self.scope.pool())
        .await?;
        Ok(is_news.unwrap_or_default())
    }

    /// The message will not arrive. If that is its picture's fault, what else it says goes again without it; else
    /// the conversation waits for a person, because the shopper was not answered.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn failed(
        &self,
        message: MessageId,
        fault: Fault,
        code: Option<i32>,
        error: &str,
    ) -> Result<(), sqlx::Error> {
        sqlx::query!(
            r#"with failed as (
                   update outbox set state = 'failed', error_code = $3, error = $4, state_at = now()
                   where id = $1 and merchant_id = $2 and state in ('owed', 'sending', 'unknown')
                   returning id, conversation_id
               ),
               unsaid as (
                   select conversation_id from failed
                   where not case when $5 then say_without_picture(id) else false end
               )
               update conversations c
               set needs_person_since = coalesce(needs_person_since, now()),
                   needs_person_reason = coalesce(needs_person_reason, 'message_failed')
               from unsaid where c.id = unsaid.conversation_id"#,
            message.uuid(),
            self.scope.merchant().uuid(),
            code,
            error,
            fault == Fault::Picture,
        )
        .execute(self.scope.pool())
        .await
        .map(|_| ())
    }

    /// Applies all delivery reports of this merchant that nobody has applied yet, in one statement. A report finds
    /// its message by the channel's id or by ours; the lattice is [`crate::outbox::state::MessageState::after_report`].
    /// The report of a part (`message_….1`) only says how many parts are out, or that the whole will not arrive.
    /// Conversations whose unknown message was settled get their delivery queued again. A message that failed with
    /// one of the `picture_codes` is said again without its picture. Returns how many reports were applied.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn apply_reports(&self, picture_codes: &[i32]) -> Result<i64, sqlx::Error> {
        let merchant: MerchantId = self.scope.merchant();
        sqlx::query_file_scalar!("src/outbox/reports.sql", merchant.uuid(), picture_codes,)
            .fetch_one(self.scope.pool())
            .await
    }
}
