//! Conversations against a database.

use serde_json::{Value, json};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use crate::base::clock::{Clock, Time};
use crate::base::contact::ContactPoint;
use crate::base::ids::{ChannelId, ConversationId, EventId, MerchantId, MessageId, StaffId, TurnId};
use crate::base::language::Language;
use crate::base::store::Scope;
use crate::conversation::changes::store::{announce, listen};
use crate::conversation::changes::{Change, Changes};
use crate::conversation::control::{Control, Taken};
use crate::conversation::list::store::PAGE_ROWS;
use crate::conversation::list::{LastVoice, ListFilter, Search, Show};
use crate::conversation::store::{ConversationError, Conversations};
use crate::conversation::thread::column::Heard;
use crate::conversation::thread::{Delivery, ItemBody, WorkState};
use crate::conversation::waiting::Waiting;
use crate::testing::fresh_database;

/// A shop with one channel and two people.
struct Shop {
    scope: Scope,
    channel: ChannelId,
    ana: StaffId,
    ben: StaffId,
}

impl Shop {
    async fn open(pool: &PgPool, slug: &str) -> Self {
        let (merchant, channel) = (MerchantId::generate(), ChannelId::generate());
        let (ana, ben) = (StaffId::generate(), StaffId::generate());
        sqlx::query!(
            "with shop as (
                 insert into merchants (id, slug, name, currency, locale, time_zone, policies)
                 values ($1, $2, $2, 'MXN', 'es-MX', 'America/Mexico_City', '{}')),
             channel as (
                 insert into channels (id, merchant_id, kind, external_id, display_number, access_token_sealed)
                 values ($3, $1, 'whatsapp', $2, $2, ''))
             insert into staff (id, merchant_id, email, name, role, password_hash)
             values ($4, $1, 'ana@' || $2, 'Ana', 'agent', ''), ($5, $1, 'ben@' || $2, 'Ben', 'agent', '')",
            merchant.uuid(),
            slug,
            channel.uuid(),
            ana.uuid(),
            ben.uuid(),
        )
        .execute(pool)
        .await
        .unwrap();
        Self { scope: Scope::new(pool.clone(), merchant), channel, ana, ben }
    }

    fn conversations(&self) -> Conversations {
        Conversations::of(&self.scope)
    }

    async fn with(&self, phone: &str) -> ConversationId {
        let contact = ContactPoint::new(None, Some(phone)).unwrap();
        self.conversations().find_or_create(self.channel, &contact, None, Language::Es).await.unwrap()
    }

    async fn hear(&self, conversation: ConversationId, external_id: &str, kind: &str, body: Value) -> i64 {
        sqlx::query_scalar!(
            "insert into intake (id, merchant_id, channel_id, conversation_id, source, external_id, kind, body,
                                 occurred_at)
             values ($1, $2, $3, $4, 'whatsapp', $5, $6, $7, now()) returning seq",
            EventId::generate().uuid(),
            self.scope.merchant().uuid(),
            self.channel.uuid(),
            conversation.uuid(),
            external_id,
            kind,
            body,
        )
        .fetch_one(self.scope.pool())
        .await
        .unwrap()
    }

    async fn hear_words(&self, conversation: ConversationId, words: &str) -> i64 {
        sqlx::query!(
            "update conversations set heard_at = now(), unread_since = coalesce(unread_since, now()) where id = $1",
            conversation.uuid(),
        )
        .execute(self.scope.pool())
        .await
        .unwrap();
        self.hear(conversation, words, "said", json!({"event": "said", "text": words, "carrier": "text"})).await
    }

    async fn say(&self, conversation: ConversationId, author: &str, state: &str, words: &str) {
        sqlx::query!(
            "insert into outbox (id, merchant_id, conversation_id, author, staff_id, body, dedupe_key, state)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
            MessageId::generate().uuid(),
            self.scope.merchant().uuid(),
            conversation.uuid(),
            author,
            (author == "person").then_some(self.ana.uuid()),
            json!({"bubble": "text", "text": words}),
            words,
            state,
        )
        .execute(self.scope.pool())
        .await
        .unwrap();
    }

    async fn said_states(&self, conversation: ConversationId) -> Vec<(String, String)> {
        sqlx::query!(
            "select author, state from outbox where conversation_id = $1 order by seq",
            conversation.uuid()
        )
        .fetch_all(self.scope.pool())
        .await
        .unwrap()
        .into_iter()
        .map(|row| (row.author, row.state))
        .collect()
    }

    async fn shown(&self, show: Show, search: Option<&str>, now: Time) -> Vec<ConversationId> {
        let filter = ListFilter { show, search: search.and_then(Search::new) };
        let page = self.conversations().list(&filter, None, now).await.unwrap();
        page.rows.into_iter().map(|row| row.id).collect()
    }
}

