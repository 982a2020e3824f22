//! Whose event it is: a number's merchant, and the conversation of a person who writes to it. Both are kept for a
//! while, so that an event of a known shopper costs no query before the one that stores it.

use std::time::Duration;

use moka::future::Cache;
use secrecy::SecretString;

use crate::base::contact::ContactPoint;
use crate::base::ids::{ChannelId, ConversationId, MerchantId};
use crate::base::language::Language;
use crate::base::names::Slug;
use crate::base::store::Scope;
use crate::base::store::connections::Connections;
use crate::conversation::store::Conversations;
use crate::intake::event::{ChannelEvent, EventBody};
use crate::merchants::channel::ChannelKind;
use crate::merchants::store::Merchants;

/// How long a number's owner or an account's secrets are believed without asking again.
const KEPT: Duration = Duration::from_secs(30);
/// Conversations kept at most; a shopper beyond it costs one query more.
const CONVERSATIONS_KEPT_MAX: u64 = 50_000;

/// Finds routes.
#[derive(Clone)]
pub struct Routes {
    connections: Connections,
    merchants: Merchants,
    numbers: Cache<String, Number>,
    conversations: Cache<(ChannelId, ContactPoint), ConversationId>,
    accounts: Cache<Slug, Account>,
}

/// A number of a merchant's.
#[derive(Clone, Copy, Debug)]
pub struct Number {
    /// The channel.
    pub channel: ChannelId,
    /// Whose it is.
    pub merchant: MerchantId,
    /// The shop's language, for conversations that begin here.
    pub language: Language,
}

/// What verifies a merchant's payment events.
#[derive(Clone, Debug)]
pub struct Account {
    /// Whose it is.
    pub merchant: MerchantId,
    /// Any of these may have signed.
    pub secrets: Vec<SecretString>,
}

impl Routes {
    /// Routes of this database.
    #[must_use]
    pub fn new(connections: impl Into<Connections>, merchants: Merchants) -> Self {
        Self {
            connections: connections.into(),
            merchants,
            numbers: Cache::builder().max_capacity(10_000).time_to_live(KEPT).build(),
            accounts: Cache::builder().max_capacity(10_000).time_to_live(KEPT).build(),
            conversations: Cache::builder()
                .max_capacity(CONVERSATIONS_KEPT_MAX)
                .time_to_idle(Duration::from_hours(1))
                .build(),
        }
    }

    /// The number with this id at WhatsApp; `None` when no merchant has connected it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn number(&self, external_id: &str) -> anyhow::Result<Option<Number>> {
        if let Some(number) = self.numbers.get(external_id).await {
            return Ok(Some(number));
        }
        let Some(channel) = self.merchants.channel_by_external_id(ChannelKind::Whatsapp, external_id).await? else {
            return Ok(None);
        };
        let merchant = self.merchants.by_id(channel.merchant).await?;
        let language = merchant.map_or(Language::En, |merchant| merchant.locale.language());
        let number = Number { channel: channel.id, merchant: channel.merchant, language };
        self.numbers.insert(external_id.to_owned(), number).await;
        Ok(Some(number))
    }

    /// The conversation an event belongs to, made if the person writes for the first time.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn conversation(
        &self,
        number: Number,
        event: &ChannelEvent,
    ) -> anyhow::Result<Option<ConversationId>> {
        // A report is about a message we know by id; it opens no conversation.
        let Some(contact) = event.contact.as_ref().filter(|_| !matches!(event.body, EventBody::Report(_))) else {
            return Ok(None);
        };
        let conversations = Conversations::of(&Scope::new(self.connections.clone(), number.merchant));
        if let EventBody::ContactChanged { previous: Some(previous) } = &event.body {
            self.conversations.invalidate_all();
            return Ok(conversations.follow(number.channel, previous, contact).await?);
        }
        let key = (number.channel, contact.clone());
        if let Some(conversation) = self.conversations.get(&key).await {
            return Ok(Some(conversation));
        }
        let name = event.contact_name.as_deref();
        let found = conversations.find_or_create(number.channel, contact, name, number.language).await?;
        self.conversations.insert(key, found).await;
        Ok(Some(found))
    }

    /// The payment account of the merchant with this name in the address; `None` when there is none.
    ///
    /// # Errors
    /// When the database does not answer or the secrets do not open.
    pub async fn account(&self, slug: &Slug) -> anyhow::Result<Option<Account>> {
        if let Some(account) = self.accounts.get(slug).await {
            return Ok(Some(account));
        }
        let Some(merchant) = self.merchants.by_slug(slug).await? else { return Ok(None) };
        let Some(found) = self.merchants.stripe_account(merchant.id).await? else { return Ok(None) };
        let account = Account { merchant: merchant.id, secrets: found.webhook_secrets };
        self.accounts.insert(slug.clone(), account.clone()).await;
        Ok(Some(account))
    }
}
