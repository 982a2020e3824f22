//! Intake in the database: one statement stores a group of events, opens the reply window, and queues the work
//! that each event calls for.

use std::sync::Arc;

use sqlx::types::Json;

use crate::base::clock::Time;
use crate::base::ids::{ChannelId, ConversationId, EventId, MerchantId};
use crate::base::store::Scope;
use crate::base::store::connections::Connections;
use crate::intake::event::EventBody;

/// Where events of every merchant are recorded. It has no scope because one body of a webhook, and one statement,
/// may carry events of several merchants; each event names its own, found by the route it came in by.
#[derive(Clone, Debug)]
pub struct Intake {
    connections: Connections,
}

/// An event to record, routed.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// Whose it is.
    pub merchant: MerchantId,
    /// Which of the merchant's numbers it came in by.
    pub channel: Option<ChannelId>,
    /// The conversation it belongs to, if it is about one.
    pub conversation: Option<ConversationId>,
    /// Who told us.
    pub source: Source,
    /// The source's own id of the event.
    pub external_id: String,
    /// When it happened.
    pub occurred_at: Time,
    /// What happened.
    pub body: EventBody,
}

/// Who told us of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// WhatsApp.
    WhatsApp,
    /// Stripe.
    Stripe,
    /// We ourselves: what a sweep found out, or a person of the shop decided.
    Shop,
}

impl Source {
    const fn word(self) -> &'static str {
        match self {
            Self::WhatsApp => "whatsapp",
            Self::Stripe => "stripe",
            Self::Shop => "shop",
        }
    }
}

/// How long a burst of messages is waited for before the agent answers.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    /// Quiet this long after the last message, in seconds.
    pub quiet_seconds: f64,
    /// But never longer than this after the first unread one, in seconds.
    pub wait_seconds_max: f64,
}

/// Why events could not be recorded.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The database refused the rows themselves.
    #[error("the events were refused by the database")]
    Refused(#[source] Arc<sqlx::Error>),
    /// The database could not be asked.
    #[error("the database is away")]
    Away(#[source] Arc<sqlx::Error>),
    /// The server is shutting down.
    #[error("the server is stopping")]
    Stopped,
}

impl RecordError {
    /// The same error once more, for the next caller of a group.
    #[must_use]
    pub fn again(&self) -> Self {
        match self {
            Self::Refused(cause) => Self::Refused(Arc::clone(cause)),
            Self::Away(cause) => Self::Away(Arc::clone(cause)),
            Self::Stopped => Self::Stopped,
        }
    }
}

impl From<sqlx::Error> for RecordError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(cause) if !cause.code().is_some_and(|code| code.starts_with("57")) => {
                Self::Refused(Arc::new(error))
            }
            _ => Self::Away(Arc::new(error)),
        }
    }
}

/// An event as it was recorded.
#[derive(Clone, Debug)]
pub struct RecordedEvent {
    /// Its place in the thread sequence.
    pub seq: i64,
    /// The source's own id.
    pub external_id: String,
    /// When it happened.
    pub occurred_at: Time,
    /// What happened.
    pub body: EventBody,
}

impl Intake {
    /// The intake of this database.
    #[must_use]
    pub fn new(connections: impl Into<Connections>) -> Self {
        Self { connections: connections.into() }
    }

    /// Records events that have not been recorded before, all or none, and queues what they call for: a turn after
    /// the quiet period (at once for a press), a payment job, a reports job.
    ///
    /// # Errors
    /// When the database refuses or is away; then nothing was stored.
    pub async fn record(&self, events: &[NewEvent], timing: Timing) -> Result<(), RecordError> {
        let columns = Columns::of(events);
        sqlx::query_file!(
            "src/intake/record.sql",
            &columns.ids,
            &columns.merchants,
            &columns.channels as _,
            &columns.conversations as _,
            &columns.sources as _,
            &columns.external_ids,
            &columns.kinds as _,
            &columns.bodies as _,
            &columns.times,
            &columns.urgent,
            timing.quiet_seconds,
            timing.wait_seconds_max,
        )
        .fetch_one(&self.connections)
        .await?;
        Ok(())
    }

