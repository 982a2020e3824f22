//! Looking at what a case left in the database. Only reads.

use std::collections::BTreeMap;

use sqlx::types::Json;

use crate::agent::turn::Step;
use crate::base::ids::{ConversationId, TurnId};
use crate::base::money::{Currency, Money};
use crate::base::names::CouponCode;
use crate::base::store::Scope;
use crate::evals::case::ExpectedLine;
use crate::evals::observed::{Observed, ObservedOrder, ObservedTurn};
use crate::turns::store::Memory;

/// One shop's conversations, seen from outside.
#[derive(Clone, Debug)]
pub struct Looking {
    scope: Scope,
}

impl Looking {
    /// At one shop.
    #[must_use]
    pub fn of(scope: &Scope) -> Self {
        Self { scope: scope.clone() }
    }

    /// The conversation with this person, once there is one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn conversation(&self, user: &str, phone: &str) -> Result<Option<ConversationId>, sqlx::Error> {
        sqlx::query_scalar!(
            r#"select id as "id: ConversationId" from conversations
               where merchant_id = $1 and (user_id = $2 or phone = $3)"#,
            self.scope.merchant().uuid(),
            user,
            phone,
        )
        .fetch_optional(self.scope.pool())
        .await
    }

    /// Whether so many messages of the shopper have arrived and nothing is under way: nothing unread, no turn
    /// running, no message owed, no payment notice of the shop waiting.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn is_quiet(&self, conversation: ConversationId, said: i64) -> Result<bool, sqlx::Error> {
        sqlx::query_scalar!(
            r#"select (select count(*) from intake
                       where conversation_id = $1 and merchant_id = $2 and kind = 'said') >= $3
                  and not exists (select from intake where conversation_id = $1 and merchant_id = $2
                                  and read_at is null and kind in ('said', 'payment'))
                  and not exists (select from intake
                                  where merchant_id = $2 and read_at is null and kind = 'payment'
                                    and conversation_id is null)
                  and not exists (select from turns
                                  where conversation_id = $1 and merchant_id = $2 and state = 'running')
                  and not exists (select from outbox where conversation_id = $1 and merchant_id = $2
                                  and state in ('owed', 'sending', 'unknown')) as "quiet!""#,
            conversation.uuid(),
            self.scope.merchant().uuid(),
            said,
        )
        .fetch_one(self.scope.pool())
        .await
    }

    /// Everything a case is judged by.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn observe(&self, conversation: ConversationId) -> Result<Observed, sqlx::Error> {
        let (id, merchant) = (conversation.uuid(), self.scope.merchant().uuid());
        let cart = sqlx::query!(
            r#"select lines as "lines: Json<Vec<ExpectedLine>>", codes as "codes: Vec<CouponCode>" from carts
               where conversation_id = $1 and merchant_id = $2 and state = 'open'"#,
            id,
            merchant,
        )
        .fetch_optional(self.scope.pool())
        .await?;
        let shown = self.shown_total(conversation).await?;
        let person = sqlx::query_scalar!(
            "select needs_person_reason from conversations where id = $1 and merchant_id = $2",
            id,
            merchant,
        )
        .fetch_one(self.scope.pool())
        .await?;
        let said = sqlx::query_scalar!(
            "select seq from intake where conversation_id = $1 and merchant_id = $2 and kind = 'said' order by seq",
            id,
            merchant,
        )
        .fetch_all(self.scope.pool())
        .await?;
        let (mut lines, coupons) = cart.map(|cart| (cart.lines.0, cart.codes)).unwrap_or_default();
        lines.sort();
        Ok(Observed {
            cart: lines,
            coupons,
            shown_total: shown,
            orders: self.orders(conversation).await?,
            person,
            turns: self.turns(conversation).await?,
            said,
        })
    }

    async fn shown_total(&self, conversation: ConversationId) -> Result<Option<Money>, sqlx::Error> {
        let memory = sqlx::query_scalar!(
            r#"select memory as "memory: Json<Memory>" from conversations where id = $1 and merchant_id = $2"#,
            conversation.uuid(),
            self.scope.merchant().uuid(),
        )
        .fetch_one(self.scope.pool())
        .await?;
        let Some(shown) = memory.0.shown_quote else { return Ok(None) };
        let quote = sqlx::query!(
            r#"select total_minor, currency as "currency: Currency" from quotes where id = $1 and merchant_id = $2"#,
            shown.quote.uuid(),
            self.scope.merchant().uuid(),
        )
        .fetch_optional(self.scope.pool())
        .await?;
        Ok(quote.map(|quote| Money::new(quote.total_minor, quote.currency)))
    }

    async fn orders(&self, conversation: ConversationId) -> Result<Vec<ObservedOrder>, sqlx::Error> {
        let rows = sqlx::query!(
            r#"select state, total_minor, currency as "currency: Currency", delivery is not null as "delivery!"
               from orders where conversation_id = $1 and merchant_id = $2 order by number"#,
            conversation.uuid(),
            self.scope.merchant().uuid(),
        )
        .fetch_all(self.scope.pool())
        .await?;
        let order = rows.into_iter().map(|row| ObservedOrder {
            state: row.state,
            total: Money::new(row.total_minor, row.currency),
            delivery: row.delivery,
        });
        Ok(order.collect())
    }

    async fn turns(&self, conversation: ConversationId) -> Result<Vec<ObservedTurn>, sqlx::Error> {
        let (id, merchant) = (conversation.uuid(), self.scope.merchant().uuid());
        let rows = sqlx::query!(
            r#"select id as "id: TurnId", state, events, tokens_in + tokens_out as "tokens!", cost_micros,
                      (select count(*) from outbox o where o.turn_id = t.id) as "bubbles!"
               from turns t where conversation_id = $1 and merchant_id = $2 order by started_at, id"#,
            id,
            merchant,
        )
        .fetch_all(self.scope.pool())
        .await?;
        let taken = sqlx::query!(
            r#"select s.turn_id as "turn: TurnId", s.body as "body: Json<Step>"
               from turn_steps s join turns t on t.id = s.turn_id
               where t.conversation_id = $1 and s.merchant_id = $2 order by s.position"#,
            id,
            merchant,
        )
        .fetch_all(self.scope.pool())
        .await?;
        let mut steps: BTreeMap<TurnId, Vec<Step>> = BTreeMap::new();
        for row in taken {
            steps.entry(row.turn).or_default().push(row.body.0);
        }
        let turn = rows.into_iter().map(|row| ObservedTurn {
            steps: steps.remove(&row.id).unwrap_or_default(),
            id: row.id,
            state: row.state,
            events: row.events,
            bubbles: usize::try_from(row.bubbles).unwrap_or_default(),
            tokens: u64::try_from(row.tokens).unwrap_or_default(),
            cost_micros: u64::try_from(row.cost_micros).unwrap_or_default(),
        });
        Ok(turn.collect())
    }
}