async fn set(pool: &PgPool, conversation: ConversationId, unread: Option<Time>, needs: Option<Time>) {
    sqlx::query!(
        "update conversations set unread_since = $2, needs_person_since = $3, heard_at = $2 where id = $1",
        conversation.uuid(),
        unread,
        needs,
    )
    .execute(pool)
    .await
    .unwrap();
}

async fn turns_queued(pool: &PgPool) -> i64 {
    sqlx::query_scalar!(r#"select count(*) as "count!" from graphile_worker._private_jobs where key like 'turn:%'"#)
        .fetch_one(pool)
        .await
        .unwrap()
}

fn minute(minute: i64) -> Time {
    Time::from_timestamp(1_790_000_000 + minute * 60, 0).unwrap()
}

#[tokio::test]
async fn taking_over_silences_the_agent_and_nobody_else() {
    let pool = fresh_database().await;
    let shop = Shop::open(&pool, "one").await;
    let (id, other) = (shop.with("1").await, shop.with("2").await);
    shop.say(id, "agent", "sent", "a").await;
    shop.say(id, "agent", "owed", "b").await;
    shop.say(id, "shop", "owed", "receipt").await;
    shop.say(other, "agent", "owed", "c").await;
    shop.conversations().needs_person(id, "asked_for_a_person").await.unwrap();
    let before = shop.conversations().get(id).await.unwrap();

    let taken = shop.conversations().take_over(id, shop.ana).await.unwrap();

    assert_eq!(taken, Taken::Now { fence: before.fence + 1, withheld: 1 });
    let now = shop.conversations().get(id).await.unwrap();
    assert!(now.control.is_held_by(shop.ana));
    assert_eq!((now.fence, now.needs_person_since), (before.fence + 1, None));
    let states: Vec<_> = shop.said_states(id).await.into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, ["sent", "withheld", "owed"]);
    assert_eq!(shop.said_states(other).await[0].1, "owed");
}

#[tokio::test]
async fn of_two_who_take_over_at_once_one_has_it_and_the_other_is_told_who() {
    let pool = fresh_database().await;
    let shop = Shop::open(&pool, "one").await;
    let (one, two) = (shop.conversations(), shop.conversations());
    for phone in 0..10 {
        let id = shop.with(&phone.to_string()).await;
        let (first, second) = tokio::join!(one.take_over(id, shop.ana), two.take_over(id, shop.ben));
        let mut taken = [first.unwrap(), second.unwrap()];
        taken.sort_by_key(|taken| matches!(taken, Taken::HeldBy(_)));
        let Control::Person(holder) = one.get(id).await.unwrap().control else { panic!("somebody has it") };
        assert_eq!(taken, [Taken::Now { fence: 1, withheld: 0 }, Taken::HeldBy(holder.clone())]);
        assert_eq!(one.take_over(id, holder.staff).await.unwrap(), Taken::Already);
        assert_eq!(one.get(id).await.unwrap().fence, 1);
    }
}

#[tokio::test]
async fn handing_back_tells_whether_the_agent_has_something_to_answer_and_queues_it() {
    let pool = fresh_database().await;
    crate::queue::store::install(&pool).await.unwrap();
    let shop = Shop::open(&pool, "one").await;
    let (quiet, asking) = (shop.with("1").await, shop.with("2").await);
    for id in [quiet, asking] {
        shop.conversations().take_over(id, shop.ana).await.unwrap();
    }
    shop.hear(quiet, "r", "report", json!({"event": "report"})).await;
    shop.hear_words(asking, "hola?").await;
    assert!(!shop.conversations().hand_back(quiet).await.unwrap());
    assert_eq!(turns_queued(&pool).await, 0);
    assert!(shop.conversations().hand_back(asking).await.unwrap());
    assert_eq!(turns_queued(&pool).await, 1);
    let now = shop.conversations().get(asking).await.unwrap();
    assert_eq!((now.control, now.fence), (Control::Agent, 2));
    assert!(!shop.conversations().hand_back(asking).await.unwrap(), "it is the agent's already");
    assert_eq!(shop.conversations().get(asking).await.unwrap().fence, 2);
}

