//! Threads, read backwards page by page.

use std::collections::HashMap;

use sqlx::types::JsonValue;

use crate::base::clock::Time;
use crate::base::ids::{ConversationId, MessageId, TurnId};
use crate::conversation::bubble::Bubble;
use crate::conversation::store::{ConversationError, Conversations};
use crate::conversation::thread::column::Heard;
use crate::conversation::thread::{
    Delivery, Item, ItemBody, Marks, Said, Step, ThreadPage, Voice, Work, WorkState,
};

/// The most items one page of a thread has.
pub const ITEMS_MAX: u32 = 200;
/// The most turns whose work is read for one page.
const WORK_MAX: i64 = 200;
/// The most reactions and withdrawals that are looked at, the latest ones.
const MARKS_MAX: i64 = 1000;

impl Conversations {
    /// The latest `limit` things that happened before `before_seq`, or the latest of all. A conversation of
    /// another merchant is an empty thread.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn thread(
        &self,
        id: ConversationId,
        before_seq: Option<i64>,
        limit: u32,
    ) -> Result<ThreadPage, ConversationError> {
        let before = before_seq.unwrap_or(i64::MAX);
        let limit = i64::from(limit.clamp(1, ITEMS_MAX));
        let marks = self.marks(id).await?;
        let mut items = self.heard(id, before, limit + 1, &marks).await?;
        items.extend(self.said(id, before, limit + 1).await?);
        items.sort_by_key(|item| std::cmp::Reverse(item.seq));
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let has_earlier = items.len() > limit;
        items.truncate(limit);
        items.reverse();
        let earlier = items.first().map(|first| first.seq).filter(|_| has_earlier);
        Ok(ThreadPage { items, marks, earlier })
    }

    /// What the agent did about the events from `from` up to but not including `before`, oldest turn first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn work(&self, id: ConversationId, from: i64, before: i64) -> Result<Vec<Work>, ConversationError> {
        let merchant = self.scope.merchant().uuid();
        let turns = sqlx::query!(
            r#"select t.id as "id: TurnId", t.state, t.draft, t.error, t.started_at, t.finished_at,
                      last.seq as "after!"
               from turns t cross join lateral (select max(e) as seq from unnest(t.events) e) last
               where t.merchant_id = $1 and t.conversation_id = $2 and last.seq >= $3 and last.seq < $4
               order by last.seq desc, t.id desc limit $5"#,
            merchant,
            id.uuid(),
            from,
            before,
            WORK_MAX,
        )
        .fetch_all(self.scope.pool())
        .await?;
        let ids: Vec<_> = turns.iter().map(|turn| turn.id.uuid()).collect();
        let mut steps = self.steps(&ids).await?;
        let work = turns.into_iter().rev().map(|turn| Work {
            steps: steps.remove(&turn.id).unwrap_or_default(),
            turn: turn.id,
            after: turn.after,
            state: WorkState::of_word(&turn.state),
            draft: turn.draft,
            error: turn.error,
            started_at: turn.started_at,
            finished_at: turn.finished_at,
        });
        Ok(work.collect())
    }

    async fn heard(
        &self,
        id: ConversationId,
        before: i64,
        limit: i64,
        marks: &Marks,
    ) -> Result<Vec<Item>, sqlx::Error> {
        let rows = sqlx::query!(
            "select seq, external_id, body, occurred_at from intake
             where conversation_id = $1 and merchant_id = $2 and seq < $3 and kind <> 'report'
             order by seq desc limit $4",
            id.uuid(),
            self.scope.merchant().uuid(),
            before,
            limit,
        )
        .fetch_all(self.scope.pool())
        .await?;
        let items = rows.into_iter().map(|row| {
            let heard = Heard::read(&row.body);
            let heard = if marks.unsent.contains(&row.external_id) { heard.taken_back() } else { heard };
            Item { seq: row.seq, at: row.occurred_at, body: ItemBody::Heard { wire_id: row.external_id, heard } }
        });
        Ok(items.collect())
    }

    async fn said(&self, id: ConversationId, before: i64, limit: i64) -> Result<Vec<Item>, sqlx::Error> {
        let rows = sqlx::query_as!(
            SaidRow,
            r#"select o.seq, o.id as "message: MessageId", o.wire_id, o.turn_id as "turn: TurnId", o.author,
                      s.name as "staff_name?", o.body, o.state, o.error_code, o.error, o.created_at
               from outbox o left join staff s on s.id = o.staff_id
               where o.conversation_id = $1 and o.merchant_id = $2 and o.seq < $3
               order by o.seq desc limit $4"#,
            id.uuid(),
            self.scope.merchant().uuid(),
            before,
            limit,
        )
        .fetch_all(self.scope.pool())
        .await?;
        Ok(rows.into_iter().map(SaidRow::item).collect())
    }

    async fn marks(&self, id: ConversationId) -> Result<Marks, sqlx::Error> {
        let bodies = sqlx::query_scalar!(
            "select body from intake
             where conversation_id = $1 and merchant_id = $2 and kind in ('reacted', 'unsent')
             order by seq desc limit $3",
            id.uuid(),
            self.scope.merchant().uuid(),
            MARKS_MAX,
        )
        .fetch_all(self.scope.pool())
        .await?;
        Ok(Marks::of(bodies.iter().rev().map(Heard::read)))
    }

    async fn steps(&self, turns: &[uuid::Uuid]) -> Result<HashMap<TurnId, Vec<Step>>, sqlx::Error> {
        let rows = sqlx::query!(
            r#"select turn_id as "turn: TurnId", kind, body from turn_steps
               where merchant_id = $1 and turn_id = any($2) order by turn_id, position"#,
            self.scope.merchant().uuid(),
            turns,
        )
        .fetch_all(self.scope.pool())
        .await?;
        let mut steps: HashMap<TurnId, Vec<Step>> = HashMap::new();
        for row in rows {
            steps.entry(row.turn).or_default().push(Step { kind: row.kind, body: row.body });
        }
        Ok(steps)
    }
}

struct SaidRow {
    seq: i64,
    message: MessageId,
    wire_id: Option<String>,
    turn: Option<TurnId>,
    author: String,
    staff_name: Option<String>,
    body: JsonValue,
    state: String,
    error_code: Option<i32>,
    error: Option<String>,
    created_at: Time,
}

impl SaidRow {
    fn item(self) -> Item {
        let said = Said {
            message: self.message,
            wire_id: self.wire_id,
            turn: self.turn,
            voice: match self.author.as_str() {
                "agent" => Voice::Agent,
                "person" => Voice::Person { name: self.staff_name.unwrap_or_default() },
                _ => Voice::Shop,
            },
            bubble: serde_json::from_value::<Bubble>(self.body).ok(),
            delivery: match self.state.as_str() {
                "owed" | "sending" => Delivery::OnItsWay,
                "sent" => Delivery::Sent,
                "delivered" => Delivery::Delivered,
                "read" => Delivery::Read,
                "failed" => Delivery::Failed { code: self.error_code, error: self.error },
                "withheld" => Delivery::Withheld,
                _ => Delivery::Unknown,
            },
        };
        Item { seq: self.seq, at: self.created_at, body: ItemBody::Said(said) }
    }
}
