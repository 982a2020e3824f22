//! Conversations in the database: reading one, and moving control.

use sqlx::PgConnection;

use crate::base::clock::Time;
use crate::base::contact::ContactPoint;
use crate::base::ids::{ChannelId, ConversationId, StaffId};
use crate::base::language::Language;
use crate::base::store::Scope;
use crate::conversation::control::{Control, Holder, Taken};

/// One merchant's conversations. Lists are in [`crate::conversation::list::store`], threads in
/// [`crate::conversation::thread::store`], finding by address in [`crate::conversation::address::store`].
#[derive(Clone, Debug)]
pub struct Conversations {
    pub(in crate::conversation) scope: Scope,
}

/// One conversation as it is now.
#[derive(Clone, Debug, PartialEq)]
pub struct Conversation {
    /// Its id.
    pub id: ConversationId,
    /// The number or account it is held with.
    pub channel: ChannelId,
    /// The shopper's address.
    pub contact: ContactPoint,
    /// The shopper's name, as the channel gives it.
    pub name: Option<String>,
    /// The language spoken last.
    pub language: Language,
    /// Who speaks.
    pub control: Control,
    /// Since when.
    pub control_since: Time,
    /// Grows with each claim and each change of control.
    pub fence: i64,
    /// When the oldest event nobody has dealt with arrived.
    pub unread_since: Option<Time>,
    /// When the shopper last wrote.
    pub heard_at: Option<Time>,
    /// Since when a person is asked for.
    pub needs_person_since: Option<Time>,
    /// Why a person is or was asked for; cleared when the conversation is handed back.
    pub needs_person_reason: Option<String>,
    /// When the shopper was first heard of.
    pub created_at: Time,
}

/// Why something could not be done with a conversation.
#[derive(Debug, thiserror::Error)]
pub enum ConversationError {
    /// There is none with that id, or it is another merchant's.
    #[error("there is no such conversation")]
    NoSuch,
    /// The database does not answer, or refuses.
    #[error("the conversation's rows could not be read or written")]
    Store(#[from] sqlx::Error),
}

impl Conversations {
    /// The conversations of one merchant.
    #[must_use]
    pub fn of(scope: &Scope) -> Self {
        Self { scope: scope.clone() }
    }

    /// One conversation.
    ///
    /// # Errors
    /// When there is none of this merchant with that id, or the database does not answer.
    pub async fn get(&self, id: ConversationId) -> Result<Conversation, ConversationError> {
        let row = sqlx::query!(
            r#"select c.channel_id as "channel: ChannelId", c.user_id, c.phone, c.name,
                      c.language as "language: Language", c.control, c.staff_id as "staff: StaffId",
                      s.name as "staff_name?", c.control_since, c.fence, c.unread_since, c.heard_at, c.needs_person_since,
                      c.needs_person_reason, c.created_at
               from conversations c left join staff s on s.id = c.staff_id
               where c.id = $1 and c.merchant_id = $2"#,
            id.uuid(),
            self.scope.merchant().uuid(),
        )
        .fetch_optional(self.scope.pool())
        .await?
        .ok_or(ConversationError::NoSuch)?;
        let contact = ContactPoint::new(row.user_id.as_deref(), row.phone.as_deref());
        Ok(Conversation {
            id,
            channel: row.channel,
            contact: contact.ok_or(ConversationError::NoSuch)?,
            name: row.name,
            language: row.language,
            control: control(&row.control, row.staff, row.staff_name),
            control_since: row.control_since,
            fence: row.fence,
            unread_since: row.unread_since,
            heard_at: row.heard_at,
            needs_person_since: row.needs_person_since,
            needs_person_reason: row.needs_person_reason,
            created_at: row.created_at,
        })
    }