#[tokio::test]
async fn what_a_person_answered_is_not_left_for_the_agent() {
    let pool = fresh_database().await;
    crate::queue::store::install(&pool).await.unwrap();
    let shop = Shop::open(&pool, "one").await;
    let id = shop.with("1").await;
    let mut connection = pool.acquire().await.unwrap();
    shop.conversations().take_over(id, shop.ana).await.unwrap();
    let seen = shop.hear_words(id, "¿tienen talla M?").await;
    shop.hear(id, "r", "report", json!({"event": "report"})).await;
    shop.conversations().dealt_with(&mut connection, id, seen).await.unwrap();
    assert_eq!(shop.conversations().get(id).await.unwrap().unread_since, None);
    let unread =
        sqlx::query_scalar!("select kind from intake where read_at is null").fetch_all(&pool).await.unwrap();
    assert_eq!(unread, ["report"], "reports are not the person's to deal with");
    shop.hear_words(id, "¿y en azul?").await;
    shop.conversations().dealt_with(&mut connection, id, seen).await.unwrap();
    assert!(shop.conversations().get(id).await.unwrap().unread_since.is_some(), "it came after what was seen");
    assert!(shop.conversations().hand_back(id).await.unwrap());
}

#[tokio::test]
async fn who_answers_in_the_channels_app_has_taken_over_until_it_is_handed_back() {
    let pool = fresh_database().await;
    crate::queue::store::install(&pool).await.unwrap();
    let shop = Shop::open(&pool, "one").await;
    let (id, other) = (shop.with("1").await, shop.with("2").await);
    for id in [id, other] {
        shop.hear_words(id, &format!("hola {id}")).await;
        shop.say(id, "agent", "owed", &format!("a {id}")).await;
    }
    shop.conversations().needs_person(id, "asked_for_a_person").await.unwrap();
    shop.hear(id, "echo", "staff_wrote", json!({"event": "staff_wrote", "text": "yo atiendo"})).await;

    let now = shop.conversations().get(id).await.unwrap();
    assert_eq!((now.control, now.fence), (Control::Elsewhere, 1));
    assert_eq!((now.unread_since, now.needs_person_since), (None, None), "they have answered");
    assert_eq!(shop.said_states(id).await[0].1, "withheld");
    assert_eq!(shop.conversations().get(other).await.unwrap().control, Control::Agent);
    assert_eq!(shop.said_states(other).await[0].1, "owed");

    shop.hear(id, "echo 2", "staff_wrote", json!({"event": "staff_wrote", "text": "sigo"})).await;
    assert_eq!(shop.conversations().get(id).await.unwrap().fence, 1, "it was theirs already");
    shop.hear_words(id, "¿y en azul?").await;
    assert_eq!(
        shop.shown(Show::Waiting, None, Clock::machine().now()).await,
        [id],
        "whoever has it keeps somebody waiting"
    );
    assert!(shop.conversations().hand_back(id).await.unwrap(), "the agent answers what came since");
    assert_eq!(shop.conversations().get(id).await.unwrap().control, Control::Agent);
}

#[tokio::test]
async fn a_conversation_held_in_the_channels_app_can_be_taken_at_the_inbox_and_stays_there() {
    let pool = fresh_database().await;
    let shop = Shop::open(&pool, "one").await;
    let id = shop.with("1").await;
    let wrote = json!({"event": "staff_wrote", "text": "yo atiendo"});
    shop.hear(id, "echo", "staff_wrote", wrote.clone()).await;
    let taken = shop.conversations().take_over(id, shop.ana).await.unwrap();
    assert_eq!(taken, Taken::Now { fence: 2, withheld: 0 });
    shop.hear(id, "echo 2", "staff_wrote", wrote).await;
    let now = shop.conversations().get(id).await.unwrap();
    assert!(now.control.is_held_by(shop.ana), "the name is not forgotten");
    assert_eq!(now.fence, 2);
}

