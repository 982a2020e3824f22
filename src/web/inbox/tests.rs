//! The inbox as a browser meets it, over a database.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use chrono::TimeDelta;
use futures::StreamExt as _;
use serde_json::json;
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use crate::base::clock::{Clock, Time};
use crate::base::contact::ContactPoint;
use crate::base::ids::{ChannelId, ConversationId, EventId, MerchantId, StaffId, TurnId};
use crate::base::language::Language;
use crate::base::money::Money;
use crate::base::store::Scope;
use crate::checkout::notice::{NoticeKind, PaymentNotice};
use crate::conversation::changes::Changes;
use crate::conversation::changes::store::listen;
use crate::conversation::control::Control;
use crate::conversation::store::Conversations;
use crate::conversation::thread::column::Heard;
use crate::intake::event::{Carrier, EventBody, Said};
use crate::merchants::staff::Role;
use crate::merchants::staff::store::{SignIns, Staff};
use crate::testing::fresh_database;
use crate::web::inbox::{InboxSettings, InboxState, router};

const PASSWORD: &str = "correct horse battery";

fn now() -> Time {
    "2026-11-20T18:00:00Z".parse().unwrap()
}

/// A shop with two people and one conversation, in which the shopper wrote a minute ago.
struct Shop {
    scope: Scope,
    channel: ChannelId,
    ana: StaffId,
    ben: StaffId,
    conversation: ConversationId,
}

impl Shop {
    async fn open(pool: &PgPool, slug: &str) -> Self {
        let (merchant, channel) = (MerchantId::generate(), ChannelId::generate());
        sqlx::query!(
            "with shop as (
                 insert into merchants (id, slug, name, currency, locale, time_zone, policies)
                 values ($1, $2, 'Tienda ' || $2, 'MXN', 'es-MX', 'America/Mexico_City', '{}'))
             insert into channels (id, merchant_id, kind, external_id, display_number, access_token_sealed)
             values ($3, $1, 'whatsapp', $2, $2, '')",
            merchant.uuid(),
            slug,
            channel.uuid(),
        )
        .execute(pool)
        .await
        .unwrap();
        let scope = Scope::new(pool.clone(), merchant);
        let staff = Staff::of(&scope);
        let mut ids = Vec::new();
        for name in ["Ana", "Ben"] {
            let email = format!("{name}@{slug}.example").parse().unwrap();
            ids.push(staff.add(email, name, Role::Agent, PASSWORD.to_owned().into()).await.unwrap());
        }
        let contact = ContactPoint::new(None, Some("525512345678")).unwrap();
        let conversations = Conversations::of(&scope);
        let conversation =
            conversations.find_or_create(channel, &contact, Some("Eva Luna"), Language::Es).await.unwrap();
        let shop = Self { scope, channel, ana: ids[0], ben: ids[1], conversation };
        shop.hear("hola", now() - TimeDelta::minutes(1)).await;
        shop
    }

    async fn hear(&self, words: &str, at: Time) -> i64 {
        sqlx::query_scalar!(
            "with heard as (update conversations set heard_at = $1, unread_since = $1 where id = $2)
             insert into intake (id, merchant_id, channel_id, conversation_id, source, external_id, kind, body,
                                 occurred_at, received_at)
             values ($3, $4, $5, $2, 'whatsapp', $6, 'said', $7, $1, $1) returning seq",
            at,
            self.conversation.uuid(),
            EventId::generate().uuid(),
            self.scope.merchant().uuid(),
            self.channel.uuid(),
            words,
            json!({"event": "said", "text": words, "carrier": "text"}),
        )
        .fetch_one(self.scope.pool())
        .await
        .unwrap()
    }

    /// Somebody of the shop writes to the shopper, but not in the inbox.
    async fn answers_in_the_app(&self, words: &str) {
        sqlx::query!(
            "insert into intake (id, merchant_id, channel_id, conversation_id, source, external_id, kind, body,
                                 occurred_at)
             values ($1, $2, $3, $4, 'whatsapp', $5, 'staff_wrote', $6, now())",
            EventId::generate().uuid(),
            self.scope.merchant().uuid(),
            self.channel.uuid(),
            self.conversation.uuid(),
            words,
            json!({"event": "staff_wrote", "text": words}),
        )
        .execute(self.scope.pool())
        .await
        .unwrap();
    }

    fn conversations(&self) -> Conversations {
        Conversations::of(&self.scope)
    }

    async fn control(&self) -> Control {
        self.conversations().get(self.conversation).await.unwrap().control
    }

    fn page(&self) -> String {
        format!("/inbox/c/{}", self.conversation)
    }

    async fn said(&self) -> Vec<String> {
        sqlx::query_scalar!(
            r#"select body->>'text' as "text!" from outbox where conversation_id = $1 order by seq"#,
            self.conversation.uuid(),
        )
        .fetch_all(self.scope.pool())
        .await
        .unwrap()
    }
}