    /// Moves control from the agent to a person. From the commit on, the agent says nothing: its fence is stale,
    /// and what it had said but not sent is withheld. Receipts and other facts about money still go out.
    ///
    /// # Errors
    /// When there is no such conversation, or the database does not answer.
    pub async fn take_over(&self, id: ConversationId, staff: StaffId) -> Result<Taken, ConversationError> {
        let merchant = self.scope.merchant().uuid();
        let mut transaction = self.scope.pool().begin().await?;
        if let Some(unchanged) = self.hold(&mut transaction, id).await?.taken_already(staff) {
            return Ok(unchanged);
        }
        // Its events stay unread: if nobody answers them, a new turn does after the hand-back, with what was said
        // meanwhile.
        let fence = sqlx::query_scalar!(
            "update conversations c
             set control = 'person', control_since = now(), fence = fence + 1, staff_id = s.id,
                 (needs_person_since, needs_person_reason) = (select since, reason from order_concern(c.id))
             from staff s
             where c.id = $1 and c.merchant_id = $2 and s.id = $3 and s.merchant_id = $2 returning c.fence",
            id.uuid(),
            merchant,
            staff.uuid(),
        )
        .fetch_optional(&mut *transaction)
        .await?
        .ok_or(ConversationError::NoSuch)?;
        let withheld = sqlx::query_scalar!(r#"select silence_agent($1) as "withheld!""#, id.uuid())
            .fetch_one(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(Taken::Now { fence, withheld: u64::try_from(withheld).unwrap_or_default() })
    }

    /// Moves control back to the agent and, when unread events wait for it, queues its turn in the same
    /// statement. Returns whether there were any. Handing back what the agent already has changes nothing.
    ///
    /// # Errors
    /// When there is no such conversation, or the database does not answer.
    pub async fn hand_back(&self, id: ConversationId) -> Result<bool, ConversationError> {
        let moved = sqlx::query_scalar!(
            r#"with handed as (
                   update conversations
                   set control = 'agent', staff_id = null, control_since = now(), fence = fence + 1,
                       (needs_person_since, needs_person_reason) = (select since, reason from order_concern($1))
                   where id = $1 and merchant_id = $2 and control = 'person'
                   -- Of the row as it is once it is ours: an event that came while it was waited for is in it.
                   returning unread_since is not null as any
               ),
               queued as (select queue_turn($2, $1, now())::text from handed where handed.any)
               select handed.any and (select count(*) from queued) > 0 as "any!" from handed"#,
            id.uuid(),
            self.scope.merchant().uuid(),
        )
        .fetch_optional(self.scope.pool())
        .await?;
        match moved {
            Some(any) => Ok(any),
            None => self.get(id).await.map(|_| false),
        }
    }

    /// Asks for a person. Asked twice, the first time and reason stand: they say how long the shopper waits.
    ///
    /// # Errors
    /// When there is no such conversation, or the database does not answer.
    pub async fn needs_person(&self, id: ConversationId, reason: &str) -> Result<(), ConversationError> {
        let mut connection = self.scope.pool().acquire().await?;
        self.needs_person_in(&mut connection, id, reason).await
    }

    /// As [`Conversations::needs_person`], inside the caller's transaction.
    ///
    /// # Errors
    /// When there is no such conversation, or the database does not answer.
    pub async fn needs_person_in(
        &self,
        connection: &mut PgConnection,
        id: ConversationId,
        reason: &str,
    ) -> Result<(), ConversationError> {
        let asked = sqlx::query!(
            "update conversations
             set needs_person_reason = case when needs_person_since is null then $3 else needs_person_reason end,
                 needs_person_since = coalesce(needs_person_since, now())
             where id = $1 and merchant_id = $2",
            id.uuid(),
            self.scope.merchant().uuid(),
            reason,
        )
        .execute(connection)
        .await?;
        if asked.rows_affected() == 0 { Err(ConversationError::NoSuch) } else { Ok(()) }
    }

    /// A person has seen to what they were asked for.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn person_came(&self, id: ConversationId) -> Result<(), ConversationError> {
        let mut connection = self.scope.pool().acquire().await?;
        self.person_came_in(&mut connection, id).await
    }