#[tokio::test]
async fn another_merchants_conversation_does_not_exist() {
    let pool = fresh_database().await;
    let (ours, theirs) = (Shop::open(&pool, "one").await, Shop::open(&pool, "two").await);
    let id = theirs.with("1").await;
    theirs.hear_words(id, "secreto").await;
    let nosy = ours.conversations();
    assert!(matches!(nosy.get(id).await, Err(ConversationError::NoSuch)));
    assert!(matches!(nosy.take_over(id, ours.ana).await, Err(ConversationError::NoSuch)));
    assert!(matches!(nosy.hand_back(id).await, Err(ConversationError::NoSuch)));
    assert!(matches!(nosy.needs_person(id, "x").await, Err(ConversationError::NoSuch)));
    assert!(nosy.thread(id, None, 10).await.unwrap().items.is_empty());
    assert!(ours.shown(Show::All, None, minute(0)).await.is_empty());
    assert!(theirs.conversations().take_over(id, ours.ana).await.is_err(), "nor can their staff hold it");
    assert_eq!(theirs.conversations().get(id).await.unwrap().control, Control::Agent);
}

#[tokio::test]
async fn who_waits_for_a_person_stands_first_and_the_longest_wait_on_top() {
    let pool = fresh_database().await;
    let shop = Shop::open(&pool, "one").await;
    let mut ids = Vec::new();
    for phone in ["1", "2", "3", "4", "5"] {
        ids.push(shop.with(phone).await);
    }
    let [answered, slow, fresh, asked, held] = ids[..] else { panic!("five") };
    shop.conversations().take_over(held, shop.ana).await.unwrap();
    set(&pool, answered, None, None).await;
    sqlx::query!("update conversations set heard_at = $2 where id = $1", answered.uuid(), minute(-60))
        .execute(&pool)
        .await
        .unwrap();
    set(&pool, slow, Some(minute(-10)), None).await;
    set(&pool, fresh, Some(minute(-1)), None).await;
    set(&pool, asked, None, Some(minute(-20))).await;
    sqlx::query!("update conversations set heard_at = $2 where id = $1", asked.uuid(), minute(-20))
        .execute(&pool)
        .await
        .unwrap();
    set(&pool, held, Some(minute(0)), None).await;

    assert_eq!(shop.shown(Show::All, None, minute(0)).await, [asked, slow, held, fresh, answered]);
    assert_eq!(shop.shown(Show::Waiting, None, minute(0)).await, [asked, slow, held]);
    assert_eq!(shop.shown(Show::Mine(shop.ana), None, minute(0)).await, [held]);
    assert!(shop.shown(Show::Mine(shop.ben), None, minute(0)).await.is_empty());
    assert_eq!(shop.conversations().waiting_count(minute(0)).await.unwrap(), 3);
    let filter = ListFilter { show: Show::All, search: None };
    let page = shop.conversations().list(&filter, None, minute(0)).await.unwrap();
    let waiting: Vec<_> = page.rows.iter().map(|row| row.waiting).collect();
    assert_eq!(
        waiting,
        [
            Waiting::ForPerson { since: minute(-20) },
            Waiting::ForPerson { since: minute(-10) },
            Waiting::ForPerson { since: minute(0) },
            Waiting::ForAgent { since: minute(-1) },
            Waiting::Nobody
        ]
    );
}

#[tokio::test]
async fn the_pages_of_the_list_show_everyone_once() {
    let pool = fresh_database().await;
    let shop = Shop::open(&pool, "one").await;
    let count = PAGE_ROWS * 2 + 5;
    for number in 0..count {
        let id = shop.with(&format!("52{number}")).await;
        let time = minute(-i64::try_from(number % 7).unwrap());
        set(&pool, id, (number % 3 == 0).then_some(time), None).await;
        sqlx::query!("update conversations set heard_at = $2 where id = $1", id.uuid(), time)
            .execute(&pool)
            .await
            .unwrap();
    }
    let filter = ListFilter { show: Show::All, search: None };
    let (mut seen, mut cursor) = (Vec::new(), None);
    for _ in 0..3 {
        let page = shop.conversations().list(&filter, cursor, minute(0)).await.unwrap();
        seen.extend(page.rows.iter().map(|row| row.id));
        cursor = page.next;
    }
    assert_eq!(cursor, None);
    assert_eq!(seen, {
        let mut unique = seen.clone();
        unique.sort();
        unique.dedup();
        assert_eq!(unique.len(), count);
        seen.clone()
    });
}

