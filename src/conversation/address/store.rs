//! Finding the conversation of an address, or making it.

use crate::base::contact::ContactPoint;
use crate::base::ids::{ChannelId, ConversationId};
use crate::base::language::Language;
use crate::conversation::address::{Candidate, Match, decide};
use crate::conversation::store::{ConversationError, Conversations};

/// How often two webhooks may cross before one gives up; each crossing means that the other one made progress.
const CROSSINGS_MAX: u32 = 5;

impl Conversations {
    /// The conversation of this address, made if there is none. One round trip when it exists and knows the whole
    /// address. Safe against another webhook doing the same.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn find_or_create(
        &self,
        channel: ChannelId,
        contact: &ContactPoint,
        name: Option<&str>,
        language: Language,
    ) -> Result<ConversationId, ConversationError> {
        let name = name.map(str::trim).filter(|name| !name.is_empty());
        for _ in 0..CROSSINGS_MAX {
            match decide(&self.candidates(channel, contact).await?, contact, name) {
                Match::Known(id) => return Ok(id),
                Match::Learns(id) => return self.learn(id, channel, contact, name).await,
                Match::New => {
                    if let Some(id) = self.create(channel, contact, name, language).await? {
                        return Ok(id);
                    }
                }
            }
        }
        Err(ConversationError::Store(sqlx::Error::RowNotFound))
    }

    /// The person at `previous` is at `contact` from now on: the conversation goes with them. Returns it, or
    /// `None` when nobody was at `previous` or somebody else is at the new address already.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn follow(
        &self,
        channel: ChannelId,
        previous: &str,
        contact: &ContactPoint,
    ) -> Result<Option<ConversationId>, ConversationError> {
        let moved = sqlx::query_scalar!(
            r#"update conversations c
               set user_id = coalesce($4, user_id), phone = coalesce($5, phone)
               where merchant_id = $1 and channel_id = $2 and (user_id = $3 or phone = ltrim($3, '+'))
                 and not exists (select 1 from conversations o where o.channel_id = $2 and o.id <> c.id
                                 and (o.user_id = $4 or o.phone = $5))
               returning id as "id: ConversationId""#,
            self.scope.merchant().uuid(),
            channel.uuid(),
            previous,
            contact.user_id(),
            contact.phone(),
        )
        .fetch_optional(self.scope.pool())
        .await?;
        Ok(moved)
    }

    async fn candidates(&self, channel: ChannelId, contact: &ContactPoint) -> Result<Vec<Candidate>, sqlx::Error> {
        sqlx::query_as!(
            Candidate,
            r#"select id as "id: ConversationId", user_id, phone, name from conversations
               where merchant_id = $1 and channel_id = $2 and (user_id = $3 or phone = $4)"#,
            self.scope.merchant().uuid(),
            channel.uuid(),
            contact.user_id(),
            contact.phone(),
        )
        .fetch_all(self.scope.pool())
        .await
    }

    /// Fills in what the conversation did not know. A phone that another conversation holds stays there: the
    /// shopper is reached by the channel's id.
    async fn learn(
        &self,
        id: ConversationId,
        channel: ChannelId,
        contact: &ContactPoint,
        name: Option<&str>,
    ) -> Result<ConversationId, ConversationError> {
        let learned = sqlx::query!(
            "update conversations c
             set name = coalesce($6, name), user_id = coalesce(user_id, $4),
                 phone = case when exists (select 1 from conversations o
                                           where o.channel_id = $3 and o.phone = $5 and o.id <> c.id)
                              then phone else coalesce($5, phone) end
             where id = $1 and merchant_id = $2",
            id.uuid(),
            self.scope.merchant().uuid(),
            channel.uuid(),
            contact.user_id(),
            contact.phone(),
            name,
        )
        .execute(self.scope.pool())
        .await;
        match learned {
            Err(error) if !is_crossing(&error) => Err(error.into()),
            // Another webhook taught somebody the same address at this moment; whose message this is has not changed.
            Ok(_) | Err(_) => Ok(id),
        }
    }

    /// A new conversation, or `None` when another webhook has just made it. The phone is taken from a
    /// conversation that has a different id of the channel: its owner is not at that number any more.
    async fn create(
        &self,
        channel: ChannelId,
        contact: &ContactPoint,
        name: Option<&str>,
        language: Language,
    ) -> Result<Option<ConversationId>, ConversationError> {
        let merchant = self.scope.merchant().uuid();
        let mut transaction = self.scope.pool().begin().await?;
        sqlx::query!(
            "update conversations set phone = null
             where merchant_id = $1 and channel_id = $2 and phone = $3 and user_id <> $4",
            merchant,
            channel.uuid(),
            contact.phone(),
            contact.user_id(),
        )
        .execute(&mut *transaction)
        .await?;
        let made = sqlx::query_scalar!(
            r#"insert into conversations (id, merchant_id, channel_id, user_id, phone, name, language)
               values ($1, $2, $3, $4, $5, $6, $7)
               on conflict do nothing returning id as "id: ConversationId""#,
            ConversationId::generate().uuid(),
            merchant,
            channel.uuid(),
            contact.user_id(),
            contact.phone(),
            name,
            language.code(),
        )
        .fetch_optional(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(made)
    }
}

fn is_crossing(error: &sqlx::Error) -> bool {
    let constraint = error.as_database_error().and_then(sqlx::error::DatabaseError::constraint);
    matches!(constraint, Some("conversations_user_id_is_unique" | "conversations_phone_is_unique"))
}
