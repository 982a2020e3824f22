//! The list of conversations, read page by page.

use sqlx::types::JsonValue;

use crate::base::clock::Time;
use crate::base::contact::ContactPoint;
use crate::base::ids::{ConversationId, StaffId};
use crate::conversation::control::Control;
use crate::conversation::list::{Cursor, LastLine, LastVoice, ListFilter, ListPage, Listed, Search, Show};
use crate::conversation::store::{ConversationError, Conversations, control, holder};
use crate::conversation::waiting::{AGENT_PATIENCE, Signs, Waiting};
use crate::conversation::window::ReplyWindow;

/// How many conversations a page has.
pub const PAGE_ROWS: usize = 40;

impl Conversations {
    /// One page of the list as it is `now`, behind `after` if given.
    ///
    /// Two index walks, each cut at the page's length, and one sort of what they found: the key counts
    /// microseconds, far below nothing for those who wait and backwards for the rest, so that one ascending order
    /// holds both.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn list(
        &self,
        filter: &ListFilter,
        after: Option<Cursor>,
        now: Time,
    ) -> Result<ListPage, ConversationError> {
        let (mine, waiting_only) = match filter.show {
            Show::Waiting => (None, true),
            Show::Mine(staff) => (Some(staff.uuid()), false),
            Show::All => (None, false),
        };
        let rows = sqlx::query_file_as!(
            Row,
            "src/conversation/list/page.sql",
            self.scope.merchant().uuid(),
            now - AGENT_PATIENCE,
            mine,
            waiting_only,
            filter.search.as_ref().map(Search::text),
            filter.search.as_ref().and_then(|search| search.digits.as_deref()),
            after.map(|cursor| cursor.key),
            after.map(|cursor| cursor.id.uuid()),
            i64::try_from(PAGE_ROWS + 1).unwrap_or(i64::MAX),
        )
        .fetch_all(self.scope.pool())
        .await?;
        let has_more = rows.len() > PAGE_ROWS;
        let last = rows.get(PAGE_ROWS - 1).map(|row| Cursor { key: row.key, id: row.id });
        let rows = rows.into_iter().take(PAGE_ROWS).filter_map(|row| listed(row, now)).collect();
        Ok(ListPage { rows, next: last.filter(|_| has_more) })
    }

    /// In how many conversations somebody waits for a person.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn waiting_count(&self, now: Time) -> Result<i64, ConversationError> {
        let count = sqlx::query_scalar!(
            r#"select count(*) as "count!" from conversations
               where merchant_id = $1 and waiting_since is not null
                 and (needs_person_since is not null or control = 'person' or unread_since <= $2)"#,
            self.scope.merchant().uuid(),
            now - AGENT_PATIENCE,
        )
        .fetch_one(self.scope.pool())
        .await?;
        Ok(count)
    }
}

/// One row of `page.sql`.
struct Row {
    id: ConversationId,
    key: i64,
    name: Option<String>,
    user_id: Option<String>,
    phone: Option<String>,
    control: String,
    staff: Option<StaffId>,
    staff_name: Option<String>,
    unread_since: Option<Time>,
    heard_at: Option<Time>,
    needs_person_since: Option<Time>,
    needs_person_reason: Option<String>,
    heard_seq: Option<i64>,
    heard_kind: Option<String>,
    heard_text: Option<String>,
    heard_time: Option<Time>,
    said_seq: Option<i64>,
    said_author: Option<String>,
    said_body: Option<JsonValue>,
    said_time: Option<Time>,
    said_state: Option<String>,
    said_staff: Option<StaffId>,
    said_staff_name: Option<String>,
}

fn listed(row: Row, now: Time) -> Option<Listed> {
    let contact = ContactPoint::new(row.user_id.as_deref(), row.phone.as_deref())?;
    let last = last_line(&row);
    let control = control(&row.control, row.staff, row.staff_name);
    let signs = Signs {
        person_in_control: control != Control::Agent,
        unread_since: row.unread_since,
        needs_person_since: row.needs_person_since,
    };
    Some(Listed {
        id: row.id,
        name: row.name,
        contact,
        control,
        waiting: Waiting::at(signs, now),
        needs_person_reason: row.needs_person_since.and(row.needs_person_reason),
        window: ReplyWindow::at(row.heard_at, now),
        last,
    })
}

fn last_line(row: &Row) -> Option<LastLine> {
    if row.said_seq > row.heard_seq {
        let voice = match row.said_author.as_deref() {
            Some("agent") => LastVoice::Agent,
            Some("person") => LastVoice::Person(holder(row.said_staff, row.said_staff_name.clone())),
            _ => LastVoice::Shop,
        };
        let text = row.said_body.as_ref().and_then(|body| body["text"].as_str()).unwrap_or_default();
        let is_undelivered = row.said_state.as_deref() == Some("failed");
        return Some(LastLine { voice, text: text.to_owned(), at: row.said_time?, is_undelivered });
    }
    let voice = match row.heard_kind.as_deref() {
        Some("staff_wrote") => LastVoice::Person(None),
        _ => LastVoice::Shopper,
    };
    let text = row.heard_text.clone().unwrap_or_default();
    Some(LastLine { voice, text, at: row.heard_time?, is_undelivered: false })
}