#[tokio::test]
async fn people_are_found_by_name_without_accents_and_by_any_part_of_the_number() {
    let pool = fresh_database().await;
    let shop = Shop::open(&pool, "one").await;
    let contact = ContactPoint::new(None, Some("525512345678")).unwrap();
    let find = shop.conversations();
    let jose = find.find_or_create(shop.channel, &contact, Some("José Núñez"), Language::Es).await.unwrap();
    shop.with("5521000000").await;
    for search in ["jose", "NUÑ", "José N", "1234", "+52 55 1234"] {
        assert_eq!(shop.shown(Show::All, Some(search), minute(0)).await, [jose], "{search}");
    }
    assert!(shop.shown(Show::All, Some("100%"), minute(0)).await.is_empty());
    assert!(shop.shown(Show::All, Some("_"), minute(0)).await.is_empty());
}

#[tokio::test]
async fn the_list_shows_what_was_said_last_and_never_what_was_taken_back() {
    let pool = fresh_database().await;
    let shop = Shop::open(&pool, "one").await;
    let id = shop.with("1").await;
    let last = async || {
        let filter = ListFilter { show: Show::All, search: None };
        shop.conversations().list(&filter, None, minute(0)).await.unwrap().rows[0].last.clone()
    };
    assert_eq!(last().await, None);
    shop.say(id, "agent", "sent", "¡Hola!").await;
    assert_eq!(last().await.map(|line| (line.voice, line.text)), Some((LastVoice::Agent, "¡Hola!".to_owned())));
    shop.hear_words(id, "mi secreto").await;
    shop.hear(id, "x", "reacted", json!({"event": "reacted", "message": "y", "emoji": "👍"})).await;
    assert_eq!(
        last().await.map(|line| (line.voice, line.text)),
        Some((LastVoice::Shopper, "mi secreto".to_owned()))
    );
    shop.hear(id, "u", "unsent", json!({"event": "unsent", "message": "mi secreto"})).await;
    assert_eq!(last().await.map(|line| line.text), Some(String::new()));
}