    /// As [`Conversations::person_came`], inside the caller's transaction.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn person_came_in(
        &self,
        connection: &mut PgConnection,
        id: ConversationId,
    ) -> Result<(), ConversationError> {
        sqlx::query!(
            "update conversations
             set (needs_person_since, needs_person_reason) = (select since, reason from order_concern($1))
             where id = $1 and merchant_id = $2",
            id.uuid(),
            self.scope.merchant().uuid(),
        )
        .execute(connection)
        .await?;
        Ok(())
    }

    /// A person has answered what they saw: everything up to `seen` counts as dealt with, so that the agent does
    /// not answer it again after a hand-back. What arrived later stays unread. The kinds of events are those that
    /// open a turn; what a payment notice does to its order is done by then or will be, whoever reads it. The caller's
    /// transaction, which says the answer too, holds the conversation ([`Conversations::hold`]).
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn dealt_with(
        &self,
        connection: &mut PgConnection,
        id: ConversationId,
        seen: i64,
    ) -> Result<(), ConversationError> {
        let merchant = self.scope.merchant().uuid();
        sqlx::query!(
            "update intake set read_at = now()
             where conversation_id = $1 and merchant_id = $2 and seq <= $3 and read_at is null
               and kind in ('said', 'payment', 'staff_wrote')",
            id.uuid(),
            merchant,
            seen,
        )
        .execute(&mut *connection)
        .await?;
        sqlx::query!(
            "update conversations
             set unread_since = (select min(received_at) from intake where conversation_id = $1
                     and merchant_id = $2 and read_at is null and kind in ('said', 'payment', 'staff_wrote')),
                 (needs_person_since, needs_person_reason) = (select since, reason from order_concern($1))
             where id = $1 and merchant_id = $2",
            id.uuid(),
            merchant,
        )
        .execute(connection)
        .await?;
        Ok(())
    }

    /// Holds the conversation until the transaction ends, and says who speaks in it.
    ///
    /// # Errors
    /// When there is no such conversation, or the database does not answer.
    pub async fn hold(
        &self,
        connection: &mut PgConnection,
        id: ConversationId,
    ) -> Result<Control, ConversationError> {
        self.lock(&mut *connection, id).await?;
        // A statement of its own: one that has waited for the lock reads the conversation as it is now, but would
        // join it with the staff as they were before.
        let row = sqlx::query!(
            r#"select c.control, c.staff_id as "staff: StaffId", s.name as "staff_name?"
               from conversations c left join staff s on s.id = c.staff_id
               where c.id = $1 and c.merchant_id = $2"#,
            id.uuid(),
            self.scope.merchant().uuid(),
        )
        .fetch_optional(connection)
        .await?
        .ok_or(ConversationError::NoSuch)?;
        Ok(control(&row.control, row.staff, row.staff_name))
    }

    /// Holds the conversation's row until the transaction ends. Events may still arrive meanwhile.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn lock(&self, connection: &mut PgConnection, id: ConversationId) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "select id from conversations where id = $1 and merchant_id = $2 for no key update",
            id.uuid(),
            self.scope.merchant().uuid(),
        )
        .fetch_optional(connection)
        .await
        .map(|_| ())
    }
}

/// Who speaks, as the columns say it. Whatever is not the agent's is a person's: it fails closed.
pub(in crate::conversation) fn control(word: &str, staff: Option<StaffId>, name: Option<String>) -> Control {
    match (word, holder(staff, name)) {
        ("agent", _) => Control::Agent,
        (_, Some(holder)) => Control::Person(holder),
        (_, None) => Control::Elsewhere,
    }
}

/// A person of the staff, as two columns name them.
pub(in crate::conversation) fn holder(staff: Option<StaffId>, name: Option<String>) -> Option<Holder> {
    staff.map(|staff| Holder { staff, name: name.unwrap_or_default() })
}