    /// Keeps a signed body that belongs to nobody here, or that could not be read, because it was answered 200.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn keep_unrouted(&self, source: Source, reason: &str, raw: &str) -> Result<(), RecordError> {
        let raw = raw.replace('\0', "\u{fffd}");
        sqlx::query!(
            "insert into intake_unrouted (id, source, reason, raw) values ($1, $2, $3, $4)",
            EventId::generate().uuid(),
            source.word(),
            reason,
            raw,
        )
        .execute(&self.connections)
        .await?;
        Ok(())
    }

    /// What was kept so in the last week, by source and reason, the newest first; five kinds at most.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn unrouted(&self) -> Result<Vec<Unrouted>, RecordError> {
        let kinds = sqlx::query_as!(
            Unrouted,
            r#"select source, reason, count(*) as "count!", max(received_at) as "last!: Time" from intake_unrouted
               where received_at > now() - interval '7 days'
               group by source, reason order by max(received_at) desc limit 5"#,
        );
        Ok(kinds.fetch_all(&self.connections).await?)
    }
}

/// Signed events of one kind that belong to nobody here, or could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unrouted {
    /// Who sent them.
    pub source: String,
    /// Why nobody acted on them.
    pub reason: String,
    /// How many.
    pub count: i64,
    /// When the last came.
    pub last: Time,
}

/// One merchant's events, for whoever acts on them.
#[derive(Clone, Debug)]
pub struct Events {
    scope: Scope,
}

impl Events {
    /// The events of one merchant.
    #[must_use]
    pub fn of(scope: &Scope) -> Self {
        Self { scope: scope.clone() }
    }

    /// A payment notice, if nobody has acted on it yet. One that was acted on is tied to its conversation, or read;
    /// one that waits for its turn is the turn's.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn not_acted_on(&self, seq: i64) -> Result<Option<RecordedEvent>, sqlx::Error> {
        let row = sqlx::query!(
            r#"select seq, external_id, occurred_at, body as "body: Json<EventBody>" from intake
               where seq = $1 and merchant_id = $2 and read_at is null and conversation_id is null"#,
            seq,
            self.scope.merchant().uuid(),
        )
        .fetch_optional(self.scope.pool())
        .await?;
        Ok(row.map(|row| RecordedEvent {
            seq: row.seq,
            external_id: row.external_id,
            occurred_at: row.occurred_at,
            body: row.body.0,
        }))
    }

    /// Ties a payment notice to the conversation its order belongs to and marks whether the agent has still to go on
    /// from it, inside the caller's transaction.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn settle_payment(
        &self,
        connection: &mut sqlx::PgConnection,
        seq: i64,
        conversation: Option<ConversationId>,
        goes_on: GoesOn,
    ) -> Result<(), sqlx::Error> {
        sqlx::query!(
            r#"with settled as (
                   update intake
                   set conversation_id = $3, read_at = case when $4 then null else now() end
                   where seq = $1 and merchant_id = $2
                   returning conversation_id
               )
               update conversations c set unread_since = coalesce(c.unread_since, now())
               from settled where c.id = settled.conversation_id and $4"#,
            seq,
            self.scope.merchant().uuid(),
            conversation.map(ConversationId::uuid),
            goes_on == GoesOn::WithATurn,
        )
        .execute(connection)
        .await
        .map(|_| ())
    }
}

/// Whether the agent has something to say after an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GoesOn {
    /// The event stays unread for the next turn.
    WithATurn,
    /// The event is dealt with.
    NotAtAll,
}

/// The events turned into columns, for `unnest`.
struct Columns<'a> {
    ids: Vec<uuid::Uuid>,
    merchants: Vec<uuid::Uuid>,
    channels: Vec<Option<uuid::Uuid>>,
    conversations: Vec<Option<uuid::Uuid>>,
    sources: Vec<&'a str>,
    external_ids: Vec<String>,
    kinds: Vec<&'a str>,
    bodies: Vec<Json<&'a EventBody>>,
    times: Vec<Time>,
    /// Those that are answered at once.
    urgent: Vec<uuid::Uuid>,
}