fn app(pool: &PgPool, changes: Changes) -> Router {
    let settings = InboxSettings { https: false, behind_proxy: false };
    let sign_ins = SignIns::new(pool.clone());
    router(InboxState::new(sign_ins, changes, Clock::fixed(now()), settings, CancellationToken::new()))
}

/// A browser: keeps cookies, follows nothing.
struct Browser {
    app: Router,
    cookies: BTreeMap<String, String>,
}

struct Answer {
    status: StatusCode,
    location: Option<String>,
    html: String,
}

impl Browser {
    fn new(pool: &PgPool) -> Self {
        Self { app: app(pool, Changes::default()), cookies: BTreeMap::new() }
    }

    /// A browser in which somebody has signed in.
    async fn of(pool: &PgPool, email: &str) -> Self {
        let mut browser = Self::new(pool);
        let answer = browser.sign_in(email, PASSWORD).await;
        assert_eq!((answer.status, answer.location.as_deref()), (StatusCode::SEE_OTHER, Some("/inbox")));
        browser
    }

    async fn send(&mut self, request: axum::http::request::Builder, body: String) -> Response {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = request.header(header::COOKIE, cookies.join("; ")).body(Body::from(body)).unwrap();
        let response = self.app.clone().oneshot(request).await.unwrap();
        for line in response.headers().get_all(header::SET_COOKIE) {
            let (pair, rest) = line.to_str().unwrap().split_once(';').unwrap();
            assert!(rest.contains("HttpOnly") && rest.contains("SameSite="), "{rest}");
            let (name, value) = pair.split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        response
    }

    async fn get(&mut self, address: &str) -> Answer {
        answer(self.send(Request::get(address), String::new()).await).await
    }

    async fn post(&mut self, address: &str, fields: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(address).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        answer(self.send(request, body).await).await
    }

    async fn sign_in(&mut self, email: &str, password: &str) -> Answer {
        let door = self.get("/inbox/login").await;
        let token = field(&door.html, "form_token");
        self.post("/inbox/login", &[("form_token", &token), ("email", email), ("password", password)]).await
    }

    /// Sends a form of the page, with the token every form carries.
    async fn press(&mut self, page: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = field(&self.get("/inbox").await.html, "csrf");
        let fields: Vec<_> = [("csrf", csrf.as_str())].into_iter().chain(fields.iter().copied()).collect();
        self.post(&format!("{page}/{action}"), &fields).await
    }
}

async fn answer(response: Response) -> Answer {
    let location = response.headers().get(header::LOCATION).map(|place| place.to_str().unwrap().to_owned());
    let status = response.status();
    let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    Answer { status, location, html: String::from_utf8(bytes.to_vec()).unwrap() }
}

/// The value of a hidden field.
fn field(html: &str, name: &str) -> String {
    let (_, rest) = html.split_once(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("no {name}"));
    rest.split_once('"').unwrap().0.to_owned()
}

#[tokio::test]
async fn who_is_not_signed_in_is_shown_the_door_and_comes_back_to_where_they_wanted() {
    let pool = fresh_database().await;
    let shop = Shop::open(&pool, "one").await;
    let mut browser = Browser::new(&pool);
    let wanted = format!("{}?show=mine", shop.page());
    let answer = browser.get(&wanted).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let door = browser.get(answer.location.as_deref().unwrap()).await;
    let (token, next) = (field(&door.html, "form_token"), field(&door.html, "next"));
    let fields = [("form_token", &*token), ("next", &*next), ("email", "ana@one.example"), ("password", PASSWORD)];
    assert_eq!(browser.post("/inbox/login", &fields).await.location, Some(wanted.clone()));
    assert_eq!(browser.get(&wanted).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_wrong_password_and_a_stranger_are_told_the_same() {
    let pool = fresh_database().await;
    Shop::open(&pool, "one").await;
    let mut browser = Browser::new(&pool);
    let wrong = browser.sign_in("ana@one.example", "incorrect horse").await;
    let stranger = browser.sign_in("eve@one.example", PASSWORD).await;
    for answer in [&wrong, &stranger] {
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.html.contains("The e-mail address or the password is not right."));
    }
    assert!(!browser.cookies.contains_key("trato"));
}

#[tokio::test]
async fn guessing_a_password_is_stopped_even_when_the_guess_is_right() {
    let pool = fresh_database().await;
    Shop::open(&pool, "one").await;
    let mut browser = Browser::new(&pool);
    for _ in 0..5 {
        browser.sign_in("ana@one.example", "incorrect horse").await;
    }
    let answer = browser.sign_in("ana@one.example", PASSWORD).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(!browser.cookies.contains_key("trato"));
}

#[tokio::test]
async fn a_sign_in_form_of_another_browser_is_refused() {
    let pool = fresh_database().await;
    Shop::open(&pool, "one").await;
    let token = field(&Browser::new(&pool).get("/inbox/login").await.html, "form_token");
    let fields = [("form_token", &*token), ("email", "ana@one.example"), ("password", PASSWORD)];
    let mut victim = Browser::new(&pool);
    assert_eq!(victim.post("/inbox/login", &fields).await.status, StatusCode::FORBIDDEN);
    assert!(!victim.cookies.contains_key("trato"));
}

#[tokio::test]
async fn two_tabs_at_the_door_do_not_undo_each_other() {
    let pool = fresh_database().await;
    Shop::open(&pool, "one").await;
    let mut browser = Browser::new(&pool);
    let first = field(&browser.get("/inbox/login").await.html, "form_token");
    let second = field(&browser.get("/inbox/login").await.html, "form_token");
    let door = |token: &str, password: &str| {
        [("form_token", token), ("email", "ana@one.example"), ("password", password)]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    for (token, password) in [(&first, PASSWORD), (&second, "forgotten")] {
        let fields = door(token, password);
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        // The second finds that the browser is in already.
        assert_eq!(browser.post("/inbox/login", &fields).await.location.as_deref(), Some("/inbox"));
    }
    assert_eq!(browser.get("/inbox/login?next=/inbox/c/1").await.location.as_deref(), Some("/inbox/c/1"));
}

#[tokio::test]
async fn who_has_to_sign_in_in_the_middle_comes_back_to_the_conversation() {
    let pool = fresh_database().await;
    let shop = Shop::open(&pool, "one").await;
    let page = shop.page();
    let mut stranger = Browser::new(&pool);
    let door = format!("/inbox/login?next={}", page.replace('/', "%2F"));
    assert_eq!(stranger.post(&format!("{page}/write"), &[("text", "hi")]).await.location, Some(door.clone()));
    assert!(stranger.get(&door).await.html.contains("go on where you were"));
    assert!(!stranger.get("/inbox/login").await.html.contains("go on where you were"));
}

#[tokio::test]
async fn signing_out_ends_the_session_on_the_server() {
    let pool = fresh_database().await;
    Shop::open(&pool, "one").await;
    let mut browser = Browser::of(&pool, "ana@one.example").await;
    let cookies = browser.cookies.clone();
    let answer = browser.press("/inbox", "sign-out", &[]).await;
    assert_eq!(answer.location.as_deref(), Some("/inbox/login"));
    assert!(!browser.cookies.contains_key("trato"));
    browser.cookies = cookies;
    assert_eq!(browser.get("/inbox").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_form_without_our_token_changes_nothing() {
    let pool = fresh_database().await;
    let shop = Shop::open(&pool, "one").await;
    let mut browser = Browser::of(&pool, "ana@one.example").await;
    for action in ["take-over", "hand-back", "write"] {
        for fields in [&[][..], &[("csrf", "")], &[("csrf", "guess"), ("text", "x"), ("token", "t")]] {
            let answer = browser.post(&format!("{}/{action}", shop.page()), fields).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{action} {fields:?}");
        }
    }
    assert_eq!(browser.post("/inbox/sign-out", &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(shop.control().await, Control::Agent);
    assert_eq!(browser.get("/inbox").await.status, StatusCode::OK);
}

#[tokio::test]
async fn another_merchants_conversation_is_not_there() {
    let pool = fresh_database().await;
    let (_ours, theirs) = (Shop::open(&pool, "one").await, Shop::open(&pool, "two").await);
    let mut browser = Browser::of(&pool, "ana@one.example").await;
    assert_eq!(browser.get(&theirs.page()).await.status, StatusCode::NOT_FOUND);
    for action in ["take-over", "hand-back", "write"] {
        let answer = browser.press(&theirs.page(), action, &[("text", "x"), ("token", "t")]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{action}");
    }
    assert_eq!(theirs.control().await, Control::Agent);
    assert_eq!(browser.get("/inbox/c/nonsense").await.status, StatusCode::NOT_FOUND);
    assert!(!browser.get("/inbox").await.html.contains(&theirs.conversation.to_string()));
}

#[tokio::test]
async fn a_person_takes_over_writes_and_hands_back() {
    let pool = fresh_database().await;
    crate::queue::store::install(&pool).await.unwrap();
    let shop = Shop::open(&pool, "one").await;
    let mut browser = Browser::of(&pool, "ana@one.example").await;
    let page = browser.get(&shop.page()).await;
    assert!(page.html.contains("Take over to write") && !page.html.contains("<textarea"));

    let answer = browser.press(&shop.page(), "take-over", &[]).await;
    assert_eq!((answer.status, answer.location), (StatusCode::SEE_OTHER, Some(shop.page())));
    let page = browser.get(&shop.page()).await;
    assert!(page.html.contains("You have taken over") && page.html.contains("Hand back"));
    let (token, seen) = (field(&page.html, "token"), field(&page.html, "seen"));
    let fields = [("token", &*token), ("seen", &*seen), ("text", " Hola Eva, soy Ana. ")];
    let answer = browser.press(&shop.page(), "write", &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(shop.said().await, ["Hola Eva, soy Ana."]);
    assert_eq!(shop.conversations().get(shop.conversation).await.unwrap().unread_since, None);

    browser.press(&shop.page(), "hand-back", &[]).await;
    assert_eq!(shop.control().await, Control::Agent);
    assert!(browser.get(&shop.page()).await.html.contains("Take over to write"));
}

#[tokio::test]
async fn what_somebody_answers_in_the_app_is_seen_can_be_taken_from_them_and_handed_back() {
    let pool = fresh_database().await;
    crate::queue::store::install(&pool).await.unwrap();
    let shop = Shop::open(&pool, "one").await;
    let mut browser = Browser::of(&pool, "ana@one.example").await;
    shop.answers_in_the_app("yo lo atiendo").await;
    let page = browser.get(&shop.page()).await;
    assert!(page.html.contains("Somebody has answered in the WhatsApp Business app"), "{}", page.html);
    assert!(page.html.contains("Take over to write") && page.html.contains("Hand back"));
    assert!(browser.get("/inbox").await.html.contains("WhatsApp app"), "the list tells who has it");

    browser.press(&shop.page(), "hand-back", &[]).await;
    assert_eq!(shop.control().await, Control::Agent);
    shop.answers_in_the_app("una cosa más").await;
    browser.press(&shop.page(), "take-over", &[]).await;
    assert!(browser.get(&shop.page()).await.html.contains("You have taken over"));
}

#[tokio::test]
async fn a_form_that_is_sent_twice_says_it_once() {
    let pool = fresh_database().await;
    crate::queue::store::install(&pool).await.unwrap();
    let shop = Shop::open(&pool, "one").await;
    let mut browser = Browser::of(&pool, "ana@one.example").await;
    browser.press(&shop.page(), "take-over", &[]).await;
    let token = field(&browser.get(&shop.page()).await.html, "token");
    for _ in 0..2 {
        let answer = browser.press(&shop.page(), "write", &[("token", &token), ("text", "Claro")]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
    }
    assert_eq!(shop.said().await, ["Claro"]);
    let next = field(&browser.get(&shop.page()).await.html, "token");
    browser.press(&shop.page(), "write", &[("token", &next), ("text", "Claro")]).await;
    assert_eq!(shop.said().await, ["Claro", "Claro"], "said twice on purpose is said twice");
}

#[tokio::test]
async fn the_second_to_take_over_is_told_who_was_first() {
    let pool = fresh_database().await;
    let shop = Shop::open(&pool, "one").await;
    shop.conversations().take_over(shop.conversation, shop.ben).await.unwrap();
    let mut browser = Browser::of(&pool, "ana@one.example").await;
    let answer = browser.press(&shop.page(), "take-over", &[]).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.html.contains("Ben was faster"));
    let answer = browser.press(&shop.page(), "write", &[("token", "t"), ("text", "mis palabras")]).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.html.contains("<blockquote>mis palabras</blockquote>"), "what was typed is not lost");
    assert!(shop.said().await.is_empty());
}

#[tokio::test]
async fn when_the_window_is_closed_nothing_can_be_written_and_the_page_says_why() {
    let pool = fresh_database().await;
    let shop = Shop::open(&pool, "one").await;
    shop.conversations().take_over(shop.conversation, shop.ana).await.unwrap();
    shop.hear("ayer", now() - TimeDelta::hours(24)).await;
    let mut browser = Browser::of(&pool, "ana@one.example").await;
    let page = browser.get(&shop.page()).await;
    assert!(page.html.contains("WhatsApp accepts only templates now") && page.html.contains("textarea disabled"));
    let answer = browser.press(&shop.page(), "write", &[("token", "t"), ("text", "¿sigue ahí?")]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.html.contains("accepts only templates now") && answer.html.contains("¿sigue ahí?"));
    assert!(shop.said().await.is_empty());
}

#[tokio::test]
async fn an_empty_or_endless_message_is_refused_and_stays_in_the_box() {
    let pool = fresh_database().await;
    let shop = Shop::open(&pool, "one").await;
    shop.conversations().take_over(shop.conversation, shop.ana).await.unwrap();
    let mut browser = Browser::of(&pool, "ana@one.example").await;
    let endless = "ñ".repeat(4097);
    for text in [" \n ", &endless] {
        let answer = browser.press(&shop.page(), "write", &[("token", "t"), ("text", text)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.html.contains(&format!("autofocus>{text}</textarea>")));
    }
    assert!(shop.said().await.is_empty());
}

#[tokio::test]
async fn a_card_number_that_a_person_repeats_is_masked_before_it_is_stored() {
    let pool = fresh_database().await;
    crate::queue::store::install(&pool).await.unwrap();
    let shop = Shop::open(&pool, "one").await;
    shop.conversations().take_over(shop.conversation, shop.ana).await.unwrap();
    let mut browser = Browser::of(&pool, "ana@one.example").await;
    let fields = [("token", "t"), ("text", "su tarjeta 4242424242424242")];
    browser.press(&shop.page(), "write", &fields).await;
    assert_eq!(shop.said().await, ["su tarjeta ••••••••••••4242"]);
}

#[tokio::test]
async fn a_shoppers_words_are_words_and_never_markup() {
    let pool = fresh_database().await;
    let shop = Shop::open(&pool, "one").await;
    shop.hear("<script>alert(1)</script>", now()).await;
    let mut browser = Browser::of(&pool, "ana@one.example").await;
    let html = browser.get(&shop.page()).await.html;
    assert!(html.contains("&#60;script&#62;") && !html.contains("<script>alert"));
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_keep_others_out() {
    let pool = fresh_database().await;
    let shop = Shop::open(&pool, "one").await;
    let mut browser = Browser::of(&pool, "ana@one.example").await;
    for address in ["/inbox", "/inbox/login", "/inbox/c/nonsense", &shop.page(), "/inbox/static/inbox.css"] {
        let response = browser.send(Request::get(address), String::new()).await;
        let said = |name| response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let policy = said(header::CONTENT_SECURITY_POLICY);
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("script-src 'self';"), "{address}");
        assert_eq!(said(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
        assert_eq!(said(header::REFERRER_POLICY), "no-referrer");
        let is_kept = said(header::CACHE_CONTROL) != "no-store";
        assert_eq!(is_kept, address.contains("static"), "{address}");
    }
    let html = browser.get(&shop.page()).await.html;
    assert!(!html.contains("<script>") && !html.contains(" style=") && !html.contains(" onclick"));
}

#[tokio::test]
async fn what_the_assistant_was_about_to_say_can_be_put_into_the_box() {
    let pool = fresh_database().await;
    let shop = Shop::open(&pool, "one").await;
    let event = shop.hear("¿tienen gorras?", now()).await;
    let turn = TurnId::generate();
    let calls =
        json!({"reply": {"calls": [{"id": "1", "tool": "search_products", "arguments": "{\"query\":\"gorra\"}"}]}});
    let results = json!({"results": [{"call": "1", "status": "answered", "text": "Dos gorras."}]});
    sqlx::query!(
        "with turn as (
             insert into turns (id, merchant_id, conversation_id, fence, state, events, draft)
             values ($1, $2, $3, 1, 'suggested', $4, 'Tenemos dos gorras.') returning id)
         insert into turn_steps (turn_id, position, merchant_id, kind, body)
         select id, 0, $2, 'model', $5::jsonb from turn union all select id, 1, $2, 'tools', $6::jsonb from turn",
        turn.uuid(),
        shop.scope.merchant().uuid(),
        shop.conversation.uuid(),
        &[event],
        calls,
        results,
    )
    .execute(&pool)
    .await
    .unwrap();
    let mut browser = Browser::of(&pool, "ana@one.example").await;
    let html = browser.get(&shop.page()).await.html;
    for words in ["search products", "<dd>gorra</dd>", "Dos gorras.", "Tenemos dos gorras."] {
        assert!(html.contains(words), "{words}");
    }
    assert!(!html.contains("Use this"), "only who may write may use it");
    shop.conversations().take_over(shop.conversation, shop.ana).await.unwrap();
    assert!(browser.get(&shop.page()).await.html.contains(&format!("?use={turn}")));
    let html = browser.get(&format!("{}?use={turn}", shop.page())).await.html;
    assert!(html.contains("autofocus>Tenemos dos gorras.</textarea>"));
}

#[tokio::test]
async fn who_waits_is_counted_in_the_title() {
    let pool = fresh_database().await;
    let shop = Shop::open(&pool, "one").await;
    let mut browser = Browser::of(&pool, "ana@one.example").await;
    assert!(browser.get("/inbox").await.html.contains("<title>Inbox · Tienda one</title>"));
    shop.conversations().needs_person(shop.conversation, "The shopper asked for a person").await.unwrap();
    let html = browser.get("/inbox?show=waiting").await.html;
    assert!(html.contains("<title>(1) Inbox · Tienda one</title>"));
    assert!(html.contains("The shopper asked for a person"));
    assert!(browser.get("/inbox?show=mine").await.html.contains("You have no conversations"));
    assert!(browser.get("/inbox?q=nadie").await.html.contains("Nobody found"));
}

#[tokio::test]
async fn an_open_page_is_told_when_something_changes() {
    let pool = fresh_database().await;
    let shop = Shop::open(&pool, "one").await;
    let mut browser = Browser::of(&pool, "ana@one.example").await;
    let changes = Changes::default();
    browser.app = app(&pool, changes.clone());
    let response = browser.send(Request::get("/inbox/events"), String::new()).await;
    assert_eq!(response.status(), StatusCode::OK);
    let mut stream = response.into_body().into_data_stream();
    let listening = tokio::spawn(listen(pool.clone(), changes));
    let mut told = async || String::from_utf8(stream.next().await.unwrap().unwrap().to_vec()).unwrap();
    assert_eq!(told().await, "event: changed\ndata: anything\n\n", "the listener connected");
    shop.conversations().take_over(shop.conversation, shop.ben).await.unwrap();
    assert_eq!(told().await, format!("event: changed\ndata: {}\n\n", shop.conversation));
    listening.abort();
    assert_eq!(Browser::new(&pool).get("/inbox/events").await.status, StatusCode::SEE_OTHER);
}

#[test]
fn what_intake_stores_is_what_a_thread_shows() {
    let read = |body: &EventBody| Heard::read(&serde_json::to_value(body).unwrap());
    let said = Said {
        text: "hola".to_owned(),
        unsent: false,
        pressed: Some("pick:x".to_owned()),
        carrier: Carrier::Press,
        reply_to: None,
        media: None,
        about: None,
    };
    assert!(matches!(
        read(&EventBody::Said(said)),
        Heard::Said { text, pressed: Some(_), carrier, .. } if text == "hola" && carrier == "press"
    ));
    let message = || "wamid.1".to_owned();
    assert!(matches!(read(&EventBody::Unsent { message: message() }), Heard::Unsent { .. }));
    let reacted = EventBody::Reacted { message: message(), emoji: Some("👍".to_owned()) };
    assert!(matches!(read(&reacted), Heard::Reacted { emoji: Some(_), .. }));
    assert!(matches!(read(&EventBody::StaffWrote { text: message() }), Heard::StaffWrote { .. }));
    assert!(matches!(read(&EventBody::ContactChanged { previous: None }), Heard::ContactChanged {}));
    let amount = Money::parse_major("598", "MXN".parse().unwrap()).unwrap();
    let notice = PaymentNotice {
        kind: NoticeKind::CompletedPaid,
        session: None,
        payment_intent: None,
        order: None,
        amount: Some(amount),
        livemode: false,
    };
    assert_eq!(
        read(&EventBody::Payment(notice)),
        Heard::Payment { kind: "completed_paid".to_owned(), amount: Some(amount) }
    );
}