#[tokio::test]
async fn a_thread_is_what_was_heard_and_said_in_one_order_page_by_page() {
    let pool = fresh_database().await;
    let shop = Shop::open(&pool, "one").await;
    let id = shop.with("1").await;
    for number in 0..5 {
        shop.hear_words(id, &format!("q{number}")).await;
        shop.hear(id, &format!("r{number}"), "report", json!({"event": "report"})).await;
        shop.say(id, if number == 2 { "person" } else { "agent" }, "delivered", &format!("a{number}")).await;
    }
    let (mut words, mut before) = (Vec::new(), None);
    loop {
        let page = shop.conversations().thread(id, before, 3).await.unwrap();
        assert!(page.items.len() <= 3);
        let mut texts: Vec<_> = page.items.iter().map(|item| text(&item.body)).collect();
        texts.append(&mut words);
        words = texts;
        before = page.earlier;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(words, ["q0", "a0", "q1", "a1", "q2", "a2", "q3", "a3", "q4", "a4"]);
}

fn text(body: &ItemBody) -> String {
    match body {
        ItemBody::Heard { heard: Heard::Said { text, .. }, .. } => text.clone(),
        ItemBody::Heard { heard, .. } => format!("{heard:?}"),
        ItemBody::Said(said) => said.bubble.as_ref().map(|bubble| bubble.text().to_owned()).unwrap_or_default(),
    }
}

#[tokio::test]
async fn what_a_shopper_takes_back_is_gone_from_the_thread_even_on_an_older_page() {
    let pool = fresh_database().await;
    let shop = Shop::open(&pool, "one").await;
    let id = shop.with("1").await;
    let secret = shop.hear_words(id, "mi secreto").await;
    shop.hear_words(id, "otra cosa").await;
    shop.hear(id, "u", "unsent", json!({"event": "unsent", "message": "mi secreto"})).await;
    shop.hear(id, "x", "reacted", json!({"event": "reacted", "message": "otra cosa", "emoji": "👍"})).await;
    let page = shop.conversations().thread(id, Some(secret + 1), 10).await.unwrap();
    assert_eq!(page.items.len(), 1);
    assert_eq!(text(&page.items[0].body), "");
    assert!(page.marks.unsent.contains("mi secreto"));
    assert_eq!(page.marks.reactions.get("otra cosa").map(String::as_str), Some("👍"));
}

#[tokio::test]
async fn the_agents_work_stands_behind_the_event_it_answers() {
    let pool = fresh_database().await;
    let shop = Shop::open(&pool, "one").await;
    let id = shop.with("1").await;
    let first = shop.hear_words(id, "hola").await;
    let second = shop.hear_words(id, "¿tienen gorras?").await;
    let turn = TurnId::generate();
    sqlx::query!(
        "with turn as (
             insert into turns (id, merchant_id, conversation_id, fence, state, events, draft)
             values ($1, $2, $3, 1, 'suggested', $4, 'Sí, tres.') returning id)
         insert into turn_steps (turn_id, position, merchant_id, kind, body)
         select id, 1, $2, 'tools', '[]'::jsonb from turn
         union all select id, 0, $2, 'model', '{}'::jsonb from turn",
        turn.uuid(),
        shop.scope.merchant().uuid(),
        id.uuid(),
        &[first, second],
    )
    .execute(&pool)
    .await
    .unwrap();
    let work = shop.conversations().work(id, first, i64::MAX).await.unwrap();
    assert_eq!(work.len(), 1);
    assert_eq!((work[0].turn, work[0].after, work[0].state), (turn, second, WorkState::Suggested));
    assert_eq!(work[0].draft.as_deref(), Some("Sí, tres."));
    let kinds: Vec<_> = work[0].steps.iter().map(|step| step.kind.as_str()).collect();
    assert_eq!(kinds, ["model", "tools"]);
    assert!(shop.conversations().work(id, first, second).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_failed_message_says_why() {
    let pool = fresh_database().await;
    let shop = Shop::open(&pool, "one").await;
    let id = shop.with("1").await;
    shop.say(id, "person", "failed", "hola").await;
    sqlx::query!("update outbox set error_code = 131047, error = 'Re-engagement message'")
        .execute(&pool)
        .await
        .unwrap();
    let page = shop.conversations().thread(id, None, 10).await.unwrap();
    let ItemBody::Said(said) = &page.items[0].body else { panic!("it was said") };
    let expected = Delivery::Failed { code: Some(131_047), error: Some("Re-engagement message".to_owned()) };
    assert_eq!(said.delivery, expected);
}

#[tokio::test]
async fn one_address_is_one_conversation_however_many_webhooks_cross() {
    let pool = fresh_database().await;
    let shop = Shop::open(&pool, "one").await;
    let contact = ContactPoint::new(Some("MX.1"), Some("5255")).unwrap();
    let crossing = (0..8).map(|_| {
        let (conversations, contact, channel) = (shop.conversations(), contact.clone(), shop.channel);
        tokio::spawn(
            async move { conversations.find_or_create(channel, &contact, Some("Eva"), Language::Es).await },
        )
    });
    let mut ids = Vec::new();
    for made in crossing.collect::<Vec<_>>() {
        ids.push(made.await.unwrap().unwrap());
    }
    ids.dedup();
    assert_eq!(ids.len(), 1);
}

#[tokio::test]
async fn a_conversation_learns_the_part_of_the_address_it_did_not_know() {
    let pool = fresh_database().await;
    let shop = Shop::open(&pool, "one").await;
    let find = shop.conversations();
    let id = shop.with("5255").await;
    let both = ContactPoint::new(Some("MX.1"), Some("5255")).unwrap();
    assert_eq!(find.find_or_create(shop.channel, &both, Some("Eva"), Language::Es).await.unwrap(), id);
    let id_only = ContactPoint::new(Some("MX.1"), None).unwrap();
    assert_eq!(find.find_or_create(shop.channel, &id_only, None, Language::Es).await.unwrap(), id);
    let now = find.get(id).await.unwrap();
    assert_eq!((now.contact, now.name.as_deref()), (both, Some("Eva")));
}

#[tokio::test]
async fn the_next_owner_of_a_number_gets_a_conversation_of_their_own() {
    let pool = fresh_database().await;
    let shop = Shop::open(&pool, "one").await;
    let find = shop.conversations();
    let contact = |user_id: &str| ContactPoint::new(Some(user_id), Some("5255")).unwrap();
    let before = find.find_or_create(shop.channel, &contact("MX.1"), None, Language::Es).await.unwrap();
    let after = find.find_or_create(shop.channel, &contact("MX.2"), None, Language::Es).await.unwrap();
    assert_ne!(before, after);
    assert_eq!(find.get(before).await.unwrap().contact.phone(), None);
    assert_eq!(find.get(after).await.unwrap().contact, contact("MX.2"));
}

#[tokio::test]
async fn a_conversation_follows_a_person_whose_id_changed() {
    let pool = fresh_database().await;
    let shop = Shop::open(&pool, "one").await;
    let find = shop.conversations();
    let contact = |user_id: &str| ContactPoint::new(Some(user_id), None).unwrap();
    let id = find.find_or_create(shop.channel, &contact("MX.1"), None, Language::Es).await.unwrap();
    assert_eq!(find.follow(shop.channel, "MX.1", &contact("MX.2")).await.unwrap(), Some(id));
    assert_eq!(find.find_or_create(shop.channel, &contact("MX.2"), None, Language::Es).await.unwrap(), id);
    let other = find.find_or_create(shop.channel, &contact("MX.3"), None, Language::Es).await.unwrap();
    assert_eq!(find.follow(shop.channel, "MX.2", &contact("MX.3")).await.unwrap(), None, "somebody is there");
    assert_ne!(other, id);
}

#[tokio::test]
async fn open_pages_hear_of_what_changes_and_incoming_messages_wake_them_only_under_a_person() {
    let pool = fresh_database().await;
    let shop = Shop::open(&pool, "one").await;
    let (agents, persons) = (shop.with("1").await, shop.with("2").await);
    let changes = Changes::default();
    let mut watcher = changes.watch(shop.scope.merchant());
    let listening = tokio::spawn(listen(pool.clone(), changes.clone()));
    assert_eq!(watcher.next().await, Some(Change::Anything), "the connection stands");
    shop.conversations().take_over(persons, shop.ana).await.unwrap();
    assert_eq!(watcher.next().await, Some(Change::Conversation(persons)));
    shop.hear_words(agents, "hola").await;
    shop.hear_words(persons, "hola?").await;
    assert_eq!(watcher.next().await, Some(Change::Conversation(persons)), "the agent's is not told");
    shop.say(agents, "agent", "owed", "¡Hola!").await;
    assert_eq!(watcher.next().await, Some(Change::Conversation(agents)));
    for state in ["sending", "sent", "delivered"] {
        sqlx::query!("update outbox set state = $1", state).execute(&pool).await.unwrap();
    }
    shop.conversations().needs_person(persons, "x").await.unwrap();
    assert_eq!(watcher.next().await, Some(Change::Conversation(agents)), "delivered; sent is told by who sends");
    assert_eq!(watcher.next().await, Some(Change::Conversation(persons)));
    listening.abort();
}

#[tokio::test]
async fn what_a_worker_reports_is_told_to_the_pages_of_every_process_and_a_burst_of_it_once() {
    let pool = fresh_database().await;
    let (here, there) = (Changes::default(), Changes::default());
    let merchant = MerchantId::generate();
    let (one, two) = (ConversationId::generate(), ConversationId::generate());
    let mut watcher = there.watch(merchant);
    let listening = tokio::spawn(listen(pool.clone(), there.clone()));
    assert_eq!(watcher.next().await, Some(Change::Anything), "the connection stands");
    let stop = CancellationToken::new();
    let announcing = tokio::spawn(announce(pool, here.clone(), stop.clone()));
    assert_eq!(watcher.next().await, Some(Change::Anything), "another process began");
    for _ in 0..3 {
        here.happened(merchant, one);
    }
    assert_eq!(watcher.next().await, Some(Change::Conversation(one)));
    here.happened(merchant, two);
    stop.cancel();
    announcing.await.unwrap();
    assert_eq!(
        watcher.next().await,
        Some(Change::Conversation(two)),
        "told before it ends, and the other only once"
    );
    listening.abort();
}