impl<'a> Columns<'a> {
    fn of(events: &'a [NewEvent]) -> Self {
        let pressed = |body: &EventBody| matches!(body, EventBody::Said(said) if said.pressed.is_some());
        let ids: Vec<_> = events.iter().map(|_| EventId::generate().uuid()).collect();
        let urgent = events.iter().zip(&ids).filter(|(event, _)| pressed(&event.body));
        Self {
            urgent: urgent.map(|(_, id)| *id).collect(),
            ids,
            merchants: events.iter().map(|event| event.merchant.uuid()).collect(),
            channels: events.iter().map(|event| event.channel.map(ChannelId::uuid)).collect(),
            conversations: events.iter().map(|event| event.conversation.map(ConversationId::uuid)).collect(),
            sources: events.iter().map(|event| event.source.word()).collect(),
            external_ids: events.iter().map(|event| event.external_id.clone()).collect(),
            kinds: events.iter().map(|event| event.body.kind()).collect(),
            bodies: events.iter().map(|event| Json(&event.body)).collect(),
            times: events.iter().map(|event| event.occurred_at).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use sqlx::PgPool;

    use super::*;
    use crate::intake::event::{Carrier, Said};
    use crate::pricing::store::samples;
    use crate::testing::fresh_database;

    const AT_ONCE: Timing = Timing { quiet_seconds: 0.0, wait_seconds_max: 0.0 };

    fn event(merchant: MerchantId, external_id: &str, body: EventBody) -> NewEvent {
        NewEvent {
            merchant,
            channel: None,
            conversation: None,
            source: Source::WhatsApp,
            external_id: external_id.to_owned(),
            occurred_at: "2026-11-20T12:00:00Z".parse().unwrap(),
            body,
        }
    }

    fn said(text: &str) -> EventBody {
        let text = text.to_owned();
        let (pressed, reply_to, media, about) = (None, None, None, None);
        EventBody::Said(Said { text, unsent: false, pressed, carrier: Carrier::Text, reply_to, media, about })
    }

    async fn kept(pool: &PgPool, merchant: MerchantId) -> Vec<String> {
        sqlx::query_scalar("select body->>'text' from intake where merchant_id = $1 and kind = 'said' order by seq")
            .bind(merchant)
            .fetch_all(pool)
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn what_a_shopper_unsends_is_not_kept_whether_it_was_stored_before_or_comes_with_it() {
        let pool = fresh_database().await;
        let intake = Intake::new(pool.clone());
        let merchant = MerchantId::generate();
        let unsent = |message: &str| EventBody::Unsent { message: message.to_owned() };
        let before = [event(merchant, "1", said("one")), event(merchant, "2", said("two"))];
        intake.record(&before, AT_ONCE).await.unwrap();
        let group = [
            event(merchant, "3", said("three")),
            event(merchant, "4", unsent("1")),
            event(merchant, "5", unsent("3")),
            event(MerchantId::generate(), "6", unsent("2")),
        ];
        intake.record(&group, AT_ONCE).await.unwrap();
        assert_eq!(kept(&pool, merchant).await, ["", "two", ""]);
        // A channel keeps no order: what is taken back may come after that.
        intake.record(&[event(merchant, "7", unsent("8"))], AT_ONCE).await.unwrap();
        intake.record(&[event(merchant, "8", said("eight"))], AT_ONCE).await.unwrap();
        assert_eq!(kept(&pool, merchant).await, ["", "two", "", ""]);
    }

    #[tokio::test]
    async fn what_a_message_was_edited_to_is_taken_back_with_it() {
        let pool = fresh_database().await;
        let intake = Intake::new(pool.clone());
        let scope = samples::shop(&pool).await;
        let (merchant, conversation) = (scope.merchant(), samples::conversation(&scope).await);
        let of = |external_id: &str, body| NewEvent {
            conversation: Some(conversation),
            ..event(merchant, external_id, body)
        };
        let edited = |original: &str, text: &str| {
            let EventBody::Said(said) = said(text) else { panic!("not said") };
            EventBody::Said(Said { carrier: Carrier::Edit, reply_to: Some(original.to_owned()), ..said })
        };
        let unsent = |message: &str| EventBody::Unsent { message: message.to_owned() };
        intake
            .record(&[of("1", said("one")), of("2", edited("1", "uno")), of("3", said("two"))], AT_ONCE)
            .await
            .unwrap();
        intake.record(&[of("4", unsent("1"))], AT_ONCE).await.unwrap();
        intake.record(&[of("5", edited("1", "eins"))], AT_ONCE).await.unwrap();
        assert_eq!(kept(&pool, merchant).await, ["", "", "two", ""]);
    }
}
