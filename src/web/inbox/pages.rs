//! The page: the list on the left, one conversation on the right.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;

use crate::base::ids::{ConversationId, StaffId};
use crate::base::names::Sku;
use crate::base::store::Scope;
use crate::cart::Cart;
use crate::cart::store::Carts;
use crate::catalog::store::Catalog;
use crate::checkout::order::Order;
use crate::checkout::store::Orders;
use crate::conversation::list::{ListFilter, Search, Show};
use crate::conversation::store::Conversation;
use crate::conversation::store::Conversations;
use crate::conversation::thread::ThreadPage;
use crate::conversation::thread::Work;
use crate::web::error::WebError;
use crate::web::inbox::InboxState;
use crate::web::inbox::session::SignedIn;
use crate::web::inbox::view::about::Known;
use crate::web::inbox::view::list::ListView;
use crate::web::inbox::view::thread::ThreadView;
use crate::web::inbox::view::when::Reader;
use crate::web::inbox::view::{Frame, Looker, Page};

/// Things shown of a thread at once.
const THREAD_ITEMS: u32 = 80;

/// What a form on the page of an order says of itself.
pub const FROM_ORDER: &str = "order";

/// What the address of a page asks for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// `waiting`, `mine`, or all.
    pub show: String,
    /// What is searched for.
    pub q: String,
    /// Where the page of the list starts.
    pub after: String,
    /// The part of the thread before this.
    pub before: Option<i64>,
    /// The suggestion that goes into the box.
    #[serde(rename = "use")]
    pub suggestion: String,
    /// [`FROM_ORDER`] when a form stands on the page of its order.
    pub from: String,
}

impl Asked {
    fn show(&self, me: StaffId) -> Show {
        match self.show.as_str() {
            "waiting" => Show::Waiting,
            "mine" => Show::Mine(me),
            _ => Show::All,
        }
    }

    /// The page of a conversation beside the same list.
    pub fn address_of(&self, id: ConversationId) -> String {
        self.address(&format!("/inbox/c/{id}"), &[])
    }

    /// A page beside the same list.
    pub fn address(&self, path: &str, more: &[(&str, &str)]) -> String {
        let list = [("show", self.show.as_str()), ("q", self.q.as_str())];
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(list.iter().chain(more).filter(|(_, value)| !value.is_empty()));
        let query = query.finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }
}

/// Why what somebody did was not done.
pub struct Notice {
    pub status: StatusCode,
    pub sentence: String,
    /// What they wrote and was not sent.
    pub unsent: Option<String>,
}

impl Notice {
    pub const fn new(status: StatusCode, sentence: String) -> Self {
        Self { status, sentence, unsent: None }
    }
}

/// The id in an address.
pub fn find(conversation: &str) -> Result<ConversationId, WebError> {
    conversation.parse().map_err(|_| WebError::NoSuch)
}

pub async fn list(
    State(state): State<InboxState>,
    signed: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    render(&state, &signed, &asked, None, None).await
}

pub async fn conversation(
    State(state): State<InboxState>,
    signed: SignedIn,
    Path(conversation): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    render(&state, &signed, &asked, Some(find(&conversation)?), None).await
}

/// A conversation with the part of its thread that is shown.
pub struct Opened {
    pub conversation: Conversation,
    pub page: ThreadPage,
    pub work: Vec<Work>,
    /// Orders that a person has to settle.
    pub held: Vec<Order>,
    /// What is known of the shopper.
    pub known: Known,
    /// Whether what happened last is on the page.
    pub is_latest: bool,
    /// The turn or message whose words go into the box.
    pub suggestion: String,
}

pub async fn render(
    state: &InboxState,
    signed: &SignedIn,
    asked: &Asked,
    id: Option<ConversationId>,
    notice: Option<Notice>,
) -> Result<Response, WebError> {
    let now = state.clock.now();
    let conversations = Conversations::of(&signed.scope);
    let opened = match id {
        Some(id) => Some(open(&signed.scope, id, asked).await?),
        None => None,
    };
    let filter = ListFilter { show: asked.show(signed.staff.id), search: Search::new(&asked.q) };
    let (page, count) = tokio::try_join!(
        conversations.list(&filter, asked.after.parse().ok(), now),
        conversations.waiting_count(now),
    )?;
    let reader = Reader { zone: signed.shop.zone, locale: signed.shop.locale, now };
    let status = notice.as_ref().map_or(StatusCode::OK, |notice| notice.status);
    let looker = Looker { me: signed.staff.id, asked, reader };
    let list = ListView::of(page, id, count, &looker);
    let thread = opened.map(|opened| ThreadView::of(opened, notice, &looker));
    let frame = Frame::of(signed, count);
    let html = Page { frame, list, thread }.render()?;
    Ok((status, Html(html)).into_response())
}

async fn open(scope: &Scope, id: ConversationId, asked: &Asked) -> Result<Opened, WebError> {
    let (conversations, orders) = (Conversations::of(scope), Orders::of(scope));
    let conversation = conversations.get(id).await?;
    let page = conversations.thread(id, asked.before, THREAD_ITEMS).await?;
    let from = page.earlier.unwrap_or(0);
    let work = conversations.work(id, from, asked.before.unwrap_or(i64::MAX)).await?;
    let suggestion = asked.suggestion.clone();
    let held = orders.waiting_for_a_person(id).await?;
    let known = known(scope, &orders, id).await?;
    Ok(Opened { conversation, page, work, held, known, is_latest: asked.before.is_none(), suggestion })
}

async fn known(scope: &Scope, orders: &Orders, id: ConversationId) -> Result<Known, WebError> {
    let cart = Carts::of(scope).look(id).await?;
    let skus: Vec<Sku> = cart.iter().flat_map(Cart::lines).map(|line| line.sku.clone()).collect();
    let listings = if skus.is_empty() { Vec::new() } else { Catalog::of(scope).by_skus(&skus).await? };
    Ok(Known { cart, listings, orders: orders.of_conversation(id).await? })
}
